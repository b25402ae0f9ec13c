"""results.json and what is rendered from it."""
import csv
import io
import json
from xml.etree import ElementTree

import pytest

from qn import formats, results
from qn.build import first_error
from qn.judge import Verdict
from qn.labs import Lab, LabTest
from qn.machine import Machine
from qn.render import report


@pytest.fixture
def graded():
    """One lab: a pass, a failure that says what it expected, an infra."""
    def row(name, points, verdict):
        test = LabTest(name, points, f"think of {name}", Machine(), "1.1", 1)
        return results.test_result(test, verdict)
    lab = Lab(1, "memory", "Memory", None)
    rows = [row("a.one", 60, Verdict("pass", None, 5)),
            row("a.two", 30, Verdict(
                "fail", "mm/x.c:7: expected n = 2, saw <3>")),
            row("a.three", 10, Verdict("infra", "no QEMU\x01"))]
    return results.total_result(7, [results.lab_result(lab, rows, 1.26, 2)])


def test_the_contract(graded):
    assert graded == {"seed": 7, "points": 60, "max": 100, "labs": [{
        "lab": 1, "name": "memory", "points": 60, "max": 100, "seconds": 1.3,
        "boots": 2, "tests": [
            {"name": "a.one", "exercise": "1.1", "points": 60, "max": 60,
             "status": "pass", "hint": None, "message": None},
            {"name": "a.two", "exercise": "1.1", "points": 0, "max": 30,
             "status": "fail", "hint": "think of a.two",
             "message": "mm/x.c:7: expected n = 2, saw <3>"},
            {"name": "a.three", "exercise": "1.1", "points": 0, "max": 10,
             "status": "infra", "hint": "think of a.three",
             "message": "no QEMU\x01"}]}]}
    assert results.has_infra(graded)


def test_the_text(graded):
    text = report(graded, {"1.1": "First fit"})
    lines = [line.split() for line in text.splitlines()]
    assert ["1.1", "First", "fit", "60/100"] in lines
    assert ["FAIL", "a.two", "0/30"] in lines
    assert ["expected", "n", "=", "2"] in lines
    assert ["seen", "<3>"] in lines
    assert ["at", "mm/x.c:7"] in lines
    assert "make debug T=a.two SEED=7".split() in [l[1:] for l in lines]
    assert max(map(len, text.splitlines())) <= 80
    assert "a.one" not in report(graded, with_tests=False)


def many(rows):
    """Results of rows (name, verdict), a point each."""
    rows = [results.test_result(
        LabTest(name, 1, "think", Machine(), "1.1", 1), verdict)
        for name, verdict in rows]
    return results.total_result(7, [results.lab_result(
        Lab(1, "memory", "Memory", None), rows, 1, 1)])


def test_a_shared_failure_is_told_once():
    text = report(many((f"a.t{i}", Verdict(
        "fail", "the kernel does not build: x.c:1: no", is_shared=True))
        for i in range(40)), with_tests=False)
    assert "40 tests, from a.t0 on: fail" in text
    assert text.count("x.c:1: no") == 1 and len(text.splitlines()) < 10
    assert not any(word in text for word in ("hint", "again", "evidence"))


def test_many_failures_are_a_line_each():
    graded = many((f"a.t{i}", Verdict("fail", f"x.c:{i}: no"))
                  for i in range(40))
    text = report(graded, with_tests=False)
    assert text.count("hint ") == 8 and "  a.t39: x.c:39: no\n" in text
    assert report(graded).count("hint ") == 40


def test_much_to_do_is_one_line():
    text = report(many((f"a.t{i}", Verdict("todo", "t")) for i in range(40)),
                  with_tests=False)
    assert "40 tests wait for code" in text and "a.t3" not in text


def test_junit(graded):
    suite = ElementTree.fromstring(formats.junit(graded))[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")
            ) == ("3", "1", "1")
    assert suite[1][0].get("message") == "mm/x.c:7: expected n = 2, saw <3>"


def test_gradescope(graded):
    data = json.loads(formats.gradescope(graded))
    assert data["score"] == 60
    assert [test["status"] for test in data["tests"]] == [
        "passed", "failed", "failed"]
    assert "hint: think of a.two" in data["tests"][1]["output"]


def test_csv(graded):
    rows = list(csv.DictReader(io.StringIO(formats.csv_results(graded))))
    assert [row["status"] for row in rows] == ["pass", "fail", "infra"]
    assert rows[1]["message"] == "mm/x.c:7: expected n = 2, saw <3>"


@pytest.mark.parametrize("output, line", [
    ("  CC x.c\n/t/kernel/x.c:1:5: error: no\nmake: *** [x] Error 1",
     "kernel/x.c:1:5: error: no"),
    ("  LINK k\nld: a.o: in function `f':\n/t/k/a.c:3: undefined reference to "
     "`g'\n", "k/a.c:3: undefined reference to `g'"),
    ("", "make failed without a word")])
def test_the_first_error(output, line):
    assert first_error(output, "/t") == line
