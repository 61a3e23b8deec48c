"""The run-time library of the machine, value by value.

Each table lists expressions and what they display in debug form; an expression that fails shows as
``Err("message")`` of ``catch``.  One program evaluates a whole table.
"""

from __future__ import annotations

import random
import resource
import unicodedata
from pathlib import Path

import pytest

from grokc.vm import unicode_tables
from tests.conformance.programs import ENGINES, run_source

Table = dict[str, str]
ENGINE = "interp"
"""Of the programs; tables are evaluated by every engine."""


def evaluate(expressions: list[str], items: str, engine: str) -> list[str]:
    """What each expression displays, evaluated inside ``catch``."""
    lines = []
    for expression in expressions:
        lines.append("    match catch(|| " + expression + ") {")
        lines.append('        Ok(v) => println(f"{v:?}"),')
        lines.append('        Err(m) => println("error: " + m),')
        lines.append("    }")
    source = "\n".join([items, "fn main() {", *lines, "}", ""])
    result = run_source("table.grok", source.encode(), engine, [])
    assert result.status == 0, result.errors
    return result.output.splitlines()


def check(table: Table, items: str = "") -> None:
    for engine in ENGINES:
        shown = evaluate(list(table), items, engine)
        assert dict(zip(table, shown, strict=True)) == table, engine


MIN = "(-9223372036854775807 - 1)"
MAX = "9223372036854775807"
EDGE = "140737488355327"  # the largest int that lies in a word


def test_arithmetic_of_ints() -> None:
    check(
        {
            f"{EDGE} + 1": "140737488355328",
            f"({EDGE} + 1) - 1": EDGE,
            f"-{EDGE} - 1": "-140737488355328",
            f"-{EDGE} - 2": "-140737488355329",
            f"({EDGE} + 1) == ({EDGE} + 1)": "true",
            f"({EDGE} + 1) < ({EDGE} + 2)": "true",
            f"{EDGE} * {EDGE}": "error: integer overflow",
            "3037000499 * 3037000499": "9223372030926249001",
            f"{MAX} + 1": "error: integer overflow",
            f"{MIN} - 1": "error: integer overflow",
            f"-{MIN}": "error: integer overflow",
            f"{MIN} / -1": "error: integer overflow",
            f"{MIN} % -1": "0",
            f"{MAX} + {MIN}": "-1",
            "7 / 2": "3",
            "-7 / 2": "-3",
            "-7 % 2": "-1",
            "7 % -2": "1",
            f"{MAX} / 10": "922337203685477580",
            f"{MAX} % 10": "7",
            "4294967297 % 10": "7",
            "1 / 0": "error: division by zero",
            "1 % 0": "error: division by zero",
            "1 << 62": "4611686018427387904",
            "1 << 63": MIN.strip("()").replace("7 - 1", "8"),
            "1 << 64": "error: shift out of range",
            "1 >> -1": "error: shift out of range",
            "-1 >> 63": "-1",
            "!5": "-6",
            "!true": "false",
            "true & false": "false",
            "true ^ true": "false",
            f"{MAX} & 255": "255",
            "1 & true": "error: type error: cannot apply '&' to int and bool",
            '1 + "a"': "error: type error: cannot apply '+' to int and str",
            '-"a"': "error: type error: cannot apply '-' to str",
            "[1] - [1]": "error: type error: cannot apply '-' to list and list",
        }
    )


def test_arithmetic_of_floats() -> None:
    check(
        {
            "1 + 0.5": "1.5",
            "0.5 * 4": "2.0",
            "1.0 / 0.0": "inf",
            "-1.0 / 0.0": "-inf",
            "0.0 / 0.0": "nan",
            "7.5 % 2": "1.5",
            "-7.5 % 2.0": "-1.5",
            "1 / 2.0": "0.5",
            f"{MAX} + 0.0": "9.223372036854776e+18",
            "-(0.0)": "-0.0",
            "1.9 as int": "1",
            "-1.9 as int": "-1",
            "1e300 as int": "error: cannot convert 1e+300 to int",
            "(0.0 / 0.0) as int": "error: cannot convert nan to int",
            "9223372036854775808.0 as int": "error: cannot convert 9.223372036854776e+18 to int",
            "true as int": "1",
            "[] as int": "error: type error: cannot convert list to int",
        }
    )


