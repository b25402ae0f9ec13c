#!/usr/bin/env python3
"""Compile and run the host unit tests, several at once.

usage: unit.py [--long] [--build DIR] [NAME...]

A test is a grade/unit/test_NAME.c.  Its head comment names the kernel files
that it is linked with (`Sources: mm/buddy.c`), and flags for the compiler if
it needs any (`Flags: -DX`).  It is compiled for the host under ASan and UBSan,
and passes if it exits with 0.  --long asks the tests for their long versions.
NAME may also come in the variable T.  Exit status 1 if a test fails, 2 for a
test that is not there.
"""
import argparse
import collections
import concurrent.futures
import itertools
import os
import pathlib
import subprocess
import sys
import time

UNIT = pathlib.Path(__file__).resolve().parent
ROOT = UNIT.parent.parent
FLAGS = ["-std=gnu11", "-g", "-O1", "-fsanitize=address,undefined",
         "-fno-sanitize-recover=all", "-fno-omit-frame-pointer",
         "-fno-builtin", "-Wall", "-Wextra", "-Werror",
         "-Wno-unused-parameter", "-Wno-format-zero-length",
         "-Igrade/unit", "-Igrade/unit/include", "-Ikernel"]
TIMEOUT, LONG_TIMEOUT = 60, 1800

Result = collections.namedtuple("Result", "name ok seconds output")


class BadTest(Exception):
    """A test that cannot be run; the message is one line."""


def all_tests():
    return sorted(path.stem.removeprefix("test_")
                  for path in UNIT.glob("test_*.c"))


def head_words(text, heading, is_ours):
    """The words after `heading:` in the head comment, while is_ours(word)."""
    comment = text.partition("*/")[0]
    words = comment.partition(f"{heading}:")[2].replace(" * ", " ").split()
    return list(itertools.takewhile(is_ours, words))


def sources_of(name):
    """The kernel files that test NAME is linked with; none if it says none."""
    path = UNIT / f"test_{name}.c"
    words = head_words(path.read_text(), "Sources",
                       lambda word: word.endswith(".c"))
    absent = [w for w in words if not (ROOT / "kernel" / w).exists()]
    if absent:
        raise BadTest(f"{path.name}: Sources: no file kernel/{absent[0]}")
    return ["kernel/" + word for word in words]


def is_fresh(program, command):
    """Whether the program is newer than all it was made of."""
    deps = program.with_suffix(".d")
    stamp = program.with_suffix(".cmd")
    if not (program.exists() and deps.exists() and stamp.exists()):
        return False
    if stamp.read_text() != " ".join(command):
        return False
    made = program.stat().st_mtime
    names = deps.read_text().replace("\\\n", " ").split()
    return all((ROOT / n).exists() and (ROOT / n).stat().st_mtime <= made
               for n in names if not n.endswith(":"))


def compile_test(name, build):
    """Compile test NAME unless it is fresh; (program, compiler's output)."""
    program = pathlib.Path(build).resolve() / name
    program.parent.mkdir(parents=True, exist_ok=True)
    test = os.path.relpath(UNIT / f"test_{name}.c", ROOT)
    host = os.path.relpath(UNIT / "host.c", ROOT)
    files = [test, host, *sources_of(name)]
    flags = head_words((ROOT / test).read_text(), "Flags",
                       lambda word: word.startswith("-"))
    command = ["gcc", *FLAGS, *flags, *files, "-o", str(program)]
    if is_fresh(program, command):
        return program, ""
    run = subprocess.run(command, cwd=ROOT, text=True, stderr=subprocess.PIPE)
    if run.returncode:
        return None, run.stderr
    headers = subprocess.run(
        ["gcc", "-MM", *[f for f in command[1:-2]
                         if not f.startswith("-fsanitize")]],
        cwd=ROOT, text=True, capture_output=True).stdout
    program.with_suffix(".d").write_text(headers)
    program.with_suffix(".cmd").write_text(" ".join(command))
    return program, ""


def run_test(name, build, is_long=False):
    """Compile and run test NAME; its Result."""
    start = time.monotonic()
    try:
        program, output = compile_test(name, build)
    except BadTest as error:
        program, output = None, f"{error}\n"
    ok = False
    if program:
        limit = LONG_TIMEOUT if is_long else TIMEOUT
        try:
            run = subprocess.run([program, *(["--long"] if is_long else [])],
                                 stdout=subprocess.PIPE, text=True,
                                 stderr=subprocess.STDOUT, timeout=limit,
                                 errors="replace")
            ok, output = run.returncode == 0, run.stdout
            if run.returncode < 0:
                output += f"ended by signal {-run.returncode}\n"
        except subprocess.TimeoutExpired:
            output = f"still running after {limit} s\n"
    return Result(name, ok, time.monotonic() - start, output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=ROOT / "build/unit")
    parser.add_argument("--long", action="store_true",
                        default=os.environ.get("LONG") == "1")
    parser.add_argument("names", nargs="*",
                        default=os.environ.get("T", "").split())
    args = parser.parse_args()
    names = args.names or all_tests()
    unknown = set(names) - set(all_tests())
    if unknown:
        print(f"unit.py: no test {min(unknown)}; there are: "
              f"{' '.join(all_tests())}", file=sys.stderr)
        return 2
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(
                lambda name: run_test(name, args.build, args.long), names):
            word = "ok  " if result.ok else "FAIL"
            print(f"{word} {result.name} {result.seconds:.1f} s", flush=True)
            if not result.ok or args.names or args.long:
                print(result.output, end="")
            results.append(result.ok)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
