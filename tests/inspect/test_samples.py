"""`grokc profile`: samples of a run, as a table and as a file for speedscope.

Each run is a process of its own, since the timer's signal belongs to the process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grokc.__main__ import main

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """\
fn busy(n) {
    let sum = 0
    for i in 0..n { sum += i % 7 }
    sum
}

fn idle(n) { busy(n / 100) }

fn work(f) {
    [3, 1, 2].map(|n| 1 + f(n * 1000000)).sum()
}

fn main() {
    println(idle(1000) + work(busy))
}
"""

ALLOCATING = """\
struct Tree { left, right }

fn build(depth) {
    if depth == 0 { return () }
    Tree { left: build(depth - 1), right: build(depth - 1) }
}

fn main() {
    let kept = build(18)
    for _ in 0..20 { build(16) }
    println(kept != ())
}
"""


def _profile(folder: Path, program: str, *options: str) -> tuple[str, dict[str, Any]]:
    """The table and the file."""
    (folder / "p.grok").write_text(program)
    done = subprocess.run(
        [sys.executable, "-m", "grokc", "profile", *options, "-o", "out.json", "p.grok"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr, json.loads((folder / "out.json").read_text())


def _stacks(data: dict[str, Any], profile: int) -> list[tuple[str, ...]]:
    frames = [frame["name"] for frame in data["shared"]["frames"]]
    return [tuple(frames[i] for i in stack) for stack in data["profiles"][profile]["samples"]]


@pytest.mark.parametrize("tier", ["off", "baseline", "sync"])
def test_the_time_is_where_the_loop_is(tmp_path: Path, tier: str) -> None:
    text, data = _profile(tmp_path, PROGRAM, "--jit", tier, "--period", "200")
    rows = [line.split() for line in text.splitlines() if line.endswith("%")]
    assert rows[0][0] == "busy"
    assert float(rows[0][1].rstrip("%")) > 90
    # Through the call from native code: the method `map` calls the closure.
    assert ("@start", "main", "work", "work::closure#1", "busy") in _stacks(data, 0)


def test_lines_are_a_profile_of_their_own(tmp_path: Path) -> None:
    _, data = _profile(tmp_path, PROGRAM, "--jit", "off", "--period", "200")
    lines = ("@start:1", "main:14", "work:10", "work::closure#1:10", "busy:3")
    assert any(stack[1:] == lines[1:] for stack in _stacks(data, 1))
    functions, by_line = data["profiles"]
    assert functions["unit"] == "nanoseconds"
    assert functions["weights"] == by_line["weights"]
    assert functions["endValue"] == sum(functions["weights"]) > 0


def test_collections_are_frames_of_their_own(tmp_path: Path) -> None:
    text, data = _profile(tmp_path, ALLOCATING, "--period", "200")
    assert "% (garbage collector)" in text
    collecting = [s for s in _stacks(data, 0) if s[-1] == "(garbage collector)"]
    assert collecting
    assert all(stack[:2] == ("@start", "main") for stack in collecting)


def _tiers(text: str) -> dict[str, int]:
    """The shares in percent, of the table's head."""
    shares = text.splitlines()[0].partition(": ")[2].split(", ")
    return {tier: int(share.rstrip("%")) for share, tier in (s.split(" ", 1) for s in shares)}


@pytest.mark.parametrize(
    ("mode", "tier"), [("off", "interpreter"), ("baseline", "baseline"), ("sync", "optimized")]
)
def test_a_sample_has_its_tier(tmp_path: Path, mode: str, tier: str) -> None:
    text, _ = _profile(tmp_path, PROGRAM, "--jit", mode, "--period", "200")
    assert _tiers(text)[tier] > 90


DEEP = """\
fn busy(n) {
    let sum = 0
    for i in 0..n { sum += i % 7 }
    sum
}

fn deep(depth, n) {
    if depth == 0 {
        if n % 50 == 0 { panic("fifty") }
        return busy(100000) + 1
    }
    deep(depth - 1, n) + 1
}

fn tried(n) { catch(|| deep(20, n) + 1) }

fn main() {
    let failures = 0
    for n in 0..1000 { if tried(n).is_err() { failures += 1 } }
    println(failures)
}
"""


