"""``forward-fields``: what was stored or loaded is not loaded again.

Fields of structs, elements and lengths of lists, shared variables and globals are followed through
the function, from block to block: a load of a place whose content is known becomes that value.  The
pass goes on from ``number-values``, since one brings about the other: two objects are known to be
one by their numbers, and a value that was loaded twice is guarded once.

Places of one name may be the same (:mod:`grokc.passes.analysis.memory`): a store to field 0 of a
``Point`` says what that field of this point is, and ends all knowledge of field 0 of other points.
What may run user code ends all knowledge.  Where ways meet, what all of them know is known; at the
head of a loop, what the way into the loop knows and nothing in the loop writes to.

A store of what is there already goes away, and one to a place that is stored to again before
anybody can look: an exit can, since the interpreter goes on with the objects as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, cast

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.types import ANY, BOXED, I64, GrokType, is_subtype
from grokc.passes.analysis.loops import loops_with_preheaders
from grokc.passes.analysis.memory import (
    CELL,
    ITEM,
    LENGTH,
    Place,
    field,
    global_variable,
    reads,
    writes,
    written_by,
)
from grokc.passes.analysis.snapshots import needs_snapshot
from grokc.passes.number_values import Numbering
from grokc.passes.unbox import machine_constant


@dataclass(frozen=True)
class ForwardFields(ModulePass):
    """See the module's docstring."""

    name = "forward-fields"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                forward_fields(function)


def forward_fields(function: grok.FuncOp) -> None:
    """Removes the redundant loads and stores of one function, in place."""
    loops, _ = loops_with_preheaders(function)
    written: dict[Block, frozenset[Place] | None] = {
        loop.header: written_by(op for block in loop.blocks for op in block.ops) for loop in loops
    }
    _Forwarder(function, written).run()


_Cell: TypeAlias = tuple[Place, SSAValue | None, SSAValue | None]
"""A place in an object (a global has none), at an index (of a list)."""


