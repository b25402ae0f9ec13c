"""Whether a solution can be found where students look.

Secret is what the cut removes: bodies and helpers.  Lines are compared
without indentation, spacing and comment signs, so a solution in a comment or
a handout is found as well.  A leak is

  - three lines that follow each other in a secret, anywhere; or
  - one long line of a secret, outside of the kernel, if the kernel that
    students get does not itself hold that line elsewhere.
"""

import re

from student import source

_WINDOW = 3
_WINDOW_LEN = 40     # shorter windows are idioms: "i++; } return i;"
_LINE_LEN = 28       # so are shorter lines
_MARKS = re.compile(r"^[\s/*;>|+#-]+|[\s*/\\{]+$")


def _normal(line):
    """A line without what formatting adds; "" if nothing is left to tell."""
    line = " ".join(_MARKS.sub("", line).split())
    return line if sum(map(str.isalnum, line)) >= 6 else ""


def _lines(text):
    normal = (_normal(line) for line in text.splitlines())
    return [line for line in normal if line]


def _windows(lines):
    found = (tuple(lines[i:i + _WINDOW])
             for i in range(len(lines) - _WINDOW + 1))
    return {window for window in found
            if sum(map(len, window)) >= _WINDOW_LEN}


def _pieces_removed(path, text, exercises):
    """The texts that the cut takes out of a file."""
    bodies = {f.name for e in exercises for f in e.functions}
    helpers = {name for e in exercises for name in e.helpers}
    for piece in source.pieces(path, text):
        if piece.is_code and piece.name in bodies:
            yield text[piece.body:piece.end]
        elif piece.name in helpers:
            yield text[piece.decl:piece.end]


class Secrets:
    """What some labs remove, ready to be searched for."""

    def __init__(self, cutter, labs):
        self.windows, self.lines = {}, {}
        for lab in labs:
            for exercise in lab.exercises:
                text = cutter.text(exercise.file)
                for removed in _pieces_removed(exercise.file, text,
                                               [exercise]):
                    self._add(exercise.id, removed)
        self._forget_common(cutter)

    def _add(self, exercise_id, text):
        lines = _lines(text)
        for window in _windows(lines):
            self.windows[window] = exercise_id
        for line in lines:
            if len(line) >= _LINE_LEN:
                self.lines[line] = exercise_id

    def _forget_common(self, cutter):
        """Lines that the given kernel shows anyway are no secret."""
        last = cutter.labs[-1].number
        for path, blob in cutter.tree("starter", last).items():
            if path.startswith("kernel/"):
                for line in _lines(blob.data.decode(errors="replace")):
                    self.lines.pop(line, None)

    def search(self, path, data):
        """The first leak in a file, as a sentence, or None."""
        lines = _lines(data.decode(errors="replace"))
        for window in _windows(lines):
            if window in self.windows:
                return (f"{path}: shows the solution of exercise "
                        f"{self.windows[window]}: {window[0]}")
        if path.startswith("kernel/"):
            return None
        for line in lines:
            if line in self.lines:
                return (f"{path}: shows a line of the solution of exercise "
                        f"{self.lines[line]}: {line}")
        return None
