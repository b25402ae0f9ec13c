#!/usr/bin/env python3
"""The long versions of the checks: for a night, not for every change.

usage: soak.py [--runs N]

The host unit tests with --long, every wrong kernel (`make mutants`), and each
lab's solution graded N times in a row (20), first on an idle machine, then
with both cores kept busy by others.  Every run must earn all points.  The last
line is `N passed, N failed`.
"""
import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "grade"))

from qn.build import clean_environment  # noqa: E402


class Tally:
    """Says how each step went, and counts."""

    def __init__(self):
        self.passed = self.failed = 0

    def note(self, name, ok):
        self.passed += ok
        self.failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {name}", flush=True)


def run(*command):
    """Whether a command succeeds; its output is shown."""
    return subprocess.run(command, cwd=ROOT,
                          env=clean_environment()).returncode == 0


@contextlib.contextmanager
def busy_cores():
    """Every core has another process to run meanwhile."""
    spinners = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                for _ in range(os.cpu_count())]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


def earns_everything(out):
    """Whether one run of `make grade` earned all points."""
    if not run(sys.executable, "grade/grade", "--out", out):
        return False
    results = json.loads((pathlib.Path(out) / "results.json").read_text())
    return results["points"] == results["max"] > 0


def grade_often(tally, label, n_runs):
    """Grade the full tree, that is, all solutions, again and again."""
    with tempfile.TemporaryDirectory(prefix="quern-soak-") as out:
        for number in range(1, n_runs + 1):
            tally.note(f"solutions, {label}, run {number}",
                       earns_everything(out))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int,
                        default=int(os.environ.get("RUNS", "20")))
    runs = parser.parse_args().runs
    tally = Tally()
    tally.note("unit tests, long", run(sys.executable, "grade/unit/unit.py",
                                       "--long"))
    tally.note("mutants", run("make", "mutants"))
    grade_often(tally, "idle", runs)
    with busy_cores():
        grade_often(tally, "busy", runs)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
