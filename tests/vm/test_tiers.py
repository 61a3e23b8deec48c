"""The tiers at work: who compiles what when, how code of different tiers meets, and how a program
leaves optimized code again.  The machine's counters prove that each way was really taken."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grokc import cache
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.lowering.grok_to_llvm.exit_records import Step
from grokc.passes.pipelines import compile_module
from grokc.vm import machine
from grokc.vm.machine import JIT_MODES, Jit, Outcome
from grokc.vm.optimizing import program, request
from grokc.vm.optimizing.kit import Kit

HOT = 40
"""Calls until a function is optimized in these tests."""


def compiled(source: str) -> bytes:
    module, _, _ = compile_to_stack(SourceFile("test.grok", source))
    return compile_module(module)


def run(source: str, jit: Jit) -> tuple[Outcome, str, str]:
    """The outcome, and what was written to standard output and standard error."""
    image = compiled(source)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        outcome = machine.execute(image, (), out.fileno(), err.fileno(), jit=jit)
        output, errors = (os.pread(file.fileno(), 1 << 20, 0).decode() for file in (out, err))
    return outcome, output, errors


def sync(**options: bool | int) -> Jit:
    return Jit("sync", baseline_threshold=2, optimizing_threshold=HOT, strict=True, **options)  # type: ignore[arg-type]


FIB = """
fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }
fn main() { println(fib(20)) }
"""


# ------------------------------------------------------------------------------- which tier when


@pytest.mark.parametrize("mode", JIT_MODES)
def test_modes(mode: str) -> None:
    jit = Jit(mode, baseline_threshold=2, optimizing_threshold=HOT, strict=True)
    outcome, output, _ = run(FIB, jit)
    assert output == "6765\n"
    counters = outcome.counters
    assert (counters["baseline"] > 0) == (mode in ("baseline", "on", "sync"))
    if mode != "on":  # there it depends on how fast the compiler thread is
        assert (counters["optimized"] > 0) == (mode in ("eager", "sync"))
    assert counters["without_jit"] == 0


def test_a_cold_program_is_not_compiled() -> None:
    outcome, _, errors = run("fn f(x) { x } fn main() { f(1) }", Jit("sync", logged=True))
    assert outcome.counters["baseline"] == outcome.counters["optimized"] == 0
    assert errors == ""


def test_calls_make_a_function_hot() -> None:
    source = "fn f(x) {{ x + 1 }} fn main() {{ let a = f; for i in 0..{} {{ a(i) }} }}"
    calls = 2 + HOT
    below, _, _ = run(source.format(calls - 5), Jit("sync", optimizing_threshold=10 * HOT))
    assert below.counters["optimized"] == 0
    above, _, _ = run(source.format(10 * calls), sync())
    assert above.counters["optimized"] > 0


def test_a_loop_is_replaced_while_it_runs() -> None:
    outcome, output, errors = run(
        "fn main() { let mut s = 0; for i in 0..100000 { s += i } println(s) }", sync(logged=True)
    )
    assert output == "4999950000\n"
    assert outcome.counters["osr"] == 1
    assert "[jit] osr main at " in errors


def test_a_function_that_comes_back_after_its_loop_was_optimized_is_optimized_as_a_whole() -> None:
    source = """
    fn sum(n) { let mut s = 0; for i in 0..n { s += i } s }
    fn main() { println(sum(100000)); println(sum(3)); println(sum(4)) }
    """
    outcome, output, errors = run(source, sync(logged=True))
    assert output == "4999950000\n3\n6\n"
    assert "[jit] osr sum at " in errors
    assert errors.count("[jit] optimizing sum: ") == 1
    assert outcome.counters["exits"] == 0


def test_a_site_whose_targets_change_is_compiled_again_for_all_of_them() -> None:
    """Not once for each, nor for ever."""
    source = """
    struct A { x: int }
    struct B { y: int, x: int }
    enum C { C1(int) }
    impl A { fn get(self) { self.x } }
    impl B { fn get(self) { self.x } }
    impl C { fn get(self) { match self { C::C1(x) => x } } }
    fn get(o) { o.get() }
    fn field(o) { o.x }
    fn call(f, x) { f(x) }
    fn main() {
        let (a, b, c) = (A { x: 1 }, B { y: 0, x: 2 }, C::C1(3))
        let mut s = 0
        for i in 0..1000 { s += get(a) + field(a) + call(|x| x + i, 1) }
        for i in 0..5000 { s += get(b) + field(b) + call(|x| x * i, 2) }
        for i in 0..5000 { s += get([a, b, c][i % 3]) + field([a, b][i % 2]) + call(abs, 3) }
        println(s)
    }
    """
    outcome, output, _ = run(source, sync())
    sums = [3 * 1000 + 999 * 500, 4 * 5000 + 2 * 4999 * 2500]
    last = sum(i % 3 + 1 + i % 2 + 1 + 3 for i in range(5000))
    assert output == f"{sum(sums) + last}\n"
    assert outcome.counters["withdrawn"] <= 6
    assert outcome.counters["exits"] <= 6 * 40 + 20


STEADY = {
    "wide ints": "let s = 1 << 50; for i in 0..1000 { s += i }",
    "strings": """let s = ""; for i in 0..1000 { s = s + "x"; if s == "y" { println(s) } }""",
    "nothing": "let n = 0; let x = (); while n < 999 { if x == 1 { n = 0 } n += 1 }",
    "maps": "let m = #{1: 2}; for i in 0..1000 { m[i] = m[1] }",
    "text": """for c in "x".repeat(1000) { if c < "a" { println(c) } }""",
    "ranges as values": "for i in 0..1000 { for j in [0..2][0] { j + i } }",
    "ints and floats": "let s = 0.5; for i in 0..1000 { s = s + i }",
    "items that run out": "let l = [0; 999]; while let Some(x) = l.pop() { x + 1 }",
    "closures": "let n = 0; for i in 0..1000 { let f = |x| x + i; n = f(i) }",
}
"""Programs that do all the time what is the slow way of an instruction."""


@pytest.mark.parametrize("body", STEADY.values(), ids=STEADY)
def test_baseline_code_keeps_slow_ways_to_itself(body: str) -> None:
    source = f"fn work() {{ {body} }} fn main() {{ for i in 0..3 {{ work() }} }}"
    outcome, _, _ = run(source, Jit("baseline", baseline_threshold=2))
    assert outcome.status == 0
    assert outcome.counters["baseline"] > 0
    assert outcome.counters["cold_exits"] < 100


def test_a_function_whose_caches_keep_missing_is_compiled_again_and_stops_to_exit() -> None:
    source = """
    struct A { x: int }
    struct B { y: int, x: int }
    fn step(o) { o.x += 1; o.x }
    fn main() {
        let l = [A { x: 0 }, B { y: 0, x: 0 }]
        for i in 0..5000 { step(l[i % 2]) }
        println(step(l[0]) + step(l[1]))
    }
    """
    outcome, output, _ = run(source, Jit("baseline", baseline_threshold=2))
    assert output == "5002\n"
    assert outcome.counters["field_misses"] > 5000
    assert outcome.counters["cold_exits"] < 1000


def test_a_function_with_many_loops_is_compiled_again_in_each() -> None:
    loops = " ".join(f"for i in 0..2000 {{ n = (n * 7 + i) % {k} }}" for k in range(1001, 1013))
    outcome, _, _ = run(f"fn main() {{ let n = 0; {loops} println(n) }}", Jit("baseline"))
    assert outcome.counters["baseline"] >= 12
    assert outcome.counters["cold_exits"] < 12 * 400


FLOAT_LOOPS = {
    "a sum": "let s = 0.0; let x = 0.0; while x < 99.0 { s = s + x * 0.5; x = x + 1.0 } s",
    "moves": """
        let (a, b) = (0.0, 1.0); let n = 0
        while n < 50 { let next = a * 0.5 + b; a = b; b = next; n += 1 }
        f"{a} {b}"
    """,
    "a value that becomes an int and then text": """
        let s = 0.5; let out = []
        for i in 0..40 {
            out.push(s)
            s = s + 0.25
            if i == 20 { s = 7 }
            if i == 30 { s = "x"; out.push(s) }
            if i >= 30 { s = 1.5 }
        }
        out
    """,
    "what starts as an int": "let s = 0; for i in 0..40 { s = s + 0.5; s = s * 1.5 } s",
    "calls of built-in functions": """
        let s = 2.0; let t = 1.0
        for i in 0..40 { t = t + s; s = (s * s + t).sqrt(); t = t - 0.5 }
        f"{s} {t}"
    """,
    "other functions": """
        let s = 2.0
        for i in 0..40 { s = s + 1.5; s = half(s) + s * 0.25 }
        s
    """,
    "fields and lists": """
        let p = P { x: 1.0, y: 2.0 }; let l = [1.0, 2.0, 3.0]; let s = 0.0
        for i in 0..60 {
            s = s + p.x * l[i % 3]
            p.x = p.x - l[1] * 0.25
            l[i % 3] = p.y - s * 0.125
        }
        f"{s} {p} {l}"
    """,
    "two loops, and continue and break": """
        let s = 0.0; let n = 0
        for i in 0..30 {
            let t = 1.0
            while true {
                n += 1
                t = t * 1.5
                if t < 3.0 { continue }
                if n % 7 == 0 { t = t - 0.75; continue }
                if t > 30.0 { break }
                s = s + t
            }
            s = s - t
        }
        f"{s} {n}"
    """,
    "more values than machine registers": """
        let (a, b, c, d, e, f, g, h) = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5)
        for i in 0..40 {
            a = a + b * 0.5; b = b - c * 0.25; c = c + d * 0.125; d = d - e * 0.5
            e = e + f * 0.25; f = f - g * 0.125; g = g + h * 0.5; h = h - a * 0.25
        }
        [a, b, c, d, e, f, g, h]
    """,
    "errors": """
        let s = 1.0; let out = []
        for i in 0..30 {
            out.push(catch(|| s + 1.0))
            s = s * 1.25
            if i > 10 { out.push(catch(|| ["a"][i] )) }
            if i % 9 == 8 { s = [1.0][0] }
        }
        f"{s} {out}"
    """,
}
"""Loops whose floats baseline code keeps in machine registers, and ways to disturb it."""


@pytest.mark.parametrize("threshold", [0, 1, 3])
@pytest.mark.parametrize("mode", ["baseline", "sync"])
@pytest.mark.parametrize("body", FLOAT_LOOPS.values(), ids=FLOAT_LOOPS)
def test_floats_in_the_registers_of_loops(body: str, mode: str, threshold: int) -> None:
    source = f"""
    struct P {{ x: float, y: float }}
    fn half(x) {{ x * 0.5 }}
    fn work() {{ {body} }}
    fn main() {{ for i in 0..4 {{ println(work()) }} }}
    """
    expected = run(source, Jit("off"))
    assert expected[0].status == 0, expected[2]
    jit = Jit(mode, baseline_threshold=threshold, optimizing_threshold=20)
    outcome, output, _ = run(source, jit)
    assert output == expected[1]
    assert outcome.counters["baseline"] > 0


def test_what_is_kept_in_registers() -> None:
    """What a loop computes and uses, floats alone; nothing where other functions run."""

    def kept(body: str) -> int:
        source = f"fn half(x) {{ x * 0.5 }} fn work() {{ {body} }} fn main() {{ {'work(); ' * 4} }}"
        outcome, _, errors = run(source, Jit("baseline", baseline_threshold=2))
        assert outcome.status == 0, errors
        return outcome.counters["kept_floats"]

    assert kept("let s = 0.0; let x = 0.5; for i in 0..9 { s = s + x; x = x * 2.0 }") == 2
    assert kept("let s = 0.0; let x = 0.5; for i in 0..9 { s = s + x }") == 1
    assert kept("let s = 0; for i in 0..9 { s = s + i }") == 0
    assert kept("let s = 0.0; for i in 0..9 { s = s + half(s) }") == 0


def test_the_log_has_a_line_for_each_event() -> None:
    source = """
    fn twice(x) { x + x }
    fn main() {
        for i in 0..1000 { twice(i) }
        for i in 0..1000 { twice(0.5) }
        println(twice("ab"))
    }
    """
    _, output, errors = run(source, sync(logged=True))
    assert output == "abab\n"
    lines = errors.splitlines()
    assert all(line.startswith("[jit] ") for line in lines)
    for word in ("baseline twice: ", "optimizing twice: "):
        assert any(line.startswith(f"[jit] {word}") for line in lines), errors
    assert any("deopt " in line and "guard int" in line and "got float" in line for line in lines)
    assert any("invalidate " in line for line in lines)


# --------------------------------------------------------------------------- leaving native code


def test_a_guard_that_fails_goes_on_in_the_interpreter() -> None:
    source = """
    fn area(w, h) { w * h }
    fn main() {
        let mut n = 0
        for i in 0..2000 { n += area(i, 2) }
        for x in [1.5, 0.5] { n += area(x, 2) }
        println(n)
    }
    """
    outcome, output, _ = run(source, sync())
    assert output == "3998004.0\n"
    assert 0 < outcome.counters["exits"] < 10
    assert outcome.counters["withdrawn"] == 0


def sums_of(elements: str) -> str:
    """A program that sums the elements of lists, after they were of ``elements`` types each."""
    return f"""
    fn total(list) {{ let mut s = 0.0; for i in 0..list.len() {{ s += list[i] }} s }}
    fn walked(list) {{ let mut s = 0.0; for x in list {{ s += x }} s }}
    fn scale(list) {{ for i in 0..list.len() {{ list[i] = list[i] * 1.0 }} }}
    fn main() {{
        let lists = [{elements}]
        let mut s = 0.0
        for round in 0..3000 {{
            let list = lists[round % lists.len()]
            s += total(list) + walked(list)
            scale(list)
        }}
        println(s)
    }}
    """


def test_elements_of_one_type_are_checked_together() -> None:
    outcome, output, _ = run(sums_of("[0.5, 1.5], [2.5]"), sync())
    assert output == "13500.0\n"
    assert outcome.counters["optimized"] > 0
    assert outcome.counters["exits"] == 0


def test_lists_of_mixed_elements_give_up_that_assumption_alone() -> None:
    """The first exits teach that not all lists are of floats alone; then there are no more."""
    mixed = "{ let list = [0.5, ()]; list.pop(); list }"
    outcome, output, errors = run(sums_of(f"[0.5, 1.5], {mixed}"), sync(logged=True))
    assert output == "7500.0\n"
    # In front of the loops, and then in them.
    assert 0 < outcome.counters["exits"] <= 2 * 3 * 40
    assert "elements float" in errors
    assert "guard float" not in errors


def test_an_empty_list_is_of_every_type() -> None:
    outcome, output, _ = run(sums_of("[0.5, 1.5], [], [2.5]"), sync())
    assert output == "9000.0\n"
    assert outcome.counters["exits"] == 0


def test_a_list_that_changes_its_type_while_it_is_looked_at() -> None:
    source = """
    fn flip(list, i, other) {
        let before = list[i]
        list[i] = !before
        if other != () { list[0] = other }
        list[i] == before
    }
    fn main() {
        let list = [true; 10]
        let mut n = 0
        for i in 0..3000 { if flip(list, i % 9 + 1, ()) { n += 1 } }
        println(n, flip(list, 5, 1), list[0], list[5])
        println(flip(list, 5, 0.5), list)
    }
    """
    _, output, _ = run(source, sync())
    assert output == (
        "0 false 1 true\nfalse [0.5, true, true, true, false, false, false, false, false, false]\n"
    )


def test_a_wide_int_makes_a_list_of_ints_one_of_anything() -> None:
    source = """
    fn double(list) { for i in 0..list.len() { list[i] = list[i] * 2 } }
    fn main() {
        let list = [1, 2, 3]
        for i in 0..1500 {
            double(list)
            if i % 60 == 59 { for k in 0..3 { list[k] = k + 1 } }
        }
        for i in 0..50 { double(list) }
        println(list)
    }
    """
    outcome, output, _ = run(source, sync())
    assert output == f"[{2**50}, {2**51}, {3 * 2**50}]\n"
    assert outcome.counters["optimized"] > 0


def test_exits_through_inlined_frames() -> None:
    source = """
    fn leaf(x, i) { if i == 1999 { x + 0.5 } else { x + i } }
    fn middle(x, i) { leaf(x, i) * 2 }
    fn outer(i) { middle(1, i) + 1 }
    fn main() { let mut last = 0; for i in 0..2000 { last = outer(i) } println(last) }
    """
    outcome, output, _ = run(source, sync())
    assert output == "4.0\n"
    assert outcome.counters["optimized"] > 0
    assert outcome.counters["exits"] > 0


def test_speculation_that_keeps_failing_is_given_up() -> None:
    """No loop of deoptimizations: a function is compiled a bounded number of times."""
    kinds = ["i", "i as float", '"s"', "[i]", "(i, i)", "i % 2 == 0", "Some(i)", "i..9", "f"]
    body = "\n".join(f"for i in 0..2000 {{ same_kind({kind}, {kind}) }}" for kind in kinds)
    source = f"fn f(a) {{ a }} fn same_kind(a, b) {{ a == b }} fn main() {{ {body} println(1) }}"
    outcome, output, _ = run(source, sync())
    assert output == "1\n"
    assert outcome.counters["withdrawn"] <= 8
    assert outcome.counters["exits"] <= 40 * 9 * 8
    # Kinds that alternate for ever: the exits stop.
    again = """
    fn plus(a, b) { a + b }
    fn main() { for i in 0..30000 { plus(1, 2); plus(1.0, 2.0); plus("a", "b") } println("done") }
    """
    outcome, output, _ = run(again, sync())
    assert output == "done\n"
    assert outcome.counters["exits"] < 3000


def test_withdrawn_code_is_freed_when_nothing_returns_into_it() -> None:
    source = """
    fn plus(a, b) { a + b }
    fn churn(n) { let mut l = []; for i in 0..n { l = [l, i] } }
    fn main() {
        for i in 0..2000 { plus(i, 1) }
        for i in 0..2000 { plus(0.5, 1.5) }
        for i in 0..40 { churn(20000) }
        for i in 0..2000 { plus(i, 1) }
        println(plus(1, 2))
    }
    """
    outcome, output, _ = run(source, sync())
    assert output == "3\n"
    assert outcome.counters["withdrawn"] > 0
    assert outcome.counters["collections"] > 0
    freed = outcome.counters["code_freed"]
    assert freed >= 4096
    # Its place is known to be free.
    pages = outcome.counters["optimized"] * 4096
    assert outcome.counters["optimized_memory"] == pages - freed


def test_baseline_code_that_is_made_anew_still_leads_into_optimized_loops() -> None:
    """The second loop had not run when the first was optimized, nor when the function got its
    baseline code: each call leaves optimized code there, and the baseline code is made anew."""
    source = """
    fn work(values) {
        let mut s = 0
        for i in 0..5000 { s += i }
        for j in 0..600 { if values[j % 3] == values[(j + 1) % 3] { s += 1 } }
        s
    }
    fn main() { for k in 0..10 { println(work([1, 0.5, "a"])) } }
    """
    outcome, output, _ = run(source, sync(loops_only=True))
    assert output == "12497500\n" * 10
    assert outcome.counters["baseline"] >= 2
    assert outcome.counters["osr"] == 2  # each loop once
    assert outcome.counters["exits"] >= 9


def test_ints_that_do_not_fit_do_not_leave() -> None:
    source = """
    fn mix(a, b) { a * 3 + b }
    fn main() {
        let mut x = 1 << 50
        for i in 0..20000 { x = mix(x, i) & (1 << 60) - 1 }
        println(x)
    }
    """
    outcome, output, _ = run(source, sync())
    expected = 1 << 50
    for i in range(20000):
        expected = (expected * 3 + i) & ((1 << 60) - 1)
    assert output == f"{expected}\n"
    assert outcome.counters["optimized"] > 0
    assert outcome.counters["exits"] < 10


def test_a_perf_map_names_code_of_all_tiers() -> None:
    path = Path(f"/tmp/perf-{os.getpid()}.map")
    path.unlink(missing_ok=True)
    run(LONG, sync(perf_map=True))
    rows = [line.split(" ", 2) for line in path.read_text().splitlines()]
    path.unlink()
    names = {name: (int(start, 16), int(size, 16)) for start, size, name in rows}
    for name in ("work [baseline]", "work [optimized]", "op.add.rr.int", "core.builtin_println"):
        assert names[name][1] > 0, name


# ------------------------------------------------------------------------- between the tiers


TAIL_CALLS = """
fn a(n: int, kind: int) -> int { if n == 0 { kind } else { b(n - 1, kind) } }
fn b(n, kind) { if n == 0 { kind + 1 } else { c(n - 1, kind) } }
fn c(n, kind) { let f = a; if n == 0 { kind + 2 } else { f(n - 1, kind) } }
fn main() { for i in 0..60 { a(i, i) } println(a(1000000, 5), b(1000001, 5), c(1000000, 5)) }
"""


@pytest.mark.parametrize(
    "jit",
    [
        pytest.param(Jit("baseline", baseline_threshold=2), id="baseline"),
        pytest.param(Jit("sync", baseline_threshold=2, optimizing_threshold=20), id="sync"),
        pytest.param(Jit("sync", baseline_threshold=2, optimizing_threshold=90), id="mixed"),
        pytest.param(Jit("eager", exit_period=5), id="exits"),
        pytest.param(Jit("eager", exit_period=2), id="more-exits"),
    ],
)
def test_a_million_tail_calls_across_tiers(jit: Jit, time_limit: None) -> None:
    outcome, output, _ = run(TAIL_CALLS, jit)
    assert outcome.message is None, outcome.message
    assert output == "6 5 5\n"
    if jit.mode != "baseline":
        assert outcome.counters["optimized"] > 0


def test_an_error_in_inlined_code_has_all_frames() -> None:
    source = """
    fn item(l, i) { l[i] }
    fn pick(l, i) { item(l, i) + 0 }
    fn main() {
        let l = [1, 2, 3]
        let mut n = 0
        for i in 0..3000 { n += pick(l, i % 3) }
        println(n)
        println(pick(l, 7))
    }
    """
    outcome, output, _ = run(source, sync())
    assert output == "6000\n"
    assert outcome.counters["optimized"] > 0
    assert outcome.message == "index out of range: 7 (length 3)"
    plain, _, _ = run(source, Jit("off"))
    assert outcome.frames == plain.frames
    assert [frame[0] for frame in outcome.frames] == ["item", "pick", "main", "@start"]


def test_errors_are_caught_across_tiers() -> None:
    source = """
    fn div(a, b) { a / b }
    fn safe(a, b) { match catch(|| div(a, b)) { Ok(v) => v, Err(m) => -1 } }
    fn main() { let mut n = 0; for i in 0..5000 { n += safe(100, i % 3) } println(n) }
    """
    outcome, output, _ = run(source, sync())
    assert output == f"{sum(100 // (i % 3) if i % 3 else -1 for i in range(5000))}\n"
    assert outcome.counters["optimized"] > 0


def test_a_deep_recursion_in_native_code_is_a_stack_overflow() -> None:
    source = """
    fn deep(n) { if n == 0 { 0 } else { 1 + deep(n - 1) } }
    fn main() {
        for i in 0..200 { deep(20) }
        println(deep(100000))
        println(catch(|| deep(100000000)))
        println(deep(1000))
    }
    """
    outcome, output, _ = run(source, sync())
    assert output == '100000\nErr("stack overflow")\n1000\n'
    assert outcome.counters["optimized"] > 0


ENDLESS = {
    "calls": "fn step(n) { n + 1 } fn main() { let n = 0; loop { n = step(n) % 1000 } }",
    "floats": "fn main() { let x = 1.0; while x > 0.0 { x = x * 1.0 } }",
    "slow comparisons": "fn main() { let x = (); let n = 0; while x != 1 { n = (n + 1) % 9 } }",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("mode", ["baseline", "sync", "eager"])
def test_an_endless_native_loop_can_be_interrupted(
    mode: str, source: str, time_limit: None
) -> None:
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    stop = threading.Event()

    def interrupt() -> None:
        while not stop.wait(0.3):
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    run("fn main() {}", Jit("off"))  # what the first run imports is not to be interrupted
    thread.start()
    try:
        outcome, _, _ = run(source, Jit(mode, baseline_threshold=2, optimizing_threshold=HOT))
    finally:
        stop.set()
        thread.join()
        time.sleep(0.01)
        signal.signal(signal.SIGINT, previous)
    assert outcome.status == 130
    assert outcome.counters["baseline" if mode == "baseline" else "optimized"] > 0


def test_memory_runs_out_in_native_code() -> None:
    source = """
    fn grow(l) { for i in 0..1000 { l.push((i, i)) } }
    fn main() {
        for i in 0..100 { grow([]) }
        println(catch(|| { let l = []; loop { grow(l) } }))
        println(len([1, 2]))
    }
    """
    image = compiled(source)
    with tempfile.TemporaryFile() as out:
        outcome = machine.execute(image, (), out.fileno(), 2, memory_limit=32 << 20, jit=sync())
        output = os.pread(out.fileno(), 1 << 16, 0).decode()
    assert output == 'Err("out of memory")\n2\n'
    assert outcome.counters["optimized"] > 0


FULL_HEAP = """
struct Node { next, value }
fn middle(list, i, n) {
    let node = Node { next: n, value: i }
    let v = list[i] + 1
    node.next + v
}
fn main() {
    let ints = [1, 2, 3]
    let other = [0.5, 1.5, 2.5]
    let mut sum = 0
    for k in 0..2000 { sum += middle(ints, k % 3, k) }
    let mut head = None
    let fill = || { loop { head = Node { next: head, value: 0 } } }
    let mut why = None
    for i in 0..5 { why = catch(fill) }
    let mut total = 0.0
    for k in 0..10 { total += middle(other, k % 3, k) }
    head = None
    println(sum, why, total)
}
"""


@pytest.mark.parametrize("collector", [0, machine.COLLECT_ALWAYS])
def test_an_exit_does_not_fail_for_want_of_memory(collector: int) -> None:
    image = compiled(FULL_HEAP)
    with tempfile.TemporaryFile() as out:
        outcome = machine.execute(
            image, (), out.fileno(), 2, memory_limit=4 << 20, collector=collector, jit=sync()
        )
        output = os.pread(out.fileno(), 1 << 16, 0).decode()
    assert output == '2004999 Err("out of memory") 69.0\n'
    assert outcome.counters["exits"] >= 10


# --------------------------------------------------------------------------- the compiler thread


def test_a_failing_compiler_is_told_of_and_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    from grokc.vm.optimizing import compiler

    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("no luck today")

    monkeypatch.setattr(compiler, "optimize", fail)
    jit = Jit("sync", baseline_threshold=2, optimizing_threshold=HOT, logged=True)
    outcome, output, errors = run(FIB, jit)
    assert output == "6765\n"
    assert outcome.counters["optimized"] == 0
    assert len(outcome.refused) == 1
    assert "[jit] refused: " in errors and "no luck today" in errors
    with pytest.raises(machine.MachineError, match="no luck today"):
        run(FIB, sync())


FORKING = """
import os, sys, threading
from tests.vm.test_tiers import FIB, LONG, compiled
from grokc.vm import machine
from grokc.vm.machine import Jit

