"""``bytecode-to-ssa``: raises a function's bytecode, with its feedback, to ``grok``.

The optimizing tier starts from the bytecode, not from what the front end made of the source: exits
go back to it, and it is there when the program comes out of the cache.  Registers become SSA values
and every instruction that may exit or raise gets a snapshot of the registers that are live before
it (see :mod:`grokc.dialects.speculation`).  The work is done on numbers, like that of
``stack-to-register``:

1. *Decode* what the entry reaches, and cut it into blocks.
2. *Liveness* of registers, backwards over the blocks; registers are bits of an int.
3. Each block is *run on paper*: instructions get the numbers of the values that they read.  A value
   that comes into a block where edges meet is a number of its own.
4. What comes in is *resolved* for all blocks together, optimistically: it is what all predecessors
   agree on, or a block argument (Braun et al., 2013, as in ``stack-to-register``).
5. The operations are *written*.

Moves and loads of constants leave no operation but the constant.  A call is always followed by a
snapshot.  A comparison that jumps becomes
a comparison and a branch, the ends of counted loops an addition, a comparison and a branch; a loop
over an iterator asks for the next item, which is ``missing`` after the last one.  Heads of loops
have a ``safepoint``.

**On-stack replacement.**  A function may be raised from an instruction in the middle, ``osr``; all
live registers are then loaded from the interpreter's frame.  The flow graph would be irreducible if
that instruction lies in an inner loop, since the outer loop is not entered at its head.  So loops
around it are peeled: what runs until a loop comes back to its head is a copy of its own (a
*stage*), and the loop itself is entered at its head only.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.dialects.constants import Constant, VariantRef
from grokc.dialects.feedback import FEEDBACK, SEEN_INT
from grokc.dialects.speculation import Frame
from grokc.dialects.types import ANY, I64
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import Profile, RecordedProfile
from grokc.passes.analysis.control_flow import analyse
from grokc.vm.operations import OPCODES, Kind, Opcode

RESULT = "result"
OSR = "osr"


@dataclass(slots=True)
class _Instruction:
    """A decoded instruction."""

    pc: int
    name: str
    form: str
    size: int
    reads: list[int]  # registers, in the order of the operation's operands
    inputs: list[int | Constant]  # of the IN operands: registers and constants
    out: int  # -1: none
    target: int  # pc; -1: it does not jump
    count: int
    window: int
    index: int  # SMALL
    words: list[Any]


def raise_function(
    symbols: ImageSymbols,
    function: str,
    profile: Profile | None = None,
    *,
    osr: int | None = None,
) -> grok.FuncOp:
    """The function as ``grok``; with ``osr``, from the instruction at that pc."""
    return _Raiser(symbols, function, profile or RecordedProfile(), osr).run()


# ---------------------------------------------------------------------------------- 1: decoding


@cache
def _layout(number: int) -> tuple[Opcode, tuple[tuple[Kind, str, int], ...]]:
    opcode = OPCODES[number]
    places = tuple((place.operand.kind, place.form, place.offset) for place in opcode.places)
    return opcode, places


_unsigned = struct.Struct("<H").unpack_from
_signed = struct.Struct("<h").unpack_from
_far = struct.Struct("<i").unpack_from


def _decode(symbols: ImageSymbols, start: int, pc: int) -> _Instruction:
    code = symbols.image.code
    offset = start + pc
    opcode, places = _layout(_unsigned(code, offset + 8)[0])
    op = _Instruction(
        pc, opcode.operation.name, opcode.form, opcode.size, [], [], -1, -1, 0, -1, 0, []
    )
    for kind, form, place in places:
        at = offset + place
        match kind:
            case Kind.OUT:
                (op.out,) = _unsigned(code, at)
            case Kind.IN if form == "r":
                (register,) = _unsigned(code, at)
                op.reads.append(register)
                op.inputs.append(register)
            case Kind.IN if form == "i":
                op.inputs.append(Constant(_signed(code, at)[0]))
            case Kind.IN:
                constant = symbols.word(at)
                assert isinstance(constant, Constant)
                op.inputs.append(constant)
            case Kind.WINDOW:
                (op.window,) = _unsigned(code, at)
            case Kind.COUNT:
                (op.count,) = _unsigned(code, at)
            case Kind.SMALL:
                (op.index,) = _signed(code, at)
            case Kind.TARGET:
                op.target = pc + 8 * _signed(code, at)[0]
            case Kind.FAR:
                op.target = pc + 8 * _far(code, at)[0]
            case Kind.WORD:
                op.words.append(symbols.word(at))
            case Kind.CACHE:
                pass
    _add_window_reads(symbols, op)
    return op


def _add_window_reads(symbols: ImageSymbols, op: _Instruction) -> None:
    window = op.window
    if window < 0:
        return
    if op.name == "call":
        op.count = symbols.record(op.words[0]).maximum
    elif op.name.endswith("call_value"):
        op.reads.append(window - 3)
    count = 2 * op.count if op.name == "make_map" else op.count
    op.reads += range(window, window + count)
    if op.name in ("call", "call_value", "call_method", "call_builtin"):
        op.out = window


_ENDS = frozenset(
    {
        "jump",
        "loop",
        "return",
        "tail_call",
        "tail_call_value",
        "tail_call_method",
        "fail_no_match",
    }
)
"""Instructions that do not go on with the next one."""


def _split_jump(name: str) -> tuple[str, bool] | None:
    """The test of a conditional jump, and on which outcome it jumps."""
    for prefix in ("jump_if_not_", "loop_if_not_", "jump_if_", "loop_if_"):
        if name.startswith(prefix):
            return name[len(prefix) :], "not" not in prefix
    return None


@dataclass(slots=True)
class _Block:
    pc: int
    stage: int
    instructions: list[_Instruction] = field(default_factory=list)
    next: int = -1  # pc of the instruction that control falls through to; -1: it does not
    successors: list[int] = field(default_factory=list)  # blocks: jump target, fallthrough
    live_in: int = 0  # registers, as bits
    is_loop: bool = False
    values: dict[int, int] = field(default_factory=dict)  # registers at its end
    # What remains: an instruction, its operands' numbers, its result's, and the snapshot's.
    body: list[tuple[_Instruction, list[int], int, list[int]]] = field(default_factory=list)
    arguments: list[int] = field(default_factory=list)


_NO_SNAPSHOT = frozenset({"move", "load_int", "load_constant", "jump", "return", "load_capture"})
"""Instructions that neither exit nor raise."""

_CALLS = frozenset(
    {"call", "call_value", "call_method", "tail_call", "tail_call_value", "tail_call_method"}
)

_NO_OPERATION = frozenset({"move", "load_int", "load_constant"})


class _Raiser:
    def __init__(
        self, symbols: ImageSymbols, function: str, profile: Profile, osr: int | None
    ) -> None:
        self.symbols = symbols
        self.function = function
        self.profile = profile
        self.record = symbols.record(function)
        self.locations = symbols.locations(function)
        self.osr = osr
        self.entry = osr or 0
        self.instructions: dict[int, _Instruction] = {}
        self.blocks: list[_Block] = []
        self.constants: dict[Constant, int] = {}
        self.count = 0

    def run(self) -> grok.FuncOp:
        self.decode()
        self.cut()
        self.find_loops()
        self.find_live()
        self.number()
        self.resolve()
        return self.write()

    def decode(self) -> None:
        pending = [0]
        start = self.record.start
        length = self.record.end - start
        while pending:
            pc = pending.pop()
            while pc not in self.instructions:
                if not 0 <= pc < length:
                    raise DiagnosticException(f"{self.function} has no instruction at {pc}")
                op = self.instructions[pc] = _decode(self.symbols, start, pc)
                if op.target >= 0:
                    pending.append(op.target)
                if op.name in _ENDS:
                    break
                pc += op.size
        if self.entry not in self.instructions:
            raise DiagnosticException(f"{self.function} has no instruction at {self.entry}")

    # ------------------------------------------------------------------------------ 1: blocks

    def cut(self) -> None:
        """Cuts the instructions into blocks; for ``osr``, into those of several stages."""
        leaders = {self.entry, 0} if self.osr is not None else {0}
        for op in self.instructions.values():
            if op.target >= 0:
                leaders.add(op.target)
                if op.name not in _ENDS:
                    leaders.add(op.pc + op.size)
        flow: dict[int, tuple[list[_Instruction], list[int]]] = {}
        for leader in leaders:
            if leader not in self.instructions:
                continue
            ops: list[_Instruction] = []
            pc = leader
            while True:
                op = self.instructions[pc]
                ops.append(op)
                pc += op.size
                if op.name in _ENDS:
                    successors = [op.target] if op.target >= 0 else []
                    break
                if op.target >= 0:
                    successors = [op.target, pc]
                    break
                if pc in leaders:
                    successors = [pc]
                    break
            flow[leader] = ops, successors
        stage_after = self.plan_stages(flow)
        numbers: dict[tuple[int, int], int] = {}

        def number_of(pc: int, stage: int) -> int:
            key = (pc, stage)
            if key not in numbers:
                numbers[key] = len(self.blocks)
                self.blocks.append(_Block(pc, stage))
            return numbers[key]

        number_of(self.entry, 0)
        index = 0
        while index < len(self.blocks):
            block = self.blocks[index]
            block.instructions, successors = flow[block.pc]
            block.successors = [
                number_of(pc, stage_after(block.stage, block.pc, pc)) for pc in successors
            ]
            index += 1

    def plan_stages(
        self, flow: dict[int, tuple[list[_Instruction], list[int]]]
    ) -> Callable[[int, int, int], int]:
        """The stage in which an edge, given its stage, arrives.

        For the loops around the entry, from the innermost: stage ``2 k`` runs in loop ``k`` until
        it comes back to its head, stage ``2 k + 1`` is the loop; an edge that leaves the loop
        begins the next stage but one or so, the last of which is outside of all of them.
        """
        if self.osr is None:
            return lambda stage, source, target: stage
        order = [0, *(pc for pc in flow if pc != 0)]
        numbers = {pc: number for number, pc in enumerate(order)}
        graph = analyse([[numbers[target] for target in flow[pc][1]] for pc in order])
        loops = []
        loop = graph.innermost[numbers[self.entry]]
        while loop is not None:
            loops.append(loop)
            loop = loop.parent

        def stage_after(stage: int, source: int, target: int) -> int:
            at = numbers[target]
            while stage // 2 < len(loops):
                loop = loops[stage // 2]
                if at == loop.header and stage % 2 == 0:
                    return stage + 1
                if loop.holds(at):
                    return stage
                stage = stage // 2 * 2 + 2
            return stage

        return stage_after

    def find_loops(self) -> None:
        flow = analyse([block.successors for block in self.blocks])
        for loop in flow.loops:
            self.blocks[loop.header].is_loop = True
        self.order = flow.order
        self.predecessors = flow.predecessors

    # ---------------------------------------------------------------------------- 2: liveness

    def find_live(self) -> None:
        reads: list[int] = []
        writes: list[int] = []
        for block in self.blocks:
            read = written = 0
            for op in block.instructions:
                for register in op.reads:
                    if not written >> register & 1:
                        read |= 1 << register
                if op.out >= 0 and op.name != "next":
                    written |= 1 << op.out
            reads.append(read)
            writes.append(written)
        blocks = self.blocks
        changed = True
        while changed:
            changed = False
            for number in reversed(self.order):
                block = blocks[number]
                live = self.live_out(block)
                live = live & ~writes[number] | reads[number]
                if live != block.live_in:
                    block.live_in = live
                    changed = True

    def live_out(self, block: _Block) -> int:
        live = 0
        for index, successor in enumerate(block.successors):
            coming = self.blocks[successor].live_in
            last = block.instructions[-1]
            if last.name == "next" and index == 0:
                coming &= ~(1 << last.out)
            live |= coming
        return live

    def live_before(self, block: _Block) -> list[int]:
        """The registers that are live before each instruction of a block."""
        live = self.live_out(block)
        result: list[int] = []
        for op in reversed(block.instructions):
            if op.out >= 0 and op.name != "next":
                live &= ~(1 << op.out)
            for register in op.reads:
                live |= 1 << register
            result.append(live)
        result.reverse()
        return result

    # --------------------------------------------------------------------------- 3: numbering

    def fresh(self) -> int:
        self.count += 1
        return self.count - 1

    def constant(self, constant: Constant) -> int:
        number = self.constants.get(constant)
        if number is None:
            number = self.constants[constant] = self.fresh()
        return number

    def number(self) -> None:
        """Runs each block on paper."""
        self.incoming: dict[int, tuple[int, int]] = {}  # number: block, register
        arity = self.record.maximum
        entry_values: dict[int, int] = {}
        if self.osr is None:
            self.parameters = [self.fresh() for _ in range(arity)]
            entry_values = dict(enumerate(self.parameters))
        else:
            self.parameters = []
            live = self.blocks[0].live_in
            self.loaded = {register: self.fresh() for register in _bits(live)}
            entry_values = dict(self.loaded)
        self.entry_values = entry_values
        self.entry_is_joined = bool(self.predecessors[0])
        # The last block's values for a register on its way along the edge of a `next`.
        self.items: dict[int, int] = {}
        for number in self.order:
            block = self.blocks[number]
            predecessors = self.predecessors[number]
            if number == 0 and not self.entry_is_joined:
                values = dict(entry_values)
            elif (
                number != 0
                and len(predecessors) == 1
                and not self.hands_item(predecessors[0], number)
            ):
                source = self.blocks[predecessors[0]].values
                values = {register: source[register] for register in _bits(block.live_in)}
            else:
                values = {}
                for register in _bits(block.live_in):
                    value = values[register] = self.fresh()
                    self.incoming[value] = number, register
            self.run_block(block, values)

    def hands_item(self, source: int, target: int) -> bool:
        block = self.blocks[source]
        return block.instructions[-1].name == "next" and block.successors[0] == target

    def run_block(self, block: _Block, values: dict[int, int]) -> None:
        live_before = self.live_before(block)
        after_call = False

        def state(live: int) -> list[int]:
            return [item for register in _bits(live) for item in (register, values[register])]

        for op, live in zip(block.instructions, live_before, strict=True):
            name = op.name
            snapshot = state(live) if after_call or name not in _NO_SNAPSHOT else []
            if name in _NO_OPERATION:
                if after_call:
                    block.body.append((op, [], -1, snapshot))
                    after_call = False
                if name == "move":
                    values[op.out] = values[op.reads[0]]
                elif name == "load_int":
                    values[op.out] = self.constant(Constant(op.index))
                else:
                    assert isinstance(op.inputs[0], Constant)
                    values[op.out] = self.constant(op.inputs[0])
                continue
            operands = [
                values[given] if isinstance(given, int) else self.constant(given)
                for given in op.inputs
            ]
            operands += [values[register] for register in op.reads[_plain_reads(op) :]]
            result = -1
            if op.out >= 0:
                result = self.fresh()
                if name == "next":
                    self.items[id(block)] = result
                else:
                    values[op.out] = result
            elif name in ("range_step", "range_advance"):
                result = self.fresh()
                values[op.reads[0]] = result
            block.body.append((op, operands, result, snapshot))
            after_call = name in ("call", "call_value", "call_method")
        if after_call:
            (successor,) = block.successors
            end = _Instruction(
                self.blocks[successor].pc, "move", "", 0, [], [], -1, -1, 0, -1, 0, []
            )
            block.body.append((end, [], -1, state(self.live_out(block))))
        block.values = values

    # ---------------------------------------------------------------------------- 4: resolving

    def source(self, predecessor: int, number: int, register: int) -> int:
        """What a predecessor hands to a block in a register."""
        block = self.blocks[predecessor]
        last = block.instructions[-1]
        if last.name == "next" and last.out == register and block.successors[0] == number:
            return self.items[id(block)]
        return block.values[register]

    def resolve(self) -> None:
        sources: dict[int, list[int]] = {}
        for value, (number, register) in self.incoming.items():
            given = [
                self.source(predecessor, number, register)
                for predecessor in self.predecessors[number]
            ]
            if number == 0:
                given.append(self.entry_values[register])
            sources[value] = given
        known: dict[int, int] = {}
        changed = True
        while changed:
            changed = False
            for value, given in sources.items():
                old = known.get(value)
                if old == value:
                    continue
                candidates: set[int] = set()
                for source in given:
                    candidate = known.get(source) if source in sources else source
                    if candidate is not None:
                        candidates.add(candidate)
                if not candidates:
                    continue
                new = candidates.pop() if len(candidates) == 1 else value
                if new != old:
                    known[value] = new
                    changed = True
        self.known = known
        for value, (number, _) in self.incoming.items():
            if known.get(value) == value:
                self.blocks[number].arguments.append(value)

    # ------------------------------------------------------------------------------ 5: writing

    def write(self) -> grok.FuncOp:
        self.region = Region()
        self.values: dict[int, SSAValue] = {}
        entry = Block(arg_types=[ANY] * len(self.parameters))
        self.region.add_block(entry)
        for number, argument in zip(self.parameters, entry.args, strict=True):
            self.values[number] = argument
            argument.name_hint = f"r{number}"
        if self.osr is not None:
            for register, number in self.loaded.items():
                load = speculation.LoadRegisterOp.new(register)
                entry.add_op(load)
                load.result.name_hint = f"r{register}"
                self.values[number] = load.result
        for constant, number in self.constants.items():
            made = grok.ConstantOp.new(constant)
            entry.add_op(made)
            self.values[number] = made.result
        self.written: dict[int, Block] = {}
        for number in self.order:
            block = self.blocks[number]
            if number == 0 and not self.entry_is_joined:
                self.written[number] = entry
                continue
            written = self.written[number] = Block(arg_types=[ANY] * len(block.arguments))
            self.region.add_block(written)
            for value, argument in zip(block.arguments, written.args, strict=True):
                self.values[value] = argument
                argument.name_hint = f"r{self.incoming[value][1]}"
        # Guards of what comes in belong here.
        live = _bits(self.blocks[0].live_in)
        frame = Frame(self.function, self.entry, tuple(live))
        snapshot = speculation.SnapshotOp.new(
            [frame], [self.values[self.entry_values[r]] for r in live]
        )
        entry.add_op(snapshot)
        if self.entry_is_joined:
            first = [self.entry_values[self.incoming[v][1]] for v in self.blocks[0].arguments]
            entry.add_op(grok.JumpOp.new(self.written[0], [self.values[value] for value in first]))
        self.locate(snapshot, self.entry)
        for number in self.order:
            self.write_block(number)
        arity = len(self.parameters)
        function = grok.FuncOp.new(
            self.function,
            [f"r{index}" for index in range(arity)],
            self.region,
            minimum=min(self.record.minimum, arity),
            captures=self.captures(),
            location=self.locations(self.entry),
        )
        if self.osr is not None:
            function.attributes[OSR] = IntegerAttr(self.osr, I64)
        return function

    def captures(self) -> list[str]:
        indices = [
            op.count
            for op in self.instructions.values()
            if op.name in ("load_capture", "load_captured_cell", "store_captured_cell")
        ]
        return [f"c{index}" for index in range(max(indices, default=-1) + 1)]

    def value(self, number: int) -> SSAValue:
        return self.values[self.known.get(number, number)]

    def arguments_for(self, number: int, successor: int) -> list[SSAValue]:
        return [
            self.value(self.source(number, successor, self.incoming[argument][1]))
            for argument in self.blocks[successor].arguments
        ]

    def write_block(self, number: int) -> None:
        block = self.blocks[number]
        self.block = written = self.written[number]
        if block.is_loop or len(self.predecessors[number]) > 1:
            # Guards of what comes in may move to the edges: this tells them the state there.
            live = _bits(block.live_in)
            incoming = self.at_start(number)
            frame = Frame(self.function, block.pc, tuple(live))
            written.add_op(
                speculation.SnapshotOp.new([frame], [self.value(incoming[r]) for r in live])
            )
            if block.is_loop:
                written.add_op(speculation.SafepointOp.new())
            self.locate(written.first_op, block.pc)
        for op, operands, result, snapshot in block.body:
            last = written.last_op
            if snapshot or op.name not in _NO_SNAPSHOT:
                window = op.window if op.name in _CALLS else -1
                frame = Frame(self.function, op.pc, tuple(snapshot[::2]), window)
                written.add_op(
                    speculation.SnapshotOp.new([frame], [self.value(n) for n in snapshot[1::2]])
                )
            if op.name not in _NO_OPERATION:
                self.write_instruction(number, op, [self.value(n) for n in operands], result)
            self.locate(written.first_op if last is None else last.next_op, op.pc)
        if written.last_op is None or not isinstance(
            written.last_op,
            (
                grok.JumpOp,
                grok.BranchOp,
                grok.ReturnOp,
                grok.TailCallOp,
                grok.TailCallValueOp,
                grok.TailCallMethodOp,
                grok.FailNoMatchOp,
            ),
        ):
            (successor,) = block.successors
            self.jump(number, successor)
            self.locate(
                written.last_op, block.instructions[-1].pc if block.instructions else block.pc
            )

    def locate(self, made: Operation | None, pc: int) -> None:
        """The operations from ``made`` to its block's end are those of one instruction."""
        where = self.locations(pc)
        while made is not None:
            made.location = where
            made = made.next_op

    def at_start(self, number: int) -> dict[int, int]:
        """The numbers of the registers at the start of a block where edges meet."""
        return {
            register: value for value, (block, register) in self.incoming.items() if block == number
        }

    def jump(self, number: int, successor: int) -> None:
        arguments = self.arguments_for(number, successor)
        self.block.add_op(grok.JumpOp.new(self.written[successor], arguments))

    def branch(self, number: int, condition: SSAValue, outcome: bool = True) -> None:
        """Goes to the first successor if the condition is ``outcome``, else to the second."""
        taken, other = self.blocks[number].successors
        edges = [
            (self.written[successor], self.arguments_for(number, successor))
            for successor in (taken, other)
        ]
        (then, given), (otherwise, rest) = edges if outcome else edges[::-1]
        self.block.add_op(grok.BranchOp.new(condition, then, otherwise, given, rest))

    def write_instruction(
        self, number: int, op: _Instruction, operands: list[SSAValue], result: int
    ) -> None:
        name = op.name
        jump = _split_jump(name)
        if jump is not None:
            test, outcome = jump
            self.branch(number, self.write_test(op, test, operands), outcome)
            self.with_counts(op, outcome)
            return
        match name:
            case "jump" | "loop":
                self.jump(number, self.blocks[number].successors[0])
            case "return":
                self.block.add_op(grok.ReturnOp.new(operands[0]))
            case "fail_no_match":
                self.block.add_op(grok.FailNoMatchOp.new(operands[0]))
            case "range_step" | "range_advance":
                self.write_range_end(number, op, operands, result)
            case "next":
                item = self.add(speculation.NextItemOp.new(operands[0]))
                self.values[result] = item
                missing = grok.IsMissingOp.new(item)
                self.block.add_op(missing)
                self.branch(number, missing.result, False)
            case "load_captured_cell":
                capture = self.add(grok.LoadCaptureOp.new(op.count))
                self.values[result] = self.add(grok.LoadCellOp.new(capture))
            case "store_captured_cell":
                capture = self.add(grok.LoadCaptureOp.new(op.count))
                self.block.add_op(grok.StoreCellOp.new(capture, operands[0]))
            case _:
                made = _make(op, name, operands)
                self.with_feedback(op, made)
                self.block.add_op(made)
                if result >= 0:
                    self.values[result] = made.results[0]

    def with_feedback(self, op: _Instruction, made: grok.GrokOp) -> None:
        feedback = self.profile.at(self.function, op.pc)
        if feedback is not None:
            made.attributes = {FEEDBACK: feedback}

    def with_counts(self, op: _Instruction, outcome: bool) -> None:
        """The branch that a jump has become is told how often it went where."""
        counts = self.profile.branch(self.function, op.pc)
        if counts is not None:
            made = self.block.last_op
            assert isinstance(made, grok.BranchOp)
            made.attributes = {FEEDBACK: counts if outcome else counts.swapped()}

    def add(self, made: grok.GrokOp) -> SSAValue:
        self.block.add_op(made)
        return made.results[0]

    def add_ints(self, made: grok.GrokOp) -> SSAValue:
        made.attributes = {FEEDBACK: SEEN_INT}
        self.block.add_op(made)
        return made.results[0]

    def write_test(self, op: _Instruction, test: str, operands: list[SSAValue]) -> SSAValue:
        name = test if test in _BINARY or test == "true" else f"is_{test}"
        made = _make(op, name, operands)
        self.with_feedback(op, made)
        self.block.add_op(made)
        return made.results[0]

    def write_range_end(
        self, number: int, op: _Instruction, operands: list[SSAValue], result: int
    ) -> None:
        """Both ends are ints: `check_range` has seen to it."""
        counter, limit = operands
        one = grok.ConstantOp.new(1)
        self.block.add_op(one)
        if op.name == "range_step":
            # The counter is below the limit: there is a next int.
            following = self.add_ints(grok.AddOp.new(counter, one.result))
            self.values[result] = following
            self.branch(number, self.add_ints(grok.LessOp.new(following, limit)))
            return
        condition = self.add_ints(grok.LessOp.new(counter, limit))
        taken, other = self.blocks[number].successors
        # Only the edge back has the next number: the other one would overflow at the last int.
        advance = Block()
        assert self.block.parent is not None
        self.block.parent.add_block(advance)
        self.values[result] = counter
        rest = self.arguments_for(number, other)
        self.block.add_op(grok.BranchOp.new(condition, advance, self.written[other], (), rest))
        before = one.prev_op
        assert isinstance(before, speculation.SnapshotOp)
        advance.add_op(speculation.SnapshotOp.new(before.frames.data, before.values))
        advanced = grok.AddOp.new(counter, one.result)
        advanced.attributes = {FEEDBACK: SEEN_INT}
        advance.add_op(advanced)
        self.values[result] = advanced.results[0]
        given = self.arguments_for(number, taken)
        advance.add_op(grok.JumpOp.new(self.written[taken], given))
        self.locate(advance.first_op, op.pc)