def test_order_and_equality() -> None:
    check(
        {
            "1 == 1.0": "true",
            f"{MAX} == 9223372036854775808.0": "false",
            f"{MAX} < 9223372036854775808.0": "true",
            "9007199254740993 > 9007199254740992.0": "true",
            "0.0 == -0.0": "true",
            "0.0 / 0.0 == 0.0 / 0.0": "false",
            "0.0 / 0.0 <= 1": "false",
            '"a" < "b"': "true",
            '"a" < "ab"': "true",
            '"Z" < "é"': "true",
            '"é" < "\\u{1F600}"': "true",
            "false < true": "true",
            "(1, 2) < (1, 3)": "true",
            "[1, 2] < [1]": "false",
            "[1] < [1, 0]": "true",
            "[1, 2] == [1.0, 2.0]": "true",
            "(1, [2]) == (1, [2])": "true",
            "(1..1) == (5..3)": "true",
            "(0..=4) == (0..5)": "true",
            "Some(1) == Some(1)": "true",
            "Some(1) == None": "false",
            '1 == "1"': "false",
            "() == ()": "true",
            '1 < "a"': "error: type error: cannot compare int and str",
            "None < None": "error: type error: cannot compare Option and Option",
            '#{"a": 1, "b": 2} == #{"b": 2.0, "a": 1}': "true",
            "Set::from([1, 2]) == Set::from([2, 1])": "true",
            "same([], [])": "false",
            "same(1, 1.0)": "true",
            "same((1, 2), (1, 2))": "true",
            "hash(1) == hash(1.0)": "true",
            'hash("ab" + "c") == hash("abc")': "true",
            "hash((1, 2)) == hash((1.0, 2))": "true",
            "hash([])": "error: type error: cannot use list as a key",
            "hash(0.0 / 0.0)": "error: type error: cannot use nan as a key",
        }
    )


def test_strings() -> None:
    check(
        {
            '"héllo"[1]': '"é"',
            '"héllo"[1..3]': '"él"',
            '"héllo"[5..5]': '""',
            '"abc"[3]': "error: index out of range: 3 (length 3)",
            '"abc"[-1]': "error: index out of range: -1 (length 3)",
            '"abc"[1..4]': "error: index out of range: 4 (length 3)",
            '"abc"[2..1]': "error: index out of range: 1 (length 3)",
            '"abc"["a"]': "error: type error: cannot index str with str",
            '"😀é".len()': "2",
            '"😀é".byte_len()': "6",
            '"a,b,,c".split(",")': '["a", "b", "", "c"]',
            '"".split(",")': '[""]',
            '"a".split("")': "error: empty separator",
            '" a\\tb \\u{3000}c ".split_whitespace()': '["a", "b", "c"]',
            '"\\u{2003} x ".trim()': '"x"',
            '"a\\n\\nb\\r\\n".lines()': '["a", "", "b"]',
            '"aXbX".replace("X", "")': '"ab"',
            '"ab".replace("", "-")': '"-a-b-"',
            '"añb".find("b")': "Some(2)",
            '"aa".rfind("a")': "Some(1)",
            '"abc".rfind("")': "Some(3)",
            '"abc".find("x")': "None",
            '"ab".repeat(3)': '"ababab"',
            '"a".repeat(-1)': "error: negative count: -1",
            '"ab".repeat(1000000000000000000)': "error: out of memory",
            '"é".pad_left(3, "ü")': '"üüé"',
            '"ab".pad_right(1)': '"ab"',
            '"ab".pad_left(4, "xy")': "error: the padding must be one character",
            '"aé😀".rev()': '"😀éa"',
            '"ΑΣ ΑΣΑ ß".to_lower()': '"ας ασα ß"',
            '"ßéŉ".to_upper()': '"SSÉʼN"',
            '"A\\u{300}".code()': "65",
            '"12".parse_int()': "Some(12)",
            '"+7".parse_int()': "Some(7)",
            '" 7".parse_int()': "None",
            '"".parse_int()': "None",
            '"-9223372036854775808".parse_int()': "Some(-9223372036854775808)",
            '"9223372036854775808".parse_int()': "None",
            '"zZ".parse_radix(36)': "Some(1295)",
            '"1".parse_radix(37)': "error: radix must be in 2..=36",
            '"1e3".parse_float()': "Some(1000.0)",
            '"-inf".parse_float()': "Some(-inf)",
            '"0x10".parse_float()': "None",
            '"1_0".parse_float()': "None",
            'int("x")': 'error: cannot convert "x" to int',
            'float("1.5")': "1.5",
            '"q\\"\\\\\\n\\u{7f}\\u{85}"': '"q\\"\\\\\\n\\u{7f}\\u{85}"',
            '"a".repeat(2, 3)': "error: wrong number of arguments: repeat takes 1, got 2",
            '"a".nope()': "error: no method 'nope' on str",
        }
    )


