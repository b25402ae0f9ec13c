"""What `make todo` remembers: the latest verdict of every test.

`make grade T=x` grades one test; what an earlier run said about the others
stays.  With each verdict stands a digest of the exercise's file, which tells
whether it has changed since.
"""

import hashlib
import json

from qn.results import write_json

NAME = "todo.json"   # in grade/out


def digest(path):
    """What a file was like."""
    if not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def recall(out):
    """{test: {points, status, digest}}, empty if nothing was graded."""
    try:
        known = json.loads((out / NAME).read_text())
        return {str(name): {key: row[key]
                            for key in ("points", "status", "digest")}
                for name, row in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _is_about_test(row):
    """Not if the test never ran, because nothing was built or booted."""
    return row["status"] != "infra" and (
        row["status"] == "pass" or row["hint"] is not None)


def remember(out, root, labs, results):
    """Merge the results of a run of the tree `root` into what is known."""
    rows = {row["name"]: row for lab in results["labs"]
            for row in lab["tests"] if _is_about_test(row)}
    known = recall(out)
    for exercise in (ex for lab in labs for ex in lab.exercises):
        now = digest(root / exercise.file)
        for row in (rows[t.name] for t in exercise.tests if t.name in rows):
            known[row["name"]] = {"points": row["points"], "digest": now,
                                  "status": row["status"]}
    write_json(out / NAME, known)
