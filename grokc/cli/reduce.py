"""Makes the IR of a reproducer smaller, as long as its pass fails in the same way.

FILE is what a failing `grokc opt` has left.  Tried are leaving out functions, then blocks of
operations, then single ones, until nothing more can go (delta debugging).
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from grokc.frontend.source import SourceError, SourceFile
from grokc.inspect.pipeline import PipelineError
from grokc.inspect.reducer import NotFailing, reduce
from grokc.inspect.reproducer import Reproducer

FAILURE = 2


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a reproducer")
    parser.add_argument("-o", "--output-file", metavar="FILE", help="where to (default: stdout)")


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    try:
        given = Reproducer.from_text(SourceFile.read(options.file).text)
        smaller = reduce(given)
    except (NotFailing, SourceError, PipelineError, ValueError) as error:
        print(f"error: {options.file}: {error}", file=sys.stderr)
        return FAILURE
    text = smaller.to_text()
    if options.output_file:
        try:
            with open(options.output_file, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            print(f"error: cannot write {options.output_file}: {error.strerror}", file=sys.stderr)
            return FAILURE
    else:
        sys.stdout.write(text)
    before, after = (len(each.ir.splitlines()) for each in (given, smaller))
    print(f"note: from {before} lines to {after}", file=sys.stderr)
    return 0
