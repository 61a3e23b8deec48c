"""The handlers by which the tiers meet: no opcode's, they are reached through handler words,
from baseline code, and through native entries.

``tier.count``
    The handler word of a cold function's first instruction and back-edges.
``tier.hot``
    Where baseline code goes when a function's heat is used up.
``tier.cold_exit``
    Where baseline code goes with an instruction that the interpreter is to run.
``tier.leave``
    Where optimized code goes at an exit, with registers written: a0 the exit's counter, a1 the
    descriptor of the function that was compiled, a2 its frame, a3 which registers hold ints.
``tier.enter_from_native``
    What ``FunctionInfo.native_entry`` is of a function without optimized code: builds the frame
    that the interpreter expects and goes on at the function's first instruction.

All but the last are control operations in core GrokLang; their ``dispatch`` goes on at the
instruction itself.  The way from the interpreter into optimized code is compiled with it
(:mod:`grokc.lowering.grok_to_llvm`, adapters).
"""

from __future__ import annotations

from xdsl.ir import Block, SSAValue

from grokc.lowering.core import ERROR, CoreProgram
from grokc.lowering.core_types import I16, I64, POINTER
from grokc.lowering.llvm_builder import Builder
from grokc.vm.interpreter import DefinitionError, Threaded
from grokc.vm.operations import Opcode

OPERATIONS = ("count", "hot", "cold_exit", "leave")
_BY_OPCODE = ("cold_exit", "leave")
"""Those that go on in the interpreter, whatever the handler word is."""

ENTER_FROM_NATIVE = "tier.enter_from_native"

HANDLERS = (*(f"tier.{name}" for name in OPERATIONS), ENTER_FROM_NATIVE)
"""Symbols, in the order of ``TIER_...`` in tiers.grok."""

_LOOPS = frozenset({"loop", "range_step", "range_advance", "next"})


def opcode_flags(opcode: Opcode) -> int:
    """``FLAG_...`` in tiers.grok: 1 for back-edges, 2 where the opcode is for good."""
    operation = opcode.operation
    back_edge = operation.shape.startswith("loop_if") or operation.name in _LOOPS
    stable = opcode.variant in ("", "any", "shared")
    return back_edge | stable << 1


def write_tier_handlers(program: CoreProgram, flow: Threaded) -> None:
    """Adds the handlers to a machine's program."""
    for name in OPERATIONS:
        _TierHandler(program, flow, name).write()
    _write_enter_from_native(program)


class _TierHandler:
    """Writes a handler that ends at the instruction it has begun at."""

    saves_pc = True

    def __init__(self, program: CoreProgram, flow: Threaded, name: str) -> None:
        self.program = program
        self.flow = flow
        self.name = name

    def write(self) -> None:
        symbol = f"tier.{self.name}"
        builder, pc, base, context, _ = self.flow.open(symbol)
        function = self.program.function(self.name)
        arguments = builder.parameters[4 : 4 + len(function.parameters)]
        self.program.lower_control(function, builder, arguments, context, pc, base, self)
        self.flow.end()

    def next_pc(self, builder: Builder) -> SSAValue:
        raise DefinitionError(f"{self.name} is no instruction")

    def dispatch(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        number = builder.cast("zext", builder.load(I16, builder.offset(pc, 8)), I64)
        table = builder.address("handler_table.data")
        handler = builder.load(POINTER, builder.element(table, number, 8))
        if self.name not in _BY_OPCODE:
            # The word may be another tier's by now; if not, it would only lead back here.
            word = builder.load(POINTER, pc)
            cold = builder.compare("eq", word, builder.address(HANDLERS[0]))
            handler = builder.select(cold, handler, word)
        self.flow.jump(handler, pc, base)

    def raise_error(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        self.flow.fail(pc, base)

    def native_return(self, builder: Builder, value: SSAValue, status: SSAValue) -> None:
        self.flow.leave(value, status)


def _write_enter_from_native(program: CoreProgram) -> None:
    builder = program.handler(ENTER_FROM_NATIVE)
    info, base, context, tag, *arguments = builder.parameters
    size = program.layout.size(program.function("copy").result)
    for index, argument in enumerate(arguments):
        builder.store(argument, builder.offset(base, size * index))
    status = program.call(builder, program.function("open_frame"), [base], context)[1]
    assert status is not None
    failed, entered = Block(), Block()
    error = builder.compare("ne", status, builder.integer(0))
    builder.branch_if(error, failed, entered, likely=False)
    builder.start(failed)
    result = builder.poison(builder.type.output)
    builder.return_(builder.insert(result, builder.integer(ERROR), 1))
    builder.start(entered)
    entry = builder.load(
        POINTER, builder.offset(info, program.struct("FunctionInfo").offset("entry"))
    )
    unused = [builder.poison(I64) for _ in arguments]
    handler = builder.load(POINTER, entry)
    builder.tail_call(handler, [entry, base, context, tag, *unused])
    program.add(builder)
