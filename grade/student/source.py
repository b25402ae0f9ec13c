"""Where the definitions of a source file begin and end.

The cut (labs/cut.py) takes definitions out of the solution, `make catch-up`
puts them back into a student's file; both see a file as a list of pieces:

    start ->  /* the comment directly above */
    decl  ->  static int add(int a, int b)
    body  ->  {
                  return a + b;
    end   ->  }                                   (after its newline)
"""

import functools
import re
from dataclasses import dataclass

from student import asmsource, csource
from student.piece import Piece, SourceError

__all__ = ["Piece", "SourceError", "pieces", "find", "uses", "code"]


@dataclass(frozen=True)
class _Language:
    pieces: object
    code: object


_LANGUAGES = {
    ".c": _Language(csource.pieces, csource.code),
    ".h": _Language(csource.pieces, csource.code),
    ".asm": _Language(asmsource.pieces, asmsource.code),
}


def _language(path):
    for suffix, language in _LANGUAGES.items():
        if path.endswith(suffix):
            return language
    raise SourceError(f"{path}: neither C nor assembly: cannot be cut")


@functools.lru_cache(maxsize=1024)
def pieces(path, text):
    """All top-level definitions of a file, in the order they stand there."""
    found = _language(path).pieces(path, text)
    return sorted(found, key=lambda piece: piece.decl)


def code(path, text):
    """The text with comments and strings blanked out; same length."""
    return _language(path).code(text)


def find(path, text, name):
    """The pieces called `name`: the definition and its prototypes."""
    return [piece for piece in pieces(path, text) if piece.name == name]


def uses(masked, name):
    """Whether code (see `code`) speaks of `name`."""
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", masked)
