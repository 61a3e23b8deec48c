"""``infer-types``: gives values of ``grok`` the types that follow from what they are made of.

An operation alone knows little: the result of ``add`` may be anything.  With the types of the
operands it is an int, a float, a str or a list, and a block argument is what all predecessors hand
it.  Loops are seen optimistically: an argument is first taken to be what comes from before the
loop, and widened when the loop's body proves it wrong.  The types are those of values that come to
be: where an operation fails instead, nobody sees its result.

Parameters stay ``any``; a call's result too.  Types only ever get better here, so the pass may run
as often as there is something new to learn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok
from grokc.dialects.types import ANY, BOOL, FLOAT, INT, LIST, STR, GrokType, join

_Rule = Callable[[GrokType, GrokType], GrokType]

_NUMBERS = frozenset({INT, FLOAT})
_BITS = frozenset({INT, BOOL})


def _number(left: GrokType, right: GrokType) -> GrokType:
    if left in _NUMBERS and right in _NUMBERS:
        return INT if left == right == INT else FLOAT
    return ANY


def _sum(left: GrokType, right: GrokType) -> GrokType:
    # The left operand decides, and a str or a list takes only its like.
    return left if left in (STR, LIST) else _number(left, right)


def _bits(left: GrokType, right: GrokType) -> GrokType:
    return left if left == right and left in _BITS else ANY


_RULES: dict[type[Operation], _Rule] = {
    grok.AddOp: _sum,
    grok.SubOp: _number,
    grok.MulOp: _number,
    grok.DivOp: _number,
    grok.RemOp: _number,
    grok.NegOp: _number,
    grok.BitAndOp: _bits,
    grok.BitOrOp: _bits,
    grok.BitXorOp: _bits,
    grok.NotOp: _bits,
}


@dataclass(frozen=True)
class InferTypes(ModulePass):
    """See the module's docstring."""

    name = "infer-types"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                infer(function)


def infer(function: grok.FuncOp) -> None:
    """Infers the types of one function's values."""
    # Blocks stand in an order in which values mostly come before their uses: few rounds suffice.
    blocks = list(function.body.blocks)
    work: list[SSAValue | Operation] = []
    for block in blocks:
        if block is not blocks[0]:
            work += block.args
        work += [op for op in block.ops if type(op) in _RULES]
    if not work:
        return
    sources = _sources(blocks)
    # What is known so far; a value that is not in here yet may still be anything at all.
    known: dict[SSAValue, GrokType] = {}
    undecided = {item if isinstance(item, SSAValue) else item.results[0] for item in work}

    def type_of(value: SSAValue) -> GrokType | None:
        if value in undecided:
            return known.get(value)
        assert isinstance(value.type, GrokType)
        return value.type

    changed = True
    while changed:
        changed = False
        for item in work:
            new: GrokType | None = None
            if isinstance(item, SSAValue):
                value = item
                for source in sources[item]:
                    kind = ANY if source is None else type_of(source)
                    if kind is not None:
                        new = kind if new is None else join(new, kind)
            else:
                value = item.results[0]
                left, right = type_of(item.operands[0]), type_of(item.operands[-1])
                if left is not None and right is not None:
                    new = _RULES[type(item)](left, right)
            if new is not None and known.get(value) != new:
                known[value] = new
                changed = True
    for value, kind in known.items():
        if kind not in (value.type, ANY):
            value._type = kind


def _sources(blocks: list[Block]) -> dict[SSAValue, list[SSAValue | None]]:
    """What the predecessors hand to each block argument; ``None`` is an iterator's item."""
    sources: dict[SSAValue, list[SSAValue | None]] = {
        argument: [] for block in blocks for argument in block.args
    }
    for block in blocks:
        terminator = block.last_op
        if isinstance(terminator, grok.JumpOp):
            edges = [(terminator.target, list[SSAValue | None](terminator.arguments))]
        elif isinstance(terminator, grok.BranchOp):
            edges = [
                (terminator.then, list[SSAValue | None](terminator.then_arguments)),
                (terminator.otherwise, list[SSAValue | None](terminator.else_arguments)),
            ]
        elif isinstance(terminator, grok.NextOp):
            edges = [
                (terminator.body, [None, *terminator.body_arguments]),
                (terminator.exit, list[SSAValue | None](terminator.exit_arguments)),
            ]
        else:
            continue
        for target, given in edges:
            for argument, source in zip(target.args, given, strict=True):
                sources[argument].append(source)
    return sources
