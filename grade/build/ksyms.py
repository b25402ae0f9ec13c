#!/usr/bin/python3
"""Write the kernel's symbol table as NASM source.

    nm kernel.elf | ksyms.py > ksyms.asm

Takes the functions only.  The table is sorted by address: where each function
starts, as an offset from IMAGE_BASE, and where its name is in the text behind
(see kernel/core/symbols.c).  With no input the table is empty, for the first
pass of the link.
"""
import sys

IMAGE_BASE = 0xFFFFFFFF80000000


def read_functions(lines):
    """Return (offset, name) of every function, sorted, one for each address.

    What the compiler or the assembler put after a dot (a part of a function,
    a local label) belongs to the function before the dot.
    """
    functions = {}
    for line in lines:
        address, kind, name = line.split()[-3:]
        offset = int(address, 16) - IMAGE_BASE
        base = name.split(".")[0]
        if kind in "tTwW" and offset >= 0 and base:
            functions.setdefault(offset, base)
    return drop_repeats(sorted(functions.items()))


def drop_repeats(functions):
    """Drop entries that only repeat the name of the entry before them."""
    kept = []
    for offset, name in functions:
        if not kept or kept[-1][1] != name:
            kept.append((offset, name))
    return kept


def render(functions):
    """Return the table as lines of NASM."""
    yield "section .ksyms progbits alloc noexec nowrite align=4"
    yield "global symbols_n, symbols_starts, symbols_names, symbols_text"
    yield f"symbols_n: dd {len(functions)}"
    yield "symbols_starts:"
    for offset, _ in functions:
        yield f"    dd {offset:#x}"
    yield "symbols_names:"
    position = 0
    for _, name in functions:
        yield f"    dd {position}"
        position += len(name) + 1
    yield "symbols_text:"
    for _, name in functions:
        yield f"    db '{name}', 0"


def main():
    """Filter standard input to standard output."""
    print("\n".join(render(read_functions(sys.stdin))))


if __name__ == "__main__":
    main()
