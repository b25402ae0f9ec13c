"""Is what a lab.toml names really in the tree?"""

import json
import re
import subprocess

from qn.errors import LabError

KTEST_ENTRY = re.compile(r'\{\s*(?:\.name\s*=\s*)?"([a-z0-9_]+\.[a-z0-9_]+)"')


def symbols_of(path):
    """The names that a C file defines, or the labels of a NASM file."""
    if path.suffix == ".asm":
        return set(re.findall(r"^(\w+):", path.read_text(), re.MULTILINE))
    try:
        output = subprocess.run(
            ["ctags", "--output-format=json", "--language-force=C",
             "-f", "-", str(path)],
            capture_output=True, text=True, check=True).stdout
    except FileNotFoundError as error:
        raise LabError("ctags is missing: install universal-ctags") from error
    except subprocess.CalledProcessError as error:
        raise LabError(f"ctags failed on {path}: universal-ctags is needed"
                       ) from error
    return {json.loads(line)["name"] for line in output.splitlines()}


def kernel_tests(root):
    """The names of all tests compiled into the kernel."""
    names = set()
    for path in root.glob("kernel/test/*.c"):
        names |= set(KTEST_ENTRY.findall(path.read_text()))
    return names


def _check_functions(exercise, root, fail):
    path = root / exercise.file
    if not path.is_file():
        fail(exercise, f"{exercise.file} does not exist")
    names = [f.name for f in exercise.functions] + list(exercise.helpers)
    there = symbols_of(path) if names else set()
    for name in names:
        if name not in there:
            fail(exercise, f"{exercise.file} has no {name}")


def _check_handout(lab, root, fail):
    handout = root / f"handouts/lab{lab.number}.md"
    text = handout.read_text() if handout.is_file() else ""
    for exercise in lab.exercises:
        heading = f"## Exercise {exercise.id}: {exercise.title}"
        if heading not in text.splitlines():
            fail(exercise, f"{handout.name} has no section `{heading}`")


def check_lab(lab, root):
    """Raise LabError for the first thing that is not there."""
    where = (lab.folder / "lab.toml").relative_to(root).as_posix()

    def fail(exercise, message):
        raise LabError(f"{where}: exercise {exercise.id}: {message}")

    tests = kernel_tests(root)
    for exercise in lab.exercises:
        _check_functions(exercise, root, fail)
        for test in exercise.tests:
            if test.name not in tests:
                fail(exercise, f"kernel/test/ has no test {test.name}")
    _check_handout(lab, root, fail)
