"""What is certainly wrong with a program: the message, and exactly what is blamed for it.

In each source the blamed text stands between ``«`` and ``»``.
"""

from __future__ import annotations

import pytest

from tests.frontend.marked import diagnostics, expect

POINT = "struct Point { x: float, y: float = 0.0 }\n"
SHAPE = "enum Shape { Circle(float), Rect { w: float, h: float }, Empty }\n"
PRELUDE = f"""
fn f(a, b: int, c = 3) -> int {{ 1 }}
fn id(x) {{ x }}
{POINT}impl Point {{ const DIM = 2; fn norm(self) -> float {{ 0.0 }} }}
{SHAPE}trait Area {{ fn area(self) -> float; fn twice(self) {{ 2.0 * self.area() }} }}
impl Area for Shape {{ fn area(self) {{ 1.0 }} }}
"""


WRONG = [
    # calls
    ("«f(1)»", "wrong number of arguments: f takes 2 to 3, got 1"),
    ("«id(1, 2)»", "wrong number of arguments: id takes 1, got 2"),
    ("«Point::norm()»", "wrong number of arguments: Point::norm takes 1, got 0"),
    ("«Shape::Circle()»", "wrong number of arguments: Shape::Circle takes 1, got 0"),
    ("«len()»", "wrong number of arguments: len takes 1, got 0"),
    ("«assert(true, 1, 2)»", "wrong number of arguments: assert takes 1 to 2, got 3"),
    ("«math::sqrt()»", "wrong number of arguments: math::sqrt takes 1, got 0"),
    ("«str::len()»", "wrong number of arguments: str::len takes 1, got 0"),
    ("«Area::area()»", "wrong number of arguments: Area::area takes 1, got 0"),
    ("id(«id()»)", "wrong number of arguments: id takes 1, got 0"),
    ("«Point»(1.0)", "struct 'Point' is not a function"),
    ("«Shape»(1.0)", "enum 'Shape' is not a function"),
    ("«Shape::Rect(1.0, 2.0)»", "variant 'Shape::Rect' is written Shape::Rect { w, h }"),
    # annotations
    ('f(1, «"a"»)', "type error: argument 'b' of f must be int, got str"),
    ('f(1, if true { 1 } else { «"a"» })', "type error: argument 'b' of f must be int, got str"),
    ('let x: int = «"a"»', "type error: variable 'x' must be int, got str"),
    ("let x: str = «1 + 2»", "type error: variable 'x' must be str, got int"),
    ("let x: str = «1 < 2»", "type error: variable 'x' must be str, got bool"),
    ("let x: int = «f(1, 2) as str»", "type error: variable 'x' must be int, got str"),
    ("let x: str = «f(1, 2)»", "type error: variable 'x' must be str, got int"),
    ('let s: str = "a"; let n: int = «s»', "type error: variable 'n' must be int, got str"),
    ('let x: int = 1; x = «"a"»', "type error: variable 'x' must be int, got str"),
    ("let x: list<int> = «(1, 2)»", "type error: variable 'x' must be list, got tuple of 2"),
    (
        "let x: (int, int) = «(1, 2, 3)»",
        "type error: variable 'x' must be tuple of 2, got tuple of 3",
    ),
    ("let x: Point = «Shape::Empty»", "type error: variable 'x' must be Point, got Shape"),
    ("let x: Area = «1»", "type error: variable 'x' must be Area, got int"),
    ("let x: int = «if true { 1 }»", "type error: variable 'x' must be int, got unit"),
    (
        "let x: int = match 1 { 1 => 1, _ => «1.5» }",
        "type error: variable 'x' must be int, got float",
    ),
    ('Shape::Circle(«"a"»)', "type error: field '0' of Shape::Circle must be float, got str"),
    ('Point { x: «"a"» }', "type error: field 'x' of Point must be float, got str"),
    ('let p: Point = id(1); p.x = «"a"»', "type error: field 'x' of Point must be float, got str"),
    (
        'let g = |x: int| -> int { «"a"» }',
        "type error: result of main::closure#1 must be int, got str",
    ),
    # structs
    ("«Point» {}", "missing field 'x' of Point"),
    ("«Shape::Rect» {}", "missing fields 'w', 'h' of Shape::Rect"),
    ("Point { x: 1.0, «z»: 2.0 }", "no field 'z' on Point"),
    ("Point { x: 1.0, «x»: 2.0 }", "field 'x' is given twice"),
    ("Point { y: 1.0, ..«1» }", "type error: base of Point must be Point, got int"),
    ("«Shape::Circle» { r: 1.0 }", "variant 'Shape::Circle' is written Shape::Circle(_)"),
    ("«Shape» { r: 1.0 }", "enum 'Shape' is not a struct"),
    ("let p: Point = id(1); p.«z»", "no field 'z' on Point"),
    ("Point { x: 1.0 }.«norm»", "no field 'norm' on Point"),
    # names that are no values
    ("let x = «Point»", "struct 'Point' is not a value"),
    ("let x = «math»", "module 'math' is not a value"),
    ("let x = «Shape::Rect»", "variant 'Shape::Rect' is written Shape::Rect { w, h }"),
    # patterns and match
    ("«match» id(1) { Shape::Empty => 1, Shape::Circle(_) => 2 }", "missing variant 'Shape::Rect'"),
    ("«match» id(1) { Some(_) if true => 1, None => 2 }", "missing variant 'Option::Some'"),
    (
        "«match» id(1) { Ok(_) | Err(1) if true => 1 }",
        "missing variants 'Result::Ok', 'Result::Err'",
    ),
    (
        "match id(1) { «Shape::Circle(a, b)» => 1, _ => 2 }",
        "'Shape::Circle' holds 1 value, the pattern has 2",
    ),
    (
        "match id(1) { «Shape::Circle» => 1, _ => 2 }",
        "variant 'Shape::Circle' is written Shape::Circle(_)",
    ),
    ("match id(1) { «Shape::Rect» { w } => 1, _ => 2 }", "the pattern lacks 'h'"),
    ("match id(1) { Shape::Rect { w, «d», .. } => 1, _ => 2 }", "no field 'd' on Shape::Rect"),
    ("match id(1) { «Shape { .. }» => 1, _ => 2 }", "enum 'Shape' is not a struct"),
    ('match id(1) { «1.."a"» => 1, _ => 2 }', "the ends of a range pattern are of different types"),
    ("let «1» = id(1)", "this pattern can fail: a 'let' needs one that cannot"),
    ("let «Some(x)» = id(1)", "this pattern can fail: a 'let' needs one that cannot"),
    (
        "for («Some(x)», _) in [] {}",
        "this pattern can fail: a 'for' loop needs one that cannot",
    ),
    ("let «(a, b)» = (1, 2, 3)", "this pattern has 2 elements, the tuple 3"),
    ("let Some(x) = id(1) else «{ println() }»", "the 'else' block of 'let' must leave"),
    # loops and leaving
    ("«break»", "'break' stands outside a loop"),
    ("«continue»", "'continue' stands outside a loop"),
    ("loop { let g = || { «break» } }", "'break' stands outside a loop"),
    ("while true { break «1» }", "'break' has a value only in 'loop'"),
    ("'out: loop { break «'ouf» }", "no loop around this has the label 'ouf"),
    # results that are not used
    (
        "while id(true) { id(1)\n «-id(2)» }",
        "the value of this statement, which begins with '-', is not used",
    ),
    # templates
    ('println(«"{} {}"», 1)', "the format has 2 holes '{}' but 1 argument follows"),
    ('println("{«x»}")', "cannot find 'x'"),
    ('println("«{:zz}»", 1)', "unknown format '{:zz}'"),
    ('println("«{»")', "'{' without '}' in a format"),
    ('println("a «}»")', "'}' without '{' in a format"),
    ('let x = 1; f"{x«:q»}"', "unknown format '{:q}'"),
    # casts
    ("1 as «u8»", "'as u8' would cut bits off: u8 means int"),
    ("1 as «bool»", "'as' converts to int, float or str, not to bool"),
]

