"""Where optimized code is placed, and that places are used again."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Iterator

import pytest

from grokc.vm.optimizing.memory import PAGE, CodeArena, MemoryExhausted, read, write


@pytest.fixture
def arena() -> Iterator[CodeArena]:
    """With room for four pages."""
    region = mmap.mmap(-1, 4 * PAGE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(region))
    yield CodeArena(address, 4 * PAGE)


def test_pieces_stand_one_behind_the_other(arena: CodeArena) -> None:
    first = arena.place(10)
    write(first, b"code")
    arena.seal(first, 10)
    assert first == arena.start and read(first, 4) == b"code"
    assert arena.place(PAGE + 1) == first + PAGE
    assert arena.used == 3 * PAGE
    with pytest.raises(MemoryExhausted):
        arena.place(2 * PAGE)


def test_what_was_freed_is_used_again(arena: CodeArena) -> None:
    first, second = arena.place(PAGE), arena.place(2 * PAGE)
    arena.free(first, PAGE)
    assert arena.used == 2 * PAGE
    assert arena.place(PAGE) == first
    arena.free(second, 2 * PAGE)
    assert [arena.place(PAGE), arena.place(PAGE)] == [second, second + PAGE]


def test_neighbours_that_are_free_are_one_place(arena: CodeArena) -> None:
    pieces = [arena.place(PAGE) for _ in range(4)]
    for number in (0, 2, 3, 1):
        arena.free(pieces[number], PAGE)
    assert arena.used == 0
    assert arena.place(4 * PAGE) == arena.start
