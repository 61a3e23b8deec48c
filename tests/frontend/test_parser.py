"""What the parser makes of each construct of the language, in the order of the reference."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from grokc.frontend import grammar, tree
from grokc.frontend.diagnostics import CompileError
from grokc.frontend.parser import MAX_DEPTH, parse
from grokc.frontend.source import SourceFile
from tests.frontend.tree_text import show


def parse_items(text: str) -> list[tree.Item]:
    return parse(SourceFile("test.grok", text)).items


def body(text: str, core: bool = False) -> str:
    """What stands in a function's braces."""
    file = parse(SourceFile("test.grok", "fn f() {\n" + text + "\n}"), core=core)
    (function,) = file.items
    assert isinstance(function, tree.Function)
    return show(function.body)[1:-1]


def cases(text: str) -> list[tuple[str, str]]:
    """Lines ``source  ==>  tree``; ``\\n`` in a source is a line end."""
    pairs = []
    for line in textwrap.dedent(text).strip().split("\n"):
        if line and not line.startswith("## "):
            source, expected = line.split("  ==>  ")
            pairs.append((source.strip().replace("\\n", "\n"), expected.strip()))
    return pairs


EXPRESSIONS = r"""
## literals
42  ==>  42
1_000_000  ==>  1000000
0xFF  ==>  255
0xff_ffi64  ==>  65535
0b1010  ==>  10
0o755u8  ==>  493
42i64  ==>  42
0x1f64  ==>  8036
1f64  ==>  1.0
007  ==>  7
9223372036854775807  ==>  9223372036854775807
-9223372036854775808  ==>  -9223372036854775808
- 9223372036854775808  ==>  -9223372036854775808
0xFFFFFFFFFFFFFFFF  ==>  -1
0x8000000000000000  ==>  -9223372036854775808
3.14  ==>  3.14
1e-10  ==>  1e-10
2.5e3  ==>  2500.0
1E5  ==>  100000.0
1.0f64  ==>  1.0
1_0.2_5  ==>  10.25
true  ==>  true
false  ==>  false
()  ==>  ()
"abc"  ==>  'abc'
""  ==>  ''
"\t\r\\\"\'\0\x41\u{1F600}\u{e9}"  ==>  '\t\r\\"\'\x00A😀é'
"a // b /* c"  ==>  'a // b /* c'
'a'  ==>  'a'
'\''  ==>  "'"
'"'  ==>  '"'
'\u{41}'  ==>  'A'
r"a\b"  ==>  'a\\b'
r#"a"b"#  ==>  'a"b'
r##"a"#b"##  ==>  'a"#b'
f"x"  ==>  f('x')
f""  ==>  f()
f"{x}"  ==>  f({x})
f"{x} and {y + 1:>8.3}"  ==>  f({x} ' and ' {(+ y 1):>8.3})
f"{x:?}{y:*^8}"  ==>  f({x:?} {y:*^8})
f"{{}}"  ==>  f('{}')
f"{{{x}}}"  ==>  f('{' {x} '}')
f"a\tb\u{41}{{"  ==>  f('a\tbA{')
f"{m["a"]}"  ==>  f({m['a']})
f"{f"{x}"}"  ==>  f({f({x})})
f"{P { x: 1 }.x}"  ==>  f({P{x:1}.x})
f"{ {1} }"  ==>  f({{1}})
f"{a::b}"  ==>  f({a::b})
f"{if a { 1 } else { 2 }:3}"  ==>  f({(if a {1} {2}):3})
f"{(|x: int| x)(1)}"  ==>  f({((paren (|x:int| x)) 1)})
[]  ==>  []
[1, "a", x]  ==>  [1 'a' x]
[1, 2,]  ==>  [1 2]
[0; n]  ==>  [0; n]
vec![1, 2]  ==>  [1 2]
vec![0; n]  ==>  [0; n]
vec![]  ==>  []
(1, 2)  ==>  <1 2>
(1,)  ==>  <1>
(1, 2,)  ==>  <1 2>
(1)  ==>  (paren 1)
#{}  ==>  #{}
#{"a": 1, k: v,}  ==>  #{'a':1 k:v}
#{a: #{b: 1}}  ==>  #{a:#{b:1}}
#{P { x: 1 }: 2}  ==>  #{P{x:1}:2}
Point { x: 1.0, y }  ==>  Point{x:1.0 y:y}
Point {}  ==>  Point{}
Point { y: 2.0, ..p }  ==>  Point{y:2.0 ..p}
Point { ..p }  ==>  Point{..p}
Shape::Rect { w: 1, h: 2, }  ==>  Shape::Rect{w:1 h:2}
Self { x }  ==>  Self{x:x}
a::b::C { x: 1 }  ==>  a::b::C{x:1}
## paths
Point::new  ==>  Point::new
self.x  ==>  self.x
Self::DIM  ==>  Self::DIM
super::f  ==>  super::f
crate::a::b  ==>  crate::a::b
self::f(1)  ==>  (self::f 1)
f::<int>(1)  ==>  (f 1)
Vec::<list<int>>::new()  ==>  (Vec::new)
x.parse::<int>()  ==>  (.parse x)
x.collect::<list<list<int>>>()  ==>  (.collect x)
int::MAX  ==>  int::MAX
## calls, fields, indices
f()  ==>  (f)
f(a, b,)  ==>  (f a b)
f(1)(2)  ==>  ((f 1) 2)
x.f  ==>  x.f
x.f(1)  ==>  (.f x 1)
(x.f)(1)  ==>  ((paren x.f) 1)
x.0  ==>  x.0
x.0.1  ==>  x.0.1
x.0.1.y  ==>  x.0.1.y
x.0(1)  ==>  (x.0 1)
x.12[3]  ==>  x.12[3]
x[i]  ==>  x[i]
x[i][j].y  ==>  x[i][j].y
x[1..2]  ==>  x[(.. 1 2)]
x[1..]  ==>  x[(.. 1 _)]
x[..2]  ==>  x[(.. _ 2)]
x[..]  ==>  x[(.. _ _)]
x[..=2]  ==>  x[(..= _ 2)]
x[a + 1..b]  ==>  x[(.. (+ a 1) b)]
x?  ==>  x?
f(x)?.y?  ==>  (f x)?.y?
println!("{}", x)  ==>  (println! '{}' x)
assert_eq!(a, b)  ==>  (assert_eq! a b)
panic!["a"]  ==>  (panic! 'a')
1.5.sqrt()  ==>  (.sqrt 1.5)
1.abs()  ==>  (.abs 1)
"a".len()  ==>  (.len 'a')
## operators and precedence
a + b * c  ==>  (+ a (* b c))
a * b + c  ==>  (+ (* a b) c)
a - b - c  ==>  (- (- a b) c)
a / b % c * d  ==>  (* (% (/ a b) c) d)
a << b + c  ==>  (<< a (+ b c))
a & b << c  ==>  (& a (<< b c))
a ^ b & c  ==>  (^ a (& b c))
a | b ^ c  ==>  (| a (^ b c))
a | b == c  ==>  (== (| a b) c)
a == b && c  ==>  (&& (== a b) c)
a && b || c && d  ==>  (|| (&& a b) (&& c d))
a || b || c  ==>  (|| (|| a b) c)
a < b && b < c  ==>  (&& (< a b) (< b c))
a <= b  ==>  (<= a b)
a >= b  ==>  (>= a b)
a >> b  ==>  (>> a b)
a != !b  ==>  (!= a (! b))
-x * y  ==>  (* (- x) y)
-x.y  ==>  (- x.y)
-x.abs()  ==>  (- (.abs x))
- -x  ==>  (- (- x))
a - -b  ==>  (- a (- b))
a--b  ==>  (- a (- b))
!a.b()  ==>  (! (.b a))
&x  ==>  x
&mut x  ==>  x
&&x  ==>  x
*x + *y  ==>  (+ x y)
a & &b  ==>  (& a b)
a && &b  ==>  (&& a b)
-x as int  ==>  (as (- x) int)
x as int + 1  ==>  (+ (as x int) 1)
x as int < b  ==>  (< (as x int) b)
x as int << b  ==>  (<< (as x int) b)
x as int as float  ==>  (as (as x int) float)
a * b as int  ==>  (* a (as b int))
1..5  ==>  (.. 1 5)
1..=n + 1  ==>  (..= 1 (+ n 1))
a || b..c  ==>  (.. (|| a b) c)
(1..5) == r  ==>  (== (paren (.. 1 5)) r)
(1..5).rev()  ==>  (.rev (paren (.. 1 5)))
f(0..n)  ==>  (f (.. 0 n))
1.0..2.0  ==>  (.. 1.0 2.0)
## assignment
x = 1  ==>  (= x 1)
x.y += 2  ==>  (+= x.y 2)
x[i] = v  ==>  (= x[i] v)
x <<= 1  ==>  (<<= x 1)
x >>= 1  ==>  (>>= x 1)
x -= 1  ==>  (-= x 1)
x *= 1  ==>  (*= x 1)
x /= 1  ==>  (/= x 1)
x %= 1  ==>  (%= x 1)
x &= 1  ==>  (&= x 1)
x |= 1  ==>  (|= x 1)
x ^= 1  ==>  (^= x 1)
*x = 1  ==>  (= x 1)
x = |y| y  ==>  (= x (|y| y))
(x = 1)  ==>  (paren (= x 1))
f((x = 1))  ==>  (f (paren (= x 1)))
x = if a { 1 } else { 2 }  ==>  (= x (if a {1} {2}))
## closures
|x, y| x + y  ==>  (|x y| (+ x y))
|x: int| -> int { x }  ==>  (|x:int| -> int {x})
|x| -> P { P { x } }  ==>  (|x| -> P {P{x:x}})
|| 1  ==>  (|| 1)
move || x  ==>  (|| x)
move |x| x  ==>  (|x| x)
|(a, b), P { x }| a  ==>  (|<a b> P{x:x}| a)
|_| ()  ==>  (|_| ())
|mut x| x  ==>  (|mut x| x)
|| n += 1  ==>  (|| (+= n 1))
f(|x| x = 1, 2)  ==>  (f (|x| (= x 1)) 2)
|x| |y| x + y  ==>  (|x| (|y| (+ x y)))
|x| x | y  ==>  (|x| (| x y))
f(|| {}, |a| { a })  ==>  (f (|| {}) (|a| {a}))
(|x| x)(1)  ==>  ((paren (|x| x)) 1)
|x| return x  ==>  (|x| (return x))
|x| 0..x  ==>  (|x| (.. 0 x))
## blocks and control flow
{ 1 }  ==>  {1}
{ a; b }  ==>  {a; b}
{ a; }  ==>  {a;}
{}  ==>  {}
if a { 1 } else { 2 }  ==>  (if a {1} {2})
if a { 1 } else if b { 2 } else { 3 }  ==>  (if a {1} (if b {2} {3}))
if a { 1 } else if b { 2 } else if c { 3 }  ==>  (if a {1} (if b {2} (if c {3})))
if a == b { }  ==>  (if (== a b) {})
if a { b } { c }  ==>  (if a {b}); {c}
if x == (P { x: 1 }) { }  ==>  (if (== x (paren P{x:1})) {})
if f(P { x: 1 }) { }  ==>  (if (f P{x:1}) {})
if { a } { b }  ==>  (if {a} {b})
if if a { b } else { c } { d }  ==>  (if (if a {b} {c}) {d})
if match a { b => c } { d }  ==>  (if (match a (b => c)) {d})
if let Some(v) = e { v }  ==>  (if (let Some(v) e) {v})
if let P { x } = p { x }  ==>  (if (let P{x:x} p) {x})
if let Some(1 | 2) = e { }  ==>  (if (let Some((or 1 2)) e) {})
if let A | B = e { }  ==>  (if (let (or A B) e) {})
while let Some(x) = it.next() { x }  ==>  (while (let Some(x) (.next it)) {x})
while a < b { c }  ==>  (while (< a b) {c})
loop { break }  ==>  (loop {(break)})
loop { break x + 1 }  ==>  (loop {(break (+ x 1))})
'a: loop { break 'a }  ==>  ('a:loop {(break 'a)})
'a: loop { break 'a 3 }  ==>  ('a:loop {(break 'a 3)})
'a: while x { continue 'a }  ==>  ('a:while x {(continue 'a)})
'outer: for i in 0..n { continue }  ==>  ('outer:for i (.. 0 n) {(continue)})
for (i, x) in xs.enumerate() { }  ==>  (for <i x> (.enumerate xs) {})
for P { x, .. } in ps { }  ==>  (for P{x:x ..} ps {})
for x in [P { x: 1 }] { }  ==>  (for x [P{x:1}] {})
for x in { xs } { x }  ==>  (for x {xs} {x})
for _ in 0..3 { }  ==>  (for _ (.. 0 3) {})
return  ==>  (return)
return x + 1  ==>  (return (+ x 1))
return -x  ==>  (return (- x))
return if a { 1 } else { 2 }  ==>  (return (if a {1} {2}))
return P { x: 1 }  ==>  (return P{x:1})
x = loop { break 3 }  ==>  (= x (loop {(break 3)}))
match x { }  ==>  (match x)
match x { 1 => a, 2 => b }  ==>  (match x (1 => a) (2 => b))
match x { 1 => a, _ => b, }  ==>  (match x (1 => a) (_ => b))
match x { 1 => { a } 2 => { b } }  ==>  (match x (1 => {a}) (2 => {b}))
match x { 1 => { a }, 2 => b }  ==>  (match x (1 => {a}) (2 => b))
match x { 1 => if a { b } else { c } _ => d }  ==>  (match x (1 => (if a {b} {c})) (_ => d))
match x { 1 => { a }.b, _ => c }  ==>  (match x (1 => {a}.b) (_ => c))
match x { n if n > 3 => n, _ => 0 }  ==>  (match x (n if (> n 3) => n) (_ => 0))
match x { n if n == P { x: 1 } => n }  ==>  (match x (n if (== n P{x:1}) => n))
match x { n if match n { _ => true } => n }  ==>  (match x (n if (match n (_ => true)) => n))
match x { | 1 | 2 => a }  ==>  (match x ((or 1 2) => a))
match x { _ => y = 3 }  ==>  (match x (_ => (= y 3)))
match x { _ => return, }  ==>  (match x (_ => (return)))
match x { _ => |a| a, }  ==>  (match x (_ => (|a| a)))
match (P { x: 1 }) { P { x } => x }  ==>  (match (paren P{x:1}) (P{x:x} => x))
match f(x) { Ok(v) => v, Err(e) => return Err(e) }  ==>  (match (f x) (Ok(v) => v) (Err(e) => (return (Err e))))
"""  # noqa: E501