class _Forwarder(Numbering):
    def __init__(
        self, function: grok.FuncOp, written: dict[Block, frozenset[Place] | None]
    ) -> None:
        super().__init__(function)
        self.written = written
        self.memory: dict[_Cell, SSAValue] = {}
        """What cells are known to hold."""
        self.memory_at_end: dict[Block, dict[_Cell, SSAValue]] = {}
        self.pending: dict[_Cell, Operation] = {}
        """New stores that nobody has looked at yet."""
        self.dead: list[Operation] = []
        """Those that nobody will look at."""

    def enter(self, block: Block) -> None:
        super().enter(block)
        self.pending = {}
        known: dict[_Cell, SSAValue] | None = None
        for edge in self.edges[block]:
            there = self.memory_at_end.get(edge.source)
            if there is None:
                continue  # an edge back, or from what is not reached
            if known is None:
                known = dict(there)
            else:
                known = {cell: value for cell, value in known.items() if there.get(cell) is value}
        self.memory = known or {}
        if block in self.written:
            self.forget(self.written[block])

    def finish(self) -> grok.FuncOp:
        for store in self.dead:
            assert store.parent is not None
            store.parent.erase_op(store)
        return super().finish()

    def forget(self, places: frozenset[Place] | None) -> None:
        """Something may have been written."""
        if places is None:
            self.memory = {}
        elif places:
            self.memory = {
                cell: value for cell, value in self.memory.items() if cell[0] not in places
            }

    def visit(self, op: Operation) -> None:
        if isinstance(op, (grok.JumpOp, grok.BranchOp)):
            self.memory_at_end[self.old_block] = self.memory
        match op:
            case speculation.LoadFieldOp():
                self.load(op, (field(op), self.values[op.object], None))
            case speculation.ListLengthOp():
                self.load(op, (LENGTH, self.values[op.operands[0]], None))
            case speculation.ListLoadOp():
                list, index = (self.values[operand] for operand in op.operands)
                self.load(op, (ITEM, list, index))
            case grok.LoadCellOp():
                self.load(op, (CELL, self.values[op.operands[0]], None))
            case grok.LoadGlobalOp():
                self.load(op, (global_variable(op), None, None))
            case speculation.StoreFieldOp():
                self.store(op, (field(op), self.values[op.object], None), op.value)
            case speculation.ListStoreOp():
                list, index = (self.values[operand] for operand in op.operands[:2])
                self.store(op, (ITEM, list, index), op.operands[2])
            case grok.StoreCellOp():
                self.store(op, (CELL, self.values[op.operands[0]], None), op.operands[1])
            case grok.StoreGlobalOp():
                self.store(op, (global_variable(op), None, None), op.operands[0])
            case _:
                self.look(op)
                super().visit(op)
                self.made(op)

    def look(self, op: Operation) -> None:
        """An operation that is neither load nor store."""
        if needs_snapshot(op):
            self.pending = {}  # it may exit, or run code that reads
        places = writes(op)
        if places is None or places:
            self.pending = {}
            self.forget(places)

    def made(self, op: Operation) -> None:
        """A new object's contents are known."""
        if not isinstance(op, (grok.MakeStructOp, grok.MakeCellOp, grok.MakeListOp)):
            if isinstance(op, grok.FillListOp):
                length = self.values[op.operands[1]].owner
                if isinstance(length, speculation.BoxOp):
                    new = self.values[op.results[0]]
                    self.memory[LENGTH, new, None] = length.operands[0]
            return
        new = self.values[op.results[0]]
        values = [self.values[operand] for operand in op.operands]
        match op:
            case grok.MakeCellOp():
                self.memory[CELL, new, None] = values[0]
            case grok.MakeStructOp():
                symbol = op.symbol.root_reference.data
                for index, value in enumerate(values):
                    self.memory[("field", symbol, str(index)), new, None] = value
            case _:
                count = self.emit_op(machine_constant(len(values)))
                self.memory[LENGTH, new, None] = count

    def emit_op(self, op: Operation) -> SSAValue:
        self.block.add_op(op)
        return op.results[0]

    def load(self, op: Operation, cell: _Cell) -> None:
        result = op.results[0]
        known = self.memory.get(cell)
        value = self.converted(known, result.type) if known is not None else None
        if value is not None:
            self.values[result] = value
            return
        places = reads(op)
        self.pending = {
            other: store
            for other, store in self.pending.items()
            if places is not None and other[0] not in places
        }
        if needs_snapshot(op):
            self.pending = {}
        self.memory[cell] = self.copy(op).results[0]

    def store(self, op: Operation, cell: _Cell, old_value: SSAValue) -> None:
        value = self.values[old_value]
        known = self.memory.get(cell)
        if known is value:
            return
        earlier = self.pending.get(cell)
        if earlier is not None:
            self.dead.append(earlier)
        self.forget(frozenset({cell[0]}))
        self.memory[cell] = value
        self.pending[cell] = self.copy(op)

    def converted(self, value: SSAValue, wanted: Attribute) -> SSAValue | None:
        """A value that is in memory, in the representation that a load gives."""
        kind = value.type
        if kind == wanted:
            return value
        if isinstance(wanted, GrokType):
            if isinstance(kind, GrokType):
                return value if is_subtype(kind, wanted) else None
            if kind == I64 or wanted not in (ANY, BOXED[kind]):
                return None
            return self.emit(speculation.BoxOp.new(value))
        owner = value.owner
        if isinstance(owner, speculation.BoxOp) and owner.operands[0].type == wanted:
            return owner.operands[0]
        if isinstance(owner, grok.ConstantOp) and BOXED[wanted] == kind:
            data = owner.value.data
            return self.emit_op(machine_constant(cast("bool | int | float", data)))
        return self.emit(speculation.UnboxOp.new(value)) if BOXED[wanted] == kind else None
