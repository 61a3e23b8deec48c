"""What the verifiers refuse, and what they say about it."""

from __future__ import annotations

import pytest
from xdsl.parser import Parser
from xdsl.utils.exceptions import VerifyException

from grokc.dialects.universe import make_context


def refused(text: str, message: str) -> None:
    module = Parser(make_context(), text).parse_module()
    with pytest.raises(VerifyException, match=message):
        module.verify()


@pytest.mark.parametrize(
    "body, message",
    [
        ("grok_stack.push_int 1 grok_stack.add grok_stack.return", "takes 2 from a stack of 1"),
        ("grok_stack.return", "takes 1 from a stack of 0"),
        ("grok_stack.push_unit", "not a terminator"),
        ("grok_stack.load_local 1 grok_stack.return", "has no local 1"),
        ("grok_stack.load_capture 0 grok_stack.return", "has no capture 0"),
        ("grok_stack.make_list -1 grok_stack.return", "negative count"),
        ('grok_stack.push_unit grok_stack.format ["a", ""] 1 grok_stack.return', "pieces are"),
        ("grok_stack.push_int true grok_stack.return", "not of type int"),
        (
            "grok_stack.push_bool true grok_stack.branch ^a, ^b "
            "^a: grok_stack.push_unit grok_stack.jump ^b ^b: grok_stack.unreachable",
            "reached with",
        ),
        (
            "grok_stack.jump ^a ^a: grok_stack.push_unit grok_stack.jump ^a",
            "is reached with 0 and with 1",
        ),
        ("%0 = grok.constant 1 grok.return %0", "no operation of the stack machine"),
    ],
)
def test_stack_balance(body: str, message: str) -> None:
    refused(f"grok_stack.func @f(n) {{ {body} }}", message)


@pytest.mark.parametrize(
    "head, message",
    [
        ("@f(n) minimum 2", "the minimum of arguments"),
        ("@f(n) minimum 2 locals [m]", "the minimum of arguments"),
    ],
)
def test_parameters(head: str, message: str) -> None:
    refused(f"grok_stack.func {head} {{ grok_stack.load_local 0 grok_stack.return }}", message)


def test_next_pushes_on_the_way_to_the_body_only() -> None:
    text = """
    grok_stack.func @f(n) {
      grok_stack.jump ^head
    ^head:
      grok_stack.load_local 0
      grok_stack.next ^body, ^exit
    ^body:
      grok_stack.pop
      grok_stack.jump ^head
    ^exit:
      grok_stack.push_unit
      grok_stack.return
    }"""
    Parser(make_context(), text).parse_module().verify()


def test_leaving_discards_the_rest_of_the_stack() -> None:
    text = "grok_stack.func @f() { grok_stack.push_int 1 grok_stack.push_int 2 grok_stack.return }"
    Parser(make_context(), text).parse_module().verify()


@pytest.mark.parametrize(
    "body, message",
    [
        ("grok.jump ^a(%n) ^a: grok.return %n", "with 0 arguments is given 1"),
        ("grok.jump ^a(%n) ^a(%x : !grok.int): grok.return %n", "of type !grok.int is given"),
        ("grok.next %n, ^a, ^b ^a: grok.return %n ^b: grok.return %n", "takes the item"),
        ("%x = grok.load_capture 0 grok.return %x", "has no capture 0"),
        ("%x = grok.make_map(%n) grok.return %x", "a key has no value"),
        ('%x = grok.format ["a"](%n) grok.return %x', "pieces are"),
        (
            "grok.jump ^a ^a: grok.return %x : !grok.int ^b: %x = grok.constant 1 grok.jump ^a",
            "dominat",
        ),
    ],
)
def test_ssa(body: str, message: str) -> None:
    refused(f"grok.func @f(%n: !grok.any) {{ {body} }}", message)


@pytest.mark.parametrize(
    "body, message",
    [
        ("grok_vm.add r0, 1, r0 grok_vm.return r0", "add has no form 'ir'"),
        ("grok_vm.move r0, 1 grok_vm.return r0", "move has no form 'i'"),
        ("grok_vm.load_int r0, 32768 grok_vm.return r0", "32768 is no small int"),
        ("grok_vm.return -32769", "-32769 is no small int"),
        ("grok_vm.make_list r0, r1, 65536 grok_vm.return r0", "65536 is no count"),
        ("grok_vm.move r2, r0 grok_vm.return r0", "uses r2, but 'f' has 2 registers"),
        ("grok_vm.load_capture r0, 0 grok_vm.return r0", "has no capture 0"),
        ("grok_vm.move r0, r1", "not a terminator"),
        ("grok_vm.fallthrough ^b ^a: grok_vm.return r0 ^b: grok_vm.return r0", "the next block"),
        (
            "grok_vm.jump_if_true r0, ^a, ^b ^a: grok_vm.return r0 ^b: grok_vm.return r0",
            "the next block",
        ),
        ("grok_vm.jump_if_variant r0, 3, ^a, ^a ^a: grok_vm.return r0", "is not a variant"),
    ],
)
def test_registers(body: str, message: str) -> None:
    refused(f"grok_vm.func @f registers 2 minimum 0 maximum 1 {{ {body} }}", message)


def test_arguments_need_registers() -> None:
    refused(
        "grok_vm.func @f registers 1 minimum 0 maximum 2 { grok_vm.return r0 }",
        "minimum <= maximum <= registers",
    )


def test_dominance_follows_the_blocks_and_not_the_text() -> None:
    text = """
    grok.func @f(%c: !grok.any) {
      %a = grok.constant 1
      grok.branch %c, ^left, ^right
    ^join:
      grok.return %a
    ^left:
      grok.jump ^join
    ^right:
      grok.jump ^loop
    ^loop:
      grok.branch %c, ^loop, ^join
    }"""
    Parser(make_context(), text).parse_module().verify()


def test_a_value_of_one_branch_is_unknown_after_both() -> None:
    refused(
        """
    grok.func @f(%c: !grok.any) {
      grok.branch %c, ^left, ^right
    ^left:
      %a = grok.call @g()
      grok.jump ^join
    ^right:
      grok.jump ^join
    ^join:
      grok.return %a
    }""",
        "return in 'f' is not dominated",
    )


def test_a_value_is_unknown_before_its_definition() -> None:
    refused(
        "grok.func @f(%n: !grok.any) "
        "{ %a = grok.add %n, %b : !grok.int %b = grok.constant 1 grok.return %a }",
        "add in 'f' is not dominated",
    )
