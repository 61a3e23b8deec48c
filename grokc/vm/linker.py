"""Links relocatable objects into one shared object: a small static linker for ELF on x86-64.

The machine must load without LLVM, and a fresh computer need not have a C compiler or a linker.  So
this module does what ``cc -shared`` would: it lays out the objects' sections, resolves the symbols
between them, and leaves the rest to the system's dynamic loader.  What depends on ELF is in this
file and in :mod:`grokc.vm.elf`.

The result, file offset equal to virtual address::

    R    headers, dynamic symbols, hash table, dynamic relocations, constant data
    RX   code, stubs of imported functions
    RW   read-only after relocation: pointers in constant data, addresses of imports
    RW   variables; zero-initialized ones take no room in the file

Symbols that no object defines are imported: the loader finds them in what the process has loaded
(the C library, the mathematics library, Python).  Code reaches an imported function through a stub,
``jmp *slot(%rip)``, or loads its address from the slot; a slot load for a symbol of our own becomes
an address computation (``mov slot(%rip)`` to ``lea``).  A relocation that is not understood is an
error, never a guess.

References: the System V ABI with the AMD64 supplement; "How To Write Shared Libraries" (Drepper).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from itertools import pairwise

from grokc.vm.elf import (
    HEADER,
    R_32,
    R_32S,
    R_64,
    R_GLOB_DAT,
    R_GOTPCREL,
    R_GOTPCRELX,
    R_PC32,
    R_PC64,
    R_PLT32,
    R_RELATIVE,
    R_REX_GOTPCRELX,
    RELOCATION,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHF_TLS,
    SHF_WRITE,
    SHN_LORESERVE,
    SHN_UNDEF,
    SHT_FINI_ARRAY,
    SHT_GROUP,
    SHT_INIT_ARRAY,
    SHT_NOBITS,
    STB_LOCAL,
    STB_WEAK,
    SYMBOL,
    LinkError,
    Object,
    Section,
    Symbol,
)

PAGE = 4096

PT_LOAD, PT_DYNAMIC, PT_GNU_STACK, PT_GNU_RELRO = 1, 2, 0x6474E551, 0x6474E552
READ, WRITE, EXECUTE = 4, 2, 1

DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_RELA, DT_RELASZ = 1, 4, 5, 6, 7, 8
DT_RELAENT, DT_STRSZ, DT_SYMENT, DT_SONAME, DT_FLAGS = 9, 10, 11, 14, 30
DT_RELACOUNT = 0x6FFFFFF9
DF_BIND_NOW = 8

_PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
_INT32 = struct.Struct("<i")
_INT64 = struct.Struct("<q")


def _align(position: int, alignment: int) -> int:
    return -(-position // alignment) * alignment


def _hash(name: str) -> int:
    """The hash function of DT_HASH."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high
    return value


CONSTANT, CODE, RELRO, VARIABLE, ZERO = range(5)


def _place_for(section: Section) -> int | None:
    """The part of the image that a section belongs to."""
    if not section.flags & SHF_ALLOC or section.name == ".eh_frame":
        return None  # nothing is ever thrown through the machine's frames
    if section.flags & SHF_TLS:
        raise LinkError(f"thread-local data ({section.name})")
    if section.type in (SHT_INIT_ARRAY, SHT_FINI_ARRAY):
        raise LinkError(f"code to run at load time ({section.name})")
    if section.flags & SHF_EXECINSTR:
        return CODE
    if not section.flags & SHF_WRITE:
        return CONSTANT
    if section.name.startswith(".data.rel.ro"):
        return RELRO
    return ZERO if section.type == SHT_NOBITS else VARIABLE


