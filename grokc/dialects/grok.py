"""``grok``: GrokLang in SSA form, the level at which programs are optimized.

The operations are those of ``grok_stack``, with operands and results in place of stack slots,
blocks with arguments in place of locals, and one ``grok.constant`` for all pushes of constants.
Values have types of the lattice in :mod:`grokc.dialects.types`; ``!grok.any`` unless an operation
or an analysis knows better, which its text form then tells (``-> !grok.int``).

The declarations of a module, which are the same at every level, live here too.

``Operation.new`` makes one quickly: without the general machinery of xDSL's constructors, whose
checks the verifier makes anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Self

from xdsl.dialect_interfaces.constant_materialization import ConstantMaterializationInterface
from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    IntAttr,
    LocationAttr,
    StringAttr,
    SymbolRefAttr,
    i32,
)
from xdsl.interfaces import HasCanonicalizationPatternsInterface, HasFolderInterface
from xdsl.ir import (
    Attribute,
    Block,
    Dialect,
    Operation,
    OpResult,
    ParametrizedAttribute,
    Region,
    SSAValue,
    SSAValues,
)
from xdsl.irdl import (
    AnyOf,
    AttrConstraint,
    AttrSetConstraint,
    AttrSizedOperandSegments,
    BaseAttr,
    EqAttrConstraint,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    prop_def,
    region_def,
    result_def,
    successor_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import AttrParser, Parser
from xdsl.pattern_rewriter import RewritePattern
from xdsl.printer import Printer
from xdsl.traits import (
    ConstantLike,
    IsolatedFromAbove,
    IsTerminator,
    MemoryReadEffect,
    NoMemoryEffect,
    Pure,
    SymbolOpInterface,
)
from xdsl.utils.exceptions import VerifyException

from grokc.dialects import attributes as attr
from grokc.dialects import folding
from grokc.dialects.assembly import (
    parse_names,
    parse_properties,
    print_attributes,
    print_names,
    print_properties,
)
from grokc.dialects.constants import Constant, ConstantValue
from grokc.dialects.construction import make
from grokc.dialects.dominance import verify_dominance
from grokc.dialects.effects import (
    Allocates,
    PureOnBits,
    PureOnFloats,
    PureOnInts,
    PureOnOrdered,
    PureOnPrimitives,
)
from grokc.dialects.location import UNKNOWN
from grokc.dialects.operation import GrokcOperation
from grokc.dialects.types import (
    ANY,
    BOOL,
    CELL,
    F64,
    FLOAT,
    FUNCTION,
    I1,
    I64,
    INT,
    ITERATOR,
    LIST,
    MAP,
    RANGE,
    STR,
    TYPES,
    EnumType,
    GrokType,
    StructType,
    TupleType,
    is_subtype,
    parse_type,
    print_type,
)

VALUE = BaseAttr(GrokType)
"""What every operand is."""

ANY_VALUE: AttrConstraint[Attribute] = AnyOf(
    (BaseAttr(GrokType), AttrSetConstraint(frozenset[Attribute]({I64, I1})), EqAttrConstraint(F64))
)
"""What every result is, and what is handed on between blocks: of a type of the lattice, or, in the
optimizing tier (:mod:`grokc.dialects.speculation`), a machine value."""


@cache
def _segments(*sizes: int) -> dict[str, Attribute]:
    return {AttrSizedOperandSegments.attribute_name: DenseArrayBase.from_list(i32, sizes)}


# ------------------------------------------------------------------------------- text of values


def print_operand(printer: Printer, value: SSAValue) -> None:
    """``%x``; with its type where the text comes before the definition."""
    defined = value in printer._ssa_values
    printer.print_ssa_value(value)
    if not defined and value.type != ANY:
        printer.print_string(" : ")
        printer.print_attribute(value.type)


def parse_operand(parser: Parser) -> SSAValue:
    """See :func:`print_operand`."""
    operand = parser.parse_unresolved_operand()
    known = parser.ssa_values.get(operand.operand_name)
    if known is not None and operand.index < len(known):
        return known[operand.index]
    kind: Attribute = ANY
    if parser.parse_optional_punctuation(":") is not None:
        kind = parser.parse_type()
    else:
        forward = parser.forward_ssa_references.get(operand.operand_name, {}).get(operand.index)
        if forward is not None:
            kind = forward.type
    return parser.resolve_operand(operand, kind)


def _print_group(printer: Printer, values: Sequence[SSAValue]) -> None:
    with printer.in_parens():
        printer.print_list(values, lambda value: print_operand(printer, value))


def _parse_group(parser: Parser) -> list[SSAValue]:
    return parser.parse_comma_separated_list(parser.Delimiter.PAREN, lambda: parse_operand(parser))


def _print_successor(printer: Printer, block: Block, arguments: Sequence[SSAValue]) -> None:
    printer.print_block_name(block)
    if arguments:
        _print_group(printer, arguments)


def _parse_successor(parser: Parser) -> tuple[Block, list[SSAValue]]:
    block = parser.parse_successor()
    if parser.parse_optional_punctuation("(") is None:
        return block, []
    arguments = parser.parse_comma_separated_list(
        parser.Delimiter.NONE, lambda: parse_operand(parser)
    )
    parser.parse_punctuation(")")
    return block, arguments


# ------------------------------------------------------------------------- shapes of operations


class GrokOp(GrokcOperation):
    """An operation on values: first ``FIXED`` operands, then, if it is ``VARIADIC``, any number.

    ``RESULT`` is the type of its result as far as the operation alone decides; ``None``: no result.
    """

    FIXED: ClassVar[int] = 0
    VARIADIC: ClassVar[bool] = False
    RESULT: ClassVar[GrokType | None] = ANY

    def result_type(self) -> GrokType | None:
        """The type that the operation and its properties alone decide."""
        return self.RESULT

    @classmethod
    def _make(
        cls,
        operands: Sequence[SSAValue],
        properties: dict[str, Attribute],
        result: GrokType | None,
        location: LocationAttr,
    ) -> Self:
        return make(cls, operands, result, properties, location=location)

    def print(self, printer: Printer) -> None:
        print_properties(printer, self)
        operands = self.operands
        for index, value in enumerate(operands[: self.FIXED]):
            printer.print_string(", " if index else " ")
            print_operand(printer, value)
        if self.VARIADIC:
            _print_group(printer, operands[self.FIXED :])
        print_attributes(printer, self)
        if self.results and self.results[0].type != self.result_type():
            printer.print_string(" -> ")
            printer.print_attribute(self.results[0].type)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        properties = parse_properties(parser, cls)
        operands: list[SSAValue] = []
        for index in range(cls.FIXED):
            if index:
                parser.parse_punctuation(",")
            operands.append(parse_operand(parser))
        if cls.VARIADIC:
            operands += _parse_group(parser)
        attributes = parser.parse_optional_attr_dict()
        op = cls.create(operands=operands, properties=properties, attributes=attributes)
        result: Attribute | None = op.result_type()
        if parser.parse_optional_punctuation("->") is not None:
            result = parser.parse_type()
        if result is not None:
            op.results = SSAValues((OpResult(result, op, 0),))
        return op


class FoldedOp(GrokOp, HasFolderInterface):
    """An operation that can be carried out on constants, or on what is known of its operands."""

    def fold(self) -> Sequence[SSAValue | Attribute] | None:
        return folding.fold(self)


class NullaryOp(GrokOp):
    """An operation with a result and no operands."""

    result = result_def(ANY_VALUE)


class UnaryOp(GrokOp):
    """An operation that makes one value of another."""

    FIXED: ClassVar[int] = 1
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls, value: SSAValue, location: LocationAttr = UNKNOWN, result: GrokType | None = None
    ) -> Self:
        return cls._make((value,), {}, result or cls.RESULT, location)


class BinaryOp(GrokOp):
    """An operation that makes one value of two."""

    FIXED: ClassVar[int] = 2
    left = operand_def(VALUE)
    right = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        left: SSAValue,
        right: SSAValue,
        location: LocationAttr = UNKNOWN,
        result: GrokType | None = None,
    ) -> Self:
        return cls._make((left, right), {}, result or cls.RESULT, location)


class FoldedUnaryOp(UnaryOp, FoldedOp):
    """A unary operation that can be carried out on constants."""


class FoldedBinaryOp(BinaryOp, FoldedOp):
    """A binary operation that can be carried out on constants."""


class IndexOp(FoldedOp):
    """A projection: a value and the index of the part to get."""

    FIXED: ClassVar[int] = 1
    index = prop_def(IntAttr)
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, index: int, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {"index": attr.number(index)}, cls.RESULT, location)


class CountTestOp(FoldedOp):
    """A test for a number of elements."""

    FIXED: ClassVar[int] = 1
    RESULT: ClassVar[GrokType | None] = BOOL
    count = prop_def(IntAttr)
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)
    traits = traits_def(NoMemoryEffect())

    @classmethod
    def new(cls, count: int, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {"count": attr.number(count)}, cls.RESULT, location)


class CollectOp(GrokOp):
    """An operation that makes one value of any number of others."""

    VARIADIC: ClassVar[bool] = True
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN) -> Self:
        return cls._make(arguments, {}, cls.RESULT, location)


class SymbolCollectOp(GrokOp):
    """An operation with a symbol that makes one value of any number of others."""

    VARIADIC: ClassVar[bool] = True
    symbol = prop_def(SymbolRefAttr)
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls, symbol: str, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make(arguments, {"symbol": attr.symbol(symbol)}, cls.RESULT, location)


# ------------------------------------------------------------------------- constants and variables


class _Constant(ConstantLike):
    """How xDSL gets at the value."""

    @staticmethod
    def get_constant_value(ssa_value: SSAValue) -> Attribute | None:
        return folding.constant_of(ssa_value)


@irdl_op_definition
class ConstantOp(GrokOp):
    """A constant."""

    name = "grok.constant"
    traits = traits_def(Pure(), _Constant())
    value = prop_def(Constant)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, value: Constant | ConstantValue, location: LocationAttr = UNKNOWN) -> Self:
        constant = value if isinstance(value, Constant) else Constant(value)
        return cls._make((), {"value": constant}, constant.type, location)

    def result_type(self) -> GrokType:
        return self.value.type


@irdl_op_definition
class LoadGlobalOp(NullaryOp):
    """A const or static; an error before it is initialized."""

    name = "grok.load_global"
    symbol = prop_def(SymbolRefAttr)

    @classmethod
    def new(cls, symbol: str, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((), {"symbol": attr.symbol(symbol)}, cls.RESULT, location)


@irdl_op_definition
class StoreGlobalOp(GrokOp):
    """Sets a const or static."""

    name = "grok.store_global"
    FIXED: ClassVar[int] = 1
    RESULT: ClassVar[GrokType | None] = None
    symbol = prop_def(SymbolRefAttr)
    value = operand_def(VALUE)

    @classmethod
    def new(cls, symbol: str, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {"symbol": attr.symbol(symbol)}, None, location)


@irdl_op_definition
class MakeCellOp(UnaryOp):
    """A variable that closures share."""

    name = "grok.make_cell"
    RESULT: ClassVar[GrokType | None] = CELL
    traits = traits_def(Allocates())


@irdl_op_definition
class LoadCellOp(UnaryOp):
    """Reads a shared variable."""

    name = "grok.load_cell"
    traits = traits_def(MemoryReadEffect())


@irdl_op_definition
class StoreCellOp(GrokOp):
    """Sets a shared variable."""

    name = "grok.store_cell"
    FIXED: ClassVar[int] = 2
    RESULT: ClassVar[GrokType | None] = None
    cell = operand_def(VALUE)
    value = operand_def(VALUE)

    @classmethod
    def new(cls, cell: SSAValue, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((cell, value), {}, None, location)


@irdl_op_definition
class LoadCaptureOp(NullaryOp):
    """A value or cell of the running closure."""

    name = "grok.load_capture"
    traits = traits_def(Pure())
    index = prop_def(IntAttr)

    @classmethod
    def new(cls, index: int, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((), {"index": attr.number(index)}, cls.RESULT, location)


@irdl_op_definition
class MakeClosureOp(SymbolCollectOp):
    """A closure over the captured values and cells."""

    name = "grok.make_closure"
    RESULT: ClassVar[GrokType | None] = FUNCTION
    traits = traits_def(Allocates())


# ---------------------------------------------------------------------------- arithmetic and tests


@irdl_op_definition
class AddOp(FoldedBinaryOp):
    """Sum; concatenates strings and lists."""

    name = "grok.add"
    traits = traits_def(PureOnFloats())


@irdl_op_definition
class SubOp(FoldedBinaryOp):
    """Difference."""

    name = "grok.sub"
    traits = traits_def(PureOnFloats())


@irdl_op_definition
class MulOp(FoldedBinaryOp):
    """Product."""

    name = "grok.mul"
    traits = traits_def(PureOnFloats())


@irdl_op_definition
class DivOp(FoldedBinaryOp):
    """Quotient, truncated for ints."""

    name = "grok.div"
    traits = traits_def(PureOnFloats())


@irdl_op_definition
class RemOp(FoldedBinaryOp):
    """Remainder with the dividend's sign."""

    name = "grok.rem"
    traits = traits_def(PureOnFloats())


