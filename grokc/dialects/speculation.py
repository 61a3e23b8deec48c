"""``grok`` in the optimizing tier: snapshots, guards, and operations on unboxed values.

These operations are part of the dialect ``grok`` and stand beside those of
:mod:`grokc.dialects.grok` in functions that were raised from bytecode (``bytecode-to-ssa``).

**Snapshots** (as LuaJIT's).  ``grok.snapshot`` says how the interpreter goes on from here: at the
instruction at byte ``pc`` of a function, with these values in its registers::

    grok.snapshot @fib(pc = 16, r0 = %n)
    %a = grok.guard %n is int

A guard is there for what follows it, not for its result alone: it stands for the error that the
interpreter would raise, or for the choice of a method, and is never removed as unused.

An operation that *exits* (a guard that fails, an overflow) stores the values of the nearest
snapshot before it in its block into the frame's registers, boxed, and goes on in the interpreter
at its pc.  An operation that can *raise* an error or call user code has the pc of that snapshot in
tracebacks.  So:

* every block has a snapshot before its first operation that exits or raises;
* between a snapshot and an exit that uses it lies no operation with an effect that a program can
  see: the interpreter runs the instructions from the snapshot on once more;
* an operation that raises follows the snapshot of its own instruction.

The snapshot of a call has in ``window`` the register at which the callee's frame begins, which
holds the first argument; three registers lower, the frame's header begins.

After inlining, a snapshot tells of several frames, the innermost first.  An outer frame has the pc
of its call, and those registers that live on after it.  ``callee`` is the closure that runs in a
frame::

    grok.snapshot @"Point::norm"(pc = 0, r0 = %p) from @main(pc = 48, window = 4, r1 = %q)

**Representations.**  Before ``unbox`` every value has a type of the lattice.  After it, values of
the types int, float and bool are machine values: ``i64``, ``f64``, ``i1``; all others are boxed
words.  An operation whose result may be boxed gives an unboxed one where its result type says so
(its word is unboxed; the type is known).  Operands stay boxed unless the operation says otherwise;
``grok.box`` makes them so.  Values in snapshots, block arguments, results of functions and the
conditions of branches are of any representation.  Arithmetic that cannot fail is of the dialect
``arith``.

A value that only snapshots use, made by ``make_tuple``, ``make_variant``, ``make_range``,
``make_closure``, ``box`` or one of the ``virtual_`` operations, is made in the exits.

**Functions.**  A function's parameters may be unboxed: it is then an entry of its own for callers
in this tier, called with ``grok.call_typed``; its attribute ``result`` (a type) is what it
promises to return when it does not exit: a machine value, or a word of that type.  The attribute
``osr`` (a pc) marks a function that is entered at that instruction, in the frame of the
interpreter: it has no parameters, and ``grok.load_register`` gets the registers' values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self, TypeVar

from xdsl.dialects.builtin import IntAttr, LocationAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Data, OpResult, SSAValue, SSAValues
from xdsl.irdl import (
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import AttrParser, Parser
from xdsl.printer import Printer
from xdsl.traits import IsTerminator, MemoryReadEffect, Pure
from xdsl.utils.exceptions import VerifyException

from grokc.dialects import attributes as attr
from grokc.dialects.assembly import print_attributes
from grokc.dialects.effects import Allocates
from grokc.dialects.grok import (
    ANY_VALUE,
    VALUE,
    GrokOp,
    IndexOp,
    NullaryOp,
    SymbolCollectOp,
    UnaryOp,
    parse_operand,
    print_operand,
)
from grokc.dialects.location import UNKNOWN
from grokc.dialects.types import (
    ANY,
    BOOL,
    BOXED,
    CELL,
    F64,
    FUNCTION,
    I1,
    I64,
    ITERATOR,
    STR,
    UNBOXED,
    GrokType,
    StructType,
    parse_type,
    print_type,
)

# --------------------------------------------------------------------------------------- snapshots

CALLEE = -3
"""The number, among a frame's registers, of the closure that runs in it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a snapshot: where it goes on, and which registers have values."""

    function: str
    pc: int  # bytes from the function's start
    registers: tuple[int, ...]
    window: int = -1  # outer frames: the register at which the inner frame begins


