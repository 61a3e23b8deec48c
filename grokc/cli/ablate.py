"""Measures what each idea of the roadmap brings, on machines and compilers that lack it.

The machines are built when they are first needed, which takes a while for each.  `step by step`
begins with a machine without any of the ideas and adds one after the other; `left out` tells how
much slower grokc is without the one idea; the same follows for each pass of the optimizing
compiler, and what was executed and allocated.

    grokc ablate                       some programs of each kind: takes about ten minutes
    grokc ablate fib richards --json result.json
    grokc ablate --load result.json --plots docs/plots
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from grokc.cli.bench import FAILURE, USAGE_ERROR, measured, positive, progress, seconds
from grokc.measure import ablation, ablation_plot
from grokc.measure.ablation import Ablation
from grokc.measure.counting import instructions
from grokc.measure.engines import INTERPRETER
from grokc.measure.plots import NoPlots
from grokc.measure.process import BenchmarkError
from grokc.measure.programs import FOLDER, UnknownName
from grokc.measure.results import CLOCKS, Result, ResultError, store, stored


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("program", metavar="PROGRAM", nargs="*", help="benchmarks (default: some)")
    parser.add_argument("--rounds", metavar="N", type=positive, default=3, help="(default: 3)")
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=seconds,
        default=0.25,
        help="time of a machine for a program in a round (default: 0.25)",
    )
    parser.add_argument("--clock", choices=CLOCKS, default="cpu", help="as for bench (default cpu)")
    parser.add_argument("--json", metavar="FILE", help="store the result")
    parser.add_argument("--load", metavar="FILE", help="take a stored result and measure nothing")
    parser.add_argument("--plots", metavar="FOLDER", help="draw the result (extra 'plots')")
    parser.add_argument("--page", metavar="FILE", help="replace a page's generated tables")


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    try:
        result = stored(Ablation, options.load) if options.load else _measured(options)
        store(result, options.json)
        if options.page:
            path = Path(options.page)
            path.write_text(ablation.with_tables(path.read_text("utf-8"), result), "utf-8")
        if options.plots:
            print(f"drawn: {ablation_plot.draw(result, Path(options.plots))}", file=sys.stderr)
    except UnknownName as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE_ERROR
    except (BenchmarkError, NoPlots, ResultError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILURE
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return FAILURE
    print(ablation.report(result), end="")
    return 0


def _measured(options: Namespace) -> Ablation:
    programs = ablation.programs(options.program)

    def keep(result: Result) -> None:
        store(Ablation.of(result), options.json)

    timed = measured(programs, ablation.engines(), FOLDER, options, keep)
    result = Ablation.of(timed)
    for name, registers in ((INTERPRETER, True), (ablation.ON_A_STACK, False)):
        counts = instructions(programs, result.sizes, FOLDER, progress, registers=registers)
        for program, count in counts.items():
            result.instructions.setdefault(program, {})[name] = count
    return result
