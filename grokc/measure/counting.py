"""How many instructions the interpreter executes for the benchmark programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.inspect.counts import Counts
from grokc.measure.process import BenchmarkError
from grokc.measure.programs import Program
from grokc.passes.pipelines import compile_module
from grokc.vm.machine import execute


def instructions(
    programs: Sequence[Program],
    sizes: dict[str, int],
    folder: Path,
    progress: Callable[[str], None] = lambda text: None,
    *,
    registers: bool = True,
) -> dict[str, int]:
    """Instructions of bytecode that one iteration takes, with the start of the program, counted by
    the machine that counts (``grokc run --count``), with or without ``registers``; raises
    :class:`BenchmarkError`."""
    counted = {}
    for program in programs:
        progress(f"counting {program.name}{'' if registers else ' on a stack'}")
        path = folder / f"{program.name}.grok"
        module = compile_to_stack(SourceFile(str(path), path.read_text("utf-8")))[0]
        image = compile_module(module, registers=registers)
        counts = Counts(image)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            outcome = execute(
                image,
                [str(sizes[program.name])],
                nowhere,
                counts=counts.buffer,
                dispatch="counted",
                without=() if registers else ("registers",),
            )
        finally:
            os.close(nowhere)
        if outcome.status:
            raise BenchmarkError(f"{path}: {outcome.message}")
        counted[program.name] = sum(counts.by_opcode().values())
    return counted