RIGHT = [
    "let x = 1; let s: str = x; let y: int = 2.5 as int",
    'let x: float = 1; x = 2; let y: any = "a"; y = 1',
    'let x: list<int> = ["a"]',
    "let x: fn(int) -> int = |x| x",
    "let x: dyn Area = Shape::Empty",
    "let x: int = if true { 1 } else { return }",
    'let x: int = loop { break "a" }',
    "Point { y: 1.0, ..id(1) }",
    "let p = Point { x: 1.0 }; p.z",
    "match id(1) { Some(1) => 1, None => 2 }",
    "match id(1) { Some(_) => 1, _ => 2 }",
    "match id(1) { x @ Some(_) => x, y @ None => y }",
    "match id(1) { Some(_) => 1, 5 => 2 }",
    "match id(1) { Shape::Circle(..) => 1, _ => 2 }",
    "match id(1) { Point { x: 0.0, .. } => 1, _ => 2 }",
    "let (a, ..) = (1, 2, 3)",
    'let Some(x) = id(1) else { if true { return } else { panic("a") } }',
    "let Some(x) = id(1) else { loop {} }",
    "'a: loop { loop { break 'a 1 } }",
    "let x = if true { 1 } else {\n -1 }",
    'let x = 1; println("{x:>5} {}", 2)',
    'println("{{}}"); println("x", 1); println(1, "{")',
    "1 as i64; 1 as f64; 1 as String",
]


