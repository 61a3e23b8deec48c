"""Canonicalization of control flow in ``grok``: what xDSL's ``canonicalize`` does besides folding.

A branch on a constant becomes a jump, a jump to a block that no one else enters is merged with it,
and edges skip blocks that only jump on.
"""

from __future__ import annotations

from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern
from xdsl.rewriter import InsertPoint, Rewriter

from grokc.dialects.feedback import FEEDBACK, BranchAttr
from grokc.dialects.folding import constant_of
from grokc.dialects.grok import BranchOp, CheckRangeOp, JumpOp, NotOp
from grokc.dialects.types import BOOL, INT


class DropCertainCheck(RewritePattern):
    """Ends that are ints need no check."""

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if isinstance(op, CheckRangeOp) and all(value.type == INT for value in op.operands):
            rewriter.erase(op)


class BranchOnConstant(RewritePattern):
    """``branch true, ^a, ^b`` is ``jump ^a``."""

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if not isinstance(op, BranchOp):
            return
        constant = constant_of(op.condition)
        if constant is None or not isinstance(constant.data, bool):
            return  # anything but a bool is a type error, at run time
        if constant.data:
            target, arguments = op.then, op.then_arguments
        else:
            target, arguments = op.otherwise, op.else_arguments
        rewriter.replace(op, JumpOp.new(target, tuple(arguments), op.location))


class BranchOnNot(RewritePattern):
    """``branch !c, ^a, ^b`` is ``branch c, ^b, ^a`` where ``c`` is a bool."""

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if not isinstance(op, BranchOp):
            return
        negation = op.condition.owner
        if not isinstance(negation, NotOp) or negation.value.type != BOOL:
            return
        swapped = BranchOp.new(
            negation.value,
            op.otherwise,
            op.then,
            tuple(op.else_arguments),
            tuple(op.then_arguments),
            op.location,
        )
        seen = op.attributes.get(FEEDBACK)
        if isinstance(seen, BranchAttr):
            swapped.attributes = {FEEDBACK: seen.swapped()}
        rewriter.replace(op, swapped)


class BranchToOnePlace(RewritePattern):
    """``branch c, ^a(x), ^a(x)`` is ``jump ^a(x)`` where ``c`` is a bool."""

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if (
            isinstance(op, BranchOp)
            and op.condition.type == BOOL
            and op.then is op.otherwise
            and tuple(op.then_arguments) == tuple(op.else_arguments)
        ):
            rewriter.replace(op, JumpOp.new(op.then, tuple(op.then_arguments), op.location))


class MergeIntoPredecessor(RewritePattern):
    """A block that only one jump enters becomes part of the block that ends in the jump."""

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if not isinstance(op, JumpOp):
            return
        block, target = op.parent, op.target
        region = target.parent
        if block is None or target is block or region is None or region.blocks.first is target:
            return
        if len(target.predecessors()) != 1:
            return
        arguments = tuple(op.arguments)
        rewriter.erase(op)
        rewriter.inline_block(target, InsertPoint.at_end(block), arguments)


class SkipPassThrough(RewritePattern):
    """An edge to a block that does nothing but jump on goes to where that jumps."""

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if isinstance(op, JumpOp):
            beyond = _beyond(op.target, tuple(op.arguments))
            if beyond is not None:
                rewriter.replace(op, JumpOp.new(*beyond, op.location))
        elif isinstance(op, BranchOp):
            then = _beyond(op.then, tuple(op.then_arguments))
            otherwise = _beyond(op.otherwise, tuple(op.else_arguments))
            if then is None and otherwise is None:
                return
            then_block, then_arguments = then or (op.then, tuple(op.then_arguments))
            else_block, else_arguments = otherwise or (op.otherwise, tuple(op.else_arguments))
            rewriter.replace(
                op,
                op.moved(op.condition, then_block, else_block, then_arguments, else_arguments),
            )


def shorten_jumps(region: Region) -> None:
    """Lets every jump skip the blocks that only jump on, the last block's first: where a chain of
    them ends (as after deeply nested ifs), each then takes one step.  The pattern above, which
    meets them in no such order, would take as many as the rest of the chain has."""
    for block in reversed(region.blocks):
        jump = block.last_op
        if isinstance(jump, JumpOp):
            beyond = _beyond(jump.target, tuple(jump.arguments))
            if beyond is not None:
                Rewriter.replace_op(jump, JumpOp.new(*beyond, jump.location))


def _beyond(
    block: Block, arguments: tuple[SSAValue, ...]
) -> tuple[Block, tuple[SSAValue, ...]] | None:
    """Where an edge to ``block`` leads in the end, if the block only jumps on."""
    passed: set[Block] = set()
    while isinstance(jump := block.first_op, JumpOp):
        if any(use.operation is not jump for argument in block.args for use in argument.uses):
            break  # values that others see through the block
        if block in passed:
            return None  # a loop that does nothing
        passed.add(block)
        given: dict[SSAValue, SSAValue] = dict(zip(block.args, arguments, strict=True))
        arguments = tuple(given.get(value, value) for value in jump.arguments)
        block = jump.target
    return (block, arguments) if passed else None


JUMP_PATTERNS: tuple[RewritePattern, ...] = (SkipPassThrough(), MergeIntoPredecessor())
BRANCH_PATTERNS: tuple[RewritePattern, ...] = (
    BranchOnConstant(),
    BranchOnNot(),
    BranchToOnePlace(),
    SkipPassThrough(),
)
