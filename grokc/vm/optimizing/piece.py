"""A piece of optimized code: one function, or one of its loops, compiled for a program.

Nothing in it depends on where things lie in this run, so pieces are kept across runs: the *code
cache* has an entry for each program (and machine), with the pieces that its last runs have made and
not found wanting, and the places at which speculation has failed.
"""

from __future__ import annotations

import marshal

from grokc import cache
from grokc.lowering.refused import Assumption, Place, refusal
from grokc.vm.optimizing import memory
from grokc.vm.optimizing.loader import Addresses, LaidOut, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from grokc.vm.optimizing.loader import Target
    from grokc.vm.optimizing.program import Program

    Exit: TypeAlias = tuple[str, int, str, int]
    """Function and pc at which the interpreter goes on, and why (``guard int``); the number of its
    record."""

    Record: TypeAlias = list[int | tuple[Target, int]]
    """What an exit does (:mod:`grokc.lowering.grok_to_llvm.exit_records`): numbers, and addresses
    with what is added to them."""

MOST_EXITS = 40
"""``MOST_EXITS`` in optimized.grok: so often an exit is taken before its speculation has failed."""

FEW_EXITS = 5
"""So often, and it is not assumed either when the function is compiled again anyway."""


ENTRY_WORDS = 2
"""Of an exit in the table of exits (``OptimizedExit`` in optimized.grok)."""


class ExitTable:
    """The exits of a piece as its code knows them: the entry of each, with how often it was taken
    and the address of its record, and the records."""

    def __init__(self, exits: list[Exit], records: list[Record], addresses: Addresses) -> None:
        self.count = len(exits)
        words = [0] * (ENTRY_WORDS * self.count)
        starts = []
        for record in records:
            starts.append(len(words))
            for word in record:
                if not isinstance(word, int):
                    (base, offset), plus = word
                    word = addresses.of(base, offset) + plus
                words.append(word)
        self._words = memory.Words(words)
        self.address = self._words.address
        for number, exit in enumerate(exits):
            self._words.write(ENTRY_WORDS * number + 1, self.address + 8 * starts[exit[3]])

    def counts(self) -> list[int]:
        """How often each exit was taken."""
        return self._words.read(ENTRY_WORDS * self.count)[::ENTRY_WORDS]

    def number_at(self, entry: int) -> int:
        """The exit with its entry at this address, or -1."""
        number = (entry - self.address) // (8 * ENTRY_WORDS)
        return number if 0 <= number < self.count else -1


class Piece:
    """See the module's text."""

    __slots__ = (
        *("address", "enter", "entry", "exits", "function", "osr", "records", "table", "unit"),
    )

    def __init__(
        self,
        function: int,
        osr: int | None,
        unit: LaidOut,
        entry: int,
        enter: int,
        exits: list[Exit],
        records: list[Record],
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
        self.records = records
        self.address = 0
        """Of the unit, once it is placed."""
        self.table: ExitTable | None = None
        """Once it is placed, too."""

    def place(self, arena: memory.CodeArena, program: Program) -> None:
        """Makes the piece ready to run."""
        addresses = Addresses(program)
        self.table = ExitTable(self.exits, self.records, addresses)
        self.address = place(self.unit, arena, addresses, self.table.address)

    def counts(self) -> list[int]:
        """How often each exit was taken in this run."""
        return self.table.counts() if self.table is not None else [0] * len(self.exits)

    def failed(self) -> list[Place | Assumption]:
        """What is not to be assumed again, since the piece has left too often there."""
        counts = self.counts()
        if max(counts, default=0) < MOST_EXITS:
            return []
        return [
            refusal(function, pc, reason)
            for (function, pc, reason, _), count in zip(self.exits, counts, strict=True)
            if count >= FEW_EXITS
        ]

    def exit_at(self, entry: int) -> int:
        """The number of the exit with its entry at this address, or -1."""
        return self.table.number_at(entry) if self.table is not None else -1

    def to_data(self) -> tuple[object, ...]:
        unit = self.unit.to_data()
        return self.function, self.osr, unit, self.entry, self.enter, self.exits, self.records

    @classmethod
    def from_data(cls, data: tuple[object, ...]) -> Piece:
        function, osr, unit, *rest = data
        return cls(function, osr, LaidOut.from_data(unit), *rest)  # type: ignore[arg-type]


class CodeCache:
    """The pieces of one program, by function and loop, and where speculation has failed."""

    def __init__(self, kind: str, key: str) -> None:
        """``kind`` is that of the entries in :mod:`grokc.cache`, ``key`` that of the program and
        the machine."""
        self.kind = kind
        self.key = key
        self.pieces: dict[tuple[int, int | None], Piece] = {}
        self.refused: set[Place | Assumption] = set()
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
