"""Calls between optimized functions: what they hand over, and what becomes of it when one leaves.

Each program is run by the reference engine and with optimized code from the third call on; the
status, the output and the error, with its traceback, are the same.
"""

from __future__ import annotations

import pytest

from tests.conformance.programs import run_source

PROGRAMS = {
    "an int that does not fit a word": """
        fn double(n, times) { if times == 0 { n } else { double(n + n, times - 1) } }
        fn main() { for i in 0..9 { println(double(i + 1, 55)) } }
    """,
    "a callee that leaves, and returns what was promised": """
        fn pick(values, i) { if i == 0 { 0 } else { 1 + pick(values, i - 1) + values[i] } }
        fn main() {
            let values = [1, 2, 3, 4, 5]
            for turn in 0..9 { println(pick(values, 4)) }
            values[2] = 9223372036854775000
            println(pick(values, 4))
        }
    """,
    "a callee that leaves, and returns something else": """
        fn last(values, i) { if i == 0 { values[0] } else { last(values, i - 1) + 0 } }
        fn twice(values) { let x = last(values, 3)
            x + x }
        fn main() {
            let values = [1, 2]
            for turn in 0..9 { println(twice(values)) }
            values[0] = 1.5
            for turn in 0..9 { println(twice(values)) }
        }
    """,
    "floats and bools": """
        fn power(x, n) { if n == 0 { 1.0 } else { x * power(x, n - 1) } }
        fn is_even(n) { if n == 0 { true } else { !is_even(n - 1) } }
        fn main() { for i in 0..9 { println(power(1.5, i), is_even(i)) } }
    """,
    "types that differ between callers": """
        fn sum(a, b) { a + b }
        fn many(a, b, n) { if n == 0 { a } else { many(sum(a, b), b, n - 1) } }
        fn main() {
            for i in 0..9 { println(many(0, i, 3), many(0.5, 0.25, i), many("", "x", i)) }
        }
    """,
    "tail calls in constant space": """
        fn count(n, sum) { if n == 0 { sum } else { count(n - 1, sum + n) } }
        fn even(n) { if n == 0 { true } else { odd(n - 1) } }
        fn odd(n) { if n == 0 { false } else { even(n - 1) } }
        fn main() {
            for i in 0..9 { println(count(i, 0), even(i)) }
            println(count(300000, 0), even(300001))
        }
    """,
    "an overflow, deep in typed calls": """
        fn product(n) { if n == 0 { 1 } else { n * product(n - 1) } }
        fn main() {
            for i in 0..15 { println(product(i)) }
            println(catch(|| product(25)))
            product(30)
        }
    """,
    "an error in what an inlined function calls at its end": """
        fn down(n, x) {
            if n == 0 { return x + 1 }
            down(n - 1, x)
        }
        fn hold(n, x) {
            let result = down(n, x)
            result
        }
        fn main() {
            let sum = 0
            for i in 0..30 { sum += hold(i % 5, i) }
            println(sum)
            hold(4, ())
        }
    """,
    "fields of several types at one place, after guards have failed": """
        struct Whole { x: int, y: any }
        struct Part { y: any, x: float }
        trait Item {
            fn get(self) { self.x }
            fn put(self, v) { self.y = v }
        }
        impl Item for Whole {}
        impl Item for Part {}
        fn total(items) {
            let total = 0.0
            for item in items {
                total += item.get()
                item.put(total)
                total += item.y * 0
            }
            total
        }
        fn main() {
            let items = [Whole { x: 1, y: 0 }, Part { y: 0, x: 2.5 }, Whole { x: 3, y: 1 }]
            let sum = 0.0
            for turn in 0..300 { sum += total(items) }
            println(sum, items)
            items.push((1, 2))
            total(items)
        }
    """,
    "methods of several types at one call": """
        struct Circle { r: float }
        struct Square { a: int }
        struct Odd { name }
        impl Circle { fn area(self) { 3.0 * self.r * self.r } }
        impl Square { fn area(self) { self.a * self.a } }
        impl Odd { fn area(self, scale = 2) { f"{self.name}{scale}" } }
        fn all(shapes) { for shape in shapes { println(shape.area()) } }
        fn main() {
            let shapes = [Circle { r: 1 }, Square { a: 2 }, Odd { name: "x" }, Square { a: 3 }]
            for turn in 0..9 { all(shapes) }
            shapes.push(5)
            all(shapes)
        }
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_as_the_reference(name: str) -> None:
    source = PROGRAMS[name].encode()
    expected = run_source("calls.grok", source, "reference", [])
    assert expected.output
    assert run_source("calls.grok", source, "optimizing", []) == expected
