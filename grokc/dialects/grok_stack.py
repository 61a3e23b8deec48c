"""``grok_stack``: GrokLang as a program of a stack machine.

The form that the front end writes and the reference engine runs.  Values are on an operand stack,
named variables in numbered locals; blocks have no arguments.  Every block starts with the stack
height that its predecessors leave, the entry block with an empty stack: the verifier of
:class:`FuncOp` computes the heights by a walk over the blocks.  Leaving the function discards what
is left, so that the early return of ``f(a, g()?)`` need not clean up.

An operation's docstring begins with its stack effect: what it takes (top of the stack on the right)
and what it leaves.  ``Operation.new`` makes one quickly: without the general machinery of xDSL's
constructors, whose checks the verifier makes anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from xdsl.dialects.builtin import ArrayAttr, IntAttr, LocationAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, Dialect, Region
from xdsl.irdl import (
    BaseAttr,
    irdl_op_definition,
    prop_def,
    region_def,
    successor_def,
    traits_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import IsolatedFromAbove, IsTerminator, SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from grokc.dialects import attributes as attr
from grokc.dialects.assembly import (
    parse_names,
    parse_properties,
    print_attributes,
    print_names,
    print_properties,
)
from grokc.dialects.constants import Constant
from grokc.dialects.location import UNKNOWN
from grokc.dialects.operation import GrokcOperation
from grokc.dialects.types import GrokType


class StackOp(GrokcOperation):
    """An operation of the stack machine: properties, successors, and no SSA values.

    ``POPS`` and ``PUSHES`` are the stack effect; operations whose effect depends on a count
    override :meth:`effect`.
    """

    POPS: ClassVar[int] = 0
    PUSHES: ClassVar[int] = 0

    def effect(self) -> tuple[int, int]:
        """How many values the operation takes and how many it leaves."""
        return self.POPS, self.PUSHES

    def height_at(self, successor: int, height: int) -> int:
        """The stack height at the start of a successor, from the height after the operation."""
        return height

    @classmethod
    def _make(
        cls,
        properties: dict[str, Attribute],
        location: LocationAttr,
        successors: Sequence[Block] = (),
    ) -> Self:
        op = cls.__new__(cls)
        op.properties = properties
        op.attributes = {}
        op.location = location
        if successors:
            op.successors = successors
        return op

    def print(self, printer: Printer) -> None:
        print_properties(printer, self)
        for index, block in enumerate(self.successors):
            printer.print_string(", " if index else " ")
            printer.print_block_name(block)
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        properties = parse_properties(parser, cls)
        successors: list[Block] = []
        for index in range(len(cls.get_irdl_definition().successors)):
            if index:
                parser.parse_punctuation(",")
            successors.append(parser.parse_successor())
        attributes = parser.parse_optional_attr_dict()
        return cls.create(properties=properties, successors=successors, attributes=attributes)


class PlainOp(StackOp):
    """An operation without properties."""

    @classmethod
    def new(cls, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({}, location)


class ConstantOp(StackOp):
    """An operation that pushes the constant that it carries."""

    PUSHES: ClassVar[int] = 1
    value = prop_def(Constant)

    @classmethod
    def _constant(cls, value: int | float | bool | str, location: LocationAttr) -> Self:
        return cls._make({"value": Constant(value)}, location)

    def verify_(self) -> None:
        wanted = self.name.rpartition("_")[2]
        if self.value.type.keyword() != wanted:
            raise VerifyException(f"the value is not of type {wanted}")


class IndexOp(StackOp):
    """An operation with a number: the index of a local, a capture, an element or a payload."""

    index = prop_def(IntAttr)

    @classmethod
    def new(cls, index: int, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({"index": attr.number(index)}, location)


class CountOp(StackOp):
    """An operation with a number of values (or of elements to test for)."""

    count = prop_def(IntAttr)

    @classmethod
    def new(cls, count: int, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({"count": attr.number(count)}, location)

    def verify_(self) -> None:
        if self.count.data < 0:
            raise VerifyException("negative count")


class NameOp(StackOp):
    """An operation with the name of a field."""

    field = prop_def(StringAttr)

    @classmethod
    def new(cls, field: str, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({"field": attr.string(field)}, location)


class SymbolOp(StackOp):
    """An operation with a symbol."""

    symbol = prop_def(SymbolRefAttr)

    @classmethod
    def new(cls, symbol: str, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({"symbol": attr.symbol(symbol)}, location)


class SymbolCountOp(StackOp):
    """An operation with a symbol that takes ``count`` values."""

    PUSHES: ClassVar[int] = 1
    symbol = prop_def(SymbolRefAttr)
    count = prop_def(IntAttr)

    @classmethod
    def new(cls, symbol: str, count: int, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({"symbol": attr.symbol(symbol), "count": attr.number(count)}, location)

    def effect(self) -> tuple[int, int]:
        return self.count.data, self.PUSHES

    def verify_(self) -> None:
        if self.count.data < 0:
            raise VerifyException("negative count")


class NamedCallOp(StackOp):
    """A call by name, of a method or a built-in function, with ``count`` arguments."""

    PUSHES: ClassVar[int] = 1
    callee = prop_def(StringAttr)
    count = prop_def(IntAttr)

    @classmethod
    def new(cls, callee: str, count: int, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({"callee": attr.string(callee), "count": attr.number(count)}, location)

    def effect(self) -> tuple[int, int]:
        return self.POPS + self.count.data, self.PUSHES

    def verify_(self) -> None:
        if self.count.data < 0:
            raise VerifyException("negative count")


class ValueCallOp(CountOp):
    """A call of the value below its ``count`` arguments."""

    PUSHES: ClassVar[int] = 1

    def effect(self) -> tuple[int, int]:
        return 1 + self.count.data, self.PUSHES


class MakeOp(CountOp):
    """An operation that makes one value of ``count`` others."""

    PUSHES: ClassVar[int] = 1

    def effect(self) -> tuple[int, int]:
        return self.count.data, 1


class TestOp(PlainOp):
    """An operation that replaces a value by a bool."""

    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1


class CountTestOp(CountOp):
    """A test with a number of elements."""

    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1


class BinaryOp(PlainOp):
    """An operation that replaces two values by one."""

    POPS: ClassVar[int] = 2
    PUSHES: ClassVar[int] = 1


class UnaryOp(PlainOp):
    """An operation that replaces a value by another."""

    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1


# --------------------------------------------------------------------------------------- constants


@irdl_op_definition
class PushIntOp(ConstantOp):
    """``→ v``: an int."""

    name = "grok_stack.push_int"

    @classmethod
    def new(cls, value: int, location: LocationAttr = UNKNOWN) -> Self:
        return cls._constant(value, location)


@irdl_op_definition
class PushFloatOp(ConstantOp):
    """``→ v``: a float."""

    name = "grok_stack.push_float"

    @classmethod
    def new(cls, value: float, location: LocationAttr = UNKNOWN) -> Self:
        return cls._constant(value, location)


@irdl_op_definition
class PushStrOp(ConstantOp):
    """``→ v``: a string."""

    name = "grok_stack.push_str"

    @classmethod
    def new(cls, value: str, location: LocationAttr = UNKNOWN) -> Self:
        return cls._constant(value, location)


@irdl_op_definition
class PushBoolOp(ConstantOp):
    """``→ v``: a bool."""

    name = "grok_stack.push_bool"

    @classmethod
    def new(cls, value: bool, location: LocationAttr = UNKNOWN) -> Self:
        return cls._constant(value, location)


@irdl_op_definition
class PushUnitOp(PlainOp):
    """``→ v``: ``()``."""

    name = "grok_stack.push_unit"
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class PushMissingOp(PlainOp):
    """``→ v``: what a parameter holds whose argument was left out."""

    name = "grok_stack.push_missing"
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class PushFunctionOp(SymbolOp):
    """``→ f``: the value of an ``fn`` item."""

    name = "grok_stack.push_function"
    PUSHES: ClassVar[int] = 1


# ----------------------------------------------------------------------------- stack and variables


@irdl_op_definition
class PopOp(PlainOp):
    """``v →``"""

    name = "grok_stack.pop"
    POPS: ClassVar[int] = 1


@irdl_op_definition
class DupOp(PlainOp):
    """``v → v v``"""

    name = "grok_stack.dup"
    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 2


@irdl_op_definition
class LoadLocalOp(IndexOp):
    """``→ v``: the value of a local."""

    name = "grok_stack.load_local"
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class StoreLocalOp(IndexOp):
    """``v →``: sets a local."""

    name = "grok_stack.store_local"
    POPS: ClassVar[int] = 1


@irdl_op_definition
class LoadGlobalOp(SymbolOp):
    """``→ v``: a const or static; an error before it is initialized."""

    name = "grok_stack.load_global"
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class StoreGlobalOp(SymbolOp):
    """``v →``: sets a const or static."""

    name = "grok_stack.store_global"
    POPS: ClassVar[int] = 1


@irdl_op_definition
class MakeCellOp(UnaryOp):
    """``v → cell``: a local holds the cell of a variable that closures share."""

    name = "grok_stack.make_cell"


@irdl_op_definition
class LoadCellOp(UnaryOp):
    """``cell → v``"""

    name = "grok_stack.load_cell"


@irdl_op_definition
class StoreCellOp(PlainOp):
    """``cell v →``"""

    name = "grok_stack.store_cell"
    POPS: ClassVar[int] = 2


@irdl_op_definition
class LoadCaptureOp(IndexOp):
    """``→ v``: a value or cell of the running closure."""

    name = "grok_stack.load_capture"
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class MakeClosureOp(SymbolCountOp):
    """``c1..cn → closure``: a closure over the captured values and cells."""

    name = "grok_stack.make_closure"


# ---------------------------------------------------------------------------- arithmetic and tests


@irdl_op_definition
class AddOp(BinaryOp):
    """``a b → v``: sum; concatenates strings and lists."""

    name = "grok_stack.add"


@irdl_op_definition
class SubOp(BinaryOp):
    """``a b → v``: difference."""

    name = "grok_stack.sub"


@irdl_op_definition
class MulOp(BinaryOp):
    """``a b → v``: product."""

    name = "grok_stack.mul"


@irdl_op_definition
class DivOp(BinaryOp):
    """``a b → v``: quotient, truncated for ints."""

    name = "grok_stack.div"


@irdl_op_definition
class RemOp(BinaryOp):
    """``a b → v``: remainder with the dividend's sign."""

    name = "grok_stack.rem"


