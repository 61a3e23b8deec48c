"""Errors in core GrokLang: all of them, each with the smallest span that is to blame."""

from __future__ import annotations

import pytest

from tests.lowering.core_helper import errors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fn f() -> i64 { return x }", "cannot find 'x' | x"),
        ("fn f() -> i64 { return g(1) }", "cannot find 'g' | g"),
        ("fn f() -> i64 { return true }", "expected i64, found i1 | true"),
        ("fn f() -> i64 { }", "'f' must return i64 on every path | f"),
        ("fn f(a: i1) -> i64 { if a { return 1 } }", "'f' must return i64 on every path | f"),
        ("fn f(a: i32) -> i64 { return a }", "expected i64, found i32 | a"),
        ("fn f(a: i32, b: i64) -> i64 { return b + a }", "cannot apply '+' to i64 and i32 | b + a"),
        ("fn f(a: i32, b: i64) -> i1 { return b < a }", "cannot compare i64 and i32 | b < a"),
        (
            "fn f(a: value, b: value) -> i1 { return a == b }",
            "cannot compare value and value | a == b",
        ),
        ("fn f(a: f64) -> f64 { return a % 2.0 }", "cannot apply '%' to f64 and f64 | a % 2.0"),
        ("fn f(a: i8) -> i1 { return a == 256 }", "256 does not fit i8 | 256"),
        ("fn f(a: i64) { if a { } }", "expected i1, found i64 | a"),
        ("fn f(a: ptr) -> i64 { return a.x }", "ptr points to no struct | a"),
        ("fn f() -> i64 { return context.eror }", "Context has no field 'eror' | eror"),
        ("fn f(a: i64) -> i64 { return a.x }", "a field is read through a pointer, not i64 | a"),
        ("fn f(a: ptr) -> i64 { return a[0] }", "ptr does not say what it points to | a"),
        ("fn f(a: i64) -> i64 { return a[0] }", "cannot index i64 | a"),
        ("fn f(a: ptr<i8>) { a[0] = 1000 }", "1000 does not fit i8 | 1000"),
        ("const C: i64 = 1\nfn f() { C = 2 }", "'C' is constant | C"),
        ("fn f() { g = 2 }", "cannot find 'g' | g"),
        ("fn f() { g() = 2 }", "this cannot be assigned to | g()"),
        ("fn g(a: i64) { }\nfn f() { g() }", "wrong number of arguments: g takes 1, got 0 | g()"),
        ("fn g(a: i64) { }\nfn f() { g(1.5) }", "expected i64, found f64 | 1.5"),
        ("fn g() { }\nfn f() { let x = g() }", "this has no value for 'x' | g()"),
        ("fn f() { let (a, b) = 1 }", "core GrokLang's `let` takes a name, not a pattern | (a, b)"),
        ("fn f() { break }", "this is not in a loop | break"),
        ("fn f() { loop { break 1 } }", "core GrokLang's loops have no value | 1"),
        ("fn f() { loop { continue 'a } }", "no loop around here is called 'a' | continue 'a"),
        ("fn f(x: ptr) { for i in x { } }", "core GrokLang's `for` walks a range `low..high` | x"),
        ("fn f() { g.h() }", "core GrokLang has no methods | g.h()"),
        ("fn f(v: i64) { v() }", "cannot call i64 | v"),
        ("fn f() { let x = f }", "'f' is a function | f"),
        ("fn f() { let x = [1] }", "core GrokLang has no such expression (List) | [1]"),
        # Fallible results.
        (
            "fn g() -> i64! { return 1 }\nfn f() -> i64 { return g() }",
            "'f' cannot fail: its result is i64 | g()",
        ),
        (
            "fn g() -> i64! { return 1 }\nfn f() { g() }",
            "this call can fail (its result is i64!) | g()",
        ),
        (
            "fn g() -> i64! { return 1 }\nfn f() { g()? }",
            "'f' cannot fail: its result is () | g()?",
        ),
        (
            "fn g() -> i64 { return 1 }\nfn f() -> i64! { return g()? }",
            "this cannot be an error | g()",
        ),
        (
            "fn g() -> i64! { return 1 }\nfn f() { let x = g() else { }; x }",
            "this `else` must leave: 'x' has no value behind it | }",
        ),
        (
            "fn g() -> i64! { return 1 }\nfn f() -> i64! { return g() + 1 }",
            "this call can fail (its result is i64!) | g()",
        ),
        ("fn f() -> i64 { return fail() }", "'f' cannot fail: its result is i64 | fail()"),
        (
            "fn g() -> f64! { return 1.0 }\nfn f() -> i64! { return g() }",
            "expected i64, found f64 | g()",
        ),
        # Matches.
        (
            "fn f(a: i64) { match a { 1 => 2 } }",
            "a match of integers needs an arm for the rest: `_ => ...` | match",
        ),
        ("fn f(a: i64) { match a { 1 => {} 1 => {} _ => {} } }", "1 has an arm already | 1"),
        ("fn f(a: i64) { match a { _ => {} 1 => {} } }", "this arm is never reached | 1"),
        ("fn f(a: f64) { match a { _ => {} } }", "core GrokLang matches integers, not f64 | a"),
        (
            "fn f(a: i8) -> i64 { return match a { 1000 => 1, _ => 2 } }",
            "1000 does not fit i8 | 1000",
        ),
        # Values out of branches.
        ("fn f(a: i1) -> i64 { return if a { 1 } else { 2.0 } }", "expected i64, found f64 | 2.0"),
        (
            "fn f(a: i1) -> i64 { let x = if a { 1 } else { }; x }",
            "expected i64, found no value | { }",
        ),
        # Casts and intrinsics.
        ("fn f(v: value) -> i64 { return v as i64 }", "cannot convert value to i64 | v as i64"),
        ("fn f() -> i64 { return size_of(Contxt) }", "'Contxt' is no type | Contxt"),
        ("fn f() -> i64 { return offset_of(Context, x) }", "Context has no field 'x' | x"),
        ("fn f() -> i64 { return constant(X) }", "the generator defines no constant 'X' | X"),
        (
            "#[inline] fn f() -> ptr { return local_bytes(8) }",
            "an inline function has no native frame of its own | local_bytes(8)",
        ),
        (
            "fn f() { dispatch(null, null) }",
            "only a control operation can do this | dispatch(null, null)",
        ),
        (
            "fn f() -> i64 { return add_checked(1, 2) }",
            "an overflow must be handled: "
            "`if let sum = add_checked(a, b) { } else { }` | add_checked(1, 2)",
        ),
        (
            "#[inline] fn g() { }\nfn f() -> ptr { return address_of(g) }",
            "'g' is inline: it has no address | g",
        ),
        (
            '#[export("e")] fn e() { f() }\nfn f() { }',
            "there is no context to call this with | f()",
        ),
        ("fn f() -> ptr { return pc }", "there is no 'pc' in this kind of function | pc"),
        # Declarations.
        ("fn f() { }\nstruct f { }", "'f' is declared twice | f"),
        ("enum E { A }", "core GrokLang has no enum items | enum E { A }"),
        ("fn f(a: int) { }", "unknown type 'int' | int"),
        ("fn f(a: Context) { }", "a struct cannot be a variable: use ptr<Context> | Context"),
        ("fn f(a: i64, a: ptr) { }", "parameter 'a' is declared twice | a: ptr"),
        ("fn f(a) { }", "parameter 'a' needs a type | a"),
        ("fn f(a: i64!) { }", "a variable cannot be a i64! | i64!"),
        ("struct S { a: i64, a: i64 }", "field 'a' is declared twice | a: i64"),
        ("#[inlin] fn f() { }", "unknown attribute 'inlin' | inlin"),
        ("fn f();", "'f' has no body | f"),
        ("#[extern] fn f() { }", "'f' is a C function: it has no body here | f"),
        ("#[extern] fn f(a: i8);", "a C function cannot take i8 here | a: i8"),
        ("fn likely(c: i1) -> i1 { return c }", "'likely' is part of the language | likely"),
        (
            "#[inline] fn f() { g() }\n#[inline] fn g() { f() }",
            "an inline function calls itself: f calls g calls f | f",
        ),
        ("const A: i64 = B\nconst B: i64 = A", "'A' is defined by itself | const A: i64 = B"),
        ("const A: i8 = 256", "256 does not fit i8 | 256"),
        ("const A: i64 = 1 / 0", "division by zero | 1 / 0"),
        ("const A: i64 = f()", "this is not a constant expression | f()"),
        ("const A: [i64] = 5", "an array is written [a, b, ...] or [a; n] | 5"),
        ("static A: ptr = 5", "a constant pointer is a text, null or address_of(f) | 5"),
    ],
)
def test_one_error(text: str, expected: str) -> None:
    assert errors(text) == [expected]


