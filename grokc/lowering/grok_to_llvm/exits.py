"""Exits: how optimized code goes back to the interpreter."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects import arith
from xdsl.ir import Block, BlockArgument, Operation, SSAValue
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.dialects.speculation import Frame
from grokc.dialects.types import (
    INT,
)
from grokc.lowering.core_types import I1, I64, POINTER
from grokc.lowering.grok_to_llvm.exit_records import ENTRY_BYTES, ExitRecord, ExitSite, Step, Word
from grokc.lowering.grok_to_llvm.values import UnitState, Values
from grokc.lowering.linkage import (
    ARGUMENTS,
    HEADER_SLOTS,
    INT_TAG,
)


@dataclass(slots=True)
class _Exit:
    """The block that leaves at a snapshot."""

    block: Block
    entry: BlockArgument  # where the exit's entry lies in the table of exits, in bytes
    snapshot: speculation.SnapshotOp
    record: int
    instead: dict[SSAValue, SSAValue]  # boxed words in place of values


_RANGES = (grok.MakeRangeOp, grok.MakeRangeInclusiveOp)
"""What raises an error unless it is made of ints."""

_VIRTUAL = (
    grok.MakeTupleOp,
    grok.MakeVariantOp,
    grok.MakeRangeOp,
    grok.MakeRangeInclusiveOp,
    grok.MakeClosureOp,
    speculation.BoxOp,
    speculation.VirtualStructOp,
    speculation.VirtualCellOp,
    speculation.VirtualIteratorOp,
)


class Exits(Values):
    """Lowers what leaves at snapshots."""

    def __init__(self, unit: UnitState, function: grok.FuncOp) -> None:
        super().__init__(unit, function)
        self.exit_blocks: dict[speculation.SnapshotOp, _Exit] = {}
        self.virtual: dict[Operation, bool] = {}
        self.frame_slots = self._frame_slots()
        """How much room above ``base`` the frames of exits need: where callees' frames begin, and
        where the words lie that exits make objects of."""

    def _frame_slots(self) -> int:
        record = self.symbols.record
        name = self.function.sym_name.data
        if name in self.symbols.function_numbers:
            most = record(name).registers
        else:
            most = len(self.function.body.blocks[0].args)
        for op in self.function.walk():
            if isinstance(op, speculation.SnapshotOp):
                frames = op.frames.data
                below = sum(frame.window for frame in frames[1:])
                most = max(most, below + record(frames[0].function).registers)
        return most + HEADER_SLOTS

    # ------------------------------------------------------------------------ conditional exits

    def exit_if(self, condition: SSAValue, reason: str) -> None:
        """Goes back to the interpreter where a condition holds."""
        leaving, entry = self._way_out(reason)
        if self.watching.stress:
            condition = self.builder.binary("or", condition, self._forced())
        following = Block()
        self.builder.branch_if(condition, leaving, following, False, [entry], ())
        self.builder.start(following)

    def exit_unless(
        self, condition: SSAValue, reason: str, guarded: SSAValue | None = None
    ) -> None:
        """Goes back to the interpreter where a condition does not hold: of a guarded word."""
        leaving, entry = self._way_out(reason)
        if self.watching.stress:
            kept = self.builder.binary("xor", self._forced(), self.builder.integer(1, I1))
            condition = self.builder.binary("and", condition, kept)
        if guarded is not None and self.watching.logged:
            leaving, entry = self._noting(guarded, leaving, entry)
        following = Block()
        self.builder.branch_if(condition, following, leaving, True, (), [entry])
        self.builder.start(following)

    def _forced(self) -> SSAValue:
        """Is it time for a guard to fail that need not?"""
        forced = self.core("forces_exit")
        assert forced is not None
        return self.builder.compare("ne", forced, self.builder.integer(0))

    def _noting(self, guarded: SSAValue, leaving: Block, entry: SSAValue) -> tuple[Block, SSAValue]:
        """The same way out, which tells of the guarded word first."""
        noting = Block(arg_types=[I64])

        def write() -> None:
            self.builder.start(noting)
            self.core("note_guarded", guarded)
            self.builder.branch(leaving, [noting.args[0]])

        self._later(write)
        return noting, entry

    def _way_out(self, reason: str) -> tuple[Block, SSAValue]:
        """The block that leaves at the snapshot, and what it is given."""
        snapshot = self.snapshot
        if snapshot is None:
            raise DiagnosticException(f"no snapshot for {reason}")
        exit = self._exit_block(snapshot)
        return exit.block, self._new_entry(exit, reason)

    def _new_entry(self, exit: _Exit, reason: str) -> SSAValue:
        """The entry of one more exit."""
        frame = exit.snapshot.innermost
        exits = self.unit.exits
        exits.append(ExitSite(frame.function, frame.pc, reason, exit.record))
        return self.builder.integer(ENTRY_BYTES * (len(exits) - 1))

    def _exit_block(self, snapshot: speculation.SnapshotOp) -> _Exit:
        """The block that all exits at a snapshot share."""
        found = self.exit_blocks.get(snapshot)
        if found is None:
            found = self.exit_blocks[snapshot] = self._new_exit(snapshot, {})
        return found

    def _new_exit(
        self, snapshot: speculation.SnapshotOp, instead: dict[SSAValue, SSAValue]
    ) -> _Exit:
        block = Block(arg_types=[I64])
        records = self.unit.records
        records.append(ExitRecord())
        made = _Exit(block, block.args[0], snapshot, len(records) - 1, instead)
        self._later(lambda: self._write_exit(made))
        return made

    def leave_with(
        self, snapshot: speculation.SnapshotOp, reason: str, instead: dict[SSAValue, SSAValue]
    ) -> None:
        """Leaves at a snapshot with boxed words in place of values."""
        exit = self._new_exit(snapshot, instead)
        self.builder.branch(exit.block, [self._new_entry(exit, reason)])

    def exit(self, op: speculation.ExitOp) -> None:
        block, entry = self._way_out("exit")
        self.builder.branch(block, [entry])

    def check_true(self, op: speculation.CheckTrueOp) -> None:
        self.exit_unless(self.value(op.condition), "assertion")

    def take_snapshot(self, op: speculation.SnapshotOp) -> None:
        self.snapshot = op

    # --------------------------------------------------------------------------------- the block

    def _write_exit(self, exit: _Exit) -> None:
        """Stores what the code alone knows, and has the machine do the rest."""
        b, snapshot = self.builder, exit.snapshot
        b.start(exit.block)
        self.snapshot = snapshot
        state = _ExitState(self, exit)
        frames = snapshot.frames.data
        below = sum(frame.window for frame in frames[1:])
        state.record.words.append((f"info.{self.symbols.function_numbers[self.unit.root]}", 0))
        innermost = below
        for index, (_, registers) in enumerate(snapshot.by_frame()):
            for register, value in registers:
                state.put(below + register, value)
            if index < len(frames) - 1:
                outer = frames[index + 1]
                return_pc = self._code(outer, self._opcode(outer).size)
                state.record.add(Step.LINK, below, return_pc, below - outer.window)
                below -= outer.window
        state.record.add(Step.DONE, innermost, self._code(frames[0]))
        entry = b.cast("ptrtoint", b.offset(self._external("exits"), exit.entry), I64)
        unused = [b.poison(I64) for _ in range(ARGUMENTS - 1)]
        tag = b.integer(INT_TAG)
        arguments = [b.poison(POINTER), self.base, self.context, tag, entry, *unused]
        b.tail_call(self._external("tier.leave"), arguments)

    def _code(self, frame: Frame, plus: int = 0) -> Word:
        """The address of an instruction, in a record."""
        return f"code.{self.symbols.function_numbers[frame.function]}", frame.pc + plus

    def is_virtual(self, op: Operation) -> bool:
        """Do only snapshots use what this operation makes?"""
        known = self.virtual.get(op)
        if known is None:
            known = (
                isinstance(op, _VIRTUAL)
                and bool(op.results)
                and not (isinstance(op, _RANGES) and any(v.type != INT for v in op.operands))
                and all(
                    isinstance(use.operation, speculation.SnapshotOp)
                    or self.is_virtual(use.operation)
                    for use in op.results[0].uses
                )
            )
            self.virtual[op] = known
        return known


class _ExitState:
    """The words of a snapshot on their way into slots."""

    def __init__(self, lowering: Exits, exit: _Exit) -> None:
        self.lowering = lowering
        self.exit = exit
        self.record = lowering.unit.records[exit.record]
        self.slots = lowering.frame_slots
        """The first slot that is free."""
        self.made: dict[Operation, int] = {}
        """Where objects lie that were made for this exit."""

    def put(self, slot: int, value: SSAValue) -> None:
        """Sees to it that a slot gets the word of a value."""
        lowering, record = self.lowering, self.record
        known = self.exit.instead.get(value)
        owner = value.owner
        if known is not None:
            self.store(slot, known)
        elif isinstance(owner, Operation) and lowering.is_virtual(owner):
            if isinstance(owner, speculation.BoxOp):
                self.put(slot, owner.operands[0])
            elif owner in self.made:
                record.add(Step.COPY, slot, self.made[owner])
            else:
                self.make(slot, owner)
                self.made[owner] = slot
        elif isinstance(owner, (grok.ConstantOp, arith.ConstantOp)):
            word = lowering.constant_word(value)
            if word is not None:
                record.add(Step.SET, slot, word)
            else:
                self.store(slot, lowering.boxed(value))
        elif value.type == I64:
            self.store(slot, lowering.value(value))
            record.add(Step.BOX, slot)
        else:
            self.store(slot, lowering.boxed(value))

    def store(self, slot: int, word: SSAValue) -> None:
        b = self.lowering.builder
        b.store(word, b.offset(self.lowering.base, 8 * slot))

    def make(self, slot: int, op: Operation) -> None:
        """Has an object made of the operation's operands."""
        first = self.slots
        self.slots += len(op.operands)
        for index, operand in enumerate(op.operands):
            self.put(first + index, operand)
        lowering, count = self.lowering, len(op.operands)
        match op:
            case speculation.VirtualStructOp() | grok.MakeStructOp():
                header = lowering._header(op.symbol.root_reference.data)
                self.record.add(Step.STRUCT, slot, first, count, header)
            case grok.MakeVariantOp():
                header = lowering._header(op.enum.root_reference.data, op.variant.data)
                self.record.add(Step.STRUCT, slot, first, count, header)
            case grok.MakeTupleOp():
                self.record.add(Step.TUPLE, slot, first, count)
            case grok.MakeClosureOp():
                number = lowering.symbols.function_numbers[op.symbol.root_reference.data]
                self.record.add(Step.CLOSURE, slot, first, count, (f"info.{number}", 0))
            case speculation.VirtualCellOp() | grok.MakeCellOp():
                self.record.add(Step.CELL, slot, first)
            case grok.MakeRangeOp() | grok.MakeRangeInclusiveOp():
                inclusive = int(isinstance(op, grok.MakeRangeInclusiveOp))
                self.record.add(Step.RANGE, slot, first, inclusive)
            case speculation.VirtualIteratorOp():
                self.record.add(Step.ITERATOR, slot, first)
            case _:
                raise DiagnosticException(f"{op.name} cannot be made in an exit")
