"""Grading many submissions against one pristine tree.

Each submission gets a folder in OUT, named like itself:

    results.json report.txt gradescope.json   as from `make grade`
    notes.txt                                 files that were not taken
    submission.sha256                         what was graded: a second run
                                              skips it unless it changed
    evidence/                                 as grade/out/
"""

import hashlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from qn import formats, worktree
from qn.build import BuildError, build_kernel
from qn.check import Registry
from qn.errors import GradeError
from qn.labs import read_labs
from qn.render import report
from qn.results import all_tests, has_infra, write_json
from qn.session import Plan, Session
from qn.submission import Refused, read_plain, student_files, take

# A compiler may not eat the machine, whatever it is fed.
LIMITS = ("prlimit", "--cpu=60", "--as=2147483648", "--fsize=134217728",
          "--core=0")


@dataclass
class Course:
    """One lab's pristine tree, built, and where results go."""

    pristine: Path
    labs: list
    seed: int
    out: Path
    registry: Registry
    only: int | None = None    # take over this lab's files only
    version: str = ""          # a fingerprint of the pristine tree

    @property
    def names(self):
        """The files that are taken from a submission."""
        return student_files([lab for lab in self.labs
                              if self.only in (None, lab.number)])


def make_pristine(root, lab, kind, folder):
    """The grader's own tree: cut from the full one, else this tree."""
    shutil.rmtree(folder, ignore_errors=True)
    if (root / "labs/cut.py").is_file():
        ran = subprocess.run([sys.executable, str(root / "labs/cut.py"),
                              "tree", kind, str(lab), str(folder)],
                             capture_output=True, text=True)
        if ran.returncode:
            raise GradeError(ran.stderr.strip() or "labs/cut.py failed")
    else:
        worktree.sync(root, folder)
        shutil.copytree(root / "labs", folder / "labs")
    labs = [one for one in read_labs(folder) if one.number <= lab]
    if lab not in [one.number for one in labs]:
        raise GradeError(f"there is no lab {lab} in {root}")
    return labs


def build_pristine(folder, labs, jobs):
    """Objects for everything that students don't change."""
    kinds = {test.machine.debug for lab in labs for test in lab.tests}
    try:
        for debug in sorted(kinds):
            build_kernel(folder, worktree.BUILD, debug=debug, jobs=jobs)
    except BuildError as error:
        raise GradeError(f"the pristine tree does not build: {error}"
                         ) from error


def tree_version(folder):
    """A fingerprint of the tests and everything else that is compiled."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] != worktree.BUILD:
            state.update(f"{name}\0{path.stat().st_size}\0".encode())
            state.update(path.read_bytes())
    return state.hexdigest()


def digest(course, submission):
    """A fingerprint of what would be graded, and how."""
    state = hashlib.sha256(repr((course.version, course.seed, course.only, [
        lab.number for lab in course.labs])).encode())
    for name in course.names:
        try:
            text = read_plain(submission, name)
        except Refused as error:
            text = f"refused: {error}"
        state.update(f"{name}\0{len(text)}\0{text}".encode("utf-8", "replace"))
    return state.hexdigest()


def is_done(folder, fingerprint):
    """Whether the very same files were graded before."""
    try:
        return ((folder / "submission.sha256").read_text() == fingerprint
                and (folder / "results.json").is_file())
    except FileNotFoundError:
        return False


def write_feedback(folder, course, results, notes, fingerprint):
    """Everything that goes back to one student."""
    titles = {ex.id: ex.title for lab in course.labs for ex in lab.exercises}
    text = "".join(f"note: {note}\n" for note in notes) + "\n" * bool(notes)
    (folder / "report.txt").write_text(text + report(results, titles))
    (folder / "gradescope.json").write_text(formats.gradescope(results))
    (folder / "notes.txt").write_text("".join(f"{n}\n" for n in notes))
    write_json(folder / "results.json", results)
    (folder / "submission.sha256").write_text(fingerprint)


def grade_one(course, submission):
    """Grade a submission; a line for the instructor."""
    folder = course.out / submission.name
    folder.mkdir(parents=True, exist_ok=True)
    fingerprint = digest(course, submission)
    if is_done(folder, fingerprint):
        return f"{submission.name}: as before"
    (folder / "results.json").unlink(missing_ok=True)  # of another version
    tree = course.out / ".work" / submission.name
    try:
        worktree.copy(course.pristine, tree)
        notes = take(submission, tree, course.names)
        tests = [test for lab in course.labs for test in lab.tests]
        plan = Plan(tree, course.labs, tests, course.seed, folder / "evidence",
                    worktree.BUILD, 1, course.registry, LIMITS)
        results = Session(plan).run()
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    if has_infra(results):
        raise GradeError("this host was too busy, or QEMU failed: see "
                         f"{folder / 'evidence'}")
    write_feedback(folder, course, results, notes, fingerprint)
    extra = f", {len(notes)} files not taken" if notes else ""
    return (f"{submission.name}: {results['points']}/{results['max']}{extra}")


def grade_safely(course, submission):
    """(line, whether it worked): one broken submission loses no other."""
    try:
        return grade_one(course, submission), True
    except Exception as error:
        text = str(error).splitlines()[0] if str(error) else repr(error)
        return f"{submission.name}: could not be graded: {text}", False


def grade_all(course, submissions, jobs, show):
    """Grade in parallel; how many could not be graded."""
    n_lost = 0
    with ThreadPoolExecutor(jobs) as pool:
        for line, is_good in pool.map(lambda s: grade_safely(course, s),
                                      submissions):
            show(line)
            n_lost += not is_good
    return n_lost


def class_rows(out, names, load):
    """The rows of the class's table, one a submission, lost ones too."""
    rows = []
    for name in names:
        path = out / name / "results.json"
        results = load(path) if path.is_file() else None
        row = {"student": name, "points": "", "max": "", "notes": "not graded"}
        if results:
            notes = (out / name / "notes.txt").read_text().splitlines()
            row |= {"points": results["points"], "max": results["max"],
                    "notes": "; ".join(notes)}
            row |= {test["name"]: test["points"] for test in all_tests(results)}
        rows.append(row)
    columns = max(rows, key=len, default={})
    return [{key: row.get(key, "") for key in columns} for row in rows]
