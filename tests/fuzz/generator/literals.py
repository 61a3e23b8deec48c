"""Literals, with a liking for the values where something changes."""

from __future__ import annotations

from tests.fuzz.generator.context import Context
from tests.fuzz.generator.tree import Expression, Literal
from tests.fuzz.generator.types import (
    ANY,
    BOOL,
    FLOAT,
    NUMBER,
    RANGE,
    STR,
    UNIT,
    Int,
    Type,
)

EDGES = (7, 8, 15, 31, 32, 46, 47, 48, 53, 62, 63)
"""Powers of two near which ints are written: of the inline form (47), of doubles (53), ..."""

FLOATS = (
    *("0.0", "-0.0", "1.0", "-1.0", "0.5", "0.1", "3.0", "2.5", "-7.25", "1e10", "-1e10", "1e300"),
    *("1e-300", "5e-324", "9007199254740993.0", "140737488355328.0", "9.223372036854775807e18"),
    *("float::INFINITY", "float::NAN", "float::MAX", "float::EPSILON", "math::PI", "1e15", "1e16"),
)

TEXTS = (
    *("", "a", "b", "ab", "abc", "Hello, world", "a,b,,c", " x ", "12", "-7", "3.5", "nan", "1e3"),
    *(
        "9223372036854775808",
        "é",
        "éa",
        "日本語",
        "🦀",
        "ß",
        "a🦀b",
        "Ünï",
        "Z",
        "z",
        "zzzzzzzzzzzz",
    ),
    *(r"\n", r"a\tb", r"\"q\"", r"\\", r"\0", r"\u{7f}", r"\u{301}", r"a\nb\n", "0", "true", "[1]"),
)

RAW = ('r"\\n"', 'r#"a"b"#', "'a'", "'é'")


def small(context: Context, limit: int) -> int:
    """A count from 0 to a limit, mostly well below it."""
    return min(context.world.rng.randint(0, limit), context.world.rng.randint(0, limit + 1))


def literal(context: Context, wanted: Type) -> Expression:
    world = context.world
    match wanted:
        case Int(bits):
            return number(context, bits)
        case _ if wanted == FLOAT:
            text = world.choice(FLOATS)
            if world.chance(0.3):
                text = repr(round(world.rng.uniform(-1000, 1000), world.rng.randint(1, 12)))
            return Expression(wanted, [text], atomic=not text.startswith("-"))
        case _ if wanted == NUMBER:
            return literal(context, world.choice((FLOAT, Int(7), Int(31))))
        case _ if wanted == BOOL:
            return Expression(wanted, [world.choice(("true", "false"))])
        case _ if wanted == STR:
            text = world.choice(RAW) if world.chance(0.05) else f'"{world.choice(TEXTS)}"'
            return Expression(wanted, [text])
        case _ if wanted == RANGE:
            low, high = world.rng.randint(-5, 5), world.rng.randint(-5, 12)
            return Expression(wanted, [f"{low}{world.choice(('..', '..='))}{high}"], atomic=False)
        case _ if wanted == UNIT:
            return Expression(wanted, ["()"])
        case _ if wanted == ANY:
            return literal(context, world.choice((Int(7), Int(63), FLOAT, BOOL, STR, UNIT)))
    raise AssertionError(wanted)


def number(context: Context, bits: int, *, nonzero: bool = False) -> Literal:
    """An int n, -2^bits <= n < 2^bits; ``nonzero``: and neither 0 nor -1, as divisors should be."""
    rng = context.world.rng
    limit = 2**bits
    value = rng.randint(-3, 9)
    if rng.random() < 0.5:
        edge = rng.choice([e for e in EDGES if e <= bits] or [bits])
        value = rng.choice((-1, 1)) * 2**edge + rng.randint(-2, 2)
    elif rng.random() < 0.3:
        value = rng.randint(-limit, limit - 1)
    value = max(-limit, min(limit - 1, value))
    if nonzero and value in (0, -1):
        value = 2 if bits > 1 else 1
    return int_literal(context, value)


def int_literal(context: Context, value: int) -> Literal:
    text = str(value)
    if value >= 0 and context.world.chance(0.1):
        text = context.world.choice((hex(value), bin(value), f"{value:_}", oct(value)))
    return Literal(Int(63), [text], atomic=value >= 0, number=value)
