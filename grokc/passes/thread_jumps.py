"""``thread-jumps``: a way that knows the outcome of a branch does not come by the branch.

An inlined function that returns ``Some(x)`` in one place and ``None`` in another hands one of them
to a block that asks which of them it is.  Each way there gets a copy of that block, in which the
answer is known, and goes on where it leads.  So what is made on one way is only used on that way,
and ``scalar-replace`` can take it apart.

A block is copied for all ways to it if it is small, no loop's head, and ends in a branch on a test
of one of its arguments whose outcome at least one way knows.  What the block made is then made in
several places; where it is used behind it, blocks in which different copies meet get arguments
(Cytron et al., 1991; only where the value is still used).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.constants import FALSE, TRUE, FunctionRef, VariantRef
from grokc.dialects.dominance import Dominators
from grokc.dialects.types import ANY, BOXED, I1, GrokType, StructType, TraitType
from grokc.passes.analysis.blocks import (
    Edge,
    edges_of,
    hand_on_more,
    incoming_edges,
    replace_terminator,
)
from grokc.passes.analysis.frontiers import frontiers, meeting_places
from grokc.passes.analysis.rebuild import copy_operation, number_of
from grokc.passes.number_values import known_truth
from grokc.passes.unbox import machine_constant

LARGEST = 20
"""Operations of a block that is copied, snapshots aside."""

MOST = 8
"""Ways to a block that is copied."""

BUDGET = 400
"""Operations that are copied in one function."""


@dataclass(frozen=True)
class ThreadJumps(ModulePass):
    """See the module's docstring."""

    name = "thread-jumps"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                thread_jumps(function)


def thread_jumps(function: grok.FuncOp) -> None:
    """Copies the blocks of one function whose branches are decided on some way, in place."""
    budget = BUDGET
    while True:
        found = _find(function, budget)
        if found is None:
            return
        block, edges = found
        budget -= len(edges) * len(list(block.ops))
        _split(function, block, edges)


def _find(function: grok.FuncOp, budget: int) -> tuple[Block, list[Edge]] | None:
    order = Dominators(function.body).order
    incoming: dict[Block, list[Edge]] | None = None
    for position, block in enumerate(order):
        branch = block.last_op
        if not block.args or not isinstance(branch, grok.BranchOp):
            continue
        asked = _asked(branch.condition)
        if asked is None or not isinstance(asked, BlockArgument) or asked.block is not block:
            continue
        if incoming is None:
            incoming = incoming_edges(order)
        edges = incoming[block]
        if not 2 <= len(edges) <= MOST:
            continue
        size = sum(1 for op in block.ops if op.name != "grok.snapshot")
        if size > LARGEST or size * len(edges) > budget:
            continue
        before = set(order[:position])
        if any(edge.source not in before for edge in edges):
            continue  # the head of a loop
        if len({edge.source for edge in edges}) < len(edges):
            continue  # both outcomes of one branch
        test = branch.condition.owner
        for edge in edges:
            given = edge.arguments[asked.index]
            truth = known_truth(given) if asked is branch.condition else outcome(test, given)  # type: ignore[arg-type]
            if truth is not None:
                return block, edges
    return None


def _asked(condition: SSAValue) -> SSAValue | None:
    """What a condition is a test of; or itself."""
    if isinstance(condition, BlockArgument):
        return condition
    op = condition.owner
    if isinstance(op, _TESTS):
        return op.operands[0]
    return None


_TESTS = (
    grok.IsVariantOp,
    grok.IsStructOp,
    grok.IsTupleOp,
    grok.IsMissingOp,
    speculation.IsTypeOp,
    speculation.IsFunctionOp,
)


def outcome(test: Operation, value: SSAValue) -> bool | None:
    """What a test of a value says, if that is known from the value's type, or how it is made."""
    made = value.owner
    match test:
        case grok.IsVariantOp():
            enum, variant = test.enum.root_reference.data, test.variant.data
            if isinstance(made, grok.MakeVariantOp):
                return (enum, variant) == (made.enum.root_reference.data, made.variant.data)
            if isinstance(made, grok.ConstantOp) and isinstance(made.value.data, VariantRef):
                known = made.value.data
                return (enum, variant) == (known.enum, known.variant)
        case grok.IsStructOp():
            kind = value.type
            if isinstance(kind, StructType):
                return test.symbol.root_reference.data == kind.symbol.data
        case grok.IsTupleOp():
            if isinstance(made, grok.MakeTupleOp):
                return number_of(test.properties["count"]) == len(made.operands)
        case grok.IsMissingOp():
            return False if value.type != ANY else None
        case speculation.IsTypeOp():
            kind = BOXED.get(value.type, value.type)
            assert isinstance(kind, GrokType)
            return None if kind == ANY or isinstance(kind, TraitType) else kind == test.type
        case speculation.IsFunctionOp():
            body = known_body(value)
            return None if body is None else body == test.function
    return None


def known_body(value: SSAValue) -> str | None:
    """The body of a function value, where it is made, or was found out."""
    made = value.owner
    if isinstance(made, (speculation.GuardFunctionOp, speculation.KnownFunctionOp)):
        return made.function
    if isinstance(made, grok.MakeClosureOp):
        return made.symbol.root_reference.data
    if isinstance(made, grok.ConstantOp) and isinstance(made.value.data, FunctionRef):
        return made.value.data.symbol
    return None


