"""Builds the machine: core GrokLang and the table of operations in, a shared object out.

The steps, the last three of them in helper processes and the linker::

    core/*.grok  --parse-->  trees  --lower-->  llvm dialect  <--write--  handlers
                 --print-->  LLVM IR  --LLVM-->  objects  --link-->  shared object

Handlers are compiled with LLVM's whole pipeline, since every instruction of every program runs
through them; the run-time library with a short one.  :mod:`grokc.vm.machine` caches the result.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from xdsl.ir import Attribute, SSAValue

from grokc.frontend.source import SourceFile
from grokc.lowering.core import CoreProgram
from grokc.lowering.core_types import I64, POINTER, VOID_TYPE
from grokc.lowering.llvm_builder import Builder, declare_function
from grokc.lowering.native import Compiler, Unit
from grokc.vm import builtins
from grokc.vm.baseline.extract import TABLE, Extraction
from grokc.vm.baseline.stencils import KINDS, Stencils, write_stencils
from grokc.vm.interpreter import Counted, DefinitionError, Dispatch, Switch, Threaded, generate
from grokc.vm.linker import link
from grokc.vm.operations import OPCODE, OPCODES, table_hash
from grokc.vm.optimizing.kit import make_kit
from grokc.vm.shapes import ABLATIONS, EXPORT, REPRESENTATIONS, USUAL, Shape
from grokc.vm.tiers import HANDLERS, opcode_flags, write_tier_handlers

CORE = Path(__file__).parent / "core"
"""Where the core files lie."""

FLOWS: dict[str, Callable[[CoreProgram], Dispatch]] = {
    "threaded": Threaded,
    "switch": Switch,
    "counted": Counted,
}
"""By the names of :data:`grokc.vm.shapes.DISPATCHES`."""

OWNERS = {
    "": 0,
    "int": 1,
    "float": 2,
    "bool": 3,
    "unit": 4,
    "str": 5,
    "list": 6,
    "tuple": 7,
    "map": 8,
    "set": 9,
    "range": 10,
    "function": 11,
    "Option": 64,
    "Result": 65,
}
"""Type ids (``TYPE_...`` in program.grok) of the owners of built-in methods; 0 for functions."""


def core_files(representation: str) -> list[SourceFile]:
    """The core files of a machine with this representation of values."""
    others = {f"layout_{name}.grok" for name in REPRESENTATIONS if name != representation}
    paths = sorted(path for path in CORE.glob("*.grok") if path.name not in others)
    return [SourceFile(f"core/{path.name}", path.read_text("utf-8")) for path in paths]


class MachineSource:
    """A machine on its way to native code: its core program with all handlers, lowered.

    Raises :class:`~grokc.frontend.diagnostics.CompileError` for errors in the core files and
    :class:`~grokc.vm.interpreter.DefinitionError` where they do not fit the tables.
    """

    def __init__(self, shape: Shape = USUAL) -> None:
        representation, dispatch, without = shape
        files = core_files(representation)
        program = self.program = CoreProgram(
            files,
            representation=representation,
            constants=_constants(without),
        )
        flow: Dispatch = FLOWS[dispatch](program)
        program.lower()
        generate(
            program,
            flow,
            quickening="quickening" not in without,
            registers="registers" not in without,
        )
        self._add_table("handler_table", [[symbol] for symbol in flow.handler_symbols()])
        self._add_table("opcode_sizes", [[opcode.size] for opcode in OPCODES])
        self._add_table("opcode_flags", [[opcode_flags(opcode)] for opcode in OPCODES])
        self.stencils: Stencils | None = None
        if isinstance(flow, Threaded) and shape == USUAL:
            write_tier_handlers(program, flow)
            self._add_table("tier_handlers", [[symbol] for symbol in HANDLERS])
            program.declare(declare_function(TABLE, [], VOID_TYPE))  # its address is all
            self._add_getter("stencil_table", POINTER, lambda builder: builder.address(TABLE))
            self.stencils = write_stencils(program)
        else:
            self._add_table("tier_handlers", [[0] for _ in HANDLERS])
            self._add_table("stencil_table", [[0] * len(OPCODES) * len(KINDS)])
        rows = self.builtins = builtin_rows(program)
        self._add_table(
            "builtin_table",
            [
                [owner, name.encode(), len(name.encode()), minimum, maximum, symbol]
                for owner, name, minimum, maximum, symbol in rows
            ],
        )
        self._add_getter("builtin_count", I64, lambda builder: builder.integer(len(rows)))

    def units(self, processes: int) -> list[Unit]:
        """What is to be compiled: stencils last."""
        units = self.program.units(processes)
        return units if self.stencils is None else [*units, *self.stencils.units()]

    def _add_table(self, name: str, rows: Sequence[Sequence[str | bytes | int]]) -> None:
        """A constant table, and the function by which core functions ask for its address."""
        self.program.add_table(f"{name}.data", rows)
        self._add_getter(name, POINTER, lambda builder: builder.address(f"{name}.data"))

    def _add_getter(self, name: str, type: Attribute, write: Callable[[Builder], SSAValue]) -> None:
        builder = Builder(declare_function(name, [], type))
        builder.return_(write(builder))
        self.program.add(builder)


def _constants(without: Sequence[str]) -> dict[str, int]:
    """What core functions read with ``constant(NAME)``: opcodes that they know by name."""
    constants = {
        "OPCODE_TABLE_HASH": table_hash(registers="registers" not in without),
        "OPCODES": len(OPCODES),
        **{f"WITHOUT_{name.upper()}": int(name in without) for name in ABLATIONS},
        "NATIVE_RETURN": OPCODE["native_return", ""].number,
    }
    for opcode in OPCODES:
        operation = opcode.operation
        if opcode.variant in operation.sites:
            constants[f"{operation.name}_{opcode.variant}".upper()] = opcode.number
    return constants


def builtin_rows(program: CoreProgram) -> list[tuple[int, str, int, int, str]]:
    """The built-in functions and methods that core GrokLang implements, sorted.

    A row is the owner's type id, the name, the least and the most arguments (a method's receiver
    included; -1: any number), and the symbol of the implementation.
    """
    rows: list[tuple[int, str, int, int, str]] = []
    for function in program.functions_with("builtin"):
        for (name,) in function.attributes["builtin"]:
            listed = builtins.FUNCTIONS.get(name)
            if listed is None:
                raise DefinitionError(f"{function.name}: grokc.vm.builtins has no function {name}")
            maximum = -1 if listed.maximum == builtins.MANY else listed.maximum
            rows.append((OWNERS[""], name, listed.minimum, maximum, function.symbol))
    for function in program.functions_with("method"):
        for owner, name in function.attributes["method"]:
            listed = builtins.METHODS.get(owner, {}).get(name)
            if listed is None:
                raise DefinitionError(f"{function.name}: grokc.vm.builtins has no {owner}.{name}")
            maximum = -1 if listed.maximum == builtins.MANY else listed.maximum + 1
            rows.append((OWNERS[owner], name, listed.minimum + 1, maximum, function.symbol))
    rows.sort(key=lambda row: (row[0], row[1].encode()))
    for before, after in pairwise(rows):
        if before[:2] == after[:2]:
            raise DefinitionError(f"{after[1]} is implemented twice: {before[4]}, {after[4]}")
    return rows


def build_machine(shape: Shape = USUAL) -> bytes:
    """The machine as a shared object, an extension module of Python; behind it lies its kit for
    the optimizing tier."""
    collecting = gc.isenabled()
    gc.disable()  # half a million objects that all stay: looking for garbage took a third
    try:
        with Compiler() as compiler:
            source = MachineSource(shape)
            units = source.units(compiler.processes)
            objects = compiler.compile(units)
    finally:
        if collecting:
            gc.enable()
    addresses: dict[str, int] = {}
    stencils = [data for data, unit in zip(objects, units, strict=True) if unit.level == "stencils"]
    if source.stencils is not None:
        table = Extraction(stencils, source.stencils.floats).table()
        objects = [*objects[: -len(stencils)], table]
    image = link(objects, [EXPORT], addresses=addresses)
    if source.stencils is None:
        return image
    return image + make_kit(source.program, source.builtins, addresses).to_bytes()
