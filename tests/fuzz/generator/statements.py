"""Statements, and blocks of them.

What ends every loop is written into it: a counter that nothing else assigns, a range, or a
collection that no statement makes longer than ``LIMIT``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tests.fuzz.generator import types
from tests.fuzz.generator.context import (
    CALLBACK,
    LENGTH,
    LIMIT,
    Context,
    Loop,
    Variable,
    element_of,
)
from tests.fuzz.generator.expressions import (
    call,
    closure,
    expression,
    format_string,
    function_value,
    leaf,
    random_type,
    separated,
    specs,
)
from tests.fuzz.generator.literals import int_literal, number
from tests.fuzz.generator.patterns import arms, irrefutable, pattern, scrutinee
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    BOOL,
    FLOAT,
    INLINE,
    MIDDLE,
    NUMBER,
    SMALL,
    STR,
    WIDE,
    Function,
    Int,
    ListOf,
    MapOf,
    Named,
    ResultOf,
    SetOf,
    TupleOf,
    Type,
)

Production: TypeAlias = Callable[[Context, int], list[Statement] | None]

PRINT_COST = 40
"""What is displayed is long, and what happens in every turn of a hot loop need not be."""

ATTEMPTS = 5


def block(context: Context, depth: int, count: int, wanted: Type | None = None) -> Block:
    """A block of so many statements, and a value of a type unless none is wanted."""
    inside = context.inner()
    made = Block(statements(inside, depth, count))
    if wanted is not None:
        made.result = expression(inside, wanted, depth)
    return made


def statements(context: Context, depth: int, count: int) -> list[Statement]:
    """What they declare is in scope for what follows in this context."""
    made: list[Statement] = []
    for _ in range(count):
        made += statement(context, depth)
    return made


def statement(context: Context, depth: int) -> list[Statement]:
    """A statement, with what must stand before it."""
    context.charge(2)
    if context.affords(10):
        productions = STATEMENTS if depth > 0 else SIMPLE_STATEMENTS
        weights = [weight * context.world.taste(p.__name__) for p, weight in productions]
        if any(weights):
            for production, _ in context.world.rng.choices(productions, weights, k=ATTEMPTS):
                made = production(context, max(depth - 1, 0))
                if made is not None:
                    return made
    return let(context, 0)


# ------------------------------------------------------------------------------ let, assignment


def let(context: Context, depth: int) -> list[Statement]:
    type_ = random_type(context, 2)
    value = expression(context, type_, depth + 1)
    name = context.name_for_let()
    written = types.annotation(type_) if context.world.chance(0.25) else None
    context.declare(Variable(name, type_))
    head = f"let {'mut ' if context.world.chance(0.1) else ''}{name}"
    return [Statement([f"{head}: {written} = " if written else f"{head} = ", value])]


def let_function(context: Context, depth: int) -> list[Statement]:
    """A closure; what assigns it would let it call itself."""
    world = context.world
    parameters = tuple(random_type(context, 1) for _ in range(world.rng.randint(0, 3)))
    wanted = Function(parameters, random_type(context, 1))
    limit = min(400, max(CALLBACK, context.meter.limit // 20))
    limit = limit if world.chance(0.5) else CALLBACK
    value, cost = closure(context, wanted, depth + 1, limit=limit)
    name = world.fresh("f")
    context.declare(Variable(name, wanted, assignable=False, cost=cost))
    return [Statement([f"let {name} = ", value])]


def let_pattern(context: Context, depth: int) -> list[Statement] | None:
    world = context.world
    kinds: list[Type] = [TupleOf((random_type(context, 1), random_type(context, 1)))]
    kinds += [Named(name) for name in world.structs]
    type_ = world.choice(kinds)
    value = expression(context, type_, depth)
    text, bound = irrefutable(context, type_, 2)
    for variable in bound:
        context.declare(variable)
    return [Statement([f"let {text} = ", value])]


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


def assign(context: Context, depth: int) -> list[Statement] | None:
    known = context.assignable()
    if not known:
        return None
    target = context.world.choice(known)
    return [Statement([f"{target.name} = ", expression(context, target.type, depth)])]


def assign_with_operator(context: Context, depth: int) -> list[Statement] | None:
    known = [v for v in context.assignable() if isinstance(v.type, Int) or v.type in (FLOAT, BOOL)]
    if not known:
        return None
    world, target = context.world, context.world.choice(known)
    return _changed(context, [target.name], target.type, depth, world.chance(0.5))


def _changed(
    context: Context, place: list[Part], type_: Type, depth: int, growing: bool
) -> list[Statement] | None:
    """``place op= e``, by an operator that leaves the type's bounds intact."""
    world = context.world
    if type_ == BOOL:
        operator = world.choice("&|^")
        return [Statement([*place, f" {operator}= ", expression(context, BOOL, depth)])]
    if type_ == FLOAT:
        operator = world.choice("++-*/%")
        return [Statement([*place, f" {operator}= ", expression(context, FLOAT, depth)])]
    if not isinstance(type_, Int):
        return None
    if growing and (type_.bits < 63 or context.risky):
        operand = expression(context, type_, depth)
        operator = world.choice("+-")
        divisor = number(context, min(type_.bits, 62), nonzero=True)
        change = Statement([*place, f" {operator}= ", operand])
        return [Statement([change, "\n", *place, " %= ", divisor])]
    match world.rng.randrange(4):
        case 0:
            return [
                Statement(
                    [*place, f" {world.choice('/%')}= ", number(context, type_.bits, nonzero=True)]
                )
            ]
        case 1:
            return [Statement([*place, f" >>= {world.rng.randrange(64)}"])]
    return [Statement([*place, f" {world.choice('&|^')}= ", expression(context, type_, depth)])]


