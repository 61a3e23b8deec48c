"""Diagnostics: what they look like, and what syntax errors say.

A case of the golden tests is a source and the errors that it has to give, all and no others:
``line:column message`` and, after ``;``, the help.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grokc.frontend.diagnostics import (
    WARNING,
    CompileError,
    Diagnostic,
    Frame,
    Note,
    fold,
    nearest,
    render_all,
    render_run_time_error,
)
from grokc.frontend.parser import parse
from grokc.frontend.source import SourceError, SourceFile

# -------------------------------------------------------------------------------------- places


def test_positions_count_characters_from_one() -> None:
    file = SourceFile("a.grok", "ab\n\nçd\n")
    assert [file.position(offset) for offset in range(8)] == [
        (1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (3, 2), (3, 3), (4, 1),
    ]  # fmt: skip
    assert file.position(99) == (4, 1)
    assert file.place(5) == "a.grok:3:2"
    assert [file.line(number) for number in (1, 2, 3, 4)] == ["ab", "", "çd", ""]
    assert SourceFile("a", "x\r\ny").line(1) == "x"


def test_reading_files(tmp_path: Path) -> None:
    good = tmp_path / "good.grok"
    good.write_bytes("\ufefffn é".encode())
    assert SourceFile.read(str(good)).text == "fn é"
    bad = tmp_path / "bad.grok"
    bad.write_bytes(b"a\nb\xff")
    for path, message in [
        (bad, "not UTF-8 (byte 0xff on line 2)"),
        (tmp_path, "it is a directory"),
        (tmp_path / "none.grok", "no such file"),
        (tmp_path / "x\0y", "embedded null byte"),
    ]:
        with pytest.raises(SourceError) as caught:
            SourceFile.read(str(path))
        assert str(caught.value) == f"cannot read {path}: {message}"


# ----------------------------------------------------------------------------------- rendering


def shown(text: str, part: str, **more: object) -> str:
    """A diagnostic that blames ``part`` of a text, as it is shown."""
    start = text.index(part)
    end = start + len(part)
    diagnostic = Diagnostic("message", SourceFile("a.grok", text), start, end, **more)  # type: ignore[arg-type]
    return diagnostic.render()


def block(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_one_line() -> None:
    assert shown("fn f() {\n    g(x, y)\n}", "x, y") == block("""
        error: message
          --> a.grok:2:7
           |
         2 |     g(x, y)
           |       ^^^^
    """)


def test_warnings_notes_and_help() -> None:
    notes = [Note("the other one", 0, 1), "good to know"]
    assert shown("a\nb", "b", severity=WARNING, notes=notes, help="do this") == block("""
        warning: message
          --> a.grok:2:1
           |
         2 | b
           | ^
        note: the other one
          --> a.grok:1:1
           |
         1 | a
           | ^
           = note: good to know
           = help: do this
    """)


def test_several_lines() -> None:
    assert shown("x = f(a,\n  b,\n  c) + 1", "f(a,\n  b,\n  c)") == block("""
        error: message
          --> a.grok:1:5
           |
         1 | x = f(a,
           |     ^^^^
          ...
         3 |   c) + 1
           |   ^^
    """)


def test_numbers_of_any_width() -> None:
    text = "\n" * 1233 + "x"
    assert shown(text, "x") == block("""
        error: message
            --> a.grok:1234:1
             |
        1234 | x
             | ^
    """)


@pytest.mark.parametrize(
    ("text", "part", "line", "carets"),
    [
        ("\tx = y", "y", "    x = y", "        ^"),
        ("a\tb\tc", "c", "a   b   c", "        ^"),
        ("\tif\tx", "if\tx", "    if  x", "    ^^^^^"),
        ("日本 x", "x", "日本 x", "     ^"),
        ("x 日本 y", "日本", "x 日本 y", "  ^^^^"),
        ("e\u0301 x", "x", "e\u0301 x", "  ^"),
        ("a\x1b[31mb", "b", "a␛[31mb", "      ^"),
        ("a\u202eb", "b", "a\ufffdb", "  ^"),
        ("abc", "", "abc", "^"),
        ("x  \n  y", "x  \n", "x", "^"),
    ],
)
def test_carets_stand_under_what_is_shown(text: str, part: str, line: str, carets: str) -> None:
    lines = shown(text, part).split("\n")
    assert lines[3:] == [f" 1 | {line}", f"   | {carets}"]


def test_long_lines_are_cut_around_the_span() -> None:
    lines = shown("a" * 500 + "XYZ" + "b" * 500, "XYZ").split("\n")
    assert len(lines[3]) < 180
    assert lines[3][lines[4].index("^") :].startswith("XYZ")
    assert lines[4].count("^") == 3
    assert lines[3].startswith(" 1 | ...a") and lines[3].endswith("b...")


def test_the_end_of_the_file() -> None:
    file = SourceFile("a.grok", "ab")
    assert Diagnostic("m", file, 2, 2).render().endswith(" 1 | ab\n   |   ^")
    assert Diagnostic("m", SourceFile("a.grok", ""), 0, 0).render().endswith(" 1 |\n   | ^")


def test_all_are_shown_in_the_order_of_the_source() -> None:
    file = SourceFile("a.grok", "ab")
    text = render_all([Diagnostic("second", file, 1, 2), Diagnostic("first", file, 0, 1)])
    assert text.index("first") < text.index("\n\nerror: second")


def test_run_time_errors() -> None:
    file = SourceFile("a.grok", "fn f() {\n    1 / 0\n}\nfn main() { f() }")
    frames = [Frame("f", file, 13, 18), Frame("main", file, 33, 36)]
    assert render_run_time_error("division by zero", frames) == block("""
        error: division by zero
          --> a.grok:2:5
           |
         2 |     1 / 0
           |     ^^^^^
        in f (a.grok:2:5)
        in main (a.grok:4:13)
    """)
    assert render_run_time_error("out of memory", []) == "error: out of memory"


def test_long_repeats_are_folded() -> None:
    assert fold(["a"] * 4) == ["a"] * 4
    assert fold([*["a"] * 100, "main"]) == [
        "a", "a", "a", "... the last line repeated 97 more times", "main",
    ]  # fmt: skip
    assert fold([*["a", "b"] * 50, "main"]) == [
        *["a", "b"] * 3, "... the last 2 lines repeated 47 more times", "main",
    ]  # fmt: skip
    different = [str(number) for number in range(50)]
    assert fold(different) == different


def test_nearest_names() -> None:
    names = ["println", "print", "count", "x", "Point"]
    assert nearest("pirnt", names) == "print"
    assert nearest("printl", names) in ("print", "println")
    assert nearest("point", names) == "Point"
    assert nearest("cuont", names) == "count"
    assert nearest("zzz", names) is None
    assert nearest("y", names) is None


def test_the_renderer_is_light() -> None:
    """A cached program that fails must not pay for what only a compiler needs."""
    code = "import sys, grokc.frontend.diagnostics; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    heavy = {"dataclasses", "difflib", "re", "lark", "xdsl", "inspect", "typing", "unicodedata"}
    assert not loaded & heavy


# ------------------------------------------------------------------------------- syntax errors


def errors(text: str) -> list[str]:
    """All errors of a source: ``line:column message; help``."""
    try:
        parse(SourceFile("test.grok", text))
    except CompileError as error:
        lines = []
        for d in sorted(error.diagnostics, key=lambda d: d.start):
            line, column = d.file.position(d.start)
            lines.append(f"{line}:{column} {d.message}" + (f"; {d.help}" if d.help else ""))
        return lines
    return []


def golden_cases() -> list[tuple[str, list[str]]]:
    text = Path(__file__).with_name("syntax_errors.txt").read_text(encoding="utf-8")
    cases = []
    for case in text.strip("\n").split("\n\n")[1:]:
        lines = case.split("\n")
        source = [line for line in lines if not line.startswith("!! ")]
        cases.append(("\n".join(source), [line[3:] for line in lines[len(source) :]]))
    return cases


@pytest.mark.parametrize(("source", "expected"), golden_cases())
def test_syntax_errors(source: str, expected: list[str]) -> None:
    assert expected
    assert errors(source) == expected


def test_errors_in_different_functions_are_all_found() -> None:
    text = "".join(
        f"fn f{number}() {{\n    let = {number}\n    g(1 2)\n}}\n" for number in range(50)
    )
    assert len(errors(text)) == 100


def test_recovery_is_linear() -> None:
    assert len(errors("fn f() { " + "let = 3; " * 5000 + "}")) == 5000


def test_broken_sources_give_errors_and_nothing_else() -> None:
    """Sources with tokens taken out, put in, or cut off: a clean error or a tree, never another
    exception; and what is reported lies in the file and can be shown."""
    text = "\n".join(source for source, _ in golden_cases())
    folder = Path(__file__).parents[2] / "grokc" / "vm" / "core"
    samples = [text] + [p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.grok"))[:5]]
    pieces = re.findall(r"\w+|[^\w\s]+|\s+", text)
    random_source = random.Random(2026)
    for _ in range(300):
        sample = random_source.choice(samples)
        start = random_source.randrange(len(sample))
        tokens = re.findall(r"\w+|[^\w\s]|\s+", sample[start : start + 500])
        for _ in range(random_source.randrange(1, 6)):
            at = random_source.randrange(len(tokens) + 1)
            match random_source.randrange(4):
                case 0:
                    del tokens[at : at + 1]
                case 1:
                    del tokens[at:]
                case _:
                    tokens.insert(at, random_source.choice(pieces))
        broken = "".join(tokens)
        try:
            parse(SourceFile("broken.grok", broken))
        except CompileError as error:
            assert error.diagnostics
            for diagnostic in error.diagnostics:
                assert 0 <= diagnostic.start <= diagnostic.end <= len(broken)
            assert str(error)
