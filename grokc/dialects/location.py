"""Where in the source an operation comes from.

xDSL gives every operation a ``location``.  A source span is a file and two character offsets, and
we carry it as a ``FileLineColLoc`` whose two numbers are the span's start and end: xDSL prints and
parses that form (``loc("fib.grok":17:23)``, with ``print_debuginfo``), its passes keep it, and
making one needs no look at the text.  Only this module knows of the convention; a line and a column
are worked out from the offsets where a person is to read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from xdsl.dialects.builtin import (
    UNKNOWN_LOC,
    ArrayAttr,
    FileLineColLoc,
    FusedLoc,
    IntAttr,
    LocationAttr,
    NoneAttr,
    StringAttr,
)
from xdsl.ir import Attribute, Operation


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of ``file``."""

    file: str
    start: int
    end: int


UNKNOWN: LocationAttr = UNKNOWN_LOC


class Locations:
    """Makes the locations of one file, each span only once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._name = StringAttr(file)
        self._known: dict[tuple[int, int], FileLineColLoc] = {}

    def __call__(self, start: int, end: int) -> LocationAttr:
        key = (start, end)
        location = self._known.get(key)
        if location is None:
            # As the constructor does, without its check of the parameters: there is one location
            # for almost every operation, and the check is most of the cost.
            location = FileLineColLoc.__new__(FileLineColLoc)
            object.__setattr__(location, "filename", self._name)
            object.__setattr__(location, "line", IntAttr(start))
            object.__setattr__(location, "column", IntAttr(end))
            self._known[key] = location
        return location


def location(file: str, start: int, end: int) -> LocationAttr:
    """A single location; :class:`Locations` is for many."""
    return FileLineColLoc(StringAttr(file), IntAttr(start), IntAttr(end))


def span(source: Operation | Attribute) -> Span | None:
    """The span of an operation or a location, if it has one.

    Of a fused location, the first span counts.
    """
    where = source.location if isinstance(source, Operation) else source
    return next(_spans(where), None)


def spans(source: Operation | Attribute) -> list[Span]:
    """All spans of an operation or a location: of a fused one, those of its parts in order."""
    where = source.location if isinstance(source, Operation) else source
    return list(dict.fromkeys(_spans(where)))


def _spans(where: Attribute) -> Iterator[Span]:
    if isinstance(where, FusedLoc):
        for part in where.locations:  # type: ignore[attr-defined]
            yield from _spans(part)
    elif isinstance(where, FileLineColLoc):
        yield Span(where.filename.data, where.line.data, where.column.data)


MOST_PLACES = 8
"""How many places a location holds at most."""


def fused(locations: Iterable[LocationAttr]) -> LocationAttr:
    """The location of an operation that stands for several.

    The first known one leads: an operation that can fail is blamed on exactly one place.  A long
    chain of constants that folds to one remembers its first places only.
    """
    parts: dict[LocationAttr, None] = {}
    for where in locations:
        if isinstance(where, FusedLoc):
            parts.update(dict.fromkeys(where.locations))  # type: ignore[call-overload]
        elif where != UNKNOWN:
            parts[where] = None
    match list(parts)[:MOST_PLACES]:
        case []:
            return UNKNOWN
        case [only]:
            return only
        case several:
            return FusedLoc(ArrayAttr(several), NoneAttr())
