"""Memory of the process, by address: what the machine hands over, and pages for code.

The machine is no Python object; what lies in it is read and written through :mod:`ctypes`, which is
imported by compiler threads only.
"""

from __future__ import annotations

import ctypes
import struct
from ctypes import c_int, c_size_t, c_void_p

PAGE = 4096
READ, WRITE, EXECUTE = 1, 2, 4
_libc = ctypes.CDLL(None, use_errno=True)
_mprotect = _libc.mprotect
_mprotect.argtypes = [c_void_p, c_size_t, c_int]

_WORD = struct.Struct("<Q")


class MemoryExhausted(Exception):
    """There is no more room for code."""


def read(address: int, size: int) -> bytes:
    return ctypes.string_at(address, size)


def write(address: int, data: bytes) -> None:
    ctypes.memmove(address, data, len(data))


def read_word(address: int) -> int:
    word: int = _WORD.unpack(ctypes.string_at(address, 8))[0]
    return word


def read_words(address: int, count: int) -> tuple[int, ...]:
    return struct.unpack(f"<{count}Q", ctypes.string_at(address, 8 * count))


def write_word(address: int, value: int) -> None:
    """An aligned word at once, as others see it."""
    ctypes.c_uint64.from_address(address).value = value & (1 << 64) - 1


def rounded(size: int) -> int:
    """Whole pages."""
    return -(-size // PAGE) * PAGE


class Words:
    """An array of words that code reads and writes."""

    def __init__(self, words: list[int]) -> None:
        self._words = (ctypes.c_int64 * max(1, len(words)))(*words)
        self.address = ctypes.addressof(self._words)

    def read(self, count: int) -> list[int]:
        """The first words."""
        return self._words[:count]

    def write(self, index: int, word: int) -> None:
        self._words[index] = word


class CodeArena:
    """Pages for code, in address space that the machine has reserved; never writable and
    executable at once."""

    def __init__(self, start: int, size: int) -> None:
        self.start = start
        self.size = size
        self.reached = 0
        """Bytes from the start on that were used at some time."""
        self.used = 0
        """Bytes that are used now."""
        self.gaps: dict[int, int] = {}
        """Below what was reached: sizes of pages that were freed, by address."""

    def place(self, size: int) -> int:
        """Pages to be written; ``MemoryExhausted`` when there are no more."""
        pages = rounded(size)
        address = self._take(pages)
        if _mprotect(address, pages, READ | WRITE):
            raise MemoryExhausted("no memory for code")
        self.used += pages
        return address

    def _take(self, pages: int) -> int:
        for address, size in self.gaps.items():
            if size >= pages:
                del self.gaps[address]
                if size > pages:
                    self.gaps[address + pages] = size - pages
                return address
        if not self.start or self.reached + pages > self.size:
            raise MemoryExhausted(f"{self.size >> 20} MiB of code are the limit")
        self.reached += pages
        return self.start + self.reached - pages

    def free(self, address: int, size: int) -> None:
        """Takes pages back that the machine has made inaccessible."""
        self.used -= size
        for start, length in list(self.gaps.items()):
            if start + length == address:
                address, size = start, length + size
                del self.gaps[start]
            elif address + size == start:
                size += length
                del self.gaps[start]
        self.gaps[address] = size

    def seal(self, address: int, size: int) -> None:
        """Makes pages executable; they are not written any more."""
        if _mprotect(address, rounded(size), READ | EXECUTE):
            raise MemoryExhausted("memory cannot be made executable")
