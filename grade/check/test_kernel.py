"""The kernel's own tests pass on every machine that it promises to run on."""
import re
import subprocess

import pytest

# Every pair of settings stands in some row: memory, CPUs, build, allocator.
MACHINES = [
    ("16M", 1, "plain", "buddy"),
    ("16M", 2, "debug", "linear"),
    ("16M", 4, "plain", "linear"),
    ("64M", 1, "debug", "linear"),
    ("64M", 2, "plain", "buddy"),
    ("64M", 4, "debug", "buddy"),
    ("8G", 1, "plain", "linear"),
    ("8G", 2, "debug", "buddy"),
    ("8G", 4, "plain", "buddy"),
]
REPORT = re.compile(r"^(\d+) passed, (\d+) failed", re.M)


def boot(root, kernel, *options):
    """(exit status, console) of one boot of all tests.

    One CPU runs on the virtual clock: the host's load changes nothing.
    """
    run = subprocess.run([root / "grade/boot", "--kernel", kernel,
                          "--timeout", "150", *options],
                         stdin=subprocess.DEVNULL, capture_output=True,
                         timeout=180)
    return run.returncode, (run.stdout + run.stderr).decode(errors="replace")


@pytest.mark.parametrize("mem, cpus, kind, pmm", MACHINES)
def test_machine(root, kernel, debug_kernel, mem, cpus, kind, pmm):
    elf = debug_kernel if kind == "debug" else kernel
    clock = ["--icount"] if cpus == 1 else ["--smp", str(cpus)]
    status, console = boot(root, elf, "--mem", mem, *clock,
                           "--append", f"pmm={pmm}")
    report = REPORT.search(console)
    assert report, f"no report, status {status}\n{console[-3000:]}"
    assert status == 0 and report[2] == "0", console[-3000:]
    assert int(report[1]) > 0
    assert re.search(rf"\b{pmm}\r?$", console, re.M), "the other allocator runs"


def test_same_seed_same_run(root, kernel):
    """On the virtual clock two runs of one seed agree to the last byte."""
    runs = [boot(root, kernel, "--icount", "--seed", "7") for _ in range(2)]
    assert runs[0] == runs[1]
    assert "[    " in runs[0][1]


def test_nothing_optional_is_absent(root, kernel):
    """main.c declares the floors as optional; here all of them are linked."""
    symbols = subprocess.run(["nm", kernel], capture_output=True, text=True,
                             check=True).stdout
    absent = re.findall(r"^ +[wv] (\S+)$", symbols, re.M)
    assert absent == []
