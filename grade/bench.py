#!/usr/bin/env python3
"""Measure the boot: from QEMU's start to the first log line and to the end.

usage: bench.py [--kernel ELF] [--image IMG] [--runs N]

Through PVH (-kernel) and, if the image was built, through GRUB on SeaBIOS; then
a student's loop: touch a file, make, boot to the first test's verdict.  Prints
minimum, median and maximum in seconds of wall time, and QEMU's CPU time, which
a busy host stretches less.
"""
import argparse
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

from qn.build import clean_environment  # noqa: E402

QEMU = ["qemu-system-x86_64", "-M", "pc", "-cpu", "max", "-m", "64M",
        "-accel", "tcg", "-icount", "shift=0,sleep=off",
        "-display", "none", "-nodefaults", "-no-reboot",
        "-device", "isa-debug-exit,iobase=0x501,iosize=1",
        "-serial", "stdio"]
FIRST_LINE = re.compile(rb"\[ *\d+\.\d+\] ")
VERDICT = re.compile(rb"^(?:ok|FAIL|skip|todo) ", re.M)
REPORT = re.compile(rb"\d+ passed, \d+ failed[^\n]*\n")
LIMIT_SECONDS = 60
EDITED = "kernel/core/printk.c"         # a file that every lab has


class BenchError(Exception):
    """A boot that could not be measured; the message is one line."""


def boot(command, *marks):
    """(seconds until each mark was printed..., QEMU's CPU seconds)."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE)
    seen, times = b"", []
    try:
        while len(times) < len(marks):
            data = os.read(process.stdout.fileno(), 65536)
            now = time.monotonic() - start
            seen += data
            while len(times) < len(marks) and marks[len(times)].search(seen):
                times.append(now)
            if not data or now > LIMIT_SECONDS:
                break
    finally:
        os.kill(process.pid, signal.SIGKILL)    # ours until wait4()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    if len(times) < len(marks):
        raise BenchError(f"no report after {now:.0f} s; the console ended "
                         f"with {seen[-60:]!r}")
    return *times, usage.ru_utime + usage.ru_stime


def edit_build_boot(kernel):
    """Seconds from touching a file to the first test's verdict."""
    start = time.monotonic()
    (ROOT / EDITED).touch()
    if subprocess.run(["make", f"BUILD={pathlib.Path(kernel).parent}"],
                      cwd=ROOT, stdout=subprocess.DEVNULL,
                      env=clean_environment()).returncode:
        raise BenchError("the kernel does not build")
    boot([*QEMU, "-kernel", kernel], VERDICT)
    return time.monotonic() - start


def doors(args):
    """{name: QEMU's command line} of the ways to boot."""
    found = {"PVH": [*QEMU, "-kernel", args.kernel]}
    if pathlib.Path(args.image).exists():
        found["GRUB"] = [*QEMU, "-drive",
                         f"file={args.image},format=raw,snapshot=on"]
    return found


def print_row(door, what, values):
    print(f"{door:5} {what:22} {min(values):7.3f} "
          f"{statistics.median(values):7.3f} {max(values):7.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kernel", default=str(ROOT / "build/kernel.elf"))
    parser.add_argument("--image", default=str(ROOT / "build/quern.img"))
    parser.add_argument("--runs", type=int,
                        default=int(os.environ.get("RUNS", "10")))
    args = parser.parse_args()
    if not pathlib.Path(args.kernel).exists() or args.runs < 1:
        print(f"bench: needs --runs of at least 1 and {args.kernel}; run "
              "`make`", file=sys.stderr)
        return 2
    print(f"{args.runs} runs{'':16}    min  median     max   seconds")
    try:
        for door, command in doors(args).items():
            runs = [boot(command, FIRST_LINE, REPORT)
                    for _ in range(args.runs)]
            for what, values in zip(("first log line", "end of the report",
                                     "CPU time of QEMU"), zip(*runs)):
                print_row(door, what, values)
        door = "PVH"
        print_row(door, "touch, make, boot",
                  [edit_build_boot(args.kernel) for _ in range(args.runs)])
    except BenchError as error:
        print(f"bench: {door}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
