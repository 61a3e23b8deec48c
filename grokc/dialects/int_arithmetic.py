"""What arithmetic on known ints gives: for folders, whatever form the operands have."""

from __future__ import annotations

import operator
from collections.abc import Callable

from grokc.dialects.constants import INT_MAX, INT_MIN

IntArithmetic = Callable[[int, int], "int | None"]
"""The result, or None where the operation would raise an error, which is the program's business."""


def fitting(value: int) -> int | None:
    """The value, if it has 64 bits."""
    return value if INT_MIN <= value <= INT_MAX else None


def _div(a: int, b: int) -> int | None:
    """Truncates towards zero, where Python rounds down."""
    if b == 0:
        return None
    quotient = abs(a) // abs(b)
    return fitting(quotient if (a < 0) == (b < 0) else -quotient)


def _rem(a: int, b: int) -> int | None:
    """The sign is the dividend's, where Python takes the divisor's."""
    if b == 0:
        return None
    remainder = abs(a) % abs(b)
    return -remainder if a < 0 else remainder


def _shift_left(a: int, b: int) -> int | None:
    """Drops the high bits."""
    if not 0 <= b <= 63:
        return None
    bits = (a << b) & 0xFFFF_FFFF_FFFF_FFFF
    return bits - (1 << 64) if bits >> 63 else bits


INT_ARITHMETIC: dict[str, IntArithmetic] = {
    "add": lambda a, b: fitting(a + b),
    "sub": lambda a, b: fitting(a - b),
    "mul": lambda a, b: fitting(a * b),
    "div": _div,
    "rem": _rem,
    "bit_and": operator.and_,
    "bit_or": operator.or_,
    "bit_xor": operator.xor,
    "shift_left": _shift_left,
    "shift_right": lambda a, b: a >> b if 0 <= b <= 63 else None,
}
"""By the names that the operations have in ``grok``."""
