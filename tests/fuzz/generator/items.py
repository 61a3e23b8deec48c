"""Items: functions of several kinds, structs, enums, traits, consts and statics."""

from __future__ import annotations

from tests.fuzz.generator import types
from tests.fuzz.generator.context import (
    CALLBACK,
    Context,
    EnumInfo,
    FunctionInfo,
    Meter,
    StructInfo,
    TraitInfo,
    Variable,
    VariantInfo,
    World,
)
from tests.fuzz.generator.core import block, expression, leaf, random_type, separated, statements
from tests.fuzz.generator.literals import number
from tests.fuzz.generator.tree import Block, Expression, Item, Part, Statement
from tests.fuzz.generator.types import (
    ANY,
    BOOL,
    FLOAT,
    MIDDLE,
    NUMBER,
    SMALL,
    STR,
    WIDE,
    Function,
    Int,
    ListOf,
    Named,
    OptionOf,
    ResultOf,
    TupleOf,
    Type,
)

OPERATOR_COST = 15


def _outside(world: World, limit: int = 20) -> Context:
    """A context for types and for what consts and defaults hold."""
    return Context(world, Meter(limit), pure=True)


def _type(world: World, depth: int = 1) -> Type:
    """A type for a field or a payload: not ``any``, so that nothing can contain itself."""
    type_ = random_type(_outside(world), depth)
    return WIDE if type_ == ANY else type_


def _parameters(world: World, names: list[str], kinds: list[Type]) -> list[str]:
    return [
        f"{name}: {written}" if (written := types.annotation(type_)) and world.chance(0.4) else name
        for name, type_ in zip(names, kinds, strict=True)
    ]


def _result(world: World, result: Type) -> str:
    written = types.annotation(result)
    return f" -> {written}" if written and world.chance(0.4) else ""


def _body(
    world: World,
    variables: list[Variable],
    result: Type,
    limit: int,
    *,
    statements: int,
    risky: bool = False,
) -> tuple[Block, int]:
    """A body and what a call of it costs."""
    context = Context(world, Meter(limit), variables, risky=risky, result=result)
    return block(context, 3, statements, result), context.meter.spent + 3


# ------------------------------------------------------------------------------------- functions


def function(world: World) -> list[Item]:
    """A function of any kind; some have default arguments, some fail."""
    outside = _outside(world)
    name = world.fresh("f")
    kinds = [random_type(outside, 2) for _ in range(world.rng.randint(0, 4))]
    if world.chance(0.15):
        kinds.append(Function((random_type(outside, 1),), random_type(outside, 1)))
    names = [world.fresh("p") for _ in kinds]
    result = random_type(outside, 2)
    if world.chance(0.2):
        result = world.choice((OptionOf(result), ResultOf(result, STR)))
    risky = world.chance(0.15)
    parameters: list[Part] = []
    defaults = 0
    variables: list[Variable] = []
    for index, text in enumerate(_parameters(world, names, kinds)):
        default: list[Part] = []
        if defaults or world.chance(0.1):
            default = [
                " = ",
                expression(Context(world, Meter(30), list(variables)), kinds[index], 2),
            ]
            defaults += 1
        parameters.append(Statement([text, *default]))
        variables.append(
            Variable(names[index], kinds[index], assignable=not isinstance(kinds[index], Function))
        )
    body, cost = _body(
        world,
        variables,
        result,
        world.choice((60, 300, 2000)),
        statements=world.rng.randint(0, 5),
        risky=risky,
    )
    cost += defaults * 30
    world.functions.append(FunctionInfo(name, tuple(kinds), result, cost, defaults, risky))
    return [Item([f"fn {name}(", *separated(parameters), f"){_result(world, result)} ", body])]


