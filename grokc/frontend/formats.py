"""Format literals: ``println("{name} is {:>8.3}", x)``, and the specs of holes.

A format is taken apart at compile time.  ``pieces`` are what the ``format`` operation carries:
text, spec, text, spec, ..., text, where a spec is what stands after the colon, checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPEC = re.compile(r"(?:.?[<>^])?\+?0?([0-9]*)(?:\.([0-9]+))?[?xXboe]?", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

WIDEST = 65_535
"""The largest width and precision."""


@dataclass(frozen=True, slots=True)
class Hole:
    """``{name:spec}`` at ``start..end`` of the literal's value; ``name`` may be empty."""

    name: str
    spec: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FormatError:
    """Why ``start..end`` of the literal's value is wrong."""

    message: str
    start: int
    end: int
    help: str | None = None


def check_spec(spec: str) -> str | None:
    """What is wrong with a spec (without its colon), or None."""
    match = _SPEC.fullmatch(spec)
    if match is None:
        return f"unknown format '{{:{spec}}}'"
    for digits in match.groups():
        if digits and int(digits[:9]) > WIDEST:
            return f"a width or precision above {WIDEST} in '{{:{spec}}}'"
    return None


def split(text: str) -> tuple[list[str], list[Hole], list[FormatError]]:
    """Takes a format apart into pieces and holes."""
    pieces: list[str] = []
    holes: list[Hole] = []
    errors: list[FormatError] = []
    current: list[str] = []
    for part in _parts(text):
        if isinstance(part, str):
            current.append(part)
        elif isinstance(part, FormatError):
            errors.append(part)
        else:
            error = _check_hole(part)
            if error is not None:
                errors.append(error)
            pieces += ("".join(current), part.spec)
            current = []
            holes.append(part)
    pieces.append("".join(current))
    return pieces, holes, errors


def _parts(text: str) -> Iterator[str | Hole | FormatError]:
    at, end = 0, len(text)
    while at < end:
        brace = min((i for i in (text.find("{", at), text.find("}", at)) if i >= 0), default=end)
        if brace > at:
            yield text[at:brace]
        if brace == end:
            return
        if text.startswith(("{{", "}}"), brace):
            yield text[brace]
            at = brace + 2
            continue
        if text[brace] == "}":
            yield FormatError(
                "'}' without '{' in a format", brace, brace + 1, "write '}}' for a brace"
            )
            at = brace + 1
            continue
        close = text.find("}", brace)
        if close < 0:
            yield FormatError(
                "'{' without '}' in a format", brace, brace + 1, "write '{{' for a brace"
            )
            return
        name, _, spec = text[brace + 1 : close].partition(":")
        yield Hole(name.strip(), spec, brace, close + 1)
        at = close + 1


def _check_hole(hole: Hole) -> FormatError | None:
    if hole.name and not _NAME.fullmatch(hole.name):
        return FormatError(
            f"a hole of a format holds a name or nothing, not '{hole.name}'",
            hole.start,
            hole.end,
            "write f\"...\" to put an expression into text, or '{{' for a brace",
        )
    problem = check_spec(hole.spec)
    if problem is not None:
        return FormatError(problem, hole.start, hole.end)
    return None