PATTERNS = r"""
_  ==>  _
x  ==>  x
mut x  ==>  mut x
x @ 1..=5  ==>  x@(..= 1 5)
mut x @ Some(_)  ==>  mut x@Some(_)
1  ==>  1
-1  ==>  -1
-1.5  ==>  -1.5
-9223372036854775808  ==>  -9223372036854775808
"a"  ==>  'a'
'a'..='z'  ==>  (..= 'a' 'z')
true  ==>  true
1..5  ==>  (.. 1 5)
1..=5  ==>  (..= 1 5)
-5..=-1  ==>  (..= -5 -1)
..=5  ==>  (..= _ 5)
..5  ==>  (.. _ 5)
1..  ==>  (.. 1 _)
0.5..1.5  ==>  (.. 0.5 1.5)
()  ==>  <>
(a)  ==>  a
(a,)  ==>  <a>
(a, b)  ==>  <a b>
(a, .., b)  ==>  <a .. b>
(..)  ==>  <..>
(a, ..rest)  ==>  <a ..rest>
(a, _)  ==>  <a _>
[]  ==>  []
[a, .., b]  ==>  [a .. b]
[..rest, z]  ==>  [..rest z]
[a, rest @ ..]  ==>  [a ..rest]
[1, x,]  ==>  [1 x]
Shape::Empty  ==>  Shape::Empty
a::b::C  ==>  a::b::C
Shape::Circle(r)  ==>  Shape::Circle(r)
Some((a, b))  ==>  Some(<a b>)
Some(Some(x))  ==>  Some(Some(x))
P { x, y: 0 }  ==>  P{x:x y:0}
P { x, .. }  ==>  P{x:x ..}
P { .. }  ==>  P{..}
P { mut x, y: Q { z } }  ==>  P{x:mut x y:Q{z:z}}
P {}  ==>  P{}
Shape::Rect { w, h, }  ==>  Shape::Rect{w:w h:h}
Self { x }  ==>  Self{x:x}
Self::A(x)  ==>  Self::A(x)
&x  ==>  x
&Some(x)  ==>  Some(x)
&&x  ==>  x
A | B | C  ==>  (or A B C)
Some(1 | 2)  ==>  Some((or 1 2))
(1 | 2, x)  ==>  <(or 1 2) x>
x @ (1 | 2)  ==>  x@(or 1 2)
"""

