"""switch.outside: what context_switch() left on the stacks of three threads.

The host draws the numbers that lie in their registers, and finds them again in
physical memory while the machine stands still.
"""

import re
import struct

from qn.check import check, draw, expect

SIDES = 3
STACK = 4096
REGISTERS = ("RBX", "RBP", "R12", "R13", "R14", "R15")
# struct context, lowest address first (arch/x86_64/switch.h)
CONTEXT = ("RFLAGS", "R15", "R14", "R13", "R12", "RBX", "RBP", "RIP")
IF = 1 << 9


@draw("switch.outside")
def draw_registers(rng):
    """Six numbers for each thread."""
    return " ".join(f"{rng.getrandbits(64):#x}"
                    for _ in range(SIDES * len(REGISTERS)))


@check("switch.outside")
def contexts_in_memory(view, notes, symbols, input):
    """Every word of every context is where the header says."""
    numbers = [int(word, 0) for word in input.split()]
    expect(len(notes) == SIDES,
           f"{len(notes)} of {SIDES} threads came back from their switch")
    for side, note in enumerate(notes):
        found = re.fullmatch(r"stack=(\w+) context=(\w+)", note)
        stack, context = (int(text, 0) for text in found.groups())
        expect(stack <= context <= stack + STACK - 8 * len(CONTEXT),
               f"the context of thread {side} does not lie on its stack")
        words = struct.unpack("<8Q", view.read_phys(context, 64))
        saved = dict(zip(CONTEXT, words))
        give = numbers[side * len(REGISTERS):][:len(REGISTERS)]
        for name, want in zip(REGISTERS, give):
            expect(saved[name] == want, f"thread {side}: {name} was "
                   f"{want:#x}, its context in memory says {saved[name]:#x}")
        expect(not saved["RFLAGS"] & IF, f"thread {side} switched with "
               f"interrupts off, RFLAGS in memory is {saved['RFLAGS']:#x}")
        place = symbols.name_of(saved["RIP"])
        expect(place.startswith("switch_probe+"),
               f"thread {side} would go on in {place}, not in its caller")
