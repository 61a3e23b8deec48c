"""``stack-to-register``: from the stack machine to SSA form.

Each ``grok_stack.func`` becomes a ``grok.func``; the operand stack and the locals become SSA
values.  A *slot* is a local or a place on the stack: what a path through the function reads and
writes.  The work is done on numbers, so that no operation is made that has to be changed later:

1. Each block is run on paper.  Slots that are read before they are written hold a value that comes
   *in*; pushes, loads, stores and ``dup`` only pass numbers around, and what is left is a list of
   operations with numbers for operands.
2. A value that comes in is asked for in the predecessors, which may have to ask on (so only what is
   used is ever looked at: the result is pruned).  Whether a merge is needed is decided for all of
   them together, optimistically: a value that comes in is what all predecessors agree on, the
   predecessors not known yet aside, and becomes a block argument only where two of them differ.
   For the reducible flow of source programs the result has no argument too many.
3. The blocks are written down, in an order in which definitions come first.

Blocks that cannot be reached are dropped; locations are kept; values carry the name of the local
that they were first stored to.  A local that some path leaves unset holds ``()`` there (the front
end proves that such a path does not read it).

The second step is that of Braun et al., *Simple and Efficient Construction of Static Single
Assignment Form* (2013), with the removal of trivial arguments done before they exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from xdsl.context import Context
from xdsl.dialects.builtin import IntAttr, ModuleOp
from xdsl.ir import Attribute, Block, Operation, OpResult, Region, SSAValue, SSAValues
from xdsl.passes import ModulePass

from grokc.dialects import grok, grok_stack
from grokc.dialects.constants import (
    MISSING_CONSTANT,
    UNIT_CONSTANT,
    Constant,
    FunctionRef,
)
from grokc.dialects.types import ANY
from grokc.passes.analysis.control_flow import ControlFlow, analyse


@dataclass(frozen=True)
class StackToRegister(ModulePass):
    """See the module's docstring."""

    name = "stack-to-register"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        body = op.body.block
        for function in list(body.ops):
            if isinstance(function, grok_stack.FuncOp):
                body.insert_op_before(_Function(function).convert(), function)
                body.detach_op(function)


_REGISTER_OPS: dict[str, type[grok.GrokOp]] = {
    op.name.removeprefix("grok."): op for op in grok.OPERATIONS
}


@cache
def _counterpart(op: type[grok_stack.StackOp]) -> tuple[type[grok.GrokOp], tuple[str, ...]]:
    """The ``grok`` operation that does the same, and the properties that it has in common."""
    counterpart = _REGISTER_OPS[op.name.removeprefix("grok_stack.")]
    ours = op.get_irdl_definition().properties
    theirs = counterpart.get_irdl_definition().properties
    return counterpart, tuple(name for name in theirs if name in ours)


