"""Text and IR are two forms of one thing: what is printed parses back to what it was."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from xdsl.dialects.builtin import ArrayAttr, ModuleOp, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, Dialect, Operation, Region
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import IsTerminator

from grokc.dialects import grok, grok_stack, grok_vm
from grokc.dialects.attributes import pieces
from grokc.dialects.constants import Constant, ConstantValue, FunctionRef, Special, VariantRef
from grokc.dialects.location import UNKNOWN, Locations, Span, fused, location, span, spans
from grokc.dialects.types import (
    ANY,
    FLOAT,
    INT,
    TUPLE,
    EnumType,
    GrokType,
    TupleType,
    is_subtype,
    join,
)
from grokc.dialects.universe import make_context
from grokc.vm import operations
from grokc.vm.operations import OPCODE, OPERATIONS, Kind, Operand

LIT = Path(__file__).parents[2] / "lit-tests" / "dialects"


def parse(text: str) -> ModuleOp:
    return Parser(make_context(), text).parse_module()


def text_of(op: Operation, *, generic: bool = False, debuginfo: bool = False) -> str:
    stream = StringIO()
    Printer(stream, print_generic_format=generic, print_debuginfo=debuginfo).print_op(op)
    return stream.getvalue()


@pytest.mark.parametrize("dialect", [grok_stack.GrokStack, grok.Grok], ids=lambda d: d.name)
def test_lit_tests_have_every_operation(dialect: Dialect) -> None:
    files = sorted((LIT / dialect.name).glob("*.mlir"))
    shown = set(re.findall(r"[a-z_]+\.[a-z_]+", "".join(file.read_text() for file in files)))
    assert {op.name for op in dialect.operations} <= shown


# ---------------------------------------------------------------------------------------- grok_vm

_ATTRIBUTES: dict[Kind, Attribute] = {
    Kind.OUT: grok_vm.register(1),
    Kind.WINDOW: grok_vm.register(4),
    Kind.COUNT: grok_vm.small(0),
    Kind.SMALL: grok_vm.small(-5),
}
_FORMS: dict[str, Attribute] = {
    "r": grok_vm.register(2),
    "i": grok_vm.small(-32768),
    "k": Constant("é\n"),
}
_WORDS: dict[type[Attribute], Attribute] = {
    Constant: Constant(VariantRef("Option", "Some")),
    StringAttr: StringAttr("argument 'x' of f"),
    SymbolRefAttr: SymbolRefAttr("geometry::Point"),
    ArrayAttr: pieces(["x = ", ".3", "\n"]),
    GrokType: TupleType(2),
}


def _attribute(operation: operations.Operation, operand: Operand, form: str) -> Attribute:
    if operand.kind is Kind.IN:
        return _FORMS[form]
    if operand.kind is not Kind.WORD:
        return _ATTRIBUTES[operand.kind]
    kind = grok_vm.operand_kind(operation, operand)
    assert kind is not None
    return _WORDS[kind]


@pytest.mark.parametrize("name, form", OPCODE, ids=lambda part: part or "-")
def test_every_instruction(name: str, form: str) -> None:
    operation = OPERATIONS[name]
    forms = iter(form)
    operands = [
        _attribute(operation, operand, next(forms) if operand.kind is Kind.IN else "")
        for operand in grok_vm.OPS[name].OPERANDS
    ]
    first, second = Block(), Block([grok_vm.instruction("return", [grok_vm.small(0)])])
    count = len(grok_vm.OPS[name].get_irdl_definition().successors)
    op = grok_vm.instruction(name, operands, [second] * count)
    assert op.form == form
    first.add_op(op)
    if not count and not grok_vm.OPS[name].has_trait(IsTerminator):
        first.add_op(grok_vm.FallthroughOp.new(second))
    function = grok_vm.FuncOp.new(
        "f", Region([first, second]), registers=8, minimum=0, maximum=1, captures=["a"]
    )
    module = ModuleOp([function])
    module.verify()
    text = text_of(module)
    again = parse(text)
    assert again.is_structurally_equivalent(module)
    assert text_of(again) == text
    assert parse(text_of(module, generic=True)).is_structurally_equivalent(module)


# -------------------------------------------------------------------------------------- constants


@pytest.mark.parametrize(
    "value",
    [
        0,
        -(2**63),
        2**63 - 1,
        1.0,
        -0.0,
        5e-324,
        1e16,
        float("inf"),
        float("-inf"),
        float("nan"),
        True,
        "",
        'a"\\\n\t\0\x7f é😀',
        Special.UNIT,
        Special.MISSING,
        FunctionRef("main::closure#1"),
        VariantRef("Option", "None"),
        (),
        (Constant(1), Constant((Constant("a"),))),
    ],
    ids=repr,
)
def test_constants(value: ConstantValue) -> None:
    constant = Constant(value)
    op = grok.ConstantOp.new(constant)
    block = Block([op, grok.ReturnOp.new(op.result)])
    module = ModuleOp([grok.FuncOp.new("f", [], Region(block))])
    for text in (text_of(module), text_of(module, generic=True)):
        (function,) = parse(text).ops
        again = next(iter(function.regions[0].block.ops))
        assert isinstance(again, grok.ConstantOp)
        assert again.value == constant
        assert again.result.type == constant.type


def test_constants_are_equal_when_no_program_can_tell_them_apart() -> None:
    values: list[ConstantValue] = [
        1,
        1.0,
        True,
        0,
        0.0,
        -0.0,
        False,
        "1",
        Special.UNIT,
        Special.MISSING,
    ]
    constants = [Constant(value) for value in values]
    assert len(set(constants)) == len(values)
    assert Constant(float("nan")) == Constant(-float("nan"))


def test_an_int_of_more_than_64_bits_is_no_constant() -> None:
    with pytest.raises(Exception, match="64 bits"):
        parse("grok.func @f() { %0 = grok.constant 9223372036854775808 grok.return %0 }")


# ------------------------------------------------------------------------------ types, locations


def test_lattice() -> None:
    assert join(INT, INT) == INT
    assert join(INT, FLOAT) == ANY
    assert join(TupleType(2), TupleType(3)) == TUPLE
    assert join(EnumType("A"), EnumType("B")) == ANY
    assert is_subtype(TupleType(2), TUPLE)
    assert not is_subtype(TUPLE, TupleType(2))
    assert not is_subtype(INT, FLOAT)
    assert is_subtype(INT, ANY)


def test_locations_survive_text() -> None:
    locations = Locations("fib.grok")
    op = grok_stack.PushIntOp.new(1, locations(17, 18))
    block = Block([op, grok_stack.ReturnOp.new(locations(10, 18))])
    module = ModuleOp([grok_stack.FuncOp.new("f", [], Region(block), location=locations(0, 20))])
    (function,) = parse(text_of(module, debuginfo=True)).ops
    assert span(function) == Span("fib.grok", 0, 20)
    assert [span(op) for op in function.regions[0].block.ops] == [
        Span("fib.grok", 17, 18),
        Span("fib.grok", 10, 18),
    ]


def test_a_location_is_made_once_and_is_like_any_other() -> None:
    locations = Locations("a.grok")
    assert locations(1, 2) is locations(1, 2)
    assert locations(1, 2) == location("a.grok", 1, 2)
    assert hash(locations(1, 2)) == hash(location("a.grok", 1, 2))
    assert span(UNKNOWN) is None


def test_a_fused_location_keeps_all_places_and_is_blamed_on_the_first() -> None:
    locations = Locations("a.grok")
    both = fused([UNKNOWN, locations(3, 4), locations(1, 2), locations(3, 4)])
    assert span(both) == Span("a.grok", 3, 4)
    assert spans(both) == [Span("a.grok", 3, 4), Span("a.grok", 1, 2)]
    assert fused([UNKNOWN, both, locations(1, 2)]) == both
    assert fused([UNKNOWN, locations(1, 2)]) == locations(1, 2)
    assert fused([UNKNOWN]) == UNKNOWN


def test_an_operand_may_stand_before_its_definition() -> None:
    text = """\
builtin.module {
  grok.func @f() {
    grok.jump ^late
  ^early:
    %0 = grok.add %1, %2 : !grok.int
    grok.return %0
  ^late:
    %1 = grok.call @f()
    %2 = grok.constant 1
    grok.jump ^early
  }
}"""
    assert text_of(parse(text)).count("%2 : !grok.int") == 1
