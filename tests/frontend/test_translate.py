"""The shape of the code that the translator writes, in the text form of ``grok_stack``.

What the code does is shown by the programs in ``tests/conformance``; here stands what they cannot
see: which operations are chosen, where variables live, and what places the operations carry.
"""

from __future__ import annotations

import pytest
from xdsl.dialects.builtin import ModuleOp

from grokc.dialects import grok_stack
from grokc.dialects.location import span
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile


def compile(source: str) -> ModuleOp:
    module, _, warnings = compile_to_stack(SourceFile("test.grok", source))
    module.verify()
    assert not warnings
    return module


def functions(source: str) -> dict[str, grok_stack.FuncOp]:
    return {op.symbol: op for op in compile(source).ops if isinstance(op, grok_stack.FuncOp)}


def code(source: str, symbol: str = "main") -> str:
    """The operations of a function, one a line, without their dialect's name."""
    text = str(functions(source)[symbol]).replace("grok_stack.", "")
    return "\n".join(line.strip() for line in text.splitlines()[1:-1])


def body(source: str) -> str:
    return code(f"fn main() {{ {source}\n() }}")


def test_a_function() -> None:
    assert (
        code("fn f(a, b) { a + b }\nfn main() {}", "f") == "load_local 0\nload_local 1\nadd\nreturn"
    )


def test_an_annotated_parameter_is_checked_at_the_start() -> None:
    assert code("fn f(a: int) { 1 }\nfn main() {}", "f") == (
        "load_local 0\ncheck_type int \"argument 'a' of f\"\nstore_local 0\npush_int 1\nreturn"
    )


def test_a_literal_needs_no_check() -> None:
    assert "check_type" not in body('let x: int = 1; let y: str = "a"; let z: float = 2.0')
    assert body("let z: float = 2").startswith("push_float 2.0\nstore_local 0")


def test_a_default_is_evaluated_where_the_argument_is_missing() -> None:
    source = "fn f(a, b = a) { b }\nfn main() { f(1) }"
    assert "push_int 1\npush_missing\ntail_call @f 2" in code(source)
    assert code(source, "f").startswith(
        "load_local 1\nis_missing\nbranch ^bb1, ^bb2\n^bb1:\nload_local 0\nstore_local 1\n"
    )
    assert functions(source)["f"].minimum.data == 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fn f() { g(1) }", "tail_call @g 1"),
        ("fn f() { return g(1) }", "tail_call @g 1"),
        ("fn f() { if true { g(1) } else { g(2) } }", "tail_call @g 1"),
        ("fn f() { match 1 { _ => g(1) } }", "tail_call @g 1"),
        ("fn f(h) { h(1) }", "tail_call_value 1"),
        ("fn f(h) { h.go(1) }", 'tail_call_method "go" 1'),
        ("fn f() -> int { h(1) }\nfn h(x) -> int { x }", "tail_call @h 1"),
        ("fn f(x) -> int { x.len() }", 'tail_call_method "len" 0'),
    ],
)
def test_tail_calls(source: str, expected: str) -> None:
    assert expected in code(f"{source}\nfn g(x) {{ x }}\nfn main() {{}}", "f")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fn f() { g(1); }", "call @g 1\npop\npush_unit\nreturn"),
        ("fn f() { if true { g(1) } }", "call @g 1\npop"),
        ("fn f() -> int { g(1) }", 'call @g 1\ncheck_type int "result of f"\nreturn'),
        ("fn f(h) -> int { h(1) }", 'call_value 1\ncheck_type int "result of f"\nreturn'),
        ("fn f(x) -> int { x.get(1) }", 'call_method "get" 1\ncheck_type int'),
        ("fn f() { g(1) + 1 }", "call @g 1\npush_int 1\nadd\nreturn"),
    ],
)
def test_calls_that_are_no_tail_calls(source: str, expected: str) -> None:
    assert expected in code(f"{source}\nfn g(x) {{ x }}\nfn main() {{}}", "f")


