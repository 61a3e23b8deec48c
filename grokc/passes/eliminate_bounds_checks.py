"""``eliminate-bounds-checks``: an index that is provably within bounds is not checked.

An index is at least 0 by its range, and below a list's length by a comparison that was decided on
the way, or by what it was made from (:mod:`grokc.passes.analysis.ranges`).  So nothing is left of
the check in ``for i in 0..list.len()`` while the loop does not change lengths.

Where the length and the loop's end have nothing to do with each other, but neither changes in the
loop, the check of *all* indices moves in front of it: the last one is checked there, by the state
in which the loop begins.  Whoever leaves the loop early may have no error where that check fails;
then the interpreter goes on, and after some failures (``refused`` holds the place of the loop's
head) the check stays inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.lowering.refused import Refused
from grokc.passes.analysis.loops import Loop, loops_with_preheaders
from grokc.passes.analysis.ranges import Facts, Ranges
from grokc.passes.unbox import machine_constant

LARGE = 1 << 40
"""An index below a number that is not larger is one that the program has bounded by a constant."""


@dataclass(frozen=True)
class EliminateBoundsChecks(ModulePass):
    """See the module's docstring."""

    name = "eliminate-bounds-checks"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                eliminate_bounds_checks(function)


def eliminate_bounds_checks(function: grok.FuncOp, refused: Refused = ()) -> None:
    """Removes the needless checks of indices in one function, in place."""
    if not any(isinstance(op, speculation.CheckBoundsOp) for op in function.walk()):
        return
    _Eliminator(function, refused).run()


class _Eliminator:
    def __init__(self, function: grok.FuncOp, refused: Refused) -> None:
        self.refused = refused
        self.loops, self.dominators = loops_with_preheaders(function)
        self.innermost: dict[Block, Loop] = {}
        for loop in self.loops:
            for block in loop.blocks:
                self.innermost.setdefault(block, loop)
        self.ranges = Ranges(function)
        self.proven: list[Operation] = []
        self.moved: dict[tuple[Loop, SSAValue | None, int, SSAValue], None] = {}
        """Checks to be made in front of loops: the last index is the value (or 0) plus the
        number."""

    def run(self) -> None:
        self.ranges.visit(self.look)
        for loop, base, offset, length in self.moved:
            self.check_before(loop, base, offset, length)
        for op in self.proven:
            op.results[0].replace_all_uses_with(op.operands[0])
            assert op.parent is not None
            op.parent.erase_op(op)

    def look(self, op: Operation, facts: Facts) -> None:
        if not isinstance(op, speculation.CheckBoundsOp):
            return
        index, length = op.operands
        low, high = facts.range(index)
        if low < 0:
            return
        if facts.is_below(index, length):
            self.proven.append(op)
            return
        loop = self.innermost.get(op.parent_block())  # type: ignore[arg-type]
        if (
            loop is None
            or loop.defines(length)
            or not loop.defines(index)
            or not self.runs_always(op, loop)
        ):
            return
        bounds = [
            (offset, base)
            for base, offset in facts.upper_bounds(index).items()
            if base is not length and not loop.defines(base)
        ]
        last: tuple[SSAValue | None, int]
        if bounds:
            offset, base = min(bounds, key=lambda bound: bound[0])
            last = base, offset
        elif high < LARGE:
            last = None, high
        else:
            return
        self.moved[loop, *last, length] = None
        self.proven.append(op)

    def runs_always(self, op: Operation, loop: Loop) -> bool:
        """Does each turn of the loop come by, and can the loop's head tell the state?"""
        block = op.parent_block()
        assert block is not None
        if not all(self.dominators.dominates(block, latch) for latch in loop.latches):
            return False
        place = loop.place()
        return place is not None and place not in self.refused

    def check_before(
        self, loop: Loop, base: SSAValue | None, offset: int, length: SSAValue
    ) -> None:
        """Writes the check of the last index at the end of a preheader."""
        block, end = loop.preheader, loop.preheader.last_op
        assert end is not None
        index: SSAValue
        if base is None:
            last = machine_constant(offset)
            block.insert_op_before(last, end)
            index = last.results[0]
        elif offset:
            number = machine_constant(offset)
            block.insert_op_before(number, end)
            total = arith.AddiOp(base, number.results[0])
            block.insert_op_before(total, end)
            index = total.result
        else:
            index = base
        loop.write_entry_snapshot()
        block.insert_op_before(speculation.CheckBoundsOp.new(index, length), end)
