"""Which lab a file of the full tree first appears in, and which never does."""

import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from cutlib import CutError

PRIVATE = 0


@dataclass(frozen=True)
class Course:
    """labs/course.toml: what is true of all labs together."""

    author: str
    date: int            # of the first commit, in seconds since 1970
    private: tuple       # globs of what no student tree holds

    @classmethod
    def load(cls, root):
        """Read the file; any mistake is a CutError."""
        path = Path(root) / "labs" / "course.toml"
        try:
            data = tomllib.loads(path.read_text())
            return cls(data["author"], int(data["date"].timestamp()),
                       tuple(data["private"]))
        except FileNotFoundError:
            raise CutError("labs/course.toml: no such file")
        except tomllib.TOMLDecodeError as error:
            raise CutError(f"labs/course.toml: {error}")
        except KeyError as error:
            raise CutError(f"labs/course.toml: {error.args[0]} is missing")
        except (AttributeError, TypeError):
            raise CutError("labs/course.toml: date must be written like "
                           "2026-01-01T00:00:00Z, private as a list")


def glob_to_regex(glob):
    """`*` stays within a folder, `**` does not; a folder means all in it."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob.rstrip("/"))
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = "".join(words.get(part, re.escape(part)) for part in parts)
    return re.compile(f"{body}(?:/.*)?")


def own_globs(lab):
    """What belongs to a lab without being listed: its own three places."""
    folder = lab.folder.name
    return [f"labs/{folder}", f"grade/labs/{folder}",
            f"handouts/lab{lab.number}.md", f"handouts/lab{lab.number}"]


def _git_files(root, *options):
    command = ["git", "-C", str(root), "ls-files", "-z", *options]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise CutError(f"{root}: not a git repository")
    names = {name for name in ran.stdout.split("\0") if name}
    return sorted(name for name in names if (Path(root) / name).is_symlink()
                  or (Path(root) / name).is_file())


def list_files(root):
    """All files of the tree that git does not ignore, new ones too."""
    return _git_files(root, "--cached", "--others", "--exclude-standard")


def list_new_files(root):
    """Those that git does not know yet."""
    return _git_files(root, "--others", "--exclude-standard")


def check_outside(root, out):
    """What is written inside the tree would be shipped itself next time."""
    root, out = Path(root).resolve(), Path(out).resolve()
    ignored = ["git", "-C", str(root), "check-ignore", "-q", str(out)]
    if out.is_relative_to(root) and subprocess.run(ignored).returncode:
        raise CutError(f"{out}: lies inside the tree, where it would be "
                       "shipped: choose a folder outside")


class Shipping:
    """The lab of each file: `labs[path]`, PRIVATE for those never shipped."""

    def __init__(self, files, labs, course):
        self.labs = {}
        private = [glob_to_regex(glob) for glob in course.private]
        claims = [(lab, glob, glob_to_regex(glob)) for lab in labs
                  for glob in [*lab.files, *own_globs(lab)]]
        for path in files:
            self.labs[path] = PRIVATE if any(
                regex.fullmatch(path) for regex in private) else \
                self._lab_of(path, claims)
        self._check_globs(files, labs)
        self._check_students(labs)

    @staticmethod
    def _lab_of(path, claims):
        """The lab that claims a file, or 1."""
        numbers = {lab.number for lab, _, regex in claims
                   if regex.fullmatch(path)}
        if len(numbers) > 1:
            raise CutError(f"{path}: labs {sorted(numbers)} both list it in "
                           "files: it first appears in only one")
        return numbers.pop() if numbers else 1

    @staticmethod
    def _check_globs(files, labs):
        for lab in labs:
            for glob in lab.files:
                regex = glob_to_regex(glob)
                if not any(regex.fullmatch(path) for path in files):
                    raise CutError(f"labs/{lab.folder.name}/lab.toml: files: "
                                   f"nothing is called {glob}")

    def _check_students(self, labs):
        """A student's file is handed out once, in the lab that wants it."""
        for lab in labs:
            for path in lab.student:
                if path not in self.labs:
                    raise CutError(f"labs/{lab.folder.name}/lab.toml: "
                                   f"student: there is no {path}")
                if self.labs[path] != lab.number:
                    raise CutError(
                        f"{path}: student-owned in lab {lab.number}, but "
                        f"handed out in lab {self.labs[path]}: name it in "
                        f"files of labs/{lab.folder.name}/lab.toml")