class _Function:
    """One function on its way.

    Values are numbers: ``0 .. arity - 1`` are the parameters, ``_unset`` is what locals hold before
    they are set.  Slots are numbers too: the locals, then the places on the stack.
    """

    def __init__(self, function: grok_stack.FuncOp) -> None:
        self.function = function
        self.blocks = list(function.body.blocks)
        numbers = {block: number for number, block in enumerate(self.blocks)}
        self.successors: list[list[int]] = [
            [numbers[target] for target in block.last_op.successors] if block.last_op else []
            for block in self.blocks
        ]
        self.flow: ControlFlow = analyse(self.successors)
        self.arity = len(function.parameters.data)
        self.names = [name.data for name in function.locals.data]
        self.unset = self.arity
        self.count = self.arity + 1
        # By block: what the slots hold at its end (only those that it reads or writes), and what
        # is left of its operations.
        self.slots: list[dict[int, int]] = [{} for _ in self.blocks]
        self.body: list[list[tuple[grok_stack.StackOp, tuple[int, ...], int]]]
        self.body = [[] for _ in self.blocks]
        self.heights = [0] * len(self.blocks)
        # A value that comes in, by block and slot, and its sources, one for each predecessor.
        self.incoming: dict[tuple[int, int], int] = {}
        self.sources: dict[int, list[int]] = {}
        self.origin: dict[int, tuple[int, int]] = {}
        self.hints: dict[int, str] = {}
        # The items that `next` hands to a block: always the block's first argument.
        self.items: dict[int, int] = {}

    def convert(self) -> grok.FuncOp:
        for block in self.flow.order:
            self.run(block)
        self.demand_sources()
        self.resolve()
        return self.write()

    # ---------------------------------------------------------------------- 1: run on paper

    def fresh(self) -> int:
        self.count += 1
        return self.count - 1

    def come_in(self, block: int, slot: int) -> int:
        """The value of a slot at the start of a block."""
        key = (block, slot)
        value = self.incoming.get(key)
        if value is None:
            value = self.incoming[key] = self.fresh()
            self.origin[value] = key
        return value

    def at_end(self, block: int, slot: int) -> int:
        """The value of a slot at the end of a block."""
        value = self.slots[block].get(slot)
        return self.come_in(block, slot) if value is None else value

    def run(self, number: int) -> None:
        slots = self.slots[number]
        body = self.body[number]
        first = len(self.names)
        height = self.heights[number]
        stack = [-1] * height  # -1: not looked at yet

        def pop() -> int:
            value = stack.pop()
            return self.come_in(number, first + len(stack)) if value < 0 else value

        for op in self.blocks[number].ops:
            # Not isinstance(), which is slow when it fails: xDSL's operations are abstract classes.
            kind = type(op)
            if kind is grok_stack.LoadLocalOp:
                local = _index_of(op)
                value = slots.get(local, -1)
                if value < 0:
                    value = slots[local] = self.come_in(number, local)
                stack.append(value)
            elif kind is grok_stack.StoreLocalOp:
                local = _index_of(op)
                value = slots[local] = pop()
                if value not in self.hints:
                    self.hints[value] = self.names[local]
            elif kind is grok_stack.PopOp:
                stack.pop()
            elif kind is grok_stack.DupOp:
                value = pop()
                stack += (value, value)
            else:
                assert isinstance(op, grok_stack.StackOp)
                pops, pushes = op.effect()
                operands = [pop() for _ in range(pops)]
                operands.reverse()
                if kind is grok_stack.CheckRangeOp:
                    body.append((op, tuple(operands), -1))
                    stack += operands
                elif pushes:
                    result = self.fresh()
                    body.append((op, tuple(operands), result))
                    stack.append(result)
                else:
                    body.append((op, tuple(operands), -1))
        for place, value in enumerate(stack):
            if value >= 0:
                slots[first + place] = value
        for way, successor in enumerate(self.successors[number]):
            terminator = body[-1][0]
            self.heights[successor] = terminator.height_at(way, len(stack))
            if isinstance(terminator, grok_stack.NextOp) and way == 0:
                self.items[successor] = self.come_in(successor, first + len(stack))

    # -------------------------------------------------------------- 2: which blocks have arguments

    def demand_sources(self) -> None:
        """Follows the values that come in and are used back to where they are made."""
        used = {operand for block in self.body for _, operands, _ in block for operand in operands}
        pending = [value for value in self.origin if value in used]
        pending += self.items.values()
        while pending:
            value = pending.pop()
            if value in self.sources:
                continue
            block, slot = self.origin[value]
            sources: list[int] = []
            if block == 0:
                sources.append(slot if slot < self.arity else self.unset)
            for predecessor in self.flow.predecessors[block]:
                if self.items.get(block) == value and self.hands_item(predecessor):
                    continue
                source = self.at_end(predecessor, slot)
                sources.append(source)
                if source in self.origin:
                    pending.append(source)
            self.sources[value] = sources

    def hands_item(self, predecessor: int) -> bool:
        return isinstance(self.body[predecessor][-1][0], grok_stack.NextOp)

    def resolve(self) -> None:
        """Finds what each value that comes in is: another value, or (itself) an argument."""
        position = {block: index for index, block in enumerate(self.flow.order)}
        order = sorted(self.sources, key=lambda value: position[self.origin[value][0]])
        known: dict[int, int] = {item: item for item in self.items.values()}
        changed = True
        while changed:
            changed = False
            for value in order:
                old = known.get(value)
                if old == value:
                    continue
                candidates: set[int] = set()
                for source in self.sources[value]:
                    candidate = known.get(source) if source in self.sources else source
                    if candidate is not None:
                        candidates.add(candidate)
                if len(candidates) == 1:
                    new = candidates.pop()
                elif candidates:
                    new = value
                else:
                    continue
                if new != old:
                    known[value] = new
                    changed = True
        self.known = known
        self.arguments: list[list[int]] = [[] for _ in self.blocks]
        for value in order:
            if known.get(value) == value:
                self.arguments[self.origin[value][0]].append(value)
        for block, arguments in enumerate(self.arguments):
            arguments.sort(key=lambda value: (value != self.items.get(block), self.origin[value]))

    # -------------------------------------------------------------------------- 3: write it down

    def write(self) -> grok.FuncOp:
        function = self.function
        values: dict[int, SSAValue] = {}
        region = Region()
        entry = Block(arg_types=[ANY] * self.arity)
        for index, argument in enumerate(entry.args):
            values[index] = argument
            _set_hint(argument, self.names[index])
        region.add_block(entry)
        blocks: dict[int, Block] = {}
        for number in self.flow.order:
            arguments = self.arguments[number]
            if number == 0 and not self.flow.predecessors[0]:
                blocks[number] = entry
                continue
            blocks[number] = block = Block(arg_types=[ANY] * len(arguments))
            region.add_block(block)
            for value, argument in zip(arguments, block.args, strict=True):
                values[value] = argument
                hint = self.hints.get(value)
                slot = self.origin[value][1]
                if hint is None and slot < len(self.names):
                    hint = self.names[slot]
                _set_hint(argument, hint)
        if any(self.unset in sources for sources in self.sources.values()):
            unset = grok.ConstantOp.new(UNIT_CONSTANT, function.location)
            entry.add_op(unset)
            values[self.unset] = unset.result
        if blocks[0] is not entry:
            # Something jumps to the function's first block, which parameters cannot tell of.
            first = [
                values[slot if (slot := self.origin[value][1]) < self.arity else self.unset]
                for value in self.arguments[0]
            ]
            entry.add_op(grok.JumpOp.new(blocks[0], first, function.location))

        def value_of(number: int) -> SSAValue:
            return values[self.known.get(number, number)]

        for number in self.flow.order:
            block = blocks[number]
            for op, operands, result in self.body[number][:-1]:
                new = _translate(op, [value_of(operand) for operand in operands])
                block.add_op(new)
                if result >= 0:
                    values[result] = new.results[0]
                    _set_hint(new.results[0], self.hints.get(result))
            op, operands, _ = self.body[number][-1]
            given = [
                [
                    value_of(self.at_end(number, self.origin[argument][1]))
                    for argument in self.arguments[successor]
                    if not (
                        index == 0
                        and argument == self.items.get(successor)
                        and isinstance(op, grok_stack.NextOp)
                    )
                ]
                for index, successor in enumerate(self.successors[number])
            ]
            targets = [blocks[successor] for successor in self.successors[number]]
            inputs = [value_of(operand) for operand in operands]
            block.add_op(_translate_terminator(op, inputs, targets, given))
        return grok.FuncOp.create(
            properties={
                "sym_name": function.sym_name,
                "parameters": function.parameters,
                "minimum": function.minimum,
                "captures": function.captures,
            },
            attributes=function.attributes,
            regions=(region,),
            location=function.location,
        )