def recursive(world: World) -> list[Item]:
    """A function that calls itself once or twice, so often as its first argument says."""
    outside = _outside(world)
    name, fuel = world.fresh("f"), world.fresh("n")
    kinds = [random_type(outside, 1) for _ in range(world.rng.randint(0, 3))]
    names = [world.fresh("p") for _ in kinds]
    result = random_type(outside, 1)
    calls = world.rng.randint(1, 2)
    depth = 6 if calls == 2 else 30
    variables = [Variable(fuel, SMALL, assignable=False)]
    variables += [Variable(n, t) for n, t in zip(names, kinds, strict=True)]
    context = Context(world, Meter(150), variables, result=result)
    body = Block(statements(context, 2, world.rng.randint(0, 3)))
    stop = Statement([f"if {fuel} <= 0 {{ return ", leaf(outside, result), " }"])
    results = [world.fresh("v") for _ in range(calls)]
    for each in results:
        arguments = [expression(context, type_, 1) for type_ in kinds]
        call = Expression(result, [f"{name}(", *separated([f"{fuel} - 1", *arguments]), ")"])
        body.statements.append(Statement([f"let {each} = ", call]))
        context.declare(Variable(each, result))
    body.result = expression(context, result, 2)
    body.statements[:0] = [Statement([f"let {fuel} = min({fuel}, {depth})"]), stop]
    cost = (context.meter.spent + 10) * (2 ** (depth + 1) if calls == 2 else depth)
    world.functions.append(FunctionInfo(name, (SMALL, *kinds), result, cost))
    written = ", ".join(_parameters(world, [fuel, *names], [SMALL, *kinds]))
    return [Item([f"fn {name}({written}){_result(world, result)} ", body])]


def tail_recursive(world: World) -> list[Item]:
    """One, two or three functions that call each other in tail position, many times."""
    outside = _outside(world)
    count = world.rng.randint(1, 3)
    names = [world.fresh("f") for _ in range(count)]
    fuel = world.fresh("n")
    kinds = [random_type(outside, 1) for _ in range(world.rng.randint(1, 4))]
    state = [world.fresh("p") for _ in kinds]
    result = world.choice([*kinds, random_type(outside, 1)])
    depth = world.choice((20, 200, 1500))
    items: list[Item] = []
    dearest = 0
    for index, name in enumerate(names):
        variables = [Variable(fuel, MIDDLE, assignable=False)]
        variables += [Variable(n, t) for n, t in zip(state, kinds, strict=True)]
        context = Context(world, Meter(60), variables, result=result)
        body = Block(statements(context, 1, world.rng.randint(0, 2)))
        arguments = [expression(context, type_, 2) for type_ in kinds]
        following = names[(index + 1) % count]
        again = Expression(result, [f"{following}(", *separated([f"{fuel} - 1", *arguments]), ")"])
        value = leaf(context, result)
        test = f"{fuel} <= 0"
        choice = Expression(
            result, [f"if {test} ", Block([], value), " else ", Block([], again)], atomic=False
        )
        if world.chance(0.4):
            body.statements.append(Statement([f"if {test} {{ return ", value, " }"]))
            choice = again
        body.result = choice
        if index == 0:
            body.statements.insert(0, Statement([f"let {fuel} = min({fuel}, {depth})"]))
        written = ", ".join(_parameters(world, [fuel, *state], [MIDDLE, *kinds]))
        items.append(Item([f"fn {name}({written}){_result(world, result)} ", body]))
        dearest = max(dearest, context.meter.spent)
    cost = (dearest + 10) * depth
    world.functions.append(FunctionInfo(names[0], (MIDDLE, *kinds), result, cost))
    return items


def higher_order(world: World) -> list[Item]:
    """A function that calls its argument many times."""
    type_ = random_type(_outside(world), 1)
    name, called, value = world.fresh("f"), world.fresh("p"), world.fresh("p")
    turns = world.choice((2, 10, 60))
    index = world.fresh("i")
    body: list[Part] = [
        f"fn {name}({called}, {value}) ",
        Block(
            [
                Statement(
                    [
                        f"for {index} in 0..{turns} ",
                        Block([Statement([f"{value} = {called}({value}, {index})"])]),
                    ]
                )
            ],
            Expression(type_, [value]),
        ),
    ]
    kinds = (Function((type_, SMALL), type_), type_)
    world.functions.append(FunctionInfo(name, kinds, type_, turns * (CALLBACK + 5)))
    return [Item(body)]


def counter_maker(world: World) -> list[Item]:
    """Closures that share a variable and outlive the call that made it."""
    name, start, step = world.fresh("f"), world.fresh("p"), world.fresh("a")
    context = Context(
        world, Meter(CALLBACK), [Variable(start, WIDE, assignable=False), Variable(step, SMALL)]
    )
    change = expression(context, WIDE, 2)
    items: list[Part] = [
        f"fn {name}({start}) ",
        Block(
            [],
            Expression(
                WIDE,
                [f"(|{step}| {{ {start} = ", change, f"\n{start} }}, || {start})"],
            ),
        ),
    ]
    kinds = TupleOf((Function((SMALL,), WIDE), Function((), WIDE)))
    world.functions.append(FunctionInfo(name, (WIDE,), kinds, 5))
    return [Item(items)]


