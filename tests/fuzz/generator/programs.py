"""Whole programs."""

from __future__ import annotations

import random

from tests.fuzz.generator import (
    changes,
    containers,
    control,
    elements,
    general,
    items,
    numbers,
    texts,
    truths,
    wholes,
)
from tests.fuzz.generator.calls import show_variables
from tests.fuzz.generator.context import LIMIT, Context, Meter, World
from tests.fuzz.generator.core import expression, statement
from tests.fuzz.generator.heat import call_often, catch_often
from tests.fuzz.generator.tree import Block, Item, Program, Statement
from tests.fuzz.generator.types import ANY, STR, WIDE, Function, OptionOf, ResultOf

PRODUCTIONS = (changes, containers, control, elements, general, numbers, texts, truths, wholes)
"""The modules that enter productions into the tables, beside calls.py and heat.py."""

BUDGET = 150_000
"""Steps of ``main``, the functions that it calls included; a step is an expression or so."""

CLIP = f"fn clip(s) {{ if s.len() > {LIMIT} {{ s[..{LIMIT}] }} else {{ s }} }}"

KINDS = (
    (items.function, 4),
    (items.recursive, 1),
    (items.tail_recursive, 1),
    (items.higher_order, 0.7),
    (items.counter_maker, 0.3),
    (items.struct, 1.5),
    (items.iterator, 0.3),
    (items.indexed, 0.4),
    (items.tree, 0.4),
    (items.enum, 1),
    (items.trait, 1),
    (items.constant, 0.7),
    (items.static, 0.7),
)


def generate(seed: int, budget: int = BUDGET) -> Program:
    """The program of that number, always the same."""
    world = World(random.Random(seed))
    program = Program([Item([CLIP])])
    size = world.choice((2, 2, 5))
    weights = [weight * world.taste(kind.__name__) for kind, weight in KINDS]
    weights[0] = max(weights[0], 0.5)
    for kind, _ in world.rng.choices(KINDS, weights, k=world.rng.randint(1, 2 * size)):
        program.items += kind(world)
    program.items.append(_main(world, budget, size))
    return program


def _main(world: World, budget: int, size: int) -> Item:
    context = Context(world, Meter(budget))
    body = Block([Statement([f"random::seed({world.rng.randrange(100)})"])])
    for _ in range(min(len(world.functions), 4)):
        body.statements += world.choice((call_often, catch_often))(context, 0) or []
    for _ in range(world.rng.randint(2, 2 * size)):
        body.statements += statement(context, 4)
        context.meter.limit += 200  # for what is shown
        body.statements += show_variables(context, 0) or []
    for variable in context.visible():
        if not isinstance(variable.type, Function):
            body.statements.append(Statement([f"println({variable.name})"]))
    if world.chance(0.15):
        context.risky = True
        for _ in range(3):
            body.statements += statement(context, 3)
        body.statements.append(Statement(['println("no error")']))
    if world.chance(0.2):
        body.result = expression(
            context, world.choice((ANY, OptionOf(WIDE), ResultOf(STR, STR))), 2
        )
    return Item(["fn main() ", body])
