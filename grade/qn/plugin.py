"""pytest runs the graders: each test of a lab.toml is an item.

The boots run in the background (session.py); an item waits for its verdict.
The usual terminal report is replaced: a line a test, and on a terminal one
more line that shows what runs at the moment.
"""

import sys
import time

import pytest

from qn.render import row_line
from qn.results import test_result

LIVE_SECONDS = 0.2


class Progress:
    """Lines of progress; the last one is redrawn on a terminal only."""

    def __init__(self, stream=sys.stdout):
        self.stream = stream
        self.is_live = stream.isatty()

    def show(self, running, n_done, n_all):
        """Redraw the live line."""
        if not self.is_live:
            return
        now = time.monotonic()
        names = ", ".join(f"{name} {now - start:.0f}s"
                          for name, start in sorted(running.items()))
        text = f"  [{n_done}/{n_all}] {names or 'building'}"
        self.stream.write(f"\r\033[K{text[:78]}")
        self.stream.flush()

    def line(self, text):
        """A line that stays."""
        self.stream.write(("\r\033[K" if self.is_live else "") + text + "\n")
        self.stream.flush()


class NotPassed(Exception):
    """A test that earned nothing; pytest counts it as failed."""


class LabItem(pytest.Item):
    """One test of a lab."""

    def __init__(self, *, test, grading, **kwargs):
        super().__init__(**kwargs)
        self.test = test
        self.grading = grading

    def runtest(self):
        """Wait for the verdict and show it."""
        verdict = self.grading.wait(self.test)
        if verdict.status != "pass":
            raise NotPassed(f"{verdict.status}: {verdict.message}")

    def repr_failure(self, excinfo, style=None):
        """One line; the report at the end has the rest."""
        return str(excinfo.value)

    def reportinfo(self):
        """Where the test is declared."""
        return self.path, None, self.test.name


class LabFile(pytest.File):
    """A lab.toml that was selected."""

    grading = None

    def collect(self):
        """Its selected tests."""
        for test in self.grading.session.plan.tests:
            if test.lab == self.grading.lab_numbers[self.path]:
                yield LabItem.from_parent(self, name=test.name, test=test,
                                          grading=self.grading)


class Grading:
    """The pytest plugin around one Session."""

    def __init__(self, session):
        self.session = session
        self.progress = Progress()
        self.n_done = 0
        self.lab_numbers = {lab.folder / "lab.toml": lab.number
                            for lab in session.plan.labs}

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config):
        """Our lines instead of pytest's."""
        reporter = config.pluginmanager.getplugin("terminalreporter")
        config.pluginmanager.unregister(reporter)

    def pytest_collect_file(self, file_path, parent):
        """A lab.toml is a file of tests."""
        if file_path not in self.lab_numbers:
            return None
        file = LabFile.from_parent(parent, path=file_path)
        file.grading = self
        return file

    def pytest_runtestloop(self):
        """All boots start before the first item waits."""
        self.session.start()

    def pytest_internalerror(self, excrepr):
        """A defect of the harness."""
        print(excrepr, file=sys.stderr)

    def wait(self, test):
        """A test's verdict, with live progress meanwhile."""
        session = self.session
        verdict = None
        while verdict is None:
            self.progress.show(dict(session.running), self.n_done,
                               len(session.plan.tests))
            verdict = session.wait(test.name, LIVE_SECONDS)
        self.n_done += 1
        self.progress.line(row_line(test_result(test, verdict), indent=2))
        return verdict


def run(session):
    """Grade under pytest; False if pytest itself broke."""
    folders = [str(lab.folder / "lab.toml") for lab in session.plan.labs]
    root = str(session.plan.tree)
    status = pytest.main(["-p", "no:cacheprovider", "-p", "no:logging",
                          "--capture=no", f"--rootdir={root}",
                          "-c", "/dev/null", *folders],
                         plugins=[Grading(session)])
    return status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
