"""Names of passes and pipelines, and what xDSL's tools find of them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import process_time

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe
from xdsl.utils.exceptions import VerifyException

from grokc.dialects.universe import make_context
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.passes.allocate_registers import FunctionTooLarge
from grokc.passes.pipelines import PIPELINES, compile_module, run_passes
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


@pytest.mark.parametrize(
    "source",
    [
        lambda n: "fn main() { println(" + "1 + " * n + "1) }",
        lambda n: "fn main() { let x = 0\n" + "x += 1\n" * n + "println(x) }",
        lambda n: "fn main() { let x = 1\n" + "if x == 1 {} else " * (n // 5) + "{ } }",
    ],
    ids=["terms", "statements", "else-ifs"],
)
def test_long_chains_take_linear_time(source: Callable[[int], str]) -> None:
    def seconds(length: int) -> float:
        file = SourceFile("long.grok", source(length))
        start = process_time()
        compile_module(compile_to_stack(file)[0])
        return process_time() - start

    seconds(10)
    assert seconds(4000) < 30 * seconds(500)  # eight times as long; its square would be 64