def run(image, jit):
    out = os.open(os.devnull, os.O_WRONLY)
    outcome = machine.execute(image, (), out, 2, jit=jit)
    os.close(out)
    return outcome

images = compiled(FIB), compiled(LONG)
done = threading.Event()
def compile_all_the_time():
    while not done.is_set():
        for image in images:
            run(image, Jit("eager", baseline_threshold=2, optimizing_threshold=5))
thread = threading.Thread(target=compile_all_the_time)
thread.start()
for _ in range(8):
    child = os.fork()
    if child == 0:
        outcome = run(images[0], Jit("sync", baseline_threshold=2, optimizing_threshold=40))
        os._exit(0 if outcome.counters["optimized"] else 3)
    status = os.waitpid(child, 0)[1]
    if status:
        done.set()
        sys.exit(f"a child ended with {status}")
done.set()
thread.join()
"""


def test_a_process_that_compiles_can_fork(time_limit: None) -> None:
    machine.load()
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", FORKING]
    result = subprocess.run(command, cwd=root, timeout=90, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


LONG_LOOPS = """
fn f(n) { let mut s = 0; for i in 0..n { s += i % 7 } s }
fn g(n) { let mut s = 1.0; for i in 0..n { s = s * 0.5 + 1 } s }
fn main() {
    let mut t = 0
    for k in 0..20000 { t += f(10000) }
    for k in 0..3000 { g(k) }
    println(t)
}
"""

FORKED_WHILE_IT_RUNS = """
import os, signal, sys
from tests.vm.test_tiers import LONG_LOOPS, compiled
from grokc.vm import machine
from grokc.vm.machine import Jit

