"""pagetable.outside: a script that the host draws and judges by its own model.

The kernel maps, protects and unmaps in a table of its own
(kernel/test/pagetable_outside.c) and tells what each call returned.  The table
itself is walked here, entry by entry, in the machine's physical memory.
"""
import bisect
import re
import struct
from dataclasses import dataclass, replace

from qn.check import check, draw, expect
from qn.hostview import (ADDRESS, LARGE, LEVEL_SIZE, NX, PAGE, PRESENT,
                         UNCACHED, USER, WRITE)

MAP_WRITE, MAP_EXEC, MAP_USER, MAP_UNCACHED = 1, 2, 4, 8
EEXIST, EINVAL = 17, 22
BASE, SPAN = 0x0000_2BC0_0000_0000, 4 << 30
HALF = 1 << 47


# Drawing

def draw_flags(rng):
    """Flags that may be asked for."""
    rights = rng.choice([0, MAP_WRITE, MAP_EXEC, MAP_WRITE | MAP_UNCACHED])
    return rights | rng.choice([0, MAP_USER])


def draw_range(rng):
    """Some pages of one size, often a bit less: (va, pa, length)."""
    level = rng.choice([1, 1, 2, 3])
    unit = LEVEL_SIZE[level]
    length = unit * rng.randint(1, 2 if level == 3 else 5)
    va = BASE + rng.randrange(0, SPAN - length + 1, unit)
    pa = rng.randrange(0, 1 << 40, unit)
    if level > 1 and rng.random() < 0.5:
        less = PAGE * rng.randint(1, 3)
        va, pa, length = va + less, pa + less, length - 2 * less
    elif level > 1 and rng.random() < 0.3:
        pa += LEVEL_SIZE[level - 1]
    return va, pa, length


@draw("pagetable.outside")
def draw_script(rng):
    """Some 60 calls; a few of them must be refused."""
    words, mapped = [], []
    for _ in range(60):
        va, pa, length = draw_range(rng)
        call = rng.choices("mpu", [5, 3, 3])[0] if mapped else "m"
        if call == "m":
            mapped.append((va, length))
        elif rng.random() < 0.7:  # where there is something to break
            va, inside = rng.choice(mapped)
            va = min(va + rng.randrange(0, inside, PAGE), BASE + SPAN - length)
        flags = draw_flags(rng)
        if rng.random() < 0.05:
            flags = MAP_WRITE | MAP_EXEC
        if rng.random() < 0.03:
            va += 8
        numbers = {"m": [va, pa, length, flags], "p": [va, length, flags],
                   "u": [va, length]}[call]
        words += [call, *map(hex, numbers)]
    return " ".join(words + draw_finish(rng))


def draw_finish(rng):
    """Behind all that: a part of a large page changes, a part of one goes."""
    va, large = BASE + SPAN, LEVEL_SIZE[3]
    first, second = (rng.randrange(0, large - 8 * PAGE, PAGE) for _ in "12")
    length = rng.randint(1, 8) * PAGE
    calls = [("m", va, large * rng.randint(1, 99), 2 * large, MAP_WRITE),
             ("p", va + first, length, MAP_USER),
             ("u", va + large + second, length)]
    return [word for letter, *numbers in calls
            for word in (letter, *map(hex, numbers))]


# The model

@dataclass(frozen=True)
class Piece:
    """A stretch that is mapped alike."""

    va: int
    length: int
    pa: int
    flags: int
    is_whole: bool = True  # never cut: its page sizes are known

    @property
    def end(self):
        """The first address behind it."""
        return self.va + self.length


class Model:
    """What the table should say."""

    def __init__(self):
        self.pieces = []

    def touched(self, va, length):
        """The pieces that a range has something of."""
        return [p for p in self.pieces if p.va < va + length and va < p.end]

    def cut(self, at):
        """Let no piece have `at` inside."""
        for piece in self.pieces:
            if piece.va < at < piece.end:
                low = at - piece.va
                self.pieces.remove(piece)
                self.pieces.append(replace(piece, length=low, is_whole=False))
                self.pieces.append(replace(
                    piece, va=at, pa=piece.pa + low, is_whole=False,
                    length=piece.length - low))
                return

    def map(self, va, pa, length, flags):
        """What page_table_map() must return."""
        if va % PAGE or flags & 3 == 3:
            return EINVAL
        if self.touched(va, length):
            return EEXIST
        self.pieces.append(Piece(va, length, pa, flags))
        return 0

    def protect(self, va, length, flags):
        """What page_table_protect() must return."""
        if va % PAGE or flags & 3 == 3:
            return EINVAL
        self.cut(va)
        self.cut(va + length)
        for piece in self.touched(va, length):
            self.pieces.remove(piece)
            self.pieces.append(replace(piece, flags=flags))
        return 0

    def unmap(self, va, length):
        """What page_table_unmap() must return."""
        if va % PAGE:
            return EINVAL
        self.cut(va)
        self.cut(va + length)
        for piece in self.touched(va, length):
            self.pieces.remove(piece)
        return 0