TYPES = r"""
int  ==>  int
any  ==>  any
list<int>  ==>  list<int>
map<str, list<int>>  ==>  map<str,list<int>>
map<str, list<list<int>>>  ==>  map<str,list<list<int>>>
list<int,>  ==>  list<int>
geometry::Point  ==>  geometry::Point
Self  ==>  Self
()  ==>  ()
(int)  ==>  int
(int,)  ==>  (int)
(int, str)  ==>  (int,str)
[int]  ==>  [int]
[int; 3]  ==>  [int]
[int; N * 2]  ==>  [int]
&int  ==>  int
&mut int  ==>  int
&&int  ==>  int
dyn Area  ==>  Area
impl Area  ==>  Area
&dyn Area  ==>  Area
fn()  ==>  fn()->_
fn(int, str) -> bool  ==>  fn(int,str)->bool
fn(fn() -> int) -> list<int>  ==>  fn(fn()->int)->list<int>
"""

STATEMENTS = r"""
let x = 1  ==>  (let x 1)
let mut x = 1  ==>  (let mut x 1)
let x: int = 1  ==>  (let x:int 1)
let x: list<list<int>>= y  ==>  (let x:list<list<int>> y)
let x: list<int>= y  ==>  (let x:list<int> y)
let (a, b) = e  ==>  (let <a b> e)
let Point { x, y } = p  ==>  (let Point{x:x y:y} p)
let Some(v) = e else { return }  ==>  (let Some(v) e else {(return)})
let Some(v) = e\nelse { return }  ==>  (let Some(v) e else {(return)})
let x = if a { 1 } else { 2 }  ==>  (let x (if a {1} {2}))
let x = match a { _ => 1 }  ==>  (let x (match a (_ => 1)))
let p = P { x: 1 }  ==>  (let p P{x:1})
let f: fn(int) -> P = P { x }  ==>  (let f:fn(int)->P P{x:x})
let x = 1; let y = 2  ==>  (let x 1); (let y 2)
;;; a ;  ==>  a
fn g(x) { x }  ==>  (fn g |x| {x})
fn g() {} g()  ==>  (fn g || {}); (g)
const X = 1  ==>  (const X 1)
use a::b\nb()  ==>  (use a::b); (b)
struct P { x } P { x: 1 }  ==>  (struct P x); P{x:1}
#[inline] fn g() {}  ==>  (#[inline]fn g || {})
"""

