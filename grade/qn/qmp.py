"""A client for QEMU's machine protocol (QMP) on a connected socket.

Spec: QEMU's docs/interop/qmp-spec.  One JSON object a line; the greeting comes
first, events may come at any time.  The handshake waits for the first command,
so a run that needs no QMP pays nothing for it.
"""

import json
import time

TIMEOUT_SECONDS = 60


class QmpError(Exception):
    """QEMU refused a command, or is gone."""


class Qmp:
    """Commands out, answers and events in."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""
        self.is_ready = False
        self.events = []

    def close(self):
        """Drop the connection."""
        self.sock.close()

    def _read_line(self, deadline):
        """The next object, or QmpError after the deadline."""
        while b"\n" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                raise QmpError("QEMU does not answer")
            self.sock.settimeout(left)
            try:
                data = self.sock.recv(65536)
            except OSError as error:
                raise QmpError(f"no answer from QEMU: {error}") from error
            if not data:
                raise QmpError("QEMU is gone")
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return json.loads(line)

    def _answer(self, deadline):
        """Skip over events (kept) to the next answer."""
        while True:
            message = self._read_line(deadline)
            if "event" in message:
                self.events.append(message["event"])
            elif "error" in message:
                raise QmpError(message["error"]["desc"])
            elif "return" in message:
                return message["return"]

    def _send(self, command, arguments):
        line = json.dumps({"execute": command, "arguments": arguments})
        try:
            self.sock.sendall(line.encode() + b"\n")
        except OSError as error:
            raise QmpError(f"QEMU is gone: {error}") from error

    def execute(self, command, **arguments):
        """Run a command; its answer, or QmpError."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        if not self.is_ready:
            self.is_ready = True
            self._send("qmp_capabilities", {})
            self._answer(deadline)
        self._send(command, arguments)
        return self._answer(deadline)

    def monitor(self, line):
        """Run a line of the human monitor; its text."""
        return self.execute("human-monitor-command", **{"command-line": line})

    def status(self):
        """running, paused, guest-panicked, ..."""
        return self.execute("query-status")["status"]