def branch_outcome(op: grok.BranchOp) -> bool | None:
    """Where a branch goes, if that is known from the operations that its condition comes from."""
    truth = known_truth(op.condition)
    test = op.condition.owner
    if truth is None and isinstance(test, _TESTS):
        return outcome(test, test.operands[0])
    return truth


# --------------------------------------------------------------------------------- the copies


def _split(function: grok.FuncOp, block: Block, edges: Sequence[Edge]) -> None:
    copies: dict[Block, dict[SSAValue, SSAValue]] = {}
    for edge in edges:
        home = _own_end(edge)
        values: dict[SSAValue, SSAValue] = dict(zip(block.args, edge.arguments, strict=True))
        _copy_into(home, block, values)
        copies[home] = values
    made: list[SSAValue] = [*block.args, *(result for op in block.ops for result in op.results)]
    outside = [
        value for value in made if any(use.operation.parent is not block for use in value.uses)
    ]
    for op in block.ops:
        op.drop_all_references()
    region = block.parent
    assert region is not None
    region.detach_block(block)
    if outside:
        _Repair(function).run(outside, copies)


def _own_end(edge: Edge) -> Block:
    """A block that goes nowhere else: the edge's source without its jump, or one on the edge."""
    terminator = edge.source.last_op
    assert terminator is not None
    if isinstance(terminator, grok.JumpOp):
        edge.source.erase_op(terminator)
        return edge.source
    assert isinstance(terminator, grok.BranchOp)
    home = Block()
    region = edge.target.parent
    assert region is not None
    region.insert_block_before(home, edge.target)
    first = terminator.then is edge.target
    replace_terminator(
        terminator,
        terminator.moved(
            terminator.condition,
            home if first else terminator.then,
            terminator.otherwise if first else home,
            () if first else terminator.then_arguments,
            terminator.else_arguments if first else (),
        ),
    )
    return home


def _copy_into(home: Block, block: Block, values: dict[SSAValue, SSAValue]) -> None:
    """Copies a block's operations; the terminator only as far as it is not decided."""
    for op in block.ops:
        operands = [values.get(operand, operand) for operand in op.operands]
        if isinstance(op, grok.BranchOp):
            condition = operands[0]
            truth = known_truth(condition)
            taken = edges_of(op)
            given = [
                [values.get(argument, argument) for argument in edge.arguments] for edge in taken
            ]
            if truth is None:
                home.add_op(op.moved(condition, op.then, op.otherwise, given[0], given[1]))
            else:
                way = 0 if truth else 1
                home.add_op(grok.JumpOp.new(taken[way].target, given[way], op.location))
            return
        if isinstance(op, _TESTS):
            known = outcome(op, operands[0])
            if known is not None:
                decided = (
                    machine_constant(known)
                    if op.result.type == I1
                    else grok.ConstantOp.new(TRUE if known else FALSE)
                )
                decided.location = op.location
                home.add_op(decided)
                values[op.result] = decided.results[0]
                continue
        new = copy_operation(op, operands)
        home.add_op(new)
        for result, copied in zip(op.results, new.results, strict=True):
            copied.name_hint = result.name_hint
            values[result] = copied


class _Repair:
    """Finds, for values that several blocks define, which definition a use means."""

    def __init__(self, function: grok.FuncOp) -> None:
        self.dominators = Dominators(function.body)
        self.edges = incoming_edges(self.dominators.order)
        self.frontiers = frontiers(self.dominators, self.edges)

    def run(
        self, values: Sequence[SSAValue], copies: dict[Block, dict[SSAValue, SSAValue]]
    ) -> None:
        """Lets the uses of each value use its copies (by the block at whose end they are)."""
        reached = {home: made for home, made in copies.items() if self.dominators.reaches(home)}
        for value in values:
            self.repair(value, {home: made[value] for home, made in reached.items()})

    def repair(self, value: SSAValue, copies: dict[Block, SSAValue]) -> None:
        uses = [
            use
            for use in value.uses
            if use.operation.parent is not None and self.dominators.reaches(use.operation.parent)
        ]
        needed: set[Block] = set()  # blocks at whose start the value is needed
        pending = [use.operation.parent for use in uses]
        while pending:
            block = pending.pop()
            assert block is not None
            if block in needed:
                continue
            needed.add(block)
            pending += [e.source for e in self.edges[block] if e.source not in copies]
        arguments: dict[Block, SSAValue] = {}
        for block in meeting_places(self.frontiers, copies):
            if block in needed:
                argument = block.insert_arg(value.type, len(block.args))
                argument.name_hint = value.name_hint
                arguments[block] = argument
        for use in uses:
            block = use.operation.parent
            assert block is not None
            use.operation.operands[use.index] = self.at_start(block, copies, arguments)
        for block in arguments:
            for source in {edge.source for edge in self.edges[block]}:
                hand_on_more(source, block, self.at_end(source, copies, arguments))

    def at_end(
        self, block: Block, copies: dict[Block, SSAValue], arguments: dict[Block, SSAValue]
    ) -> SSAValue:
        """The value at the end of a block."""
        return copies[block] if block in copies else self.at_start(block, copies, arguments)

    def at_start(
        self, block: Block, copies: dict[Block, SSAValue], arguments: dict[Block, SSAValue]
    ) -> SSAValue:
        """The value at the start of a block."""
        at: Block | None = block
        while at is not None:
            if at in arguments:
                return arguments[at]
            at = self.dominators.parent(at)
            if at in copies:
                return copies[at]
        raise AssertionError("a use that its definition does not dominate")
