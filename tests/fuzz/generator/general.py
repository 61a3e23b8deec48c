"""Expressions of any type: choices, calls, parts of variables, and what fails."""

from __future__ import annotations

from tests.fuzz.generator import types
from tests.fuzz.generator.context import CALLBACK, LENGTH, Context, Loop, Variable
from tests.fuzz.generator.core import (
    block,
    call,
    closure,
    expression,
    function_value,
    leaf,
    produces,
    random_type,
    separated,
    statement,
    usable,
)
from tests.fuzz.generator.literals import small
from tests.fuzz.generator.patterns import arms, pattern, scrutinee
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    ANY,
    BOOL,
    FLOAT,
    MIDDLE,
    SMALL,
    STR,
    WIDE,
    Function,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    ResultOf,
    TupleOf,
    Type,
    fits,
)


@produces("general", 3)
def variable(context: Context, wanted: Type, depth: int) -> Expression | None:
    known = usable(context, wanted)
    return Expression(wanted, [context.world.choice(known).name]) if known else None


@produces("general", 1)
def if_else(context: Context, wanted: Type, depth: int) -> Expression | None:
    parts: list[Part] = [
        "if ",
        expression(context, BOOL, depth),
        " ",
        branch(context, wanted, depth),
    ]
    while context.world.chance(0.2):
        parts += [
            " else if ",
            expression(context, BOOL, depth),
            " ",
            branch(context, wanted, depth),
        ]
    return Expression(wanted, [*parts, " else ", branch(context, wanted, depth)], atomic=False)


def branch(context: Context, wanted: Type, depth: int) -> Block:

    count = 1 if depth > 0 and context.world.chance(0.15) and not context.pure else 0
    return block(context, depth, count, wanted)


@produces("general", 1)
def match(context: Context, wanted: Type, depth: int) -> Expression | None:

    return Expression(
        wanted, arms(context, depth, lambda inner: expression(inner, wanted, depth)), atomic=False
    )


@produces("general", 1)
def phase(context: Context, wanted: Type, depth: int) -> Expression | None:
    """Another value from some turn of a loop on, or in few turns: what came before is no guide."""
    world = context.world
    counters = [v for v in context.variables if v.turns > 3]
    if not counters:
        return None
    chosen = world.choice(counters)
    turn = world.rng.randrange(chosen.turns)
    test = world.choice((f"{chosen.name} < {turn}", f"{chosen.name} == {turn}"))
    if world.chance(0.3):
        test = f"{chosen.name} % {world.choice((2, 7, 64, 500))} == {world.rng.randrange(2)}"
    first, second = expression(context, wanted, depth), expression(context, wanted, depth)
    return Expression(
        wanted, [f"if {test} ", Block([], first), " else ", Block([], second)], atomic=False
    )


@produces("general", 0.5)
def if_let(context: Context, wanted: Type, depth: int) -> Expression | None:

    value = scrutinee(context, depth)
    text, bound = pattern(context, value.type, depth)
    inside = context.inner(variables=bound)
    then = Block([], expression(inside, wanted, depth))
    return Expression(
        wanted,
        [f"if let {text} = ", value, " ", then, " else ", branch(context, wanted, depth)],
        False,
    )


@produces("general", 0.4)
def block_expression(context: Context, wanted: Type, depth: int) -> Expression | None:

    if context.pure:
        return None
    return Expression(
        wanted, [block(context, depth, context.world.rng.randint(1, 2), wanted)], False
    )


@produces("general", 0.2)
def loop_value(context: Context, wanted: Type, depth: int) -> Expression | None:
    """``loop`` with a counter that ends it; its value is that of a break."""

    turns = context.world.rng.randint(1, 6)
    if context.pure or not context.affords(turns * 12):
        return None
    counter = context.world.fresh("n")
    label = context.world.fresh("'l") if context.world.chance(0.3) else None
    inside = context.inner(
        weight=turns,
        loop=Loop(label, takes_value=True),
        variables=[Variable(counter, SMALL, assignable=False)],
    )
    stop = Statement(
        [f"if {counter} >= {turns} {{ break ", expression(context, wanted, depth), " }"]
    )
    body = [Statement([f"{counter} += 1"]), stop, *statement(inside, depth)]
    loop = Expression(wanted, [f"{label}: loop " if label else "loop ", Block(body)], False)
    return Expression(wanted, [Block([Statement([f"let {counter} = 0"])], loop)], False)


