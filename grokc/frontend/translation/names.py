"""Names as values.

Constructors, built-in functions and methods are called in ways of their own.  Where one is used
as a value, a *wrapper* stands for it: a function that makes the call.
"""

from __future__ import annotations

from xdsl.dialects.builtin import LocationAttr

from grokc.dialects import grok_stack as ops
from grokc.dialects.location import UNKNOWN
from grokc.dialects.types import ANY, FLOAT
from grokc.frontend import tree
from grokc.frontend.emitter import Label
from grokc.frontend.symbols import (
    Body,
    BuiltinConstant,
    BuiltinMethod,
    Entity,
    Function,
    Global,
    TraitMethod,
    Variable,
    Variant,
)
from grokc.frontend.translation.writer import Writer
from grokc.vm.builtins import Builtin


class Names(Writer):
    """Loads what names stand for."""

    def path(self, node: tree.Path) -> None:
        entity = self.targets[id(node)]
        if isinstance(entity, Variable):
            self.load_variable(entity, self.at(node))
        else:
            self.load_entity(entity, self.at(node))

    def load_entity(self, entity: Entity, location: LocationAttr) -> None:
        emit = self.emit
        if isinstance(entity, Global):
            literal = self.inlined.get(id(entity))
            if literal is None:
                emit(ops.LoadGlobalOp.new(entity.symbol, location))
            elif entity.type != FLOAT or not self.push_as_float(literal, location):
                self.push(literal, location)
        elif isinstance(entity, Function):
            emit(ops.PushFunctionOp.new(entity.symbol, location))
        elif isinstance(entity, BuiltinConstant):
            self.push(entity.value, location)
        elif isinstance(entity, Variant) and entity.kind == "unit":
            emit(ops.MakeVariantOp.new(entity.enum.symbol, entity.name, 0, location))
        else:
            assert isinstance(entity, (Variant, Builtin, BuiltinMethod, TraitMethod))
            emit(ops.PushFunctionOp.new(self.wrapper(entity), location))

    def wrapper(self, entity: Variant | Builtin | BuiltinMethod | TraitMethod) -> str:
        """The function that stands for something that is called in another way."""
        symbol = entity.name if isinstance(entity, Builtin) else entity.symbol
        key = (type(entity), symbol)
        known = self.wrappers.get(key)
        if known is not None:
            return known
        while symbol in self.symbols:
            symbol = f"builtin::{symbol}"
        self.symbols.add(symbol)
        self.wrappers[key] = symbol
        parameters, minimum = _wrapper_parameters(entity)
        saved = self.enter(Body(symbol, self.program.files[0]), parameters)
        emit, location = self.emit, UNKNOWN
        # One call for each number of arguments, the smallest first.
        for count in range(minimum, len(parameters) + 1):
            more = Label()
            if count < len(parameters):
                fits = Label()
                self.load(count, location)
                emit(ops.IsMissingOp.new(location))
                self.emitter.branch(fits, more, location)
                self.emitter.start(fits, location)
            for slot in range(count):
                self.load(slot, location)
                if isinstance(entity, Variant) and entity.fields[slot].type != ANY:
                    field = entity.fields[slot]
                    what = f"field '{field.name}' of {entity.symbol}"
                    emit(ops.CheckTypeOp.new(field.type, what, location))
                elif isinstance(entity, BuiltinMethod) and slot == 0:
                    what = f"argument 'self' of {entity.symbol}"
                    emit(ops.CheckTypeOp.new(entity.owner.type, what, location))
            if isinstance(entity, Variant):
                emit(ops.MakeVariantOp.new(entity.enum.symbol, entity.name, count, location))
            elif isinstance(entity, Builtin):
                emit(ops.CallBuiltinOp.new(entity.name, count, location))
            elif isinstance(entity, BuiltinMethod):
                emit(ops.CallMethodOp.new(entity.builtin.name, count - 1, location))
            else:
                self.call_trait_method(entity, location)
            if isinstance(entity, Builtin) and entity.result == "never":
                self.emitter.end(ops.UnreachableOp.new(location))
            else:
                self.emitter.end(ops.ReturnOp.new(location))
            self.emitter.start(more, location)
        self.leave(saved, minimum, location)
        return symbol

    def call_trait_method(self, method: TraitMethod, location: LocationAttr) -> None:
        self.qualified_methods.add(method.symbol)
        count = _trait_method_arity(method) - 1
        self.emit(ops.CallMethodOp.new(method.symbol, count, location))


def _trait_method_arity(method: TraitMethod) -> int:
    if method.function is not None:
        return method.function.maximum
    return next(count for name, count, _ in method.trait.operators if name == method.name)


def _wrapper_parameters(
    entity: Variant | Builtin | BuiltinMethod | TraitMethod,
) -> tuple[list[str], int]:
    """Parameters of the function that stands for an entity, and how many it needs."""
    if isinstance(entity, Variant):
        names = [f.name if entity.kind == "struct" else f"value{f.name}" for f in entity.fields]
        return names, len(names)
    if isinstance(entity, TraitMethod):
        count = _trait_method_arity(entity)
        return ["self", *(f"argument{i}" for i in range(1, count))], count
    builtin = entity.builtin if isinstance(entity, BuiltinMethod) else entity
    names = [p.rstrip("?*") for p in builtin.parameters]
    minimum = builtin.minimum
    if any(p.endswith("*") for p in builtin.parameters):
        minimum = len(names)  # as a value, a function of any number of arguments takes one
    if isinstance(entity, BuiltinMethod):
        return ["self", *names], minimum + 1
    return names, minimum
