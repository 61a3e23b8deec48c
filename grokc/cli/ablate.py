"""Measures what each idea of the machine brings, on machines that lack it.

The machines are built when they are first needed, which takes a while for each.  The column `alone`
tells how much slower the usual interpreter is without the one idea; `step by step` begins with a
machine without any and adds one after the other.

    grokc ablate                       some programs of each kind
    grokc ablate fib richards --json result.json
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from grokc.cli.bench import FAILURE, USAGE_ERROR, measured, positive, seconds, store, stored
from grokc.measure import ablation
from grokc.measure.process import BenchmarkError
from grokc.measure.programs import FOLDER, UnknownName, chosen
from grokc.measure.results import CLOCKS, Result, ResultError
from grokc.measure.tables import machine_line


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("program", metavar="PROGRAM", nargs="*", help="benchmarks (default: some)")
    parser.add_argument("--rounds", metavar="N", type=positive, default=3, help="(default: 3)")
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=seconds,
        default=0.5,
        help="time of a machine for a program in a round (default: 0.5)",
    )
    parser.add_argument("--clock", choices=CLOCKS, default="cpu", help="as for bench (default cpu)")
    parser.add_argument("--json", metavar="FILE", help="store the result")
    parser.add_argument("--load", metavar="FILE", help="take a stored result and measure nothing")


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    try:
        result = stored(options.load) if options.load else _measured(options)
        store(result, options.json)
    except UnknownName as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE_ERROR
    except (BenchmarkError, ResultError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILURE
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return FAILURE
    print(f"{machine_line(result)}\n\n{ablation.table(result)}", end="")
    return 0


def _measured(options: Namespace) -> Result:
    programs = chosen(options.program or list(ablation.PROGRAMS))
    return measured(programs, ablation.engines(), FOLDER, options)
