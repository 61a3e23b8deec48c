"""How optimized code is called, and the way into it from the other tiers.

Every function has the prototype of the handlers, ``preserve_none {value, i64} (pc, base, context,
tag, a0..a5)``.  The interpreter and baseline code come in through handler words, where arguments
lie in the frame, and the frame says where to go on.  So each function that they can enter has an
*adapter*, a few bytes that hand its descriptor and its address to the machine's handler
``tier.enter_optimized`` (:mod:`grokc.vm.tiers`), which makes itself the frame's return address and
calls the function.  If the frame returns to native code already, it jumps instead, so that tail
calls to and fro take constant space.
"""

from __future__ import annotations

from xdsl.dialects import llvm
from xdsl.ir import SSAValue

from grokc.lowering.core_types import I64, POINTER
from grokc.lowering.llvm_builder import Builder

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

ENTER_OPTIMIZED = "tier.enter_optimized"
"""The handler that adapters jump to."""

ENTER_SAMPLED = "tier.enter_sampled"
"""The same, of code for a run with samples (:mod:`grokc.lowering.native_calls`)."""


def native_symbol(name: str, osr: int | None) -> str:
    """What a function, or its loop with the entry at a pc, is called in its object."""
    return f"tier2.{name}" if osr is None else f"tier2.{name}.osr.{osr}"


def native_stack_is_low(b: Builder, context: SSAValue, limit_offset: int) -> SSAValue:
    """Is there too little room on the native stack for another call?  ``limit_offset`` is that of
    the context's field."""
    pointer = b.intrinsic("llvm.stacksave.p0", [], POINTER)
    assert pointer is not None
    limit = b.load(I64, b.offset(context, limit_offset))
    return b.compare("ult", b.cast("ptrtoint", pointer, I64), limit)


ADAPTER_BYTES = 22


def adapter_code(at: int, target: int) -> tuple[bytes, int, int]:
    """The machine code of an adapter that lies at ``at``, for the function at ``target``, both in
    bytes from the start of a unit; and where in it the address of the descriptor (8 bytes) and the
    distance to the handler, :data:`ENTER_OPTIMIZED` or :data:`ENTER_SAMPLED`, (4) belong.

    The calling convention has a0 in rdi and a1 in rsi; what the handler word was entered with stays
    where it is.
    """
    distance = target - (at + 17)
    code = b"".join(
        (
            b"\x48\xbf" + bytes(8),  # movabs rdi, descriptor
            b"\x48\x8d\x35" + distance.to_bytes(4, "little", signed=True),  # lea rsi, [target]
            b"\xe9" + bytes(4),  # jmp tier.enter_optimized
        )
    )
    return code, 2, 18
