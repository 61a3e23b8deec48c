"""``forward-cells``: reads of a shared variable that are known already.

A variable that closures share lives in a cell, and in ``|| { n += 1; n }`` it is read right after
it was written.  Within a block, a cell that was just written or read holds that value until
something happens that may write to it: another store, or an operation that can call user code.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter
from xdsl.traits import MemoryEffectKind, get_effects

from grokc.dialects import grok


@dataclass(frozen=True)
class ForwardCells(ModulePass):
    """See the module's docstring."""

    name = "forward-cells"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                for block in function.body.blocks:
                    forward(block)


def forward(block: Block) -> None:
    """Forwards values to the reads of one block."""
    known: dict[SSAValue, SSAValue] = {}
    for op in list(block.ops):
        if isinstance(op, grok.LoadCellOp):
            value = known.get(op.value)
            if value is None:
                known[op.value] = op.results[0]
            else:
                Rewriter.replace_op(op, [], [value])
        elif isinstance(op, grok.StoreCellOp):
            # Two values may be one cell, captured twice.
            known = {op.cell: op.value}
        elif isinstance(op, grok.MakeCellOp):
            known[op.results[0]] = op.value
        elif known and _may_write(op):
            known = {}


def _may_write(op: Operation) -> bool:
    effects = get_effects(op)
    return effects is None or any(effect.kind is MemoryEffectKind.WRITE for effect in effects)