def test_appending_in_place_keeps_strings_immutable() -> None:
    source = b"""
fn main() {
    let s = ""
    let kept = []
    for i in 0..2000 {
        s = s + "ab" + str(i % 10)
        if i % 500 == 0 { kept.push(s) }
    }
    // Two strings that grow from the same one.
    let a = s + "x"
    let b = s + "y"
    println(s.len(), a == s + "x", b == s + "y", a != b, a[a.len() - 1], b[b.len() - 1])
    for k in kept { println(k.len(), s.starts_with(k)) }
}
"""
    result = run_source("append.grok", source, ENGINE, [])
    lines = result.output.splitlines()
    assert lines[0] == "6000 true true true x y"
    assert lines[1:] == ["3 true", "1503 true", "3003 true", "4503 true"]


def test_lists() -> None:
    check(
        {
            "[1, 2, 3][1]": "2",
            "[1, 2][2]": "error: index out of range: 2 (length 2)",
            "[1, 2, 3][1..]": "[2, 3]",
            "[1, 2, 3][..=3]": "error: index out of range: 3 (length 3)",
            "[0; 3]": "[0, 0, 0]",
            "[0; -1]": "error: negative length: -1",
            '[0; "a"]': "error: type error: a length must be int, got str",
            "[0; 1 << 60]": "error: out of memory",
            "[1] + [2]": "[1, 2]",
            "[3, 1, 2].pop()": "Some(2)",
            "[].pop()": "None",
            "[1, 2].remove(0)": "1",
            "[1].remove(1)": "error: index out of range: 1 (length 1)",
            "[1].insert(2, 0)": "error: index out of range: 2 (length 1)",
            "[1, 2, 1].index_of(1.0)": "Some(0)",
            "[3, 1, 2].max()": "Some(3)",
            "[0.0 / 0.0, 1.0].max()": "Some(1.0)",
            "[].min()": "None",
            "[1, 2.5].sum()": "3.5",
            "[].sum()": "0",
            f"[{MAX}, 1].sum()": "error: integer overflow",
            '[1, "a", [2]].join("-")': '"1-a-[2]"',
            "[1, 2, 3, 4, 5].chunks(2)": "[[1, 2], [3, 4], [5]]",
            "[1, 2, 3].windows(2)": "[[1, 2], [2, 3]]",
            "[1, 2].chunks(0)": "error: chunk size must be positive",
            "[1, 2].windows(3)": "[]",
            "[1, 2, 3].take(9)": "[1, 2, 3]",
            "[1, 2, 3].skip(1)": "[2, 3]",
            "[1].take(-1)": "error: negative count: -1",
            '[1, 2, 3].zip("ab")': '[(1, "a"), (2, "b")]',
            "[1, 2].enumerate()": "[(0, 1), (1, 2)]",
            "[[1], [2, 3]].flat_map(|x| x)": "[1, 2, 3]",
            "[1, 2, 3].filter(|x| x != 2)": "[1, 3]",
            "[1].filter(|x| x)": "error: type error: expected bool, got int",
            "[1, 2, 3].fold(10, |a, b| a - b)": "4",
            "[1, 3, 5].binary_search(3)": "Some(1)",
            "[1, 3, 5].binary_search(2)": "None",
            "List::filled(2, 0)": "[0, 0]",
            "List::with_capacity(-1)": "error: negative count: -1",
            "(1..=3).map(|x| x * 2)": "[2, 4, 6]",
            "(0..10).step_by(4)": "[0, 4, 8]",
            "(0..10).step_by(0)": "error: step must be positive",
            f"({MAX} - 1..={MAX}).to_list()": f"[9223372036854775806, {MAX}]",
            f"({MIN}..{MAX}).len()": MAX,
            "(1..4).contains(3.0)": "true",
            "(1..4).contains(4)": "false",
            "(5..1).last()": "None",
            "len(3)": "error: type error: len of int",
            "3[0]": "error: type error: cannot index int",
            "(1, 2)[1]": "2",
            "(1, 2).len()": "2",
        }
    )


