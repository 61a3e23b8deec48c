"""ELF relocatable objects for x86-64: reading what LLVM writes, writing one of data.

The linker, the loader of optimized code and the extraction of stencils read objects; only this
module knows how they lie in a file.

Reference: the System V ABI with the AMD64 supplement.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

# Section types and flags.
SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_NOBITS, SHT_REL = 1, 2, 3, 4, 8, 9
SHT_INIT_ARRAY, SHT_FINI_ARRAY, SHT_GROUP = 14, 15, 17
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR, SHF_TLS = 1, 2, 4, 0x400

# Special section indices of symbols.
SHN_UNDEF, SHN_LORESERVE, SHN_ABS = 0, 0xFF00, 0xFFF1

STB_LOCAL, STB_WEAK, STT_SECTION = 0, 2, 3

# Relocations in objects.
R_64, R_PC32, R_PLT32, R_GOTPCREL, R_32, R_32S, R_PC64 = 1, 2, 4, 9, 10, 11, 24
R_GOTPCRELX, R_REX_GOTPCRELX = 41, 42
# ... and for the dynamic loader.
R_GLOB_DAT, R_RELATIVE = 6, 8

SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
RELOCATION = struct.Struct("<QIIq")  # place, type, symbol, addend
HEADER = struct.Struct("<16sHHIQQQIHHHHHH")


class LinkError(Exception):
    """The objects cannot be linked; the message names symbol or section."""


@dataclass(slots=True)
class Section:
    """One section; ``relocations`` are those that apply to it."""

    name: str
    type: int
    flags: int
    data: memoryview
    size: int
    alignment: int
    relocations: list[memoryview] = field(default_factory=list)
    address: int = -1  # -1: not part of the image


@dataclass(slots=True)
class Symbol:
    """One symbol; ``section`` is a section's number, or one of ``SHN_...``."""

    name: str
    section: int
    value: int
    size: int
    binding: int


class Object:
    """A relocatable object, read."""

    def __init__(self, data: bytes) -> None:
        if len(data) < HEADER.size or data[:6] != b"\x7fELF\x02\x01":
            raise LinkError("not an ELF object of 64 bits, little-endian")
        header = HEADER.unpack_from(data)
        type, machine, table, count, names = header[1], header[2], header[6], *header[12:14]
        if type != 1 or machine != 62:
            raise LinkError("not a relocatable object for x86-64")
        if count == 0 or names >= count:
            raise LinkError("an object with more than 65,000 sections")
        view = memoryview(data)
        rows = [SECTION.unpack_from(data, table + SECTION.size * n) for n in range(count)]
        strings = rows[names][4]
        self.sections = [
            Section(
                _string(data, strings + name),
                type,
                flags,
                view[offset : offset + size] if type != SHT_NOBITS else view[:0],
                size,
                alignment or 1,
            )
            for name, type, flags, _, offset, size, _, _, alignment, _ in rows
        ]
        self.symbols: list[Symbol] = []
        for row in rows:
            type, offset, size, link, info = row[1], row[4], row[5], row[6], row[7]
            if type == SHT_SYMTAB:
                text = rows[link][4]
                self.symbols = [
                    Symbol(
                        _string(data, text + name) if name else "", where, value, room, info >> 4
                    )
                    for name, info, _, where, value, room in SYMBOL.iter_unpack(
                        view[offset : offset + size]
                    )
                ]
            elif type == SHT_RELA:
                self.sections[info].relocations.append(view[offset : offset + size])
            elif type == SHT_REL:
                raise LinkError("relocations without addends")


def _string(data: bytes, start: int) -> str:
    return data[start : data.index(0, start)].decode()


def data_object(symbol: str, data: bytes, distances: Sequence[tuple[int, str]]) -> bytes:
    """An object with one section of constant data, which starts at a symbol.

    ``distances`` are places of 32-bit fields, and the symbols from the field to which the distance
    is to be written there.
    """
    names = list(dict.fromkeys(name for _, name in distances))
    strings = bytearray(1)
    rows = [SYMBOL.pack(0, 0, 0, 0, 0, 0)]
    for name, where in ((symbol, 1), *((name, 0) for name in names)):
        rows.append(SYMBOL.pack(len(strings), 0x10 | (1 if where else 0), 2, where, 0, 0))
        strings += name.encode() + b"\0"
    numbers = {name: number for number, name in enumerate(names, 2)}
    # The patcher counts from the field itself: no addend.
    rela = b"".join(RELOCATION.pack(at, R_PC32, numbers[name], 0) for at, name in distances)
    section_names = b"\0.rodata\0.rela\0.symtab\0.strtab\0"
    contents = [b"", data, rela, b"".join(rows), bytes(strings), section_names]
    offsets, position = [], HEADER.size
    for content in contents:
        position += -position % 32
        offsets.append(position)
        position += len(content)
    position += -position % 8
    result = bytearray(position)
    for offset, content in zip(offsets, contents, strict=True):
        result[offset : offset + len(content)] = content
    HEADER.pack_into(
        result,
        0,
        b"\x7fELF\x02\x01\x01" + bytes(9),
        *(1, 62, 1, 0, 0, position, 0, HEADER.size, 0, 0, SECTION.size, 6, 5),
    )
    for number, (title, type, flags, link, info, size) in enumerate(
        (
            (0, 0, 0, 0, 0, 0),
            (1, SHT_PROGBITS, SHF_ALLOC, 0, 0, 0),
            (9, SHT_RELA, 0, 3, 1, RELOCATION.size),
            (15, SHT_SYMTAB, 0, 4, 1, SYMBOL.size),
            (23, SHT_STRTAB, 0, 0, 0, 0),
            (23, SHT_STRTAB, 0, 0, 0, 0),
        )
    ):
        offset, length = (offsets[number], len(contents[number])) if number else (0, 0)
        alignment = 32 if number else 0
        result += SECTION.pack(title, type, flags, 0, offset, length, link, info, alignment, size)
    return bytes(result)
