"""The handlers by which the tiers meet: no opcode's, they are reached through handler words,
from baseline code, and through native entries.

``tier.count``
    The handler word of a cold function's first instruction and back-edges.
``tier.hot``
    Where baseline code goes when a function's heat is used up.
``tier.cold_exit``
    Where baseline code goes with an instruction that the interpreter is to run.
``tier.leave``
    Where optimized code goes at an exit, with what it alone knows written to the register stack:
    base is its frame, a0 the exit's entry in the table of its unit
    (:mod:`grokc.lowering.grok_to_llvm.exit_records`).
``tier.enter_from_native``
    What ``FunctionInfo.native_entry`` is of a function without optimized code: builds the frame
    that the interpreter expects and goes on at the function's first instruction.

``tier.enter_optimized``
    The way from handler words into optimized code, by an adapter that gives it a0, the descriptor
    of the function, and a1, its address (:mod:`grokc.lowering.linkage`).

``tier.enter_sampled``
    The same for a run with samples.

All but the last three are control operations in core GrokLang; their ``dispatch`` goes on at the
instruction itself.
"""

from __future__ import annotations

from xdsl.ir import Block, SSAValue

from grokc.lowering.core import ERROR, CoreProgram
from grokc.lowering.core_types import I16, I64, POINTER
from grokc.lowering.linkage import (
    ARGUMENTS,
    ENTER_OPTIMIZED,
    ENTER_SAMPLED,
    HEADER_SLOTS,
    INT_TAG,
    native_stack_is_low,
)
from grokc.lowering.llvm_builder import PRESERVE_NONE, Builder
from grokc.lowering.native_calls import enter_native_call, leave_native_call, native_call_record
from grokc.vm.interpreter import DefinitionError, Threaded
from grokc.vm.operations import Kind, Opcode

OPERATIONS = ("count", "hot", "cold_exit", "leave")
_BY_OPCODE = ("cold_exit", "leave")
"""Those that go on in the interpreter, whatever the handler word is."""

ENTER_FROM_NATIVE = "tier.enter_from_native"

HANDLERS = (
    *(f"tier.{name}" for name in OPERATIONS),
    *(ENTER_FROM_NATIVE, ENTER_OPTIMIZED, ENTER_SAMPLED),
)
"""Symbols, in the order of ``TIER_...`` in tiers.grok."""

_LOOPS = frozenset({"loop", "range_step", "range_advance", "next"})


_STEPS = frozenset({"range_step", "range_advance"})
_CALLS = frozenset({"call", "call_value", "call_method"})


def opcode_flags(opcode: Opcode) -> int:
    """``FLAG_...`` in tiers.grok: 1 for back-edges, 2 where the opcode is for good, 4 where the
    register at 10 is written, 8 for what runs a function in a frame of its own and comes back by
    the next instruction's handler word, 16 where the target is an i32, 32 for jumps forward on a
    condition; and from bit 8 on where the target stands, or 0."""
    operation = opcode.operation
    back_edge = operation.shape.startswith("loop_if") or operation.name in _LOOPS
    stable = opcode.variant in ("", "any", "shared")
    first = operation.operands[:1]
    writes = any(o.kind is Kind.OUT for o in first) or operation.name in _STEPS
    calls = operation.name in _CALLS and opcode.variant != "native"
    targets = [p for p in opcode.places if p.operand.kind in (Kind.TARGET, Kind.FAR)]
    far = any(place.operand.kind is Kind.FAR for place in targets)
    flags = (back_edge, stable, writes, calls, far, operation.is_forward_branch)
    bits = sum(flag << number for number, flag in enumerate(flags))
    return bits | sum(place.offset for place in targets) << 8


def write_tier_handlers(program: CoreProgram, flow: Threaded) -> None:
    """Adds the handlers to a machine's program."""
    for name in OPERATIONS:
        _TierHandler(program, flow, name).write()
    _write_enter_from_native(program)
    _write_enter_optimized(program, ENTER_OPTIMIZED)
    _write_enter_optimized(program, ENTER_SAMPLED)


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
    status = program.call(builder, program.function("open_frame"), [info, base], context)[1]
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


def _write_enter_optimized(program: CoreProgram, symbol: str) -> None:
    b = program.handler(symbol)
    sampled = symbol == ENTER_SAMPLED
    _, base, context, tag, info, address = b.parameters[:6]
    target = b.cast("inttoptr", address, POINTER)
    # More than the function's parameters, perhaps: there is room behind every frame.
    words = [b.load(I64, b.offset(base, 8 * index)) for index in range(ARGUMENTS)]
    arguments = [b.cast("inttoptr", info, POINTER), base, context, tag, *words]
    header = b.offset(base, -8 * HEADER_SLOTS)
    frame, fields = program.struct("Frame"), program.struct("Context")

    def offset(struct: str, field: str) -> int:
        return program.struct(struct).offset(field)

    return_pc_field = b.offset(header, frame.offset("return_pc"))
    saved_base_field = b.offset(header, frame.offset("saved_base"))
    native_return = b.load(POINTER, b.offset(context, fields.offset("native_return_pc")))
    return_pc = b.load(POINTER, return_pc_field)
    called_natively, interpreted = Block(), Block()
    is_native = b.compare("eq", return_pc, native_return)
    b.branch_if(is_native, called_natively, interpreted, likely=False)
    b.start(called_natively)
    b.tail_call(target, arguments)
    b.start(interpreted)
    saved_base = b.load(POINTER, saved_base_field)
    caller = b.offset(return_pc, -1), saved_base  # within its call
    # A native frame for each call from the interpreter, also if the function leaves at once.
    failed, done, low, enough = Block(), Block(), Block(), Block()
    is_low = native_stack_is_low(b, context, fields.offset("native_limit"))
    b.branch_if(is_low, low, enough, likely=False)
    b.start(low)
    # An error has a text: what lies above the frame that is known then may be cleared.
    program.save_pc(b, context, *caller)
    status = program.call(b, program.function("poll_native"), [base], context)[1]
    assert status is not None
    b.branch_if(b.compare("ne", status, b.integer(0)), failed, enough, likely=False)
    b.start(enough)
    b.store(native_return, return_pc_field)
    b.store(base, saved_base_field)
    record = native_call_record(b) if sampled else None
    if record is not None:
        enter_native_call(b, offset, context, record, *caller)
    result = b.call_pointer(target, arguments, b.type.output, convention=PRESERVE_NONE)
    assert result is not None
    if record is not None:
        leave_native_call(b, offset, context, record)
    error = b.compare("eq", b.extract(result, 1, I64), b.integer(ERROR))
    b.branch_if(error, failed, done, likely=False)
    b.start(done)
    b.store(b.extract(result, 0, I64), base)
    handler = b.load(POINTER, return_pc)
    unused = [b.poison(I64) for _ in range(ARGUMENTS)]
    b.tail_call(handler, [return_pc, saved_base, context, b.integer(INT_TAG), *unused])
    b.start(failed)
    program.call(b, program.function("unwind_callers"), [return_pc, saved_base], context)
    b.return_(b.insert(b.poison(b.type.output), b.integer(ERROR), 1))
    program.add(b)
