"""Constants: the values that a program's text denotes.

One attribute holds them all, ``#grok.constant<...>``; inside an operation's own text form they are
written bare: ``42``, ``1.5``, ``"abc"``, ``true``, ``unit``, ``missing``, ``@fib`` (the function
value), ``variant @Option "None"`` (without payload) and ``(1, 2)``.

Two constants are equal when no program can tell them apart.  Python's own ``==`` is too coarse for
that: it takes ``1``, ``1.0`` and ``True`` for one, and ``0.0`` and ``-0.0``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from xdsl.ir import Data
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer

from grokc.dialects.types import (
    ANY,
    BOOL,
    FLOAT,
    FUNCTION,
    INT,
    STR,
    UNIT,
    EnumType,
    GrokType,
    TupleType,
)

INT_MIN = -(1 << 63)
INT_MAX = (1 << 63) - 1


class Special(Enum):
    """Values that are nothing but themselves."""

    UNIT = "unit"
    MISSING = "missing"  # what a parameter holds whose argument was left out


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """The value of an ``fn`` item."""

    symbol: str


@dataclass(frozen=True, slots=True)
class VariantRef:
    """An enum's variant without payload."""

    enum: str
    variant: str


ConstantValue: TypeAlias = (
    "int | float | bool | str | Special | FunctionRef | VariantRef | tuple[Constant, ...]"
)


@irdl_attr_definition
class Constant(Data[ConstantValue]):
    """A constant; ``data`` is its value in Python."""

    name = "grok.constant"

    def _key(self) -> tuple[type, object]:
        data = self.data
        if type(data) is float:
            return float, "nan" if data != data else struct.pack("<d", data)
        return type(data), data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    @property
    def type(self) -> GrokType:
        """The constant's type; ``missing`` has none that a program could know."""
        match self.data:
            case bool():
                return BOOL
            case int():
                return INT
            case float():
                return FLOAT
            case str():
                return STR
            case Special.UNIT:
                return UNIT
            case FunctionRef():
                return FUNCTION
            case VariantRef(enum):
                return EnumType(enum)
            case tuple() as items:
                return TupleType(len(items))
            case _:
                return ANY

    def print_parameter(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            print_constant(printer, self)

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> ConstantValue:
        with parser.in_angle_brackets():
            return parse_constant(parser).data


UNIT_CONSTANT = Constant(Special.UNIT)
MISSING_CONSTANT = Constant(Special.MISSING)
TRUE = Constant(True)
FALSE = Constant(False)


def print_constant(printer: Printer, constant: Constant) -> None:
    """The bare form."""
    match constant.data:
        case bool() as truth:
            printer.print_string("true" if truth else "false")
        case int() as number:
            printer.print_string(str(number))
        case float() as number:
            printer.print_string(_float_text(number))
        case str() as text:
            print_text(printer, text)
        case Special() as special:
            printer.print_string(special.value)
        case FunctionRef(symbol):
            printer.print_symbol_name(symbol)
        case VariantRef(enum, variant):
            printer.print_string("variant ")
            printer.print_symbol_name(enum)
            printer.print_string(" ")
            print_text(printer, variant)
        case tuple() as items:
            with printer.in_parens():
                printer.print_list(items, lambda item: print_constant(printer, item))


def _float_text(number: float) -> str:
    """As Python writes it, but with the dot that a float of the text form must have."""
    if number == float("-inf"):
        return "minus_inf"
    text = repr(number)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text


_WORDS: dict[str, ConstantValue] = {
    "true": True,
    "false": False,
    "unit": Special.UNIT,
    "missing": Special.MISSING,
    "inf": float("inf"),
    "minus_inf": float("-inf"),
    "nan": float("nan"),
}


def parse_constant(parser: AttrParser) -> Constant:
    """See :func:`print_constant`."""
    constant = parse_optional_constant(parser)
    if constant is None:
        parser.raise_error("expected a constant")
    return constant


def parse_optional_constant(parser: AttrParser) -> Constant | None:
    """See :func:`print_constant`."""
    if (text := parse_optional_text(parser)) is not None:
        return Constant(text)
    if (symbol := parser.parse_optional_symbol_name()) is not None:
        return Constant(FunctionRef(symbol.data))
    if parser.parse_optional_keyword("variant") is not None:
        enum = parser.parse_symbol_name().data
        return Constant(VariantRef(enum, parse_text(parser)))
    if (word := parser.parse_optional_keyword_in(_WORDS)) is not None:
        return Constant(_WORDS[word])
    if parser.parse_optional_punctuation("(") is not None:
        items: list[Constant] = []
        while parser.parse_optional_punctuation(")") is None:
            if items:
                parser.parse_punctuation(",")
            items.append(parse_constant(parser))
        return Constant(tuple(items))
    number = parser.parse_optional_number(allow_boolean=False)
    if number is None:
        return None
    if isinstance(number, int) and not INT_MIN <= number <= INT_MAX:
        parser.raise_error("an int has 64 bits")
    return Constant(number)


_ESCAPES = {code: f"\\{code:02X}" for code in (*range(0x20), 0x7F)}
_ESCAPES |= {ord("\n"): "\\n", ord("\t"): "\\t", ord('"'): '\\"', ord("\\"): "\\\\"}


def print_text(printer: Printer, text: str) -> None:
    """A string literal; unlike xDSL's own it leaves letters beyond ASCII readable."""
    printer.print_string(f'"{text.translate(_ESCAPES)}"')


def parse_optional_text(parser: AttrParser) -> str | None:
    """A string literal, which xDSL's lexer takes for bytes where it escapes and is not ASCII."""
    if (text := parser.parse_optional_str_literal()) is not None:
        return text
    if (data := parser.parse_optional_bytes_literal()) is not None:
        try:
            return data.decode()
        except UnicodeDecodeError:
            parser.raise_error("a string must be UTF-8")
    return None


def parse_text(parser: AttrParser) -> str:
    """See :func:`parse_optional_text`."""
    return parser.expect(lambda: parse_optional_text(parser), "expected a string")
