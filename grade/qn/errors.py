"""Errors that end a program with one line and exit status 2."""

import os
import sys


class GradeError(Exception):
    """What is wrong and how to mend it, in one line."""


class LabError(GradeError):
    """A lab.toml that can't be used."""


def run_main(main):
    """Run a command's main(); turn a GradeError into one line and exit 2."""
    try:
        status = main()
        sys.stdout.flush()
    except GradeError as error:
        print(f"{sys.argv[0].rpartition('/')[2]}: {error}", file=sys.stderr)
        status = 2
    except BrokenPipeError:                 # `make todo | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        status = 130
    sys.exit(status)
