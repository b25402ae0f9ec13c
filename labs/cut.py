#!/usr/bin/python3
"""Cut the full tree into what students get.

    cut.py check                     are all lab.toml right, can all be cut?
    cut.py tree KIND N OUT           KIND: starter, catchup or solution
    cut.py branches OUT              make or correct course.git, private.git
    cut.py stub --exercise 1.2 --tree DIR   take one exercise out, in place

Any mistake is one line on stderr and exit status 2; nothing is written then.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "labs"), str(ROOT / "grade")]

from cutlib import CutError, edit, release, shipping, trees  # noqa: E402
from qn.errors import run_main  # noqa: E402
from qn.labs import read_labs  # noqa: E402


def check(args):
    """Cut everything in memory."""
    cutter = trees.Cutter(args.root)
    release.check_all(cutter)
    tests = sum(len(lab.tests) for lab in cutter.labs)
    print(f"{len(cutter.labs)} labs, {tests} tests: all can be cut")


def tree(args):
    """Write one tree into a new folder."""
    shipping.check_outside(args.root, args.out)
    cutter = trees.Cutter(args.root)
    release.check_all(cutter)
    trees.write(cutter.tree(args.kind, args.number), args.out)


def branches(args):
    """Create or correct the course's repositories."""
    if not args.out:
        raise CutError("say where to: make branches OUT=dir")
    shipping.check_outside(args.root, args.out)
    wanted = release.Release(Path(args.out), args.note, tuple(args.allow))
    cutter = trees.Cutter(args.root)
    for line in release.write_branches(cutter, wanted):
        print(line)
    new = [path for path in shipping.list_new_files(args.root)
           if cutter.shipping.labs[path]]
    if new:
        print(f"note: {len(new)} files that git does not know yet were "
              f"shipped as well, {new[0]} for one")


def stub(args):
    """Take one exercise out of a copy of the kernel."""
    for lab in read_labs(args.root):
        for exercise in lab.exercises:
            if exercise.id == args.exercise:
                edit.cut_in_place(args.tree, exercise, lab)
                return
    raise CutError(f"there is no exercise {args.exercise}")


def parse(words):
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT,
                        help="the full tree (default: this one)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("check").set_defaults(run=check)
    one = commands.add_parser("tree")
    one.add_argument("kind", choices=trees.KINDS)
    one.add_argument("number", type=int, metavar="N")
    one.add_argument("out", type=Path, metavar="OUT")
    one.set_defaults(run=tree)
    both = commands.add_parser("branches")
    both.add_argument("out", metavar="OUT")
    both.add_argument("--note", default="", help="what a correction is about")
    both.add_argument("--allow", action="append", default=[], metavar="FILE",
                      help="a student-owned file that may change")
    both.set_defaults(run=branches)
    single = commands.add_parser("stub")
    single.add_argument("--exercise", required=True, metavar="N.M")
    single.add_argument("--tree", required=True, type=Path, metavar="DIR")
    single.set_defaults(run=stub)
    return parser.parse_args(words)


def main():
    """Run one command."""
    args = parse(sys.argv[1:])
    args.run(args)
    return 0


if __name__ == "__main__":
    run_main(main)