# ---------------------------------------------------------------------------------------- types


def struct(world: World) -> list[Item]:
    """A struct, operators that it has, and methods."""
    name = world.fresh("S")
    fields = {world.fresh("x"): _type(world) for _ in range(world.rng.randint(1, 4))}
    info = StructInfo(name, fields, set())
    declared: list[Part] = []
    for field, type_ in fields.items():
        written = types.annotation(type_)
        text = f"{field}: {written}" if written and world.chance(0.5) else field
        if world.chance(0.3):
            info.defaulted.add(field)
            declared.append(Statement([f"{text} = ", leaf(_outside(world), type_)]))
        else:
            declared.append(text)
    items = [Item([f"struct {name} {{ ", *separated(declared), " }"]), *_operators(world, info)]
    world.structs[name] = info
    for _ in range(world.rng.randint(0, 3)):
        items.append(method(world, Named(name), f"impl {name}"))
    return items


def _operators(world: World, info: StructInfo) -> list[Item]:
    """Implementations of traits for a struct that nothing knows yet: so they cannot use themselves.

    They change nothing, since how often and when they are called is not always specified.
    """
    ours = [Variable(f"self.{field}", type_, False) for field, type_ in info.fields.items()]
    theirs = [Variable(f"o.{field}", type_, False) for field, type_ in info.fields.items()]
    items: list[Item] = []

    def implement(trait: str, head: str, body: Part) -> None:
        info.operators.add(trait)
        items.append(Item([f"impl {trait} for {info.name} {{ fn {head} {{ ", body, " } }"]))

    def value(type_: Type, variables: list[Variable]) -> Expression:
        return expression(Context(world, Meter(OPERATOR_COST), variables, pure=True), type_, 2)

    def new(variables: list[Variable]) -> Expression:
        parts: list[Part] = []
        for field, type_ in info.fields.items():
            parts += [f"{', ' if parts else ''}{field}: ", value(type_, list(variables))]
        return Expression(Named(info.name), [f"{info.name} {{ ", *parts, " }"], atomic=False)

    for trait in ("Add", "Sub", "Mul", "Div", "Rem"):
        if world.chance(0.2):
            implement(trait, f"{trait.lower()}(self, o)", new([*ours, *theirs]))
    if world.chance(0.15):
        implement("Neg", "neg(self)", new(list(ours)))
    if world.chance(0.2):
        implement("Eq", "eq(self, o)", value(BOOL, [*ours, *theirs]))
    if world.chance(0.3):
        implement("Ord", "cmp(self, o)", value(SMALL, [*ours, *theirs]))
    if world.chance(0.3):
        implement("Display", "to_str(self)", value(STR, list(ours)))
    return items


def iterator(world: World) -> list[Item]:
    """A struct that ``for`` walks."""
    name = world.fresh("S")
    context = Context(world, Meter(10), [Variable("self.left", SMALL, False)], pure=True)
    item = expression(context, MIDDLE, 2)
    world.structs[name] = StructInfo(name, {"left": SMALL}, set(), {"Iterator"})
    body = Block(
        [Statement(["if self.left <= 0 { return None }"]), Statement(["self.left -= 1"])],
        Expression(OptionOf(MIDDLE), ["Some(", item, ")"]),
    )
    return [
        Item([f"struct {name} {{ left: int }}"]),
        Item([f"impl {name} {{ fn next(self) ", body, " }"]),
    ]


