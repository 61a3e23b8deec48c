"""What people read when something is wrong: every ``.grok`` here has its text in ``.err``.

``GROKC_UPDATE_GOLDEN=1 pytest tests/errors`` writes the texts anew; read the difference before you
commit it.  In ``run-time`` every engine must show the same, but for depths that no engine promises.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conformance.programs import ENGINES, Result, run_source

FOLDER = Path(__file__).parent
UPDATE = bool(os.environ.get("GROKC_UPDATE_GOLDEN"))

DEPTHS = re.compile(r"\d+(?= more times| calls in the middle)")


def programs(folder: str) -> list[Path]:
    return sorted((FOLDER / folder).glob("*.grok"))


def check(path: Path, result: Result) -> None:
    shown = DEPTHS.sub("N", result.errors).rstrip("\n") + "\n"
    golden = path.with_suffix(".err")
    if UPDATE:
        golden.write_text(shown)
    assert shown == golden.read_text()


@pytest.mark.parametrize("path", programs("compile"), ids=lambda path: path.stem)
def test_compile_error(path: Path, time_limit: None) -> None:
    result = run_source(path.name, path.read_bytes(), "reference", [])
    assert result.status == 2
    assert result.output == ""
    check(path, result)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", programs("run-time"), ids=lambda path: path.stem)
def test_run_time_error(path: Path, engine: str, time_limit: None) -> None:
    result = run_source(path.name, path.read_bytes(), engine, [])
    assert result.status == 1
    check(path, result)


def test_every_program_has_its_text() -> None:
    for folder in ("compile", "run-time"):
        texts = sorted((FOLDER / folder).glob("*.err"))
        assert [path.with_suffix(".err") for path in programs(folder)] == texts
    assert len(programs("compile")) >= 60
    assert len(programs("run-time")) >= 40


def test_places_are_shown_and_calls_come_last() -> None:
    for text in (FOLDER / "run-time").glob("*.err"):
        if text.stem == "err-from-main":  # a result, not an error
            continue
        lines = text.read_text().splitlines()
        assert lines[0].startswith("error: ")
        assert lines[1].startswith("  --> ")
        assert lines[-1].startswith(("in ", "... "))
