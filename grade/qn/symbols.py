"""The kernel's symbols, read once from the ELF with nm."""

import bisect
import functools
import os
import subprocess


class Symbols:
    """Names to addresses, and addresses back to names."""

    def __init__(self, kernel):
        output = subprocess.run(["nm", "-n", str(kernel)], check=False,
                                capture_output=True, text=True).stdout
        rows = [line.split() for line in output.splitlines()]
        rows = [row for row in rows if len(row) == 3]
        self.by_name = {name: int(address, 16) for address, _, name in rows}
        code = [(int(address, 16), name) for address, kind, name in rows
                if kind in "tTwW"]
        self.addresses = [address for address, _ in code]
        self.names = [name for _, name in code]

    def __getitem__(self, name):
        return self.by_name[name]

    def __contains__(self, name):
        return name in self.by_name

    def name_of(self, address):
        """The function around an address: `walk+0x1f`, else the number."""
        i = bisect.bisect_right(self.addresses, address) - 1
        if i < 0 or address - self.addresses[i] > 1 << 16:
            return f"{address:#x}"
        offset = address - self.addresses[i]
        return self.names[i] + (f"+{offset:#x}" if offset else "")


@functools.lru_cache(maxsize=16)
def _load(kernel, _mtime):
    return Symbols(kernel)


def load_symbols(kernel):
    """The symbols of this very version of the file."""
    return _load(str(kernel), os.stat(kernel).st_mtime_ns)