@irdl_attr_definition
class FramesAttr(Data[tuple[Frame, ...]]):
    """The frames of a snapshot, innermost first."""

    name = "grok.frames"

    @property
    def count(self) -> int:
        """How many values all frames have together."""
        return sum(len(frame.registers) for frame in self.data)

    def print_parameter(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            _print_frames(printer, self.data, None)

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> tuple[Frame, ...]:
        with parser.in_angle_brackets():
            return _parse_frames(parser, None)


def _print_frames(
    printer: Printer, frames: Sequence[Frame], values: Iterator[SSAValue] | None
) -> None:
    for index, frame in enumerate(frames):
        if index:
            printer.print_string(" from ")
        printer.print_symbol_name(frame.function)
        with printer.in_parens():
            printer.print_string(f"pc = {frame.pc}")
            if frame.window >= 0:
                printer.print_string(f", window = {frame.window}")
            for register in frame.registers:
                name = "callee" if register == CALLEE else f"r{register}"
                printer.print_string(f", {name}" if values is None else f", {name} = ")
                if values is not None:
                    print_operand(printer, next(values))


def _parse_frames(parser: AttrParser, values: list[SSAValue] | None) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    while True:
        function = parser.parse_symbol_name().data
        parser.parse_punctuation("(")
        parser.parse_keyword("pc")
        parser.parse_punctuation("=")
        pc = parser.parse_integer(allow_boolean=False, allow_negative=False)
        registers: list[int] = []
        window = -1
        while parser.parse_optional_punctuation(",") is not None:
            name = parser.parse_identifier()
            if name == "window":
                parser.parse_punctuation("=")
                window = parser.parse_integer(allow_boolean=False, allow_negative=False)
                continue
            if name == "callee":
                registers.append(CALLEE)
            elif name[0] == "r" and name[1:].isdecimal():
                registers.append(int(name[1:]))
            else:
                parser.raise_error(f"'{name}' is not a register")
            if values is not None:
                parser.parse_punctuation("=")
                assert isinstance(parser, Parser)
                values.append(parse_operand(parser))
        parser.parse_punctuation(")")
        frames.append(Frame(function, pc, tuple(registers), window))
        if parser.parse_optional_keyword("from") is None:
            return tuple(frames)


@irdl_op_definition
class SnapshotOp(GrokOp):
    """How the interpreter goes on from here; see the module's docstring."""

    name = "grok.snapshot"
    RESULT: ClassVar[GrokType | None] = None
    frames = prop_def(FramesAttr)
    values = var_operand_def()

    @classmethod
    def new(
        cls,
        frames: Sequence[Frame],
        values: Sequence[SSAValue],
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        return cls._make(values, {"frames": FramesAttr(tuple(frames))}, None, location)

    @property
    def innermost(self) -> Frame:
        return self.frames.data[0]

    def by_frame(self) -> Iterator[tuple[Frame, list[tuple[int, SSAValue]]]]:
        """The frames, innermost first, each with its registers and their values."""
        values = iter(self.operands)
        for frame in self.frames.data:
            yield frame, [(register, next(values)) for register in frame.registers]

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        _print_frames(printer, self.frames.data, iter(self.operands))

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        values: list[SSAValue] = []
        frames = _parse_frames(parser, values)
        return cls.new(frames, values)

    def verify_(self) -> None:
        if self.frames.count != len(self.operands):
            raise VerifyException("a snapshot has one value for each register")
        if any(frame.window < 0 for frame in self.frames.data[1:]):
            raise VerifyException("an outer frame has a window")


# ------------------------------------------------------------------------------------------ guards


@irdl_op_definition
class GuardOp(GrokOp):
    """The value itself, known to be of a type: ``grok.guard %x is int``; exits if it is not.

    A wide int is an int.  Of enums and structs the type alone counts, not the variant.  The result
    may be unboxed (``-> i64``).
    """

    name = "grok.guard"
    type = prop_def(VALUE)
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, type: GrokType, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {"type": type}, type, location)

    def result_type(self) -> GrokType:
        return self.type

    def print(self, printer: Printer) -> None:
        _print_is(printer, self, self.type)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        value = parse_operand(parser)
        parser.parse_keyword("is")
        op = cls.new(parse_type(parser), value)
        return _parse_tail(parser, op)


@irdl_op_definition
class KnownOp(GrokOp):
    """The value itself, which a test has shown to be of a type:
    ``grok.known %x is struct<@Point>``."""

    name = "grok.known"
    traits = traits_def(Pure())
    type = prop_def(VALUE)
    value = operand_def(VALUE)
    result = result_def(VALUE)

    @classmethod
    def new(cls, type: GrokType, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {"type": type}, type, location)

    def result_type(self) -> GrokType:
        return self.type

    def print(self, printer: Printer) -> None:
        _print_is(printer, self, self.type)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        value = parse_operand(parser)
        parser.parse_keyword("is")
        return _parse_tail(parser, cls.new(parse_type(parser), value))


@irdl_op_definition
class IsTypeOp(GrokOp):
    """Is the value of a type, one that a guard can check: ``grok.is_type %x is enum<@Shape>``?"""

    name = "grok.is_type"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(Pure())
    type = prop_def(VALUE)
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, type: GrokType, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {"type": type}, BOOL, location)

    def print(self, printer: Printer) -> None:
        _print_is(printer, self, self.type)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        value = parse_operand(parser)
        parser.parse_keyword("is")
        return _parse_tail(parser, cls.new(parse_type(parser), value))


