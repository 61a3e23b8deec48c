"""Where speculation has failed, so that it is not tried again.

Small, and without imports that are not: a process that runs code from the cache needs it as well.
"""

from __future__ import annotations

from collections.abc import Collection

Place = tuple[str, int]
"""A function and a pc: nothing is assumed there."""

Assumption = tuple[str, int, str]
"""A function, a pc, and the reason for which code was left there: that alone is not assumed."""

Refused = Collection[Place | Assumption]

_ELEMENTS = "elements "


def elements_reason(kind: str) -> str:
    """Why code is left that has assumed of what type (its keyword) a list's elements are."""
    return _ELEMENTS + kind


def refuses_elements(refused: Refused, place: Place | None, kind: str) -> bool:
    """Has it failed at a place to assume of what type (its keyword) a list's elements are?"""
    return place is None or (*place, elements_reason(kind)) in refused


def refusal(function: str, pc: int, reason: str) -> Place | Assumption:
    """What is not to be assumed again where code was left too often."""
    return (function, pc, reason) if reason.startswith(_ELEMENTS) else (function, pc)
