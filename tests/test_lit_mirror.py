"""The lit suite mirrors the passes and the lowerings, one to one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from xdsl.passes import get_pass_option_infos

from grokc.passes.registry import PASSES

ROOT = Path(__file__).parent.parent
SUITE = ROOT / "lit-tests"

WITHOUT_TEXT = {
    "debug_locations": "metadata, which tests/inspect/test_native.py reads back",
    "image": "bytes, which tests/lowering/test_bytecode.py reads back",
    "image_symbols": "an index of an image",
    "linkage": "calls between tiers, which tests/vm/test_tiers.py makes",
    "llvm_builder": "writes what llvm-ir prints",
    "llvm_extensions": "operations for llvm-ir",
    "native_calls": "memory at run time, which tests/inspect/test_samples.py reads",
    "outline": "assembly, which tests/lowering/test_outline.py writes",
    "refused": "a set of places, which tests/vm/test_tiers.py fills",
    "target": "a choice for native, of emit --cpu",
    "verify_image": "bytes, which tests/lowering/test_bytecode.py spoils",
}
"""Modules of ``grokc/lowering`` that nothing can be seen of in a text, and what tests them."""


def texts(name: str, folder: str) -> list[Path]:
    """The lit tests of a pass or a lowering: a file, or those of a folder."""
    found = [path for path in (SUITE / folder).glob(f"{name}.*") if path.is_file()]
    return found + [path for path in (SUITE / folder / name).glob("*.*") if path.is_file()]


@pytest.mark.parametrize("name", sorted(PASSES))
def test_each_pass_has_its_tests(name: str) -> None:
    assert texts(name, "passes")


@pytest.mark.parametrize("name", sorted(PASSES))
def test_the_options_of_each_pass_are_tested(name: str) -> None:
    runs = re.findall(r"RUN:.*", "\n".join(path.read_text() for path in texts(name, "passes")))
    for option in get_pass_option_infos(PASSES[name]()):
        spelled = option.name.replace("_", "-")
        assert any(re.search(rf"{name}{{[^}}]*{spelled}=", run) for run in runs), spelled


def test_each_test_has_its_pass() -> None:
    names = {path.name.split(".")[0] for path in (SUITE / "passes").iterdir()}
    assert names - {"Inputs", "Output"} == set(PASSES)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "grokc/lowering").glob("*.py")), ids=lambda p: p.stem
)
def test_each_lowering_has_its_tests(path: Path) -> None:
    if path.stem in WITHOUT_TEXT or path.stem == "__init__":
        return
    name = "core" if path.stem.startswith("core") else path.stem.replace("_", "-")
    assert texts(name, "lowering")


def test_what_has_no_text_is_there() -> None:
    modules = {path.stem for path in (ROOT / "grokc/lowering").glob("*.py")}
    assert set(WITHOUT_TEXT) <= modules
