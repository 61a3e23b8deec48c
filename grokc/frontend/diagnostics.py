"""What went wrong, where, why, and what to do about it: diagnostics and their rendering.

The compiler's errors and the machine's share this renderer, and so one look::

    error: cannot find 'pirnt'
      --> hello.grok:2:5
       |
     2 |     pirnt("hello")
       |     ^^^^^
       = help: did you mean 'print'?

Places are offsets into the file's text (see :mod:`grokc.frontend.source`).  The module is imported
when a cached program fails, so it stays light: no dataclasses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grokc.frontend.source import SourceFile

ERROR = "error"
WARNING = "warning"

#: Control characters would let a source file draw on the reader's terminal.
_PICTURES = {code: 0x2400 + code for code in range(32) if code != 9} | {0x7F: 0x2421}
_PICTURES.update(dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F)), 0xFFFD))
_PICTURES.update(dict.fromkeys(range(0x2066, 0x206A), 0xFFFD))

TAB_WIDTH = 4
MAX_EXCERPT = 160
"""Columns of a source line that are shown; a longer one is cut around the span."""


class Note:
    """A second place that helps to understand the first: ``the '(' that is not closed``."""

    __slots__ = ("end", "message", "start")

    def __init__(self, message: str, start: int, end: int) -> None:
        self.message = message
        self.start = start
        self.end = end


class Diagnostic:
    """One error or warning; ``file[start:end]`` is to blame, or where ``start`` is -1 the file as
    a whole, which the message then names.  ``help`` says what to do."""

    __slots__ = ("end", "file", "help", "message", "notes", "severity", "start")

    def __init__(
        self,
        message: str,
        file: SourceFile,
        start: int,
        end: int,
        severity: str = ERROR,
        *,
        notes: Iterable[Note | str] = (),
        help: str | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.start = start
        self.end = end
        self.severity = severity
        self.notes: list[Note | str] = list(notes)
        self.help = help

    def render(self) -> str:
        """The diagnostic as text, without a line end after the last line."""
        gutter = self._gutter()
        lines = [f"{self.severity}: {_clean(self.message)}"]
        if self.start >= 0:
            lines += excerpt(self.file, self.start, self.end, gutter)
        margin = " " * gutter
        for note in self.notes:
            if isinstance(note, Note):
                lines.append(f"note: {_clean(note.message)}")
                lines += excerpt(self.file, note.start, note.end, gutter)
            else:
                lines.append(f"{margin} = note: {_clean(note)}")
        if self.help is not None:
            lines.append(f"{margin} = help: {_clean(self.help)}")
        return "\n".join(lines)

    def _gutter(self) -> int:
        offsets = [self.start, self.end]
        offsets += [note.end for note in self.notes if isinstance(note, Note)]
        return max(2, len(str(self.file.position(max(offsets))[0])))

    def __repr__(self) -> str:
        return f"<{self.severity} {self.file.place(self.start)}: {self.message}>"


class CompileError(Exception):
    """The errors (and warnings) because of which a program cannot be compiled."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = list(diagnostics)

    def __str__(self) -> str:
        return render_all(self.diagnostics)


def render_all(diagnostics: Iterable[Diagnostic]) -> str:
    """All diagnostics, in the order of the source, with an empty line between."""
    order: dict[str, int] = {}
    for diagnostic in (diagnostics := list(diagnostics)):
        order.setdefault(diagnostic.file.name, len(order))
    ordered = sorted(diagnostics, key=lambda d: (order[d.file.name], d.start, d.end))
    return "\n\n".join(diagnostic.render() for diagnostic in ordered)


# --------------------------------------------------------------------------------- source lines


def excerpt(file: SourceFile, start: int, end: int, gutter: int = 2) -> list[str]:
    """The arrow line, and the source with carets under ``start..end``.

    A span of several lines shows its first and its last one.
    """
    start = min(max(start, 0), len(file.text))
    end = min(max(end, start), len(file.text))
    line, column = file.position(start)
    # A span that ends with a line's end, or in the indentation of the next line, ends before it.
    while end > start and file.text[end - 1] in " \t\r\n":
        end -= 1
    last_line, last_column = file.position(end)
    margin = " " * gutter
    lines = [f"{margin}--> {_clean(file.place(start))}", f"{margin} |"]
    if last_line == line:
        lines += _underlined(file, line, column, last_column, gutter)
        return lines
    lines += _underlined(file, line, column, len(file.line(line)) + 1, gutter)
    if last_line > line + 1:
        lines.append(f"{margin}...")
    indent = len(file.line(last_line)) - len(file.line(last_line).lstrip())
    lines += _underlined(file, last_line, indent + 1, last_column, gutter)
    return lines


def _underlined(file: SourceFile, line: int, column: int, until: int, gutter: int) -> list[str]:
    text = file.line(line)
    before, marked, after = text[: column - 1], text[column - 1 : until - 1], text[until - 1 :]
    shown_before, shown = _display(before, 0), _display(marked, _width(_display(before, 0)))
    offset, length = _width(shown_before), max(1, _width(shown))
    whole = shown_before + shown + _display(after, offset + _width(shown))
    if _width(whole) > MAX_EXCERPT:
        whole, offset, length = _cut(shown_before, shown, whole, length)
    return [
        f"{line:{gutter}} | {whole}".rstrip(),
        f"{' ' * gutter} | {' ' * offset}{'^' * length}",
    ]


