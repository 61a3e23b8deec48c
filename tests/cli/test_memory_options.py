"""``--max-memory``, ``--gc-log`` and ``--gc-stress``."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokc.__main__ import USAGE_ERROR, main

PROGRAM = """
fn main() {
    let n = 0
    for i in 0..100000 { n += catch(|| [i, i + 1]).unwrap().len() }
    println(n)
    println(catch(|| { let l = []; loop { l.push([l]) } }))
}
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "memory.grok"
    path.write_text(PROGRAM)
    return str(path)


@pytest.mark.parametrize("size", ["3M", "3072K", "3145728", "3m"])
def test_max_memory(size: str, program: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--max-memory", size, program]) == 0
    assert main(["run", f"--max-memory={size}", program]) == 0
    output, errors = capfd.readouterr()
    assert output == '200000\nErr("out of memory")\n' * 2
    assert "error" not in errors


def test_log(program: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--gc-log", "--max-memory", "4M", program]) == 0
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("gc ")]
    assert [line.split()[1] for line in lines] == [f"{i + 1}:" for i in range(len(lines))]
    assert len(lines) > 2


def test_stress(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "stress.grok"
    path.write_text("fn main() { println((0..9).map(|i| [i])) }")
    assert main(["run", "--gc-stress", "--gc-log", str(path)]) == 0
    output, errors = capfd.readouterr()
    assert output == "[[0], [1], [2], [3], [4], [5], [6], [7], [8]]\n"
    assert errors.count("gc ") > 9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--max-memory"], "--max-memory needs a size"),
        (["--max-memory", "much"], "--max-memory: 'much' is no size; 512M and 2G are"),
        (["--max-memory", "1.5G"], "--max-memory: '1.5G' is no size; 512M and 2G are"),
        (["--max-memory", "-1"], "--max-memory: '-1' is no size; 512M and 2G are"),
        (["--max-memory", ""], "--max-memory: '' is no size; 512M and 2G are"),
        (["--max-memory", "M"], "--max-memory: 'M' is no size; 512M and 2G are"),
        (["--max-memory", "100"], "--max-memory: 100 is too small"),
        (["--max-memory", "99999999999999G"], "--max-memory: 99999999999999G is too large"),
        (["--gc-log=yes"], "unknown option '--gc-log=yes'"),
        (["--engine", "reference", "--gc-log"], "the engine reference knows no --gc-log"),
    ],
)
def test_what_is_wrong(
    arguments: list[str], message: str, program: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *arguments, *([program] if len(arguments) != 1 else [])]) == USAGE_ERROR
    assert message in capfd.readouterr().err
