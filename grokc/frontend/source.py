"""Source files: their text, and lines and columns for the offsets that everything else speaks of.

Offsets and columns count characters (Unicode scalar values), never bytes; lines and columns start
at 1.  This module is imported on the warm path, to show where a run-time error happened, so it
needs nothing beyond built-ins.
"""

from __future__ import annotations


class SourceError(Exception):
    """A source file that cannot be read; the message is one line, fit to be shown as it is."""


class SourceFile:
    """A named text.

    >>> SourceFile("a.grok", "let x\\n  = 1").position(8)
    (2, 3)
    """

    __slots__ = ("_line_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._line_starts: list[int] | None = None

    @classmethod
    def read(cls, path: str) -> SourceFile:
        """Reads a file; raises SourceError where it is missing, a directory, or not UTF-8."""
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except FileNotFoundError:
            raise SourceError(f"cannot read {path}: no such file") from None
        except IsADirectoryError:
            raise SourceError(f"cannot read {path}: it is a directory") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise SourceError(f"cannot read {path}: {reason.lower()}") from None
        return cls.decode(path, data)

    @classmethod
    def decode(cls, name: str, data: bytes) -> SourceFile:
        """Makes a file of UTF-8 bytes; a byte order mark is dropped, ``\\r\\n`` kept as it is."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise SourceError(
                f"cannot read {name}: not UTF-8 (byte 0x{data[error.start]:02x} on line {line})"
            ) from None
        return cls(name, text.removeprefix("\ufeff"))

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        starts = self._line_starts
        if starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._line_starts = starts
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset; one beyond the text is its end."""
        starts = self.line_starts
        offset = min(max(offset, 0), len(self.text))
        low, high = 0, len(starts)
        while high - low > 1:
            middle = (low + high) // 2
            if starts[middle] <= offset:
                low = middle
            else:
                high = middle
        return low + 1, offset - starts[low] + 1

    def place(self, offset: int) -> str:
        """``FILE:LINE:COL``."""
        line, column = self.position(offset)
        return f"{self.name}:{line}:{column}"

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its end."""
        starts = self.line_starts
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].removesuffix("\r")

    def __repr__(self) -> str:
        return f"SourceFile({self.name!r}, {len(self.text)} characters)"
