"""How long the front end takes for the benchmark programs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from grokc.frontend.parser import parse
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.measure.programs import Program
from grokc.passes.pipelines import compile_module, garbage_collector_off

TO_TREE, TO_BYTECODE = WAYS = ("text to syntax tree", "text to bytecode")


def compiling(folder: Path, programs: list[Program], rounds: int) -> dict[str, dict[str, float]]:
    """Seconds of each of ``WAYS``, by program; what a program takes in from another file is
    compiled with it."""
    bodies: dict[str, Callable[[SourceFile], object]] = {TO_TREE: parse, TO_BYTECODE: _to_bytecode}
    files = {program.name: _source(folder, program) for program in programs}
    return {
        way: {name: _median_seconds(body, file, rounds) for name, file in files.items()}
        for way, body in bodies.items()
    }


def lines(folder: Path, programs: list[Program]) -> int:
    """Of the programs' own files."""
    return sum(_source(folder, program).text.count("\n") for program in programs)


def _source(folder: Path, program: Program) -> SourceFile:
    path = folder / f"{program.name}.grok"
    return SourceFile(str(path), path.read_text("utf-8"))


def _to_bytecode(file: SourceFile) -> None:
    with garbage_collector_off():
        compile_module(compile_to_stack(file)[0])


def _median_seconds(body: Callable[[SourceFile], object], file: SourceFile, rounds: int) -> float:
    body(file)
    times = []
    for _ in range(rounds):
        start = time.process_time()
        body(file)
        times.append(time.process_time() - start)
    return statistics.median(times)
