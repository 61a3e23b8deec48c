"""The syntax tree of GrokLang (and of core GrokLang, which shares the grammar).

Every node carries its span as two offsets, in characters, into the text of its file: the node is
``text[start:end]``.  A :class:`~grokc.frontend.source.SourceFile` turns an offset into a line and a
column where a person is to read one.  Nodes say what was *written*; names are resolved later
(:mod:`grokc.frontend.resolve`), so a bare name is always a one-segment :class:`Path`.

The parser drops what has no meaning of its own: ``&x``, ``&mut x`` and ``*x`` become ``x``, macro
spellings (``println!(...)``) become calls, and parentheses are kept only where they matter
(:class:`Paren`: ``(x.f)(...)`` calls a field, ``x.f(...)`` a method).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    start: int
    end: int


# --------------------------------------------------------------------------------------- types


@dataclass(slots=True)
class Type(Node):
    """An annotation."""


@dataclass(slots=True)
class NamedType(Type):
    """``int``, ``list<int>``, ``geometry::Point``, ``dyn T``, ``impl T``: a path with arguments."""

    path: list[str]
    arguments: list[Type] = field(default_factory=list)


@dataclass(slots=True)
class TupleType(Type):
    """``(A, B)``; ``()`` is unit."""

    elements: list[Type]


@dataclass(slots=True)
class ListType(Type):
    """``[T]`` (and ``[T; n]``, whose length is not checked)."""

    element: Type


@dataclass(slots=True)
class FunctionType(Type):
    """``fn(A, B) -> R``."""

    parameters: list[Type]
    result: Type | None


@dataclass(slots=True)
class FallibleType(Type):
    """``value!``: core GrokLang only, a result that comes with a status."""

    inner: Type


# ------------------------------------------------------------------------------------ patterns


@dataclass(slots=True)
class Pattern(Node):
    """The left side of a binding, or what a ``match`` arm compares with."""


@dataclass(slots=True)
class WildcardPattern(Pattern):
    """``_``."""


@dataclass(slots=True)
class NamePattern(Pattern):
    """``x``, ``mut x``, ``x @ P``.  A bare name may turn out to be a const or a unit variant."""

    name: str
    mutable: bool = False
    inner: Pattern | None = None


@dataclass(slots=True)
class LiteralPattern(Pattern):
    """A literal; a negative number is folded into ``value`` (an Int, Float, Str or Bool node)."""

    value: Expr


@dataclass(slots=True)
class RangePattern(Pattern):
    """``1..=5``, ``1..5``, ``..=5``, ``1..``; ends are literals."""

    low: Expr | None
    high: Expr | None
    inclusive: bool


@dataclass(slots=True)
class TuplePattern(Pattern):
    elements: list[Pattern]


@dataclass(slots=True)
class ListPattern(Pattern):
    elements: list[Pattern]


@dataclass(slots=True)
class RestPattern(Pattern):
    """``..`` or ``..name`` inside a tuple or list pattern."""

    name: str | None


@dataclass(slots=True)
class PathPattern(Pattern):
    """``Shape::Empty``, ``limits::MAX``: at least two segments."""

    path: list[str]


@dataclass(slots=True)
class VariantPattern(Pattern):
    """``Shape::Circle(r)``, ``Some(v)``."""

    path: list[str]
    elements: list[Pattern]


@dataclass(slots=True)
class FieldPattern(Node):
    name: str
    pattern: Pattern


@dataclass(slots=True)
class StructPattern(Pattern):
    """``Point { x, y: 0, .. }`` and ``Shape::Rect { w, h }``."""

    path: list[str]
    fields: list[FieldPattern]
    has_rest: bool


@dataclass(slots=True)
class OrPattern(Pattern):
    alternatives: list[Pattern]


# --------------------------------------------------------------------------------- expressions


@dataclass(slots=True)
class Expr(Node):
    """Something with a value."""


@dataclass(slots=True)
class Int(Expr):
    """``value`` is already a signed 64-bit number; -9223372036854775808 comes with its minus."""

    value: int


@dataclass(slots=True)
class Float(Expr):
    value: float


@dataclass(slots=True)
class Bool(Expr):
    value: bool


@dataclass(slots=True)
class Str(Expr):
    """A string or one-character literal, escapes decoded."""

    value: str


@dataclass(slots=True)
class Unit(Expr):
    """``()``."""


@dataclass(slots=True)
class FString(Expr):
    """``f"..."``: decoded text pieces and holes in the order written."""

    parts: list[str | Hole]


@dataclass(slots=True)
class Hole(Node):
    """``{value:spec}`` in an f-string; ``spec`` is the text after the colon, ``""`` for none."""

    value: Expr
    spec: str


@dataclass(slots=True)
class Path(Expr):
    """``x``, ``Point::new``, ``self``, ``Self::DIM``, ``super::f``; ``f::<int>`` is ``f``."""

    segments: list[str]


@dataclass(slots=True)
class Unary(Expr):
    """``-x`` or ``!x``: ``operator`` is ``"-"`` or ``"!"``."""

    operator: str
    operand: Expr


@dataclass(slots=True)
class Binary(Expr):
    """``operator`` is the token: ``+ - * / % << >> & ^ | == != < > <= >=``.

    Long left-leaning chains are parsed iteratively; walk them with a loop (see
    :func:`binary_chain`).
    """

    operator: str
    left: Expr
    right: Expr


@dataclass(slots=True)
class Logical(Expr):
    """``&&`` or ``||``."""

    operator: str
    left: Expr
    right: Expr


@dataclass(slots=True)
class Cast(Expr):
    """``value as type``."""

    value: Expr
    type: Type


@dataclass(slots=True)
class Range(Expr):
    """``low..high``, ``low..=high``; an end may be missing only inside an index."""

    low: Expr | None
    high: Expr | None
    inclusive: bool


@dataclass(slots=True)
class Assign(Expr):
    """``target = value``; ``operator`` is ``None`` or the binary operator of ``+=`` and its kin."""

    target: Expr
    operator: str | None
    value: Expr


@dataclass(slots=True)
class Paren(Expr):
    inner: Expr


@dataclass(slots=True)
class Tuple(Expr):
    elements: list[Expr]


@dataclass(slots=True)
class List(Expr):
    """``[a, b]`` and ``vec![a, b]``."""

    elements: list[Expr]


@dataclass(slots=True)
class FilledList(Expr):
    """``[value; count]``."""

    value: Expr
    count: Expr


@dataclass(slots=True)
class MapEntry(Node):
    key: Expr
    value: Expr


@dataclass(slots=True)
class Map(Expr):
    """``#{k: v}``."""

    entries: list[MapEntry]