@irdl_op_definition
class BitAndOp(BinaryOp):
    """``a b → v``: ``&`` of ints or bools."""

    name = "grok_stack.bit_and"


@irdl_op_definition
class BitOrOp(BinaryOp):
    """``a b → v``: ``|`` of ints or bools."""

    name = "grok_stack.bit_or"


@irdl_op_definition
class BitXorOp(BinaryOp):
    """``a b → v``: ``^`` of ints or bools."""

    name = "grok_stack.bit_xor"


@irdl_op_definition
class ShiftLeftOp(BinaryOp):
    """``a b → v``: ``<<`` of ints."""

    name = "grok_stack.shift_left"


@irdl_op_definition
class ShiftRightOp(BinaryOp):
    """``a b → v``: ``>>`` of ints, arithmetic."""

    name = "grok_stack.shift_right"


@irdl_op_definition
class NegOp(UnaryOp):
    """``a → v``: ``-a``."""

    name = "grok_stack.neg"


@irdl_op_definition
class NotOp(UnaryOp):
    """``a → v``: ``!a`` of a bool or an int."""

    name = "grok_stack.not"


@irdl_op_definition
class LessOp(BinaryOp):
    """``a b → bool``: ``a < b``."""

    name = "grok_stack.less"


@irdl_op_definition
class LessEqualOp(BinaryOp):
    """``a b → bool``: ``a <= b``."""

    name = "grok_stack.less_equal"


