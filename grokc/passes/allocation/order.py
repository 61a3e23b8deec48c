"""Instructions in blocks, and the order in which the blocks stand: what becomes of any
code, whatever its operands are.

- Loops are turned around, so that a turn ends in one conditional jump back.  A loop's head that is
  nothing (or little) but a test is repeated at each end of the loop's body: the original guards the
  entry.  A longer head, and the ``next`` of an iterator, moves to the loop's end, and the loop is
  entered by a jump to it.
- Jumps to jumps go to the end at once, jumps to returns return, and jumps to what follows are none.
- Every jump back is a safepoint: one of ``loop``, ``loop_if_...``, ``range_step`` and ``next``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.dialects.builtin import LocationAttr
from xdsl.ir import Attribute, Block, Operation, Region

from grokc.dialects.constants import Constant
from grokc.dialects.grok_vm import FallthroughOp, instruction, register
from grokc.dialects.location import UNKNOWN
from grokc.passes.allocation.selection import immediate, is_small
from grokc.passes.analysis.control_flow import Loop
from grokc.vm.operations import OPERATIONS

_MAX_REPEATED = 2
"""A loop's head of more instructions than these, its test aside, is not repeated."""


@dataclass(slots=True, eq=False)
class Instruction:
    """An instruction to be; a test's name is without what its jump does."""

    name: str
    operands: list[Attribute]
    location: LocationAttr
    form: str = ""


@dataclass(slots=True, eq=False)
class Code:
    """A block of instructions and its end, of the kinds of
    :class:`~grokc.passes.allocation.selection.SelectedBlock` and ``step``, for an increment and
    test in one."""

    loop: Loop | None
    body: list[Instruction] = field(default_factory=list)
    kind: str = "jump"
    end: Instruction | None = None
    targets: list[Code] = field(default_factory=list)
    location: LocationAttr = UNKNOWN
    step: Instruction | None = None
    """An increment to be done last, if it is not part of the loop's end."""
    advance: Instruction | None = None
    """One that is all that is done on the way back from a test of its counter."""
    index: int = -1
    references: int = 0


class CodeLayout:
    """The blocks of one function on their way into their final order."""

    def __init__(self, codes: list[Code]) -> None:
        self.codes = codes
        """By the number of the block that each has begun as."""
        self.order: list[Code] = []

    def finish(self, loops: Sequence[Loop]) -> Region:
        """Orders the blocks, inner loops before those around them, and writes the instructions."""
        for loop in loops:
            self.rotate(loop)
        self.thread_jumps()
        self.finish_order()
        return self.write()

    # ------------------------------------------------------------------------------- loops

    def rotate(self, loop: Loop) -> None:
        head = self.codes[loop.header]
        if head.kind == "next":
            self.move_to_end(head, loop)
        elif head.kind == "test":
            inside = [is_inside(target.loop, loop) for target in head.targets]
            assert head.end is not None
            if inside[0] == inside[1] or not can_loop(head.end, inside[0]):
                return
            if len(head.body) <= _MAX_REPEATED:
                self.repeat(head, loop)
            else:
                self.move_to_end(head, loop)

    def repeat(self, head: Code, loop: Loop) -> None:
        """Puts the head's test at the end of each turn."""
        for number in loop.latches:
            latch = self.codes[number]
            if latch.kind != "jump" or latch is head:
                continue
            latch.targets = list(head.targets)
            latch.location = head.location
            if latch.step is not None and not head.body:
                assert head.end is not None
                counter, limit = head.end.operands
                latch.kind = "step"
                latch.end = Instruction("range_step", [counter, limit], latch.step.location)
                latch.step = None
            else:
                self.finish_step(latch)
                latch.body += head.body
                latch.kind, latch.end = "test", head.end

    def insert(self, source: Code, between: Code) -> None:
        """Finds the place of a block on the way from ``source``: behind it, but behind the loops
        that the way leaves."""
        left = source.loop
        place = self.order.index(source)
        while left is not between.loop:
            assert left is not None
            place = self.last_of(left)
            left = left.parent
        self.order.insert(place + 1, between)

    def last_of(self, loop: Loop) -> int:
        return max(index for index, code in enumerate(self.order) if is_inside(code.loop, loop))

    def move_to_end(self, head: Code, loop: Loop) -> None:
        if head is self.order[0]:
            return  # where the function begins
        last = self.last_of(loop)
        first = self.order.index(head)
        self.order[first : last + 1] = [*self.order[first + 1 : last + 1], head]

    def finish_step(self, code: Code) -> None:
        if code.step is not None:
            code.body.append(code.step)
            code.step = None

    # ------------------------------------------------------------------------------- order

    def thread_jumps(self) -> None:
        for code in self.order:
            self.finish_step(code)
            code.targets = [_final(target) for target in code.targets]
            if code.kind == "jump":
                (target,) = code.targets
                if target.kind == "end" and not target.body:
                    # Rather than jump to a return, return.
                    code.kind, code.end, code.targets = "end", target.end, []

    def finish_order(self) -> None:
        """Drops what nothing leads to, and joins what always follows one another."""
        pending = [self.order[0]]
        self.order[0].references = 1
        while pending:
            for target in pending.pop().targets:
                target.references += 1
                if target.references == 1:
                    pending.append(target)
        result: list[Code] = []
        for code in self.order:
            if not code.references:
                continue
            before = result[-1] if result else None
            if (
                before
                and before.kind == "jump"
                and before.targets == [code]
                and code.references == 1
            ):
                before.body += code.body
                before.kind, before.end = code.kind, code.end
                before.targets, before.location = code.targets, code.location
            else:
                result.append(code)
        self.order = result
        for index, code in enumerate(result):
            code.index = index

    # ------------------------------------------------------------------------------- writing

    def write(self) -> Region:
        region = Region()
        blocks = [Block() for _ in self.order]
        for index, code in enumerate(self.order):
            region.add_block(blocks[index])
            following = self.order[index + 1] if index + 1 < len(self.order) else None
            _Writer(region, blocks, code, following).write()
        return region