def indexed(world: World) -> list[Item]:
    """A struct with ``x[i]`` and ``x[i] = v`` of its own, and a function that uses both."""
    struct_name, function_name = world.fresh("S"), world.fresh("f")
    element = _type(world, 0)
    size = world.rng.randint(1, 9)
    index = Variable("i", WIDE, assignable=False)
    context = Context(world, Meter(OPERATOR_COST), [index], pure=True)
    place = Expression(WIDE, [expression(context, WIDE, 1), f".ushr(1) % {size}"], atomic=False)
    wheel, value = world.fresh("p"), world.fresh("p")
    body = Context(world, Meter(60), [Variable("i", SMALL, False), Variable(value, element)])
    old = Variable(f"{wheel}[i - 1]", element, assignable=False)
    new = expression(body.inner(variables=[old]), element, 2)
    turns = world.choice((3, 20, 200))
    cost = turns * (body.meter.spent + 20)
    world.functions.append(FunctionInfo(function_name, (element,), element, cost))
    return [
        Item([f"struct {struct_name} {{ items }}"]),
        Item(
            [
                f"impl Index for {struct_name} {{\n    fn index(self, i) {{ self.items[",
                place,
                "] }\n    fn index_set(self, i, v) { self.items[",
                place,
                "] = v }\n}",
            ]
        ),
        Item(
            [
                f"fn {function_name}({value}) {{\n"
                f"    let {wheel} = {struct_name} {{ items: [{value}; {size}] }}\n"
                f"    for i in 0..{turns} {{ {wheel}[i] = ",
                new,
                f" }}\n    {wheel}[{world.rng.randrange(9)}]\n}}",
            ]
        ),
    ]


def tree(world: World) -> list[Item]:
    """A recursive enum: a tree that one function builds and another walks."""
    name, leaf_name, node_name = world.fresh("E"), world.fresh("V"), world.fresh("V")
    build, walk, both = world.fresh("f"), world.fresh("f"), world.fresh("f")
    fuel, seed = world.fresh("n"), world.fresh("p")
    type_ = world.choice((MIDDLE, FLOAT, STR, NUMBER, WIDE))
    left, right = Variable("left", type_, False), Variable("right", type_, False)
    own = Variable("own", type_, assignable=False)
    known = [Variable(fuel, SMALL, False), Variable(seed, type_, assignable=False)]
    at_leaf = expression(Context(world, Meter(20), known, pure=True), type_, 2)
    next_seed = expression(Context(world, Meter(20), known, pure=True), type_, 2)
    joined = expression(Context(world, Meter(20), [left, own, right], pure=True), type_, 2)
    depth = world.rng.randint(1, 5)
    world.functions.append(FunctionInfo(both, (type_,), type_, 60 * 2**depth))
    return [
        Item([f"enum {name} {{ {leaf_name}(any), {node_name} {{ left, own, right }} }}"]),
        Item(
            [
                f"fn {build}({fuel}, {seed}) {{\n    if {fuel} == 0 {{ return {name}::{leaf_name}(",
                at_leaf,
                f") }}\n    {name}::{node_name} {{ left: {build}({fuel} - 1, {seed}), own: {seed}, "
                f"right: {build}({fuel} - 1, ",
                next_seed,
                ") }\n}",
            ]
        ),
        Item(
            [
                f"fn {walk}(tree) {{\n    match tree {{\n"
                f"        {name}::{leaf_name}(value) => value,\n"
                f"        {name}::{node_name} {{ left, own, right }} => {{\n"
                f"            let (left, right) = ({walk}(left), {walk}(right))\n            ",
                Statement([joined]),
                "\n        }\n    }\n}",
            ]
        ),
        Item([f"fn {both}({seed}) {{ {walk}({build}({depth}, {seed})) }}"]),
    ]


def enum(world: World) -> list[Item]:
    name = world.fresh("E")
    variants: list[VariantInfo] = []
    declared: list[Part] = []
    for _ in range(world.rng.randint(2, 4)):
        variant = world.fresh("V")
        payload = tuple(_type(world) for _ in range(world.rng.choice((0, 1, 1, 2))))
        written = [types.annotation(type_) or "any" for type_ in payload]
        written = [text if world.chance(0.5) else "any" for text in written]
        if payload and world.chance(0.3):
            names = tuple(world.fresh("x") for _ in payload)
            variants.append(VariantInfo(variant, payload, names))
            fields = ", ".join(f"{n}: {t}" for n, t in zip(names, written, strict=True))
            declared.append(f"{variant} {{ {fields} }}")
        else:
            variants.append(VariantInfo(variant, payload))
            declared.append(f"{variant}({', '.join(written)})" if payload else variant)
    world.enums[name] = EnumInfo(name, variants)
    items = [Item([f"enum {name} {{ ", *separated(declared), " }"])]
    if world.chance(0.25):
        items.append(_equality_of_variants(world, name, variants))
    for _ in range(world.rng.randint(0, 2)):
        items.append(method(world, Named(name), f"impl {name}"))
    return items