def test_all_errors_are_reported_and_nothing_follows_from_them() -> None:
    text = """
    fn f(a: i64) -> i64 {
        let x = unknown
        let y: i64 = x + 1.5
        y = true
        if a { return 2.5 }
        while nothing { a.b }
        match 5.0 { _ => 1 }
        return y + x
    }
    fn g() -> i64 { return "text" }
    """
    assert errors(text) == [
        "cannot find 'unknown' | unknown",
        "expected i64, found i1 | true",
        "expected i1, found i64 | a",
        "cannot find 'nothing' | nothing",
        "core GrokLang matches integers, not f64 | 5.0",
        'expected i64, found ptr | "text"',
    ]


def test_deep_nesting_is_no_problem() -> None:
    """The parser limits how deep a tree can be; the walk copes with what it lets through."""
    deep = 200
    assert errors(f"fn f(a: i64) -> i64 {{ return {'(' * deep}a + 1.5{')' * deep} }}") != []
    assert errors(f"fn f(a: i1) {{ {'if a { ' * deep}b(){' }' * deep} }}") == [
        "cannot find 'b' | b"
    ]
    chain = " else ".join(f"if a == {n} {{ return {n} }}" for n in range(deep))
    assert errors(f"fn f(a: i64) -> i64 {{ {chain} return -1 }}") == []
    assert errors(f"fn f(a: i64) -> i64 {{ return a{' + a' * 5000} }}") == []