def assign_field(context: Context, depth: int) -> list[Statement] | None:
    world = context.world
    found = [
        v for v in context.visible() if isinstance(v.type, Named) and v.type.name in world.structs
    ]
    if not found or context.pure:
        return None
    target = world.choice(found)
    assert isinstance(target.type, Named)
    field, type_ = world.choice(list(world.structs[target.type.name].fields.items()))
    if world.chance(0.4):
        changed = _changed(context, [f"{target.name}.{field}"], type_, depth, world.chance(0.5))
        if changed is not None:
            return changed
    return [Statement([f"{target.name}.{field} = ", expression(context, type_, depth)])]


def swap(context: Context, depth: int) -> list[Statement] | None:
    """Two variables change their values, which is a cycle of moves."""
    known = context.assignable()
    pairs = [(a, b) for a in known for b in known if a.name < b.name and a.type == b.type]
    if not pairs:
        return None
    first, second = context.world.choice(pairs)
    spare = context.world.fresh("v")
    lines = f"let {spare} = {first.name}\n{first.name} = {second.name}\n{second.name} = {spare}"
    return [Statement([lines])]


# ---------------------------------------------------------------------------------- collections


def change_collection(context: Context, depth: int) -> list[Statement] | None:
    world = context.world
    found = [v for v in context.visible() if isinstance(v.type, ListOf | MapOf | SetOf)]
    if not found or context.pure:
        return None
    target = world.choice(found)
    changes = _changes_of(context, target.name, target.type, depth)
    return [Statement(world.choice(changes))]


