"""How often the instructions of a program were executed: by opcode, by function, by line."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from grokc.frontend.source import SourceFile
from grokc.lowering.image import FunctionRecord, Image
from grokc.vm.operations import OPCODES

LINES_SHOWN = 20


class CacheUse(NamedTuple):
    """What the inline caches of one kind of instruction have brought."""

    what: str
    hits: int
    misses: int
    shared: int
    """Executions of sites that have missed too often to have a cache of their own."""


_CACHED = {
    "calls of methods": (("call_method", "tail_call_method"), "method_misses"),
    "calls of values": (("call_value", "tail_call_value"), "value_misses"),
    "fields": (("get_field", "set_field"), "field_misses"),
}
"""The operations that have inline caches, and the machine's counter of their misses."""


class Counts:
    """Counts of one run of a program on the machine with the dispatch ``counted``."""

    def __init__(self, image: bytes) -> None:
        self.image = Image.from_bytes(image)
        # A count for each opcode, and for each 8 bytes of code; the loader adds 8 bytes.
        self.buffer = array("q", bytes(8 * len(OPCODES) + len(self.image.code) + 8))
        """What the machine counts in."""

    def by_opcode(self) -> Counter[str]:
        """Executions of each opcode's handler.  An instruction that is quickened, or whose guard
        fails, counts for both handlers."""
        return Counter(
            {op.name: self.buffer[op.number] for op in OPCODES if self.buffer[op.number]}
        )

    def caches(self, counters: Mapping[str, int]) -> list[CacheUse]:
        """How often inline caches have held what was needed; ``counters`` are the machine's."""
        uses = []
        for what, (operations, counter) in _CACHED.items():
            executed = Counter[str]()
            for opcode in OPCODES:
                if opcode.operation.name in operations:
                    executed[opcode.variant] += self.buffer[opcode.number]
            misses, shared = counters[counter], executed["shared"]
            calls = executed.total() - shared
            # After a miss a site that specializes runs again, and counts twice.
            hits = calls - (misses if what == "fields" else 2 * misses)
            if executed.total():
                uses.append(CacheUse(what, max(hits, 0), misses, shared))
        return uses

    def by_function(self) -> Counter[str]:
        """Executions within each function, without what it calls."""
        counts: Counter[str] = Counter()
        for function in self.image.functions:
            counts[self.image.string(function.name)] += sum(self._places(function).values())
        return +counts

    def by_line(self, files: Sequence[SourceFile]) -> Counter[tuple[str, int]]:
        """Executions of each line (file, line from 1 on) that has code."""
        sources = {file.name: file for file in files}
        counts: Counter[tuple[str, int]] = Counter()
        for function in self.image.functions:
            source = sources.get(self.image.string(function.file))
            if source is not None:
                for offset, count in self._places(function).items():
                    counts[source.name, source.position(self._start(function, offset))[0]] += count
        return +counts

    def _places(self, function: FunctionRecord) -> dict[int, int]:
        """Code offsets of a function, and how often what begins there was executed."""
        first = len(OPCODES)
        return {
            offset: count
            for offset in range(function.start, function.end, 8)
            if (count := self.buffer[first + offset // 8])
        }

    def _start(self, function: FunctionRecord, offset: int) -> int:
        """Where in the source the instruction at a code offset comes from."""
        start = 0
        last = function.first_line + function.line_count
        for line in self.image.lines[function.first_line : last]:
            if line.offset > offset:
                break
            start = line.start
        return start

    def to_text(self, files: Sequence[SourceFile], counters: Mapping[str, int]) -> str:
        """What was executed, and what else the machine has counted; then three tables, the most
        frequent first."""
        opcodes = self.by_opcode()
        total = sum(opcodes.values())
        lines = [f"executed {total:,} instructions, allocated {counters['allocated']:,} bytes"]
        for use in self.caches(counters):
            shared = f", {use.shared:,} without a cache" if use.shared else ""
            lines.append(
                f"inline caches, {use.what}: {use.hits:,} hits, {use.misses:,} misses{shared}"
            )
        tables: dict[str, Mapping[str, int]] = {
            "opcode": opcodes,
            "function": self.by_function(),
            "line": {f"{file}:{n}": count for (file, n), count in self.by_line(files).items()},
        }
        for what, counts in tables.items():
            lines += ["", *_table(what, counts, total)]
        return "\n".join(lines) + "\n"


def _table(what: str, counts: Mapping[str, int], total: int) -> Iterator[str]:
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    shown = rows[:LINES_SHOWN]
    width = max([len(what), *(len(name) for name, _ in shown)])
    yield f"{what:<{width}}  {'count':>15}   share"
    for name, count in shown:
        yield f"{name:<{width}}  {count:>15,}  {count / total:>6.1%}"
    if len(rows) > len(shown):
        rest = sum(count for _, count in rows[len(shown) :])
        others = f"{len(rows) - len(shown)} others"
        yield f"{others:<{width}}  {rest:>15,}  {rest / total:>6.1%}"
