"""Control flow within a function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xdsl.ir import Block, Operation, SSAValue

from grokc.dialects import grok, speculation
from grokc.dialects.feedback import FEEDBACK, BranchAttr
from grokc.dialects.types import (
    BOOL,
    GrokType,
)
from grokc.lowering.core_types import I1, I64
from grokc.lowering.grok_to_llvm.exits import Exits
from grokc.lowering.grok_to_llvm.representation import TRUE


def successors(block: Block) -> Iterator[Block]:
    last = block.last_op
    # The last one first: what is left first stands last.
    return iter(reversed(last.successors)) if last is not None else iter(())


class Control(Exits):
    """Control flow."""

    def jump(self, op: grok.JumpOp) -> None:
        target = op.successors[0]
        self.builder.branch(self.blocks[target], self._handed(target, op.operands))

    def _handed(self, target: Block, values: Sequence[SSAValue]) -> list[SSAValue]:
        """What a block receives, in the representation of its arguments."""
        return [
            self.boxed(value) if isinstance(argument.type, GrokType) else self.value(value)
            for value, argument in zip(values, target.args, strict=True)
        ]

    def branch(self, op: grok.BranchOp) -> None:
        condition = self._condition(op.operands[0])
        then, otherwise = op.successors
        seen = op.attributes.get(FEEDBACK)
        counts = (seen.taken.data, seen.other.data) if isinstance(seen, BranchAttr) else None
        b = self.builder
        if then is otherwise and then.args:
            between = Block()
            b.branch_if(
                condition,
                between,
                self.blocks[otherwise],
                None,
                (),
                self._handed(otherwise, op.else_arguments),
                counts=counts,
            )
            b.start(between)
            b.branch(self.blocks[then], self._handed(then, op.then_arguments))
            return
        given = self._handed(then, op.then_arguments)
        rest = self._handed(otherwise, op.else_arguments)
        b.branch_if(
            condition, self.blocks[then], self.blocks[otherwise], None, given, rest, counts=counts
        )

    def _condition(self, value: SSAValue) -> SSAValue:
        lowered = self.value(value)
        if lowered.type == I1:
            return lowered
        if value.type == BOOL:
            return self.builder.compare("eq", lowered, self.builder.integer(TRUE))
        truth = self.core("is_true", lowered)
        assert truth is not None
        return truth

    def safepoint(self, op: speculation.SafepointOp) -> None:
        """A back-edge: an interrupt is seen to in place."""
        b = self.builder
        interrupt = self._context_field(I64, "interrupt")
        slow, fast = Block(), Block()
        b.branch_if(b.compare("ne", interrupt, b.integer(0)), slow, fast, likely=False)
        snapshot = self.snapshot

        def write() -> None:
            b.start(slow)
            self.snapshot = snapshot
            self.core("poll_loop")
            b.branch(fast)

        self._later(write)
        b.start(fast)

    def fail_no_match(self, op: grok.FailNoMatchOp) -> None:
        b = self.builder
        assert self.snapshot is not None
        pc, base = self._pc(self._own_frame()), self._base_of(self.snapshot)
        self.kit.call(b, "no_match", [self.boxed(op.operands[0])], self.context, pc, base)
        b.branch(self._error_block())

    def unreachable(self, op: Operation) -> None:
        self.builder.unreachable()

    def nothing(self, op: Operation) -> None:
        """Constants are written where they are used."""