@irdl_op_definition
class GreaterOp(BinaryOp):
    """``a b → bool``: ``a > b``."""

    name = "grok_stack.greater"


@irdl_op_definition
class GreaterEqualOp(BinaryOp):
    """``a b → bool``: ``a >= b``."""

    name = "grok_stack.greater_equal"


@irdl_op_definition
class EqualOp(BinaryOp):
    """``a b → bool``: ``a == b``."""

    name = "grok_stack.equal"


@irdl_op_definition
class NotEqualOp(BinaryOp):
    """``a b → bool``: ``a != b``."""

    name = "grok_stack.not_equal"


@irdl_op_definition
class TrueOp(UnaryOp):
    """``v → v``: a type error unless a bool (the value of ``&&``, ``||``, of guards)."""

    name = "grok_stack.true"


# ------------------------------------------------------------------------------------------- calls


@irdl_op_definition
class CallOp(SymbolCountOp):
    """``a1..an → v``: calls a known function with all its parameters' arguments."""

    name = "grok_stack.call"


@irdl_op_definition
class CallValueOp(ValueCallOp):
    """``f a1..an → v``: calls a value."""

    name = "grok_stack.call_value"


@irdl_op_definition
class CallMethodOp(NamedCallOp):
    """``receiver a1..an → v``: calls a method; the count is without the receiver."""

    name = "grok_stack.call_method"
    POPS: ClassVar[int] = 1


