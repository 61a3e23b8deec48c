"""Core GrokLang means what the design page says: programs are compiled, loaded and called."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects import builtin, llvm
from xdsl.parser import Parser

from grokc.lowering.core_types import I64, POINTER
from grokc.lowering.llvm_builder import Builder, declare_function
from grokc.lowering.llvm_extensions import LLVM_EXTENSIONS
from grokc.lowering.llvm_ir import Writer
from grokc.lowering.native import compile_unit
from grokc.vm.linker import link
from tests.lowering.core_helper import errors, load, program, run


def expression(folder: Path, text: str, a: int = 0, b: int = 0) -> int | float:
    """The value of an i64 expression of two i64 parameters."""
    return run(folder, f'#[export("test")] fn test(a: i64, b: i64) -> i64 {{ {text} }}', a, b)


@pytest.mark.parametrize(
    ("text", "a", "b", "result"),
    [
        ("return a + b * 2", 1, 20, 41),
        ("a - b - 1", 10, 2, 7),
        ("a / b", -7, 2, -3),
        ("a % b", -7, 2, -1),
        ("a << b", 1, 62, 1 << 62),
        ("a >> b", -8, 1, -4),
        ("shift_right_logical(a, b)", -1, 60, 15),
        ("unsigned_div(a, b)", -1, 1 << 32, (1 << 32) - 1),
        ("unsigned_rem(a, b)", -1, 10, ((1 << 64) - 1) % 10),
        ("unsigned_mul_high(a, b)", -1, -1, -2),
        ("unsigned_mul_high(a, b)", 1 << 40, 1 << 41, 1 << 17),
        ("a & b | a ^ b", 12, 10, (12 & 10) | (12 ^ 10)),
        ("!a", 5, 0, -6),
        ("-a", 5, 0, -5),
        ("9223372036854775807 + a", 1, 0, -(1 << 63)),
        ("0xFFFF000000000000", 0, 0, 0xFFFF000000000000 - (1 << 64)),
        ("(a as i8) as i64", 200, 0, -56),
        ("(a as i16) as i64", 40000, 0, 40000 - 65536),
        ("(a as i32) as i64", 1 << 31, 0, -(1 << 31)),
        ("zero_extend(a as i8)", 200, 0, 200),
        ("(a < b) as i64", -1, 1, 1),
        ("unsigned_less(a, b) as i64", -1, 1, 0),
        ("unsigned_less_equal(a, b) as i64", 1, 1, 1),
        ("(a == b) as i64 + (a != b) as i64 * 10", 3, 3, 1),
        ("(a <= b) as i64 + (a >= b) as i64 * 10 + (a > b) as i64 * 100", 3, 3, 11),
        ("select(a < b, a, b)", 4, 3, 3),
        ("select(a < b, 1, b)", 2, 3, 1),
        ("count_leading_zeros(a)", 1, 0, 63),
        ("count_leading_zeros(a)", 0, 0, 64),
        ("count_trailing_zeros(a)", 8, 0, 3),
        ("popcount(a)", 255, 0, 8),
        ("1 << a", 3, 0, 8),
        ("5 - a", 3, 0, 2),
        ("(a as f64 * 2.5) as i64", 3, 0, 7),
        ("((a as f64) / 2) as i64", 7, 0, 3),
        ("bits(a as f64)", 1, 0, 0x3FF0000000000000),
        ("float_from_bits(bits(a as f64) + 1) as i64", 1 << 52, 0, (1 << 52) + 1),
        ("sqrt(a as f64) as i64", 81, 0, 9),
        ("floor(-(a as f64) / 2.0) as i64", 3, 0, -2),
        ("ceil(a as f64 / 2.0) as i64", 3, 0, 2),
        ("trunc(a as f64 / 2.0) as i64", -3, 0, -1),
        ("fabs(a as f64) as i64", -3, 0, 3),
        ("(a as ptr + 16 - 4) as i64", 100, 0, 112),
        ("(a as ptr) - (b as ptr)", 100, 40, 60),
        ("(a as ptr == null) as i64", 0, 0, 1),
        ("(true ^ (a == 1)) as i64", 1, 0, 0),
        ("(!(a == 1)) as i64", 1, 0, 0),
        ("let x = a; x * x", 5, 0, 25),
        ("let x: i64; x = a; x += b; x <<= 1; x", 5, 1, 12),
        ("let a = a + 1; let a = a * 2; a", 5, 0, 12),
        ("if a < b { 1 } else if a == b { 2 } else { 3 }", 4, 4, 2),
        ("if a < b && b < 10 || a == 7 { return 1 } 0", 7, 0, 1),
        ("if a < b && b < 10 || a == 7 { return 1 } 0", 1, 11, 0),
        ("if !(a < b && likely(b < 10)) { return 1 } 0", 1, 5, 0),
        ("let c = a < b && b < 10; c as i64", 1, 5, 1),
        (
            "let i = 0; let sum = 0; while i < a { i += 1; if i == 3 { continue } sum += i } sum",
            5,
            0,
            12,
        ),
        ("let sum = 0; for i in a..b { sum += i } sum", 1, 5, 10),
        ("let sum = 0; for i in a..b { if i == 3 { break } sum += i } sum", 1, 5, 3),
        ("let sum = 0; for i in a..b { let j = i; i; j += 1; sum += j } sum", 1, 3, 5),
        ("let n = 0; loop { n += 1; if n > a { break } } n", 5, 0, 6),
        ("loop { if a > 3 { return a } return b }", 2, 9, 9),
        (
            "let n = 0; 'outer: for i in 0..a { for j in 0..b { "
            "if j == 2 { continue 'outer } if i == 3 { break 'outer } n += 1 } } n",
            10,
            10,
            6,
        ),
        ("match a { 0 => 10, 1 | 2 => 20, 3..=5 => 30, -1 => 40, _ => 50 }", 4, 0, 30),
        ("match a { 0 => 10, 1 | 2 => 20, 3..=5 => 30, -1 => 40, _ => 50 }", -1, 0, 40),
        ("match a { 0 => 10, other => other * 2 }", 21, 0, 42),
        ("let r = 0; match a { 1 => { r = 5 } _ => return 7 } r", 1, 0, 5),
        ("let r = 0; match a { 1 => { r = 5 } _ => return 7 } r", 2, 0, 7),
        ("if let s = add_checked(a, b) { s } else { -1 }", 1, 2, 3),
        ("if let s = add_checked(a, b) { s } else { -1 }", (1 << 63) - 1, 1, -1),
        ("if let s = sub_checked(a, b) { s } else { -1 }", -(1 << 63), 1, -1),
        ("if let s = mul_checked(a, b) { s } else { -1 }", 1 << 40, 1 << 40, -1),
        (
            "if let s = add_checked(a as i32, b as i32) { s as i64 } else { -1 }",
            1 << 30,
            1 << 30,
            -1,
        ),
    ],
)
def test_expressions(tmp_path: Path, text: str, a: int, b: int, result: int) -> None:
    assert expression(tmp_path, text, a, b) == result


def test_floats(tmp_path: Path) -> None:
    text = '#[export("test")] fn test(a: f64, b: f64) -> f64 { return -a + b * 2 - 1.5 / 3 }'
    assert run(tmp_path, text, 1.0, 4.0, result=ctypes.c_double) == 6.5


def test_nan_is_unequal_and_unordered(tmp_path: Path) -> None:
    text = """
    #[export("test")]
    fn test(a: f64) -> i64 {
        return (a == a) as i64 + (a != a) as i64 * 2 + (a < a) as i64 * 4 + (a >= a) as i64 * 8
    }
    """
    assert run(tmp_path, text, float("nan")) == 2


def test_structs_are_laid_out_as_in_c(tmp_path: Path) -> None:
    text = """
    struct Mixed {
        flag: i1, small: i16, byte: i8, word: i32, number: f64, next: ptr<Mixed>, v: value
    }
    #[extern] fn malloc(bytes: i64) -> ptr;
    #[extern] fn free(p: ptr) -> ();
    #[export("test")]
    fn test(a: i64) -> i64 {
        let m: ptr<Mixed> = malloc(size_of(Mixed))
        m.flag = a > 3
        m.small = a as i16
        m.byte = -1
        m.word = 7
        m.word *= 3
        m.number = 2.5
        m.next = m
        let sum = m.next.next.word as i64 + m.small as i64 + m.byte as i64 + m.flag as i64
        free(m)
        return sum * 1000000 + offset_of(Mixed, word) * 10000 + offset_of(Mixed, number) * 100
            + size_of(Mixed)
    }
    """
    assert run(tmp_path, text, 5) == (21 + 5 - 1 + 1) * 1000000 + 8 * 10000 + 16 * 100 + 40
    layout = program(text, representation="tagged").struct("Mixed")
    assert layout.size == 48, "a value of 16 bytes is aligned to 8"


def test_pointers_arrays_and_elements(tmp_path: Path) -> None:
    text = """
    struct Pair { first: i64, second: i64 }
    const TABLE: [i16] = [1, -2, 3, LAST]
    const LAST: i16 = 4 * 25
    const NAMES: [ptr] = ["one", "two"]
    static COUNTER: i64 = 5
    static ROOM: [i64] = [0; 10]
    #[extern] fn strlen(text: ptr) -> i64;
    #[export("test")]
    fn test(n: i64) -> i64 {
        COUNTER += n
        ROOM[3] = COUNTER
        ROOM[4] += 2
        let pairs: ptr<Pair> = ROOM
        pairs[1].first = 100
        let bytes = TABLE as ptr<i8>
        return pairs[1].second + ROOM[2] + ROOM[4] + TABLE[3] as i64 + TABLE[1] as i64
            + bytes[4] as i64 + strlen("héllo") + strlen(NAMES[1])
    }
    """
    assert run(tmp_path, text, 1) == 6 + 100 + 2 + 100 - 2 + 3 + 6 + 3


def test_constants_of_the_generator(tmp_path: Path) -> None:
    text = (
        '#[export("test")] fn test(n: i64) -> i64 { return constant(HASH) ^ n + constant(A) * 2 }'
    )
    assert run(tmp_path, text, 1, constants={"HASH": (1 << 64) - 1, "A": 3}) == -1 ^ 7


FALLIBLE = """
struct Machine { context: i64 }
fn half(n: i64) -> i64! {
    if n % 2 != 0 {
        return odd(n)
    }
    return n / 2
}
#[cold]
fn odd(n: i64) -> never! {
    context.error = n
    return fail()
}
fn quarter(n: i64) -> i64! {
    return half(half(n)?)
}
fn check(n: i64) -> ()! {
    half(n)?
    if n == 8 {
        return odd(8)
    }
}
fn is_even(n: i64) -> i1! {
    check(n)?
    return true
}
#[inline]
fn inline_quarter(n: i64) -> i64! {
    let h = half(n)?
    return half(h)
}
"""


@pytest.mark.parametrize(
    ("text", "n", "result"),
    [
        ("let q = quarter(n) else { return -context.error }; q", 12, 3),
        ("let q = quarter(n) else { return -context.error }; q", 6, -3),
        ("let q = inline_quarter(n) else { return -context.error }; q", 6, -3),
        ("let q = inline_quarter(n) else { return -context.error }; q", 16, 4),
        ("if let q = quarter(n) { q } else { context.error + 100 }", 12, 3),
        ("if let q = quarter(n) { q } else { context.error + 100 }", 6, 103),
        ("let _ = check(n) else { context.error += 1000 }; context.error", 7, 1007),
        ("let _ = check(n) else { context.error += 1000 }; context.error", 6, 0),
        ("let e = is_even(n) else { return context.error }; e as i64 * 77", 8, 8),
        ("let e = is_even(n) else { return context.error }; e as i64 * 77", 4, 77),
        ("let f = address_of(quarter); let q = f(n) else { return -1 }; q", 20, 5),
        (
            "let f = address_of(quarter) as ptr as fn(i64) -> i64!; "
            "if let q = f(n) { q } else { 5 }",
            6,
            5,
        ),
    ],
)
def test_fallible_functions(tmp_path: Path, text: str, n: int, result: int) -> None:
    source = f"""
    fn body(n: i64) -> i64 {{ {text} }}
    #[extern] fn calloc(count: i64, bytes: i64) -> ptr;
    #[export("test")]
    fn test(n: i64) -> i64 {{
        let context: ptr<Context> = calloc(1, size_of(Context))
        return body(n)
    }}
    """
    assert run(tmp_path, FALLIBLE + source, n) == result


def test_inline_functions_save_pc_and_base_when_there_are_any(tmp_path: Path) -> None:
    text = """
    fn reveal() -> i64 { return context.pc as i64 * 100 + context.base as i64 }
    #[leaf] fn hidden() -> i64 { return context.pc as i64 }
    #[inline] fn step() -> i64 { return reveal() }
    #[inline] fn outer() -> i64 { return step() }
    #[inline] fn silent() -> i64 { return hidden() }
    #[export("plain")]
    fn plain(context: ptr<Context>) -> i64 { return outer() }
    """
    core = program(text)
    for name in ("outer", "silent"):
        builder = Builder(
            declare_function(
                f"call_{name}", [POINTER] * 3, I64, parameter_attributes=["nonnull"] * 3
            )
        )
        context, pc, base = builder.parameters
        value, status = core.call(builder, core.function(name), [], context, pc, base)
        assert status is None
        builder.return_(value)
        core.add(builder)
    path = tmp_path / "saves.so"
    objects = [compile_unit(unit) for unit in core.units(2)]
    path.write_bytes(link(objects, ["plain", "call_outer", "call_silent"]))
    library = ctypes.CDLL(str(path))
    context_words = (ctypes.c_int64 * 3)(1, 2, 0)
    library.plain.restype = library.call_outer.restype = ctypes.c_int64
    at = ctypes.byref(context_words)
    assert library.plain(at) == 102, "an ordinary function leaves what is there"
    assert library.call_silent(at, ctypes.c_void_p(7), ctypes.c_void_p(9)) == 1
    assert library.call_outer(at, ctypes.c_void_p(7), ctypes.c_void_p(9)) == 709
    assert list(context_words)[:2] == [7, 9]


def test_values_in_both_representations(tmp_path: Path) -> None:
    functions = """
    #[extern] fn calloc(count: i64, bytes: i64) -> ptr;
    fn pick(values: ptr<value>, index: i64) -> value! {
        if index > 2 { return fail() }
        return values[index]
    }
    #[export("test")]
    fn test(n: i64) -> i64 {
        let context: ptr<Context> = calloc(1, size_of(Context))
        let values: ptr<value> = calloc(3, size_of(value))
        for i in 0..3 { values[i] = make(i * 10) }
        let v = pick(values, n) else { return -1 }
        return number(v) * 100 + size_of(value)
    }
    """
    nanbox = """
    #[inline] fn make(n: i64) -> value { return value_from_bits(n | 0xFFFF << 48) }
    #[inline] fn number(v: value) -> i64 { return value_bits(v) << 16 >> 16 }
    """
    tagged = """
    #[inline] fn make(n: i64) -> value { return value_pair(1, n) }
    #[inline] fn number(v: value) -> i64 { return value_payload(v) + value_tag(v) - 1 }
    """
    for representation, layout, size in (("nanbox", nanbox, 8), ("tagged", tagged, 16)):
        core = program(functions + layout, name="layout_test.grok", representation=representation)
        test = load(core, tmp_path).test
        test.restype = ctypes.c_int64
        assert [test(n) for n in range(4)] == [size, 1000 + size, 2000 + size, -1]
    assert errors(functions + nanbox)[0].startswith("only the layout files may look into a value")


def test_native_frame(tmp_path: Path) -> None:
    text = """
    #[noinline]
    fn here() -> i64 { return stack_pointer() }
    #[export("test")]
    fn test() -> i64 {
        let context: ptr<Context> = local_bytes(size_of(Context))
        let room: ptr<i64> = local_bytes(80)
        room[9] = 42
        let below = here() <= room as i64 && room as i64 - here() < 4096
        return room[9] + below as i64 + (room as i64 & 15)
    }
    """
    assert run(tmp_path, text) == 43


def test_declarations_can_be_asked() -> None:
    core = program(
        """
        const SIZE: i64 = 3
        #[op] #[noinline]
        fn add(a: value, b: value) -> value! { return fail() }
        #[method(list, push)] #[method(list, append)]
        fn push(arguments: ptr<value>, count: i64) -> value! { return fail() }
        """
    )
    add = core.function("add")
    assert [name for name, _ in add.parameters] == ["a", "b"]
    assert str(add.result) == "value!" and str(add.value_type) == "value"
    assert add.fallible and add.inline and add.hidden == ("context", "pc", "base")
    assert core.functions_with("op") == [add]
    assert core.function("push").attributes["method"] == [("list", "push"), ("list", "append")]
    assert core.constant("SIZE") == 3
    assert core.struct("Context").offset("error") == 16
    with pytest.raises(KeyError):
        core.function("sub")


def test_the_module_verifies_and_reads_back() -> None:
    text = """
    #[extern] fn generated(n: i64) -> ptr;
    const TABLE: [i64] = [1, 2]
    static ROOM: [ptr] = ["text", null, address_of(half)]
    fn f(p: ptr) -> i1 { return p == ROOM || p != generated(TABLE[1]) }
    fn g(x: f64) -> i64 { return match x as i64 { 1 => 2, _ => floor(x) as i64 } }
    """
    core = program(FALLIBLE + text)
    handler = core.handler("handler")
    handler.return_(handler.poison(handler.type.output))
    core.add(handler)
    definition = Builder(declare_function("generated", [I64], POINTER))
    definition.return_(definition.null())
    core.add(definition)  # takes the place of the declaration
    core.module.verify()
    printed = str(core.module)
    context = Context()
    for dialect in (builtin.Builtin, llvm.LLVM, LLVM_EXTENSIONS):
        context.load_dialect(dialect)
    again = Parser(context, printed.replace("ModuleOp(", "").rstrip(")\n")).parse_module()
    again.verify()
    writer = Writer()
    for op in again.body.block.ops:
        writer.add(op)
    symbols = ["core.f", "core.g", "handler"]
    assert writer.unit(symbols) == core.unit_of(symbols).text