@dataclass(slots=True)
class FieldValue(Node):
    """``name: value`` in a struct literal; ``x`` alone is parsed as ``x: x``."""

    name: str
    value: Expr


@dataclass(slots=True)
class StructLiteral(Expr):
    """``Point { x: 1.0, ..base }`` and ``Shape::Rect { w: 1.0, h: 2.0 }``."""

    path: list[str]
    fields: list[FieldValue]
    base: Expr | None


@dataclass(slots=True)
class Call(Expr):
    """``callee(arguments)``.  ``macro`` notes the spelling ``callee!(...)``."""

    callee: Expr
    arguments: list[Expr]
    macro: bool = False


@dataclass(slots=True)
class MethodCall(Expr):
    """``receiver.name(arguments)``; ``name_start``..``name_end`` is the span of the name."""

    receiver: Expr
    name: str
    arguments: list[Expr]
    name_start: int
    name_end: int


@dataclass(slots=True)
class FieldAccess(Expr):
    """``value.name``; ``name_start`` is where the name begins (it ends with the node)."""

    value: Expr
    name: str
    name_start: int


@dataclass(slots=True)
class TupleField(Expr):
    """``value.0``."""

    value: Expr
    index: int


@dataclass(slots=True)
class Index(Expr):
    """``value[index]``."""

    value: Expr
    index: Expr


@dataclass(slots=True)
class Try(Expr):
    """``value?``."""

    value: Expr


@dataclass(slots=True)
class Closure(Expr):
    parameters: list[Parameter]
    result: Type | None
    body: Expr


@dataclass(slots=True)
class LetCondition(Expr):
    """``let P = value`` in the head of ``if`` or ``while``."""

    pattern: Pattern
    value: Expr


@dataclass(slots=True)
class Block(Expr):
    """``{ ... }``.  ``value`` is the last expression when no explicit ``;`` follows it."""

    statements: list[Statement]
    value: Expr | None


@dataclass(slots=True)
class If(Expr):
    """``otherwise`` is a :class:`Block`, another :class:`If`, or ``None``."""

    condition: Expr
    then: Block
    otherwise: Expr | None


@dataclass(slots=True)
class Arm(Node):
    pattern: Pattern
    guard: Expr | None
    body: Expr


@dataclass(slots=True)
class Match(Expr):
    """``keyword_end`` ends the word ``match``, which a missing variant is blamed on."""

    value: Expr
    arms: list[Arm]
    keyword_end: int


@dataclass(slots=True)
class While(Expr):
    label: str | None
    condition: Expr
    body: Block


