"""Writes ``core/powers.grok``, the powers of ten that floats are displayed with::

    python -m grokc.vm.power_tables > grokc/vm/core/powers.grok

A power is kept as its 128 most significant bits, rounded up; the places where Schubfach uses it
(``core/shortest.grok``) know the binary exponent.
"""

from __future__ import annotations

SMALLEST, LARGEST = -292, 324
"""The exponents that doubles need."""

_HEAD = f"""\
#![core]
//! Powers of ten from 10^{SMALLEST} to 10^{LARGEST}. Written by grokc/vm/power_tables.py.
//!
//! A row of POWERS_OF_TEN is the upper and the lower half of 10^k * 2^e, rounded up, where e makes
//! it a number of 128 bits.

const SMALLEST_POWER: i64 = {SMALLEST}
const POWERS_OF_TEN: [i64] = [
"""


def power(exponent: int) -> int:
    """The 128 most significant bits of a power of ten, rounded up."""
    numerator: int = 10 ** max(exponent, 0)
    denominator: int = 10 ** max(-exponent, 0)
    # The quotient has this many bits, or one less.
    bits = numerator.bit_length() - denominator.bit_length() + 1
    for shift in (128 - bits, 129 - bits):
        quotient: int = -((-numerator << max(shift, 0)) // (denominator << max(-shift, 0)))
        if quotient >= 1 << 127:
            return quotient
    raise AssertionError("a power of ten has 128 bits at one of two shifts")


def text() -> str:
    """The file."""
    rows = []
    for exponent in range(SMALLEST, LARGEST + 1):
        upper, lower = divmod(power(exponent), 1 << 64)
        rows.append(f"    0x{upper:016X}, 0x{lower:016X},\n")
    return _HEAD + "".join(rows) + "]\n"


if __name__ == "__main__":
    print(text(), end="")