NEW_LINES = r"""
## a line end ends a statement ...
a\nb  ==>  a; b
a\n\n\nb  ==>  a; b
a // c\nb  ==>  a; b
a /* c\n*/ b  ==>  a; b
a;\nb  ==>  a; b
f()\n(b)  ==>  (f); (paren b)
a\n[1]  ==>  a; [1]
return\nx  ==>  (return); x
loop { break\nx }  ==>  (loop {(break); x})
loop { continue\nx }  ==>  (loop {(continue); x})
x?\ny  ==>  x?; y
1\n'a'  ==>  1; 'a'
let x = true\nlet y = 1  ==>  (let x true); (let y 1)
let a = x as int\nb  ==>  (let a (as x int)); b
f"a{x}"\nb  ==>  f('a' {x}); b
break 'a\nx  ==>  (break 'a); x
use a::*\nb  ==>  (use a::*); b
P { x: 1 }\nb  ==>  P{x:1}; b
a\n|x| x  ==>  a; (|x| x)
a\nmove || x  ==>  a; (|| x)
a\n!b  ==>  a; (! b)
let x = a\nlet y = b  ==>  (let x a); (let y b)
## ... unless the line cannot end there
a +\nb  ==>  (+ a b)
a =\nb  ==>  (= a b)
a.\nb  ==>  a.b
let x =\n1  ==>  (let x 1)
let\nx = 1  ==>  (let x 1)
a &&\n\nb  ==>  (&& a b)
f(\n)  ==>  (f)
|x|\nx  ==>  (|x| x)
!\na  ==>  (! a)
if\na { }  ==>  (if a {})
a as\nint  ==>  (as a int)
fn\ng() {}  ==>  (fn g || {})
match x { 1\n=>\na }  ==>  (match x (1 => a))
## ... or the next line goes on
a\n+ b  ==>  (+ a b)
a\n/ b  ==>  (/ a b)
a\n% b  ==>  (% a b)
a\n^ b  ==>  (^ a b)
a\n<< b  ==>  (<< a b)
a\n>> b  ==>  (>> a b)
a\n== b  ==>  (== a b)
a\n!= b  ==>  (!= a b)
a\n< b  ==>  (< a b)
a\n>= b  ==>  (>= a b)
a\n&& b\n|| c  ==>  (|| (&& a b) c)
a\n.b\n.c()  ==>  (.c a.b)
a // c\n.b  ==>  a.b
a\n\n// c\n\n.b  ==>  a.b
a\n?  ==>  a?
a\nas int  ==>  (as a int)
a\n..b  ==>  (.. a b)
a\n..= b  ==>  (..= a b)
a\n= b  ==>  (= a b)
a\n+= b  ==>  (+= a b)
if a\n{ b }  ==>  (if a {b})
if a { b }\nelse { c }  ==>  (if a {b} {c})
if a { b }\n\nelse\nif c { d }  ==>  (if a {b} (if c {d}))
fn g()\n-> int\n{ 1 }  ==>  (fn g || -> int {1})
fn g<T>(x: T)\nwhere T: A\n{ 1 }  ==>  (fn g <T> |x:T| {1})
let x = a else\n{ return }  ==>  (let x a else {(return)})
loop\n{ break }  ==>  (loop {(break)})
## brackets decide
f(a\n- b)  ==>  (f (- a b))
f(\na,\nb\n)  ==>  (f a b)
[\n1\n,\n2\n]  ==>  [1 2]
(a\n* b)  ==>  (paren (* a b))
x[a\n- 1]  ==>  x[(- a 1)]
P {\nx: a\n- b,\n}  ==>  P{x:(- a b)}
#{\na:\n1,\n}  ==>  #{a:1}
match x {\n1 => a\n- b,\n_ => c\n}  ==>  (match x (1 => (- a b)) (_ => c))
f(|| { a\nb })  ==>  (f (|| {a; b}))
f(|| { a\n-b })  ==>  (f (|| {a; (- b)}))
[{ a\nb }]  ==>  [{a; b}]
f"{ { a\n-b } }"  ==>  f({{a; (- b)}})
## statements that end in a brace
if a { b }\n(c)  ==>  (if a {b}); (paren c)
if a { b } (c)  ==>  (if a {b}); (paren c)
if a { b } [c]  ==>  (if a {b}); [c]
if a { b }\n[c].d()  ==>  (if a {b}); (.d [c])
if a { b } else { c } -d = e  ==>  error
if a { b } else { c } &d  ==>  error
match a { _ => b }\n-1  ==>  error
while a { b } *c = 1  ==>  (while a {b}); (= c 1)
loop { a } || b  ==>  (loop {a}); (|| b)
for a in b { c } |d| e  ==>  (for a b {c}); (|d| e)
{ a } { b }  ==>  {a}; {b}
{ a }.b  ==>  {a}.b
{ a }\n.b()  ==>  (.b {a})
if a { b } else { c }.d + 1  ==>  (+ (if a {b} {c}).d 1)
match a { _ => b }?.c  ==>  (match a (_ => b))?.c
'a: loop { b } c  ==>  ('a:loop {b}); c
x = if a { b } else { c }\n!d  ==>  (= x (if a {b} {c})); (! d)
let x = { a }\n(b)  ==>  (let x {a}); (paren b)
let x = { a }(b)  ==>  (let x ({a} b))
let x = loop { break 1 } + 1  ==>  (let x (+ (loop {(break 1)}) 1))
"""