class FunctionBodyOp(GrokOp):
    """An operation about the body of a function value: ``%f is @g``."""

    RESULT: ClassVar[GrokType | None] = FUNCTION
    symbol = prop_def(SymbolRefAttr)
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, symbol: str, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {"symbol": attr.symbol(symbol)}, cls.RESULT, location)

    @property
    def function(self) -> str:
        """The function whose body it is."""
        return self.symbol.root_reference.data

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        print_operand(printer, self.operands[0])
        printer.print_string(" is ")
        printer.print_symbol_name(self.function)
        _print_tail(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        value = parse_operand(parser)
        parser.parse_keyword("is")
        return _parse_tail(parser, cls.new(parser.parse_symbol_name().data, value))


@irdl_op_definition
class GuardFunctionOp(FunctionBodyOp):
    """The value itself, known to be a function with this body: ``grok.guard_function %f is @g``."""

    name = "grok.guard_function"


@irdl_op_definition
class KnownFunctionOp(FunctionBodyOp):
    """The value itself, which a test has shown to be a function with this body."""

    name = "grok.known_function"
    traits = traits_def(Pure())


@irdl_op_definition
class IsFunctionOp(FunctionBodyOp):
    """Is the value a function with this body: ``grok.is_function %f is @g``?"""

    name = "grok.is_function"
    RESULT: ClassVar[GrokType | None] = BOOL
    traits = traits_def(Pure())


@irdl_op_definition
class ExitOp(GrokOp):
    """Goes on in the interpreter: what follows has never run yet."""

    name = "grok.exit"
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())

    @classmethod
    def new(cls, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((), {}, None, location)


@irdl_op_definition
class SafepointOp(GrokOp):
    """At the head of a loop, right after a snapshot: exits when an interrupt has come."""

    name = "grok.safepoint"
    RESULT: ClassVar[GrokType | None] = None

    @classmethod
    def new(cls, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((), {}, None, location)


@irdl_op_definition
class CheckTrueOp(GrokOp):
    """Exits unless a machine bool is true: ``grok.check_true %c``, an assertion that holds."""

    name = "grok.check_true"
    FIXED: ClassVar[int] = 1
    RESULT: ClassVar[GrokType | None] = None
    condition = operand_def(I1)

    @classmethod
    def new(cls, condition: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((condition,), {}, None, location)


@irdl_op_definition
class LoadRegisterOp(NullaryOp):
    """The value of a register of the interpreter's frame, in the first block of an ``osr``
    function."""

    name = "grok.load_register"
    traits = traits_def(Pure())
    register = prop_def(IntAttr)

    @classmethod
    def new(cls, register: int, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((), {"register": attr.number(register)}, cls.RESULT, location)


def _print_is(printer: Printer, op: GrokOp, type: GrokType) -> None:
    printer.print_string(" ")
    print_operand(printer, op.operands[0])
    printer.print_string(" is ")
    print_type(printer, type)
    _print_tail(printer, op)


def _print_tail(printer: Printer, op: GrokOp) -> None:
    print_attributes(printer, op)
    if op.results and op.results[0].type != op.result_type():
        printer.print_string(" -> ")
        printer.print_attribute(op.results[0].type)


_Op = TypeVar("_Op", bound=GrokOp)


def _parse_tail(parser: Parser, op: _Op) -> _Op:
    op.attributes = parser.parse_optional_attr_dict()
    if parser.parse_optional_punctuation("->") is not None:
        op.results = SSAValues((OpResult(parser.parse_type(), op, 0),))
    return op


# ------------------------------------------------------------------------------- unboxed arithmetic


class MachineOp(GrokOp):
    """An operation on machine values: ``OPERAND`` each, the result ``MACHINE``."""

    OPERAND: ClassVar[Attribute] = I64
    MACHINE: ClassVar[Attribute] = I64

    def result_type(self) -> GrokType | None:
        # The text says nothing of the result: it is always the same.
        return self.MACHINE  # type: ignore[return-value]

    @classmethod
    def new(cls, *operands: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make(operands, {}, cls.MACHINE, location)  # type: ignore[arg-type]


class CheckedOp(MachineOp):
    """An operation on two ``i64`` that exits where the interpreter would raise an error."""

    FIXED: ClassVar[int] = 2
    left = operand_def(I64)
    right = operand_def(I64)
    result = result_def(I64)


@irdl_op_definition
class AddCheckedOp(CheckedOp):
    """Sum; exits on overflow."""

    name = "grok.add_checked"


@irdl_op_definition
class SubCheckedOp(CheckedOp):
    """Difference; exits on overflow."""

    name = "grok.sub_checked"


@irdl_op_definition
class MulCheckedOp(CheckedOp):
    """Product; exits on overflow."""

    name = "grok.mul_checked"


@irdl_op_definition
class DivCheckedOp(CheckedOp):
    """Quotient, truncated; exits on a divisor of zero and on overflow (``int::MIN / -1``)."""

    name = "grok.div_checked"


@irdl_op_definition
class RemCheckedOp(CheckedOp):
    """Remainder with the dividend's sign; exits on a divisor of zero.  ``int::MIN % -1`` is 0."""

    name = "grok.rem_checked"


@irdl_op_definition
class ShiftLeftCheckedOp(CheckedOp):
    """``<<``; exits unless the count is in ``0..64``."""

    name = "grok.shift_left_checked"


@irdl_op_definition
class ShiftRightCheckedOp(CheckedOp):
    """``>>``, arithmetic; exits unless the count is in ``0..64``."""

    name = "grok.shift_right_checked"


@irdl_op_definition
class FloatToIntCheckedOp(MachineOp):
    """``as int`` of an ``f64``; exits outside the range of ints and on NaN."""

    name = "grok.float_to_int_checked"
    FIXED: ClassVar[int] = 1
    OPERAND: ClassVar[Attribute] = F64
    value = operand_def(F64)
    result = result_def(I64)


@irdl_op_definition
class FloatRemOp(MachineOp):
    """C's ``fmod``."""

    name = "grok.float_rem"
    FIXED: ClassVar[int] = 2
    OPERAND: ClassVar[Attribute] = F64
    MACHINE: ClassVar[Attribute] = F64
    traits = traits_def(Pure())
    left = operand_def(F64)
    right = operand_def(F64)
    result = result_def(F64)


ELEMENTS = "elements"
"""The attribute of a ``next_item`` on a list."""

INLINE = "inline"
"""The attribute of boxed ints that need no cell."""

FLOAT_FUNCTIONS = frozenset({"sqrt", "floor", "ceil", "trunc", "abs"})
"""What ``grok.float_function`` computes: methods of floats that are one machine instruction."""


@irdl_op_definition
class FloatFunctionOp(MachineOp):
    """A function of an ``f64`` that is one instruction: ``grok.float_function "sqrt" %x``."""

    name = "grok.float_function"
    FIXED: ClassVar[int] = 1
    OPERAND: ClassVar[Attribute] = F64
    MACHINE: ClassVar[Attribute] = F64
    traits = traits_def(Pure())
    function = prop_def(StringAttr)
    value = operand_def(F64)
    result = result_def(F64)

    @classmethod
    def of(cls, function: str, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        properties: dict[str, Attribute] = {"function": attr.string(function)}
        return cls._make((value,), properties, F64, location)  # type: ignore[arg-type]

    def verify_(self) -> None:
        if self.function.data not in FLOAT_FUNCTIONS:
            raise VerifyException(f"there is no instruction for {self.function.data}")


@irdl_op_definition
class IsSameOp(GrokOp):
    """Are two boxed words the same?  That is ``==`` where one of them is no object, and identity
    where one of them is an object that has one."""

    name = "grok.is_same"
    FIXED: ClassVar[int] = 2
    traits = traits_def(Pure())
    left = operand_def(VALUE)
    right = operand_def(VALUE)
    result = result_def(I1)

    @classmethod
    def new(cls, left: SSAValue, right: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((left, right), {}, I1, location)  # type: ignore[arg-type]

    def result_type(self) -> GrokType | None:
        return I1  # type: ignore[return-value]


@irdl_op_definition
class BoxOp(GrokOp):
    """The boxed word of a machine value: ``grok.box %x -> !grok.int``.

    Making the cell of a wide int can raise ``out of memory``; an unused one is not missed.  With
    the attribute ``inline`` the int is known to need no cell.
    """

    name = "grok.box"
    FIXED: ClassVar[int] = 1
    traits = traits_def(Pure())
    value = operand_def(ANY_VALUE)
    result = result_def(VALUE)

    @classmethod
    def new(cls, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((value,), {}, BOXED[value.type], location)

    def result_type(self) -> GrokType:
        return BOXED.get(self.operands[0].type, ANY)


@irdl_op_definition
class UnboxOp(GrokOp):
    """The machine value of a boxed word whose type is known: ``grok.unbox %x -> i64``."""

    name = "grok.unbox"
    FIXED: ClassVar[int] = 1
    traits = traits_def(Pure())
    value = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, value: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        kind = value.type
        assert isinstance(kind, GrokType)
        return cls._make((value,), {}, UNBOXED[kind], location)  # type: ignore[arg-type]

    def result_type(self) -> GrokType:
        return UNBOXED.get(self.operands[0].type, ANY)  # type: ignore[call-overload, no-any-return]


# ----------------------------------------------------------------------------------------- objects


@irdl_op_definition
class LoadFieldOp(GrokOp):
    """Field number ``index`` of an instance of ``symbol``; neither exits nor raises.

    A field with an annotation holds a value of that type, which is then the result's.
    """

    name = "grok.load_field"
    FIXED: ClassVar[int] = 1
    traits = traits_def(MemoryReadEffect())
    symbol = prop_def(SymbolRefAttr)
    index = prop_def(IntAttr)
    object = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        symbol: str,
        index: int,
        object: SSAValue,
        kind: GrokType = ANY,
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        properties: dict[str, Attribute] = {
            "symbol": attr.symbol(symbol),
            "index": attr.number(index),
        }
        return cls._make((object,), properties, kind, location)


@irdl_op_definition
class StoreFieldOp(GrokOp):
    """Sets field number ``index`` of an instance of ``symbol`` to a value that conforms to its
    annotation; neither exits nor raises.  The value may be a float or bool that is unboxed."""

    name = "grok.store_field"
    FIXED: ClassVar[int] = 2
    RESULT: ClassVar[GrokType | None] = None
    symbol = prop_def(SymbolRefAttr)
    index = prop_def(IntAttr)
    object = operand_def(VALUE)
    value = operand_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        symbol: str,
        index: int,
        object: SSAValue,
        value: SSAValue,
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        properties: dict[str, Attribute] = {
            "symbol": attr.symbol(symbol),
            "index": attr.number(index),
        }
        return cls._make((object, value), properties, None, location)


@irdl_op_definition
class LoadElementOp(IndexOp):
    """Element ``index`` of a tuple that has one; neither exits nor raises."""

    name = "grok.load_element"
    traits = traits_def(Pure())


@irdl_op_definition
class ListLengthOp(MachineOp):
    """The length of a list, an ``i64``."""

    name = "grok.list_length"
    FIXED: ClassVar[int] = 1
    traits = traits_def(MemoryReadEffect())
    list = operand_def(VALUE)
    result = result_def(I64)


@irdl_op_definition
class StrLengthOp(MachineOp):
    """The number of characters of a str, an ``i64``."""

    name = "grok.str_length"
    FIXED: ClassVar[int] = 1
    traits = traits_def(Pure())
    text = operand_def(VALUE)
    result = result_def(I64)


@irdl_op_definition
class CharacterOp(GrokOp):
    """The character of a str at an ``i64`` that is within its bounds; does not exit, and raises
    ``out of memory`` at most."""

    name = "grok.character"
    FIXED: ClassVar[int] = 2
    RESULT: ClassVar[GrokType | None] = STR
    traits = traits_def(Pure())
    text = operand_def(VALUE)
    index = operand_def(I64)
    result = result_def(STR)

    @classmethod
    def new(cls, text: SSAValue, index: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((text, index), {}, STR, location)


@irdl_op_definition
class StrSliceOp(GrokOp):
    """``text[low..high]`` of a str and two ``i64``; raises where they are out of range."""

    name = "grok.str_slice"
    FIXED: ClassVar[int] = 3
    RESULT: ClassVar[GrokType | None] = STR
    text = operand_def(VALUE)
    low = operand_def(I64)
    high = operand_def(I64)
    result = result_def(STR)

    @classmethod
    def new(
        cls, text: SSAValue, low: SSAValue, high: SSAValue, location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((text, low, high), {}, STR, location)


@irdl_op_definition
class CheckBoundsOp(CheckedOp):
    """The index itself: ``grok.check_bounds %index, %length``; exits unless it is at least 0 and
    below the length."""

    name = "grok.check_bounds"


@irdl_op_definition
class CheckInlineOp(MachineOp):
    """The int itself; exits if a list of ints cannot hold it, since it needs a cell of its own."""

    name = "grok.check_inline"
    FIXED: ClassVar[int] = 1
    value = operand_def(I64)
    result = result_def(I64)


class ItemOp(GrokOp):
    """An access to an element of a list whose elements are assumed to be of one type, ``type``."""

    type = prop_def(VALUE)


@irdl_op_definition
class GetItemOp(ItemOp):
    """``o[i]`` of a list and an int: ``grok.get_item int %list, %index``.  The list's elements are
    assumed to be of a type; of any type: to be words, which those of a list of bools are not."""

    name = "grok.get_item"
    FIXED: ClassVar[int] = 2
    list = operand_def(VALUE)
    index = operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls, type: GrokType, list: SSAValue, index: SSAValue, location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((list, index), {"type": type}, type, location)

    def result_type(self) -> GrokType:
        return self.type


@irdl_op_definition
class SetItemOp(ItemOp):
    """``o[i] = v`` of a list, an int, and a value of the type that the list's elements are assumed
    to be of; of any type: one that was an element of the same list."""

    name = "grok.set_item"
    FIXED: ClassVar[int] = 3
    RESULT: ClassVar[GrokType | None] = None
    list = operand_def(VALUE)
    index = operand_def(VALUE)
    value = operand_def(VALUE)

    @classmethod
    def new(
        cls,
        type: GrokType,
        list: SSAValue,
        index: SSAValue,
        value: SSAValue,
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        return cls._make((list, index, value), {"type": type}, None, location)


@irdl_op_definition
class CheckElementsOp(GrokOp):
    """Where a list's elements are, which are all of a type: ``grok.check_elements %list is int``;
    exits if they are not.  ``is any``: if they are no words.

    The address, an ``i64`` that only ``load_item`` and ``store_item`` take, holds until the list
    changes its length or gets an element of another type.
    """

    name = "grok.check_elements"
    traits = traits_def(MemoryReadEffect())
    type = prop_def(VALUE)
    list = operand_def(VALUE)
    result = result_def(I64)

    @classmethod
    def new(cls, type: GrokType, list: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((list,), {"type": type}, I64, location)  # type: ignore[arg-type]

    def result_type(self) -> GrokType:
        return I64  # type: ignore[return-value]

    def print(self, printer: Printer) -> None:
        _print_is(printer, self, self.type)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        value = parse_operand(parser)
        parser.parse_keyword("is")
        return _parse_tail(parser, cls.new(parse_type(parser), value))


@irdl_op_definition
class LoadItemOp(GrokOp):
    """An element of a list, at an ``i64`` that is within its bounds, of the type that the list's
    elements have been checked to be of; neither exits nor raises."""

    name = "grok.load_item"
    FIXED: ClassVar[int] = 2
    traits = traits_def(MemoryReadEffect())
    items = operand_def(I64)
    index = operand_def(I64)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        kind: GrokType,
        items: SSAValue,
        index: SSAValue,
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        result = UNBOXED.get(kind, kind)
        return cls._make((items, index), {}, result, location)  # type: ignore[arg-type]


@irdl_op_definition
class StoreItemOp(GrokOp):
    """Sets an element of a list, at an ``i64`` that is within its bounds, to a value of the type
    that the list's elements have been checked to be of; neither exits nor raises.  An int, float or
    bool is a machine value; an int has passed ``check_inline``."""

    name = "grok.store_item"
    FIXED: ClassVar[int] = 3
    RESULT: ClassVar[GrokType | None] = None
    items = operand_def(I64)
    index = operand_def(I64)
    value = operand_def(ANY_VALUE)

    @classmethod
    def new(
        cls, items: SSAValue, index: SSAValue, value: SSAValue, location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((items, index, value), {}, None, location)


@irdl_op_definition
class ListLoadOp(GrokOp):
    """An element of a list of which nothing is assumed, at an ``i64`` that is within its bounds;
    neither exits nor raises."""

    name = "grok.list_load"
    FIXED: ClassVar[int] = 2
    traits = traits_def(MemoryReadEffect())
    list = operand_def(VALUE)
    index = operand_def(I64)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(cls, list: SSAValue, index: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((list, index), {}, ANY, location)


@irdl_op_definition
class ListStoreOp(GrokOp):
    """Sets an element of a list of which nothing is assumed, at an ``i64`` that is within its
    bounds; does not exit, and raises ``out of memory`` at most.  The value may be a float or bool
    that is unboxed."""

    name = "grok.list_store"
    FIXED: ClassVar[int] = 3
    RESULT: ClassVar[GrokType | None] = None
    list = operand_def(VALUE)
    index = operand_def(I64)
    value = operand_def(ANY_VALUE)

    @classmethod
    def new(
        cls, list: SSAValue, index: SSAValue, value: SSAValue, location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make((list, index, value), {}, None, location)


@irdl_op_definition
class LoadClosureCaptureOp(IndexOp):
    """Captured value number ``index`` of a function value that is known to have one."""

    name = "grok.load_closure_capture"
    traits = traits_def(Pure())


@irdl_op_definition
class NextItemOp(UnaryOp):
    """The iterator's next item, or ``missing`` after the last one.  The attribute ``elements`` is
    what is assumed of the elements of a list, as in ``get_item``."""

    name = "grok.next_item"


@irdl_op_definition
class VirtualStructOp(SymbolCollectOp):
    """A struct that only snapshots use: it is made in the exits, as it is at this place."""

    name = "grok.virtual_struct"
    traits = traits_def(Allocates())

    @classmethod
    def new(
        cls, symbol: str, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make(arguments, {"symbol": attr.symbol(symbol)}, StructType(symbol), location)

    def result_type(self) -> GrokType:
        return StructType(self.symbol.root_reference.data)


@irdl_op_definition
class VirtualCellOp(UnaryOp):
    """A variable shared by closures that only snapshots use: it is made in the exits."""

    name = "grok.virtual_cell"
    RESULT: ClassVar[GrokType | None] = CELL
    traits = traits_def(Allocates())


@irdl_op_definition
class VirtualIteratorOp(GrokOp):
    """The iterator over a list, at an ``i64`` position, that only snapshots use: it is made in the
    exits."""

    name = "grok.virtual_iterator"
    FIXED: ClassVar[int] = 2
    RESULT: ClassVar[GrokType | None] = ITERATOR
    traits = traits_def(Allocates())
    list = operand_def(VALUE)
    position = operand_def(ANY_VALUE)
    result = result_def(VALUE)

    @classmethod
    def new(cls, list: SSAValue, position: SSAValue, location: LocationAttr = UNKNOWN) -> Self:
        return cls._make((list, position), {}, ITERATOR, location)


# ------------------------------------------------------------------------------------------- calls


@irdl_op_definition
class CallTypedOp(SymbolCollectOp):
    """Calls a function of this module through its own parameters, unboxed ones included:
    ``grok.call_typed @"fib.int"(%n) -> i64``.

    The result is what the function promises.  When the callee has left by an exit and its word is
    not of that type, the call exits by the snapshot that follows it, with the word in its place.
    """

    name = "grok.call_typed"
    symbol = prop_def(SymbolRefAttr)
    arguments = var_operand_def()
    result = result_def(ANY_VALUE)

    @classmethod
    def of(
        cls,
        symbol: str,
        arguments: Sequence[SSAValue],
        promise: GrokType,
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        """A call of a function that promises a result of a type."""
        return cls._make(arguments, {"symbol": attr.symbol(symbol)}, promise, location)


@irdl_op_definition
class TailCallTypedOp(GrokOp):
    """``grok.call_typed`` in the place of this frame.

    What the callee returns is the function's result.  It is a jump, but for machine values that are
    boxed where the function returns a word: what promises machine values jumps to its like only, so
    that tail calls take constant space.
    """

    name = "grok.tail_call_typed"
    VARIADIC: ClassVar[bool] = True
    RESULT: ClassVar[GrokType | None] = None
    traits = traits_def(IsTerminator())
    symbol = prop_def(SymbolRefAttr)
    arguments = var_operand_def()

    @classmethod
    def new(
        cls, symbol: str, arguments: Sequence[SSAValue], location: LocationAttr = UNKNOWN
    ) -> Self:
        return cls._make(arguments, {"symbol": attr.symbol(symbol)}, None, location)


@irdl_op_definition
class CallClosureOp(GrokOp):
    """Calls a function value whose body is known: ``grok.call_closure @g %f(%x)``.

    All parameters have their arguments.
    """

    name = "grok.call_closure"
    FIXED: ClassVar[int] = 1
    VARIADIC: ClassVar[bool] = True
    symbol = prop_def(SymbolRefAttr)
    callee = operand_def(VALUE)
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        symbol: str,
        callee: SSAValue,
        arguments: Sequence[SSAValue],
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        return cls._make((callee, *arguments), {"symbol": attr.symbol(symbol)}, ANY, location)


@irdl_op_definition
class CallNativeOp(GrokOp):
    """Calls a built-in method, the receiver first: ``grok.call_native list "push"(%l, %x)``.

    ``receiver`` is the type that has the method; the receiver is known to be of it.
    """

    name = "grok.call_native"
    VARIADIC: ClassVar[bool] = True
    receiver = prop_def(VALUE)
    method = prop_def(StringAttr)
    arguments = var_operand_def(VALUE)
    result = result_def(ANY_VALUE)

    @classmethod
    def new(
        cls,
        receiver: GrokType,
        method: str,
        arguments: Sequence[SSAValue],
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        properties: dict[str, Attribute] = {"receiver": receiver, "method": attr.string(method)}
        return cls._make(arguments, properties, ANY, location)


OPERATIONS: tuple[type[GrokOp], ...] = (
    SnapshotOp,
    GuardOp,
    KnownOp,
    IsTypeOp,
    GuardFunctionOp,
    KnownFunctionOp,
    IsFunctionOp,
    ExitOp,
    SafepointOp,
    CheckTrueOp,
    LoadRegisterOp,
    AddCheckedOp,
    SubCheckedOp,
    MulCheckedOp,
    DivCheckedOp,
    RemCheckedOp,
    ShiftLeftCheckedOp,
    ShiftRightCheckedOp,
    FloatToIntCheckedOp,
    FloatRemOp,
    FloatFunctionOp,
    IsSameOp,
    BoxOp,
    UnboxOp,
    LoadFieldOp,
    StoreFieldOp,
    LoadElementOp,
    ListLengthOp,
    StrLengthOp,
    CharacterOp,
    StrSliceOp,
    CheckBoundsOp,
    CheckInlineOp,
    GetItemOp,
    SetItemOp,
    CheckElementsOp,
    LoadItemOp,
    StoreItemOp,
    ListLoadOp,
    ListStoreOp,
    LoadClosureCaptureOp,
    NextItemOp,
    VirtualStructOp,
    VirtualCellOp,
    VirtualIteratorOp,
    CallTypedOp,
    TailCallTypedOp,
    CallClosureOp,
    CallNativeOp,
)
"""All of them."""