@produces("general", 2)
def called_function(context: Context, wanted: Type, depth: int) -> Expression | None:
    found = [
        f
        for f in context.world.functions
        if fits(f.result, wanted)
        and f.cost <= 20_000
        and context.affords(f.cost)
        and (context.risky or not f.risky)
        and not context.pure
    ]
    return call(context, context.world.choice(found), depth) if found else None


@produces("general", 1)
def called_value(context: Context, wanted: Type, depth: int) -> Expression | None:
    found = [
        v
        for v in context.visible()
        if isinstance(v.type, Function) and fits(v.type.result, wanted) and context.affords(v.cost)
    ]
    if not found or context.pure:
        return None
    chosen = context.world.choice(found)
    assert isinstance(chosen.type, Function)
    context.charge(chosen.cost + 2)
    arguments = [expression(context, t, depth) for t in chosen.type.parameters]
    return Expression(wanted, [f"{chosen.name}(", *separated(arguments), ")"])


@produces("general", 0.2)
def called_closure(context: Context, wanted: Type, depth: int) -> Expression | None:
    """``(|x| ...)(e)``."""
    parameters = tuple(random_type(context, 1) for _ in range(small(context, 2)))
    if context.pure or not context.affords(CALLBACK):
        return None
    function, cost = closure(context, Function(parameters, wanted), depth)
    context.charge(cost)
    arguments = [expression(context, t, depth) for t in parameters]
    return Expression(wanted, [function, "(", *separated(arguments), ")"])


@produces("general", 2.5)
def part_of_variable(context: Context, wanted: Type, depth: int) -> Expression | None:
    """A field, an element of a tuple, or an element of a collection, of a variable."""
    found: list[list[Part]] = []
    for v in context.visible():
        found += _parts_of(context, v.name, v.type, wanted, depth)
    return Expression(wanted, context.world.choice(found)) if found else None


def _parts_of(
    context: Context, name: str, type_: Type, wanted: Type, depth: int
) -> list[list[Part]]:
    world = context.world
    found: list[list[Part]] = []
    match type_:
        case TupleOf(elements):
            found += [[f"{name}.{i}"] for i, t in enumerate(elements) if fits(t, wanted)]
        case Named(struct) if struct in world.structs:
            fields = world.structs[struct].fields
            found += [[f"{name}.{field}"] for field, t in fields.items() if fits(t, wanted)]
        case OptionOf(value) if fits(value, wanted):
            found.append([f"{name}.unwrap_or(", leaf(context, wanted), ")"])
            if context.risky:
                found.append([f"{name}.unwrap()"])
                found.append([f"{name}.expect(", leaf(context, STR), ")"])
        case ResultOf(value, _) if fits(value, wanted):
            found.append([f"{name}.unwrap_or(", leaf(context, wanted), ")"])
            if context.risky:
                found.append([f"{name}.unwrap()"])
        case ListOf(element) if fits(element, wanted):
            found += [
                [
                    f"{name}.get(",
                    expression(context, SMALL, depth),
                    ").unwrap_or(",
                    leaf(context, wanted),
                    ")",
                ],
                [
                    f"(if {name}.is_empty() {{ ",
                    leaf(context, wanted),
                    f" }} else {{ {name}[{name}.len() - 1] }})",
                ],
                [
                    f"{name}.{world.choice(('first', 'last'))}().unwrap_or(",
                    leaf(context, wanted),
                    ")",
                ],
            ]
            if context.risky:
                found.append([f"{name}[", expression(context, SMALL, depth), "]"])
            if not context.pure:
                found.append([f"{name}.pop().unwrap_or(", leaf(context, wanted), ")"])
        case MapOf(key, value) if fits(value, wanted):
            found.append(
                [
                    f"{name}.get_or(",
                    expression(context, key, depth),
                    ", ",
                    leaf(context, wanted),
                    ")",
                ]
            )
            if context.risky:
                found.append([f"{name}[", expression(context, key, depth), "]"])
    return found


@produces("general", 0.3)
def caught(context: Context, wanted: Type, depth: int) -> Expression | None:
    """The value of a closure that may fail, or another one if it does."""
    if context.pure or not context.affords(CALLBACK * 2):
        return None
    function, cost = closure(context, Function((), wanted), depth, risky=True)
    context.charge(cost + 5)
    return Expression(wanted, ["catch(", function, ").unwrap_or(", leaf(context, wanted), ")"])


