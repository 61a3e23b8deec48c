"""Memory of the process, by address: what the machine hands over, and pages for code.

The machine is no Python object; what lies in it is read and written through :mod:`ctypes`, which is
imported by compiler threads only.
"""

from __future__ import annotations

import ctypes
import struct
from ctypes import c_int, c_long, c_size_t, c_void_p

PAGE = 4096
READ, WRITE, EXECUTE = 1, 2, 4
_PRIVATE_ANONYMOUS = 0x22
_NO_RESERVE = 0x4000
_REACH = (1 << 31) - (64 << 20)
"""How far a 32-bit displacement reaches, with some room for the machine itself."""

_libc = ctypes.CDLL(None, use_errno=True)
_mmap = _libc.mmap
_mmap.restype = c_void_p
_mmap.argtypes = [c_void_p, c_size_t, c_int, c_int, c_int, c_long]
_munmap = _libc.munmap
_munmap.argtypes = [c_void_p, c_size_t]
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


def write_word(address: int, value: int) -> None:
    """An aligned word at once, as others see it."""
    ctypes.c_uint64.from_address(address).value = value & (1 << 64) - 1


def call(address: int, *arguments: int) -> int:
    """Calls a C function of integers."""
    function = ctypes.CFUNCTYPE(ctypes.c_long, *[ctypes.c_long] * len(arguments))(address)
    result: int = function(*arguments)
    return result


class CodeArena:
    """Pages for code within 32-bit reach of the machine; never writable and executable at once."""

    def __init__(self, near: int, limit: int) -> None:
        self.limit = limit
        self.start = _reserve_near(near, limit)
        self.used = 0

    def place(self, size: int) -> int:
        """Fresh pages, to be written; ``MemoryExhausted`` when the limit is reached."""
        rounded = -(-size // PAGE) * PAGE
        if self.used + rounded > self.limit:
            raise MemoryExhausted(f"the limit of {self.limit >> 20} MiB of code is reached")
        address = self.start + self.used
        if _mprotect(address, rounded, READ | WRITE):
            raise MemoryExhausted("no memory for code")
        self.used += rounded
        return address

    def seal(self, address: int, size: int) -> None:
        """Makes pages executable; they are not written any more."""
        if _mprotect(address, -(-size // PAGE) * PAGE, READ | EXECUTE):
            raise MemoryExhausted("memory cannot be made executable")

    def release(self) -> None:
        _munmap(self.start, self.limit)


def _reserve_near(near: int, size: int) -> int:
    """Address space close to an address: the system takes a hint, or not."""
    step = 64 << 20
    for distance in range(step, _REACH - size, step):
        for hint in (near + distance, near - distance - size):
            if hint <= 0:
                continue
            hint = hint // PAGE * PAGE
            address = _mmap(hint, size, 0, _PRIVATE_ANONYMOUS | _NO_RESERVE, -1, 0)
            if address is None or address == (1 << 64) - 1:
                continue
            if abs(address - near) < _REACH - size:
                return int(address)
            _munmap(address, size)
    raise MemoryExhausted("no address space near the machine")
