"""``allocate-registers``: from SSA form to the instructions of the register machine.

Each ``grok.func`` becomes a ``grok_vm.func``, in four steps, each of which is a module of
:mod:`grokc.passes.allocation`:

1. :mod:`~grokc.passes.allocation.selection`: operations become instructions with values for
   registers; constants go into operands, comparisons into jumps.
2. :mod:`~grokc.passes.allocation.live_ranges`: where values live, and which share a register so
   that nothing need be copied between them.
3. :mod:`~grokc.passes.allocation.assignment`: registers by linear scan; arguments are computed
   right in the window of their call.
4. :mod:`~grokc.passes.allocation.layout`: copies, order of the blocks, loops turned around.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import IntAttr, ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, grok_stack, grok_vm
from grokc.passes.allocation.assignment import Assignment, TooManyRegisters
from grokc.passes.allocation.layout import lay_out
from grokc.passes.allocation.selection import select


class FunctionTooLarge(DiagnosticException):
    """A function needs more registers than an instruction can name; ``function`` is the one."""

    def __init__(self, function: grok.FuncOp | grok_stack.FuncOp) -> None:
        super().__init__(
            f"function '{function.symbol}' is too large: it needs more than "
            f"{grok_vm.MAX_REGISTER + 1} registers"
        )
        self.function = function


@dataclass(frozen=True)
class AllocateRegisters(ModulePass):
    """See the module's docstring."""

    name = "allocate-registers"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        body = op.body.block
        for function in list(body.ops):
            if isinstance(function, grok.FuncOp):
                body.insert_op_before(allocate(function), function)
                body.detach_op(function)


def allocate(function: grok.FuncOp) -> grok_vm.FuncOp:
    """One function's instructions.

    Raises :class:`FunctionTooLarge` if it needs more registers than there are.
    """
    selection = select(function)
    try:
        assignment = Assignment(selection)
    except TooManyRegisters:
        raise FunctionTooLarge(function) from None
    body, registers = lay_out(selection, assignment)
    return grok_vm.FuncOp.create(
        properties={
            "sym_name": function.sym_name,
            "registers": IntAttr(registers),
            "minimum": function.minimum,
            "maximum": IntAttr(selection.arity),
            "captures": function.captures,
        },
        attributes=function.attributes,
        regions=(body,),
        location=function.location,
    )
