"""`make doctor`: are the tools there, new enough, and do they work?

Runs on any Python 3, since an old Python is one of the things to find.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# What to run for the version, the oldest that works, Debian's package.
TOOLS = [
    ("git", ["git", "--version"], (2, 30), "git"),
    ("make", ["make", "--version"], (4, 2), "make"),
    ("gcc", ["gcc", "-dumpfullversion"], (10, 2), "gcc"),
    ("ld", ["ld", "--version"], (2, 35), "binutils"),
    ("nasm", ["nasm", "-v"], (2, 15), "nasm"),
    ("qemu", ["qemu-system-x86_64", "--version"], (7, 2), "qemu-system-x86"),
    ("gdb", ["gdb", "--version"], (12, 1), "gdb"),
    ("ctags", ["ctags", "--version"], (5, 9), "universal-ctags"),
    ("python3", [sys.executable, "--version"], (3, 11), "python3"),
    ("pytest", [sys.executable, "-m", "pytest", "--version"], (7, 0),
     "python3-pytest"),
    ("pexpect", [sys.executable, "-c",
                 "import pexpect; print(pexpect.__version__)"], (4, 8),
     "python3-pexpect"),
]

EXIT_OK = (0x10 << 1) | 1
SECONDS = 20


def dotted(version):
    """(7, 2) as "7.2"."""
    return ".".join(map(str, version))


def run(command, seconds=SECONDS):
    """Exit status and output of a command; (None, reason) if it can't."""
    try:
        ran = subprocess.run(command, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, timeout=seconds,
                             stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        return None, "not there"
    except subprocess.TimeoutExpired:
        return None, "no answer in {} s".format(seconds)
    return ran.returncode, ran.stdout.decode(errors="replace")


def version_of(output):
    """The version in a tool's first line: the last number of its kind.

    The last, since GNU's tools put a distribution's version in parentheses.
    """
    first = re.sub(r"\([^)]*\)", "", output.partition("\n")[0])
    found = re.findall(r"\d+(?:\.\d+)+", first)
    return tuple(int(part) for part in found[0].split(".")) if found else None


def check_tool(command, oldest, package):
    """(is it fine, what there is, what to do)."""
    status, output = run(command)
    remedy = "./quern doctor, or: apt install " + package
    if status is None or status != 0:
        return False, "not there", remedy
    version = version_of(output)
    if version is None:
        return False, "says no version", remedy
    if version < oldest:
        return False, dotted(version), \
            "needs {} or newer: Debian 12 and Ubuntu 24.04 have it".format(
                dotted(oldest))
    if command[0] == "ctags" and "Universal" not in output:
        return False, "not Universal Ctags", remedy
    return True, dotted(version), ""


def boot(folder):
    """Assemble, link and boot selftest.asm; a line that says what is wrong."""
    source = os.path.join(HERE, "selftest.asm")
    built = os.path.join(folder, "selftest")
    said = os.path.join(folder, "said")
    steps = [
        ["nasm", "-f", "elf64", "-o", built + ".o", source],
        ["ld", "-nostdlib", "-static", "-z", "noexecstack", "-Ttext=0x100000",
         "-e", "start", "-o", built, built + ".o"],
        ["qemu-system-x86_64", "-M", "pc", "-cpu", "max", "-m", "16M",
         "-accel", "tcg", "-icount", "shift=0,sleep=off", "-display", "none",
         "-nodefaults", "-no-reboot", "-kernel", built,
         "-debugcon", "file:" + said,
         "-device", "isa-debug-exit,iobase=0x501,iosize=1"],
    ]
    for step in steps:
        status, output = run(step)
        is_qemu = step is steps[-1]
        if status != (EXIT_OK if is_qemu else 0):
            return "{}: {}".format(step[0], output.strip().split("\n")[0]
                                   or "exit status {}".format(status))
    with open(said) as file:
        return "" if file.read() == "ok" else "the machine said nothing"


def check_boot():
    """(is it fine, how long it took, what to do)."""
    folder = tempfile.mkdtemp(prefix="quern-doctor-")
    start = time.monotonic()
    try:
        trouble = boot(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if trouble:
        return False, "failed", trouble
    return True, "{:.1f} s".format(time.monotonic() - start), ""


def main():
    """Print a line for each tool; 1 if something must be mended."""
    rows = [(name,) + check_tool(command, oldest, package)
            for name, command, oldest, package in TOOLS]
    rows.append(("boot",) + check_boot())
    for name, is_fine, seen, remedy in rows:
        print("  {:<8} {:<20} {}".format(
            name, seen, "ok" if is_fine else "-> " + remedy))
    bad = [row[0] for row in rows if not row[1]]
    print("this machine is ready" if not bad
          else "to mend: " + ", ".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
