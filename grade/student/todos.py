"""Which functions still say lab_todo()."""

import re

from student import source

_CALL = re.compile(r'\blab_todo\(\s*"([\d.]+)"\s*,\s*"(\w+)"\s*\)')
_EXERCISE = re.compile(r'\bdb\s+"(\d+\.\d+)"')


def _todos_c(path, text):
    masked = source.code(path, text)
    for match in _CALL.finditer(text):
        if not masked[match.start()].isspace():   # else in a comment
            yield match.group(1), match.group(2)


def _todos_asm(path, text):
    for piece in source.pieces(path, text):
        routine = text[piece.decl:piece.end]
        exercise = _EXERCISE.search(routine)
        if exercise and source.uses(source.code(path, routine), "lab_todo"):
            yield exercise.group(1), piece.name


def find_todos(path, text):
    """Pairs of (exercise, function) that a file still leaves to be written."""
    todos = _todos_asm if path.endswith(".asm") else _todos_c
    return list(todos(path, text))
