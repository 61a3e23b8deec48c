"""`grokc ablate` and `grokc run --without`: machines that lack an idea do the same, more slowly."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokc.__main__ import main
from grokc.measure.ablation import NAMES, STEPS, engines, table
from grokc.measure.process import Sample
from grokc.measure.results import Result
from grokc.vm.machine import ABLATIONS, IDEAS, shape_without

PROGRAM = """\
struct A { n: int }
struct B { n: float }
impl A { fn twice(self, x = 1) { self.n * 2 + x } }
impl B { fn twice(self, x = 1) { self.n * 2.0 + x } }

fn read(v) { v.n }
fn sum(items) {
    let total = 0
    for item in items { total += item.twice() + read(item) }
    total
}
fn even(n) { if n == 0 { true } else { odd(n - 1) } }
fn odd(n) { if n == 0 { false } else { even(n - 1) } }

fn main() {
    let add = |x| |y| x + y
    println(sum([A { n: 1 }, B { n: 0.5 }, A { n: 3 }]), even(1001), add(1)(2.5), add("a")("b"))
    println([3, 1, 2].map(|n| n * n).sum(), catch(|| [1][7]))
}
"""

OUTPUT = """\
16.5 false 3.5 ab
14 Err("index out of range: 7 (length 1)")
"""

MACHINES = [
    pytest.param("quickening,caches,linking,sharing", id="core"),
    pytest.param(",".join(IDEAS), id="everything", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("lacking", MACHINES)
def test_a_machine_that_lacks_ideas_does_the_same(
    lacking: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.grok").write_text(PROGRAM)
    assert main(["run", "--jit=off", str(tmp_path / "p.grok")]) == 0
    assert capfd.readouterr().out == OUTPUT
    assert main(["run", "--without", lacking, str(tmp_path / "p.grok")]) == 0
    assert capfd.readouterr().out == OUTPUT


def test_errors_are_the_same_without_caches(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.grok").write_text("fn f(v) { v.missing() }\nfn main() { f(1) }\n")
    lacking = "quickening,caches,linking,sharing"
    texts = []
    for option in ("--jit=off", f"--without={lacking}"):
        assert main(["run", option, str(tmp_path / "p.grok")]) == 1
        texts.append(capfd.readouterr().err.partition("error")[2])
    assert texts[0] == texts[1] != ""


def test_an_idea_that_there_is_not(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--without", "magic", "p.grok"]) == 2
    assert "there is no 'magic'; there are nanboxing, threading" in capfd.readouterr().err


def test_the_steps_are_all_ideas() -> None:
    assert sorted(NAMES) == sorted(IDEAS)
    assert shape_without(["nanboxing", "caches"]) == ("tagged", "threaded", ("caches",))
    assert shape_without(IDEAS) == ("tagged", "switch", ABLATIONS)


def test_the_table_has_boosts_alone_and_step_by_step() -> None:
    """Machine n of the row without n ideas takes 2 to the n seconds, those without one 3."""
    names = [engine.name for engine in engines()]
    seconds = {"grokc-interpreter": 1.0, "grokc-baseline": 0.5, "grokc": 0.125}
    for name in names:
        if name.startswith("without "):
            lacking = len(name.split("+"))
            seconds[name] = 3.0 if lacking == 1 and not name.endswith(NAMES[-1]) else 2.0**lacking
    samples = {name: [Sample(0.0, 0.0, "1", [s], [s], 1)] for name, s in seconds.items()}
    result = Result(
        *("2026-01-02", "a processor", 2, "Linux", "cpu"),
        versions=dict.fromkeys(names, "1"),
        sizes={"fib": 1},
        samples={"fib": samples},
    )
    rows = [line.split("|")[1:-1] for line in table(result).splitlines()]
    cells = {row[0].split(":")[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}
    assert cells[STEPS[0].name] == ["3.00", "2.00", "2.00"]
    assert cells[STEPS[-1].name] == ["2.00", "2.00", "2.00"]
    assert cells["baseline compiler"] == ["–", "2.00", "2.00"]
    assert cells["all of the interpreter's"][1] == "64.00"
    assert cells["all"][1] == "512.00"
