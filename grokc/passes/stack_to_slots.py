"""``stack-to-slots``: from ``grok_stack`` to the instructions of a stack machine.

The machine that is built without registers (``grokc ablate``) runs ``grok_stack`` nearly as it
stands: an instruction for each operation, which takes its operands from the stack and leaves its
result there.  The stack lies in the frame, behind the locals, and how high it is at each operation
is known here; so there is no stack pointer to be kept: an instruction names the slot of its first
operand, which its result replaces, and its other operands lie in the slots above (see
``Handler.on_stack`` in :mod:`grokc.vm.interpreter`).  Instructions look like those of the register
machine, with the slots for registers; locals are copied to the stack and back by ``move``.

Three things are as they are in good stack machines: a comparison right before a branch is done by
the branch, ``pop`` costs nothing, and loops are turned around.

**Room for frames.**  A call's first argument lies three slots above what is below it, where the
callee's frame gets its header; the result comes to lie where the header was.  The room is found by
looking backwards: the value that an argument is made of (``a`` in ``f(a + b)``) is already pushed
where the argument is to lie.  Values that meet where paths join must lie in the same slot, so room
belongs to a class of values.  Where one value would have to lie in two places it is moved; only
code that no source program becomes has that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from xdsl.context import Context
from xdsl.dialects.builtin import IntAttr, LocationAttr, ModuleOp
from xdsl.ir import Attribute
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from grokc.dialects import grok_stack, grok_vm
from grokc.dialects.constants import Constant, VariantRef
from grokc.dialects.grok_vm import register, small
from grokc.passes.allocate_registers import FunctionTooLarge
from grokc.passes.allocation.assignment import HEADER
from grokc.passes.allocation.order import Code, CodeLayout, Instruction, load
from grokc.passes.allocation.selection import TESTS
from grokc.passes.analysis.control_flow import analyse
from grokc.passes.stack_to_register import constant_of
from grokc.vm.operations import OPERATIONS, Kind


@dataclass(frozen=True)
class StackToSlots(ModulePass):
    """See the module's docstring."""

    name = "stack-to-slots"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        body = op.body.block
        for function in list(body.ops):
            if isinstance(function, grok_stack.FuncOp):
                body.insert_op_before(assign_slots(function), function)
                body.detach_op(function)


def assign_slots(function: grok_stack.FuncOp) -> grok_vm.FuncOp:
    """One function's instructions; raises :class:`FunctionTooLarge`."""
    return _Function(function).convert()


_FRAMED = (grok_stack.CallOp, grok_stack.CallMethodOp)
"""What makes a frame above its first argument's header, and leaves its result below."""

_OF_VALUES = (grok_stack.CallValueOp, grok_stack.TailCallValueOp)
"""The same, with the callee in the header's first slot."""


@dataclass(slots=True, eq=False)
class _Step:
    """An operation that becomes an instruction: the values that it takes and the one it leaves
    (-1: none)."""

    op: grok_stack.StackOp
    operands: list[int]
    result: int