def test_sorting() -> None:
    generator = random.Random(5)
    items = [generator.randrange(60) for _ in range(200)]
    pairs = list(enumerate(generator.randrange(8) for _ in range(100)))
    source = f"""
fn main() {{
    let items = {items}
    items.sort()
    println(items)
    let pairs = {pairs}
    pairs.sort_by_key(|p| p.1)
    println(pairs)
    pairs.sort_by(|a, b| b.0 - a.0)
    println(pairs)
    let mixed = [2.5, 0.0 / 0.0, 1, -1.5]
    mixed.sort()
    println(mixed)
    let broken = [3, "a", 1]
    println(catch(|| broken.sort()), broken)
    println(catch(|| broken.sort_by(|a, b| "less")), broken)
    let words = ["b", "a", "ab", ""]
    words.sort()
    println(words)
}}
"""
    result = run_source("sort.grok", source.encode(), ENGINE, [])
    lines = result.output.splitlines()
    assert lines[0] == str(sorted(items))
    assert lines[1] == str(sorted(pairs, key=lambda pair: pair[1]))
    assert lines[2] == str(sorted(pairs, reverse=True))
    assert lines[3] == "[-1.5, 1, 2.5, nan]"
    assert lines[4].startswith('Err("type error: cannot compare') and lines[4].endswith(
        '[3, "a", 1]'
    )
    assert lines[5].startswith('Err("type error: a comparison must return int, got str")')
    assert lines[6] == '["", "a", "ab", "b"]'


def test_maps_and_sets() -> None:
    check(
        {
            '#{"a": 1}["a"]': "1",
            '#{"a": 1}["b"]': 'error: key not found: "b"',
            "#{1: 2, 1.0: 3}": "#{1: 3}",
            "#{[]: 1}": "error: type error: cannot use list as a key",
            "#{(1, Some(2)): 3}[(1.0, Some(2))]": "3",
            "#{1: 2}.insert(1, 3)": "Some(2)",
            "#{1: 2}.get(2)": "None",
            "#{1: 2}.get_or(2, 9)": "9",
            "#{1: 2}.remove(1)": "Some(2)",
            "#{1: 2, 3: 4}.entries()": "[(1, 2), (3, 4)]",
            "Set::from([3, 1, 3])": "Set{3, 1}",
            "Set::from([1, 2]).union(Set::from([2, 3]))": "Set{1, 2, 3}",
            "Set::from([1, 2]).intersection(Set::from([2, 3]))": "Set{2}",
            "Set::from([1, 2]).difference(Set::from([2, 3]))": "Set{1}",
            "Set::from([1]).is_subset(Set::from([2, 1]))": "true",
            "Set::from([1]).insert(1.0)": "false",
            "Set::from(1)": "error: type error: cannot iterate over int",
            "Map::new()": "#{}",
            "Set::new()": "Set{}",
        }
    )


def test_maps_under_load() -> None:
    source = b"""
fn main() {
    let m = #{}
    for i in 0..5000 { m[i * 7919 % 5000] = i }
    for i in 0..5000 { if i % 3 != 0 { m.remove(i) } }
    for i in 0..100 { m["k" + str(i)] = i }
    let sum = 0
    let found = 0
    for (k, v) in m { if type_of(k) == "int" { sum += v; found += 1 } }
    println(m.len(), found, sum, m[3], m["k99"], m.contains_key(4))
    let expected = 0
    for i in 0..5000 { if i * 7919 % 5000 % 3 == 0 { expected += i } }
    println(expected == sum)
    m.clear()
    println(m, m.len())
    m[1] = 1
    println(m)
    println(catch(|| { for k in m { m.remove(1) } }))
    let s = Set::from([1])
    println(catch(|| { for k in s { s.insert(k + 1) } }))
}
"""
    result = run_source("maps.grok", source, ENGINE, [])
    lines = result.output.splitlines()
    assert lines[0].startswith("1767 1667 ")
    assert lines[1:] == [
        "true",
        "#{} 0",
        "#{1: 1}",
        'Err("map changed during iteration")',
        'Err("set changed during iteration")',
    ]


