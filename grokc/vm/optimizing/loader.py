"""Loads optimized code: the optimizing tier's own loader, in two steps.

LLVM's run-time linkers cost 760 KiB for each function, or leak; a unit of optimized code needs
only a few kinds of relocations.

1. :func:`lay_out` makes a :class:`LaidOut` of an object: sections one after another, behind them
   the *slots* (words with addresses that the code reads relative to itself), and what is still to
   be filled in, each an address that differs between two runs of a program.  It consists of plain
   data, so it can be kept on disk.
2. :func:`place` copies it into pages near the machine and fills that in.
"""

from __future__ import annotations

import struct

from grokc.vm.optimizing import memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from grokc.vm.optimizing.program import Program

    Target: TypeAlias = tuple[str, int]
    """What an address is counted from (see :data:`BASES`), and by how many bytes."""

    Gap: TypeAlias = tuple[int, int, str, int]
    """Place, form, and what the address there is."""

BASES = ("machine", "code", "functions", "globals", "symbol", "constant", "exits", "unit")
"""The machine's handler table; the program's tables; *the word* at a place of the tables of symbols
and constants; the table of the unit's exits; the unit itself."""

NEAR, FAR, WORD = range(3)
"""Forms of a gap: a distance of 32 or 64 bits from the place to the address; the address."""


class LaidOut:
    """A unit of code, ready to be placed."""

    __slots__ = ("gaps", "image", "size", "symbols")

    def __init__(self, image: bytes, size: int, symbols: dict[str, int], gaps: list[Gap]) -> None:
        self.image = image
        self.size = size
        """Bytes of code and constants, without slots."""
        self.symbols = symbols
        """Where they lie in the image."""
        self.gaps = gaps

    def to_data(self) -> tuple[object, ...]:
        """As plain data; :meth:`from_data` reads it back."""
        return self.image, self.size, self.symbols, self.gaps

    @classmethod
    def from_data(cls, data: tuple[object, ...]) -> LaidOut:
        return cls(*data)  # type: ignore[arg-type]


class Addresses:
    """What targets are in this run."""

    def __init__(self, program: Program) -> None:
        self.tables = {"symbol": program.symbols, "constant": program.constants}
        self.bases = {
            "machine": program.anchor,
            "code": program.code,
            "functions": program.functions,
            "globals": program.globals,
        }

    def of(self, base: str, offset: int) -> int:
        """The address."""
        if base in self.tables:
            return memory.read_word(self.tables[base] + offset)
        return self.bases[base] + offset


def place(unit: LaidOut, arena: memory.CodeArena, addresses: Addresses, exits: int) -> int:
    """Makes a unit ready to run; returns where it begins.

    ``exits`` is the address of its table of exits.  Raises :class:`memory.MemoryExhausted`.
    """
    start = arena.place(len(unit.image))
    image = bytearray(unit.image)
    addresses.bases.update(exits=exits, unit=start)
    for at, form, base, offset in unit.gaps:
        address = addresses.of(base, offset)
        if form == NEAR:
            struct.pack_into("<i", image, at, address - start - at)
        elif form == FAR:
            struct.pack_into("<q", image, at, address - start - at)
        else:
            struct.pack_into("<Q", image, at, address & (1 << 64) - 1)
    memory.write(start, bytes(image))
    arena.seal(start, len(image))
    return start


def lay_out(
    data: bytes, target: Callable[[str], Target], entered: str, descriptor: Target, handler: str
) -> tuple[LaidOut, int]:
    """Lays an object out; ``target`` tells what the symbols mean that it does not define.

    Behind the code stands the adapter of the function ``entered``, whose descriptor lies at
    ``descriptor``, and which goes to the machine's ``handler``; the second result is where.

    Raises :class:`~grokc.vm.elf.LinkError` for what it does not understand.
    """
    from grokc.lowering.linkage import ADAPTER_BYTES, adapter_code
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

    got = (R_GOTPCREL, R_GOTPCRELX, R_REX_GOTPCRELX)
    object = Object(data)
    size = 0
    sections = [
        section
        for section in object.sections
        if section.flags & SHF_ALLOC and section.name != ".eh_frame" and section.size
    ]
    for section in sections:
        if len(section.data) != section.size:
            raise LinkError(f"variables ({section.name}) in optimized code")
        size = -(-size // section.alignment) * section.alignment
        section.address = size
        size += section.size
    rows = [
        (section.address + offset, type, number, addend)
        for section in sections
        for table in section.relocations
        for offset, type, number, addend in RELOCATION.iter_unpack(table)
    ]
    enter = size
    size += ADAPTER_BYTES
    first_slot = -(-size // 8) * 8
    slots: dict[int, int] = {}  # by the symbol's number
    for _, type, number, _ in rows:
        if type in got:
            slots.setdefault(number, first_slot + 8 * len(slots))
    image = bytearray(first_slot + 8 * len(slots))
    for section in sections:
        image[section.address : section.address + section.size] = section.data
    gaps: list[Gap] = []

    def local(number: int) -> int | None:
        """Where a symbol lies in the image, if it does."""
        symbol = object.symbols[number]
        if symbol.section == SHN_UNDEF:
            return None
        section = object.sections[symbol.section] if symbol.section < SHN_LORESERVE else None
        if section is None or section.address < 0:
            raise LinkError(f"{symbol.name or 'a symbol'} lies in no part of the code")
        return section.address + symbol.value

    def distance(at: int, form: int, number: int, addend: int) -> None:
        known = local(number)
        if known is None:
            base, offset = target(object.symbols[number].name)
            gaps.append((at, form, base, offset + addend))
        else:
            struct.pack_into("<i" if form == NEAR else "<q", image, at, known + addend - at)

    def absolute(number: int, addend: int) -> Target:
        known = local(number)
        if known is not None:
            return "unit", known + addend
        base, offset = target(object.symbols[number].name)
        return base, offset + addend

    for at, type, number, addend in rows:
        if type in (R_PC32, R_PLT32):
            distance(at, NEAR, number, addend)
        elif type == R_PC64:
            distance(at, FAR, number, addend)
        elif type in got:
            struct.pack_into("<i", image, at, slots[number] + addend - at)
        elif type == R_64:
            gaps.append((at, WORD, *absolute(number, addend)))
        else:
            name = object.symbols[number].name
            raise LinkError(f"relocation {type} (symbol {name}) is not understood")
    for number, at in slots.items():
        gaps.append((at, WORD, *absolute(number, 0)))
    symbols = {
        symbol.name: object.sections[symbol.section].address + symbol.value
        for symbol in object.symbols
        if symbol.name
        and symbol.section != SHN_UNDEF
        and symbol.section < SHN_LORESERVE
        and object.sections[symbol.section].address >= 0
    }
    code, descriptor_at, jump_at = adapter_code(enter, symbols[entered])
    image[enter : enter + len(code)] = code
    gaps.append((enter + descriptor_at, WORD, *descriptor))
    base, offset = target(handler)
    gaps.append((enter + jump_at, NEAR, base, offset - 4))
    return LaidOut(bytes(image), size, symbols, gaps), enter
