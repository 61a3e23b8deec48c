"""The example of a plug-in, installed beside grokc: `grokc opt` and `xdsl-opt` find it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PROGRAM = "fn area(r) { r * r * 3 }\nfn main() { println(area(2), area(1.5)) }\n"

Tool = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """Runs a module's command line in an environment in which the plug-in is installed."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    offline = ["--no-index", "--disable-pip-version-check", "--target", str(folder)]
    subprocess.run([*pip, *offline, str(ROOT / "examples" / "plug-in")], check=True)
    (folder / "program.grok").write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}

    def run(module: str, *arguments: str, input: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env=environment,
            input=input,
            capture_output=True,
            text=True,
        )

    return run


def test_its_passes_are_listed(tool: Tool) -> None:
    lines = tool("grokc", "opt", "--list-passes").stdout.split("\n")
    at = lines.index("  find-squares")
    assert at < lines.index("passes of xDSL:")
    assert "squares.square" in lines[at + 1]


def test_its_operation_is_written_and_read_back(tool: Tool) -> None:
    found = tool("grokc", "opt", "-p", "ssa,find-squares", "program.grok").stdout
    assert "%0 = squares.square %r : !grok.any -> !grok.any" in found
    again = tool("grokc", "opt", "-", input=found).stdout
    assert again == found


def test_the_program_still_compiles(tool: Tool) -> None:
    usual = tool("grokc", "opt", "-p", "interp", "program.grok")
    pipeline = "ssa,find-squares,cse-blocks,expand-squares,allocate-registers"
    with_squares = tool("grokc", "opt", "-p", pipeline, "--verify-each", "program.grok")
    assert with_squares.stdout == usual.stdout
    assert "grok_vm.mul" in usual.stdout


def test_it_is_found_by_xdsl_opt_too(tool: Tool) -> None:
    found = tool("grokc", "opt", "-p", "ssa", "program.grok").stdout
    done = tool("xdsl.tools.xdsl_opt", "-p", "find-squares", input=found)
    assert done.returncode == 0, done.stderr
    assert "squares.square %r" in done.stdout


def test_a_plug_in_that_does_not_load(tool: Tool, tmp_path: Path) -> None:
    broken = tmp_path / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (broken / "entry_points.txt").write_text("[xdsl.universe]\nbroken = no_such_module:U\n")
    done = subprocess.run(
        [sys.executable, "-m", "grokc", "opt", "-p", "interp", "-"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
        input="",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: the plug-in 'broken' does not load: No module named")
