"""Which numbers the ``i64`` values of a function can be, and which of them are below which others.

Two kinds of *facts* about a value, as far as they are known at a place:

* its *range*, from constants, lengths, arithmetic, comparisons that were decided on the way to the
  place, and checks that were passed;
* *upper bounds*: ``v <= base + offset`` for other values, from comparisons and sums with constants.

SSA values do not change, so facts hold in all that the place where they were found dominates.  What
a block argument can be is the union of what the edges hand to it, found by iteration to a fixed
point: ranges that keep growing are widened, then narrowed again (Cousot and Cousot, 1977).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from xdsl.dialects import arith
from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import Block, BlockArgument, Operation, OpResult, SSAValue

from grokc.dialects import grok, speculation
from grokc.dialects.constants import INT_MAX, INT_MIN
from grokc.dialects.dominance import Dominators
from grokc.dialects.types import I1, I64
from grokc.passes.analysis.blocks import Edge, incoming_edges

Range: TypeAlias = tuple[int, int]
"""The least and the greatest number; both are possible as far as is known."""

LEAST, GREATEST = INT_MIN, INT_MAX
ANY_NUMBER: Range = (LEAST, GREATEST)

NO_OVERFLOW = arith.IntegerOverflowAttr([arith.IntegerOverflowFlag.NSW])
"""Of arithmetic that is known not to overflow."""

LONGEST = 1 << 44
"""No list is longer: ``LONGEST_LIST`` in lists.grok."""

INLINE: Range = (-(1 << 47), (1 << 47) - 1)
"""Ints that a boxed word holds itself (``layout_nanbox.grok``)."""

_PATIENCE = 2
"""Rounds in which ranges may grow by themselves."""

_STEPS = (LEAST, INLINE[0], -1, 0, LONGEST, INLINE[1], GREATEST)
"""What growing bounds are widened to."""

_ROUNDS = 24
"""A fixed point is reached long before: each bound can be widened only so often."""


class Facts:
    """What is known at one place."""

    __slots__ = ("ranges", "uppers")

    def __init__(
        self,
        ranges: dict[SSAValue, Range] | None = None,
        uppers: dict[SSAValue, dict[SSAValue, int]] | None = None,
    ) -> None:
        self.ranges = ranges if ranges is not None else {}
        self.uppers = uppers if uppers is not None else {}

    def copy(self) -> Facts:
        return Facts(dict(self.ranges), dict(self.uppers))

    def range(self, value: SSAValue) -> Range:
        """The range of an ``i64``."""
        known = self.ranges.get(value)
        if known is not None:
            return known
        number = constant(value)
        return (number, number) if number is not None else ANY_NUMBER

    def narrow(self, value: SSAValue, low: int, high: int) -> None:
        """The value is now known to be in a range, too."""
        old = self.range(value)
        new = max(old[0], low), min(old[1], high)
        if new == old or new[0] > new[1]:  # nobody comes here with an empty range
            return
        self.ranges[value] = new
        parts = _sum_with_constant(value)
        if parts is not None:
            part, offset = parts
            self.narrow(part, new[0] - offset, new[1] - offset)

    def bound(self, value: SSAValue, base: SSAValue, offset: int) -> None:
        """``value <= base + offset`` is now known."""
        known = self.uppers.get(value, {})
        if offset < known.get(base, offset + 1):
            self.uppers[value] = {**known, base: offset}

    def upper_bounds(self, value: SSAValue) -> dict[SSAValue, int]:
        """All ``base: offset`` with ``value <= base + offset`` that are known."""
        result = {value: 0}
        shift = 0
        part = value
        while True:
            for base, offset in self.uppers.get(part, {}).items():
                offset += shift
                if offset < result.get(base, offset + 1):
                    result[base] = offset
                # What is a sum with a constant bounds by its parts.
                parts = _sum_with_constant(base)
                if parts is not None:
                    inner, more = parts
                    if offset + more < result.get(inner, offset + more + 1):
                        result[inner] = offset + more
            parts = _sum_with_constant(part)
            if parts is None:
                return result
            part, more = parts
            shift += more
            result.setdefault(part, shift)

    def is_below(self, value: SSAValue, limit: SSAValue) -> bool:
        """Is ``value < limit`` known?"""
        if self.range(value)[1] < self.range(limit)[0]:
            return True
        bounds = self.upper_bounds(value)
        room = -1
        while True:
            offset = bounds.get(limit)
            if offset is not None and offset <= room:
                return True
            parts = _sum_with_constant(limit)
            if parts is None:
                return False
            limit, more = parts
            room += more

    def assume(self, condition: SSAValue, outcome: bool) -> None:
        """A condition has been decided."""
        op = condition.owner
        if isinstance(op, arith.CmpiOp):
            if op.operands[0].type == I64:
                predicate = op.predicate.value.data
                self._compare(predicate if outcome else _OPPOSITE[predicate], *op.operands)
        elif isinstance(op, arith.AndIOp) and outcome:
            for part in op.operands:
                self.assume(part, True)
        elif isinstance(op, arith.OrIOp) and not outcome:
            for part in op.operands:
                self.assume(part, False)
        elif isinstance(op, arith.XOrIOp) and _is_true(op.operands[1]):
            self.assume(op.operands[0], not outcome)

    def _compare(self, predicate: int, left: SSAValue, right: SSAValue) -> None:
        match predicate:
            case 0:  # eq
                low, high = self.range(right)
                self.narrow(left, low, high)
                self.narrow(right, *self.range(left))
                self.bound(left, right, 0)
                self.bound(right, left, 0)
            case 2:  # slt
                self._below(left, right, 1)
            case 3:  # sle
                self._below(left, right, 0)
            case 4:  # sgt
                self._below(right, left, 1)
            case 5:  # sge
                self._below(right, left, 0)

    def _below(self, smaller: SSAValue, greater: SSAValue, distance: int) -> None:
        self.narrow(smaller, LEAST, self.range(greater)[1] - distance)
        self.narrow(greater, self.range(smaller)[0] + distance, GREATEST)
        self.bound(smaller, greater, -distance)


_OPPOSITE = {0: 1, 1: 0, 2: 5, 3: 4, 4: 3, 5: 2, 6: 9, 7: 8, 8: 7, 9: 6}
"""Predicates of ``arith.cmpi`` by number: eq ne slt sle sgt sge ult ule ugt uge."""


def constant(value: SSAValue) -> int | None:
    """The number that a machine value is known to be where it is made."""
    owner = value.owner
    if type(owner) is arith.ConstantOp:
        number = owner.properties["value"]
        if isinstance(number, IntegerAttr):
            return number.value.data
    return None


def _is_true(value: SSAValue) -> bool:
    return value.type == I1 and constant(value) in (1, -1)


def _sum_with_constant(value: SSAValue) -> tuple[SSAValue, int] | None:
    """The parts of a sum (that did not overflow) of a value and a constant; an index that was
    checked is itself."""
    op = value.owner
    kind = type(op)
    if kind not in _SUMS:
        return None
    assert isinstance(op, Operation)
    left, right = op._operands
    if kind is speculation.CheckBoundsOp:
        return left, 0
    if kind in _MACHINE_SUMS and op.properties["overflowFlags"] != NO_OVERFLOW:
        return None
    number = constant(right)
    if kind in _DIFFERENCES:
        return (left, -number) if number is not None else None
    if number is not None:
        return left, number
    number = constant(left)
    return (right, number) if number is not None else None


_MACHINE_SUMS: frozenset[type[Operation]] = frozenset({arith.AddiOp, arith.SubiOp})
_DIFFERENCES: frozenset[type[Operation]] = frozenset({speculation.SubCheckedOp, arith.SubiOp})
_SUMS: frozenset[object] = frozenset(
    {*_MACHINE_SUMS, *_DIFFERENCES, speculation.AddCheckedOp, speculation.CheckBoundsOp}
)


class Ranges:
    """The facts of one function."""

    def __init__(self, function: grok.FuncOp) -> None:
        self.dominators = Dominators(function.body)
        self.order = self.dominators.order
        self.edges = incoming_edges(self.order)
        self.at_end: dict[Block, Facts] = {}
        self.arguments: dict[SSAValue, Range] = {}
        self.argument_uppers: dict[SSAValue, dict[SSAValue, int]] = {}
        position = {block: number for number, block in enumerate(self.order)}
        self.heads = {
            block
            for block in self.order
            if any(position[edge.source] >= position[block] for edge in self.edges[block])
        }
        self._solve()

    def visit(self, visitor: Callable[[Operation, Facts], None]) -> None:
        """Calls the visitor with each operation and what is known in front of it."""
        for block in self.order:
            facts = self.at_start(block)
            for op in block.ops:
                visitor(op, facts)
                _step(op, facts)

    def at_start(self, block: Block) -> Facts:
        """What is known at the start of a block."""
        edges = self.edges[block]
        if len(edges) == 1:
            facts = self._along(edges[0])
        else:
            parent = self.dominators.parent(block)
            facts = self.at_end[parent].copy() if parent is not None else Facts()
        for argument in block.args:
            known = self.arguments.get(argument)
            if known is not None:
                facts.ranges[argument] = known
            uppers = self.argument_uppers.get(argument)
            if uppers:
                facts.uppers[argument] = uppers
        return facts

    def _along(self, edge: Edge) -> Facts:
        """What is known when control goes along an edge."""
        facts = self.at_end[edge.source].copy()
        branch = edge.source.last_op
        if type(branch) is grok.BranchOp:
            then, otherwise = branch._successors
            if then is not otherwise:
                facts.assume(branch._operands[0], then is edge.target)
        return facts

    # ------------------------------------------------------------------------ the fixed point

    def _solve(self) -> None:
        self._step_all(self.order, widen=False)
        first = next((n for n, block in enumerate(self.order) if block in self.heads), None)
        if first is None:
            return  # All that leads to a block was walked before it.
        rest = self.order[first:]
        for round in range(1, _ROUNDS):
            if not self._step_all(rest, widen=round >= _PATIENCE):
                break
        else:
            # It cannot be, but nothing may be wrong then either.
            self.arguments.clear()
            self.argument_uppers.clear()
            self._walk()
            return
        if any(block in self.heads and block.args for block in rest):
            for _ in range(2):
                self._step_all(rest, widen=False)

    def _step_all(self, blocks: Sequence[Block], widen: bool) -> bool:
        changed = False
        for block in blocks:
            if any(argument.type == I64 for argument in block.args) and self.edges[block]:
                changed |= self._join(block, widen and block in self.heads)
            self._walk_block(block)
        return changed

    def _walk(self) -> None:
        for block in self.order:
            self._walk_block(block)

    def _walk_block(self, block: Block) -> None:
        facts = self.at_start(block)
        op = block.first_op
        while op is not None:
            _step(op, facts)
            op = op.next_op
        self.at_end[block] = facts

    def _join(self, block: Block, widen: bool) -> bool:
        """The arguments of a block, from the edges that have been walked."""
        known = [
            (edge, self._along(edge)) for edge in self.edges[block] if edge.source in self.at_end
        ]
        changed = False
        for index, argument in enumerate(block.args):
            if argument.type != I64:
                continue
            low, high = GREATEST, LEAST
            uppers: dict[SSAValue, int] | None = None
            for edge, facts in known:
                value = edge.arguments[index]
                given = facts.range(value)
                low, high = min(low, given[0]), max(high, given[1])
                bounds = {
                    base: offset
                    for base, offset in facts.upper_bounds(value).items()
                    if self._is_above(base, block)
                }
                if uppers is None:
                    uppers = bounds
                else:
                    uppers = {
                        base: max(offset, bounds[base])
                        for base, offset in uppers.items()
                        if base in bounds
                    }
            uppers = uppers or {}
            old = self.arguments.get(argument)
            if widen and old is not None:
                if low < old[0]:
                    low = max(step for step in _STEPS if step <= low)
                if high > old[1]:
                    high = min(step for step in _STEPS if step >= high)
                before = self.argument_uppers.get(argument, {})
                uppers = {base: o for base, o in uppers.items() if before.get(base, o - 1) >= o}
            new = low, high
            if new != old or uppers != self.argument_uppers.get(argument, {}):
                self.arguments[argument] = new
                self.argument_uppers[argument] = uppers
                changed = True
        return changed

    def _is_above(self, value: SSAValue, block: Block) -> bool:
        """Is the value made before the block, so that it is the same on all edges to it?"""
        home = value.owner if isinstance(value, BlockArgument) else value.owner.parent
        return home is not block and self.dominators.dominates(cast(Block, home), block)


# ----------------------------------------------------------------------------- one operation


def _step(op: Operation, facts: Facts) -> None:
    """What is known behind an operation."""
    rule = _RULES.get(type(op))
    if rule is not None:
        rule(op, facts)


def _passed_length(word: SSAValue, facts: Facts) -> None:
    """There is a list of this length now."""
    if isinstance(word, OpResult) and isinstance(word.op, speculation.BoxOp):
        number = word.op.operands[0]
        if number.type == I64:
            facts.narrow(number, 0, LONGEST)


def _clamp(low: int, high: int) -> Range:
    return max(low, LEAST), min(high, GREATEST)


def sum_of(left: Range, right: Range) -> Range:
    """The sums, which may not fit 64 bits."""
    return left[0] + right[0], left[1] + right[1]


def difference_of(left: Range, right: Range) -> Range:
    """The differences, likewise."""
    return left[0] - right[1], left[1] - right[0]


def product_of(left: Range, right: Range) -> Range:
    """The products, likewise."""
    products = [a * b for a in left for b in right]
    return min(products), max(products)


def fits(range: Range) -> bool:
    """Do all numbers of a range have 64 bits?"""
    return range[0] >= LEAST and range[1] <= GREATEST


def _add_checked(op: Operation, facts: Facts) -> None:
    left, right = op.operands
    a, b = facts.range(left), facts.range(right)
    facts.ranges[op.results[0]] = _clamp(*sum_of(a, b))
    # It did not overflow.
    facts.narrow(left, LEAST - b[1], GREATEST - b[0])
    facts.narrow(right, LEAST - a[1], GREATEST - a[0])


def _sub_checked(op: Operation, facts: Facts) -> None:
    left, right = op.operands
    a, b = facts.range(left), facts.range(right)
    facts.ranges[op.results[0]] = _clamp(*difference_of(a, b))
    facts.narrow(left, LEAST + b[0], GREATEST + b[1])


def _mul_checked(op: Operation, facts: Facts) -> None:
    a, b = map(facts.range, op.operands)
    facts.ranges[op.results[0]] = _clamp(*product_of(a, b))


def _wrapping(of: Callable[[Range, Range], Range]) -> Callable[[Operation, Facts], None]:
    def rule(op: Operation, facts: Facts) -> None:
        if op.results[0].type == I64:
            result = of(*map(facts.range, op.operands))
            facts.ranges[op.results[0]] = result if fits(result) else ANY_NUMBER

    return rule


def _divide(op: Operation, facts: Facts) -> None:
    (low, high), by = map(facts.range, op.operands)
    if by[0] >= 1:
        ends = [_quotient(a, b) for a in (low, high) for b in by]
        facts.ranges[op.results[0]] = min(ends), max(ends)


def _quotient(a: int, b: int) -> int:
    return a // b if a >= 0 else -(-a // b)


def _remainder(op: Operation, facts: Facts) -> None:
    (low, high), by = map(facts.range, op.operands)
    most = max(abs(by[0]), abs(by[1])) - 1
    facts.ranges[op.results[0]] = (
        0 if low >= 0 else max(low, -most),
        0 if high <= 0 else min(high, most),
    )


def _and(op: Operation, facts: Facts) -> None:
    if op.results[0].type != I64:
        return
    highs = [high for low, high in map(facts.range, op.operands) if low >= 0]
    if highs:
        facts.ranges[op.results[0]] = 0, min(highs)


def _or(op: Operation, facts: Facts) -> None:
    if op.results[0].type != I64:
        return
    a, b = map(facts.range, op.operands)
    if a[0] >= 0 and b[0] >= 0:
        facts.ranges[op.results[0]] = 0, (1 << max(a[1], b[1]).bit_length()) - 1


def _shift_right(op: Operation, facts: Facts) -> None:
    (low, high), (least, most) = map(facts.range, op.operands)
    least, most = max(least, 0), min(most, 63)
    if least <= most:
        ends = [low >> least, low >> most, high >> least, high >> most]
        facts.ranges[op.results[0]] = min(ends), max(ends)


def _shift_left(op: Operation, facts: Facts) -> None:
    number, count = map(facts.range, op.operands)
    if count[0] >= 0 and count[1] <= 63:
        result = product_of(number, (1 << count[0], 1 << count[1]))
        if fits(result):
            facts.ranges[op.results[0]] = result


def _fill_list(op: Operation, facts: Facts) -> None:
    _passed_length(op.operands[1], facts)


def _check_bounds(op: Operation, facts: Facts) -> None:
    index, length = op.operands
    facts.narrow(index, 0, facts.range(length)[1] - 1)
    facts.bound(index, length, -1)
    facts.ranges[op.results[0]] = facts.range(index)


def _check_inline(op: Operation, facts: Facts) -> None:
    facts.narrow(op.operands[0], *INLINE)
    facts.ranges[op.results[0]] = facts.range(op.operands[0])


def _load_item(op: Operation, facts: Facts) -> None:
    if op.results[0].type == I64:
        facts.ranges[op.results[0]] = INLINE


def _length(op: Operation, facts: Facts) -> None:
    facts.ranges[op.results[0]] = 0, LONGEST


def _extend(op: Operation, facts: Facts) -> None:
    if op.operands[0].type == I1:
        facts.ranges[op.results[0]] = 0, 1


def _select(op: Operation, facts: Facts) -> None:
    if op.results[0].type == I64:
        a, b = map(facts.range, op.operands[1:])
        facts.ranges[op.results[0]] = min(a[0], b[0]), max(a[1], b[1])


_RULES: dict[type[Operation], Callable[[Operation, Facts], None]] = {
    speculation.AddCheckedOp: _add_checked,
    speculation.SubCheckedOp: _sub_checked,
    speculation.MulCheckedOp: _mul_checked,
    speculation.DivCheckedOp: _divide,
    speculation.RemCheckedOp: _remainder,
    speculation.ShiftLeftCheckedOp: _shift_left,
    speculation.ShiftRightCheckedOp: _shift_right,
    speculation.CheckBoundsOp: _check_bounds,
    speculation.CheckInlineOp: _check_inline,
    speculation.LoadItemOp: _load_item,
    speculation.ListLengthOp: _length,
    speculation.StrLengthOp: _length,
    grok.FillListOp: _fill_list,
    arith.AddiOp: _wrapping(sum_of),
    arith.SubiOp: _wrapping(difference_of),
    arith.MuliOp: _wrapping(product_of),
    arith.DivSIOp: _divide,
    arith.RemSIOp: _remainder,
    arith.AndIOp: _and,
    arith.OrIOp: _or,
    arith.XOrIOp: _or,
    arith.ShRSIOp: _shift_right,
    arith.ShLIOp: _shift_left,
    arith.ExtUIOp: _extend,
    arith.SelectOp: _select,
}
