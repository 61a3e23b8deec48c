"""`grokc ablate` and `grokc run --without`: machines that lack an idea do the same, more slowly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grokc.__main__ import main
from grokc.measure.ablation import (
    FIRST_LINE,
    LAST_LINE,
    LEAVING_ONE_OUT,
    ON_A_STACK,
    STEP_BY_STEP,
    UNTYPED,
    Ablation,
    docs_section,
    engines,
    lacking,
    programs,
    report,
    roadmap_table,
)
from grokc.measure.ablation import IDEAS as IDEAS_OF_THE_ROADMAP
from grokc.measure.ablation_plot import draw
from grokc.measure.engines import BASELINE, INTERPRETER, OPTIMIZING
from grokc.measure.process import Sample
from grokc.measure.programs import PROGRAMS
from grokc.measure.results import Result
from grokc.vm.machine import OPTIMIZATIONS, code_key
from grokc.vm.shapes import ABLATIONS, IDEAS, shape_without

ROOT = Path(__file__).parent.parent.parent

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
    pytest.param("registers", id="stack"),
    pytest.param("quickening,caches,linking,sharing", id="core"),
    pytest.param(",".join(IDEAS), id="everything", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("missing", MACHINES)
def test_a_machine_that_lacks_ideas_does_the_same(
    missing: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.grok").write_text(PROGRAM)
    assert main(["run", "--jit=off", str(tmp_path / "p.grok")]) == 0
    assert capfd.readouterr().out == OUTPUT
    assert main(["run", "--without", missing, str(tmp_path / "p.grok")]) == 0
    assert capfd.readouterr().out == OUTPUT


def test_errors_are_the_same_without_caches(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.grok").write_text("fn f(v) { v.missing() }\nfn main() { f(1) }\n")
    missing = "quickening,caches,linking,sharing"
    texts = []
    for option in ("--jit=off", f"--without={missing}"):
        assert main(["run", option, str(tmp_path / "p.grok")]) == 1
        texts.append(capfd.readouterr().err.partition("error")[2])
    assert texts[0] == texts[1] != ""


def test_an_idea_that_there_is_not(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--without", "magic", "p.grok"]) == 2
    assert "there is no 'magic'; there are nanboxing, threading" in capfd.readouterr().err


def test_the_optimizing_compiler_without_passes_does_the_same(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.grok").write_text(PROGRAM)
    options = ["--jit=sync", "--jit-threshold=1", "--without", ",".join(OPTIMIZATIONS)]
    assert main(["run", *options, str(tmp_path / "p.grok")]) == 0
    assert capfd.readouterr().out == OUTPUT


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--without=unboxing"], "there is no 'unboxing'; there are nanboxing, threading, "),
        (["--without=unbox"], "the optimizing compiler cannot do without unbox"),
        (
            ["--without=caches,hoist-guards"],
            "a machine without caches has no JIT that could do without hoist-guards",
        ),
        (["--without=feedback", "--jit=off"], "feedback is about optimized code: --jit must be on"),
        (["--without=feedback", "--count"], "which are the same --without feedback"),
        (["--without=threading", "--count"], "which are the same --without threading"),
    ],
)
def test_what_cannot_be_left_out(
    options: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *options, "p.grok"]) == 2
    assert message in capfd.readouterr().err


def test_code_that_lacks_a_pass_is_not_that_of_usual_runs() -> None:
    keys = [
        code_key(b"image", names) for names in ((), ("hoist-guards",), ("feedback", "hoist-guards"))
    ]
    assert len(set(keys)) == 3
    assert code_key(b"image", ("hoist-guards", "feedback")) == keys[2]


def test_code_without_a_pass_is_kept_apart(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The second run of each kind finds the code of its own first run."""
    path = tmp_path / "p.grok"
    path.write_text("fn f(n) { n + 1 }\nfn main() { for i in 0..100000 { f(i) } }\n")
    found = []
    for options in ([], ["--without=feedback"], [], ["--without=feedback"]):
        assert main(["run", "--jit-log", *options, str(path)]) == 0
        found.append("from the code cache" in capfd.readouterr().err)
    assert found == [False, False, True, True]


