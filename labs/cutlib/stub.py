"""What stands where a solution's body stood."""

import re
from pathlib import PurePath

from cutlib import CutError

_TODO_HEADER = "core/lab.h"
_INCLUDE = re.compile(r'^#include "([^"]+)"\n', re.M)
_EXTERN = re.compile(r"^extern\s.*\blab_todo\b", re.M)

_ROUTINE = """\
    sub rsp, 8
    lea rdi, [rel .exercise]
    lea rsi, [rel .function]
    call lab_todo
    add rsp, 8
{returns}    ret
.exercise: db "{exercise}", 0
.function: db "{name}", 0
"""


def stub_piece(path, text, piece, exercise, returns):
    """The whole piece with a stub for its body."""
    if not piece.is_code:
        raise CutError(f"{path}: {piece.name} is a {piece.kind}, "
                       "not a function: name it in helpers")
    if piece.kind == "routine":
        return text[piece.start:piece.body] + "\n" + _ROUTINE.format(
            exercise=exercise, name=piece.name,
            returns=f"    mov rax, {returns}\n" if returns else "")
    if piece.is_void and returns:
        raise CutError(f"{path}: {piece.name} is void: take "
                       f'returns = "{returns}" out of lab.toml')
    if not piece.is_void and not returns:
        raise CutError(f"{path}: {piece.name} returns {piece.type}: say in "
                       "lab.toml what the stub returns")
    back = f"    return {returns};\n" if returns else ""
    return (f'{text[piece.start:piece.body]}{{\n    lab_todo("{exercise}", '
            f'"{piece.name}");\n{back}}}\n')


def _insert_include(path, text):
    """Add the header among the includes, sorted, after the file's own."""
    if f'#include "{_TODO_HEADER}"' in text:
        return text
    line = f'#include "{_TODO_HEADER}"\n'
    includes = list(_INCLUDE.finditer(text))
    if not includes:
        head_comment = re.match(r"\s*/\*.*?\*/\n\n+", text, re.S)
        at = head_comment.end() if head_comment else 0
        return f"{text[:at]}{line}\n{text[at:]}"
    own = PurePath(includes[0].group(1)).stem == PurePath(path).stem
    others = includes[1:] if own else includes
    if not others:
        return f"{text[:includes[0].end()]}\n{line}{text[includes[0].end():]}"
    later = [m.start() for m in others if m.group(1) > _TODO_HEADER]
    at = later[0] if later else others[-1].end()
    return f"{text[:at]}{line}{text[at:]}"


def _insert_extern(text):
    """Declare lab_todo beside the first directive of a NASM file."""
    if _EXTERN.search(text):
        return text
    directive = re.search(r"^\s*(extern|global|section)\b", text, re.M | re.I)
    at = directive.start() if directive else 0
    return f"{text[:at]}extern lab_todo\n{text[at:]}"


def declare_todo(path, text):
    """Make a file that has stubs know lab_todo."""
    if path.endswith(".asm"):
        return _insert_extern(text)
    return _insert_include(path, text)
