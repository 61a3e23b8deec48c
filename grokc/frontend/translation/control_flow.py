"""Blocks, conditions, branches and ways out."""

from __future__ import annotations

from grokc.dialects import grok_stack as ops
from grokc.dialects.types import ANY, GrokType
from grokc.frontend import tree
from grokc.frontend.emitter import Label
from grokc.frontend.symbols import Variable
from grokc.frontend.translation.patterns import Patterns
from grokc.frontend.translation.writer import Loop, Mode


class ControlFlow(Patterns):
    """Translates statements and what branches."""

    # --------------------------------------------------------------------------- blocks, statements

    def block(self, block: tree.Block, mode: Mode) -> None:
        emitter = self.emitter
        for statement in block.statements:
            if not emitter.reachable:
                return
            if isinstance(statement, tree.ExprStatement):
                self.mode(statement.value, Mode.EFFECT)
            elif isinstance(statement, tree.Let):
                self.let(statement)
        if block.value is not None:
            self.mode(block.value, mode)
        elif emitter.reachable and mode is not Mode.EFFECT:
            end = max(block.end - 1, block.start)
            location = self.locations(end, block.end)
            self.emit(ops.PushUnitOp.new(location))
            self.finish(tree.Unit(end, block.end), mode)

    def let(self, statement: tree.Let) -> None:
        assert statement.value is not None
        pattern = statement.pattern
        location = self.at(pattern)
        type: GrokType = ANY
        if statement.type is not None:
            type = self.program.annotations[id(statement.type)]
        if isinstance(pattern, tree.NamePattern) and pattern.inner is None:
            self.value_as(statement.value, type, f"variable '{pattern.name}'")
            self.define(self.program.variables[id(pattern)], location)
            return
        if isinstance(pattern, tree.WildcardPattern):
            self.value_as(statement.value, type, "variable '_'")
            self.emit(ops.PopOp.new(location))
            return
        self.value_as(statement.value, type, "pattern")
        slot = self.keep("value", location)
        if statement.otherwise is None:
            self.destructure(pattern, slot, location)
            return
        fail, end = Label(), Label()
        self.test(pattern, slot, fail)
        self.bind(pattern, slot)
        self.emitter.jump(end, location)
        self.emitter.start(fail, location)
        self.block(statement.otherwise, Mode.EFFECT)
        self.emitter.start(end, location)

    # ----------------------------------------------------------------------------------- conditions

    def condition(self, node: tree.Expr, then: Label, otherwise: Label) -> None:
        """Goes to ``then`` or ``otherwise`` by a bool."""
        if not self.emitter.reachable:
            return
        while isinstance(node, tree.Paren):
            node = node.inner
        if isinstance(node, tree.Bool):
            self.emitter.jump(then if node.value else otherwise, self.at(node))
        elif isinstance(node, tree.Unary) and node.operator == "!":
            self.condition(node.operand, otherwise, then)
        elif isinstance(node, tree.Logical):
            *first, last = _operands(node)
            for operand in first:
                goes_on = Label()
                if node.operator == "&&":
                    self.condition(operand, goes_on, otherwise)
                else:
                    self.condition(operand, then, goes_on)
                self.emitter.start(goes_on, self.at(operand))
            self.condition(last, then, otherwise)
        else:
            self.value(node)
            self.emitter.branch(then, otherwise, self.at(node))

    def head(self, condition: tree.Expr, otherwise: Label) -> None:
        """The head of ``if`` or ``while``: goes on here when it holds, its variables bound."""
        if isinstance(condition, tree.LetCondition):
            self.value(condition.value)
            slot = self.keep("subject", self.at(condition))
            self.test(condition.pattern, slot, otherwise)
            self.bind(condition.pattern, slot)
        else:
            then = Label()
            self.condition(condition, then, otherwise)
            self.emitter.start(then, self.at(condition))

    def logical(self, node: tree.Logical) -> None:
        location = self.at(node)
        decided, end = Label(), Label()
        *first, last = _operands(node)
        conjunction = node.operator == "&&"
        for operand in first:
            goes_on = Label()
            if conjunction:
                self.condition(operand, goes_on, decided)
            else:
                self.condition(operand, decided, goes_on)
            self.emitter.start(goes_on, self.at(operand))
        self.value(last)
        self.emit(ops.TrueOp.new(self.at(last)))
        self.emitter.jump(end, location)
        self.emitter.start(decided, location)
        self.emit(ops.PushBoolOp.new(not conjunction, location))
        self.emitter.start(end, location)

    # ------------------------------------------------------------------------------------- branches

    def if_(self, node: tree.If, mode: Mode) -> None:
        emitter = self.emitter
        end = Label()
        link: tree.Expr = node
        while isinstance(link, tree.If):
            otherwise = Label()
            self.head(link.condition, otherwise)
            if link.otherwise is None:  # without `else` the value is (), also when it holds
                self.mode(link.then, Mode.EFFECT)
                emitter.start(otherwise, self.at(link))
                if emitter.reachable:
                    self.finish_unit(link, mode)
                break
            self.mode(link.then, mode)
            emitter.jump(end, self.at(link))
            emitter.start(otherwise, self.at(link))
            link = link.otherwise
        else:
            self.mode(link, mode)
        emitter.start(end, self.at(node))

    def match(self, node: tree.Match, mode: Mode) -> None:
        emitter = self.emitter
        location = self.at(node.value)
        subject = self.subject(node.value)
        end = Label()
        for arm in node.arms:
            other = Label()
            self.test(arm.pattern, subject, other)
            self.bind(arm.pattern, subject)
            if arm.guard is not None:
                holds = Label()
                self.condition(arm.guard, holds, other)
                emitter.start(holds, self.at(arm.guard))
            self.mode(arm.body, mode)
            emitter.jump(end, self.at(arm))
            emitter.start(other, location)
        if emitter.reachable:
            where = self.locations(node.start, node.keyword_end)
            self.load(subject, where)
            emitter.end(ops.FailNoMatchOp.new(where))
        emitter.start(end, self.at(node))

    def subject(self, node: tree.Expr) -> int:
        """A local that holds the value of the expression and is not assigned by anybody else."""
        entity = self.targets.get(id(node)) if isinstance(node, tree.Path) else None
        if (
            isinstance(entity, Variable)
            and entity.body is self.emitter.body
            and not entity.assigned
        ):
            return entity.slot
        self.value(node)
        return self.keep("subject", self.at(node))

    def try_(self, node: tree.Try) -> None:
        emit, emitter, location = self.emit, self.emitter, self.at(node)
        self.value(node.value)
        value = self.keep("tried", location)
        found, other, failed = Label(), Label(), Label()
        self.load(value, location)
        emit(ops.IsVariantOp.new("Option", "Some", location))
        emitter.branch(found, other, location)
        emitter.start(other, location)
        self.load(value, location)
        emit(ops.IsVariantOp.new("Result", "Ok", location))
        emitter.branch(found, failed, location)
        emitter.start(failed, location)
        self.load(value, location)
        emit(ops.CallBuiltinOp.new("check_try", 1, location))
        self.return_value(node)
        emitter.start(found, location)
        self.load(value, location)
        emit(ops.GetPayloadOp.new(0, location))

    # -------------------------------------------------------------------------------------- leaving

    def return_(self, node: tree.Return, mode: Mode) -> None:
        if node.value is None:
            self.emit(ops.PushUnitOp.new(self.at(node)))
            self.return_value(node)
        else:
            self.mode(node.value, Mode.TAIL)

    def find_loop(self, label: str | None) -> Loop:
        return next(loop for loop in reversed(self.loops) if label is None or loop.label == label)

    def break_(self, node: tree.Break, mode: Mode) -> None:
        loop = self.find_loop(node.label)
        location = self.at(node)
        if loop.result is None:
            if node.value is not None:
                self.mode(node.value, Mode.EFFECT)
        else:
            if node.value is None:
                self.emit(ops.PushUnitOp.new(location))
            else:
                self.value(node.value)
            self.emit(ops.StoreLocalOp.new(loop.result, location))
        self.emitter.drop_to(loop.height, location)
        self.emitter.jump(loop.exit, location)

    def continue_(self, node: tree.Continue, mode: Mode) -> None:
        loop = self.find_loop(node.label)
        location = self.at(node)
        self.emitter.drop_to(loop.height, location)
        self.emitter.jump(loop.restart, location)


def _operands(node: tree.Logical) -> list[tree.Expr]:
    """The operands of a chain of one logical operator."""
    operands: list[tree.Expr] = []
    left: tree.Expr = node
    while isinstance(left, tree.Logical) and left.operator == node.operator:
        operands.append(left.right)
        left = left.left
    operands.append(left)
    operands.reverse()
    return operands