def _plain_reads(op: _Instruction) -> int:
    """How many registers are read as IN operands."""
    return sum(1 for given in op.inputs if isinstance(given, int))


def _bits(mask: int) -> list[int]:
    result = []
    while mask:
        low = mask & -mask
        result.append(low.bit_length() - 1)
        mask ^= low
    return result


# ------------------------------------------------------------------------------------ operations

_BINARY: dict[str, type[grok.BinaryOp]] = {
    "add": grok.AddOp,
    "sub": grok.SubOp,
    "mul": grok.MulOp,
    "div": grok.DivOp,
    "rem": grok.RemOp,
    "bit_and": grok.BitAndOp,
    "bit_or": grok.BitOrOp,
    "bit_xor": grok.BitXorOp,
    "shift_left": grok.ShiftLeftOp,
    "shift_right": grok.ShiftRightOp,
    "less": grok.LessOp,
    "less_equal": grok.LessEqualOp,
    "greater": grok.GreaterOp,
    "greater_equal": grok.GreaterEqualOp,
    "equal": grok.EqualOp,
    "not_equal": grok.NotEqualOp,
    "get_index": grok.GetIndexOp,
    "fill_list": grok.FillListOp,
    "make_range": grok.MakeRangeOp,
    "make_range_inclusive": grok.MakeRangeInclusiveOp,
}

