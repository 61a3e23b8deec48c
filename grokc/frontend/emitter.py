"""Writes one function of ``grok_stack``: blocks, the stack's height, local slots.

Code is appended to the current block.  After a jump or return there is no current block, and
whatever is emitted until the next label is dropped: it cannot be reached.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import LocationAttr
from xdsl.ir import Block, Operation, Region

from grokc.dialects import grok_stack as ops
from grokc.dialects.location import Locations
from grokc.frontend.symbols import Body


class Label:
    """A place to jump to.  ``height`` is the stack's there, -1 until something goes there."""

    __slots__ = ("block", "height")

    def __init__(self) -> None:
        self.block = Block()
        self.height = -1


class Emitter:
    def __init__(self, body: Body, locations: Locations, parameters: Sequence[str] = ()) -> None:
        self.body = body
        self.locations = locations
        self.parameters = list(parameters)
        self.locals = list(parameters)
        self.capture_index = {id(v): i for i, v in enumerate(body.captures)}
        self.height = 0
        self.reachable = True
        self.block = Block()
        self.blocks: list[Block] = []
        self.code: list[Operation] = []

    def emit(self, op: ops.StackOp) -> None:
        """Appends an operation that is no terminator."""
        if self.reachable:
            self.code.append(op)
            pops, pushes = op.effect()
            self.height += pushes - pops

    def end(self, op: ops.StackOp) -> None:
        """Ends the block with a terminator that goes nowhere or whose labels are noted."""
        if self.reachable:
            self.code.append(op)
            self.finish_block()

    def finish_block(self) -> None:
        self.block.add_ops(self.code)
        self.blocks.append(self.block)
        self.code = []
        self.reachable = False

    def jump(self, label: Label, location: LocationAttr) -> None:
        if self.reachable:
            label.height = self.height
            self.end(ops.JumpOp.new(label.block, location))

    def branch(self, then: Label, otherwise: Label, location: LocationAttr) -> None:
        """Takes a bool from the stack."""
        if self.reachable:
            then.height = otherwise.height = self.height - 1
            self.end(ops.BranchOp.new(then.block, otherwise.block, location))

    def branch_or(self, otherwise: Label, location: LocationAttr) -> None:
        """Takes a bool from the stack and goes on here when it is true."""
        then = Label()
        self.branch(then, otherwise, location)
        self.start(then, location)

    def next(self, body: Label, exit: Label, location: LocationAttr) -> None:
        """Takes an iterator from the stack; the body begins with its item."""
        if self.reachable:
            body.height, exit.height = self.height, self.height - 1
            self.end(ops.NextOp.new(body.block, exit.block, location))

    def start(self, label: Label, location: LocationAttr) -> None:
        """Begins a label's block; what comes before it falls through."""
        self.jump(label, location)
        if label.height >= 0:
            self.block = label.block
            self.height = label.height
            self.reachable = True

    def drop_to(self, height: int, location: LocationAttr) -> None:
        """Takes values off the stack until it has a height again."""
        while self.reachable and self.height > height:
            self.emit(ops.PopOp.new(location))

    def local(self, name: str) -> int:
        """A new local slot."""
        self.locals.append(name)
        return len(self.locals) - 1

    def function(self, minimum: int, location: LocationAttr) -> ops.FuncOp:
        """The finished function."""
        return ops.FuncOp.new(
            self.body.symbol,
            self.parameters,
            Region(self.blocks),
            minimum=minimum,
            locals=self.locals,
            captures=[v.name for v in self.body.captures],
            location=location,
        )
