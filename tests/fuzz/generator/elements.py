"""Lists that change what they hold: elements of one type for a while, then one of another.

A machine may know the type of a list's elements, keep them in fewer bytes, and let hot code rely on
that.  So these lists are private, walked often, and change their minds late, in the midst of a walk
or in a closure that their own method calls.
"""

from __future__ import annotations

from tests.fuzz.generator.context import CALLBACK, LIMIT, Context, Loop, Variable
from tests.fuzz.generator.control import counter, turns_of
from tests.fuzz.generator.core import PRINT_COST, expression, leaf, random_type, statements, states
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    BOOL,
    FLOAT,
    MIDDLE,
    NUMBER,
    SMALL,
    STR,
    UNIT,
    WIDE,
    ListOf,
    ResultOf,
    Type,
)

USUAL = (BOOL, BOOL, BOOL, FLOAT, FLOAT, SMALL, MIDDLE, WIDE, STR, UNIT)

SIZES = (0, 1, 2, 3, 8, 40)


def _element_type(context: Context) -> Type:
    return context.world.choice(USUAL) if context.world.chance(0.8) else random_type(context, 1)


def _list_of(context: Context, type_: Type, depth: int) -> list[Part]:
    """A new list, made in one of the ways that lists are made."""
    world = context.world
    size = world.choice(SIZES)
    value = expression(context, type_, depth)
    match world.rng.randrange(7):
        case 0 | 1:
            return ["[", value, f"; {size}]"]
        case 2:
            return [f"(0..{size}).map(|_| ", value, ")"]
        case 3:
            return ["[", value, f"; {size + 2}][1..]"]
        case 4:
            return ["[", value, "] + [", leaf(context, type_), "]"]
        case 5:
            return ["[", value, f"; {size}].filter(|_| true)"]
    return [expression(context, ListOf(type_), depth)]


def _change(context: Context, items: str, type_: Type, depth: int) -> list[Part]:
    """Something that may bring a value of the type into the list."""
    world = context.world
    value = expression(context, type_, depth)
    room = f"if {items}.len() < {LIMIT} {{ {items}"
    some = f"if {items}.len() > 2 {{ {items}"
    each = world.fresh("a")
    same = f"if {each} == {items}[0] {{ "
    return world.choice(
        (
            [f"{some}[{world.rng.randrange(3)}] = ", value, " }"],
            [f"{some}[{items}.len() - 1] = ", value, " }"],
            [f"{room}.push(", value, ") }"],
            [f"{room}.insert({items}.len() / 2, ", value, ") }"],
            [f"{room}.extend([", value, f"; {world.rng.randint(0, 3)}]) }}"],
            [f"{items}.fill(", value, ")"],
            [f"{items}.clear()\n{items}.push(", value, ")"],
            [f"{items} = {items} + [", value, f"]\n{items}.truncate({LIMIT})"],
            [f"{items} = [", value, f"] + {items}\n{items}.truncate({LIMIT})"],
            [f"{items}.map(|{each}| {{ {items}[0] = ", value, f"\n{each} }})"],
            [f"{items}.sort_by_key(|{each}| {{ {items}[0] = ", value, "\n0 })"],
            [f"{items} = {items}.map(|{each}| {same}", value, f" }} else {{ {each} }})"],
            [f"{items}.for_each(|{each}| {{ {room}.push(", value, ") } })"],
        )
    )


def _keep(items: str, context: Context) -> str:
    """What changes the order or the length, and brings nothing new."""
    return context.world.choice(
        (
            f"{items}.reverse()",
            f"{items}.dedup()",
            f"{items}.pop()",
            f"if {items}.len() > 1 {{ {items}.swap(0, {items}.len() - 1) }}",
            f"if {items}.len() > 1 {{ {items}[0] = {items}[1] }}",
            f"if {items}.len() > 1 {{ {items}.push({items}.remove(0)) }}",
            f"{items} = {items}.copy()",
            f"{items} = {items}[..]",
            f"{items} = {items}.rev()",
        )
    )


def _use(context: Context, total: str, value: str, type_: Type, depth: int) -> Statement:
    """Adds up something about a value, which is probably of the type."""
    world = context.world
    ways: list[list[Part]] = [
        [f"if {value} == ", expression(context, type_, depth), f" {{ {total} += 1 }}"],
        [f'{total} += match {value} {{ true => 1, 0 => 2, 1.5 => 3, "" => 4, _ => 5 }}'],
        [f"{total} += type_of({value}).len()"],
    ]
    if type_ == BOOL:
        ways += [
            [f"if {value} {{ {total} += 1 }}"],
            [f"{total} += if !{value} {{ 3 }} else {{ 2 }}"],
        ]
    if type_ in (FLOAT, SMALL, MIDDLE, NUMBER):
        ways += [[f"{total} = ({total} + {value}) % 1000003"]]
        ways += [[f"if {value} < {total} {{ {total} -= 1 }}"]]
    return Statement(world.choice(ways))


