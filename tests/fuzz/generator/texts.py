"""Strs, and how values are shown."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fuzz.generator.context import Context
from tests.fuzz.generator.core import binary, clipped, expression, produces, random_type
from tests.fuzz.generator.tree import Expression, Part
from tests.fuzz.generator.types import SMALL, STR, WIDE, Int, ListOf, Simple, Type


@produces("str", 2)
def concatenated(context: Context, wanted: Type, depth: int) -> Expression | None:
    left, right = expression(context, STR, depth), expression(context, STR, depth)
    return clipped(binary(STR, left, "+", right))


@produces("str", 1)
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


@produces("str", 1)
def shown(context: Context, wanted: Type, depth: int) -> Expression | None:
    value = expression(context, random_type(context, 2), depth)
    match context.world.rng.randrange(3):
        case 0:
            return clipped(Expression(STR, ["str(", value, ")"]))
        case 1:
            return clipped(Expression(STR, [value, " as str"], atomic=False))
    return Expression(STR, ["type_of(", value, ")"])


@produces("str", 3)
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


@produces("str", 1)
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
