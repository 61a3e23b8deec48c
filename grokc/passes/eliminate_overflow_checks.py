"""``eliminate-overflow-checks``: arithmetic on ints that provably stays in range is not checked.

What operands can be comes from the ranges of :mod:`grokc.passes.analysis.ranges`: the counter of a
loop is below its end, an index is below a length.  A sum, difference or product that fits 64 bits
for all of it becomes the plain operation; so does a division whose divisor is not zero (or -1 where
that matters), and a shift whose count is small enough.  Quotients and remainders of numbers that
are not negative become those of unsigned division, which is cheaper.

An int that is boxed and provably needs no cell of its own is marked as such; one that goes into a
list of ints is not checked for that.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import ModuleOp, UnitAttr
from xdsl.ir import Attribute, Operation, OpResult, SSAValue, SSAValues
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.types import I64
from grokc.passes.analysis.kinds import CHECKED_ARITHMETIC, Kind
from grokc.passes.analysis.ranges import (
    INLINE,
    LEAST,
    NO_OVERFLOW,
    Facts,
    Ranges,
    difference_of,
    fits,
    product_of,
    sum_of,
)


@dataclass(frozen=True)
class EliminateOverflowChecks(ModulePass):
    """See the module's docstring."""

    name = "eliminate-overflow-checks"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                eliminate_overflow_checks(function)


def eliminate_overflow_checks(function: grok.FuncOp) -> None:
    """Removes the needless checks of arithmetic in one function, in place."""
    looked_at = _CANDIDATES | {speculation.BoxOp, speculation.CheckInlineOp}
    if not any(type(op) in looked_at for op in function.walk()):
        return
    plain: list[tuple[Operation, type[Operation]]] = []
    small: list[Operation] = []
    proven: list[Operation] = []

    def look(op: Operation, facts: Facts) -> None:
        if type(op) in _CANDIDATES:
            replacement = _replacement(op, facts)
            if replacement is not None:
                plain.append((op, replacement))
        elif isinstance(op, speculation.BoxOp) and op.value.type == I64:
            if _is_inline(op.value, facts):
                small.append(op)
        elif isinstance(op, speculation.CheckInlineOp) and _is_inline(op.value, facts):
            proven.append(op)

    Ranges(function).visit(look)
    for op, kind in plain:
        _replace(op, kind)
    for op in small:
        op.attributes = {**op.attributes, speculation.INLINE: UnitAttr()}
    for op in proven:
        op.results[0].replace_all_uses_with(op.operands[0])
        assert op.parent is not None
        op.parent.erase_op(op)


def _is_inline(value: SSAValue, facts: Facts) -> bool:
    low, high = facts.range(value)
    return INLINE[0] <= low and high <= INLINE[1]


_CANDIDATES: Kind = CHECKED_ARITHMETIC | {arith.DivSIOp, arith.RemSIOp}


def _replacement(op: Operation, facts: Facts) -> type[Operation] | None:
    left, right = (facts.range(operand) for operand in op.operands)
    match op:
        case speculation.AddCheckedOp():
            return arith.AddiOp if fits(sum_of(left, right)) else None
        case speculation.SubCheckedOp():
            return arith.SubiOp if fits(difference_of(left, right)) else None
        case speculation.MulCheckedOp():
            return arith.MuliOp if fits(product_of(left, right)) else None
        case speculation.ShiftLeftCheckedOp() | speculation.ShiftRightCheckedOp():
            if right[0] < 0 or right[1] > 63:
                return None
            to_left = isinstance(op, speculation.ShiftLeftCheckedOp)
            return arith.ShLIOp if to_left else arith.ShRSIOp
    divides = isinstance(op, (speculation.DivCheckedOp, arith.DivSIOp))
    if left[0] >= 0 and right[0] > 0:
        return arith.DivUIOp if divides else arith.RemUIOp
    if isinstance(op, (arith.DivSIOp, arith.RemSIOp)) or right[0] <= 0 <= right[1]:
        return None
    if right[0] <= -1 <= right[1] and (left[0] == LEAST or not divides):
        return None  # MIN % -1 traps, too
    return arith.DivSIOp if divides else arith.RemSIOp


_WITHOUT_OVERFLOW: dict[str, Attribute] = {"overflowFlags": NO_OVERFLOW}
_WRAPPING: dict[str, Attribute] = {"overflowFlags": arith.IntegerOverflowAttr("none")}


def _replace(op: Operation, kind: type[Operation]) -> None:
    new = kind.__new__(kind)
    new.attributes = {}
    if kind in (arith.AddiOp, arith.SubiOp, arith.MuliOp):
        new.properties = dict(_WITHOUT_OVERFLOW)
    else:
        new.properties = dict(_WRAPPING) if kind is arith.ShLIOp else {}
    new.location = op.location
    new.operands = op.operands
    new.results = SSAValues((OpResult(I64, new, 0),))
    new.results[0].name_hint = op.results[0].name_hint
    block = op.parent
    assert block is not None
    block.insert_op_before(new, op)
    op.results[0].replace_all_uses_with(new.results[0])
    block.erase_op(op)
