"""Exit records: what the machine does when optimized code leaves at a snapshot.

Code that leaves stores the words that it has into the registers of the snapshot's frames, and those
that objects are to be made of into slots above all frames.  All else is data: a *record* is a list
of 64-bit words that ``leave_optimized`` (optimized.grok) follows.  First comes the descriptor of
the function that was compiled, then steps, each a number of :class:`Step` and its operands; slots
are counted from the frame of that function.  So an exit costs little code; and since the machine
makes the objects, none of them can fail for want of memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

Word: TypeAlias = int | tuple[str, int]
"""A number; or the address that a symbol stands for, and what is added to it."""


class Step(IntEnum):
    """``STEP_...`` in optimized.grok, with the operands that follow the number."""

    DONE = 0
    """Go on: slot of the innermost frame's base, pc."""
    BOX = 1
    """The slot holds an unboxed int, which becomes a word."""
    SET = 2
    """Slot, word."""
    COPY = 3
    """Slot, slot that is copied there."""
    LINK = 4
    """A frame that another one has called: slot of its base, return pc, slot of the caller's."""
    STRUCT = 5
    """An object with fields: slot that it goes to, slot of the first field, count, header."""
    TUPLE = 6
    """Slot, slot of the first element, count."""
    CLOSURE = 7
    """Slot, slot of the first capture, count, descriptor."""
    CELL = 8
    """Slot, slot of the content."""
    RANGE = 9
    """Slot, slot of the first of two ends, whether the second is part of it."""
    ITERATOR = 10
    """Over a list: slot, slot of the list, behind which the position lies."""


@dataclass(slots=True)
class ExitRecord:
    """See the module's text; words are added in order, with ``Step.DONE`` as the last."""

    words: list[Word] = field(default_factory=list)

    def add(self, step: Step, *operands: Word) -> None:
        """One step."""
        self.words.append(int(step))
        self.words += operands


@dataclass(frozen=True, slots=True)
class ExitSite:
    """A place where optimized code goes back to the interpreter."""

    function: str  # of the innermost frame
    pc: int
    reason: str  # the operation that exits: ``guard int``
    record: int  # the number of its record in the unit


ENTRY_BYTES = 16
"""Of an exit in the table that the symbol ``exits`` stands for: how often it was taken, and the
address of its record."""


def table_words(records: Sequence[int], lengths: Sequence[int]) -> tuple[int, list[int]]:
    """How many words a unit's table of exits has, and where its records begin: the exits' entries
    (``records`` has the number of each exit's record) stand before the records."""
    starts = []
    size = ENTRY_BYTES // 8 * len(records)
    for length in lengths:
        starts.append(size)
        size += length
    return size, starts