def test_methods_of_numbers() -> None:
    check(
        {
            "2.pow(62)": "4611686018427387904",
            "2.pow(63)": "error: integer overflow",
            "(-2).pow(63)": "-9223372036854775808",
            "(-1).pow(1000000000000)": "1",
            "2.pow(-1)": "error: negative exponent",
            f"{MIN}.abs()": "error: integer overflow",
            f"{MAX}.wrapping_add(1)": "-9223372036854775808",
            f"{MAX}.checked_add(1)": "None",
            "3.checked_mul(4)": "Some(12)",
            "(-1).ushr(60)": "15",
            "1.rotate_left(-1)": "-9223372036854775808",
            "1.rotate_right(65)": "-9223372036854775808",
            "12.leading_zeros()": "60",
            "12.trailing_zeros()": "2",
            "0.trailing_zeros()": "64",
            "(-255).to_radix(16)": '"-ff"',
            "128512.to_char()": '"😀"',
            "55296.to_char()": "error: not a character: 55296",
            "5.clamp(1, 3)": "3",
            "5.clamp(3, 1)": "error: clamp needs its bounds in order",
            "16.sqrt()": "4.0",
            "(-1.0).sqrt()": "nan",
            "2.5.round()": "3.0",
            "(-2.5).round()": "-3.0",
            "0.0.signum()": "1.0",
            "(-0.0).signum()": "-1.0",
            "1.5.to_bits()": "4609434218613702656",
            "(0.0 / 0.0).to_bits()": "9221120237041090560",
            "min(1, 0.0 / 0.0)": "1",
            "max(0.0 / 0.0, 1)": "1",
            "min(1, 1.0)": "1",
            "math::gcd(-12, 18)": "6",
            f"math::gcd({MIN}, 0)": "error: integer overflow",
            'math::sqrt("a")': "error: type error: sqrt expects a number, got str",
            "abs(-1.5)": "1.5",
        }
    )


def test_formats() -> None:
    shown = {
        "{5}": "5",
        "{5:4}|": "   5|",
        "{5:<4}|": "5   |",
        "{5:^4}|": " 5  |",
        "{5:04}": "0005",
        "{-5:04}": "-005",
        "{5:+}": "+5",
        "{255:x} {255:X} {5:b} {8:o}": "ff FF 101 10",
        "{-1:x}": "f" * 16,
        "{255:08x}": "000000ff",
        "{1.5:8.2}|": "    1.50|",
        "{-1.5:08.2}": "-0001.50",
        "{1.0 / 0.0:06}|": "   inf|",
        "{0.0 / 0.0:+}": "nan",
        "{2.5:.0} {3.5:.0} {0.125:.2}": "2 4 0.12",
        "{1234.5:e} {1500:e} {0:e} {0.0:e} {1234.5:.1e}": "1.2345e3 1.5e3 0e0 0e0 1.2e3",
        "{s:6}|{s:>6}|{s:*^6}|": "hé    |    hé|**hé**|",
        "{s:é<4}|{s:.1}|{s:?}|": "héé"[:2] + 'éé|h|"hé"|',
        "{true:6}|": "true  |",
        "{[1, 2]:>8}|": "  [1, 2]|",
        "{Some(s):?}": 'Some("hé")',
    }
    body = "\n".join(f'    println(f"{text}")' for text in shown)
    source = f'fn main() {{\n    let s = "hé"\n{body}\n}}\n'
    result = run_source("formats.grok", source.encode(), ENGINE, [])
    assert result.status == 0, result.errors
    assert dict(zip(shown, result.output.splitlines(), strict=True)) == shown
    check(
        {
            'f"{[1]:.2}"': "error: type error: a precision needs a number or str, got list",
            'f"{"a":x}"': "error: type error: format 'x' needs int, got str",
            'f"{"a":e}"': "error: type error: format 'e' needs a number, got str",
        }
    )


def test_floats_with_a_precision_are_exact() -> None:
    generator = random.Random(7)
    numbers = [2.0**k for k in range(-60, 60, 3)] + [0.5, 1.5, 2.5, 0.125, 0.375, 1e23, 5e-324]
    numbers += [generator.uniform(0, 1000) for _ in range(200)]
    source = b'fn main() { for a in env::args() { println(f"{float(a):.0} {float(a):.3}") } }'
    result = run_source("floats.grok", source, ENGINE, [repr(number) for number in numbers])
    assert result.output.splitlines() == [f"{number:.0f} {number:.3f}" for number in numbers]


