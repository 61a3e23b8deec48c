"""Patterns."""

from __future__ import annotations

from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern


class DropCertainCheck(RewritePattern):
    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        return


JUMP_PATTERNS: tuple[RewritePattern, ...] = ()
BRANCH_PATTERNS: tuple[RewritePattern, ...] = ()
