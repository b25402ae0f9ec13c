"""make mutants: grade the graders.

Every exercise removed and every wrong kernel must lose the points of the tests
it names, every cheater those that it fakes; other right solutions must earn
everything.  LAB, M (a name) and SEED narrow it.  Exit status 1 if any comes
out wrong; what it left is then kept in build/mutants/.
"""

import os
import secrets
import time
from fnmatch import fnmatchcase
from pathlib import Path

from qn.check import load_checks
from qn.errors import GradeError, run_main
from qn.labs import read_labs
from qn.mutants_load import load_changes
from qn.mutants_run import Lot, run_all

ROOT = Path(__file__).resolve().parent.parent.parent


def choose(labs):
    """The changes that LAB and M name."""
    lab = os.environ.get("LAB", "")
    pattern = os.environ.get("M", "") or "*"
    changes = [change for change in load_changes(ROOT, labs)
               if (not lab or str(change.lab) == lab)
               and fnmatchcase(change.name, pattern)]
    if not changes:
        raise GradeError(f"LAB={lab} M={pattern}: nothing is called so")
    return changes


def seed():
    """SEED, or one drawn for this run."""
    text = os.environ.get("SEED", "")
    if text and not text.isdecimal():
        raise GradeError(f"SEED={text}: must be a number")
    return int(text) if text else secrets.randbelow(1_000_000)


def main():
    """Run them all and print the kill table."""
    start = time.monotonic()
    labs = read_labs(ROOT)
    changes = choose(labs)
    folder = ROOT / (os.environ.get("BUILD") or "build") / "mutants"
    lot = Lot(ROOT, labs, seed(), folder.resolve(),
              load_checks(ROOT / "grade/labs"), len(os.sched_getaffinity(0)))
    print(f"trying {len(changes)} kernels, SEED={lot.seed}", flush=True)
    n_wrong = run_all(lot, changes, lambda line: print(line, flush=True))
    print(f"{len(changes) - n_wrong} as they should be, {n_wrong} wrong, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    run_main(main)
