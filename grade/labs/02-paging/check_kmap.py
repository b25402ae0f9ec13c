"""kmap.outside: the kernel's own tables, walked from CR3 by the host.

The kernel is not asked: the image's parts come from the ELF file's symbols,
what is mapped from the machine's physical memory.
"""
from qn.check import check, expect
from qn.hostview import NX, PAGE, UNCACHED, USER, WRITE

IMAGE, DIRECT, KVA = (0xFFFF_FFFF_8000_0000, 0xFFFF_8000_0000_0000,
                      0xFFFF_C000_0000_0000)
DIRECT_SIZE, KVA_SIZE = 1 << 46, 1 << 40
CR0_WP, EFER_NXE = 1 << 16, 1 << 11
FLOOR, CEILING = 4 << 20, 60 << 20  # RAM that the grading machine has for sure


def parts(view):
    """The image's parts: (name, start, end, may be written, may be run)."""
    at = view.symbol
    return [
        ("code", at("text_start"), at("text_end"), False, True),
        ("constants", at("rodata_start"), at("rodata_end"), False, False),
        ("variables", at("data_start"), at("boot_stack_guard"), True, False),
        ("boot stack", at("boot_stack_bottom"), at("image_end"), True, False),
    ]


def check_control(view):
    """The CPU heeds PTE_NX, and PTE_WRITE in the kernel, too."""
    expect(view.registers["CR0"] & CR0_WP, "CR0.WP is off: the kernel may "
           "write everywhere")
    expect(view.registers["EFER"] & EFER_NXE, "EFER.NXE is off")


def check_rights(leaves):
    """No page is both writable and executable, none is the user's."""
    for va, _, _, flags in leaves:
        expect(va >> 47, f"{va:#x} is mapped, in the user's half")
        expect(not flags & USER, f"{va:#x} is open to user programs")
        expect(flags & NX or not flags & WRITE,
               f"{va:#x} is writable and executable")


def check_image(view, leaves):
    """Each part of the image has its rights, and nothing else is there."""
    pages = {va + i: (pa + i, flags) for va, pa, size, flags in leaves
             if va >= IMAGE for i in range(0, size, PAGE)}
    for name, start, end, may_write, may_run in parts(view):
        for va in range(start, end, PAGE):
            expect(va in pages, f"{va:#x} ({name}) is not mapped")
            pa, flags = pages.pop(va)
            expect(pa == va - IMAGE, f"{va:#x} ({name}) is mapped to {pa:#x}")
            expect(bool(flags & WRITE) == may_write,
                   f"{va:#x} ({name}): writable is {bool(flags & WRITE)}")
            expect(bool(flags & NX) != may_run,
                   f"{va:#x} ({name}): executable is {not flags & NX}")
    expect(not pages, f"{min(pages, default=0):#x} is mapped, but belongs to "
           "no part of the image")


def check_places(leaves):
    """Outside of the image: the direct map is direct, nothing is run."""
    for va, pa, size, flags in leaves:
        if va >= IMAGE:
            continue
        expect(flags & NX, f"{va:#x} is executable, outside of the image")
        if DIRECT <= va < DIRECT + DIRECT_SIZE:
            expect(pa == va - DIRECT, f"the direct map has {pa:#x} at {va:#x}")
        else:
            expect(KVA <= va and va + size <= KVA + KVA_SIZE,
                   f"{va:#x} is mapped, where nothing should be")


def check_aliases(view, leaves):
    """The frames of code and constants can be written nowhere."""
    start = view.symbol("text_start") - IMAGE
    end = view.symbol("rodata_end") - IMAGE
    for va, pa, size, flags in leaves:
        expect(not flags & WRITE or pa >= end or pa + size <= start,
               f"{va:#x} is writable, and shows frames of the code")


def check_ram(leaves):
    """RAM is in the direct map: cached, writable, in large pages."""
    ram = [leaf for leaf in leaves if DIRECT + FLOOR <= leaf[0] <
           DIRECT + CEILING]
    at = DIRECT + FLOOR
    for va, _, size, flags in ram:
        expect(va == at, f"{at:#x} is not in the direct map")
        expect(flags & WRITE and not flags & UNCACHED,
               f"{va:#x}: RAM must be writable and cached")
        expect(size >= 2 << 20, f"{va:#x} is in a page of {size:#x} bytes")
        at += size
    expect(at >= DIRECT + CEILING, f"{at:#x} is not in the direct map")


def check_top(view, root):
    """Entries for the KVA area are there before anything is mapped."""
    for va in range(KVA, KVA + KVA_SIZE, 1 << 39):
        entry = view.u64(root + 8 * (va >> 39 & 511))
        expect(entry & 1, f"the top entry for {va:#x} is empty: address "
               "spaces that copy it now would never see what is mapped there")


@check("kmap.outside")
def kernel_is_guarded(view):
    """All of the above, for the tables that the CPU is using."""
    root = view.registers["CR3"] & ~0xFFF
    expect(root != view.symbol("boot_pml4") - IMAGE,
           "the CPU still uses the tables that boot.asm built")
    leaves = list(view.walk(root))
    check_control(view)
    check_rights(leaves)
    check_image(view, leaves)
    check_places(leaves)
    check_aliases(view, leaves)
    check_ram(leaves)
    check_top(view, root)
