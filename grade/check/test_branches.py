"""The course's repositories: made, corrected, merged by a student."""

import subprocess
import sys

import pytest

import toytree

sys.path.insert(0, str(toytree.ROOT / "labs"))

from cutlib import CutError, git as cutgit, leaks, release, trees  # noqa: E402

ME = ["-c", "user.name=Student", "-c", "user.email=s@example.invalid"]


@pytest.fixture
def toy(tmp_path):
    """A fresh toy course."""
    return toytree.make(tmp_path / "toy")


@pytest.fixture
def out(tmp_path):
    """Where its repositories go."""
    return tmp_path / "new" / "out"


def branches(toy, out, **wanted):
    """Make or correct them: the lines of the report."""
    return release.write_branches(trees.Cutter(toy),
                                  release.Release(out, **wanted))


def git(folder, *words, ok=True):
    """Run git as a student would."""
    ran = subprocess.run(["git", *ME, "-C", folder, *words], text=True,
                         capture_output=True)
    assert not ok or ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip()


def log(repo, branch):
    """The commits of a branch, newest first, with their parents."""
    return git(repo, "log", "--format=%h %p", branch).splitlines()


def clone(out, folder):
    """A student's clone."""
    subprocess.run(["git", "clone", "-q", out / "course.git", folder],
                   check=True)
    return folder


def solve(work, toy, path, rename=()):
    """A student's solution: ours with a helper and other local names."""
    text = (toy / path).read_text()
    for old, new in rename:
        assert old in text
        text = text.replace(old, new)
    comment = ";" if path.endswith(".asm") else "//"
    (work / path).write_text(text + f"\n{comment} My own last line.\n")
    git(work, "commit", "-qam", f"solve {path}")


# ---- the first release

def test_chain_is_linear_one_commit_each(toy, out):
    branches(toy, out)
    course = out / "course.git"
    assert git(course, "symbolic-ref", "HEAD") == "refs/heads/lab1"
    assert git(course, "branch", "--format=%(refname:short)").split() \
        == ["lab1", "lab2", "lab3"]
    assert len(log(course, "lab3")) == 3
    for before, after in (("lab1", "lab2"), ("lab2", "lab3")):
        assert git(course, "rev-parse", f"{after}^") \
            == git(course, "rev-parse", before)
        assert git(course, "diff", "--diff-filter=a", "--name-only", before,
                   after) == "", "a lab only adds files"


def test_private_shares_history(toy, out):
    branches(toy, out)
    private = out / "private.git"
    names = git(private, "branch", "--format=%(refname:short)").split()
    assert names == [f"{kind}/lab{n}" for kind in ("catchup", "solution")
                     for n in (1, 2, 3)]
    for name in names:
        assert git(private, "rev-parse", f"{name}^") == git(
            out / "course.git", "rev-parse", name.partition("/")[2])
    assert git(private, "show", "solution/lab1:kernel/shop/box.c") + "\n" \
        == toytree.BOX
    git(private, "fsck", "--strict")
    git(out / "course.git", "fsck", "--strict")


def test_same_tree_gives_same_hashes(toy, out, tmp_path, monkeypatch):
    branches(toy, out)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    branches(toy, tmp_path / "again")
    for name in ("course.git", "private.git"):
        assert cutgit.tips(out / name) \
            == cutgit.tips(tmp_path / "again" / name)


def test_nothing_changed_means_no_commit(toy, out):
    branches(toy, out)
    before = [cutgit.tips(out / name) for name in ("course.git",
                                                   "private.git")]
    assert branches(toy, out) == ["nothing has changed: no commit"]
    assert before == [cutgit.tips(out / name) for name in ("course.git",
                                                           "private.git")]


# ---- a student

def test_student_merges_without_conflict(toy, out, tmp_path):
    branches(toy, out)
    work = clone(out, tmp_path / "work")
    solve(work, toy, "kernel/shop/box.c", [("best", "nearest"),
                                           ("distance", "how_far")])
    toytree.edit(work / "kernel/shop/given.c", "one line", "a line")
    git(work, "commit", "-qam", "a comment")
    git(work, "merge", "-q", "--no-edit", "origin/lab2")
    solve(work, toy, "kernel/shop/chain.c", [("n_letters", "n")])
    git(work, "merge", "-q", "--no-edit", "origin/lab3")
    solve(work, toy, "kernel/shop/turn.asm", [(".again", ".round")])
    assert "lab_todo" not in "".join(
        (work / path).read_text() for path in ("kernel/shop/box.c",
                                               "kernel/shop/chain.c",
                                               "kernel/shop/turn.asm"))
    assert (work / "labs/03-turn/lab.toml").exists()