ITEMS = r"""
fn main() { }  ==>  (fn main || {})
fn f(a, b: int, c = 3) -> int { a }  ==>  (fn f |a b:int c=3| -> int {a})
fn f(a: int = 1, (b, c), mut d, _) {}  ==>  (fn f |a:int=1 <b c> mut d _| {})
fn f(a,) {}  ==>  (fn f |a| {})
fn f<T: Show, U>(x: T) -> T where T: Show + Eq, U: A { x }  ==>  (fn f <T:Show,U> |x:T| -> T {x})
fn f(g: fn(int) -> int, h: &mut Point) {}  ==>  (fn f |g:fn(int)->int h:Point| {})
pub fn f() {}  ==>  (pub fn f || {})
#[test] pub fn f() {}  ==>  (#[test]pub fn f || {})
#[a]\n#[b(c, 1, d(e))]\nfn f() {}  ==>  (#[a]#[b(c,1,d(e))]fn f || {})
#[cfg(os = "linux", x)] fn f() {}  ==>  (#[cfg(os=linux,x)]fn f || {})
#[a, b(return)] fn f() {}  ==>  (#[a]#[b(return)]fn f || {})
fn f() {} fn g() {}  ==>  (fn f || {}) (fn g || {})
struct Point { x: float, y: float = 0.0 }  ==>  (struct Point x:float y:float=0.0)
struct P { pub x, y, }  ==>  (struct P x y)
struct P {}  ==>  (struct P)
struct P { x: int\ny: list<int>\n}  ==>  (struct P x:int y:list<int>)
struct P {\n x: int,\n y = 3\n z\n}  ==>  (struct P x:int y=3 z)
struct P<T> where T: A { x: T }  ==>  (struct P <T> x:T)
enum Shape { Circle(float), Rect { w: float, h }, Empty }  ==>  (enum Shape Circle(float) Rect{w:float h} Empty)
enum E {\nA,\nB(int, any),\n}  ==>  (enum E A B(int any))
enum E<T> { A(T) }  ==>  (enum E <T> A(T))
trait Area { fn area(self) -> float; fn double(self) -> float { 2.0 } }  ==>  (trait Area (fn area |self| -> float) (fn double |self| -> float {2.0}))
trait A { fn a(self)\nfn b(self) -> list<int>\nfn c(self) }  ==>  (trait A (fn a |self|) (fn b |self| -> list<int>) (fn c |self|))
trait A: B + C { const X = 1 }  ==>  (trait A :B+C (const X 1))
impl P { fn f(&self) {} fn g(&mut self, x) {} }  ==>  (impl P (fn f |self| {}) (fn g |mut self x| {}))
impl P { fn f(mut self: P) {} const DIM = 2\nfn g() {} }  ==>  (impl P (fn f |mut self:P| {}) (const DIM 2) (fn g || {}))
impl Area for Shape { }  ==>  (impl Area for Shape)
impl Area\nfor\nShape\n{ }  ==>  (impl Area for Shape)
impl<T> A<T> for list<list<T>> where T: B { }  ==>  (impl <T> A<T> for list<list<T>>)
impl a::B for int {}  ==>  (impl a::B for int)
const NAME = 1 + 2  ==>  (const NAME (+ 1 2))
const P: Point = Point { x: 1 }  ==>  (const P:Point Point{x:1})
static X = 1\nstatic mut Y: int = 2  ==>  (static X 1) (static Y:int 2)
mod geometry;  ==>  (mod geometry)
mod geometry\nmod b  ==>  (mod geometry) (mod b)
mod a { pub fn f() {} mod b {} }  ==>  (mod a { (pub fn f || {}) (mod b { }) })
use a::b  ==>  (use a::b)
use a::b as c;  ==>  (use a::b~c)
use a::*  ==>  (use a::*)
use a::{b, c as d, e::{f, g::*}}  ==>  (use a::{b c~d e::{f g::*}})
use a::{b, *}  ==>  (use a::{b ::*})
use a::{\nb,\nc,\n}\nuse d  ==>  (use a::{b c}) (use d)
pub use super::a  ==>  (pub use super::a)
use crate::a::{self, b}  ==>  (use crate::a::{self b})
use Shape::*\nfn f() {}  ==>  (use Shape::*) (fn f || {})
"""  # noqa: E501


