"""The student's repository: the few git commands that the targets need."""

import subprocess
from pathlib import Path

from qn.errors import GradeError

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*words):
    """Run git in the tree; the finished process."""
    return subprocess.run(["git", "-C", str(ROOT), *words],
                          capture_output=True, text=True)


def git(*words):
    """Run git in the tree; its output.  A failure is a GradeError."""
    ran = run(*words)
    if ran.returncode:
        lines = (ran.stderr or ran.stdout).strip().splitlines() or ["failed"]
        raise GradeError(f"git {words[0]}: {lines[0]}")
    return ran.stdout


def changed_files(*paths):
    """Files with changes that are not committed; untracked ones don't count."""
    out = git("status", "--porcelain", "--untracked-files=no", "-z",
              "--no-renames", "--", *paths)
    return [row[3:] for row in out.split("\0") if row]


def require_clean(what, *paths):
    """Refuse to go on over changes that git could not bring back."""
    changed = changed_files(*paths)
    if changed:
        raise GradeError(f"commit your changes in {changed[0]} first "
                         f"(git commit -am '...'), then {what}")


def branch():
    """The name of the branch that is checked out, or ""."""
    return run("symbolic-ref", "--quiet", "--short", "HEAD").stdout.strip()


def has(name):
    """Whether git knows this branch or commit."""
    return run("rev-parse", "--verify", "--quiet", name).returncode == 0