_UNARY: dict[str, type[grok.UnaryOp]] = {
    "neg": grok.NegOp,
    "not": grok.NotOp,
    "true": grok.TrueOp,
    "is_missing": grok.IsMissingOp,
    "get_iterator": grok.GetIteratorOp,
    "make_cell": grok.MakeCellOp,
    "load_cell": grok.LoadCellOp,
    "cast_int": grok.CastIntOp,
    "cast_float": grok.CastFloatOp,
    "to_str": grok.ToStrOp,
}


def _text(word: object) -> str:
    assert isinstance(word, Constant)
    assert isinstance(word.data, str)
    return word.data


def _make(op: _Instruction, name: str, operands: Sequence[SSAValue]) -> grok.GrokOp:
    """The operation that an instruction is, jumps aside."""
    binary = _BINARY.get(name)
    if binary is not None:
        return binary.new(operands[0], operands[1])
    unary = _UNARY.get(name)
    if unary is not None:
        return unary.new(operands[0])
    match name:
        case "load_global":
            return grok.LoadGlobalOp.new(op.words[0])
        case "store_global":
            return grok.StoreGlobalOp.new(op.words[0], operands[0])
        case "load_capture":
            return grok.LoadCaptureOp.new(op.count)
        case "store_cell":
            return grok.StoreCellOp.new(operands[0], operands[1])
        case "check_range":
            return grok.CheckRangeOp.new(operands[0], operands[1])
        case "call":
            return grok.CallOp.new(op.words[0], operands)
        case "call_value":
            return grok.CallValueOp.new(operands[0], operands[1:])
        case "call_method":
            return grok.CallMethodOp.new(_text(op.words[0]), operands[0], operands[1:])
        case "call_builtin":
            return grok.CallBuiltinOp.new(op.words[0], operands)
        case "tail_call":
            return grok.TailCallOp.new(op.words[0], operands)
        case "tail_call_value":
            return grok.TailCallValueOp.new(operands[0], operands[1:])
        case "tail_call_method":
            return grok.TailCallMethodOp.new(_text(op.words[0]), operands[0], operands[1:])
        case "make_closure":
            return grok.MakeClosureOp.new(op.words[0], operands)
        case "make_list":
            return grok.MakeListOp.new(operands)
        case "make_tuple":
            return grok.MakeTupleOp.new(operands)
        case "make_map":
            return grok.MakeMapOp.new(operands)
        case "make_struct":
            return grok.MakeStructOp.new(op.words[0][0], operands)
        case "make_variant":
            enum, variant = _variant(op.words[0])
            return grok.MakeVariantOp.new(enum, variant, operands)
        case "is_variant":
            enum, variant = _variant(op.words[0])
            return grok.IsVariantOp.new(enum, variant, operands[0])
        case "is_struct":
            return grok.IsStructOp.new(op.words[0][0], operands[0])
        case "is_tuple":
            return grok.IsTupleOp.new(op.count, operands[0])
        case "is_list":
            return grok.IsListOp.new(op.count, operands[0])
        case "is_list_from":
            return grok.IsListFromOp.new(op.count, operands[0])
        case "get_payload":
            return grok.GetPayloadOp.new(op.count, operands[0])
        case "get_element":
            return grok.GetElementOp.new(op.index, operands[0])
        case "get_field":
            return grok.GetFieldOp.new(_text(op.words[0]), operands[0])
        case "set_field":
            return grok.SetFieldOp.new(_text(op.words[0]), operands[0], operands[1])
        case "set_index":
            return grok.SetIndexOp.new(operands[0], operands[1], operands[2])
        case "check_type":
            return grok.CheckTypeOp.new(op.words[0], _text(op.words[1]), operands[0])
        case "format":
            pieces = op.words[0].data
            return grok.FormatOp.new([_text(piece) for piece in pieces], operands)
    raise DiagnosticException(f"cannot raise the operation '{name}'")


def _variant(word: object) -> tuple[str, str]:
    match word:
        case (str() as enum, str() as variant):
            return enum, variant
        case Constant(data=VariantRef(enum, variant)):
            return enum, variant
    raise AssertionError(word)
