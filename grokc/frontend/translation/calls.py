"""Calls and closures.

A call in tail position becomes a tail call if the annotation of the running function's result is
known to be met by what is called; otherwise the result has to be checked after the call (but see
:mod:`grokc.frontend.translation.tail_calls`).
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import LocationAttr

from grokc.dialects import grok_stack as ops
from grokc.dialects.types import ANY, GrokType
from grokc.frontend import tree
from grokc.frontend.emitter import Label
from grokc.frontend.symbols import BuiltinMethod, Function, Template, TraitMethod, Variant
from grokc.frontend.translation.expressions import Expressions
from grokc.frontend.translation.writer import Mode
from grokc.vm.builtins import Builtin


class Calls(Expressions):
    """Translates calls, and functions from their parameters on."""

    def call(self, node: tree.Call, mode: Mode) -> None:
        callee = node.callee
        entity = self.targets.get(id(callee)) if isinstance(callee, tree.Path) else None
        location = self.at(node)
        if isinstance(entity, Function):
            self.values(node.arguments)
            for _ in range(entity.maximum - len(node.arguments)):
                self.emit(ops.PushMissingOp.new(location))
            if mode is Mode.TAIL and self.is_proven(entity.result):
                tail_call = ops.TailCallOp.new(entity.symbol, entity.maximum, location)
                self.record_tail_call(entity, tail_call)
                self.emitter.end(tail_call)
                return
            call = ops.CallOp.new(entity.symbol, entity.maximum, location)
            if mode is Mode.TAIL:
                self.record_tail_call(entity, call)
            self.emit(call)
        elif isinstance(entity, Variant):
            for argument, field in zip(node.arguments, entity.fields, strict=True):
                self.field_value(argument, field, entity.symbol)
            enum, count = entity.enum.symbol, len(entity.fields)
            self.emit(ops.MakeVariantOp.new(enum, entity.name, count, location))
        elif isinstance(entity, Builtin):
            self.call_builtin(node, entity, location)
        elif isinstance(entity, BuiltinMethod):
            self.value(node.arguments[0])
            what = f"argument 'self' of {entity.symbol}"
            self.emit(ops.CheckTypeOp.new(entity.owner.type, what, location))
            self.values(node.arguments[1:])
            count = len(node.arguments) - 1
            self.emit(ops.CallMethodOp.new(entity.builtin.name, count, location))
        elif isinstance(entity, TraitMethod):
            self.values(node.arguments)
            if entity.function is not None:
                for _ in range(entity.function.maximum - len(node.arguments)):
                    self.emit(ops.PushMissingOp.new(location))
            self.call_trait_method(entity, location)
        else:
            self.value(callee)
            self.values(node.arguments)
            count = len(node.arguments)
            if mode is Mode.TAIL and self.is_proven(ANY):
                self.emitter.end(ops.TailCallValueOp.new(count, location))
                return
            self.emit(ops.CallValueOp.new(count, location))
        self.finish(node, mode)

    def record_tail_call(self, callee: Function, op: ops.TailCallOp | ops.CallOp) -> None:
        if self.emitter.reachable:
            self.tail_calls.record(self.emitter.body.symbol, callee, op)

    def is_proven(self, result: GrokType) -> bool:
        """Does a call whose result is of this type meet the running function's annotation?"""
        wanted = self.emitter.body.result
        return wanted in (ANY, result)

    def call_builtin(self, node: tree.Call, builtin: Builtin, location: LocationAttr) -> None:
        name, count = builtin.name, len(node.arguments)
        template = self.program.templates.get(id(node))
        if template is not None:
            self.template(template, newline=name in ("println", "eprintln"), node=node)
            if name == "format":
                return
            name, count = {"println": "print", "eprintln": "eprint"}.get(name, name), 1
        else:
            self.values(node.arguments)
        self.emit(ops.CallBuiltinOp.new(name, count, location))
        if builtin.result == "never":
            self.emitter.end(ops.UnreachableOp.new(location))

    def template(self, template: Template, newline: bool, node: tree.Node) -> None:
        self.values(template.holes)
        pieces = list(template.pieces)
        if newline:
            pieces[-1] += "\n"
        self.format(pieces, self.at(node))

    def method_call(self, node: tree.MethodCall, mode: Mode) -> None:
        self.value(node.receiver)
        self.values(node.arguments)
        location = self.locations(node.name_start, node.end)
        count = len(node.arguments)
        if mode is Mode.TAIL:
            wanted = self.emitter.body.result
            if wanted == ANY or self.method_results.get(node.name, {wanted}) == {wanted}:
                self.emitter.end(ops.TailCallMethodOp.new(node.name, count, location))
                return
        self.emit(ops.CallMethodOp.new(node.name, count, location))
        self.finish(node, mode)

    # ------------------------------------------------------------------------------------ functions

    def prologue(self, parameters: Sequence[tree.Parameter], symbol: str) -> None:
        """Defaults, checks, cells and patterns, parameter by parameter."""
        emit, program = self.emit, self.program
        for slot, parameter in enumerate(parameters):
            pattern = parameter.pattern
            location = self.at(pattern)
            if parameter.default is not None:
                given, missing = Label(), Label()
                emit(ops.LoadLocalOp.new(slot, location))
                emit(ops.IsMissingOp.new(location))
                self.emitter.branch(missing, given, location)
                self.emitter.start(missing, location)
                self.value(parameter.default)
                emit(ops.StoreLocalOp.new(slot, location))
                self.emitter.start(given, location)
            if parameter.type is not None:
                type = program.annotations[id(parameter.type)]
                if type != ANY:
                    name = (
                        f"'{pattern.name}'"
                        if isinstance(pattern, tree.NamePattern)
                        else str(slot + 1)
                    )
                    emit(ops.LoadLocalOp.new(slot, location))
                    emit(ops.CheckTypeOp.new(type, f"argument {name} of {symbol}", location))
                    emit(ops.StoreLocalOp.new(slot, location))
            if isinstance(pattern, tree.NamePattern) and pattern.inner is None:
                variable = program.variables[id(pattern)]
                variable.slot = slot
                if variable.in_cell:
                    emit(ops.LoadLocalOp.new(slot, location))
                    emit(ops.MakeCellOp.new(location))
                    emit(ops.StoreLocalOp.new(slot, location))
            elif not isinstance(pattern, tree.WildcardPattern):
                self.destructure(pattern, slot, location)

    def closure(self, node: tree.Closure) -> None:
        body = self.program.closures[id(node)]
        location = self.at(node)
        for variable in body.captures:
            self.load_raw(variable, location)
        self.emit(ops.MakeClosureOp.new(body.symbol, len(body.captures), location))
        names = [
            p.pattern.name if isinstance(p.pattern, tree.NamePattern) else ""
            for p in node.parameters
        ]
        saved = self.enter(body, names)
        self.prologue(node.parameters, body.symbol)
        self.mode(node.body, Mode.TAIL)
        self.leave(saved, len(names), location)
