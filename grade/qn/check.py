"""What the host checks by itself, test by test.

    from qn.check import check, draw, expect

    @draw("buddy.outside")
    def script(rng):
        return " ".join(str(rng.randrange(11)) for _ in range(200))

    @check("buddy.outside")
    def no_overlap(notes, input):
        expect(notes, "the kernel noted nothing")

    @check("buddy.outside")
    def tags_in_memory(view, topic, notes):
        expect(view.u64(0x1000) == 7, "expected the tag 7 at 0x1000")

A check names the arguments it wants: `view`, `topic`, `notes` (list of the
texts that the kernel noted so far), `input`, `seed`, `symbols`.  A check with
`view` or `topic` runs at each hold of the test, with the machine stopped, and
a test that never holds fails it; one without runs once, after the test passed.
"""

import importlib.util
import inspect
import random
import sys
from pathlib import Path

from qn.errors import GradeError
from qn.judge import Verdict
from qn.qmp import QmpError

ARGUMENTS = {"view", "topic", "notes", "input", "seed", "symbols"}


class CheckFailed(AssertionError):
    """What was expected and what was seen, for the student."""


def expect(condition, message):
    """Fail the test with a message unless the condition holds."""
    if not condition:
        raise CheckFailed(message)


class Registry:
    """The checks and draws of all labs, by test."""

    def __init__(self):
        self.checks = {}
        self.draws = {}

    def at_hold(self, test):
        """The checks that look at the stopped machine."""
        return [f for f in self.checks.get(test, []) if _looks(f)]

    def at_end(self, test):
        """The checks that judge what the kernel noted."""
        return [f for f in self.checks.get(test, []) if not _looks(f)]

    def input(self, test, seed):
        """The host's input for a test, or None; the same for a seed."""
        draw_input = self.draws.get(test)
        if draw_input is None:
            return None
        return str(draw_input(random.Random(f"{seed}/{test}")))


_loading = Registry()


def _looks(function):
    return {"view", "topic"} & set(inspect.signature(function).parameters)


def check(test):
    """Register an outside check of a test."""
    def register(function):
        unknown = set(inspect.signature(function).parameters) - ARGUMENTS
        if unknown:
            raise GradeError(f"check {function.__name__}: unknown argument "
                             f"{unknown.pop()!r}")
        _loading.checks.setdefault(test, []).append(function)
        return function
    return register


def draw(test):
    """Register what draws a test's input from a random generator."""
    def register(function):
        _loading.draws[test] = function
        return function
    return register


def load_checks(folder):
    """Run every check_*.py below `folder`; the registry they filled."""
    global _loading
    _loading = Registry()
    for path in sorted(Path(folder).glob("*/check_*.py")):
        name = f"qn_checks_{path.parent.name}_{path.stem}".replace("-", "_")
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        if str(path.parent) not in sys.path:
            sys.path.append(str(path.parent))
        try:
            spec.loader.exec_module(module)
        except GradeError:
            raise
        except Exception as error:
            raise GradeError(f"{path}: {error!r}") from error
    return _loading


def run_check(function, **arguments):
    """None if the check is content, else a Verdict."""
    wanted = inspect.signature(function).parameters
    try:
        function(**{name: arguments.get(name) for name in wanted})
    except AssertionError as error:
        return Verdict("fail", f"seen from outside: {error}")
    except QmpError as error:
        return Verdict("infra", f"could not look at the machine: {error}")
    except (LookupError, ValueError, TypeError, ArithmeticError) as error:
        return Verdict("fail", "seen from outside: what the kernel noted or "
                       f"left in memory makes no sense: {error!r}")
    return None
