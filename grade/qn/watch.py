"""When to give up on a silent machine.

While a test runs the kernel says `beat` every 100 ms of guest time, so silence
is measured in QEMU's own CPU time, which does not depend on how loaded the
host is.  A machine that uses no CPU time is looked at: if every processor
sits in HLT, it sleeps for good.  Wall-clock time alone never blames the
student: past its generous limit the verdict is `infra`.
"""

import time

BOOT_CPU_SECONDS = 20       # until the first test starts
SILENT_CPU_SECONDS = 4      # without a record, interrupts on
DEAF_CPU_SECONDS = 1.5      # without a record, interrupts always off
TEST_CPU_SECONDS = 30       # one test, however often the heart beats
INFRA_WALL_SECONDS = 180    # without a record
SAMPLE_WALL_SECONDS = 0.25  # between two looks at a silent machine
ASLEEP_SAMPLES = 6          # all processors halted each time


class Watch:
    """Told of each record; says when, and why, to look or to stop."""

    def __init__(self):
        self.last_wall = self.next_sample = time.monotonic()
        self.last_cpu = self.start_cpu = 0.0
        self.is_testing = False
        self.samples = []

    def record_seen(self, cpu_seconds):
        """The machine spoke."""
        self.last_wall = time.monotonic()
        self.next_sample = self.last_wall + 2 * SAMPLE_WALL_SECONDS
        self.last_cpu = cpu_seconds
        self.samples.clear()

    def test_started(self, cpu_seconds):
        """A test's own budget starts."""
        self.start_cpu = cpu_seconds
        self.is_testing = True

    def wants_sample(self):
        """Whether it is time to look at the registers."""
        now = time.monotonic()
        if now < self.next_sample:
            return False
        self.next_sample = now + SAMPLE_WALL_SECONDS
        return True

    def add_sample(self, cpus):
        """All processors' registers, at this moment of the silence."""
        self.samples.append(cpus)

    def verdict(self, cpu_seconds):
        """None, or why to stop: deadlock, livelock, no progress, infra."""
        silent = cpu_seconds - self.last_cpu
        if self._sleeps_for_good():
            return "deadlock"
        if self.is_testing and silent > DEAF_CPU_SECONDS and self._is_deaf():
            return "livelock"
        limit = SILENT_CPU_SECONDS if self.is_testing else BOOT_CPU_SECONDS
        if silent > limit:
            return "livelock"
        if self.is_testing and cpu_seconds - self.start_cpu > TEST_CPU_SECONDS:
            return "no progress"
        if time.monotonic() - self.last_wall > INFRA_WALL_SECONDS:
            return "infra"
        return None

    def _sleeps_for_good(self):
        """Halted with interrupts off needs two looks; else a few more."""
        halted = 0
        deaf = 0
        for cpus in reversed(self.samples):
            if not all(cpu.is_halted for cpu in cpus):
                break
            halted += 1
            deaf += not any(cpu.has_interrupts_on for cpu in cpus)
        return halted >= ASLEEP_SAMPLES or (halted == deaf and deaf >= 2)

    def _is_deaf(self):
        """No processor had interrupts on in any of several samples."""
        return len(self.samples) >= 4 and not any(
            cpu.has_interrupts_on for cpus in self.samples for cpu in cpus)
