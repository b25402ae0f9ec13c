"""The machine that a test runs on, and QEMU's command line for it."""

import re
from dataclasses import dataclass

from qn.errors import GradeError

QEMU = "qemu-system-x86_64"


@dataclass(frozen=True)
class Machine:
    """What lab.toml may ask for; tests with equal machines share a boot."""

    cpus: int = 1
    mem: str = "64M"
    icount: bool = True
    debug: bool = False
    append: str = ""

    def __post_init__(self):
        if not re.fullmatch(r"[1-9]\d*[MG]", self.mem):
            raise GradeError(f"memory is {self.mem!r}, must be like 64M or 8G")
        if not 1 <= self.cpus <= 64:
            raise GradeError(f"cpus is {self.cpus}, must be 1 to 64")

    def name(self):
        """A short name for folders and logs: cpus2-64M-icount."""
        parts = [f"cpus{self.cpus}", self.mem]
        parts += ["icount"] if self.icount else []
        parts += ["debug"] if self.debug else []
        parts += re.findall(r"[\w=]+", self.append)
        return "-".join(parts)


def machine_args(machine, accel="tcg", replay=""):
    """CPU, memory and clock: what the guest can tell apart."""
    args = ["-M", "pc", "-cpu", "max", "-m", machine.mem,
            "-smp", str(machine.cpus), "-accel", accel]
    if machine.icount:
        args += ["-icount", f"shift=0,sleep=off{replay}"]
    return args


def headless_args():
    """No screen, nothing but what is asked for; a reset ends QEMU."""
    return ["-display", "none", "-nodefaults", "-no-reboot"]


def exit_args():
    """The port by which the kernel ends QEMU with a status."""
    return ["-device", "isa-debug-exit,iobase=0x501,iosize=1"]


def pause_args():
    """The port by which the kernel asks to be looked at."""
    return ["-device", "pvpanic", "-action", "panic=pause"]


def quoted(path):
    """A path inside one of QEMU's comma-separated options."""
    return str(path).replace(",", ",,")


def record_args(path):
    """Where the kernel's records go: what it writes to port 0xe9."""
    return ["-chardev", f"file,id=records,path={quoted(path)}",
            "-device", "isa-debugcon,iobase=0xe9,chardev=records"]


def fw_cfg_args(files):
    """Hand each (name, host file) to the guest as opt/quern/NAME."""
    args = []
    for name, path in files.items():
        args += ["-fw_cfg", f"name=opt/quern/{name},file={quoted(path)}"]
    return args


# Without icount the guest's clock is the host's: on a loaded host the kernel's
# own watchdog must be patient, and CPU time decides (watch.py).
PATIENCE = "timeout_scale=10"


def command_line(machine):
    """The kernel's command line in a graded run."""
    words = [machine.append] + ([] if machine.icount else [PATIENCE])
    return " ".join(word for word in words if word)


def kernel_args(kernel, append=""):
    """Boot this ELF through the PVH door."""
    return ["-kernel", str(kernel)] + (["-append", append] if append else [])
