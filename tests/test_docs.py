"""What the documentation shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from grokc.__main__ import main
from grokc.inspect import pipeline
from tests.conformance.programs import ENGINES, run_source

ROOT = Path(__file__).parent.parent

SHOWN = re.compile(
    r"<!-- test: (?P<name>\w+) -->\n```rust\n(?P<program>.*?)```\n+"
    r"```\n\$ grokc run (?P=name)\.grok\n(?P<output>.*?)```",
    re.DOTALL,
)
SNIPPET = re.compile(r"<!-- from: (?P<file>\S+) -->\n```\w*\n(?P<text>.*?)```", re.DOTALL)
NAMED = re.compile(r"`((?:grokc|tests|lit-tests|benchmarks|examples|docs)/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#]+)\)")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

PROGRAMS = [
    pytest.param(
        match["name"], match["program"], match["output"], id=f"{page.stem}-{match['name']}"
    )
    for page in PAGES
    for match in SHOWN.finditer(page.read_text())
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "program", "output"), PROGRAMS)
def test_program_prints_what_is_shown(name: str, program: str, output: str, engine: str) -> None:
    result = run_source(f"{name}.grok", program.encode(), engine, [])
    assert result.output + result.errors.rstrip("\n") == output.rstrip("\n") + (
        "" if result.errors else "\n"
    )


def test_every_marked_program_is_tested() -> None:
    assert len(PROGRAMS) == sum(page.read_text().count("<!-- test:") for page in PAGES) > 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for match in LINK.finditer(page.read_text()):
        assert (page.parent / match["target"]).exists(), match["target"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_snippets_are_the_code(page: Path) -> None:
    for match in SNIPPET.finditer(page.read_text()):
        assert match["text"] in (ROOT / match["file"]).read_text(), match["text"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_that_are_named_exist(page: Path) -> None:
    for name in NAMED.findall(page.read_text()):
        assert any(ROOT.glob(f"{name.rstrip('/')}*")), name


PASS = re.compile(
    r"<!-- pass: (?P<name>\S+) -->\n```python\n(?P<code>.*?)```.*?"
    r"<!-- before: (?P=name) -->\n```\n(?P<before>.*?)```.*?"
    r"<!-- after: (?P=name) -->\n```\n(?P<after>.*?)```",
    re.DOTALL,
)
PASSES = list(PASS.finditer((ROOT / "docs" / "extending.md").read_text()))


@pytest.mark.parametrize("match", PASSES, ids=lambda match: match["name"])
def test_a_pass_that_is_shown_does_what_is_shown(
    match: re.Match[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    module = ModuleType("shown")
    exec(match["code"], module.__dict__)
    (kind,) = [each for each in vars(module).values() if getattr(each, "name", "") == match["name"]]
    known = {**pipeline.passes(), match["name"]: lambda: kind}
    monkeypatch.setattr(pipeline, "passes", lambda: known)
    before, after = tmp_path / "before.mlir", tmp_path / "after.mlir"
    before.write_text(match["before"])
    after.write_text(match["after"])
    assert main(["opt", str(after)]) == 0
    expected = capsys.readouterr().out
    assert main(["opt", "-p", f"{match['name']},canonicalize-functions", str(before)]) == 0
    assert capsys.readouterr().out == expected


def test_the_shown_pass_has_thirty_lines() -> None:
    (match,) = PASSES
    lines = [line for line in match["code"].split("\n") if line.strip()]
    assert len(lines) <= 30
