#!/usr/bin/env python3
"""Check that a floor of the kernel knows only the floors below it.

usage: floors.py [--quiet] KERNEL_DIR OBJECT_DIR

KERNEL_DIR/floors.txt lists the floors from the ground up, one a line:
    FLOOR   DIR...
and, after the line "upcalls:", the only symbols that a lower floor may call in
an upper one:
    SYMBOL   DEFINING_DIR
Folders on one floor are strangers.  Three things are checked: #include and
%include lines, references between object files (weak ones too), and cycles
among headers.  Exit status 1 if there is a finding, 2 for bad usage.
"""
import collections
import pathlib
import re
import subprocess
import sys

Tower = collections.namedtuple("Tower", "floor_of upcalls")
INCLUDE = re.compile(r'\s*[#%]\s*include\s*[<"]([^">]+)')


def read_tower(path):
    """The tower that floors.txt describes: {dir: floor}, {symbol: dir}."""
    tower, in_upcalls, floor = Tower({}, {}), False, 0
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if words == ["upcalls:"]:
            in_upcalls = True
        elif words and in_upcalls:
            tower.upcalls[words[0]] = words[1]
        elif words:
            tower.floor_of.update({folder: floor for folder in words[1:]})
            floor += 1
    return tower


def home_of(path, tower):
    """The longest listed folder that holds this file, or None."""
    *parents, top = map(str, pathlib.PurePath(path).parents)
    folders = parents or [top]      # "." holds only its own files
    return next((p for p in folders if p in tower.floor_of), None)


def may_use(user, provider, tower):
    return (user == provider
            or tower.floor_of[user] > tower.floor_of[provider])


def includes_of(kernel):
    """(file, line, included file) for every include of a file of ours."""
    for suffix in ("c", "h", "asm", "inc"):
        for path in sorted(kernel.rglob("*." + suffix)):
            text = path.read_text(errors="replace")
            for number, line in enumerate(text.splitlines(), 1):
                match = INCLUDE.match(line)
                if match and (kernel / match[1]).exists():
                    yield str(path.relative_to(kernel)), number, match[1]


def check_folders(kernel, tower):
    for path in sorted(kernel.rglob("*")):
        rel = path.relative_to(kernel)
        if path.suffix in (".c", ".h", ".asm") and not home_of(rel, tower):
            yield f"{path}:1: is on no floor of {kernel}/floors.txt"


def check_includes(kernel, tower):
    for path, line, header in includes_of(kernel):
        user, provider = home_of(path, tower), home_of(header, tower)
        if user and provider and not may_use(user, provider, tower):
            yield (f"{kernel / path}:{line}: {user}/ includes {header}, "
                   f"which is not below it")


def check_header_cycles(kernel):
    edges = collections.defaultdict(set)
    for path, _, header in includes_of(kernel):
        if path.endswith(".h"):
            edges[path].add(header)
    for start in sorted(edges):
        todo, seen = list(edges[start]), set()
        while todo:
            header = todo.pop()
            if header not in seen:
                seen.add(header)
                todo += edges.get(header, ())
        if start in seen:
            yield f"{kernel / start}:1: includes itself through other headers"


def has_source(rel, kernel):
    """Whether the source of this object is still there."""
    stem = kernel / rel.with_suffix("")
    return stem.suffix == ".asm" and stem.exists() or (
        stem.with_name(stem.name + ".c").exists())


def read_symbols(kernel, objects, tower):
    """({symbol: (strength, dir)}, [(object, dir, symbol)]) from one nm."""
    names = [str(path) for path in sorted(objects.rglob("*.o"))
             if has_source(path.relative_to(objects), kernel)
             and home_of(path.relative_to(objects), tower)]
    if not names:
        return {}, []
    out = subprocess.run(["nm", "-A", *names], capture_output=True,
                         text=True, check=True).stdout
    defined, used = {}, []
    for line in out.splitlines():
        path, _, rest = line.partition(":")
        *address, kind, symbol = rest.split()
        rel = str(pathlib.Path(path).relative_to(objects))
        home = home_of(rel, tower)
        if not address:             # U: undefined, w and v: weak, undefined
            used.append((rel, home, symbol))
        elif kind.isupper():        # a weak definition gives way to a strong
            definition = (kind not in "WV", home)
            defined[symbol] = max(defined.get(symbol, definition), definition)
    return {s: home for s, (_, home) in defined.items()}, used


def check_symbols(defined, used, tower):
    for rel, user, symbol in used:
        provider = defined.get(symbol)
        if provider is None or may_use(user, provider, tower):
            continue
        if tower.upcalls.get(symbol) != provider:
            yield (f"{rel}: {user}/ calls {symbol}() in {provider}/, "
                   f"which is not below it")


def upcalls_seen(defined, used, tower):
    """{symbol: folders below that call it}, of the listed upcalls."""
    seen = {symbol: set() for symbol in tower.upcalls}
    for _, user, symbol in used:
        home = tower.upcalls.get(symbol)
        if home and not may_use(user, home, tower):
            seen[symbol].add(user)
    return seen


def report(tower, defined, used):
    print(f"floors: {len(set(tower.floor_of.values()))} floors, "
          f"{len(tower.floor_of)} folders, 0 cycles, "
          f"{len(tower.upcalls)} upcalls:")
    for symbol, users in upcalls_seen(defined, used, tower).items():
        by = " ".join(sorted(users)) or "nobody yet"
        print(f"  {symbol:12} in {tower.upcalls[symbol]:6} called by {by}")


def main(arguments):
    quiet = "--quiet" in arguments
    arguments = [a for a in arguments if a != "--quiet"]
    if len(arguments) != 2 or not pathlib.Path(arguments[0],
                                               "floors.txt").exists():
        print("floors.py: usage: floors.py [--quiet] KERNEL_DIR OBJECT_DIR; "
              "KERNEL_DIR holds floors.txt", file=sys.stderr)
        return 2
    kernel, objects = map(pathlib.Path, arguments)
    tower = read_tower(kernel / "floors.txt")
    defined, used = read_symbols(kernel, objects, tower)
    findings = [*check_folders(kernel, tower), *check_includes(kernel, tower),
                *check_header_cycles(kernel),
                *check_symbols(defined, used, tower)]
    for finding in findings:
        print(finding)
    if not findings and not quiet:
        report(tower, defined, used)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
