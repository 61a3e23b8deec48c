"""``grokc run --record-profile``: what a run has seen, as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokc.__main__ import main
from grokc.lowering.profile import RecordedProfile

SOURCE = """\
struct Point { x: float }
impl Point { fn twice(self) { self.x + self.x } }
fn add(a, b) { a + b }
fn never() { add(1, 2) }
fn main() {
    let total = 0.0
    for i in 0..2000 { total += Point { x: i }.twice() }
    for i in 0..2000 { add(i, 1) }
    for i in 0..100 { add("a", "b") }
    add(1, 2)
    if total < 0.0 { never() }
}
"""

SYNC = ("--jit", "sync", "--jit-threshold", "100")
"""The same in each run."""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.grok"
    path.write_text(SOURCE)
    return path


def record(program: Path, *options: str) -> tuple[str, RecordedProfile]:
    file = program.with_suffix(".profile")
    assert main(["run", *options, "--record-profile", str(file), str(program)]) == 0
    text = file.read_text()
    return text, RecordedProfile.from_text(text)


def test_what_the_interpreter_has_seen(program: Path) -> None:
    text, _ = record(program, "--jit", "off")
    lines = text.splitlines()
    assert "add 0 seen<any>" in lines
    assert "Point::twice 0 shape<struct<@Point>>" in lines
    assert any(line.startswith("main ") and "seen<float>" in line for line in lines)
    assert 'target<struct<@Point>, @"Point::twice">' in text
    assert "never tier 0" in lines
    assert " exit " not in text


def test_tiers_and_exits(program: Path) -> None:
    text, profile = record(program, *SYNC)
    assert profile.tiers.keys() == {"Point::twice", "add", "never", "main", "@start"}
    assert (profile.tiers["Point::twice"], profile.tiers["never"]) == (2, 0)
    assert profile.exits["add", 0, "guard int"] > 0
    assert record(program, *SYNC)[0] == text


def test_how_often_jumps_were_taken(program: Path) -> None:
    """Baseline code counts, if there is another tier to read it."""
    program.write_text(
        "fn pick(n) { if n % 4 == 0 { 1 } else { 2 } }\n"
        "fn main() { for i in 0..2000 { pick(i) } }\n"
    )
    text, profile = record(program, "--jit", "sync", "--jit-threshold", "1000")
    (((function, _), counts),) = profile.branches.items()
    assert function == "pick"
    rare, usual = sorted((counts.taken.data, counts.other.data))
    assert rare > 100
    assert abs(usual - 3 * rare) <= 3
    assert record(program, "--jit", "sync", "--jit-threshold", "1000")[0] == text
    for tier in ("off", "baseline"):
        assert "branch<" not in record(program, "--jit", tier)[0]


def test_the_text_reads_back(program: Path) -> None:
    text, profile = record(program, *SYNC)
    assert profile.to_text() == text


def test_a_failing_run_leaves_its_profile(program: Path) -> None:
    program.write_text("fn main() { let x = 1 + 2.5; [0][int(x)] }\n")
    file = program.with_suffix(".profile")
    assert main(["run", "--record-profile", str(file), str(program)]) == 1
    assert "main tier" in file.read_text()


def test_where_it_cannot_be_written(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--record-profile", str(program.parent), str(program)]) == 2
    assert "error: cannot write" in capsys.readouterr().err
    assert main(["run", "--record-profile"]) == 2
    assert "--record-profile needs a file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line", ["f", "f x seen<int>", "f 0 seen<odd>", "f tier x", "f 0 exit x y"]
)
def test_text_that_is_no_profile(line: str) -> None:
    with pytest.raises(ValueError, match="line 1 of the profile"):
        RecordedProfile.from_text(f"{line}\n")
