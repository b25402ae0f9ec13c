"""Rules for the kernel's C files; STYLE.md says why.

Each rule takes a Source and yields (line, text) for what breaks it.
"""
import re

FUNCTION_LINES = 60
INCLUDES = 10


def check_conditionals(source):
    """No #if in a .c file: choices are files, tables, or config_x."""
    if not source.path.endswith(".c"):
        return
    for match in re.finditer(r"^[ \t]*#[ \t]*(?:el)?if\w*", source.code, re.M):
        yield source.line_of(match.start()), (
            "#if in a .c file; choose by a file, a table or `if (config_x)`")


def check_head(source):
    """The file opens with a comment `path - what it is`."""
    path = source.path.removeprefix("kernel/")
    opening = re.match(r"/\*\n \* (\S+) - \S", source.text)
    if not opening:
        yield 1, f"no head comment; begin with `/*`, ` * {path} - ...`"
    elif opening[1] != path:
        yield 2, f"head comment names {opening[1]}, the file is {path}"


def check_own_header(source):
    """A .c file includes its own header first."""
    if not source.path.endswith(".c"):
        return
    own = source.path.removeprefix("kernel/")[:-2] + ".h"
    match = re.search(r'^#include "([^"]+)"', source.text, re.M)
    is_there = (source.root / source.path).with_suffix(".h").exists()
    if is_there and (not match or match[1] != own):
        line = source.line_of(match.start()) if match else 1
        yield line, f'include "{own}" first'


def check_includes(source):
    """At most ten includes in a .c file: more means more than one idea.

    A test of a floor may need to see many.
    """
    found = re.findall(r"^[ \t]*#[ \t]*include\b", source.code, re.M)
    is_test = source.path.startswith("kernel/test/")
    if source.path.endswith(".c") and len(found) > INCLUDES and not is_test:
        yield 1, f"{len(found)} includes, limit {INCLUDES}"


def check_typedef(source):
    """No typedef of a struct; types of one byte array (be16_t) may."""
    for match in re.finditer(
            r"\btypedef\s+(?:struct|union)\b[^;{]*(\{[^}]*\})?", source.code):
        if not re.fullmatch(r"\{\s*u8 \w+\[\d\];\s*\}", match[1] or ""):
            yield source.line_of(match.start()), "typedef of a struct"


def check_function_length(source):
    """No function is longer than 60 lines."""
    for function in source.functions:
        length = function.end - function.line + 1
        if length > FUNCTION_LINES:
            yield function.line, (
                f"{function.name}() has {length} lines, limit {FUNCTION_LINES}")


def check_goto(source):
    """goto only goes forward: a label never stands above its goto."""
    lines = source.code.splitlines()
    for function in source.functions:
        labels = {}
        for number in range(function.line, function.end + 1):
            line = lines[number - 1]
            label = re.match(r"\s*(\w+)\s*:(?!:)", line)
            if label and label[1] != "default":
                labels[label[1]] = number
            jump = re.search(r"\bgoto\s+(\w+)", line)
            if jump and jump[1] in labels:
                yield number, f"goto {jump[1]} goes backward"


# A prototype at the left margin, its type, name and parameters.
_PROTOTYPE = re.compile(
    r"^(?!static\b|typedef\b|return\b|else\b|#)[A-Za-z_][\w \t*(),]*?"
    r"\b(\w+)\((?:[^;{}()]|\([^()]*\))*\)(?:\s*[A-Z_]+(?:\([^()]*\))?)*\s*;",
    re.M)


def _is_explained(lines, index):
    """Whether the paragraph that line `index` belongs to opens with a comment.

    Prototypes that stand together under one comment share it.
    """
    while index > 0 and lines[index - 1].strip():
        index -= 1
        if lines[index].rstrip().endswith("*/"):
            return True
    return False


def check_comments(source):
    """Every function that others may call has a comment above its prototype."""
    if not source.path.endswith(".h"):
        return
    lines = source.lines
    for match in _PROTOTYPE.finditer(source.code):
        number = source.line_of(match.start())
        if not _is_explained(lines, number - 1):
            yield number, f"{match[1]}() has no comment above it"


RULES = [check_conditionals, check_head, check_own_header, check_includes,
         check_typedef, check_function_length, check_goto, check_comments]