@irdl_op_definition
class CallBuiltinOp(NamedCallOp):
    """``a1..an → v``: calls a function of ``grokc.vm.builtins``."""

    name = "grok_stack.call_builtin"


# ----------------------------------------------------------------------------------------- objects


@irdl_op_definition
class GetFieldOp(NameOp):
    """``o → v``: ``o.x``."""

    name = "grok_stack.get_field"
    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class SetFieldOp(NameOp):
    """``o v →``: ``o.x = v``."""

    name = "grok_stack.set_field"
    POPS: ClassVar[int] = 2


@irdl_op_definition
class GetElementOp(IndexOp):
    """``t → v``: ``t.0``; a negative index, in patterns, counts from the end, also of lists."""

    name = "grok_stack.get_element"
    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class GetIndexOp(BinaryOp):
    """``o i → v``: ``o[i]``."""

    name = "grok_stack.get_index"


@irdl_op_definition
class SetIndexOp(PlainOp):
    """``o i v →``: ``o[i] = v``."""

    name = "grok_stack.set_index"
    POPS: ClassVar[int] = 3


@irdl_op_definition
class MakeListOp(MakeOp):
    """``v1..vn → list``"""

    name = "grok_stack.make_list"


@irdl_op_definition
class MakeTupleOp(MakeOp):
    """``v1..vn → tuple``"""

    name = "grok_stack.make_tuple"


@irdl_op_definition
class MakeMapOp(MakeOp):
    """``k1 v1..kn vn → map``: count pairs."""

    name = "grok_stack.make_map"

    def effect(self) -> tuple[int, int]:
        return 2 * self.count.data, 1


@irdl_op_definition
class FillListOp(BinaryOp):
    """``v n → list``: ``[v; n]``."""

    name = "grok_stack.fill_list"


@irdl_op_definition
class MakeRangeOp(BinaryOp):
    """``a b → range``: ``a..b``."""

    name = "grok_stack.make_range"


@irdl_op_definition
class MakeRangeInclusiveOp(BinaryOp):
    """``a b → range``: ``a..=b``."""

    name = "grok_stack.make_range_inclusive"


@irdl_op_definition
class MakeStructOp(SymbolCountOp):
    """``f1..fn → v``: all fields in the order declared, already checked."""

    name = "grok_stack.make_struct"


