"""``grok_vm`` to program image.

One walk over the module numbers what can be referred to (functions, types, variants, globals), a
second one writes.  An instruction is written field by field as :attr:`Opcode.places` says; what
only the loader can know (addresses, headers, the values of constants) becomes a relocation.
Strings and constants are stored once, however often they occur.

A conditional jump reaches 256 KiB.  A function in which that is not enough gets its far targets
through ``jump`` and ``loop`` instructions, which reach everything (:func:`_bring_targets_near`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from xdsl.dialects.builtin import ArrayAttr, IntAttr, ModuleOp, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, Operation
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, grok_vm
from grokc.dialects.constants import Constant, FunctionRef, Special, VariantRef
from grokc.dialects.grok_vm import Register
from grokc.dialects.location import span
from grokc.dialects.types import (
    EnumType,
    GrokType,
    StructType,
    TraitType,
    TupleType,
)
from grokc.lowering import image as layout
from grokc.lowering.image import (
    FIRST_TYPE_ID,
    FLAG_CLOSURE,
    ConstantKind,
    Image,
    RelocationKind,
    TypeCode,
    VariantKind,
)
from grokc.vm.operations import OPCODE, Kind, Opcode

START = "@start"
"""The symbol of the function that a program starts with."""

_SPECIAL = {
    Special.UNIT: layout.Special.UNIT,
    Special.MISSING: layout.Special.MISSING,
    False: layout.Special.FALSE,
    True: layout.Special.TRUE,
}

_Key = TypeVar("_Key")

_REACH = 0x7FFF * 8
"""How many bytes a conditional jump reaches, forward and back."""


def emit_bytecode(module: ModuleOp, *, registers: bool = True) -> bytes:
    """The program image of a ``grok_vm`` module; without ``registers``, one for the stack machine.

    Raises a ``DiagnosticException`` where the module names something that it does not define.
    """
    image = _Encoder(module).encode()
    image.registers = registers
    return image.to_bytes()


class _Encoder:
    def __init__(self, module: ModuleOp) -> None:
        self.image = Image()
        self.strings: dict[str, int] = {}
        self.text = bytearray()
        self.code = bytearray()
        self.constants: dict[object, int] = {}
        self.functions: list[grok_vm.FuncOp] = []
        self.function_numbers: dict[str, int] = {}
        self.types: dict[str, int] = {}
        self.variants: dict[tuple[str, str], int] = {}
        self.globals: dict[str, int] = {}
        self.methods: list[grok.MethodOp] = []
        self.traits: list[grok.TraitOp] = []
        self.declarations: list[grok.StructOp | grok.EnumOp] = []
        self.offsets: dict[Block, int] = {}
        for op in module.body.ops:
            self.number(op)

    def encode(self) -> Image:
        image = self.image
        for declaration in self.declarations:
            self.declare(declaration)
        for name in self.globals:
            image.globals.append(layout.GlobalRecord(self.string(_last_segment(name))))
        for function in self.functions:
            self.write_function(function)
        for method in self.methods:
            image.methods.append(
                layout.MethodRecord(
                    self.type_id(method.receiver),
                    self.string(method.method.data),
                    self.function(method.function.root_reference.data),
                    self.string(method.trait.data),
                )
            )
        for trait in self.traits:
            for receiver in trait.implementors:
                image.methods.append(
                    layout.MethodRecord(
                        self.type_id(receiver),
                        self.string(""),
                        layout.NO_FUNCTION,
                        self.string(trait.sym_name.data),
                    )
                )
        image.start = self.function(START)
        image.text = bytes(self.text)
        image.code = self.code
        return image

    # ------------------------------------------------------------------------------- numbers

    def number(self, op: Operation) -> None:
        match op:
            case grok_vm.FuncOp():
                self.function_numbers[op.symbol] = len(self.functions)
                self.functions.append(op)
            case grok.StructOp():
                name = op.sym_name.data
                self.types[name] = len(self.types)
                self.variants[name, ""] = len(self.variants)
                self.declarations.append(op)
            case grok.EnumOp():
                name = op.sym_name.data
                self.types[name] = len(self.types)
                for variant in op.variants:
                    self.variants[name, variant.variant.data] = len(self.variants)
                self.declarations.append(op)
            case grok.GlobalOp():
                self.globals[op.sym_name.data] = len(self.globals)
            case grok.MethodOp():
                self.methods.append(op)
            case grok.TraitOp():
                self.traits.append(op)
            case _:
                raise DiagnosticException(f"{op.name} cannot be part of a program image")

    def function(self, symbol: str) -> int:
        return _look_up(self.function_numbers, symbol, "function", symbol)

    def variant(self, enum: str, variant: str = "") -> int:
        return _look_up(self.variants, (enum, variant), "type", f"{enum} {variant}".rstrip())

    def type_id(self, kind: GrokType) -> int:
        code, argument = self.type_code(kind)
        return FIRST_TYPE_ID + argument if code == TypeCode.NOMINAL else code

    def type_code(self, kind: GrokType) -> tuple[int, int]:
        match kind:
            case StructType() | EnumType():
                name = kind.symbol.data
                return TypeCode.NOMINAL, _look_up(self.types, name, "type", name)
            case TraitType(symbol=symbol):
                return TypeCode.TRAIT, self.string(symbol.data)
            case TupleType(length=length):
                return TypeCode.TUPLE, length.data + 1
        try:
            return TypeCode[kind.keyword().upper()], 0
        except KeyError:
            raise DiagnosticException(f"no annotation can ask for {kind}") from None

    def string(self, text: str) -> int:
        number = self.strings.get(text)
        if number is None:
            number = self.strings[text] = len(self.strings)
            data = text.encode()
            self.image.strings.append(layout.StringRecord(len(self.text), len(data)))
            self.text += data
        return number

    # ----------------------------------------------------------------------------- constants

    def constant(self, constant: Constant) -> int:
        """Its number; the members of a tuple come before it."""
        number = self.constants.get(constant)
        if number is None:
            number = self.add_constant(constant, *self.constant_record(constant))
        return number

    def type_constant(self, kind: GrokType) -> int:
        number = self.constants.get(kind)
        if number is None:
            number = self.add_constant(kind, ConstantKind.TYPE, *self.type_code(kind))
        return number

    def add_constant(self, key: object, kind: int, a: int, b: int) -> int:
        number = self.constants[key] = len(self.image.constants)
        self.image.constants.append(layout.ConstantRecord(kind, a, b))
        return number

    def constant_record(self, constant: Constant) -> tuple[int, int, int]:
        match constant.data:
            case bool() | Special() as special:
                return ConstantKind.SPECIAL, _SPECIAL[special], 0
            case int() as number:
                return ConstantKind.INT, 0, number & 0xFFFF_FFFF_FFFF_FFFF
            case float() as number:
                return ConstantKind.FLOAT, 0, struct.unpack("<Q", struct.pack("<d", number))[0]
            case str() as text:
                return ConstantKind.STR, self.string(text), 0
            case FunctionRef(symbol):
                return ConstantKind.FUNCTION, self.function(symbol), 0
            case VariantRef(enum, variant):
                return ConstantKind.UNIT_VARIANT, self.variant(enum, variant), 0
            case tuple() as members:
                numbers = [self.constant(member) for member in members]
                first = len(self.image.items)
                self.image.items += [layout.ItemRecord(number) for number in numbers]
                return ConstantKind.TUPLE, first, len(numbers)

    # --------------------------------------------------------------------------------- types

    def declare(self, declaration: grok.StructOp | grok.EnumOp) -> None:
        image = self.image
        symbol = declaration.sym_name.data
        first, number = len(image.variants), len(image.types)
        name = self.string(_last_segment(symbol))
        if isinstance(declaration, grok.StructOp):
            self.declare_variant(name, 0, VariantKind.STRUCT, declaration.fields.data)
        else:
            for index, variant in enumerate(declaration.variants):
                self.declare_variant(
                    self.string(variant.variant.data),
                    index,
                    VariantKind[variant.kind.data.upper()],
                    variant.fields.data,
                )
        count = len(image.variants) - first
        kind = 0 if isinstance(declaration, grok.StructOp) else 1
        assert self.types[symbol] == number
        image.types.append(layout.TypeRecord(name, kind, first, count))

    def declare_variant(
        self, name: int, number: int, kind: VariantKind, fields: Sequence[grok.FieldAttr]
    ) -> None:
        image = self.image
        records = [
            layout.FieldRecord(self.string(field.field.data), self.type_constant(field.type))
            for field in fields
        ]
        image.variants.append(
            layout.VariantRecord(
                name, len(image.types), number, kind, len(image.fields), len(records)
            )
        )
        image.fields += records

    # ------------------------------------------------------------------------------ functions

    def write_function(self, function: grok_vm.FuncOp) -> None:
        image = self.image
        start, first_line = len(self.code), len(image.lines)
        where = span(function)
        size = self.lay_out(function, start)
        if size > _REACH:
            _bring_targets_near(function, self.offsets)
            size = self.lay_out(function, start)
        self.code += bytes(size)
        offset = start
        known: tuple[int, int] | None = None
        for op in _instructions(function):
            at = span(op)
            if at is not None and (at.start, at.end) != known:
                known = (at.start, at.end)
                image.lines.append(layout.LineRecord(offset, *known))
            offset = self.write_instruction(op, offset)
        is_closure = function.captures.data or _is_closure(function.symbol)
        image.functions.append(
            layout.FunctionRecord(
                self.string(function.symbol),
                self.string(where.file if where else ""),
                start,
                offset,
                function.minimum.data,
                function.maximum.data,
                function.registers.data,
                FLAG_CLOSURE if is_closure else 0,
                first_line,
                len(image.lines) - first_line,
            )
        )

    def lay_out(self, function: grok_vm.FuncOp, offset: int) -> int:
        """Notes where the blocks begin and says how many bytes they take together."""
        start = offset
        for block in function.body.blocks:
            self.offsets[block] = offset
            for op in block.ops:
                if isinstance(op, grok_vm.VmOp):
                    offset += _encoding(type(op), op.form).opcode.size
        return offset - start

    def write_instruction(self, op: grok_vm.VmOp, offset: int) -> int:
        encoding = _encoding(type(op), op.form)
        code = self.code
        struct.pack_into("<H", code, offset + 8, encoding.opcode.number)
        properties = op.properties
        for name, place in encoding.fields:
            attribute = properties[name]
            assert isinstance(attribute, (Register, IntAttr))
            struct.pack_into("<H", code, offset + place, attribute.data & 0xFFFF)
        if encoding.target >= 0:
            distance = (self.offsets[op.successors[0]] - offset) // 8
            struct.pack_into(encoding.target_format, code, offset + encoding.target, distance)
        for name, place in encoding.words:
            kind, target = self.relocation(name, properties[name])
            self.image.relocations.append(layout.RelocationRecord(offset + place, kind, target))
        return offset + encoding.opcode.size

    def relocation(self, name: str, attribute: Attribute) -> tuple[RelocationKind, int]:
        """What the loader has to put into the word of that name."""
        match attribute:
            case Constant(data=VariantRef(enum, variant)) if name == "header":
                return RelocationKind.HEADER, self.variant(enum, variant)
            case Constant():
                return RelocationKind.CONSTANT, self.constant(attribute)
            case GrokType():
                return RelocationKind.CONSTANT, self.type_constant(attribute)
            case StringAttr(data=text) if name == "native":
                return RelocationKind.NATIVE, self.string(text)
            case StringAttr(data=text):
                return RelocationKind.OBJECT, self.constant(Constant(text))
            case ArrayAttr(data=pieces):
                return RelocationKind.OBJECT, self.constant(Constant(tuple(pieces)))
            case SymbolRefAttr():
                symbol = attribute.root_reference.data
                match name:
                    case "entry":
                        return RelocationKind.ENTRY, self.function(symbol)
                    case "function":
                        return RelocationKind.FUNCTION, self.function(symbol)
                    case "header":
                        return RelocationKind.HEADER, self.variant(symbol)
                    case "cell":
                        number = _look_up(self.globals, symbol, "global", symbol)
                        return RelocationKind.GLOBAL, number
        raise DiagnosticException(f"an instruction's {name} cannot be {attribute}")


class _Encoding(NamedTuple):
    """How the instructions of one class in one form are written."""

    opcode: Opcode
    fields: tuple[tuple[str, int], ...]  # names and places of registers and numbers
    words: tuple[tuple[str, int], ...]  # names and places of what the loader fills in
    target: int  # place of the jump distance; -1: it does not jump
    target_format: str


@cache
def _encoding(kind: type[grok_vm.VmOp], form: str) -> _Encoding:
    opcode = OPCODE[kind.OPERATION.name, form]
    fields: list[tuple[str, int]] = []
    words: list[tuple[str, int]] = []
    target, target_format = -1, ""
    for place in opcode.places:
        match place.operand.kind:
            case Kind.TARGET:
                target, target_format = place.offset, "<h"
            case Kind.FAR:
                target, target_format = place.offset, "<i"
            case Kind.CACHE:
                pass
            case _ if place.offset < 16:
                fields.append((place.operand.name, place.offset))
            case _:
                words.append((place.operand.name, place.offset))
    return _Encoding(opcode, tuple(fields), tuple(words), target, target_format)


def _instructions(function: grok_vm.FuncOp) -> Iterator[grok_vm.VmOp]:
    for block in function.body.blocks:
        for op in block.ops:
            if isinstance(op, grok_vm.VmOp):
                yield op


def _bring_targets_near(function: grok_vm.FuncOp, offsets: dict[Block, int]) -> None:
    """Lets conditional jumps that may be too far go to a jump that stands behind them::

        ^a: jump_if_true r0, ^far, ^b      ^a: jump_if_true r0, ^far', ^b'
        ^b:                                ^b': jump ^b
                                           ^far': jump ^far
                                           ^b:

    An instruction with a target has at least 16 bytes and gets at most 32 more, so distances grow
    at most threefold: those below a quarter of the reach can stay as they are.
    """
    for block in list(function.body.blocks):
        last = block.last_op
        if last is None or len(last.successors) != 2:
            continue
        far, near = last.successors
        # The jump stands at the block's end, which is where the next one begins.
        here = offsets[near]
        if abs(offsets[far] - here) < _REACH // 4:
            continue
        back = offsets[far] < here
        hop = Block([grok_vm.instruction("jump", (), (near,), last.location)])
        away = Block([grok_vm.instruction("loop" if back else "jump", (), (far,), last.location)])
        function.body.insert_block_after([hop, away], block)
        last.successors = [away, hop]


def _look_up(numbers: dict[_Key, int], key: _Key, what: str, name: str) -> int:
    number = numbers.get(key)
    if number is None:
        raise DiagnosticException(f"there is no {what} '{name}'")
    return number


def _last_segment(symbol: str) -> str:
    return symbol.rpartition("::")[2]


def _is_closure(symbol: str) -> bool:
    return _last_segment(symbol).startswith("closure#")
