"""Results as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grokc.measure.engines import BASELINE, FRESH, INTERPRETER, LUAJIT, NODE, OPTIMIZING
from grokc.measure.results import Result, geometric_mean
from grokc.measure.startup import PYTHON

OURS = (INTERPRETER, BASELINE, OPTIMIZING)

PEERS_OF = {
    INTERPRETER: ("luajit-joff", "lua5.4", "node-jitless", "cpython"),
    BASELINE: (INTERPRETER, "node-sparkplug"),
    OPTIMIZING: (INTERPRETER, NODE, LUAJIT, "pypy3", "java", "gcc"),
}
"""Whom each of grokc's tiers is compared with: those of its own kind."""


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers, columns aligned."""
    table = [list(head), *map(list, rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    lines = []
    for row in table:
        cells = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("| " + " | ".join(cells) + " |")
    rule = ["-" * width if i == 0 else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    lines.insert(1, "| " + " | ".join(rule) + " |")
    return "\n".join(lines) + "\n"


def seconds(value: float | None) -> str:
    """Milliseconds with three digits; a dash for what was not measured."""
    if value is None:
        return "–"
    milliseconds = value * 1000
    digits = 0 if milliseconds >= 100 else 1 if milliseconds >= 10 else 2
    return f"{milliseconds:.{digits}f}"


def times(value: float | None) -> str:
    """A ratio."""
    return "–" if value is None else f"{value:.2f}"


def megabytes(value: float | None) -> str:
    """Of bytes; a dash for what was not measured."""
    return "–" if value is None else f"{value / 1e6:.1f}"


def peak_table(result: Result) -> str:
    """Each program's best iteration on each engine, in milliseconds, and the spread."""
    engines = result.engines()
    rows = []
    for program in result.samples:
        cells = []
        for engine in engines:
            cell = seconds(result.peak(program, engine))
            spread = result.spread(program, engine)
            cells.append(f"{cell} ±{50 * spread:.0f}%" if spread >= 0.01 else cell)
        rows.append([program, f"{result.sizes[program]:,}", *cells])
    return markdown(["peak, ms", "size", *engines], rows)


def first_table(result: Result) -> str:
    """Each program's first iteration on each engine, in milliseconds; the time to start."""
    engines = result.engines()
    rows = [
        [program, *(seconds(result.first(program, engine)) for engine in engines)]
        for program in result.samples
    ]
    rows.append(["start", *(seconds(result.start(engine)) for engine in engines)])
    return markdown(["first iteration, ms", *engines], rows)


def memory_table(result: Result) -> str:
    """Each program's peak memory on each engine, in MB; what a process takes before it works."""
    engines = result.engines()
    rows = []
    for program in result.samples:
        rows.append([program, *(megabytes(result.memory(program, e)) for e in engines)])
    rows.append(["when ready", *(megabytes(result.resting(engine)) for engine in engines)])
    return markdown(["peak memory, MB", *engines], rows)


def heap_table(result: Result) -> str:
    """Heap and code at their peak, in MB; in the last row the geometric means beside LuaJIT's."""
    engines = result.engines()
    rows = []
    for program in result.samples:
        rows.append([program, *(megabytes(result.heap_and_code(program, e)) for e in engines)])
    means = [mean_memory_ratio(result, engine, LUAJIT) for engine in engines]
    rows.append([f"**times {LUAJIT}**", *(f"**{times(mean)}**" for mean in means)])
    return markdown(["heap and code, MB", *engines], rows)


def mean_memory_ratio(result: Result, ours: str, peer: str, what: str = "heap") -> float | None:
    """The geometric mean of how many times as much memory one engine has as another; ``what`` is
    ``heap`` (and code) or ``process``."""
    figure = result.heap_and_code if what == "heap" else result.memory
    ratios = []
    for program in result.samples:
        own, theirs = figure(program, ours), figure(program, peer)
        ratios.append(own / theirs if own and theirs else None)
    return geometric_mean(ratios)