def _equality_of_variants(world: World, name: str, variants: list[VariantInfo]) -> Item:
    """An ``Eq`` that looks at its left side only: so it shows which that is."""
    rows = []
    for variant in variants:
        head = f"{name}::{variant.name}"
        if variant.names:
            head += f" {{ {', '.join(f'{each}: _' for each in variant.names)} }}"
        elif variant.payload:
            head += f"({', '.join('_' for _ in variant.payload)})"
        rows.append(Statement([f"{head} => {world.choice(('true', 'false'))},"]))
    return Item([f"impl Eq for {name} {{ fn eq(self, o) {{ match self ", Block(rows), " } }"])


def method(world: World, receiver: Type, head: str) -> Item:
    """A method in an ``impl`` of its own."""
    outside = _outside(world)
    name = world.fresh("m")
    kinds = [random_type(outside, 1) for _ in range(world.rng.randint(0, 2))]
    result = random_type(outside, 1)
    item, cost = _method(world, name, receiver, kinds, result, world.choice((30, 100, 300)))
    world.functions.append(FunctionInfo(name, tuple(kinds), result, cost, receiver=receiver))
    return Item([f"{head} {{ ", item, " }"])


def _method(
    world: World, name: str, receiver: Type, kinds: list[Type], result: Type, limit: int
) -> tuple[Item, int]:
    names = [world.fresh("p") for _ in kinds]
    variables = [Variable("self", receiver, assignable=False)]
    variables += [Variable(n, t) for n, t in zip(names, kinds, strict=True)]
    body, cost = _body(world, variables, result, limit, statements=world.rng.randint(0, 3))
    written = ", ".join(["self", *_parameters(world, names, kinds)])
    return Item([f"fn {name}({written}){_result(world, result)} ", body]), cost


def trait(world: World) -> list[Item]:
    """A trait with a required and a default method, and types that have it."""
    outside = _outside(world)
    name, required, default = world.fresh("T"), world.fresh("m"), world.fresh("m")
    kinds = [random_type(outside, 1) for _ in range(world.rng.randint(0, 2))]
    result = random_type(outside, 1)
    candidates: list[Type] = [WIDE, STR, FLOAT, BOOL, ListOf(SMALL)]
    candidates += [Named(n) for n in (*world.structs, *world.enums)]
    implementors = world.rng.sample(candidates, min(len(candidates), world.rng.randint(2, 4)))
    impls = []
    for type_ in implementors:
        made, _ = _method(world, required, type_, kinds, result, CALLBACK)
        written = "list" if isinstance(type_, ListOf) else type_.annotation
        impls.append(Item([f"impl {name} for {written} {{ ", made, " }"]))
    world.traits[name] = TraitInfo(name, implementors)
    cost = CALLBACK + 20
    world.functions.append(FunctionInfo(required, tuple(kinds), result, cost, receiver=Named(name)))
    given, more = _method(world, default, Named(name), [], random_type(outside, 1), 150)
    world.functions.append(
        FunctionInfo(default, (), _last_result(given), more, receiver=Named(name))
    )
    names = ", ".join(["self", *(world.fresh("p") for _ in kinds)])
    return [Item([f"trait {name} {{ fn {required}({names}); ", given, " }"]), *impls]


def _last_result(item: Item) -> Type:
    body = item.parts[-1]
    assert isinstance(body, Block) and body.result is not None
    return body.result.type


# -------------------------------------------------------------------------------------- globals


def constant(world: World) -> list[Item]:
    name = world.fresh("K")
    outside = _outside(world)
    type_ = random_type(outside, 1)
    value = expression(outside, type_, 2)
    world.globals.append(Variable(name, type_, assignable=False))
    return [Item([f"const {name} = ", value])]


def static(world: World) -> list[Item]:
    name = world.fresh("G")
    type_ = world.choice((SMALL, MIDDLE, WIDE, FLOAT, STR, BOOL, NUMBER, Int(60)))
    value: Part = (
        number(_outside(world), type_.bits)
        if isinstance(type_, Int)
        else leaf(_outside(world), type_)
    )
    world.globals.append(Variable(name, type_))
    written = types.annotation(type_)
    text = f"{name}: {written}" if written and world.chance(0.3) else name
    return [Item([f"static {text} = ", value])]
