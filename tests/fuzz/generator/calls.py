"""Statements that show, call, accumulate, and catch."""

from __future__ import annotations

from tests.fuzz.generator.context import CALLBACK, LENGTH, Context, Variable
from tests.fuzz.generator.core import (
    PRINT_COST,
    call,
    closure,
    expression,
    function_value,
    random_type,
    separated,
    states,
)
from tests.fuzz.generator.texts import format_string, specs
from tests.fuzz.generator.tree import Statement
from tests.fuzz.generator.types import (
    STR,
    Function,
    ListOf,
    ResultOf,
)


@states(1, simple=True)
def show(context: Context, depth: int) -> list[Statement] | None:
    if context.pure or not context.affords(PRINT_COST):
        return None
    context.charge(PRINT_COST)
    world = context.world
    kinds = [random_type(context, 2) for _ in range(world.rng.randint(1, 3))]
    values = [expression(context, type_, depth) for type_ in kinds]
    if world.chance(0.4):
        return [Statement(["println(", *separated(values), ")"])]
    if world.chance(0.3):
        return [Statement(["println(", format_string(context, depth), ")"])]
    holes = " ".join(f"{{{world.choice(specs(type_))}}}" for type_ in kinds)
    return [Statement([f'println("{holes}", ', *separated(values), ")"])]


@states(1, simple=True)
def show_variables(context: Context, depth: int) -> list[Statement] | None:
    shown = [v for v in context.visible() if not isinstance(v.type, Function)]
    if not shown or context.pure or not context.affords(PRINT_COST):
        return None
    context.charge(PRINT_COST)
    chosen = context.world.rng.sample(shown, min(len(shown), 3))
    return [Statement([f"println({', '.join(v.name for v in chosen)})"])]


@states(1, simple=True)
def call_statement(context: Context, depth: int) -> list[Statement] | None:
    found = [
        f
        for f in context.world.functions
        if (context.risky or not f.risky) and context.affords(f.cost + 10)
    ]
    if not found or context.pure:
        return None
    called = call(context, context.world.choice(found), depth)
    return [Statement([f"let {context.world.fresh('u')} = ", called])]


@states(0.5)
def for_each(context: Context, depth: int) -> list[Statement] | None:
    if context.pure or not context.affords(LENGTH * CALLBACK * 2):
        return None
    element = random_type(context, 1)
    context.charge(LENGTH * CALLBACK)
    items = expression(context, ListOf(element), depth)
    function = function_value(context, Function((element,), random_type(context, 0)), depth + 1)
    return [Statement([items, ".for_each(", function, ")"])]


@states(2.5)
def try_statements(context: Context, depth: int) -> list[Statement] | None:
    """Statements that may fail, in a closure that ``catch`` calls."""
    if context.pure or not context.affords(CALLBACK * 5):
        return None
    type_ = random_type(context, 1)
    function, cost = closure(
        context, Function((), type_), depth + 2, limit=CALLBACK * 4, risky=True
    )
    context.charge(cost)
    name = context.world.fresh("r")
    context.declare(Variable(name, ResultOf(type_, STR)))
    return [Statement([f"let {name} = catch(", function, ")"])]