class _Linker:
    def __init__(self, objects: Sequence[bytes], exports: Sequence[str], needed: Sequence[str]):
        self.objects = [Object(data) for data in objects]
        self.exports = list(exports)
        self.needed = list(needed)
        self.parts: list[list[Section]] = [[] for _ in range(5)]
        for item in self.objects:
            for section in item.sections:
                if section.type == SHT_GROUP:
                    raise LinkError("section groups (COMDAT)")
                place = _place_for(section)
                if place is not None:
                    self.parts[place].append(section)
        self.owners = self._definitions()
        self.imports = self._undefined()
        self.slots = self._slots()
        missing = [name for name in self.exports if name not in self.owners]
        if missing:
            raise LinkError(f"nothing defines {', '.join(missing)}, to be exported")

    # ----------------------------------------------------------------------------- symbols

    def _definitions(self) -> dict[str, tuple[Object, Symbol]]:
        owners: dict[str, tuple[Object, Symbol]] = {}
        for item in self.objects:
            for symbol in item.symbols:
                if symbol.section == SHN_UNDEF or symbol.binding == STB_LOCAL:
                    continue
                if symbol.section >= SHN_LORESERVE:
                    raise LinkError(f"common or absolute symbol {symbol.name}")
                if symbol.name in owners:
                    raise LinkError(f"{symbol.name} is defined twice")
                owners[symbol.name] = item, symbol
        return owners

    def _undefined(self) -> list[str]:
        names: dict[str, None] = {}
        for item in self.objects:
            for symbol in item.symbols[1:]:
                if symbol.section == SHN_UNDEF and symbol.name not in self.owners:
                    if symbol.binding == STB_WEAK:
                        raise LinkError(f"weak reference to {symbol.name}")
                    names[symbol.name] = None
        return sorted(names)

    def _slots(self) -> dict[str, int]:
        """Which symbols need their address in a slot: imports, and own ones that code compares
        with or calls through memory.  The values are filled in by the layout."""
        names = dict.fromkeys(self.imports, 0)
        for item, section in self._placed():
            for relocations in section.relocations:
                for place, type, number, _ in RELOCATION.iter_unpack(relocations):
                    if type in (R_GOTPCREL, R_GOTPCRELX, R_REX_GOTPCRELX):
                        name = item.symbols[number].name
                        if name not in names and section.data[place - 2] != 0x8B:
                            names[name] = 0
        return names

    def _placed(self) -> Iterable[tuple[Object, Section]]:
        for item in self.objects:
            for section in item.sections:
                if section.relocations and _place_for(section) is not None:
                    yield item, section

    def _count_absolute(self) -> tuple[int, int]:
        """How many words hold addresses: of our own symbols, of imported ones."""
        own = foreign = 0
        for item, section in self._placed():
            for relocations in section.relocations:
                for _, type, number, _ in RELOCATION.iter_unpack(relocations):
                    if type == R_64:
                        if self._is_import(item.symbols[number]):
                            foreign += 1
                        else:
                            own += 1
        own += sum(1 for name in self.slots if name in self.owners)
        return own, foreign + len(self.imports)

    def _is_import(self, symbol: Symbol) -> bool:
        return symbol.section == SHN_UNDEF and symbol.name not in self.owners

    def _address(self, item: Object, symbol: Symbol) -> int:
        if symbol.section == SHN_UNDEF:
            item, symbol = self.owners[symbol.name]
        section = item.sections[symbol.section] if symbol.section < SHN_LORESERVE else None
        if section is None or section.address < 0:
            raise LinkError(f"{symbol.name or 'a symbol'} lies in no part of the image")
        return section.address + symbol.value

    # ------------------------------------------------------------------------------ layout

    def _place(self, part: int, position: int) -> int:
        for section in self.parts[part]:
            position = _align(position, section.alignment)
            section.address = position
            position += section.size
        return position

    def link(self) -> bytes:
        names = ["", *self.exports, *self.imports]
        text = bytearray(1)
        offsets: dict[str, int] = {"": 0}
        for name in (*names[1:], *self.needed):
            if name not in offsets:
                offsets[name] = len(text)
                text += name.encode() + b"\0"
        own, foreign = self._count_absolute()

        headers = 7
        symbols_at = _align(HEADER.size + headers * _PROGRAM_HEADER.size, 8)
        hash_at = symbols_at + len(names) * SYMBOL.size
        buckets = max(1, len(names) // 2)
        text_at = hash_at + 4 * (2 + buckets + len(names))
        relocations_at = _align(text_at + len(text), 8)
        read_end = self._place(CONSTANT, relocations_at + (own + foreign) * RELOCATION.size)

        code_at = _align(read_end, PAGE)
        stubs_at = _align(self._place(CODE, code_at), 8)
        self.stubs = {name: stubs_at + 8 * n for n, name in enumerate(self.imports)}
        code_end = stubs_at + 8 * len(self.imports)

        relro_at = _align(code_end, PAGE)
        slots_at = _align(self._place(RELRO, relro_at), 8)
        self.slots = {name: slots_at + 8 * n for n, name in enumerate(self.slots)}
        dynamic_at = slots_at + 8 * len(self.slots)
        dynamic = [(DT_NEEDED, offsets[name]) for name in self.needed] + [
            (DT_HASH, hash_at),
            (DT_STRTAB, text_at),
            (DT_STRSZ, len(text)),
            (DT_SYMTAB, symbols_at),
            (DT_SYMENT, SYMBOL.size),
            (DT_RELA, relocations_at),
            (DT_RELASZ, (own + foreign) * RELOCATION.size),
            (DT_RELAENT, RELOCATION.size),
            (DT_RELACOUNT, own),
            (DT_FLAGS, DF_BIND_NOW),
            (0, 0),
        ]
        dynamic_size = 16 * len(dynamic)
        data_at = _align(dynamic_at + dynamic_size, PAGE)
        data_end = self._place(VARIABLE, data_at)
        memory_end = self._place(ZERO, data_end)

        image = bytearray(data_end)
        for part in self.parts[:ZERO]:
            for section in part:
                image[section.address : section.address + len(section.data)] = section.data
        relative, symbolic = self._relocate(image, {name: n for n, name in enumerate(names)})
        for name, stub in self.stubs.items():
            # jmp *slot(%rip); xchg %ax, %ax
            struct.pack_into("<BBiH", image, stub, 0xFF, 0x25, self.slots[name] - stub - 6, 0x9066)

        segments = [
            (PT_LOAD, READ, 0, read_end, read_end, PAGE),
            (PT_LOAD, READ | EXECUTE, code_at, code_end - code_at, code_end - code_at, PAGE),
            (PT_LOAD, READ | WRITE, relro_at, data_at - relro_at, data_at - relro_at, PAGE),
            (PT_LOAD, READ | WRITE, data_at, data_end - data_at, memory_end - data_at, PAGE),
            (PT_DYNAMIC, READ | WRITE, dynamic_at, dynamic_size, dynamic_size, 8),
            (PT_GNU_RELRO, READ, relro_at, data_at - relro_at, data_at - relro_at, 1),
            (PT_GNU_STACK, READ | WRITE, 0, 0, 0, 16),
        ]
        ident = b"\x7fELF\x02\x01\x01" + bytes(9)
        HEADER.pack_into(
            image, 0, ident, 3, 62, 1, 0, HEADER.size, 0, 0, HEADER.size, 56, headers, 64, 0, 0
        )
        for n, (type, flags, at, size, memory, alignment) in enumerate(segments):
            _PROGRAM_HEADER.pack_into(
                image, HEADER.size + 56 * n, type, flags, at, at, at, size, memory, alignment
            )
        chains: list[list[int]] = [[] for _ in range(buckets)]
        for n, name in enumerate(names[1:], 1):
            owner = self.owners.get(name)
            # A global function; the section number only has to say defined or not.
            value = self._address(*owner) if owner else 0
            where = 1 if owner else SHN_UNDEF
            SYMBOL.pack_into(
                image, symbols_at + SYMBOL.size * n, offsets[name], 0x12, 0, where, value, 0
            )
            chains[_hash(name) % buckets].append(n)
        heads = [chain[0] if chain else 0 for chain in chains]
        following = [0] * len(names)
        for chain in chains:
            for current, after in pairwise(chain):
                following[current] = after
        struct.pack_into(
            f"<{2 + buckets + len(names)}I", image, hash_at, buckets, len(names), *heads, *following
        )
        image[text_at : text_at + len(text)] = text
        assert (len(relative), len(symbolic)) == (own, foreign)
        position = relocations_at
        for row in (*relative, *symbolic):
            RELOCATION.pack_into(image, position, *row)
            position += RELOCATION.size
        for n, pair in enumerate(dynamic):
            struct.pack_into("<QQ", image, dynamic_at + 16 * n, *pair)
        return bytes(image)

    # -------------------------------------------------------------------------- relocation

    def _relocate(
        self, image: bytearray, numbers: dict[str, int]
    ) -> tuple[list[tuple[int, int, int, int]], list[tuple[int, int, int, int]]]:
        """Applies all relocations; what is left to the dynamic loader comes back, those relative
        to the load address first."""
        relative: list[tuple[int, int, int, int]] = []
        symbolic = [(self.slots[name], R_GLOB_DAT, numbers[name], 0) for name in self.imports]
        for name, slot in self.slots.items():
            owner = self.owners.get(name)
            if owner:
                relative.append((slot, R_RELATIVE, 0, self._address(*owner)))
        for item, section in self._placed():
            symbols = item.symbols
            for relocations in section.relocations:
                for offset, type, number, addend in RELOCATION.iter_unpack(relocations):
                    symbol = symbols[number]
                    place = section.address + offset
                    foreign = symbol.section == SHN_UNDEF and symbol.name not in self.owners
                    if type in (R_PC32, R_PLT32, R_PC64):
                        name = symbol.name
                        target = self.stubs[name] if foreign else self._address(item, symbol)
                        layout = _INT64 if type == R_PC64 else _INT32
                        layout.pack_into(image, place, target + addend - place)
                    elif type == R_64:
                        if foreign:
                            symbolic.append((place, R_64, numbers[symbol.name], addend))
                        else:
                            target = self._address(item, symbol) + addend
                            relative.append((place, R_RELATIVE, 0, target))
                    elif type in (R_GOTPCREL, R_GOTPCRELX, R_REX_GOTPCRELX):
                        if not foreign and image[place - 2] == 0x8B:
                            image[place - 2] = 0x8D  # mov slot(%rip), reg: lea symbol(%rip), reg
                            target = self._address(item, symbol)
                        else:
                            target = self.slots[symbol.name]
                        _INT32.pack_into(image, place, target + addend - place)
                    elif type in (R_32, R_32S):
                        raise LinkError(
                            f"code in {section.name} is not position independent "
                            f"(it names {symbol.name or 'a section'} by a 32-bit address)"
                        )
                    else:
                        raise LinkError(
                            f"relocation {type} in {section.name} (symbol {symbol.name}) "
                            "is not understood"
                        )
        return relative, symbolic


def link(
    objects: Sequence[bytes],
    exports: Sequence[str],
    needed: Sequence[str] = (),
    addresses: dict[str, int] | None = None,
) -> bytes:
    """Links objects into a shared object that exports these symbols.

    Symbols that no object defines are imported; ``needed`` names libraries that the loader shall
    load for them first, beyond those that the process has.  ``addresses`` receives where all
    symbols lie, relative to the start of the image; of imported functions, their stubs.
    """
    linker = _Linker(objects, exports, needed)
    image = linker.link()
    if addresses is not None:
        addresses.update(linker.stubs)
        for name, (item, symbol) in linker.owners.items():
            addresses[name] = linker._address(item, symbol)
    return image
