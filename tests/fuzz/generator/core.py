"""What productions are, and the recursion between them: expressions, statements, closures.

A production is a function that takes a context, the wanted type (of a statement: none) and a depth,
and gives what it makes, or None where it does not fit.  ``produces`` and ``states`` put it into the
tables from which :func:`expression` and :func:`statement` draw.  What can go wrong at run time is
produced only where the context is risky.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from tests.fuzz.generator import types
from tests.fuzz.generator.context import CALLBACK, Context, FunctionInfo, Variable
from tests.fuzz.generator.literals import literal, number, small
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    ANY,
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
    OptionOf,
    ResultOf,
    SetOf,
    Simple,
    TupleOf,
    Type,
)

Production: TypeAlias = Callable[[Context, Type, int], Expression | None]
StatementProduction: TypeAlias = Callable[[Context, int], list[Statement] | None]

ATTEMPTS = 5
"""How many productions are asked until a leaf has to do."""

PRINT_COST = 40
"""What is displayed is long, and what happens in every turn of a hot loop need not be."""

_EXPRESSIONS: dict[str, list[tuple[Production, float]]] = {}
_STATEMENTS: list[tuple[StatementProduction, float]] = []
_SIMPLE_STATEMENTS: list[tuple[StatementProduction, float]] = []


def produces(kind: str, weight: float) -> Callable[[Production], Production]:
    """Enters a production of expressions of one kind of type, or of any (``general``)."""

    def enter(production: Production) -> Production:
        _EXPRESSIONS.setdefault(kind, []).append((production, weight))
        return production

    return enter


def states(
    weight: float, *, simple: bool = False
) -> Callable[[StatementProduction], StatementProduction]:
    """Enters a production of statements; simple ones hold no blocks."""

    def enter(production: StatementProduction) -> StatementProduction:
        _STATEMENTS.append((production, weight))
        if simple:
            _SIMPLE_STATEMENTS.append((production, weight))
        return production

    return enter


def kind_of(type_: Type) -> str:
    """The table of a type's productions."""
    match type_:
        case Int(bits):
            return "int" if bits >= 6 else "narrow int"
        case Simple(name):
            return name
    return type(type_).__name__.removesuffix("Of").lower()


# --------------------------------------------------------------------------------- expressions


def expression(context: Context, wanted: Type, depth: int) -> Expression:
    """An expression of a type, ``depth`` levels deep at most."""
    context.charge(1)
    if depth > 0 and context.affords(4):
        productions = [*_EXPRESSIONS.get(kind_of(wanted), []), *_EXPRESSIONS["general"]]
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
            return binary(wanted, context.world.choice(wide).name, "%", divisor)
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
            return named_literal(context, name, 0)
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
    return binary(BOOL, chosen.name, operator, literal(context, chosen.type))


def usable(context: Context, wanted: Type) -> list[Variable]:
    """Variables whose values may be handed on as the wanted type."""
    known = context.known(wanted)
    return [v for v in known if not isinstance(v.type, Function) or v.cost <= CALLBACK]


def named_literal(context: Context, name: str, depth: int) -> Expression:
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


def binary(result: Type, left: Part, operator: str, right: Part) -> Expression:
    return Expression(result, [left, f" {operator} ", right], atomic=False)


def clipped(text: Expression) -> Expression:
    """A text of bounded length: what loops do to it must not make it grow without end."""
    return Expression(STR, ["clip(", text, ")"])


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
        productions = _STATEMENTS if depth > 0 else _SIMPLE_STATEMENTS
        weights = [weight * context.world.taste(p.__name__) for p, weight in productions]
        if any(weights):
            for production, _ in context.world.rng.choices(productions, weights, k=ATTEMPTS):
                made = production(context, max(depth - 1, 0))
                if made is not None:
                    return made
    type_ = random_type(context, 1)
    name, value = context.world.fresh("v"), leaf(context, type_)
    context.declare(Variable(name, type_))
    return [Statement([f"let {name} = ", value])]


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
