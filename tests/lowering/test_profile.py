"""Feedback, read from a machine's code as its sites have specialized themselves."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from xdsl.dialects.builtin import ArrayAttr
from xdsl.ir import Attribute

from grokc.dialects.feedback import (
    NEVER,
    SEEN_ANY,
    SEEN_INT,
    BranchAttr,
    ShapeAttr,
    ShapesAttr,
    TargetAttr,
    TargetsAttr,
)
from grokc.dialects.types import FLOAT, FUNCTION, INT, LIST, SET, EnumType, StructType
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.lowering.disassemble import decode
from grokc.lowering.image import FIRST_TYPE_ID, Image, TypeCode
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import LARGEST_NUMBER, MOST_MET, LiveProfile, RecordedProfile
from grokc.passes.pipelines import compile_module
from grokc.vm.operations import OPCODES, Kind

TEXT = """
struct Point { x: float }
struct Dot { x: float }
enum Shape { Empty }
trait Area { fn sqrt(self) { 1 } }
trait Other { fn sqrt(self) { 2 } }
impl Area for Point {}
impl Shape { fn sqrt(self) { 3 } }
impl Area for Shape {}
impl Area for Dot {}
impl Other for Dot {}
fn root(x) { let y = x.sqrt(); y }
fn call(f) { let y = f(1); y }
fn field(p) { let x = p.x; x }
fn walk(l) { for x in l { print(x) } }
fn abs(x) { if x < 0 { -x } else { x } }
fn main() { root(2.0); field(Point { x: 1.0 }); call(root); walk([]) }
"""
WIDE_INT = 16  # TYPE_BOXED_INT
INFO = 0x7000  # where the descriptor of `root` is said to lie


@pytest.fixture
def symbols() -> ImageSymbols:
    module, _, _ = compile_to_stack(SourceFile.decode("test.grok", TEXT.encode()))
    return ImageSymbols(Image.from_bytes(compile_module(module)))


def profile_with(
    symbols: ImageSymbols,
    function: str,
    operation: str,
    variant: str,
    words: Sequence[int],
    met: Sequence[int] = (),
) -> tuple[LiveProfile, int]:
    """A profile in which the site of an operation is of a variant, its cache filled, and has met
    some things before; its pc."""
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
    sites = bytearray(len(code))
    struct.pack_into(f"<{len(met)}H", sites, instruction.offset, *met)
    return LiveProfile(
        symbols, bytes(code), bytes(sites), functions
    ), instruction.offset - record.start


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


def type_id(symbols: ImageSymbols, name: str) -> int:
    return FIRST_TYPE_ID + symbols.type_numbers[name]


@pytest.mark.parametrize("variant", ["exact", "shared"])
def test_a_method_site_knows_all_receivers_it_has_met(symbols: ImageSymbols, variant: str) -> None:
    """Whatever it has specialized to last.  A type's own method comes before those of traits."""
    met = [type_id(symbols, "Point"), TypeCode.FLOAT, type_id(symbols, "Shape")]
    profile, pc = profile_with(symbols, "root", "call_method", variant, (met[0], 0), met)
    targets = [
        TargetAttr.of(StructType("Point"), "Area::sqrt"),
        TargetAttr.of(FLOAT),
        TargetAttr.of(EnumType("Shape"), "Shape::sqrt"),
    ]
    assert profile.at("root", pc) == TargetsAttr(ArrayAttr(targets))


def test_a_wide_int_is_an_int(symbols: ImageSymbols) -> None:
    met = [TypeCode.INT, WIDE_INT]
    profile, pc = profile_with(symbols, "root", "call_method", "shared", (0, 0), met)
    assert profile.at("root", pc) == TargetAttr.of(INT)


@pytest.mark.parametrize("why", ["ambiguous", "many", "large"])
def test_a_method_site_that_nobody_can_foresee(symbols: ImageSymbols, why: str) -> None:
    """Two traits have the method; or it has met too much, or what no record can hold."""
    records: dict[str, list[int]] = {
        "ambiguous": [TypeCode.FLOAT, type_id(symbols, "Dot")],
        "many": [TypeCode.FLOAT] * (MOST_MET + 1),
        "large": [TypeCode.FLOAT, LARGEST_NUMBER],
    }
    met = records[why]
    profile, pc = profile_with(symbols, "root", "call_method", "shared", (0, 0), met)
    assert profile.at("root", pc) == SEEN_ANY


def test_a_value_site_knows_all_bodies_it_has_met(symbols: ImageSymbols) -> None:
    numbers = [symbols.function_numbers[name] for name in ("root", "field")]
    met = [number + 1 for number in numbers]
    profile, pc = profile_with(symbols, "call", "call_value", "shared", (0, 0), met)
    targets = [TargetAttr.of(FUNCTION, "root"), TargetAttr.of(FUNCTION, "field")]
    assert profile.at("call", pc) == TargetsAttr(ArrayAttr(targets))


def test_a_field_access_knows_the_structs_it_has_met(symbols: ImageSymbols) -> None:
    point, dot = StructType("Point"), StructType("Dot")
    for names, expected in (
        ([], NEVER),
        (["Dot"], ShapeAttr(dot)),
        (["Point", "Dot"], ShapesAttr(ArrayAttr([point, dot]))),
        (["Dot"] * (MOST_MET + 1), None),
    ):
        met = [type_id(symbols, name) for name in names]
        profile, pc = profile_with(symbols, "field", "get_field", "", [0], met)
        assert profile.at("field", pc) == expected


def test_a_recorded_profile_is_read_back() -> None:
    text = (
        'f 0 targets<struct<@Point>, @"Point::norm", float, native>\n'
        "f 40 shapes<struct<@Point>, struct<@Dot>>\n"
        "f 72 target<function, @g>\n"
    )
    assert RecordedProfile.from_text(text).to_text() == text


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


def test_counts_of_jumps(symbols: ImageSymbols) -> None:
    """Where there are any, they are the first words of the jump's record."""
    record = symbols.record("abs")
    (jump,) = (
        each for each in decode(symbols.image, record) if each.opcode.operation.is_forward_branch
    )
    code = bytes(symbols.image.code)
    sites = bytearray(len(code))
    pc = jump.offset - record.start
    assert LiveProfile(symbols, code, bytes(sites), {}).branch("abs", pc) is None
    struct.pack_into("<II", sites, jump.offset, 12, 0xFFFFFFFF)
    profile = LiveProfile(symbols, code, bytes(sites), {})
    counts = BranchAttr.of(12, 0xFFFFFFFF)
    assert profile.branch("abs", pc) == counts
    assert profile.record().branches == {("abs", pc): counts}


def test_counts_of_jumps_as_text() -> None:
    """Beside what the operands were."""
    text = "fib 0 seen<int>\nfib 0 branch<taken 12, not 3456>\n"
    profile = RecordedProfile.from_text(text)
    assert profile.at("fib", 0) == SEEN_INT
    assert profile.branch("fib", 0) == BranchAttr.of(12, 3456)
    assert profile.to_text() == text
    with pytest.raises(ValueError, match="line 1 of the profile"):
        RecordedProfile.from_text("fib 0 branch<taken -1, not 2>\n")
