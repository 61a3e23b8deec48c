"""A piece of optimized code: one function, or one of its loops, compiled for a program.

Nothing in it depends on where things lie in this run, so pieces are kept across runs: the *code
cache* has an entry for each program (and machine), with the pieces that its last runs have made and
not found wanting, and the places at which speculation has failed.
"""

from __future__ import annotations

import marshal

from grokc import cache
from grokc.vm.optimizing import memory
from grokc.vm.optimizing.loader import LaidOut, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from grokc.vm.optimizing.request import Program

    Exit: TypeAlias = tuple[str, int, str]
    """Function and pc at which the interpreter goes on, and why: ``guard int``."""

MOST_EXITS = 40
"""``MOST_EXITS`` in optimized.grok: so often an exit is taken before its speculation has failed."""

FEW_EXITS = 5
"""So often, and it is not assumed either when the function is compiled again anyway."""


class Piece:
    """See the module's text."""

    __slots__ = ("address", "counters", "enter", "entry", "exits", "function", "osr", "unit")

    def __init__(
        self,
        function: int,
        osr: int | None,
        unit: LaidOut,
        entry: int,
        enter: int,
        exits: list[Exit],
    ) -> None:
        self.function = function
        """The function's number in the program's image."""
        self.osr = osr
        """Of a loop: the pc of its back-edge's instruction."""
        self.unit = unit
        self.entry = entry
        """Where in the unit native callers enter; -1: nowhere."""
        self.enter = enter
        """The same for handler words."""
        self.exits = exits
        self.address = 0
        """Of the unit, once it is placed."""
        self.counters: memory.Counters | None = None
        """How often each exit was taken in this run."""

    def place(self, arena: memory.CodeArena, program: Program) -> None:
        """Makes the piece ready to run."""
        self.counters = memory.Counters(len(self.exits))
        self.address = place(self.unit, arena, program, self.counters.address)

    def failed(self) -> list[tuple[str, int]]:
        """The places at which the piece has left too often."""
        counts = self.counters.values() if self.counters is not None else []
        if max(counts, default=0) < MOST_EXITS:
            return []
        return [
            (function, pc)
            for (function, pc, _), count in zip(self.exits, counts, strict=False)
            if count >= FEW_EXITS
        ]

    def exit_at(self, counter: int) -> int:
        """The number of the exit with a counter at this address, or -1."""
        if self.counters is None:
            return -1
        number = (counter - self.counters.address) // 8
        return number if 0 <= number < len(self.exits) else -1

    def to_data(self) -> tuple[object, ...]:
        return self.function, self.osr, self.unit.to_data(), self.entry, self.enter, self.exits

    @classmethod
    def from_data(cls, data: tuple[object, ...]) -> Piece:
        function, osr, unit, entry, enter, exits = data
        return cls(function, osr, LaidOut.from_data(unit), entry, enter, exits)  # type: ignore[arg-type]


class CodeCache:
    """The pieces of one program, by function and loop, and where speculation has failed."""

    def __init__(self, kind: str, key: str) -> None:
        """``kind`` is that of the entries in :mod:`grokc.cache`, ``key`` that of the program and
        the machine."""
        self.kind = kind
        self.key = key
        self.pieces: dict[tuple[int, int | None], Piece] = {}
        self.refused: set[tuple[str, int]] = set()
        data = cache.read(kind, key)
        if data is not None:
            pieces, refused = marshal.loads(data)
            self.refused = set(refused)
            for row in pieces:
                piece = Piece.from_data(row)
                self.pieces[piece.function, piece.osr] = piece

    def store(self) -> None:
        """Keeps the pieces that have not failed, and the places of those that have."""
        good = []
        for piece in self.pieces.values():
            failed = piece.failed()
            self.refused.update(failed)
            if not failed:
                good.append(piece.to_data())
        cache.write(self.kind, self.key, marshal.dumps((good, sorted(self.refused))))