def test_the_steps_are_all_ideas() -> None:
    assert shape_without(["nanboxing", "caches"]) == ("tagged", "threaded", ("caches",))
    assert shape_without(IDEAS) == ("tagged", "switch", ABLATIONS)
    assert set(STEP_BY_STEP[0]) == set(IDEAS)
    assert STEP_BY_STEP[-1] == ()


def test_a_stack_machine_executes_an_instruction_for_each_operation(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """`f` loads its three operands and `main` the limit, at each turn, and the argument."""
    path = tmp_path / "p.grok"
    path.write_text("fn f(a, b) { a + b + a }\nfn main() { for i in 0..1000 { f(i, i) } }\n")
    totals = []
    for options in ([], ["--without=registers"]):
        assert main(["run", "--count", *options, str(path)]) == 0
        counted = re.search(r"executed ([\d,]+) instructions", capfd.readouterr().err)
        assert counted is not None
        totals.append(int(counted[1].replace(",", "")))
    registers, stack = (total // 1000 for total in totals)
    assert (registers, stack) == (7, 18)


def _result() -> Result:
    """Machine n of the row without n ideas takes 2 to the n seconds, those without one 3."""
    seconds = {BASELINE: 0.5, UNTYPED: 0.5, OPTIMIZING: 0.125}
    for engine in engines():
        if engine.name not in seconds:
            seconds[engine.name] = 0.25
    for names in LEAVING_ONE_OUT:
        seconds[lacking(names)] = 3.0
    for n, names in enumerate(reversed(STEP_BY_STEP)):
        seconds[lacking(names)] = 2.0**n
    samples = {
        name: [Sample(0.0, 0.0, "1", [s, s], [s, s], counters={"allocated": 48})]
        for name, s in seconds.items()
    }
    return Result(
        *("2026-01-02", "a processor", 2, "Linux", "cpu"),
        versions=dict.fromkeys(seconds, "1"),
        sizes={"fib": 1},
        samples={"fib": samples},
    )


def test_the_table_has_boosts_left_out_and_step_by_step() -> None:
    rows = [line.split("|")[1:-1] for line in roadmap_table(Ablation.of(_result())).splitlines()]
    cells = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}
    assert cells[IDEAS_OF_THE_ROADMAP[0].name] == ["3.4", "3.00", "2.00", "2.00 fib", "2.00 fib"]
    assert cells["JIT for hot functions"][:3] == ["10–50", "8.00", "2.00"]
    assert cells["all of the interpreter's"][2] == "64.00"
    assert cells["all"][2] == "512.00"


def test_bytes_are_those_of_an_iteration() -> None:
    assert Ablation.of(_result()).allocated["fib"][INTERPRETER] == 24


def test_a_result_is_stored_and_shown_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ablation = Ablation.of(_result())
    ablation.instructions["fib"] = {INTERPRETER: 50, ON_A_STACK: 100}
    stored, again = tmp_path / "stored", tmp_path / "again"
    stored.write_text(ablation.to_json())
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\n{FIRST_LINE}\nold\n{LAST_LINE}\n\nThe end.\n")
    options = ["--load", str(stored), "--json", str(again), "--page", str(page)]
    assert main(["ablate", *options]) == 0
    assert capfd.readouterr().out == report(ablation)
    assert again.read_text() == stored.read_text()
    assert page.read_text() == f"# Title\n\n{docs_section(ablation)}\nThe end.\n"


def test_a_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert "<svg" in draw(Ablation.of(_result()), tmp_path).read_text()


def _stored() -> Ablation:
    return Ablation.from_json((ROOT / "benchmarks" / "ablation.json").read_text("utf-8"))


def test_the_documentation_shows_the_stored_result() -> None:
    assert docs_section(_stored()) in (ROOT / "docs" / "measuring.md").read_text("utf-8")


def test_the_same_result_gives_the_picture_of_the_documentation(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = draw(_stored(), tmp_path)
    assert path.read_bytes() == (ROOT / "docs" / "plots" / path.name).read_bytes()


def test_a_file_that_is_no_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("{}")
    assert main(["ablate", "--load", str(tmp_path / "file")]) == 1
    assert "not a stored result of grokc ablate" in capfd.readouterr().err


def test_programs_measured_have_less_work_than_usual() -> None:
    usual = {program.name: program.size for program in PROGRAMS}
    assert all(program.size < usual[program.name] for program in programs([]))
    assert [program.name for program in programs(["json", "fib"])] == ["fib", "json"]
