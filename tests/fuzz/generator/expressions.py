"""Expressions of a wanted type.

A production takes a context, the type and a depth, and gives an expression, or None where it cannot
be used.  Productions of one type of value are in the table of that type, those of any type in
``GENERAL``.  What can go wrong at run time is produced only where the context is risky.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from tests.fuzz.generator import types
from tests.fuzz.generator.context import (
    CALLBACK,
    LENGTH,
    LIMIT,
    Context,
    FunctionInfo,
    Loop,
    Variable,
)
from tests.fuzz.generator.literals import literal, number, small
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    ANY,
    BOOL,
    FLOAT,
    INLINE,
    MIDDLE,
    NUMBER,
    RANGE,
    SMALL,
    STR,
    UNIT,
    WIDE,
    Function,
    Int,
    ListOf,
    MapOf,
    Named,
    OptionOf,
    ResultOf,
    SetOf,
    Simple,
    TupleOf,
    Type,
    fits,
)

Production: TypeAlias = Callable[[Context, Type, int], Expression | None]

ATTEMPTS = 5


def expression(context: Context, wanted: Type, depth: int) -> Expression:
    """An expression of a type, ``depth`` levels deep at most."""
    context.charge(1)
    if depth > 0 and context.affords(4):
        productions = [*table_of(wanted), *GENERAL]
        weights = [weight * context.world.taste(p.__name__) for p, weight in productions]
        if any(weights):
            for production, _ in context.world.rng.choices(productions, weights, k=ATTEMPTS):
                found = production(context, wanted, depth - 1)
                if found is not None:
                    return found
    return leaf(context, wanted)


def leaf(context: Context, wanted: Type) -> Expression:
    known = usable(context, wanted)
    if known and (
        wanted == ANY or not isinstance(wanted, Simple | Int) or context.world.chance(0.7)
    ):
        return Expression(wanted, [context.world.choice(known).name])
    match wanted:
        case Simple("bool") if context.world.chance(0.9):
            return _simple_test(context)
        case Int(bits) if bits < 63 and context.world.chance(0.5):
            wide = context.known(WIDE)
            if not wide:
                return literal(context, wanted)
            divisor = number(context, bits, nonzero=True)
            return _binary(wanted, context.world.choice(wide).name, "%", divisor)
        case Int() | Simple():
            return literal(context, wanted)
        case ListOf(element):
            return list_of(
                context, wanted, [leaf(context, element) for _ in range(small(context, 4))]
            )
        case TupleOf(elements):
            return tuple_of(wanted, [leaf(context, element) for element in elements])
        case MapOf(key, value):
            pairs = [(leaf(context, key), leaf(context, value)) for _ in range(small(context, 3))]
            return map_of(wanted, pairs)
        case SetOf(element):
            if context.world.chance(0.2):
                return Expression(wanted, ["Set::new()"])
            members = [leaf(context, element) for _ in range(small(context, 4))]
            return Expression(
                wanted, ["Set::from(", list_of(context, ListOf(element), members), ")"]
            )
        case OptionOf(value):
            if context.world.chance(0.25):
                return Expression(wanted, ["None"])
            return Expression(wanted, ["Some(", leaf(context, value), ")"])
        case ResultOf(value, error):
            if context.world.chance(0.3):
                return Expression(wanted, ["Err(", leaf(context, error), ")"])
            return Expression(wanted, ["Ok(", leaf(context, value), ")"])
        case Function():
            return closure(context, wanted, 0)[0]
        case Named(name):
            return _named(context, name, 0)
    raise AssertionError(wanted)


def _simple_test(context: Context) -> Expression:
    """A comparison of a variable with a literal: what only running the program can decide."""
    world = context.world
    known = [
        v for v in context.visible() if isinstance(v.type, Int) or v.type in (FLOAT, STR, NUMBER)
    ]
    if not known:
        return literal(context, BOOL)
    chosen = world.choice(known)
    operator = world.choice(("<", "<=", ">", ">=", "==", "!="))
    return _binary(BOOL, chosen.name, operator, literal(context, chosen.type))


def usable(context: Context, wanted: Type) -> list[Variable]:
    """Variables whose values may be handed on as the wanted type."""
    known = context.known(wanted)
    return [v for v in known if not isinstance(v.type, Function) or v.cost <= CALLBACK]


def list_of(context: Context, wanted: Type, elements: Sequence[Expression]) -> Expression:
    opening = "vec![" if context.world.chance(0.03) else "["
    return Expression(wanted, [opening, *separated(elements), "]"])


def tuple_of(wanted: Type, elements: Sequence[Expression]) -> Expression:
    return Expression(wanted, ["(", *separated(elements), ",)" if len(elements) == 1 else ")"])


def map_of(wanted: Type, pairs: Sequence[tuple[Expression, Expression]]) -> Expression:
    parts: list[Part] = []
    for key, value in pairs:
        parts += [", " if parts else "#{", key, ": ", value]
    return Expression(wanted, [*parts, "}"] if parts else ["#{}"])


def separated(elements: Sequence[Part]) -> list[Part]:
    parts: list[Part] = []
    for element in elements:
        parts += [", ", element] if parts else [element]
    return parts


def _named(context: Context, name: str, depth: int) -> Expression:
    world = context.world
    if name in world.traits:
        return expression(context, world.choice(world.traits[name].implementors), depth)
    if name in world.enums:
        variant = world.choice(world.enums[name].variants)
        values = [expression(context, t, depth) for t in variant.payload]
        parts: list[Part] = [f"{name}::{variant.name}"]
        if variant.names:
            parts += [" { ", *_fields(dict(zip(variant.names, values, strict=True))), " }"]
        elif values:
            parts += ["(", *separated(values), ")"]
        return Expression(Named(name), parts, atomic=not variant.names)
    struct = world.structs[name]
    base = [v.name for v in context.known(Named(name))] if depth and world.chance(0.2) else []
    given: dict[str, Expression] = {}
    for field, type_ in struct.fields.items():
        if (not base and (field not in struct.defaulted or world.chance(0.6))) or (
            base and world.chance(0.5)
        ):
            given[field] = expression(context, type_, depth)
    order = list(given)
    if world.chance(0.3):
        world.rng.shuffle(order)
    fields = _fields({field: given[field] for field in order})
    if base:
        fields += [f"{', ' if fields else ''}..{world.choice(base)}"]
    return Expression(
        Named(name), [f"{name} {{ ", *fields, " }"] if fields else [f"{name} {{}}"], False
    )


def _fields(values: dict[str, Expression]) -> list[Part]:
    parts: list[Part] = []
    for name, value in values.items():
        parts += [f"{', ' if parts else ''}{name}: ", value]
    return parts


# ------------------------------------------------------------------------------------- closures


def closure(
    context: Context,
    wanted: Function,
    depth: int,
    *,
    limit: int = CALLBACK,
    risky: bool = False,
    pure: bool = False,
) -> tuple[Expression, int]:
    """A closure, and what a call of it costs."""
    from tests.fuzz.generator.statements import block

    world = context.world
    inside = context.closure(wanted.result, limit, risky=risky, pure=pure)
    texts = []
    for type_ in wanted.parameters:
        if isinstance(type_, TupleOf) and world.chance(0.5):
            names = [world.fresh("a") for _ in type_.elements]
            for name, element in zip(names, type_.elements, strict=True):
                inside.declare(Variable(name, element))
            texts.append(f"({', '.join(names)}{',' if len(names) == 1 else ''})")
            continue
        name = world.fresh("a")
        inside.declare(Variable(name, type_))
        written = types.annotation(type_) if world.chance(0.2) else None
        texts.append(f"{name}: {written}" if written else name)
    head = f"{'move ' if world.chance(0.05) else ''}|{', '.join(texts)}| "
    if depth > 0 and not pure and world.chance(0.35):
        body: Part = block(inside, depth - 1, world.rng.randint(1, 3), wanted.result)
    else:
        body = expression(inside, wanted.result, depth)
    return Expression(wanted, [head, body], atomic=False), inside.meter.spent + 2


def function_value(context: Context, wanted: Function, depth: int, *, pure: bool = False) -> Part:
    """Something to hand to a method that calls it: mostly a closure."""
    known = usable(context, wanted)
    if known and not pure and context.world.chance(0.3):
        return context.world.choice(known).name
    return closure(context, wanted, depth, pure=pure)[0]


# -------------------------------------------------------------------------- of any type: GENERAL


def variable(context: Context, wanted: Type, depth: int) -> Expression | None:
    known = usable(context, wanted)
    return Expression(wanted, [context.world.choice(known).name]) if known else None


def if_else(context: Context, wanted: Type, depth: int) -> Expression | None:
    parts: list[Part] = [
        "if ",
        expression(context, BOOL, depth),
        " ",
        _branch(context, wanted, depth),
    ]
    while context.world.chance(0.2):
        parts += [
            " else if ",
            expression(context, BOOL, depth),
            " ",
            _branch(context, wanted, depth),
        ]
    return Expression(wanted, [*parts, " else ", _branch(context, wanted, depth)], atomic=False)


def _branch(context: Context, wanted: Type, depth: int) -> Block:
    from tests.fuzz.generator.statements import block

    count = 1 if depth > 0 and context.world.chance(0.15) and not context.pure else 0
    return block(context, depth, count, wanted)


def match(context: Context, wanted: Type, depth: int) -> Expression | None:
    from tests.fuzz.generator.patterns import arms

    return Expression(
        wanted, arms(context, depth, lambda inner: expression(inner, wanted, depth)), atomic=False
    )


def if_let(context: Context, wanted: Type, depth: int) -> Expression | None:
    from tests.fuzz.generator.patterns import pattern, scrutinee

    value = scrutinee(context, depth)
    text, bound = pattern(context, value.type, depth)
    inside = context.inner(variables=bound)
    then = Block([], expression(inside, wanted, depth))
    return Expression(
        wanted,
        [f"if let {text} = ", value, " ", then, " else ", _branch(context, wanted, depth)],
        False,
    )


def block_expression(context: Context, wanted: Type, depth: int) -> Expression | None:
    from tests.fuzz.generator.statements import block

    if context.pure:
        return None
    return Expression(
        wanted, [block(context, depth, context.world.rng.randint(1, 2), wanted)], False
    )


def loop_value(context: Context, wanted: Type, depth: int) -> Expression | None:
    """``loop`` with a counter that ends it; its value is that of a break."""
    from tests.fuzz.generator.statements import statement

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


def call(context: Context, function: FunctionInfo, depth: int) -> Expression:
    """A call of a function or method; some of its defaulted parameters are left out."""
    context.charge(function.cost + 2)
    world = context.world
    count = len(function.parameters) - world.rng.randint(0, function.defaults)
    arguments = [expression(context, t, depth) for t in function.parameters[:count]]
    if function.receiver is None:
        return Expression(function.result, [f"{function.name}(", *separated(arguments), ")"])
    receiver = expression(context, function.receiver, depth)
    if world.chance(0.1) and isinstance(function.receiver, Named):
        name = f"{function.receiver.name}::{function.name}"
        return Expression(function.result, [f"{name}(", *separated([receiver, *arguments]), ")"])
    return Expression(function.result, [receiver, f".{function.name}(", *separated(arguments), ")"])


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


def called_closure(context: Context, wanted: Type, depth: int) -> Expression | None:
    """``(|x| ...)(e)``."""
    parameters = tuple(random_type(context, 1) for _ in range(small(context, 2)))
    if context.pure or not context.affords(CALLBACK):
        return None
    function, cost = closure(context, Function(parameters, wanted), depth)
    context.charge(cost)
    arguments = [expression(context, t, depth) for t in parameters]
    return Expression(wanted, [function, "(", *separated(arguments), ")"])


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


def caught(context: Context, wanted: Type, depth: int) -> Expression | None:
    """The value of a closure that may fail, or another one if it does."""
    if context.pure or not context.affords(CALLBACK * 2):
        return None
    function, cost = closure(context, Function((), wanted), depth, risky=True)
    context.charge(cost + 5)
    return Expression(wanted, ["catch(", function, ").unwrap_or(", leaf(context, wanted), ")"])


def question(context: Context, wanted: Type, depth: int) -> Expression | None:
    match context.result:
        case OptionOf():
            return Expression(wanted, [expression(context, OptionOf(wanted), depth), "?"])
        case ResultOf(_, error):
            return Expression(wanted, [expression(context, ResultOf(wanted, error), depth), "?"])
    return None


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


def smaller_or_larger(context: Context, wanted: Type, depth: int) -> Expression | None:
    if not types.is_ordered(wanted) or isinstance(wanted, ListOf | TupleOf):
        return None
    left, right = expression(context, wanted, depth), expression(context, wanted, depth)
    name = context.world.choice(("min", "max"))
    if wanted in (STR, BOOL) or context.world.chance(0.5):
        return Expression(wanted, [f"{name}(", left, ", ", right, ")"])
    return Expression(wanted, [left, f".{name}(", right, ")"])


GENERAL: list[tuple[Production, float]] = [
    (variable, 3),
    (if_else, 1),
    (match, 1),
    (if_let, 0.5),
    (block_expression, 0.4),
    (loop_value, 0.2),
    (called_function, 2),
    (called_value, 1),
    (called_closure, 0.2),
    (part_of_variable, 2.5),
    (caught, 0.3),
    (question, 0.6),
    (failing, 1),
    (taken_from_list, 0.3),
    (smaller_or_larger, 0.5),
]


# ----------------------------------------------------------------------------------------- ints


def _bits(wanted: Type) -> int:
    assert isinstance(wanted, Int)
    return wanted.bits


def _binary(result: Type, left: Part, operator: str, right: Part) -> Expression:
    return Expression(result, [left, f" {operator} ", right], atomic=False)


def sum_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    operand = (
        Int(_bits(wanted)) if context.risky and _bits(wanted) == 63 else Int(_bits(wanted) - 1)
    )
    left, right = expression(context, operand, depth), expression(context, operand, depth)
    return _binary(wanted, left, context.world.choice("+-"), right)


def product_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    bits = _bits(wanted)
    if context.risky and bits == 63:
        first, second = bits, context.world.choice((63, 47, 31))
    else:
        first = context.world.rng.randint(2, bits - 3)
        second = bits - first - 1
    left, right = expression(context, Int(first), depth), expression(context, Int(second), depth)
    return _binary(wanted, left, "*", right)


def remainder_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    operand = expression(context, WIDE, depth)
    divisor = number(context, min(_bits(wanted), 62), nonzero=True)
    return _binary(wanted, operand, "%", divisor)


def quotient_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    operand, operator = expression(context, wanted, depth), context.world.choice("/%")
    if context.risky and wanted == WIDE:
        return _binary(wanted, operand, operator, expression(context, SMALL, depth))
    return _binary(wanted, operand, operator, number(context, _bits(wanted), nonzero=True))


def negated_int(context: Context, wanted: Type, depth: int) -> Expression | None:
    may_overflow = context.risky and wanted == WIDE
    operand = expression(context, wanted if may_overflow else Int(_bits(wanted) - 1), depth)
    return Expression(wanted, ["-", operand], atomic=False)


def bits_of_ints(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, wanted, depth), expression(context, wanted, depth)
    if context.world.chance(0.2):
        return Expression(wanted, ["!", left], atomic=False)
    return _binary(wanted, left, context.world.choice("&|^"), right)


def shifted_int(context: Context, wanted: Type, depth: int) -> Expression | None:
    world, bits = context.world, _bits(wanted)
    if world.chance(0.5):
        return _binary(
            wanted, expression(context, wanted, depth), ">>", _shift_count(context, depth)
        )
    if bits == 63:
        return _binary(wanted, expression(context, WIDE, depth), "<<", _shift_count(context, depth))
    count = world.rng.randint(0, bits - 1)
    return _binary(wanted, expression(context, Int(bits - count), depth), "<<", str(count))


def _shift_count(context: Context, depth: int) -> Part:
    if context.risky:
        return expression(context, SMALL, depth)
    if context.world.chance(0.5):
        return str(context.world.choice((0, 1, 5, 31, 47, 48, 62, 63)))
    return _binary(SMALL, expression(context, SMALL, depth), "&", "63")


def wrapped_int(context: Context, wanted: Type, depth: int) -> Expression | None:
    if wanted != WIDE:
        return None
    left, right = expression(context, WIDE, depth), expression(context, WIDE, depth)
    match context.world.rng.randrange(4):
        case 0:
            return Expression(wanted, [left, ".wrapping_neg()"])
        case 1:
            name = context.world.choice(("ushr", "rotate_left", "rotate_right"))
            return Expression(wanted, [left, f".{name}(", _shift_count(context, depth), ")"])
        case 2:
            name = context.world.choice(("checked_add", "checked_sub", "checked_mul"))
            return Expression(
                wanted, [left, f".{name}(", right, ").unwrap_or(", leaf(context, WIDE), ")"]
            )
    name = context.world.choice(("wrapping_add", "wrapping_sub", "wrapping_mul"))
    return Expression(wanted, [left, f".{name}(", right, ")"])


def int_method(context: Context, wanted: Type, depth: int) -> Expression | None:
    bits = _bits(wanted)
    match context.world.rng.randrange(6):
        case 0:
            return Expression(wanted, [expression(context, Int(bits - 1), depth), ".abs()"])
        case 1:
            return Expression(wanted, [expression(context, WIDE, depth), ".signum()"])
        case 2 if bits >= 7:
            name = context.world.choice(("count_ones", "leading_zeros", "trailing_zeros"))
            return Expression(wanted, [expression(context, WIDE, depth), f".{name}()"])
        case 3:
            low, high = sorted((number(context, bits).number, number(context, bits).number))
            value = expression(context, WIDE, depth)
            return Expression(wanted, [value, f".clamp({low}, {high})"])
        case 4:
            exponent = context.world.rng.randint(0, 3)
            base = Int(max(1, bits // 4))
            return Expression(wanted, [expression(context, base, depth), f".pow({exponent})"])
    function = context.world.choice(("abs(", "math::abs("))
    return Expression(wanted, [function, expression(context, Int(bits - 1), depth), ")"])


def length(context: Context, wanted: Type, depth: int) -> Expression | None:
    if _bits(wanted) < MIDDLE.bits:
        return None
    kinds = [
        STR,
        ListOf(random_type(context, 1)),
        RANGE,
        MapOf(SMALL, STR),
        SetOf(SMALL),
        TupleOf((SMALL, ANY)),
    ]
    value = expression(context, context.world.choice(kinds[: 3 if wanted == WIDE else None]), depth)
    if value.type == RANGE and wanted != WIDE:
        return None
    if context.world.chance(0.5):
        return Expression(wanted, ["len(", value, ")"])
    return Expression(wanted, [value, ".len()"])


def int_of(context: Context, wanted: Type, depth: int) -> Expression | None:
    """Ints from other types."""
    bits = _bits(wanted)
    match context.world.rng.randrange(7):
        case 0:
            return Expression(wanted, [expression(context, BOOL, depth), " as int"], atomic=False)
        case 1 if context.risky and wanted == WIDE:
            return Expression(wanted, [expression(context, FLOAT, depth), " as int"], atomic=False)
        case 2:
            bound = min(2 ** (bits - 1) - 1, 10**15)
            low, value = -bound, expression(context, FLOAT, depth)
            clamped = Expression(FLOAT, [value, f".min({bound}.0).max({low}.0)"])
            return Expression(
                wanted, [clamped, context.world.choice((".to_int()", " as int"))], atomic=False
            )
        case 3 if bits >= 21:
            return Expression(wanted, ["(", expression(context, STR, depth), ' + "x").code()'])
        case 4 if wanted == WIDE:
            text = expression(context, STR, depth)
            return Expression(wanted, [text, ".parse_int().unwrap_or(", leaf(context, WIDE), ")"])
        case 5 if wanted == WIDE:
            return Expression(wanted, [expression(context, FLOAT, depth), ".to_bits()"])
        case 6 if bits >= 20:
            function = Function((random_type(context, 1),), BOOL)
            if not context.affords(LENGTH * CALLBACK):
                return None
            context.charge(LENGTH * CALLBACK // 2)
            items = expression(context, ListOf(function.parameters[0]), depth)
            return Expression(
                wanted, [items, ".count(", function_value(context, function, depth), ")"]
            )
    return None


def summed(context: Context, wanted: Type, depth: int) -> Expression | None:
    bits = _bits(wanted)
    if bits < 31:
        return None
    element = Int(min(bits - 15, 46))
    return Expression(wanted, [expression(context, ListOf(element), depth), ".take(100).sum()"])


INTS: list[tuple[Production, float]] = [
    (sum_of_ints, 3),
    (product_of_ints, 2),
    (remainder_of_ints, 1.5),
    (quotient_of_ints, 1),
    (negated_int, 0.5),
    (bits_of_ints, 1.5),
    (shifted_int, 1),
    (wrapped_int, 1),
    (int_method, 1),
    (length, 0.7),
    (int_of, 1),
    (summed, 0.3),
]

NARROW_INTS: list[tuple[Production, float]] = [(bits_of_ints, 1)]
"""For ints of a few bits, whose parts would have none."""


# -------------------------------------------------------------------------------- floats, numbers


def _float_operand(context: Context, depth: int) -> Expression:
    mixed = context.world.chance(0.15)
    return expression(
        context, context.world.choice((WIDE, MIDDLE, SMALL)) if mixed else FLOAT, depth
    )


def float_arithmetic(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, FLOAT, depth), _float_operand(context, depth)
    if context.world.chance(0.5):
        left, right = right, left
    return _binary(wanted, left, context.world.choice("++--**/%"), right)


def float_method(context: Context, wanted: Type, depth: int) -> Expression | None:
    world, value = context.world, expression(context, FLOAT, depth)
    match world.rng.randrange(5):
        case 0:
            return Expression(wanted, ["-", value], atomic=False)
        case 1:
            return Expression(wanted, [value, ".clamp(-100.5, 1e10)"])
        case 2:
            name = world.choice(("sqrt", "abs", "floor", "sin", "exp"))
            return Expression(wanted, [f"math::{name}(", value, ")"])
        case 3:
            name = world.choice(("hypot", "atan2", "pow"))
            return Expression(wanted, [value, f".{name}(", expression(context, FLOAT, depth), ")"])
    name = world.choice(("abs", "sqrt", "floor", "ceil", "round", "trunc", "signum", "cbrt", "ln"))
    return Expression(wanted, [value, f".{name}()"])


def float_of(context: Context, wanted: Type, depth: int) -> Expression | None:
    world = context.world
    match world.rng.randrange(4):
        case 0:
            value = expression(context, world.choice((WIDE, INLINE, MIDDLE)), depth)
            return Expression(wanted, [value, " as float"], atomic=False)
        case 1:
            return Expression(wanted, [expression(context, WIDE, depth), ".to_float()"])
        case 2:
            return Expression(wanted, ["float(", expression(context, BOOL, depth), ")"])
    text = expression(context, STR, depth)
    return Expression(wanted, [text, ".parse_float().unwrap_or(", leaf(context, FLOAT), ")"])


FLOATS: list[tuple[Production, float]] = [
    (float_arithmetic, 5),
    (float_method, 2),
    (float_of, 1),
]


def number_arithmetic(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, NUMBER, depth), expression(context, NUMBER, depth)
    operator = context.world.choice("+-*")
    combined = _binary(NUMBER, left, operator, right)
    return _binary(NUMBER, combined, "%", number(context, 30, nonzero=True))


def number_negated(context: Context, wanted: Type, depth: int) -> Expression | None:
    value = _binary(
        NUMBER, expression(context, NUMBER, depth), "/", number(context, 12, nonzero=True)
    )
    return Expression(NUMBER, ["-", value], atomic=False) if context.world.chance(0.4) else value


def number_of(context: Context, wanted: Type, depth: int) -> Expression | None:
    return expression(context, context.world.choice((MIDDLE, SMALL, FLOAT)), depth)


NUMBERS: list[tuple[Production, float]] = [
    (number_arithmetic, 3),
    (number_negated, 1),
    (number_of, 2),
]


# ---------------------------------------------------------------------------------------- bools


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
    return _binary(BOOL, left, world.choice(("<", "<=", ">", ">=")), right)


def equal(context: Context, wanted: Type, depth: int) -> Expression | None:
    world = context.world
    type_ = random_type(context, 2)
    if isinstance(type_, Function):
        return None
    other = ANY if world.chance(0.15) else type_
    left, right = expression(context, type_, depth), expression(context, other, depth)
    return _binary(BOOL, left, world.choice(("==", "!=")), right)


def logical(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, BOOL, depth), expression(context, BOOL, depth)
    if context.world.chance(0.25):
        return Expression(BOOL, ["!", left], atomic=False)
    return _binary(BOOL, left, context.world.choice(("&&", "||", "&&", "||", "&", "|", "^")), right)


def asked(context: Context, wanted: Type, depth: int) -> Expression | None:
    world = context.world
    match world.rng.randrange(9):
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


def in_range(context: Context, wanted: Type, depth: int) -> Expression | None:
    value = expression(context, WIDE, depth)
    return Expression(BOOL, [expression(context, RANGE, depth), ".contains(", value, ")"])


BOOLS: list[tuple[Production, float]] = [
    (compared, 5),
    (equal, 2),
    (logical, 2),
    (asked, 2),
    (in_range, 0.3),
]


# --------------------------------------------------------------------------------------- strings


def clipped(text: Expression) -> Expression:
    """A text of bounded length: what loops do to it must not make it grow without end."""
    return Expression(STR, ["clip(", text, ")"])


def concatenated(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, STR, depth), expression(context, STR, depth)
    return clipped(_binary(STR, left, "+", right))


def formatted(context: Context, wanted: Type, depth: int) -> Expression | None:
    return clipped(format_string(context, depth))


def format_string(context: Context, depth: int) -> Expression:
    world = context.world
    parts: list[Part] = ['f"']
    for _ in range(world.rng.randint(1, 3)):
        type_ = random_type(context, 2)
        hole = expression(context, type_, min(depth, 1))
        parts += [
            "{(",
            hole,
            f"){world.choice(specs(type_))}}}",
            world.choice(("", " ", ", ", "{{", "é")),
        ]
    return Expression(STR, [*parts, '"'])


def specs(type_: Type) -> Sequence[str]:
    match type_:
        case Int():
            return (
                "",
                "",
                ":>8",
                ":<8",
                ":^9",
                ":x",
                ":X",
                ":b",
                ":o",
                ":+",
                ":08",
                ":e",
                ":?",
                ":*^12",
                ":+.3",
            )
        case Simple("float"):
            return ("", "", ":.3", ":.0", ":>10.2", ":08.3", ":+.1", ":e", ":?", ":é<12", ":.20")
        case Simple("number"):
            return ("", ":.2", ":>9", ":+", ":e")
        case Simple("str"):
            return ("", ":?", ":>8", ":^9", ":.2", ":-<6.3", ":日>5")
    return ("", ":?", ":>12", ":?")


def shown(context: Context, wanted: Type, depth: int) -> Expression | None:
    value = expression(context, random_type(context, 2), depth)
    match context.world.rng.randrange(3):
        case 0:
            return clipped(Expression(STR, ["str(", value, ")"]))
        case 1:
            return clipped(Expression(STR, [value, " as str"], atomic=False))
    return Expression(STR, ["type_of(", value, ")"])


def str_method(context: Context, wanted: Type, depth: int) -> Expression | None:
    world, text = context.world, expression(context, STR, depth)
    match world.rng.randrange(9):
        case 0:
            old, new = expression(context, STR, 0), expression(context, STR, 0)
            return clipped(Expression(STR, [text, ".replace(", old, ", ", new, ")"]))
        case 1:
            return clipped(Expression(STR, [text, f".repeat({world.rng.randrange(4)})"]))
        case 2:
            fill = world.choice(("", ', "*"', ', "é"'))
            return Expression(
                STR,
                [text, f".pad_{world.choice(('left', 'right'))}({world.rng.randrange(9)}{fill})"],
            )
        case 3:
            radix = world.rng.randint(2, 36)
            return Expression(STR, [expression(context, WIDE, depth), f".to_radix({radix})"])
        case 4:
            code = expression(context, SMALL, depth)
            return Expression(STR, ["(", code, " & 0x7F).to_char()"])
        case 5:
            items = expression(context, ListOf(random_type(context, 1)), depth)
            return clipped(Expression(STR, [items, ".join(", expression(context, STR, 0), ")"]))
    name = world.choice(("to_upper", "to_lower", "trim", "trim_start", "trim_end", "rev", "to_str"))
    return Expression(STR, [text, f".{name}()"])


def str_slice(context: Context, wanted: Type, depth: int) -> Expression | None:
    text = expression(context, STR, depth)
    if context.risky:
        low, high = expression(context, SMALL, 0), expression(context, SMALL, 0)
        return Expression(STR, [text, "[", low, context.world.choice(("..", "..=")), high, "]"])
    match context.world.rng.randrange(3):
        case 0:
            return Expression(STR, ["(", text, ' + "ab")[1..]'])
        case 1:
            return Expression(STR, ['("éa" + ', text, ")[..=1]"])
    return Expression(STR, ["(", text, ' + "日")[0]'])


STRS: list[tuple[Production, float]] = [
    (concatenated, 2),
    (formatted, 1),
    (shown, 1),
    (str_method, 3),
    (str_slice, 1),
]


# ---------------------------------------------------------------------------------- collections


def list_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ListOf)
    if context.world.chance(0.15):
        count = context.world.rng.randrange(6)
        return Expression(wanted, ["[", expression(context, wanted.element, depth), f"; {count}]"])
    count = small(context, 5)
    return list_of(
        context, wanted, [expression(context, wanted.element, depth) for _ in range(count)]
    )


def list_operation(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ListOf)
    world, items = context.world, expression(context, wanted, depth)
    match world.rng.randrange(5):
        case 0:
            more = expression(context, wanted, depth)
            return Expression(wanted, ["(", _binary(wanted, items, "+", more), f").take({LIMIT})"])
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


def list_of_keys(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ListOf)
    element = wanted.element
    if types.is_key(element):
        if context.world.chance(0.5):
            return Expression(wanted, [expression(context, SetOf(element), depth), ".to_list()"])
        return Expression(wanted, [expression(context, MapOf(element, SMALL), depth), ".keys()"])
    return Expression(wanted, [expression(context, MapOf(SMALL, element), depth), ".values()"])


LISTS: list[tuple[Production, float]] = [
    (list_literal, 3),
    (list_operation, 2),
    (mapped, 1),
    (list_of_others, 1),
    (list_of_keys, 0.4),
]


def map_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, MapOf)
    return map_of(
        wanted,
        [
            (expression(context, wanted.key, depth), expression(context, wanted.value, depth))
            for _ in range(small(context, 4))
        ],
    )


def copied(context: Context, wanted: Type, depth: int) -> Expression | None:
    return Expression(wanted, [expression(context, wanted, depth), ".copy()"])


MAPS: list[tuple[Production, float]] = [(map_literal, 3), (copied, 0.5)]


def set_from_list(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, SetOf)
    return Expression(
        wanted, ["Set::from(", expression(context, ListOf(wanted.element), depth), ")"]
    )


def set_operation(context: Context, wanted: Type, depth: int) -> Expression | None:
    name = context.world.choice(("intersection", "difference"))
    left, right = expression(context, wanted, depth), expression(context, wanted, depth)
    return Expression(wanted, [left, f".{name}(", right, ")"])


SETS: list[tuple[Production, float]] = [(set_from_list, 3), (set_operation, 1), (copied, 0.5)]


def tuple_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, TupleOf)
    return tuple_of(wanted, [expression(context, element, depth) for element in wanted.elements])


TUPLES: list[tuple[Production, float]] = [(tuple_literal, 3)]


def range_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    low, high = expression(context, MIDDLE, depth), expression(context, SMALL, depth)
    return _binary(RANGE, low, context.world.choice(("..", "..=")), high)


RANGES: list[tuple[Production, float]] = [(range_literal, 3)]


# ------------------------------------------------------------------------- options, enums, structs


def option_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, OptionOf)
    return Expression(wanted, ["Some(", expression(context, wanted.value, depth), ")"])


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


OPTIONS: list[tuple[Production, float]] = [
    (option_literal, 2),
    (option_of_others, 2),
    (option_method, 1),
]


def result_literal(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ResultOf)
    return Expression(wanted, ["Ok(", expression(context, wanted.value, depth), ")"])


def result_of_option(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ResultOf)
    source = expression(context, OptionOf(wanted.value), depth)
    return Expression(wanted, [source, ".ok_or(", expression(context, wanted.error, depth), ")"])


def result_of_catch(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, ResultOf)
    if wanted.error != STR or context.pure or not context.affords(CALLBACK * 2):
        return None
    function, cost = closure(context, Function((), wanted.value), depth, risky=True)
    context.charge(cost + 5)
    return Expression(wanted, ["catch(", function, ")"])


RESULTS: list[tuple[Production, float]] = [
    (result_literal, 2),
    (result_of_option, 1),
    (result_of_catch, 2),
]


def new_function(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, Function)
    return closure(context, wanted, depth)[0]


FUNCTIONS: list[tuple[Production, float]] = [(new_function, 3)]


def new_named(context: Context, wanted: Type, depth: int) -> Expression | None:
    assert isinstance(wanted, Named)
    return _named(context, wanted.name, depth)


def operated(context: Context, wanted: Type, depth: int) -> Expression | None:
    """An operator of a struct's own."""
    assert isinstance(wanted, Named)
    struct = context.world.structs.get(wanted.name)
    operators = {"Add": "+", "Sub": "-", "Mul": "*"}
    found = [operators[o] for o in sorted(struct.operators & set(operators))] if struct else []
    if not found or not context.affords(20):
        return None
    context.charge(20)
    left, right = expression(context, wanted, depth), expression(context, wanted, depth)
    return _binary(wanted, left, context.world.choice(found), right)


