"""Compiles functions of a running program: from bytecode and feedback to code that can be placed.

A :class:`ProgramCompiler` serves one run of one program and lives on the compiler thread.  What it
reads of the machine cannot tear: the request's own copy of the function's code, and the code of
functions that may be inlined, in which only feedback changes, one word at a time.
"""

from __future__ import annotations

import gc
from collections.abc import Collection
from typing import TYPE_CHECKING

from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok
from grokc.lowering.grok_to_llvm import Unit, Watching, lower_functions
from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.linkage import ENTER_OPTIMIZED, ENTER_SAMPLED, native_symbol
from grokc.lowering.profile import LiveProfile
from grokc.lowering.refused import Refused
from grokc.passes.optimize import optimize
from grokc.vm.optimizing.codegen import compile_text
from grokc.vm.optimizing.kit import Kit
from grokc.vm.optimizing.loader import lay_out
from grokc.vm.optimizing.piece import Piece
from grokc.vm.optimizing.program import Program

if TYPE_CHECKING:
    from grokc.vm.optimizing.loader import Target
    from grokc.vm.optimizing.piece import Record

ANCHOR = "handler_table.data"
"""The machine's symbol that ``Program.anchor`` is the address of."""


class ProgramCompiler:
    """See the module's text."""

    def __init__(
        self,
        machine: bytes,
        image: bytes,
        program: Program,
        watching: Watching,
        without: Collection[str] = (),
    ) -> None:
        """``machine`` is the content of the machine's file, ``image`` that of the program;
        ``without`` as for :func:`~grokc.passes.optimize.optimize`."""
        self.watching = watching
        self.without = without
        self.kit = Kit.from_bytes(machine)
        self.symbols = ImageSymbols(Image.from_bytes(image))
        self.program = program
        self.addresses = function_addresses(self.symbols, program)
        # What the compiler consists of never becomes garbage: no collection need look at it.
        gc.freeze()

    def compile(self, function: int, code: bytes, osr: int | None, refused: Refused) -> Piece:
        """A function (``osr``: from the instruction at that pc).

        At the places ``refused`` nothing is assumed.
        """
        unit = self.lower(function, code, osr, refused)
        symbol = native_symbol(self.symbols.functions[function], osr)
        descriptor = self.target(f"info.{function}")
        handler = ENTER_SAMPLED if self.watching.sampled else ENTER_OPTIMIZED
        object = compile_text(unit.text)
        laid_out, enter = lay_out(object, self.target, symbol, descriptor, handler)
        records: list[Record] = [
            [
                word if isinstance(word, int) else (self.target(word[0]), word[1])
                for word in record.words
            ]
            for record in unit.records
        ]
        exits = [(site.function, site.pc, site.reason, site.record) for site in unit.exits]
        return Piece(function, osr, laid_out, laid_out.symbols[symbol], enter, exits, records)

    def lower(self, function: int, code: bytes, osr: int | None, refused: Refused) -> Unit:
        """The function as LLVM IR."""
        name = self.symbols.functions[function]
        profile = self.profile(function, code)
        module = optimize(
            self.symbols, name, profile, osr=osr, refused=refused, without=self.without
        )
        functions = [op for op in module.body.ops if isinstance(op, grok.FuncOp)]
        return lower_functions(self.kit, self.symbols, functions, watching=self.watching)

    def profile(self, function: int, code: bytes) -> LiveProfile:
        """Feedback: of the function as it was at the request, of others as it is."""
        everything = bytearray(self.program.read_code())
        start = self.symbols.image.functions[function].start
        everything[start : start + len(code)] = code
        sites = self.program.read_sites()
        return LiveProfile(self.symbols, bytes(everything), sites, self.addresses)

    def target(self, symbol: str) -> Target:
        """What a symbol of optimized code stands for (see ``grok_to_llvm``)."""
        kind, _, number = symbol.partition(".")
        if number.isdecimal():
            index = int(number)
            match kind:
                case "code":
                    return "code", self.symbols.image.functions[index].start
                case "info":
                    return "functions", index * self.program.function_bytes
                case "global":
                    return "globals", 8 * index
                case "string":
                    return "symbol", 8 * index
                case "constant":
                    return "constant", 8 * index
        if symbol == "exits":
            return "exits", 0
        addresses = self.kit.addresses
        if symbol not in addresses:
            raise DiagnosticException(f"the machine has no symbol {symbol}")
        return "machine", addresses[symbol] - addresses[ANCHOR]


def function_addresses(symbols: ImageSymbols, program: Program) -> dict[int, int]:
    """The functions that descriptors and entries of a loaded program belong to."""
    known: dict[int, int] = {}
    for number, record in enumerate(symbols.image.functions):
        known[program.functions + number * program.function_bytes] = number
        known[program.code + record.start] = number
    return known
