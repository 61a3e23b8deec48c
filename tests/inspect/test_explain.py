"""``grokc explain``: for each line what became of it, with and without a recorded run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grokc.__main__ import main
from grokc.inspect import facts
from grokc.inspect.facts import loop_depths
from grokc.inspect.text import BlockLines, Piece

SOURCE = """\
struct Point { x: float, y: float }

impl Point {
    fn norm(self) { (self.x * self.x + self.y * self.y).sqrt() }
}

fn fib(n) {
    if n < 2 { return n }
    fib(n - 1) + fib(n - 2)
}

fn mixed(a, b) { a + b }

fn seldom(n) {
    if n > 100000 { return n * 2 }
    n
}

fn sum(list, scale) {
    let total = 0.0
    for i in 0..list.len() { total += list[i] * scale.x }
    total
}

fn main() {
    let p = Point { x: 3, y: 2 + 2 }
    let norms = 0.0
    for _ in 0..3000 { norms += p.norm() }
    for i in 0..3000 { mixed(i, 1) }
    for i in 0..500 { mixed([i], [1]) }
    for i in 0..3000 { seldom(i) }
    println(fib(20), norms, sum([1.0, 2.0, 3.0], p))
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "program.grok"
    path.write_text(SOURCE)
    options = ("--jit", "sync", "--jit-threshold", "100")
    profile = ("--record-profile", str(path.with_suffix(".profile")))
    assert main(["run", *options, *profile, str(path)]) == 0
    return path


def explain(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> str:
    capsys.readouterr()
    assert main(["explain", str(path), *options]) == 0
    return capsys.readouterr().out


def with_profile(path: Path) -> tuple[str, str]:
    return "--profile", str(path.with_suffix(".profile"))


def facts_of(text: str, line: str) -> list[str]:
    """What stands below a source line."""
    lines = text.split("\n")
    at = next(number for number, each in enumerate(lines) if line in each)
    found = []
    for each in lines[at + 1 :]:
        match = re.fullmatch(r" *\|     (.*)", each)
        if not match:
            break
        found.append(match[1])
    return found


def test_the_form_of_it(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "--function", "fib", *with_profile(program))
    assert re.match(rf"fib \({re.escape(str(program))}:7\), \w+ code at the end of the run\n", text)
    assert "\n7 | fn fib(n) {\n" in text
    assert "\n9 |     fib(n - 1) + fib(n - 2)\n" in text
    assert text.endswith("= decided at compile time, or seen\n")
    assert "mixed" not in text


def test_specialized_and_guarded(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "-f", "fib", *with_profile(program))
    assert "? `fib`: guarded at entry: n is int" in facts_of(text, "fn fib(n) {")
    lines = facts_of(text, "fib(n - 1) + fib(n - 2)")
    assert "= `n - 1`: has seen ints only" in lines
    assert "+ `n - 1`: sub of machine ints" in lines
    assert any("calls fib<int>: unboxed arguments" in line for line in lines)


def test_inlined(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "-f", "main", *with_profile(program))
    assert "+ `mixed(i, 1)`: inlined: mixed" in facts_of(text, "mixed(i, 1)")


def test_fields_and_methods(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "-f", "Point::norm", *with_profile(program))
    assert "? `norm`: guarded at entry: self is Point" in facts_of(text, "fn norm")
    assert "+ `x`: the field is at a known place: no look-up" in facts_of(text, "fn norm")
    main_text = explain(capsys, program, "-f", "main", *with_profile(program))
    assert "= `norm()`: has called only Point::norm (on Point)" in facts_of(main_text, "p.norm()")


def test_deoptimized(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = facts_of(explain(capsys, program, "-f", "mixed", *with_profile(program)), "fn mixed")
    assert any(
        re.match(r"! `a \+ b`: optimized code was left here \d+ times: guard", line)
        for line in lines
    )
    assert any(line.startswith("- `a + b`: has seen a mixture of types") for line in lines)


COUNTED = """\
fn f(n, flag) {
    let total = 0
    if n % 4 == 0 { total += 1 }
    if !(n > 60) && !flag { total += 2 }
    match n { 99 => total, _ => 3 }
}

fn main() {
    for i in 0..128 { f(i, i % 2 == 1) }
}
"""


def test_how_often_conditions_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "counted.grok"
    path.write_text(COUNTED)
    jit = ("--jit", "sync")  # the last 99 calls are in baseline code
    recorded = ("--record-profile", str(path.with_suffix(".profile")))
    assert main(["run", *jit, *recorded, str(path)]) == 0
    text = explain(capsys, path, "-f", "f", *with_profile(path))
    held = {
        found[1]: (int(found[2]), int(found[3]))
        for found in re.finditer(r"= `(.*)`: held (\d+) of (\d+) times in baseline code", text)
    }
    assert held == {"n % 4 == 0": (24, 99), "n > 60": (67, 99), "flag": (16, 32), "99": (1, 99)}


def test_never_run(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "-f", "seldom", *with_profile(program))
    assert "x `n * 2`: has never run" in facts_of(text, "if n > 100000")


def test_folded(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "-f", "main")
    assert "= `2 + 2`: folded to the constant 4.0" in facts_of(text, "y: 2 + 2")


def test_boxed_and_why(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "-f", "main", *with_profile(program))
    assert any(
        line.startswith("- ") and "boxed: it is passed to a built-in function" in line
        for line in facts_of(text, "println(fib(20)")
    )


def test_hoisted(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "-f", "sum", *with_profile(program))
    assert "+ `x`: hoisted out of the loop: load field" in facts_of(text, "for i in 0..list")


def test_without_a_run(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program)
    assert text.endswith("nothing is known of what a run would see.\n")
    assert "has seen" not in text
    assert text.count("fn ") == SOURCE.count("fn ")


def test_colors(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, program, "-f", "main", "--color", "always")
    assert "\x1b[36m=\x1b[0m `2 + 2`" in text
    assert "\x1b" not in explain(capsys, program, "-f", "main", "--color", "auto")


def test_bad_input(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["explain", str(program), "-f", "fibb"]) == 2
    error = "error: there is no function 'fibb'; did you mean 'fib'?\n"
    assert capsys.readouterr().err == error
    bad = program.with_name("bad.profile")
    bad.write_text("fib 0 seen<int>\nfib one seen<int>\n")
    assert main(["explain", str(program), "--profile", str(bad)]) == 2
    assert f"error: {bad}: line 2 of the profile" in capsys.readouterr().err


def test_every_kind_of_fact_is_named() -> None:
    kinds = {value for name, value in vars(facts).items() if name.isupper() and name in NAMES}
    assert kinds == set(facts.KINDS)


NAMES = {"FAST", "GUARD", "SLOW", "LEFT", "NEVER", "INFO"}


def test_loop_depths() -> None:
    # 0 -> 1 -> 2 -> 2, 2 -> 3 -> 1, 1 -> 4
    successors = [(1,), (2, 4), (2, 3), (1,), ()]
    blocks = tuple(BlockLines(number, number, each) for number, each in enumerate(successors))
    assert loop_depths(Piece("f", "", (), blocks)) == [0, 1, 2, 1, 0]