def test_a_cycle_of_tail_calls_skips_the_checks_inside_it() -> None:
    source = "fn f(n) -> int { g(n) }\nfn g(n) { f(n) }\nfn main() { f(1) }"
    assert (
        code(source, "f") == 'load_local 0\ncall @"f::tail" 1\ncheck_type int "result of f"\nreturn'
    )
    assert code(source, "f::tail") == "load_local 0\ntail_call @g 1"
    assert code(source, "g") == 'load_local 0\ntail_call @"f::tail" 1'
    assert "tail_call @f 1" in code(source)  # main is not on the cycle


def test_a_counted_loop() -> None:
    text = body("for i in 0..9 { i }")
    assert text == (
        "push_int 0\npush_int 9\nstore_local 0\nstore_local 1\njump ^bb1\n"
        "^bb1:\nload_local 1\nload_local 0\nless\nbranch ^bb2, ^bb4\n"
        "^bb2:\nload_local 1\nstore_local 2\nload_local 2\npop\njump ^bb3\n"
        "^bb3:\nload_local 1\npush_int 1\nadd\nstore_local 1\njump ^bb1\n"
        "^bb4:\npush_unit\nreturn"
    )


@pytest.mark.parametrize(
    ("head", "counted"),
    [
        ("0..n", True),
        ("(0..n)", True),
        ("0..=n", True),
        ("(0..n).rev()", True),
        ("(0..n).step_by(2)", True),
        ("n", False),
        ("(0..n).map(n)", False),
        ("(0..n).rev().rev()", False),
        ("[0, 1]", False),
    ],
)
def test_which_loops_count(head: str, counted: bool) -> None:
    text = code(f"fn f(n) {{ for i in {head} {{}} }}\nfn main() {{}}", "f")
    assert ("get_iterator" not in text) is counted
    assert ("check_range" in text) is counted


def test_variables_live_in_cells_only_where_they_must() -> None:
    assert "cell" not in body("let x = 1; let g = || x; g()")
    shared = body("let x = 1; let g = || x += 1; g(); x")
    assert shared.startswith("push_int 1\nmake_cell\nstore_local 0\nload_local 0\nmake_closure")
    parameter = code("fn f(x) { || x += 1 }\nfn main() {}", "f")
    assert parameter.startswith(
        "load_local 0\nmake_cell\nstore_local 0\nload_local 0\nmake_closure"
    )


def test_closures() -> None:
    source = "fn main() { let a = 1; let b = 2; |x| a + b + x }"
    closure = functions(source)["main::closure#1"]
    assert [name.data for name in closure.captures.data] == ["a", "b"]
    assert code(source, "main::closure#1") == (
        "load_capture 0\nload_capture 1\nadd\nload_local 0\nadd\nreturn"
    )


def test_compound_assignment_evaluates_its_target_once() -> None:
    assert 'call @g 0\ndup\nget_field "x"\npush_int 1\nadd\nset_field "x"' in code(
        "fn g() {}\nfn main() { g().x += 1 }"
    )
    assert code("fn g() {}\nfn main() { g()[g()] += 1 }").count("call @g") == 2


def test_break_leaves_the_stack_as_the_loop_found_it() -> None:
    text = code("fn g(a, b) {}\nfn main() { while true { g(1, if true { break } else { 2 }) } }")
    assert "pop\njump" in text


def test_struct_fields_are_pushed_in_the_order_declared() -> None:
    source = "struct S { a, b = 7, c = g() }\nfn g() {}\nfn main() { S { c: 1, a: g() } }"
    assert code(source) == (
        "push_int 1\nstore_local 0\ncall @g 0\nstore_local 1\npush_int 7\nstore_local 2\n"
        "load_local 1\nload_local 2\nload_local 0\nmake_struct @S 3\nreturn"
    )
    source = "struct S { a, b = 7, c = g() }\nfn g() {}\nfn main() { S { a: 1 } }"
    assert code(source) == (
        'push_int 1\npush_int 7\ncall @"S::default::c" 0\nmake_struct @S 3\nreturn'
    )


def test_formats() -> None:
    assert 'format ["a ", ".2", "\\n"] 1\ncall_builtin "print" 1' in body('println("a {:.2}", 1)')
    assert 'push_str "x {}\\n"\ncall_builtin "print" 1' in body('println("x {{}}")')
    assert 'push_str "a"\npush_int 1\ncall_builtin "println" 2' in body('println("a", 1)')


