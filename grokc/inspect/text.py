"""The IR as text, operation by operation of the module: a function is one piece.

Pieces are what is compared, shown and traced: a pass changes few functions of a module, so each is
printed by itself, and :class:`Piece` knows for each of its lines where in the source the operation
on it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation
from xdsl.printer import Printer

from grokc.dialects.location import Span, spans


@dataclass(frozen=True)
class BlockLines:
    """A basic block of a piece: its first and last line, and the numbers of the blocks after it."""

    first: int
    last: int
    successors: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    """One operation of the module's top level as text."""

    name: str
    """The function's symbol; empty for declarations."""
    text: str
    origins: tuple[tuple[Span, ...], ...] = ()
    """For each line of the text, the spans of the operation on it."""
    blocks: tuple[BlockLines, ...] = ()

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


def symbol(op: Operation) -> str:
    """The name of a function; empty for anything else."""
    name = op.properties.get("sym_name") or op.attributes.get("sym_name")
    return name.data if isinstance(name, StringAttr) and op.regions else ""


class _FastPrinter(Printer):
    """xDSL's printer with a short way for what it mostly prints: short texts without newlines."""

    def print_string(self, text: str, *, indent: int | None = None) -> None:
        if "\n" in text or self.stream is None:
            super().print_string(text, indent=indent)
        else:
            self._current_column += len(text)
            self.stream.write(text)


class _TracingPrinter(_FastPrinter):
    """Notes the operation that each line begins with."""

    def __init__(self, stream: StringIO) -> None:
        super().__init__(stream=stream)
        self.by_line: dict[int, Operation] = {}
        self.line_of: dict[Operation, int] = {}

    def print_op(self, op: Operation) -> None:
        self.by_line.setdefault(self._current_line, op)
        self.line_of[op] = self._current_line
        super().print_op(op)


def piece(op: Operation, *, generic: bool = False, locations: bool = False) -> Piece:
    """One operation as text, without the origins of its lines."""
    stream = StringIO()
    printer = _FastPrinter(stream=stream, print_generic_format=generic, print_debuginfo=locations)
    printer.print_op(op)
    return Piece(symbol(op), stream.getvalue())


def traced(op: Operation) -> Piece:
    """One operation as text, with the origins of its lines and its blocks."""
    stream = StringIO()
    printer = _TracingPrinter(stream)
    printer.print_op(op)
    text = stream.getvalue()
    origins: list[tuple[Span, ...]] = []
    for number in range(text.count("\n") + 1):
        on_line = printer.by_line.get(number)
        origins.append(() if on_line is None else tuple(_origin(on_line)))
    return Piece(symbol(op), text, tuple(origins), tuple(_blocks(op, printer)))


def _origin(op: Operation) -> list[Span]:
    """An operation that a pass made for another has that one's place: a guard that of the snapshot
    before it, a constant that of what uses it."""
    found = spans(op)
    if not found and op.prev_op is not None and op.prev_op.name == "grok.snapshot":
        found = spans(op.prev_op)
    if not found:
        users = [use.operation for result in op.results for use in result.uses]
        found = list(dict.fromkeys(where for user in users for where in spans(user)))
    return found


def _blocks(op: Operation, printer: _TracingPrinter) -> Iterator[BlockLines]:
    if not op.regions:
        return
    blocks = list(op.regions[0].blocks)
    numbers = {block: number for number, block in enumerate(blocks)}
    for block in blocks:
        first, last = block.first_op, block.last_op
        if first is None or last is None:
            return
        line = printer.line_of[first]
        yield BlockLines(
            line if block is blocks[0] else line - 1,
            printer.line_of[last],
            tuple(numbers[successor] for successor in last.successors),
        )


def pieces(
    module: ModuleOp, function: str | None = None, *, generic: bool = False, locations: bool = False
) -> list[Piece]:
    """The module piece by piece; with ``function``, only the function of that name."""
    return [
        piece(op, generic=generic, locations=locations)
        for op in module.body.ops
        if function is None or symbol(op) == function
    ]


def whole(module: ModuleOp, *, generic: bool = False, locations: bool = False) -> str:
    """The module as text that parses back."""
    stream = StringIO()
    printer = _FastPrinter(stream=stream, print_generic_format=generic, print_debuginfo=locations)
    printer.print_op(module)
    return stream.getvalue() + "\n"


def functions(module: ModuleOp) -> Iterator[str]:
    """The names of its functions."""
    return (name for op in module.body.ops if (name := symbol(op)))