NAMED: list[tuple[Production, float]] = [(new_named, 3), (operated, 1)]


def anything(context: Context, wanted: Type, depth: int) -> Expression | None:
    return expression(context, random_type(context, 2), depth)


ANYTHING: list[tuple[Production, float]] = [(anything, 6)]


def table_of(wanted: Type) -> list[tuple[Production, float]]:
    match wanted:
        case Int(bits):
            return INTS if bits >= 6 else NARROW_INTS
        case ListOf():
            return LISTS
        case TupleOf():
            return TUPLES
        case MapOf():
            return MAPS
        case SetOf():
            return SETS
        case OptionOf():
            return OPTIONS
        case ResultOf():
            return RESULTS
        case Function():
            return FUNCTIONS
        case Named():
            return NAMED
    tables: dict[Type, list[tuple[Production, float]]] = {
        FLOAT: FLOATS,
        NUMBER: NUMBERS,
        BOOL: BOOLS,
        STR: STRS,
        RANGE: RANGES,
        ANY: ANYTHING,
        UNIT: [],
    }
    return tables[wanted]


# ---------------------------------------------------------------------------------- random types


def key_type(context: Context) -> Type:
    return context.world.choice((SMALL, STR, WIDE, BOOL, TupleOf((SMALL, STR)), OptionOf(SMALL)))


def random_type(context: Context, depth: int) -> Type:
    """``depth`` says how many containers may lie in each other."""
    world = context.world
    simple: list[Type] = [
        SMALL,
        MIDDLE,
        INLINE,
        WIDE,
        WIDE,
        FLOAT,
        FLOAT,
        BOOL,
        STR,
        STR,
        NUMBER,
        ANY,
    ]
    simple += [Named(name) for name in (*world.structs, *world.enums)]
    simple += [Named(trait.name) for trait in world.traits.values() if trait.implementors]
    if depth == 0 or world.chance(0.55):
        return world.choice(simple)
    match world.rng.randrange(8):
        case 0 | 1 | 2:
            return ListOf(random_type(context, depth - 1))
        case 3 | 4:
            count = world.rng.randint(1, 3)
            return TupleOf(tuple(random_type(context, depth - 1) for _ in range(count)))
        case 5:
            return MapOf(key_type(context), random_type(context, depth - 1))
        case 6:
            return SetOf(key_type(context))
    return OptionOf(random_type(context, depth - 1))