@pytest.mark.parametrize(("source", "expected"), cases(EXPRESSIONS))
def test_expressions(source: str, expected: str) -> None:
    assert body(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(STATEMENTS) + cases(NEW_LINES))
def test_statements_and_their_ends(source: str, expected: str) -> None:
    if expected == "error":
        with pytest.raises(CompileError):
            body(source + "\nend")
        return
    # What follows keeps the last statement from being the value.
    assert body(source + "\nend").removesuffix("; end") == expected.removesuffix(";")


@pytest.mark.parametrize(("source", "expected"), cases(PATTERNS))
def test_patterns(source: str, expected: str) -> None:
    assert body(f"match v {{ {source} => 1 }}") == f"(match v ({expected} => 1))"


@pytest.mark.parametrize(("source", "expected"), cases(TYPES))
def test_types(source: str, expected: str) -> None:
    assert body(f"let v: {source} = 1;") == f"(let v:{expected} 1);"
    (function,) = parse_items(f"fn f(a: {source}, b: {source} = 1) -> {source} {{ }}")
    assert show(function) == f"(fn f |a:{expected} b:{expected}=1| -> {expected} {{}})"


@pytest.mark.parametrize(("source", "expected"), cases(ITEMS))
def test_items(source: str, expected: str) -> None:
    assert show(parse_items(source)) == expected


CORE = r"""
let x: i64  ==>  (let x:i64 _)
let x: ptr<ptr<S>>\nlet y = 1  ==>  (let x:ptr<ptr<S>> _); (let y 1)
f(x) else { return }  ==>  (let _ (f x) else {(return)})
f(x)\nelse { return }  ==>  (let _ (f x) else {(return)})
x as ptr<S>  ==>  (as x ptr<S>)
(x as ptr<S>).y  ==>  (paren (as x ptr<S>)).y
x as ptr as fn(ptr<value>, i64) -> value!  ==>  (as (as x ptr) fn(ptr<value>,i64)->value!)
let f: fn(A) -> B! = g  ==>  (let f:fn(A)->B! g)
"""


@pytest.mark.parametrize(("source", "expected"), cases(CORE))
def test_core_statements(source: str, expected: str) -> None:
    assert body(source + "\nend", core=True).removesuffix("; end") == expected
    with pytest.raises(CompileError):
        body(source + "\nend")


def test_core_files_say_so_themselves() -> None:
    text = """
        #![core]
        //! What it is.
        #[extern(nobuiltin)] fn memcpy(to: ptr, bytes: i64) -> ptr
        #[op] fn get(x: value) -> value! { f(x) else { return }; x }
    """
    file = parse(SourceFile("core.grok", text))
    assert show(file.attributes) == "core"
    assert file.doc == "What it is."
    assert show(file.items) == (
        "(#[extern(nobuiltin)]fn memcpy |to:ptr bytes:i64| -> ptr) "
        "(#[op]fn get |x:value| -> value! {(let _ (f x) else {(return)}); x})"
    )


