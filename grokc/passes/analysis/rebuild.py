"""Writing a function anew: the way most passes of the optimizing tier change one.

A function is walked once, in an order in which definitions come first, and written to a new region:
nothing is moved, replaced or erased, which in xDSL is what costs.  What an old value became is
known per place in the dominator tree, so that a value may be refined from some point on: after a
guard, its operand *is* the guard's result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from xdsl.dialects.builtin import IntAttr, LocationAttr
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from grokc.dialects import grok
from grokc.dialects.construction import append, make, take_name
from grokc.dialects.dominance import Dominators
from grokc.dialects.location import UNKNOWN
from grokc.dialects.speculation import FramesAttr, SnapshotOp


class Rebuild:
    """The walk; a subclass says in :meth:`visit` what becomes of an operation."""

    def __init__(self, function: grok.FuncOp) -> None:
        self.function = function
        self.dominators = Dominators(function.body)
        self.region = Region()
        self.blocks: dict[Block, Block] = {}
        """New blocks by old ones, as far as an edge to them was written."""
        self.block = Block()
        """The new block that is being written."""
        self.values: dict[SSAValue, SSAValue] = {}
        """What old values are at this place."""
        self.at_end: dict[Block, dict[SSAValue, SSAValue]] = {}
        self.snapshot: SnapshotOp | None = None
        """The new snapshot in force."""
        self.ended = False
        self.location: LocationAttr = UNKNOWN
        """That of the old operation that is being visited."""
        self.edge_blocks: list[Block] = []

    def run(self) -> grok.FuncOp:
        """Writes all blocks, and puts the new region in the function's place."""
        order = self.dominators.order
        self.blocks[order[0]] = self.new_block(order[0])
        for block in order:
            if block not in self.blocks:
                continue  # No way leads here any more.
            self.enter(block)
            self.visit_all(block)
        return self.finish()

    def visit_all(self, block: Block) -> None:
        """Writes what becomes of an old block's operations."""
        op = block.first_op
        while op is not None:
            location = self.location = op.location
            written = self.block
            last = written._last_op
            self.visit(op)
            made = written._first_op if last is None else last._next_op
            if made is not None:
                self.locate(made, location)
            if self.block is not written:
                self.locate(self.block.first_op, location)
            if self.ended:
                break
            op = op._next_op
        self.at_end[block] = self.values

    def locate(self, made: Operation | None, location: LocationAttr) -> None:
        """The operations from ``made`` to its block's end come from there, if from nowhere else."""
        while made is not None:
            if made.location is UNKNOWN:
                made.location = location
            made = made._next_op

    def finish(self) -> grok.FuncOp:
        old = self.function.regions[0]
        self.function.detach_region(old)
        self.function.add_region(self.region)
        return self.function

    # -------------------------------------------------------------------------------- blocks

    def argument_types(self, block: Block) -> Sequence[Attribute]:
        """The types that an old block's arguments get."""
        return [argument.type for argument in block.args]

    def new_block(self, block: Block) -> Block:
        new = Block(arg_types=self.argument_types(block))
        new.name_hint = block.name_hint
        for old, argument in zip(block.args, new.args, strict=True):
            take_name(argument, old)
        return new

    def target(self, block: Block) -> Block:
        """The new block of an old one, which is now known to be reached."""
        new = self.blocks.get(block)
        if new is None:
            new = self.blocks[block] = self.new_block(block)
        return new

    def enter(self, block: Block) -> None:
        """Starts to write a block."""
        parent = self.dominators.parent(block)
        self.values = dict(self.at_end[parent]) if parent is not None else {}
        self.block = self.blocks[block]
        self.region.add_block(self.block)
        for old, new in zip(block.args, self.block.args, strict=True):
            self.values[old] = new
        self.snapshot = None
        self.ended = False

    # ---------------------------------------------------------------------------- operations

    def visit(self, op: Operation) -> None:
        """Writes what becomes of an old operation; the default copies it."""
        kind = type(op)
        if kind is grok.JumpOp:
            self.jump(op._successors[0], op._operands)
        elif kind is grok.BranchOp:
            self.branch(cast("grok.BranchOp", op), self.values[op._operands[0]])
        else:
            self.copy(op)

    def copy(
        self,
        op: Operation,
        operands: Sequence[SSAValue] | None = None,
        kind: Attribute | None = None,
    ) -> Operation:
        """The same operation on what its operands have become."""
        if operands is None:
            values = self.values
            operands = [values[operand] for operand in op._operands]
        new = copy_operation(op, operands, kind)
        append(self.block, new)
        if new.results:
            old_result, result = op.results[0], new.results[0]
            self.values[old_result] = result
            take_name(result, old_result)
        elif type(new) is SnapshotOp:
            self.snapshot = new
        return new

    def emit(self, op: grok.GrokOp) -> SSAValue:
        """Writes a new operation; its result."""
        append(self.block, op)
        return op.results[0]

    def jump(self, target: Block, arguments: Sequence[SSAValue]) -> None:
        """Goes on at what an old block becomes, with what old values are."""
        new = self.target(target)
        append(self.block, grok.JumpOp.new(new, self.hand_on(target, arguments)))

    def branch(self, op: grok.BranchOp, condition: SSAValue) -> None:
        """The old branch, by a new condition."""
        old_then, then_arguments, old_otherwise, else_arguments = op.ways()
        then = self.edge(old_then, then_arguments)
        otherwise = self.edge(old_otherwise, else_arguments)
        append(
            self.block,
            op.moved(condition, then[0], otherwise[0], then[1], otherwise[1]),
        )

    def edge(
        self, target: Block, arguments: Sequence[SSAValue]
    ) -> tuple[Block, Sequence[SSAValue]]:
        """One of several ways out: the new target, and what it gets.

        If handing on needs operations, they go into a block of their own.
        """
        new = self.target(target)
        block, values, snapshot = self.block, self.values, self.snapshot
        self.block, self.values, self.snapshot = Block(), dict(values), None
        given = self.hand_on(target, arguments)
        middle = self.block
        self.block, self.values, self.snapshot = block, values, snapshot
        if middle.first_op is None:
            return new, given
        append(middle, grok.JumpOp.new(new, given))
        self.locate(middle.first_op, self.location)
        self.region.add_block(middle)
        return middle, ()

    def hand_on(self, target: Block, arguments: Sequence[SSAValue]) -> Sequence[SSAValue]:
        """What an old block's arguments get; may write operations to make it fit."""
        return [self.values[argument] for argument in arguments]


def copy_operation(
    op: Operation, operands: Sequence[SSAValue], kind: Attribute | None = None
) -> Operation:
    """A copy without regions and successors on other operands, its result of another type."""
    results = op.results
    if kind is None and results:
        kind = results[0].type
    return make(type(op), operands, kind, op.properties, op.attributes, op.location)


def window_of(snapshot: SnapshotOp) -> int:
    """Where the callee's frame begins, in the snapshot of a call."""
    return cast("FramesAttr", snapshot.properties["frames"]).data[0].window


def number_of(attribute: Attribute) -> int:
    """The number in an attribute of an operation."""
    return cast("IntAttr", attribute).data
