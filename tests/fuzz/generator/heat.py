"""Loops that a native tier likes to make fast, and what happens in them that makes that hard."""

from __future__ import annotations

from tests.fuzz.generator.context import CALLBACK, LIMIT, Context, Loop, Variable
from tests.fuzz.generator.control import counter, turns_of
from tests.fuzz.generator.core import (
    PRINT_COST,
    call,
    closure,
    expression,
    leaf,
    random_type,
    separated,
    statements,
    states,
)
from tests.fuzz.generator.literals import number
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    FLOAT,
    INLINE,
    MIDDLE,
    NUMBER,
    SMALL,
    STR,
    WIDE,
    Function,
    ListOf,
    ResultOf,
    Type,
)


@states(0.7)
def builder(context: Context, depth: int) -> list[Statement] | None:
    """A list or str that a loop makes long, and what is left of it."""
    turns = turns_of(context)
    if turns is None:
        return None
    world = context.world
    name, index = world.fresh("b"), world.fresh("i")
    inside = context.inner(weight=turns, loop=Loop(None), variables=[counter(index, turns)])
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
            counter(index, turns),
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
    inside = context.inner(weight=turns, loop=Loop(None), variables=[counter(index, turns)])
    value = call(inside, function, 1)
    start = Statement([f"let {name} = ", call(context, function, 1)])
    context.declare(Variable(name, function.result))
    body = Block([Statement([f"{name} = ", value])])
    return [Statement([start, f"\nfor {index} in 0..{turns} ", body])]


@states(1)
def catch_often(context: Context, depth: int) -> list[Statement] | None:
    """A function that may fail, in a loop; what it failed with is counted, and the last kept."""
    world = context.world
    found = [f for f in world.functions if f.risky and context.affords(40 * (f.cost + 40))]
    if not found or context.pure:
        return None
    function = world.choice(found)
    room = (context.meter.limit - context.meter.spent) // (
        context.weight * (function.cost + 40) * 2
    )
    turns = max(2, min(room, world.choice((20, 150, 800))))
    index, name, failed = world.fresh("i"), world.fresh("r"), world.fresh("n")
    inside = context.inner(weight=turns, variables=[counter(index, turns)]).in_plain_closure()
    type_ = ResultOf(function.result, STR)
    caught = Statement([f"{name} = catch(|| ", call(inside, function, 1), ")"])
    counting = Statement([f"if {name}.is_err() {{ {failed} += 1 }}"])
    context.declare(Variable(name, type_))
    context.declare(Variable(failed, MIDDLE, assignable=False))
    head = f'let {name} = Err("")\nlet {failed} = 0\nfor {index} in 0..{turns} '
    return [Statement([head, Block([caught, counting])])]


@states(1)
def walk_by_index(context: Context, depth: int) -> list[Statement] | None:
    """A list that nothing else knows, read and written at each of its indices."""
    turns = turns_of(context)
    if turns is None or context.pure:
        return None
    world = context.world
    element = random_type(context, 1)
    items, index, value = world.fresh("w"), world.fresh("i"), world.fresh("v")
    count = min(turns, 300)
    context.charge(count * 4)
    start = expression(context, element, depth)
    inside = context.inner(
        weight=count, variables=[counter(index, count), Variable(value, element)]
    )
    before = statements(inside, depth, world.rng.randint(0, 2))
    before.insert(0, Statement([f"let {value} = {items}[{index}]"]))
    change = Statement([f"{items}[{index}] = ", expression(inside, element, depth)])
    way = world.choice(
        (
            f"for {index} in 0..{items}.len() ",
            f"for {index} in (0..{items}.len()).rev() ",
            f"for {index} in 0..={items}.len() - 1 ",
        )
    )
    end = f"\nprintln({items}.take(5), {items}.len())" if context.affords(PRINT_COST) else ""
    return [
        Statement([f"let {items} = [", start, f"; {count}]\n{way}", Block([*before, change]), end])
    ]


