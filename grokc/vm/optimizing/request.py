"""What the machine and the compiler thread tell each other: a struct of words.

The machine hands over its address; this module reads what lies there, and writes the answer.
Nothing of it can tear: the words belong to the thread until it writes the state.
"""

from __future__ import annotations

from grokc.vm.optimizing import memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from grokc.vm.optimizing.piece import Piece

REQUEST_FIELDS = (
    "state",
    "context",
    "program",
    "function",
    "loop_offset",
    "code",
    "code_bytes",
    "number",
    "entry",
    "enter",
    "loop_entry",
    "start",
    "entry_bytes",
    "placed_bytes",
)
"""The words of ``CompileRequest`` (tiers.grok)."""

READY, REFUSED, LATER = 1, 2, 3
"""``REQUEST_...`` in tiers.grok."""

ATTENTION = ("register_limit", "interrupt", "finished")
"""The first words of ``Context``: how the machine is made to look at answers at its next
safepoint."""


class Request:
    """A function, or one of its loops, that is to be compiled."""

    __slots__ = ("address", "code", "context", "function", "number", "osr", "program")

    def __init__(self, address: int) -> None:
        words = dict(
            zip(REQUEST_FIELDS, memory.read_words(address, len(REQUEST_FIELDS)), strict=True)
        )
        self.address = address
        self.context = words["context"]
        self.program = words["program"]
        """Address of the program."""
        self.function = words["function"]
        self.osr = None if words["loop_offset"] == (1 << 64) - 1 else words["loop_offset"]
        """For a loop: its back-edge's instruction, by its offset in the function."""
        self.code = memory.read(words["code"], words["code_bytes"])
        """The function's instructions as they were when it became hot."""
        self.number = words["number"]
        """How many times the function was asked for."""

    def answer(self, piece: Piece) -> None:
        """Code is ready, and placed."""
        if self.osr is None:
            self._write("entry", piece.address + piece.entry if piece.entry >= 0 else 0)
            self._write("enter", piece.address + piece.enter)
        else:
            self._write("loop_entry", piece.address + piece.enter)
        self._write("start", piece.address)
        self._write("entry_bytes", piece.unit.size)
        self._write("placed_bytes", memory.rounded(len(piece.unit.image)))
        self.close(READY)

    def close(self, state: int) -> None:
        """The last word: from here on the request is the machine's, which is told."""
        self._write("state", state)
        for field, value in (("finished", 1), ("interrupt", 1), ("register_limit", 0)):
            memory.write_word(self.context + 8 * ATTENTION.index(field), value)

    def _write(self, field: str, value: int) -> None:
        memory.write_word(self.address + 8 * REQUEST_FIELDS.index(field), value)
