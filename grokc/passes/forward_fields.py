"""``forward-fields``: what was stored or loaded is not loaded again.

Fields of structs, lengths and elements of lists and where these are, shared variables and globals
are followed through the function, from block to block: a load of a place whose content is known
becomes that value.  The pass goes on from ``number-values``, since one brings about the other: two
objects are known to be one by their numbers, and a value that was loaded twice is guarded once.

Places of one name may be the same (:mod:`grokc.passes.analysis.memory`): a store to field 0 of a
``Point`` says what that field of this point is, and ends all knowledge of field 0 of other points.
What may run user code ends all knowledge.  Where ways meet, what all of them know is known; if they
know different things, and somebody asks, the block gets an argument.  At the head of a loop it is
what the way into the loop knows and nothing in the loop writes to.

A store of what is there already goes away, and one to a place that is stored to again before
anybody can look: an exit can, since the interpreter goes on with the objects as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, cast

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.types import ANY, BOXED, I64, GrokType, is_subtype
from grokc.passes.analysis.blocks import hand_on_more
from grokc.passes.analysis.loops import loops_with_preheaders
from grokc.passes.analysis.memory import (
    CELL,
    ITEM,
    ITEMS,
    LENGTH,
    Place,
    field_of,
    global_variable,
    item_of,
    read_at,
    reads,
    writes,
    written_at,
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


@dataclass(eq=False)
class _Meeting:
    """What a cell holds where ways meet that know different things: an argument of the block, once
    somebody asks."""

    block: Block
    """The new block."""
    values: dict[Block, _Known]
    """By the new blocks that lead there."""
    arguments: dict[Attribute, SSAValue] = field(default_factory=dict)
    """By type."""


_Known: TypeAlias = SSAValue | _Meeting


class _Forwarder(Numbering):
    def __init__(
        self, function: grok.FuncOp, written: dict[Block, frozenset[Place] | None]
    ) -> None:
        super().__init__(function)
        self.written = written
        self.memory: dict[_Cell, _Known] = {}
        """What cells are known to hold."""
        self.memory_at_end: dict[Block, dict[_Cell, _Known]] = {}
        self.pending: dict[_Cell, Operation] = {}
        """New stores that nobody has looked at yet."""
        self.dead: list[Operation] = []
        """Those that nobody will look at."""

    def enter(self, block: Block) -> None:
        super().enter(block)
        self.pending = {}
        ways = {
            self.blocks[edge.source]: self.memory_at_end[edge.source]
            for edge in self.edges[block]
            if edge.source in self.memory_at_end  # else back, or from what is not reached
        }
        self.memory = self.met(block, ways)
        if block in self.written:
            self.forget(self.written[block])

    def met(self, block: Block, ways: dict[Block, dict[_Cell, _Known]]) -> dict[_Cell, _Known]:
        """What is known where ways meet, each of which knows something."""
        first, *others = ways.values() or ({},)
        result: dict[_Cell, _Known] = {}
        for cell, value in first.items():
            if all(other.get(cell) is value for other in others):
                result[cell] = value
            elif block not in self.written and all(cell in other for other in others):
                values = {source: known[cell] for source, known in ways.items()}
                result[cell] = _Meeting(self.blocks[block], values)
        return result

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
                cell: value
                for cell, value in self.memory.items()
                if read_at(cell[0]).isdisjoint(places)
            }

    def visit(self, op: Operation) -> None:
        if isinstance(op, (grok.JumpOp, grok.BranchOp)):
            self.memory_at_end[self.old_block] = self.memory
        match op:
            case speculation.LoadFieldOp():
                self.load(op, (field_of(op), self.values[op.object], None))
            case speculation.ListLengthOp():
                self.load(op, (LENGTH, self.values[op.operands[0]], None))
            case speculation.CheckElementsOp():
                self.check_elements(op)
            case speculation.ListLoadOp():
                list, index = (self.values[operand] for operand in op.operands)
                self.load(op, (ITEM, list, index))
            case speculation.LoadItemOp():
                items, index = (self.values[operand] for operand in op.operands)
                self.load(op, (item_of(op), items, index))
            case grok.LoadCellOp():
                self.load(op, (CELL, self.values[op.operands[0]], None))
            case grok.LoadGlobalOp():
                self.load(op, (global_variable(op), None, None))
            case speculation.StoreFieldOp():
                self.store(op, (field_of(op), self.values[op.object], None), op.value)
            case speculation.StoreItemOp():
                items, index = (self.values[operand] for operand in op.operands[:2])
                self.store(op, (item_of(op), items, index), op.operands[2])
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
        if isinstance(known, _Meeting):
            known = self.argument(known, result.type)
        value = None
        if known is not None:
            value = self.converted(known, result.type, self.block, None)
        if value is not None:
            self.values[result] = value
            if isinstance(self.memory[cell], _Meeting):
                self.memory[cell] = value
            return
        places = reads(op)
        self.pending = {
            other: store
            for other, store in self.pending.items()
            if places is not None and written_at(other[0]).isdisjoint(places)
        }
        if needs_snapshot(op):
            self.pending = {}
        self.memory[cell] = self.copy(op).results[0]

    def check_elements(self, op: speculation.CheckElementsOp) -> None:
        """Where the elements are is known as long as they are still of the type."""
        cell: _Cell = (ITEMS, self.values[op.list], None)
        known = self.memory.get(cell)
        owner = known.owner if isinstance(known, SSAValue) else None
        if isinstance(owner, speculation.CheckElementsOp) and owner.type == op.type:
            self.values[op.result] = owner.result
            return
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
        self.forget(written_at(cell[0]))
        self.memory[cell] = value
        self.pending[cell] = self.copy(op)

    def argument(self, meeting: _Meeting, wanted: Attribute) -> SSAValue | None:
        """What a cell holds where ways meet, if it can be had with that type."""
        known = meeting.arguments.get(wanted)
        if known is not None:
            return known
        if not _is_convertible(meeting, wanted):
            return None
        argument = meeting.block.insert_arg(wanted, len(meeting.block.args))
        meeting.arguments[wanted] = argument
        for source, value in meeting.values.items():
            end = source.last_op
            assert end is not None
            if meeting.block not in end.successors:
                continue  # the way there was found never to be taken
            if isinstance(value, _Meeting):
                there = self.argument(value, wanted)
            else:
                there = self.converted(value, wanted, source, end)
            assert there is not None
            hand_on_more(source, meeting.block, there)
        return argument

    def converted(
        self, value: SSAValue, wanted: Attribute, block: Block, before: Operation | None
    ) -> SSAValue | None:
        """A value that is in memory, in the representation that a load gives; operations for that
        are written to a block, in front of another one."""
        if not _fits(value, wanted):
            return None
        kind, owner = value.type, value.owner
        if kind == wanted or (isinstance(wanted, GrokType) and isinstance(kind, GrokType)):
            return value
        if isinstance(owner, speculation.BoxOp) and owner.operands[0].type == wanted:
            return owner.operands[0]
        made: Operation
        if isinstance(wanted, GrokType):
            made = speculation.BoxOp.new(value)
        elif isinstance(owner, grok.ConstantOp):
            made = machine_constant(cast("bool | int | float", owner.value.data))
        else:
            made = speculation.UnboxOp.new(value)
        if before is None:
            block.add_op(made)
        else:
            block.insert_op_before(made, before)
            made.location = before.location
        return made.results[0]


def _fits(value: SSAValue, wanted: Attribute) -> bool:
    """Can a value that is in memory be had in the representation that a load gives?"""
    kind = value.type
    if kind == wanted:
        return True
    if isinstance(wanted, GrokType):
        if isinstance(kind, GrokType):
            return is_subtype(kind, wanted)
        return kind != I64 and wanted in (ANY, BOXED[kind])
    owner = value.owner
    if isinstance(owner, speculation.BoxOp) and owner.operands[0].type == wanted:
        return True
    return BOXED[wanted] == kind


def _is_convertible(known: _Known, wanted: Attribute) -> bool:
    """The same, of what a cell holds."""
    if not isinstance(known, _Meeting):
        return _fits(known, wanted)
    return wanted in known.arguments or all(
        _is_convertible(value, wanted) for value in known.values.values()
    )
