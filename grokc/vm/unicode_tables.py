"""Writes ``core/unicode.grok``, the case mappings of Unicode, from what Python knows::

    python -m grokc.vm.unicode_tables > grokc/vm/core/unicode.grok

The mappings are those of ``str.upper`` and ``str.lower``.  Most map runs of characters by one
distance, to every character or to every second one; a few map to several characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

_HEAD = """\
#![core]
//! Case mappings beyond ASCII, from Unicode {version}. Written by grokc/vm/unicode_tables.py.
//!
//! A row of UPPER_RUNS and LOWER_RUNS is (first, last, step, distance): every step-th character
//! from first to last is mapped by adding the distance. A row of UPPER_SEVERAL is (character, up to
//! three characters, 0 for none). The only character whose lower case has several is U+0130.
"""


def _mapped(convert: Callable[[str], str]) -> tuple[list[tuple[int, int]], list[list[int]]]:
    """The distances of what maps to one character, and rows for what maps to several."""
    single: list[tuple[int, int]] = []
    several: list[list[int]] = []
    for code in range(0x80, 0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        text = convert(chr(code))
        if len(text) > 1:
            several.append([code, *map(ord, text), *[0] * (3 - len(text))])
        elif text != chr(code):
            single.append((code, ord(text) - code))
    return single, several


def _runs(single: list[tuple[int, int]]) -> Iterator[list[int]]:
    at = 0
    while at < len(single):
        first, distance = single[at]
        length, best_step = 1, 1
        for step in (1, 2):
            count = 1
            while at + count < len(single) and single[at + count] == (
                first + count * step,
                distance,
            ):
                count += 1
            if count > length:
                length, best_step = count, step
        yield [first, first + (length - 1) * best_step, best_step, distance]
        at += length


def _table(name: str, rows: list[list[int]]) -> str:
    lines = [f"const {name}_ROWS: i64 = {len(rows)}", f"const {name}: [i64] = ["]
    lines += ["    " + ", ".join(map(str, row)) + "," for row in rows]
    return "\n".join([*lines, "]"])


def text() -> str:
    """The file."""
    upper, upper_several = _mapped(str.upper)
    lower, lower_several = _mapped(str.lower)
    assert [row[0] for row in lower_several] == [0x130]
    tables = (
        _table("UPPER_RUNS", list(_runs(upper))),
        _table("UPPER_SEVERAL", upper_several),
        _table("LOWER_RUNS", list(_runs(lower))),
    )
    head = _HEAD.format(version=unicodedata.unidata_version)
    return "\n".join([head, *(f"{table}\n" for table in tables)])


if __name__ == "__main__":
    print(text(), end="")
