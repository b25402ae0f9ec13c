"""Building the kernel of a tree, bounded, with the first error kept."""

import os
import re
import signal
import subprocess
from pathlib import Path

BUILD_SECONDS = 300
ERROR = re.compile(r"(?i)\berror\b|undefined reference|"
                   r"multiple definition|\*\*\*")


class BuildError(Exception):
    """The first error that the build printed."""


def first_error(output, tree):
    """The line that a student should look at first, paths from the tree."""
    output = output.replace(f"{Path(tree).resolve()}/", "")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for line in lines:
        if ERROR.search(line):
            return line
    return lines[-1] if lines else "make failed without a word"


def clean_environment():
    """Without what an outer make would pass on to this one."""
    drop = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES")
    return {key: value for key, value in os.environ.items()
            if key not in drop and key not in ("BUILD", "DEBUG", "V")}


def run_bounded(command, seconds, **options):
    """Run in a process group of its own; (status, output), status None after
    the time is over."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True,
                               errors="replace", stdin=subprocess.DEVNULL,
                               start_new_session=True, **options)
    try:
        output, _ = process.communicate(timeout=seconds)
        status = process.returncode
    except subprocess.TimeoutExpired:
        status = None
    try:
        os.killpg(process.pid, signal.SIGKILL)  # whatever it left behind
    except ProcessLookupError:
        pass
    if status is None:
        output, _ = process.communicate()
    return status, output


def build_kernel(tree, build, *, debug=False, jobs=1, prefix=(),
                 seconds=BUILD_SECONDS):
    """Make the kernel of `tree`; the ELF's path, or BuildError.

    `build` is relative to the tree; the debug kernel has a folder below it.
    """
    build = Path(build) / "debug" if debug else Path(build)
    kernel = build / "kernel.elf"
    command = [*prefix, "make", "-C", str(tree), f"-j{jobs}",
               f"BUILD={build}", f"DEBUG={int(debug)}", "V=0", str(kernel)]
    status, output = run_bounded(command, seconds, env=clean_environment())
    if status is None:
        raise BuildError(f"the build did not end within {seconds} seconds")
    if status != 0:
        raise BuildError(first_error(output, tree))
    return Path(tree) / kernel
