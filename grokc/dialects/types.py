"""The lattice of types: what SSA values are known to be, and what annotations ask for.

``any`` is on top.  Below it every type is a leaf, but for two cases: ``tuple`` of any length holds
the tuples of a fixed length, and a trait holds the types that implement it (which only the module
can tell, so the lattice treats a trait like ``any`` when it joins).  There is no bottom: a value
that never comes to be has no SSA value.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import Float64Type, IntAttr, IntegerType, StringAttr
from xdsl.ir import Attribute, ParametrizedAttribute, SSAValue, TypeAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer


class GrokType(ParametrizedAttribute, TypeAttribute):
    """A type.  The keyword of its text form is the part of ``name`` after ``grok.``."""

    @classmethod
    def keyword(cls) -> str:
        return cls.name.removeprefix("grok.")

    def describe(self) -> str:
        """As an error message names it."""
        return self.keyword()


@irdl_attr_definition
class AnyType(GrokType):
    """Any value."""

    name = "grok.any"


@irdl_attr_definition
class IntType(GrokType):
    """A 64-bit signed int."""

    name = "grok.int"


@irdl_attr_definition
class FloatType(GrokType):
    """A double."""

    name = "grok.float"


@irdl_attr_definition
class BoolType(GrokType):
    """``true`` or ``false``."""

    name = "grok.bool"


@irdl_attr_definition
class UnitType(GrokType):
    """``()``."""

    name = "grok.unit"


@irdl_attr_definition
class StrType(GrokType):
    """A string."""

    name = "grok.str"


@irdl_attr_definition
class ListType(GrokType):
    """A list."""

    name = "grok.list"


@irdl_attr_definition
class TupleType(GrokType):
    """A tuple; of ``length`` elements, or of any number when that is -1."""

    name = "grok.tuple"
    length: IntAttr

    def __init__(self, length: int = -1) -> None:
        super().__init__(IntAttr(length))

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        if parser.parse_optional_punctuation("<") is None:
            return (IntAttr(-1),)
        length = parser.parse_integer(allow_boolean=False, allow_negative=False)
        parser.parse_punctuation(">")
        return (IntAttr(length),)

    def print_parameters(self, printer: Printer) -> None:
        if self.length.data >= 0:
            printer.print_string(f"<{self.length.data}>")

    def describe(self) -> str:
        if self.length.data < 0:
            return "tuple"
        return f"tuple of {self.length.data}"


@irdl_attr_definition
class MapType(GrokType):
    """A map."""

    name = "grok.map"


@irdl_attr_definition
class SetType(GrokType):
    """A set."""

    name = "grok.set"


@irdl_attr_definition
class RangeType(GrokType):
    """A range of ints."""

    name = "grok.range"


@irdl_attr_definition
class FunctionType(GrokType):
    """A function item, a closure or a constructor."""

    name = "grok.function"


@irdl_attr_definition
class IteratorType(GrokType):
    """What ``get_iterator`` gives; never seen by a program."""

    name = "grok.iterator"


@irdl_attr_definition
class CellType(GrokType):
    """A variable that closures share; never seen by a program."""

    name = "grok.cell"


class NamedType(GrokType):
    """A type that the program declares, by its symbol."""

    symbol: StringAttr

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            return (parser.parse_symbol_name(),)

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_symbol_name(self.symbol.data)

    def describe(self) -> str:
        return self.symbol.data.rpartition("::")[2]


@irdl_attr_definition
class StructType(NamedType):
    """An instance of a struct."""

    name = "grok.struct"
    symbol: StringAttr

    def __init__(self, symbol: str) -> None:
        super().__init__(StringAttr(symbol))


@irdl_attr_definition
class EnumType(NamedType):
    """A value of an enum."""

    name = "grok.enum"
    symbol: StringAttr

    def __init__(self, symbol: str) -> None:
        super().__init__(StringAttr(symbol))


@irdl_attr_definition
class TraitType(NamedType):
    """A value of any type that implements the trait."""

    name = "grok.trait"
    symbol: StringAttr

    def __init__(self, symbol: str) -> None:
        super().__init__(StringAttr(symbol))


ANY = AnyType()
INT = IntType()
FLOAT = FloatType()
BOOL = BoolType()
UNIT = UnitType()
STR = StrType()
LIST = ListType()
TUPLE = TupleType()
MAP = MapType()
SET = SetType()
RANGE = RangeType()
FUNCTION = FunctionType()
ITERATOR = IteratorType()
CELL = CellType()

TYPES: tuple[type[GrokType], ...] = (
    AnyType,
    IntType,
    FloatType,
    BoolType,
    UnitType,
    StrType,
    ListType,
    TupleType,
    MapType,
    SetType,
    RangeType,
    FunctionType,
    IteratorType,
    CellType,
    StructType,
    EnumType,
    TraitType,
)
KEYWORDS: dict[str, type[GrokType]] = {kind.keyword(): kind for kind in TYPES}


def parse_type(parser: AttrParser) -> GrokType:
    """The short form, without ``!grok.``: ``int``, ``tuple<2>``, ``struct<@Point>``."""
    kind = KEYWORDS[parser.parse_keyword_in(KEYWORDS)]
    if issubclass(kind, (TupleType, NamedType)):
        return kind.new(kind.parse_parameters(parser))
    return kind.new(())


def print_type(printer: Printer, kind: GrokType) -> None:
    """See :func:`parse_type`."""
    printer.print_string(kind.keyword())
    if isinstance(kind, (TupleType, NamedType)):
        kind.print_parameters(printer)


def is_subtype(below: GrokType, above: GrokType) -> bool:
    """Is every value of ``below`` one of ``above``, as far as the lattice can tell?"""
    if isinstance(above, AnyType) or below == above:
        return True
    return below.name == "grok.tuple" and above == TUPLE


def join(left: GrokType, right: GrokType) -> GrokType:
    """The least type that holds both."""
    if left == right:
        return left
    if isinstance(left, TupleType) and isinstance(right, TupleType):
        return TUPLE
    return ANY


PRIMITIVES: frozenset[GrokType] = frozenset({INT, FLOAT, BOOL, UNIT, STR, RANGE})
"""Types whose values no program can change and whose operators no program can redefine."""

I64 = IntegerType(64)
I1 = IntegerType(1)
F64 = Float64Type()

UNBOXED: dict[GrokType, Attribute] = {INT: I64, FLOAT: F64, BOOL: I1}
"""Types whose values the optimizing tier keeps as machine values, and as which."""

BOXED: dict[Attribute, GrokType] = {machine: kind for kind, machine in UNBOXED.items()}
"""The type of a machine value."""


def lattice_type(value: SSAValue) -> GrokType:
    """What is known of a value, however it is represented."""
    kind = value.type
    return kind if isinstance(kind, GrokType) else BOXED[kind]