def test_literal_constants_are_written_where_they_are_used() -> None:
    assert code("const N = 5\nfn main() { N }") == "push_int 5\nreturn"
    assert code("const N: float = 5\nfn main() { N }") == "push_float 5.0\nreturn"
    assert code("const N = 5 * 2\nfn main() { N }") == "load_global @N\nreturn"
    assert code("static N = 5\nfn main() { N }") == "load_global @N\nreturn"


def test_a_constant_that_could_be_read_too_early_is_not() -> None:
    assert code("const M = f()\nconst N = 5\nfn f() { N }\nfn main() {}", "f") == (
        "load_global @N\nreturn"
    )
    start = code("const M = N\nconst N = 5\nconst K = N\nfn main() { N }", "@start")
    assert start.startswith(
        "load_global @N\nstore_global @M\npush_int 5\nstore_global @N\npush_int 5"
    )


def test_start_evaluates_constants_in_the_order_of_the_source() -> None:
    start = code(
        "const A = f()\nmod m { pub const B = 1 }\nstruct S {}\nimpl S { const C = 2 }\n"
        "fn f() { const D = 3; D }\nstatic E = 4\nfn main() {}",
        "@start",
    )
    order = [
        line.partition("@")[2] for line in start.splitlines() if line.startswith("store_global")
    ]
    assert order == ["A", '"m::B"', '"S::C"', '"f::D"', "E"]
    assert start.endswith('call @main 0\ncall_builtin "finish_main" 1\nreturn')


def test_built_in_functions_as_values_are_wrapped_once() -> None:
    found = functions("fn main() { [len, len, math::sqrt, str::len, Some] }")
    assert {"len", "math::sqrt", "str::len", "Option::Some"} <= set(found)
    assert "check_type str" in str(found["str::len"])


def test_declarations() -> None:
    text = str(
        compile(
            "struct P { x: float, y }\nenum E { A(int), B { w }, C }\n"
            "trait T { fn f(self) {} fn g() {} }\n"
            "impl T for P {}\nimpl T for int { fn f(self) {} }\n"
            "impl P { fn h(self) {} fn i() {} }\n"
            "const K = f()\nfn f() {}\nfn main() { T::f(1) }"
        )
    )
    for line in (
        "grok.enum @Option [Some(any), None]",
        "grok.struct @P {x: float, y: any}",
        "grok.enum @E [A(int), B {w: any}, C]",
        "grok.trait @T [int, struct<@P>]",
        'grok.method struct<@P> "h" @"P::h" ""',
        'grok.method struct<@P> "f" @"T::f" "T"',
        'grok.method int "f" @"int::T::f" "T"',
        'grok.method int "T::f" @"int::T::f" "T"',
        "grok.global @K",
        'call_method "T::f" 0',
    ):
        assert line in text
    assert '"g"' not in text and '"i"' not in text


def test_every_operation_has_a_place() -> None:
    source = (
        'fn f(a, b: int = 1) -> int { a.x[b] += 1; for i in 0..b { println("{i}") }; a? }\n'
        "fn main() { match f(1) { (x, 1 | 2) => x, [y, ..] => y, _ => panic(1) } }"
    )
    for function in functions(source).values():
        for op in function.walk():
            if op is not function:
                place = span(op)
                assert place is not None
                assert 0 <= place.start < place.end <= len(source)


@pytest.mark.parametrize(
    ("operation", "blamed"),
    [
        ("add", "a + b"),
        ("get_index", "a[b]"),
        ("get_field", "field"),
        ("call_method", "method(1)"),
        ("call_value", "a(1)"),
        ("mul", "c *= 2"),
        ("less", "a < b"),
    ],
)
def test_places(operation: str, blamed: str) -> None:
    source = (
        "fn f(a, b, c) { a + b; a[b]; a.field; a.method(1); a(1); c *= 2; a < b; 1 }\nfn main() {}"
    )
    found = [
        source[place.start : place.end]
        for op in functions(source)["f"].walk()
        if op.name == f"grok_stack.{operation}" and (place := span(op)) is not None
    ]
    assert found == [blamed]
