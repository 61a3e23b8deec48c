"""From LLVM's objects with stencils to the table that the patcher reads.

The table is constant data of the machine: an i32 for each opcode, the distance of its stencil from
the table's start (0: there is none), for each kind of stencil; then the constants that stencils
refer to; then the stencils, each a head, its patches and its code, as the structs ``Stencil`` and
``Patch`` in baseline.grok say.  The table is handed to the linker as an object of its own, in which
distances to the machine's functions are relocations.

A stencil's code has two parts (:mod:`grokc.lowering.outline`): what is usual, which the next
instruction's follows, and the rest, which lies elsewhere.  A relocation
that is not understood is an error, never a guess.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grokc.lowering.outline import COLD_SUFFIX
from grokc.vm.baseline.stencils import (
    COLD,
    HOLE,
    JUMP,
    KINDS,
    NEXT,
    NEXT_PC,
    OPERANDS,
    PC,
    PREFIX,
    Floats,
)
from grokc.vm.elf import (
    R_32,
    R_32S,
    R_64,
    R_PC32,
    R_PLT32,
    RELOCATION,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHN_UNDEF,
    Object,
    Symbol,
    data_object,
)
from grokc.vm.operations import OPCODES, Opcode

TABLE = "stencil_table.data"

# Patch kinds, as in baseline.grok.
REGISTER, NUMBER, SMALL, BOXED, PC_PATCH, NEXT_PC_PATCH = range(6)
NEXT_PATCH, JUMP_PATCH, FAR_JUMP_PATCH, COLD_PATCH, SYMBOL_PATCH, WIDE_SMALL = range(6, 12)
USUAL_PART, OTHER_PART = range(12, 14)
_ABSOLUTE = {"register": REGISTER, "number": NUMBER, "small": SMALL, "boxed": BOXED}
_RELATIVE = {
    PC: PC_PATCH,
    NEXT_PC: NEXT_PC_PATCH,
    NEXT: NEXT_PATCH,
    f"{JUMP}.near": JUMP_PATCH,
    f"{JUMP}.far": FAR_JUMP_PATCH,
    COLD: COLD_PATCH,
}

_HEAD = struct.Struct("<iiiihhhh")
_PATCH = struct.Struct("<HHiii")


class ExtractError(Exception):
    """A stencil has code that the patcher does not understand."""


@dataclass(slots=True)
class Patch:
    at: int
    kind: int
    place: int = 0
    addend: int = 0
    symbol: str = ""  # of SYMBOL_PATCH: a symbol of the machine, or a constant's key


@dataclass(slots=True)
class Code:
    """One stencil as it is copied."""

    text: bytes
    other: bytes
    floats: Floats
    patches: list[Patch] = field(default_factory=list)  # of both parts, as if they were one


@dataclass(frozen=True, slots=True)
class _Part:
    """Where a part of a stencil lies in its object."""

    section: int
    start: int
    end: int
    offset: int  # of its first byte, as patches count


class Extraction:
    """Stencils and constants of some objects."""

    def __init__(self, objects: Iterable[bytes], floats: Mapping[str, Floats]) -> None:
        """``floats`` belong to the stencils' symbols."""
        self.floats = floats
        self.codes: dict[str, Code] = {}
        self.constants: dict[str, bytes] = {}
        for number, data in enumerate(objects):
            self._read(Object(data), f"{number}")

    def _read(self, object: Object, key: str) -> None:
        symbols = {
            symbol.name: symbol
            for symbol in object.symbols
            if symbol.name.startswith(PREFIX) and symbol.section != SHN_UNDEF
        }
        for name, symbol in symbols.items():
            if name.endswith(COLD_SUFFIX):
                continue
            parts = [_Part(symbol.section, symbol.value, symbol.value + symbol.size, 0)]
            if cold := symbols.get(name + COLD_SUFFIX):
                end = cold.value + cold.size
                parts.append(_Part(cold.section, cold.value, end, symbol.size))
            texts = [bytes(object.sections[p.section].data[p.start : p.end]) for p in parts]
            code = Code(texts[0], b"".join(texts[1:]), self.floats[name])
            opcode = OPCODES[int(name.split(".")[1])]
            for part in parts:
                for table in object.sections[part.section].relocations:
                    for at, type, number, addend in RELOCATION.iter_unpack(table):
                        if part.start <= at < part.end:
                            target = object.symbols[number]
                            place = at - part.start + part.offset
                            patch = self._patch(
                                opcode, place, type, target, addend, object, key, parts
                            )
                            code.patches.append(patch)
            self.codes[name] = code

    def _patch(
        self,
        opcode: Opcode,
        at: int,
        type: int,
        symbol: Symbol,
        addend: int,
        object: Object,
        key: str,
        parts: list[_Part],
    ) -> Patch:
        name = symbol.name
        kind, _, place = name.removeprefix(HOLE).partition(".")
        if name.startswith(HOLE) and kind in _ABSOLUTE:
            if kind == "small" and type == R_64:
                return Patch(at, WIDE_SMALL, int(place), addend)
            if type in ((R_64,) if kind == "boxed" else (R_32, R_32S)):
                return Patch(at, _ABSOLUTE[kind], int(place), addend)
        elif type in (R_PC32, R_PLT32):
            if name.startswith(HOLE):
                return Patch(at, _RELATIVE[name], _place(opcode, name), addend)
            if symbol.section == SHN_UNDEF:
                return Patch(at, SYMBOL_PATCH, 0, addend, name)
            target = symbol.value + addend + 4  # fields of jumps end their instruction
            for part, patch in zip(parts, (USUAL_PART, OTHER_PART), strict=False):
                if symbol.section == part.section and part.start <= target <= part.end:
                    return Patch(at, patch, target - part.start, -4)
            section = object.sections[symbol.section]
            if section.flags & SHF_ALLOC and not section.flags & SHF_EXECINSTR:
                if section.relocations:
                    raise ExtractError(f"{opcode.name}: constants with addresses")
                constant = f"constant.{key}.{symbol.section}"
                self.constants[constant] = bytes(section.data)
                return Patch(at, SYMBOL_PATCH, 0, addend + symbol.value, constant)
        raise ExtractError(f"{opcode.name}: relocation {type} of {name or 'a section'}")

    # ---------------------------------------------------------------------------- the table

    def table(self) -> bytes:
        """The table as a relocatable object that defines ``stencil_table.data``."""
        table = bytearray(4 * len(KINDS) * len(OPCODES))
        places: dict[str, int] = {}
        for name, constant in self.constants.items():
            table += bytes(-len(table) % 32)
            places[name] = len(table)
            table += constant
        relocations: list[tuple[int, str]] = []
        for symbol, code in self.codes.items():
            table += bytes(-len(table) % 8)
            number = symbol.split(".")[1]
            kind = KINDS.index(symbol.removeprefix(PREFIX + number))
            row = int(number) + kind * len(OPCODES)
            struct.pack_into("<i", table, 4 * row, len(table))
            exits = any(patch.kind == COLD_PATCH for patch in code.patches)
            floats = code.floats
            operands = [*floats.operands, 0, 0][:OPERANDS]
            table += _HEAD.pack(
                *(len(code.text), len(code.patches), exits, len(code.other)),
                *(*operands, floats.result, floats.kept),
            )
            for patch in code.patches:
                target = len(table) + 12
                distance = 0
                if patch.symbol in places:
                    distance = places[patch.symbol] - target
                elif patch.symbol:
                    relocations.append((target, patch.symbol))
                table += _PATCH.pack(patch.at, patch.kind, patch.place, patch.addend, distance)
            table += code.text + code.other
        return data_object(TABLE, bytes(table), relocations)


def _place(opcode: Opcode, hole: str) -> int:
    """Where the instruction says how far it jumps."""
    if not hole.startswith(JUMP):
        return 0
    kind = "target" if hole.endswith("near") else "far"
    return next(place.offset for place in opcode.places if place.operand.kind.value == kind)