@pytest.mark.parametrize("when", ["at lab 1", "skipped", "at lab 2"])
def test_correction_reaches_students_whenever_they_merge(
        toy, out, tmp_path, when):
    branches(toy, out)
    work = clone(out, tmp_path / "work")
    solve(work, toy, "kernel/shop/box.c")
    toytree.edit(work / "kernel/shop/given.c", "Two.", "My two.")
    git(work, "commit", "-qam", "a comment")
    if when == "at lab 2":
        git(work, "merge", "-q", "--no-edit", "origin/lab2")
        solve(work, toy, "kernel/shop/chain.c")
    toytree.edit(toy / "kernel/shop/given.c", "one line", "one line, mended")
    report = branches(toy, out, note="say it better")
    assert [line.partition(":")[0] for line in report] == [
        "lab1", "lab2", "lab3", "solution/lab1", "catchup/lab1",
        "solution/lab2", "catchup/lab2", "solution/lab3", "catchup/lab3"]
    git(work, "fetch", "-q")
    for branch in {"at lab 1": ["lab1", "lab2", "lab3"],
                   "skipped": ["lab3"],
                   "at lab 2": ["lab2", "lab1", "lab3"]}[when]:
        git(work, "merge", "-q", "--no-edit", f"origin/{branch}")
    text = (work / "kernel/shop/given.c").read_text()
    assert "mended" in text and "My two." in text
    assert git(work, "log", "-1", "--format=%s", "origin/lab1") \
        == "Lab 1: say it better"


def test_correction_of_a_later_lab_leaves_earlier_ones_alone(toy, out):
    branches(toy, out)
    before = cutgit.tips(out / "course.git")
    toytree.edit(toy / "handouts/lab2.md", "# Lab 2", "# The lab 2")
    branches(toy, out)
    after = cutgit.tips(out / "course.git")
    assert before["lab1"] == after["lab1"]
    assert len(log(out / "course.git", "lab2")) == 3
    assert cutgit.contains(out / "course.git", after["lab3"], after["lab2"])
    assert cutgit.contains(out / "course.git", after["lab3"], before["lab3"])
    assert git(out / "course.git", "log", "-1", "--format=%s", "lab2") \
        == "Lab 2: correct handouts/lab2.md"


def test_correction_of_a_solution_is_private(toy, out):
    branches(toy, out)
    before = cutgit.tips(out / "course.git")
    toytree.edit(toy / "kernel/shop/chain.c", "n_letters++;",
                 "n_letters += 1;")
    report = branches(toy, out)
    assert cutgit.tips(out / "course.git") == before
    assert {line.partition(":")[0] for line in report} \
        == {"solution/lab2", "solution/lab3", "catchup/lab3"}


def test_second_correction_and_repeated_corrections_agree(toy, out, tmp_path):
    """The same corrections on a copy of the course give the same hashes."""
    for target in (out, tmp_path / "again"):
        (toy / "README.md").write_text("# Toy\n")
        branches(toy, target)
        for text in ("# Toy 1\n", "# Toy 2\n"):
            (toy / "README.md").write_text(text)
            branches(toy, target)
    assert cutgit.tips(out / "course.git") \
        == cutgit.tips(tmp_path / "again" / "course.git")
    assert len(log(out / "course.git", "lab1")) == 3


def test_files_come_and_go_by_correction(toy, out, tmp_path):
    branches(toy, out)
    work = clone(out, tmp_path / "work")
    (toy / "kernel/shop/given.c").rename(toy / "kernel/shop/gift.c")
    branches(toy, out)
    git(work, "pull", "-q", "--ff-only")
    assert (work / "kernel/shop/gift.c").exists()
    assert not (work / "kernel/shop/given.c").exists()


