"""grade/out/results.json: the one place where points are added up.

The format is a contract (scripts outside the repository read it); everything
that people see is rendered from it.
"""

import json

STATUSES = ("pass", "fail", "todo", "panic", "hang", "infra")


def test_result(test, verdict):
    """One row of a lab's `tests`."""
    assert verdict.status in STATUSES
    is_pass = verdict.status == "pass"
    return {"name": test.name, "exercise": test.exercise,
            "points": test.points if is_pass else 0, "max": test.points,
            "status": verdict.status,
            "hint": None if is_pass or verdict.is_shared else test.hint,
            "message": verdict.message}


def lab_result(lab, rows, seconds, boots):
    """One lab: its tests in the order of lab.toml."""
    return {"lab": lab.number, "name": lab.name,
            "points": sum(row["points"] for row in rows),
            "max": sum(row["max"] for row in rows),
            "seconds": round(seconds, 1), "boots": boots, "tests": rows}


def total_result(seed, labs):
    """The whole file."""
    return {"seed": seed, "points": sum(lab["points"] for lab in labs),
            "max": sum(lab["max"] for lab in labs), "labs": labs}


def write_json(path, results):
    """Write it whole or not at all."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(results, indent=1) + "\n")
    new.replace(path)


def all_tests(results):
    """Every test's row."""
    return [row for lab in results["labs"] for row in lab["tests"]]


def has_infra(results):
    """Whether some test could not be graded."""
    return any(row["status"] == "infra" for row in all_tests(results))
