"""The guest as the host sees it: physical memory, registers, page tables.

Only while the machine stands still.  Nothing here asks the kernel, so nothing
here can be lied to by it.
"""

import struct
import tempfile

from qn.registers import read_registers

PAGE = 4096
PRESENT, WRITE, USER = 1 << 0, 1 << 1, 1 << 2
UNCACHED, LARGE, GLOBAL = 1 << 4, 1 << 7, 1 << 8
NX = 1 << 63
ADDRESS = 0x000F_FFFF_FFFF_F000
LEVEL_SIZE = {1: 1 << 12, 2: 1 << 21, 3: 1 << 30, 4: 1 << 39}

TABLES_MAX = 1 << 15


class View:
    """One look at a stopped machine."""

    def __init__(self, qmp, symbols):
        self.qmp = qmp
        self.symbols = symbols
        self.pages = {}
        self._cpus = None
        self.n_tables = 0

    def read_phys(self, address, length):
        """`length` bytes at a physical address."""
        first, last = address // PAGE, (address + length - 1) // PAGE
        if length > 16 * PAGE:
            return self._save(address, length)
        data = b"".join(self._page(n) for n in range(first, last + 1))
        return data[address % PAGE:][:length]

    def _page(self, number):
        """A page's bytes; each is fetched once a look."""
        if number not in self.pages:
            self.pages[number] = self._save(number * PAGE, PAGE)
        return self.pages[number]

    def _save(self, address, length):
        with tempfile.NamedTemporaryFile(prefix="quern-mem-") as file:
            self.qmp.execute("pmemsave", val=address, size=length,
                             filename=file.name)
            return file.read()

    def u64(self, address):
        """The 64-bit number at a physical address."""
        return struct.unpack("<Q", self.read_phys(address, 8))[0]

    def u32(self, address):
        """The 32-bit number at a physical address."""
        return struct.unpack("<I", self.read_phys(address, 4))[0]

    @property
    def cpus(self):
        """The registers of all processors."""
        if self._cpus is None:
            self._cpus = read_registers(self.qmp)
        return self._cpus

    @property
    def registers(self):
        """The registers of the first processor: {"RIP": …, "CR3": …}."""
        return self.cpus[0].values

    def symbol(self, name):
        """The address of a kernel symbol."""
        return self.symbols[name]

    def walk(self, root=None):
        """Every present mapping under a root (default CR3), by address.

        Yields (va, pa, size, flags).  Flags are the leaf's bits, except that
        WRITE and USER need every level's consent, and NX any level's.
        """
        root = self.registers["CR3"] if root is None else root
        self.n_tables = 0
        yield from self._walk(root & ADDRESS, 4, 0, WRITE | USER)

    def _walk(self, table, level, base, rights):
        self.n_tables += 1
        if self.n_tables > TABLES_MAX:
            raise ValueError("more page tables than a sane kernel has")
        entries = struct.unpack("<512Q", self.read_phys(table, PAGE))
        for i, entry in enumerate(entries):
            if not entry & PRESENT:
                continue
            va = base + i * LEVEL_SIZE[level]
            if level == 4 and i >= 256:
                va |= 0xFFFF << 48
            seen = (rights & (entry | ~(WRITE | USER))) | (entry & NX)
            if level == 1 or (level < 4 and entry & LARGE):
                yield self._leaf(entry, va, level, seen)
            else:
                yield from self._walk(entry & ADDRESS, level - 1, va, seen)

    @staticmethod
    def _leaf(entry, va, level, rights):
        size = LEVEL_SIZE[level]
        flags = entry & 0xFFF & ~(WRITE | USER) | rights
        if level == 1:
            flags &= ~LARGE  # bit 7 is PAT there
        return va, entry & ADDRESS & ~(size - 1), size, flags

    def translate(self, va, root=None):
        """The leaf that maps `va`: (pa of that byte, size, flags), or None."""
        table = (self.registers["CR3"] if root is None else root) & ADDRESS
        rights = WRITE | USER
        for level in (4, 3, 2, 1):
            index = va >> (12 + 9 * (level - 1)) & 511
            entry = self.u64(table + 8 * index)
            if not entry & PRESENT:
                return None
            rights = (rights & (entry | ~(WRITE | USER))) | (entry & NX)
            if level == 1 or (level < 4 and entry & LARGE):
                _, pa, size, flags = self._leaf(entry, va, level, rights)
                return pa + va % size, size, flags
            table = entry & ADDRESS
        return None

    def read_virt(self, va, length, root=None):
        """Bytes at a virtual address; LookupError where nothing is mapped."""
        data = b""
        while len(data) < length:
            found = self.translate(va + len(data), root)
            if found is None:
                raise LookupError(f"nothing is mapped at {va + len(data):#x}")
            pa, size, _ = found
            room = min(length - len(data), size - pa % size)
            data += self.read_phys(pa, room)
        return data
