"""slab.outside: where the objects of a drawn script lie, seen in RAM.

The kernel runs the script (kernel/test/slab_outside.c) and leaves a table of
the objects that are out.  Here it is decided whether any two overlap, whether
each is aligned, whole and unharmed, and whether there are enough slabs for
them at all.
"""
import re
import struct

from qn.check import check, draw, expect

LINE = struct.Struct("<QQQ")  # address, size, cache


@draw("slab.outside")
def draw_script(rng):
    """Four caches and 700 steps in tides, the last one a flood."""
    sizes = [rng.randrange(1, 40), rng.randrange(40, 200),
             rng.randrange(200, 700), rng.randrange(700, 3000)]
    steps, out, pressure = [], [], 90
    for i in range(700):
        if i % 70 == 0:
            pressure = rng.choice([20, 60, 90]) if i < 560 else 90
        if out and rng.randrange(100) >= pressure:
            steps.append(f"x{out.pop(rng.randrange(len(out)))}")
        else:
            out.append(len(steps))
            steps.append(f"a{rng.randrange(len(sizes))}")
    return " ".join([*(f"s{size}" for size in sizes), *steps])


def expected(script):
    """{step: cache} of the objects that are out in the end; the sizes."""
    words = script.split()
    sizes = [int(w[1:]) for w in words if w[0] == "s"]
    out = {}
    for number, word in enumerate(words[len(sizes):]):
        if word[0] == "a":
            out[number] = int(word[1:])
        else:
            out.pop(int(word[1:]))
    return out, sizes


def numbers(note):
    """{key: number} of a note."""
    return {key: int(value, 0)
            for key, value in re.findall(r"(\w+)=(\w+)", note)}


def read_objects(view, notes):
    """{step: (address, size, cache)} of the lines that are not empty."""
    expect(notes, "the kernel noted nothing about the script")
    table = numbers(notes[-1])
    data = view.read_phys(table["results"], LINE.size * table["steps"])
    lines = enumerate(LINE.iter_unpack(data))
    return {number: line for number, line in lines if line[0]}


def check_slabs(notes, out):
    """No cache can have fewer slabs than its objects need."""
    for note in map(numbers, notes[:-1]):
        n = sum(cache == note["cache"] for cache in out.values())
        needed = -(-n // note["per_slab"])
        expect(note["slabs"] >= needed,
               f"cache {note['cache']} has {note['slabs']} slabs for {n} "
               f"objects, which need {needed}")


@check("slab.outside")
def objects_are_apart(view, notes, input):
    """All objects of the script are there, and none shares a byte."""
    out, sizes = expected(input)
    objects = read_objects(view, notes)
    missing = set(out) - set(objects)
    expect(not missing, f"{len(missing)} allocations got no object, the first "
           f"at step {min(missing, default=0)}")
    end, before = 0, None
    for step, (address, size, cache) in sorted(objects.items(),
                                               key=lambda item: item[1]):
        expect(address % 8 == 0, f"the object of step {step} at "
               f"{address:#x} is not aligned to 8 bytes")
        expect(size == sizes[cache], f"the object of step {step} has {size} "
               f"bytes, not {sizes[cache]}")
        expect(address >= end, f"the objects of steps {before} and {step} "
               f"overlap at {address:#x}")
        end, before = address + size, step
        expect(view.read_phys(address, size) == bytes([step & 255]) * size,
               f"the object of step {step} at {address:#x} was overwritten")
    check_slabs(notes, out)