@dataclass(slots=True)
class _Writer:
    """Writes down one block."""

    region: Region
    blocks: Sequence[Block]
    code: Code
    following: Code | None

    def write(self) -> None:
        code = self.code
        block = self.blocks[code.index]
        for each in code.body:
            block.add_op(instruction(each.name, each.operands, (), each.location))
        block.add_op(self.ending())

    def ending(self) -> Operation:
        code, end = self.code, self.code.end
        if code.kind == "jump":
            (target,) = code.targets
            if target is self.following:
                return FallthroughOp.new(self.blocks[target.index], code.location)
            return self.jump(target)
        assert end is not None
        if code.kind == "test":
            return self.conditional(end, *code.targets)
        successors: Sequence[Block] = ()
        if code.kind in ("next", "step"):
            body, exit = code.targets
            successors = (self.blocks[body.index], self.hop(exit))
        return instruction(end.name, end.operands, successors, end.location)

    def conditional(self, test: Instruction, then: Code, otherwise: Code) -> Operation:
        if self.is_back(then) and can_loop(test, True):
            shape, target, rest = "loop_if_", self.blocks[then.index], self.hop(otherwise)
        elif self.is_back(otherwise) and can_loop(test, False):
            shape, target, rest = "loop_if_not_", self.blocks[otherwise.index], self.hop(then)
        elif self.is_back(then) and self.is_back(otherwise):
            shape, rest, target = "jump_if_", self.hop(otherwise), self.hop(then)
        elif self.is_back(then) or (then is self.following and not self.is_back(otherwise)):
            shape, target, rest = "jump_if_not_", self.blocks[otherwise.index], self.hop(then)
        else:
            shape, target, rest = "jump_if_", self.blocks[then.index], self.hop(otherwise)
        return instruction(shape + test.name, test.operands, (target, rest), test.location)

    def is_back(self, target: Code) -> bool:
        return target.index <= self.code.index

    def jump(self, target: Code) -> Operation:
        name = "loop" if self.is_back(target) else "jump"
        return instruction(name, (), (self.blocks[target.index],), self.code.location)

    def hop(self, target: Code) -> Block:
        """The block to go on with when a jump is not taken: the target, if that is what follows,
        else one that is made here and jumps to it."""
        if target is self.following:
            return self.blocks[target.index]
        between = Block([self.jump(target)])
        self.region.add_block(between)
        return between


def can_loop(test: Instruction, outcome: bool) -> bool:
    """Is there an instruction that jumps back on that outcome of the test?"""
    operation = OPERATIONS.get(("loop_if_" if outcome else "loop_if_not_") + test.name)
    return operation is not None and test.form in operation.forms


def load(number: int, constant: Constant, location: LocationAttr) -> Instruction:
    """The instruction that puts a constant into the register of that number."""
    if is_small(constant):
        return Instruction("load_int", [register(number), immediate(constant)], location)
    return Instruction("load_constant", [register(number), constant], location)


def is_inside(loop: Loop | None, outer: Loop) -> bool:
    """Is it that loop, or one in it?"""
    while loop is not None and loop is not outer:
        loop = loop.parent
    return loop is outer


def _final(code: Code) -> Code:
    """Where a jump to a block ends, past blocks that do nothing but jump on."""
    passed = {code}
    while code.kind == "jump" and not code.body and code.targets[0] not in passed:
        code = code.targets[0]
        passed.add(code)
    return code
