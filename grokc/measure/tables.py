"""Results as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grokc.measure.engines import BASELINE, FRESH, INTERPRETER, OPTIMIZING
from grokc.measure.results import Result, geometric_mean
from grokc.measure.startup import PYTHON

FIRST_LINE = "<!-- grokc bench: from here to the end mark this is generated -->"
LAST_LINE = "<!-- grokc bench: end -->"

OURS = (INTERPRETER, BASELINE, OPTIMIZING)

PEERS_OF = {
    INTERPRETER: ("luajit-joff", "lua5.4", "node-jitless", "cpython"),
    BASELINE: (INTERPRETER, "node-sparkplug"),
    OPTIMIZING: (INTERPRETER, "node", "luajit", "pypy3", "gcc"),
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
    """Each program's peak memory on each engine, in MB."""
    engines = result.engines()
    rows = []
    for program in result.samples:
        cells = (result.memory(program, engine) for engine in engines)
        rows.append([program, *("–" if b is None else f"{b / 1e6:.1f}" for b in cells)])
    return markdown(["peak memory, MB", *engines], rows)


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


def report(result: Result) -> str:
    """All tables of a result."""
    parts = [f"{machine_line(result)}\n"]
    for name, why in result.skipped.items():
        parts.append(f"skipped: {name}: {why}\n")
    parts += [peak_table(result), first_table(result), memory_table(result)]
    engines = result.engines()
    for ours in OURS:
        peers = [peer for peer in PEERS_OF[ours] if peer in engines]
        if ours in engines and peers:
            parts.append(ratio_table(result, ours, peers))
    for ours in (FRESH, OPTIMIZING):
        if ours in engines and "node" in engines:
            parts.append(ratio_table(result, ours, ["node"], "first"))
    if result.startup:
        parts.append(startup_table(result))
    if result.compiling:
        rows = [[way, f"{speed:,.0f}"] for way, speed in result.compiling.items()]
        parts.append(markdown(["grokc compiles", "lines per second"], rows))
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


def readme_section(result: Result) -> str:
    """The README's comparison, from mark to mark."""
    engines = result.engines()
    columns = [
        (ours, peer)
        for ours in OURS
        for peer in PEERS_OF[ours]
        if ours in engines and peer in engines and peer not in OURS
    ]
    rows = [
        [program, *(times(result.ratio(program, peer, ours)) for ours, peer in columns)]
        for program in result.samples
    ]
    means = [mean_ratio(result, peer, ours) for ours, peer in columns]
    rows.append(["**geometric mean**", *(f"**{times(mean)}**" for mean in means)])
    short = {INTERPRETER: "interpreter", BASELINE: "baseline", OPTIMIZING: "optimizing"}
    head = ["program", *(f"{short[ours]} / {peer}" for ours, peer in columns)]
    versions = "; ".join(
        f"{engine}: {version}" for engine, version in result.versions.items() if engine not in OURS
    )
    return (
        f"{FIRST_LINE}\n\n{markdown(head, rows)}\n"
        f"Measured on {machine_line(result)}\n{versions}.\n\n{LAST_LINE}\n"
    )


def with_section(text: str, section: str) -> str:
    """The README with its generated part replaced; raises ``ValueError`` without marks."""
    start = text.find(FIRST_LINE)
    end = text.find(LAST_LINE, start)
    if start < 0 or end < 0:
        raise ValueError(f"there is no line {FIRST_LINE!r} with {LAST_LINE!r} behind it")
    return text[:start] + section + text[end + len(LAST_LINE) + 1 :]
