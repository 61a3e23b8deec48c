"""Loops.

``for`` over a range that stands in its head becomes a counted loop on a hidden counter, so that
each turn has its own variable.  The counter is compared before it is changed and never leaves the
range: the ends may be any ints, and no count can overflow.
"""

from __future__ import annotations

from xdsl.dialects.builtin import LocationAttr

from grokc.dialects import grok_stack as ops
from grokc.frontend import tree
from grokc.frontend.emitter import Label
from grokc.frontend.translation.control_flow import ControlFlow
from grokc.frontend.translation.writer import Loop, Mode


class Loops(ControlFlow):
    """Translates loops."""

    def enter_loop(
        self, label: str | None, restart: Label, exit: Label, result: int | None = None
    ) -> None:
        self.loops.append(Loop(label, restart, exit, self.emitter.height, result))

    def while_(self, node: tree.While, mode: Mode) -> None:
        emitter = self.emitter
        start, exit = Label(), Label()
        location = self.at(node.condition)
        emitter.start(start, location)
        self.enter_loop(node.label, start, exit)
        self.head(node.condition, exit)
        self.mode(node.body, Mode.EFFECT)
        emitter.jump(start, location)
        self.loops.pop()
        emitter.start(exit, location)
        if emitter.reachable:
            self.finish_unit(node, mode)

    def loop(self, node: tree.Loop, mode: Mode) -> None:
        emitter = self.emitter
        start, exit = Label(), Label()
        location = self.at(node)
        result = None if mode is Mode.EFFECT else emitter.local("result")
        emitter.start(start, location)
        self.enter_loop(node.label, start, exit, result)
        self.mode(node.body, Mode.EFFECT)
        emitter.jump(start, location)
        self.loops.pop()
        emitter.start(exit, location)
        if result is not None and emitter.reachable:
            self.load(result, location)
            self.finish(node, mode)

    def for_(self, node: tree.For, mode: Mode) -> None:
        exit = Label()
        if not self.counted_loop(node, exit):
            self.iterator_loop(node, exit)
        self.emitter.start(exit, self.at(node.iterable))
        if self.emitter.reachable:
            self.finish_unit(node, mode)

    def iterator_loop(self, node: tree.For, exit: Label) -> None:
        emitter = self.emitter
        location = self.at(node.iterable)
        self.value(node.iterable)
        self.emit(ops.GetIteratorOp.new(location))
        iterator = self.keep("iterator", location)
        start, body = Label(), Label()
        emitter.start(start, location)
        self.load(iterator, location)
        emitter.next(body, exit, location)
        emitter.start(body, location)
        if emitter.reachable:
            emitter.height -= 1
            self.enter_loop(node.label, start, exit)
            emitter.height += 1
            self.bind_item(node.pattern)
            self.mode(node.body, Mode.EFFECT)
            self.loops.pop()
        emitter.jump(start, location)

    def bind_item(self, pattern: tree.Pattern) -> None:
        """Binds the loop's pattern to the value on the stack."""
        location = self.at(pattern)
        if isinstance(pattern, tree.NamePattern) and pattern.inner is None:
            self.define(self.program.variables[id(pattern)], location)
        elif isinstance(pattern, tree.WildcardPattern):
            self.emit(ops.PopOp.new(location))
        else:
            self.destructure(pattern, self.keep("item", location), location)

    def counted_loop(self, node: tree.For, exit: Label) -> bool:
        """``for`` over a range written in its head, perhaps with ``rev()`` or ``step_by(n)``.

        The counter is compared before it is changed, so that it never leaves the range: the ends
        may be any ints.
        """
        iterable, method, step = _counted_range(node.iterable)
        if iterable is None:
            return False
        assert iterable.low is not None and iterable.high is not None
        emit, emitter = self.emit, self.emitter
        location = self.at(iterable)
        literal = isinstance(iterable.low, tree.Int) and isinstance(iterable.high, tree.Int)
        self.value(iterable.low)
        self.value(iterable.high)
        if not literal:
            emit(ops.CheckRangeOp.new(location))
        high = self.keep("high", location)
        low = self.keep("low", location)
        head, body, latch, advance = Label(), Label(), Label(), Label()
        if method == "rev":
            counter = emitter.local("counter")
            self.load(high, location)
            emit(ops.StoreLocalOp.new(counter, location))
        else:
            counter = low
        if step is not None:
            self.value(step)
            stride = self.keep("step", location)
            place = self.at(node.iterable)
            self.load(high, place)
            self.load(stride, place)
            emit(ops.PushBoolOp.new(iterable.inclusive, place))
            emit(ops.CallBuiltinOp.new("step_limit", 3, place))
            limit = self.keep("limit", location)
        else:
            stride = limit = -1

        def compare(
            left: int, right: int, kind: type[ops.BinaryOp], then: Label, no: Label
        ) -> None:
            self.load(left, location)
            self.load(right, location)
            emit(kind.new(location))
            emitter.branch(then, no, location)

        strict = ops.LessEqualOp if iterable.inclusive else ops.LessOp
        before = low if method == "rev" else counter
        after = counter if method == "rev" else high
        emitter.start(head, location)
        compare(before, after, strict, body, exit)
        emitter.start(body, location)
        if method == "rev" and not iterable.inclusive:
            self.count(counter, None, ops.SubOp, location)
        self.enter_loop(node.label, latch, exit)
        self.load(counter, location)
        self.bind_item(node.pattern)
        self.mode(node.body, Mode.EFFECT)
        self.loops.pop()
        emitter.start(latch, location)
        if not emitter.reachable:
            return True
        if step is not None:
            compare(counter, limit, ops.LessOp, advance, exit)
            emitter.start(advance, location)
            self.count(counter, stride, ops.AddOp, location)
            emitter.jump(body, location)
        elif iterable.inclusive:
            compare(before, after, ops.LessOp, advance, exit)
            emitter.start(advance, location)
            self.count(counter, None, ops.SubOp if method == "rev" else ops.AddOp, location)
            emitter.jump(body, location)
        else:
            if method != "rev":
                self.count(counter, None, ops.AddOp, location)
            emitter.jump(head, location)
        return True

    def count(
        self, counter: int, step: int | None, kind: type[ops.BinaryOp], location: LocationAttr
    ) -> None:
        """Moves a counter by the step, or by 1."""
        self.load(counter, location)
        if step is None:
            self.emit(ops.PushIntOp.new(1, location))
        else:
            self.load(step, location)
        self.emit(kind.new(location))
        self.emit(ops.StoreLocalOp.new(counter, location))


def _counted_range(node: tree.Expr) -> tuple[tree.Range | None, str, tree.Expr | None]:
    """The range, method (``rev``, ``step_by`` or none) and step of a head that counts."""
    method, step = "", None
    if isinstance(node, tree.MethodCall) and isinstance(node.receiver, (tree.Paren, tree.Range)):
        if node.name == "rev" and not node.arguments:
            method, node = "rev", node.receiver
        elif node.name == "step_by" and len(node.arguments) == 1:
            method, step, node = "step_by", node.arguments[0], node.receiver
    while isinstance(node, tree.Paren):
        node = node.inner
    return (node if isinstance(node, tree.Range) else None), method, step
