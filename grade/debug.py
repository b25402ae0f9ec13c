#!/usr/bin/env python3
"""Stop QEMU at its first instruction, with GDB attached on this terminal.

usage: debug.py [--kernel ELF] [-- GDB_ARGUMENT...]

In the environment: T=test, LAB=n, SEED=n; CPUS=n and MEM=64M for another
machine.  Otherwise machine, seed and drawn inputs are those of `make grade`
with the same T and SEED, so what failed there fails here in the same way.  The
guest's console goes to grade/out/debug/console.log.
"""
import argparse
import contextlib
import dataclasses
import fnmatch
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

from qn.boot import Setup, guest_files, write_guest_files  # noqa: E402
from qn.build import BuildError, build_kernel              # noqa: E402
from qn.check import load_checks                           # noqa: E402
from qn.errors import GradeError, run_main                 # noqa: E402
from qn.labcheck import kernel_tests                       # noqa: E402
from qn.labs import read_labs                              # noqa: E402
from qn.machine import (QEMU, Machine, exit_args, fw_cfg_args,  # noqa: E402
                        headless_args, kernel_args, machine_args,
                        record_args)


def lab_tests(lab):
    """The tests of a lab; of all labs without one."""
    labs = [one for one in read_labs(ROOT)
            if not lab or str(one.number) == lab]
    if not labs:
        raise GradeError(f"there is no lab {lab}")
    return [test for one in labs for test in one.tests]


def machine_and_names(name, lab):
    """(machine, names for the kernel) of this run."""
    if not name and not lab:
        return Machine(), []
    tests = [test for test in lab_tests(lab)
             if not name or fnmatch.fnmatchcase(test.name, name)]
    if tests:
        return tests[0].machine, [t.name for t in tests]
    names = fnmatch.filter(sorted(kernel_tests(ROOT)), name)
    if not names:
        raise GradeError(f"T={name}: no such test")
    if lab:
        raise GradeError(f"T={name}: not a test of LAB={lab}")
    return Machine(), names             # tests that no lab counts


def run_in_foreground(command):
    """Lend a program the terminal: Ctrl-C then reaches it and nobody else."""
    with subprocess.Popen(command, cwd=ROOT, process_group=0) as process:
        if not os.isatty(0):
            return process.wait()
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, process.pid)
        process.send_signal(signal.SIGCONT)     # it may have been too quick
        try:
            return process.wait()
        finally:
            os.tcsetpgrp(0, os.getpgrp())


def number(name, default):
    """A number from the environment."""
    text = os.environ.get(name)
    if text and not text.isdecimal():
        raise GradeError(f"{name}={text}: must be a number")
    return int(text) if text else default


def changed_machine(machine):
    """The machine with what CPUS and MEM ask for."""
    cpus = number("CPUS", machine.cpus)
    return dataclasses.replace(
        machine, cpus=cpus, icount=machine.icount and cpus == 1,
        mem=os.environ.get("MEM") or machine.mem)


def qemu_command(machine, kernel, names, seed, folder, out):
    """QEMU as the grader starts it, but stopped and listening for GDB."""
    setup = Setup(kernel, machine, seed, folder,
                  load_checks(HERE / "labs"))
    files = guest_files(setup, names, secrets.token_hex(8))
    if not names:
        del files["tests"]
    return [QEMU, *machine_args(machine), *headless_args(), *exit_args(),
            *fw_cfg_args(write_guest_files(folder, files)),
            *kernel_args(kernel, machine.append),
            "-serial", f"file:{out}/console.log",
            *record_args(f"{folder}/records.log"),
            "-gdb", f"unix:{folder}/gdb.socket,server=on,wait=off", "-S"]


@contextlib.contextmanager
def running(command, log):
    """QEMU in a session of its own, so that Ctrl-C reaches only GDB; what it
    has to say goes to a file, not into GDB's lines."""
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            stdin=subprocess.DEVNULL, stderr=errors, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for_socket(path, process, log):
    """Until QEMU listens, or has ended."""
    while not path.exists():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
            said = log.read_text(errors="replace").strip().splitlines()
            raise GradeError(f"QEMU ended at once: {said[-1] if said else '?'}")


def gdb_command(kernel, socket, extra):
    return ["gdb", "-q", "-iex", f"add-auto-load-safe-path {ROOT}",
            "-ex", f"target remote {socket}", *extra, str(kernel)]


def debug_kernel(kernel):
    """Build the checking kernel beside the plain one."""
    try:
        return build_kernel(ROOT, kernel.parent, debug=True)
    except BuildError as error:
        raise GradeError(f"the DEBUG=1 kernel: {error}") from error


def debug(args):
    """Start QEMU, then GDB; GDB's exit status."""
    machine, names = machine_and_names(os.environ.get("T"),
                                       os.environ.get("LAB"))
    machine = changed_machine(machine)
    seed = number("SEED", secrets.randbelow(1_000_001))
    kernel = pathlib.Path(args.kernel).resolve()
    if machine.debug and kernel.parent.name != "debug":
        kernel = debug_kernel(kernel)
    if not kernel.exists():
        raise GradeError(f"{kernel} is not there; run `make`")
    out = HERE / "out" / "debug"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="quern-debug-") as folder:
        folder = pathlib.Path(folder)
        command = qemu_command(machine, kernel, names, seed, folder, out)
        print(f"tests {' '.join(names) or '(all)'}, SEED={seed}; console in "
              "grade/out/debug/console.log; `help qn` lists our commands")
        sys.stdout.flush()
        log = out / "qemu.log"
        with running(command, log) as process:
            wait_for_socket(folder / "gdb.socket", process, log)
            return run_in_foreground(
                gdb_command(kernel, folder / "gdb.socket", args.gdb))


def main():
    """Read the command line and debug."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kernel", default=ROOT / "build/kernel.elf")
    parser.add_argument("gdb", nargs="*", help="arguments for GDB, after --")
    return debug(parser.parse_args())


if __name__ == "__main__":
    run_main(main)
