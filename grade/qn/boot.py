"""One boot of one machine, for as many tests as it lives."""

import contextlib
import secrets
import select
import time
from dataclasses import dataclass, field
from pathlib import Path

from qn import evidence
from qn.check import Registry, run_check
from qn.classify import (boot_errors, exit_verdict, hang_verdict,
                         panic_place)
from qn.hostview import View
from qn.judge import Judge, Verdict
from qn.machine import (Machine, command_line, exit_args, fw_cfg_args,
                        headless_args, kernel_args, machine_args, pause_args,
                        record_args)
from qn.qemu import Qemu
from qn.qmp import QmpError
from qn.records import RecordReader
from qn.registers import read_registers
from qn.symbols import load_symbols
from qn.watch import Watch

POLL_SECONDS = 0.005
FAREWELL_SECONDS = 2      # from the last record to QEMU's end
HOLD_CPU_SECONDS = 1      # from the `hold` record to the pause
RECORDS_MAX = 64 << 20    # bytes of records in one boot


@dataclass
class Setup:
    """What stays the same from boot to boot."""

    kernel: Path
    machine: Machine
    seed: int
    out: Path
    registry: Registry = field(default_factory=Registry)
    on_start: callable = lambda test: None
    on_verdict: callable = lambda test, verdict, judge: None


def guest_files(setup, tests, nonce):
    """The contents of the fw_cfg files that a boot is given."""
    files = {"tests": ",".join(tests), "seed": str(setup.seed), "nonce": nonce}
    for test in tests:
        drawn = setup.registry.input(test, setup.seed)
        if drawn is not None:
            files[f"input/{test}"] = drawn
    return files


def write_guest_files(folder, files):
    """Write them; {fw_cfg name: path}."""
    paths = {}
    for name, text in files.items():
        path = folder / name.replace("/", "-")
        path.write_text(text)
        paths[name] = path
    return paths


def test_args(setup, paths):
    """QEMU's arguments for a graded run, but for the record channel."""
    return [*machine_args(setup.machine), *headless_args(), *exit_args(),
            *pause_args(), *fw_cfg_args(paths),
            *kernel_args(setup.kernel, command_line(setup.machine))]