def test_all_core_files_parse() -> None:
    folder = Path(grammar.GRAMMAR).parent.parent / "vm" / "core"
    files = sorted(folder.glob("*.grok"))
    assert files
    for path in files:
        assert parse(SourceFile.read(str(path))).items


def test_docs_go_to_the_item_that_follows() -> None:
    text = """\
//! File.
//!
//!   More.

/// First
///   line.
#[inline]
pub fn f() {
    /// Inner.
    fn g() {}
}
//// no doc
/// Struct.
// a comment between
struct P {
    /// A field's doc is dropped.
    x: int,
}
fn h() {}
"""
    file = parse(SourceFile("docs.grok", text))
    assert file.doc == "File.\n\n  More."
    assert [item.doc for item in file.items] == ["First\n  line.", "Struct.", None]
    function = file.items[0]
    assert isinstance(function, tree.Function)
    assert function.body is not None
    (inner,) = function.body.statements
    assert isinstance(inner, tree.ItemStatement)
    assert inner.item.doc == "Inner."


@pytest.mark.parametrize(
    "text", ["", "\n", "// only a comment", "/* a /* nested */ one */", "#!/x\n"]
)
def test_files_without_items(text: str) -> None:
    assert parse(SourceFile("empty.grok", text)).items == []


def test_an_interpreter_line_may_come_first() -> None:
    assert len(parse_items("#!/usr/bin/env grokc\nfn main() {}")) == 1


def test_line_ends_of_windows() -> None:
    text = "fn f() {\r\n    a\r\n    b\r\n}\r\n"
    assert show(parse_items(text)) == "(fn f || {a; b})"


# --------------------------------------------------------------------------------------- spans


def nodes(root: object) -> list[tree.Node]:
    """All nodes of a tree."""
    found: list[tree.Node] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tree.Node):
            found.append(node)
            for name in node.__dataclass_fields__:
                pending.append(getattr(node, name))
        elif isinstance(node, list):
            pending.extend(node)
    return found


SPANS = """\
fn f<T>(first: list<int>, mut b = 1) -> T {
    let (x, y): (int, str) = (1 + 2 * 3, "é") else { return }
    x.norm(1).y[0] = -x? as int
    if let Some(v) = e { v } else if c { 2 } else { 3 }
    match v { 1 | 2 if g => { a }, P { x, .. } => f"a{x + 1:>3}b{y}" }
    'a: for i in 0..=10 { break 'a (i, 2) }
    |a: int| a.b::<int>(c)
}
impl Area for Point { const X = 1 }
"""


def test_spans_are_exact() -> None:
    file = parse(SourceFile("spans.grok", SPANS))
    texts: dict[str, list[str]] = {type(node).__name__: [] for node in nodes(file)}
    for node in nodes(file):
        assert 0 <= node.start <= node.end <= len(SPANS)
        texts[type(node).__name__].append(SPANS[node.start : node.end])
    for name, text in [
        ("Function", SPANS[: SPANS.index("\nimpl")]),
        ("TypeParameter", "T"),
        ("Parameter", "first: list<int>"),
        ("Parameter", "mut b = 1"),
        ("NamedType", "list<int>"),
        ("Let", 'let (x, y): (int, str) = (1 + 2 * 3, "é") else { return }'),
        ("TuplePattern", "(x, y)"),
        ("TupleType", "(int, str)"),
        ("Tuple", '(1 + 2 * 3, "é")'),
        ("Binary", "1 + 2 * 3"),
        ("Binary", "2 * 3"),
        ("Str", '"é"'),
        ("Return", "return"),
        ("Assign", "x.norm(1).y[0] = -x? as int"),
        ("Try", "x?"),
        ("Index", "x.norm(1).y[0]"),
        ("FieldAccess", "x.norm(1).y"),
        ("MethodCall", "x.norm(1)"),
        ("Cast", "-x? as int"),
        ("Unary", "-x?"),
        ("LetCondition", "let Some(v) = e"),
        ("If", "if let Some(v) = e { v } else if c { 2 } else { 3 }"),
        ("If", "if c { 2 } else { 3 }"),
        ("Block", "{ 2 }"),
        ("Arm", "1 | 2 if g => { a }"),
        ("OrPattern", "1 | 2"),
        ("StructPattern", "P { x, .. }"),
        ("FieldPattern", "x"),
        ("FString", 'f"a{x + 1:>3}b{y}"'),
        ("For", "'a: for i in 0..=10 { break 'a (i, 2) }"),
        ("Range", "0..=10"),
        ("Break", "break 'a (i, 2)"),
        ("Closure", "|a: int| a.b::<int>(c)"),
        ("MethodCall", "a.b::<int>(c)"),
        ("Impl", "impl Area for Point { const X = 1 }"),
        ("Constant", "const X = 1"),
    ]:
        assert text in texts[name], (name, texts[name])
    (match,) = (node for node in nodes(file) if isinstance(node, tree.Match))
    assert SPANS[match.start : match.keyword_end] == "match"
    names = [node for node in nodes(file) if isinstance(node, tree.MethodCall)]
    assert sorted(SPANS[n.name_start : n.name_end] for n in names) == ["b", "norm"]
    (field,) = (node for node in nodes(file) if isinstance(node, tree.FieldAccess))
    assert SPANS[field.name_start : field.end] == "y"
    (function,) = (node for node in nodes(file) if isinstance(node, tree.Function))
    assert SPANS[function.name_start : function.name_end] == "f"
    (impl,) = (node for node in nodes(file) if isinstance(node, tree.Impl))
    assert SPANS[impl.start : impl.head_end] == "impl Area for Point"


