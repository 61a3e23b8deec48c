"""Ints, floats, and numbers that may be either."""

from __future__ import annotations

from tests.fuzz.generator.context import CALLBACK, LENGTH, Context
from tests.fuzz.generator.core import (
    binary,
    expression,
    function_value,
    leaf,
    produces,
    random_type,
)
from tests.fuzz.generator.literals import number
from tests.fuzz.generator.tree import Expression, Part
from tests.fuzz.generator.types import (
    ANY,
    BOOL,
    FLOAT,
    INLINE,
    MIDDLE,
    NUMBER,
    RANGE,
    SMALL,
    STR,
    WIDE,
    Function,
    Int,
    ListOf,
    MapOf,
    SetOf,
    TupleOf,
    Type,
)


def _bits(wanted: Type) -> int:
    assert isinstance(wanted, Int)
    return wanted.bits


@produces("int", 3)
def sum_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    operand = (
        Int(_bits(wanted)) if context.risky and _bits(wanted) == 63 else Int(_bits(wanted) - 1)
    )
    left, right = expression(context, operand, depth), expression(context, operand, depth)
    return binary(wanted, left, context.world.choice("+-"), right)


@produces("int", 2)
def product_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    bits = _bits(wanted)
    if context.risky and bits == 63:
        first, second = bits, context.world.choice((63, 47, 31))
    else:
        first = context.world.rng.randint(2, bits - 3)
        second = bits - first - 1
    left, right = expression(context, Int(first), depth), expression(context, Int(second), depth)
    return binary(wanted, left, "*", right)


@produces("int", 1.5)
def remainder_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    operand = expression(context, WIDE, depth)
    divisor = number(context, min(_bits(wanted), 62), nonzero=True)
    return binary(wanted, operand, "%", divisor)


@produces("int", 1)
def quotient_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    operand, operator = expression(context, wanted, depth), context.world.choice("/%")
    if context.risky and wanted == WIDE:
        return binary(wanted, operand, operator, expression(context, SMALL, depth))
    return binary(wanted, operand, operator, number(context, _bits(wanted), nonzero=True))


@produces("int", 0.5)
def negated_int(context: Context, wanted: Type, depth: int) -> Expression | None:
    may_overflow = context.risky and wanted == WIDE
    operand = expression(context, wanted if may_overflow else Int(_bits(wanted) - 1), depth)
    return Expression(wanted, ["-", operand], atomic=False)


@produces("int", 1.5)
@produces("narrow int", 1)
def bits_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, wanted, depth), expression(context, wanted, depth)
    if context.world.chance(0.2):
        return Expression(wanted, ["!", left], atomic=False)
    return binary(wanted, left, context.world.choice("&|^"), right)


@produces("int", 1)
def shifted_int(context: Context, wanted: Type, depth: int) -> Expression | None:
    world, bits = context.world, _bits(wanted)
    if world.chance(0.5):
        return binary(
            wanted, expression(context, wanted, depth), ">>", _shift_count(context, depth)
        )
    if bits == 63:
        return binary(wanted, expression(context, WIDE, depth), "<<", _shift_count(context, depth))
    count = world.rng.randint(0, bits - 1)
    return binary(wanted, expression(context, Int(bits - count), depth), "<<", str(count))


def _shift_count(context: Context, depth: int) -> Part:
    if context.risky:
        return expression(context, SMALL, depth)
    if context.world.chance(0.5):
        return str(context.world.choice((0, 1, 5, 31, 47, 48, 62, 63)))
    return binary(SMALL, expression(context, SMALL, depth), "&", "63")


@produces("int", 1)
def wrapped_int(context: Context, wanted: Type, depth: int) -> Expression | None:
    if wanted != WIDE:
        return None
    left, right = expression(context, WIDE, depth), expression(context, WIDE, depth)
    match context.world.rng.randrange(4):
        case 0:
            return Expression(wanted, [left, ".wrapping_neg()"])
        case 1:
            name = context.world.choice(("ushr", "rotate_left", "rotate_right"))
            return Expression(wanted, [left, f".{name}(", _shift_count(context, depth), ")"])
        case 2:
            name = context.world.choice(("checked_add", "checked_sub", "checked_mul"))
            return Expression(
                wanted, [left, f".{name}(", right, ").unwrap_or(", leaf(context, WIDE), ")"]
            )
    name = context.world.choice(("wrapping_add", "wrapping_sub", "wrapping_mul"))
    return Expression(wanted, [left, f".{name}(", right, ")"])


