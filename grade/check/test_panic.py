"""What the kernel prints when it panics, and how its log behaves."""
import re
import subprocess

import pytest

from qn.machine import (QEMU, Machine, exit_args, headless_args, kernel_args,
                        machine_args)

PASSED, PANICKED = 33, 37


def boot(kernel, append, machine=Machine()):
    """Boot on the given machine: QEMU's exit status and the console's text."""
    args = (machine_args(machine) + headless_args() + exit_args() +
            kernel_args(kernel, append) + ["-serial", "stdio"])
    run = subprocess.run([QEMU, *args], stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=120)
    return run.returncode, run.stdout.replace("\r", "")


def report_of(kernel, test, machine=Machine()):
    """The report of a selftest that panics, from its first line on."""
    status, text = boot(kernel, f"quiet tests=selftest.{test}", machine)
    assert status == PANICKED, text
    return text[text.index("PANIC: "):]


def backtrace(report):
    """The functions named in it, innermost first."""
    part = report[report.index("Backtrace"):]
    return re.findall(r"^    0x[0-9a-f]{16}  (\w+)\+0x", part, re.M)


def test_backtrace_starts_at_the_culprit(kernel):
    report = report_of(kernel, "panic")
    assert report.startswith("PANIC: selftest: as it should\n")
    assert backtrace(report)[:4] == ["panic_inner", "panic_outer",
                                     "self_panic", "ktest_run_one"]
    assert "rax" not in report      # no exception, no registers


def test_exception_shows_registers_and_caller(kernel):
    """Also of a function so small that it has no stack frame."""
    report = report_of(kernel, "fault")
    assert report.startswith("PANIC: page fault: write of 0xdead0000, not ")
    assert re.search(r"^rax 00000000dead0000  rbx ", report, re.M)
    assert backtrace(report)[:2] == ["self_fault", "ktest_run_one"]


def test_stack_overflow_is_named(kernel):
    report = report_of(kernel, "overflow")
    assert report.startswith("PANIC: kernel stack overflow at 0x")
    assert re.search(r"recurse\+.*\n.*recurse\+.*\n    \.\.\. \d+ more of that",
                     report)


def test_latest_events_and_threads(kernel):
    report = report_of(kernel, "panic")
    events = report[report.index("Latest events:"):report.index("Threads:")]
    assert re.search(r"CPU 0 +\d+ ns  selftest.panic 0x", events)
    assert re.search(r"Threads:\n  \* main +running +CPU 0\n", report)


def test_other_cpus_are_stopped(kernel):
    machine = Machine(cpus=3, icount=False)
    report = report_of(kernel, "panic", machine)
    for cpu in (1, 2):
        part = report[report.index(f"CPU {cpu} was in:"):]
        assert backtrace("Backtrace" + part)[0] == "sched_idle"


def test_lock_taken_twice_names_both_places(kernel):
    report = report_of(kernel, "lock_twice")
    assert report.startswith("PANIC: spinlock `selftest` taken twice by CPU 0,"
                             " first in self_lock_twice+0x")
    assert backtrace(report)[:2] == ["spin_lock", "self_lock_twice"]


def test_lock_order_is_checked_in_debug(debug_kernel):
    report = report_of(debug_kernel, "lock_rank")
    assert re.match(r"PANIC: spinlock `outer` \(rank \d+\) taken after `inner`"
                    r" \(rank \d+\) in self_lock_rank", report)


@pytest.mark.parametrize("append, wanted, unwanted", [
    ("", ["Quern, by pvh"], ["boot: sched"]),
    ("loglevel=debug", ["Quern, by pvh", "boot: sched"], []),
    ("loglevel=nonsense", ["Quern, by pvh"], ["boot: sched"]),
    ("quiet", [], ["Quern, by pvh"]),
])
def test_log_levels(kernel, append, wanted, unwanted):
    status, text = boot(kernel, f"{append} tests=selftest.pass")
    assert status == PASSED
    assert text.endswith("1 passed, 0 failed\n")
    assert all(part in text for part in wanted)
    assert not any(part in text for part in unwanted)


def test_unknown_tests_fail(kernel):
    status, text = boot(kernel, "quiet tests=nobody.here,selftest.pass")
    assert status == 35
    assert "no such test in this kernel" in text
    assert text.endswith("1 passed, 1 failed\n")