def _changes_of(context: Context, name: str, type_: Type, depth: int) -> list[list[Part]]:
    world = context.world
    room = f"if {name}.len() < {LIMIT} {{ "

    def some(wanted: Type) -> Expression:
        return expression(context, wanted, depth)

    match type_:
        case ListOf(element):
            changes: list[list[Part]] = [
                [room, f"{name}.push(", some(element), ") }"],
                [room, f"{name}.push(", some(element), ") }"],
                [f"if {name}.len() > 1 {{ {name}[{name}.len() - 1] = ", some(element), " }"],
                [
                    f"if {name}.len() > 2 {{ {name}[{world.rng.randrange(3)}] = ",
                    some(element),
                    " }",
                ],
                [room, f"{name}.insert({name}.len() / 2, ", some(element), ") }"],
                [f"if {name}.len() > 3 {{ {name}.remove({world.rng.randrange(4)}) }}"],
                [f"{name}.pop()"],
                [f"{name}.{world.choice(('reverse()', 'dedup()', 'clear()', 'truncate(5)'))}"],
                [f"if {name}.len() > 1 {{ {name}.swap(0, {name}.len() - 1) }}"],
                [f"{name}.fill(", some(element), ")"],
                [room, f"{name}.extend(", some(ListOf(element)), ".take(5)) }"],
            ]
            if types.is_ordered(element):
                changes.append([f"{name}.sort()"])
                key = closure(context, Function((element,), STR), min(depth, 1), pure=True)[0]
                changes.append([f"{name}.sort_by_key(", key, ")"])
            if isinstance(element, Int) and element.bits < 63:
                changes.append(
                    [f"{name}.sort_by(|a, b| {world.choice(('a - b', 'b - a', 'a % 4 - b % 4'))})"]
                )
            if context.risky:
                changes.append([f"{name}[", some(SMALL), "] = ", some(element)])
                changes.append([f"{name}.insert(", some(SMALL), ", ", some(element), ")"])
                changes.append([f"{name}.remove(", some(SMALL), ")"])
            return changes
        case MapOf(key_type, value):
            return [
                [room, f"{name}[", some(key_type), "] = ", some(value), " }"],
                [room, f"{name}.insert(", some(key_type), ", ", some(value), ") }"],
                [room, f"{name}.entry_or(", some(key_type), ", ", some(value), ") }"],
                [f"{name}.remove(", some(key_type), ")"],
                [f"{name}.clear()"],
            ]
        case SetOf(element):
            return [
                [room, f"{name}.insert(", some(element), ") }"],
                [f"{name}.remove(", some(element), ")"],
                [f"{name}.clear()"],
            ]
    raise AssertionError(type_)


# --------------------------------------------------------------------------------------- output


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


def show_variables(context: Context, depth: int) -> list[Statement] | None:
    shown = [v for v in context.visible() if not isinstance(v.type, Function)]
    if not shown or context.pure or not context.affords(PRINT_COST):
        return None
    context.charge(PRINT_COST)
    chosen = context.world.rng.sample(shown, min(len(shown), 3))
    return [Statement([f"println({', '.join(v.name for v in chosen)})"])]


# -------------------------------------------------------------------------------------- choices


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


def if_let(context: Context, depth: int) -> list[Statement]:
    value = scrutinee(context, depth)
    text, bound = pattern(context, value.type, depth)
    inside = context.inner(variables=bound)
    parts: list[Part] = [f"if let {text} = ", value, " ", block(inside, depth, 2)]
    if context.world.chance(0.4):
        parts += [" else ", block(context, depth, 1)]
    return [Statement(parts)]


def match_statement(context: Context, depth: int) -> list[Statement]:
    return [Statement(arms(context, depth, lambda inside: block(inside, depth, 1)))]


# ---------------------------------------------------------------------------------------- loops


