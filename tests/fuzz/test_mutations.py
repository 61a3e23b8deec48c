"""The front end on programs with mistakes: an error with its place, or none; nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.mutations import ACCIDENTS, mutated
from tests.fuzz.oracles import explains_mistakes

CONFORMANCE = Path(__file__).parents[1] / "conformance"
PROGRAMS = sorted(CONFORMANCE.glob("*/*.grok"))

CASES = 8
"""Parts of the work, for several processes."""

MUTANTS = 3
"""Of each program, in each part."""


@pytest.mark.parametrize("case", range(CASES))
def test_mistakes_are_explained(case: int, time_limit: None) -> None:
    for number, path in enumerate(PROGRAMS[case::CASES]):
        text = path.read_text()
        for seed in range(number * MUTANTS, (number + 1) * MUTANTS):
            data = mutated(seed, text)
            failure = explains_mistakes(data)
            assert failure is None, f"{path.name}, seed {seed}: {failure.report}\n{data!r}"


def test_a_mutant_is_always_the_same_and_not_its_original() -> None:
    text = "fn main() { println(1 + 2, [3, 4]) }\n"
    mutants = [mutated(seed, text) for seed in range(100)]
    assert mutants == [mutated(seed, text) for seed in range(100)]
    assert sum(mutant != text.encode() for mutant in mutants) > 90
    assert len(ACCIDENTS) > 5
