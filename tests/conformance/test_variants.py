"""The machines and compilers that `grokc ablate` measures do what the usual ones do.

Nothing but the layout file knows how a value lies in memory, nothing but the generator how
instructions follow each other and where they find their operands, and no pass relies on what
another one only makes faster; this keeps it so.

Each conformance program runs on one of the variants, chosen by its name, so that all of them
together run all.  ``make test-variants`` runs each program on each variant, and on the machines
between those that lack nothing and those that lack everything.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from grokc.measure.ablation import LEAVING_ONE_OUT, STEP_BY_STEP
from grokc.vm.machine import OPTIMIZATIONS
from grokc.vm.shapes import IDEAS
from tests.conformance.programs import PROGRAMS, WITHOUT, check, name_of

MACHINES = ("registers", "quickening,caches,linking,sharing", ",".join(IDEAS))
"""What machines lack: one in which all that is different is there by itself, the others together;
each takes its time to be built."""

ALL_MACHINES = sorted({",".join(names) for names in (*LEAVING_ONE_OUT, *STEP_BY_STEP) if names})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "variant" not in metafunc.fixturenames:
        return
    everything = metafunc.config.getoption("--all-variants")
    variants = [*(ALL_MACHINES if everything else MACHINES), *OPTIMIZATIONS]
    cases = [
        pytest.param(path, variant, id=f"{name_of(path)}-without-{variant}")
        for index, variant in enumerate(variants)
        for path in PROGRAMS
        if everything or zlib.crc32(name_of(path).encode()) % len(variants) == index
    ]
    metafunc.parametrize(("path", "variant"), cases)


def test_program(path: Path, variant: str, time_limit: None) -> None:
    check(path, WITHOUT + variant)


def test_variants_are_there_for_all_that_can_be_missing() -> None:
    assert {name for names in LEAVING_ONE_OUT for name in names} == set(IDEAS)
    assert set(STEP_BY_STEP[0]) == set(IDEAS)
