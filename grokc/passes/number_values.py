"""``number-values``: what was computed, guarded or checked before is not done again.

Global value numbering by dominance: two operations of one kind on the same operands give the same
result.  So a value is guarded once and not at each use, an index is checked once, and a sum that
did not overflow does not overflow the second time.  Loads from memory are the business of
``forward-fields``.

A condition is known to hold, or not to, in what only one outcome of its branch leads to: a second
branch on it becomes a jump.

Checked arithmetic and comparisons of constant ints are constants, and branches on them
jumps: what an inlined callee does with constant arguments folds.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.constants import FALSE, TRUE, VariantRef
from grokc.dialects.int_arithmetic import INT_ARITHMETIC
from grokc.dialects.types import BOXED, I1, I64, GrokType, is_subtype
from grokc.passes.analysis.blocks import incoming_edges
from grokc.passes.analysis.kinds import CHECKED_ARITHMETIC, NUMBERED
from grokc.passes.analysis.ranges import constant
from grokc.passes.analysis.rebuild import Rebuild
from grokc.passes.unbox import machine_constant


@dataclass(frozen=True)
class NumberValues(ModulePass):
    """See the module's docstring."""

    name = "number-values"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                number_values(function)


def number_values(function: grok.FuncOp) -> None:
    """Removes the redundant computations and guards of one function, in place."""
    Numbering(function).run()


_Key: TypeAlias = tuple[object, ...]


class Numbering(Rebuild):
    """The walk, which ``forward-fields`` goes on from."""

    def __init__(self, function: grok.FuncOp) -> None:
        super().__init__(function)
        self.edges = incoming_edges(self.dominators.order)
        self.known: dict[_Key, SSAValue] = {}
        """What was computed on all ways to this place."""
        self.known_at_end: dict[Block, dict[_Key, SSAValue]] = {}
        self.truths: dict[SSAValue, bool] = {}
        """Conditions whose outcome is known."""
        self.truths_at_end: dict[Block, dict[SSAValue, bool]] = {}
        self.old_block = self.dominators.order[0]

    def enter(self, block: Block) -> None:
        super().enter(block)
        parent = self.dominators.parent(block)
        self.old_block = block
        if parent is None:
            return
        self.known = dict(self.known_at_end[parent])
        self.truths = dict(self.truths_at_end[parent])
        edges = self.edges[block]
        if len(edges) == 1:
            branch = edges[0].source.last_op
            if isinstance(branch, grok.BranchOp) and branch.then is not branch.otherwise:
                self.truths[self.values[branch.condition]] = branch.then is block

    def visit(self, op: Operation) -> None:
        if isinstance(op, (grok.JumpOp, grok.BranchOp)):
            self.known_at_end[self.old_block] = self.known
            self.truths_at_end[self.old_block] = self.truths
        if isinstance(op, grok.BranchOp):
            condition = self.values[op.condition]
            truth = self.truths.get(condition, known_truth(condition))
            if truth is not None:
                taken = op.then if truth else op.otherwise
                self.jump(taken, op.then_arguments if truth else op.else_arguments)
                return
        if not _is_numbered(op):
            super().visit(op)
            return
        operands = [self.values[operand] for operand in op.operands]
        result = op.results[0]
        if isinstance(op, grok.IsVariantOp):
            decided = self.decided(op, operands[0])
            if decided is not None:
                self.values[result] = decided
                return
        if isinstance(op, speculation.GuardOp):
            proven = _proven(operands[0], op.type, result.type)
            owner = operands[0].owner
            if isinstance(owner, grok.ConstantOp) and BOXED.get(result.type) == owner.result.type:
                data = owner.value.data
                assert isinstance(data, (bool, int, float))
                constant = machine_constant(data)
                self.block.add_op(constant)
                proven = constant.results[0]
            if proven is not None:
                self.values[result] = proven
                return
        outcome = _folded(op, operands)
        if outcome is not None:
            made = machine_constant(outcome)
            self.block.add_op(made)
            self.values[result] = made.results[0]
            return
        key = (type(op), result.type, *op.properties.values(), *operands)
        known = self.known.get(key)
        if known is None:
            self.known[key] = self.copy(op, operands, result.type).results[0]
        else:
            self.values[result] = known

    def decided(self, op: grok.IsVariantOp, value: SSAValue) -> SSAValue | None:
        """The outcome of a test of a variant without payload."""
        owner = value.owner
        if not isinstance(owner, grok.ConstantOp) or not isinstance(owner.value.data, VariantRef):
            return None
        known = owner.value.data
        outcome = (known.enum, known.variant) == (op.enum.root_reference.data, op.variant.data)
        if op.result.type != I1:
            return self.emit(grok.ConstantOp.new(TRUE if outcome else FALSE))
        made = machine_constant(outcome)
        self.block.add_op(made)
        return made.results[0]


_COMPUTE = {
    kind: INT_ARITHMETIC[kind.name.removeprefix("grok.").removesuffix("_checked")]
    for kind in CHECKED_ARITHMETIC
}

_COMPARE: tuple[Callable[[int, int], bool], ...] = (
    *(operator.eq, operator.ne),
    *(operator.lt, operator.le, operator.gt, operator.ge),
)
"""The predicates of ``arith.cmpi`` in their order, but those of unsigned numbers."""


def _folded(op: Operation, operands: list[SSAValue]) -> int | bool | None:
    """The result for constant operands, where there is one."""
    compute = _COMPUTE.get(type(op))
    if compute is None and not isinstance(op, arith.CmpiOp):
        return None
    left, right = (constant(operand) for operand in operands)
    if left is None or right is None or operands[0].type != I64:
        return None
    if compute is not None:
        return compute(left, right)
    assert isinstance(op, arith.CmpiOp)
    predicate = op.predicate.value.data
    return _COMPARE[predicate](left, right) if predicate < len(_COMPARE) else None


def known_truth(condition: SSAValue) -> bool | None:
    """The outcome of a branch on a constant."""
    owner = condition.owner
    if isinstance(owner, grok.ConstantOp):
        return {TRUE: True, FALSE: False}.get(owner.value)
    number = constant(condition)
    return None if number is None else number != 0


def _is_numbered(op: Operation) -> bool:
    if type(op) in NUMBERED:
        return True
    # Constants cost nothing; and 0.0 is not -0.0, though they are equal.
    return op.dialect_name() == arith.Arith.name and not isinstance(op, arith.ConstantOp)


def _proven(value: SSAValue, wanted: Attribute, result: Attribute) -> SSAValue | None:
    """What a guard gives, if the value is known to be what it asks for and is there in the
    representation that it gives."""
    owner = value.owner
    if isinstance(owner, speculation.BoxOp) and owner.operands[0].type == result:
        return owner.operands[0]
    kind = value.type
    if kind == result and isinstance(kind, GrokType) and isinstance(wanted, GrokType):
        return value if is_subtype(kind, wanted) else None
    return None
