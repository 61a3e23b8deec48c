"""What names stand for: the entities of a program, and the tables that analysis fills.

Resolution does not write into the tree.  It makes one entity for each declaration and records what
every node refers to in :class:`Program`, keyed by the node's identity (``id``; the tree lives as
long as the program).  Checking and translation then never look at a name again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from grokc.dialects.types import (
    ANY,
    BOOL,
    FLOAT,
    FUNCTION,
    INT,
    LIST,
    MAP,
    RANGE,
    SET,
    STR,
    TUPLE,
    UNIT,
    EnumType,
    GrokType,
)
from grokc.frontend import tree
from grokc.frontend.diagnostics import Diagnostic
from grokc.frontend.source import SourceFile
from grokc.vm.builtins import Builtin


@dataclass(slots=True, eq=False)
class Variable:
    """A local variable or parameter.

    One that closures capture and that is assigned after its declaration lives in a cell, so that
    all share it; otherwise closures get a copy of its value.
    """

    name: str
    start: int
    end: int
    body: Body
    type: GrokType = ANY
    is_parameter: bool = False
    captured: bool = False
    assigned: bool = False
    slot: int = -1
    """The local that holds the variable; given out by the translator."""

    @property
    def in_cell(self) -> bool:
        return self.captured and self.assigned


@dataclass(slots=True, eq=False)
class Body:
    """Code that runs in a frame of its own: a function, a closure, an initializer."""

    symbol: str
    file: SourceFile
    parent: Body | None = None
    """Of a closure: the body around it, whose variables it may use."""
    result: GrokType = ANY
    captures: list[Variable] = field(default_factory=list)
    closures: int = 0
    can_return: bool = True
    """Initializers cannot: there is no function to return from."""
    order: int = 0
    """Number of the item that the code is part of, in the order of the program's source."""


@dataclass(slots=True, eq=False)
class Parameter:
    name: str
    type: GrokType
    has_default: bool


@dataclass(slots=True, eq=False)
class Function:
    """A function, method, or required method of a trait."""

    name: str
    symbol: str
    node: tree.Function
    file: SourceFile
    scope: Scope
    owner: TypeEntity | Trait | None
    """What ``Self`` means: the type of an ``impl``, or the trait of a default method."""
    trait: Trait | None
    body: Body
    parameters: list[Parameter] = field(default_factory=list)

    @property
    def result(self) -> GrokType:
        return self.body.result

    @property
    def minimum(self) -> int:
        return sum(1 for p in self.parameters if not p.has_default)

    @property
    def maximum(self) -> int:
        return len(self.parameters)


@dataclass(slots=True, eq=False)
class Field:
    """Of a struct or of a variant's payload; ``body`` is that of the default."""

    name: str
    node: tree.FieldDeclaration
    type: GrokType = ANY
    default: tree.Expr | None = None
    body: Body | None = None


@dataclass(slots=True, eq=False)
class Members:
    """What ``Type::name`` finds, and what the type's values can do."""

    functions: dict[str, Function] = field(default_factory=dict)
    globals: dict[str, Global] = field(default_factory=dict)
    traits: dict[str, TraitImpl] = field(default_factory=dict)
    """By the trait's symbol."""


@dataclass(slots=True, eq=False)
class Struct:
    name: str
    symbol: str
    node: tree.Struct
    file: SourceFile
    scope: Scope
    type: GrokType
    fields: dict[str, Field] = field(default_factory=dict)
    members: Members = field(default_factory=Members)


@dataclass(slots=True, eq=False)
class Variant:
    name: str
    enum: Enum
    number: int
    kind: str
    fields: list[Field] = field(default_factory=list)

    @property
    def symbol(self) -> str:
        return f"{self.enum.symbol}::{self.name}"

    def field_index(self, name: str) -> int | None:
        return next((i for i, f in enumerate(self.fields) if f.name == name), None)


