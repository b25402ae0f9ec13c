"""Pieces of a C file: universal-ctags says where, the text says exactly."""

import json
import re
import subprocess
import tempfile

from student.piece import Piece, SourceError

KINDS = {"function", "prototype", "macro", "variable", "struct", "union",
         "enum", "enumerator", "typedef"}

_SKIPPED = re.compile(
    r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""",
    re.S | re.X)


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def code(text):
    """The text with comments and literals blanked out; same length.

    The path of an #include goes as well: it is a literal to us.
    """
    return _SKIPPED.sub(_blank, text)


def _tags(path, text):
    """What ctags knows of the text: a list of dictionaries."""
    with tempfile.NamedTemporaryFile("w", suffix=".c") as copy:
        copy.write(text)
        copy.flush()
        command = ["ctags", "--options=NONE", "--language-force=C",
                   "--output-format=json", "--fields=+neKS",
                   "--kinds-C=+p", "-o", "-", copy.name]
        try:
            ran = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            raise SourceError("ctags is missing: apt install universal-ctags")
    if ran.returncode:
        raise SourceError(f"{path}: ctags: {ran.stderr.strip()}")
    tags = [json.loads(line) for line in ran.stdout.splitlines()]
    enums = {tag["name"]: tag for tag in tags if tag["kind"] == "enum"}
    for tag in tags:
        if tag["kind"] == "enumerator":   # goes with its whole enum
            whole = enums[tag["scope"].split("::")[-1]]
            tag["line"], tag["end"] = whole["line"], whole["end"]
    return [tag for tag in tags if tag["kind"] in KINDS]


class _Lines:
    """The lines of a text, numbered from 0, raw and as code."""

    def __init__(self, text):
        self.raw = text.splitlines(keepends=True)
        self.code = code(text).splitlines(keepends=True)
        self.offsets = [0]
        self.directives = set()
        for i, line in enumerate(self.raw):
            self.offsets.append(self.offsets[-1] + len(line))
            goes_on = i - 1 in self.directives \
                and self.raw[i - 1].endswith("\\\n")
            if goes_on or line.lstrip().startswith("#"):
                self.directives.add(i)

    def is_comment(self, i):
        """Whether line i holds a comment and nothing else."""
        return not self.code[i].strip() and bool(self.raw[i].strip())

    def ends_before(self, i):
        """Whether the declaration that reaches line i starts there."""
        if i == 0 or i - 1 in self.directives:
            return True
        above = self.code[i - 1].strip()
        return not above or above[-1] in ";}"

    def declaration(self, i):
        """The first line of the declaration whose name is on line i."""
        while not self.ends_before(i):
            i -= 1
        return i

    def comment(self, i):
        """The first line of the comment directly above line i, or i."""
        while i > 0 and self.is_comment(i - 1):
            i -= 1
        return i


def _close_brace(masked, start):
    """The offset of the "}" that belongs to the "{" at start."""
    depth = 0
    for i in range(start, len(masked)):
        depth += (masked[i] == "{") - (masked[i] == "}")
        if depth == 0:
            return i
    return None


def _body(path, tag, masked, decl, end):
    """The offset of a function's "{", checked against ctags' end."""
    body = masked.find("{", decl, end)
    close = None if body < 0 else _close_brace(masked, body)
    if close is None or close >= end or masked[close + 1:end].strip():
        raise SourceError(f"{path}:{tag['line']}: cannot tell where "
                          f"{tag['name']} ends: put its braces in lines "
                          "of their own")
    return body


def _piece(path, tag, lines, masked):
    """The piece that a tag speaks of."""
    first = tag["line"] - 1
    if tag["kind"] != "macro":
        first = lines.declaration(first)
    last = tag.get("end", tag["line"]) - 1
    decl, end = lines.offsets[first], lines.offsets[last + 1]
    is_function = tag["kind"] == "function"
    return Piece(
        name=tag["name"], kind=tag["kind"],
        start=lines.offsets[lines.comment(first)], decl=decl,
        body=_body(path, tag, masked, decl, end) if is_function else end,
        end=end,
        type=tag.get("typeref", "").partition(":")[2] if is_function else "")


def pieces(path, text):
    """All top-level definitions of a C file."""
    lines, masked = _Lines(text), code(text)
    return [_piece(path, tag, lines, masked) for tag in _tags(path, text)]
