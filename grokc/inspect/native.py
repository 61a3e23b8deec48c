"""The last two levels: LLVM IR and assembly of optimized functions, with the origins of each line.

A function is lowered as the optimizing tier does it, with source locations in LLVM's metadata
(:mod:`grokc.lowering.debug_locations`).  These survive LLVM's passes; here they are read from the
texts again and taken out, so that what is shown is the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.dialects.location import Span, spans
from grokc.inspect.text import BlockLines, Piece
from grokc.lowering.debug_locations import DebugLocations
from grokc.lowering.grok_to_llvm import function_symbol, lower_functions
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.llvm_ir import EmitError
from grokc.lowering.native import NativeError
from grokc.vm import machine
from grokc.vm.optimizing.codegen import listings
from grokc.vm.optimizing.kit import Kit


@dataclass
class Native:
    """The texts of all functions at the two levels, and the seconds that each took."""

    llvm: dict[str, Piece] = field(default_factory=dict)
    assembly: dict[str, Piece] = field(default_factory=dict)
    llvm_seconds: float = 0.0
    assembly_seconds: float = 0.0


def native(
    symbols: ImageSymbols, functions: Sequence[grok.FuncOp], processor: str | None = None
) -> Native:
    """Lowers the functions of an optimized module, each with the clones that it calls, for the
    processor at hand or another.

    What cannot be compiled (the optimizing tier leaves it to the others) has the reason for a text.
    """
    machine.load()  # builds it if it has not been yet
    kit = Kit.from_bytes(machine.file_of())
    by_name = {function.sym_name.data: function for function in functions}
    result = Native()
    for name, function in by_name.items():
        if name not in symbols.function_numbers:
            continue  # a clone, which is compiled with who calls it
        start = perf_counter()
        locations = DebugLocations()
        unit_functions = _with_clones(function, by_name)
        try:
            unit = lower_functions(kit, symbols, unit_functions, locations)
            middle = perf_counter()
            llvm_text, assembly_text, seconds = listings(unit.text, processor)
        except (DiagnosticException, EmitError, NativeError) as error:
            text = f"; not compiled: {error}"
            result.llvm[name] = result.assembly[name] = Piece(name, text, ((),))
            continue
        for each in unit_functions:
            known, symbol = each.sym_name.data, function_symbol(each)
            if known not in result.llvm:
                result.llvm[known] = _llvm_piece(known, symbol, llvm_text, locations)
                result.assembly[known] = _assembly_piece(known, symbol, assembly_text, locations)
        result.llvm_seconds += middle - start + seconds
        result.assembly_seconds += perf_counter() - middle - seconds
    return result


def _with_clones(function: grok.FuncOp, known: Mapping[str, grok.FuncOp]) -> list[grok.FuncOp]:
    """A function and the clones that it reaches by typed calls."""
    found = {function.sym_name.data: function}
    pending = [function]
    while pending:
        for op in pending.pop().walk():
            if isinstance(op, (speculation.CallTypedOp, speculation.TailCallTypedOp)):
                callee = op.symbol.root_reference.data
                if callee not in found:
                    found[callee] = known[callee]
                    pending.append(known[callee])
    return list(found.values())


Origin = tuple[Span, ...]


def _llvm_piece(name: str, symbol: str, text: str, locations: DebugLocations) -> Piece:
    lines = text.split("\n")
    nodes = {
        match[1]: tuple(spans(locations.location(int(match[2]))))
        for line in lines
        if (match := re.match(r"(!\d+) = !DILocation\(line: (\d+)", line))
    }
    heads = (f'@"{symbol}"(', f"@{symbol}(")
    start = next(
        number
        for number, line in enumerate(lines)
        if line.startswith("define") and any(head in line for head in heads)
    )
    body: list[str] = []
    origins: list[Origin] = []
    for line in _whole_lines(lines[start : lines.index("}", start) + 1]):
        where = re.search(r", !dbg (!\d+)", line)
        origins.append(nodes.get(where[1], ()) if where else ())
        body.append(re.sub(r"(?:,| ) ?!(?:dbg|prof) !\d+|\s*; preds = .*", "", line))
    return Piece(name, "\n".join(body), tuple(origins), tuple(_blocks(body, 1, _llvm_ends)))


def _whole_lines(lines: list[str]) -> Iterator[str]:
    """The lines that are not empty; a switch is one line."""
    parts: list[str] = []
    for line in lines:
        parts.append(line.strip() if parts else line)
        if parts[0].lstrip().startswith("switch ") and "]" not in line:
            continue
        if line:
            yield " ".join(parts)
        parts = []


def _assembly_piece(name: str, symbol: str, text: str, locations: DebugLocations) -> Piece:
    lines = text.split("\n")
    start = next(
        number for number, line in enumerate(lines) if line in (f"{symbol}:", f'"{symbol}":')
    )
    body: list[str] = []
    origins: list[Origin] = []
    where: Origin = ()
    for line in lines[start:]:
        if line.startswith(".Lfunc_end"):
            break
        if match := re.match(r"\s+\.loc\s+\d+ (\d+)", line):
            where = tuple(spans(locations.location(int(match[1]))))
        if re.match(r"\s+\.|\.L(?!BB)\w*:|\s*#|\s*$", line):
            continue  # a directive, a label that nothing jumps to, a comment
        body.append(line.replace("\t", "    ", 1).replace("\t", " ").rstrip())
        origins.append(() if line.endswith(":") else where)
    return Piece(name, "\n".join(body), tuple(origins), tuple(_blocks(body, 1, _assembly_ends)))


Ends = Callable[[str], tuple[bool, list[str], bool]]
"""Of a line: does it end a block, the labels that it leads to, does it also go on?"""


def _llvm_ends(line: str) -> tuple[bool, list[str], bool]:
    word = line.split()[0] if line.split() else ""
    targets = re.findall(r"label %([\w.$-]+)", line)
    return word in {"br", "switch", "ret", "unreachable"}, targets, False


def _assembly_ends(line: str) -> tuple[bool, list[str], bool]:
    word, _, rest = line.strip().partition(" ")
    jumps = word.startswith("j")
    targets = re.findall(r"\.LBB\w+", rest) if jumps else []
    return jumps or word.startswith("ret"), targets, jumps and word not in ("jmp", "jmpq")


def _blocks(lines: list[str], first: int, ends: Ends) -> list[BlockLines]:
    """The basic blocks of a text with labels; ``first`` is the line after the title."""
    starts = {first}
    labels: dict[str, int] = {}
    ways: dict[int, tuple[list[str], bool]] = {}
    for number in range(first, len(lines)):
        line = lines[number]
        if match := re.match(r"([\w.$-]+):", line):
            labels[match[1]] = number
            starts.add(number)
        is_end, targets, goes_on = ends(line)
        if is_end:
            starts.add(number + 1)
            ways[number] = targets, goes_on
    ordered = sorted(start for start in starts if start < len(lines) and lines[start] != "}")
    index = {start: number for number, start in enumerate(ordered)}
    found: list[BlockLines] = []
    for number, start in enumerate(ordered):
        last = (ordered[number + 1] if number + 1 < len(ordered) else len(lines)) - 1
        last -= lines[last] == "}"
        targets, goes_on = ways.get(last, ([], True))
        successors = [index[labels[label]] for label in targets if label in labels]
        if goes_on and number + 1 < len(ordered):
            successors.append(number + 1)
        found.append(BlockLines(start, last, tuple(dict.fromkeys(successors))))
    return found
