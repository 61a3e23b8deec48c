"""Options, results, functions, structs and enums."""

from __future__ import annotations

from tests.fuzz.generator.context import CALLBACK, Context
from tests.fuzz.generator.core import (
    binary,
    closure,
    expression,
    function_value,
    key_type,
    named_literal,
    produces,
    random_type,
)
from tests.fuzz.generator.tree import Expression
from tests.fuzz.generator.types import (
    MIDDLE,
    STR,
    WIDE,
    Function,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    ResultOf,
    Type,
)


@produces("option", 2)
def option_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, OptionOf)
    return Expression(wanted, ["Some(", expression(context, wanted.value, depth), ")"])


@produces("option", 2)
def option_of_others(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, OptionOf)
    world, value = context.world, wanted.value
    match world.rng.randrange(5):
        case 0:
            name = world.choice(("first", "last"))
            return Expression(wanted, [expression(context, ListOf(value), depth), f".{name}()"])
        case 1:
            key = key_type(context)
            source = expression(context, MapOf(key, value), depth)
            return Expression(wanted, [source, ".get(", expression(context, key, depth), ")"])
        case 2 if value == WIDE:
            name = world.choice(("checked_add", "checked_sub", "checked_mul"))
            left, right = expression(context, WIDE, depth), expression(context, WIDE, depth)
            return Expression(wanted, [left, f".{name}(", right, ")"])
        case 3 if value == WIDE:
            return Expression(
                wanted,
                [
                    expression(context, STR, depth),
                    world.choice((".parse_int()", ".parse_radix(16)")),
                ],
            )
    if value in (MIDDLE, WIDE):
        name = world.choice(("find", "rfind"))
        return Expression(
            wanted, [expression(context, STR, depth), f".{name}(", expression(context, STR, 0), ")"]
        )
    return None


@produces("option", 1)
def option_method(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, OptionOf)
    if not context.affords(CALLBACK):
        return None
    context.charge(CALLBACK // 2)
    source = random_type(context, 1)
    match context.world.rng.randrange(3):
        case 0:
            function = function_value(context, Function((source,), wanted.value), depth)
            return Expression(
                wanted, [expression(context, OptionOf(source), depth), ".map(", function, ")"]
            )
        case 1:
            function = function_value(context, Function((source,), wanted), depth)
            return Expression(
                wanted, [expression(context, OptionOf(source), depth), ".and_then(", function, ")"]
            )
    return Expression(wanted, [expression(context, ResultOf(wanted.value, STR), depth), ".ok()"])


@produces("result", 2)
def result_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ResultOf)
    return Expression(wanted, ["Ok(", expression(context, wanted.value, depth), ")"])


@produces("result", 1)
def result_of_option(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ResultOf)
    source = expression(context, OptionOf(wanted.value), depth)
    return Expression(wanted, [source, ".ok_or(", expression(context, wanted.error, depth), ")"])


@produces("result", 2)
def result_of_catch(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ResultOf)
    if wanted.error != STR or context.pure or not context.affords(CALLBACK * 2):
        return None
    function, cost = closure(context, Function((), wanted.value), depth, risky=True)
    context.charge(cost + 5)
    return Expression(wanted, ["catch(", function, ")"])


@produces("function", 3)
def new_function(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, Function)
    return closure(context, wanted, depth)[0]


@produces("named", 3)
def new_named(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, Named)
    return named_literal(context, wanted.name, depth)


@produces("named", 1)
def operated(context: Context, wanted: Type, depth: int) -> Expression | None:
    """An operator of a struct's own."""
    assert isinstance(wanted, Named)
    struct = context.world.structs.get(wanted.name)
    operators = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "Rem": "%"}
    found = [operators[o] for o in sorted(struct.operators & set(operators))] if struct else []
    if not found or not context.affords(20):
        return None
    context.charge(20)
    left, right = expression(context, wanted, depth), expression(context, wanted, depth)
    if struct is not None and "Neg" in struct.operators and context.world.chance(0.3):
        right = Expression(wanted, ["-", right], atomic=False)
    return binary(wanted, left, context.world.choice(found), right)
