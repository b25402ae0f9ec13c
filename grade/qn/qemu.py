"""One QEMU process: started headless in its own group, always ended by id.

The console is a pseudo terminal read through pexpect; QMP goes over an
inherited socket, so there are no paths or ports to clash.
"""

import os
import pty
import signal
import socket
import subprocess
import tty

import pexpect
from pexpect import fdpexpect

from qn.errors import GradeError
from qn.machine import QEMU
from qn.qmp import Qmp

CONSOLE_LOG_MAX = 4 << 20
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class CappedLog:
    """The console's log file; a kernel that never stops talking can't fill
    the disk."""

    def __init__(self, path):
        self.file = open(path, "wb")
        self.left = CONSOLE_LOG_MAX
        self.written = 0

    def write(self, data):
        """Keep what still fits."""
        self.file.write(data[:self.left])
        self.written += min(len(data), self.left)
        self.left -= min(len(data), self.left)

    def flush(self):
        """Called by pexpect after each write."""
        self.file.flush()


class Qemu:
    """A running machine; use it in a `with` statement."""

    def __init__(self, args, log_path, stderr_path):
        host, guest = socket.socketpair()
        terminal, slave = pty.openpty()
        tty.setraw(slave)
        self.command = self._command(args, guest.fileno())
        with open(stderr_path, "wb") as stderr:
            try:
                self.process = subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL"] + self.command,
                    stdin=slave, stdout=slave, stderr=stderr,
                    pass_fds=[guest.fileno()], start_new_session=True)
            except FileNotFoundError as error:
                raise GradeError(f"{error.filename} is missing: run "
                                 "`make doctor` or `./quern test`") from error
        guest.close()
        os.close(slave)
        self.qmp = Qmp(host)
        self.log = CappedLog(log_path)
        self.console = fdpexpect.fdspawn(terminal, timeout=30)
        self.console.logfile_read = self.log
        self.console.delaybeforesend = None
        self.exit_fd = os.pidfd_open(self.process.pid)

    @staticmethod
    def _command(args, qmp_fd):
        """The whole command line, as evidence too."""
        return [QEMU, *args,
                "-chardev", "stdio,id=console,signal=off",
                "-serial", "chardev:console",
                "-chardev", f"socket,id=qmp,fd={qmp_fd}",
                "-mon", "chardev=qmp,mode=control"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def exit_status(self):
        """QEMU's exit status, or None while it runs."""
        return self.process.poll()

    def is_ending(self):
        """Whether it ends by itself within a moment."""
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return False
        return True

    def cpu_seconds(self):
        """CPU time used so far, which a loaded host doesn't stretch."""
        try:
            with open(f"/proc/{self.process.pid}/stat", "rb") as stat:
                fields = stat.read().rpartition(b")")[2].split()
        except FileNotFoundError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def drain_console(self):
        """Move what the guest printed to the log."""
        try:
            while self.console.read_nonblocking(65536, timeout=0):
                pass
        except (pexpect.TIMEOUT, pexpect.EOF, OSError):
            pass

    def end(self):
        """End the process group and let go of everything; idempotent."""
        if self.exit_fd is None:
            return
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.drain_console()
        self.log.file.close()
        self.qmp.close()
        os.close(self.console.child_fd)
        os.close(self.exit_fd)
        self.exit_fd = None