@irdl_op_definition
class MakeVariantOp(StackOp):
    """``p1..pn → v``: an enum value of that payload, already checked."""

    name = "grok_stack.make_variant"
    PUSHES: ClassVar[int] = 1
    enum = prop_def(SymbolRefAttr)
    variant = prop_def(StringAttr)
    count = prop_def(IntAttr)

    @classmethod
    def new(cls, enum: str, variant: str, count: int, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make(
            {
                "enum": attr.symbol(enum),
                "variant": attr.string(variant),
                "count": attr.number(count),
            },
            location,
        )

    def effect(self) -> tuple[int, int]:
        return self.count.data, 1


@irdl_op_definition
class IsVariantOp(StackOp):
    """``v → bool``: is it this variant?"""

    name = "grok_stack.is_variant"
    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1
    enum = prop_def(SymbolRefAttr)
    variant = prop_def(StringAttr)

    @classmethod
    def new(cls, enum: str, variant: str, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({"enum": attr.symbol(enum), "variant": attr.string(variant)}, location)


@irdl_op_definition
class IsStructOp(SymbolOp):
    """``v → bool``: is it an instance of this struct?"""

    name = "grok_stack.is_struct"
    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class IsTupleOp(CountTestOp):
    """``v → bool``: is it a tuple of exactly this length?"""

    name = "grok_stack.is_tuple"


@irdl_op_definition
class IsListOp(CountTestOp):
    """``v → bool``: is it a list of exactly this length?"""

    name = "grok_stack.is_list"


@irdl_op_definition
class IsListFromOp(CountTestOp):
    """``v → bool``: is it a list of at least this length?"""

    name = "grok_stack.is_list_from"


@irdl_op_definition
class IsMissingOp(TestOp):
    """``v → bool``: was this parameter left out?"""

    name = "grok_stack.is_missing"


@irdl_op_definition
class GetPayloadOp(IndexOp):
    """``v → p``: payload of a value whose variant is known."""

    name = "grok_stack.get_payload"
    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1


@irdl_op_definition
class CheckTypeOp(StackOp):
    """``v → v``: a value that crosses an annotation; an int becomes a float where one is asked for.

    ``what`` names the place in the error message: ``argument 'x' of f``.
    """

    name = "grok_stack.check_type"
    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 1
    type = prop_def(BaseAttr(GrokType))
    what = prop_def(StringAttr)

    @classmethod
    def new(cls, type: GrokType, what: str, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({"type": type, "what": attr.string(what)}, location)


@irdl_op_definition
class CastIntOp(UnaryOp):
    """``v → int``: ``as int``."""

    name = "grok_stack.cast_int"


@irdl_op_definition
class CastFloatOp(UnaryOp):
    """``v → float``: ``as float``."""

    name = "grok_stack.cast_float"


@irdl_op_definition
class ToStrOp(UnaryOp):
    """``v → str``: ``as str``, the display form."""

    name = "grok_stack.to_str"


@irdl_op_definition
class FormatOp(StackOp):
    """``a1..an → str``: fills the holes.

    ``pieces`` are texts and specs in turn, a text first and last; ``count`` is the number of holes.
    """

    name = "grok_stack.format"
    PUSHES: ClassVar[int] = 1
    pieces = prop_def(BaseAttr[ArrayAttr[Constant]](ArrayAttr))
    count = prop_def(IntAttr)

    @classmethod
    def new(cls, pieces: Sequence[str], location: LocationAttr = UNKNOWN) -> Self:
        return cls._make(
            {"pieces": attr.pieces(pieces), "count": attr.number(len(pieces) // 2)}, location
        )

    def effect(self) -> tuple[int, int]:
        return self.count.data, 1

    def verify_(self) -> None:
        if len(self.pieces.data) != 2 * self.count.data + 1:
            raise VerifyException("pieces are a text, and then a spec and a text for each hole")


@irdl_op_definition
class CheckRangeOp(PlainOp):
    """``a b → a b``: a type error unless both are ints."""

    name = "grok_stack.check_range"
    POPS: ClassVar[int] = 2
    PUSHES: ClassVar[int] = 2


@irdl_op_definition
class GetIteratorOp(UnaryOp):
    """``v → iterator``: what ``for`` walks a value with."""

    name = "grok_stack.get_iterator"


# ------------------------------------------------------------------------------------- terminators


@irdl_op_definition
class JumpOp(StackOp):
    """Goes on at another block."""

    name = "grok_stack.jump"
    traits = traits_def(IsTerminator())
    target = successor_def()

    @classmethod
    def new(cls, target: Block, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({}, location, (target,))


@irdl_op_definition
class BranchOp(StackOp):
    """``v →``: goes on by a bool; a type error unless it is one."""

    name = "grok_stack.branch"
    POPS: ClassVar[int] = 1
    traits = traits_def(IsTerminator())
    then = successor_def()
    otherwise = successor_def()

    @classmethod
    def new(cls, then: Block, otherwise: Block, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({}, location, (then, otherwise))


@irdl_op_definition
class NextOp(StackOp):
    """``iterator →``: pushes the next item on the way to ``body``, or goes to ``exit``."""

    name = "grok_stack.next"
    POPS: ClassVar[int] = 1
    traits = traits_def(IsTerminator())
    body = successor_def()
    exit = successor_def()

    @classmethod
    def new(cls, body: Block, exit: Block, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make({}, location, (body, exit))

    def height_at(self, successor: int, height: int) -> int:
        return height + 1 if successor == 0 else height


@irdl_op_definition
class ReturnOp(PlainOp):
    """``v →``: leaves the function."""

    name = "grok_stack.return"
    POPS: ClassVar[int] = 1
    traits = traits_def(IsTerminator())


@irdl_op_definition
class TailCallOp(SymbolCountOp):
    """``a1..an →``: ``call`` in place of this frame."""

    name = "grok_stack.tail_call"
    PUSHES: ClassVar[int] = 0
    traits = traits_def(IsTerminator())


@irdl_op_definition
class TailCallValueOp(ValueCallOp):
    """``f a1..an →``: ``call_value`` in place of this frame."""

    name = "grok_stack.tail_call_value"
    PUSHES: ClassVar[int] = 0
    traits = traits_def(IsTerminator())


@irdl_op_definition
class TailCallMethodOp(NamedCallOp):
    """``receiver a1..an →``: ``call_method`` in place of this frame."""

    name = "grok_stack.tail_call_method"
    POPS: ClassVar[int] = 1
    PUSHES: ClassVar[int] = 0
    traits = traits_def(IsTerminator())


@irdl_op_definition
class FailNoMatchOp(PlainOp):
    """``v →``: no arm of a match fits the value."""

    name = "grok_stack.fail_no_match"
    POPS: ClassVar[int] = 1
    traits = traits_def(IsTerminator())


@irdl_op_definition
class UnreachableOp(PlainOp):
    """After a call that never returns; the stack may hold anything."""

    name = "grok_stack.unreachable"
    traits = traits_def(IsTerminator())


# --------------------------------------------------------------------------------------- functions


@irdl_op_definition
class FuncOp(GrokcOperation):
    """A function.

    ``parameters`` names all parameters (``""``: a pattern), of which the first ``minimum`` have no
    default; ``locals`` names all local slots, the parameters first; ``captures`` names what a
    closure holds besides, and is empty for anything that is not one.
    """

    name = "grok_stack.func"

    sym_name = prop_def(StringAttr)
    parameters = prop_def(BaseAttr[ArrayAttr[StringAttr]](ArrayAttr))
    minimum = prop_def(IntAttr)
    locals = prop_def(BaseAttr[ArrayAttr[StringAttr]](ArrayAttr))
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
        locals: Sequence[str] | None = None,
        captures: Sequence[str] = (),
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        """``minimum`` is all parameters, and they are the only locals, unless given."""
        properties: dict[str, Attribute] = {
            "sym_name": StringAttr(symbol),
            "parameters": attr.names(parameters),
            "minimum": attr.number(len(parameters) if minimum is None else minimum),
            "locals": attr.names(parameters if locals is None else locals),
            "captures": attr.names(captures),
        }
        return cls.create(properties=properties, regions=(body,), location=location)

    @property
    def symbol(self) -> str:
        return self.sym_name.data

    def print(self, printer: Printer) -> None:
        arity = len(self.parameters.data)
        printer.print_string(" ")
        printer.print_symbol_name(self.symbol)
        with printer.in_parens():
            print_names(printer, self.parameters)
        if self.minimum.data != arity:
            printer.print_string(f" minimum {self.minimum.data}")
        if len(self.locals.data) > arity:
            printer.print_string(" locals ")
            with printer.in_square_brackets():
                print_names(printer, ArrayAttr(self.locals.data[arity:]))
        if self.captures.data:
            printer.print_string(" captures ")
            with printer.in_square_brackets():
                print_names(printer, self.captures)
        if self.attributes:
            printer.print_string(" attributes")
            print_attributes(printer, self)
        printer.print_string(" ")
        printer.print_region(self.body)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        symbol = parser.parse_symbol_name()
        parameters = parse_names(parser, parser.Delimiter.PAREN)
        minimum = len(parameters.data)
        if parser.parse_optional_keyword("minimum") is not None:
            minimum = parser.parse_integer(allow_boolean=False, allow_negative=False)
        locals, captures = parameters, ArrayAttr[StringAttr](())
        if parser.parse_optional_keyword("locals") is not None:
            others = parse_names(parser, parser.Delimiter.SQUARE)
            locals = ArrayAttr((*parameters.data, *others.data))
        if parser.parse_optional_keyword("captures") is not None:
            captures = parse_names(parser, parser.Delimiter.SQUARE)
        attributes: dict[str, Attribute] = {}
        if parser.parse_optional_keyword("attributes") is not None:
            attributes = parser.parse_optional_attr_dict()
        properties: dict[str, Attribute] = {
            "sym_name": symbol,
            "parameters": parameters,
            "minimum": IntAttr(minimum),
            "locals": locals,
            "captures": captures,
        }
        return cls.create(
            properties=properties, attributes=attributes, regions=(parser.parse_region(),)
        )

    def verify_(self) -> None:
        parameters, locals = self.parameters.data, self.locals.data
        if not 0 <= self.minimum.data <= len(parameters):
            raise VerifyException("the minimum of arguments is not within the parameters")
        if locals[: len(parameters)] != parameters:
            raise VerifyException("the parameters are not the first locals")
        stack_heights(self)


def stack_heights(function: FuncOp) -> dict[Block, int]:
    """The stack height at the start of each block that can be reached.

    Raises a ``VerifyException`` where the paths to a block disagree, the stack would run empty, or
    a local or capture does not exist.
    """
    entry = function.body.blocks.first
    if entry is None:
        raise VerifyException(f"function '{function.symbol}' has no body")
    heights = {entry: 0}
    pending = [entry]
    while pending:
        block = pending.pop()
        if block.args:
            raise VerifyException("blocks of the stack machine have no arguments")
        height = heights[block]
        for op in block.ops:
            if not isinstance(op, StackOp):
                raise VerifyException(f"{op.name} is no operation of the stack machine")
            _check_index(function, op)
            pops, pushes = op.effect()
            if height < pops:
                raise VerifyException(
                    f"{op.name} takes {pops} from a stack of {height} in '{function.symbol}'"
                )
            height += pushes - pops
        last = block.last_op
        if last is None or not last.has_trait(IsTerminator):
            raise VerifyException(f"a block of '{function.symbol}' has no terminator")
        assert isinstance(last, StackOp)
        for index, successor in enumerate(last.successors):
            expected = last.height_at(index, height)
            known = heights.get(successor)
            if known is None:
                heights[successor] = expected
                pending.append(successor)
            elif known != expected:
                raise VerifyException(
                    f"a block of '{function.symbol}' is reached with {known} "
                    f"and with {expected} on the stack"
                )
    return heights


def _check_index(function: FuncOp, op: StackOp) -> None:
    if isinstance(op, (LoadLocalOp, StoreLocalOp)):
        what, names = "local", function.locals.data
    elif isinstance(op, LoadCaptureOp):
        what, names = "capture", function.captures.data
    else:
        return
    if not 0 <= op.index.data < len(names):
        raise VerifyException(f"'{function.symbol}' has no {what} {op.index.data}")


OPERATIONS: tuple[type[StackOp], ...] = (
    PushIntOp,
    PushFloatOp,
    PushStrOp,
    PushBoolOp,
    PushUnitOp,
    PushMissingOp,
    PushFunctionOp,
    PopOp,
    DupOp,
    LoadLocalOp,
    StoreLocalOp,
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

GrokStack = Dialect("grok_stack", [FuncOp, *OPERATIONS], [])
