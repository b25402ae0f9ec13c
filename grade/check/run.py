#!/usr/bin/env python3
"""Run every check that a change must pass; the last line is the count.

usage: run.py [T=TEXT] [BUILD=DIR]

Builds both kernels, then runs the pytest files beside this one on all cores
(at most two at once: the machines inside QEMU need a core each).  T=TEXT runs
only the tests whose names contain it.  A check that was skipped was not
passed, so it counts as failed; so does pytest itself when it breaks.
The last line is `N passed, N failed`; exit status 1 if any failed.
"""
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Tally:
    """Counts each test once, by the worst of its phases."""

    def __init__(self):
        self.passed, self.failed, self.broken = set(), set(), 0

    def pytest_runtest_logreport(self, report):
        if not report.passed:
            self.failed.add(report.nodeid)
        elif report.when == "call":
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report):
        if not report.passed:
            self.failed.add(report.nodeid)

    def pytest_internalerror(self):
        self.broken = 1

    def line(self, status):
        """The last line, when pytest ended with this status."""
        failed = len(self.failed) + self.broken
        if status not in (pytest.ExitCode.OK,) and not failed:
            failed = 1
        return f"{len(self.passed - self.failed)} passed, {failed} failed"


def build(variables):
    """Build the plain and the checking kernel; whether both compiled."""
    folder = variables["BUILD"]
    for extra in (f"BUILD={folder}", ), (f"BUILD={folder}/debug", "DEBUG=1"):
        run = subprocess.run(["make", *extra], cwd=ROOT)
        if run.returncode:
            return False
    return True


def options(variables):
    workers = min(os.cpu_count(), 2)
    chosen = ["-q", "-p", "no:cacheprovider", "-n", str(workers),
              "--dist", "loadgroup", "-rsfE", "--tb=short"]
    if variables.get("T"):
        chosen += ["-k", variables["T"]]
    return [*chosen, str(HERE)]


def main(arguments):
    bad = [a for a in arguments if "=" not in a]
    if bad:
        print(f"run.py: {bad[0]}: give variables as NAME=VALUE",
              file=sys.stderr)
        return 2
    variables = {name: os.environ[name] for name in ("T", "BUILD")
                 if os.environ.get(name)}
    variables.update(a.split("=", 1) for a in arguments)
    variables.setdefault("BUILD", "build")
    os.environ.update(variables)
    # what make was told here must not reach the trees under test
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "T"):
        os.environ.pop(name, None)
    if not build(variables):
        print("0 passed, 1 failed")
        return 1
    tally = Tally()
    status = pytest.main(options(variables), plugins=[tally])
    sys.stderr.flush()
    line = tally.line(status)
    print(line, flush=True)
    return 0 if line.endswith(", 0 failed") else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