@irdl_op_definition
class BitAndOp(FoldedBinaryOp):
    """``&`` of ints or bools."""

    name = "grok.bit_and"
    traits = traits_def(PureOnBits())


@irdl_op_definition
class BitOrOp(FoldedBinaryOp):
    """``|`` of ints or bools."""

    name = "grok.bit_or"
    traits = traits_def(PureOnBits())


@irdl_op_definition
class BitXorOp(FoldedBinaryOp):
    """``^`` of ints or bools."""

    name = "grok.bit_xor"
    traits = traits_def(PureOnBits())


@irdl_op_definition
class ShiftLeftOp(FoldedBinaryOp):
    """``<<`` of ints."""

    name = "grok.shift_left"
    RESULT: ClassVar[GrokType | None] = INT


@irdl_op_definition
class ShiftRightOp(FoldedBinaryOp):
    """``>>`` of ints, arithmetic."""

    name = "grok.shift_right"
    RESULT: ClassVar[GrokType | None] = INT


@irdl_op_definition
class NegOp(FoldedUnaryOp):
    """``-a``."""

    name = "grok.neg"
    traits = traits_def(PureOnFloats())


@irdl_op_definition
class NotOp(FoldedUnaryOp):
    """``!a`` of a bool or an int."""

    name = "grok.not"
    traits = traits_def(PureOnBits())