def test_options_and_results() -> None:
    check(
        {
            "Some(1).unwrap()": "1",
            "None.unwrap()": "error: unwrap of None",
            'Err("x").unwrap()': 'error: unwrap of Err("x")',
            "Ok(1).unwrap_err()": "error: unwrap_err of Ok(1)",
            'None.expect("wanted")': "error: wanted: None",
            "None.unwrap_or(2)": "2",
            "Err(3).unwrap_or_else(|e| e + 1)": "4",
            "Some(1).map(|x| x + 1)": "Some(2)",
            "Err(1).map(|x| x + 1)": "Err(1)",
            "Err(1).map_err(|e| e + 1)": "Err(2)",
            "Some(1).and_then(|x| None)": "None",
            "None.or_else(|| Some(3))": "Some(3)",
            "None.ok_or(1)": "Err(1)",
            "Ok(1).ok()": "Some(1)",
            "Err(1).ok()": "None",
            "Some(1).is_some()": "true",
            "Ok(1).is_err()": "false",
        }
    )


def test_json() -> None:
    check(
        {
            'json::parse("[1, -2.5e3, true, null, \\"\\\\u00e9\\\\ud83d\\\\ude00\\"]")': (
                'Ok([1, -2500.0, true, (), "é😀"])'
            ),
            r"""json::parse(r#"{"a": {}, "b": [], "a": 2}"#)""": 'Ok(#{"a": 2, "b": []})',
            'json::parse("9223372036854775808")': "Ok(9.223372036854776e+18)",
            'json::parse("")': 'Err("expecting value at line 1, column 1")',
            'json::parse("[1,\\n é]")': 'Err("expecting value at line 2, column 2")',
            'json::parse("[1 2]")': "Err(\"expecting ',' delimiter at line 1, column 4\")",
            'json::parse("1 x")': 'Err("extra data at line 1, column 3")',
            'json::parse("NaN")': 'Err("NaN is not JSON")',
            r"""json::parse(r#""\ud800""#)""": (
                'Err("invalid \\\\uxxxx escape at line 1, column 3")'
            ),
            'json::stringify([1, 1.0, "a\\"\\n\\u{1}é", (), (true,)])': (
                r'"[1,1.0,\"a\\\"\\n\\u0001é\",null,[true]]"'
            ),
            'json::stringify(#{"k": #{}})': r'"{\"k\":{}}"',
            "json::stringify(#{1: 2})": "error: type error: a key of JSON must be str, got int",
            "json::stringify(1.0 / 0.0)": "error: type error: cannot write inf as JSON",
            "json::stringify(Some(1))": "error: type error: cannot write Option as JSON",
        }
    )


STRUCTS = """
struct Vec2 { x: float, y: float }
struct Key { id: int, note }
struct Plain { a }
struct Shown { n }
struct Countdown { n }
struct Bag { items }
struct Grid { cells }
enum Shape { Circle(float), Rect { w: float, h: float }, Empty }
impl Add for Vec2 { fn add(self, o) { Vec2 { x: self.x + o.x, y: self.y + o.y } } }
impl Neg for Vec2 { fn neg(self) { Vec2 { x: -self.x, y: -self.y } } }
impl Eq for Key { fn eq(self, o) { self.id == o.id } }
impl Key { fn hash(self) { self.id } }
impl Ord for Key { fn cmp(self, o) { self.id - o.id } }
impl Display for Shown { fn to_str(self) { f"<{self.n}>" } }
impl Countdown { fn next(self) { if self.n == 0 { None } else { self.n -= 1; Some(self.n) } } }
impl Bag { fn iter(self) { self.items } }
impl Index for Grid {
    fn index(self, i) { self.cells[i.0][i.1] }
    fn index_set(self, i, v) { self.cells[i.0][i.1] = v }
}
fn set_x(p, v) { p.x = v; p }
fn key(id) { Key { id, note: "n" } }
fn collect(x) { let l = []; for i in x { l.push(i) }; l }
fn store(g) { g[(0, 1)] = 9; g[(0, 1)] }
"""


