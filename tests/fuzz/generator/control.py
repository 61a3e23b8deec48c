"""Choices, loops and jumps.

What ends every loop is written into it: a counter that nothing else assigns, a range, or a
collection that no statement makes longer than ``LIMIT``.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.generator.context import LENGTH, Context, Loop, Variable, element_of
from tests.fuzz.generator.core import block, expression, random_type, states
from tests.fuzz.generator.literals import int_literal
from tests.fuzz.generator.patterns import arms, irrefutable, pattern, scrutinee
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    BOOL,
    MIDDLE,
    SMALL,
    STR,
    WIDE,
    ListOf,
    MapOf,
    SetOf,
    TupleOf,
    Type,
)


@states(2)
def if_statement(context: Context, depth: int) -> list[Statement]:
    count = context.world.rng.randint(1, 3)
    parts: list[Part] = [
        "if ",
        expression(context, BOOL, depth + 1),
        " ",
        block(context, depth, count),
    ]
    if context.world.chance(0.2):
        parts += [" else if ", expression(context, BOOL, depth), " ", block(context, depth, 1)]
    if context.world.chance(0.5):
        parts += [" else ", block(context, depth, count)]
    return [Statement(parts)]


@states(1)
def if_let_statement(context: Context, depth: int) -> list[Statement]:
    value = scrutinee(context, depth)
    text, bound = pattern(context, value.type, depth)
    inside = context.inner(variables=bound)
    parts: list[Part] = [f"if let {text} = ", value, " ", block(inside, depth, 2)]
    if context.world.chance(0.4):
        parts += [" else ", block(context, depth, 1)]
    return [Statement(parts)]


@states(1)
def match_statement(context: Context, depth: int) -> list[Statement]:
    return [Statement(arms(context, depth, lambda inside: block(inside, depth, 1)))]


@states(0.5)
def let_else(context: Context, depth: int) -> list[Statement] | None:
    leaving = _ways_out(context)
    if not leaving:
        return None
    value = scrutinee(context, depth)
    text, bound = pattern(context, value.type, depth)
    out = context.world.choice(leaving)(context, depth)
    for variable in bound:
        context.declare(variable)
    return [Statement([f"let {text} = ", value, " else ", Block([out])])]


def turns_of(context: Context) -> int | None:
    """How often a loop turns: mostly a few times, where there is room for it very often."""
    room = (context.meter.limit - context.meter.spent) // context.weight
    if room < 60:
        return None
    if room > 4000 and context.world.chance(0.5):
        return context.world.rng.randint(50, min(4000, room // 20))
    return context.world.rng.randint(1, min(8, room // 20))


def counter(name: str, turns: int, type_: Type = MIDDLE) -> Variable:
    """The variable that a loop counts with: nothing else assigns it."""
    return Variable(name, type_, assignable=False, turns=turns)


def _label(context: Context) -> tuple[str, str | None]:
    if not context.world.chance(0.25):
        return "", None
    name = context.world.fresh("'l")
    return f"{name}: ", name


@states(2)
def for_range(context: Context, depth: int) -> list[Statement] | None:
    turns = turns_of(context)
    if turns is None:
        return None
    world = context.world
    prefix, label = _label(context)
    low = world.choice(
        (0, 0, 0, 1, -3, -turns, 2**47 - turns, 2**31 - turns, -(2**47) - 2, 2**63 - 1 - turns)
    )
    type_: Type = SMALL if low >= -128 and low + turns < 128 else WIDE
    if -(2**31) <= low < 2**31 - turns:
        type_ = MIDDLE if type_ == WIDE else type_
    name = world.fresh("i")
    inside = context.inner(
        weight=turns,
        loop=Loop(label),
        variables=[counter(name, turns if low == 0 else 0, type_)],
    )
    inclusive = world.chance(0.25)
    high = low + turns - inclusive
    head: list[Part] = [
        _written(context, low),
        "..=" if inclusive else "..",
        _written(context, high),
    ]
    if world.chance(0.2):
        way = world.choice((".rev()", f".step_by({world.rng.randint(1, 3)})"))
        head = ["(", *head, f"){way}"]
    return [
        Statement(
            [f"{prefix}for {name} in ", *head, " ", block(inside, depth, world.rng.randint(1, 4))]
        )
    ]


def _written(context: Context, value: int) -> Expression:
    if value == 2**63 - 1:
        return Expression(WIDE, ["int::MAX"])
    return int_literal(context, value)


@states(2)
def for_collection(context: Context, depth: int) -> list[Statement] | None:
    world = context.world
    if not context.affords(LENGTH * 20):
        return None
    kinds: list[Type] = [
        ListOf(random_type(context, 1)),
        STR,
        MapOf(SMALL, random_type(context, 0)),
    ]
    kinds += [SetOf(STR), TupleOf((WIDE, WIDE, WIDE))]
    kinds += [v.type for v in context.visible() if isinstance(v.type, ListOf | MapOf | SetOf)]
    type_ = world.choice(kinds)
    known = [v.name for v in context.visible() if v.type == type_]
    changes = isinstance(type_, MapOf | SetOf) and not context.risky
    source: Part = world.choice(known) if known else expression(context, type_, depth)
    value: Part = Expression(type_, [source, ".copy()"]) if changes else source
    element = STR if type_ == STR else WIDE if isinstance(type_, TupleOf) else element_of(type_)
    assert element is not None
    if isinstance(type_, ListOf) and world.chance(0.2):
        value = Expression(type_, [value, ".enumerate()"])
        element = TupleOf((MIDDLE, element))
    text, bound = irrefutable(context, element, 2)
    prefix, label = _label(context)
    inside = context.inner(weight=LENGTH, loop=Loop(label), variables=bound)
    return [
        Statement(
            [f"{prefix}for {text} in ", value, " ", block(inside, depth, world.rng.randint(1, 3))]
        )
    ]


@states(0.5)
def for_user_iterator(context: Context, depth: int) -> list[Statement] | None:
    """A walk over a struct with ``next``, see items.py."""
    world = context.world
    iterators = [s for s in world.structs.values() if "Iterator" in s.operators]
    if not iterators or not context.affords(LENGTH * 30):
        return None
    struct = world.choice(iterators)
    turns = world.rng.randint(0, LENGTH)
    name = world.fresh("i")
    inside = context.inner(
        weight=LENGTH, loop=Loop(None), variables=[Variable(name, MIDDLE, assignable=False)]
    )
    context.charge(turns * 15)
    head = f"for {name} in ({struct.name} {{ left: {turns} }}) "
    return [Statement([head, block(inside, depth, world.rng.randint(1, 3))])]


@states(1)
def while_loop(context: Context, depth: int) -> list[Statement] | None:
    turns = turns_of(context)
    if turns is None:
        return None
    world = context.world
    name = world.fresh("n")
    prefix, label = _label(context)
    up = world.chance(0.6)
    inside = context.inner(
        weight=turns,
        loop=Loop(label),
        variables=[counter(name, turns)],
    )
    test: list[Part] = [f"{name} < {turns}" if up else f"{name} > 0"]
    if world.chance(0.3):
        outside = context.inner(weight=turns, variables=[counter(name, turns)])
        test += [" && ", expression(outside, BOOL, min(depth, 1))]
    body = block(inside, depth, world.rng.randint(1, 4))
    step = Statement([f"{name} {'+' if up else '-'}= 1"])
    body.statements.insert(0, step)
    start = f"let {name} = {0 if up else turns}\n"
    return [Statement([start, f"{prefix}while ", *test, " ", body])]


@states(0.5)
def loop_with_break(context: Context, depth: int) -> list[Statement] | None:
    turns = turns_of(context)
    if turns is None:
        return None
    name = context.world.fresh("n")
    prefix, label = _label(context)
    inside = context.inner(
        weight=turns,
        loop=Loop(label),
        variables=[counter(name, turns)],
    )
    body = block(inside, depth, context.world.rng.randint(1, 3))
    stop = Statement([f"{name} += 1\nif {name} > {turns} {{ break }}"])
    body.statements.insert(0, stop)
    return [Statement([f"let {name} = 0\n{prefix}loop ", body])]


@states(0.4)
def while_let_pop(context: Context, depth: int) -> list[Statement] | None:
    """Takes a list apart that nothing else knows."""
    if not context.affords(LENGTH * 20):
        return None
    element = random_type(context, 1)
    items, name = context.world.fresh("w"), context.world.fresh("v")
    inside = context.inner(weight=LENGTH, loop=Loop(None), variables=[Variable(name, element)])
    source = expression(context, ListOf(element), depth)
    body = block(inside, depth, 2)
    start = Statement([f"let {items} = ", source, ".copy()"])
    return [Statement([start, "\n", f"while let Some({name}) = {items}.pop() ", body])]


@states(1, simple=True)
def jump(context: Context, depth: int) -> list[Statement] | None:
    ways = _ways_out(context)
    if not ways:
        return None
    out = context.world.choice(ways)(context, min(depth, 1))
    return [Statement(["if ", expression(context, BOOL, min(depth, 1)), " ", Block([out])])]


def _ways_out(context: Context) -> list[Callable[[Context, int], Statement]]:
    ways: list[Callable[[Context, int], Statement]] = []
    if any(not loop.takes_value for loop in context.loops):
        ways += [_break_or_continue, _break_or_continue]
    if context.result is not None:
        ways.append(_return)
    return ways


def _break_or_continue(context: Context, depth: int) -> Statement:
    world = context.world
    targets = [loop.label for loop in context.loops if loop.label and not loop.takes_value]
    if targets and (context.loops[-1].takes_value or world.chance(0.4)):
        return Statement([f"{world.choice(('break', 'continue'))} {world.choice(targets)}"])
    if context.loops[-1].takes_value:
        return Statement(["continue"])
    return Statement([world.choice(("break", "continue"))])


def _return(context: Context, depth: int) -> Statement:
    assert context.result is not None
    return Statement(["return ", expression(context, context.result, depth)])