@dataclass(slots=True, eq=False)
class Enum:
    """``node`` is ``None`` of the built-in Option and Result."""

    name: str
    symbol: str
    node: tree.Enum | None
    file: SourceFile | None
    scope: Scope | None
    type: GrokType
    variants: dict[str, Variant] = field(default_factory=dict)
    members: Members = field(default_factory=Members)


@dataclass(slots=True, eq=False)
class BuiltinType:
    """``int``, ``list``...; ``namespace`` is what its functions and constants are listed under."""

    name: str
    type: GrokType
    namespace: str
    members: Members = field(default_factory=Members)

    @property
    def symbol(self) -> str:
        return self.name


@dataclass(slots=True, eq=False)
class Trait:
    """``node`` is ``None`` of the operator traits that the machine knows."""

    name: str
    symbol: str
    node: tree.Trait | None
    file: SourceFile | None
    scope: Scope | None
    type: GrokType
    methods: dict[str, Function] = field(default_factory=dict)
    operators: tuple[tuple[str, int, bool], ...] = ()
    supertraits: list[Trait] = field(default_factory=list)

    @property
    def method_names(self) -> list[str]:
        return [*self.methods, *(name for name, _, _ in self.operators)]


@dataclass(slots=True, eq=False)
class TraitImpl:
    trait: Trait
    node: tree.Impl
    file: SourceFile
    functions: dict[str, Function] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Global:
    """A const or, with ``mutable``, a static."""

    name: str
    symbol: str
    node: tree.Constant
    file: SourceFile
    scope: Scope
    owner: TypeEntity | None
    mutable: bool
    body: Body
    type: GrokType = ANY


@dataclass(slots=True, eq=False)
class BuiltinModule:
    name: str


@dataclass(slots=True, eq=False)
class BuiltinConstant:
    name: str
    value: int | float


@dataclass(slots=True, eq=False)
class BuiltinMethod:
    """``str::len``: a method of a built-in type as a function."""

    owner: BuiltinType | Enum
    builtin: Builtin

    @property
    def symbol(self) -> str:
        return f"{self.owner.symbol}::{self.builtin.name}"


@dataclass(slots=True, eq=False)
class TraitMethod:
    """``Trait::m``: the method of that trait of the first argument's type."""

    trait: Trait
    name: str
    function: Function | None
    """``None`` of an operator trait."""

    @property
    def symbol(self) -> str:
        return f"{self.trait.symbol}::{self.name}"


@dataclass(slots=True, eq=False)
class TypeParameter:
    """``T``: erased."""

    name: str


@dataclass(slots=True, eq=False)
class Module:
    """A file or an inline module."""

    name: str
    symbol: str
    file: SourceFile
    parent: Module | None
    scope: Scope
    path: str = ""
    """The folder in which the files of its own modules lie."""
    broken: bool = False
    """Its file could not be read: what is not found in it is not to blame."""


TypeEntity: TypeAlias = "Struct | Enum | BuiltinType"
Entity: TypeAlias = (
    "Variable | Function | Struct | Enum | Variant | Trait | Global | Module | BuiltinType"
    " | BuiltinModule | BuiltinConstant | BuiltinMethod | TraitMethod | TypeParameter | Builtin"
)


@dataclass(slots=True, eq=False)
class Binding:
    """A name in a module or block: what it stands for, and who may see it."""

    entity: Entity
    module: Module | None
    """Where it is declared; ``None`` of what is built in."""
    public: bool
    start: int
    end: int
    imported: bool = False


