"""Generated programs mean the same to all engines; ``make fuzz`` takes fresh ones."""

from __future__ import annotations

from io import StringIO

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.printer import Printer

from grokc.dialects.universe import make_context
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.passes.pipelines import PIPELINES, run_passes
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


@pytest.mark.parametrize("seed", range(1000, 1004))
def test_each_pass_leaves_valid_operations_whose_text_parses_back(seed: int) -> None:
    module, _, _ = compile_to_stack(SourceFile("program.grok", str(generate(seed))))
    for name in ("", *PIPELINES["optimize"]):
        if name:
            run_passes(module, [name], verify_each=True)
        text = _text_of(module)
        again = Parser(make_context(), text).parse_module()
        again.verify()
        assert _text_of(again) == text, f"after {name or 'the front end'}"


def _text_of(module: ModuleOp) -> str:
    stream = StringIO()
    Printer(stream, print_debuginfo=True).print_op(module)
    return stream.getvalue()
