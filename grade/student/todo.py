"""`make todo`: what is left, and what it is worth."""

from pathlib import PurePath

from qn.errors import run_main
from qn.labs import read_labs
from student.repo import ROOT
from student.todos import find_todos
from student.verdicts import digest, recall


def _unwritten(labs):
    """The functions still to be written, by exercise."""
    left = {}
    for path in sorted({path for lab in labs for path in lab.student}):
        file = ROOT / path
        if file.is_file():
            for exercise, function in find_todos(path, file.read_text()):
                left.setdefault(exercise, []).append(function)
    return left


def _earned(exercise, rows):
    return sum(rows[test.name]["points"] for test in exercise.tests
               if test.name in rows)


def _since(exercise, graded):
    """A remark if the file is not what was graded."""
    now = digest(ROOT / exercise.file)
    if all(row["digest"] == now for row in graded.values()):
        return ""
    return f" ({PurePath(exercise.file).name} has changed since: make grade)"


def _some(names, most=3):
    """Names, not more than fit on a line."""
    more = f" and {len(names) - most} more" if names[most:] else ""
    return ", ".join(names[:most]) + more


def _state(exercise, left, rows):
    """One exercise in words."""
    if exercise.id in left:
        return f"to write: {', '.join(left[exercise.id])} " \
               f"({exercise.file})"
    graded = {t.name: rows[t.name] for t in exercise.tests if t.name in rows}
    failing = [name for name, row in graded.items() if row["status"] != "pass"]
    absent = [t.name for t in exercise.tests if t.name not in graded]
    if not graded:
        return "written, not graded yet: make grade"
    parts = [f"{words}: {_some(names)}" for words, names in (
        ("not passed", failing), ("not graded yet", absent)) if names]
    return ("; ".join(parts) or "done") + _since(exercise, graded)


def _print_lab(lab, left, rows, width):
    """A lab's exercises, the columns as wide as the longest title."""
    print(f"Lab {lab.number}: {lab.title}")
    for exercise in lab.exercises:
        name = f"{exercise.id} {exercise.title}"
        points = f"{_earned(exercise, rows)}/{exercise.points}"
        print(f"  {name:<{width}} {points:>7}  "
              f"{_state(exercise, left, rows)}")


def main():
    """Print the table."""
    labs = read_labs(ROOT)
    left, rows = _unwritten(labs), recall(ROOT / "grade/out")
    exercises = [exercise for lab in labs for exercise in lab.exercises]
    width = max((len(f"{e.id} {e.title}") for e in exercises), default=0)
    for lab in labs:
        _print_lab(lab, left, rows, width)
    earned = sum(_earned(exercise, rows) for exercise in exercises)
    n_left = sum(len(names) for names in left.values())
    print(f"{earned} of {100 * len(labs)} points when last graded; "
          f"{n_left} functions to write")
    return 0


if __name__ == "__main__":
    run_main(main)
