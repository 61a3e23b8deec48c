"""Makes and attaches operations without xDSL's checks, for code that makes very many of them.

xDSL's constructor copies what it is given and asks the definition of the operation for defaults,
and attaching an operation walks up to the module; that is three quarters of what an operation
costs.  Here an operation that nobody else has yet is put together from parts that are right by
construction; the result is the same.  Only this module knows how xDSL keeps operands, uses and the
chain of a block's operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from xdsl.dialects.builtin import LocationAttr
from xdsl.ir import Attribute, Block, Operation, OpResult, SSAValue, SSAValues, Use

from grokc.dialects.location import UNKNOWN

AnyOperation = TypeVar("AnyOperation", bound=Operation)


def make(
    kind: type[AnyOperation],
    operands: Iterable[SSAValue] = (),
    result: Attribute | None = None,
    properties: dict[str, Attribute] | None = None,
    attributes: dict[str, Attribute] | None = None,
    location: LocationAttr = UNKNOWN,
    successors: Sequence[Block] = (),
) -> AnyOperation:
    """A new operation without regions, with at most one result.

    It owns the dictionaries, or shares them with operations that do not change them either; all
    properties are there that the operation has.
    """
    op = kind.__new__(kind)
    op.properties = {} if properties is None else properties
    op.attributes = {} if attributes is None else attributes
    op.location = location
    values = SSAValues(operands)
    if values:
        op._operands = values
        op._operand_uses = _uses(op, values)
    if result is not None:
        op.results = SSAValues((OpResult(result, op, 0),))
    if successors:
        blocks = tuple(successors)
        op._successors = blocks
        op._successor_uses = _uses(op, blocks)
    return op


def _uses(op: Operation, used: Sequence[SSAValue] | Sequence[Block]) -> tuple[Use, ...]:
    uses = []
    for index, one in enumerate(used):
        use = Use(op, index)
        first = one.first_use
        if first is not None:
            use._next_use = first
            first._prev_use = use
        one.first_use = use
        uses.append(use)
    return tuple(uses)


def append(block: Block, op: Operation) -> None:
    """Puts a new operation at the end of a block."""
    op.parent = block
    last = block._last_op
    if last is None:
        block._first_op = op
    else:
        last._next_op = op
        op._prev_op = last
    block._last_op = op


def take_name(new: SSAValue, old: SSAValue) -> None:
    """Names a value as another one, whose name is known to be good."""
    new._name = old._name
