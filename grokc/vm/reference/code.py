"""What values of the reference engine refer to: code of functions, and annotations of fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from grokc.dialects import grok_stack
from grokc.dialects.location import Span
from grokc.dialects.types import FloatType, GrokType, NamedType, TraitType

Instruction: TypeAlias = tuple[Callable[..., int], Any]


class Code:
    """A function's code; shared by all closures over it."""

    __slots__ = ("arity", "instructions", "is_closure", "locals", "minimum", "name", "spans")

    def __init__(self, function: grok_stack.FuncOp) -> None:
        self.name = function.symbol
        self.minimum = function.minimum.data
        self.arity = len(function.parameters.data)
        self.locals = len(function.locals.data)
        # A closure that captures nothing is told by its symbol alone.
        self.is_closure = bool(function.captures.data) or short_name(self.name).startswith(
            "closure#"
        )
        self.instructions: list[Instruction] = []
        self.spans: list[Span | None] = []


def short_name(symbol: str) -> str:
    return symbol.rpartition("::")[2]


def type_key(kind: GrokType) -> str:
    """Identifies a type: the keyword of a built-in one, else ``struct`` or ``enum`` and symbol."""
    if isinstance(kind, NamedType):
        return f"{kind.keyword()} {kind.symbol.data}"
    return kind.keyword()


class Check:
    """An annotation: which values cross it as they are.  ``traits`` has the keys of the types that
    have each trait; they may come later."""

    __slots__ = ("keys", "length", "name", "to_float")

    def __init__(self, traits: dict[str, set[str]], kind: GrokType) -> None:
        self.name = kind.describe()
        self.to_float = isinstance(kind, FloatType)
        self.length = kind.length.data if kind.keyword() == "tuple" else -1  # type: ignore[attr-defined]
        if isinstance(kind, TraitType):
            self.keys: set[str] | None = traits.setdefault(kind.symbol.data, set())
        elif kind.keyword() == "any":
            self.keys = None
        else:
            self.keys = {type_key(kind)}
