"""How many lines per second the compiler takes in."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from grokc.frontend.parser import parse
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.measure.programs import PROGRAMS
from grokc.passes.pipelines import compile_module

WAYS = ("text to syntax tree", "text to bytecode")


def compiling(folder: Path, rounds: int) -> dict[str, float]:
    """Lines per second of each of ``WAYS``, over the programs of a folder, one after another; what
    a program takes in from another file does not count."""
    paths = [folder / f"{program.name}.grok" for program in PROGRAMS]
    files = [SourceFile(str(path), path.read_text("utf-8")) for path in paths]
    lines = sum(file.text.count("\n") for file in files)

    def to_tree() -> None:
        for file in files:
            parse(file)

    def to_bytecode() -> None:
        for file in files:
            compile_module(compile_to_stack(file)[0])

    bodies = dict(zip(WAYS, (to_tree, to_bytecode), strict=True))
    return {way: lines / _median_seconds(body, rounds) for way, body in bodies.items()}


def _median_seconds(body: Callable[[], None], rounds: int) -> float:
    body()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        body()
        times.append(time.process_time() - start)
    return statistics.median(times)
