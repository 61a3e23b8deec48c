"""Passes that fail: who is named, what is left behind, how small it becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokc.__main__ import main
from tests.inspect.broken_passes import broken_passes

__all__ = ["broken_passes"]

SOURCE = """
fn small(n) { n + 1 }

fn large(n) {
    let mut sum = 0
    for i in 0..n {
        if i % 2 == 0 { sum += small(i) } else { sum += i * n }
    }
    println(sum, n, [sum, n])
    sum
}

fn main() { println(large(10)) }
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_passes: None) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "program.grok"
    path.write_text(SOURCE)
    return path


def test_a_pass_that_raises(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["opt", "-p", "ssa,crash,cse-blocks", str(program)]) == 1
    captured = capsys.readouterr()
    assert not captured.out
    assert "error: the pass 'crash' failed: RuntimeError: I do not like to mul" in captured.err
    assert "grokc opt --run-reproducer grokc-reproducer.mlir" in captured.err
    text = Path("grokc-reproducer.mlir").read_text()
    assert "// pipeline: crash,cse-blocks\n" in text
    assert "grok.mul" in text

    assert main(["opt", "--run-reproducer", "grokc-reproducer.mlir"]) == 1
    assert "the pass 'crash' failed" in capsys.readouterr().err


def test_a_pass_that_leaves_invalid_ir(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["opt", "-p", "ssa,spoil{function=large},allocate-registers", str(program)]
    assert main([*arguments, "--verify-each"]) == 1
    error = capsys.readouterr().err
    assert "error: after the pass 'spoil' the IR is invalid" in error
    assert f"{program}:" in error  # the place in the source
    assert "in the function 'large'" in error
    text = Path("grokc-reproducer.mlir").read_text()
    assert "// verify-each\n" in text
    assert '// pipeline: spoil{function="large"},allocate-registers\n' in text


def test_the_result_is_verified_and_the_culprit_found(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["opt", "-p", "ssa,spoil{function=large},cse-blocks", str(program)]) == 1
    assert "after the pass 'spoil' the IR is invalid" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["crash", "spoil{function=large}"])
def test_reduce(program: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["opt", "-p", f"ssa,{what}", str(program), "--verify-each"])
    assert main(["reduce", "grokc-reproducer.mlir", "-o", "small.mlir"]) == 0
    smaller = Path("small.mlir").read_text()
    assert len(smaller.splitlines()) <= 18
    assert "small" not in smaller
    assert "println" not in smaller
    capsys.readouterr()
    assert main(["opt", "--run-reproducer", "small.mlir"]) == 1


def test_nothing_to_reduce(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("fine.mlir").write_text("// grokc reproducer\n// pipeline: crash\n\nbuiltin.module {\n}\n")
    assert main(["reduce", "fine.mlir"]) == 2
    assert capsys.readouterr().err == "error: fine.mlir: the pipeline does not fail on it\n"
    assert main(["reduce", str(program)]) == 2
    assert "this is no reproducer" in capsys.readouterr().err