@produces("general", 0.6)
def question(context: Context, wanted: Type, depth: int) -> Expression | None:
    match context.result:
        case OptionOf():
            return Expression(wanted, [expression(context, OptionOf(wanted), depth), "?"])
        case ResultOf(_, error):
            return Expression(wanted, [expression(context, ResultOf(wanted, error), depth), "?"])
    return None


@produces("general", 1)
def failing(context: Context, wanted: Type, depth: int) -> Expression | None:
    """What always fails, behind a condition or as an operand."""
    if not context.risky:
        return None
    mistakes: list[list[Part]] = [
        ["panic(", expression(context, STR, 0), ")"],
        ["Err(", expression(context, STR, 0), ").unwrap()"],
        ["None.expect(", expression(context, STR, 0), ")"],
        ["int(", expression(context, STR, 0), ")"],
        ["(", expression(context, STR, 0), " + ", expression(context, FLOAT, 0), ")"],
        ["(-", expression(context, STR, 0), ")"],
        ["(", expression(context, STR, 0), " < ", expression(context, MIDDLE, 0), ")"],
        [expression(context, MIDDLE, 0), "[0]"],
        [expression(context, STR, 0), ".no_such_method()"],
        ["[", expression(context, ListOf(SMALL), 0), "][0].no_such_field"],
        ["[1, 2, 3][", expression(context, WIDE, 0), "]"],
        ["#{}[", expression(context, STR, 0), "]"],
        ["(|x| x)(", expression(context, SMALL, 0), ", 1)"],
        ["[1][0](", expression(context, SMALL, 0), ")"],
        ["(match ", expression(context, SMALL, 0), " { 1000 => 0 })"],
        ["2.pow(", expression(context, MIDDLE, 0), ")"],
        ["assert(", expression(context, BOOL, depth), ", ", expression(context, STR, 0), ")"],
        ["assert_eq(", expression(context, ANY, 0), ", ", expression(context, ANY, 0), ")"],
    ]
    chosen = context.world.choice(mistakes)
    if context.world.chance(0.8):
        condition, value = expression(context, BOOL, depth), expression(context, wanted, depth)
        wrong = Block([Statement(chosen)], leaf(context, wanted))
        return Expression(wanted, ["if ", condition, " ", wrong, " else ", Block([], value)], False)
    return Expression(wanted, [Block([Statement(chosen)], leaf(context, wanted))], False)


@produces("general", 0.3)
def taken_from_list(context: Context, wanted: Type, depth: int) -> Expression | None:
    items = expression(context, ListOf(wanted), depth)
    kind = context.world.rng.randrange(4)
    if kind == 0:
        return Expression(wanted, [items, ".last().unwrap_or(", leaf(context, wanted), ")"])
    if kind == 1:
        index = expression(context, SMALL, depth)
        return Expression(
            wanted, [items, ".get(", index, ").unwrap_or(", leaf(context, wanted), ")"]
        )
    if kind == 2 and types.is_ordered(wanted):
        name = context.world.choice(("min", "max"))
        return Expression(wanted, [items, f".{name}().unwrap_or(", leaf(context, wanted), ")"])
    if not context.affords(LENGTH * CALLBACK):
        return None
    element = random_type(context, 1)
    folded = function_value(context, Function((wanted, element), wanted), depth)
    context.charge(LENGTH * CALLBACK // 2)
    start = expression(context, wanted, depth)
    source = expression(context, ListOf(element), depth)
    return Expression(wanted, [source, ".fold(", start, ", ", folded, ")"])


@produces("general", 0.5)
def smaller_or_larger(context: Context, wanted: Type, depth: int) -> Expression | None:
    if not types.is_ordered(wanted) or isinstance(wanted, ListOf | TupleOf):
        return None
    left, right = expression(context, wanted, depth), expression(context, wanted, depth)
    name = context.world.choice(("min", "max"))
    if wanted in (STR, BOOL) or context.world.chance(0.5):
        return Expression(wanted, [f"{name}(", left, ", ", right, ")"])
    return Expression(wanted, [left, f".{name}(", right, ")"])


@produces("any", 6)
def anything(context: Context, wanted: Type, depth: int) -> Expression | None:
    return expression(context, random_type(context, 2), depth)
