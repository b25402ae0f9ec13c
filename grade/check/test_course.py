"""The real labs as a course: cut, built, graded, merged by a student.

Trees are checked out one after the other in the same two folders, so that make
compiles only what differs between them.
"""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest

import toytree
import unit

ROOT = toytree.ROOT
sys.path.insert(0, str(ROOT / "labs"))

from cutlib import release, trees  # noqa: E402
from qn.labs import read_labs  # noqa: E402
from student import source, todos  # noqa: E402

LABS = read_labs(ROOT)
NUMBERS = [lab.number for lab in LABS]
LAST = NUMBERS[-1]

pytestmark = pytest.mark.xdist_group("course")


def run(folder, *words):
    """Run a command in a tree as a student would; what it said."""
    ours = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "BUILD", "T",
            "LAB", "SEED"}
    ran = subprocess.run(
        words, cwd=folder, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=300,
        env={k: v for k, v in os.environ.items() if k not in ours})
    assert ran.returncode == 0, f"{' '.join(words)}:\n{ran.stdout[-3000:]}"
    return ran.stdout


def grade(folder, *words):
    """Build, grade; the labs of results.json by number."""
    run(folder, "make")
    run(folder, "make", "grade", *words)
    results = json.loads((folder / "grade/out/results.json").read_text())
    return {lab["lab"]: lab for lab in results["labs"]}


def points(labs):
    """What each lab earned."""
    return {number: lab["points"] for number, lab in labs.items()}


def losers(labs):
    """The tests that failed, for a message that helps."""
    return [(row["name"], row["status"], row["message"])
            for lab in labs.values() for row in lab["tests"]
            if row["status"] != "pass"]


class Checkout:
    """A clone in which branches are checked out one after the other."""

    def __init__(self, repo, folder):
        self.folder = folder
        run(folder.parent, "git", "clone", "-q", str(repo), str(folder))
        run(folder, "git", "config", "user.name", "Student")
        run(folder, "git", "config", "user.email", "s@example.invalid")

    def at(self, branch):
        """Check a branch out; the folder."""
        run(self.folder, "git", "checkout", "-q", "--detach",
            f"origin/{branch}")
        return self.folder


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """course.git and private.git of the real labs."""
    out = tmp_path_factory.mktemp("course") / "out"
    release.write_branches(trees.Cutter(ROOT), release.Release(out))
    return out


@pytest.fixture(scope="session")
def starters(course):
    """A clone of the students' repository."""
    return Checkout(course / "course.git", course.parent / "starters")


@pytest.fixture(scope="session")
def solutions(course):
    """A clone of the private repository."""
    return Checkout(course / "private.git", course.parent / "solutions")


@pytest.mark.parametrize("number", NUMBERS)
def test_starter_earns_nothing_on_its_own_exercises(starters, number):
    folder = starters.at(f"lab{number}")
    labs = grade(folder, f"LAB={number}")
    assert points(labs) == {number: 0}, "a test that passes unwritten"
    states = {row["status"] for row in labs[number]["tests"]}
    assert "todo" in states, "no test reached a lab_todo"
    assert "infra" not in states


@pytest.mark.parametrize("number", NUMBERS)
def test_starter_boots_to_its_first_stub(starters, number):
    folder = starters.at(f"lab{number}")
    run(folder, "make")
    ids = [exercise.id for exercise in LABS[NUMBERS.index(number)].exercises]
    left = run(folder, "make", "todo")
    assert all(re.search(rf"^  {re.escape(i)} .* to write: ", left, re.M)
               for i in ids), left
    boot = subprocess.run(["grade/boot", "--timeout", "60", "--icount"],
                          cwd=folder, capture_output=True, text=True)
    assert "is not written yet" in boot.stdout, boot.stdout[-2000:]


@pytest.mark.parametrize("number", NUMBERS)
def test_starter_is_what_a_student_should_see(starters, number):
    folder = starters.at(f"lab{number}")
    assert not list(folder.glob("solutions-private"))
    assert not list(folder.glob("labs/cut*"))
    for path in folder.glob("labs/*/lab.toml"):
        for exercise in tomllib.loads(path.read_text())["exercise"]:
            assert not {"functions", "helpers"} & exercise.keys()
    for path in folder.glob("grade/unit/test_*.c"):
        for name in unit.head_words(path.read_text(), "Sources",
                                    lambda word: word.endswith(".c")):
            assert (folder / "kernel" / name).exists(), \
                f"{path.name} belongs to a later lab: it needs {name}"


