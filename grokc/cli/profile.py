"""Runs a program and tells where its time went.

A timer ticks every so many microseconds, and at the next call or turn of a loop the active
functions are written down, those that optimized code has inlined too.  At the end a table is shown
on standard error, and a file is written that speedscope (https://www.speedscope.app) and other
viewers show as a flame graph.

Optimized code of earlier runs is not used: code whose frames can be told is made anew.
"""

from __future__ import annotations

import sys
from argparse import REMAINDER, ArgumentParser, ArgumentTypeError, Namespace

from grokc.__main__ import read_source
from grokc.cli.run import compile_program
from grokc.frontend.source import SourceFile
from grokc.inspect.samples import Samples
from grokc.vm.machine import JIT_MODES, Jit, conclude, execute

COMPILE_ERROR = 2


def _period(text: str) -> int:
    if not text.isdecimal() or not 50 <= int(text) <= 1_000_000:
        raise ArgumentTypeError(f"'{text}' is not a number of microseconds from 50 to 1000000")
    return int(text)


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("-o", "--output-file", metavar="FILE", help="(default: profile.json)")
    parser.add_argument(
        "--period", metavar="US", type=_period, default=1000, help="between ticks (default: 1000)"
    )
    parser.add_argument(
        "--jit",
        choices=JIT_MODES,
        default="on",
        help="as for run (default: on)",
    )
    parser.add_argument("file", metavar="FILE", help="the program")
    parser.add_argument("arguments", metavar="ARGUMENT", nargs=REMAINDER, help="its arguments")


def main(options: Namespace) -> int:
    """Runs the command; the exit status is the program's."""
    compiled = compile_program(options.file, read_source(options.file))
    if compiled is None:
        return COMPILE_ERROR
    warnings, files, image = compiled
    sys.stderr.write(warnings)
    sys.stderr.flush()
    outcome = execute(
        image, options.arguments, jit=Jit(options.jit), sampling_period=options.period
    )
    status = conclude(outcome, files)
    sources = [SourceFile.decode(name, text) for name, text in files]
    samples = Samples(image, sources, outcome.samples, outcome.compiling)
    path = options.output_file or "profile.json"
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(samples.to_speedscope(options.file))
    except OSError as error:
        print(f"error: cannot write {path}: {error.strerror}", file=sys.stderr)
        return status or 1
    sys.stderr.write(samples.to_text())
    print(f"written: {path}, for https://www.speedscope.app", file=sys.stderr)
    return status