@dataclass(slots=True)
class Loop(Expr):
    label: str | None
    body: Block


@dataclass(slots=True)
class For(Expr):
    label: str | None
    pattern: Pattern
    iterable: Expr
    body: Block


@dataclass(slots=True)
class Return(Expr):
    value: Expr | None


@dataclass(slots=True)
class Break(Expr):
    label: str | None
    value: Expr | None


@dataclass(slots=True)
class Continue(Expr):
    label: str | None


# ---------------------------------------------------------------------------------- statements


@dataclass(slots=True)
class Statement(Node):
    """A line of a block."""


@dataclass(slots=True)
class Let(Statement):
    """``let pattern: type = value else { ... }``.  ``value`` is ``None`` only in core GrokLang."""

    pattern: Pattern
    type: Type | None
    value: Expr | None
    otherwise: Block | None


@dataclass(slots=True)
class ExprStatement(Statement):
    value: Expr


@dataclass(slots=True)
class ItemStatement(Statement):
    item: Item


# --------------------------------------------------------------------------------------- items


@dataclass(slots=True)
class Attribute(Node):
    """``#[name(arguments)]``; an argument is a name, a number or a string as written, or a nested
    ``name(...)`` which is an Attribute itself; ``key = value`` is kept as ``"key=value"``."""

    name: str
    arguments: list[str | Attribute]


@dataclass(slots=True)
class Item(Node):
    """``name_start``..``name_end`` is the span of the name; both are ``start`` if there is none."""

    name: str
    name_start: int
    name_end: int
    public: bool
    attributes: list[Attribute]
    doc: str | None


@dataclass(slots=True)
class Parameter(Node):
    """``self`` is a NamePattern called ``self``; ``mut``, ``&`` are dropped."""

    pattern: Pattern
    type: Type | None
    default: Expr | None


@dataclass(slots=True)
class TypeParameter(Node):
    name: str
    bounds: list[Type]


@dataclass(slots=True)
class Function(Item):
    """``body`` is ``None`` for a required trait method (in core GrokLang, a C declaration)."""

    type_parameters: list[TypeParameter]
    parameters: list[Parameter]
    result: Type | None
    body: Block | None

    @property
    def has_self(self) -> bool:
        if not self.parameters:
            return False
        pattern = self.parameters[0].pattern
        return isinstance(pattern, NamePattern) and pattern.name == "self"


@dataclass(slots=True)
class FieldDeclaration(Node):
    name: str
    type: Type | None
    default: Expr | None


@dataclass(slots=True)
class Struct(Item):
    type_parameters: list[TypeParameter]
    fields: list[FieldDeclaration]


@dataclass(slots=True)
class Variant(Node):
    """``kind`` is ``"unit"``, ``"tuple"`` (whose fields are ``0``, ``1``...) or ``"struct"``."""

    name: str
    kind: str
    fields: list[FieldDeclaration]


@dataclass(slots=True)
class Enum(Item):
    type_parameters: list[TypeParameter]
    variants: list[Variant]


@dataclass(slots=True)
class Trait(Item):
    type_parameters: list[TypeParameter]
    supertraits: list[Type]
    items: list[Item]


@dataclass(slots=True)
class Impl(Item):
    """``impl type`` or ``impl trait for type``; ``head_end`` is where the head ends."""

    type_parameters: list[TypeParameter]
    trait: Type | None
    type: Type
    items: list[Item]
    head_end: int


@dataclass(slots=True)
class UseTree(Node):
    """``path`` as name, ``path::*`` (``glob``), or ``path::{children}``."""

    path: list[str]
    alias: str | None = None
    glob: bool = False
    children: list[UseTree] | None = None


@dataclass(slots=True)
class Use(Item):
    tree: UseTree


@dataclass(slots=True)
class Module(Item):
    """``items`` is ``None`` for ``mod name;``, whose file is loaded later."""

    items: list[Item] | None


@dataclass(slots=True)
class Constant(Item):
    """``const`` or, with ``mutable``, ``static``."""

    mutable: bool
    type: Type | None
    value: Expr


@dataclass(slots=True)
class File(Node):
    """A whole source file."""

    attributes: list[Attribute]
    doc: str | None
    items: list[Item]


def binary_chain(node: Binary) -> tuple[Expr, list[Binary]]:
    """Unrolls a left-leaning chain: ``a + b - c`` gives ``a`` and the nodes of ``+ b``, ``- c``."""
    nodes: list[Binary] = []
    expr: Expr = node
    while isinstance(expr, Binary):
        nodes.append(expr)
        expr = expr.left
    nodes.reverse()
    return expr, nodes
