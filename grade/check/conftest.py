"""What the checks share: where the tree and the two kernels are."""
import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
for folder in ("grade", "grade/style", "grade/unit"):
    sys.path.insert(0, str(ROOT / folder))


@pytest.fixture(scope="session")
def root():
    """The root of the tree."""
    return ROOT


@pytest.fixture(scope="session")
def build():
    """The folder that the plain kernel was built in."""
    return ROOT / os.environ.get("BUILD", "build")


@pytest.fixture(scope="session")
def kernel(build):
    """The plain kernel."""
    return build / "kernel.elf"


@pytest.fixture(scope="session")
def debug_kernel(build):
    """The kernel built with DEBUG=1."""
    return build / "debug" / "kernel.elf"
