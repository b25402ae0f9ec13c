"""The targets of a student's day, run in a clone of the toy course."""

import os
import shutil
import subprocess
import sys

import pytest

import toytree

sys.path.insert(0, str(toytree.ROOT / "labs"))

from cutlib import release, trees  # noqa: E402
from qn.labs import read_labs  # noqa: E402
from student.verdicts import remember  # noqa: E402

PATHS = {1: "kernel/shop/box.c", 2: "kernel/shop/chain.c"}


def publish(toy, out):
    """Make or correct the toy's repositories."""
    release.write_branches(trees.Cutter(toy), release.Release(out))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The toy course with the students' scripts, and its repositories."""
    folder = tmp_path_factory.mktemp("course")
    toy = toytree.make(folder / "toy")
    for name in ("student", "qn"):
        shutil.copytree(toytree.ROOT / "grade" / name, toy / "grade" / name,
                        ignore=shutil.ignore_patterns("__pycache__"))
    publish(toy, folder / "out")
    return folder


class Student:
    """A clone, and what make would run in it."""

    def __init__(self, out, folder):
        self.folder = folder
        subprocess.run(["git", "clone", "-q", out / "course.git", folder],
                       check=True)
        self.git("config", "user.name", "Student")
        self.git("config", "user.email", "s@example.invalid")

    def git(self, *words):
        """Run git; its output."""
        return subprocess.check_output(["git", "-C", self.folder, *words],
                                       text=True).strip()

    def run(self, target, *words):
        """Run one target: (exit status, what it said)."""
        ran = subprocess.run(
            ["/usr/bin/python3", "-B", "-m", f"student.{target}", *words],
            cwd=self.folder, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": "grade"})
        assert "Traceback" not in ran.stdout, ran.stdout
        return ran.returncode, ran.stdout

    def refuses(self, word, target, *words):
        """The target must refuse in one line that says `word`."""
        status, said = self.run(target, *words)
        assert status == 2 and word in said and said.count("\n") == 1, said

    def write(self, path, text):
        """Put a text into a file and commit it."""
        (self.folder / path).write_text(text)
        self.git("commit", "-qam", f"write {path}")

    def read(self, path):
        """The text of a file."""
        return (self.folder / path).read_text()


@pytest.fixture
def student(course, tmp_path):
    """A student who has just cloned."""
    return Student(course / "out", tmp_path / "work")


# ---- next

def test_next_moves_on_to_a_branch_of_the_same_name(student):
    student.write(PATHS[1], toytree.BOX)
    status, said = student.run("next")
    assert status == 0
    assert "Lab 2: Chains (about 4 hours)" in said
    assert "2.1 Length" in said and "handouts/lab2.md" in said
    assert student.git("branch", "--show-current") == "lab2"
    assert student.git("rev-parse", "--abbrev-ref", "lab2@{u}") \
        == "origin/lab2"
    assert student.read(PATHS[1]) == toytree.BOX
    assert "lab_todo" in student.read(PATHS[2])


def test_next_keeps_a_branch_of_ones_own(student):
    student.git("switch", "-q", "-c", "mine")
    assert student.run("next")[0] == 0
    assert student.git("branch", "--show-current") == "mine"
    assert (student.folder / PATHS[2]).exists()


def test_next_refuses_uncommitted_changes(student):
    (student.folder / PATHS[1]).write_text(toytree.BOX)
    student.refuses("commit your changes in kernel/shop/box.c", "next")
    assert student.read(PATHS[1]) == toytree.BOX
    assert student.git("branch", "--show-current") == "lab1"


def test_next_does_not_mind_files_that_git_does_not_know(student):
    (student.folder / "notes.txt").write_text("mine\n")
    assert student.run("next")[0] == 0


def test_next_ends_at_the_last_lab(student):
    assert student.run("next")[0] == 0
    assert student.run("next")[0] == 0
    student.refuses("lab 3 is the last one so far", "next")
    assert student.git("branch", "--show-current") == "lab3"


def test_next_tells_of_a_correction(course, tmp_path):
    toy = toytree.make(tmp_path / "toy")
    for name in ("student", "qn"):
        shutil.copytree(course / "toy/grade" / name, toy / "grade" / name)
    publish(toy, tmp_path / "out")
    student = Student(tmp_path / "out", tmp_path / "work")
    student.run("next")
    student.run("next")
    toytree.edit(toy / "README.md", "# Toy", "# The toy")
    publish(toy, tmp_path / "out")
    student.refuses("git merge origin/lab3", "next")
    student.git("merge", "-q", "--no-edit", "origin/lab3")
    student.refuses("the last one so far", "next")


def test_next_without_origin(student):
    student.git("remote", "remove", "origin")
    student.refuses("no remote `origin`", "next")


def test_next_that_conflicts_changes_nothing(student):
    path = student.folder / "kernel/shop/chain.c"
    path.write_text("mine\n")
    student.git("add", "-A")
    student.git("commit", "-qm", "my own chain")
    before = student.git("rev-parse", "HEAD")
    student.refuses("your changes in kernel/shop/chain.c", "next")
    assert student.git("rev-parse", "HEAD") == before
    assert student.git("status", "--porcelain") == ""
    assert student.git("branch", "--format=%(refname:short)") == "lab1"


# ---- todo

def graded(student, verdicts):
    """What a `make grade` does in the end: {test: points, or None if it could
    not be run}."""
    rows = [{"name": name, "points": points or 0,
             "status": "pass" if points else "fail",
             "hint": None if points is None else "think"}
            for name, points in verdicts.items()]
    out = student.folder / "grade/out"
    out.mkdir(exist_ok=True)
    remember(out, student.folder, read_labs(student.folder),
             {"labs": [{"tests": rows}]})


def test_todo_lists_what_is_left(student):
    status, said = student.run("todo")
    assert status == 0
    assert "to write: box_find, box_drop (kernel/shop/box.c)" in said
    assert "0 of 100 points" in said and "3 functions to write" in said


def test_todo_sees_what_is_written_and_graded(student):
    half = toytree.BOX.replace("    int sum_of_sizes = 0;",
                               '    lab_todo("1.2", "box_sum");\n'
                               '    // lab_todo("1.1", "box_drop");')
    student.write(PATHS[1], half)
    assert "written, not graded yet" in student.run("todo")[1]
    graded(student, {"box.find": 40, "box.drop": 0})
    status, said = student.run("todo")
    assert "not passed: box.drop" in said
    assert "to write: box_sum" in said and "1 functions" in said
    assert "40 of 100 points" in said


def test_todo_remembers_earlier_runs(student):
    student.write(PATHS[1], toytree.BOX)
    graded(student, {"box.find": 40})
    assert "not graded yet: box.drop" in student.run("todo")[1]
    graded(student, {"box.drop": 20})
    said = student.run("todo")[1]
    assert "60 of 100 points" in said and "done\n" in said
    student.write(PATHS[1], toytree.BOX + "\n")
    said = student.run("todo")[1]
    assert "done (box.c has changed since: make grade)\n" in said
    assert "60 of 100 points" in said
    graded(student, {"box.find": 0, "box.drop": 20})
    assert "not passed: box.find\n" in student.run("todo")[1]
    graded(student, {"box.find": None, "box.drop": None})   # did not build
    assert "not passed: box.find\n" in student.run("todo")[1]


def test_todo_stands_in_columns(student):
    lab = "labs/01-box/lab.toml"
    student.write(lab, student.read(lab).replace(
        '"Find"', '"Find what is hidden in a very long title"'))
    lines = [line for line in student.run("todo")[1].splitlines()
             if "to write: " in line]
    assert len({line.index("to write: ") for line in lines}) == 1, lines


def test_todo_minds_no_closed_pipe(student):
    ran = subprocess.run(
        ["sh", "-c", "/usr/bin/python3 -B -m student.todo | :"],
        cwd=student.folder, env={**os.environ, "PYTHONPATH": "grade"},
        capture_output=True, text=True)
    assert ran.stderr == ""


def test_todo_reads_assembly(student):
    student.run("next")
    student.run("next")
    assert "to write: turn (kernel/shop/turn.asm)" in student.run("todo")[1]
    student.write("kernel/shop/turn.asm", toytree.TURN)
    assert "to write: turn" not in student.run("todo")[1]


@pytest.mark.parametrize("text", ["{", "[1]", '{"box.find": 3}', "{}"])
def test_todo_survives_a_broken_file(student, text):
    (student.folder / "grade/out").mkdir()
    (student.folder / "grade/out/todo.json").write_text(text)
    assert student.run("todo")[0] == 0


# ---- catch-up

def open_solutions(student, course):
    """What an instructor tells a student to do."""
    student.git("remote", "add", "catchup", course / "out" / "private.git")


def test_catch_up_takes_one_exercise_and_its_helpers(student, course):
    open_solutions(student, course)
    mine = student.read(PATHS[1]).replace(
        '    lab_todo("1.2", "box_sum");\n    return 0;',
        "    int mine = helper_of_mine(first);\n    return mine - last;")
    mine = mine.replace("int box_count", "static int helper_of_mine(int a)\n"
                        "{\n    return a;\n}\n\nint box_count")
    student.write(PATHS[1], mine)
    status, said = student.run("catchup", "1.1")
    assert status == 0, said
    assert "box_find, box_drop are the solution's now" in said
    assert "NEXT_BOX, absolute, distance, search_start" in said
    text = student.read(PATHS[1])
    assert "return a;" in text and "mine - last" in text
    assert "/* How far a box is" in text and "lab_todo(" not in text
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror",
                    f"-I{student.folder}/kernel", "-c", "-o", os.devnull,
                    student.folder / PATHS[1]], check=True)


