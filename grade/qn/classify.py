"""Names for the ways in which a kernel stops, in words for the student."""

import re
from collections import Counter

from qn.judge import Verdict

PANIC, BACKTRACE = "PANIC: ", "Backtrace (innermost first):"
FRAME = re.compile(r"    0x[0-9a-f]{16}  (\w+)\+0x")
ERROR_LINE = re.compile(r"\[ *\d+\.\d+\] error: (.*)")
CALLERS_MAX = 3

# QEMU ends with (value << 1) | 1 of what the guest wrote to the exit port.
EXIT_PASSED, EXIT_FAILED, EXIT_PANIC = 0x21, 0x23, 0x25


def where(cpus, symbols):
    """`cpu 0 in spin_lock+0x12 (interrupts off)` for each processor."""
    places = []
    for cpu in cpus:
        state = "halted" if cpu.is_halted else "runs"
        mask = "" if cpu.has_interrupts_on else ", interrupts off"
        places.append(f"cpu {cpu.index} {state} in "
                      f"{symbols.name_of(cpu.rip)}{mask}")
    return "; ".join(places)


def hot_functions(samples, symbols):
    """Where most samples found the running processors: `a 5x, b 2x`."""
    names = Counter(symbols.name_of(cpu.rip).partition("+")[0]
                    for cpus in samples for cpu in cpus if not cpu.is_halted)
    return ", ".join(f"{name} {n}x" for name, n in names.most_common(4))


def hang_verdict(kind, samples, symbols):
    """A machine that had to be stopped."""
    if kind == "infra":
        return Verdict("infra", "QEMU got no CPU time from this host for "
                       "minutes: not the kernel's fault; grade again")
    place = where(samples[-1], symbols) if samples else "no registers read"
    if kind == "deadlock":
        return Verdict("hang", "deadlock: every processor sleeps and nothing "
                       f"will wake one: {place}")
    hot = hot_functions(samples, symbols)
    seen = f"; seen in {hot}" if hot else ""
    if kind == "livelock":
        return Verdict("hang", f"livelock: busy, but silent: {place}{seen}")
    return Verdict("hang", f"no progress within the test's CPU time: {place}"
                   f"{seen}")


def panic_place(console):
    """` in zone_free < page_put < ...`: who panicked and who called, as the
    console's backtrace has it; empty if there is none."""
    report = console.partition(PANIC)[2].partition(BACKTRACE)[2]
    names = []
    for line in report.splitlines()[1:]:
        frame = FRAME.match(line)
        if not frame or len(names) > CALLERS_MAX:
            break
        names.append(frame[1])
    return f" in {' < '.join(names)}" if names else ""


def boot_errors(console):
    """What the log called an error before a panic: `; the log said: ...`."""
    errors = ERROR_LINE.findall(console.partition(PANIC)[0])
    return f"; the log said: {'; '.join(errors[:3])}" if errors else ""


def exit_verdict(status, judge, stderr):
    """QEMU ended while a test, or none, was running."""
    if judge.panic is not None:
        return Verdict("panic", judge.panic)
    if status == EXIT_PANIC:
        return Verdict("panic", "the kernel ended as after a panic, without "
                       "its message")
    if status in (EXIT_PASSED, EXIT_FAILED):
        return Verdict("fail", "the kernel left before the test's end")
    if status == 0:
        return Verdict("panic", "triple fault: an exception while the "
                       "processor could not call any handler")
    reason = stderr.strip().splitlines()
    return Verdict("infra", f"QEMU ended with status {status}: "
                   f"{reason[-1] if reason else 'no message'}")
