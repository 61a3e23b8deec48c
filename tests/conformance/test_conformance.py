"""Each conformance program on each engine.  README.md here says how a program is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.programs import ENGINES, NotSupportedYet, expectation, run

FOLDER = Path(__file__).parent
PROGRAMS = sorted(FOLDER.glob("*/*.grok"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "path", PROGRAMS, ids=lambda path: path.relative_to(FOLDER).with_suffix("").as_posix()
)
def test_program(path: Path, engine: str, time_limit: None) -> None:
    expected = expectation(path)
    try:
        result = run(path, engine, expected.arguments)
    except NotSupportedYet as refusal:
        if expected.needs is None:
            raise
        pytest.skip(f"needs {expected.needs}: {str(refusal).splitlines()[0]}")
    assert result.status == expected.status, result.errors
    assert result.output == expected.output
    for text in expected.errors:
        assert text in result.errors
    if not expected.errors and expected.status == 0:
        assert result.errors == ""


def test_every_program_has_its_output() -> None:
    outputs = sorted(FOLDER.glob("*/*.out"))
    assert [path.with_suffix(".out") for path in PROGRAMS] == outputs
    assert len(PROGRAMS) >= 400