image = compiled(LONG_LOOPS)
machine.load()
children = []
signal.signal(signal.SIGALRM, lambda *_: children.append(os.fork()))
signal.setitimer(signal.ITIMER_REAL, 0.1)
out = os.memfd_create("out")
outcome = machine.execute(image, (), out, 2, jit=Jit("on", wait=True))
assert os.pread(out, 100, 0).count(b"599880000") >= 1, os.pread(out, 100, 0)
assert len(children) == 1
if children[0] == 0:
    os._exit(0)
sys.exit(os.waitpid(children[0], 0)[1])
"""


def test_a_machine_goes_on_in_a_forked_child(time_limit: None) -> None:
    machine.load()
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", FORKED_WHILE_IT_RUNS]
    result = subprocess.run(command, cwd=root, timeout=90, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_both_sides_know_the_structs() -> None:
    machine.load()
    kit = Kit.from_bytes(machine.file_of())
    for struct, fields in (
        ("Program", program.PROGRAM_FIELDS),
        ("CompileRequest", request.REQUEST_FIELDS),
        ("Context", request.ATTENTION),
    ):
        for number, field in enumerate(fields):
            assert kit.offset(struct, field) == 8 * number, f"{struct}.{field}"


def test_both_sides_know_the_steps_of_an_exit() -> None:
    source = (Path(machine.__file__).parent / "core" / "optimized.grok").read_text()
    steps = re.findall(r"^const STEP_(\w+): i64 = (\d+) ", source, re.MULTILINE)
    assert {name: int(number) for name, number in steps} == {step.name: step for step in Step}


def test_many_runs_give_their_memory_for_code_back() -> None:
    for _ in range(40):  # more than there is room for at once
        outcome, _, _ = run("fn main() { for i in 0..300 { i } }", Jit("sync"))
        assert outcome.counters["without_jit"] == 0


# --------------------------------------------------------------------------------- the code cache


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """A code cache of the test's own; the machine is loaded already."""
    machine.load()
    kept: dict[tuple[str, str], bytes] = {}
    monkeypatch.setattr(cache, "has", lambda kind, key: (kind, key) in kept)
    usual = cache.read

    def read(kind: str, key: str) -> bytes | None:
        return kept.get((kind, key)) if kind == cache.CODE else usual(kind, key)

    def write(kind: str, key: str, data: bytes) -> bool:
        kept[kind, key] = data
        return True

    monkeypatch.setattr(cache, "read", read)
    monkeypatch.setattr(cache, "write", write)
    return lambda: [Path(key) for _, key in kept]


