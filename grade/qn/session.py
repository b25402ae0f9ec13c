"""All boots of a grading run: grouped by machine, resumed, in parallel.

Tests of one lab with equal machines share boots.  A boot that dies takes the
test that was running with it; the next boot goes on with the rest.
"""

import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from qn import evidence, isolation
from qn.boot import Boot, Setup
from qn.build import BuildError, build_kernel
from qn.check import Registry
from qn.judge import Verdict
from qn.labs import read_labs
from qn.results import lab_result, test_result, total_result


@dataclass
class Batch:
    """Tests of one lab that share a machine."""

    lab: int
    machine: object
    tests: list


@dataclass
class LabClock:
    """When a lab's first boot began and its last ended."""

    start: float | None = None
    end: float = 0.0
    boots: int = 0

    @property
    def seconds(self):
        """From the first boot's start to the last one's end."""
        return 0.0 if self.start is None else self.end - self.start


@dataclass
class Plan:
    """What to grade, and where."""

    tree: Path
    labs: list                    # Lab objects
    tests: list                   # LabTest objects, a selection of the labs'
    seed: int
    out: Path
    build: str = "build"
    jobs: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    registry: Registry = field(default_factory=Registry)
    build_prefix: tuple = ()      # a command that limits the build


def group(tests):
    """The batches of some tests; the biggest first, so that cores stay busy."""
    batches = {}
    for test in tests:
        key = (test.lab, test.machine)
        batches.setdefault(key, Batch(test.lab, test.machine, []))
        batches[key].tests.append(test)
    return sorted(batches.values(), key=lambda b: (b.lab, -len(b.tests)))


def with_todo(verdict, test, todos, boot_todos=()):
    """What fails because something isn't written yet is `todo`.

    The kernel itself says so unless the test took it down, or the boot has
    called what isn't written, before any test began.
    """
    if verdict.status in ("pass", "infra", "todo"):
        return verdict
    if (verdict.message or "").startswith("todo: "):
        return Verdict("todo", verdict.message[len("todo: "):])
    for exercise, function in todos:
        if exercise == test.exercise and (
                verdict.status != "fail"
                or (exercise, function) in boot_todos):
            return Verdict("todo", f"exercise {exercise}: {function}() is not "
                           f"written yet ({verdict.message})")
    if todos:
        missing = ", ".join(f"{function}() of {exercise}"
                            for exercise, function in todos[:3])
        return Verdict(verdict.status, f"{verdict.message}; not written yet: "
                       f"{missing}", verdict.guest_ns)
    return verdict


def boot_verdict(judge, cause):
    """The verdict of tests that a boot never came to."""
    if judge.has_ended:
        return Verdict("fail", "the kernel ended without running this test")
    if judge.todos:
        exercise, function = judge.todos[0]
        return Verdict("todo", f"the kernel can't boot before exercise "
                       f"{exercise}: {function}() is not written yet")
    if cause is None:
        return Verdict("fail", "the kernel ended before any test",
                       is_shared=True)
    return Verdict(cause.status, f"before any test: {cause.message}",
                   is_shared=True)


