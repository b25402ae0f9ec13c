"""The record channel: lines `NONCE SEQ KIND TEXT` in the debug console's file.

Nothing here trusts the guest.  A line without our nonce is kept as a stray and
otherwise ignored.  A sequence number that comes twice or leaves a gap shows
that records were forged or lost: it becomes a record of kind "broken", in its
place, for the judge to charge to whoever was running.
"""

import re
from dataclasses import dataclass

KINDS = ("boot start note hold todo pass fail skip beat panic end").split()
LINE_MAX = 4096
STRAYS_MAX = 20
LINE = re.compile(r"(\S+) (\d{1,15}) (\S+)(?: (.*))?")


@dataclass(frozen=True)
class Record:
    """One thing that the kernel said."""

    kind: str
    text: str

    @property
    def test(self):
        """The first word: the test's name in most kinds."""
        return self.text.partition(" ")[0]

    @property
    def rest(self):
        """What comes after the test's name."""
        return self.text.partition(" ")[2]


class RecordParser:
    """Turns lines into records; keeps the sequence."""

    def __init__(self, nonce):
        self.nonce = nonce
        self.next_seq = 0
        self.strays = []

    def _stray(self, line):
        if len(self.strays) < STRAYS_MAX:
            self.strays.append(line[:200])

    def parse(self, line):
        """The records (none, one, or one after a `broken`) of one line."""
        match = LINE.fullmatch(line)
        if not match or match[1] != self.nonce or match[3] not in KINDS:
            self._stray(line)
            return []
        seq = int(match[2])
        record = Record(match[3], match[4] or "")
        if seq < self.next_seq:
            return [Record("broken", f"record {seq} came twice")]
        lost = seq - self.next_seq
        self.next_seq = seq + 1
        if lost:
            gap = f"{lost} records before {seq} are missing"
            return [Record("broken", gap), record]
        return [record]


class RecordReader:
    """Follows the file while QEMU writes it."""

    def __init__(self, path, nonce):
        self.file = open(path, "rb")
        self.parser = RecordParser(nonce)
        self.partial = b""
        self.bytes_read = 0

    def close(self):
        """Let go of the file."""
        self.file.close()

    def poll(self):
        """The records that came since the last call."""
        data = self.file.read(1 << 20)
        if not data:
            return []
        self.bytes_read += len(data)
        *lines, self.partial = (self.partial + data).split(b"\n")
        self.partial = self.partial[:LINE_MAX]
        records = []
        for line in lines:
            text = line[:LINE_MAX].decode("ascii", "replace")
            records += self.parser.parse(text)
        return records
