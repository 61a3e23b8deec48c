"""What names stand for, across blocks, functions, types, traits and modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokc.frontend.diagnostics import CompileError
from grokc.frontend.parser import parse
from grokc.frontend.program import compile_to_stack
from grokc.frontend.resolve import resolve
from grokc.frontend.source import SourceFile
from tests.frontend.marked import diagnostics, expect

MAIN = "\nfn main() {}\n"

WRONG_BODIES = [
    # variables
    ("«x»", "cannot find 'x'"),
    ("let x = «x»", "cannot find 'x'"),
    ("{ let x = 1 }; «x»", "cannot find 'x'"),
    ("if true { let x = 1 }\n «x»", "cannot find 'x'"),
    ("for i in 0..3 {}\n «i»", "cannot find 'i'"),
    ("let x = 1; fn g() { «x» }", "'x' is a variable of the function around this one"),
    ("let x = 1; fn g() { || «x» }", "'x' is a variable of the function around this one"),
    ("«self».x", "there is no 'self' here"),
    ("let (x, «x») = (1, 2)", "'x' is bound twice"),
    ("let g = |x, «x»| x", "'x' is bound twice"),
    ("match 1 { x | «2» => 1, _ => 2 }", "'x' is not bound in all alternatives"),
    ("let [.., a, «..»] = []", "only one '..' may stand in a pattern"),
    # assignment
    ("«LIMIT» = 2", "'LIMIT' is a const: it cannot be assigned"),
    ("«main» = 2", "cannot assign to function 'main'"),
    # paths
    ("«nothing::f»()", "cannot find 'nothing'"),
    ("«Point::nothing»()", "cannot find 'nothing' in Point"),
    ("«math::nothing»(1)", "cannot find 'nothing' in module 'math'"),
    ("«Option::Nothing»", "cannot find 'Nothing' in Option"),
    ("«Self::f»()", "'Self' has a meaning only inside an impl or a trait"),
    ("«super::f»()", "there is no module above this one"),
    ("let x: «Pointt» = 1", "cannot find 'Pointt'"),
    ("let x: list<«Foo»> = []", "cannot find 'Foo'"),
    ("let x: «main» = 1", "function 'main' is not a type"),
    ("let p = «Pont» { x: 1 }", "cannot find 'Pont'"),
    ("match 1 { «Point::Foo» => 1, _ => 2 }", "cannot find 'Foo' in Point"),
]


@pytest.mark.parametrize(("body", "message"), WRONG_BODIES)
def test_wrong_bodies(body: str, message: str) -> None:
    expect(
        f"const LIMIT = 1\nstatic COUNT = 1\nstruct Point {{ x }}\nfn main() {{ {body}\n() }}",
        message,
    )


RIGHT_BODIES = [
    "let x = 1; let x = x + 1; let g = |x| x; g(x)",
    "fn even(n) { n == 0 || odd(n - 1) }\n fn odd(n) { n != 0 && even(n - 1) }\n even(3)",
    "fn f() { f() }",
    "let f = 1; { f(); fn f() {} }",
    "later(); const K = 3; K",
    "use Color::*\n match Red { Red => 1, Green => 2 }",
    "use Color::Red as Rouge\n Rouge",
    "use math::{sqrt, PI}\n sqrt(PI)",
    "use math::*\n sqrt(PI)",
    "if let Some(x) = Some(1) { x } else { 2 }",
    "while let Some(x) = None { x }",
    "match 1 { LIMIT => 1, other => other }",
    "match 1 { Some(x) | Ok(x) => x, _ => 2 }",
    "match 1 { (x, 1) | (1, x) => x, _ => 2 }",
    "COUNT = 2; COUNT += 1",
    "i64::MAX; f64::INFINITY; Vec::filled(1, 2); crate::later(); self::later()",
    "impl Point { fn late(self) { 1 } }\n Point::late(Point { x: 1 })",
    "{ Point::early(1); impl Point { fn early(self) { 1 } } }",
    "let println = |x| x; println(1)",
    'let x = 1; println("{x}"); || println("{x}")',
    "let x: Option<int> = None; let y: Result<int, str> = Ok(1)",
    "fn id<T: Area + Eq>(x: T) -> T where T: Area { x }\n id::<int>(1)",
    "Area::area(Point { x: 1 }); Eq::eq(1, 2)",
]


@pytest.mark.parametrize("body", RIGHT_BODIES)
def test_right_bodies(body: str) -> None:
    expect(
        "const LIMIT = 1\nstatic COUNT = 1\nstruct Point { x }\nfn later() {}\n"
        "enum Color { Red, Green }\ntrait Area { fn area(self) }\n"
        f"impl Area for Point {{ fn area(self) {{ 1 }} }}\nfn main() {{ {body}\n() }}"
    )


WRONG_ITEMS = [
    ("fn f() {}\nfn «f»() {}", "'f' is defined twice"),
    ("struct P { x, «x» }", "field 'x' is defined twice"),
    ("enum E { A, «A» }", "variant 'A' is defined twice"),
    ("enum E { A }\nimpl E { fn «A»() {} }", "'A' is a variant of the enum"),
    ("struct «list» {}", "'list' is a built-in type"),
    ("fn f(a = 1, «b») {}", "a parameter without a default follows one that has a default"),
    ("fn «f»()", "'f' has no body"),
    ("fn f(«self») {}", "'self' outside of a method"),
    ("struct S {}\nimpl S { fn f(a, «self») {} }", "'self' comes first"),
    ("fn f(x: «Foo») {}", "cannot find 'Foo'"),
    ("fn f() -> «Foo» {}", "cannot find 'Foo'"),
    ("struct S { x: «Foo» }", "cannot find 'Foo'"),
    ("impl «Foo» { fn f(self) { self.x } }", "cannot find 'Foo'"),
    ("trait T {}\nimpl «T» {}", "an impl is for a struct, an enum or a built-in type"),
    ("struct S {}\nimpl «S» for int {}", "struct 'S' is not a trait"),
    ("struct S {}\nimpl S { fn f() {} fn «f»() {} }", "'f' is defined twice"),
    ("impl str { fn «len»(self) { 1 } }", "str has a built-in method 'len'"),
    ("trait T { fn f(self) }\nstruct S {}\n«impl T for S» {}", "S lacks 'f' of trait T"),
    (
        "trait T { fn f(self) }\nimpl T for int { fn f(self) {} fn «g»(self) {} }",
        "'g' is not a method of trait T",
    ),
    (
        "trait T { fn f(self, x) }\nimpl T for int { fn «f»(self) {} }",
        "'f' of trait T has 2 parameters, with 'self'",
    ),
    (
        "trait T { fn len(self) { 1 } }\n«impl T for str» {}",
        "str has a built-in method 'len', and so cannot have that of trait T",
    ),
    ("trait T {}\nimpl T for int {}\n«impl T for int» {}", "'T' is implemented twice for int"),
    (
        "trait A {}\ntrait B: A {}\n«impl B for int» {}",
        "int has B, and so needs A too",
    ),
    ("struct S {}\n«impl Add for S» {}", "S lacks 'add' of trait Add"),
    ("trait T { fn f() }\nfn g() { «T::f»() }", "'f' of trait T has no 'self' to find its type by"),
    (
        "trait A { fn f(self) { 1 } }\ntrait B { fn f(self) { 2 } }\nstruct S {}\n"
        "impl A for S {}\nimpl B for S {}\nfn g() { «S::f»(1) }",
        "'f' of S is ambiguous: A and B both have it",
    ),
    ("fn f<T>() { «T::new»() }", "'T' is a type parameter: types are erased"),
    ("use «nothing»", "cannot find 'nothing'"),
    ("use «m::f»\nmod m {}", "cannot find 'f' in module 'm'"),
    ("use «m::f»\nmod m { fn f() {} }", "'f' is private in module 'm'"),
    ("mod m { fn f() {} }\nfn g() { «m::f»() }", "'f' is private in module 'm'"),
    ("mod m { pub mod n { fn f() {} } }\nfn g() { «m::n::f»() }", "'f' is private in module 'n'"),
    ("mod «nowhere»;", "cannot find the file of module 'nowhere'"),
    ("use «main::*»", "only a module or an enum has '*'"),
    ("const A = «B»", "cannot find 'B'"),
]


@pytest.mark.parametrize(("source", "message"), WRONG_ITEMS)
def test_wrong_items(source: str, message: str) -> None:
    expect(source + MAIN, message)


RIGHT_ITEMS = [
    "fn f() { g() }\nfn g() {}",
    "struct S {}\nimpl S { const X = 1; fn f() { Self::X + Self::g() } fn g() { 1 } }",
    "struct S {}\nimpl Index for S { fn index(self, i) {} }",
    "trait A {}\ntrait B: A {}\nimpl A for int {}\nimpl B for int {}",
    "trait A: Eq {}\nimpl A for int {}",
    "trait A { fn f(self) { 1 } }\nstruct S {}\nimpl A for S {}\nfn g() { S::f(1); A::f(1) }",
    "mod m { pub fn f() { g() } fn g() { super::h(); crate::h(); h() } }\nfn h() { m::f() }",
    "mod m { pub use self::n::f; mod n { pub fn f() {} } }\nuse m::f\nfn g() { f() }",
    "mod m { pub struct S { x } impl S { fn f(self) {} } }\nfn g(s) { m::S::f(m::S { x: 1 }) }",
    "mod a { pub fn f() { b::g() } }\nmod b { pub fn g() { a::f() } }",
    "use m::{self, f, n::*}\nmod m { pub fn f() {} pub mod n { pub fn g() {} } }\n"
    "fn h() { m::f(); f(); g() }",
    "use Shape::*\nenum Shape { Circle(float), Empty }\n"
    "fn f(s) { match s { Circle(r) => r, Empty => 0 } }",
    "mod m { pub use super::Shape::*; pub fn f() { Empty } }\nenum Shape { Empty }\nuse m::Empty",
    "fn max(a, b) { a }\nfn f() { max(1, 2) }",
    "mod math { pub fn f() {} }\nfn g() { math::f() }",
    "impl int { fn double(self) { self * 2 } }\nfn f() { int::double(2) + 2.double() }",
]


@pytest.mark.parametrize("source", RIGHT_ITEMS)
def test_right_items(source: str) -> None:
    expect(source + MAIN)


@pytest.mark.parametrize(
    ("body", "help"),
    [
        ("let counter = 1; conter", "did you mean 'counter'?"),
        ("pritnln(1)", "did you mean 'println'?"),
        ("math::sqr(1)", "did you mean 'sqrt'?"),
        ("Option::Som(1)", "did you mean 'Some'?"),
        ("let x: flaot = 1", "did you mean 'float'?"),
        ("Pint { x: 1 }", "did you mean 'Point'?"),
        ("let p = Point { xx: 1 }", "did you mean 'x'?"),
        ("xyzzy", None),
    ],
)
def test_the_nearest_name_is_suggested(body: str, help: str | None) -> None:
    found = diagnostics(f"struct Point {{ x }}\nfn main() {{ {body} }}")
    assert found[0].help == help


def test_unknown_attributes_are_warnings() -> None:
    (warning,) = diagnostics("#[tset]\nfn main() {}")
    assert (warning.severity, warning.message) == ("warning", "unknown attribute 'tset'")
    assert warning.help == "did you mean 'test'?"
    assert diagnostics("#[test]\nfn t() {}\n#[inline]\n#[noinline]\nfn main() {}") == []


def test_a_closure_that_goes_on_from_the_line_before() -> None:
    found = diagnostics("fn main() {\n    let n = 0\n    || { n + 1 }\n}")
    assert [d.message for d in found] == [
        "this '||' goes on from the line before",
        "cannot find 'n'",
    ]
    assert diagnostics("fn main() {\n    let n = true\n    let m = n\n        || n\n}") == []
    assert diagnostics("fn main() {\n    let n = 0\n    move || { n + 1 }\n}") == []


# --------------------------------------------------------------------------------------- captures


def captures(body: str) -> dict[str, tuple[list[str], bool]]:
    """The captures of each closure, and whether all are cells."""
    file = SourceFile("test.grok", f"fn main() {{ {body} }}")
    program = resolve(file, parse(file), parse)
    assert not program.diagnostics
    return {
        closure.symbol.rpartition("#")[2]: (
            [v.name for v in closure.captures],
            all(v.in_cell for v in closure.captures),
        )
        for closure in program.closures.values()
    }


def test_a_variable_that_is_never_assigned_is_captured_by_value() -> None:
    assert captures("let x = 1; || x") == {"1": (["x"], False)}


def test_a_variable_that_is_assigned_is_captured_as_a_cell() -> None:
    assert captures("let x = 1; let g = || x; x = 2") == {"1": (["x"], True)}
    assert captures("let x = 1; || x += 1") == {"1": (["x"], True)}


def test_inner_closures_capture_through_outer_ones() -> None:
    assert captures("let x = 1; || { let y = 2; || x + y }") == {
        "1": (["x"], False),
        "2": (["x", "y"], False),
    }


def test_format_literals_capture() -> None:
    assert captures('let x = 1; || println("{x}")') == {"1": (["x"], False)}


def test_a_parameter_is_no_capture() -> None:
    assert captures("let x = 1; |x| x") == {"1": ([], True)}


# ---------------------------------------------------------------------------------------- modules


def write(folder: Path, **files: str) -> str:
    for name, text in files.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".grok")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder / "main.grok")


def test_modules_in_files(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main="mod a;\nmod b;\nfn main() { a::f() + b::c::g() }",
        a="mod inner;\npub fn f() { inner::h() }",
        a__inner="pub fn h() { super::f; crate::b::c::g() }",
        b__mod="pub mod c;",
        b__c="pub fn g() { 1 }",
    )
    module, files, _ = compile_to_stack(main)
    module.verify()
    names = [Path(file.name).relative_to(tmp_path).as_posix() for file in files]
    assert names == ["main.grok", "a.grok", "a/inner.grok", "b/mod.grok", "b/c.grok"]
    symbols = [op.properties["sym_name"].data for op in module.ops if "sym_name" in op.properties]
    assert {"a::f", "a::inner::h", "b::c::g"} <= set(symbols)


def test_errors_in_several_files_are_all_reported(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main="mod a;\nmod b;\nmod c;\nfn main() { x; b::f(); c::f() }",
        a="pub fn f() { y }",
        b="fn (",
    )
    with pytest.raises(CompileError) as caught:
        compile_to_stack(main)
    places = {Path(d.file.name).name for d in caught.value.diagnostics}
    assert places == {"main.grok", "a.grok", "b.grok"}
    # What is missing in a module that could not be read is no error of its own.
    messages = [d.message for d in caught.value.diagnostics if d.file.name == main]
    assert sorted(messages) == ["cannot find 'x'", "cannot find the file of module 'c'"]


def test_two_files_for_one_module(tmp_path: Path) -> None:
    main = write(tmp_path, main="mod a;\nfn main() {}", a="", a__mod="")
    with pytest.raises(CompileError) as caught:
        compile_to_stack(main)
    assert [d.message for d in caught.value.diagnostics] == ["two files for module 'a'"]
