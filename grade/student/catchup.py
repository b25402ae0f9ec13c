"""`make catch-up EX=n.m`: take one exercise's solution, keep the rest.

The functions of that exercise are replaced by the solution's; the helpers
that these need and the file lacks are put where the solution has them.  All
else in the file stays the student's.
"""

import sys
import tomllib

from qn.errors import GradeError, run_main
from qn.labs import read_labs
from student import repo, source

_REMOTE = "catchup"


def _exercise(number):
    """The exercise in this tree, and its lab."""
    for lab in read_labs(repo.ROOT):
        for exercise in lab.exercises:
            if exercise.id == number:
                return lab, exercise
    raise GradeError(f"there is no exercise {number or '(none named)'} in "
                     "this tree: say EX=1.2, for example")


def _fetch(lab):
    """Bring the solution here; the name of its commit."""
    if repo.run("remote", "get-url", _REMOTE).returncode:
        raise GradeError("solutions are not open: if your instructor gave "
                         f"you a URL, git remote add {_REMOTE} URL")
    repo.git("fetch", "--quiet", _REMOTE, f"solution/lab{lab.number}")
    return repo.git("rev-parse", "FETCH_HEAD").strip()


def _names(commit, lab, exercise):
    """What the exercise's functions are called, and all helpers of the file.

    Only the solution's lab.toml tells.
    """
    text = repo.git("show", f"{commit}:labs/{lab.folder.name}/lab.toml")
    rows = [row for row in tomllib.loads(text)["exercise"]
            if row["file"] == exercise.file]
    functions = [f["name"] for row in rows if row["id"] == exercise.id
                 for f in row["functions"]]
    return functions, {name for row in rows
                       for name in row.get("helpers", [])}


class _File:
    """A version of the file: its text and where things are in it."""

    def __init__(self, path, text):
        self.path, self.text = path, text

    def pieces(self):
        return source.pieces(self.path, self.text)

    def find(self, name):
        """The function called `name`, or None."""
        found = [p for p in self.pieces() if p.name == name and p.is_code]
        return found[0] if found else None

    def code(self, piece):
        return source.code(self.path, self.text[piece.decl:piece.end])


def _needed(solution, functions, helpers):
    """The helpers that these functions use, and those that these use."""
    needed, seen = set(), [solution.find(name) for name in functions]
    while seen:
        masked = solution.code(seen.pop())
        for piece in solution.pieces():
            if piece.name in helpers - needed \
                    and source.uses(masked, piece.name):
                needed.add(piece.name)
                seen += [p for p in solution.pieces()
                         if p.name == piece.name]
    return needed


def _replace(mine, solution, name):
    """Put the solution's function where the student's stands."""
    old, new = mine.find(name), solution.find(name)
    if not old:
        raise GradeError(f"{mine.path} has no function {name} any more: put "
                         "its header back, then make catch-up again")
    mine.text = (mine.text[:old.decl] + solution.text[new.decl:new.end]
                 + mine.text[old.end:])


def _anchor(mine, solution, piece):
    """Where a helper goes: before what follows it in the solution."""
    for after in solution.pieces():
        if after.decl > piece.decl:
            for here in mine.pieces():
                if (here.name, here.kind) == (after.name, after.kind):
                    return here.start
    return len(mine.text)


def _insert_helpers(mine, solution, needed):
    """Add the helpers that the file lacks; the names of those added."""
    there = {piece.name for piece in mine.pieces()}
    missing = {piece.start: piece for piece in solution.pieces()
               if piece.name in needed - there}
    places = [(_anchor(mine, solution, piece), piece)
              for piece in missing.values()]
    for at, piece in reversed(places):
        text = solution.text[piece.start:piece.end]
        text = text + "\n" if at < len(mine.text) else "\n" + text
        mine.text = mine.text[:at] + text + mine.text[at:]
    return sorted({piece.name for piece in missing.values()})


def main():
    """Replace one exercise."""
    number = sys.argv[1] if len(sys.argv) > 1 else ""
    lab, exercise = _exercise(number)
    repo.require_clean(f"make catch-up EX={number}", exercise.file)
    commit = _fetch(lab)
    functions, helpers = _names(commit, lab, exercise)
    solution = _File(exercise.file,
                     repo.git("show", f"{commit}:{exercise.file}"))
    mine = _File(exercise.file, (repo.ROOT / exercise.file).read_text())
    for name in functions:
        _replace(mine, solution, name)
    needed = _needed(solution, functions, helpers)
    added = _insert_helpers(mine, solution, needed)
    (repo.ROOT / exercise.file).write_text(mine.text)
    print(f"{exercise.file}: {', '.join(functions)} "
          f"{'is' if len(functions) == 1 else 'are'} the solution's now"
          + (f", with {', '.join(added)}" if added else "")
          + ". Read it, then commit.")
    return 0


if __name__ == "__main__":
    run_main(main)
