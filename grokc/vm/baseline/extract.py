"""From LLVM's objects with stencils to the table that the patcher reads.

The table is constant data of the machine: an i32 for each opcode, the distance of its stencil from
the table's start (0: there is none); then the constants that stencils refer to; then the stencils,
each a head, its patches and its code, as the structs ``Stencil`` and ``Patch`` in baseline.grok
say.  The table is handed to the linker as an object of its own, in which distances to the machine's
functions are relocations.

Two things LLVM cannot know are done here.  The jump to the next instruction at a stencil's end is
left out, for that is where the next stencil will lie; where the last two jumps are a conditional
one to the next instruction and one to the target, the condition is inverted first.  A relocation
that is not understood is an error, never a guess.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from grokc.vm.baseline.stencils import COLD, HOLE, JUMP, NEXT, NEXT_PC, PC, PREFIX
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
from grokc.vm.operations import OPCODES

TABLE = "stencil_table.data"

# Patch kinds, as in baseline.grok.
REGISTER, NUMBER, SMALL, BOXED, PC_PATCH, NEXT_PC_PATCH = range(6)
NEXT_PATCH, JUMP_PATCH, FAR_JUMP_PATCH, COLD_PATCH, SYMBOL_PATCH, WIDE_SMALL = range(6, 12)
_ABSOLUTE = {"register": REGISTER, "number": NUMBER, "small": SMALL, "boxed": BOXED}
_RELATIVE = {
    PC: PC_PATCH,
    NEXT_PC: NEXT_PC_PATCH,
    NEXT: NEXT_PATCH,
    f"{JUMP}.near": JUMP_PATCH,
    f"{JUMP}.far": FAR_JUMP_PATCH,
    COLD: COLD_PATCH,
}

_HEAD = struct.Struct("<iiii")
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
    patches: list[Patch] = field(default_factory=list)


class Extraction:
    """Stencils and constants of some objects."""

    def __init__(self, objects: Iterable[bytes]) -> None:
        self.codes: dict[int, Code] = {}
        self.constants: dict[str, bytes] = {}
        for number, data in enumerate(objects):
            self._read(Object(data), f"{number}")

    def _read(self, object: Object, key: str) -> None:
        for symbol in object.symbols:
            if not symbol.name.startswith(PREFIX) or symbol.section == SHN_UNDEF:
                continue
            section = object.sections[symbol.section]
            start, end = symbol.value, symbol.value + symbol.size
            code = Code(bytes(section.data[start:end]))
            rows = sorted(
                row for table in section.relocations for row in RELOCATION.iter_unpack(table)
            )
            for at, type, number, addend in rows:
                if start <= at < end:
                    place = at - start
                    target = object.symbols[number]
                    patch = self._patch(symbol.name, place, type, target, addend, object, key)
                    code.patches.append(patch)
            self.codes[int(symbol.name.removeprefix(PREFIX))] = _fall_through(code)

    def _patch(
        self,
        stencil: str,
        at: int,
        type: int,
        symbol: Symbol,
        addend: int,
        object: Object,
        key: str,
    ) -> Patch:
        name = symbol.name
        opcode = OPCODES[int(stencil.removeprefix(PREFIX))].name
        kind, _, place = name.removeprefix(HOLE).partition(".")
        if name.startswith(HOLE) and kind in _ABSOLUTE:
            if kind == "small" and type == R_64:
                return Patch(at, WIDE_SMALL, int(place), addend)
            if type in ((R_64,) if kind == "boxed" else (R_32, R_32S)):
                return Patch(at, _ABSOLUTE[kind], int(place), addend)
        elif type in (R_PC32, R_PLT32):
            if name.startswith(HOLE):
                return Patch(at, _RELATIVE[name], _place(opcode, name, stencil), addend)
            if symbol.section == SHN_UNDEF:
                return Patch(at, SYMBOL_PATCH, 0, addend, name)
            section = object.sections[symbol.section]
            if section.flags & SHF_ALLOC and not section.flags & SHF_EXECINSTR:
                if section.relocations:
                    raise ExtractError(f"{opcode}: constants with addresses")
                constant = f"constant.{key}.{symbol.section}"
                self.constants[constant] = bytes(section.data)
                return Patch(at, SYMBOL_PATCH, 0, addend + symbol.value, constant)
        raise ExtractError(f"{opcode}: relocation {type} of {name or 'a section'}")

    # ---------------------------------------------------------------------------- the table

    def table(self) -> bytes:
        """The table as a relocatable object that defines ``stencil_table.data``."""
        table = bytearray(4 * len(OPCODES))
        places: dict[str, int] = {}
        for name, constant in self.constants.items():
            table += bytes(-len(table) % 32)
            places[name] = len(table)
            table += constant
        relocations: list[tuple[int, str]] = []
        for number, code in self.codes.items():
            table += bytes(-len(table) % 8)
            struct.pack_into("<i", table, 4 * number, len(table))
            exits = any(patch.kind == COLD_PATCH for patch in code.patches)
            table += _HEAD.pack(len(code.text), len(code.patches), exits, 0)
            for patch in code.patches:
                target = len(table) + 12
                distance = 0
                if patch.symbol in places:
                    distance = places[patch.symbol] - target
                elif patch.symbol:
                    relocations.append((target, patch.symbol))
                table += _PATCH.pack(patch.at, patch.kind, patch.place, patch.addend, distance)
            table += code.text
        return data_object(TABLE, bytes(table), relocations)


def _place(opcode: str, hole: str, stencil: str) -> int:
    """Where the instruction says how far it jumps."""
    if not hole.startswith(JUMP):
        return 0
    kind = "target" if hole.endswith("near") else "far"
    places = OPCODES[int(stencil.removeprefix(PREFIX))].places
    return next(place.offset for place in places if place.operand.kind.value == kind)


def _fall_through(code: Code) -> Code:
    """Lets the next instruction follow, where that is what the code's end says."""
    text, patches = bytearray(code.text), code.patches
    jumps = {JUMP_PATCH, FAR_JUMP_PATCH}

    def ends_in_jump() -> bool:
        return bool(patches) and patches[-1].at == len(text) - 4 and text[-5] == 0xE9

    if (
        len(patches) > 1
        and ends_in_jump()
        and patches[-1].kind in jumps
        and patches[-2].kind == NEXT_PATCH
        and patches[-2].at == len(text) - 9
        and text[-11] == 0x0F
        and text[-10] & 0xF0 == 0x80
    ):
        text[-10] ^= 1  # the opposite condition
        patches[-2].kind, patches[-1].kind = patches[-1].kind, NEXT_PATCH
        patches[-2].place, patches[-1].place = patches[-1].place, 0
    if ends_in_jump() and patches[-1].kind == NEXT_PATCH:
        del text[-5:]
        patches.pop()
    return Code(bytes(text), patches)
