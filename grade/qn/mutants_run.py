"""Running every change against the tests it names; the kill table."""

import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from qn import worktree
from qn.build import BuildError, build_kernel
from qn.check import Registry
from qn.errors import GradeError
from qn.mutants_load import apply_edit, apply_overlay
from qn.results import all_tests
from qn.session import Plan, Session
from qn.submission import student_files, take


@dataclass
class Outcome:
    """What came of a change."""

    change: object
    is_right: bool
    text: str
    seconds: float = 0.0

    def line(self):
        """A row of the kill table."""
        change = self.change
        mark = {"removed": "killed", "mutant": "killed", "cheater": "caught",
                "alternative": "passes"}[change.kind]
        return (f"  {change.kind:<12}{change.name:<36}"
                f"{mark if self.is_right else 'WRONG':<8}"
                f"{self.seconds:5.1f} s  {self.text}")


@dataclass
class Lot:
    """Everything that the runs share."""

    root: Path
    labs: list
    seed: int
    folder: Path          # base/ and one folder a change
    registry: Registry
    jobs: int


def prepare(lot):
    """A built copy of the solution; all changes start from copies of it."""
    base = lot.folder / "base"
    worktree.sync(lot.root, base)
    kinds = {test.machine.debug for lab in lot.labs for test in lab.tests}
    try:
        for debug in sorted(kinds):
            build_kernel(base, worktree.BUILD, debug=debug, jobs=lot.jobs)
    except BuildError as error:
        raise GradeError(f"the solution does not build: {error}") from error


def put_in(lot, change, tree):
    """Make the change in a fresh copy of the solution."""
    worktree.copy(lot.folder / "base", tree)
    if change.kind == "removed":
        command = [sys.executable, str(lot.root / "labs/cut.py"), "stub",
                   "--exercise", change.name, "--tree", str(tree)]
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode:
            raise GradeError(ran.stderr.strip() or "labs/cut.py failed")
    if change.kind == "cheater":
        hand_in(lot, change, tree)
        return
    for edit in change.edits:
        apply_edit(tree, edit, change.name)
    if change.overlay:
        apply_overlay(tree, change.overlay)


def hand_in(lot, change, tree):
    """A cheater's tree is a submission: only student-owned files count."""
    cheat = tree.with_name(tree.name + "-handed-in")
    try:
        shutil.rmtree(cheat, ignore_errors=True)
        shutil.copytree(lot.root / "kernel", cheat / "kernel")
        for edit in change.edits:
            apply_edit(cheat, edit, change.name)
        apply_overlay(cheat, change.overlay)
        take(cheat, tree, student_files(lot.labs))
    finally:
        shutil.rmtree(cheat, ignore_errors=True)


def judge(change, results):
    """Whether all named tests did as they should, and a few words."""
    rows = all_tests(results)
    infra = [row["name"] for row in rows if row["status"] == "infra"]
    if infra:
        return False, f"could not be judged: {', '.join(infra)}"
    broken = [row for row in rows if "does not build" in (row["message"] or "")]
    if broken:
        return False, broken[0]["message"]
    wrong = [f"{row['name']} ({row['status']})" for row in rows
             if (row["status"] == "pass") != change.must_pass]
    if wrong:
        return False, ", ".join(wrong)
    if change.must_pass:
        return True, f"{sum(row['points'] for row in rows)} points"
    if len(rows) > 2:
        return True, f"{len(rows)} of {len(rows)} tests"
    return True, ", ".join(f"{row['name']} {row['status']}" for row in rows)


def run_change(lot, change):
    """Copy, change, build, boot, judge, forget."""
    start = time.monotonic()
    tree = lot.folder / f"{change.lab}-{change.kind}-{change.name}"
    labs = [lab for lab in lot.labs if lab.number == change.lab]
    tests = [test for lab in labs for test in lab.tests
             if test.name in change.tests]
    try:
        put_in(lot, change, tree)
        plan = Plan(tree, labs, tests, lot.seed, tree / "out",
                    worktree.BUILD, 1, lot.registry)
        is_right, text = judge(change, Session(plan).run())
    except GradeError as error:
        is_right, text = False, str(error)
    if is_right:
        shutil.rmtree(tree, ignore_errors=True)
    return Outcome(change, is_right, text, time.monotonic() - start)


def run_all(lot, changes, show=print):
    """All changes on all cores; how many came out wrong."""
    prepare(lot)
    n_wrong = 0
    lab = None
    with ThreadPoolExecutor(lot.jobs) as pool:
        for outcome in pool.map(lambda c: run_change(lot, c), changes):
            if outcome.change.lab != lab:
                lab = outcome.change.lab
                show(f"lab {lab}")
            show(outcome.line())
            n_wrong += not outcome.is_right
    return n_wrong
