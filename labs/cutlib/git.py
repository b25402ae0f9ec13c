"""The few git commands that the course repositories need."""

import hashlib
import os
import subprocess

from cutlib import CutError

# No user's or machine's configuration, so that all hashes are repeatable.
_ENVIRONMENT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1"}
for _name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
    _ENVIRONMENT.pop(_name, None)


def git(repo, *words, data=None):
    """Run git in a repository; its output as bytes."""
    ran = subprocess.run(["git", "-C", str(repo), *words], input=data,
                         capture_output=True, env=_ENVIRONMENT)
    if ran.returncode:
        raise CutError(f"git {words[0]}: "
                       f"{ran.stderr.decode().strip().splitlines()[-1]}")
    return ran.stdout


def init_bare(path, head):
    """A new bare repository whose HEAD is a branch."""
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--bare", "--template=",
        f"--initial-branch={head}")


def tips(repo):
    """All branches and the commits they point at."""
    lines = git(repo, "for-each-ref", "refs/heads",
                "--format=%(refname:lstrip=2) %(objectname)")
    return dict(line.split() for line in lines.decode().splitlines())


def commit_time(repo, commit):
    """When a commit was made, in seconds since 1970."""
    return int(git(repo, "show", "-s", "--format=%ct", commit))


def contains(repo, commit, ancestor):
    """Whether `ancestor` is part of the commit's history."""
    base = git(repo, "merge-base", commit, ancestor)
    return base.decode().strip() == ancestor


def listing(repo, commit):
    """The files of a commit: {path: (mode, hash of the content)}."""
    out = git(repo, "ls-tree", "-r", "-z", commit).decode()
    rows = (row.split("\t", 1) for row in out.split("\0") if row)
    return {path: (about.split()[0], about.split()[2])
            for about, path in rows}


def blob_hash(data):
    """The name that git gives to a content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def all_blobs(repo):
    """Every content in the repository, reachable or not: (hash, bytes)."""
    listed = git(repo, "cat-file", "--batch-all-objects",
                 "--batch-check=%(objecttype) %(objectname)").decode()
    names = [row.split()[1] for row in listed.splitlines()
             if row.startswith("blob ")]
    out = git(repo, "cat-file", "--batch",
              data="".join(f"{name}\n" for name in names).encode())
    at = 0
    for name in names:
        line_end = out.index(b"\n", at)
        size = int(out[at:line_end].split()[2])
        yield name, out[line_end + 1:line_end + 1 + size]
        at = line_end + 1 + size + 1
