"""The loops of a function as sets of blocks, each with a block in front of its head.

The *preheader* of a loop is the block from which alone the loop is entered, and which goes nowhere
else: what does not change in the loop may be computed at its end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xdsl.ir import Block, Operation, SSAValue

from grokc.dialects import grok
from grokc.dialects.dominance import Dominators
from grokc.dialects.location import UNKNOWN
from grokc.dialects.speculation import (
    BoxOp,
    SnapshotOp,
    VirtualCellOp,
    VirtualIteratorOp,
    VirtualStructOp,
)
from grokc.passes.analysis.blocks import Edge, incoming_edges
from grokc.passes.analysis.control_flow import analyse
from grokc.passes.analysis.rebuild import copy_operation


@dataclass(slots=True, eq=False)
class Loop:
    """A natural loop."""

    header: Block
    preheader: Block
    latches: list[Block]
    blocks: list[Block] = field(default_factory=list)
    """In the order of the function, inner loops' blocks among them."""
    members: set[Block] = field(default_factory=set)

    def defines(self, value: SSAValue) -> bool:
        """Is the value made in the loop?"""
        owner = value.owner
        block = owner if isinstance(owner, Block) else owner.parent
        return block in self.members

    def entry_arguments(self) -> tuple[SSAValue, ...]:
        """What the header's arguments are when the loop begins."""
        jump = self.preheader.last_op
        assert jump is not None
        return tuple(jump.operands)

    def place(self) -> tuple[str, int] | None:
        """Where the interpreter is when the loop begins: function and pc; ``None`` if the header
        does not say so."""
        snapshot = self._first_snapshot()
        if snapshot is None:
            return None
        frame = snapshot.innermost
        return frame.function, frame.pc

    def write_entry_snapshot(self) -> None:
        """Writes, at the end of the preheader, how the interpreter goes on from there: for exits
        behind it."""
        snapshot, end = self._first_snapshot(), self.preheader.last_op
        assert snapshot is not None
        assert end is not None
        values: dict[SSAValue, SSAValue] = dict(
            zip(self.header.args, self.entry_arguments(), strict=True)
        )
        op: Operation | None = self.header.first_op
        while op is not None:
            new = copy_operation(op, [values.get(operand, operand) for operand in op.operands])
            self.preheader.insert_op_before(new, end)
            values.update(zip(op.results, new.results, strict=True))
            op = op.next_op if op is not snapshot else None

    def _first_snapshot(self) -> SnapshotOp | None:
        """That of the header's start; in front of it stand at most the objects that it tells of."""
        op = self.header.first_op
        while op is not None and not isinstance(op, SnapshotOp):
            if not isinstance(op, _FOR_SNAPSHOTS):
                return None
            op = op.next_op
        return op


_FOR_SNAPSHOTS = (
    grok.MakeTupleOp,
    grok.MakeVariantOp,
    grok.MakeClosureOp,
    grok.ConstantOp,
    BoxOp,
    VirtualStructOp,
    VirtualCellOp,
    VirtualIteratorOp,
)


def loops_with_preheaders(function: grok.FuncOp) -> tuple[list[Loop], Dominators]:
    """The loops of a function, inner ones first; preheaders are added where they are missing."""
    dominators = Dominators(function.body)
    numbers = {block: number for number, block in enumerate(dominators.order)}
    flow = analyse(
        [
            [numbers[target] for target in block.last_op.successors] if block.last_op else []
            for block in dominators.order
        ]
    )
    if not flow.loops:
        return [], dominators
    order = dominators.order
    edges = incoming_edges(order)
    added: dict[Block, Block] = {}
    result: list[Loop] = []
    members: list[set[Block]] = []
    for found in flow.loops:
        header = order[found.header]
        inside = {order[number] for number in flow.order if found.holds(number)}
        outside = [edge for edge in edges[header] if edge.source not in inside]
        preheader = _preheader(header, outside)
        if preheader is None:
            preheader = added[header] = _add_preheader(header, outside)
        latches = [order[number] for number in dict.fromkeys(found.latches)]
        result.append(Loop(header, preheader, latches, members=inside))
        members.append(inside)
    if added:
        for inside in members:
            for header, preheader in added.items():
                # Inside of the loops around its own.
                if header in inside and not any(
                    loop.header is header and loop.members is inside for loop in result
                ):
                    inside.add(preheader)
        dominators = Dominators(function.body)
    for loop in result:
        loop.blocks = [block for block in dominators.order if block in loop.members]
    return result, dominators


def _preheader(header: Block, outside: list[Edge]) -> Block | None:
    if len(outside) == 1 and isinstance(outside[0].source.last_op, grok.JumpOp):
        return outside[0].source
    return None


def _add_preheader(header: Block, outside: list[Edge]) -> Block:
    preheader = Block(arg_types=[argument.type for argument in header.args])
    for argument, new in zip(header.args, preheader.args, strict=True):
        new.name_hint = argument.name_hint
    where = UNKNOWN if header.first_op is None else header.first_op.location
    preheader.add_op(grok.JumpOp.new(header, preheader.args, where))
    region = header.parent
    assert region is not None
    region.insert_block_before(preheader, header)
    for source in dict.fromkeys(edge.source for edge in outside):
        _redirect(source, header, preheader)
    return preheader


def _redirect(source: Block, old: Block, new: Block) -> None:
    """Lets a block go on at another one."""
    terminator = source.last_op
    assert terminator is not None
    made: Operation
    if isinstance(terminator, grok.JumpOp):
        made = grok.JumpOp.new(new, terminator.arguments, terminator.location)
    else:
        assert isinstance(terminator, grok.BranchOp)
        then, otherwise = (new if block is old else block for block in terminator.successors)
        made = terminator.moved(
            terminator.condition,
            then,
            otherwise,
            terminator.then_arguments,
            terminator.else_arguments,
        )
    source.erase_op(terminator)
    source.add_op(made)