def test_a_new_lab_after_release(toy, out):
    later = {name: (toy / name).read_text() for name in toytree.FILES
             if "turn" in name or "lab3" in name}
    for name in later:
        (toy / name).unlink()
    branches(toy, out)
    before = cutgit.tips(out / "course.git")
    for name, text in later.items():
        (toy / name).write_text(text)
    branches(toy, out)
    after = cutgit.tips(out / "course.git")
    assert after["lab3"] and after["lab2"] == before["lab2"]
    for name in later:
        (toy / name).unlink()
    with pytest.raises(CutError, match="has lab3"):
        branches(toy, out)


# ---- what students own

def test_students_file_does_not_change_after_release(toy, out):
    branches(toy, out)
    before = cutgit.tips(out / "course.git")
    toytree.edit(toy / "kernel/shop/box.c", "boxes on a shelf", "some boxes")
    with pytest.raises(CutError, match="box.c: students own it since lab 1"):
        branches(toy, out)
    assert cutgit.tips(out / "course.git") == before
    branches(toy, out, allowed=("kernel/shop/box.c",))
    assert cutgit.tips(out / "course.git") != before


def test_a_later_lab_cannot_take_over_a_given_file(toy, out):
    toytree.edit(toy / "labs/02-chain/lab.toml",
                 'student = [', 'student = ["kernel/shop/given.c", ')
    with pytest.raises(CutError, match="given.c: student-owned in lab 2"):
        branches(toy, out)
    assert not out.exists() and not out.parent.exists()


# ---- leaks

THREE_LINES = "\n".join(toytree.CHAIN.splitlines()[17:20])
LEAKS = {
    "answer in a comment": ("kernel/shop/given.c",
                            "/*\n * " + THREE_LINES.replace("\n", "\n * ")
                            + "\n */\n"),
    "copy of the file": ("kernel/shop/old_box.c", toytree.BOX),
    "part, indented otherwise": ("kernel/core/aisle.h",
                                 THREE_LINES.replace("    ", "\t")),
    "quoted in a handout": ("handouts/lab1.md",
                            "> `" + THREE_LINES.replace("\n", "\n> ")),
    "one line in a handout": ("handouts/lab2.md",
                              "Hint: seed = hash_step(seed, text[i]);\n"
                              "seed = hash_step(seed, text[i]);\n"),
    "one line in a grader": ("grade/labs/02-chain/check_chain.py",
                             "# seed = hash_step(seed, text[i]);\n"),
    "assembly": ("README.md", "    mov rcx, 4          ; \"loop:\" is no "
                 "label in a string\n.again:\n    rol rax, 16\n    dec rcx\n"),
    "a helper": ("kernel/core/aisle.h",
                 "\n".join(toytree.CHAIN.splitlines()[8:12])),
    "of a later lab": ("kernel/shop/shelf.h",
                       "\n".join(toytree.CHAIN.splitlines()[28:36])),
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_leaks_are_found(toy, out, leak):
    place, text = leak
    path = toy / place
    path.write_text((path.read_text() if path.exists() else "") + text)
    with pytest.raises(CutError, match=f"{place}: shows .*solution of exer"):
        branches(toy, out)
    assert not out.exists()


def test_lines_that_the_given_kernel_shows_are_no_leak(toy, out):
    line = "    for (int i = 0; i < N_BOXES; i++)"
    assert toytree.BOX.count(line) == 2, "given, and in a solution"
    (toy / "handouts/lab1.md").write_text(
        (toy / "handouts/lab1.md").read_text() + line + "\n")
    branches(toy, out)


def test_no_object_of_the_course_shows_a_solution(toy, out):
    branches(toy, out)
    toytree.edit(toy / "kernel/shop/given.c", "one line", "mended")
    branches(toy, out)
    cutter = trees.Cutter(toy)
    secrets = leaks.Secrets(cutter, cutter.labs)
    blobs = list(cutgit.all_blobs(out / "course.git"))
    assert len(blobs) > 15
    assert not [name for name, data in blobs
                if secrets.search("kernel/", data)]
    private = cutgit.all_blobs(out / "private.git")
    assert [name for name, data in private
            if secrets.search("kernel/", data)], "the search sees nothing"


def test_a_stray_object_is_found(toy, out, monkeypatch):
    write = release.write_course

    def careless(repo, *rest):
        cutgit.git(repo, "hash-object", "-w", "--stdin",
                   data=toytree.BOX.encode())
        return write(repo, *rest)

    monkeypatch.setattr(release, "write_course", careless)
    with pytest.raises(CutError, match="course.git object"):
        branches(toy, out)
    assert not out.exists()