@irdl_op_definition
class LessOp(FoldedBinaryOp):
    """``a < b``."""

    name = "grok.less"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(PureOnOrdered())


@irdl_op_definition
class LessEqualOp(FoldedBinaryOp):
    """``a <= b``."""

    name = "grok.less_equal"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(PureOnOrdered())


@irdl_op_definition
class GreaterOp(FoldedBinaryOp):
    """``a > b``."""

    name = "grok.greater"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(PureOnOrdered())


@irdl_op_definition
class GreaterEqualOp(FoldedBinaryOp):
    """``a >= b``."""

    name = "grok.greater_equal"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(PureOnOrdered())


@irdl_op_definition
class EqualOp(FoldedBinaryOp):
    """``a == b``."""

    name = "grok.equal"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(PureOnPrimitives())


@irdl_op_definition
class NotEqualOp(FoldedBinaryOp):
    """``a != b``."""

    name = "grok.not_equal"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(PureOnPrimitives())


@irdl_op_definition
class TrueOp(FoldedUnaryOp):
    """The value itself; a type error unless it is a bool."""

    name = "grok.true"
    RESULT: ClassVar[GrokType | None] = BOOL


# ------------------------------------------------------------------------------------------- calls


@irdl_op_definition
class CallOp(SymbolCollectOp):
    """Calls a known function with all its parameters' arguments."""

    name = "grok.call"


@irdl_op_definition
class CallValueOp(GrokOp):
    """Calls a value."""

    name = "grok.call_value"
    FIXED: ClassVar[int] = 1
    VARIADIC: ClassVar[bool] = True
    callee = operand_def(VALUE)
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls, callee: SSAValue, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((callee, *arguments), {}, cls.RESULT, location)


@irdl_op_definition
class CallMethodOp(GrokOp):
    """Calls a method."""

    name = "grok.call_method"
    FIXED: ClassVar[int] = 1
    VARIADIC: ClassVar[bool] = True
    callee = prop_def(StringAttr)
    receiver = operand_def(VALUE)
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        callee: str,
        receiver: SSAValue,
        arguments: Sequence[SSAValue],
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        return cls._make(
            (receiver, *arguments), {"callee": attr.string(callee)}, cls.RESULT, location
        )


@irdl_op_definition
class CallBuiltinOp(GrokOp):
    """Calls a function of ``grokc.vm.builtins``."""

    name = "grok.call_builtin"
    VARIADIC: ClassVar[bool] = True
    callee = prop_def(StringAttr)
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls, callee: str, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make(arguments, {"callee": attr.string(callee)}, cls.RESULT, location)


# ----------------------------------------------------------------------------------------- objects


@irdl_op_definition
class GetFieldOp(GrokOp):
    """``o.x``."""

    name = "grok.get_field"
    FIXED: ClassVar[int] = 1
    field = prop_def(StringAttr)
    object = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, field: str, object: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((object,), {"field": attr.string(field)}, cls.RESULT, location)


