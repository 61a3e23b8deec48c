"""Format specs of the reference engine: ``{:>8.3}`` and its kin, as in Rust.

[[fill]align][+][0][width][.precision][type]      align: < ^ >     type: ? x X b o e
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache

from grokc.vm.reference.values import Machine, Value, debug, display, type_fault, type_name

_SPEC = re.compile(r"(?:(.)?([<>^]))?(\+)?(0)?([0-9]*)(?:\.([0-9]+))?([?xXboe])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spec:
    fill: str
    align: str  # "" by the value's type
    plus: bool
    zero: bool
    width: int
    precision: int | None
    type: str


@cache
def parse_spec(text: str) -> Spec:
    """A spec that the compiler has checked, taken apart."""
    match = _SPEC.fullmatch(text)
    assert match is not None, text
    fill, align, plus, zero, width, precision, kind = match.groups()
    return Spec(
        fill or " ",
        align or "",
        plus is not None,
        zero is not None,
        int(width or 0),
        None if precision is None else int(precision),
        kind or "",
    )


def format_value(machine: Machine, value: Value, text: str) -> str:
    """A hole's value by its spec."""
    if not text:
        return display(machine, value)
    spec = parse_spec(text)
    body = _body(machine, value, spec)
    is_number = type(value) is int or type(value) is float
    if spec.zero and is_number and (type(value) is int or math.isfinite(value)):
        sign = body[:1] if body[:1] in ("-", "+") else ""
        return sign + body[len(sign) :].rjust(spec.width - len(sign), "0")
    align = spec.align
    if not align or (spec.zero and is_number):
        align = ">" if is_number else "<"
    missing = spec.width - len(body)
    if missing <= 0:
        return body
    before = {"<": 0, ">": missing, "^": missing // 2}[align]
    return spec.fill * before + body + spec.fill * (missing - before)


def _body(machine: Machine, value: Value, spec: Spec) -> str:
    """The value's text, without padding."""
    kind = type(value)
    if spec.type and spec.type in "xXbo":
        if kind is not int:
            raise type_fault(f"format '{spec.type}' needs int, got {type_name(value)}")
        digits = format(value & 0xFFFF_FFFF_FFFF_FFFF, spec.type)
        return f"+{digits}" if spec.plus else digits
    if kind is int:
        sign = "+" if spec.plus and value >= 0 else ""
        if spec.type != "e":
            return f"{sign}{value}"
        if spec.precision is not None:
            return sign + _exponential(float(value), spec.precision)
        return sign + _int_exponential(value)
    if kind is float:
        sign = "+" if spec.plus and value == value and math.copysign(1.0, value) > 0 else ""
        if spec.type == "e":
            return sign + _exponential(value, spec.precision)
        if spec.precision is not None and math.isfinite(value):
            return sign + _fixed(value, spec.precision)
        return sign + repr(value)
    if spec.type == "e":
        raise type_fault(f"format 'e' needs a number, got {type_name(value)}")
    text = debug(value) if spec.type == "?" else display(machine, value)
    if spec.precision is None:
        return text
    if kind is not str and kind is not bool:
        raise type_fault(f"a precision needs a number or str, got {type_name(value)}")
    return text[: spec.precision]


def _fixed(value: float, precision: int) -> str:
    """Rounded from the exact value, ties to even."""
    exact = Decimal(value)
    # Enough digits for any double's integer part, so that only the last place rounds.
    context = Context(prec=400 + precision, rounding=ROUND_HALF_EVEN)
    return f"{exact.quantize(Decimal(1).scaleb(-precision), context=context):f}"


def _exponential(value: float, precision: int | None) -> str:
    if not math.isfinite(value):
        return repr(value)
    if precision is not None:
        mantissa, _, exponent = f"{value:.{precision}e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    sign, digits, exponent10 = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent10, int)
    text = "".join(map(str, digits))
    power = exponent10 + len(text) - 1 if value else 0
    return f"{'-' if sign else ''}{text[0]}{'.' if text[1:] else ''}{text[1:]}e{power}"


def _int_exponential(value: int) -> str:
    """All digits, without zeros at the end."""
    digits = str(abs(value))
    kept = digits.rstrip("0") or "0"
    point = "." if kept[1:] else ""
    return f"{'-' if value < 0 else ''}{kept[0]}{point}{kept[1:]}e{len(digits) - 1}"