def test_structs_and_operators() -> None:
    check(
        {
            "Vec2 { x: 1, y: 2.5 }": "Vec2 { x: 1.0, y: 2.5 }",
            "Vec2 { x: 1.0, y: 2.0 } + Vec2 { x: 1.0, y: 1.0 }": "Vec2 { x: 2.0, y: 3.0 }",
            "-Vec2 { x: 1.0, y: 2.0 }": "Vec2 { x: -1.0, y: -2.0 }",
            "Vec2 { x: 1.0, y: 2.0 } - 1": "error: type error: cannot apply '-' to Vec2 and int",
            "set_x(Vec2 { x: 1.0, y: 2.0 }, 7)": "Vec2 { x: 7.0, y: 2.0 }",
            'set_x(Vec2 { x: 1.0, y: 2.0 }, "a")': (
                "error: type error: field 'x' of Vec2 must be float, got str"
            ),
            "set_x(Plain { a: 1 }, 1)": "error: no field 'x' on Plain",
            "Plain { a: 1 } == Plain { a: 1 }": "false",
            "key(1) == key(1)": "true",
            "key(1) < key(2)": "true",
            "key(2) < 1": "error: no field 'id' on int",
            "#{key(1): 5}[key(1)]": "5",
            "[key(2), key(1)].min().unwrap().id": "1",
            'f"{Shown { n: 3 }} {[Shown { n: 3 }]}"': '"<3> [Shown { n: 3 }]"',
            'f"{Shown { n: 3 }:>5}|"': '"  <3>|"',
            '[Shown { n: 1 }].join("")': '"<1>"',
            "collect(Countdown { n: 3 })": "[2, 1, 0]",
            "collect(Bag { items: 1..3 })": "[1, 2]",
            "collect(5)": "error: type error: cannot iterate over int",
            "collect(Plain { a: 1 })": "error: type error: cannot iterate over Plain",
            "store(Grid { cells: [[1, 2]] })": "9",
            "Grid { cells: [[1, 2]] }[(0, 0)]": "1",
            "Shape::Circle(2.0)": "Circle(2.0)",
            "Shape::Rect { w: 1.0, h: 2.0 }": "Rect { w: 1.0, h: 2.0 }",
            "Shape::Empty": "Empty",
            "Shape::Circle(1.0) == Shape::Circle(1.0)": "true",
            "#{Shape::Empty: 1}[Shape::Empty]": "1",
            "set_x": "<fn set_x>",
            "|x| x": "<closure>",
        },
        STRUCTS,
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("let l = [1]; l.push(l); println(l)", "[1, ...]"),
        ("let m = #{}; m[1] = [m]; println(m)", "#{1: [...]}"),
        ("let l = []; l.push((l,)); println((l,))", "([(...,)],)"),
        ("let p = Plain { a: 0 }; p.a = Some(p); println(p)", "Plain { a: Some(...) }"),
        ("let l = []; let t = (l,); l.push(t); println(t)", "([(...,)],)"),
        ("let l = []; let s = Some(l); l.push(s); println(s)", "Some([Some(...)])"),
        ("let l = [1]; println([l, l])", "[[1], [1]]"),
    ],
)
def test_containers_that_contain_themselves(body: str, shown: str) -> None:
    source = f"{STRUCTS}\nfn main() {{ {body} }}\n"
    for engine in ENGINES:
        result = run_source("cycle.grok", source.encode(), engine, [])
        assert result.output == shown + "\n", engine


def test_deep_values_raise_stack_overflow() -> None:
    source = b"""
fn deep(n) { let l = []; for i in 0..n { l = [l] }; l }
fn nested(n) { let t = (); for i in 0..n { t = (t,) }; t }
fn main() {
    let a = deep(1000000)
    let b = deep(1000000)
    println(catch(|| a == b))
    println(catch(|| a < b))
    println(catch(|| hash(nested(1000000))))
    println(catch(|| str(a)))
    println("alive")
}
"""
    result = run_source("deep.grok", source, ENGINE, [])
    assert result.output == 'Err("stack overflow")\n' * 4 + "alive\n"


