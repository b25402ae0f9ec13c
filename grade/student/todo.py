"""`make todo`: what is left, and what it is worth."""

import json

from qn.errors import run_main
from qn.labs import read_labs
from student.repo import ROOT
from student.todos import find_todos


def _unwritten(labs):
    """The functions still to be written, by exercise."""
    left = {}
    for path in sorted({path for lab in labs for path in lab.student}):
        file = ROOT / path
        if file.is_file():
            for exercise, function in find_todos(path, file.read_text()):
                left.setdefault(exercise, []).append(function)
    return left


def _last_results():
    """The rows of the last `make grade` by test, empty if there is none."""
    try:
        results = json.loads((ROOT / "grade/out/results.json").read_text())
        return {row["name"]: row
                for lab in results["labs"] for row in lab["tests"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _earned(exercise, rows):
    return sum(rows[test.name]["points"] for test in exercise.tests
               if test.name in rows)


def _state(exercise, left, rows):
    """One exercise in words."""
    if exercise.id in left:
        return f"to write: {', '.join(left[exercise.id])} " \
               f"({exercise.file})"
    graded = [rows[t.name] for t in exercise.tests if t.name in rows]
    if len(graded) < len(exercise.tests):
        return "written, not graded yet: make grade"
    failing = [row["name"] for row in graded if row["status"] != "pass"]
    return f"not passed: {', '.join(failing)}" if failing else "done"


def main():
    """Print the table."""
    labs = read_labs(ROOT)
    left, rows = _unwritten(labs), _last_results()
    for lab in labs:
        print(f"Lab {lab.number}: {lab.title}")
        for exercise in lab.exercises:
            name = f"{exercise.id} {exercise.title}"
            points = f"{_earned(exercise, rows)}/{exercise.points}"
            print(f"  {name:<28} {points:>7}  "
                  f"{_state(exercise, left, rows)}")
    earned = sum(_earned(e, rows) for lab in labs for e in lab.exercises)
    n_left = sum(len(names) for names in left.values())
    print(f"{earned} of {100 * len(labs)} points at the last `make grade`; "
          f"{n_left} functions to write")
    return 0


if __name__ == "__main__":
    run_main(main)
