"""What inline caches and quickened instructions of a run have seen, as attributes.

An operation of ``grok`` that was raised from bytecode carries what its site has seen as the
attribute ``feedback``::

    %2 = grok.add %0, %1 {feedback = #grok.seen<int>}
    %3 = grok.get_field "x" %p {feedback = #grok.shape<struct<@Point>>}
    %4 = grok.call_method "norm" %p() {feedback = #grok.target<struct<@Point>, @"Point::norm">}
    %5 = grok.call_value %f(%x) {feedback = #grok.target<function, @"main::closure#1">}
    %6 = grok.call_method "sqrt" %x() {feedback = #grok.target<float, native>}
    %7 = grok.get_field "x" %q {feedback = #grok.shapes<struct<@Point>, struct<@Dot>>}
    %8 = grok.call_value %f(%x) {feedback = #grok.targets<function, @double, function, @square>}
    grok.branch %c, ^a, ^b {feedback = #grok.branch<taken 12, not 3456>}

What a site has seen is a hint and never a fact: passes that rely on it insert guards.  A site
without the attribute keeps no feedback, or has seen too many different things.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import ArrayAttr, IntAttr, StringAttr
from xdsl.ir import Attribute, ParametrizedAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer

from grokc.dialects.types import GrokType, parse_type, print_type

FEEDBACK = "feedback"
"""The name of the attribute on an operation."""

SEEN = ("never", "int", "float", "str", "any")


@irdl_attr_definition
class SeenAttr(ParametrizedAttribute):
    """Kinds of the operands: ``never`` (has not run yet), ``int``, ``float``, ``str`` (all
    operands), ``any`` (a mixture, or something else; of a call, too many targets; of an index,
    containers of several types)."""

    name = "grok.seen"
    kind: StringAttr

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            return (StringAttr(parser.parse_keyword_in(SEEN)),)

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_string(self.kind.data)


@irdl_attr_definition
class ShapeAttr(ParametrizedAttribute):
    """The type of the object whose field was read or assigned, or that was indexed or walked."""

    name = "grok.shape"
    type: GrokType

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            return (parse_type(parser),)

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            print_type(printer, self.type)


@irdl_attr_definition
class ShapesAttr(ParametrizedAttribute):
    """The types of the objects whose field was read or assigned: several, and no others."""

    name = "grok.shapes"
    types: ArrayAttr[GrokType]

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        delimiter = parser.Delimiter.ANGLE
        return (
            ArrayAttr(parser.parse_comma_separated_list(delimiter, lambda: parse_type(parser))),
        )

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_list(self.types.data, lambda type: print_type(printer, type))


@irdl_attr_definition
class TargetAttr(ParametrizedAttribute):
    """What was called: the receiver's type (``function`` for calls of values) and the symbol of the
    function, empty for a built-in method."""

    name = "grok.target"
    receiver: GrokType
    function: StringAttr

    @classmethod
    def of(cls, receiver: GrokType, function: str = "") -> TargetAttr:
        return TargetAttr(receiver, StringAttr(function))

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            target = cls.parse_pair(parser)
        return target.receiver, target.function

    @classmethod
    def parse_pair(cls, parser: AttrParser) -> TargetAttr:
        """What stands between the brackets."""
        receiver = parse_type(parser)
        parser.parse_punctuation(",")
        if parser.parse_optional_keyword("native") is not None:
            return cls(receiver, StringAttr(""))
        return cls(receiver, parser.parse_symbol_name())

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            self.print_pair(printer)

    def print_pair(self, printer: Printer) -> None:
        """What stands between the brackets."""
        print_type(printer, self.receiver)
        printer.print_string(", ")
        if self.function.data:
            printer.print_symbol_name(self.function.data)
        else:
            printer.print_string("native")


@irdl_attr_definition
class TargetsAttr(ParametrizedAttribute):
    """What was called: several targets, and no others."""

    name = "grok.targets"
    targets: ArrayAttr[TargetAttr]

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        delimiter = parser.Delimiter.ANGLE
        pairs = parser.parse_comma_separated_list(delimiter, lambda: TargetAttr.parse_pair(parser))
        return (ArrayAttr(pairs),)

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_list(self.targets.data, lambda target: target.print_pair(printer))


@irdl_attr_definition
class BranchAttr(ParametrizedAttribute):
    """How often a conditional jump was taken, and how often it was not; of ``grok.branch``: how
    often it went on at its first successor, and at the other one."""

    name = "grok.branch"
    taken: IntAttr
    other: IntAttr

    @classmethod
    def of(cls, taken: int, other: int) -> BranchAttr:
        return BranchAttr(IntAttr(taken), IntAttr(other))

    def swapped(self) -> BranchAttr:
        """The counts of the opposite condition."""
        return BranchAttr(self.other, self.taken)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            parser.parse_keyword("taken")
            taken = parser.parse_integer(allow_boolean=False, allow_negative=False)
            parser.parse_punctuation(",")
            parser.parse_keyword("not")
            other = parser.parse_integer(allow_boolean=False, allow_negative=False)
        return IntAttr(taken), IntAttr(other)

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_string(f"taken {self.taken.data}, not {self.other.data}")


NEVER = SeenAttr(StringAttr("never"))
SEEN_INT = SeenAttr(StringAttr("int"))
SEEN_FLOAT = SeenAttr(StringAttr("float"))
SEEN_STR = SeenAttr(StringAttr("str"))
SEEN_ANY = SeenAttr(StringAttr("any"))

ATTRIBUTES: tuple[type[ParametrizedAttribute], ...] = (
    SeenAttr,
    ShapeAttr,
    ShapesAttr,
    TargetAttr,
    TargetsAttr,
    BranchAttr,
)
