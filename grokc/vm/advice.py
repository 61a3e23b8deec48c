"""What to do about a run-time error, where that is evident from its message.

The messages themselves are fixed by the language; programs read them from ``catch``.  The advice is
a line of its own in the report of an error that nobody caught.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from grokc.frontend.diagnostics import did_you_mean
from grokc.vm.builtins import METHODS

_TO_STR = 'str(x) makes a str of any value, f"..." puts values into text'
_OPTION = "take the value out with 'match', '?' or unwrap()"


def advice(message: str, code: str) -> str | None:
    """The help line, without ``help: ``, for a message and the code at its place; or None."""
    if message.startswith("no match arm for ") and code != "match":
        return None  # the pattern of a let or a parameter
    for pattern, help in _ADVICE:
        found = pattern.fullmatch(message)
        if found is not None:
            text = help if isinstance(help, str) else help(found)
            if text is not None:
                return text
    return None


def _index(found: re.Match[str]) -> str | None:
    index, length = int(found[1]), int(found[2])
    if index == length and length > 0:
        return f"indices count from 0: the last one is {length - 1}"
    if -length <= index < 0:
        return f"indices do not count from the end: write {length + index}, or len(x) - {-index}"
    return None


def _method(found: re.Match[str]) -> str | None:
    name, type = found[1], found[2]
    hint = did_you_mean(name, METHODS.get(type, ()))
    if hint is None and type in ("Option", "Result"):
        return _OPTION
    return hint


def _field(found: re.Match[str]) -> str | None:
    name, type = found[1], found[2]
    if name in METHODS.get(type, ()):
        return f"'{name}' is a method: write {name}(...)"
    return _OPTION if type in ("Option", "Result") else None


_Help = str | Callable[[re.Match[str]], str | None]

_ADVICE: list[tuple[re.Pattern[str], _Help]] = [
    (re.compile(pattern, re.DOTALL), help)
    for pattern, help in (
        (r"no method '(\w+)' on (\w+)", _method),
        (r"no field '(\w+)' on (\w+)", _field),
        (r"method '\w+' of \w+ is ambiguous", "name the trait: TRAIT::METHOD(x)"),
        (r"index out of range: (-?\d+) \(length (\d+)\)", _index),
        (r"key not found: .*", "get(k) gives an Option, get_or(k, default) a value in any case"),
        (r"no match arm for .*", "add an arm for it, or one for '_'"),
        (r"unwrap of (None|Err\(.*\))", "'match' or '?' handle it, unwrap_or(x) gives x instead"),
        (r"integer overflow", "checked_add(o) and the like give an Option, wrapping_add(o) wraps"),
        (r"shift out of range", "a shift count is 0 to 63"),
        (r"stack overflow", "does the recursion end? a call in tail position takes no stack"),
        (r"out of memory", "--max-memory sets the limit"),
        (r"map changed during iteration", "walk over a copy: m.keys(), m.entries() or m.copy()"),
        (r"set changed during iteration", "walk over a copy: s.to_list() or s.copy()"),
        (r"\w+ is not initialized", "consts and statics are evaluated in the order of the source"),
        (r'cannot convert ".*" to int', "parse_int() gives an Option"),
        (r'cannot convert ".*" to float', "parse_float() gives an Option"),
        (r"type error: cannot apply '\+' to (str and .*|.* and str)", _TO_STR),
        (r"type error: .* (must be|expects|must return) str, got .*", _TO_STR),
        (
            r"type error: (.* (must be|expects) int|a range needs ints), got float",
            "'x as int' drops the fraction",
        ),
        (
            r"type error: a comparison must return int, got bool",
            "it is below, at or above 0: as a - b of numbers; or use sort_by_key(f)",
        ),
        (r"type error: (cannot|.* (must be|expects)) .*\b(Option|Result)\b.*", _OPTION),
        (
            r"type error: expected bool, got .*",
            "only bools are conditions: compare, as in x != 0, or ask is_empty() or is_some()",
        ),
        (r"type error: cannot iterate over int", "the ints below n are 0..n"),
        (r"type error: cannot use list as a key", "a tuple can be a key"),
    )
]