@produces("int", 1)
def int_method(context: Context, wanted: Type, depth: int) -> Expression | None:
    bits = _bits(wanted)
    match context.world.rng.randrange(6):
        case 0:
            return Expression(wanted, [expression(context, Int(bits - 1), depth), ".abs()"])
        case 1:
            return Expression(wanted, [expression(context, WIDE, depth), ".signum()"])
        case 2 if bits >= 7:
            name = context.world.choice(("count_ones", "leading_zeros", "trailing_zeros"))
            return Expression(wanted, [expression(context, WIDE, depth), f".{name}()"])
        case 3:
            low, high = sorted((number(context, bits).number, number(context, bits).number))
            value = expression(context, WIDE, depth)
            return Expression(wanted, [value, f".clamp({low}, {high})"])
        case 4:
            exponent = context.world.rng.randint(0, 3)
            base = Int(max(1, bits // 4))
            return Expression(wanted, [expression(context, base, depth), f".pow({exponent})"])
    function = context.world.choice(("abs(", "math::abs("))
    return Expression(wanted, [function, expression(context, Int(bits - 1), depth), ")"])


@produces("int", 0.7)
def length(context: Context, wanted: Type, depth: int) -> Expression | None:
    if _bits(wanted) < MIDDLE.bits:
        return None
    kinds = [
        STR,
        ListOf(random_type(context, 1)),
        RANGE,
        MapOf(SMALL, STR),
        SetOf(SMALL),
        TupleOf((SMALL, ANY)),
    ]
    value = expression(context, context.world.choice(kinds[: 3 if wanted == WIDE else None]), depth)
    if value.type == RANGE and wanted != WIDE:
        return None
    if context.world.chance(0.5):
        return Expression(wanted, ["len(", value, ")"])
    return Expression(wanted, [value, ".len()"])


@produces("int", 0.3)
def drawn_int(context: Context, wanted: Type, depth: int) -> Expression | None:
    """A number from the random sequence, which ``main`` has started."""
    if context.pure:
        return None
    low, high = sorted(
        (number(context, _bits(wanted)).number, number(context, _bits(wanted)).number)
    )
    return Expression(wanted, [f"random::int({low}, {high})"])


@produces("int", 1)
def int_of(context: Context, wanted: Type, depth: int) -> Expression | None:
    """Ints from other types."""
    bits = _bits(wanted)
    match context.world.rng.randrange(7):
        case 0:
            return Expression(wanted, [expression(context, BOOL, depth), " as int"], atomic=False)
        case 1 if context.risky and wanted == WIDE:
            return Expression(wanted, [expression(context, FLOAT, depth), " as int"], atomic=False)
        case 2:
            bound = min(2 ** (bits - 1) - 1, 10**15)
            low, value = -bound, expression(context, FLOAT, depth)
            clamped = Expression(FLOAT, [value, f".min({bound}.0).max({low}.0)"])
            return Expression(
                wanted, [clamped, context.world.choice((".to_int()", " as int"))], atomic=False
            )
        case 3 if bits >= 21:
            return Expression(wanted, ["(", expression(context, STR, depth), ' + "x").code()'])
        case 4 if wanted == WIDE:
            text = expression(context, STR, depth)
            return Expression(wanted, [text, ".parse_int().unwrap_or(", leaf(context, WIDE), ")"])
        case 5 if wanted == WIDE:
            return Expression(wanted, [expression(context, FLOAT, depth), ".to_bits()"])
        case 6 if bits >= 20:
            function = Function((random_type(context, 1),), BOOL)
            if not context.affords(LENGTH * CALLBACK):
                return None
            context.charge(LENGTH * CALLBACK // 2)
            items = expression(context, ListOf(function.parameters[0]), depth)
            return Expression(
                wanted, [items, ".count(", function_value(context, function, depth), ")"]
            )
    return None


@produces("int", 0.3)
def summed(context: Context, wanted: Type, depth: int) -> Expression | None:
    bits = _bits(wanted)
    if bits < 31:
        return None
    element = Int(min(bits - 15, 46))
    return Expression(wanted, [expression(context, ListOf(element), depth), ".take(100).sum()"])


def _float_operand(context: Context, depth: int) -> Expression:
    mixed = context.world.chance(0.15)
    return expression(
        context, context.world.choice((WIDE, MIDDLE, SMALL)) if mixed else FLOAT, depth
    )


@produces("float", 5)
def float_arithmetic(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, FLOAT, depth), _float_operand(context, depth)
    if context.world.chance(0.5):
        left, right = right, left
    return binary(wanted, left, context.world.choice("++--**/%"), right)


@produces("float", 2)
def float_method(context: Context, wanted: Type, depth: int) -> Expression | None:
    world, value = context.world, expression(context, FLOAT, depth)
    match world.rng.randrange(5):
        case 0:
            return Expression(wanted, ["-", value], atomic=False)
        case 1:
            return Expression(wanted, [value, ".clamp(-100.5, 1e10)"])
        case 2:
            name = world.choice(("sqrt", "abs", "floor", "sin", "exp"))
            return Expression(wanted, [f"math::{name}(", value, ")"])
        case 3:
            name = world.choice(("hypot", "atan2", "pow"))
            return Expression(wanted, [value, f".{name}(", expression(context, FLOAT, depth), ")"])
    name = world.choice(("abs", "sqrt", "floor", "ceil", "round", "trunc", "signum", "cbrt", "ln"))
    return Expression(wanted, [value, f".{name}()"])


@produces("float", 1)
def float_of(context: Context, wanted: Type, depth: int) -> Expression | None:
    world = context.world
    match world.rng.randrange(4):
        case 0:
            value = expression(context, world.choice((WIDE, INLINE, MIDDLE)), depth)
            return Expression(wanted, [value, " as float"], atomic=False)
        case 1:
            return Expression(wanted, [expression(context, WIDE, depth), ".to_float()"])
        case 2:
            return Expression(wanted, ["float(", expression(context, BOOL, depth), ")"])
    text = expression(context, STR, depth)
    return Expression(wanted, [text, ".parse_float().unwrap_or(", leaf(context, FLOAT), ")"])


@produces("number", 3)
def number_arithmetic(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, NUMBER, depth), expression(context, NUMBER, depth)
    operator = context.world.choice("+-*")
    combined = binary(NUMBER, left, operator, right)
    return binary(NUMBER, combined, "%", number(context, 30, nonzero=True))


@produces("number", 1)
def number_negated(context: Context, wanted: Type, depth: int) -> Expression | None:
    value = binary(
        NUMBER, expression(context, NUMBER, depth), "/", number(context, 12, nonzero=True)
    )
    return Expression(NUMBER, ["-", value], atomic=False) if context.world.chance(0.4) else value


@produces("number", 2)
def number_of(context: Context, wanted: Type, depth: int) -> Expression | None:
    return expression(context, context.world.choice((MIDDLE, SMALL, FLOAT)), depth)