def _index_of(op: Operation) -> int:
    index = op.properties["index"]
    assert isinstance(index, IntAttr)
    number: int = index.data
    return number


def _set_hint(value: SSAValue, name: str | None) -> None:
    if name and value.name_hint is None and SSAValue.is_valid_name(name):
        value.name_hint = name


def _translate(op: grok_stack.StackOp, operands: Sequence[SSAValue]) -> grok.GrokOp:
    constant = constant_of(op)
    if constant is not None:
        return grok.ConstantOp.new(constant, op.location)
    kind, common = _counterpart(type(op))
    properties: dict[str, Attribute] = {name: op.properties[name] for name in common}
    new = kind.create(operands=operands, properties=properties, location=op.location)
    result = new.result_type()
    if result is not None:
        new.results = SSAValues((OpResult(result, new, 0),))
    return new


def constant_of(op: grok_stack.StackOp) -> Constant | None:
    """What an operation pushes, if it is one that pushes a constant."""
    if not op.name.startswith("grok_stack.push_"):
        return None
    match op:
        case grok_stack.ConstantOp():
            return op.value
        case grok_stack.PushUnitOp():
            return UNIT_CONSTANT
        case grok_stack.PushFunctionOp():
            return Constant(FunctionRef(op.symbol.root_reference.data))
    return MISSING_CONSTANT


def _translate_terminator(
    op: grok_stack.StackOp,
    operands: Sequence[SSAValue],
    targets: Sequence[Block],
    arguments: Sequence[Sequence[SSAValue]],
) -> grok.GrokOp:
    match op:
        case grok_stack.JumpOp():
            return grok.JumpOp.new(targets[0], arguments[0], op.location)
        case grok_stack.BranchOp():
            (then, otherwise), (then_given, else_given) = targets, arguments
            condition = operands[0]
            return grok.BranchOp.new(
                condition, then, otherwise, then_given, else_given, op.location
            )
        case grok_stack.NextOp():
            (body, exit), (body_given, exit_given) = targets, arguments
            iterator = operands[0]
            return grok.NextOp.new(iterator, body, exit, body_given, exit_given, op.location)
    return _translate(op, operands)
