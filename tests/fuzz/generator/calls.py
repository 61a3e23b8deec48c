"""Statements that show, call, accumulate, and catch."""

from __future__ import annotations

from tests.fuzz.generator.context import CALLBACK, LENGTH, LIMIT, Context, Loop, Variable
from tests.fuzz.generator.control import turns_of
from tests.fuzz.generator.core import (
    PRINT_COST,
    call,
    closure,
    expression,
    function_value,
    leaf,
    random_type,
    separated,
    statements,
    states,
)
from tests.fuzz.generator.literals import number
from tests.fuzz.generator.texts import format_string, specs
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    FLOAT,
    INLINE,
    MIDDLE,
    NUMBER,
    STR,
    WIDE,
    Function,
    ListOf,
    ResultOf,
    Type,
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


@states(0.7)
def builder(context: Context, depth: int) -> list[Statement] | None:
    """A list or str that a loop makes long, and what is left of it."""
    turns = turns_of(context)
    if turns is None:
        return None
    world = context.world
    name, index = world.fresh("b"), world.fresh("i")
    inside = context.inner(
        weight=turns, loop=Loop(None), variables=[Variable(index, MIDDLE, assignable=False)]
    )
    before = statements(inside, 0, world.rng.randint(0, 2))
    change: list[Part]
    if world.chance(0.3):
        type_: Type = STR
        piece = expression(inside, STR, min(depth, 1))
        change = [f"{name} += ", Expression(STR, ["(", piece, ' + "é")[0]'])]
        start, rest = '""', f"{name} = clip({name})"
    else:
        element = random_type(context, 1)
        type_ = ListOf(element)
        change = [f"{name}.push(", expression(inside, element, depth), ")"]
        start, rest = "[]", f"{name}.truncate({LIMIT})"
    context.declare(Variable(name, type_))
    body = Block([*before, Statement(change)])
    shown = f"\nprintln({name}.len())" if not context.pure and context.affords(PRINT_COST) else ""
    head = f"let {name} = {start}\nfor {index} in 0..{turns} "
    return [Statement([head, body, f"{shown}\n{rest}"])]


@states(1)
def accumulator(context: Context, depth: int) -> list[Statement] | None:
    """A sum in a loop: ints that stay in bounds, floats, or ints that wrap."""
    turns = turns_of(context)
    if turns is None:
        return None
    world = context.world
    name, index = world.fresh("s"), world.fresh("i")
    type_ = world.choice((MIDDLE, INLINE, WIDE, FLOAT, NUMBER))
    inside = context.inner(
        weight=turns,
        loop=Loop(None),
        variables=[
            Variable(index, MIDDLE, assignable=False),
            Variable(name, type_, assignable=False),
        ],
    )
    before = statements(inside, 0, world.rng.randint(0, 2))
    term = expression(inside, type_, depth + 1)
    start: Part = leaf(context, type_)
    if type_ == FLOAT:
        change: list[Part] = [f"{name} {world.choice('++-*')}= ", term]
    elif type_ == WIDE:
        change = [f"{name} = {name}.wrapping_{world.choice(('add', 'sub', 'mul'))}(", term, ")"]
    else:
        divisor = number(context, 30, nonzero=True)
        change = [f"{name} = (", f"{name} {world.choice('+-')} ", term, ") % ", divisor]
    head: list[Part] = [f"let {name} = ", start, f"\nfor {index} in 0..{turns} "]
    shown = f"\nprintln({name})" if not context.pure and context.affords(PRINT_COST) else ""
    context.declare(Variable(name, type_))
    return [Statement([*head, Block([*before, Statement(change)]), shown])]


@states(1.5)
def call_often(context: Context, depth: int) -> list[Statement] | None:
    """A function in a loop, with arguments that depend on the turn."""
    world = context.world
    found = [
        f
        for f in world.functions
        if (context.risky or not f.risky) and context.affords(8 * (f.cost + 20))
    ]
    if not found or context.pure:
        return None
    function = world.choice(found)
    room = (context.meter.limit - context.meter.spent) // (
        context.weight * (function.cost + 20) * 2
    )
    turns = max(2, min(room, world.choice((10, 100, 500, 2500))))
    index, name = world.fresh("i"), world.fresh("v")
    inside = context.inner(
        weight=turns, loop=Loop(None), variables=[Variable(index, MIDDLE, assignable=False)]
    )
    value = call(inside, function, 1)
    start = Statement([f"let {name} = ", call(context, function, 1)])
    context.declare(Variable(name, function.result))
    body = Block([Statement([f"{name} = ", value])])
    return [Statement([start, f"\nfor {index} in 0..{turns} ", body])]


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