def test_catch_up_of_a_shared_helper(student, course):
    open_solutions(student, course)
    student.run("next")
    assert "with hash_step, is_end" in student.run("catchup", "2.2")[1]
    student.git("commit", "-qam", "caught up")
    assert "is_end" not in student.run("catchup", "2.1")[1]
    assert student.read(PATHS[2]).count("static int is_end(char letter)\n{") \
        == 1
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror",
                    f"-I{student.folder}/kernel", "-c", "-o", os.devnull,
                    student.folder / PATHS[2]], check=True)


def test_catch_up_of_assembly(student, course):
    open_solutions(student, course)
    student.run("next")
    student.run("next")
    assert student.run("catchup", "3.1")[0] == 0
    text = student.read("kernel/shop/turn.asm")
    assert "jnz .again" in text and "call lab_todo" not in text
    subprocess.run(["nasm", "-f", "elf64", "-o", os.devnull,
                    student.folder / "kernel/shop/turn.asm"], check=True)


def test_catch_up_then_next_is_clean(student, course):
    open_solutions(student, course)
    for exercise in ("1.1", "1.2"):
        assert student.run("catchup", exercise)[0] == 0
        student.git("commit", "-qam", f"catch up {exercise}")
    assert student.run("next")[0] == 0


def test_catch_up_refusals(student, course):
    student.refuses("solutions are not open", "catchup", "1.1")
    open_solutions(student, course)
    student.refuses("there is no exercise 2.1", "catchup", "2.1")
    student.refuses("say EX=", "catchup", "")
    (student.folder / PATHS[1]).write_text("int x;\n")
    student.refuses("commit your changes in kernel/shop/box.c", "catchup",
                    "1.1")
    student.git("commit", "-qam", "all gone")
    student.refuses("no function box_find any more", "catchup", "1.1")
    assert student.read(PATHS[1]) == "int x;\n"


