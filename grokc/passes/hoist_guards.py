"""``hoist-guards``: what a loop would find out again and again, it finds out before it begins.

An operation whose operands do not change in a loop moves to the loop's preheader:

* a guard or a check, if it stands where every turn of the loop comes by.  It then exits by the
  state in which the loop begins, from which the interpreter goes on as well.  A load of a global,
  which exits where there is no value yet, if nothing in the loop may write to it;
* a computation that cannot fail, or a load from an object of known type whose place nothing in the
  loop writes to, wherever it stands.

Of what type a list's elements are, and where it keeps them, is found out in front of a loop that
changes neither, even if not every turn comes by.

What two places in the loop find out is found out once in front of it.

Inner loops are done before the loops around them, so that a guard moves out as far as it can.  If
the guards in front of a loop have failed too often (``refused`` holds the place of its head), they
stay inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.dominance import Dominators
from grokc.lowering.refused import Refused, refuses_elements
from grokc.passes.analysis.kinds import LOADS, MOVABLE
from grokc.passes.analysis.loops import Loop, loops_with_preheaders
from grokc.passes.analysis.memory import Place as MemoryPlace
from grokc.passes.analysis.memory import reads, written_by
from grokc.passes.analysis.snapshots import exits


@dataclass(frozen=True)
class HoistGuards(ModulePass):
    """See the module's docstring."""

    name = "hoist-guards"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                hoist_guards(function)


def hoist_guards(function: grok.FuncOp, refused: Refused = ()) -> None:
    """Moves what is invariant out of the loops of one function, in place."""
    loops, dominators = loops_with_preheaders(function)
    for loop in loops:
        _hoist_from(loop, dominators, refused)


def _hoist_from(loop: Loop, dominators: Dominators, refused: Refused) -> None:
    place = loop.place()
    may_exit = place is not None and place not in refused
    written = written_by(op for block in loop.blocks for op in block.ops)
    end = loop.preheader.last_op
    assert end is not None
    has_snapshot = False
    moved: dict[tuple[object, ...], Operation] = {}
    for block in loop.blocks:
        always = all(dominators.dominates(block, latch) for latch in loop.latches)
        for op in list(block.ops):
            if any(loop.defines(operand) for operand in op.operands):
                continue
            if exits(op) and op.results:
                if isinstance(op, speculation.CheckElementsOp):
                    hopeful = may_exit and not refuses_elements(refused, place, op.type.keyword())
                else:
                    hopeful = may_exit and always
                if not hopeful or not _reads_unchanged(op, written):
                    continue
                if not has_snapshot:
                    loop.write_entry_snapshot()
                    has_snapshot = True
            elif not _is_harmless(op, written):
                continue
            key = (type(op), *op.operands, *op.properties.values(), op.results[0].type)
            earlier = moved.setdefault(key, op)
            if earlier is not op:
                op.results[0].replace_all_uses_with(earlier.results[0])
                block.erase_op(op)
                continue
            op.detach()  # type: ignore[no-untyped-call]
            loop.preheader.insert_op_before(op, end)


def _is_harmless(op: Operation, written: frozenset[MemoryPlace] | None) -> bool:
    """Can the operation run where it would not have, with the same result as in the loop?

    What it needs to know of its operands, their types, is known wherever they are.
    """
    if type(op) not in _HARMLESS and op.dialect_name() != arith.Arith.name:
        return False
    return _reads_unchanged(op, written)


def _reads_unchanged(op: Operation, written: frozenset[MemoryPlace] | None) -> bool:
    """Does the loop leave alone what the operation reads?"""
    read = reads(op)
    assert read is not None
    return not read or (written is not None and written.isdisjoint(read))


_HARMLESS = MOVABLE | LOADS | {grok.ConstantOp}
