r"""How branches of the course grow: one commit each, then corrections.

    course.git    lab1 ---- lab2 ---- lab3          one commit each
                     \         \         \
                      fix ----- M ------ M          a correction of lab 1

A correction is one commit on the first lab that it changes and one merge on
every later one, so a student who merges any branch at any time merges only
what is new to them.  private.git holds solution/labN and catchup/labN, which
grow from labN in the same way.  A branch that has not changed gets no commit.
"""

from cutlib import git

_STEP = 60     # seconds between a commit and its parent


class Writer:
    """Adds commits to one bare repository through git fast-import."""

    def __init__(self, repo, course, note):
        self.repo, self.course, self.note = repo, course, note
        self.tips = git.tips(repo)
        self.times = {}
        self.stream = []
        self.report = []

    def _time(self, commit):
        if commit not in self.times:
            self.times[commit] = git.commit_time(self.repo, commit)
        return self.times[commit]

    def _is_new(self, own, upstream):
        """Whether the upstream commit is not yet part of our branch."""
        if own is None or upstream is None:
            return upstream is not None
        return upstream.startswith(":") \
            or not git.contains(self.repo, own, upstream)

    def _changes(self, own, tree):
        """The paths in which a branch differs from a tree."""
        old = git.listing(self.repo, own) if own else {}
        new = {path: (blob.mode, git.blob_hash(blob.data))
               for path, blob in tree.items()}
        return sorted(path for path in old.keys() | new.keys()
                      if old.get(path) != new.get(path))

    def _subject(self, title, own, changes):
        if not own:
            return title
        shown = ", ".join(changes[:3]) + (", …" if changes[3:] else "")
        return f"{title.partition(':')[0]}: " \
               + (self.note or f"correct {shown}")

    def advance(self, branch, title, tree, upstream):
        """Make a branch hold `tree` and follow `upstream`, if it doesn't."""
        own = self.tips.get(branch)
        changes = self._changes(own, tree)
        parents = ([own] if own else []) \
            + ([upstream] if self._is_new(own, upstream) else [])
        if own and parents == [own] and not changes:
            return
        mark = f":{len(self.report) + 1}"
        times = [self._time(parent) for parent in parents]
        self.times[mark] = max(times) + _STEP if times else self.course.date
        self._commit(branch, mark, self._subject(title, own, changes),
                     parents, tree)
        self.tips[branch] = mark
        self.report.append(f"{branch}: {len(changes)} files changed")

    def _commit(self, branch, mark, subject, parents, tree):
        who = f"{self.course.author} {self.times[mark]} +0000"
        message = f"{subject}\n".encode()
        head = [f"commit refs/heads/{branch}", f"mark {mark}",
                f"author {who}", f"committer {who}", f"data {len(message)}"]
        self.stream += ["\n".join(head).encode() + b"\n", message]
        words = ["from", "merge"]
        for word, parent in zip(words, parents):
            self.stream.append(f"{word} {parent}\n".encode())
        self.stream.append(b"deleteall\n")
        for path, blob in sorted(tree.items()):
            self.stream += [f"M {blob.mode} inline {path}\n"
                            f"data {len(blob.data)}\n".encode(),
                            blob.data, b"\n"]

    def finish(self):
        """Write all commits at once."""
        if self.stream:
            git.git(self.repo, "fast-import", "--quiet",
                    "--date-format=raw", data=b"".join(self.stream))
        return self.report


def write_course(repo, cutter, starters, note):
    writer = Writer(repo, cutter.course, note)
    upstream = None
    for lab in cutter.labs:
        branch = f"lab{lab.number}"
        writer.advance(branch, f"Lab {lab.number}: {lab.title}",
                       starters[lab.number], upstream)
        upstream = writer.tips[branch]
    return writer.finish()


def write_private(repo, course_git, cutter, note):
    git.git(repo, "fetch", "--quiet", "--no-write-fetch-head",
            str(course_git.resolve()),
            *(f"lab{lab.number}" for lab in cutter.labs))
    starts = git.tips(course_git)
    writer = Writer(repo, cutter.course, note)
    for lab in cutter.labs:
        for kind in ("solution", "catchup"):
            writer.advance(f"{kind}/lab{lab.number}",
                           f"Lab {lab.number}, {kind}: {lab.title}",
                           cutter.tree(kind, lab.number),
                           starts[f"lab{lab.number}"])
    return writer.finish()