@states(0.5)
def different_closures(context: Context, depth: int) -> list[Statement] | None:
    """A list of closures, made in a loop or one by one, all called from one place."""
    world = context.world
    if context.pure or not context.affords(CALLBACK * 60):
        return None
    type_, count = random_type(context, 1), world.rng.randint(1, 6)
    functions, index, value = world.fresh("w"), world.fresh("i"), world.fresh("v")
    wanted = Function((type_, SMALL), type_)
    made: list[Part] = [f"let {functions} = "]
    if world.chance(0.5):
        inside = context.inner(weight=count, variables=[counter(index, count)]).in_plain_closure()
        made += [f"(0..{count}).map(|{index}| ", closure(inside, wanted, depth)[0], ")"]
    else:
        each = [closure(context, wanted, depth)[0] for _ in range(count)]
        made += ["[", *separated(each), "]"]
    turns = 60 if context.affords(CALLBACK * 300) else 1
    context.charge(CALLBACK * count * turns // 2)
    start = expression(context, type_, depth)
    context.declare(Variable(value, type_))
    calls = f"for {index} in 0..{turns * count} {{ {value} = "
    calls += f"{functions}[{index} % {count}]({value}, {index} % 100) }}"
    return [Statement([*made, f"\nlet {value} = ", start, f"\n{calls}"])]


@states(0.7)
def matrix(context: Context, depth: int) -> list[Statement] | None:
    """Two loops over a list of lists."""
    turns = turns_of(context)
    if turns is None or turns < 4 or context.pure:
        return None
    world = context.world
    side = max(2, min(40, int(turns**0.5)))
    type_ = world.choice((FLOAT, MIDDLE, NUMBER, INLINE))
    rows, row, column, total = (world.fresh(p) for p in ("w", "i", "i", "s"))
    inside = context.inner(
        weight=side * side, variables=[counter(row, side), counter(column, side)]
    )
    inside.declare(Variable(f"{rows}[{row}][{column}]", type_, assignable=False))
    inside.declare(Variable(f"{rows}[{column}][{row}]", type_, assignable=False))
    new = expression(inside, type_, depth + 1)
    start = expression(context, type_, depth)
    body = Block(
        [
            Statement([f"{rows}[{row}][{column}] = ", new]),
            Statement([f"{total} = ({total} + {rows}[{row}][{column}]) % 1000003"]),
        ]
    )
    context.declare(Variable(total, NUMBER))
    return [
        Statement(
            [
                f"let {rows} = (0..{side}).map(|_| [",
                start,
                f"; {side}])\nlet {total} = 0\nfor {row} in 0..{side} {{\n"
                f"    for {column} in 0..{side} ",
                body,
                "\n}",
            ]
        )
    ]


@states(0.5)
def climb(context: Context, depth: int) -> list[Statement] | None:
    """An int that grows until it overflows, or leaves the form that ints had so far."""
    turns = turns_of(context)
    if turns is None or context.pure:
        return None
    world = context.world
    name, index, result = world.fresh("s"), world.fresh("i"), world.fresh("r")
    inside = context.inner(
        weight=turns,
        variables=[counter(index, turns), Variable(name, WIDE, assignable=False)],
    ).in_plain_closure()
    step = expression(inside, world.choice((SMALL, MIDDLE, INLINE)), 1)
    bound = world.choice((2**31, 2**46, 2**47, 2**53, 2**62, 2**63 - 1))
    first = max(-(2**63), (bound - world.rng.randint(0, 2 * turns) * 64) * world.choice((1, -1)))
    operator = world.choice(("+", "-", "*"))
    body = Block([Statement([f"{name} {operator}= ", step])])
    context.declare(Variable(result, ResultOf(WIDE, STR)))
    context.declare(Variable(name, WIDE))
    return [
        Statement(
            [
                f"let {name} = {first}\nlet {result} = catch(|| ",
                Block([Statement([f"for {index} in 0..{turns} ", body])], Expression(WIDE, [name])),
                ")",
            ]
        )
    ]
