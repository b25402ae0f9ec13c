#!/usr/bin/env python3
"""Check the tree against STYLE.md: one line a finding, `file:line: text`.

usage: style.py [ROOT]

Reads what git knows or would add (in a tree without git: everything outside
build/).  Exit status 1 if there is a finding.
"""
import pathlib
import subprocess
import sys

import rules_c
import rules_text
import source
import tools

TEXT = (".c", ".h", ".asm", ".ld", ".py", ".sh", ".mk", ".md", ".toml",
        ".txt", ".cfg")
NAMES = ("Makefile", "quern", "boot", "run", "grade", ".gdbinit")


def is_text(path):
    return path.endswith(TEXT) or pathlib.PurePath(path).name in NAMES


def tree_files(root):
    """All source files of the tree, as paths from its root."""
    run = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True)
    paths = run.stdout.split("\n") if run.returncode == 0 else [
        str(p.relative_to(root)) for p in pathlib.Path(root).rglob("*")
        if "build" not in p.parts and ".git" not in p.parts]
    return sorted(p for p in paths if pathlib.Path(root, p).is_file())


def findings(root):
    """All findings in the tree below root."""
    paths = tree_files(root)
    for path in filter(is_text, paths):
        text = source.Source(root, path)
        for rule in rules_text.RULES:
            for line, what in rule(text):
                yield f"{path}:{line}: {what}"
    for unit in source.load(root):
        for rule in rules_c.RULES:
            for line, what in rule(unit):
                yield f"{unit.path}:{line}: {what}"
    for tool in tools.TOOLS:
        yield from tool(root, paths)


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".")
    if not root.is_dir():
        print(f"style.py: {root} is not a folder", file=sys.stderr)
        return 2
    found = 0
    for finding in findings(root):
        print(finding)
        found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
