"""``cse-blocks``: common subexpression elimination in each block.

xDSL's ``cse`` does nothing in functions of several blocks, which most of ours are; its driver works
on a block as well, and that is all that is done here.  (Across blocks it would make values live
longer, and so more registers busy, for little: most of what is pure in ``grok`` is a constant.)

The operation that stays stands for those that went: its location is fused of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xdsl.context import Context
from xdsl.dialects.builtin import LocationAttr, ModuleOp
from xdsl.ir import Block, Operation
from xdsl.passes import ModulePass
from xdsl.transforms.common_subexpression_elimination import CSEDriver

from grokc.dialects import grok
from grokc.dialects.location import fused


@dataclass(frozen=True)
class CseBlocks(ModulePass):
    """See the module's docstring."""

    name = "cse-blocks"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                for block in function.body.blocks:
                    _Driver().run(block)


@dataclass
class _Driver(CSEDriver):
    merged: dict[Operation, list[LocationAttr]] = field(default_factory=dict)

    def run(self, block: Block) -> None:
        self.simplify(block)
        for kept, locations in self.merged.items():
            kept.location = fused([kept.location, *locations])

    def _replace_and_delete(self, op: Operation, existing: Operation) -> None:
        self.merged.setdefault(existing, []).append(op.location)
        super()._replace_and_delete(op, existing)
