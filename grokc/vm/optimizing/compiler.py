"""Compiles functions of a running program: from bytecode and feedback to code in memory.

A :class:`ProgramCompiler` serves one run of one program and lives on the compiler thread.  What it
reads of the machine is in :class:`RunningProgram`; nothing there can tear: tables that do not
change once the program is loaded, the request's own copy of the function's code, and the code of
functions that may be inlined, in which only feedback changes, one word at a time.
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass

from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok
from grokc.lowering.grok_to_llvm import ENTER, ExitSite, Unit, function_symbol, lower_functions
from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import LiveProfile
from grokc.passes.optimize import optimize
from grokc.vm.optimizing import memory
from grokc.vm.optimizing.codegen import compile_text
from grokc.vm.optimizing.kit import Kit
from grokc.vm.optimizing.loader import LoadedUnit, load_object

MOST_EXITS = 40
"""``MOST_EXITS`` in optimized.grok."""


class RunningProgram:
    """The tables of a program that a machine has loaded, by their addresses."""

    def __init__(self, kit: Kit, symbols: ImageSymbols, context: int, anchor: int) -> None:
        self.kit = kit
        self.symbols = symbols
        self.image_base = anchor - kit.addresses["handler_table.data"]
        program = memory.read_word(context + kit.offset("Context", "program"))

        def table(field: str) -> int:
            return memory.read_word(program + kit.offset("Program", field))

        self.code = table("code")
        self.code_bytes = table("code_bytes")
        self.functions = table("functions")
        self.tables = {
            "string": table("symbols"),
            "constant": table("constants"),
        }
        self.globals = table("globals")
        self.info_bytes = kit.offset("FunctionInfo", "")

    def descriptor(self, function: int) -> int:
        return self.functions + function * self.info_bytes

    def function_addresses(self) -> dict[int, int]:
        """The functions that descriptors and entries belong to."""
        known: dict[int, int] = {}
        for number, record in enumerate(self.symbols.image.functions):
            known[self.descriptor(number)] = number
            known[self.code + record.start] = number
        return known

    def address(self, symbol: str) -> int:
        """What a symbol of optimized code stands for (see ``grok_to_llvm``)."""
        kind, _, number = symbol.partition(".")
        if number.isdecimal():
            index = int(number)
            match kind:
                case "code":
                    return self.code + self.symbols.image.functions[index].start
                case "info":
                    return self.descriptor(index)
                case "global":
                    return self.globals + 8 * index
                case "string" | "constant":
                    return memory.read_word(self.tables[kind] + 8 * index)
        try:
            return self.image_base + self.kit.addresses[symbol]
        except KeyError:
            raise DiagnosticException(f"the machine has no symbol {symbol}") from None


@dataclass
class Compilation:
    """What became of a request."""

    function: str
    osr: int | None
    unit: Unit
    loaded: LoadedUnit
    seconds: float
    counters: ctypes.Array[ctypes.c_int64]  # of the exits

    def _address(self, suffix: str) -> int:
        name = f"tier2.{self.function}"
        if self.osr is not None:
            name += f".osr.{self.osr}"
        return self.loaded.symbols.get(name + suffix, 0)

    @property
    def entry(self) -> int:
        """For calls from native code."""
        return self._address("")

    @property
    def enter(self) -> int:
        """For handler words."""
        return self._address(ENTER)

    def failed(self) -> list[tuple[ExitSite, int]]:
        """The exits that were taken too often, and how often."""
        return [
            (site, count)
            for site, count in zip(self.unit.exits, self.counters, strict=False)
            if count >= MOST_EXITS
        ]


class ProgramCompiler:
    """See the module's text."""

    def __init__(self, kit: Kit, image: bytes, context: int, anchor: int) -> None:
        self.symbols = ImageSymbols(Image.from_bytes(image))
        self.kit = kit
        self.program = RunningProgram(kit, self.symbols, context, anchor)
        start, size = (
            memory.read_word(context + kit.offset("Context", field))
            for field in ("optimized_code", "optimized_code_bytes")
        )
        self.arena = memory.CodeArena(start, size)
        self.addresses = self.program.function_addresses()
        self.done: dict[tuple[str, int | None], list[Compilation]] = {}

    def profile(self, function: int, code: bytes) -> LiveProfile:
        """Feedback: of the function as it was at the request, of others as it is."""
        program = self.program
        everything = bytearray(memory.read(program.code, program.code_bytes))
        start = self.symbols.image.functions[function].start
        everything[start : start + len(code)] = code
        return LiveProfile(self.symbols, bytes(everything), self.addresses)

    def refused(self) -> set[tuple[str, int]]:
        """The places at which earlier code has left too often."""
        return {
            (site.function, site.pc)
            for compilations in self.done.values()
            for compilation in compilations
            for site, _ in compilation.failed()
        }

    def lower(self, function: int, code: bytes, osr: int | None) -> Unit:
        """The function as LLVM IR."""
        name = self.symbols.functions[function]
        module = optimize(
            self.symbols, name, self.profile(function, code), osr=osr, refused=self.refused()
        )
        functions = [op for op in module.body.ops if isinstance(op, grok.FuncOp)]
        return lower_functions(self.kit, self.symbols, functions)

    def compile(self, function: int, code: bytes, osr: int | None) -> Compilation:
        """Compiles a function (``osr``: from the instruction at that pc) into memory."""
        start = time.perf_counter()
        unit = self.lower(function, code, osr)
        data = compile_text(unit.text)
        counters = (ctypes.c_int64 * max(1, len(unit.exits)))()
        exits = ctypes.addressof(counters)

        def resolve(symbol: str) -> int:
            return exits if symbol == "exits" else self.program.address(symbol)

        loaded = load_object(data, self.arena, resolve)
        name = self.symbols.functions[function]
        seconds = time.perf_counter() - start
        compilation = Compilation(name, osr, unit, loaded, seconds, counters)
        self.done.setdefault((name, osr), []).append(compilation)
        return compilation


__all__ = ["Compilation", "ProgramCompiler", "function_symbol"]
