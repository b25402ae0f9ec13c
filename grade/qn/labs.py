"""The labs: what labs/NN-name/lab.toml says, read and checked.

load_labs(root) reads every lab.toml and holds it against the tree: functions
that are named stand in their file, tests exist in kernel/test/, points sum up,
the handout has a section for each exercise.  In a student's tree, where the
names of the solution's functions are left out, those checks have nothing to
do.  Everything wrong is a LabError: one line, naming the file.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from qn.errors import GradeError, LabError
from qn.machine import Machine

TEST_NAME_MAX = 39  # QEMU's fw_cfg names hold 55, less "opt/quern/input/"


@dataclass(frozen=True)
class Function:
    """A function whose body the cut removes; `returns` is C, or None."""

    name: str
    returns: str | None = None


@dataclass(frozen=True)
class LabTest:
    """A test that earns points."""

    name: str
    points: int
    hint: str
    machine: Machine
    exercise: str
    lab: int


@dataclass(frozen=True)
class Exercise:
    """One task of a lab."""

    id: str
    title: str
    points: int
    file: str
    functions: tuple = ()
    helpers: tuple = ()
    tests: tuple = ()


@dataclass(frozen=True)
class Lab:
    """One lab.toml."""

    number: int
    name: str
    title: str
    folder: Path
    hours: int = 0
    files: tuple = ()
    student: tuple = ()
    exercises: tuple = ()

    @property
    def tests(self):
        """All tests, in the order of lab.toml."""
        return [test for ex in self.exercises for test in ex.tests]


@dataclass
class _Table:
    """A TOML table that is asked for its keys one by one."""

    data: dict
    where: str
    used: set = field(default_factory=set)

    def fail(self, message):
        """One line about this table."""
        raise LabError(f"{self.where}: {message}")

    def get(self, key, kind, default=None):
        """The value of a key; without a default the key must be there."""
        self.used.add(key)
        value = self.data.get(key, default)
        if value is None:
            self.fail(f"`{key}` is missing")
        if not isinstance(value, kind) or (kind is int and value is True):
            self.fail(f"`{key}` must be a {kind.__name__}")
        return value

    def strings(self, key):
        """A list of strings, empty if absent."""
        values = self.get(key, list, [])
        if not all(isinstance(value, str) for value in values):
            self.fail(f"`{key}` must be a list of strings")
        return tuple(values)

    def tables(self, key, name):
        """A list of tables, each with a place of its own in messages."""
        rows = self.get(key, list, [])
        if not all(isinstance(row, dict) for row in rows):
            self.fail(f"`{key}` must be a list of tables")
        return [_Table(row, f"{self.where}: {name} "
                       f"{row.get('id') or row.get('name') or '?'}")
                for row in rows]

    def done(self):
        """No key may be left over: it would be a spelling mistake."""
        unknown = sorted(set(self.data) - self.used)
        if unknown:
            self.fail(f"`{unknown[0]}` is not a key that is known here")


def _machine(table):
    data = dict(table.get("machine", dict, {}))
    data.setdefault("icount", data.get("cpus", 1) == 1)
    for key, value in data.items():
        kind = Machine.__annotations__.get(key)
        if kind is None:
            table.fail(f"machine has no `{key}`")
        if type(value) is not kind:
            table.fail(f"machine's `{key}` must be a {kind.__name__}")
    try:
        return Machine(**data)
    except GradeError as error:
        table.fail(str(error))


def _test(table, exercise_id, lab_number):
    name = table.get("name", str)
    if not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", name):
        table.fail("a test's name must be like suite.case")
    if len(name) > TEST_NAME_MAX:
        table.fail(f"a test's name has at most {TEST_NAME_MAX} characters")
    test = LabTest(name, table.get("points", int), table.get("hint", str),
                   _machine(table), exercise_id, lab_number)
    table.done()
    if test.points < 0 or "\n" in test.hint:
        table.fail("points can't be negative, a hint is one line")
    return test


def _functions(table):
    rows = table.tables("functions", "function")
    functions = []
    for row in rows:
        functions.append(Function(row.get("name", str),
                                  row.get("returns", str, "") or None))
        row.done()
    return tuple(functions)


def _exercise(table, lab_number):
    number = table.get("id", str)
    if not re.fullmatch(rf"{lab_number}\.[1-9]\d*", number):
        table.fail(f"an id of lab {lab_number} must be like {lab_number}.1")
    tests = [_test(row, number, lab_number)
             for row in table.tables("test", "test")]
    exercise = Exercise(
        number, table.get("title", str), table.get("points", int),
        table.get("file", str), _functions(table), table.strings("helpers"),
        tuple(tests))
    table.done()
    total = sum(test.points for test in tests)
    if not tests:
        table.fail("has no test")
    if total != exercise.points:
        table.fail(f"its tests have {total} points, not {exercise.points}")
    return exercise


def _unique(table, what, names):
    seen = set()
    for name in names:
        if name in seen:
            table.fail(f"{what} {name} is there twice")
        seen.add(name)


def parse_lab(path, root):
    """One lab.toml, checked by itself."""
    where = path.relative_to(root).as_posix()
    try:
        data = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LabError(f"{where}: {error}") from error
    table = _Table(data, where)
    number = table.get("number", int)
    exercises = [_exercise(row, number)
                 for row in table.tables("exercise", "exercise")]
    lab = Lab(number, table.get("name", str), table.get("title", str),
              path.parent, table.get("hours", int, 0), table.strings("files"),
              table.strings("student"), tuple(exercises))
    table.done()
    _unique(table, "exercise", [ex.id for ex in exercises])
    _unique(table, "test", [test.name for test in lab.tests])
    total = sum(ex.points for ex in exercises)
    if total != 100:
        table.fail(f"its exercises have {total} points, not 100")
    for ex in exercises:
        if ex.file not in lab.student:
            table.fail(f"exercise {ex.id}: {ex.file} is not in `student`")
    return lab


def read_labs(root):
    """All labs below root/labs, by number; each checked by itself only."""
    root = Path(root).resolve()
    labs = [parse_lab(path, root)
            for path in sorted(root.glob("labs/*/lab.toml"))]
    labs.sort(key=lambda lab: lab.number)
    for before, lab in zip(labs, labs[1:]):
        if before.number == lab.number:
            raise LabError(f"lab {lab.number} is there twice: "
                           f"{before.folder.name}, {lab.folder.name}")
    names = [test.name for lab in labs for test in lab.tests]
    for name in names:
        if names.count(name) > 1:
            raise LabError(f"test {name} belongs to two labs")
    return labs


def load_labs(root):
    """All labs, each held against the tree as well (see labcheck)."""
    from qn.labcheck import check_lab
    labs = read_labs(root)
    for lab in labs:
        check_lab(lab, Path(root).resolve())
    return labs
