"""Pieces of a NASM file: from a label in column 0 to the next one.

Comments and directives directly above a label belong to that label, so the
routine before it ends above them.  Labels that begin with a dot are local:
they are part of the routine.
"""

import re

from student.piece import Piece

_LABEL = re.compile(r"^([A-Za-z_?$][\w$#@~.?]*):")
_BOUNDARY = re.compile(r"^\s*\[?(section|segment)\b", re.I)
_PREAMBLE = re.compile(
    r"^\s*(;.*|\[?(global|extern|align|default|bits)\b.*)?$", re.I)
_SKIPPED = re.compile(r''';[^\n]*|"[^"\n]*"|'[^'\n]*'|`[^`\n]*`''')


def code(text):
    """The text with comments and strings blanked out; same length."""
    return _SKIPPED.sub(lambda match: " " * len(match.group()), text)


def _start(lines, i):
    """The first line of the comment directly above line i, or i."""
    while i > 0 and lines[i - 1].lstrip().startswith(";"):
        i -= 1
    return i


def _end(lines, label):
    """The line after the last one of the routine at line `label`."""
    i = label + 1
    while i < len(lines) and not _LABEL.match(lines[i]) \
            and not _BOUNDARY.match(lines[i]):
        i += 1
    while i > label + 1 and _PREAMBLE.match(lines[i - 1]):
        i -= 1
    return i


def pieces(path, text):
    """All routines of a NASM file."""
    lines = text.splitlines(keepends=True)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    found = []
    for i, line in enumerate(lines):
        match = _LABEL.match(line)
        if match:
            found.append(Piece(
                name=match.group(1), kind="routine",
                start=offsets[_start(lines, i)], decl=offsets[i],
                body=offsets[i] + match.end(), end=offsets[_end(lines, i)],
                type=""))
    return found
