"""A source file as the checkers see it: text, code without comments, functions.

Lines count from 1.  `code` has the same lines as `text`; comments are blanked
and the insides of strings replaced by x, so that patterns only meet code.
"""
import collections
import functools
import json
import pathlib
import re
import subprocess

Function = collections.namedtuple("Function", "name line end is_static")

_TOKEN = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)


def _blank(match):
    token = match[0]
    if token[0] in "\"'":
        return token[0] + "x" * (len(token) - 2) + token[-1]
    return re.sub(r"[^\n]", " ", token)


class Source:
    """One file below `root`, named by its path from there."""

    def __init__(self, root, path):
        self.root = pathlib.Path(root)
        self.path = str(path)
        self.text = (self.root / path).read_text(errors="replace")

    @property
    def lines(self):
        return self.text.splitlines()

    @functools.cached_property
    def code(self):
        """The text without comments and without what strings say."""
        return _TOKEN.sub(_blank, self.text)

    @functools.cached_property
    def functions(self):
        """The functions defined here, by universal-ctags."""
        return functions_of(self.root, [self.path]).get(self.path, [])

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1


def functions_of(root, paths):
    """{path: [Function]} for many C files by one run of ctags."""
    command = ["ctags", "-f", "-", "--languages=C", "--langmap=C:.c.h",
               "--kinds-C=f", "--fields=+nef", "--extras=-F",
               "--output-format=json", "-L", "-"]
    out = subprocess.run(command, cwd=root, input="\n".join(paths),
                         capture_output=True, text=True, check=True).stdout
    found = collections.defaultdict(list)
    for line in out.splitlines():
        tag = json.loads(line)
        found[tag["path"]].append(Function(
            tag["name"], tag["line"], tag.get("end", tag["line"]),
            tag.get("file", False)))
    return found


def load(root, pattern="kernel/**/*.[ch]"):
    """All sources below root that match, their functions found at once."""
    root = pathlib.Path(root)
    paths = sorted(str(p.relative_to(root)) for p in root.glob(pattern))
    sources = [Source(root, path) for path in paths]
    functions = functions_of(root, [p for p in paths if p[-2:] in (".c", ".h")])
    for source in sources:
        source.__dict__["functions"] = functions.get(source.path, [])
    return sources
