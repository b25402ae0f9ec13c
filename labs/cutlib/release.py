"""`make branches`: check everything, then write both repositories."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cutlib import CutError, git
from cutlib.history import write_course, write_private
from cutlib.leaks import Secrets


@dataclass(frozen=True)
class Release:
    """What one run of `make branches` was asked to do."""

    out: Path
    note: str = ""            # subject of a correction
    allowed: tuple = ()       # student-owned files that it may change


def _check_out(out):
    """Whether OUT holds both repositories (True) or nothing (False)."""
    there = [(out / name).is_dir() for name in ("course.git", "private.git")]
    if all(there):
        return True
    if any(there) or out.exists() and (not out.is_dir()
                                       or any(out.iterdir())):
        raise CutError(f"{out}: neither a new folder nor one that "
                       "`make branches` wrote")
    return False


def _check_leaks(cutter, starters):
    """No starter may show what any lab removes."""
    secrets = Secrets(cutter, cutter.labs)
    checked = set()
    for tree in starters.values():
        for path, blob in tree.items():
            if (path, blob.data) not in checked:
                checked.add((path, blob.data))
                leak = secrets.search(path, blob.data)
                if leak:
                    raise CutError(leak)
    return secrets


def _check_owned(cutter, starters, course_git, allowed):
    """What students own never changes, once it is handed out."""
    old_tips = git.tips(course_git) if course_git else {}
    gone = old_tips.keys() - {f"lab{number}" for number in starters}
    if gone:
        raise CutError(f"{course_git}: has {min(gone)}, this tree has not: "
                       "a released lab cannot be taken back")
    for lab in cutter.labs:
        for path in lab.student:
            versions = {git.blob_hash(tree[path].data)
                        for number, tree in starters.items()
                        if number >= lab.number}
            if path not in allowed:
                for number in starters:
                    tip = old_tips.get(f"lab{number}")
                    old = git.listing(course_git, tip) if tip else {}
                    versions |= {old[path][1]} if path in old else set()
            if len(versions) > 1:
                raise CutError(f"{path}: students own it since lab "
                               f"{lab.number}, so it must not change: put "
                               f"it back, or say ALLOW={path}")


def _stage(stage, out, exists):
    """Both repositories as they are, in a folder of our own."""
    for name, head in (("course.git", "lab1"),
                       ("private.git", "solution/lab1")):
        if exists:
            shutil.copytree(out / name, stage / name)
        else:
            git.init_bare(stage / name, head)


def _check_objects(repo, before, secrets):
    """No new object of the course repository may hold a solution."""
    for name, data in git.all_blobs(repo):
        if name not in before:
            leak = secrets.search("kernel/", data)
            if leak:
                raise CutError(f"course.git object {name}: {leak}")


def _publish(stage, out, exists):
    """Put what was staged where it belongs, each repository at once."""
    if not exists:
        out.parent.mkdir(parents=True, exist_ok=True)
        stage.chmod(0o755)
        os.rename(stage, out)    # also over a folder that is empty
        return
    for name in ("course.git", "private.git"):
        git.git(out / name, "fetch", "--quiet", "--atomic",
                "--no-write-fetch-head", str((stage / name).resolve()),
                "refs/heads/*:refs/heads/*")


def check_all(cutter):
    """Cut every tree in memory; returns the starters and what they hide."""
    starters = {lab.number: cutter.tree("starter", lab.number)
                for lab in cutter.labs}
    return starters, _check_leaks(cutter, starters)


def write_branches(cutter, release):
    """Create or correct both repositories; returns lines of a report."""
    out = release.out
    exists = _check_out(out)
    starters, secrets = check_all(cutter)
    _check_owned(cutter, starters, out / "course.git" if exists else None,
                 release.allowed)
    nearest = next(path for path in out.resolve().parents if path.is_dir())
    with tempfile.TemporaryDirectory(prefix=".quern-",
                                     dir=nearest) as temporary:
        stage = Path(temporary) / "stage"
        stage.mkdir()
        _stage(stage, out, exists)
        course, private = stage / "course.git", stage / "private.git"
        before = {name for name, _ in git.all_blobs(course)}
        report = write_course(course, cutter, starters, release.note)
        report += write_private(private, course, cutter, release.note)
        _check_objects(course, before, secrets)
        if report:
            _publish(stage, out, exists)
    return report or ["nothing has changed: no commit"]
