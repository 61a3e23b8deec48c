"""Generated programs mean the same to all engines; ``make fuzz`` takes fresh ones."""

from __future__ import annotations

import pytest

from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.passes.pipelines import compile_module
from tests.fuzz.engines import ENGINES, load_machines
from tests.fuzz.generator import generate
from tests.fuzz.oracles import first_failure
from tests.fuzz.run import explain

PROGRAMS = 60
"""So many take about a minute of processor time."""


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_all_engines_agree(seed: int, time_limit: None) -> None:
    load_machines()
    engines = [engine for engine in ENGINES if seed % engine.turn == 0]
    failure = first_failure(str(generate(seed)), engines)
    if failure is not None:
        pytest.fail(explain(seed, failure, engines, seconds=60.0))


@pytest.mark.parametrize("seed", range(1000, 1012))
def test_each_pass_leaves_valid_operations(seed: int) -> None:
    module, _, _ = compile_to_stack(SourceFile("program.grok", str(generate(seed))))
    compile_module(module, verify_each=True)
