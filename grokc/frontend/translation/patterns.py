"""Patterns: first all tests, then the variables.

The value is in a local.  A part of it that has to be tested moves to a local of its own; a part
that is only bound is taken out when its variable begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import LocationAttr

from grokc.dialects import grok_stack as ops
from grokc.frontend import tree
from grokc.frontend.emitter import Label
from grokc.frontend.symbols import Entity, Struct, Variant
from grokc.frontend.translation.names import Names


class Patterns(Names):
    """Tests values against patterns and binds their variables."""

    def destructure(self, pattern: tree.Pattern, slot: int, location: LocationAttr) -> None:
        """Binds the parts of a local's value; the error of ``match`` if it does not fit."""
        fail, end = Label(), Label()
        self.test(pattern, slot, fail)
        self.bind(pattern, slot)
        self.emitter.jump(end, location)
        self.emitter.start(fail, location)
        if self.emitter.reachable:
            self.load(slot, location)
            self.emitter.end(ops.FailNoMatchOp.new(location))
        self.emitter.start(end, location)

    # ---------------------------------------------------------------------------------------- tests

    def test(self, pattern: tree.Pattern, slot: int, fail: Label) -> None:
        """Goes to ``fail`` unless the value of a local has the pattern's form."""
        emit = self.emit
        location = self.at(pattern)
        if isinstance(pattern, tree.WildcardPattern):
            return
        if isinstance(pattern, tree.NamePattern):
            entity = self.targets.get(id(pattern))
            if entity is not None:
                self.test_entity(entity, slot, fail, location)
            elif pattern.inner is not None:
                self.test(pattern.inner, slot, fail)
        elif isinstance(pattern, tree.LiteralPattern):
            self.load(slot, location)
            self.value(pattern.value)
            emit(ops.EqualOp.new(location))
            self.emitter.branch_or(fail, location)
        elif isinstance(pattern, tree.RangePattern):
            self.test_range(pattern, slot, fail, location)
        elif isinstance(pattern, tree.PathPattern):
            self.test_entity(self.targets[id(pattern)], slot, fail, location)
        elif isinstance(pattern, tree.VariantPattern):
            variant = self.targets[id(pattern)]
            assert isinstance(variant, Variant)
            self.test_entity(variant, slot, fail, location)
            for index, element in _positions(pattern.elements, len(variant.fields)):
                self.test_part(element, slot, [ops.GetPayloadOp.new(index, location)], fail)
        elif isinstance(pattern, tree.StructPattern):
            self.test_struct(pattern, slot, fail, location)
        elif isinstance(pattern, (tree.TuplePattern, tree.ListPattern)):
            self.test_sequence(pattern, slot, fail, location)
        elif isinstance(pattern, tree.OrPattern):
            self.test_alternatives(pattern, slot, fail, location)

    def test_entity(self, entity: Entity, slot: int, fail: Label, location: LocationAttr) -> None:
        self.load(slot, location)
        if isinstance(entity, Variant):
            self.emit(ops.IsVariantOp.new(entity.enum.symbol, entity.name, location))
        else:
            self.load_entity(entity, location)
            self.emit(ops.EqualOp.new(location))
        self.emitter.branch_or(fail, location)

    def test_range(
        self, pattern: tree.RangePattern, slot: int, fail: Label, location: LocationAttr
    ) -> None:
        self.load(slot, location)
        for end in (pattern.low, pattern.high):
            if end is None:
                self.emit(ops.PushMissingOp.new(location))
            else:
                self.value(end)
        self.emit(ops.PushBoolOp.new(pattern.inclusive, location))
        self.emit(ops.CallBuiltinOp.new("matches_range", 4, location))
        self.emitter.branch_or(fail, location)

    def test_struct(
        self, pattern: tree.StructPattern, slot: int, fail: Label, location: LocationAttr
    ) -> None:
        entity = self.targets[id(pattern)]
        if isinstance(entity, Struct):
            self.load(slot, location)
            self.emit(ops.IsStructOp.new(entity.symbol, location))
            self.emitter.branch_or(fail, location)
            for field in pattern.fields:
                where = self.at(field)
                self.test_part(field.pattern, slot, [ops.GetFieldOp.new(field.name, where)], fail)
        else:
            assert isinstance(entity, Variant)
            self.test_entity(entity, slot, fail, location)
            for field in pattern.fields:
                index = entity.field_index(field.name)
                assert index is not None
                part = ops.GetPayloadOp.new(index, self.at(field))
                self.test_part(field.pattern, slot, [part], fail)

    def test_sequence(
        self,
        pattern: tree.TuplePattern | tree.ListPattern,
        slot: int,
        fail: Label,
        location: LocationAttr,
    ) -> None:
        emit = self.emit
        rest = _rest_index(pattern.elements)
        count = len(pattern.elements) - (0 if rest is None else 1)
        self.load(slot, location)
        if not pattern.elements and isinstance(pattern, tree.TuplePattern):
            emit(ops.PushUnitOp.new(location))
            emit(ops.EqualOp.new(location))
        elif isinstance(pattern, tree.ListPattern):
            kind = ops.IsListOp if rest is None else ops.IsListFromOp
            emit(kind.new(count, location))
        elif rest is None:
            emit(ops.IsTupleOp.new(count, location))
        else:
            emit(ops.CallBuiltinOp.new("type_of", 1, location))
            emit(ops.PushStrOp.new("tuple", location))
            emit(ops.EqualOp.new(location))
            self.emitter.branch_or(fail, location)
            self.load(slot, location)
            emit(ops.CallBuiltinOp.new("len", 1, location))
            emit(ops.PushIntOp.new(count, location))
            emit(ops.GreaterEqualOp.new(location))
        self.emitter.branch_or(fail, location)
        for index, element in _positions(pattern.elements):
            self.test_part(element, slot, self.element(pattern, index, self.at(element)), fail)

    def test_alternatives(
        self, pattern: tree.OrPattern, slot: int, fail: Label, location: LocationAttr
    ) -> None:
        """Tests and binds: which alternative binds the variables is known only here."""
        found = Label()
        *first, last = pattern.alternatives
        for alternative in first:
            other = Label()
            self.test(alternative, slot, other)
            self.bind(alternative, slot)
            self.emitter.jump(found, location)
            self.emitter.start(other, location)
        self.test(last, slot, fail)
        self.bind(last, slot)
        self.emitter.start(found, location)

    def element(
        self, pattern: tree.TuplePattern | tree.ListPattern, index: int, location: LocationAttr
    ) -> list[ops.StackOp]:
        """Takes an element out of a sequence whose length has been tested."""
        if isinstance(pattern, tree.ListPattern) and index >= 0:
            return [ops.PushIntOp.new(index, location), ops.GetIndexOp.new(location)]
        return [ops.GetElementOp.new(index, location)]

    def test_part(
        self, pattern: tree.Pattern, slot: int, part: Sequence[ops.StackOp], fail: Label
    ) -> None:
        """Tests a part of a local's value; ``part`` takes it out."""
        if _is_plain(pattern) and id(pattern) not in self.targets:
            return
        location = self.at(pattern)
        self.load(slot, location)
        for step in part:
            self.emit(step)
        inner = self.keep("part", location)
        self.payloads[id(pattern)] = inner
        self.test(pattern, inner, fail)

    # ------------------------------------------------------------------------------------ variables

    def bind(self, pattern: tree.Pattern, slot: int) -> None:
        """Binds the variables of a pattern that has been tested."""
        if not self.emitter.reachable:
            return
        location = self.at(pattern)
        if isinstance(pattern, tree.NamePattern):
            if id(pattern) in self.targets:
                return
            self.load(slot, location)
            self.define(self.program.variables[id(pattern)], location)
            if pattern.inner is not None:
                self.bind(pattern.inner, slot)
        elif isinstance(pattern, tree.VariantPattern):
            variant = self.targets[id(pattern)]
            assert isinstance(variant, Variant)
            for index, element in _positions(pattern.elements, len(variant.fields)):
                self.bind_part(element, slot, [ops.GetPayloadOp.new(index, self.at(element))])
        elif isinstance(pattern, tree.StructPattern):
            entity = self.targets[id(pattern)]
            for field in pattern.fields:
                where = self.at(field)
                if isinstance(entity, Variant):
                    index_ = entity.field_index(field.name)
                    assert index_ is not None
                    self.bind_part(field.pattern, slot, [ops.GetPayloadOp.new(index_, where)])
                else:
                    self.bind_part(field.pattern, slot, [ops.GetFieldOp.new(field.name, where)])
        elif isinstance(pattern, (tree.TuplePattern, tree.ListPattern)):
            for index, element in _positions(pattern.elements):
                self.bind_part(element, slot, self.element(pattern, index, self.at(element)))
            self.bind_rest(pattern, slot)

    def bind_part(self, pattern: tree.Pattern, slot: int, part: Sequence[ops.StackOp]) -> None:
        if isinstance(pattern, tree.WildcardPattern):
            return
        inner = self.payloads.get(id(pattern))
        if inner is not None:
            self.bind(pattern, inner)
            return
        assert isinstance(pattern, tree.NamePattern)
        self.load(slot, self.at(pattern))
        for step in part:
            self.emit(step)
        self.define(self.program.variables[id(pattern)], self.at(pattern))

    def bind_rest(self, pattern: tree.TuplePattern | tree.ListPattern, slot: int) -> None:
        index = _rest_index(pattern.elements)
        if index is None:
            return
        rest = pattern.elements[index]
        assert isinstance(rest, tree.RestPattern)
        if rest.name is None:
            return
        location = self.at(rest)
        self.load(slot, location)
        self.emit(ops.PushIntOp.new(index, location))
        self.emit(ops.PushIntOp.new(len(pattern.elements) - index - 1, location))
        kind = "list" if isinstance(pattern, tree.ListPattern) else "tuple"
        self.emit(ops.CallBuiltinOp.new(f"{kind}_slice", 3, location))
        self.define(self.program.variables[id(rest)], location)


def _is_plain(pattern: tree.Pattern) -> bool:
    """A pattern that needs no test (if its name is a variable)."""
    return isinstance(pattern, (tree.WildcardPattern, tree.RestPattern)) or (
        isinstance(pattern, tree.NamePattern) and pattern.inner is None
    )


def _rest_index(elements: list[tree.Pattern]) -> int | None:
    return next((i for i, e in enumerate(elements) if isinstance(e, tree.RestPattern)), None)


def _positions(
    elements: list[tree.Pattern], length: int | None = None
) -> list[tuple[int, tree.Pattern]]:
    """Elements with their indices, those after a ``..`` counted from the end (of ``length``)."""
    rest = _rest_index(elements)
    if rest is None:
        return list(enumerate(elements))
    shift = (length or 0) - len(elements)
    return [(i if i < rest else i + shift, e) for i, e in enumerate(elements) if i != rest]
