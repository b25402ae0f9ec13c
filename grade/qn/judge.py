"""What one boot's records say about its tests; no clock, no QEMU.

A verdict counts only for the test that runs, once, and only if the record
sequence stayed whole while it ran.
"""

import re
from dataclasses import dataclass, field

from qn.records import Record


@dataclass
class Verdict:
    """How one test ended."""

    status: str  # pass, fail, todo, panic, hang or infra
    message: str | None = None
    guest_ns: int = 0
    is_shared: bool = False  # of the build or the boot, not of this test


@dataclass
class Judge:
    """Feed it the records of a boot in order."""

    wanted: list[str]
    seed: int
    current: str | None = None
    last: str | None = None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    todos: list[tuple[str, str]] = field(default_factory=list)
    boot_todos: list[tuple[str, str]] = field(default_factory=list)
    hold: str | None = None       # topic, while the guest waits
    panic: str | None = None
    has_booted: bool = False
    has_ended: bool = False
    beat_ns: int = 0

    def feed(self, record: Record):
        """Take one record in."""
        getattr(self, f"_{record.kind}")(record)

    def _boot(self, record):
        if self.has_booted:
            self._broken(Record("broken", "the kernel said `boot` twice"))
        self.has_booted = True

    def _start(self, record):
        name = record.test
        if name not in self.wanted or name in self.verdicts or self.current:
            self._broken(Record("broken", f"`start {name}` out of turn"))
            return
        self.current = self.last = name
        if f"seed={self.seed}" not in record.rest.split():
            self._broken(Record("broken", f"{name} ran with another seed"))

    def _is_current(self, record):
        """Whether the record speaks for the test that runs."""
        if record.test == self.current:
            return True
        self._broken(Record("broken", f"`{record.kind} {record.test}` while "
                            f"{self.current or 'no test'} was running"))
        return False

    def _finish(self, verdict):
        """The running test's verdict, unless it was already charged."""
        self.verdicts.setdefault(self.current, verdict)
        self.current = None

    def _pass(self, record):
        if self._is_current(record):
            match = re.search(r"ns=(\d{1,18})", record.rest)
            self._finish(Verdict("pass", None, int(match[1]) if match else 0))

    def _fail(self, record):
        if self._is_current(record):
            is_hang = " hang: " in f" {record.rest}"
            self._finish(Verdict("hang" if is_hang else "fail", record.rest))

    def _skip(self, record):
        if self._is_current(record):
            self._finish(Verdict("fail", f"skipped: {record.rest}"))

    def _note(self, record):
        self.notes.setdefault(record.test, []).append(record.rest)

    def _hold(self, record):
        if self._is_current(record):
            self.hold = record.rest

    def _todo(self, record):
        self.todos.append((record.test, record.rest))
        if self.last is None:           # no test has begun yet
            self.boot_todos.append((record.test, record.rest))

    def _beat(self, record):
        if record.text.isdigit():
            self.beat_ns = int(record.text)

    def _panic(self, record):
        self.panic = self.panic or record.text
        if self.current:
            is_hang = record.text.startswith("deadlock")
            self._finish(Verdict("hang" if is_hang else "panic", record.text))

    def _end(self, record):
        self.has_ended = True
        if self.current:
            self._finish(Verdict("fail", "the kernel's report came before "
                                 "the test's end"))

    def _broken(self, record):
        """Charge damage on the channel to the test that ran last."""
        charged = self.current or self.last
        if charged:
            self.verdicts[charged] = Verdict(
                "fail", f"record channel: {record.text}: records were forged "
                "or lost")

    def fail_current(self, verdict):
        """The host ends the running test itself."""
        self.last = self.current
        self._finish(verdict)

    def is_done(self):
        """Nothing more is expected of this boot."""
        return self.has_ended or self.panic is not None
