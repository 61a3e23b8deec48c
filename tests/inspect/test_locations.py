"""Source locations survive every pass: each operation of each stage can be traced to its source."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.dialects.builtin import ModuleOp

from grokc.dialects.location import spans
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.inspect import manager, pipeline
from grokc.inspect.manager import Watcher
from grokc.inspect.pipeline import Step
from grokc.inspect.text import symbol
from grokc.inspect.trace import BYTECODE, trace

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = sorted((ROOT / "examples").glob("*.grok"))


class _Untraced(Watcher):
    """Collects operations without a place; a constant that is dead has no use to belong to."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.operations = 0

    def after(self, step: Step, module: ModuleOp) -> None:
        for top in module.body.ops:
            if not symbol(top):
                continue
            for op in top.walk():
                self.operations += 1
                is_dead = bool(op.results) and not any(result.uses for result in op.results)
                if op is not top and not is_dead and not spans(op):
                    self.found.append(f"{step.name}: {symbol(top)}: {op}")


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_every_operation_has_a_place(path: Path) -> None:
    module, _, _ = compile_to_stack(SourceFile.read(str(path)))
    untraced = _Untraced()
    manager.run(module, pipeline.parse("optimize"), pipeline.context(), [untraced])
    assert untraced.operations
    assert untraced.found == []


def test_merged_operations_have_the_places_of_all(tmp_path: Path) -> None:
    path = tmp_path / "twice.grok"
    path.write_text("fn f() { [17, 17] }\nfn main() { f() }\n")
    found = trace(SourceFile.read(str(path)))
    stages = {stage.name: stage.functions["f"] for stage in found.stages}
    ssa = stages["cse-blocks"]
    (constant,) = [number for number, line in enumerate(ssa.lines) if "constant 17" in line]
    text = path.read_text()
    assert [text[span.start : span.end] for span in ssa.origins[constant]] == ["17", "17"]
    assert len({span.start for span in ssa.origins[constant]}) == 2


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_bytecode_can_be_traced(path: Path) -> None:
    found = trace(SourceFile.read(str(path)))
    bytecode = next(stage for stage in found.stages if stage.level == BYTECODE)
    for name, piece in bytecode.functions.items():
        if name in ("", "@start"):
            continue
        for line, origins in zip(piece.lines[1:], piece.origins[1:], strict=True):
            assert origins, f"{name}: {line}"
