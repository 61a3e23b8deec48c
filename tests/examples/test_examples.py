"""The examples print what is expected of them, and the tour can be run as the README says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.programs import ENGINES, run

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.grok"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path: Path, engine: str, time_limit: None) -> None:
    result = run(path, engine, [])
    assert (result.status, result.errors) == (0, "")
    assert result.output == (Path(__file__).parent / f"{path.stem}.out").read_text()
