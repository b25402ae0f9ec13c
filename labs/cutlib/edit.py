"""Taking exercises out of one file: bodies become stubs, helpers vanish."""

import re

from cutlib import CutError, stub
from student import source

_FORMAT_OFF = "// clang-format off\n"
_FORMAT_ON = "// clang-format on\n"


def _definitions(path, text, name):
    """The definitions called `name`; prototypes don't count."""
    found = [piece for piece in source.find(path, text, name)
             if piece.kind != "prototype"]
    if not found:
        raise CutError(f"{path}: no definition of {name}, "
                       "which lab.toml names")
    return found


def _function(path, text, name):
    """The one function called `name`."""
    found = _definitions(path, text, name)
    functions = [piece for piece in found if piece.is_code] or found
    if len(functions) > 1:
        raise CutError(f"{path}: {name} is defined {len(functions)} times")
    return functions[0]


def _without(text, start, end):
    """The text without a piece and the blank line that set it off."""
    before, after = text[:start], text[end:]
    if _FORMAT_OFF in text[start:end]:
        if after.startswith(_FORMAT_ON):
            after = after[len(_FORMAT_ON):]
        else:
            before += _FORMAT_OFF
    if before.endswith("\n\n") or not before:
        after = after.lstrip("\n")
    return (before.rstrip("\n") + "\n") if not after else before + after


def _without_name(path, text, name):
    """The text without any definition or prototype called `name`."""
    found = source.find(path, text, name)
    while found:
        text = _without(text, found[-1].start, found[-1].end)
        found = source.find(path, text, name)
    return text


def _live_helpers(path, text, helpers):
    """Those helpers that code other than dead helpers still uses."""
    bodies = {name: "".join(source.code(path, text[p.decl:p.end])
                            for p in source.find(path, text, name))
              for name in helpers}
    base = text
    for name in helpers:
        base = _without_name(path, base, name)
    seen, live = [source.code(path, base)], set()
    while seen:
        masked = seen.pop()
        for name in set(helpers) - live:
            if source.uses(masked, name):
                live.add(name)
                seen.append(bodies[name])
    return live


def _check_unused(path, text):
    """Refuse statics that nobody uses any more: they would not compile."""
    masked = source.code(path, text)
    for piece in source.pieces(path, text):
        declaration = masked[piece.decl:piece.body]
        rest = masked[:piece.decl] + masked[piece.end:]
        if piece.kind in ("function", "variable") \
                and re.search(r"\bstatic\b", declaration) \
                and not source.uses(rest, piece.name):
            raise CutError(f"{path}: nothing uses {piece.name} after the "
                           "cut: name it in helpers of lab.toml")


def _stub_functions(path, text, exercises):
    for exercise in exercises:
        for function in exercise.functions:
            piece = _function(path, text, function.name)
            text = (text[:piece.start]
                    + stub.stub_piece(path, text, piece, exercise.id,
                                      function.returns)
                    + text[piece.end:])
    return text


def cut_file(path, text, exercises, of_file=None):
    """The file's text with these exercises taken out.

    of_file: all exercises of the file, if `exercises` are only some of them.
    Then a helper that the others still use stays, whoever lists it, and one
    that was taken out with an earlier exercise is not missed.
    """
    everything = of_file or exercises
    listed = [name for e in everything for name in e.helpers]
    if of_file:
        listed = [name for name in listed if source.find(path, text, name)]
    for name in listed:
        _definitions(path, text, name)
    text = _stub_functions(path, text, exercises)
    live = _live_helpers(path, text, listed)
    if live and everything == exercises:
        raise CutError(f"{path}: helper {min(live)} is still used by what "
                       "the cut leaves")
    for name in listed:
        if name not in live:
            text = _without_name(path, text, name)
    _check_unused(path, text)
    return stub.declare_todo(path, text)


def cut_in_place(tree, exercise, lab):
    """Take one exercise out of a file below the folder `tree`."""
    path = tree / exercise.file
    if not path.is_file():
        raise CutError(f"{path}: no such file")
    of_file = [e for e in lab.exercises if e.file == exercise.file]
    path.write_text(cut_file(exercise.file, path.read_text(), [exercise],
                             of_file))