def test_optimized_code_tells_all_its_frames(tmp_path: Path) -> None:
    """Inlined ones and native calls, through calls from native code, after errors on their way."""
    text, data = _profile(tmp_path, DEEP, "--jit", "sync", "--period", "100")
    assert _tiers(text)["optimized"] > 50
    calls = ("@start", "main", "tried", "tried::closure#1", *["deep"] * 21)
    stacks = [stack for stack in _stacks(data, 0) if not stack[-1].startswith("(")]
    assert stacks.count((*calls, "busy")) > 100
    assert all(stack in ((*calls, "busy"), calls[: len(stack)]) for stack in stacks)


SAMPLED_RUN = """
import os, sys, tempfile
from pathlib import Path
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.inspect.samples import Samples
from grokc.passes.pipelines import compile_module
from grokc.vm.machine import Jit, execute

jit = Jit("sync", baseline_threshold=1, optimizing_threshold=3, exit_period=3, strict=True)
optimized = 0
for name in sys.argv[1:]:
    path = Path(name)
    module, files, _ = compile_to_stack(SourceFile.decode(name, path.read_bytes()))
    image = compile_module(module)
    with tempfile.TemporaryFile() as out, open(os.devnull, "w") as err:
        outcome = execute(image, [], out.fileno(), err.fileno(), jit=jit, sampling_period=50)
        out.seek(0)
        assert out.read() == path.with_suffix(".out").read_bytes(), name
    samples = Samples(image, files, outcome.samples, outcome.compiling).samples
    assert all(sample.stack[0].function == "@start" for sample in samples), name
    optimized += sum(sample.tier == "optimized" for sample in samples)
assert optimized > 0
"""


@pytest.mark.slow
def test_samples_change_nothing_whatever_the_code_does() -> None:
    """Exits of all kinds, errors and tail calls, each at its worst time."""
    programs = sorted((ROOT / "tests" / "conformance" / "12-programs").glob("*.grok"))[::7]
    assert len(programs) >= 3
    done = subprocess.run(
        [sys.executable, "-c", SAMPLED_RUN, *map(str, programs)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


RECURSIVE = """\
fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }
fn main() { println(fib(35)) }
"""


def test_calls_without_a_loop_are_sampled_in_optimized_code(tmp_path: Path) -> None:
    text, data = _profile(tmp_path, RECURSIVE, "--jit", "sync", "--period", "100")
    assert _tiers(text)["optimized"] > 50
    for stack in _stacks(data, 0):
        assert stack[:2] == ("@start", "main")
        assert set(stack[2:]) <= {"fib", "(baseline compiler)"}
        assert len(stack) <= 2 + 35


def test_the_compiler_thread_has_a_profile_of_its_own(tmp_path: Path) -> None:
    text, data = _profile(tmp_path, RECURSIVE, "--jit", "sync")
    assert "s in the compiler thread: fib " in text.splitlines()[1]
    compiler = data["profiles"][2]
    assert compiler["name"] == "p.grok: compiler thread"
    assert _stacks(data, 2)[0] == ("fib",)
    assert compiler["weights"][0] > 1_000_000
    _, data = _profile(tmp_path, RECURSIVE, "--jit", "baseline")
    assert len(data["profiles"]) == 2


def test_a_profile_leaves_no_code_for_later_runs(tmp_path: Path) -> None:
    """Code that tells its frames is slower."""
    _profile(tmp_path, RECURSIVE, "--jit", "on")
    done = subprocess.run(
        [sys.executable, "-m", "grokc", "run", "--stats", "p.grok"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "loaded                         0\n" in done.stderr


def test_a_program_that_fails_is_profiled_too(tmp_path: Path) -> None:
    (tmp_path / "p.grok").write_text(PROGRAM.replace("println(", "panic("))
    done = subprocess.run(
        [sys.executable, "-m", "grokc", "profile", "--period", "200", "p.grok"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert (tmp_path / "profile.json").exists()


@pytest.mark.parametrize("period", ["0", "49", "1000001", "x"])
def test_a_period_that_is_none(period: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "--period", period, "p.grok"]) == 2
    assert "is not a number of microseconds from 50 to 1000000" in capfd.readouterr().err


def test_a_file_that_cannot_be_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.grok").write_text("fn main() { }\n")
    output = str(tmp_path / "missing" / "out.json")
    assert main(["profile", "-o", output, str(tmp_path / "p.grok")]) == 1
    assert capfd.readouterr().err == (f"error: cannot write {output}: No such file or directory\n")
