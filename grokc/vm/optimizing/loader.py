"""Loads object code: the optimizing tier's own loader.

LLVM's run-time linkers cost 760 KiB for each function, or leak; a unit of optimized code needs only
a few kinds of relocations.  Its sections are placed one after another into pages near the machine,
behind them the *slots*: words with the addresses of what differs between runs (symbols like
``info.3``, see :mod:`grokc.lowering.grok_to_llvm`), which the code reads relative to itself.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from grokc.vm.elf import (
    R_64,
    R_GOTPCREL,
    R_GOTPCRELX,
    R_PC32,
    R_PC64,
    R_PLT32,
    R_REX_GOTPCRELX,
    RELOCATION,
    SHF_ALLOC,
    SHN_LORESERVE,
    SHN_UNDEF,
    LinkError,
    Object,
)
from grokc.vm.optimizing import memory

_GOT = (R_GOTPCREL, R_GOTPCRELX, R_REX_GOTPCRELX)


@dataclass(frozen=True, slots=True)
class LoadedUnit:
    """Code that is ready to run."""

    address: int
    size: int  # bytes of code and constants
    symbols: dict[str, int]


def load_object(data: bytes, arena: memory.CodeArena, resolve: Callable[[str], int]) -> LoadedUnit:
    """Places an object; ``resolve`` knows the addresses of the symbols that it does not define."""
    object = Object(data)
    sections = [
        section
        for section in object.sections
        if section.flags & SHF_ALLOC and section.name != ".eh_frame" and section.size
    ]
    offset = 0
    for section in sections:
        if len(section.data) != section.size:
            raise LinkError(f"variables ({section.name}) in optimized code")
        offset = -(-offset // section.alignment) * section.alignment
        section.address = offset
        offset += section.size
    size = offset
    slots: dict[str, int] = {}
    at = -(-offset // 8) * 8
    for section in sections:
        for rows in section.relocations:
            for _, type, number, _ in RELOCATION.iter_unpack(rows):
                name = object.symbols[number].name
                if type in _GOT and name not in slots:
                    slots[name] = at
                    at += 8
    base = arena.place(at)
    image = bytearray(at)

    def address_of(number: int) -> int:
        symbol = object.symbols[number]
        if symbol.section == SHN_UNDEF:
            return resolve(symbol.name)
        section = object.sections[symbol.section] if symbol.section < SHN_LORESERVE else None
        if section is None or section.address < 0:
            raise LinkError(f"{symbol.name or 'a symbol'} lies in no part of the code")
        return base + section.address + symbol.value

    for section in sections:
        image[section.address : section.address + section.size] = section.data
    filled: set[str] = set()
    for section in sections:
        for rows in section.relocations:
            for offset, type, number, addend in RELOCATION.iter_unpack(rows):
                place = section.address + offset
                name = object.symbols[number].name
                if type in (R_PC32, R_PLT32):
                    distance = address_of(number) + addend - base - place
                    if not -(1 << 31) <= distance < 1 << 31:
                        raise LinkError(f"{name} is out of reach")
                    struct.pack_into("<i", image, place, distance)
                elif type == R_PC64:
                    distance = address_of(number) + addend - base - place
                    struct.pack_into("<q", image, place, distance)
                elif type == R_64:
                    word = address_of(number) + addend & (1 << 64) - 1
                    struct.pack_into("<Q", image, place, word)
                elif type in _GOT:
                    if name not in filled:
                        filled.add(name)
                        word = address_of(number) & (1 << 64) - 1
                        struct.pack_into("<Q", image, slots[name], word)
                    struct.pack_into("<i", image, place, slots[name] + addend - place)
                else:
                    raise LinkError(f"relocation {type} (symbol {name}) is not understood")
    memory.write(base, bytes(image))
    arena.seal(base, at)
    symbols = {
        symbol.name: base + object.sections[symbol.section].address + symbol.value
        for symbol in object.symbols
        if symbol.name
        and symbol.section != SHN_UNDEF
        and symbol.section < SHN_LORESERVE
        and object.sections[symbol.section].address >= 0
    }
    return LoadedUnit(base, size, symbols)
