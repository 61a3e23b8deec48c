"""A plug-in for grokc: the operation ``squares.square``, and passes that write and expand it."""

from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.universe import Universe


def _dialect() -> Dialect:
    from grokc_squares.dialect import SQUARES

    return SQUARES


def _find_squares() -> type[ModulePass]:
    from grokc_squares.passes import FindSquares

    return FindSquares


def _expand_squares() -> type[ModulePass]:
    from grokc_squares.passes import ExpandSquares

    return ExpandSquares


UNIVERSE = Universe(
    all_dialects={"squares": _dialect},
    all_passes={"find-squares": _find_squares, "expand-squares": _expand_squares},
)