class _Function(CodeLayout):
    """One function on its way.  Values are numbers; those that may meet form classes."""

    def __init__(self, function: grok_stack.FuncOp) -> None:
        self.function = function
        self.blocks = list(function.body.blocks)
        numbers = {block: number for number, block in enumerate(self.blocks)}
        self.flow = analyse(
            [
                [numbers[target] for target in block.last_op.successors] if block.last_op else []
                for block in self.blocks
            ]
        )
        super().__init__([Code(loop) for loop in self.flow.innermost])
        self.locals = len(function.locals.data)
        self.size = max(self.locals, len(function.parameters.data))
        self.classes: list[int] = []  # of each value: another value of its class, at last itself
        self.steps: list[list[_Step]] = [[] for _ in self.blocks]
        self.at_start: list[list[int] | None] = [None for _ in self.blocks]
        """The values on the stack at the start of each block."""
        self.room: list[int] = []
        """How many slots are free below the values of a class."""

    def convert(self) -> grok_vm.FuncOp:
        self.at_start[0] = []
        for block in self.flow.order:
            self.run(block)
        self.find_room()
        slots: list[list[int] | None] = [None for _ in self.blocks]
        slots[0] = []
        for block in self.flow.order:
            self.emit_block(block, slots)
        body = self.finish(self.flow.loops)
        function = self.function
        if self.size > grok_vm.MAX_REGISTER + 1:
            raise FunctionTooLarge(function)
        return grok_vm.FuncOp.create(
            properties={
                "sym_name": function.sym_name,
                "registers": IntAttr(self.size),
                "minimum": function.minimum,
                "maximum": IntAttr(len(function.parameters.data)),
                "captures": function.captures,
            },
            attributes=function.attributes,
            regions=(body,),
            location=function.location,
        )

    # -------------------------------------------------------------------- 1: values and classes

    def fresh(self) -> int:
        self.classes.append(len(self.classes))
        return len(self.classes) - 1

    def find(self, value: int) -> int:
        while self.classes[value] != value:
            self.classes[value] = self.classes[self.classes[value]]
            value = self.classes[value]
        return value

    def run(self, number: int) -> None:
        """Runs a block on paper."""
        start = self.at_start[number]
        assert start is not None
        stack = list(start)
        steps = self.steps[number]
        for op in self.blocks[number].ops:
            assert isinstance(op, grok_stack.StackOp)
            pops, pushes = op.effect()
            if isinstance(op, grok_stack.DupOp):  # what is on top stays where it is
                steps.append(_Step(op, stack[-1:], self.fresh()))
                stack.append(steps[-1].result)
            elif isinstance(op, grok_stack.CheckRangeOp):
                steps.append(_Step(op, stack[-2:], -1))
            else:
                first = len(stack) - pops
                operands = stack[first:]
                del stack[first:]
                result = -1
                if pushes or isinstance(op, grok_stack.NextOp):
                    result = self.fresh()
                steps.append(_Step(op, operands, result))
                if pushes:
                    stack.append(result)
        for way, successor in enumerate(self.flow.successors[number]):
            last = steps[-1]
            item = isinstance(last.op, grok_stack.NextOp) and way == 0
            self.meet(successor, [*stack, last.result] if item else stack)

    def meet(self, block: int, stack: Sequence[int]) -> None:
        """A way into a block on which the stack holds these values."""
        known = self.at_start[block]
        if known is None:
            self.at_start[block] = list(stack)
            return
        for ours, theirs in zip(known, stack, strict=True):
            self.classes[self.find(theirs)] = self.find(ours)

    # -------------------------------------------------------------------------------- 2: room

    def find_room(self) -> None:
        """Gives each class the room that its most demanding use needs.

        A result needs the room of the operand that it replaces, so uses are looked at before what
        is used: backwards, and again as often as loops may need.  What is still too little then
        costs moves.
        """
        self.room = [0] * len(self.classes)
        for _ in range(len(self.flow.loops) + 2):
            changed = False
            for number in reversed(self.flow.order):
                for step in reversed(self.steps[number]):
                    changed |= self.demand(step)
            if not changed:
                return

    def demand(self, step: _Step) -> bool:
        """Whether an operation needs more room than was known."""
        wanted = 0 if step.result < 0 else self.room[self.find(step.result)]
        operands = step.operands
        demands: list[tuple[int, int]] = []
        if isinstance(step.op, (grok_stack.DupOp, grok_stack.CheckRangeOp)):
            return False
        if isinstance(step.op, _OF_VALUES):
            demands = [(operands[0], wanted)]
            if len(operands) > 1:
                demands.append((operands[1], HEADER - 1))
        elif operands:
            header = HEADER if isinstance(step.op, _FRAMED) else 0
            demands = [(operands[0], wanted + header)]
        changed = False
        for value, room in demands:
            value = self.find(value)
            if self.room[value] < room:
                self.room[value] = room
                changed = True
        return changed

    # ------------------------------------------------------------------------ 3: instructions

    def emit_block(self, number: int, slots: list[list[int] | None]) -> None:
        """Writes a block; ``slots`` are where the values on the stack lie at the start of each."""
        start = slots[number]
        assert start is not None
        stack = list(start)
        code = self.codes[number]
        self.order.append(code)
        steps = self.steps[number]
        code.location = steps[-1].op.location
        test: Instruction | None = None
        for index, step in enumerate(steps):
            following = steps[index + 1] if index + 1 < len(steps) else None
            if following is None:
                self.emit_end(step, test, stack, code)
            elif isinstance(following.op, grok_stack.BranchOp) and _is_test(step.op):
                test = self.emit(step, stack, code.body, for_branch=True)
                stack.append(-1)  # for the branch, which does not look at it
            else:
                self.emit_step(step, stack, code.body)
        for way, successor in enumerate(self.flow.successors[number]):
            last = steps[-1]
            item = isinstance(last.op, grok_stack.NextOp) and way == 0
            at = [*stack, self.free(stack, last.result)] if item else stack
            known = slots[successor]
            assert known is None or known == at
            slots[successor] = list(at)
            code.targets.append(self.codes[successor])
        if test is not None and test.name == "not_equal":
            test.name = "equal"
            code.targets.reverse()

    def emit_step(self, step: _Step, stack: list[int], body: list[Instruction]) -> None:
        """Writes an operation that is no terminator."""
        op = step.op
        location = op.location
        if isinstance(op, grok_stack.PopOp):
            stack.pop()
            return
        if isinstance(op, grok_stack.StoreLocalOp):
            body.append(_move(op.index.data, stack.pop(), location))
            return
        constant = _constant(op)
        if constant is not None:
            stack.append(self.free(stack, step.result))
            body.append(load(stack[-1], constant, location))
        elif isinstance(op, (grok_stack.LoadLocalOp, grok_stack.DupOp)):
            source = op.index.data if isinstance(op, grok_stack.LoadLocalOp) else stack[-1]
            stack.append(self.free(stack, step.result))
            body.append(_move(stack[-1], source, location))
        else:
            instruction = self.emit(step, stack, body)
            body.append(instruction)
            if step.result >= 0:
                self.arrive(step, _first_slot(instruction), stack, body)

    def arrive(self, step: _Step, first: int, stack: list[int], body: list[Instruction]) -> None:
        """Pushes the result of an operation whose first slot is given."""
        at = first - HEADER if isinstance(step.op, (*_FRAMED, *_OF_VALUES)) else first
        wanted = self.free(stack, step.result)
        if at != wanted:
            body.append(_move(wanted, at, step.op.location))
        stack.append(wanted)

    def free(self, stack: Sequence[int], value: int) -> int:
        """The slot for a value that is pushed."""
        slot = self.room[self.find(value)] + (stack[-1] + 1 if stack else self.locals)
        self.size = max(self.size, slot + 1)
        return slot

    def emit(
        self,
        step: _Step,
        stack: list[int],
        body: list[Instruction],
        *,
        for_branch: bool = False,
    ) -> Instruction:
        """The instruction of an operation; what has to come before it is added to ``body``.  Its
        operands are gone from the stack then, but for those that it leaves there.

        ``for_branch``: a test that a branch makes, without a result.
        """
        op = step.op
        first = self.gather(step, stack, body)
        name = _name(type(op))
        operation = OPERATIONS[name]
        has_window = any(operand.kind is Kind.WINDOW for operand in operation.operands)
        immediates = iter(_immediates(op, has_window))
        operands: list[Attribute] = []
        inputs = 0
        for operand in operation.operands:
            match operand.kind:
                case Kind.OUT if for_branch:
                    pass
                case Kind.OUT | Kind.WINDOW:
                    operands.append(register(first))
                case Kind.IN:
                    operands.append(register(first + inputs))
                    inputs += 1
                case Kind.COUNT if has_window:
                    count = len(step.operands) - isinstance(op, _OF_VALUES)
                    operands.append(small(count // 2 if name == "make_map" else count))
                case Kind.COUNT | Kind.SMALL | Kind.WORD:
                    operands.append(next(immediates))
        return Instruction(name, operands, op.location, "r" * inputs)

    def gather(self, step: _Step, stack: list[int], body: list[Instruction]) -> int:
        """Sees to it that an operation's operands lie side by side, and says where."""
        op, count = step.op, len(step.operands)
        slots = stack[len(stack) - count :]
        if not isinstance(op, grok_stack.CheckRangeOp):
            del stack[len(stack) - count :]
        if not count:
            # Where the result will lie; of a call, where its frame begins.
            below = stack[-1] + 1 if stack else self.locals
            room = 0 if step.result < 0 else self.room[self.find(step.result)]
            first = below + room + (HEADER if isinstance(op, _FRAMED) else 0)
        elif isinstance(op, _OF_VALUES):
            first = slots[0] + HEADER
            slots = slots[1:]
        else:
            first = slots[0]
        self.size = max(self.size, first + max(len(slots), 1))
        for place, slot in enumerate(slots, first):
            if slot != place:
                body.append(_move(place, slot, op.location))
        return first

    def emit_end(self, step: _Step, test: Instruction | None, stack: list[int], code: Code) -> None:
        """Writes a terminator."""
        op = step.op
        match op:
            case grok_stack.JumpOp():
                code.kind = "jump"
            case grok_stack.BranchOp():
                code.kind = "test"
                slot = stack.pop()
                code.end = test or Instruction("true", [register(slot)], op.location, "r")
            case grok_stack.NextOp():
                code.kind = "next"
                slot = stack.pop()
                if slot != self.free(stack, step.result):
                    raise PassFailedException("an item and its iterator lie in different places")
                code.end = Instruction("next", [register(slot), register(slot)], op.location)
            case grok_stack.UnreachableOp():
                # Never reached: it keeps the return pc of what stands before it inside.
                code.kind = "end"
                code.end = Instruction("return", [small(0)], op.location)
            case _:
                code.kind = "end"
                code.end = self.emit(step, stack, code.body)


@cache
def _name(kind: type[grok_stack.StackOp]) -> str:
    """The instruction's name."""
    return kind.name.removeprefix("grok_stack.").removeprefix("is_")


def _is_test(op: grok_stack.StackOp) -> bool:
    """Is there a branch that does it?"""
    name = _name(type(op))
    return name in TESTS or name == "not_equal"


def _first_slot(instruction: Instruction) -> int:
    first = instruction.operands[0]
    assert isinstance(first, grok_vm.Register)
    return first.data


def _move(target: int, source: int, location: LocationAttr) -> Instruction:
    return Instruction("move", [register(target), register(source)], location)


def _constant(op: grok_stack.StackOp) -> Constant | None:
    """What an operation pushes, if that is always the same."""
    if isinstance(op, grok_stack.MakeVariantOp) and op.count.data == 0:
        return _variant(op)
    return constant_of(op)


def _variant(op: grok_stack.MakeVariantOp | grok_stack.IsVariantOp) -> Constant:
    return Constant(VariantRef(op.enum.root_reference.data, op.variant.data))


def _immediates(op: grok_stack.StackOp, has_window: bool) -> list[Attribute]:
    """The COUNT, SMALL and WORD operands, in order, but for the count of a window."""
    if isinstance(op, (grok_stack.MakeVariantOp, grok_stack.IsVariantOp)):
        return [_variant(op)]
    names = op.get_irdl_definition().properties
    return [op.properties[name] for name in names if not (has_window and name == "count")]
