"""Run-time errors as people read them, whichever engine they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grokc.frontend.diagnostics import Frame, render_run_time_error
from grokc.frontend.source import SourceFile
from grokc.vm.advice import advice

START = "@start"
"""The function that the front end adds to run a program: no one wants to read of it."""
INITIALIZER = "a const or static"
"""What a place in it belongs to."""


def report(
    message: str,
    frames: Iterable[tuple[str, str, int, int, int]],
    files: Sequence[tuple[str, bytes]],
    omitted: int = 0,
) -> str:
    """The text of a run-time error, without a line end after the last line.

    A frame is a function's name, its file's name, start and end of the place reached in it (offsets
    in characters of the file's text), and how many times in a row it is active there; the innermost
    comes first.  ``omitted`` frames are missing in the middle.
    """
    sources = {name: SourceFile.decode(name, text) for name, text in files}
    shown: list[Frame] = []
    for function, name, start, end, repeats in frames:
        if not name:
            continue  # made by the compiler, such as a variant as a function: it has no place
        source = sources.get(name)
        if source is None:  # a file of the library: its place is all there is
            source = sources[name] = SourceFile(name, "")
        if function == START:
            if shown:
                continue
            function = INITIALIZER
        shown.append(Frame(function, source, start, end, repeats))
    code = shown[0].file.text[shown[0].start : shown[0].end] if shown else ""
    text = render_run_time_error(message, shown, advice(message, code))
    return f"{text}\n... {omitted} calls in the middle are not shown" if omitted else text
