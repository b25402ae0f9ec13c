"""qn.isolation: object files of students must not speak for the graders."""
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from qn import isolation  # noqa: E402

FILE = "kernel/mm/buddy.c"
HONEST = "int page_alloc(int n);\nint take(void) { return page_alloc(1); }\n"
FAULTS = {
    "a record": ("void record(const char *k, ...);\n"
                 "void f(void) { record(\"pass\"); }\n", "uses record()"),
    "forced turns": ("void preempt_set_mode(int m);\n"
                     "void f(void) { preempt_set_mode(0); }\n",
                     "uses preempt_set_mode()"),
    "a port": ("void f(void) { __asm__(\"outb %al, $0xe9\"); }\n", "a port"),
    "a port in DX": ("void f(void) { __asm__(\"outb %al, %dx\"); }\n",
                     "a port"),
    "a suite": ("__attribute__((section(\".ktests\"))) int suite = 1;\n",
                "a section of its own, .ktests"),
}


def compiled(folder, file, text):
    """Put the object file of a C text where the build would."""
    path = folder / isolation.object_of(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gcc", "-c", "-O1", "-xc", "-", "-o", path], input=text,
                   text=True, check=True)


@pytest.fixture
def folder(tmp_path):
    compiled(tmp_path, "kernel/core/record.c",
             "void record(const char *k, ...) {}\n")
    return tmp_path


def test_honest_file(folder):
    compiled(folder, FILE, HONEST)
    assert isolation.find_fault(folder, [FILE]) is None


def test_file_that_was_not_built(folder):
    assert isolation.find_fault(folder, [FILE]) is None


@pytest.mark.parametrize("name", FAULTS)
def test_fault(folder, name):
    text, message = FAULTS[name]
    compiled(folder, "kernel/mm/slab.c", HONEST)
    compiled(folder, FILE, text)
    fault = isolation.find_fault(folder, ["kernel/mm/slab.c", FILE])
    assert fault.startswith(FILE) and message in fault


def test_solution_is_honest(root, kernel):
    """No file that students own does what they must not."""
    from qn.labs import read_labs
    files = [file for lab in read_labs(root) for file in lab.student]
    assert isolation.find_fault(Path(kernel).parent, files) is None
