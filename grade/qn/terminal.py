"""Running QEMU on this terminal, for grade/boot.

Nothing is graded here: the guest's console is the terminal, QEMU's end becomes
an exit status.
"""

import contextlib
import os
import socket
import subprocess
import sys
import termios

from qn.classify import EXIT_FAILED, EXIT_PANIC, EXIT_PASSED
from qn.errors import GradeError
from qn.machine import QEMU, quoted

TIMED_OUT, PANICKED = 124, 125
STATUS = {EXIT_PASSED: 0, EXIT_FAILED: 1, EXIT_PANIC: PANICKED}


def console_args(log=None):
    """COM1 is the terminal; with keys for QEMU (Ctrl-A x) if it is one."""
    mux = "on" if sys.stdin.isatty() else "off"
    chardev = f"stdio,id=console,signal=off,mux={mux}"
    if log:
        chardev += f",logfile={quoted(log)}"
    args = ["-chardev", chardev, "-serial", "chardev:console"]
    if mux == "on":
        args += ["-mon", "chardev=console"]
    return args


def disk_args(disks):
    """vda, vdb ...: raw images, `:ro` for read-only."""
    args = []
    for i, disk in enumerate(disks):
        path = disk.removesuffix(":ro")
        if not os.path.exists(path):
            raise GradeError(f"--disk {path}: no such file")
        mode = ",readonly=on" if disk.endswith(":ro") else ""
        args += ["-drive", f"if=none,id=disk{i},format=raw,"
                 f"file={quoted(path)}{mode}",
                 "-device", f"virtio-blk-pci,drive=disk{i}"]
    return args


def net_args(net, pcap):
    """One virtio-net card on QEMU's own network or on a tap interface."""
    kind, _, rest = net.partition(",")
    if kind == "none":
        if pcap:
            raise GradeError("--pcap needs --net user or --net tap=IF")
        return []
    if kind == "user":
        backend = "user,id=net0" + (f",{rest}" if rest else "")
    elif kind.startswith("tap="):
        backend = f"tap,id=net0,ifname={kind[4:]},script=no,downscript=no"
    else:
        raise GradeError(f"--net {net}: must be user, none or tap=IF")
    args = ["-netdev", backend, "-device", "virtio-net-pci,netdev=net0"]
    if pcap:
        args += ["-object",
                 f"filter-dump,id=dump0,netdev=net0,file={quoted(pcap)}"]
    return args


@contextlib.contextmanager
def terminal_kept():
    """Whatever QEMU does to the terminal's modes is undone."""
    if not sys.stdin.isatty():
        yield
        return
    modes = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, modes)


def end(process):
    """Ask it to end, so that it leaves the terminal in order; then insist."""
    process.terminate()
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start(args):
    """QEMU in the foreground, and a socket on which it tells why it ends."""
    host, guest = socket.socketpair()
    host.sendall(b'{"execute": "qmp_capabilities"}\n')
    fd = guest.fileno()
    try:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", QEMU, *args,
             "-chardev", f"socket,id=qmp,fd={fd}",
             "-mon", "chardev=qmp,mode=control"], pass_fds=[fd])
    except FileNotFoundError as error:
        raise GradeError(f"{error.filename} is missing: `./quern run` "
                         "installs what is needed") from error
    guest.close()
    return process, host


def exit_status(status, events):
    """What grade/boot promises, from QEMU's status and its last words."""
    if status == 0 and b'"guest-reset"' in events:
        print("boot: triple fault: an exception while the processor could "
              "not call any handler", file=sys.stderr)
        return PANICKED
    if status == 0:
        return 0  # power off, or Ctrl-A x
    if status not in STATUS:
        print(f"boot: QEMU ended with status {status}", file=sys.stderr)
        return 2
    return STATUS[status]


def run_qemu(args, seconds=None):
    """Run it to its end; the exit status that grade/boot promises."""
    process, events = start(args)
    with events:
        try:
            status = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            end(process)
            print(f"boot: stopped after {seconds:g} s", file=sys.stderr)
            return TIMED_OUT
        except KeyboardInterrupt:
            end(process)
            return 130
        return exit_status(status, events.recv(1 << 20))