@pytest.mark.parametrize("number", NUMBERS)
def test_stubs_are_as_clang_format_wants_them(starters, number):
    folder = starters.at(f"lab{number}")
    check = ["clang-format", "--dry-run", "-Werror"]
    clean = [path for path in LABS[NUMBERS.index(number)].student
             if path.endswith(".c") and not subprocess.run(
                 [*check, path], cwd=ROOT, capture_output=True).returncode]
    assert clean, "no file of the full tree is formatted: make format"
    run(folder, *check, *clean)


@pytest.mark.parametrize("number", NUMBERS)
def test_solution_earns_everything(solutions, number):
    labs = grade(solutions.at(f"solution/lab{number}"))
    assert points(labs) == {n: 100 for n in NUMBERS if n <= number}, \
        losers(labs)


@pytest.mark.parametrize("number", NUMBERS[1:])
def test_catchup_earns_what_lies_below_it(solutions, number):
    labs = grade(solutions.at(f"catchup/lab{number}"))
    assert points(labs) == {n: 100 if n < number else 0
                            for n in NUMBERS if n <= number}, losers(labs)


# ---- a student

def rename_local(path, text, piece):
    """Rename a local variable of a function, if it has one that is free."""
    body = text[piece.body:piece.end]
    found = re.search(r"^    (?:\w+ )+\*?([a-z]\w{2,}) = ", body, re.M)
    if not found:
        return text
    renamed = re.sub(rf"(?<![\w.>\"])(?<!struct ){found.group(1)}(?![\w\"])",
                     f"my_{found.group(1)}", body)
    return text[:piece.body] + renamed + text[piece.end:]


def as_a_student_writes(path, text, exercises):
    """The solution, with a helper more and other names for locals."""
    if path.endswith(".asm"):
        return text + "\n; Written at night.\n"
    names = [f.name for e in exercises for f in e.functions]
    for name in names:
        piece = next(p for p in source.find(path, text, name) if p.is_code)
        text = rename_local(path, text, piece)
    first = min(p.start for p in source.pieces(path, text)
                if p.name in names and p.is_code)
    helper = "/* Mine. */\nstatic inline int my_helper(int a)\n" \
             "{\n    return a;\n}\n\n"
    return text[:first] + helper + text[first:]


def solve(folder, lab, private):
    """Write a lab and commit it."""
    for path in lab.student:
        ours = [e for e in lab.exercises if e.file == path]
        ideal = run(private, "git", "show", f"solution/lab{lab.number}:{path}")
        text = as_a_student_writes(path, ideal, ours)
        (folder / path).write_text(text)
        assert not todos.find_todos(path, text)
    run(folder, "git", "commit", "-qam", f"lab {lab.number}")


def test_student_walks_through_the_course(course, starters):
    """Everything is written, merged with `make next`, graded at the end."""
    folder = starters.at("lab1")
    run(folder, "git", "switch", "-q", "lab1")
    main = folder / "kernel/main.c"
    main.write_text(main.read_text().replace("main.c -", "main.c (mine) -"))
    for lab in LABS:
        solve(folder, lab, course / "private.git")
        if lab.number < LAST:
            said = run(folder, "make", "next")
            assert f"Lab {lab.number + 1}" in said
    assert "(mine)" in main.read_text()
    assert run(folder, "git", "branch", "--show-current") == f"lab{LAST}\n"
    labs = grade(folder)
    assert points(labs) == {n: 100 for n in NUMBERS}, losers(labs)


@pytest.mark.parametrize("number", NUMBERS)
def test_catching_up_exercise_by_exercise_compiles(course, starters, number):
    """Last exercise first, so helpers must find their places."""
    folder = starters.at(f"lab{number}")
    if "catchup" not in run(folder, "git", "remote"):
        run(folder, "git", "remote", "add", "catchup",
            str(course / "private.git"))
    for exercise in reversed(LABS[NUMBERS.index(number)].exercises):
        run(folder, "make", "catch-up", f"EX={exercise.id}")
        run(folder, "git", "commit", "-qam", f"catch up {exercise.id}")
        stem, suffix = os.path.splitext(exercise.file)
        run(folder, "make", f"build/{stem}"
            + (".asm.o" if suffix == ".asm" else ".o"))
    for path in LABS[NUMBERS.index(number)].student:
        assert not todos.find_todos(path, (folder / path).read_text())
