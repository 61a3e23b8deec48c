"""Feedback, read from a machine's code as its sites have specialized themselves."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from xdsl.ir import Attribute

from grokc.dialects.feedback import NEVER, SEEN_ANY, ShapeAttr, TargetAttr
from grokc.dialects.types import FLOAT, FUNCTION, LIST, SET
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.lowering.disassemble import decode
from grokc.lowering.image import Image, TypeCode
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import LiveProfile
from grokc.passes.pipelines import compile_module
from grokc.vm.operations import OPCODES, Kind

TEXT = """
fn root(x) { let y = x.sqrt(); y }
fn call(f) { let y = f(1); y }
fn walk(l) { for x in l { print(x) } }
fn main() { root(2.0); call(root); walk([]) }
"""
INFO = 0x7000  # where the descriptor of `root` is said to lie


@pytest.fixture
def symbols() -> ImageSymbols:
    module, _, _ = compile_to_stack(SourceFile.decode("test.grok", TEXT.encode()))
    return ImageSymbols(Image.from_bytes(compile_module(module)))


def profile_with(
    symbols: ImageSymbols, function: str, operation: str, variant: str, words: Sequence[int]
) -> tuple[LiveProfile, int]:
    """A profile in which the site of an operation is of a variant, its cache filled; its pc."""
    record = symbols.record(function)
    code = bytearray(symbols.image.code)
    for instruction in decode(symbols.image, record):
        if instruction.opcode.operation.name == operation:
            break
    else:
        raise AssertionError(f"{function} has no {operation}")
    (opcode,) = (
        each for each in OPCODES if each.operation.name == operation and each.variant == variant
    )
    struct.pack_into("<H", code, instruction.offset + 8, opcode.number)
    places = [place.offset for place in opcode.places if place.operand.kind is Kind.CACHE]
    for place, word in zip(places, words, strict=True):
        struct.pack_into("<Q", code, instruction.offset + place, word)
    functions = {INFO: symbols.function_numbers["root"]}
    return LiveProfile(symbols, bytes(code), functions), instruction.offset - record.start


def test_a_method_site_knows_its_receiver(symbols: ImageSymbols) -> None:
    """Whatever it counts above the type id."""
    for misses in (0, 1, 3):
        words = (TypeCode.FLOAT | misses << 32, 0)
        profile, pc = profile_with(symbols, "root", "call_method", "native", words)
        assert profile.at("root", pc) == TargetAttr.of(FLOAT)


def test_a_value_site_knows_the_body(symbols: ImageSymbols) -> None:
    profile, pc = profile_with(symbols, "call", "call_value", "exact", (INFO, 0))
    assert profile.at("call", pc) == TargetAttr.of(FUNCTION, "root")


def test_a_site_that_has_not_run(symbols: ImageSymbols) -> None:
    profile, pc = profile_with(symbols, "call", "call_value", "new", (0, 0))
    assert profile.at("call", pc) == NEVER


@pytest.mark.parametrize(
    ("function", "operation"), [("root", "call_method"), ("call", "call_value")]
)
def test_a_shared_site_has_seen_too_much(
    symbols: ImageSymbols, function: str, operation: str
) -> None:
    profile, pc = profile_with(symbols, function, operation, "shared", (INFO, 0))
    assert profile.at(function, pc) == SEEN_ANY


@pytest.mark.parametrize(
    ("walked", "expected"),
    [
        (0, NEVER),
        (TypeCode.LIST, ShapeAttr(LIST)),
        (TypeCode.SET, ShapeAttr(SET)),
        (2**64 - 1, None),
    ],
)
def test_what_a_loop_has_walked(
    symbols: ImageSymbols, walked: int, expected: Attribute | None
) -> None:
    profile, pc = profile_with(symbols, "walk", "get_iterator", "", [walked])
    assert profile.at("walk", pc) == expected
