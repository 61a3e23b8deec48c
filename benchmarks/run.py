"""Runs the benchmark programs on grokc and, where they are installed, on other languages' engines.

    python benchmarks/run.py [--rounds N] [--only NAME,...] [--peers NAME,...] [--skip PART,...]

Every program is a twin of its siblings in ``benchmarks/programs``: the same algorithm, written as
its language's users write it, given its size as an argument and printing a result that must be the
same in all of them.  What is measured is the time of a whole process, start included, with grokc's
cache warm.  The engines take turns within each round, so that a change of the computer's speed
meets them all; a cell is the median of the rounds.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "benchmarks" / "programs"
GROKC = Path(sys.executable).parent / "grokc"


@dataclass(frozen=True)
class Program:
    """One benchmark: its size is meant to give LuaJIT's interpreter about half a second."""

    name: str
    size: int
    targets: tuple[tuple[str, float], ...] = ()
    """(peer, how many times as fast as it grokc is to be at least)."""


LOOP = (("luajit -joff", 1.0), ("lua5.4", 1.7))

SUITE = (
    Program("fib", 35, (("luajit -joff", 2.0), ("lua5.4", 2.4))),
    Program("sum_int", 100_000_000, LOOP),
    Program("sum_float", 50_000_000, LOOP),
    Program("nested_loops", 42, LOOP),
    Program("sieve", 5_000_000),
    Program("queens", 12),
    Program("towers", 21),
    Program("permute", 9),
    Program("nbody", 300_000),
    Program("mandelbrot", 800),
    Program("spectral_norm", 500),
    Program("matrix", 300),
    Program("linked_list", 2500),
    Program("struct_methods", 2_000_000),
    Program("closures", 5_000_000),
    Program("strings", 120_000),
    Program("binary_trees", 16),
    Program("fannkuch", 10),
    Program("bounce", 150_000),
    Program("storage", 2000),
    Program("richards", 60),
    Program("json", 350),
    Program("deltablue", 800),
    Program("word_count", 130),
    Program("string_building", 1000),
    Program("polymorphism", 60_000),
    Program("maps", 500_000),
    Program("higher_order", 80_000),
    Program("pipeline", 1000),
    Program("expressions", 5000),
    Program("life", 4000),
    Program("sort", 300_000),
    Program("cd", 3000),
    Program("havlak", 1000),
    Program("errors", 2_000_000),
    Program("interpreter", 700),
)

MEAN_TARGETS = (("luajit -joff", 1.2),)
"""For the geometric mean over the programs that have no targets of their own."""

START_TARGETS = (("python -c pass", 1.4), ("node hello.js", 0.25))
"""A warm start of grokc is to take at most this share of theirs."""


@dataclass(frozen=True)
class Peer:
    """An engine: the words of its command before the program's file."""

    name: str
    command: tuple[str, ...]
    suffix: str

    def found(self) -> bool:
        return shutil.which(self.command[0]) is not None


PEERS = (
    Peer("grokc", (str(GROKC), "run"), ".grok"),
    Peer("luajit -joff", ("luajit", "-joff"), ".lua"),
    Peer("lua5.4", ("lua5.4",), ".lua"),
    Peer("node --jitless", ("node", "--jitless"), ".js"),
    Peer("luajit", ("luajit",), ".lua"),
    Peer("node", ("node",), ".js"),
    Peer("python", (sys.executable,), ".py"),
)
DEFAULT_PEERS = tuple(peer.name for peer in PEERS if peer.name != "python")


class BenchmarkError(Exception):
    """A program failed, or two engines disagree; the text says which."""


