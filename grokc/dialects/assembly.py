"""The text form that the operations of our dialects share.

After its name an operation writes its properties in the order of their definition, each in the
shortest form that its kind of attribute allows, then operands, variadic ones in parentheses, and
successors::

    grok_stack.call @fib 1
    grok.check_type float "argument 'x' of f" %x
    grok.call @fib(%x)
    grok.branch %less, ^then(%x), ^else

A property's kind is known from its definition, so that the text needs no types.
"""

from __future__ import annotations

from functools import cache

from xdsl.dialects.builtin import ArrayAttr, IntAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute
from xdsl.irdl import AttrConstraint, AttrSizedOperandSegments, BaseAttr, IRDLOperation
from xdsl.parser import Parser
from xdsl.printer import Printer

from grokc.dialects.constants import (
    Constant,
    parse_constant,
    parse_text,
    print_constant,
    print_text,
)
from grokc.dialects.types import GrokType, parse_type, print_type


@cache
def properties_of(operation: type[IRDLOperation]) -> tuple[tuple[str, type[Attribute]], ...]:
    """Names and kinds of an operation's properties, in the order written."""
    definition = operation.get_irdl_definition()
    return tuple(
        (name, _kind(entry.constr))
        for name, entry in definition.properties.items()
        if name != AttrSizedOperandSegments.attribute_name
    )


def _kind(constraint: AttrConstraint) -> type[Attribute]:
    if isinstance(constraint, BaseAttr):
        kind: type[Attribute] = constraint.attr
        return kind
    bases = constraint.get_bases()
    if bases is not None and len(bases) == 1:
        (base,) = bases
        return base
    raise TypeError(f"no short form for {constraint}")


def print_short(printer: Printer, attribute: Attribute) -> None:
    """An attribute in its short form."""
    match attribute:
        case IntAttr(data=number):
            printer.print_string(str(number))
        case StringAttr(data=text):
            print_text(printer, text)
        case SymbolRefAttr():
            printer.print_symbol_name(attribute.root_reference.data)
        case Constant():
            print_constant(printer, attribute)
        case GrokType():
            print_type(printer, attribute)
        case ArrayAttr(data=items):
            with printer.in_square_brackets():
                printer.print_list(items, lambda item: print_short(printer, item))
        case _:
            raise TypeError(f"no short form for {attribute}")


def parse_short(parser: Parser, kind: type[Attribute]) -> Attribute:
    """Reads what :func:`print_short` writes; the items of an array are constant strings."""
    if kind is IntAttr:
        return IntAttr(parser.parse_integer(allow_boolean=False))
    if kind is StringAttr:
        return StringAttr(parse_text(parser))
    if kind is SymbolRefAttr:
        return SymbolRefAttr(parser.parse_symbol_name())
    if kind is Constant:
        return parse_constant(parser)
    if kind is GrokType:
        return parse_type(parser)
    if kind is ArrayAttr:
        texts = parser.parse_comma_separated_list(
            parser.Delimiter.SQUARE, lambda: parse_text(parser)
        )
        return ArrayAttr([Constant(text) for text in texts])
    raise TypeError(f"no short form for {kind}")


def print_properties(printer: Printer, operation: IRDLOperation) -> None:
    """All properties, each after a space."""
    for name, _ in properties_of(type(operation)):
        printer.print_string(" ")
        print_short(printer, operation.properties[name])


def parse_properties(parser: Parser, operation: type[IRDLOperation]) -> dict[str, Attribute]:
    """See :func:`print_properties`."""
    return {name: parse_short(parser, kind) for name, kind in properties_of(operation)}


def print_attributes(printer: Printer, operation: IRDLOperation) -> None:
    """The discardable attributes, if there are any."""
    if operation.attributes:
        printer.print_string(" ")
        printer.print_attr_dict(operation.attributes)


def print_names(printer: Printer, names: ArrayAttr[StringAttr]) -> None:
    """``a, b, "self.x"``: names bare where they can be."""
    printer.print_list(
        names.data, lambda name: printer.print_identifier_or_string_literal(name.data)
    )


def parse_names(parser: Parser, delimiter: Parser.Delimiter) -> ArrayAttr[StringAttr]:
    """See :func:`print_names`."""
    names = parser.parse_comma_separated_list(delimiter, parser.parse_identifier_or_str_literal)
    return ArrayAttr([StringAttr(name) for name in names])