class Session:
    """Grades in the background; wait(test) gives each verdict."""

    def __init__(self, plan):
        self.plan = plan
        self.verdicts = {}
        self.running = {}          # test name: when it started
        self.clocks = {lab.number: LabClock() for lab in plan.labs}
        self.changed = threading.Condition()
        self.kernels = {}
        self.threads = ThreadPoolExecutor(plan.jobs)

    def start(self):
        """Build, then let the batches run."""
        shutil.rmtree(self.plan.out / "boots", ignore_errors=True)
        self.plan.out.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._run, daemon=True).start()

    def run(self):
        """Grade everything; the results."""
        self.start()
        for test in self.plan.tests:
            self.wait(test.name)
        return self.results()

    def wait(self, name, seconds=None):
        """The verdict of a test; None if it takes longer than `seconds`."""
        with self.changed:
            self.changed.wait_for(lambda: name in self.verdicts, seconds)
            return self.verdicts.get(name)

    def results(self):
        """The contents of results.json."""
        labs = []
        for lab in self.plan.labs:
            rows = [test_result(test, self.verdicts[test.name])
                    for test in self.plan.tests if test.lab == lab.number]
            clock = self.clocks[lab.number]
            if rows:
                labs.append(lab_result(lab, rows, clock.seconds, clock.boots))
        return total_result(self.plan.seed, labs)

    def _run(self):
        batches = group(self.plan.tests)
        try:
            for debug in sorted({b.machine.debug for b in batches}):
                self._build(debug, batches)
            for batch in batches:
                if batch.machine.debug in self.kernels:
                    self.threads.submit(self._guarded, batch)
        except Exception as error:
            self._give_all(self.plan.tests, Verdict(
                "infra", f"the grader itself failed: {error!r}"))

    def _build(self, debug, batches):
        """Build one kind of kernel; without it its tests fail."""
        plan = self.plan
        try:
            kernel = build_kernel(plan.tree, plan.build, debug=debug,
                                  jobs=plan.jobs, prefix=plan.build_prefix)
            fault = isolation.find_fault(kernel.parent, self._student_files())
        except BuildError as error:
            fault = f"the kernel does not build: {error}"
        if fault is None:
            self.kernels[debug] = kernel
            return
        for batch in batches:
            if batch.machine.debug == debug:
                self._give_all(batch.tests,
                               Verdict("fail", fault, is_shared=True))

    def _student_files(self):
        """What students own, of all labs where the selected ones come from."""
        roots = {lab.folder.parent.parent for lab in self.plan.labs}
        return [file for root in roots for lab in read_labs(root)
                for file in lab.student]

    def _guarded(self, batch):
        """A defect of the harness must not look like the student's."""
        try:
            self._run_batch(batch)
        except Exception as error:
            self._give_all(batch.tests, Verdict(
                "infra", f"the grader itself failed: {error!r}"))

    def _run_batch(self, batch):
        """Boot until every test has its verdict."""
        clock = self.clocks[batch.lab]
        left = {test.name: test for test in batch.tests}
        while left:
            with self.changed:
                clock.start = clock.start or time.monotonic()
                clock.boots += 1
                number = sum(c.boots for c in self.clocks.values())
            boot = self._boot(batch, left, number)
            left = {name: test for name, test in left.items()
                    if name not in boot.settled}
            clock.end = time.monotonic()
            if not boot.settled or boot.judge.has_ended:
                self._give_rest(left.values(), boot)
                left = {}

    def _boot(self, batch, left, number):
        def on_verdict(name, verdict, judge):
            test = left[name]
            self._give(test, with_todo(verdict, test, judge.todos,
                                       judge.boot_todos))

        setup = Setup(self.kernels[batch.machine.debug], batch.machine,
                      self.plan.seed, self.plan.out, self.plan.registry,
                      on_start=self._started, on_verdict=on_verdict)
        folder = self.plan.out / "boots" / f"{number:02}-{batch.machine.name()}"
        return Boot(setup, list(left), folder).run()

    def _give_rest(self, tests, boot):
        """Tests that never began: the boot itself is at fault."""
        cause = boot_verdict(boot.judge, boot.cause)
        for test in tests:
            self._give(test, cause)
            evidence.save(self.plan.out / test.name, test.name, cause,
                          seed=self.plan.seed, command=boot.qemu.command,
                          parts=boot.whole_logs())

    def _started(self, name):
        with self.changed:
            self.running[name] = time.monotonic()
            self.changed.notify_all()

    def _give(self, test, verdict):
        with self.changed:
            self.running.pop(test.name, None)
            self.verdicts.setdefault(test.name, verdict)
            self.changed.notify_all()

    def _give_all(self, tests, verdict):
        for test in tests:
            self._give(test, verdict)
