"""Results as parts of the documentation: the README's comparison, and a page with all tables."""

from __future__ import annotations

from collections.abc import Iterable

from grokc.measure.engines import BASELINE, FRESH, INTERPRETER, LUAJIT, NODE, OPTIMIZING
from grokc.measure.plots import MEANS, RATIOS, WARM_UP
from grokc.measure.results import Result, geometric_mean
from grokc.measure.startup import PYTHON
from grokc.measure.tables import (
    OURS,
    PEERS_OF,
    machine_line,
    markdown,
    mean_memory_ratio,
    mean_ratio,
    megabytes,
    tables,
    times,
)

CAPTIONS = {
    MEANS: "Geometric means of all programs: how many times as fast as its peers each tier is",
    RATIOS: "How many times as fast as its peers each tier is, program by program",
    WARM_UP: "The time of each iteration of the first round, program by program",
}

FIRST_LINE = "<!-- grokc bench: from here to the end mark this is generated -->"
LAST_LINE = "<!-- grokc bench: end -->"

SHORT = {INTERPRETER: "interpreter", BASELINE: "baseline", OPTIMIZING: "optimizing"}
"""What the tiers are called where space is scarce."""

NOTES = {
    "Peak, beside other engines": "The best iteration within one process.",
    "First iteration": (
        f"`{FRESH}` is a program's first run; `{OPTIMIZING}` a later one, which finds the "
        "optimized code of earlier runs. A process's start is not part of its first iteration."
    ),
    "Memory": (
        "The peak is the whole process's, with the compiler where one was loaded. Heap and code "
        "are what grokc's machine counts: the blocks of its heap that had memory behind them, "
        "bytecode, baseline and optimized code; of other engines it is what of the process was "
        "not mapped from files: their heaps, code and stacks."
    ),
    "Instructions and compiling": (
        "Instructions are those of bytecode, in one iteration in the interpreter. The compilers' "
        "times are processor time: the front end from text to bytecode, the baseline tier, the "
        "optimizing tier's thread in a program's first run with the pieces of code that it made, "
        "and the same thread in a later run, which finds them in the code cache."
    ),
}
"""What the page says under the titles of :func:`grokc.measure.tables.tables`."""


def summary_table(result: Result) -> str:
    """Tiers beside their peers: geometric means of the peaks, and the programs at both ends."""
    engines = result.engines()
    rows = []
    for ours in OURS:
        for peer in PEERS_OF[ours]:
            if ours in engines and peer in engines and peer != ours:
                ratios = {
                    program: ratio
                    for program in result.samples
                    if (ratio := result.ratio(program, peer, ours)) is not None
                }
                if ratios:
                    ends = [
                        min(ratios, key=ratios.__getitem__),
                        max(ratios, key=ratios.__getitem__),
                    ]
                    rows.append(
                        [
                            f"{SHORT[ours]} / {SHORT.get(peer, peer)}",
                            f"**{times(geometric_mean(ratios.values()))}**",
                            *(f"{times(ratios[program])} ({program})" for program in ends),
                            str(len(ratios)),
                        ]
                    )
    return markdown(["times as fast", "geometric mean", "least", "most", "programs"], rows)


def costs_table(result: Result) -> str:
    """First iterations, memory and start, beside an engine that is good at each."""
    rows = []
    for ours, what in ((FRESH, "first"), (OPTIMIZING, "second")):
        mean = mean_ratio(result, NODE, ours, "first")
        label = f"time of the first iteration, {what} run of a program / {NODE}'s"
        rows.append([label, times(1 / mean if mean else None)])
    for ours in OURS:
        mean = mean_memory_ratio(result, ours, LUAJIT)
        rows.append([f"heap and code at their peak, {SHORT[ours]} / {LUAJIT}'s", times(mean)])
    mean = mean_memory_ratio(result, OPTIMIZING, LUAJIT, "process")
    rows.append([f"peak memory of the whole process, optimizing / {LUAJIT}'s", times(mean)])
    at_rest = result.resting(OPTIMIZING)
    rows.append(["memory of a process that has started its program, MB", megabytes(at_rest)])
    if OPTIMIZING in result.startup:
        ratio = result.startup[OPTIMIZING] / result.startup[PYTHON]
        rows.append([f"time of `hello, world` / `{PYTHON}`", times(ratio)])
    return markdown(["first iteration, memory, start", ""], [row for row in rows if row[1] != "–"])


def readme_section(result: Result) -> str:
    """The README's comparison, from mark to mark."""
    return (
        f"{FIRST_LINE}\n\n{summary_table(result)}\n{costs_table(result)}\n"
        f"Measured on {machine_line(result)} {versions_line(result)}\n\n{LAST_LINE}\n"
    )


def versions_line(result: Result) -> str:
    """The other engines' versions."""
    engines: dict[str, list[str]] = {}
    for engine, version in result.versions.items():
        if not version.startswith("grokc"):
            engines.setdefault(version, []).append(engine)
    return "; ".join(f"{', '.join(names)}: {told}" for told, names in engines.items()) + "."


def page(result: Result, plots: Iterable[str]) -> str:
    """The page with all tables; ``plots`` are the addresses of pictures."""
    parts = [
        "# Results\n",
        "Written by `grokc bench`; [measuring.md](measuring.md) tells how it measures.\n",
        f"{machine_line(result)} {versions_line(result)}\n",
        *(f"Skipped: {name}: {why}.\n" for name, why in result.skipped.items()),
        summary_table(result),
        costs_table(result),
        *(f"![{CAPTIONS[address.split('/')[-1]]}]({address})\n" for address in plots),
    ]
    last = ""
    for title, table in tables(result):
        if title != last:
            parts.append(f"## {title}\n")
            if title in NOTES:
                parts.append(NOTES[title] + "\n")
        parts.append(table)
        last = title
    return "\n".join(parts)


def with_section(text: str, section: str) -> str:
    """A page with a generated part replaced, which has the same first and last lines as the new
    one; raises ``ValueError`` where they are not."""
    first, *_, last = section.splitlines()
    start = text.find(first)
    end = text.find(last, start)
    if start < 0 or end < 0:
        raise ValueError(f"there is no line {first!r} with {last!r} behind it")
    return text[:start] + section + text[end + len(last) + 1 :]
