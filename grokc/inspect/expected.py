"""``--verify-diagnostics``: the errors of an input are what its comments expect.

The form is MLIR's: ``// expected-error @+1 {{part of the message}}`` on the line it speaks of, or
with ``@+N``, ``@-N``, ``@above``, ``@below`` on one near by; ``expected-warning`` likewise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_EXPECTED = re.compile(
    r"expected-(?P<severity>error|warning)\s*"
    r"(?:@(?:(?P<offset>[+-]\d+)|(?P<word>above|below))\s*)?\{\{(?P<text>.*?)\}\}"
)
_WORDS = {"above": -1, "below": 1}


@dataclass(frozen=True)
class Message:
    """An error or warning, and the line that it is about."""

    line: int
    severity: str
    text: str


def expected(text: str) -> list[Message]:
    """What the comments of a text expect."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        for match in _EXPECTED.finditer(line):
            offset = int(match["offset"] or _WORDS.get(match["word"], 0))
            found.append(Message(number + offset, match["severity"], match["text"]))
    return found


def compare(wanted: list[Message], got: list[Message]) -> list[str]:
    """What is wrong: messages that did not come, and ones that nobody expects."""
    problems: list[str] = []
    left = list(got)
    for message in wanted:
        match = next(
            (
                each
                for each in left
                if (each.line, each.severity) == (message.line, message.severity)
                and message.text in each.text
            ),
            None,
        )
        if match is None:
            problems.append(f"line {message.line}: no {message.severity} says '{message.text}'")
        else:
            left.remove(match)
    problems += [
        f"line {message.line}: nobody expects the {message.severity} '{message.text}'"
        for message in left
    ]
    return problems
