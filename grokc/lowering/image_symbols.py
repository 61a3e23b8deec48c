"""What a program image refers to by number, as the symbols and attributes of the dialects.

The optimizing tier raises bytecode to ``grok``; this is where its names come from.  The image keeps
only the last segment of the names of types and globals: where two are alike, the later ones get
their number (``Point#7``), so that a symbol leads back to one number (``type_numbers``).
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property

from xdsl.dialects.builtin import LocationAttr

from grokc.dialects import grok
from grokc.dialects.constants import (
    FALSE,
    MISSING_CONSTANT,
    TRUE,
    UNIT_CONSTANT,
    Constant,
    FunctionRef,
    VariantRef,
)
from grokc.dialects.location import UNKNOWN, Locations
from grokc.dialects.types import (
    ANY,
    BOOL,
    FLOAT,
    FUNCTION,
    INT,
    LIST,
    MAP,
    RANGE,
    SET,
    STR,
    UNIT,
    EnumType,
    GrokType,
    StructType,
    TraitType,
    TupleType,
)
from grokc.lowering.image import (
    FIRST_TYPE_ID,
    FLAG_CLOSURE,
    ConstantKind,
    FunctionRecord,
    Image,
    RelocationKind,
    RelocationRecord,
    Special,
    TypeCode,
    VariantKind,
)

_SPECIAL = {
    Special.UNIT: UNIT_CONSTANT,
    Special.FALSE: FALSE,
    Special.TRUE: TRUE,
    Special.MISSING: MISSING_CONSTANT,
}

_SIMPLE: dict[int, GrokType] = {
    TypeCode.ANY: ANY,
    TypeCode.INT: INT,
    TypeCode.FLOAT: FLOAT,
    TypeCode.BOOL: BOOL,
    TypeCode.UNIT: UNIT,
    TypeCode.STR: STR,
    TypeCode.LIST: LIST,
    TypeCode.MAP: MAP,
    TypeCode.SET: SET,
    TypeCode.RANGE: RANGE,
    TypeCode.FUNCTION: FUNCTION,
}

_BOXED_INT_ID = 16
"""The run-time type id of wide ints: ints to everybody else."""


class ImageSymbols:
    """The names and constants of one image."""

    def __init__(self, image: Image) -> None:
        self.image = image
        strings = image.strings
        text = image.text
        self.strings = [text[s.offset : s.offset + s.length].decode() for s in strings]
        self.functions = [self.strings[record.name] for record in image.functions]
        self.function_numbers = {name: number for number, name in enumerate(self.functions)}
        self.types = _unique([self.strings[record.name] for record in image.types])
        self.type_numbers = {name: number for number, name in enumerate(self.types)}
        self.globals = _unique([self.strings[record.name] for record in image.globals])
        self.global_numbers = {name: number for number, name in enumerate(self.globals)}
        self._constants: dict[int, Constant] = {}
        self._locations: dict[int, Locations] = {}

    @cached_property
    def words(self) -> dict[int, RelocationRecord]:
        """What belongs into the words of the code, by their offset."""
        return {record.offset: record for record in self.image.relocations}

    @cached_property
    def _methods(self) -> dict[tuple[GrokType, str], str | None]:
        """The function that a call means, by receiver and name: a type's own method comes before
        those of its traits, of which there may be one (as ``add_method`` in program.grok)."""
        found: dict[tuple[GrokType, str], str | None] = {}
        own: set[tuple[GrokType, str]] = set()
        for record in self.image.methods:
            kind, name = self.of_type_id(record.type_id), self.strings[record.name]
            if not name or kind is None:
                continue
            key = kind, name
            if not self.strings[record.trait]:
                found[key] = self.functions[record.function]
                own.add(key)
            elif key not in own:
                found[key] = None if key in found else self.functions[record.function]
        return found

    @cached_property
    def methods(self) -> dict[str, list[tuple[GrokType, str]]]:
        """By name, the methods that the program defines and a call can mean: the receivers' types,
        the functions."""
        result: dict[str, list[tuple[GrokType, str]]] = {}
        for (kind, name), function in self._methods.items():
            if function is not None:
                result.setdefault(name, []).append((kind, function))
        return result

    def method(self, receiver: GrokType, name: str) -> str | None:
        """The function that a call of a method means; empty for a built-in method, ``None`` where
        two traits have one."""
        return self._methods.get((receiver, name), "")

    def record(self, symbol: str) -> FunctionRecord:
        """The function of that name."""
        return self.image.functions[self.function_numbers[symbol]]

    def is_closure(self, symbol: str) -> bool:
        """Does the function need the value that it was called through?"""
        return bool(self.record(symbol).flags & FLAG_CLOSURE)

    def locations(self, symbol: str) -> Callable[[int], LocationAttr]:
        """Tells the source location of the instruction at a pc of the function.

        The table of lines has an entry where the location changes, so the last one counts.
        """
        record = self.record(symbol)
        make = self._locations.setdefault(record.file, Locations(self.strings[record.file]))
        lines = self.image.lines[record.first_line : record.first_line + record.line_count]
        offsets = [line.offset for line in lines]

        def location(pc: int) -> LocationAttr:
            number = bisect_right(offsets, record.start + pc) - 1
            return make(lines[number].start, lines[number].end) if number >= 0 else UNKNOWN

        return location

    # ------------------------------------------------------------------------------- constants

    def constant(self, number: int) -> Constant:
        """The constant of that number, which is not a type."""
        known = self._constants.get(number)
        if known is None:
            known = self._constants[number] = self._make_constant(number)
        return known

    def _make_constant(self, number: int) -> Constant:
        kind, a, b = self.image.constants[number]
        match ConstantKind(kind):
            case ConstantKind.SPECIAL:
                return _SPECIAL[Special(a)]
            case ConstantKind.INT:
                return Constant(b - (1 << 64) if b >> 63 else b)
            case ConstantKind.FLOAT:
                (value,) = struct.unpack("<d", struct.pack("<Q", b))
                return Constant(value)
            case ConstantKind.STR:
                return Constant(self.strings[a])
            case ConstantKind.TUPLE:
                items = self.image.items[a : a + b]
                return Constant(tuple(self.constant(item.constant) for item in items))
            case ConstantKind.FUNCTION:
                return Constant(FunctionRef(self.functions[a]))
            case ConstantKind.UNIT_VARIANT:
                return Constant(VariantRef(*self.variant(a)))
            case ConstantKind.TYPE:
                raise ValueError(f"constant {number} is a type")

    def type_constant(self, number: int) -> GrokType:
        """The type that an annotation asks for."""
        kind, code, argument = self.image.constants[number]
        assert kind == ConstantKind.TYPE
        match TypeCode(code):
            case TypeCode.TUPLE:
                return TupleType(argument - 1)
            case TypeCode.NOMINAL:
                return self.nominal(argument)
            case TypeCode.TRAIT:
                return TraitType(self.strings[argument])
        return _SIMPLE[code]

    # ----------------------------------------------------------------------------------- types

    def nominal(self, number: int) -> GrokType:
        """The struct or enum of that number."""
        symbol = self.types[number]
        return EnumType(symbol) if self.image.types[number].kind else StructType(symbol)

    def of_type_id(self, type_id: int) -> GrokType | None:
        """The type of values with that run-time type id, if a program can have one."""
        if type_id >= FIRST_TYPE_ID:
            number = type_id - FIRST_TYPE_ID
            return self.nominal(number) if number < len(self.types) else None
        if type_id == _BOXED_INT_ID:
            return INT
        if type_id == TypeCode.TUPLE:
            return TupleType()
        return _SIMPLE.get(type_id) if type_id != TypeCode.ANY else None

    def variant(self, number: int) -> tuple[str, str]:
        """The symbol of its type and the variant's name; that of a struct's only one is empty."""
        record = self.image.variants[number]
        owner = self.image.types[record.type]
        return self.types[record.type], self.strings[record.name] if owner.kind else ""

    def declarations(self) -> list[grok.StructOp | grok.EnumOp]:
        """Fresh declarations of all types."""
        result: list[grok.StructOp | grok.EnumOp] = []
        image = self.image
        for number, record in enumerate(image.types):
            variants = []
            for variant in image.variants[
                record.first_variant : record.first_variant + record.variant_count
            ]:
                fields = [
                    grok.FieldAttr.of(self.strings[field.name], self.type_constant(field.constant))
                    for field in image.fields[
                        variant.first_field : variant.first_field + variant.field_count
                    ]
                ]
                variants.append((variant, fields))
            if record.kind:
                result.append(
                    grok.EnumOp.new(
                        self.types[number],
                        [
                            grok.VariantAttr.of(
                                self.strings[variant.name],
                                VariantKind(variant.kind).name.lower(),
                                fields,
                            )
                            for variant, fields in variants
                        ],
                    )
                )
            else:
                result.append(grok.StructOp.new(self.types[number], variants[0][1]))
        return result

    # ----------------------------------------------------------------------------------- words

    def word(self, offset: int) -> Constant | GrokType | str | tuple[str, str]:
        """What the loader puts into the word of the code at that offset.

        A constant or a type for what is one; the symbol of a function or global, the name of a
        built-in function; a variant as :meth:`variant` gives it.
        """
        record = self.words[offset]
        target = record.target
        match record.kind:
            case RelocationKind.CONSTANT | RelocationKind.OBJECT:
                if self.image.constants[target].kind == ConstantKind.TYPE:
                    return self.type_constant(target)
                return self.constant(target)
            case RelocationKind.ENTRY | RelocationKind.FUNCTION:
                return self.functions[target]
            case RelocationKind.HEADER:
                return self.variant(target)
            case RelocationKind.GLOBAL:
                return self.globals[target]
            case RelocationKind.NATIVE:
                return self.strings[target]
        raise ValueError(f"unknown kind of relocation {record.kind}")


def _unique(names: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    result = []
    for number, name in enumerate(names):
        unique = f"{name}#{number}" if name in seen else name
        seen.add(unique)
        result.append(unique)
    return result
