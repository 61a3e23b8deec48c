"""Operators and conversions of the reference engine, by the language reference, section 3."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TypeAlias

from grokc.vm.reference.values import (
    INT_MAX,
    INT_MIN,
    Fault,
    Machine,
    Value,
    checked,
    debug,
    operator_of,
    type_fault,
    type_name,
)

Binary: TypeAlias = Callable[[Machine, Value, Value], Value]


def _user(machine: Machine, method: str, sign: str, a: Value, b: Value) -> Value:
    """The left operand decides."""
    function = operator_of(a, method)
    if function is None:
        raise cannot_apply(sign, a, b)
    return machine.call(function, [a, b])


def cannot_apply(sign: str, a: Value, b: Value) -> Fault:
    return type_fault(f"cannot apply '{sign}' to {type_name(a)} and {type_name(b)}")


def is_number(value: Value) -> bool:
    return type(value) is int or type(value) is float


def add(machine: Machine, a: Value, b: Value) -> Value:
    kind = type(a)
    if kind is type(b):
        if kind is int:
            return checked(a + b)
        if kind is float or kind is str or kind is list:
            return a + b
    elif is_number(a) and is_number(b):
        return float(a) + float(b)
    return _user(machine, "add", "+", a, b)


def sub(machine: Machine, a: Value, b: Value) -> Value:
    if type(a) is int and type(b) is int:
        return checked(a - b)
    if is_number(a) and is_number(b):
        return float(a) - float(b)
    return _user(machine, "sub", "-", a, b)


def mul(machine: Machine, a: Value, b: Value) -> Value:
    if type(a) is int and type(b) is int:
        return checked(a * b)
    if is_number(a) and is_number(b):
        return float(a) * float(b)
    return _user(machine, "mul", "*", a, b)


def div(machine: Machine, a: Value, b: Value) -> Value:
    if type(a) is int and type(b) is int:
        if b == 0:
            raise Fault("division by zero")
        quotient = abs(a) // abs(b)
        return checked(quotient if (a < 0) == (b < 0) else -quotient)
    if is_number(a) and is_number(b):
        return divide_floats(float(a), float(b))
    return _user(machine, "div", "/", a, b)


def divide_floats(a: float, b: float) -> float:
    """IEEE 754's quotient, where Python raises an exception."""
    if b != 0.0:
        return a / b
    if a == 0.0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def rem(machine: Machine, a: Value, b: Value) -> Value:
    if type(a) is int and type(b) is int:
        if b == 0:
            raise Fault("division by zero")
        remainder = abs(a) % abs(b)
        return -remainder if a < 0 else remainder
    if is_number(a) and is_number(b):
        x, y = float(a), float(b)
        return math.nan if y == 0.0 or math.isinf(x) else math.fmod(x, y)
    return _user(machine, "rem", "%", a, b)


def neg(machine: Machine, value: Value) -> Value:
    if type(value) is int:
        return checked(-value)
    if type(value) is float:
        return -value
    function = operator_of(value, "neg")
    if function is None:
        raise type_fault(f"cannot apply '-' to {type_name(value)}")
    return machine.call(function, [value])


def not_(machine: Machine, value: Value) -> Value:
    if type(value) is bool:
        return not value
    if type(value) is int:
        return ~value
    raise type_fault(f"cannot apply '!' to {type_name(value)}")


def _bits(sign: str, compute: Callable[[int, int], int]) -> Binary:
    def operation(machine: Machine, a: Value, b: Value) -> Value:
        if type(a) is type(b) and type(a) in (int, bool):
            return compute(a, b)  # of two bools Python makes a bool
        raise cannot_apply(sign, a, b)

    return operation


def wrap(value: int) -> int:
    """The low 64 bits as a signed number."""
    bits = value & 0xFFFF_FFFF_FFFF_FFFF
    return bits - (1 << 64) if bits >> 63 else bits


def _shift(sign: str, compute: Callable[[int, int], int]) -> Binary:
    def operation(machine: Machine, a: Value, b: Value) -> Value:
        if type(a) is not int or type(b) is not int:
            raise cannot_apply(sign, a, b)
        if not 0 <= b <= 63:
            raise Fault("shift out of range")
        return compute(a, b)

    return operation


BINARY: dict[str, Binary] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "rem": rem,
    "bit_and": _bits("&", lambda a, b: a & b),
    "bit_or": _bits("|", lambda a, b: a | b),
    "bit_xor": _bits("^", lambda a, b: a ^ b),
    "shift_left": _shift("<<", lambda a, b: wrap(a << b)),
    "shift_right": _shift(">>", lambda a, b: a >> b),
}
UNARY: dict[str, Callable[[Machine, Value], Value]] = {"neg": neg, "not": not_}


# ----------------------------------------------------------------------------------- conversion


def to_int(value: Value) -> int:
    """``as int``."""
    kind = type(value)
    if kind is int:
        number: int = value
        return number
    if kind is bool:
        return int(value)
    if kind is float:
        whole = math.trunc(value) if math.isfinite(value) else INT_MAX + 1
        if INT_MIN <= whole <= INT_MAX:
            return whole
        raise Fault(f"cannot convert {debug(value)} to int")
    raise type_fault(f"cannot convert {type_name(value)} to int")


def to_float(value: Value) -> float:
    """``as float``."""
    if type(value) in (int, float, bool):
        return float(value)
    raise type_fault(f"cannot convert {type_name(value)} to float")


_INT = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf|infinity|nan)", re.IGNORECASE
)


def parse_int(text: str) -> int | None:
    """``[+-]?[0-9]+`` of 64 bits."""
    return parse_radix(text, 10) if _INT.fullmatch(text) else None


_DIGITS = re.compile(r"([+-]?)0*([0-9A-Za-z]*)", re.ASCII)


def parse_radix(text: str, radix: int) -> int | None:
    """``[+-]?`` and digits to a base, of 64 bits."""
    match = _DIGITS.fullmatch(text)
    if match is None or text in ("", "+", "-") or len(match[2]) > 64:
        return None
    try:
        number = int(match[1] + (match[2] or "0"), radix)
    except ValueError:
        return None
    return number if INT_MIN <= number <= INT_MAX else None


def parse_float(text: str) -> float | None:
    """The text of a float."""
    return float(text) if _FLOAT.fullmatch(text) else None
