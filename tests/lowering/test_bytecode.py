"""Program images: what is written, what is read back, and what the verifier does not let pass."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects.constants import Constant
from grokc.dialects.grok_vm import instruction, register
from grokc.dialects.location import Locations
from grokc.dialects.universe import make_context
from grokc.lowering import image as layout
from grokc.lowering.bytecode import emit_bytecode
from grokc.lowering.disassemble import decode, disassemble
from grokc.lowering.image import SECTIONS, Image, ImageError
from grokc.lowering.verify_image import verify_image
from grokc.passes.pipelines import compile_module
from grokc.vm.operations import OPCODE, table_hash

PRELUDE = """
grok.enum @Option [Some(any), None]
grok.enum @Result [Ok(any), Err(any)]
grok_vm.func @"@start" registers 1 minimum 0 maximum 0 { grok_vm.return 0 }
"""


def parse(text: str) -> ModuleOp:
    module = Parser(make_context(), text).parse_module()
    module.verify()
    return module


def image_of(text: str) -> Image:
    image = Image.from_bytes(emit_bytecode(parse(PRELUDE + text)))
    verify_image(image)
    return image


def function(body: str, registers: int = 8) -> str:
    return f"grok_vm.func @f registers {registers} minimum 0 maximum 0 {{\n{body}\n}}\n"


def lines_of(image: Image, name: str = "f") -> list[str]:
    """A function's disassembly, one line for each instruction."""
    (part,) = [p for p in disassemble(image).split("\n\n") if p.startswith(f"{name}:")]
    return [line.strip() for line in part.strip().splitlines()[1:]]


# -------------------------------------------------------------------------------------- the layout


def test_header() -> None:
    data = emit_bytecode(parse(PRELUDE))
    assert data[:8] == b"GROKIMG1"
    assert struct.unpack_from("<Q", data, 8) == (table_hash(),)
    start, size = struct.unpack_from("<II", data, 16 + 8 * len(SECTIONS))
    assert (start, size) == (0, len(data))
    for number in range(len(SECTIONS)):
        assert struct.unpack_from("<I", data, 16 + 8 * number)[0] % 8 == 0


def test_round_trip() -> None:
    data = emit_bytecode(
        parse(
            PRELUDE + function("grok_vm.load_global r0, @g\ngrok_vm.return r0") + "grok.global @g\n"
        )
    )
    assert Image.from_bytes(data).to_bytes() == data


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "not a GrokLang program image"),
        (lambda data: b"X" + data[1:], "not a GrokLang program image"),
        (lambda data: data[:8] + b"\0" * 8 + data[16:], "another table of operations"),
        (lambda data: data[:-8], "its header says"),
        (lambda data: data[:16] + b"\xf0\xff\xff\x7f" + data[20:], "outside the image"),
    ],
)
def test_bytes_that_are_no_image(damage: Callable[[bytes], bytes], message: str) -> None:
    with pytest.raises(ImageError, match=message):
        Image.from_bytes(damage(emit_bytecode(parse(PRELUDE))))


# ---------------------------------------------------------------------------------- instructions


def test_instructions() -> None:
    image = image_of(
        function(
            """
  grok_vm.add r1, r0, -5
  grok_vm.sub r1, #grok.constant<0.5>, r1
  grok_vm.set_index r1, 3, r0
  grok_vm.jump_if_not_less r1, #grok.constant<70000>, ^far, ^near
^near:
  grok_vm.call_method r4, 1, "area"
  grok_vm.range_step r0, 9, ^near, ^far
^far:
  grok_vm.return #grok.constant<unit>
"""
        )
    )
    assert lines_of(image) == [
        "0  add.ri r1, r0, -5",
        "16  sub.kr r1, 0.5, r1",
        "40  set_index.rir r1, 3, r0",
        "56  jump_if_not_less.rk r1, 70000, 136",
        '80  call_method r4, 1, "area"',
        "120  range_step.ri r0, 9, 80",
        "136  return.k unit",
    ]


def test_words() -> None:
    image = image_of(
        """
grok.struct @"geo::Point" {x: float}
grok.global @count
"""
        + function(
            """
  grok_vm.load_global r0, @count
  grok_vm.make_struct r1, r0, 1, @"geo::Point"
  grok_vm.make_variant r1, r0, 1, variant @Option "Some"
  grok_vm.check_type r1, r0, struct<@"geo::Point">, "argument 'p'"
  grok_vm.format r1, r0, 1, ["x = ", ".3", ""]
  grok_vm.make_closure r1, r0, 1, @f
  grok_vm.call_builtin r1, 0, "env::args"
  grok_vm.get_field r1, r0, "x"
  grok_vm.return r1
"""
        )
    )
    assert lines_of(image) == [
        "0  load_global r0, count",
        "24  make_struct r1, r0, 1, Point",
        "48  make_variant r1, r0, 1, Option::Some",
        "72  check_type.r r1, r0, Point, \"argument 'p'\"",
        '104  format r1, r0, 1, ("x = ", ".3", "")',
        "128  make_closure r1, r0, 1, f",
        "152  call_builtin r1, 0, env::args",
        '176  get_field.r r1, r0, "x"',
        "208  return.r r1",
    ]


