"""Lists, maps, sets, tuples and ranges."""

from __future__ import annotations

from tests.fuzz.generator import types
from tests.fuzz.generator.context import CALLBACK, LENGTH, LIMIT, Context
from tests.fuzz.generator.core import (
    binary,
    expression,
    function_value,
    list_of,
    map_of,
    produces,
    random_type,
    tuple_of,
)
from tests.fuzz.generator.literals import small
from tests.fuzz.generator.tree import Expression
from tests.fuzz.generator.types import (
    BOOL,
    MIDDLE,
    RANGE,
    SMALL,
    STR,
    Function,
    Int,
    ListOf,
    MapOf,
    SetOf,
    Simple,
    TupleOf,
    Type,
)


@produces("list", 3)
def list_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ListOf)
    if context.world.chance(0.15):
        count = context.world.rng.randrange(6)
        return Expression(wanted, ["[", expression(context, wanted.element, depth), f"; {count}]"])
    count = small(context, 5)
    return list_of(
        context, wanted, [expression(context, wanted.element, depth) for _ in range(count)]
    )


@produces("list", 2)
def list_operation(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ListOf)
    world, items = context.world, expression(context, wanted, depth)
    match world.rng.randrange(5):
        case 0:
            more = expression(context, wanted, depth)
            return Expression(wanted, ["(", binary(wanted, items, "+", more), f").take({LIMIT})"])
        case 1 if context.risky:
            low, high = expression(context, SMALL, 0), expression(context, SMALL, 0)
            return Expression(wanted, [items, "[", low, "..", high, "]"])
        case 2:
            name = world.choice(("take", "skip"))
            return Expression(wanted, [items, f".{name}({world.rng.randrange(4)})"])
        case 3:
            return Expression(wanted, [items, world.choice(("[..]", "[0..]", ".copy()", ".rev()"))])
    if not context.affords(LENGTH * CALLBACK):
        return None
    context.charge(LENGTH * CALLBACK // 2)
    chosen = function_value(context, Function((wanted.element,), BOOL), depth)
    return Expression(wanted, [items, ".filter(", chosen, ")"])


@produces("list", 1)
def mapped(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ListOf)
    if not context.affords(LENGTH * CALLBACK):
        return None
    context.charge(LENGTH * CALLBACK // 2)
    if context.world.chance(0.4):
        turns = context.world.rng.randrange(8)
        function = function_value(context, Function((SMALL,), wanted.element), depth)
        return Expression(wanted, [f"(0..{turns}).map(", function, ")"])
    element = random_type(context, 1)
    items = expression(context, ListOf(element), depth)
    if context.world.chance(0.2):
        function = function_value(context, Function((element,), wanted), depth)
        return Expression(wanted, [items, ".take(4).flat_map(", function, f").take({LIMIT})"])
    function = function_value(context, Function((element,), wanted.element), depth)
    return Expression(wanted, [items, ".map(", function, ")"])


@produces("list", 1)
def list_of_others(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ListOf)
    world = context.world
    match wanted.element:
        case Int(bits) if bits >= 20:
            if world.chance(0.5):
                return Expression(wanted, [expression(context, STR, depth), ".bytes()"])
            step = world.rng.randint(1, 9)
            return Expression(
                wanted,
                [f"({world.rng.randint(-9, 9)}..{world.rng.randint(-9, 30)}).step_by({step})"],
            )
        case Int(bits) if bits >= 6:
            end = world.choice(("..", "..="))
            return Expression(
                wanted, [f"({world.rng.randint(-9, 9)}{end}{world.rng.randint(-9, 12)}).to_list()"]
            )
        case Simple("str"):
            method = world.choice(
                ('.split("a")', '.split(", ")', ".split_whitespace()", ".chars()", ".lines()")
            )
            return Expression(wanted, [expression(context, STR, depth), method])
        case ListOf(element):
            name = world.choice(("windows", "chunks"))
            items = expression(context, ListOf(element), depth)
            return Expression(wanted, [items, f".{name}({world.rng.randint(1, 3)})"])
        case TupleOf((Int(bits), element)) if bits >= 31 and world.chance(0.5):
            return Expression(wanted, [expression(context, ListOf(element), depth), ".enumerate()"])
        case TupleOf((first, second)):
            left, right = (
                expression(context, ListOf(first), depth),
                expression(context, ListOf(second), depth),
            )
            return Expression(wanted, [left, ".zip(", right, ")"])
    return None


@produces("list", 0.4)
def list_of_keys(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ListOf)
    element = wanted.element
    if types.is_key(element):
        if context.world.chance(0.5):
            return Expression(wanted, [expression(context, SetOf(element), depth), ".to_list()"])
        return Expression(wanted, [expression(context, MapOf(element, SMALL), depth), ".keys()"])
    return Expression(wanted, [expression(context, MapOf(SMALL, element), depth), ".values()"])


@produces("map", 3)
def map_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, MapOf)
    return map_of(
        wanted,
        [
            (expression(context, wanted.key, depth), expression(context, wanted.value, depth))
            for _ in range(small(context, 4))
        ],
    )


@produces("map", 0.5)
@produces("set", 0.5)
def copied(context: Context, wanted: Type, depth: int) -> Expression | None:
    return Expression(wanted, [expression(context, wanted, depth), ".copy()"])


@produces("set", 3)
def set_from_list(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, SetOf)
    return Expression(
        wanted, ["Set::from(", expression(context, ListOf(wanted.element), depth), ")"]
    )


@produces("set", 1)
def set_operation(context: Context, wanted: Type, depth: int) -> Expression | None:
    name = context.world.choice(("intersection", "difference"))
    left, right = expression(context, wanted, depth), expression(context, wanted, depth)
    return Expression(wanted, [left, f".{name}(", right, ")"])


@produces("tuple", 3)
def tuple_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, TupleOf)
    return tuple_of(wanted, [expression(context, element, depth) for element in wanted.elements])


@produces("range", 3)
def range_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    low, high = expression(context, MIDDLE, depth), expression(context, SMALL, depth)
    return binary(RANGE, low, context.world.choice(("..", "..=")), high)
