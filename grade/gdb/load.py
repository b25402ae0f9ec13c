"""Teach GDB the kernel's commands; sourced by .gdbinit.  See `help qn`."""
import pathlib
import sys

import gdb

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))


class Qn(gdb.Command):
    """Look at the Quern kernel that GDB is attached to."""

    def __init__(self):
        super().__init__("qn", gdb.COMMAND_DATA, prefix=True)


Qn()
for name in ("cmd_frames", "cmd_slabs", "cmd_threads", "cmd_backtraces",
             "cmd_pagetable", "cmd_locks"):
    __import__(name)
