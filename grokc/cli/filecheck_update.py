"""Writes the CHECK lines of lit tests anew, from what their RUN lines print now.

FILE is a test with RUN lines that end in `| filecheck %s`.  Below each of its functions come the
lines that its command prints about the function of that name.  Look at the result before it is
kept: what is printed now is not always what should be.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from grokc.frontend.source import SourceError, SourceFile
from grokc.inspect.checks import CheckError, update

FAILURE = 2
OUT_OF_DATE = 1


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a lit test")
    parser.add_argument(
        "--replace", action="store_true", help="let go of CHECK lines that were written by hand"
    )
    parser.add_argument(
        "--capture", action="store_true", help="name SSA values in the filecheck way: %%[[V0:.*]]"
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit status 1 if a file would change"
    )


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    status = 0
    for path in options.files:
        try:
            text = SourceFile.read(path).text
            now = text
            try:
                now = update(path, text, replace=options.replace, capture=options.capture)
            finally:
                # Its runs see the test as it is to be; nothing of that stays after a failure.
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text if options.check else now)
        except (CheckError, SourceError) as error:
            print(f"error: {path}: {error}", file=sys.stderr)
            status = FAILURE
            continue
        except OSError as error:
            print(f"error: cannot write {path}: {error.strerror}", file=sys.stderr)
            status = FAILURE
            continue
        if now != text:
            print(f"{path}: {'is out of date' if options.check else 'written'}")
            if options.check:
                status = max(status, OUT_OF_DATE)
    return status
