"""Where the reference engine's programs write to."""

from __future__ import annotations

from typing import BinaryIO

_BLOCK = 1 << 16


class Output:
    """Standard output, collected into blocks, and standard error, written at once."""

    def __init__(self, out: BinaryIO, err: BinaryIO) -> None:
        self._out = out
        self._err = err
        self._parts: list[str] = []
        self._size = 0

    def write(self, text: str) -> None:
        self._parts.append(text)
        self._size += len(text)
        if self._size >= _BLOCK:
            self.flush()

    def write_error(self, text: str) -> None:
        self.flush()
        self._err.write(text.encode())
        self._err.flush()

    def flush(self) -> None:
        if self._parts:
            text, self._parts, self._size = "".join(self._parts), [], 0
            self._out.write(text.encode())
        self._out.flush()
