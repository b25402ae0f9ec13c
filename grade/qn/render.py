"""What a student reads: exercises with points, then each failure."""

import re
import textwrap

from qn.evidence import reopen_command
from qn.results import all_tests

WIDTH = 78
MARKS = {"pass": "ok", "fail": "FAIL", "todo": "todo", "panic": "PANIC",
         "hang": "HANG", "infra": "infra"}
SEEN = re.compile(r"(?P<place>.*?: )?expected (?P<want>.*), saw (?P<saw>.*)")


def row_line(row, indent=4):
    """`    ok    buddy.split                    5/5`."""
    points = f"{row['points']}/{row['max']}"
    name = f"{' ' * indent}{MARKS[row['status']]:<6}{row['name']}"
    return f"{name:<{WIDTH - 9}}{points:>9}"


def _title(left, points, most):
    return f"{left:<{WIDTH - 9}}{f'{points}/{most}':>9}"


def _exercises(lab_result):
    """The rows of each exercise, in order."""
    groups = {}
    for row in lab_result["tests"]:
        groups.setdefault(row["exercise"], []).append(row)
    return groups


def lab_table(lab_result, titles, with_tests):
    """A lab's exercises, and perhaps tests, with their points."""
    lines = [_title(f"Lab {lab_result['lab']}: {lab_result['name']}",
                    lab_result["points"], lab_result["max"])]
    for number, rows in _exercises(lab_result).items():
        title = f"  {number} {titles.get(number, '')}".rstrip()
        lines.append(_title(title, sum(row["points"] for row in rows),
                            sum(row["max"] for row in rows)))
        lines += [row_line(row) for row in rows if with_tests]
    lines.append(f"  {lab_result['seconds']} s, {lab_result['boots']} boots")
    return lines


def _field(name, text):
    return textwrap.wrap(text, WIDTH, initial_indent=f"  {name:<10}",
                         subsequent_indent=" " * 12,
                         break_on_hyphens=False) if text else []


def failure(row, seed):
    """Expected, seen, one hint, and how to reopen this run."""
    lines = [f"{row['name']}: {row['status']}"]
    match = SEEN.fullmatch(row["message"] or "")
    if match:
        lines += _field("at", (match["place"] or "").rstrip(": "))
        lines += _field("expected", match["want"])
        lines += _field("seen", match["saw"])
    else:
        lines += _field("seen", row["message"])
    lines += _field("hint", row["hint"])
    lines += _field("again", reopen_command(row["name"], seed))
    lines += _field("evidence", f"grade/out/{row['name']}/")
    return lines


def report(results, titles=None, with_tests=True):
    """The whole text; `titles` maps exercise ids to their titles."""
    lines = []
    for lab in results["labs"]:
        lines += lab_table(lab, titles or {}, with_tests) + [""]
    failed = [row for row in all_tests(results) if row["status"] != "pass"]
    todo = [row for row in failed if row["status"] == "todo"]
    for row in failed:
        if row not in todo:
            lines += failure(row, results["seed"]) + [""]
    if todo:
        lines += _field("todo", "not written yet, `make todo` lists them: "
                        + ", ".join(row["name"] for row in todo)) + [""]
    lines.append(_title(f"Total (seed {results['seed']})", results["points"],
                        results["max"]))
    return "\n".join(lines) + "\n"