@states(1.5)
def changing_elements(context: Context, depth: int) -> list[Statement] | None:
    """A hot loop over a list that gets elements of other types on the way."""
    turns = turns_of(context)
    if turns is None or context.pure:
        return None
    world = context.world
    context.charge(4 * LIMIT)
    first = _element_type(context)
    items, index, value, total, result = (world.fresh(p) for p in ("w", "i", "a", "n", "r"))
    start = _list_of(context, first, depth)
    inside = context.inner(
        weight=turns,
        loop=Loop(None),
        variables=[counter(index, turns), Variable(total, NUMBER, assignable=False)],
    ).in_plain_closure()
    before = statements(inside, 0, world.rng.randint(0, 1))
    body: list[Statement] = []
    uses = [_use(inside, total, value, first, 0) for _ in range(world.rng.randint(1, 2))]
    read = [Statement([f"let {value} = {items}[{index} % {items}.len()]"]), *uses]
    if world.chance(0.6):
        body.append(Statement([f"if {items}.len() > 0 ", Block(read)]))
    else:
        inside.charge(LIMIT)
        walk = world.choice((items, f"{items}.enumerate().map(|a| a.1)", f"{items}.rev()"))
        body.append(Statement([f"for {value} in {walk} ", Block(uses)]))
    for _ in range(world.rng.randint(1, 3)):
        when = world.rng.choice((0, 1, turns // 2, turns - 1, turns * 9 // 10))
        change = _change(inside, items, _element_type(context), 0)
        body.append(Statement([f"if {index} == {when} ", Block([Statement(change)])]))
    if world.chance(0.4):
        body.append(Statement([_keep(items, context)]))
    if world.chance(0.3):
        body.append(Statement([f"{items}[{index} % ({items}.len() + 1)] = ", leaf(inside, first)]))
    world.rng.shuffle(body)
    context.declare(Variable(result, ResultOf(UNIT, STR)))
    caught: list[Part] = [
        f"let {result} = catch(|| ",
        Block([Statement([_for(index, turns), Block([*before, *body])])]),
        ")",
    ]
    shown = (
        f"\nprintln({items}.take(6), {items}.len(), {total})" if context.affords(PRINT_COST) else ""
    )
    return [Statement([f"let {items} = ", *start, f"\nlet {total} = 0\n", *caught, shown])]


def _for(index: str, turns: int) -> str:
    return f"for {index} in 0..{turns} "


@states(1)
def lists_of_all_kinds(context: Context, depth: int) -> list[Statement] | None:
    """A closure gets hot with lists of one type of elements, and then gets lists of others."""
    world = context.world
    if context.pure or not context.affords(CALLBACK * 100):
        return None
    turns = world.choice((60, 300, 1200))
    if not context.affords(CALLBACK * turns):
        turns = 60
    function, items, index, total = (world.fresh(p) for p in ("f", "a", "i", "n"))
    kinds = [_element_type(context) for _ in range(world.rng.randint(2, 4))]
    inside = context.closure(NUMBER, CALLBACK, pure=True)
    value = world.fresh("a")
    uses = [_use(inside, total, value, kinds[0], 0)]
    change = world.choice(
        (
            [],
            [Statement([f"{items}.push({items}[0])"]), Statement([f"{items}.pop()"])],
            [Statement([f"{items}[0] = {items}[{items}.len() - 1]"])],
            [Statement([f"{items}[0] = ", leaf(context, kinds[0])])],
        )
    )
    walk = Statement([f"for {value} in {items} ", Block(uses)])
    body = Block([Statement([f"let {total} = 0"]), walk, *change], Expression(NUMBER, [total]))
    context.charge(turns * CALLBACK)
    lists: list[Part] = []
    for kind in kinds:
        lists += [", " if lists else "", "[", expression(context, kind, depth), "; 4]"]
    known, sum_ = world.fresh("w"), world.fresh("s")
    context.declare(Variable(sum_, NUMBER, assignable=False))
    calls = (
        f"for {index} in 0..{turns} {{ let r = catch(|| {function}({known}["
        f"if {index} < {turns * 9 // 10} {{ 0 }} else {{ {index} % {len(kinds)} }}]))\n"
        f"{sum_} += r.unwrap_or(1) % 1000 }}"
    )
    shown = f"\nprintln({known}, {sum_})" if context.affords(PRINT_COST) else ""
    return [
        Statement(
            [
                f"let {function} = |{items}| ",
                body,
                f"\nlet {known} = [",
                *lists,
                f"]\nlet {sum_} = 0\n{calls}{shown}",
            ]
        )
    ]
