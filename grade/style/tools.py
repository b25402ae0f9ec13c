"""Readers that others wrote: clang, clang-format, shellcheck, pyflakes.

Each yields findings as `file:line: text`.
"""
import concurrent.futures
import pathlib
import re
import subprocess

FLAGS = ["-std=gnu11", "-O2", "-ffreestanding", "-mno-red-zone",
         "-mgeneral-regs-only", "-mcmodel=kernel", "-Ikernel", "-Wall",
         "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers",
         "-Wthread-safety", "-DCONFIG_DEBUG=1", "-fsyntax-only"]
DIAGNOSTIC = re.compile(r"^([^:\s]+:\d+):(?:\d+:)? (?:fatal )?"
                        r"(error|warning|note): ?(.*)", re.M)


def _diagnostics(command, root, levels=("error", "warning")):
    """What a compiler-like tool prints, one finding a diagnostic."""
    run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    found = [f"{place}: {text}" for place, level, text
             in DIAGNOSTIC.findall(run.stdout + run.stderr) if level in levels]
    if run.returncode and not found:
        found = [f"{command[0]}:1: {(run.stderr or run.stdout).strip()}"]
    return found


def check_clang(root, paths):
    """clang as second reader of C: other warnings, and who holds which lock."""
    commands = [["clang", *FLAGS, path] for path in paths
                if re.match(r"kernel/.*\.c$", path)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda c: _diagnostics(c, root), commands):
            yield from found


def check_format(root, paths):
    """C is formatted as .clang-format says; `make format` does it.

    Only the clang-format of Debian 12 counts: others differ in details.
    """
    files = [p for p in paths if re.match(r"(?:kernel|grade)/.*\.[ch]$", p)]
    version = subprocess.run(["clang-format", "--version"],
                             capture_output=True, text=True).stdout
    if files and " version 14." in version:
        for finding in _diagnostics(
                ["clang-format", "--dry-run", "--ferror-limit=1", *files],
                root):
            yield re.sub(r": .*", ": not formatted; `make format`", finding)


def is_shell(root, path):
    if path.endswith(".sh"):
        return True
    with open(pathlib.Path(root, path), "rb") as file:
        return bool(re.match(rb"#!.*\b(?:sh|bash)\b", file.readline()))


def check_shell(root, paths):
    """shellcheck on every shell script."""
    files = [p for p in paths if is_shell(root, p)]
    if files:
        yield from _diagnostics(["shellcheck", "-f", "gcc", *files], root,
                                ("error", "warning", "note"))


def is_python(root, path):
    if path.endswith(".py"):
        return True
    with open(pathlib.Path(root, path), "rb") as file:
        return bool(re.match(rb"#!.*\bpython3?\b", file.readline()))


def check_python(root, paths):
    """pyflakes on every Python file."""
    files = [p for p in paths if is_python(root, p)]
    if not files:
        return
    run = subprocess.run(["/usr/bin/python3", "-m", "pyflakes", *files],
                         cwd=root, capture_output=True, text=True)
    for line in (run.stdout + run.stderr).splitlines():
        match = re.match(r"(\S+?:\d+):(?:\d+:?)? (.*)", line)
        if match:
            yield f"{match[1]}: {match[2]}"


TOOLS = [check_clang, check_format, check_shell, check_python]
