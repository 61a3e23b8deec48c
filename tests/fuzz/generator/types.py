"""The types that the generator thinks in.

They are finer than GrokLang's: an int has a width, so that ``a + b`` of two ints of 62 bits is
known not to overflow, and ``any`` and ``number`` are the places where values of several types meet.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Type:
    """``zero`` is the smallest expression of a type, as the reducer wants it."""

    @property
    def annotation(self) -> str:
        raise NotImplementedError

    @property
    def zero(self) -> str | None:
        raise NotImplementedError


@dataclass(frozen=True)
class Simple(Type):
    name: str
    literal: str

    @property
    def annotation(self) -> str:
        return self.name

    @property
    def zero(self) -> str:
        return self.literal


@dataclass(frozen=True)
class Int(Type):
    """An int n with -2^bits <= n < 2^bits."""

    bits: int

    @property
    def annotation(self) -> str:
        return "int"

    @property
    def zero(self) -> str:
        return "0"


SMALL, MIDDLE, INLINE, WIDE = Int(7), Int(31), Int(47), Int(63)
"""``INLINE`` is what a NaN-boxed word holds; wider ints lie on the heap."""

WIDTHS = (SMALL, MIDDLE, INLINE, WIDE)

FLOAT = Simple("float", "0.0")
BOOL = Simple("bool", "false")
STR = Simple("str", '""')
UNIT = Simple("()", "()")
RANGE = Simple("range", "0..1")
ANY = Simple("any", "()")

NUMBER = Simple("number", "0")
"""A float, or an int of 31 bits."""


@dataclass(frozen=True)
class ListOf(Type):
    element: Type

    @property
    def annotation(self) -> str:
        return f"list<{self.element.annotation}>" if self.element != NUMBER else "list"

    @property
    def zero(self) -> str:
        return "[]"


@dataclass(frozen=True)
class TupleOf(Type):
    elements: tuple[Type, ...]

    @property
    def annotation(self) -> str:
        texts = [annotation(t) or "any" for t in self.elements]
        return f"({', '.join(texts)},)" if len(texts) == 1 else f"({', '.join(texts)})"

    @property
    def zero(self) -> str | None:
        parts = [t.zero for t in self.elements]
        return None if None in parts else f"({', '.join(map(str, parts))})"


@dataclass(frozen=True)
class MapOf(Type):
    key: Type
    value: Type

    @property
    def annotation(self) -> str:
        return "map"

    @property
    def zero(self) -> str:
        return "#{}"


@dataclass(frozen=True)
class SetOf(Type):
    element: Type

    @property
    def annotation(self) -> str:
        return "set"

    @property
    def zero(self) -> str:
        return "Set::new()"


@dataclass(frozen=True)
class OptionOf(Type):
    value: Type

    @property
    def annotation(self) -> str:
        return "Option"

    @property
    def zero(self) -> str:
        return "None"


@dataclass(frozen=True)
class ResultOf(Type):
    value: Type
    error: Type

    @property
    def annotation(self) -> str:
        return "Result"

    @property
    def zero(self) -> str | None:
        return None if self.value.zero is None else f"Ok({self.value.zero})"


@dataclass(frozen=True)
class Function(Type):
    parameters: tuple[Type, ...]
    result: Type

    @property
    def annotation(self) -> str:
        return "function"

    @property
    def zero(self) -> str | None:
        if self.result.zero is None:
            return None
        return f"|{', '.join(f'a{i}' for i in range(len(self.parameters)))}| {self.result.zero}"


@dataclass(frozen=True)
class Named(Type):
    """A struct, an enum, or a trait (a value of any type that has the trait)."""

    name: str

    @property
    def annotation(self) -> str:
        return self.name

    @property
    def zero(self) -> None:
        return None


def annotation(type_: Type) -> str | None:
    """What may be written behind a colon, if anything may."""
    match type_:
        case Simple("number") | Function():
            return None
        case _:
            return type_.annotation


def fits(actual: Type, wanted: Type) -> bool:
    """May a value of the one type stand where the other is wanted?

    What can be changed is exact: who gets a list of small ints as one of wide ints would put wide
    ones into it.
    """
    if actual == wanted or wanted == ANY:
        return True
    match actual, wanted:
        case Int(bits), Int(limit):
            return bits <= limit
        case (Int(bits), Simple("number")):
            return bits <= MIDDLE.bits
        case (Simple("float"), Simple("number")):
            return True
        case TupleOf(ours), TupleOf(theirs):
            return len(ours) == len(theirs) and all(map(fits, ours, theirs))
        case OptionOf(ours), OptionOf(theirs):
            return fits(ours, theirs)
        case ResultOf(ours, error), ResultOf(theirs, other):
            return fits(ours, theirs) and fits(error, other)
        case _:
            return False


def is_key(type_: Type) -> bool:
    """May values of this type be keys of maps?  (Floats may be NaN, which may not.)"""
    match type_:
        case Int() | Simple("bool" | "str" | "()" | "range"):
            return True
        case TupleOf(elements):
            return all(map(is_key, elements))
        case OptionOf(value):
            return is_key(value)
        case _:
            return False


def is_ordered(type_: Type) -> bool:
    """May values of this type be compared with ``<`` without an error?"""
    match type_:
        case Int() | Simple("bool" | "str" | "float" | "number"):
            return True
        case TupleOf(elements):
            return all(map(is_ordered, elements))
        case ListOf(element):
            return is_ordered(element)
        case _:
            return False
