"""One definition of a source file, as offsets into the file's text."""

from dataclasses import dataclass

from qn.errors import GradeError


class SourceError(GradeError):
    """A file is not built as this program must be able to rely on."""


@dataclass(frozen=True)
class Piece:
    """A function, prototype, macro, variable or type; or a routine."""

    name: str
    kind: str    # ctags' word, or "routine"
    start: int   # of the comment directly above, else decl
    decl: int    # of the declaration: the start of a line
    body: int    # a function's "{", a routine's first line; else end
    end: int     # after the newline of the last line
    type: str    # what a function returns, "" if not a function

    @property
    def is_code(self):
        """Whether the piece has a body that can be stubbed."""
        return self.kind in ("function", "routine")

    @property
    def is_void(self):
        """Whether a function returns nothing."""
        return self.type.split()[-1:] == ["void"]