class Scope:
    """Names that are visible from a place, linked to the scope around it.

    Items and variables are kept apart because a nested function sees the items of the blocks
    around it but not their variables.
    """

    __slots__ = ("globs", "items", "module", "parent", "variables")

    def __init__(self, parent: Scope | None, module: Module | None = None) -> None:
        self.parent = parent
        self.module = module
        """Set of the scope of a module itself."""
        self.variables: dict[str, Variable] = {}
        self.items: dict[str, Binding] = {}
        self.globs: list[tuple[Module | Enum, bool]] = []
        """What ``use m::*`` names, and whether it is public."""

    def outward(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


@dataclass(slots=True, eq=False)
class Template:
    """A format: ``pieces`` are texts and specs alternating, ``holes`` the values."""

    pieces: list[str]
    holes: list[tree.Expr]


@dataclass(slots=True, eq=False)
class Program:
    """A program and what is known about it."""

    files: list[SourceFile] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    structs: list[Struct] = field(default_factory=list)
    enums: list[Enum] = field(default_factory=list)
    traits: list[Trait] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    globals: list[Global] = field(default_factory=list)
    types: list[TypeEntity] = field(default_factory=list)
    """All types that have members, built-in ones included."""
    main: Function | None = None
    targets: dict[int, Entity] = field(default_factory=dict)
    """What a Path, a StructLiteral or a pattern with a name refers to."""
    variables: dict[int, Variable] = field(default_factory=dict)
    """What a NamePattern or RestPattern declares."""
    closures: dict[int, Body] = field(default_factory=dict)
    templates: dict[int, Template] = field(default_factory=dict)
    """Of calls of the print family whose first argument is a format."""
    annotations: dict[int, GrokType] = field(default_factory=dict)
    """What a type annotation means."""


def option_and_result() -> tuple[Enum, Enum]:
    """The enums that are in scope everywhere; new ones, since an ``impl`` adds members."""
    result = []
    for name, variants in (("Option", ("Some", "None")), ("Result", ("Ok", "Err"))):
        enum = Enum(name, name, None, None, None, EnumType(name))
        for number, variant in enumerate(variants):
            empty = variant == "None"
            declaration = tree.FieldDeclaration(0, 0, "0", None, None)
            enum.variants[variant] = Variant(
                variant,
                enum,
                number,
                "unit" if empty else "tuple",
                [] if empty else [Field("0", declaration)],
            )
        result.append(enum)
    option, result_enum = result
    return option, result_enum


BUILTIN_TYPES: tuple[tuple[str, GrokType, str], ...] = (
    ("int", INT, "int"),
    ("float", FLOAT, "float"),
    ("bool", BOOL, "bool"),
    ("unit", UNIT, "unit"),
    ("str", STR, "str"),
    ("list", LIST, "List"),
    ("tuple", TUPLE, "tuple"),
    ("map", MAP, "Map"),
    ("set", SET, "Set"),
    ("range", RANGE, "range"),
    ("function", FUNCTION, "function"),
)
"""Built-in types: name, type, and the namespace of their functions (``List::filled``)."""

RESULT_TYPES: dict[str, GrokType] = {
    **{name: type for name, type, _ in BUILTIN_TYPES},
    "Option": EnumType("Option"),
    "Result": EnumType("Result"),
}
"""The types that ``grokc.vm.builtins`` names as results."""

TYPE_SYNONYMS: dict[str, str] = {
    **dict.fromkeys(("i8", "i16", "i32", "i64", "isize"), "int"),
    **dict.fromkeys(("u8", "u16", "u32", "u64", "usize"), "int"),
    **dict.fromkeys(("f32", "f64"), "float"),
    **dict.fromkeys(("String", "char"), "str"),
    **dict.fromkeys(("List", "Vec"), "list"),
    **dict.fromkeys(("Map", "HashMap"), "map"),
    **dict.fromkeys(("Set", "HashSet"), "set"),
}

NARROW_INTS: dict[str, str] = {
    "i8": "0xFF",
    "u8": "0xFF",
    "i16": "0xFFFF",
    "u16": "0xFFFF",
    "i32": "0xFFFF_FFFF",
    "u32": "0xFFFF_FFFF",
}
"""Types that a cast would truncate to, with the mask that does it."""
