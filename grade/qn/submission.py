"""Taking over what a student handed in: their own files, and nothing else.

Tests, Makefile, headers and harness come from the grader's own tree, so it
doesn't matter what a submission did to them.  A submission is hostile until
shown otherwise: links, devices and huge files are refused by name.
"""

import os
import re
import stat
from pathlib import Path

from qn import worktree

FILE_MAX = 1 << 20
# A build must not read the grader's own files into a student's error text.
OUTSIDE = re.compile(
    r'(?m)^\s*[#%]\s*(?:include|embed)\s*["<\'`]\s*(?:/|[^">]*\.\./)|incbin')


class Refused(Exception):
    """Why a file was not taken, in a few words."""


def _open_plain(root, name):
    """A descriptor of a regular file; no link anywhere on the way."""
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in Path(name).parts[:-1]:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW,
                            dir_fd=here)
            os.close(here)
            here = below
        return os.open(Path(name).name, os.O_RDONLY | os.O_NOFOLLOW |
                       os.O_NONBLOCK, dir_fd=here)
    finally:
        os.close(here)


def read_plain(root, name):
    """The text of a student's file, or Refused."""
    try:
        fd = _open_plain(root, name)
    except FileNotFoundError as error:
        raise Refused("is missing") from error
    except OSError as error:
        raise Refused("is a link or not a file") from error
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise Refused("is not a file")
        if status.st_size > FILE_MAX:
            raise Refused(f"has more than {FILE_MAX >> 20} MiB")
        text = os.read(fd, FILE_MAX).decode("utf-8", "replace")
    finally:
        os.close(fd)
    if OUTSIDE.search(text):
        raise Refused("includes a file from outside kernel/")
    return text


def take(submission, tree, names):
    """Put the student's files into `tree`; one line for each refused.

    Where a file is refused the tree's own (the starter's) stays.
    """
    notes = []
    for name in names:
        try:
            text = read_plain(submission, name)
        except Refused as error:
            notes.append(f"{name} {error}: the starter's is graded")
            continue
        if text != (tree / name).read_text(errors="replace"):
            worktree.write(tree / name, text)
    return notes


def student_files(labs):
    """All files that belong to the student in these labs."""
    return [name for lab in labs for name in lab.student]
