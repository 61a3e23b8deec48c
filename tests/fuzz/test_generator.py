"""The generator: what it makes is reproducible, compiles, ends, and covers the language."""

from __future__ import annotations

import re
from functools import cache

import pytest

from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from tests.fuzz.engines import REFERENCE, compile_program
from tests.fuzz.generator import generate

SEEDS = range(80)


@cache
def texts() -> list[str]:
    return [str(generate(seed)) for seed in SEEDS]


def test_a_seed_is_a_program() -> None:
    assert [str(generate(seed)) for seed in SEEDS] == texts()
    assert len(set(texts())) == len(SEEDS)


def test_programs_compile() -> None:
    for text in texts():
        compile_to_stack(SourceFile("program.grok", text))


def test_programs_end_and_compute() -> None:
    observed = [REFERENCE.observe(compile_program(text)) for text in texts()[:12]]
    assert [each.failure for each in observed] == [None] * len(observed)
    assert {each.status for each in observed} <= {0, 1}
    assert sum(len(each.output) > 100 for each in observed) > len(observed) // 2


@pytest.mark.parametrize(
    "construct",
    [
        *(r"\bfor ", r"\bwhile ", r"\bloop \{", r"'l\d+: ", r"\bbreak\b", r"\bcontinue\b"),
        *(
            r"\bmatch ",
            r"if let ",
            r"let Some|let \(",
            r" @ ",
            r"\.\.=",
            r"\| -?\d",
            r" else \{ return",
        ),
        *(r"\bconst ", r"\bstatic ", r"\bstruct ", r"\benum ", r"\btrait ", r"impl Add for"),
        *(r"impl Ord for", r"impl Eq for", r"impl Display for", r"fn next\(self\)", r"= \|.*\| "),
        *(r"catch\(", r"\?[,;)\n ]", r"\bpanic\(", r"\.unwrap\(\)", r"no_such_method", r"\bf\""),
        *(
            r"\{:[^}]",
            r"#\{",
            r"Set::from",
            r"Some\(",
            r"Err\(",
            r"\.sort",
            r"\.push\(",
            r"wrapping_",
        ),
        *(r"\.fold\(", r"\.map\(", r"\.step_by\(", r"\.rev\(\)", r"float::NAN", r"-0\.0", r"🦀"),
        *(
            r"14073748835532[678]",
            r"int::MAX|9223372036854775807",
            r"0\.\.\d{3,}",
            r"vec!\[",
            r" as int",
        ),
    ],
)
def test_programs_cover(construct: str) -> None:
    assert any(re.search(construct, text) for text in texts())
