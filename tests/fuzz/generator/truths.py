"""Bools: comparisons and questions."""

from __future__ import annotations

from tests.fuzz.generator.context import CALLBACK, LENGTH, Context
from tests.fuzz.generator.core import (
    binary,
    expression,
    function_value,
    key_type,
    produces,
    random_type,
)
from tests.fuzz.generator.tree import Expression
from tests.fuzz.generator.types import (
    ANY,
    BOOL,
    FLOAT,
    INLINE,
    NUMBER,
    RANGE,
    SMALL,
    STR,
    WIDE,
    Function,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    SetOf,
    TupleOf,
    Type,
)


@produces("bool", 5)
def compared(context: Context, wanted: Type, depth: int) -> Expression | None:
    world = context.world
    kinds: list[Type] = [
        WIDE,
        INLINE,
        SMALL,
        FLOAT,
        NUMBER,
        STR,
        BOOL,
        TupleOf((SMALL, STR)),
        ListOf(SMALL),
    ]
    kinds += [Named(s.name) for s in world.structs.values() if "Ord" in s.operators]
    type_ = world.choice(kinds)
    other = world.choice((FLOAT, WIDE)) if type_ in (WIDE, FLOAT) and world.chance(0.3) else type_
    left, right = expression(context, type_, depth), expression(context, other, depth)
    return binary(BOOL, left, world.choice(("<", "<=", ">", ">=")), right)


@produces("bool", 2)
def equal(context: Context, wanted: Type, depth: int) -> Expression | None:
    world = context.world
    type_ = random_type(context, 2)
    if isinstance(type_, Function):
        return None
    other = ANY if world.chance(0.15) else type_
    left, right = expression(context, type_, depth), expression(context, other, depth)
    return binary(BOOL, left, world.choice(("==", "!=")), right)


@produces("bool", 2)
def logical(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, BOOL, depth), expression(context, BOOL, depth)
    if context.world.chance(0.25):
        return Expression(BOOL, ["!", left], atomic=False)
    return binary(BOOL, left, context.world.choice(("&&", "||", "&&", "||", "&", "|", "^")), right)


@produces("bool", 2)
def asked(context: Context, wanted: Type, depth: int) -> Expression | None:
    world = context.world
    match world.rng.randrange(10):
        case 0:
            return Expression(
                BOOL, [expression(context, WIDE, depth), f".is_{world.choice(('even', 'odd'))}()"]
            )
        case 1:
            return Expression(
                BOOL, [expression(context, FLOAT, depth), f".is_{world.choice(('nan', 'inf'))}()"]
            )
        case 2:
            name = world.choice(("starts_with", "ends_with", "contains"))
            text, part = expression(context, STR, depth), expression(context, STR, depth)
            return Expression(BOOL, [text, f".{name}(", part, ")"])
        case 3:
            element = random_type(context, 1)
            items, item = (
                expression(context, ListOf(element), depth),
                expression(context, element, depth),
            )
            return Expression(BOOL, [items, ".contains(", item, ")"])
        case 4:
            key = key_type(context)
            keys, item = (
                expression(context, MapOf(key, random_type(context, 1)), depth),
                expression(context, key, depth),
            )
            return Expression(BOOL, [keys, ".contains_key(", item, ")"])
        case 5:
            key = key_type(context)
            left, right = (
                expression(context, SetOf(key), depth),
                expression(context, SetOf(key), depth),
            )
            return Expression(BOOL, [left, ".is_subset(", right, ")"])
        case 6:
            value = expression(context, OptionOf(random_type(context, 1)), depth)
            return Expression(BOOL, [value, f".is_{world.choice(('some', 'none'))}()"])
        case 8:
            type_ = random_type(context, 2)
            left, right = expression(context, type_, depth), expression(context, type_, depth)
            return Expression(BOOL, ["same(", left, ", ", right, ")"])
        case 7:
            if not context.affords(LENGTH * CALLBACK):
                return None
            context.charge(LENGTH * CALLBACK // 2)
            element = random_type(context, 1)
            items = expression(context, ListOf(element), depth)
            asked_of = function_value(context, Function((element,), BOOL), depth)
            return Expression(BOOL, [items, f".{world.choice(('any', 'all'))}(", asked_of, ")"])
    value, name = expression(context, ANY, depth), world.choice(("int", "float", "str", "list"))
    return Expression(BOOL, ["type_of(", value, f') == "{name}"'], atomic=False)


@produces("bool", 0.3)
def in_range(context: Context, wanted: Type, depth: int) -> Expression | None:
    value = expression(context, WIDE, depth)
    return Expression(BOOL, [expression(context, RANGE, depth), ".contains(", value, ")"])
