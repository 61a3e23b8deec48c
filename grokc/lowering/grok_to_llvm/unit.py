"""Functions that were optimized together, as one module of LLVM IR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grokc.dialects import grok
from grokc.lowering.debug_locations import DebugLocations
from grokc.lowering.grok_to_llvm.entries import function_symbol
from grokc.lowering.grok_to_llvm.exit_records import ExitRecord, ExitSite
from grokc.lowering.grok_to_llvm.function import FunctionLowering
from grokc.lowering.grok_to_llvm.values import UnitState, Watching
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.llvm_ir import Text
from grokc.vm.optimizing.kit import Kit


@dataclass
class Unit:
    """A module of LLVM IR that is ready to be compiled."""

    text: str
    symbols: list[str]
    """Of the functions, in the order given: the first one was asked for."""
    exits: list[ExitSite]
    records: list[ExitRecord]
    """What the exits do, by the numbers that they have there."""


def lower_functions(
    kit: Kit,
    symbols: ImageSymbols,
    functions: Sequence[grok.FuncOp],
    locations: DebugLocations | None = None,
    watching: Watching | None = None,
) -> Unit:
    """Lowers functions that were optimized together into one unit: the first one was asked for.

    With ``locations`` it has the source locations of its instructions, for people to read.
    Raises :class:`DiagnosticException` for what cannot be compiled.
    """
    writer = kit.writer(locations)
    by_name = {function.sym_name.data: function for function in functions}
    unit = UnitState(kit, symbols, by_name, functions[0].sym_name.data, watching or Watching())
    for function in functions:
        writer.add(FunctionLowering(unit, function).run())
    for symbol in unit.foreign:
        declaration = f"@{symbol} = external global i8"
        writer.texts[symbol] = Text(symbol, "", declaration, frozenset(), False)
    names = [function_symbol(function) for function in functions]
    return Unit(writer.unit(names), names, unit.exits, unit.records)
