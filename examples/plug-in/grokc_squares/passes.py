"""``find-squares`` and ``expand-squares``: from ``x * x`` to ``squares.square`` and back."""

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import (
    PatternRewriter,
    PatternRewriteWalker,
    RewritePattern,
    op_type_rewrite_pattern,
)

from grokc.dialects import grok
from grokc_squares.dialect import SquareOp


class _Find(RewritePattern):
    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: grok.MulOp, rewriter: PatternRewriter) -> None:
        left, right = op.operands
        if left is right:
            square = SquareOp.create(operands=[left], result_types=[op.results[0].type])
            square.location = op.location
            rewriter.replace(op, square)


class _Expand(RewritePattern):
    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: SquareOp, rewriter: PatternRewriter) -> None:
        product = grok.MulOp.create(operands=[op.value, op.value], result_types=[op.result.type])
        product.location = op.location
        rewriter.replace(op, product)


@dataclass(frozen=True)
class FindSquares(ModulePass):
    """Writes ``squares.square`` for products of a value with itself."""

    name = "find-squares"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        PatternRewriteWalker(_Find()).rewrite_module(op)


@dataclass(frozen=True)
class ExpandSquares(ModulePass):
    """Makes products of all ``squares.square`` again."""

    name = "expand-squares"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        PatternRewriteWalker(_Expand()).rewrite_module(op)
