"""Programs with marks: the blamed text of each error stands between ``«`` and ``»``."""

from __future__ import annotations

from grokc.frontend.diagnostics import CompileError, Diagnostic
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile


def diagnostics(source: str) -> list[Diagnostic]:
    try:
        return compile_to_stack(SourceFile("test.grok", source))[2]
    except CompileError as error:
        return error.diagnostics


def expect(source: str, *messages: str) -> None:
    """The program has exactly these errors, and they blame what is marked, in order."""
    text, spans, starts = "", [], []
    for char in source:
        if char == "«":
            starts.append(len(text))
        elif char == "»":
            spans.append((starts.pop(), len(text)))
        else:
            text += char
    found = sorted(diagnostics(text), key=lambda d: (d.start, d.end))
    assert [d.message for d in found] == list(messages)
    if spans:
        blamed = [text[d.start : d.end] for d in found]
        assert blamed == [text[start:end] for start, end in sorted(spans)]
