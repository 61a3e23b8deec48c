"""From the resolved tree to ``grok_stack``: a program as a module.

The tree has been checked, so nothing here can go wrong.  How code is translated stands in
:mod:`grokc.frontend.translation`, one class over the other:

``Writer``, ``Names``, ``Patterns``, ``ControlFlow``, ``Loops``, ``Expressions``, ``Calls``.
"""

from __future__ import annotations

from xdsl.dialects.builtin import LocationAttr, ModuleOp

from grokc.dialects import grok
from grokc.dialects import grok_stack as ops
from grokc.dialects.location import UNKNOWN
from grokc.dialects.types import ANY
from grokc.frontend import tree
from grokc.frontend.symbols import RESULT_TYPES, Body, Enum, Field, Function, Program, Struct
from grokc.frontend.translation.calls import Calls
from grokc.frontend.translation.constants import literal_constants, literal_value
from grokc.frontend.translation.writer import Mode, Walker
from grokc.vm.builtins import METHODS

START = "@start"
"""The symbol of the function that runs a program."""


def translate(program: Program) -> ModuleOp:
    """The program as a module of ``grok_stack``."""
    return _Translator(program).module()


class _Translator(Calls):
    """Translates a program."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.literals = literal_constants(program.globals, program.targets)
        self.inlined = self.literals
        self.value_walk, self.mode_walk = self._walkers()

    def module(self) -> ModuleOp:
        program = self.program
        self.collect_method_results()
        for function in program.functions:
            if function.node.body is not None:
                self.translate_function(function)
        for struct in program.structs:
            for field in struct.fields.values():
                if field.default is not None and literal_value(field.default) is None:
                    self.translate_default(field, struct)
        self.translate_start()
        self.functions += self.tail_calls.split(self.functions)
        return ModuleOp([*self.declarations(), *self.functions])

    def declarations(self) -> list[grok.DeclarationOp]:
        program = self.program
        result: list[grok.DeclarationOp] = []
        for enum in program.enums:
            variants = [
                grok.VariantAttr.of(v.name, v.kind, _field_attributes(v.fields))
                for v in enum.variants.values()
            ]
            result.append(grok.EnumOp.new(enum.symbol, variants, self.item_location(enum)))
        for struct in program.structs:
            fields = _field_attributes(struct.fields.values())
            result.append(grok.StructOp.new(struct.symbol, fields, self.item_location(struct)))
        for trait in program.traits:
            implementors = [t.type for t in program.types if trait.symbol in t.members.traits]
            where = UNKNOWN
            if trait.node is not None and trait.file is not None:
                where = self.locations_for(trait.file)(trait.node.name_start, trait.node.name_end)
            result.append(grok.TraitOp.new(trait.symbol, implementors, where))
        for entity in program.types:
            for function in entity.members.functions.values():
                if function.node.has_self:
                    result.append(grok.MethodOp.new(entity.type, function.name, function.symbol))
            for impl in entity.members.traits.values():
                for name, method in {**impl.trait.methods, **impl.functions}.items():
                    if not method.node.has_self or method.node.body is None:
                        continue
                    trait_symbol = impl.trait.symbol
                    result.append(grok.MethodOp.new(entity.type, name, method.symbol, trait_symbol))
                    qualified = f"{trait_symbol}::{name}"
                    if qualified in self.qualified_methods:
                        result.append(
                            grok.MethodOp.new(entity.type, qualified, method.symbol, trait_symbol)
                        )
        result += [grok.GlobalOp.new(constant.symbol) for constant in program.globals]
        return result

    def item_location(self, entity: Struct | Enum) -> LocationAttr:
        if entity.file is None or entity.node is None:
            return UNKNOWN
        return self.locations_for(entity.file)(entity.node.name_start, entity.node.name_end)

    def collect_method_results(self) -> None:
        """What a method of some name may give, whatever the receiver."""
        results = self.method_results
        for function in self.program.functions:
            if function.owner is not None and function.node.has_self:
                results.setdefault(function.name, set()).add(function.result)
        for methods in METHODS.values():
            for builtin in methods.values():
                result = RESULT_TYPES.get(builtin.result, ANY)
                results.setdefault(builtin.name, set()).add(result)

    # ------------------------------------------------------------------------------------ functions

    def translate_function(self, function: Function) -> None:
        node = function.node
        assert node.body is not None
        saved = self.enter(function.body, [p.name for p in function.parameters])
        self.prologue(node.parameters, function.symbol)
        self.mode(node.body, Mode.TAIL)
        self.leave(saved, function.minimum, self.locations(node.name_start, node.name_end))

    def translate_default(self, field: Field, struct: Struct) -> None:
        assert field.default is not None and field.body is not None
        saved = self.enter(field.body)
        location = self.at(field.default)
        self.value_as(field.default, field.type, f"field '{field.name}' of {struct.name}")
        self.emitter.end(ops.ReturnOp.new(location))
        self.leave(saved, 0, location)

    def translate_start(self) -> None:
        """Consts and statics in order, then main."""
        program = self.program
        main = program.main
        assert main is not None
        saved = self.enter(Body(START, main.file))
        emit = self.emit
        self.inlined = {}  # an initializer sees only the consts before it
        for constant in program.globals:
            # Each initializer is a body of its own to the variables in it, but shares this frame.
            self.locations = self.locations_for(constant.file)
            self.emitter.body = constant.body
            location = self.locations(constant.node.name_start, constant.node.name_end)
            kind = "static" if constant.mutable else "const"
            self.value_as(constant.node.value, constant.type, f"{kind} '{constant.name}'")
            emit(ops.StoreGlobalOp.new(constant.symbol, location))
            if id(constant) in self.literals:
                self.inlined[id(constant)] = self.literals[id(constant)]
        self.emitter.body = Body(START, main.file)
        self.locations = self.locations_for(main.file)
        location = self.locations(main.node.name_start, main.node.name_end)
        for _ in range(main.maximum):
            emit(ops.PushMissingOp.new(location))
        emit(ops.CallOp.new(main.symbol, main.maximum, location))
        emit(ops.CallBuiltinOp.new("finish_main", 1, location))
        self.emitter.end(ops.ReturnOp.new(location))
        self.leave(saved, 0, location)

    # -------------------------------------------------------------------------------------- walking

    def _walkers(self) -> tuple[Walker, Walker]:
        """What translates each kind of expression: for its value, and (some) in any mode."""
        modes: Walker = {
            tree.Paren: lambda n, mode: self.mode(n.inner, mode),
            tree.Block: self.block,
            tree.If: self.if_,
            tree.Match: self.match,
            tree.While: self.while_,
            tree.Loop: self.loop,
            tree.For: self.for_,
            tree.Assign: self.assign,
            tree.Call: self.call,
            tree.MethodCall: self.method_call,
            tree.Return: self.return_,
            tree.Break: self.break_,
            tree.Continue: self.continue_,
        }
        values: Walker = {
            kind: lambda n, walker=walker: walker(n, Mode.VALUE) for kind, walker in modes.items()
        }
        values |= {
            tree.Int: lambda n: self.emit(ops.PushIntOp.new(n.value, self.at(n))),
            tree.Float: lambda n: self.emit(ops.PushFloatOp.new(n.value, self.at(n))),
            tree.Bool: lambda n: self.emit(ops.PushBoolOp.new(n.value, self.at(n))),
            tree.Str: lambda n: self.emit(ops.PushStrOp.new(n.value, self.at(n))),
            tree.Unit: lambda n: self.emit(ops.PushUnitOp.new(self.at(n))),
            tree.FString: self.fstring,
            tree.Path: self.path,
            tree.Unary: self.unary,
            tree.Binary: self.binary,
            tree.Logical: self.logical,
            tree.Cast: self.cast,
            tree.Range: self.range,
            tree.Tuple: lambda n: self.collection(n, n.elements, ops.MakeTupleOp),
            tree.List: lambda n: self.collection(n, n.elements, ops.MakeListOp),
            tree.FilledList: self.filled_list,
            tree.Map: self.map,
            tree.StructLiteral: self.struct_literal,
            tree.FieldAccess: self.field_access,
            tree.TupleField: self.tuple_field,
            tree.Index: self.index,
            tree.Try: self.try_,
            tree.Closure: self.closure,
        }
        return values, modes


def _field_attributes(fields: object) -> list[grok.FieldAttr]:
    return [grok.FieldAttr.of(field.name, field.type) for field in fields]  # type: ignore[attr-defined]