@pytest.mark.parametrize(("body", "message"), WRONG, ids=[body for body, _ in WRONG])
def test_wrong_bodies(body: str, message: str) -> None:
    expect(f"{PRELUDE}fn main() {{ {body}\n() }}", message)


@pytest.mark.parametrize("body", RIGHT)
def test_right_bodies(body: str) -> None:
    expect(f"{PRELUDE}fn main() {{ {body}\n() }}")


PROGRAMS = [
    ("fn f() -> «int» { let x = 1 }", "type error: result of f must be int, got unit"),
    ("fn f() -> «int» { 1; }", "type error: result of f must be int, got unit"),
    ('fn f() -> int { «"a"» }', "type error: result of f must be int, got str"),
    ('fn f() -> int { return «"a"» }', "type error: result of f must be int, got str"),
    ("fn f() -> int { «return» }", "type error: result of f must be int, got unit"),
    ('fn f(c: int = «"a"») {}', "type error: argument 'c' of f must be int, got str"),
    ("fn f(«1») {}", "this pattern can fail: a parameter needs one that cannot"),
    ('const C: int = «"a"»', "type error: const 'C' must be int, got str"),
    ('static S: int = «"a"»', "type error: static 'S' must be int, got str"),
    ('static S: int = 1\nfn f() { S = «"a"» }', "type error: static 'S' must be int, got str"),
    ('struct S { x: int = «"a"» }', "type error: field 'x' of S must be int, got str"),
    ("const C = «return 1»", "'return' stands outside a function"),
    ("const C = Some(1)«?»", "'?' stands outside a function"),
    ("struct S { x: int }\nimpl S { fn f(self) { self.«y» } }", "no field 'y' on S"),
    ("struct S { x }\nimpl S { fn f(self) { self.«f» } fn g() {} }", "no field 'f' on S"),
]


@pytest.mark.parametrize(("source", "message"), PROGRAMS, ids=[source for source, _ in PROGRAMS])
def test_wrong_items(source: str, message: str) -> None:
    expect(f"{source}\nfn main() {{}}\n", message)


@pytest.mark.parametrize(
    "source",
    [
        "fn f() -> int { loop {} }",
        'fn f() -> int { panic("a") }',
        "fn f() -> int { while true { return 1 } }",
        "fn f() -> float { 1 }",
        "fn f() -> int { if true { return 1 }\n 2 }",
        "fn f() -> int { match 1 { 1 => return 2, _ => exit(1) } }",
        "fn f<T>(x: T) -> T { x }\nfn g() -> int { f(1) }",
        "trait A {}\nimpl A for int {}\nfn f() -> A { 1 }",
        "trait A { fn f(self) { self.anything } }",
    ],
)
def test_right_items(source: str) -> None:
    expect(f"{source}\nfn main() {{}}\n")


def test_all_errors_are_reported_in_one_go() -> None:
    expect(
        'fn f(a) {}\nfn main() { «f()»\n «x»\n let y: int = «"a"» }\n',
        "wrong number of arguments: f takes 1, got 0",
        "cannot find 'x'",
        "type error: variable 'y' must be int, got str",
    )


def test_an_error_is_no_reason_for_another_one() -> None:
    expect("fn main() { let x = «y»\n x.z\n x + 1\n let w: int = x }", "cannot find 'y'")


def test_main() -> None:
    expect("fn f() {}", "test.grok has no function 'main'")
    expect("", "test.grok has no function 'main'")
    expect("fn «main»(x) {}", "'main' is called without arguments")
    expect("fn main(x = 1) {}")
    assert "-->" not in diagnostics("")[0].render()
