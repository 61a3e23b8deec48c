"""From a ``grok_stack`` module to what the reference engine runs.

Each function becomes a list of pairs ``(handler, argument)``, with block labels turned into
positions and symbols into the objects that they name; the handlers are the engine's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block

from grokc.dialects import grok, grok_stack
from grokc.dialects.location import span
from grokc.dialects.types import (
    EnumType,
    GrokType,
    StructType,
)
from grokc.vm.reference.code import Check, Code, short_name, type_key
from grokc.vm.reference.values import MISSING, Cell, Function, TypeInfo, VariantInfo


class Program:
    """A module, decoded."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.codes: dict[str, Code] = {}
        self.globals: dict[str, Cell] = {}
        self.structs: dict[str, TypeInfo] = {}
        self.enums: dict[str, TypeInfo] = {}
        self.builtin_types: dict[str, TypeInfo] = {}
        self.traits: dict[str, set[str]] = {}
        """By a trait's symbol, the :func:`type_key` of each type that has it."""

    def type_info(self, kind: GrokType) -> TypeInfo:
        """The type that methods of ``kind`` belong to."""
        if isinstance(kind, StructType):
            return self.structs[kind.symbol.data]
        if isinstance(kind, EnumType):
            return self.enums[kind.symbol.data]
        keyword = kind.keyword()
        return self.builtin_types.setdefault(keyword, TypeInfo(keyword, keyword))

    def variant(self, enum: str, name: str) -> VariantInfo:
        return self.enums[enum].variants[name]


def decode(module: ModuleOp, handlers: dict[str, Callable[..., int]]) -> Program:
    """Decodes a module; ``handlers`` are by the operations' names, without the dialect's."""
    program = Program()
    for op in module.ops:
        match op:
            case grok.StructOp():
                program.structs[op.sym_name.data] = _struct(op)
            case grok.EnumOp():
                program.enums[op.sym_name.data] = _enum(op)
            case grok.GlobalOp():
                program.globals[op.sym_name.data] = Cell(MISSING)
            case grok_stack.FuncOp():
                code = Code(op)
                program.codes[code.name] = code
                program.functions[code.name] = Function(code)
    for op in module.ops:
        match op:
            case grok_stack.FuncOp():
                _decode_function(program, op, handlers)
            case grok.MethodOp():
                _add_method(program, op)
            case grok.TraitOp():
                keys = program.traits.setdefault(op.sym_name.data, set())
                keys |= {type_key(kind) for kind in op.implementors.data}
            case grok.StructOp():
                info = program.structs[op.sym_name.data]
                info.checks = [Check(program.traits, field.type) for field in op.fields.data]
    return program


def _struct(op: grok.StructOp) -> TypeInfo:
    symbol = op.sym_name.data
    info = TypeInfo(short_name(symbol), f"struct {symbol}")
    info.fields = {field.field.data: index for index, field in enumerate(op.fields.data)}
    return info


def _enum(op: grok.EnumOp) -> TypeInfo:
    symbol = op.sym_name.data
    info = TypeInfo(short_name(symbol), f"enum {symbol}")
    for variant in op.variants.data:
        named = variant.kind.data == "struct"
        names = tuple(field.field.data for field in variant.fields.data) if named else None
        name = variant.variant.data
        info.variants[name] = VariantInfo(info, name, names)
    return info


def _add_method(program: Program, op: grok.MethodOp) -> None:
    """A type's own method goes before those of traits; two traits make the name ambiguous."""
    receiver = op.receiver
    assert isinstance(receiver, GrokType)
    info, name, trait = program.type_info(receiver), op.method.data, op.trait.data
    function = program.functions[op.function.root_reference.data]
    known = info.origins.get(name)
    if known is None or not trait:
        info.methods[name] = function
        info.origins[name] = trait
    elif known and known != trait:
        info.methods[name] = None


def _decode_function(
    program: Program, function: grok_stack.FuncOp, handlers: dict[str, Callable[..., int]]
) -> None:
    code = program.codes[function.symbol]
    starts: dict[Block, int] = {}
    position = 0
    for block in function.body.blocks:
        starts[block] = position
        position += len(block.ops)
    for block in function.body.blocks:
        for op in block.ops:
            assert isinstance(op, grok_stack.StackOp)
            name = op.name.removeprefix("grok_stack.")
            code.instructions.append((handlers[name], _argument(program, op, starts)))
            code.spans.append(span(op))


def _argument(program: Program, op: grok_stack.StackOp, starts: dict[Block, int]) -> Any:
    """What a handler needs to know besides the stack."""
    match op:
        case grok_stack.ConstantOp():
            return op.value.data
        case grok_stack.PushFunctionOp():
            return program.functions[op.symbol.root_reference.data]
        case grok_stack.LoadGlobalOp() | grok_stack.StoreGlobalOp():
            symbol = op.symbol.root_reference.data
            return program.globals[symbol], short_name(symbol)
        case grok_stack.CallOp() | grok_stack.TailCallOp() | grok_stack.MakeClosureOp():
            return program.codes[op.symbol.root_reference.data], op.count.data
        case grok_stack.MakeStructOp():
            return program.structs[op.symbol.root_reference.data], op.count.data
        case grok_stack.IsStructOp():
            return program.structs[op.symbol.root_reference.data]
        case grok_stack.MakeVariantOp():
            variant = program.variant(op.enum.root_reference.data, op.variant.data)
            return variant, op.count.data
        case grok_stack.IsVariantOp():
            return program.variant(op.enum.root_reference.data, op.variant.data)
        case grok_stack.NamedCallOp():
            return op.callee.data, op.count.data
        case grok_stack.CheckTypeOp():
            kind = op.type
            assert isinstance(kind, GrokType)
            return Check(program.traits, kind), op.what.data
        case grok_stack.FormatOp():
            return [piece.data for piece in op.pieces.data]
        case grok_stack.IndexOp():
            return op.index.data
        case grok_stack.CountOp():
            return op.count.data
        case grok_stack.NameOp():
            return op.field.data
    successors = [starts[block] for block in op.successors]
    if len(successors) == 1:
        return successors[0]
    return tuple(successors) if successors else None
