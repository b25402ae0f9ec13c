"""`qn pt ADDR`: how the processor translates an address."""
import contextlib
import struct

import gdb
import kernel

LEVELS = {4: "PML4", 3: "PDPT", 2: "PD", 1: "PT"}
SIZES = {3: "1 GiB", 2: "2 MiB", 1: "4 KiB"}
ADDRESS = 0x000ffffffffff000
PRESENT, LARGE, NX = 1 << 0, 1 << 7, 1 << 63
FLAGS = [(0, "present"), (1, "write"), (2, "user"), (3, "write-through"),
         (4, "uncached"), (5, "accessed"), (6, "dirty"), (8, "global"),
         (63, "nx")]


class PageTable(kernel.Command):
    """qn pt ADDR: walk the page tables from CR3 to ADDR, an entry a line.

ADDR is any expression: `qn pt $rsp`, `qn pt &boot_info + 1`.  The tables are
read at their physical addresses, so the walk works however they are mapped."""

    name = "pt"

    def run(self, words):
        if not words:
            raise kernel.Absent("give one address, such as `qn pt $rsp`")
        address = int(gdb.parse_and_eval(f"(unsigned long)({' '.join(words)})"))
        root = int(gdb.parse_and_eval("(unsigned long)$cr3")) & ADDRESS
        print(f"{address:#018x} through the tables at {root:#x}")
        print(walk(root, address))


@contextlib.contextmanager
def physical_memory():
    """While this lasts, GDB's memory is the machine's physical memory."""
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    try:
        yield
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def read_entry(table, index):
    with physical_memory():
        data = gdb.selected_inferior().read_memory(table + 8 * index, 8)
    return struct.unpack("<Q", data.tobytes())[0]


def walk(table, address):
    """Print the entry of each level; the line that says what it comes to."""
    for level in (4, 3, 2, 1):
        index = address >> (12 + 9 * (level - 1)) & 511
        entry = read_entry(table, index)
        print(f"  {LEVELS[level]:4}[{index:3}] = {entry:#018x}  "
              f"{describe(entry, level)}")
        if not entry & PRESENT:
            return f"not mapped: nothing present in the {LEVELS[level]}"
        if level == 1 or level < 4 and entry & LARGE:
            return leaf(entry, address, level)
        table = entry & ADDRESS
    return ""


def describe(entry, level):
    """The flags that are set, by name."""
    names = [name for bit, name in FLAGS if entry >> bit & 1]
    if level in (2, 3) and entry & LARGE:
        names.insert(1, "large")
    return " ".join(names) or "empty"


def leaf(entry, address, level):
    size = 1 << (12 + 9 * (level - 1))
    base = entry & ADDRESS & ~(size - 1)
    return (f"physical {base + address % size:#x}, in a page of "
            f"{SIZES[level]} at {base:#x}")


PageTable()
