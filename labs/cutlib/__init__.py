"""The cut: from the full tree and its lab.toml files to what students get.

Reading order: stub and edit (one file), shipping (which file belongs to which
lab), trees (the three trees of a lab), leaks (is a solution to be seen),
history and release (the course's repositories).
"""

from qn.errors import GradeError


class CutError(GradeError):
    """The cut cannot be made; the message is one line for its author."""
