"""Numbers of the reference engine: C's mathematics library, and xoshiro256**.

The language means C's functions, so they are called: Python's ``math`` raises exceptions where they
give NaN, and computes some (``hypot``) by itself.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache
from typing import cast

from grokc.vm.reference.values import Fault

_WORD = 0xFFFF_FFFF_FFFF_FFFF


@cache
def c_function(name: str, arity: int) -> Callable[..., float]:
    """A function of C's mathematics library, which the Python interpreter itself is linked with."""
    function = getattr(ctypes.CDLL(None), name)
    function.argtypes = [ctypes.c_double] * arity
    function.restype = ctypes.c_double
    return cast("Callable[..., float]", function)


class Random:
    """xoshiro256** (Blackman, Vigna), seeded by splitmix64."""

    def __init__(self) -> None:
        self.seed(int.from_bytes(os.urandom(8), "little"))

    def seed(self, number: int) -> None:
        state = number & _WORD
        words = []
        for _ in range(4):
            state = (state + 0x9E3779B97F4A7C15) & _WORD
            z = state
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _WORD
            words.append(z ^ (z >> 31))
        self._state = words

    def word(self) -> int:
        """The next 64 bits."""
        s = self._state
        result = (_rotate(s[1] * 5 & _WORD, 7) * 9) & _WORD
        t = (s[1] << 17) & _WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = _rotate(s[3], 45)
        return result

    def float(self) -> float:
        """From 0 up to 1: the upper 53 bits."""
        return (self.word() >> 11) * 2.0**-53

    def int(self, low: int, high: int) -> int:
        """From ``low`` to ``high``: words that would favour some numbers are drawn again."""
        if low > high:
            raise Fault(f"empty range: {low} to {high}")
        span = high - low + 1
        limit = (1 << 64) - (1 << 64) % span
        while (word := self.word()) >= limit:
            pass
        return low + word % span


def _rotate(word: int, places: int) -> int:
    return (word << places | word >> (64 - places)) & _WORD
