"""Statements that declare and change variables, fields and collections."""

from __future__ import annotations

from tests.fuzz.generator import types
from tests.fuzz.generator.context import CALLBACK, LIMIT, Context, Meter, Variable
from tests.fuzz.generator.core import block, closure, expression, random_type, separated, states
from tests.fuzz.generator.literals import number
from tests.fuzz.generator.patterns import irrefutable
from tests.fuzz.generator.tree import Expression, Part, Statement
from tests.fuzz.generator.types import (
    BOOL,
    FLOAT,
    SMALL,
    STR,
    Function,
    Int,
    ListOf,
    MapOf,
    Named,
    SetOf,
    TupleOf,
    Type,
)


@states(3, simple=True)
def let(context: Context, depth: int) -> list[Statement]:
    type_ = random_type(context, 2)
    value = expression(context, type_, depth + 1)
    name = context.name_for_let()
    written = types.annotation(type_) if context.world.chance(0.25) else None
    context.declare(Variable(name, type_))
    head = f"let {'mut ' if context.world.chance(0.1) else ''}{name}"
    return [Statement([f"{head}: {written} = " if written else f"{head} = ", value])]


@states(1)
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


@states(0.5, simple=True)
def let_item(context: Context, depth: int) -> list[Statement] | None:
    """A function or method as a value."""
    found = [
        f
        for f in context.world.functions
        if f.cost <= 400 and (context.risky or not f.risky) and not f.name.startswith("m")
    ]
    if not found:
        return None
    chosen = context.world.choice(found)
    name = context.world.fresh("f")
    wanted = Function(chosen.parameters, chosen.result)
    context.declare(Variable(name, wanted, assignable=False, cost=chosen.cost))
    return [Statement([f"let {name} = {chosen.name}"])]


@states(0.3)
def nested_function(context: Context, depth: int) -> list[Statement] | None:
    """An item in a block: it sees no variable, and it is called at once."""
    world = context.world
    parameters = [random_type(context, 1) for _ in range(world.rng.randint(0, 3))]
    if context.pure or not context.affords(60):
        return None
    names = [world.fresh("p") for _ in parameters]
    result = random_type(context, 1)
    inside = Context(
        world,
        Meter(CALLBACK),
        [Variable(n, t) for n, t in zip(names, parameters, strict=True)],
        result=result,
    )
    body = block(inside, depth, world.rng.randint(0, 2), result)
    context.charge(inside.meter.spent + 3)
    name, value = world.fresh("g"), world.fresh("v")
    arguments = [expression(context, type_, 1) for type_ in parameters]
    context.declare(Variable(value, result))
    return [
        Statement([f"fn {name}({', '.join(names)}) ", body]),
        Statement([f"let {value} = {name}(", *separated(arguments), ")"]),
    ]


@states(1, simple=True)
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


@states(4, simple=True)
def assign(context: Context, depth: int) -> list[Statement] | None:
    known = context.assignable()
    if not known:
        return None
    target = context.world.choice(known)
    return [Statement([f"{target.name} = ", expression(context, target.type, depth)])]


@states(4, simple=True)
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


@states(2, simple=True)
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


@states(0.5, simple=True)
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


@states(4, simple=True)
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
