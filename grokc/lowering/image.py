"""The program image: its layout as one table, a writer and a reader.

The image is what the compiler hands to the machine (and what the cache keeps): little-endian,
sections of fixed-size records at 8-aligned offsets, read in place by the machine's loader
(``grokc/vm/core/program.grok``).  It holds no addresses and no handlers, only numbers: the loader
resolves the *relocations* and fills the handler words in its own copy of the code.

:data:`SECTIONS` is the layout.  The record classes give each section's fields and their meaning;
:class:`Image` is the decoded form that tests and the disassembler look at.  ``docs/design.md``
shows the same table for readers of the machine's side.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple, TypeVar

from grokc.vm.operations import table_hash

MAGIC: Final = b"GROKIMG1"


class ConstantKind(IntEnum):
    """What ``a`` and ``b`` of a constant mean."""

    SPECIAL = 0  # a: a Special
    INT = 1  # b: the number, two's complement
    FLOAT = 2  # b: the bits
    STR = 3  # a: string
    TUPLE = 4  # a: first item, b: number of items
    FUNCTION = 5  # a: function
    UNIT_VARIANT = 6  # a: variant
    TYPE = 7  # a: a TypeCode, b: its argument


class Special(IntEnum):
    UNIT = 0
    FALSE = 1
    TRUE = 2
    MISSING = 3


class TypeCode(IntEnum):
    """Codes of types in annotations; those of built-in types are also their run-time type ids."""

    ANY = 0
    INT = 1
    FLOAT = 2
    BOOL = 3
    UNIT = 4
    STR = 5
    LIST = 6
    TUPLE = 7  # argument: length + 1, or 0 for any length
    MAP = 8
    SET = 9
    RANGE = 10
    FUNCTION = 11
    NOMINAL = 12  # a struct or an enum; argument: type
    TRAIT = 13  # argument: string with its name


FIRST_TYPE_ID: Final = 64
"""The run-time type id of the image's type number 0."""


class VariantKind(IntEnum):
    UNIT = 0
    TUPLE = 1
    STRUCT = 2


class RelocationKind(IntEnum):
    """What the loader puts into the word at a relocation's offset."""

    CONSTANT = 0  # target: constant; its value
    OBJECT = 1  # target: constant; the address of its heap object
    ENTRY = 2  # target: function; the address of its first instruction
    FUNCTION = 3  # target: function; the address of its descriptor
    HEADER = 4  # target: variant; the header of its objects
    GLOBAL = 5  # target: global; the address of its cell
    NATIVE = 6  # target: string; the built-in function of that name


class StringRecord(NamedTuple):
    offset: int
    length: int


class ConstantRecord(NamedTuple):
    kind: int
    a: int
    b: int


class ItemRecord(NamedTuple):
    constant: int


class FunctionRecord(NamedTuple):
    name: int
    file: int
    start: int
    end: int
    minimum: int
    maximum: int
    registers: int
    flags: int
    first_line: int
    line_count: int


FLAG_CLOSURE: Final = 1


class TypeRecord(NamedTuple):
    name: int
    kind: int
    first_variant: int
    variant_count: int


class VariantRecord(NamedTuple):
    name: int
    type: int
    number: int
    kind: int
    first_field: int
    field_count: int


class FieldRecord(NamedTuple):
    name: int
    constant: int


NO_FUNCTION: Final = 0xFFFF_FFFF
"""In a method record without a name, which says that the type has the trait."""


class MethodRecord(NamedTuple):
    type_id: int
    name: int
    function: int
    trait: int


class GlobalRecord(NamedTuple):
    name: int


class RelocationRecord(NamedTuple):
    offset: int
    kind: int
    target: int
    unused: int = 0


class LineRecord(NamedTuple):
    offset: int
    start: int
    end: int


class Section(NamedTuple):
    """``record`` is None for a section of plain bytes, whose count is its length."""

    name: str
    record: type[tuple[int, ...]] | None
    format: str