def test_the_spans_of_parts_lie_in_the_whole() -> None:
    file = parse(SourceFile("spans.grok", SPANS))
    for node in nodes(file):
        for name in node.__dataclass_fields__:
            value = getattr(node, name)
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, tree.Node):
                    assert node.start <= part.start <= part.end <= node.end, (node, part)


# ----------------------------------------------------------------------------------- the limits

NESTED = {
    "parentheses": ("(", "1", ")"),
    "lists": ("[", "1", "]"),
    "blocks": ("{", "1", "}"),
    "ifs": ("if a { ", "1", " }"),
    "if statements": ("if a { ", "1", " }; b"),
    "functions": ("fn f() { ", "1", " }"),
    "matches": ("match a { _ => ", "1", "}"),
    "calls": ("f(", "1", ")"),
    "f-strings": ('f"{', "1", '}"'),
    "closures": ("|x| ", "1", ""),
    "negations": ("!", "x", ""),
    "returns": ("return ", "x", ""),
    "method calls": ("x", "", ".m()"),
    "indices": ("x", "", "[0]"),
    "casts": ("x", "", " as int"),
    "conjunctions": ("a", "", " && a"),
    "else-ifs": ("if a {}", "", " else if b {}"),
    "types": ("let a: ", "int", " = 1"),
    "tuple patterns": ("let ", "a", " = 1"),
    "modules": ("mod a { ", "", " }"),
}


def nest(name: str, levels: int) -> str:
    before, middle, after = NESTED[name]
    if name == "types":
        return before + "list<" * levels + middle + ">" * levels + after
    if name == "tuple patterns":
        return before + "(" * levels + middle + ",)" * levels + after
    if not middle and name != "modules":
        return before + after * levels
    return before * levels + middle + after * levels


@pytest.mark.parametrize("name", NESTED)
def test_a_thousand_levels_are_fine(name: str) -> None:
    parse(SourceFile("deep.grok", f"fn f() {{ {nest(name, 1000)} }}"))


@pytest.mark.parametrize("name", NESTED)
def test_ten_thousand_levels_are_an_error(name: str) -> None:
    with pytest.raises(CompileError) as caught:
        parse(SourceFile("deep.grok", f"fn f() {{ {nest(name, 10_000)} }}"))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message.startswith("nested too deeply")


def depth(node: object) -> int:
    """The height of a tree, without the left sides of Binary chains; by a loop."""
    deepest = 0
    pending: list[tuple[object, int]] = [(node, 0)]
    while pending:
        node, level = pending.pop()
        deepest = max(deepest, level)
        if isinstance(node, tree.Node):
            for name in node.__dataclass_fields__:
                chained = isinstance(node, tree.Binary) and name == "left"
                pending.append((getattr(node, name), level + (not chained)))
        elif isinstance(node, list):
            pending.extend((part, level) for part in node)
    return deepest


@pytest.mark.parametrize("name", NESTED)
def test_the_limit_is_one_of_the_tree(name: str) -> None:
    file = parse(SourceFile("deep.grok", f"fn f() {{ {nest(name, 1000)} }}"))
    assert 1000 <= depth(file) <= MAX_DEPTH


def test_long_sums_are_no_nesting() -> None:
    file = parse(SourceFile("sum.grok", f"fn f() {{ {' + '.join(['x'] * 50_000)} }}"))
    assert depth(file) < 10


def test_long_lists_of_anything_are_no_nesting() -> None:
    many = 20_000
    text = f"fn f() {{ {'x; ' * many} g({'x, ' * many}); match x {{ {'1 => a, ' * many} }} }}"
    assert depth(parse(SourceFile("long.grok", text))) < 10


# ---------------------------------------------------------------------------------- the grammar


def test_the_grammar_has_no_conflicts_but_the_known(caplog: pytest.LogCaptureFixture) -> None:
    """Of each, shifting is what is meant: an `else` belongs to the innermost `if`, a `!` to the
    innermost type, a `:` after `break 'a` makes a loop's label of it, and `<` gives a type
    arguments."""
    from lark import logger

    with open(grammar.GRAMMAR, encoding="utf-8") as stream:
        text = stream.read()
    caplog.set_level("DEBUG", logger=logger.name)
    level = logger.level
    logger.setLevel("DEBUG")
    logger.propagate = True
    try:
        grammar.build(text)
    finally:
        logger.setLevel(level)
    conflicts = {
        record.getMessage().split(":")[0]
        for record in caplog.records
        if "onflict" in record.getMessage() or "ollision" in record.getMessage()
    }
    assert conflicts == {
        f"Shift/Reduce conflict for terminal {name}"
        for name in ("BANG", "COLON", "ELSE", "LESSTHAN")
    }


def test_tables_come_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from grokc import cache

    monkeypatch.setattr(cache, "_directory", [str(tmp_path)])
    monkeypatch.setattr(grammar, "_loaded", [])
    built = grammar.tables()
    assert len(list((tmp_path / "grammar").iterdir())) == 1
    monkeypatch.setattr(grammar, "_loaded", [])
    monkeypatch.setattr(grammar, "build", None)  # it must not be needed again
    assert grammar.tables().rows == built.rows
