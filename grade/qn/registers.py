"""The processors' registers, as QEMU's monitor prints them."""

import re
from dataclasses import dataclass

FLAG_IF = 1 << 9
PAIR = re.compile(r"\b([A-Z][A-Z0-9]{1,4}) ?=\s?([0-9a-f]{8,16})\b")
SHORT = re.compile(r"\b(HLT|CPL)=(\d)")


@dataclass(frozen=True)
class Cpu:
    """One processor at one moment."""

    index: int
    values: dict

    @property
    def rip(self):
        """The address of the next instruction."""
        return self.values.get("RIP", self.values.get("EIP", 0))

    @property
    def is_halted(self):
        """Whether it sits in HLT."""
        return self.values.get("HLT") == 1

    @property
    def has_interrupts_on(self):
        """Whether an interrupt could reach it."""
        flags = self.values.get("RFL", self.values.get("EFL", 0))
        return bool(flags & FLAG_IF)


def parse_registers(text):
    """`info registers -a` to one Cpu for each `CPU#n` section."""
    cpus = []
    for section in re.split(r"CPU#(?=\d)", text)[1:]:
        values = {name: int(value, 16) for name, value in PAIR.findall(section)}
        values |= {name: int(value) for name, value in SHORT.findall(section)}
        cpus.append(Cpu(int(re.match(r"\d+", section)[0]), values))
    return cpus


def read_registers(qmp):
    """All processors of a machine, running or stopped."""
    return parse_registers(qmp.monitor("info registers -a"))
