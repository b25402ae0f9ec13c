"""What a student reads: exercises with points, then each failure."""

import re
import textwrap

from qn.evidence import reopen_command
from qn.results import all_tests

WIDTH = 78
REPORTS_MAX = 8   # failures told in full on a terminal
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


def _where_to_look(row, seed):
    """How to reopen this run; nothing if the kernel was never booted."""
    if row["hint"] is None and "before any test" not in row["message"]:
        return []
    return (_field("again", reopen_command(row["name"], seed))
            + _field("evidence", f"grade/out/{row['name']}/"))


def failure(rows, seed):
    """Expected, seen, one hint, and how to reopen the run; of several tests
    that failed in the same words, the first one's, and how many there are."""
    row, *others = rows
    who = f"{len(rows)} tests, from {row['name']} on" if others else row["name"]
    lines = [f"{who}: {row['status']}"]
    match = SEEN.fullmatch(row["message"] or "")
    if match:
        lines += _field("at", (match["place"] or "").rstrip(": "))
        lines += _field("expected", match["want"])
        lines += _field("seen", match["saw"])
    else:
        lines += _field("seen", row["message"])
    if not others:
        lines += _field("hint", row["hint"])
    return lines + _where_to_look(row, seed)


def _failures(rows, seed, most):
    """A report each; beyond `most` of them a line each."""
    groups = {}
    for row in rows:
        groups.setdefault((row["status"], row["message"]), []).append(row)
    groups = sorted(groups.values(), key=len, reverse=True)  # costly ones first
    lines = []
    for group in groups[:most]:
        lines += failure(group, seed) + [""]
    if groups[most:]:
        lines.append("More in grade/out/report.txt:")
        lines += ["  " + textwrap.shorten(f"{row['name']}: {row['message']}",
                                          WIDTH - 2, placeholder=" ...")
                  for group in groups[most:] for row in group] + [""]
    return lines


def _todos(rows, most):
    """What is not written yet, by name if that is short."""
    if len(rows) > most:
        text = f"{len(rows)} tests wait for code: `make todo` lists it"
    else:
        text = ("not written yet, `make todo` lists them: "
                + ", ".join(row["name"] for row in rows))
    return _field("todo", text) + [""] if rows else []


def report(results, titles=None, with_tests=True):
    """The text; `titles` maps exercise ids to their titles.  With tests it is
    whole, without it is what fits on a terminal."""
    lines = []
    for lab in results["labs"]:
        lines += lab_table(lab, titles or {}, with_tests) + [""]
    failed = [row for row in all_tests(results) if row["status"] != "pass"]
    todo = [row for row in failed if row["status"] == "todo"]
    most = len(failed) if with_tests else REPORTS_MAX
    lines += _failures([row for row in failed if row not in todo],
                       results["seed"], most)
    lines += _todos(todo, most)
    lines.append(_title(f"Total (seed {results['seed']})", results["points"],
                        results["max"]))
    return "\n".join(lines) + "\n"