@pytest.mark.parametrize(
    ("constant", "record"),
    [
        ("unit", (0, 0, 0)),
        ("false", (0, 1, 0)),
        ("true", (0, 2, 0)),
        ("missing", (0, 3, 0)),
        ("-9223372036854775808", (1, 0, 1 << 63)),
        ("-0.0", (2, 0, 1 << 63)),
        ("1.0", (2, 0, 0x3FF0 << 48)),
        ("@f", (5, 1, 0)),
        ('variant @Option "None"', (6, 1, 0)),
    ],
)
def test_constants(constant: str, record: tuple[int, int, int]) -> None:
    image = image_of(function(f"grok_vm.return #grok.constant<{constant}>"))
    assert image.constants[-1] == record


def test_strings_and_tuples() -> None:
    image = image_of(function('grok_vm.return #grok.constant<("ä", (1, "ä"))>'))
    kind, first, count = image.constants[-1]
    assert (kind, count) == (layout.ConstantKind.TUPLE, 2)
    members = [item.constant for item in image.items[first : first + count]]
    assert max(members) < len(image.constants) - 1
    assert image.string(image.constants[members[0]].a) == "ä"
    assert lines_of(image) == ['0  return.k ("ä", (1, "ä"))']


def test_equal_constants_are_stored_once() -> None:
    body = "".join(f"grok_vm.load_constant r{i}, #grok.constant<70000>\n" for i in range(5))
    image = image_of(function(body + "grok_vm.return #grok.constant<70000.0>"))
    assert [c for c in image.constants if c.kind == layout.ConstantKind.INT] == [(1, 0, 70000)]
    assert len([r for r in image.relocations if r.kind == layout.RelocationKind.CONSTANT]) == 6


# --------------------------------------------------------------------------------------- tables


def test_types_and_methods() -> None:
    image = image_of(
        """
grok.struct @"geo::Point" {x: float, y: any}
grok.enum @Shape [Circle(float), Rect {w: int, h: trait<@Area>}, Empty]
grok.trait @Area [struct<@"geo::Point">]
grok.method struct<@"geo::Point"> "area" @f "Area"
grok.method int "twice" @f ""
"""
        + function("grok_vm.return 0")
    )
    assert disassemble(image).split("\n\n")[0].splitlines() == [
        "enum Option: Some(0: any) None()",
        "enum Result: Ok(0: any) Err(0: any)",
        "struct Point: Point(x: float, y: any)",
        "enum Shape: Circle(0: float) Rect(w: int, h: Area) Empty()",
        "method Point.area: f of Area",
        "method int.twice: f",
        "trait Area: Point",
    ]
    assert [variant.kind for variant in image.variants[5:]] == [1, 2, 0]
    assert [method.type_id for method in image.methods] == [66, 1, 66]


def test_functions_and_lines() -> None:
    text = """
grok_vm.func @"main::closure#1" registers 2 minimum 0 maximum 1 captures [c] {
  grok_vm.load_capture r1, 0
  grok_vm.add r0, r0, r1
  grok_vm.return r0
}
"""
    module = parse(PRELUDE + text)
    at = Locations("a.grok")
    closure = list(module.body.ops)[-1]
    closure.location = at(0, 30)
    for op, where in zip(closure.regions[0].block.ops, ((5, 6), (7, 9), (7, 9)), strict=True):
        op.location = at(*where)
    image = Image.from_bytes(emit_bytecode(module))
    record = image.functions[1]
    assert image.string(record.name) == "main::closure#1"
    assert image.string(record.file) == "a.grok"
    assert (record.minimum, record.maximum, record.registers) == (0, 1, 2)
    assert record.flags == layout.FLAG_CLOSURE
    lines = image.lines[record.first_line :]
    assert [(line.offset - record.start, line.start, line.end) for line in lines] == [
        (0, 5, 6),
        (16, 7, 9),
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("grok_vm.call r3, @g\ngrok_vm.return 0", "no function 'g'"),
        ("grok_vm.load_global r3, @g\ngrok_vm.return 0", "no global 'g'"),
        ("grok_vm.make_struct r3, r3, 0, @P\ngrok_vm.return 0", "no type 'P'"),
        ('grok_vm.return #grok.constant<variant @Option "Nome">', "no type 'Option Nome'"),
    ],
)
def test_names_that_are_not_defined(body: str, message: str) -> None:
    with pytest.raises(DiagnosticException, match=message):
        emit_bytecode(parse(PRELUDE + function(body)))


def test_program_without_start() -> None:
    with pytest.raises(DiagnosticException, match="no function '@start'"):
        emit_bytecode(parse(function("grok_vm.return 0")))


