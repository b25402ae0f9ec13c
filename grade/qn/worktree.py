"""Copies of what a kernel is built from, objects and time stamps included.

A copy of a built tree is up to date for make: changing one file there costs
one compilation and one link.
"""

import filecmp
import os
import shutil
from pathlib import Path

INPUTS = ("Makefile", "kernel", "grade/build")  # what `make kernel.elf` reads
BUILD = "build"


def _files(folder):
    """All regular files below a folder, relative to it."""
    return {path.relative_to(folder) for path in Path(folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts}


def _sync_file(source, target):
    """Copy with the time stamp, unless it is there already."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not (target.is_file() and filecmp.cmp(source, target)):
        shutil.copy2(source, target)


def sync(tree, base):
    """Make `base` hold the tree's build inputs; its objects stay."""
    for name in INPUTS:
        source, target = Path(tree) / name, Path(base) / name
        if source.is_file():
            _sync_file(source, target)
            continue
        there = _files(source)
        for path in there:
            _sync_file(source / path, target / path)
        for path in _files(target) - there:
            (target / path).unlink()


def copy(base, work):
    """A fresh copy to change; time stamps stay."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(base, work, symlinks=True)


def write(path, text):
    """Change a file; newer than every object, whatever the clock says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path)
