"""Names of passes and pipelines, and what xDSL's tools find of them."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe
from xdsl.utils.exceptions import VerifyException

from grokc.dialects.universe import make_context
from grokc.passes.allocate_registers import FunctionTooLarge
from grokc.passes.pipelines import PIPELINES, run_passes
from grokc.passes.registry import PASSES

ROOT = Path(__file__).parent.parent.parent


def parse(text: str) -> ModuleOp:
    return Parser(make_context(), text).parse_module()


@pytest.mark.parametrize("name", PASSES)
def test_pass(name: str) -> None:
    kind = PASSES[name]()
    assert kind.name == name
    assert kind.__module__ == f"grokc.passes.{name.replace('-', '_')}"


def test_each_pass_has_lit_tests() -> None:
    folder = ROOT / "lit-tests" / "passes"
    tested = {path.stem for path in folder.iterdir()}
    assert PASSES.keys() <= tested


def test_pipelines_are_made_of_passes() -> None:
    for names in PIPELINES.values():
        assert set(names) <= PASSES.keys()


def test_universes() -> None:
    """The entry points under which ``xdsl-opt`` looks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: set[str] = set()
    for place in project["entry-points"]["xdsl.universe"].values():
        module, _, name = place.partition(":")
        universe = getattr(import_module(module), name)
        assert isinstance(universe, Universe)
        found |= universe.all_passes.keys() | universe.all_dialects.keys()
    assert found >= PASSES.keys() | {"grok_stack", "grok", "grok_vm"}


def test_levels() -> None:
    module = parse("grok_stack.func @f(x) {\n grok_stack.load_local 0\n grok_stack.return\n}")
    levels: list[str] = []
    for names in ([], PIPELINES["ssa"], ["allocate-registers"]):
        run_passes(module, names, verify_each=True)
        levels += [op.name for op in module.body.block.ops]
    assert levels == ["grok_stack.func", "grok.func", "grok_vm.func"]


def test_verify_each() -> None:
    module = parse("grok_stack.func @f() { grok_stack.return }")
    with pytest.raises(VerifyException, match="stack"):
        run_passes(module, [], verify_each=True)


def test_too_many_registers() -> None:
    items = ", ".join(["%x"] * 70_000)
    module = parse(
        f"grok.func @large(%x: !grok.any) {{ %y = grok.make_list({items})\n grok.return %y }}"
    )
    with pytest.raises(FunctionTooLarge, match=r"'large' is too large: .* 65536 registers"):
        run_passes(module, ["allocate-registers"])
