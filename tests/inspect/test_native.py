"""LLVM IR and assembly of optimized functions, each line with its place in the source."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from grokc.dialects.location import UNKNOWN, fused, location
from grokc.frontend.source import SourceFile
from grokc.inspect.text import Piece
from grokc.inspect.trace import ASSEMBLY, LLVM, Trace, trace
from grokc.lowering.debug_locations import DebugLocations

SOURCE = """\
fn power(n) {
    let result = 1
    for i in 0..n {
        result = result * 3
    }
    result
}
fn main() { power(7) }
"""
PROFILE = "power 16 seen<int>\npower 32 seen<int>\npower 48 seen<int>\npower 64 seen<int>\n"


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    folder = tmp_path_factory.mktemp("native")
    (folder / "power.grok").write_text(SOURCE)
    (folder / "power.profile").write_text(PROFILE)
    file = SourceFile.read(str(folder / "power.grok"))
    return trace(file, str(folder / "power.profile"), native=True)


def piece(traced: Trace, level: str, function: str = "power") -> Piece:
    (stage,) = [stage for stage in traced.stages if stage.level == level]
    return stage.functions[function]


def places(traced: Trace, text: Piece, line: str) -> set[str]:
    """What the lines of a text that contain something come from."""
    found: set[str] = set()
    for each, origins in zip(text.lines, text.origins, strict=True):
        if line in each:
            found.update(SOURCE[span.start : span.end] for span in origins)
    return found


def test_llvm_ir_has_its_places(traced: Trace) -> None:
    text = piece(traced, LLVM)
    assert text.lines[0].startswith("define hidden preserve_nonecc { i64, i64 } @tier2.power(")
    assert places(traced, text, "@llvm.smul.with.overflow") == {"result * 3"}
    assert "dbg" not in text.text
    assert "!prof" not in text.text


def test_assembly_has_its_places(traced: Trace) -> None:
    text = piece(traced, ASSEMBLY)
    assert text.lines[0] == "tier2.power:"
    assert places(traced, text, "jo ") == {"result * 3"}
    assert not any(line.strip().startswith(".") for line in text.lines if not line.endswith(":"))


@pytest.mark.parametrize("level", [LLVM, ASSEMBLY])
def test_basic_blocks(traced: Trace, level: str) -> None:
    text = piece(traced, level)
    assert len(text.blocks) > 3
    assert text.blocks[0].first == 1
    for block, following in pairwise(text.blocks):
        assert block.first <= block.last < following.first
    assert all(0 <= n < len(text.blocks) for block in text.blocks for n in block.successors)
    # The loop leads back.
    assert any(n <= number for number, b in enumerate(text.blocks) for n in b.successors)


def test_functions_of_every_kind_are_there(traced: Trace) -> None:
    assert {"power", "main", "@start"} <= piece_names(traced, LLVM)
    assert piece_names(traced, LLVM) == piece_names(traced, ASSEMBLY)


def piece_names(traced: Trace, level: str) -> set[str]:
    (stage,) = [stage for stage in traced.stages if stage.level == level]
    return set(stage.functions)


def test_a_line_stands_for_a_location() -> None:
    locations = DebugLocations()
    scope = locations.scope("f")
    one, two = location("f.grok", 1, 2), location("f.grok", 3, 4)
    both = fused([one, two])
    suffixes = [locations.suffix(where, scope) for where in (one, both, one, UNKNOWN)]
    assert suffixes[0] == suffixes[2] != suffixes[1]
    assert [locations.location(line) for line in (1, 2, 0, 99)] == [one, both, UNKNOWN, UNKNOWN]
    assert "!DILocation(line: 2, scope:" in "\n".join(locations.metadata())


def test_boxing_before_all_snapshots() -> None:
    """A clone for an int boxes it after tests of variants only, which need no snapshots; boxing
    may find no memory."""
    path = Path(__file__).parent.parent.parent / "benchmarks" / "programs" / "expressions.grok"
    found = trace(SourceFile.read(str(path)), native=True)
    stage = next(stage for stage in found.stages if stage.level == LLVM)
    assert any(name.startswith("evaluate<") for name in stage.functions)
    assert [name for name, text in stage.functions.items() if "not compiled" in text.text] == []
