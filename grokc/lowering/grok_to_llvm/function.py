"""One function: its skeleton, and which operation is lowered how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from xdsl.dialects import arith, llvm
from xdsl.ir import Block, Operation
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.lowering.core_types import I64, POINTER
from grokc.lowering.grok_to_llvm.arithmetic import MACHINE_BINARY, Arithmetic
from grokc.lowering.grok_to_llvm.calls import CALLS, Calls
from grokc.lowering.grok_to_llvm.control import Control, successors
from grokc.lowering.grok_to_llvm.objects import PLAIN, Objects
from grokc.lowering.grok_to_llvm.representation import machine_type
from grokc.lowering.linkage import (
    ARGUMENTS,
    native_stack_is_low,
)
from grokc.lowering.native_calls import write_native_header


def _reverse_postorder(entry: Block) -> list[Block]:
    order: list[Block] = []
    seen = {entry}
    stack: list[tuple[Block, Iterator[Block]]] = [(entry, successors(entry))]
    while stack:
        block, rest = stack[-1]
        for successor in rest:
            if successor not in seen:
                seen.add(successor)
                stack.append((successor, successors(successor)))
                break
        else:
            order.append(block)
            stack.pop()
    order.reverse()
    return order


class FunctionLowering(Arithmetic, Objects, Calls, Control):
    """See the module docstring."""

    def run(self) -> llvm.FuncOp:
        region = self.function.body
        entry = region.blocks[0]
        order = _reverse_postorder(entry)
        for block in order[1:]:
            lowered = self.blocks[block] = Block(
                arg_types=[machine_type(argument.type) for argument in block.args]
            )
            for argument, new in zip(block.args, lowered.args, strict=True):
                self.values[argument] = new
        if self.function.attributes.get("osr") is None:
            self._check_stack()
        self._take_arguments(entry)
        before: dict[Block, speculation.SnapshotOp] = {}
        for block in order:
            if block is not entry:
                self.builder.start(self.blocks[block])
            self.snapshot = None
            self.last_snapshot = before.get(block)
            for op in block.ops:
                self._lower(op)
            last = self.snapshot or self.last_snapshot
            if last is not None:
                for successor in successors(block):
                    before.setdefault(successor, last)
        while self.cold:
            self.builder.location, write = self.cold.pop()
            write()
        return self.builder.finish()

    def _check_stack(self) -> None:
        """At entry: an interrupt, or too little room on one of the stacks."""
        b = self.builder
        if self.watching.sampled:
            write_native_header(b, self.kit.offset, self.context, self.base)
        limit = self._context_field(POINTER, "register_limit")
        condition = b.compare("ult", limit, self.base)
        if any(isinstance(op, CALLS) for op in self.function.walk()):
            limit_offset = self.kit.offset("Context", "native_limit")
            low = native_stack_is_low(b, self.context, limit_offset)
            condition = b.binary("or", condition, low)
        slow, fast = Block(), Block()
        b.branch_if(condition, slow, fast, likely=False)

        def write() -> None:
            b.start(slow)
            # An error has a text: what lies above the frame that is known then may be cleared.
            _, status = self.kit.call(b, "poll_native", [self.base], self.context, *self._place())
            assert status is not None
            failed = Block()
            b.branch_if(b.compare("ne", status, b.integer(0)), failed, fast, likely=False)
            b.start(failed)
            self._return_error()

        self._later(write)
        b.start(fast)

    def _take_arguments(self, entry: Block) -> None:
        b = self.builder
        for index, argument in enumerate(entry.args):
            if index < ARGUMENTS:
                word = b.parameters[4 + index]
            else:
                word = b.load(I64, b.offset(self.base, 8 * index))
            self.values[argument] = self._from_bits(word, argument.type)

    def _lower(self, op: Operation) -> None:
        if self.is_virtual(op):
            return
        lower = _LOWERINGS.get(type(op))
        if lower is None:
            raise DiagnosticException(f"{op.name} cannot be lowered to native code")
        self.builder.location = op.location
        lower(self, op)


_LOWERINGS: dict[type[Operation], Callable[[FunctionLowering, Any], None]] = {
    **dict.fromkeys(PLAIN, FunctionLowering.plain),
    **dict.fromkeys(MACHINE_BINARY, FunctionLowering.machine_binary),
    **dict.fromkeys(
        (grok.IsTupleOp, grok.IsListOp, grok.IsListFromOp, grok.GetPayloadOp, grok.GetElementOp),
        FunctionLowering.counted,
    ),
    **dict.fromkeys(
        (grok.MakeListOp, grok.MakeTupleOp, grok.MakeMapOp), FunctionLowering.collected
    ),
    **dict.fromkeys(
        (speculation.AddCheckedOp, speculation.SubCheckedOp, speculation.MulCheckedOp),
        FunctionLowering.checked,
    ),
    **dict.fromkeys(
        (speculation.ShiftLeftCheckedOp, speculation.ShiftRightCheckedOp),
        FunctionLowering.shift_checked,
    ),
    **dict.fromkeys(
        (arith.SIToFPOp, arith.ExtUIOp, arith.ExtSIOp, arith.TruncIOp),
        FunctionLowering.machine_cast,
    ),
    **dict.fromkeys((grok.ConstantOp, arith.ConstantOp), FunctionLowering.nothing),
    arith.CmpiOp: FunctionLowering.compare_ints,
    arith.CmpfOp: FunctionLowering.compare_floats,
    arith.NegfOp: FunctionLowering.machine_negate,
    arith.SelectOp: FunctionLowering.machine_select,
    grok.CallOp: FunctionLowering.call,
    grok.CallValueOp: FunctionLowering.call_value,
    grok.CallMethodOp: FunctionLowering.call_method,
    grok.CallBuiltinOp: FunctionLowering.call_builtin,
    grok.TailCallOp: FunctionLowering.tail_call,
    grok.TailCallValueOp: FunctionLowering.tail_call_value,
    grok.TailCallMethodOp: FunctionLowering.tail_call_method,
    grok.ReturnOp: FunctionLowering.return_,
    grok.JumpOp: FunctionLowering.jump,
    grok.BranchOp: FunctionLowering.branch,
    grok.FailNoMatchOp: FunctionLowering.fail_no_match,
    grok.UnreachableOp: FunctionLowering.unreachable,
    grok.MakeStructOp: FunctionLowering.make_struct,
    grok.MakeVariantOp: FunctionLowering.make_variant,
    grok.MakeClosureOp: FunctionLowering.make_closure,
    grok.IsVariantOp: FunctionLowering.is_variant,
    grok.IsStructOp: FunctionLowering.is_struct,
    grok.LoadCaptureOp: FunctionLowering.load_capture,
    grok.LoadGlobalOp: FunctionLowering.load_global,
    grok.StoreGlobalOp: FunctionLowering.store_global,
    grok.GetIteratorOp: FunctionLowering.get_iterator,
    grok.GetFieldOp: FunctionLowering.get_field,
    grok.SetFieldOp: FunctionLowering.set_field,
    grok.FormatOp: FunctionLowering.format,
    grok.CheckTypeOp: FunctionLowering.check_type,
    speculation.SnapshotOp: FunctionLowering.take_snapshot,
    speculation.GuardOp: FunctionLowering.guard,
    speculation.KnownOp: FunctionLowering.known,
    speculation.KnownFunctionOp: FunctionLowering.known,
    speculation.IsTypeOp: FunctionLowering.is_type,
    speculation.GuardFunctionOp: FunctionLowering.guard_function,
    speculation.IsFunctionOp: FunctionLowering.is_function,
    speculation.ExitOp: FunctionLowering.exit,
    speculation.SafepointOp: FunctionLowering.safepoint,
    speculation.CheckTrueOp: FunctionLowering.check_true,
    speculation.LoadRegisterOp: FunctionLowering.load_register,
    speculation.DivCheckedOp: FunctionLowering.div_checked,
    speculation.RemCheckedOp: FunctionLowering.rem_checked,
    speculation.FloatToIntCheckedOp: FunctionLowering.float_to_int,
    speculation.FloatRemOp: FunctionLowering.float_rem,
    speculation.FloatFunctionOp: FunctionLowering.float_function,
    speculation.IsSameOp: FunctionLowering.is_same,
    speculation.BoxOp: FunctionLowering.box,
    speculation.UnboxOp: FunctionLowering.unbox,
    speculation.LoadFieldOp: FunctionLowering.load_field,
    speculation.StoreFieldOp: FunctionLowering.store_field,
    speculation.LoadElementOp: FunctionLowering.load_element,
    speculation.LoadClosureCaptureOp: FunctionLowering.load_closure_capture,
    speculation.ListLengthOp: FunctionLowering.list_length,
    speculation.StrLengthOp: FunctionLowering.str_length,
    speculation.CharacterOp: FunctionLowering.character,
    speculation.StrSliceOp: FunctionLowering.str_slice,
    speculation.CheckBoundsOp: FunctionLowering.check_bounds,
    speculation.ListLoadOp: FunctionLowering.list_load,
    speculation.ListStoreOp: FunctionLowering.list_store,
    speculation.CheckElementsOp: FunctionLowering.check_elements,
    speculation.CheckInlineOp: FunctionLowering.check_inline,
    speculation.LoadItemOp: FunctionLowering.load_item,
    speculation.StoreItemOp: FunctionLowering.store_item,
    speculation.NextItemOp: FunctionLowering.next_item,
    speculation.CallTypedOp: FunctionLowering.call_typed,
    speculation.TailCallTypedOp: FunctionLowering.tail_call_typed,
    speculation.CallClosureOp: FunctionLowering.call_closure,
    speculation.CallNativeOp: FunctionLowering.call_native,
}
