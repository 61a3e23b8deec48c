"""Every example of the language reference does what it says.

A block of ``docs/language.md`` that is marked ``rust`` is a program; one without ``fn main`` is the
body of it. What it prints stands in comments that begin with ``//>``. A run-time error is the last
of them, ``//> error: MESSAGE``; where a program is not compiled, its errors are all there is. A
block that begins with ``// NAME.grok`` is a file for the programs that follow.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.programs import ENGINES, run_source

PAGE = Path(__file__).parent.parent.parent / "docs" / "language.md"
BLOCK = re.compile(r"^( *)```rust\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"// (\S+\.grok)\n")
SHOWN = re.compile(r"//> ?(.*)")


@dataclass(frozen=True)
class Example:
    """A program of the page, with the files that stand before it and what it shows."""

    line: int
    program: str
    files: dict[str, str]
    shown: list[str]


def examples() -> list[Example]:
    page = PAGE.read_text()
    files: dict[str, str] = {}
    found = []
    for block in BLOCK.finditer(page):
        text = textwrap.dedent(block[2])
        if name := FILE.match(text):
            files = {**files, name[1]: text}
            continue
        line = page.count("\n", 0, block.start()) + 1
        program = text if "fn main()" in text else f"fn main() {{\n{text}}}\n"
        found.append(
            Example(line, program, files, [shown.rstrip() for shown in SHOWN.findall(text)])
        )
    return found


EXAMPLES = [pytest.param(example, id=f"line-{example.line}") for example in examples()]


@pytest.mark.parametrize("engine", [engine for engine in ENGINES if "stress" not in engine])
@pytest.mark.parametrize("example", EXAMPLES)
def test_example_shows_what_it_says(example: Example, engine: str, tmp_path: Path) -> None:
    for name, text in example.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    name = str(tmp_path / "example.grok")
    result = run_source(name, example.program.encode(), engine, ["one", "two"])
    errors = [line for line in result.errors.splitlines() if line.startswith("error: ")]
    assert [line.rstrip() for line in result.output.splitlines()] + errors == example.shown
    assert (result.status != 0) == bool(errors)


def test_the_page_has_examples_with_results() -> None:
    parts = PAGE.read_text().split("\n## ")[1:]
    assert len(parts) == 11
    for part in parts:
        assert SHOWN.search(part), part.splitlines()[0]
