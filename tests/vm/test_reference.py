"""The reference engine beyond what whole programs show: its completeness and its limits."""

from __future__ import annotations

import inspect
import io
import sys
from typing import Any

import pytest
from xdsl.parser import Parser

from grokc.dialects import grok_stack
from grokc.dialects.universe import make_context
from grokc.vm import builtins, reference
from grokc.vm.reference import values
from grokc.vm.reference.engine import HANDLERS, Engine
from grokc.vm.reference.formatting import format_value
from grokc.vm.reference.functions import FUNCTIONS
from grokc.vm.reference.mathematics import Random
from grokc.vm.reference.methods import METHODS
from grokc.vm.reference.output import Output

HEAD = """
grok.enum @Option [Some(any), None]
grok.enum @Result [Ok(any), Err(any)]
"""


def execute(text: str) -> tuple[reference.RunResult, str]:
    """Runs IR; what it wrote to standard output comes along."""
    module = Parser(make_context(), HEAD + text).parse_module()
    module.verify()
    out, err = io.BytesIO(), io.BytesIO()
    result = reference.execute(module, [], out, err)
    return result, out.getvalue().decode()


@pytest.fixture
def engine() -> Engine:
    module = Parser(make_context(), HEAD).parse_module()
    return Engine(module, ["a", "b"], Output(io.BytesIO(), io.BytesIO()))


# ------------------------------------------------------------------------------ completeness


def test_every_operation_has_a_handler() -> None:
    names = {op.name.removeprefix("grok_stack.") for op in grok_stack.OPERATIONS}
    assert set(HANDLERS) == names


def test_every_builtin_is_there() -> None:
    assert set(FUNCTIONS) == set(builtins.FUNCTIONS)
    assert {owner: set(table) for owner, table in METHODS.items()} == {
        owner: set(table) for owner, table in builtins.METHODS.items()
    }


def _accepts(function: Any, count: int) -> bool:
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    return True


def test_builtins_take_what_the_table_says() -> None:
    signatures = [(FUNCTIONS[name], b, 1) for name, b in builtins.FUNCTIONS.items()]
    for owner, table in builtins.METHODS.items():
        signatures += [(METHODS[owner][name], b, 2) for name, b in table.items()]
    for function, signature, hidden in signatures:
        counts = {signature.minimum, min(signature.maximum, signature.minimum + 3)}
        for count in range(min(counts), max(counts) + 1):
            assert _accepts(function, count + hidden), signature.qualified_name
        if signature.maximum != builtins.MANY:
            assert not _accepts(function, signature.maximum + hidden + 1), signature.qualified_name


# --------------------------------------------------------------------------- calls and failures


def test_a_traceback_names_the_active_functions() -> None:
    result, _ = execute("""
    grok_stack.func @"@start"() {
      grok_stack.call @main 0 loc("a.grok":0:4)
      grok_stack.return loc("a.grok":0:4)
    }
    grok_stack.func @main() {
      grok_stack.push_int 3 loc("a.grok":10:11)
      grok_stack.call @down 1 loc("a.grok":12:20)
      grok_stack.return loc("a.grok":12:20)
    }
    grok_stack.func @down(n) {
      grok_stack.load_local 0 loc("a.grok":30:31)
      grok_stack.push_int 0
      grok_stack.equal
      grok_stack.branch ^a, ^b
    ^a:
      grok_stack.push_int 1
      grok_stack.push_int 0
      grok_stack.div loc("a.grok":40:45)
      grok_stack.return
    ^b:
      grok_stack.load_local 0
      grok_stack.push_int 1
      grok_stack.sub
      grok_stack.call @down 1 loc("a.grok":50:59)
      grok_stack.return
    }""")
    assert result.status == 1
    assert result.message == "division by zero"
    assert result.frames == [
        ("down", "a.grok", 40, 45, 1),
        ("down", "a.grok", 50, 59, 3),
        ("main", "a.grok", 12, 20, 1),
    ]


def test_recursion_is_limited_by_the_budget_alone() -> None:
    text = """
    grok_stack.func @"@start"() {{
      grok_stack.push_int {depth}
      grok_stack.call @down 1
      grok_stack.call_builtin "println" 1
      grok_stack.return
    }}
    grok_stack.func @down(n) {{
      grok_stack.load_local 0
      grok_stack.push_int 0
      grok_stack.equal
      grok_stack.branch ^a, ^b
    ^a:
      grok_stack.push_int 0
      grok_stack.return
    ^b:
      grok_stack.load_local 0
      grok_stack.push_int 1
      grok_stack.sub
      grok_stack.call @down 1 loc("a.grok":1:2)
      grok_stack.push_int 1
      grok_stack.add
      grok_stack.return
    }}"""
    assert execute(text.format(depth=200_000))[1] == "200000\n"
    result, _ = execute(text.format(depth=10_000_000))
    assert result.message == "stack overflow"
    assert sum(repeats for *_, repeats in result.frames) > 200_000


