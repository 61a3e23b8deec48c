"""Other machines from the same definitions: 16-byte tagged values, and a switch for dispatch.

Nothing but the layout file knows how a value lies in memory, and nothing but the generator how
instructions follow each other; these builds keep it so.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from grokc.frontend.diagnostics import CompileError
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.passes.pipelines import compile_module
from grokc.vm import machine
from tests.conformance.programs import expectation

CONFORMANCE = Path(__file__).parent.parent / "conformance"
FOLDERS = ("02-values", "03-expressions", "04-statements", "05-functions", "06-types")
PROGRAMS = sorted(path for folder in FOLDERS for path in (CONFORMANCE / folder).glob("*.grok"))


@pytest.mark.parametrize(
    "path", PROGRAMS, ids=lambda path: path.relative_to(CONFORMANCE).with_suffix("").as_posix()
)
def test_conformance_with_tagged_values_and_a_switch(path: Path, time_limit: None) -> None:
    expected = expectation(path)
    try:
        module, _, _ = compile_to_stack(SourceFile.read(str(path)))
    except CompileError as error:
        pytest.skip(str(error).splitlines()[0])
    with tempfile.TemporaryFile() as output:
        outcome = machine.execute(
            compile_module(module),
            expected.arguments,
            output.fileno(),
            output.fileno(),
            representation="tagged",
            dispatch="switch",
        )
        output.seek(0)
        text = output.read().decode()
    assert outcome.status == expected.status, outcome.message
    assert text == expected.output


def test_there_are_programs() -> None:
    assert len(PROGRAMS) >= 100
