"""The results in the words of other systems: JUnit, Gradescope, CSV."""

import csv
import io
import json
from xml.etree import ElementTree

from qn.results import all_tests

NOT_XML = {code: " " for code in range(32) if code not in (9, 10, 13)}


def junit(results):
    """JUnit XML: a test suite a lab; `infra` is an error, the rest failures."""
    root = ElementTree.Element("testsuites")
    for lab in results["labs"]:
        rows = lab["tests"]
        suite = ElementTree.SubElement(
            root, "testsuite", name=lab["name"], tests=str(len(rows)),
            time=str(lab["seconds"]),
            failures=str(sum(row["status"] not in ("pass", "infra")
                             for row in rows)),
            errors=str(sum(row["status"] == "infra" for row in rows)))
        for row in rows:
            case = ElementTree.SubElement(suite, "testcase", name=row["name"],
                                          classname=f"lab{lab['lab']}")
            if row["status"] != "pass":
                tag = "error" if row["status"] == "infra" else "failure"
                message = (row["message"] or "").translate(NOT_XML)
                ElementTree.SubElement(case, tag, type=row["status"],
                                       message=message)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def gradescope(results):
    """The results.json that Gradescope's autograder reads."""
    tests = []
    for row in all_tests(results):
        output = [row["message"], row["hint"] and f"hint: {row['hint']}"]
        tests.append({
            "name": f"{row['exercise']} {row['name']}",
            "score": row["points"], "max_score": row["max"],
            "status": "passed" if row["status"] == "pass" else "failed",
            "output": "\n".join(line for line in output if line)})
    return json.dumps({"score": results["points"], "tests": tests},
                      indent=1) + "\n"


def csv_text(rows):
    """A table of dictionaries; the first one's keys are the columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else [],
                            lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def csv_results(results):
    """One row a test."""
    return csv_text([{"lab": lab["lab"], **{key: row[key] for key in (
        "exercise", "name", "status", "points", "max", "message")}}
        for lab in results["labs"] for row in lab["tests"]])