@irdl_op_definition
class SetFieldOp(GrokOp):
    """``o.x = v``."""

    name = "grok.set_field"
    FIXED: ClassVar[int] = 2
    RESULT: ClassVar[GrokType | None] = None
    field = prop_def(StringAttr)
    object = operand_def(VALUE)
    value = operand_def(VALUE)

    @classmethod
    def new(
        cls, field: str, object: SSAValue, value: SSAValue, location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((object, value), {"field": attr.string(field)}, None, location)


@irdl_op_definition
class GetElementOp(IndexOp):
    """``t.0``; a negative index, in patterns, counts from the end, also of lists."""

    name = "grok.get_element"


@irdl_op_definition
class GetIndexOp(BinaryOp):
    """``o[i]``."""

    name = "grok.get_index"


@irdl_op_definition
class SetIndexOp(GrokOp):
    """``o[i] = v``."""

    name = "grok.set_index"
    FIXED: ClassVar[int] = 3
    RESULT: ClassVar[GrokType | None] = None
    object = operand_def(VALUE)
    index = operand_def(VALUE)
    value = operand_def(VALUE)

    @classmethod
    def new(
        cls, object: SSAValue, index: SSAValue, value: SSAValue, location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((object, index, value), {}, None, location)


@irdl_op_definition
class MakeListOp(CollectOp):
    """A list."""

    name = "grok.make_list"
    RESULT: ClassVar[GrokType | None] = LIST
    traits = traits_def(Allocates())


@irdl_op_definition
class MakeTupleOp(CollectOp, FoldedOp):
    """A tuple."""

    name = "grok.make_tuple"
    traits = traits_def(Pure())

    @classmethod
    def new(cls, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN) -> Self:
        return cls._make(arguments, {}, TupleType(len(arguments)), location)

    def result_type(self) -> GrokType:
        return TupleType(len(self.arguments))


@irdl_op_definition
class MakeMapOp(CollectOp):
    """A map; a key before each value."""

    name = "grok.make_map"
    RESULT: ClassVar[GrokType | None] = MAP

    def verify_(self) -> None:
        if len(self.arguments) % 2:
            raise VerifyException("a key has no value")


@irdl_op_definition
class FillListOp(BinaryOp):
    """``[v; n]``."""

    name = "grok.fill_list"
    RESULT: ClassVar[GrokType | None] = LIST


@irdl_op_definition
class MakeRangeOp(BinaryOp):
    """``a..b``."""

    name = "grok.make_range"
    RESULT: ClassVar[GrokType | None] = RANGE
    traits = traits_def(PureOnInts())


@irdl_op_definition
class MakeRangeInclusiveOp(BinaryOp):
    """``a..=b``."""

    name = "grok.make_range_inclusive"
    RESULT: ClassVar[GrokType | None] = RANGE
    traits = traits_def(PureOnInts())


@irdl_op_definition
class MakeStructOp(SymbolCollectOp):
    """A struct with all its fields in the order declared, already checked."""

    name = "grok.make_struct"
    traits = traits_def(Allocates())

    @classmethod
    def new(
        cls, symbol: str, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make(arguments, {"symbol": attr.symbol(symbol)}, StructType(symbol), location)

    def result_type(self) -> GrokType:
        return StructType(self.symbol.root_reference.data)


@irdl_op_definition
class MakeVariantOp(FoldedOp):
    """An enum value of that payload, already checked."""

    name = "grok.make_variant"
    VARIADIC: ClassVar[bool] = True
    traits = traits_def(Pure())
    enum = prop_def(SymbolRefAttr)
    variant = prop_def(StringAttr)
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        enum: str,
        variant: str,
        arguments: Sequence[SSAValue],
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        return cls._make(
            arguments,
            {"enum": attr.symbol(enum), "variant": attr.string(variant)},
            EnumType(enum),
            location,
        )

    def result_type(self) -> GrokType:
        return EnumType(self.enum.root_reference.data)


@irdl_op_definition
class IsVariantOp(FoldedOp):
    """Is the value this variant?"""

    name = "grok.is_variant"
    FIXED: ClassVar[int] = 1
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(NoMemoryEffect())
    enum = prop_def(SymbolRefAttr)
    variant = prop_def(StringAttr)
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls, enum: str, variant: str, value: SSAValue, location: LocationAttr = UNKNOWN
    ) -> Self:
        properties: dict[str, Attribute] = {
            "enum": attr.symbol(enum),
            "variant": attr.string(variant),
        }
        return cls._make((value,), properties, cls.RESULT, location)


@irdl_op_definition
class IsStructOp(FoldedOp):
    """Is the value an instance of this struct?"""

    name = "grok.is_struct"
    FIXED: ClassVar[int] = 1
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(NoMemoryEffect())
    symbol = prop_def(SymbolRefAttr)
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, symbol: str, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {"symbol": attr.symbol(symbol)}, cls.RESULT, location)


@irdl_op_definition
class IsTupleOp(CountTestOp):
    """Is the value a tuple of exactly this length?"""

    name = "grok.is_tuple"


@irdl_op_definition
class IsListOp(CountTestOp):
    """Is the value a list of exactly this length?  Its length may change."""

    name = "grok.is_list"
    traits = traits_def(MemoryReadEffect())


@irdl_op_definition
class IsListFromOp(CountTestOp):
    """Is the value a list of at least this length?  Its length may change."""

    name = "grok.is_list_from"
    traits = traits_def(MemoryReadEffect())


@irdl_op_definition
class IsMissingOp(FoldedUnaryOp):
    """Was this parameter left out?"""

    name = "grok.is_missing"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(NoMemoryEffect())


@irdl_op_definition
class GetPayloadOp(IndexOp):
    """Payload of a value whose variant is known."""

    name = "grok.get_payload"
    traits = traits_def(NoMemoryEffect())


@irdl_op_definition
class CheckTypeOp(FoldedOp):
    """A value that crosses an annotation; an int becomes a float where one is asked for.

    ``what`` names the place in the error message: ``argument 'x' of f``.
    """

    name = "grok.check_type"
    FIXED: ClassVar[int] = 1
    type = prop_def(VALUE)
    what = prop_def(StringAttr)
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls, type: GrokType, what: str, value: SSAValue, location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((value,), {"type": type, "what": attr.string(what)}, type, location)

    def result_type(self) -> GrokType:
        return self.type


@irdl_op_definition
class CastIntOp(FoldedUnaryOp):
    """``as int``."""

    name = "grok.cast_int"
    RESULT: ClassVar[GrokType | None] = INT


@irdl_op_definition
class CastFloatOp(FoldedUnaryOp):
    """``as float``."""

    name = "grok.cast_float"
    RESULT: ClassVar[GrokType | None] = FLOAT


@irdl_op_definition
class ToStrOp(FoldedUnaryOp):
    """``as str``, the display form."""

    name = "grok.to_str"
    RESULT: ClassVar[GrokType | None] = STR


@irdl_op_definition
class FormatOp(GrokOp):
    """Fills the holes.

    ``pieces`` are texts and specs in turn, a text first and last.
    """

    name = "grok.format"
    VARIADIC: ClassVar[bool] = True
    RESULT: ClassVar[GrokType | None] = STR
    pieces = prop_def(BaseAttr[ArrayAttr[Constant]](ArrayAttr))
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        pieces: Sequence[str],
        arguments: Sequence[SSAValue],
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        return cls._make(arguments, {"pieces": attr.pieces(pieces)}, cls.RESULT, location)

    def verify_(self) -> None:
        if len(self.pieces.data) != 2 * len(self.arguments) + 1:
            raise VerifyException("pieces are a text, and then a spec and a text for each hole")


@irdl_op_definition
class CheckRangeOp(GrokOp, HasCanonicalizationPatternsInterface):
    """A type error unless both ends are ints."""

    name = "grok.check_range"
    FIXED: ClassVar[int] = 2
    RESULT: ClassVar[GrokType | None] = None
    low = operand_def(VALUE)
    high = operand_def(VALUE)

    @classmethod
    def new(cls, low: SSAValue, high: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((low, high), {}, None, location)

    @classmethod
    def get_canonicalization_patterns(cls) -> tuple[RewritePattern, ...]:
        from grokc.dialects.canonicalization import DropCertainCheck

        return (DropCertainCheck(),)


@irdl_op_definition
class GetIteratorOp(UnaryOp):
    """What ``for`` walks a value with."""

    name = "grok.get_iterator"
    RESULT: ClassVar[GrokType | None] = ITERATOR


# ------------------------------------------------------------------------------------- terminators


@irdl_op_definition
class JumpOp(GrokOp, HasCanonicalizationPatternsInterface):
    """Goes on at another block."""

    name = "grok.jump"
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())
    arguments = var_operand_def(ANY_VALUE)
    target = successor_def()

    @classmethod
    def new(
        cls, target: Block, arguments: Sequence[SSAValue] = (), location: LocationAttr = UNKNOWN
    ) -> Self:
        return make(cls, arguments, location=location, successors=(target,))

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        _print_successor(printer, self.target, self.arguments)
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        target, arguments = _parse_successor(parser)
        attributes = parser.parse_optional_attr_dict()
        return cls.create(operands=arguments, successors=(target,), attributes=attributes)

    def verify_(self) -> None:
        _verify_successor(self.target, self.arguments)

    @classmethod
    def get_canonicalization_patterns(cls) -> tuple[RewritePattern, ...]:
        from grokc.dialects.canonicalization import JUMP_PATTERNS

        return JUMP_PATTERNS


class TwoWayOp(GrokOp):
    """A terminator with an operand that goes on at one of two blocks."""

    FIXED: ClassVar[int] = 1
    RESULT: ClassVar[GrokType | None] = None

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        print_operand(printer, self.operands[0])
        first, second = _successor_segments(self)
        operands = self.operands
        printer.print_string(", ")
        _print_successor(printer, self.successors[0], operands[1 : 1 + first])
        printer.print_string(", ")
        _print_successor(printer, self.successors[1], operands[1 + first : 1 + first + second])
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        value = parse_operand(parser)
        parser.parse_punctuation(",")
        first, first_arguments = _parse_successor(parser)
        parser.parse_punctuation(",")
        second, second_arguments = _parse_successor(parser)
        attributes = parser.parse_optional_attr_dict()
        return cls.create(
            operands=(value, *first_arguments, *second_arguments),
            successors=(first, second),
            properties=_segments(1, len(first_arguments), len(second_arguments)),
            attributes=attributes,
        )


@irdl_op_definition
class BranchOp(TwoWayOp, HasCanonicalizationPatternsInterface):
    """Goes on by a bool; a type error unless it is one."""

    name = "grok.branch"
    traits = traits_def(IsTerminator())
    condition = operand_def(ANY_VALUE)
    then_arguments = var_operand_def(ANY_VALUE)
    else_arguments = var_operand_def(ANY_VALUE)
    then = successor_def()
    otherwise = successor_def()
    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    @classmethod
    def new(
        cls,
        condition: SSAValue,
        then: Block,
        otherwise: Block,
        then_arguments: Sequence[SSAValue] = (),
        else_arguments: Sequence[SSAValue] = (),
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        return make(
            cls,
            (condition, *then_arguments, *else_arguments),
            properties=_segments(1, len(then_arguments), len(else_arguments)),
            location=location,
            successors=(then, otherwise),
        )

    def moved(
        self,
        condition: SSAValue,
        then: Block,
        otherwise: Block,
        then_arguments: Sequence[SSAValue] = (),
        else_arguments: Sequence[SSAValue] = (),
    ) -> BranchOp:
        """What stands for this branch elsewhere: from the same place, with the same feedback."""
        made = BranchOp.new(
            condition, then, otherwise, then_arguments, else_arguments, self.location
        )
        made.attributes = dict(self.attributes)
        return made

    def ways(self) -> tuple[Block, tuple[SSAValue, ...], Block, tuple[SSAValue, ...]]:
        """Both successors, each with its arguments: all at once, and fast."""
        then, otherwise = self._successors
        middle = 1 + len(then.args)
        operands = self._operands
        return then, operands[1:middle], otherwise, operands[middle:]

    def verify_(self) -> None:
        _verify_successor(self.then, self.then_arguments)
        _verify_successor(self.otherwise, self.else_arguments)

    @classmethod
    def get_canonicalization_patterns(cls) -> tuple[RewritePattern, ...]:
        from grokc.dialects.canonicalization import BRANCH_PATTERNS

        return BRANCH_PATTERNS


@irdl_op_definition
class NextOp(TwoWayOp):
    """Hands the next item to ``body`` as its first argument; ``exit`` follows the last one."""

    name = "grok.next"
    traits = traits_def(IsTerminator())
    iterator = operand_def(VALUE)
    body_arguments = var_operand_def(ANY_VALUE)
    exit_arguments = var_operand_def(ANY_VALUE)
    body = successor_def()
    exit = successor_def()
    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    @classmethod
    def new(
        cls,
        iterator: SSAValue,
        body: Block,
        exit: Block,
        body_arguments: Sequence[SSAValue] = (),
        exit_arguments: Sequence[SSAValue] = (),
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        """``body_arguments`` are those after the item."""
        return cls.create(
            operands=(iterator, *body_arguments, *exit_arguments),
            successors=(body, exit),
            properties=_segments(1, len(body_arguments), len(exit_arguments)),
            location=location,
        )

    def verify_(self) -> None:
        if not self.body.args or self.body.args[0].type != ANY:
            raise VerifyException("the body takes the item as its first argument, of type any")
        _verify_successor(self.body, self.body_arguments, skip=1)
        _verify_successor(self.exit, self.exit_arguments)


def _successor_segments(op: GrokOp) -> tuple[int, int]:
    """How many operands each successor gets."""
    sizes = op.properties[AttrSizedOperandSegments.attribute_name]
    assert isinstance(sizes, DenseArrayBase)
    _, first, second = (int(size) for size in sizes.get_values())
    return first, second


def _verify_successor(block: Block, arguments: Sequence[SSAValue], skip: int = 0) -> None:
    expected = block.args[skip:]
    if len(expected) != len(arguments):
        raise VerifyException(f"a block with {len(expected)} arguments is given {len(arguments)}")
    for argument, parameter in zip(arguments, expected, strict=True):
        given, wanted = argument.type, parameter.type
        if given != wanted and not (
            isinstance(given, GrokType)
            and isinstance(wanted, GrokType)
            and is_subtype(given, wanted)
        ):
            raise VerifyException(
                f"a block argument of type {parameter.type} is given {argument.type}"
            )


@irdl_op_definition
class ReturnOp(GrokOp):
    """Leaves the function."""

    name = "grok.return"
    FIXED: ClassVar[int] = 1
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())
    value = operand_def(ANY_VALUE)

    @classmethod
    def new(cls, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {}, None, location)


@irdl_op_definition
class TailCallOp(GrokOp):
    """``grok.call`` in place of this frame."""

    name = "grok.tail_call"
    VARIADIC: ClassVar[bool] = True
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())
    symbol = prop_def(SymbolRefAttr)
    arguments = var_operand_def(VALUE)

    @classmethod
    def new(
        cls, symbol: str, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make(arguments, {"symbol": attr.symbol(symbol)}, None, location)


@irdl_op_definition
class TailCallValueOp(GrokOp):
    """``grok.call_value`` in place of this frame."""

    name = "grok.tail_call_value"
    FIXED: ClassVar[int] = 1
    VARIADIC: ClassVar[bool] = True
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())
    callee = operand_def(VALUE)
    arguments = var_operand_def(VALUE)

    @classmethod
    def new(
        cls, callee: SSAValue, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((callee, *arguments), {}, None, location)


@irdl_op_definition
class TailCallMethodOp(GrokOp):
    """``grok.call_method`` in place of this frame."""

    name = "grok.tail_call_method"
    FIXED: ClassVar[int] = 1
    VARIADIC: ClassVar[bool] = True
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())
    callee = prop_def(StringAttr)
    receiver = operand_def(VALUE)
    arguments = var_operand_def(VALUE)

    @classmethod
    def new(
        cls,
        callee: str,
        receiver: SSAValue,
        arguments: Sequence[SSAValue],
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        return cls._make((receiver, *arguments), {"callee": attr.string(callee)}, None, location)


@irdl_op_definition
class FailNoMatchOp(GrokOp):
    """No arm of a match fits the value."""

    name = "grok.fail_no_match"
    FIXED: ClassVar[int] = 1
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())
    value = operand_def(VALUE)

    @classmethod
    def new(cls, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {}, None, location)


@irdl_op_definition
class UnreachableOp(GrokOp):
    """After a call that never returns."""

    name = "grok.unreachable"
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())

    @classmethod
    def new(cls, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((), {}, None, location)


# --------------------------------------------------------------------------------------- functions


def _parse_parameter(parser: Parser) -> Parser.Argument:
    parameter = parser.parse_argument(expect_type=True)
    parameter.location = parser.parse_optional_location()
    return parameter


@irdl_op_definition
class FuncOp(GrokcOperation):
    """A function; the arguments of its first block are its parameters.

    ``parameters`` names them (``""``: a pattern); the first ``minimum`` have no default.
    ``captures`` names what a closure holds besides, and is empty for anything that is not one.
    """

    name = "grok.func"

    sym_name = prop_def(StringAttr)
    parameters = prop_def(BaseAttr[ArrayAttr[StringAttr]](ArrayAttr))
    minimum = prop_def(IntAttr)
    captures = prop_def(BaseAttr[ArrayAttr[StringAttr]](ArrayAttr))
    body = region_def()
    traits = traits_def(IsolatedFromAbove(), SymbolOpInterface())

    @classmethod
    def new(
        cls,
        symbol: str,
        parameters: Sequence[str],
        body: Region,
        *,
        minimum: int | None = None,
        captures: Sequence[str] = (),
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        """``minimum`` is all parameters unless given."""
        properties: dict[str, Attribute] = {
            "sym_name": StringAttr(symbol),
            "parameters": attr.names(parameters),
            "minimum": attr.number(len(parameters) if minimum is None else minimum),
            "captures": attr.names(captures),
        }
        return cls.create(properties=properties, regions=(body,), location=location)

    @property
    def symbol(self) -> str:
        return self.sym_name.data

    def print(self, printer: Printer) -> None:
        entry = self.body.blocks.first
        printer.print_string(" ")
        printer.print_symbol_name(self.symbol)
        arguments = () if entry is None else entry.args
        with printer.in_parens():
            printer.print_list(arguments, printer.print_block_argument)
        names = [name.data for name in self.parameters.data]
        if [argument.name_hint for argument in arguments] != names or len({*names}) < len(names):
            printer.print_string(" parameters ")
            with printer.in_square_brackets():
                print_names(printer, self.parameters)
        if self.minimum.data != len(names):
            printer.print_string(f" minimum {self.minimum.data}")
        if self.captures.data:
            printer.print_string(" captures ")
            with printer.in_square_brackets():
                print_names(printer, self.captures)
        if self.attributes:
            printer.print_string(" attributes")
            print_attributes(printer, self)
        printer.print_string(" ")
        printer.print_region(self.body, print_entry_block_args=False, print_empty_block=False)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        symbol = parser.parse_symbol_name()
        arguments = parser.parse_comma_separated_list(
            parser.Delimiter.PAREN, lambda: _parse_parameter(parser)
        )
        parameters = attr.names([argument.name.text[1:] for argument in arguments])
        if parser.parse_optional_keyword("parameters") is not None:
            parameters = parse_names(parser, parser.Delimiter.SQUARE)
        minimum = len(parameters.data)
        if parser.parse_optional_keyword("minimum") is not None:
            minimum = parser.parse_integer(allow_boolean=False, allow_negative=False)
        captures = ArrayAttr[StringAttr](())
        if parser.parse_optional_keyword("captures") is not None:
            captures = parse_names(parser, parser.Delimiter.SQUARE)
        attributes: dict[str, Attribute] = {}
        if parser.parse_optional_keyword("attributes") is not None:
            attributes = parser.parse_optional_attr_dict()
        properties: dict[str, Attribute] = {
            "sym_name": symbol,
            "parameters": parameters,
            "minimum": IntAttr(minimum),
            "captures": captures,
        }
        body = parser.parse_region(arguments)
        return cls.create(properties=properties, attributes=attributes, regions=(body,))

    def verify_(self) -> None:
        entry = self.body.blocks.first
        if entry is None:
            raise VerifyException(f"function '{self.symbol}' has no body")
        if len(entry.args) != len(self.parameters.data):
            raise VerifyException("the first block's arguments are not the parameters")
        if not 0 <= self.minimum.data <= len(entry.args):
            raise VerifyException("the minimum of arguments is not within the parameters")
        for block in self.body.blocks:
            last = block.last_op
            if last is None or not last.has_trait(IsTerminator):
                raise VerifyException(f"a block of '{self.symbol}' has no terminator")
            for op in block.ops:
                is_load = isinstance(op, LoadCaptureOp)
                if is_load and not 0 <= op.index.data < len(self.captures.data):
                    raise VerifyException(f"'{self.symbol}' has no capture {op.index.data}")
        verify_dominance(self.body, self.symbol)


# ------------------------------------------------------------------------------------ declarations


class DeclarationOp(GrokcOperation):
    """Something that a program declares besides functions."""

    def print(self, printer: Printer) -> None:
        print_properties(printer, self)
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        properties = parse_properties(parser, cls)
        return cls.create(properties=properties, attributes=parser.parse_optional_attr_dict())


@irdl_attr_definition
class FieldAttr(ParametrizedAttribute):
    """A field: its name, and its type, ``any`` where nothing is written."""

    name = "grok.field"
    field: StringAttr
    type: GrokType

    @classmethod
    def of(cls, field: str, type: GrokType = ANY) -> FieldAttr:
        return FieldAttr(StringAttr(field), type)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            return _parse_field(parser).parameters

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            _print_field(printer, self)


def _print_field(printer: Printer, field: FieldAttr) -> None:
    printer.print_identifier_or_string_literal(field.field.data)
    printer.print_string(": ")
    print_type(printer, field.type)


def _parse_field(parser: AttrParser) -> FieldAttr:
    name = parser.parse_identifier_or_str_literal()
    parser.parse_punctuation(":")
    return FieldAttr.of(name, parse_type(parser))


@irdl_attr_definition
class VariantAttr(ParametrizedAttribute):
    """A variant; ``kind`` is ``unit``, ``tuple`` (its fields are ``0``, ``1``...) or ``struct``."""

    name = "grok.variant"
    variant: StringAttr
    kind: StringAttr
    fields: ArrayAttr[FieldAttr]

    @classmethod
    def of(cls, variant: str, kind: str, fields: Sequence[FieldAttr] = ()) -> VariantAttr:
        return VariantAttr(StringAttr(variant), StringAttr(kind), ArrayAttr(fields))

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            return _parse_variant(parser).parameters

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            _print_variant(printer, self)


def _print_variant(printer: Printer, variant: VariantAttr) -> None:
    printer.print_identifier_or_string_literal(variant.variant.data)
    if variant.kind.data == "tuple":
        with printer.in_parens():
            printer.print_list(variant.fields.data, lambda field: print_type(printer, field.type))
    elif variant.kind.data == "struct":
        printer.print_string(" ")
        with printer.in_braces():
            printer.print_list(variant.fields.data, lambda field: _print_field(printer, field))


def _parse_variant(parser: AttrParser) -> VariantAttr:
    name = parser.parse_identifier_or_str_literal()
    types = parser.parse_optional_comma_separated_list(
        parser.Delimiter.PAREN, lambda: parse_type(parser)
    )
    if types is not None:
        fields = [FieldAttr.of(str(index), type) for index, type in enumerate(types)]
        return VariantAttr.of(name, "tuple", fields)
    named = parser.parse_optional_comma_separated_list(
        parser.Delimiter.BRACES, lambda: _parse_field(parser)
    )
    if named is not None:
        return VariantAttr.of(name, "struct", named)
    return VariantAttr.of(name, "unit")


@irdl_op_definition
class StructOp(DeclarationOp):
    """A struct: ``grok.struct @Point {x: float, y: any}``."""

    name = "grok.struct"
    sym_name = prop_def(StringAttr)
    fields = prop_def(BaseAttr[ArrayAttr[FieldAttr]](ArrayAttr))
    traits = traits_def(SymbolOpInterface())

    @classmethod
    def new(
        cls, symbol: str, fields: Sequence[FieldAttr], location: LocationAttr = UNKNOWN
    ) -> Self:
        properties = {"sym_name": StringAttr(symbol), "fields": ArrayAttr(fields)}
        return cls.create(properties=properties, location=location)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_symbol_name(self.sym_name.data)
        printer.print_string(" ")
        with printer.in_braces():
            printer.print_list(self.fields.data, lambda field: _print_field(printer, field))
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        symbol = parser.parse_symbol_name()
        fields = parser.parse_comma_separated_list(
            parser.Delimiter.BRACES, lambda: _parse_field(parser)
        )
        properties = {"sym_name": symbol, "fields": ArrayAttr(fields)}
        return cls.create(properties=properties, attributes=parser.parse_optional_attr_dict())


@irdl_op_definition
class EnumOp(DeclarationOp):
    """An enum: ``grok.enum @Shape [Circle(float), Rect {w: float, h: float}, Empty]``."""

    name = "grok.enum"
    sym_name = prop_def(StringAttr)
    variants = prop_def(BaseAttr[ArrayAttr[VariantAttr]](ArrayAttr))
    traits = traits_def(SymbolOpInterface())

    @classmethod
    def new(
        cls, symbol: str, variants: Sequence[VariantAttr], location: LocationAttr = UNKNOWN
    ) -> Self:
        properties = {"sym_name": StringAttr(symbol), "variants": ArrayAttr(variants)}
        return cls.create(properties=properties, location=location)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_symbol_name(self.sym_name.data)
        printer.print_string(" ")
        with printer.in_square_brackets():
            printer.print_list(self.variants.data, lambda variant: _print_variant(printer, variant))
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        symbol = parser.parse_symbol_name()
        variants = parser.parse_comma_separated_list(
            parser.Delimiter.SQUARE, lambda: _parse_variant(parser)
        )
        properties = {"sym_name": symbol, "variants": ArrayAttr(variants)}
        return cls.create(properties=properties, attributes=parser.parse_optional_attr_dict())


@irdl_op_definition
class TraitOp(DeclarationOp):
    """A trait and the types that implement it: ``grok.trait @Area [int, enum<@Shape>]``."""

    name = "grok.trait"
    sym_name = prop_def(StringAttr)
    implementors = prop_def(BaseAttr[ArrayAttr[GrokType]](ArrayAttr))
    traits = traits_def(SymbolOpInterface())

    @classmethod
    def new(
        cls, symbol: str, implementors: Sequence[GrokType], location: LocationAttr = UNKNOWN
    ) -> Self:
        properties = {"sym_name": StringAttr(symbol), "implementors": ArrayAttr(implementors)}
        return cls.create(properties=properties, location=location)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_symbol_name(self.sym_name.data)
        printer.print_string(" ")
        with printer.in_square_brackets():
            printer.print_list(self.implementors.data, lambda kind: print_type(printer, kind))
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        symbol = parser.parse_symbol_name()
        implementors = parser.parse_comma_separated_list(
            parser.Delimiter.SQUARE, lambda: parse_type(parser)
        )
        properties = {"sym_name": symbol, "implementors": ArrayAttr(implementors)}
        return cls.create(properties=properties, attributes=parser.parse_optional_attr_dict())


@irdl_op_definition
class MethodOp(DeclarationOp):
    """A method: ``grok.method enum<@Shape> "area" @"Shape::Area::area" "Area"``.

    ``trait`` is the symbol of the trait whose method it is, or empty.
    """

    name = "grok.method"
    receiver = prop_def(VALUE)
    method = prop_def(StringAttr)
    function = prop_def(SymbolRefAttr)
    trait = prop_def(StringAttr)

    @classmethod
    def new(
        cls,
        receiver: GrokType,
        method: str,
        function: str,
        trait: str = "",
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        properties: dict[str, Attribute] = {
            "receiver": receiver,
            "method": StringAttr(method),
            "function": attr.symbol(function),
            "trait": StringAttr(trait),
        }
        return cls.create(properties=properties, location=location)


@irdl_op_definition
class GlobalOp(DeclarationOp):
    """A const or static: ``grok.global @LIMIT``."""

    name = "grok.global"
    sym_name = prop_def(StringAttr)
    traits = traits_def(SymbolOpInterface())

    @classmethod
    def new(cls, symbol: str, location: LocationAttr = UNKNOWN) -> Self:
        return cls.create(properties={"sym_name": StringAttr(symbol)}, location=location)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_symbol_name(self.sym_name.data)
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        symbol = parser.parse_symbol_name()
        attributes = parser.parse_optional_attr_dict()
        return cls.create(properties={"sym_name": symbol}, attributes=attributes)


# ----------------------------------------------------------------------------------------- dialect


class _Constants(ConstantMaterializationInterface):
    """How the folder gets an operation for a constant."""

    def materialize_constant(self, value: Attribute, type: Attribute) -> Operation | None:
        return ConstantOp.new(value) if isinstance(value, Constant) else None


OPERATIONS: tuple[type[GrokOp], ...] = (
    ConstantOp,
    LoadGlobalOp,
    StoreGlobalOp,
    MakeCellOp,
    LoadCellOp,
    StoreCellOp,
    LoadCaptureOp,
    MakeClosureOp,
    AddOp,
    SubOp,
    MulOp,
    DivOp,
    RemOp,
    BitAndOp,
    BitOrOp,
    BitXorOp,
    ShiftLeftOp,
    ShiftRightOp,
    NegOp,
    NotOp,
    LessOp,
    LessEqualOp,
    GreaterOp,
    GreaterEqualOp,
    EqualOp,
    NotEqualOp,
    TrueOp,
    CallOp,
    CallValueOp,
    CallMethodOp,
    CallBuiltinOp,
    GetFieldOp,
    SetFieldOp,
    GetElementOp,
    GetIndexOp,
    SetIndexOp,
    MakeListOp,
    MakeTupleOp,
    MakeMapOp,
    FillListOp,
    MakeRangeOp,
    MakeRangeInclusiveOp,
    MakeStructOp,
    MakeVariantOp,
    IsVariantOp,
    IsStructOp,
    IsTupleOp,
    IsListOp,
    IsListFromOp,
    IsMissingOp,
    GetPayloadOp,
    CheckTypeOp,
    CastIntOp,
    CastFloatOp,
    ToStrOp,
    FormatOp,
    CheckRangeOp,
    GetIteratorOp,
    JumpOp,
    BranchOp,
    NextOp,
    ReturnOp,
    TailCallOp,
    TailCallValueOp,
    TailCallMethodOp,
    FailNoMatchOp,
    UnreachableOp,
)
"""All operations inside a function."""

DECLARATIONS: tuple[type[DeclarationOp], ...] = (StructOp, EnumOp, TraitOp, MethodOp, GlobalOp)

Grok = Dialect(
    "grok",
    [FuncOp, *DECLARATIONS, *OPERATIONS],
    [Constant, FieldAttr, VariantAttr, *TYPES],
    [_Constants()],
)
