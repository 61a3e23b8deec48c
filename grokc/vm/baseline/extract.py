"""From LLVM's objects with stencils to the table that the patcher reads.

The table is constant data of the machine: an i32 for each opcode, the distance of its stencil
from the table's start (0: there is none); a stencil is a head, its patches and its code, as the
structs ``Stencil`` and ``Patch`` in baseline.grok say; behind them lie the constants that stencils
refer to.  The table is handed to the linker as an object of its own, in which distances to the
machine's functions are relocations.

Two things LLVM cannot know are done here.  The jump to the next instruction at a stencil's end is
left out, for that is where the next stencil will lie; where the last two jumps are a conditional
one to the next instruction and one to the target, the condition is inverted first.  A relocation
that is not understood is an error, never a guess.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grokc.vm.baseline.stencils import COLD, HOLE, JUMP, NEXT, NEXT_PC, PC, PREFIX
from grokc.vm.linker import (
    R_32,
    R_32S,
    R_64,
    R_PC32,
    R_PLT32,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHN_UNDEF,
    SHT_RELA,
    SHT_SYMTAB,
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
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QIIq")
_ELF = struct.Struct("<16sHHIQQQIHHHHHH")


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
        for data in objects:
            self._read(data, f"{len(self.constants)}")

    def _read(self, data: bytes, key: str) -> None:
        header = _ELF.unpack_from(data)
        sections = [
            _SECTION.unpack_from(data, header[6] + _SECTION.size * n) for n in range(header[12])
        ]
        symbols: list[tuple[str, int, int, int, int]] = []
        for section in sections:
            if section[1] == SHT_SYMTAB:
                text = sections[section[6]][4]
                for name, info, _, where, value, size in _SYMBOL.iter_unpack(
                    data[section[4] : section[4] + section[5]]
                ):
                    start = text + name
                    spelled = data[start : data.index(0, start)].decode()
                    symbols.append((spelled, where, value, size, info))
        relocations: dict[int, list[tuple[int, int, int, int]]] = {}
        for section in sections:
            if section[1] == SHT_RELA:
                rows = _RELOCATION.iter_unpack(data[section[4] : section[4] + section[5]])
                relocations.setdefault(section[7], []).extend(rows)
        for name, where, value, size, _ in symbols:
            if not name.startswith(PREFIX) or where == SHN_UNDEF:
                continue
            start = sections[where][4] + value
            code = Code(data[start : start + size])
            for at, type, number, addend in sorted(relocations.get(where, ())):
                if value <= at < value + size:
                    code.patches.append(
                        self._patch(
                            name,
                            at - value,
                            type,
                            symbols[number],
                            addend,
                            sections,
                            data,
                            key,
                            relocations,
                        )
                    )
            self.codes[int(name.removeprefix(PREFIX))] = _fall_through(code)

    def _patch(
        self,
        stencil: str,
        at: int,
        type: int,
        symbol: tuple[str, int, int, int, int],
        addend: int,
        sections: Sequence[tuple[int, ...]],
        data: bytes,
        key: str,
        relocations: dict[int, list[tuple[int, int, int, int]]],
    ) -> Patch:
        name, where, value, _, _ = symbol
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
            if where == SHN_UNDEF:
                return Patch(at, SYMBOL_PATCH, 0, addend, name)
            section = sections[where]
            if section[2] & SHF_ALLOC and not section[2] & SHF_EXECINSTR:
                if relocations.get(where):
                    raise ExtractError(f"{opcode}: constants with addresses")
                constant = f"constant.{key}.{where}"
                self.constants[constant] = data[section[4] : section[4] + section[5]]
                return Patch(at, SYMBOL_PATCH, 0, addend + value, constant)
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
        return _object(bytes(table), relocations)


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


def _object(data: bytes, relocations: Sequence[tuple[int, str]]) -> bytes:
    """An ELF object with one section of constant data, which starts at the symbol ``TABLE``."""
    names = list(dict.fromkeys(name for _, name in relocations))
    strings = bytearray(1)
    rows = [_SYMBOL.pack(0, 0, 0, 0, 0, 0)]
    for name, where in ((TABLE, 1), *((name, 0) for name in names)):
        rows.append(_SYMBOL.pack(len(strings), 0x10 | (1 if where else 0), 2, where, 0, 0))
        strings += name.encode() + b"\0"
    numbers = {name: number for number, name in enumerate(names, 2)}
    # The patcher counts from the field itself: no addend.
    rela = b"".join(_RELOCATION.pack(at, R_PC32, numbers[name], 0) for at, name in relocations)
    section_names = b"\0.rodata\0.rela\0.symtab\0.strtab\0"
    contents = [b"", data, rela, b"".join(rows), bytes(strings), section_names]
    offsets, position = [], _ELF.size
    for content in contents:
        position += -position % 32
        offsets.append(position)
        position += len(content)
    position += -position % 8
    result = bytearray(position)
    for offset, content in zip(offsets, contents, strict=True):
        result[offset : offset + len(content)] = content
    _ELF.pack_into(
        result,
        0,
        b"\x7fELF\x02\x01\x01" + bytes(9),
        1,
        62,
        1,
        0,
        0,
        position,
        0,
        64,
        0,
        0,
        64,
        6,
        5,
    )
    for label, type, flags, link, info, size, n in (
        (0, 0, 0, 0, 0, 0, 0),
        (1, 1, SHF_ALLOC, 0, 0, 0, 1),
        (9, SHT_RELA, 0, 3, 1, _RELOCATION.size, 2),
        (15, SHT_SYMTAB, 0, 4, 1, _SYMBOL.size, 3),
        (23, 3, 0, 0, 0, 0, 4),
        (23, 3, 0, 0, 0, 0, 5),
    ):
        offset = offsets[n] if n else 0
        result += _SECTION.pack(
            label, type, flags, 0, offset, len(contents[n]), link, info, 32 if n else 0, size
        )
    return bytes(result)
