"""A perf map: the names of a process's generated code, as Linux's ``perf`` reads them from
``/tmp/perf-PID.map`` (start and size in hexadecimal, then the name).

It is written when the program has ended, so baseline code that was replaced during the run has no
name of its own.  The machine's handlers and core functions are in no symbol table either; they are
named too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import pairwise

from grokc.vm.optimizing import memory
from grokc.vm.optimizing.compiler import ANCHOR
from grokc.vm.optimizing.kit import Kit
from grokc.vm.optimizing.names import Names
from grokc.vm.optimizing.piece import Piece
from grokc.vm.optimizing.program import Program


def write_perf_map(image: bytes, address: int, machine: bytes, pieces: Sequence[Piece]) -> None:
    """Writes this process's map, for a program that a machine has loaded at an address.

    ``machine`` is the content of the machine's file; ``pieces`` are those of the run.  Raises
    :class:`OSError`.
    """
    program, kit, names = Program(address), Kit.from_bytes(machine), Names(image)
    rows = [*_machine(program, kit), *_baseline(program, kit, names), *_optimized(pieces, names)]
    lines = [f"{start:x} {size:x} {name}\n" for start, size, name in rows]
    with open(f"/tmp/perf-{os.getpid()}.map", "w", encoding="utf-8") as file:
        file.write("".join(lines))


def _machine(program: Program, kit: Kit) -> Iterator[tuple[int, int, str]]:
    base = program.anchor - kit.addresses[ANCHOR]
    places = sorted((offset, name) for name, offset in kit.addresses.items())
    for (offset, name), (following, _) in pairwise(places):
        if following > offset:
            yield base + offset, following - offset, name


def _baseline(program: Program, kit: Kit, names: Names) -> Iterator[tuple[int, int, str]]:
    for number in range(len(names.image.functions)):
        info = program.functions + number * program.function_bytes
        code = memory.read_word(info + kit.offset("FunctionInfo", "baseline"))
        size = memory.read_word(info + kit.offset("FunctionInfo", "baseline_bytes"))
        if code:
            yield code, size, f"{names.function(number)} [baseline]"


def _optimized(pieces: Sequence[Piece], names: Names) -> Iterator[tuple[int, int, str]]:
    for piece in pieces:
        where = "optimized" if piece.osr is None else f"optimized from {piece.osr}"
        yield piece.address, piece.unit.size, f"{names.function(piece.function)} [{where}]"
