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


@pytest.mark.parametrize("tier", ["off", "baseline"])
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
