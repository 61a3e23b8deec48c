"""Patterns of a type, with the variables that they bind."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.generator.context import Context, Variable
from tests.fuzz.generator.core import expression, random_type
from tests.fuzz.generator.literals import literal
from tests.fuzz.generator.tree import Block, Expression, Part, Statement
from tests.fuzz.generator.types import (
    BOOL,
    NUMBER,
    SMALL,
    STR,
    WIDE,
    Int,
    ListOf,
    Named,
    OptionOf,
    ResultOf,
    Simple,
    TupleOf,
    Type,
)

Bound = list[Variable]


def irrefutable(context: Context, type_: Type, depth: int) -> tuple[str, Bound]:
    """A pattern that fits every value of the type."""
    world = context.world
    if depth > 0 and world.chance(0.6):
        match type_:
            case TupleOf(elements):
                return _tuple(context, elements, depth, irrefutable)
            case Named(name) if name in world.structs:
                return _struct(context, name, depth, irrefutable)
    return _name(context, type_)


def pattern(context: Context, type_: Type, depth: int) -> tuple[str, Bound]:
    """A pattern that may fit a value of the type or not."""
    world = context.world
    if world.chance(0.1):
        text, bound = pattern(context, type_, depth)
        if " | " not in text:
            name = world.fresh("v")
            return f"{name} @ {text}", [*bound, Variable(name, type_)]
    match type_:
        case Int() if world.chance(0.2):
            consts = [v.name for v in world.globals if not v.assignable and isinstance(v.type, Int)]
            return (world.choice(consts) if consts else "0"), []
        case Int():
            low = world.rng.randint(-9, 9)
            dots, high = world.choice(("..", "..=")), low + world.rng.randint(1, 99)
            return world.choice((str(low), f"{low} | {high}", f"{low}{dots}{high}")), []
        case Simple("str"):
            return world.choice(("'a'..='z'", '"" | "a"', _written(context, STR))), []
        case Simple("float" | "number"):
            return world.choice(("-1.0..=1.5", "0.0", "1", "0..=99", "0.5 | 2.5")), []
        case Simple("bool"):
            return world.choice(("true", "false")), []
        case Simple("any"):
            return pattern(context, world.choice((WIDE, STR, BOOL, NUMBER, ListOf(SMALL))), 0)
        case OptionOf(value):
            if world.chance(0.25):
                return "None", []
            return _wrapped("Some", *_inner(context, value, depth))
        case ResultOf(value, error):
            if world.chance(0.4):
                return _wrapped("Err", *_inner(context, error, depth))
            return _wrapped("Ok", *_inner(context, value, depth))
        case TupleOf(elements):
            return _tuple(context, elements, depth, _inner)
        case ListOf(element):
            return _list(context, type_, element, depth)
        case Named(name) if name in world.structs:
            return _struct(context, name, depth, _inner)
        case Named(name) if name in world.enums:
            variant = world.choice(world.enums[name].variants)
            return _variant(
                context, f"{name}::{variant.name}", variant.payload, variant.names, depth
            )
    return _name(context, type_)


def _written(context: Context, type_: Type) -> str:
    return str(literal(context, type_))


def _inner(context: Context, type_: Type, depth: int) -> tuple[str, Bound]:
    if depth > 0 and context.world.chance(0.4):
        return pattern(context, type_, depth - 1)
    return _name(context, type_)


def _name(context: Context, type_: Type) -> tuple[str, Bound]:
    if context.world.chance(0.12):
        return "_", []
    name = context.world.fresh("v")
    return f"{'mut ' if context.world.chance(0.05) else ''}{name}", [Variable(name, type_)]


def _wrapped(name: str, inner: str, bound: Bound) -> tuple[str, Bound]:
    return f"{name}({inner})", bound


Sub = Callable[[Context, Type, int], tuple[str, Bound]]


def _tuple(context: Context, elements: tuple[Type, ...], depth: int, sub: Sub) -> tuple[str, Bound]:
    texts, bound = [], []
    shown = elements
    rest = len(elements) > 1 and context.world.chance(0.2)
    if rest:
        shown = elements[: context.world.rng.randrange(len(elements))]
    for element in shown:
        text, more = sub(context, element, depth - 1)
        texts.append(text)
        bound += more
    if rest:
        texts.append("..")
    return f"({', '.join(texts)}{',' if len(texts) == 1 and not rest else ''})", bound


def _list(context: Context, type_: Type, element: Type, depth: int) -> tuple[str, Bound]:
    world = context.world
    if world.chance(0.15):
        return "[]", []
    texts, bound = [], []
    for _ in range(world.rng.randint(1, 2)):
        text, more = _inner(context, element, depth)
        texts.append(text)
        bound += more
    if world.chance(0.7):
        at = world.rng.randint(0, len(texts))
        if world.chance(0.5):
            rest = world.fresh("v")
            texts.insert(at, f"..{rest}")
            bound.append(Variable(rest, type_))
        else:
            texts.insert(at, "..")
    return f"[{', '.join(texts)}]", bound


def _struct(context: Context, name: str, depth: int, sub: Sub) -> tuple[str, Bound]:
    texts, bound = [], []
    for field, type_ in context.world.structs[name].fields.items():
        if context.world.chance(0.6):
            text, more = sub(context, type_, depth - 1)
            texts.append(f"{field}: {text}")
            bound += more
    return f"{name} {{ {''.join(f'{text}, ' for text in texts)}.. }}", bound


def _variant(
    context: Context, path: str, payload: tuple[Type, ...], names: tuple[str, ...], depth: int
) -> tuple[str, Bound]:
    texts, bound = [], []
    for type_ in payload:
        text, more = _inner(context, type_, depth)
        texts.append(text)
        bound += more
    if names:
        fields = ", ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True))
        return f"{path} {{ {fields} }}", bound
    return f"{path}({', '.join(texts)})" if texts else path, bound


def scrutinee(context: Context, depth: int) -> Expression:
    """Something that is worth a look at its parts."""

    candidates = [v for v in context.visible() if _has_patterns(v.type)]
    if candidates and context.world.chance(0.6):
        chosen = context.world.choice(candidates)
        return Expression(chosen.type, [chosen.name])
    type_ = random_type(context, 2)
    if not _has_patterns(type_):
        type_ = context.world.choice((SMALL, STR, OptionOf(SMALL)))
    value = expression(context, type_, depth)
    return Expression(type_, value.parts, value.atomic)


def _has_patterns(type_: Type) -> bool:
    match type_:
        case Int() | Simple("str" | "float" | "number" | "bool" | "any"):
            return True
        case OptionOf() | ResultOf() | TupleOf() | ListOf() | Named():
            return True
    return False


def arms(context: Context, depth: int, body: Callable[[Context], Part]) -> list[Part]:
    """``match e { ... }``; ``body`` makes what stands behind an arrow."""

    world = context.world
    value = scrutinee(context, depth)
    rows: list[Statement] = []

    def row(text: str, bound: Bound, guarded: bool) -> None:
        inside = context.inner(variables=bound)
        guard: list[Part] = [" if ", expression(inside, BOOL, min(depth, 1))] if guarded else []
        rows.append(Statement([text, *guard, " => ", body(inside), ","]))

    for _ in range(world.rng.randint(1, 3)):
        row(*pattern(context, value.type, depth), world.chance(0.3))
    enum = world.enums.get(value.type.name) if isinstance(value.type, Named) else None
    if enum is not None and world.chance(0.6):
        for variant in enum.variants:
            path = f"{enum.name}::{variant.name}"
            row(*_variant(context, path, variant.payload, variant.names, 0), False)
    elif isinstance(value.type, OptionOf) and world.chance(0.6):
        row("None", [], False)
        row(*_wrapped("Some", *_name(context, value.type.value)), False)
    elif not (
        context.risky and isinstance(value.type, Int | Simple | ListOf) and world.chance(0.2)
    ):
        row(*_name(context, value.type), False)
    return ["match ", value, " ", Block(rows)]
