"""How optimized code is called, and the way into it from the other tiers.

Every function has the prototype of the handlers, ``preserve_none {value, i64} (pc, base, context,
tag, a0..a5)``.  The interpreter and baseline code come in through handler words, where arguments
lie in the frame, and the frame says where to go on.  So each function that they can enter has an
*adapter*, with ``.enter`` behind its name: it makes itself the frame's return address and calls the
function.  If the frame returns to native code already, it jumps instead, so that tail calls to and
fro take constant space.
"""

from __future__ import annotations

from xdsl.dialects import llvm
from xdsl.ir import Block, SSAValue

from grokc.lowering.core_types import I64, POINTER
from grokc.lowering.llvm_builder import PRESERVE_NONE, Builder, declare_function
from grokc.vm.optimizing.kit import Kit

INT_TAG = 0xFFFF << 48
"""What the parameter ``tag`` holds."""

ARGUMENTS = 6
"""How many arguments travel in registers."""

HEADER_SLOTS = 3
"""Slots of a frame's header, below its base."""

BOXED, ERROR = 1, 2
"""Statuses of a call; 0 is what the entry promises."""

RESULT = llvm.LLVMStructType.from_type_list([I64, I64])

PROTOTYPE = [POINTER, POINTER, POINTER, *[I64] * (1 + ARGUMENTS)]

ENTER = ".enter"
"""What an adapter's symbol ends in."""


def native_symbol(name: str, osr: int | None) -> str:
    """What a function, or its loop with the entry at a pc, is called in its object."""
    return f"tier2.{name}" if osr is None else f"tier2.{name}.osr.{osr}"


def native_stack_is_low(kit: Kit, b: Builder, context: SSAValue) -> SSAValue:
    """Is there too little room on the native stack for another call?"""
    pointer = b.intrinsic("llvm.stacksave.p0", [], POINTER)
    assert pointer is not None
    limit = b.load(I64, b.offset(context, kit.offset("Context", "native_limit")))
    return b.compare("ult", b.cast("ptrtoint", pointer, I64), limit)


def write_adapter(kit: Kit, target: str, info_symbol: str, arity: int) -> llvm.FuncOp:
    """The way into a function of so many parameters from a handler word."""
    b = Builder(
        declare_function(
            f"{target}{ENTER}",
            PROTOTYPE,
            RESULT,
            convention=PRESERVE_NONE,
            attributes=["nounwind"],
        )
    )
    _, base, context, tag = b.parameters[:4]
    info = b.address(info_symbol)
    arity = min(arity, ARGUMENTS)
    words = [b.load(I64, b.offset(base, 8 * index)) for index in range(arity)]
    rest = [b.poison(I64) for _ in range(ARGUMENTS - arity)]
    arguments = [info, base, context, tag, *words, *rest]
    header = b.offset(base, -8 * HEADER_SLOTS)
    return_pc_field = b.offset(header, kit.offset("Frame", "return_pc"))
    saved_base_field = b.offset(header, kit.offset("Frame", "saved_base"))
    native_return = b.load(POINTER, b.offset(context, kit.offset("Context", "native_return_pc")))
    return_pc = b.load(POINTER, return_pc_field)
    called_natively, interpreted = Block(), Block()
    b.branch_if(
        b.compare("eq", return_pc, native_return), called_natively, interpreted, likely=False
    )
    b.start(called_natively)
    b.tail_call(target, arguments)
    b.start(interpreted)
    saved_base = b.load(POINTER, saved_base_field)
    # A native frame for each call from the interpreter, also if the function leaves at once.
    failed, done, low, enough = Block(), Block(), Block(), Block()
    b.branch_if(native_stack_is_low(kit, b, context), low, enough, likely=False)
    b.start(low)
    status = kit.call(b, "poll_native", [base], context)[1]
    assert status is not None
    b.branch_if(b.compare("ne", status, b.integer(0)), failed, enough, likely=False)
    b.start(enough)
    b.store(native_return, return_pc_field)
    b.store(base, saved_base_field)
    result = b.call(target, arguments, RESULT, convention=PRESERVE_NONE)
    assert result is not None
    error = b.compare("eq", b.extract(result, 1, I64), b.integer(ERROR))
    b.branch_if(error, failed, done, likely=False)
    b.start(done)
    b.store(b.extract(result, 0, I64), base)
    handler = b.load(POINTER, return_pc)
    unused = [b.poison(I64) for _ in range(ARGUMENTS)]
    b.tail_call(handler, [return_pc, saved_base, context, b.integer(INT_TAG), *unused])
    b.start(failed)
    kit.call(b, "unwind_callers", [return_pc, saved_base], context)
    b.return_(b.insert(b.poison(RESULT), b.integer(ERROR), 1))
    return b.finish()
