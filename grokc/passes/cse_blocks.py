"""``cse-blocks``: common subexpression elimination in each block.

xDSL's ``cse`` does nothing in functions of several blocks, which most of ours are; its driver works
on a block as well, and that is all that is done here.  (Across blocks it would make values live
longer, and so more registers busy, for little: most of what is pure in ``grok`` is a constant.)
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.transforms.common_subexpression_elimination import cse

from grokc.dialects import grok


@dataclass(frozen=True)
class CseBlocks(ModulePass):
    """See the module's docstring."""

    name = "cse-blocks"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                for block in function.body.blocks:
                    cse(block)
