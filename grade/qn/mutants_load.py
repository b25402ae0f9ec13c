"""Wrong kernels, cheating kernels, and other right ones, as they are written.

solutions-private/mutants/NN-name/*.toml, cheaters/NN-name/NAME/ and
alternatives/NN-name/NAME/; ARCHITECTURE.md has the formats.  With each
exercise removed they are all `Change`s: edits and files, put into a copy of
the tree, and tests that must fail, or pass.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from qn import worktree
from qn.errors import GradeError


@dataclass(frozen=True)
class Edit:
    """Replace one text that stands exactly once in a file."""

    file: str
    find: str
    replacement: str


@dataclass(frozen=True)
class Change:
    """What is done to the solution, and what must come of it."""

    kind: str                 # removed, mutant, cheater or alternative
    lab: int
    name: str
    tests: tuple              # names that must fail (alternative: pass)
    edits: tuple = ()
    overlay: Path | None = None   # whole files, by their path in the tree
    why: str = ""

    @property
    def must_pass(self):
        """An alternative earns everything, the others nothing."""
        return self.kind == "alternative"


def _load(path, keys):
    try:
        data = tomllib.loads(path.read_text())
    except FileNotFoundError as error:
        raise GradeError(f"{path} is missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GradeError(f"{path}: {error}") from error
    for key in keys:
        if key not in data:
            raise GradeError(f"{path}: `{key}` is missing")
    unknown = sorted(set(data) - {*keys, "edit"})
    if unknown:
        raise GradeError(f"{path}: `{unknown[0]}` is not a key known here")
    return data


def _edits(path, data):
    try:
        return tuple(Edit(row["file"], row["find"], row["with"])
                     for row in data.get("edit", []))
    except (KeyError, TypeError) as error:
        raise GradeError(f"{path}: an edit needs file, find and with"
                         ) from error


def _known(path, lab, names):
    known = {test.name for test in lab.tests}
    if not names:
        raise GradeError(f"{path}: names no test")
    for name in names:
        if name not in known:
            raise GradeError(f"{path}: lab {lab.number} has no test {name}")
    return tuple(names)


def load_mutant(path, lab):
    """A mutants/NN-name/*.toml."""
    data = _load(path, ("name", "why", "kills"))
    edits = _edits(path, data)
    if not edits:
        raise GradeError(f"{path}: has no [[edit]]")
    return Change("mutant", lab.number, data["name"],
                  _known(path, lab, data["kills"]), edits, None, data["why"])


def load_cheater(folder, lab):
    """A cheaters/NN-name/NAME/ with its cheat.toml."""
    path = folder / "cheat.toml"
    data = _load(path, ("name", "why", "fakes"))
    return Change("cheater", lab.number, data["name"],
                  _known(path, lab, data["fakes"]), _edits(path, data), folder,
                  data["why"])


def load_alternative(folder, lab):
    """An alternatives/NN-name/NAME/ of whole files."""
    if not (folder / "kernel").is_dir():
        raise GradeError(f"{folder}: has no kernel/ with files")
    names = tuple(test.name for test in lab.tests)
    return Change("alternative", lab.number, folder.name, names, (), folder)


def removals(lab):
    """Each exercise taken out; its tests must notice."""
    return [Change("removed", lab.number, exercise.id,
                   tuple(test.name for test in exercise.tests))
            for exercise in lab.exercises]


def load_changes(root, labs):
    """Everything that `make mutants` tries, in order."""
    private = Path(root) / "solutions-private"
    changes = []
    for lab in labs:
        name = lab.folder.name
        changes += removals(lab)
        changes += [load_mutant(path, lab) for path in
                    sorted((private / "mutants" / name).glob("*.toml"))]
        for kind, load in (("cheaters", load_cheater),
                           ("alternatives", load_alternative)):
            changes += [load(path, lab) for path in
                        sorted((private / kind / name).glob("*/"))
                        if path.is_dir()]
    names = [(change.kind, change.lab, change.name) for change in changes]
    for key in names:
        if names.count(key) > 1:
            raise GradeError(f"lab {key[1]} has two {key[0]}s named {key[2]}")
    return changes


def apply_edit(tree, edit, name):
    """Replace the text; it must stand exactly once."""
    path = Path(tree) / edit.file
    if not path.is_file():
        raise GradeError(f"{name}: {edit.file} does not exist")
    text = path.read_text()
    found = text.count(edit.find)
    if found != 1:
        raise GradeError(f"{name}: the text to find stands {found} times in "
                         f"{edit.file}, must be once")
    worktree.write(path, text.replace(edit.find, edit.replacement))


def apply_overlay(tree, folder):
    """Put every file of a folder into its place in the tree."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and len(name.parts) > 1:
            worktree.write(Path(tree) / name, path.read_text())