LONG = """
fn work(n) { let mut s = 0; for i in 0..n { s = (s + i * i) % 1000007 } s }
fn main() { let mut t = 0; for k in 0..300 { t += work(3000) } println(t) }
"""


def test_a_second_run_starts_with_the_code_of_the_first(
    own_cache: Callable[[], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    jit = Jit("sync", code_cache=True, logged=True)
    first, output, errors = run(LONG, jit)
    assert first.counters["optimized"] > 0, errors
    assert "from the code cache" not in errors
    assert len(own_cache()) == 1

    from grokc.vm.optimizing import compiler

    monkeypatch.setattr(compiler, "ProgramCompiler", None)  # nobody may compile
    second, again, errors = run(LONG, jit)
    assert again == output
    assert second.counters["optimized"] > 0
    assert "from the code cache" in errors
    assert not second.refused


def test_code_that_fails_is_not_kept(own_cache: Callable[[], list[Path]]) -> None:
    source = """
    fn f(x, y) { x * y + x }
    fn main() {
        let mut s = 0
        for k in 0..300000 { s = f(k, 1) }
        for k in 0..300000 { s = f(0.5, k) }
        println(s)
    }
    """
    jit = Jit("sync", optimizing_threshold=HOT, code_cache=True, strict=True)
    first, output, _ = run(source, jit)
    assert first.counters["withdrawn"] > 0
    for _ in range(4):  # each run learns from those before
        later, again, _ = run(source, jit)
        assert again == output
    assert later.counters["withdrawn"] == 0
    assert later.counters["optimized"] > 0


def test_a_damaged_entry_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.load()
    usual = cache.path_for

    def path_for(kind: str, key: str) -> str | None:
        return str(tmp_path / key) if kind == cache.CODE else usual(kind, key)

    monkeypatch.setattr(cache, "path_for", path_for)
    jit = Jit("sync", optimizing_threshold=HOT, code_cache=True, strict=True)
    _, output, _ = run(LONG, jit)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(entry.read_bytes()[:-40])
    outcome, again, _ = run(LONG, jit)
    assert again == output
    assert outcome.counters["optimized"] > 0