SECTIONS: Final = (
    Section("strings", StringRecord, "<II"),
    Section("text", None, ""),
    Section("constants", ConstantRecord, "<IIQ"),
    Section("items", ItemRecord, "<I"),
    Section("functions", FunctionRecord, "<10I"),
    Section("types", TypeRecord, "<4I"),
    Section("variants", VariantRecord, "<6I"),
    Section("fields", FieldRecord, "<2I"),
    Section("methods", MethodRecord, "<4I"),
    Section("globals", GlobalRecord, "<I"),
    Section("relocations", RelocationRecord, "<4I"),
    Section("lines", LineRecord, "<3I"),
    Section("code", None, ""),
)

# magic, hash of the opcode table, (offset, count) per section, index of `start`, size of the file
_HEADER: Final = struct.Struct(f"<8sQ{2 * len(SECTIONS)}III")

Record = TypeVar("Record", bound=tuple[int, ...])


class ImageError(ValueError):
    """The bytes are not an image that this compiler wrote."""


class Image:
    """A program image, section by section."""

    def __init__(self) -> None:
        self.text = b""
        self.code: bytes | bytearray = b""
        self.strings: list[StringRecord] = []
        self.constants: list[ConstantRecord] = []
        self.items: list[ItemRecord] = []
        self.functions: list[FunctionRecord] = []
        self.types: list[TypeRecord] = []
        self.variants: list[VariantRecord] = []
        self.fields: list[FieldRecord] = []
        self.methods: list[MethodRecord] = []
        self.globals: list[GlobalRecord] = []
        self.relocations: list[RelocationRecord] = []
        self.lines: list[LineRecord] = []
        self.start = 0
        self.registers = True
        """Whether it is for the register machine: see :mod:`grokc.passes.stack_to_slots`."""

    def string(self, index: int) -> str:
        offset, length = self.strings[index]
        return self.text[offset : offset + length].decode()

    def to_bytes(self) -> bytes:
        """Lays the sections out."""
        chunks: list[bytes | bytearray] = []
        directory: list[int] = []
        position = _aligned(_HEADER.size)
        for section in SECTIONS:
            content = getattr(self, section.name)
            data = content if section.record is None else _pack(section.format, content)
            directory += (position, len(content))
            padding = _aligned(len(data)) - len(data)
            chunks += (data, bytes(padding))
            position += len(data) + padding
        hash_ = table_hash(registers=self.registers)
        header = _HEADER.pack(MAGIC, hash_, *directory, self.start, position)
        return b"".join((header, bytes(_aligned(len(header)) - len(header)), *chunks))

    @classmethod
    def from_bytes(cls, data: bytes) -> Image:
        """Reads an image back; raises :class:`ImageError` where it is not one."""
        if len(data) < _HEADER.size or data[: len(MAGIC)] != MAGIC:
            raise ImageError("not a GrokLang program image")
        _, hash_, *directory, start, size = _HEADER.unpack_from(data)
        machines = {table_hash(registers=registers): registers for registers in (True, False)}
        if hash_ not in machines:
            raise ImageError("the image was written for another table of operations")
        if size != len(data):
            raise ImageError(f"the image has {len(data)} bytes, its header says {size}")
        image = cls()
        image.registers = machines[hash_]
        image.start = start
        for section, offset, count in zip(SECTIONS, directory[::2], directory[1::2], strict=True):
            width = 1 if section.record is None else struct.calcsize(section.format)
            end = offset + count * width
            if offset % 8 or offset < _HEADER.size or end > len(data):
                raise ImageError(f"section {section.name} lies outside the image")
            part = data[offset:end]
            if section.record is None:
                setattr(image, section.name, part)
            else:
                records = struct.iter_unpack(section.format, part)
                setattr(image, section.name, [section.record(*fields) for fields in records])
        return image


def _aligned(size: int) -> int:
    return (size + 7) & ~7


def _pack(record_format: str, records: Iterable[tuple[int, ...]]) -> bytes:
    pack = struct.Struct(record_format).pack
    return b"".join([pack(*record) for record in records])