def _cut(before: str, marked: str, whole: str, length: int) -> tuple[str, int, int]:
    """The part of a very long line around the span, with dots where something is missing."""
    first = max(0, len(before) - MAX_EXCERPT // 4) if _width(before) > MAX_EXCERPT // 2 else 0
    part = whole[first : first + MAX_EXCERPT]
    head = "..." if first else ""
    tail = "..." if first + MAX_EXCERPT < len(whole) else ""
    offset = len(head) + _width(before[first:])
    length = min(length, max(1, len(head) + _width(part) - offset))
    return head + part + tail, offset, length


def _display(text: str, column: int) -> str:
    """Text as it is shown from a display column on: tabs to stops, control characters visible."""
    if text.isascii() and text.isprintable():
        return text
    pieces: list[str] = []
    for index, piece in enumerate(text.translate(_PICTURES).split("\t")):
        if index:
            spaces = TAB_WIDTH - column % TAB_WIDTH
            pieces.append(" " * spaces)
            column += spaces
        pieces.append(piece)
        column += _width(piece)
    return "".join(pieces)


def _width(text: str) -> int:
    """Terminal columns of a text: wide East Asian characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    total = 0
    for char in text:
        if category(char) in ("Mn", "Me", "Cf"):
            continue
        total += 2 if east_asian_width(char) in "WF" else 1
    return total


def _clean(text: str) -> str:
    """Text for one message: control characters visible, except line ends."""
    if text.isprintable():
        return text
    return "\n".join(_display(line, 0) for line in text.split("\n"))


# ------------------------------------------------------------------------------ run-time errors


KEPT_ROUNDS = 3
"""How many rounds of a long repeat a traceback shows."""


class Frame:
    """An active function and the position reached in it, innermost first in a traceback.

    ``repeats`` says how many times in a row it is active there: a deep recursion is one frame.
    """

    __slots__ = ("end", "file", "name", "repeats", "start")

    def __init__(self, name: str, file: SourceFile, start: int, end: int, repeats: int = 1) -> None:
        self.name = name
        self.file = file
        self.start = start
        self.end = end
        self.repeats = repeats

    def lines(self) -> list[str]:
        line = f"in {self.name} ({_clean(self.file.place(self.start))})"
        if self.repeats <= KEPT_ROUNDS + 1:
            return [line] * self.repeats
        more = f"... the last line repeated {self.repeats - KEPT_ROUNDS} more times"
        return [line] * KEPT_ROUNDS + [more]


def render_run_time_error(message: str, frames: Sequence[Frame], help: str | None = None) -> str:
    """A run-time error: message, place, what to do, and one line for each call, the innermost
    first."""
    lines = [f"error: {_clean(message)}"]
    gutter = 2
    if frames:
        top = frames[0]
        if top.file.text:
            gutter = max(2, len(str(top.file.position(top.end)[0])))
            lines += excerpt(top.file, top.start, top.end, gutter)
        else:  # the source is gone: the place alone
            lines.append(f"  --> {_clean(top.file.place(top.start))}")
    if help is not None:
        lines.append(f"{' ' * gutter} = help: {_clean(help)}")
    lines += fold([line for frame in frames for line in frame.lines()])
    return "\n".join(lines)


def fold(lines: Sequence[str], keep: int = KEPT_ROUNDS, longest: int = 8) -> list[str]:
    """Folds long repeats of up to ``longest`` lines: deep recursion must not fill the screen.

    ``keep`` rounds stay; what follows them becomes ``... repeated N more times``.
    """
    result: list[str] = []
    at, count = 0, len(lines)
    while at < count:
        for period in range(1, longest + 1):
            stop = at + period
            while stop < count and lines[stop] == lines[stop - period]:
                stop += 1
            rounds = (stop - at) // period
            if rounds > keep + 1:
                result += lines[at : at + keep * period]
                what = "the last line" if period == 1 else f"the last {period} lines"
                result.append(f"... {what} repeated {rounds - keep} more times")
                at += rounds * period
                break
        else:
            result.append(lines[at])
            at += 1
    return result


# ---------------------------------------------------------------------------------- suggestions


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a misspelled name probably meant, or None.

    As many slips (a letter too much, too few, wrong, or two exchanged) are forgiven as the name has
    threes of letters.  Names that begin alike go first among equals.
    """
    pool = sorted(set(candidates) - {name})
    for candidate in pool:
        if candidate.lower() == name.lower():
            return candidate
    if len(name) < 2:
        return None
    best = None
    least = (max(1, len(name) // 3) + 1, False)
    for candidate in pool:
        if abs(len(candidate) - len(name)) < least[0] + least[1]:
            distance = (_slips(name, candidate), candidate[0] != name[0])
            if distance < least:
                best, least = candidate, distance
    return best


def _slips(left: str, right: str) -> int:
    """The distance of optimal string alignment between two names."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left):
        earlier, before, row = before, row, [i + 1]
        for j, other in enumerate(right):
            cost = min(before[j] + (letter != other), before[j + 1] + 1, row[j] + 1)
            if i and j and letter == right[j - 1] and left[i - 1] == other:
                cost = min(cost, earlier[j - 1] + 1)
            row.append(cost)
    return row[-1]


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """A help line that names the nearest candidate: ``did you mean 'print'?``"""
    found = nearest(name, candidates)
    return None if found is None else f"did you mean '{found}'?"
