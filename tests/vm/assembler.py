"""A small assembler: program images by hand, for tests of the machine alone.

::

    program = Assembler()
    with program.function("fib", arity=1, registers=8):
        program.op("jump_if_not_less.ri", "r0", 2, "big")
        program.op("return.r", "r0")
        program.label("big")
        ...
    image = program.image()

Registers are written ``"r3"`` or as numbers; a constant of form ``k`` is any Python value (a str,
an int, a float, a tuple of these, True, None for unit); WORD operands are given as (relocation
kind, target).  Every instruction has a line entry whose start is its number within the program.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grokc.lowering.image import (
    ConstantKind,
    ConstantRecord,
    FieldRecord,
    FunctionRecord,
    GlobalRecord,
    Image,
    ItemRecord,
    LineRecord,
    MethodRecord,
    RelocationKind,
    RelocationRecord,
    Special,
    StringRecord,
    TypeCode,
    TypeRecord,
    VariantKind,
    VariantRecord,
)
from grokc.vm.operations import OPCODE, Kind, Opcode

OPCODE_BY_NAME = {code.name: code for code in OPCODE.values()}


class Function:
    """A name for a function that may not be written yet."""

    def __init__(self, name: str) -> None:
        self.name = name


class Assembler:
    def __init__(self) -> None:
        self.content = Image()
        self.code = bytearray()
        self.strings: dict[str, int] = {}
        self.constants: dict[Any, int] = {}
        self.names: dict[str, int] = {}
        self.labels: dict[str, int] = {}
        self.jumps: list[tuple[int, int, Kind, str]] = []
        self.calls: list[tuple[int, RelocationKind, str]] = []
        self.globals: dict[str, int] = {}
        self.any = self.constant_type(TypeCode.ANY)
        self.variants: dict[str, int] = {}
        self.type("Option", {"Some": ["0"], "None": []})
        self.type("Result", {"Ok": ["0"], "Err": ["0"]})

    # ------------------------------------------------------------------------------ tables

    def string(self, text: str) -> int:
        if text not in self.strings:
            data = text.encode()
            self.content.strings.append(StringRecord(len(self.content.text), len(data)))
            self.content.text += data
            self.strings[text] = len(self.strings)
        return self.strings[text]

    def constant(self, value: Any) -> int:
        key = (type(value), value) if not isinstance(value, Function) else (Function, value.name)
        if key not in self.constants:
            record = self._constant(value)
            self.content.constants.append(record)
            self.constants[key] = len(self.content.constants) - 1
        return self.constants[key]

    def _constant(self, value: Any) -> ConstantRecord:
        match value:
            case None:
                return ConstantRecord(ConstantKind.SPECIAL, Special.UNIT, 0)
            case bool():
                special = Special.TRUE if value else Special.FALSE
                return ConstantRecord(ConstantKind.SPECIAL, special, 0)
            case int():
                return ConstantRecord(ConstantKind.INT, 0, value % 2**64)
            case float():
                bits = int.from_bytes(struct.pack("<d", value), "little")
                return ConstantRecord(ConstantKind.FLOAT, 0, bits)
            case str():
                return ConstantRecord(ConstantKind.STR, self.string(value), 0)
            case tuple():
                items = [ItemRecord(self.constant(item)) for item in value]
                self.content.items += items
                first = len(self.content.items) - len(items)
                return ConstantRecord(ConstantKind.TUPLE, first, len(items))
            case Function():
                return ConstantRecord(ConstantKind.FUNCTION, self.names[value.name], 0)
        raise TypeError(value)

    def constant_type(self, code: TypeCode, argument: int = 0) -> int:
        self.content.constants.append(ConstantRecord(ConstantKind.TYPE, code, argument))
        return len(self.content.constants) - 1

    def type(self, name: str, variants: dict[str, list[str]], struct: bool = False) -> int:
        """Declares an enum, or with ``struct`` a struct (its one variant has its name)."""
        content = self.content
        number = len(content.types)
        first = len(content.variants)
        content.types.append(TypeRecord(self.string(name), int(not struct), first, len(variants)))
        for index, (variant, fields) in enumerate(variants.items()):
            kind = VariantKind.STRUCT if struct else VariantKind.TUPLE
            if not fields:
                kind = VariantKind.UNIT
            record = VariantRecord(
                self.string(variant), number, index, kind, len(content.fields), len(fields)
            )
            self.variants[variant] = len(content.variants)
            content.variants.append(record)
            content.fields += [FieldRecord(self.string(field), self.any) for field in fields]
        return 64 + number

    def method(self, type_id: int, name: str, function: str, trait: str = "") -> None:
        record = MethodRecord(type_id, self.string(name), self.names[function], self.string(trait))
        self.content.methods.append(record)

    def global_(self, name: str) -> int:
        if name not in self.globals:
            self.globals[name] = len(self.globals)
            self.content.globals.append(GlobalRecord(self.string(name)))
        return self.globals[name]

    # -------------------------------------------------------------------------------- code

    @contextmanager
    def function(
        self,
        name: str,
        arity: int = 0,
        registers: int = 16,
        minimum: int | None = None,
        closure: bool = False,
    ) -> Iterator[None]:
        self.names[name] = len(self.names)
        start, first_line = len(self.code), len(self.content.lines)
        self.labels.clear()
        yield
        for place, instruction, kind, label in self.jumps:
            distance = (self.labels[label] - instruction) // 8
            struct.pack_into("<i" if kind is Kind.FAR else "<h", self.code, place, distance)
        self.jumps.clear()
        record = FunctionRecord(
            self.string(name),
            self.string("test.grok"),
            start,
            len(self.code),
            arity if minimum is None else minimum,
            arity,
            registers,
            int(closure),
            first_line,
            len(self.content.lines) - first_line,
        )
        self.content.functions.append(record)

    def label(self, name: str) -> None:
        self.labels[name] = len(self.code)

    def op(self, name: str, *operands: Any) -> None:
        opcode: Opcode = OPCODE_BY_NAME[name]
        at = len(self.code)
        self.code += bytes(opcode.size)
        struct.pack_into("<H", self.code, at + 8, opcode.number)
        number = len(self.content.lines)
        self.content.lines.append(LineRecord(at, number, number + 1))
        given = iter(operands)
        for place in opcode.places:
            offset, kind = at + place.offset, place.operand.kind
            if kind is Kind.CACHE:
                continue
            operand = next(given)
            if kind in (Kind.TARGET, Kind.FAR):
                self.jumps.append((offset, at, kind, operand))
            elif kind is Kind.WORD:
                self._word(offset, *operand)
            elif place.form == "k":
                self._word(offset, RelocationKind.CONSTANT, self.constant(operand))
            else:
                if isinstance(operand, str):
                    operand = int(operand.removeprefix("r"))
                struct.pack_into("<H", self.code, offset, operand % 65536)
        assert not list(given), f"too many operands for {name}"

    def _word(self, offset: int, kind: RelocationKind, target: Any) -> None:
        """``target`` is a number, a function's name, a text for OBJECT, a global, a variant."""
        if kind in (RelocationKind.ENTRY, RelocationKind.FUNCTION):
            self.calls.append((offset, kind, target))
            return
        if isinstance(target, str):
            match kind:
                case RelocationKind.OBJECT:
                    target = self.constant(target)
                case RelocationKind.NATIVE:
                    target = self.string(target)
                case RelocationKind.GLOBAL:
                    target = self.global_(target)
                case RelocationKind.HEADER:
                    target = self.variants[target]
        self.content.relocations.append(RelocationRecord(offset, kind, target))

    def call(self, window: int, function: str) -> None:
        self.op("call", window, (RelocationKind.ENTRY, function))

    def call_builtin(self, window: int, count: int, name: str) -> None:
        self.op("call_builtin", window, count, (RelocationKind.NATIVE, name))

    def call_method(self, window: int, count: int, name: str) -> None:
        self.op("call_method", window, count, (RelocationKind.OBJECT, name))

    def image(self, start: str = "start") -> bytes:
        for offset, kind, name in self.calls:
            record = RelocationRecord(offset, kind, self.names[name])
            self.content.relocations.append(record)
        self.calls.clear()
        self.content.code = bytes(self.code)
        self.content.start = self.names[start]
        return self.content.to_bytes()
