"""``grok_vm``: programs of the register machine, one operation per instruction.

The operations are those of :mod:`grokc.vm.operations`, from whose table the classes are made; this
module says only how an instruction looks as an operation.  There are no SSA values: operands are
attributes, written in the table's order, then the blocks that follow::

    grok_vm.add r3, r1, 2
    grok_vm.mul r3, r3, #grok.constant<70000>
    grok_vm.call r5, @fib
    grok_vm.jump_if_not_variant r0, variant @Option "Some", ^none, ^some

An operand of kind IN is a register, a small int (form ``i``) or a constant (form ``k``), and so the
operands tell the form.  CACHE operands are the machine's own and are not written.

Blocks stand in layout order and each ends in a terminator.  A conditional jump has two successors:
its target, and the next block, where it goes on otherwise.  ``grok_vm.fallthrough`` ends a block
that just goes on with the next one, and encodes to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, Self

from xdsl.dialects.builtin import ArrayAttr, IntAttr, LocationAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, Data, Dialect, Region
from xdsl.irdl import (
    BaseAttr,
    irdl_attr_definition,
    irdl_op_definition,
    prop_def,
    region_def,
    successor_def,
    traits_def,
)
from xdsl.parser import AttrParser, Parser
from xdsl.printer import Printer
from xdsl.traits import IsolatedFromAbove, IsTerminator, SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from grokc.dialects import attributes as attr
from grokc.dialects.assembly import (
    parse_names,
    parse_short,
    print_attributes,
    print_names,
    print_short,
)
from grokc.dialects.constants import Constant, VariantRef
from grokc.dialects.location import UNKNOWN
from grokc.dialects.operation import GrokcOperation
from grokc.dialects.types import GrokType
from grokc.vm.operations import OPERATIONS, Kind, Operand, Operation

MAX_REGISTER = 0xFFFF
MAX_COUNT = 0xFFFF
SMALL_MIN, SMALL_MAX = -0x8000, 0x7FFF


@irdl_attr_definition
class Register(Data[int]):
    """A register of the frame, ``r3``."""

    name = "grok_vm.register"

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> int:
        with parser.in_angle_brackets():
            return parser.parse_integer(allow_boolean=False, allow_negative=False)

    def print_parameter(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_string(str(self.data))


@cache
def register(number: int) -> Register:
    """The register of that number."""
    return Register(number)


def small(number: int) -> IntAttr:
    """A small int, or a count."""
    return attr.number(number)


_WORDS: dict[str, type[Attribute]] = {
    "entry": SymbolRefAttr,  # a function that is called
    "function": SymbolRefAttr,  # a function that a closure is made of
    "cell": SymbolRefAttr,  # a global
    "native": StringAttr,  # a built-in function
    "name": StringAttr,  # a field or method
    "type": GrokType,
    "what": StringAttr,  # what an annotation is about, for its error
    "template": ArrayAttr,  # texts and specs in turn
}


def operand_kind(operation: Operation, operand: Operand) -> type[Attribute] | None:
    """The kind of attribute an operand is, but ``None`` for one of several (IN)."""
    match operand.kind:
        case Kind.OUT | Kind.WINDOW:
            return Register
        case Kind.COUNT | Kind.SMALL:
            return IntAttr
        case Kind.WORD if operand.name == "header":
            return Constant if operation.meaning.endswith("variant") else SymbolRefAttr
        case Kind.WORD:
            return _WORDS[operand.name]
        case _:
            return None


class VmOp(GrokcOperation):
    """An instruction; ``OPERATION`` is its line of the table."""

    OPERATION: ClassVar[Operation]
    OPERANDS: ClassVar[tuple[Operand, ...]]  # those that are attributes

    @classmethod
    def new(
        cls,
        operands: Sequence[Attribute],
        successors: Sequence[Block] = (),
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        """``operands`` are the attributes in the table's order."""
        names = [operand.name for operand in cls.OPERANDS]
        op = cls.__new__(cls)
        op.properties = dict(zip(names, operands, strict=True))
        op.attributes = {}
        op.location = location
        if successors:
            op.successors = successors
        return op

    @property
    def form(self) -> str:
        """One letter for each IN operand, as in the table."""
        return "".join(
            _FORMS[type(self.properties[operand.name])]
            for operand in self.OPERANDS
            if operand.kind is Kind.IN
        )

    def print(self, printer: Printer) -> None:
        separator = " "
        for operand in self.OPERANDS:
            printer.print_string(separator)
            separator = ", "
            attribute = self.properties[operand.name]
            if isinstance(attribute, Register):
                printer.print_string(f"r{attribute.data}")
            elif isinstance(attribute, Constant) and operand.kind is Kind.IN:
                printer.print_attribute(attribute)
            else:
                print_short(printer, attribute)
        for block in self.successors:
            printer.print_string(separator)
            separator = ", "
            printer.print_block_name(block)
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        operands: list[Attribute] = []
        for index, operand in enumerate(cls.OPERANDS):
            if index:
                parser.parse_punctuation(",")
            kind = operand_kind(cls.OPERATION, operand)
            if kind is Register or kind is None:
                operands.append(_parse_in(parser, any_form=kind is None))
            else:
                operands.append(parse_short(parser, kind))
        successors: list[Block] = []
        for index in range(len(cls.get_irdl_definition().successors)):
            if index or operands:
                parser.parse_punctuation(",")
            successors.append(parser.parse_successor())
        op = cls.new(operands, successors)
        op.attributes = parser.parse_optional_attr_dict()
        return op

    def verify_(self) -> None:
        for operand in self.OPERANDS:
            attribute = self.properties[operand.name]
            match operand.kind, attribute:
                case Kind.IN, IntAttr(data=number) if not SMALL_MIN <= number <= SMALL_MAX:
                    raise VerifyException(f"'{operand.name}': {number} is no small int")
                case Kind.SMALL, IntAttr(data=number) if not SMALL_MIN <= number <= SMALL_MAX:
                    raise VerifyException(f"'{operand.name}': {number} is no small int")
                case Kind.COUNT, IntAttr(data=number) if not 0 <= number <= MAX_COUNT:
                    raise VerifyException(f"'{operand.name}': {number} is no count")
                case Kind.WORD, Constant(data=value) if not isinstance(value, VariantRef):
                    raise VerifyException(f"'{operand.name}' is not a variant")
                case _, Register(data=number) if not 0 <= number <= MAX_REGISTER:
                    raise VerifyException(f"'{operand.name}': there is no register {number}")
        if self.form not in self.OPERATION.forms:
            raise VerifyException(f"{self.OPERATION.name} has no form '{self.form}'")


