"""Where the reference engine's programs write to."""

from __future__ import annotations

from typing import BinaryIO

_BLOCK = 1 << 16


class Output:
    """Standard output, collected into blocks, and standard error, written at once.

    What nobody takes any more (a closed pipe, a full disk) is dropped, as the machine does.
    """

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
        _write(self._err, text)

    def flush(self) -> None:
        if self._parts:
            text, self._parts, self._size = "".join(self._parts), [], 0
            _write(self._out, text)


def _write(stream: BinaryIO, text: str) -> None:
    rest = memoryview(text.encode())
    try:
        while rest:
            rest = rest[stream.write(rest) :]  # a raw stream may take less than all
        stream.flush()
    except OSError:
        return