def work_table(result: Result) -> str:
    """What the interpreter executes, and what the compilers take.

    Instructions are those of bytecode, of one iteration.  Compiling: milliseconds of the front end
    (text to bytecode), of the baseline tier, of the optimizing tier's thread in the first run, the
    pieces of code that it has made, and the same thread's time in a later run, which finds them.
    """
    rows = []
    for program in result.samples:
        count = result.instructions.get(program)
        peak = result.peak(program, INTERPRETER)
        rows.append(
            [
                program,
                "–" if count is None else f"{count / 1e6:,.1f}",
                "–" if count is None or peak is None else f"{count / peak / 1e6:,.0f}",
                seconds(result.front_end.get(program)),
                _milliseconds(result.counter(program, BASELINE, "baseline_time")),
                _milliseconds(result.counter(program, FRESH, "compiler_time")),
                _number(result.counter(program, FRESH, "compiled")),
                _milliseconds(result.counter(program, OPTIMIZING, "compiler_time")),
            ]
        )
    head = ["instructions, compiling", "million", "million/s", "front end, ms", "baseline, ms"]
    return markdown([*head, "optimizing, ms", "pieces", "with code cache, ms"], rows)


def _milliseconds(nanoseconds: float | None) -> str:
    return seconds(None if nanoseconds is None else nanoseconds / 1e9)


def _number(count: float | None) -> str:
    return "–" if count is None else f"{count:.0f}"


def compiling_table(result: Result) -> str:
    """How much text the front end takes in."""
    rows = [[way, f"{speed:,.0f}"] for way, speed in result.compiling.items()]
    return markdown(["grokc compiles", "lines per second"], rows)


def startup_table(result: Result) -> str:
    """Whole processes, beside the Python that grokc is made of."""
    python = result.startup[PYTHON]
    rows = [[name, seconds(time), times(time / python)] for name, time in result.startup.items()]
    return markdown(["hello, world", "ms", f"times {PYTHON}"], rows)


def ratio_table(result: Result, ours: str, peers: Sequence[str], what: str = "peak") -> str:
    """How many times as fast ``ours`` is as its peers; geometric means in the last row."""
    rows = [
        [program, *(times(result.ratio(program, peer, ours, what)) for peer in peers)]
        for program in result.samples
    ]
    means = [mean_ratio(result, peer, ours, what) for peer in peers]
    rows.append(["**geometric mean**", *(f"**{times(mean)}**" for mean in means)])
    return markdown([f"{ours}, {what}: times as fast as", *peers], rows)


def mean_ratio(result: Result, peer: str, ours: str, what: str = "peak") -> float | None:
    """The geometric mean over all programs that both have run."""
    return geometric_mean(result.ratio(p, peer, ours, what) for p in result.samples)


def first_ratio_table(result: Result) -> str:
    """First iterations beside node's: of a program's first run, and of a later one."""
    ours = [engine for engine in (FRESH, OPTIMIZING) if engine in result.engines()]
    rows = []
    for program in result.samples:
        cells = [times(result.ratio(program, NODE, engine, "first")) for engine in ours]
        rows.append([program, *cells])
    means = [mean_ratio(result, NODE, engine, "first") for engine in ours]
    rows.append(["**geometric mean**", *(f"**{times(mean)}**" for mean in means)])
    return markdown([f"first iteration: times as fast as {NODE}", *ours], rows)


def tables(result: Result) -> Iterator[tuple[str, str]]:
    """All tables of a result, each under the title of what it shows."""
    engines = result.engines()
    for ours in OURS:
        peers = [peer for peer in PEERS_OF[ours] if peer in engines]
        if ours in engines and peers:
            yield "Peak, beside other engines", ratio_table(result, ours, peers)
    yield "Peak", peak_table(result)
    yield "First iteration", first_table(result)
    if NODE in engines and {FRESH, OPTIMIZING} & set(engines):
        yield "First iteration", first_ratio_table(result)
    yield "Memory", memory_table(result)
    if any(result.resting(engine) for engine in engines):
        yield "Memory", heap_table(result)
    if result.instructions:
        yield "Instructions and compiling", work_table(result)
    if result.compiling:
        yield "Instructions and compiling", compiling_table(result)
    if result.startup:
        yield "Start", startup_table(result)


def report(result: Result) -> str:
    """All tables of a result as plain text."""
    parts = [f"{machine_line(result)}\n"]
    for name, why in result.skipped.items():
        parts.append(f"skipped: {name}: {why}\n")
    parts += [table for _, table in tables(result)]
    if warning := result.warning():
        parts.append(f"warning: {warning}\n")
    return "\n".join(parts)


def machine_line(result: Result) -> str:
    """When and on what it was measured."""
    clock = "wall-clock time" if result.clock == "wall" else "processor time of the main thread"
    rounds = max(
        (len(rounds) for engines in result.samples.values() for rounds in engines.values()),
        default=0,
    )
    turns = f"median of {rounds} rounds in which the engines take turns"
    return (
        f"{result.date}, {result.machine}, {result.cores} cores, {result.system}; {clock}, "
        f"{'one round' if rounds == 1 else turns}."
    )