_FORMS: dict[type[Attribute], str] = {Register: "r", IntAttr: "i", Constant: "k"}
_REGISTER = re.compile(r"r([0-9]+)")


def _parse_in(parser: Parser, *, any_form: bool) -> Attribute:
    if (word := parser.parse_optional_identifier()) is not None:
        match = _REGISTER.fullmatch(word)
        if match is None:
            parser.raise_error("expected a register")
        return register(int(match[1]))
    if any_form:
        if (number := parser.parse_optional_integer(allow_boolean=False)) is not None:
            return small(number)
        if isinstance(constant := parser.parse_optional_attribute(), Constant):
            return constant
        parser.raise_error("expected a register, a small int or a constant")
    parser.raise_error("expected a register")


_IN_KINDS = BaseAttr(Register) | BaseAttr(IntAttr) | BaseAttr(Constant)
_ENDINGS = frozenset(
    {"return", "native_return", "tail_call", "tail_call_value", "tail_call_method", "fail_no_match"}
)


def _define(operation: Operation) -> type[VmOp]:
    """The class for a line of the table."""
    operands = tuple(
        operand
        for operand in operation.operands
        if operand.kind not in (Kind.TARGET, Kind.FAR, Kind.CACHE)
    )
    members: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": operation.doc,
        "__annotations__": {
            "OPERATION": ClassVar[Operation],
            "OPERANDS": ClassVar[tuple[Operand, ...]],
        },
        "name": f"grok_vm.{operation.name}",
        "OPERATION": operation,
        "OPERANDS": operands,
    }
    for operand in operands:
        kind = operand_kind(operation, operand)
        constraint = _IN_KINDS if kind is None else BaseAttr(kind)
        accessor = "label" if operand.name == "name" else operand.name  # `name` is the operation's
        members[accessor] = prop_def(constraint, prop_name=operand.name)
    kinds = {operand.kind for operand in operation.operands}
    if Kind.FAR in kinds or Kind.TARGET in kinds:
        members["target"] = successor_def()
    if Kind.TARGET in kinds:
        members["otherwise"] = successor_def()
    if "target" in members or operation.name in _ENDINGS:
        members["traits"] = traits_def(IsTerminator())
    name = "".join(part.capitalize() for part in operation.name.split("_")) + "Op"
    return irdl_op_definition(type(name, (VmOp,), members))


OPS: dict[str, type[VmOp]] = {name: _define(operation) for name, operation in OPERATIONS.items()}
"""The class of each instruction, by the operation's name."""


def instruction(
    name: str,
    operands: Sequence[Attribute],
    successors: Sequence[Block] = (),
    location: LocationAttr = UNKNOWN,
) -> VmOp:
    """An instruction; ``operands`` are its attributes in the table's order."""
    return OPS[name].new(operands, successors, location)