class Boot:
    """Boots the kernel, follows it to its end, and judges its tests."""

    def __init__(self, setup, tests, folder):
        self.setup = setup
        self.folder = folder
        self.judge = Judge(list(tests), setup.seed)
        self.watch = Watch()
        self.settled = {}          # test: final Verdict
        self.cause = None          # why the boot ended early, if it did
        self.hold_verdicts = {}    # test: what a check at a hold said
        self.n_holds = {}
        self.console_seen = 0      # bytes of console at the last poll
        self.console_starts = {}   # test: where its part begins, or before
        self.registers_text = ""
        self.symbols = load_symbols(setup.kernel)
        folder.mkdir(parents=True, exist_ok=True)
        nonce = secrets.token_hex(8)
        self.files = guest_files(setup, tests, nonce)
        records = folder / "records.log"
        records.write_bytes(b"")
        self.reader = RecordReader(records, nonce)
        paths = write_guest_files(folder, self.files)
        self.args = [*test_args(setup, paths),
                     *record_args(records)]

    def run(self):
        """Boot, follow, judge; the verdicts are in `settled` then."""
        with Qemu(self.args, self.folder / "console.log",
                  self.folder / "stderr.log") as self.qemu:
            (self.folder / "command.txt").write_text(
                " ".join(self.qemu.command) + "\n")
            self._follow()
        self.reader.close()
        self._settle(is_over=True)
        return self

    def _follow(self):
        """Until QEMU ends by itself or has to be stopped."""
        farewell = None
        while True:
            status = self.qemu.exit_status()
            self.qemu.drain_console()
            self._take_records()
            self.console_seen = self.qemu.log.written
            if status is not None:
                self._exited(status)
                return
            if self.judge.is_done():
                farewell = farewell or time.monotonic() + FAREWELL_SECONDS
                if time.monotonic() > farewell:
                    return
            elif self._is_stuck():
                return
            select.select([self.qemu.console.child_fd, self.qemu.exit_fd],
                          [], [], POLL_SECONDS)

    def _take_records(self):
        """Feed the judge; serve holds; settle what is decided."""
        records = self.reader.poll()
        if records:
            self.watch.record_seen(self.qemu.cpu_seconds())
        for record in records:
            before = self.judge.current
            self.judge.feed(record)
            if self.judge.current and self.judge.current != before:
                self._started(self.judge.current)
            if self.judge.hold is not None:
                self._inspect()
        if records:
            self._settle(is_over=False)

    def _started(self, test):
        self._settle(is_over=False)
        self.watch.test_started(self.qemu.cpu_seconds())
        self.console_starts[test] = self.console_seen
        self.setup.on_start(test)

    def _inspect(self):
        """The guest asked to be looked at: wait until it stands, look."""
        topic, self.judge.hold = self.judge.hold, None
        test = self.judge.current
        if not self._wait_for_pause():
            self.hold_verdicts[test] = Verdict(
                "fail", "the kernel said `hold` and did not stop")
            return
        self.n_holds[test] = self.n_holds.get(test, 0) + 1
        view = View(self.qemu.qmp, self.symbols)
        for look in self.setup.registry.at_hold(test):
            verdict = run_check(look, view=view, topic=topic,
                                **self._facts(test))
            if verdict:
                self.hold_verdicts.setdefault(test, verdict)
        with contextlib.suppress(QmpError):  # gone: seen by its exit
            self.qemu.qmp.execute("cont")
        self.watch.record_seen(self.qemu.cpu_seconds())

    def _facts(self, test):
        return {"notes": self.judge.notes.get(test, []),
                "input": self.files.get(f"input/{test}"),
                "seed": self.setup.seed, "symbols": self.symbols}

    def _wait_for_pause(self):
        limit = self.qemu.cpu_seconds() + HOLD_CPU_SECONDS
        with contextlib.suppress(QmpError):  # gone: it did not stop
            while self.qemu.cpu_seconds() < limit:
                if self.qemu.qmp.status() == "guest-panicked":
                    return True
                time.sleep(POLL_SECONDS)
        return False

    def _is_stuck(self):
        """Look at a silent machine; stop it when the watch says so."""
        if self.reader.bytes_read > RECORDS_MAX:
            self._abandon(Verdict("fail", "the kernel floods the record "
                                  "channel"))
            return True
        try:
            return self._look()
        except QmpError as error:
            if self.qemu.is_ending():
                return False
            self._abandon(Verdict("infra", f"QEMU: {error}"))
            return True

    def _look(self):
        """Sample the processors now and then; whether the boot was ended."""
        if self.watch.wants_sample():
            if self.qemu.qmp.status() != "running":
                self._abandon(Verdict("hang", "the kernel stopped the machine "
                                      "without saying `hold`"))
                return True
            self.watch.add_sample(read_registers(self.qemu.qmp))
        kind = self.watch.verdict(self.qemu.cpu_seconds())
        if kind is None:
            return False
        self.registers_text = self.qemu.qmp.monitor("info registers -a")
        self._abandon(hang_verdict(kind, self.watch.samples, self.symbols))
        return True

    def _exited(self, status):
        if self.judge.current or not self.judge.is_done():
            stderr = (self.folder / "stderr.log").read_text(errors="replace")
            self._abandon(exit_verdict(status, self.judge, stderr))

    def _abandon(self, verdict):
        """The boot ends with this verdict for whoever was running."""
        self.cause = verdict
        if self.judge.current:
            self.judge.fail_current(verdict)

    def _settle(self, is_over):
        """Make verdicts final once later records can't change them."""
        if is_over:
            self._explain_panic()
        for test, verdict in self.judge.verdicts.items():
            if test in self.settled:
                continue
            if not is_over and test == self.judge.last:
                continue
            self.settled[test] = self._with_checks(test, verdict)
            self._save(test)
            self.setup.on_verdict(test, self.settled[test], self.judge)

    def _explain_panic(self):
        """Say where it was; of a boot without a test, what went before."""
        if self.judge.panic is None:
            return
        console = self._console_text()
        message = self.judge.panic + panic_place(console)
        if self.cause is None:
            self.cause = Verdict("panic", message)
        if not self.judge.last:
            self.cause.message += boot_errors(console)
        for verdict in self.judge.verdicts.values():
            if verdict.message == self.judge.panic:
                verdict.message = message

    def _console_text(self):
        data = (self.folder / "console.log").read_bytes()
        return data.replace(b"\r", b"").decode(errors="replace")

    def _with_checks(self, test, verdict):
        """The kernel's verdict, unless the host saw otherwise."""
        if verdict.status != "pass":
            return verdict
        if test in self.hold_verdicts:
            return self.hold_verdicts[test]
        if self.setup.registry.at_hold(test) and not self.n_holds.get(test):
            return Verdict("fail", "the kernel never stopped to be looked at "
                           "from outside (ktest_hold)")
        for function in self.setup.registry.at_end(test):
            found = run_check(function, **self._facts(test))
            if found:
                return found
        return verdict

    def whole_logs(self):
        """Evidence of a boot in which no test began."""
        return {name: (self.folder / name).read_bytes()
                for name in ("console.log", "records.log", "stderr.log")
                } | {"registers.txt": self.registers_text}

    def _save(self, test):
        """Evidence of a test; a charge may come for one that never began."""
        start = self.console_starts.get(test, 0)
        parts = {
            "console.log": evidence.tail(self.folder / "console.log", start),
            "records.log": evidence.records_of(
                self.folder / "records.log", test),
            "registers.txt": self.registers_text,
            "input.txt": self.files.get(f"input/{test}", ""),
            "strays.txt": "\n".join(self.reader.parser.strays),
        }
        evidence.save(self.setup.out / test, test, self.settled[test],
                      seed=self.setup.seed, command=self.qemu.command,
                      parts=parts)