def calls_of(script):
    """The script's calls: (letter, numbers)."""
    words = script.split()
    calls = []
    while words:
        n = {"m": 4, "p": 3, "u": 2}[words[0]]
        calls.append((words[0], [int(w, 16) for w in words[1:1 + n]]))
        words = words[1 + n:]
    return calls


# The walk

def count_tables(view, table, level, n_entries):
    """Tables from this one down; none of them may be empty."""
    entries = struct.unpack("<512Q", view.read_phys(table, PAGE))[:n_entries]
    used = [entry for entry in entries if entry & PRESENT]
    expect(used or level == 4, f"the table of level {level} at {table:#x} "
           "maps nothing, but was not given back")
    below = [entry for entry in used if level > 1 and not entry & LARGE]
    return 1 + sum(count_tables(view, entry & ADDRESS, level - 1, 512)
                   for entry in below)


def flags_of(entry):
    """What a walk granted, as the kernel's flags."""
    return (MAP_WRITE * bool(entry & WRITE) | MAP_EXEC * (not entry & NX) |
            MAP_USER * bool(entry & USER) |
            MAP_UNCACHED * bool(entry & UNCACHED))


def largest_page(va, pa, left):
    """The size of the page that the contract asks for."""
    return max(LEVEL_SIZE[level] for level in (1, 2, 3)
               if level == 1 or ((va | pa) % LEVEL_SIZE[level] == 0 and
                                 left >= LEVEL_SIZE[level]))


def check_piece(piece, starts, leaves):
    """Every page of a piece is there, right, and of the right size."""
    va = piece.va
    while va < piece.end:
        i = bisect.bisect_right(starts, va) - 1
        expect(i >= 0 and va < leaves[i][0] + leaves[i][2],
               f"{va:#x} should be mapped, but is not")
        start, pa, size, entry = leaves[i]
        want = piece.pa + va - piece.va
        expect(pa + va - start == want, f"{va:#x} is mapped to "
               f"{pa + va - start:#x}, expected {want:#x}")
        expect(flags_of(entry) == piece.flags, f"{va:#x} allows "
               f"{flags_of(entry):#x}, expected {piece.flags:#x}")
        if piece.is_whole:
            want = largest_page(va, want, piece.end - va)
            expect(size == want, f"{va:#x} is in a page of {size:#x} bytes, "
                   f"expected {want:#x}")
        va = start + size


def read_note(notes):
    """The numbers of the kernel's note."""
    expect(notes, "the kernel noted nothing about the script")
    found = dict(re.findall(r"(\w+)=(\w+)", notes[-1]))
    return tuple(int(found[key], 0) for key in ("root", "tables", "answers",
                                                "n"))


@check("pagetable.outside")
def table_is_right(view, notes, input):
    """Replay the script; compare each answer, then the whole table."""
    root, n_tables, answers, n = read_note(notes)
    calls, model = calls_of(input), Model()
    expect(n == len(calls), f"the kernel made {n} of {len(calls)} calls")
    for (letter, numbers), answer in zip(calls, view.read_phys(answers, n)):
        do = {"m": model.map, "p": model.protect, "u": model.unmap}[letter]
        want = do(*numbers)
        shown = ", ".join(map(hex, numbers))
        expect(answer == want, f"{do.__name__}({shown}) says {-answer}, "
               f"expected {-want}")
    leaves = [leaf for leaf in view.walk(root) if leaf[0] < HALF]
    starts = [leaf[0] for leaf in leaves]
    for piece in model.pieces:
        check_piece(piece, starts, leaves)
    mapped = sum(leaf[2] for leaf in leaves)
    want = sum(piece.length for piece in model.pieces)
    expect(mapped == want, f"{mapped:#x} bytes are mapped, expected {want:#x}")
    found = count_tables(view, root, 4, 256)
    expect(found == n_tables, f"{found} tables are in memory, but the kernel "
           f"counts {n_tables}")
