#!/usr/bin/env python3
"""Print the numbers of STYLE.md for kernel/, each beside its limit.

usage: measure.py [ROOT]

Exit status 1 if a number is over its limit.  Kernel tests (kernel/test) are
left out: their length is no merit and no fault of the kernel.
"""
import collections
import pathlib
import re
import statistics
import sys

import source

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "unit"))
import unit  # noqa: E402

Row = collections.namedtuple("Row", "name value limit is_over")


def most(name, value, limit):
    return Row(name, value, f"<= {limit}", value > limit)


def least(name, value, limit):
    return Row(name, value, f">= {limit}", value < limit)


def percentile(values, share):
    ordered = sorted(values) or [0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(name, values, limits):
    """Rows for median, 90 % and maximum of one measure."""
    middle = int(statistics.median(values or [0]))
    return [most(f"{name}, median", middle, limits[0]),
            most(f"{name}, 90 %", percentile(values, 0.9), limits[1]),
            most(f"{name}, longest", max(values, default=0), limits[2])]


def count(pattern, sources):
    return sum(len(re.findall(pattern, s.code, re.M)) for s in sources)


def code_and_comment_lines(sources):
    code = comments = 0
    for s in sources:
        for raw, bare in zip(s.lines, s.code.splitlines()):
            code += bool(bare.strip())
            comments += "/*" in raw or "*/" in raw or (
                bool(raw.strip()) and not bare.strip())
    return code, comments


def host_tested(root, sources):
    """Share of code lines in files that a host unit test compiles."""
    named = set()
    for test in (root / "grade/unit").glob("test_*.c"):
        text = test.read_text()
        named.update("kernel/" + word for word in [
            *unit.head_words(text, "Sources", lambda w: w.endswith(".c")),
            *re.findall(r'#include "(.*\.c)"', text)])
    pure = [s for s in sources if s.path in named]
    total, _ = code_and_comment_lines([s for s in sources
                                       if s.path.endswith(".c")])
    tested, _ = code_and_comment_lines(pure)
    return round(100 * tested / max(total, 1))


def rows(root):
    sources = [s for s in source.load(root)
               if not s.path.startswith("kernel/test/")]
    bodies = [s for s in sources if s.path.endswith(".c")]
    headers = [s for s in sources if s.path.endswith(".h")]
    functions = [f.end - f.line + 1 for s in sources for f in s.functions]
    code, comments = code_and_comment_lines(sources)
    guards = len(headers)
    per_thousand = 1000 / max(code, 1)
    asserts = count(r"\b(?:static_)?assert\s*\(|\bpanic\s*\(", bodies + headers)
    ifs = count(r"^[ \t]*#[ \t]*(?:el)?if", sources) - guards
    includes = [len(re.findall(r"^#include", s.code, re.M)) for s in bodies]
    return [
        *spread("lines of a .c file", [len(s.lines) for s in bodies],
                (160, 300, 400)),
        *spread("lines of a function", functions, (12, 32, 60)),
        least("comment share, %", round(100 * comments / (code + comments)),
              20),
        least("asserts in 1,000 lines", round(asserts * per_thousand, 1), 15),
        most("#if in 1,000 lines", round(ifs * per_thousand, 2), 0.5),
        most("typedefs of structs", count(r"\btypedef\s+struct\b", sources),
             0),
        most("includes of a .c file", max(includes, default=0), 10),
        least("host-tested code, %", host_tested(root, bodies), 25),
    ]


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".")
    if not (root / "kernel").is_dir():
        print(f"measure.py: {root}/kernel is not there", file=sys.stderr)
        return 2
    table = rows(root)
    for row in table:
        mark = "  <-- over its limit" if row.is_over else ""
        print(f"{row.name:26} {row.value:>6}  {row.limit}{mark}")
    return 1 if any(row.is_over for row in table) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
