"""What the operations of ``grok`` may do besides giving a result, as xDSL's passes ask for it.

Almost every operation of a dynamically typed language can raise an error or call user code, so the
default is "anything".  The traits here say when that is not so.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from xdsl.ir import Operation
from xdsl.traits import ConditionallySpeculatable, EffectInstance, MemoryEffect, MemoryEffectKind

from grokc.dialects.types import BOOL, FLOAT, INT, PRIMITIVES, STR

_NOTHING: frozenset[EffectInstance] = frozenset()
_NUMBERS = frozenset({INT, FLOAT})


class Allocates(MemoryEffect):
    """Makes an object with an identity: no two are one, but an unused one is not missed."""

    @classmethod
    def get_effects(cls, op: Operation) -> AbstractSet[EffectInstance]:
        return {EffectInstance(MemoryEffectKind.ALLOC, op.results[0])}


class _PureWhen(MemoryEffect, ConditionallySpeculatable):
    """Pure on operands of some types, and on others anything."""

    @classmethod
    def holds(cls, op: Operation) -> bool:
        raise NotImplementedError

    @classmethod
    def get_effects(cls, op: Operation) -> AbstractSet[EffectInstance] | None:
        return _NOTHING if cls.holds(op) else None

    @classmethod
    def is_speculatable(cls, op: Operation) -> bool:
        return cls.holds(op)


class PureOnPrimitives(_PureWhen):
    """``==``: any two values compare, but a struct may have an ``eq`` of its own."""

    @classmethod
    def holds(cls, op: Operation) -> bool:
        return all(operand.type in PRIMITIVES for operand in op.operands)


class PureOnOrdered(_PureWhen):
    """``<``: numbers compare with numbers, strings with strings, bools with bools."""

    @classmethod
    def holds(cls, op: Operation) -> bool:
        kinds = {operand.type for operand in op.operands}
        return kinds <= _NUMBERS or kinds == {STR} or kinds == {BOOL}


class PureOnFloats(_PureWhen):
    """``+``: floats cannot overflow, ints can."""

    @classmethod
    def holds(cls, op: Operation) -> bool:
        kinds = {operand.type for operand in op.operands}
        return kinds <= _NUMBERS and FLOAT in kinds


class PureOnInts(_PureWhen):
    """``a..b`` takes nothing but ints."""

    @classmethod
    def holds(cls, op: Operation) -> bool:
        return all(operand.type == INT for operand in op.operands)


class PureOnBits(_PureWhen):
    """``&``, ``|``, ``^`` and ``!`` take two ints or two bools."""

    @classmethod
    def holds(cls, op: Operation) -> bool:
        kinds = {operand.type for operand in op.operands}
        return kinds == {INT} or kinds == {BOOL}