@irdl_op_definition
class FallthroughOp(GrokcOperation):
    """Goes on with the next block; encodes to nothing."""

    name = "grok_vm.fallthrough"
    target = successor_def()
    traits = traits_def(IsTerminator())

    @classmethod
    def new(cls, target: Block, location: LocationAttr = UNKNOWN) -> Self:
        return cls.create(successors=(target,), location=location)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_block_name(self.target)
        print_attributes(printer, self)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        target = parser.parse_successor()
        return cls.create(successors=(target,), attributes=parser.parse_optional_attr_dict())


@irdl_op_definition
class FuncOp(GrokcOperation):
    """A function with ``registers`` registers; its arguments arrive in the first ones.

    It takes ``minimum`` to ``maximum`` arguments; ``captures`` names what a closure holds besides.
    """

    name = "grok_vm.func"

    sym_name = prop_def(StringAttr)
    registers = prop_def(IntAttr)
    minimum = prop_def(IntAttr)
    maximum = prop_def(IntAttr)
    captures = prop_def(BaseAttr[ArrayAttr[StringAttr]](ArrayAttr))
    body = region_def()
    traits = traits_def(IsolatedFromAbove(), SymbolOpInterface())

    @classmethod
    def new(
        cls,
        symbol: str,
        body: Region,
        *,
        registers: int,
        minimum: int,
        maximum: int,
        captures: Sequence[str] = (),
        location: LocationAttr = UNKNOWN,
    ) -> Self:
        properties: dict[str, Attribute] = {
            "sym_name": StringAttr(symbol),
            "registers": IntAttr(registers),
            "minimum": IntAttr(minimum),
            "maximum": IntAttr(maximum),
            "captures": attr.names(captures),
        }
        return cls.create(properties=properties, regions=(body,), location=location)

    @property
    def symbol(self) -> str:
        return self.sym_name.data

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_symbol_name(self.symbol)
        printer.print_string(f" registers {self.registers.data}")
        printer.print_string(f" minimum {self.minimum.data} maximum {self.maximum.data}")
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
        properties: dict[str, Attribute] = {"sym_name": parser.parse_symbol_name()}
        for keyword in ("registers", "minimum", "maximum"):
            parser.parse_keyword(keyword)
            number = parser.parse_integer(allow_boolean=False, allow_negative=False)
            properties[keyword] = IntAttr(number)
        properties["captures"] = ArrayAttr[StringAttr](())
        if parser.parse_optional_keyword("captures") is not None:
            properties["captures"] = parse_names(parser, parser.Delimiter.SQUARE)
        attributes: dict[str, Attribute] = {}
        if parser.parse_optional_keyword("attributes") is not None:
            attributes = parser.parse_optional_attr_dict()
        body = parser.parse_region()
        return cls.create(properties=properties, attributes=attributes, regions=(body,))

    def verify_(self) -> None:
        if not 0 <= self.minimum.data <= self.maximum.data <= self.registers.data:
            raise VerifyException("minimum <= maximum <= registers does not hold")
        if self.registers.data > MAX_REGISTER + 1:
            raise VerifyException("too many registers")
        if self.body.blocks.first is None:
            raise VerifyException(f"function '{self.symbol}' has no body")
        for block in self.body.blocks:
            self._verify_block(block)

    def _verify_block(self, block: Block) -> None:
        if block.args:
            raise VerifyException("blocks of the register machine have no arguments")
        last = block.last_op
        if last is None or not last.has_trait(IsTerminator):
            raise VerifyException(f"a block of '{self.symbol}' has no terminator")
        follows = isinstance(last, FallthroughOp) or len(last.successors) == 2
        if follows and last.successors[-1] is not block.next_block:
            raise VerifyException(f"{last.name} in '{self.symbol}' must go on with the next block")
        for op in block.ops:
            if isinstance(op, VmOp):
                self._verify_registers(op)
            elif not isinstance(op, FallthroughOp):
                raise VerifyException(f"{op.name} is no instruction")

    def _verify_registers(self, op: VmOp) -> None:
        for operand in op.OPERANDS:
            attribute = op.properties[operand.name]
            # A window without values may begin just past the frame.
            limit = self.registers.data + (operand.kind is Kind.WINDOW)
            if isinstance(attribute, Register) and attribute.data >= limit:
                raise VerifyException(
                    f"{op.name} uses r{attribute.data}, but '{self.symbol}' has "
                    f"{self.registers.data} registers"
                )
            if op.OPERATION.name.endswith(("load_capture", "captured_cell")):
                index = op.properties["index"]
                assert isinstance(index, IntAttr)
                if index.data >= len(self.captures.data):
                    raise VerifyException(f"'{self.symbol}' has no capture {index.data}")


GrokVm = Dialect("grok_vm", [FuncOp, FallthroughOp, *OPS.values()], [Register])
