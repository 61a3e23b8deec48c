"""``grokc explore``: the page in a browser, by mouse and by keys, and what it shows."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grokc.__main__ import main
from grokc.inspect.facts import KINDS
from tests.inspect import browser
from tests.inspect.browser import Browser

SOURCE = """\
struct Point { x: float, y: float }

fn square(n) { n * n }

fn sum(limit) {
    let total = 0
    for i in 0..limit {
        if i % 2 == 0 { total += square(i) } else { total -= 1 + 2 }
    }
    total
}

fn main() {
    let p = Point { x: 1, y: 2 }
    println(sum(10), p.x + p.y, "</script>")
}
"""

PROFILE = """\
sum 32 seen<int>
square 0 seen<int>
"""


CHOSEN = "document.getElementById('function').selectedOptions[0].text"
"""The function that is shown."""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "small.grok").write_text(SOURCE)
    (folder / "small.profile").write_text(PROFILE)
    page = folder / "page.html"
    arguments = ["explore", str(folder / "small.grok"), "-o", str(page)]
    assert main([*arguments, "--profile", str(folder / "small.profile")]) == 0
    return page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = browser.find()
    if program is None:
        reason = f"no browser: none of {', '.join(browser.PROGRAMS)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)  # continuous integration has to bring one
        pytest.skip(reason)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        Browser(program, Path(profile)) as found,
    ):
        yield found


@pytest.fixture
def page(chromium: Browser, page_file: Path) -> Iterator[Browser]:
    """The page as it opens, with no errors in its script at the end."""
    chromium.open("about:blank", ready=False)
    chromium.open(page_file.as_uri())
    yield chromium
    assert chromium.errors == []


def number_of(line: str) -> int:
    """The number of the source line with that text."""
    return next(number for number, text in enumerate(SOURCE.split("\n"), 1) if line in text)


def source_line(line: str) -> str:
    return f'#source .line[data-number="{number_of(line)}"]'


def test_the_page_needs_nothing_else(page_file: Path) -> None:
    text = page_file.read_text()
    assert "@@" not in text
    assert not re.search(r"(?:src|href)=|@import|url\((?!#)", text)
    assert text.count("</script>") == 2


def test_no_request_but_for_the_page(page: Browser, page_file: Path) -> None:
    assert {url for url in page.requests() if url != "about:blank"} == {page_file.as_uri()}


def test_it_opens_on_the_program(page: Browser) -> None:
    assert page.texts("h1") == ["small.grok"]
    shown = [line.split("\n")[-1] for line in page.texts("#source .line")]
    assert shown[number_of("fn square") - 1].strip() == "fn square(n) { n * n }"
    assert page.value(CHOSEN) == "square"


def test_pointing_at_a_line_shows_it_at_every_level(page: Browser) -> None:
    page.press("]")
    page.point(source_line("total += square"))
    for level, expected in {
        "stack": "grok_stack.call @square 1",
        "ssa": "grok.call @square(%low)",
        "bytecode": "square",
        "optimized": "grok.snapshot @sum(",
        "assembly": "%r",
    }.items():
        lines = page.texts(f"#pane-{level} .line.linked")
        assert any(expected in line for line in lines), (level, lines)
    page.click("#pane-llvm button")
    page.point(source_line("total += square"))
    assert any("br i1" in line for line in page.texts("#pane-llvm .line.linked"))
    assert not any("grok.func" in line for line in page.texts("#pane-ssa .line.linked"))
    page.point("h1")
    assert page.texts(".line.linked") == []


def test_pointing_at_ir_shows_its_source(page: Browser) -> None:
    page.press("]")
    lines = page.texts("#pane-ssa .line")
    page.point("#pane-ssa .line", next(i for i, t in enumerate(lines) if "@square(%low)" in t))
    (linked,) = page.texts("#source .line.linked")
    assert "total += square(i)" in linked


def test_a_click_holds_a_line_and_tells_its_facts(page: Browser) -> None:
    page.click(source_line("total += square"))
    page.point("h1")
    assert len(page.texts("#source .line.held")) == 1
    facts = page.texts("#facts p")
    assert facts[0] == f"line {number_of('total += square')} of sum"
    assert "1 + 2: folded to the constant 3" in facts
    page.press("Escape")
    assert page.texts(".held") == []


def test_what_a_recorded_run_has_seen(page: Browser) -> None:
    page.click(source_line("fn square"))
    assert "n * n: has seen ints only" in page.texts("#facts p")


def test_the_heat_map(page: Browser) -> None:
    kinds = page.value(
        f"document.querySelector({source_line('fn square')!r}).querySelector('.text').className"
    )
    assert kinds.startswith("text heat ")
    assert page.texts(f"{source_line('struct Point')} .heat") == []
    assert len(page.texts("#legend > span")) == len(KINDS)


def test_passes_and_their_diffs(page: Browser) -> None:
    page.press("]", "2")
    passes = [text.split("\n")[0] for text in page.texts(".pass")]
    assert passes[:3] == ["frontend", "stack-to-register", "infer-types"]
    assert {"allocate-registers", "encode", "raise-bytecode", "unbox"} <= set(passes)
    page.click(".pass", passes.index("canonicalize-functions"))
    assert any("grok.constant 3" in text for text in page.texts("td.added"))
    assert any("grok.add" in text for text in page.texts("td.removed"))
    plus, minus = page.texts("#diff-count span")
    assert page.texts('.pass[aria-selected="true"] .plus') == [plus]
    assert minus.startswith("−")
    page.press("n")
    assert len(page.texts("tr.change.at")) == 1


def test_any_two_steps_can_be_compared(page: Browser) -> None:
    page.press("2")
    page.value(
        "(() => { const from = document.getElementById('from'); from.value = 1;"
        "from.dispatchEvent(new Event('change')); const to = document.getElementById('to');"
        "to.value = 1; to.dispatchEvent(new Event('change')) })()"
    )
    assert page.texts("#diff-count") == ["+0 −0"]
    assert page.texts("td.added, td.removed") == []


def test_what_did_not_change_is_folded_and_opens(page: Browser) -> None:
    page.press("]", "2")
    page.click(".pass", 3)
    assert page.value("document.getElementById('to').selectedOptions[0].text").endswith(
        "canonicalize-functions"
    )
    rows = len(page.texts("#diff tr"))
    page.click("tr.skip")
    assert len(page.texts("#diff tr")) > rows


def test_graphs(page: Browser) -> None:
    page.press("]", "3")
    blocks = page.texts(".block")
    assert blocks[0].startswith("entry\n")
    count = int(page.texts("#graph-count")[0].split()[0])
    assert len(blocks) == count > 3
    assert page.value("document.querySelectorAll('#drawing path.back').length") == 1
    # No block lies on another.
    overlap = page.value(
        "(() => { const r = [...document.querySelectorAll('.block')]"
        ".map((b) => b.getBoundingClientRect()); return r.some((a, i) => r.some((b, j) => i < j "
        "&& a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)) })()"
    )
    assert overlap is False
    page.click(source_line("total += square"))
    assert any("square" in text for text in page.texts(".block .held"))
    # At another step it is another graph.
    page.press("j")
    assert page.value("document.getElementById('graph-stage').value") == "2"


def test_timing(page: Browser) -> None:
    page.press("4")
    rows = page.texts("#timing tbody tr")
    assert any(row.startswith("codegen\tassembly\t") for row in rows)
    assert rows[0].startswith("frontend\tstack code\t")
    assert rows[-1].startswith("total")


def test_keys(page: Browser) -> None:
    page.press("]")
    assert page.value(CHOSEN) == "sum"
    page.press("[", "[")
    assert page.value(CHOSEN) == "@start"
    page.press("]")
    page.press("ArrowDown", "ArrowDown")
    (held,) = page.texts("#source .line.held")
    assert held.split("\n")[0] == str(number_of("fn square") + 1)
    page.press("a")
    assert any("folded to the constant 3" in note for note in page.texts(".note"))
    page.press("?")
    assert page.value("document.getElementById('keys').open") is True
    page.press("Escape")
    page.press("t")
    assert page.value("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_readable(page: Browser, scheme: str) -> None:
    page.call(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )
    for selector in ("body", "#facts p", ".heat.text", ".line .number", ".keyword", ".string"):
        assert page.value(CONTRAST.replace("SELECTOR", repr(selector))) >= 4.5, selector


def test_a_view_can_be_linked_to(page: Browser, page_file: Path) -> None:
    line = number_of("total += square")
    address = f"{page_file.as_uri()}?linked#function=sum&view=graph&graph=3&line={line}"
    page.open(address)
    assert page.value(CHOSEN) == "sum"
    assert page.texts(".block")
    assert page.texts("#facts p")[0] == f"line {line} of sum"


def test_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.grok").write_text("fn main() { cuont }\n")
    page = str(tmp_path / "page.html")
    assert main(["explore", str(tmp_path / "bad.grok"), "-o", page]) == 2
    assert "cannot find 'cuont'" in capsys.readouterr().err
    assert main(["explore", str(tmp_path / "missing.grok"), "-o", page]) == 2
    assert "no such file" in capsys.readouterr().err
    (tmp_path / "good.grok").write_text("fn main() {}\n")
    assert main(["explore", str(tmp_path / "good.grok"), "-o", str(tmp_path)]) == 2
    assert "error: cannot write" in capsys.readouterr().err
    missing = str(tmp_path / "missing.profile")
    assert main(["explore", str(tmp_path / "good.grok"), "-o", page, "--profile", missing]) == 2
    assert f"error: cannot read {missing}" in capsys.readouterr().err


CONTRAST = """
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const pixel = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = (color) => {
    const [r, g, b] = pixel(color).map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const text = document.querySelector(SELECTOR);
  let behind = text;
  while (pixel(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const both = [getComputedStyle(text).color, getComputedStyle(behind).backgroundColor];
  const [dark, bright] = both.map(luminance).sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
})()
"""
"""The contrast of an element's text with what lies behind it, as WCAG 2 defines it."""
