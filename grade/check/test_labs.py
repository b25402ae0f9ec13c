"""lab.toml: whatever is wrong with it is one line that says where."""
import pytest

import faketree
from qn.errors import LabError
from qn.labs import load_labs, read_labs

CHANGES = [
    ('number = 9', 'number = "9"', "`number` must be a int"),
    ('title = "Fake"', '', "`title` is missing"),
    ('title = "Fake"', 'title = "Fake"\ncolour = "red"', "`colour` is not"),
    ('id = "9.2"', 'id = "8.2"', "must be like 9.1"),
    ('id = "9.2"', 'id = "9.1"', "exercise 9.1 is there twice"),
    ('name = "fake.pass"', 'name = "fake.student"', "test fake.student is"),
    ('name = "fake.pass"', 'name = "pass"', "must be like suite.case"),
    ('name = "fake.pass"', f'name = "fake.{"x" * 40}"', "at most 39"),
    ('points = 10\nhint', 'points = 11\nhint', "have 11 points, not 10"),
    ('points = 10\nhint', 'points = true\nhint', "`points` must be a int"),
    ('points = 10\nfile', 'points = 20\nfile', "have 10 points, not 20"),
    ('student = ["kernel/mm/student.c"]', 'student = []', "not in `student`"),
    ('hint = "think of fake.pass"', 'hint = "a\\nb"', "one line"),
    ('hint = "think of fake.pass"', 'hint = 3', "`hint` must be a str"),
    ('title = "Part 2"', 'title = "Part 2"\nfunctions = ["f"]',
     "`functions` must be a list of tables"),
    ('hint = "think of fake.pass"',
     'hint = "x"\nmachine = {cpu = 2}', "machine has no `cpu`"),
    ('hint = "think of fake.pass"',
     'hint = "x"\nmachine = {mem = "64"}', "must be like 64M"),
    ('hint = "think of fake.pass"',
     'hint = "x"\nmachine = {cpus = "2"}', "`cpus` must be a int"),
    ('number = 9', 'number = ', "Invalid value"),
]


@pytest.fixture
def tree(tmp_path):
    """The toy tree; its lab has fake.student and fake.pass."""
    return faketree.make_tree(tmp_path / "tree", ["fake.pass"])


def change(tree, old, new):
    """Edit the toy's lab.toml."""
    path = tree / "labs/09-fake/lab.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_good_lab(tree):
    (lab,) = read_labs(tree)
    assert [test.name for test in lab.tests] == ["fake.student", "fake.pass"]
    assert sum(exercise.points for exercise in lab.exercises) == 100
    assert lab.tests[0].machine.icount


def test_several_processors_run_without_icount(tree):
    change(tree, 'hint = "think of fake.pass"',
           'hint = "x"\nmachine = {cpus = 2}')
    (lab,) = read_labs(tree)
    assert lab.tests[1].machine.cpus == 2 and not lab.tests[1].machine.icount


@pytest.mark.parametrize("old, new, line", CHANGES)
def test_a_bad_lab_is_one_line(tree, old, new, line):
    change(tree, old, new)
    with pytest.raises(LabError) as error:
        read_labs(tree)
    assert line in str(error.value)
    assert str(error.value).startswith("labs/09-fake/lab.toml: ")
    assert "\n" not in str(error.value)


def test_points_that_are_not_100(tree):
    path = tree / "labs/09-fake/lab.toml"
    path.write_text(path.read_text().replace("points = 90", "points = 80"))
    with pytest.raises(LabError, match="have 90 points, not 100"):
        read_labs(tree)


def test_a_lab_twice(tree):
    twin = tree / "labs/10-fake"
    twin.mkdir()
    text = (tree / "labs/09-fake/lab.toml").read_text()
    (twin / "lab.toml").write_text(text)
    with pytest.raises(LabError, match="lab 9 is there twice"):
        read_labs(tree)


@pytest.fixture
def whole(tree):
    """The toy tree with what load_labs() looks for."""
    change(tree, 'file = "kernel/mm/student.c"',
           'file = "kernel/mm/student.c"\n'
           'functions = [{name = "student_command", returns = "NULL"}]')
    (tree / "kernel/test/fake.c").write_text(
        'KTEST_SUITE(fake) = {{"fake.student", f}, {"fake.pass", f}, {}};\n')
    (tree / "handouts/lab9.md").write_text(
        "# Fake\n## Exercise 9.1: Part 1\n\n## Exercise 9.2: Part 2\n")
    return tree


def test_a_lab_that_fits_its_tree(whole):
    (lab,) = load_labs(whole)
    assert lab.exercises[0].functions[0].returns == "NULL"


@pytest.mark.parametrize("path, old, new, line", [
    ("kernel/mm/student.c", "student_command", "other", "has no student_comm"),
    ("kernel/test/fake.c", "fake.pass", "fake.past", "no test fake.pass"),
    ("handouts/lab9.md", "9.2: Part 2", "9.2: Two", "no section `## Exer"),
    ("labs/09-fake/lab.toml", 'file = "kernel/mm/student.c"\n[[exercise.test',
     'file = "kernel/mm/student.c"\nhelpers = ["h"]\n[[exercise.test',
     "has no h"),
])
def test_a_lab_that_does_not_fit_its_tree(whole, path, old, new, line):
    text = (whole / path).read_text()
    assert old in text
    (whole / path).write_text(text.replace(old, new))
    with pytest.raises(LabError) as error:
        load_labs(whole)
    assert line in str(error.value) and "\n" not in str(error.value)


def test_a_missing_file(whole):
    (whole / "kernel/mm/student.c").unlink()
    with pytest.raises(LabError, match="does not exist"):
        load_labs(whole)
