"""The handouts agree with the labs, and their shell blocks work."""
import re
import subprocess
import sys

import handouts
import pytest
from conftest import ROOT

EXERCISES = [{"id": "1.1", "title": "First fit", "points": 15},
             {"id": "1.2", "title": "Buddies", "points": 85}]
GOOD = """\
# Lab 1

## Exercise 1.1: First fit

You should now have 15 points.

## Exercise 1.2: Buddies

Now **you should now
have 100 points**.
"""


def test_handouts_agree_with_labs(root):
    found = list(handouts.findings(root))
    assert not found, "\n".join(found)


def test_every_lab_has_shell_blocks(root):
    for number in handouts.read_labs(root):
        text = (root / f"handouts/lab{number}.md").read_text()
        assert list(handouts.shell_blocks(text)), f"lab {number} runs nothing"


@pytest.mark.parametrize("number", sorted(handouts.read_labs(ROOT)))
def test_shell_blocks_run(root, tmp_path, number):
    """Each block of a handout succeeds, in order, in a fresh starter."""
    text = (root / f"handouts/lab{number}.md").read_text()
    tree = tmp_path / "tree"
    cut = subprocess.run([sys.executable, root / "labs/cut.py", "tree",
                          "starter", str(number), tree],
                         capture_output=True, text=True)
    assert cut.returncode == 0, cut.stdout + cut.stderr
    for line, script in handouts.shell_blocks(text):
        run = subprocess.run(["sh", "-e"], input=script, cwd=tree, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=120)
        assert run.returncode == 0, f"lab{number}.md:{line}\n{run.stdout}"


def changed(old, new):
    assert re.search(re.escape(old), GOOD)
    return GOOD.replace(old, new)


@pytest.mark.parametrize("check, text, finding", [
    (handouts.check_exercises, changed("First fit", "First"),
     'exercise 1.1 is called "First fit"'),
    (handouts.check_exercises, changed("1.2", "1.3"), "1.3 is in no lab.toml"),
    (handouts.check_exercises, changed("1.2: Buddies", "1.1: First fit"),
     "a second heading for exercise 1.1"),
    (handouts.check_exercises, changed("## Exercise 1.2: Buddies", ""),
     'no heading "## Exercise 1.2: Buddies"'),
    (handouts.check_exercises,
     "## Exercise 1.2: Buddies\n## Exercise 1.1: First fit\n",
     "another order"),
    (handouts.check_points, changed("15 points", "16 points"),
     "says 16 points, it is 15"),
    (handouts.check_points, changed("100 points", "85 points"),
     "says 85 points, it is 100"),
])
def test_checker_finds(check, text, finding):
    found = [what for _, what in check(text, EXERCISES)]
    assert any(finding in what for what in found), found


def test_checker_lets_pass():
    assert not list(handouts.check_exercises(GOOD, EXERCISES))
    assert not list(handouts.check_points(GOOD, EXERCISES))


@pytest.mark.parametrize("link, finding", [
    ("nowhere.md", "no file nowhere.md"),
    ("#not-there", "no heading #not-there in this file"),
    ("other.md#not-there", "no heading #not-there in other.md"),
    ("../../etc", "no file"),
    ("other.md#a-heading-2", None),
    ("https://example.org/", None),
])
def test_links(tmp_path, link, finding):
    (tmp_path / "other.md").write_text("# A heading, 2\n")
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\nSee [this]({link}).\n")
    found = [what for _, what in handouts.check_links(page, tmp_path)]
    assert (found == []) if finding is None else finding in found[0]


def test_shell_blocks_are_found():
    text = "```sh run\nmake\n```\n\n```sh\nrm\n```\n\n```sh run\ntrue\n```\n"
    assert list(handouts.shell_blocks(text)) == [(1, "make\n"), (9, "true\n")]