# ---- doctor

def test_doctor_finds_this_machine_ready(student):
    status, said = student.run("doctor")
    assert status == 0, said
    assert "this machine is ready" in said and "boot" in said


def fake_tool(folder, name, text):
    """A program of that name that prints a text."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{text}'\n")
    (folder / name).chmod(0o755)


def test_doctor_finds_an_old_qemu_and_a_boot_that_fails(
        student, tmp_path, monkeypatch):
    fake_tool(tmp_path / "bin", "qemu-system-x86_64",
              "QEMU emulator version 6.2.0 (Debian 1:6.2+dfsg-2)")
    fake_tool(tmp_path / "bin", "ctags", "Exuberant Ctags 5.9")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    status, said = student.run("doctor")
    assert status == 1
    assert "6.2.0" in said and "needs 7.2 or newer" in said
    assert "not Universal Ctags" in said
    assert "to mend: qemu, ctags, boot" in said


def test_doctor_says_what_is_missing(student, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    status, said = student.run("doctor")
    assert status == 1
    assert "apt install nasm" in said and "apt install gdb" in said


@pytest.mark.parametrize("line, version", [
    ("GNU gdb (Debian 13.1-3) 13.1", (13, 1)),
    ("GNU ld (GNU Binutils for Debian) 2.40", (2, 40)),
    ("QEMU emulator version 7.2.22 (Debian 1:7.2)", (7, 2, 22)),
    ("NASM version 2.16.01", (2, 16, 1)),
    ("Universal Ctags 5.9.0, Copyright (C) 2015", (5, 9, 0)),
    ("pytest 7.2.1", (7, 2, 1)),
    ("nothing", None),
])
def test_versions_are_read(line, version):
    from student import doctor
    assert doctor.version_of(line) == version