def timed(command: Sequence[str]) -> tuple[float, str]:
    """Seconds of a whole process, and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise BenchmarkError(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}")
    return seconds, done.stdout


def measure_programs(
    suite: Iterable[Program], peers: Sequence[Peer], rounds: int
) -> dict[str, dict[str, float]]:
    """Median seconds by program and engine; a program that fails is named and left out."""
    medians: dict[str, dict[str, float]] = {}
    for program in suite:
        print(f"  {program.name} ...", file=sys.stderr, flush=True)
        try:
            medians[program.name] = _measure(program, peers, rounds)
        except BenchmarkError as error:
            print(f"error: {error}", file=sys.stderr)
    return medians


def _measure(program: Program, peers: Sequence[Peer], rounds: int) -> dict[str, float]:
    commands = {
        peer.name: [
            *peer.command,
            str(PROGRAMS / f"{program.name}{peer.suffix}"),
            str(program.size),
        ]
        for peer in peers
    }
    outputs = {name: timed(command)[1] for name, command in commands.items()}
    if len(set(outputs.values())) != 1:
        lines = "".join(f"  {name}: {output}" for name, output in outputs.items())
        raise BenchmarkError(f"the engines disagree about {program.name}:\n{lines}")
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(timed(command)[0])
    return {name: statistics.median(t) for name, t in times.items()}


def geometric_mean(values: Iterable[float]) -> float:
    logarithms = [math.log(value) for value in values]
    return math.exp(sum(logarithms) / len(logarithms))


def print_programs(suite: Sequence[Program], peers: Sequence[Peer], rounds: int) -> bool:
    """Whether every program ran."""
    medians = measure_programs(suite, peers, rounds)
    everything = len(medians) == len(suite)
    suite = [program for program in suite if program.name in medians]
    if not suite:
        return False
    names = [peer.name for peer in peers]
    rows = []
    for program in suite:
        row = medians[program.name]
        cells = [f"{row['grokc']:.3f} s"]
        cells += [f"{row[name]:.3f} s ({row[name] / row['grokc']:.2f}×)" for name in names[1:]]
        rows.append([program.name, f"{program.size:,}", *cells])
    means = [
        f"{geometric_mean(medians[p.name][name] / medians[p.name]['grokc'] for p in suite):.2f}×"
        for name in names[1:]
    ]
    rows.append(["geometric mean", "", "", *means])
    print(f"\nMedian of {rounds} rounds; in brackets, how many times as fast grokc is.\n")
    print_table(["program", "size", *names], rows)

    targets = []
    for program in suite:
        for name, wanted in program.targets:
            if name in names:
                reached = medians[program.name][name] / medians[program.name]["grokc"]
                targets.append((f"{program.name}: {name}", reached, wanted))
    rest = [program.name for program in suite if not program.targets]
    for name, wanted in MEAN_TARGETS:
        if name in names and rest:
            reached = geometric_mean(medians[p][name] / medians[p]["grokc"] for p in rest)
            targets.append((f"geometric mean of the other {len(rest)}: {name}", reached, wanted))
    if targets:
        print("\nTargets: at least this many times as fast.\n")
        print_table(
            ["target", "wanted", "reached", ""],
            [
                [what, f"{wanted:.2f}×", f"{reached:.2f}×", "yes" if reached >= wanted else "NO"]
                for what, reached, wanted in targets
            ],
        )
    return everything


def print_start(rounds: int) -> None:
    """Whole processes that do next to nothing."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "hello.js"
        script.write_text('console.log("hello, world");\n')
        lua = Path(folder) / "hello.lua"
        lua.write_text('print("hello, world")\n')
        hello = str(ROOT / "examples" / "hello.grok")
        commands = {
            "grokc run hello.grok": [str(GROKC), "run", hello],
            "python -c pass": [sys.executable, "-c", "pass"],
            "node hello.js": ["node", str(script)],
            "luajit hello.lua": ["luajit", str(lua)],
            "lua5.4 hello.lua": ["lua5.4", str(lua)],
        }
        commands = {name: c for name, c in commands.items() if shutil.which(c[0])}
        for command in commands.values():
            timed(command)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(timed(command)[0])
    medians = {name: statistics.median(t) for name, t in times.items()}
    grokc = medians["grokc run hello.grok"]
    print(f"\nStart, everything warm: median of {rounds} whole processes.\n")
    wanted = dict(START_TARGETS)
    print_table(
        ["process", "time", "grokc takes", "wanted"],
        [
            [
                name,
                f"{seconds * 1000:.1f} ms",
                f"{grokc / seconds:.2f}×",
                f"at most {wanted[name]:.2f}×" if name in wanted else "",
            ]
            for name, seconds in medians.items()
        ],
    )


def print_compile_speed(rounds: int) -> None:
    """Lines per second through the front end alone and through the whole compiler."""
    from grokc.frontend.parser import parse
    from grokc.frontend.program import compile_to_stack
    from grokc.frontend.source import SourceFile
    from grokc.passes.pipelines import compile_module

    paths = [*sorted(PROGRAMS.glob("*.grok")), *sorted((ROOT / "examples").glob("*.grok"))]
    texts = [(path.name, path.read_text()) for path in paths]
    lines = sum(text.count("\n") for _, text in texts)

    def to_tree() -> None:
        for name, text in texts:
            parse(SourceFile(name, text))

    def to_bytecode() -> None:
        for name, text in texts:
            compile_module(compile_to_stack(SourceFile(name, text))[0])

    rows = []
    for what, body, wanted in (
        ("text to syntax tree", to_tree, 8000),
        ("text to bytecode", to_bytecode, 1200),
    ):
        rows.append([what, f"{lines / median_seconds(body, rounds):,.0f}", f"{wanted:,}"])
    print(f"\nCompiling {lines} lines of examples and benchmarks, median of {rounds} rounds.\n")
    print_table(["way", "lines per second", "wanted"], rows)


def median_seconds(body: Callable[[], None], rounds: int) -> float:
    body()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A Markdown table, columns aligned."""
    table = [list(head), *map(list, rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    table.insert(1, ["-" * width for width in widths])
    for row in table:
        cells = [
            cell.ljust(w) if i == 0 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("| " + " | ".join(cells) + " |")


def processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each program (5)")
    parser.add_argument("--only", default="", help="programs, separated by commas")
    parser.add_argument(
        "--peers", default=",".join(DEFAULT_PEERS), help="engines (default: all but python)"
    )
    parser.add_argument("--skip", default="", help="parts: programs, start, compile")
    options = parser.parse_args()
    # Bytecode of Python modules belongs to a warm start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

    only = set(filter(None, options.only.split(",")))
    suite = [program for program in SUITE if not only or program.name in only]
    if unknown := only - {program.name for program in SUITE}:
        parser.error(f"no program called {', '.join(sorted(unknown))}")
    wanted = {"grokc", *options.peers.split(",")}
    peers = [peer for peer in PEERS if peer.name in wanted]
    missing = [peer.name for peer in peers if not peer.found()]
    peers = [peer for peer in peers if peer.found()]
    skip = set(options.skip.split(","))

    print(f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    if missing:
        print(f"not installed, so left out: {', '.join(missing)}")
    complete = True
    try:
        if "programs" not in skip:
            complete = print_programs(suite, peers, options.rounds)
        if "start" not in skip and not only:
            print_start(max(20, options.rounds))
        if "compile" not in skip and not only:
            print_compile_speed(options.rounds)
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