def test_tail_calls_take_no_space() -> None:
    _, output = execute("""
    grok_stack.func @"@start"() {
      grok_stack.push_int 300000
      grok_stack.call @even 1
      grok_stack.call_builtin "println" 1
      grok_stack.return
    }
    grok_stack.func @even(n) {
      grok_stack.load_local 0
      grok_stack.push_int 0
      grok_stack.equal
      grok_stack.branch ^a, ^b
    ^a:
      grok_stack.push_bool true
      grok_stack.return
    ^b:
      grok_stack.load_local 0
      grok_stack.push_int 1
      grok_stack.sub
      grok_stack.tail_call @odd 1
    }
    grok_stack.func @odd(n) {
      grok_stack.push_function @even
      grok_stack.load_local 0
      grok_stack.push_int 1
      grok_stack.sub
      grok_stack.tail_call_value 1
    }""")
    assert output == "true\n"


def test_two_traits_make_a_method_ambiguous_and_its_own_goes_first() -> None:
    text = """
    grok.struct @P {{}}
    grok.method struct<@P> "m" @a "A"
    grok.method struct<@P> "m" @b "B"
    {own}
    grok_stack.func @a(self) {{ grok_stack.push_int 1 grok_stack.return }}
    grok_stack.func @b(self) {{ grok_stack.push_int 2 grok_stack.return }}
    grok_stack.func @c(self) {{ grok_stack.push_int 3 grok_stack.return }}
    grok_stack.func @"@start"() {{
      grok_stack.make_struct @P 0
      grok_stack.call_method "m" 0
      grok_stack.call_builtin "println" 1
      grok_stack.return
    }}"""
    assert execute(text.format(own=""))[0].message == "method 'm' of P is ambiguous"
    assert execute(text.format(own='grok.method struct<@P> "m" @c ""'))[1] == "3\n"


def test_exit_goes_through_catch() -> None:
    result, output = execute("""
    grok_stack.func @leave() {
      grok_stack.push_int 259
      grok_stack.call_builtin "exit" 1
      grok_stack.return
    }
    grok_stack.func @"@start"() {
      grok_stack.push_function @leave
      grok_stack.call_builtin "catch" 1
      grok_stack.call_builtin "println" 1
      grok_stack.return
    }""")
    assert (result.status, result.message, output) == (3, None, "")


# ----------------------------------------------------------------------------------- deep values


def _nested(kind: type, depth: int) -> Any:
    value = kind([0])
    for _ in range(depth):
        value = kind([value])
    return value


@pytest.mark.parametrize("kind", [list, tuple])
def test_very_deep_values_overflow_the_stack_and_nothing_else(engine: Engine, kind: type) -> None:
    limit = 200_000
    deep, other = _nested(kind, limit), _nested(kind, limit)

    old = sys.getrecursionlimit()
    sys.setrecursionlimit(reference.RECURSION_LIMIT)
    try:
        for attempt in (
            lambda: values.equal(engine, deep, other),
            lambda: values.order(engine, deep, other),
            lambda: values.debug(deep),
            lambda: FUNCTIONS["json::stringify"](engine, deep),
        ):
            with pytest.raises(values.Fault, match="stack overflow"):
                attempt()
        if kind is tuple:
            with pytest.raises(values.Fault, match="stack overflow"):
                values.key_of(engine, deep)
        shallow = _nested(kind, 1000)
        assert values.equal(engine, shallow, _nested(kind, 1000))
        assert values.debug(shallow).count("0") == 1
    finally:
        sys.setrecursionlimit(old)
    # Python's own clean-up of deep values is iterative (the trashcan), so nothing is left to do.


# ---------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    "value, spec, text",
    [
        (5, "", "5"),
        (5, "4", "   5"),
        ("ab", "4", "ab  "),
        ("ab", ">4", "  ab"),
        ("ab", "*^5", "*ab**"),
        (-5, "05", "-0005"),
        (3.14159, "08.3", "0003.142"),
        (2.5, ".0", "2"),
        (3.5, ".0", "4"),
        (0.125, ".2", "0.12"),
        (1e300, ".1", f"{1e300:.1f}"),
        (7, "+", "+7"),
        (-0.0, "+", "-0.0"),
        (255, "x", "ff"),
        (-1, "X", "F" * 16),
        (5, "b", "101"),
        (-1, "o", "1" + "7" * 21),
        (1500, "e", "1.5e3"),
        (0, "e", "0e0"),
        (0.00015, "e", "1.5e-4"),
        (1234.5, ".2e", "1.23e3"),
        (0.0, "e", "0e0"),
        ("abcdef", ".3", "abc"),
        ("a", "?", '"a"'),
        ("a", "6?", '"a"   '),
        (float("inf"), "05", "  inf"),
        (True, ">6", "  true"),
        (True, ".2", "tr"),
        ([1, "a"], "10", '[1, "a"]  '),
        (float("nan"), ".2", "nan"),
        ("ü", "3", "ü  "),
        ("é", "é>3", "ééé"),
    ],
)
def test_format_specs(engine: Engine, value: object, spec: str, text: str) -> None:
    assert format_value(engine, value, spec) == text


