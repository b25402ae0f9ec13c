"""The three trees of a lab, in memory: {path: Blob}."""

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from cutlib import CutError, edit, shipping
from qn.labs import load_labs

KINDS = ("starter", "catchup", "solution")

# What a student's lab.toml keeps: neither solutions nor how the cut works.
_LAB_KEYS = ("number", "name", "title", "hours", "student")
_EXERCISE_KEYS = ("id", "title", "points", "file")


@dataclass(frozen=True)
class Blob:
    """A file: git's mode, and the bytes (of a link: where it points)."""

    mode: str
    data: bytes

    @classmethod
    def read(cls, path):
        """The blob of a file on disk."""
        if path.is_symlink():
            return cls("120000", os.readlink(path).encode())
        mode = "100755" if path.stat().st_mode & 0o100 else "100644"
        return cls(mode, path.read_bytes())

    def write(self, path):
        """Put the file on disk."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.mode == "120000":
            path.symlink_to(self.data.decode())
            return
        path.write_bytes(self.data)
        path.chmod(0o755 if self.mode == "100755" else 0o644)


def _toml_lines(table, keys):
    return [f"{key} = {_toml_value(table[key])}"
            for key in keys if key in table]


def _toml_value(value):
    """A value as TOML; JSON's strings, numbers and lists are TOML's too."""
    if isinstance(value, dict):
        pairs = (f"{k} = {_toml_value(v)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def student_lab_toml(text):
    """A lab.toml without the keys (and comments) that are not students'."""
    data = tomllib.loads(text)
    lines = _toml_lines(data, _LAB_KEYS)
    for exercise in data["exercise"]:
        lines += ["", "[[exercise]]", *_toml_lines(exercise, _EXERCISE_KEYS)]
        for test in exercise["test"]:
            lines += ["", "[[exercise.test]]", *_toml_lines(test, test)]
    return "\n".join(lines) + "\n"


class Cutter:
    """The full tree and everything that can be cut from it."""

    def __init__(self, root):
        self.root = Path(root)
        self.labs = load_labs(self.root)
        if not self.labs:
            raise CutError("labs: there is no labs/NN-name/lab.toml")
        self.course = shipping.Course.load(self.root)
        self.files = shipping.list_files(self.root)
        self.shipping = shipping.Shipping(self.files, self.labs, self.course)
        self._blobs = {}
        self._stubs = {}

    def blob(self, path):
        """A file as it stands in the full tree."""
        if path not in self._blobs:
            self._blobs[path] = Blob.read(self.root / path)
        return self._blobs[path]

    def text(self, path):
        """A student-owned file's solution."""
        return self.blob(path).data.decode()

    def stubbed(self, path, exercises):
        """A student-owned file with all its exercises taken out."""
        if path not in self._stubs:
            text = edit.cut_file(path, self.text(path), exercises)
            self._stubs[path] = Blob(self.blob(path).mode, text.encode())
        return self._stubs[path]

    def lab(self, number):
        """The lab of that number."""
        for lab in self.labs:
            if lab.number == number:
                return lab
        raise CutError(f"there is no lab {number}: labs are "
                       + ", ".join(str(lab.number) for lab in self.labs))

    def unsolved(self, kind, number):
        """The labs whose exercises that tree leaves to the student."""
        first = {"starter": 1, "catchup": number, "solution": number + 1}
        return [lab for lab in self.labs
                if first[kind] <= lab.number <= number]

    def tree(self, kind, number):
        """All files of a starter, catchup or solution tree."""
        self.lab(number)
        tree = {path: self.blob(path) for path in self.files
                if 1 <= self.shipping.labs[path] <= number}
        for lab in self.unsolved(kind, number):
            for path in {e.file for e in lab.exercises}:
                ours = [e for e in lab.exercises if e.file == path]
                tree[path] = self.stubbed(path, ours)
        if kind != "solution":
            for path in tree:
                if path.startswith("labs/") and path.endswith("/lab.toml"):
                    text = student_lab_toml(self.text(path))
                    tree[path] = Blob("100644", text.encode())
        return tree


def write(tree, out):
    """Put a tree into a folder that is not there yet, whole or not at all."""
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CutError(f"{out}: is there already: name a new folder")
    for path, blob in tree.items():
        blob.write(out / path)
