"""Writes one HTML page that shows a program's whole way through the compiler.

The page needs no network and no other files.  It has the passes with what each changed, the
program's text at every level with its lines linked, control-flow graphs, the time of each pass,
and, painted on the source, what the optimizing tier makes of it; with a profile that `grokc run
--record-profile` has written, what the recorded run has seen there.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from grokc.cli import traced
from grokc.cli.traced import FAILURE
from grokc.inspect.explore import page


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    traced.add_arguments(parser)
    parser.add_argument(
        "-o", "--output-file", metavar="FILE", required=True, help="where to write the page"
    )


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    trace = traced.traced(options, native=True)
    if trace is None:
        return FAILURE
    text = page(trace)
    try:
        with open(options.output_file, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        print(f"error: cannot write {options.output_file}: {error.strerror}", file=sys.stderr)
        return FAILURE
    return 0
