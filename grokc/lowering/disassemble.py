"""Program images as text, and as decoded instructions.

The text is stable, so that tests can look at it.  A function's instructions are numbered by their
offset from the function's start; jumps name the offset of their target; what the loader will fill
in is shown as what it will refer to::

    fib: 1 parameter, 9 registers
        0  jump_if_not_less.ri r0, 2, 32
       16  return.r r0
       32  sub.ri r4, r0, 1
       48  call r4, fib
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from grokc.lowering.image import (
    FIRST_TYPE_ID,
    FLAG_CLOSURE,
    NO_FUNCTION,
    ConstantKind,
    FunctionRecord,
    Image,
    ImageError,
    RelocationKind,
    Special,
    TypeCode,
)
from grokc.vm.operations import OPCODES, Kind, Opcode, Place


class Instruction(NamedTuple):
    """A decoded instruction; ``offset`` counts from the start of the code."""

    offset: int
    opcode: Opcode
    operands: tuple[tuple[Place, int], ...]
    """Each operand's place, and its number: a jump's is the target's offset, a word's is not
    looked at (0)."""


def decode(image: Image, function: FunctionRecord) -> Iterator[Instruction]:
    """The instructions of a function.  Raises :class:`ImageError` for bytes that are none."""
    code = bytes(image.code)
    offset = function.start
    while offset < function.end:
        if offset + 16 > function.end:
            raise ImageError(f"code offset {offset}: half an instruction")
        (number,) = struct.unpack_from("<H", code, offset + 8)
        if number >= len(OPCODES):
            raise ImageError(f"code offset {offset}: there is no opcode {number}")
        opcode = OPCODES[number]
        if offset + opcode.size > function.end:
            raise ImageError(f"code offset {offset}: half an instruction")
        operands = tuple((place, _operand(code, offset, place)) for place in opcode.places)
        yield Instruction(offset, opcode, operands)
        offset += opcode.size


def _operand(code: bytes, offset: int, place: Place) -> int:
    at = offset + place.offset
    match place.operand.kind:
        case _ if place.offset >= 16:
            return 0
        case Kind.FAR:
            return offset + 8 * _number("<i", code, at)
        case Kind.TARGET:
            return offset + 8 * _number("<h", code, at)
        case Kind.SMALL:
            return _number("<h", code, at)
        case Kind.IN if place.form == "i":
            return _number("<h", code, at)
    return _number("<H", code, at)


def _number(number_format: str, code: bytes, offset: int) -> int:
    number: int
    (number,) = struct.unpack_from(number_format, code, offset)
    return number


def disassemble(image: Image, *, locations: bool = False) -> str:
    """The whole image as text; with ``locations``, the source span of each instruction too."""
    return "\n".join(_Disassembler(image, locations).lines()) + "\n"


class _Disassembler:
    def __init__(self, image: Image, locations: bool) -> None:
        self.image = image
        self.locations = locations
        self.words = {record.offset: record for record in image.relocations}

    def lines(self) -> Iterator[str]:
        image = self.image
        for number, record in enumerate(image.types):
            yield self.type(number, record.kind, record.first_variant, record.variant_count)
        for variable in image.globals:
            yield f"global {image.string(variable.name)}"
        for method in image.methods:
            trait = image.string(method.trait)
            if method.function == NO_FUNCTION:
                yield f"trait {trait}: {self.receiver(method.type_id)}"
                continue
            yield (
                f"method {self.receiver(method.type_id)}.{image.string(method.name)}: "
                f"{self.function_name(method.function)}{f' of {trait}' if trait else ''}"
            )
        for function in image.functions:
            yield from self.function(function)

    def type(self, number: int, kind: int, first: int, count: int) -> str:
        image = self.image
        variants = []
        for variant in image.variants[first : first + count]:
            fields = ", ".join(
                f"{image.string(field.name)}: {self.constant(field.constant)}"
                for field in image.fields[
                    variant.first_field : variant.first_field + variant.field_count
                ]
            )
            variants.append(f"{image.string(variant.name)}({fields})")
        what = "enum" if kind else "struct"
        name = image.string(image.types[number].name)
        return f"{what} {name}: {' '.join(variants)}"

    def receiver(self, type_id: int) -> str:
        if type_id >= FIRST_TYPE_ID:
            return self.image.string(self.image.types[type_id - FIRST_TYPE_ID].name)
        return TypeCode(type_id).name.lower()

    def function_name(self, number: int) -> str:
        return self.image.string(self.image.functions[number].name)

    def function(self, function: FunctionRecord) -> Iterator[str]:
        low, high = function.minimum, function.maximum
        arity = str(high) if low == high else f"{low} to {high}"
        kind = "closure, " if function.flags & FLAG_CLOSURE else ""
        yield ""
        yield (
            f"{self.image.string(function.name)}: {kind}{arity} "
            f"parameter{'' if arity == '1' else 's'}, {function.registers} registers"
        )
        spans = {
            record.offset: record
            for record in self.image.lines[
                function.first_line : function.first_line + function.line_count
            ]
        }
        for instruction in decode(self.image, function):
            operands = ", ".join(
                text
                for place, number in instruction.operands
                if (text := self.operand(instruction.offset, function.start, place, number))
            )
            line = f"{instruction.offset - function.start:6}  {instruction.opcode.name} {operands}"
            if self.locations and instruction.offset in spans:
                span = spans[instruction.offset]
                line = f"{line:<56}; {span.start}..{span.end}"
            yield line.rstrip()

    def operand(self, offset: int, start: int, place: Place, number: int) -> str:
        match place.operand.kind:
            case Kind.CACHE:
                return ""
            case _ if place.offset >= 16:
                return self.word(offset + place.offset)
            case Kind.OUT | Kind.WINDOW:
                return f"r{number}"
            case Kind.IN:
                return f"r{number}" if place.form == "r" else str(number)
            case Kind.TARGET | Kind.FAR:
                return str(number - start)
        return str(number)

    def word(self, offset: int) -> str:
        record = self.words.get(offset)
        if record is None:
            return "?"
        image = self.image
        match RelocationKind(record.kind):
            case RelocationKind.CONSTANT | RelocationKind.OBJECT:
                return self.constant(record.target)
            case RelocationKind.ENTRY | RelocationKind.FUNCTION:
                return self.function_name(record.target)
            case RelocationKind.HEADER:
                return self.variant(record.target)
            case RelocationKind.GLOBAL:
                return image.string(image.globals[record.target].name)
            case RelocationKind.NATIVE:
                return image.string(record.target)

    def variant(self, number: int) -> str:
        variant = self.image.variants[number]
        owner = self.image.types[variant.type]
        name = self.image.string(variant.name)
        return f"{self.image.string(owner.name)}::{name}" if owner.kind else name

    def constant(self, number: int) -> str:
        image = self.image
        kind, a, b = image.constants[number]
        match ConstantKind(kind):
            case ConstantKind.SPECIAL:
                return Special(a).name.lower()
            case ConstantKind.INT:
                return str(b - (1 << 64) if b >> 63 else b)
            case ConstantKind.FLOAT:
                return repr(struct.unpack("<d", struct.pack("<Q", b))[0])
            case ConstantKind.STR:
                return _quoted(image.string(a))
            case ConstantKind.TUPLE:
                items = image.items[a : a + b]
                return f"({', '.join(self.constant(item.constant) for item in items)})"
            case ConstantKind.FUNCTION:
                return self.function_name(a)
            case ConstantKind.UNIT_VARIANT:
                return self.variant(a)
            case ConstantKind.TYPE:
                return self.type_name(a, b)

    def type_name(self, code: int, argument: int) -> str:
        match TypeCode(code):
            case TypeCode.NOMINAL:
                return self.receiver(FIRST_TYPE_ID + argument)
            case TypeCode.TRAIT:
                return self.image.string(argument)
            case TypeCode.TUPLE if argument:
                return f"tuple<{argument - 1}>"
        return TypeCode(code).name.lower()


def _quoted(text: str) -> str:
    """As in source text, on one line."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(c, c if c >= " " else f"\\x{ord(c):02x}") for c in text) + '"'
