"""What a pass changed: unified diffs of the IR before and after, function by function.

Functions are matched by their names and compared as text first: only those that changed are looked
at line by line, so the diff of a large module costs what its changes cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff

from grokc.inspect.text import Piece

RED = "\x1b[31m"
GREEN = "\x1b[32m"
CYAN = "\x1b[36m"
BOLD = "\x1b[1m"
RESET = "\x1b[0m"


def diff(
    before: Sequence[Piece], after: Sequence[Piece], *, colored: bool = False, context: int = 3
) -> str:
    """The unified diff; empty if nothing changed."""
    lines = _lines(before, after, context)
    return "".join(f"{_colored(line) if colored else line}\n" for line in lines)


def changed(before: Sequence[Piece], after: Sequence[Piece]) -> list[str]:
    """The names of the functions that differ, those that came or went included."""
    old, new = _by_name(before), _by_name(after)
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


def _by_name(pieces: Sequence[Piece]) -> dict[str, list[str]]:
    """Lines by function; the declarations, which have no name, are one piece."""
    found: dict[str, list[str]] = {}
    for piece in pieces:
        found.setdefault(piece.name, []).extend(piece.lines)
    return found


def _lines(before: Sequence[Piece], after: Sequence[Piece], context: int) -> Iterator[str]:
    old, new = _by_name(before), _by_name(after)
    for name in {**old, **new}:
        first, second = old.get(name, []), new.get(name, [])
        if first != second:
            title = name or "(declarations)"
            yield from unified_diff(first, second, title, title, lineterm="", n=context)


def _colored(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return f"{BOLD}{line}{RESET}"
    color = {"-": RED, "+": GREEN, "@": CYAN}.get(line[:1])
    return line if color is None else f"{color}{line}{RESET}"
