"""Grading a class with hostile submissions, and grading the graders."""
import csv
import json
import os
import subprocess
import sys

import pytest

import faketree
from qn.check import Registry
from qn.classroom import LIMITS
from qn.build import BuildError, build_kernel
from qn.errors import GradeError
from qn.labs import read_labs
from qn.mutants_load import Change, Edit, load_changes
from qn.mutants_run import Lot, prepare, run_change
from qn.submission import FILE_MAX, take

NAME = "kernel/mm/student.c"


@pytest.fixture
def tree(tmp_path):
    """The toy tree, whose untouched file fails."""
    tree = faketree.make_tree(tmp_path / "tree",
                              ["fake.pass"], student=stub())
    for name in ("qn", "classroom"):
        (tree / "grade" / name).symlink_to(faketree.HERE.parent / name)
    return tree


def stub():
    return faketree.STUDENT.replace('"pass"', '"fail"')


def submission(tmp_path, name, text=faketree.STUDENT):
    """A student's folder with one file."""
    path = tmp_path / name / NAME
    path.parent.mkdir(parents=True)
    if text is not None:
        path.write_text(text)
    return tmp_path / name


def test_only_plain_files_are_taken(tree, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("int secret;\n")
    cases = {}
    for kind in ("link", "folder_link", "fifo", "huge", "missing", "folder"):
        cases[kind] = submission(tmp_path, kind, None)
    (cases["link"] / NAME).symlink_to(secret)
    os.rmdir(cases["folder_link"] / "kernel/mm")
    (cases["folder_link"] / "kernel/mm").symlink_to(tmp_path)
    (tmp_path / "student.c").write_text("int secret;\n")
    os.mkfifo(cases["fifo"] / NAME)
    (cases["huge"] / NAME).write_text("/" * (FILE_MAX + 1))
    (cases["folder"] / NAME).mkdir()
    words = {"link": "a link", "folder_link": "a link", "fifo": "not a file",
             "huge": "more than 1 MiB", "missing": "missing",
             "folder": "not a file"}
    for kind, folder in cases.items():
        (note,) = take(folder, tree, [NAME])
        assert words[kind] in note and note.count("\n") == 0
        assert (tree / NAME).read_text() == stub()


@pytest.mark.parametrize("text", [
    '#include "/etc/hostname"\n', '#  include </etc/hostname>\n',
    '#include "../../../x.h"\n', '%include "/etc/hostname"\n',
    '__asm__(".incbin \\"x\\"");\n'])
def test_files_from_outside_are_not_included(tree, tmp_path, text):
    (note,) = take(submission(tmp_path, "s", text), tree, [NAME])
    assert "from outside" in note


def run_class(tree, out, *folders):
    """Run grade/classroom of the toy tree on some submissions."""
    ran = subprocess.run(
        [sys.executable, str(tree / "grade/classroom"), "--lab", "9",
         "--out", str(out), "--seed", "7", *map(str, folders)],
        capture_output=True, text=True, timeout=120)
    table = out / "class.csv"
    rows = list(csv.DictReader(table.open())) if table.is_file() else []
    return ran, {row["student"]: row for row in rows}


@pytest.fixture
def toy_class(tree):
    """grade/classroom finds its tree by its own path: give it a real one."""
    (tree / "grade/classroom").unlink()
    source = (faketree.HERE.parent / "classroom").read_text()
    (tree / "grade/classroom").write_text(source)
    return tree


def test_a_class(toy_class, tmp_path):
    folders = [
        submission(tmp_path, "ada"),
        submission(tmp_path, "bob", "int broken = ;\n"),
        submission(tmp_path, "cid", None),
        submission(tmp_path, "eve", faketree.STUDENT.replace(
            '"pass"', '"panic"')),
    ]
    cheat = folders[2] / "kernel/main.c"
    cheat.write_text("this must never be compiled")
    out = tmp_path / "out"
    ran, rows = run_class(toy_class, out, *folders)
    assert ran.returncode == 0, ran.stderr
    assert {name: row["points"] for name, row in rows.items()} == {
        "ada": "100", "bob": "0", "cid": "10", "eve": "10"}
    assert "is missing" in rows["cid"]["notes"]
    assert "does not build" in (out / "bob/report.txt").read_text()
    assert json.loads((out / "eve/results.json").read_text())["points"] == 10
    gradescope = json.loads((out / "ada/gradescope.json").read_text())
    assert gradescope["score"] == 100

    (folders[1] / NAME).write_text(faketree.STUDENT)
    ran, rows = run_class(toy_class, out, *folders)
    assert rows["bob"]["points"] == "100"
    assert ran.stdout.count(": as before") == 3

    main = toy_class / "kernel/main.c"
    main.write_text(main.read_text() + "/* another version of the tests */\n")
    ran, rows = run_class(toy_class, out, *folders)
    assert ran.stdout.count(": as before") == 0


def test_a_class_that_cannot_start(toy_class, tmp_path):
    ada = submission(tmp_path, "ada")
    twin = submission(tmp_path / "other", "ada")
    for folders in ([ada, twin], [tmp_path / "nobody"]):
        ran, rows = run_class(toy_class, tmp_path / "out", *folders)
        assert ran.returncode == 2 and not rows
        assert ran.stderr.count("\n") == 1


def test_a_hungry_compiler_is_stopped(tmp_path):
    (tmp_path / "Makefile").write_text(
        "build/kernel.elf:\n\t@head -c 1G /dev/zero > big\n")
    with pytest.raises(BuildError):
        build_kernel(tmp_path, "build", prefix=LIMITS)
    assert (tmp_path / "big").stat().st_size < 1 << 28


@pytest.fixture
def lot(tmp_path):
    """What mutants are run from: a toy tree whose student's file is right."""
    root = faketree.make_tree(tmp_path / "tree", ["fake.pass"])
    lot = Lot(root, read_labs(root), 7, tmp_path / "mutants", Registry(), 1)
    prepare(lot)
    return lot


def mutant(replacement, tests=("fake.student",), **more):
    return Change("mutant", 9, "m", tests,
                  (Edit(NAME, '"pass"', f'"{replacement}"'),), **more)


@pytest.mark.parametrize("replacement, tests, is_right, text", [
    ("fail", ("fake.student",), True, "fake.student fail"),
    ("spin", ("fake.student",), True, "fake.student hang"),
    ("pass", ("fake.student",), False, "fake.student (pass)"),
    ("fail", ("fake.student", "fake.pass"), False, "fake.pass (pass)"),
    ('" x "', ("fake.student",), False, "does not build"),
])
def test_a_mutant(lot, replacement, tests, is_right, text):
    outcome = run_change(lot, mutant(replacement, tests))
    assert (outcome.is_right, text in outcome.text) == (is_right, True)


def test_an_edit_must_fit_once(lot):
    change = Change("mutant", 9, "m", ("fake.student",),
                    (Edit(NAME, "student_command", "x"),))
    outcome = run_change(lot, change)
    assert not outcome.is_right and "stands 2 times" in outcome.text


def test_alternatives_and_cheaters(lot, tmp_path):
    folder = tmp_path / "private"
    text = faketree.STUDENT.replace("return", "(void)0; return")
    submission(tmp_path, "private", text)
    tests = ("fake.student", "fake.pass")
    other = Change("alternative", 9, "a", tests, (), folder)
    assert run_change(lot, other).text == "100 points"
    (folder / "kernel/main.c").write_text("#error tests were patched\n")
    (folder / NAME).write_text(stub())
    cheat = Change("cheater", 9, "c", ("fake.student",), (), folder)
    assert run_change(lot, cheat).is_right
    assert not run_change(lot, other).is_right


def test_what_is_written_about_mutants(tmp_path):
    root = faketree.make_tree(tmp_path / "tree", ["fake.pass"])
    folder = root / "solutions-private/mutants/09-fake"
    folder.mkdir(parents=True)
    text = ('name = "m"\nwhy = "w"\nkills = ["fake.pass"]\n[[edit]]\n'
            f"file = '{NAME}'\nfind = 'a'\nwith = 'b'\n")
    (folder / "m.toml").write_text(text)
    labs = read_labs(root)
    kinds = [change.kind for change in load_changes(root, labs)]
    assert kinds == ["removed", "removed", "mutant"]
    for old, new, line in (
            ("fake.pass", "fake.past", "has no test fake.past"),
            ("why", "because", "`why` is missing"),
            ("[[edit]]", "[[edits]]", "is not a key known here"),
            ("with =", "to =", "an edit needs"),
            ('["fake.pass"]', "[]", "names no test")):
        (folder / "m.toml").write_text(text.replace(old, new))
        with pytest.raises(GradeError, match=line):
            load_changes(root, labs)