@pytest.mark.parametrize(
    "value, spec, message",
    [
        ("a", "x", "type error: format 'x' needs int, got str"),
        ("a", "e", "type error: format 'e' needs a number, got str"),
        ([1], ".1", "type error: a precision needs a number or str, got list"),
    ],
)
def test_format_errors(engine: Engine, value: object, spec: str, message: str) -> None:
    with pytest.raises(values.Fault) as caught:
        format_value(engine, value, spec)
    assert caught.value.message == message


# --------------------------------------------------------------------------- maps, sets, numbers


def method(engine: Engine, owner: str, name: str, *arguments: object) -> Any:
    return METHODS[owner][name](engine, *arguments)


def test_keys_are_as_the_language_says(engine: Engine) -> None:
    target = values.Map()
    for key in (1, True, 1.0, "1", (1,), (True,), None, 0.0, -0.0, values.Range(0, 3, False)):
        method(engine, "map", "insert", target, key, "v")
    keys = method(engine, "map", "keys", target)
    assert [values.debug(key) for key in keys] == [
        "1", "true", '"1"', "(1,)", "(true,)", "()", "0.0", "0..3",
    ]  # fmt: skip
    assert method(engine, "map", "contains_key", target, values.Range(0, 2, True))
    for wrong, name in ((float("nan"), "nan"), ([1], "list"), ((1, [2]), "list")):
        with pytest.raises(values.Fault, match=f"type error: cannot use {name} as a key"):
            method(engine, "map", "insert", target, wrong, 1)


def test_a_walk_notices_that_keys_came_or_went(engine: Engine) -> None:
    target = values.Map()
    method(engine, "map", "insert", target, "a", 1)
    walk = values.walk(engine, target)
    assert next(walk) == ("a", 1)
    method(engine, "map", "insert", target, "a", 2)  # no new key
    method(engine, "map", "insert", target, "b", 2)
    with pytest.raises(values.Fault, match="map changed during iteration"):
        next(walk)
    elements = values.Set()
    method(engine, "set", "insert", elements, 1)
    walk = values.walk(engine, elements)
    next(walk)
    method(engine, "set", "clear", elements)
    with pytest.raises(values.Fault, match="set changed during iteration"):
        next(walk)


def test_sets(engine: Engine) -> None:
    a = FUNCTIONS["Set::from"](engine, [3, 1, 3])
    b = FUNCTIONS["Set::from"](engine, values.Range(0, 2, True))
    shown = [
        values.debug(method(engine, "set", name, a, b))
        for name in ("union", "intersection", "difference", "is_subset")
    ]
    assert shown == ["Set{3, 1, 0, 2}", "Set{1}", "Set{3}", "false"]


def test_numbers_of_a_seed_are_the_same_everywhere() -> None:
    random = Random()
    random.seed(42)
    words = [random.word() for _ in range(3)]
    # From the algorithm's authors' own C code.
    assert words == [1546998764402558742, 6990951692964543102, 12544586762248559009]
    random.seed(42)
    assert random.float() == (words[0] >> 11) / 2**53
    assert all(1 <= random.int(1, 6) <= 6 for _ in range(100))
    with pytest.raises(values.Fault):
        random.int(2, 1)


def test_json(engine: Engine) -> None:
    text = '{"a":[1,2.5,null,true,"é\\n"],"b":{}}'
    parsed = FUNCTIONS["json::parse"](engine, text)
    assert values.debug(parsed) == 'Ok(#{"a": [1, 2.5, (), true, "é\\n"], "b": #{}})'
    assert FUNCTIONS["json::stringify"](engine, parsed.payload[0]) == text
    for wrong in ("", "[1,]", "nul", "NaN", '{"a" 1}', '"\t"', "1 2"):
        failure = FUNCTIONS["json::parse"](engine, wrong)
        assert failure.info.name == "Err", wrong
    assert values.debug(FUNCTIONS["json::parse"](engine, "9223372036854775808")) == (
        "Ok(9.223372036854776e+18)"
    )


@pytest.mark.parametrize(
    "text, number",
    [
        ("12", 12),
        ("-9223372036854775808", -(2**63)),
        ("9223372036854775808", None),
        ("+007", 7),
        ("0" * 5000 + "1", 1),
        ("", None),
        ("-", None),
        ("1_000", None),
        (" 1", None),
        ("٣", None),
        ("0x10", None),
    ],
)
def test_parse_int(engine: Engine, text: str, number: int | None) -> None:
    result = method(engine, "str", "parse_int", text)
    assert (result.payload[0] if result.payload else None) == number


def test_integer_powers(engine: Engine) -> None:
    power = METHODS["int"]["pow"]
    assert power(engine, -2, 63) == -(2**63)
    assert power(engine, -1, 2**62 + 1) == -1
    assert power(engine, 0, 0) == 1
    assert power(engine, 1, 2**63 - 1) == 1
    for base, exponent in ((2, 63), (3, 2**62), (-2, 64)):
        with pytest.raises(values.Fault, match="integer overflow"):
            power(engine, base, exponent)
    with pytest.raises(values.Fault, match="negative exponent"):
        power(engine, 2, -1)
