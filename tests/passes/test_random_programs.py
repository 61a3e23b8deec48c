"""Random programs mean the same before and after the passes.

The reference engine runs what the front end made, the machine what the passes made of it.
"""

from __future__ import annotations

import io
import tempfile

import pytest

from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.passes.pipelines import compile_module
from grokc.vm import machine, reference
from tests.passes.random_programs import random_program


@pytest.mark.parametrize("seed", range(24))
def test_same_output(seed: int) -> None:
    text = random_program(seed)
    module, files, _ = compile_to_stack(SourceFile("random.grok", text))
    expected = io.BytesIO()
    expected_status = reference.run(module, files, [], expected, expected)
    image = compile_module(module, verify_each=True)
    with tempfile.TemporaryFile() as output:
        sources = [(file.name, file.text.encode()) for file in files]
        status = machine.run(image, sources, [], output.fileno(), output.fileno())
        output.seek(0)
        assert output.read() == expected.getvalue()
    assert status == expected_status
