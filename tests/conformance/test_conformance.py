"""Each conformance program on each engine.  README.md here says how a program is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.programs import (
    ENGINES,
    FOLDER,
    PROGRAMS,
    NotSupportedYet,
    check,
    expectation,
    name_of,
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
def test_program(path: Path, engine: str, time_limit: None) -> None:
    try:
        check(path, engine)
    except NotSupportedYet as refusal:
        needs = expectation(path).needs
        if needs is None:
            raise
        pytest.skip(f"needs {needs}: {str(refusal).splitlines()[0]}")


def test_every_program_has_its_output() -> None:
    outputs = sorted(FOLDER.glob("*/*.out"))
    assert [path.with_suffix(".out") for path in PROGRAMS] == outputs
    assert len(PROGRAMS) >= 400
