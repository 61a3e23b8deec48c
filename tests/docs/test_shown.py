"""What pages show of grokc's output is what it prints.

A comment ``<!-- shows: COMMAND -->`` stands before a block with the command's output; the commands
of a page run one after the other in one folder, in which ``examples`` are the examples.  After a
change that is meant to change what is shown,

    .venv/bin/python -m tests.docs.test_shown

writes the blocks anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(
    r"(?P<head><!-- shows: (?P<command>.*?) -->\n(?P<fence>```\w*)\n)(?P<text>.*?)```", re.DOTALL
)


@cache
def outputs(page: Path) -> list[str]:
    """What the commands of a page print, in their order."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(ROOT / "examples", Path(folder) / "examples")
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        for match in BLOCK.finditer(page.read_text()):
            done = subprocess.run(
                ["bash", "-c", f"set -o pipefail; {match['command']}"],
                cwd=folder,
                env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
            )
            assert done.returncode in (0, 141), f"{match['command']}\n{done.stderr}"  # 141: head
            found.append(done.stdout)
    return found


SHOWN = [
    pytest.param(page, number, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, _ in enumerate(BLOCK.finditer(page.read_text()))
]


@pytest.mark.parametrize(("page", "number"), SHOWN)
def test_what_is_shown_is_what_is_printed(page: Path, number: int) -> None:
    block = list(BLOCK.finditer(page.read_text()))[number]
    assert block["text"].rstrip() == outputs(page)[number].rstrip(), block["command"]


def test_pages_show_something() -> None:
    assert len(SHOWN) == sum(page.read_text().count("<!-- shows:") for page in PAGES) > 8


def update() -> None:
    """Writes all blocks anew."""
    for page in PAGES:
        old = page.read_text()
        new, at = "", 0
        for match, text in zip(BLOCK.finditer(old), outputs(page), strict=True):
            new += f"{old[at : match.start()]}{match['head']}{text.rstrip()}\n```"
            at = match.end()
        new += old[at:]
        if new != old:
            page.write_text(new)
            print(page.relative_to(ROOT))


if __name__ == "__main__":
    update()