def test_other_levels_cannot_be_written() -> None:
    with pytest.raises(DiagnosticException, match=r"grok_stack\.func cannot be part"):
        emit_bytecode(parse("grok_stack.func @f() { grok_stack.unreachable }"))


# ------------------------------------------------------------------------------------ far jumps


@pytest.mark.parametrize("padding", [100, 12_000, 40_000])
def test_far_jumps(padding: int) -> None:
    """Conditional jumps reach 256 KiB; farther ones get there in two steps."""
    module = parse(
        PRELUDE
        + function(
            """
^head:
  grok_vm.jump_if_true r0, ^end, ^body
^body:
  grok_vm.loop_if_less r1, r0, ^head, ^end
^end:
  grok_vm.return r1
"""
        )
    )
    _, body, _ = list(module.body.ops)[-1].regions[0].blocks
    assert body.last_op is not None
    operands = [register(1), register(1), Constant(70000)]
    padded = [instruction("add", operands) for _ in range(padding)]
    body.insert_ops_before(padded, body.last_op)
    image = Image.from_bytes(emit_bytecode(module))
    verify_image(image)
    instructions = {i.offset: i for i in decode(image, image.functions[1])}

    def name(offset: int) -> str:
        return instructions[offset].opcode.operation.name

    def land(offset: int) -> str:
        """What a jump to ``offset`` leads to in the end."""
        while name(offset) in ("jump", "loop"):
            offset = instructions[offset].operands[0][1]
        return name(offset)

    ways = {
        name(i.offset): (land(i.operands[-1][1]), land(i.offset + i.opcode.size))
        for i in instructions.values()
        if name(i.offset) in ("jump_if_true", "loop_if_less")
    }
    assert ways == {"jump_if_true": ("return", "add"), "loop_if_less": ("jump_if_true", "return")}
    assert any(name(offset) == "loop" for offset in instructions) == (padding > 4000)


# ---------------------------------------------------------------------------------- the verifier


def broken(change: Callable[[Image], None]) -> Image:
    image = image_of(
        function(
            """
  grok_vm.load_constant r1, #grok.constant<(1, 2)>
  grok_vm.jump_if_true r0, ^end, ^call
^call:
  grok_vm.call_method r4, 2, "m"
  grok_vm.fallthrough ^end
^end:
  grok_vm.return r1
"""
        )
    )
    image.code = bytearray(image.code)
    change(image)
    return image


def patch(offset: int, *data: int) -> Callable[[Image], None]:
    """Overwrites bytes of the function f, which begins at offset 16."""

    def change(image: Image) -> None:
        assert isinstance(image.code, bytearray)
        image.code[16 + offset : 16 + offset + len(data)] = bytes(data)

    return change


def test_unbroken() -> None:
    verify_image(broken(lambda image: None))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (patch(8, 0xFF, 0xFF), "there is no opcode 65535"),
        (patch(10, 8), "there is no register 8"),
        (patch(24 + 12, 1), "no instruction begins"),
        (patch(24 + 12, 0xFF, 0x7F), "no instruction begins"),
        (patch(40 + 10, 7), "beyond the frame"),
        (patch(40 + 10, 2), "no room for its header"),
        (lambda image: image.relocations.pop(), "never filled in"),
        (lambda image: image.relocations.append(image.relocations[0]), "relocated twice"),
        (
            lambda image: image.relocations.append(layout.RelocationRecord(8, 0, 0)),
            "not of a word",
        ),
        (
            lambda image: image.relocations.__setitem__(0, layout.RelocationRecord(32, 0, 99)),
            "no target of a constant relocation 99",
        ),
        (
            lambda image: image.items.__setitem__(0, layout.ItemRecord(len(image.constants))),
            "comes before one of its members",
        ),
        (lambda image: image.functions.pop(0), "does not follow"),
        (lambda image: image.functions.pop(), "behind the last function"),
        (lambda image: setattr(image, "start", 7), "no function to start with"),
        (
            patch(80 + 8, *OPCODE["native_return", ""].number.to_bytes(2, "little")),
            "runs past its end",
        ),
        (
            lambda image: image.functions.__setitem__(1, image.functions[1]._replace(maximum=9)),
            "minimum <= maximum <= registers",
        ),
    ],
)
def test_broken(change: Callable[[Image], None], message: str) -> None:
    with pytest.raises(ImageError, match=message):
        verify_image(broken(change))


# --------------------------------------------------------------------------------- the whole way


def test_compile_module() -> None:
    module = parse(
        """
grok.enum @Option [Some(any), None]
grok.enum @Result [Ok(any), Err(any)]
grok_stack.func @"@start"() {
  grok_stack.push_int 1
  grok_stack.push_int 2
  grok_stack.add
  grok_stack.return
}
"""
    )
    image = Image.from_bytes(compile_module(module, verify_each=True))
    verify_image(image)
    assert lines_of(image, "@start") == ["0  return.i 3"]