def test_methods_that_change_what_they_walk() -> None:
    check(
        {
            "grow([1])": "[1, 1, 1]",
            "shrink([1, 2, 3, 4])": "[4, 3]",
            "extend_self([1, 2])": "[1, 2, 1, 2]",
            "sort_and_push([2, 1])": "[1, 2]",
        },
        """
fn grow(l) { l.map(|x| { if l.len() < 3 { l.push(x) }; x }) }
fn shrink(l) { let seen = []; l.for_each(|x| seen.push(l.pop().unwrap())); seen }
fn extend_self(l) { l.extend(l); l }
fn sort_and_push(l) { l.sort_by(|a, b| { l.push(9); a - b }); l }
""",
    )


def test_case_mappings_are_those_of_unicode() -> None:
    path = Path(unicode_tables.__file__).parent / "core" / "unicode.grok"
    text = path.read_text("utf-8")
    if f"Unicode {unicodedata.unidata_version}." not in text:
        pytest.skip("this Python knows another version of Unicode")
    assert text == unicode_tables.text()
    letters = "".join(map(chr, [*range(0xA0, 0x600), *range(0x1E00, 0x2000), 0xFB03, 0x10400]))
    source = b"fn main() { for a in env::args() { println(a.to_upper()); println(a.to_lower()) } }"
    # A lone sigma is no word's end.
    assert run_source("case.grok", source, ENGINE, [letters]).output.splitlines() == [
        letters.upper(),
        letters.lower(),
    ]


def test_traits_as_annotations() -> None:
    check(
        {
            "marked(P { x: 1 })": "1",
            "measured(P { x: 1.5 })": "3.0",
            "measured(3)": "6.0",
            f"measured({EDGE} + 1)": "281474976710656.0",
            "measured(given())": "error: type error: argument 'a' of measured must be Area, got Q",
            "marked(given())": "error: type error: argument 'm' of marked must be Marker, got Q",
        },
        """
trait Marker { }
trait Area { fn area(self) -> float; fn twice(self) { 2.0 * self.area() } }
struct P { x }
struct Q { x }
impl Marker for P { }
impl Area for P { fn area(self) -> float { self.x } }
impl Area for int { fn area(self) -> float { self as float } }
fn marked(m: Marker) { m.x }
fn measured(a: Area) { a.twice() }
fn given() { [Q { x: 1 }][0] }
""",
    )


GARBAGE = """
struct Node { value, next }
fn tree(d) { if d == 0 { None } else { Some((tree(d - 1), d, tree(d - 1))) } }
fn sum(t) { match t { Some((l, v, r)) => sum(l) + v + sum(r), None => 0 } }
fn main() {
    let keep = #{}
    let total = 0
    let list = None
    let text = ""
    let cells = []
    for i in 0..int(env::args()[0]) {
        let t = tree(6)
        total += sum(t) + 140737488355328
        if i % 10 == 0 { keep[str(i)] = t; list = Some(Node { value: i, next: list }) }
        if i % 30 == 0 { keep.remove(str(i - 30)) }
        text = text + str(i) + "-"
        let c = i
        cells.push(|| { c += 1; c })
        if cells.len() > 50 { cells = cells[25..] }
        let words = text.split("-")
        words.sort_by(|a, b| b.len() - a.len())
        if text.len() > 500 { text = text[250..] }
    }
    let check = 0
    for (k, v) in keep { check += sum(v) }
    let count = 0
    while let Some(node) = list { count += node.value; list = node.next }
    println(total, check, keep.len(), count, text.len(), cells[0](), cells[0]())
}
"""


@pytest.mark.parametrize(("engine", "turns"), [("interp", "600"), ("interp-gc-stress", "10")])
def test_collection_keeps_what_is_alive(engine: str, turns: str) -> None:
    result = run_source("garbage.grok", GARBAGE.encode(), engine, [turns])
    assert result == run_source("garbage.grok", GARBAGE.encode(), "reference", [turns])
    assert result.status == 0


def test_garbage_does_not_pile_up() -> None:
    source = b"""
fn main() {
    let total = 140737488355328
    for i in 0..20000000 { total += 1 }                // cells of wide ints: 320 MB
    for i in 0..2000 { let l = [i; 20000] }            // large objects: 320 MB
    for i in 0..1000000 { let t = (i, [i], str(i)) }   // small ones: 150 MB
    println(total)
}
"""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert run_source("pile.grok", source, ENGINE, []).output == "140737508355328\n"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
