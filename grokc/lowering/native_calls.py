"""What native code leaves for who samples it (sampling.grok): headers of frames, and a list of the
native calls that are under way.  Only code for a run with samples does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from xdsl.ir import SSAValue

from grokc.lowering.core_types import I64, POINTER
from grokc.lowering.linkage import HEADER_SLOTS
from grokc.lowering.llvm_builder import Builder

Offset: TypeAlias = Callable[[str, str], int]
"""Where a field lies in a struct of the machine."""

REENTRY_WORDS = 3
"""Of a `Reentry`."""


def write_header(
    b: Builder, offset: Offset, base: SSAValue, return_pc: SSAValue, caller: SSAValue
) -> None:
    """The frame at ``base`` returns to an instruction of the frame at ``caller``."""
    header = b.offset(base, -8 * HEADER_SLOTS)
    b.store(return_pc, b.offset(header, offset("Frame", "return_pc")))
    b.store(caller, b.offset(header, offset("Frame", "saved_base")))


def write_native_header(b: Builder, offset: Offset, context: SSAValue, base: SSAValue) -> None:
    """The frame at ``base`` returns to native code."""
    native_return = b.load(POINTER, b.offset(context, offset("Context", "native_return_pc")))
    write_header(b, offset, base, native_return, base)


def native_call_record(b: Builder) -> SSAValue:
    """Room for a `Reentry`; one is enough for all calls of a function."""
    return b.buffer(I64, REENTRY_WORDS)


def enter_native_call(
    b: Builder,
    offset: Offset,
    context: SSAValue,
    record: SSAValue,
    pc: SSAValue,
    base: SSAValue,
) -> None:
    """Before a call by the instruction at ``pc`` of the frame at ``base``."""
    last = b.offset(context, offset("Context", "reentry"))
    b.store(pc, b.offset(record, offset("Reentry", "pc")))
    b.store(base, b.offset(record, offset("Reentry", "base")))
    b.store(b.load(POINTER, last), b.offset(record, offset("Reentry", "outer")))
    b.store(record, last)


def leave_native_call(b: Builder, offset: Offset, context: SSAValue, record: SSAValue) -> None:
    """Behind the call, whatever its status."""
    outer = b.load(POINTER, b.offset(record, offset("Reentry", "outer")))
    b.store(outer, b.offset(context, offset("Context", "reentry")))
