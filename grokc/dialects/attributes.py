"""Attributes that operations carry over and over, each made only once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from xdsl.dialects.builtin import ArrayAttr, IntAttr, StringAttr, SymbolRefAttr

from grokc.dialects.constants import Constant


@cache
def number(value: int) -> IntAttr:
    """An index or a count."""
    return IntAttr(value)


@cache
def string(text: str) -> StringAttr:
    """The name of a field, a method or a built-in function, or what an annotation is about."""
    return StringAttr(text)


@cache
def symbol(name: str) -> SymbolRefAttr:
    """A reference to a function, a type or a global."""
    return SymbolRefAttr(name)


def names(texts: Sequence[str]) -> ArrayAttr[StringAttr]:
    """The names of parameters, locals or captures."""
    return ArrayAttr([string(text) for text in texts])


def pieces(texts: Sequence[str]) -> ArrayAttr[Constant]:
    """The pieces of a format: texts of the program, which may hold any character."""
    return ArrayAttr([Constant(text) for text in texts])