def _turns(context: Context) -> int | None:
    """How often a loop turns: mostly a few times, where there is room for it very often."""
    room = (context.meter.limit - context.meter.spent) // context.weight
    if room < 60:
        return None
    if room > 4000 and context.world.chance(0.5):
        return context.world.rng.randint(50, min(4000, room // 20))
    return context.world.rng.randint(1, min(8, room // 20))


def _label(context: Context) -> tuple[str, str | None]:
    if not context.world.chance(0.25):
        return "", None
    name = context.world.fresh("'l")
    return f"{name}: ", name


def for_range(context: Context, depth: int) -> list[Statement] | None:
    turns = _turns(context)
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
        variables=[Variable(name, type_, assignable=False)],
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


def while_loop(context: Context, depth: int) -> list[Statement] | None:
    turns = _turns(context)
    if turns is None:
        return None
    world = context.world
    counter = world.fresh("n")
    prefix, label = _label(context)
    up = world.chance(0.6)
    inside = context.inner(
        weight=turns,
        loop=Loop(label),
        variables=[Variable(counter, MIDDLE, assignable=False)],
    )
    test: list[Part] = [f"{counter} < {turns}" if up else f"{counter} > 0"]
    if world.chance(0.3):
        test += [" && ", expression(inside, BOOL, min(depth, 1))]
    body = block(inside, depth, world.rng.randint(1, 4))
    step = Statement([f"{counter} {'+' if up else '-'}= 1"])
    body.statements.insert(0, step)
    start = f"let {counter} = {0 if up else turns}\n"
    return [Statement([start, f"{prefix}while ", *test, " ", body])]


def loop_with_break(context: Context, depth: int) -> list[Statement] | None:
    turns = _turns(context)
    if turns is None:
        return None
    counter = context.world.fresh("n")
    prefix, label = _label(context)
    inside = context.inner(
        weight=turns,
        loop=Loop(label),
        variables=[Variable(counter, MIDDLE, assignable=False)],
    )
    body = block(inside, depth, context.world.rng.randint(1, 3))
    stop = Statement([f"{counter} += 1\nif {counter} > {turns} {{ break }}"])
    body.statements.insert(0, stop)
    return [Statement([f"let {counter} = 0\n{prefix}loop ", body])]


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


# ---------------------------------------------------------------------------- templates of heat


def builder(context: Context, depth: int) -> list[Statement] | None:
    """A list or str that a loop makes long, and what is left of it."""
    turns = _turns(context)
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


def accumulator(context: Context, depth: int) -> list[Statement] | None:
    """A sum in a loop: ints that stay in bounds, floats, or ints that wrap."""
    turns = _turns(context)
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
    turns = max(2, min(room, world.choice((3, 40, 300, 2500))))
    index, name = world.fresh("i"), world.fresh("v")
    inside = context.inner(
        weight=turns, loop=Loop(None), variables=[Variable(index, MIDDLE, assignable=False)]
    )
    value = call(inside, function, 1)
    start = Statement([f"let {name} = ", call(context, function, 1)])
    context.declare(Variable(name, function.result))
    body = Block([Statement([f"{name} = ", value])])
    return [Statement([start, f"\nfor {index} in 0..{turns} ", body])]


# ----------------------------------------------------------------------------- calls and errors


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


def for_each(context: Context, depth: int) -> list[Statement] | None:
    if context.pure or not context.affords(LENGTH * CALLBACK * 2):
        return None
    element = random_type(context, 1)
    context.charge(LENGTH * CALLBACK)
    items = expression(context, ListOf(element), depth)
    function = function_value(context, Function((element,), random_type(context, 0)), depth + 1)
    return [Statement([items, ".for_each(", function, ")"])]


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


SIMPLE_STATEMENTS: list[tuple[Production, float]] = [
    (let, 3),
    (let_pattern, 1),
    (assign, 4),
    (assign_with_operator, 4),
    (assign_field, 2),
    (swap, 0.5),
    (change_collection, 4),
    (show, 1),
    (show_variables, 1),
    (call_statement, 1),
    (jump, 1),
]

STATEMENTS: list[tuple[Production, float]] = [
    *SIMPLE_STATEMENTS,
    (let_function, 1),
    (let_else, 0.5),
    (if_statement, 2),
    (if_let, 1),
    (match_statement, 1),
    (for_range, 2),
    (for_collection, 2),
    (for_user_iterator, 0.5),
    (while_loop, 1),
    (loop_with_break, 0.5),
    (while_let_pop, 0.4),
    (builder, 0.7),
    (accumulator, 1),
    (call_often, 1.5),
    (for_each, 0.5),
    (try_statements, 2.5),
]
