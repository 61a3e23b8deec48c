"""Runs the benchmark programs on grokc's tiers and, where they are installed, on other engines.

Every program has twins in the other languages that must print the same result.  Each engine runs a
program in one process, iteration by iteration, until it has had its time; the engines take turns.
Shown are each program's best iteration (peak), its first one, and the memory that it took; when no
programs are named, also how long a start takes and how fast grokc compiles.

    grokc bench                          everything: takes a while
    grokc bench fib json --rounds 5      some programs
    grokc bench --json new.json --compare old.json
    grokc bench --load new.json --plots pictures
    grokc bench --load new.json --readme README.md --page docs/results.md
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from grokc.measure import pages, session, tables
from grokc.measure.compare import compare, obstacle, told
from grokc.measure.compiling import TO_BYTECODE, compiling, lines
from grokc.measure.counting import instructions
from grokc.measure.engines import ENGINES, Engine, chosen_engines
from grokc.measure.plots import NoPlots, draw
from grokc.measure.process import BenchmarkError
from grokc.measure.programs import FOLDER, PROGRAMS, Program, UnknownName, chosen
from grokc.measure.results import CLOCKS, Result, ResultError, store, stored
from grokc.measure.startup import startup

FAILURE = 1
USAGE_ERROR = 2

PLOTS = "plots"
"""The folder of a page's pictures."""


def positive(text: str) -> int:
    """An argument that is a number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"'{text}' is not a number from 1 on")
    return int(text)


def seconds(text: str) -> float:
    """An argument that is a time."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 < value < 1e6:
        raise ArgumentTypeError(f"'{text}' is no time in seconds")
    return value


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("program", metavar="PROGRAM", nargs="*", help="benchmarks (default: all)")
    parser.add_argument(
        "--engines",
        metavar="NAME,...",
        help="who takes part (default: all but cpython): " + ", ".join(e.name for e in ENGINES),
    )
    parser.add_argument("--rounds", metavar="N", type=positive, default=3, help="(default: 3)")
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=seconds,
        default=1.0,
        help="time of an engine for a program in a round (default: 1)",
    )
    parser.add_argument(
        "--clock",
        choices=CLOCKS,
        default="wall",
        help="wall-clock time (default), or processor time of the program's main thread",
    )
    parser.add_argument("--json", metavar="FILE", help="store the result")
    parser.add_argument("--load", metavar="FILE", help="take a stored result and measure nothing")
    parser.add_argument("--compare", metavar="FILE", help="say what changed since a stored result")
    parser.add_argument("--plots", metavar="FOLDER", help="draw the result (extra 'plots')")
    parser.add_argument("--readme", metavar="FILE", help="replace a file's generated comparison")
    parser.add_argument(
        "--page",
        metavar="FILE",
        help="write a page with all tables, and its plots to the folder 'plots' beside it",
    )
    parser.add_argument("--programs", metavar="FOLDER", help="where the programs lie")
    parser.add_argument("--list", action="store_true", help="show the programs and engines")


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    try:
        if options.list:
            _show_names()
            return 0
        before = stored(Result, options.compare) if options.compare else None
        result = stored(Result, options.load) if options.load else _measured(options)
        return _use(result, before, options)
    except UnknownName as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE_ERROR
    except (BenchmarkError, NoPlots, ResultError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILURE
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return FAILURE


def _show_names() -> None:
    for program in PROGRAMS:
        print(f"{program.name:<16} {program.kind:<8} {program.size:>12,}")
    print()
    for engine in ENGINES:
        print(f"{engine.name:<18} {engine.missing() or engine.told_version()}")


def _measured(options: Namespace) -> Result:
    programs = chosen(options.program)
    engines = chosen_engines([n for n in (options.engines or "").split(",") if n])
    folder = Path(options.programs) if options.programs else FOLDER
    if not folder.is_dir():
        raise BenchmarkError(
            f"there is no folder {folder}: the benchmark programs are part of the source tree; "
            "say with --programs where it is"
        )
    result = measured(
        programs, engines, folder, options, keep=lambda result: store(result, options.json)
    )
    if any(engine.counted for engine in engines):
        progress("compiling")
        times = compiling(folder, programs, options.rounds)
        result.front_end = times[TO_BYTECODE]
        count = lines(folder, programs)
        result.compiling = {way: count / sum(each.values()) for way, each in times.items()}
        result.instructions = instructions(programs, result.sizes, folder, progress)
    if not options.program:
        progress("startup")
        result.startup = startup(engines, max(20, options.rounds))
    return result


def measured(
    programs: Sequence[Program],
    engines: Sequence[Engine],
    folder: Path,
    options: Namespace,
    keep: Callable[[Result], None],
) -> Result:
    """Programs run on engines, as the options rounds, budget and clock say; ``keep`` gets what
    there is after each program."""
    progress("preparing")
    session.warm_cache(programs, engines, folder)
    return session.run(
        programs,
        engines,
        folder,
        rounds=options.rounds,
        budget=options.budget,
        clock=options.clock,
        progress=progress,
        keep=keep,
    )


def progress(what: str) -> None:
    """Tells what is being measured."""
    print(f"  {what} ...", file=sys.stderr, flush=True)


def _use(result: Result, before: Result | None, options: Namespace) -> int:
    """Shows, stores and compares what was asked for."""
    store(result, options.json)
    result = Result.from_json(result.to_json())  # what is shown has the digits that are stored
    if options.readme:
        path = Path(options.readme)
        section = pages.readme_section(result)
        path.write_text(pages.with_section(path.read_text("utf-8"), section), "utf-8")
    if options.page:
        path = Path(options.page)
        drawn = draw(result, path.parent / PLOTS)
        addresses = [f"{PLOTS}/{picture.name}" for picture in drawn]
        path.write_text(pages.page(result, addresses), "utf-8")
    if options.plots:
        for path in draw(result, Path(options.plots)):
            print(f"drawn: {path}", file=sys.stderr)
    if before is None:
        print(tables.report(result), end="")
        return 0
    if problem := obstacle(before, result):
        print(f"error: {problem}", file=sys.stderr)
        return FAILURE
    print(told(compare(before, result)), end="")
    return 0
