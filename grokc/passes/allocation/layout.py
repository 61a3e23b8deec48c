"""Step 4: instructions in their final order.

Blocks follow the order of the control flow, in which loops stand together.  What is done here with
their ends:

- Copies for block parameters are made by the jump; where a two-way jump needs some, they get a
  block of their own on the way.
- Loops are turned around, so that a turn ends in one conditional jump back.  A loop's head that is
  nothing (or little) but a test is repeated at each end of the loop's body: the original guards the
  entry.  A longer head, and the ``next`` of an iterator, moves to the loop's end, and the loop is
  entered by a jump to it.
- ``add.ri i, i, 1`` followed by ``loop_if_less i, n`` becomes ``range_step``, and ``jump_if_less
  i, n`` to an ``add.ri i, i, 1`` on the way back ``range_advance``, where step 1 has found that it
  may.
- Jumps to jumps go to the end at once, jumps to returns return, and jumps to what follows are none.
- Every jump back is a safepoint: one of ``loop``, ``loop_if_...``, ``range_step`` and ``next``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.dialects.builtin import LocationAttr
from xdsl.ir import Attribute, Block, Operation, Region

from grokc.dialects.constants import Constant
from grokc.dialects.grok_vm import FallthroughOp, instruction, register, small
from grokc.dialects.location import UNKNOWN
from grokc.passes.allocation.assignment import HEADER, Assignment
from grokc.passes.allocation.selection import (
    RESULT_IN_WINDOW,
    Node,
    Operand,
    SelectedBlock,
    Selection,
    immediate,
    is_small,
)
from grokc.passes.analysis.control_flow import Loop
from grokc.vm.operations import OPERATIONS, Kind

_MAX_REPEATED = 2
"""A loop's head of more instructions than these, its test aside, is not repeated."""


@dataclass(slots=True, eq=False)
class _Instruction:
    name: str
    operands: list[Attribute]
    location: LocationAttr
    form: str = ""


@dataclass(slots=True, eq=False)
class _Code:
    """A block of instructions and its end, which is as in :class:`SelectedBlock`, with ``step`` for
    an increment and test in one."""

    loop: Loop | None
    body: list[_Instruction] = field(default_factory=list)
    kind: str = "jump"
    end: _Instruction | None = None
    targets: list[_Code] = field(default_factory=list)
    location: LocationAttr = UNKNOWN
    step: _Instruction | None = None
    """An increment to be done last, if it is not part of the loop's end."""
    advance: _Instruction | None = None
    """One that is all that is done on the way back from a test of its counter."""
    index: int = -1
    references: int = 0


def lay_out(selection: Selection, assignment: Assignment) -> tuple[Region, int]:
    """The function's body, and how many registers it has."""
    return _Layout(selection, assignment).run()


class _Layout:
    def __init__(self, selection: Selection, assignment: Assignment) -> None:
        self.selection = selection
        self.assignment = assignment
        self.registers = assignment.size
        self.codes = [_Code(loop) for loop in selection.flow.innermost]
        self.order: list[_Code] = []
        self.between: list[tuple[_Code, _Code]] = []
        """Blocks on the way from a two-way jump, and where from."""

    def run(self) -> tuple[Region, int]:
        for number in self.selection.flow.order:
            self.order.append(self.codes[number])
            self.emit_block(self.selection.blocks[number], self.codes[number])
        for source, between in self.between:
            self.insert(source, between)
        for code in self.order:
            self.join_advance(code)
        for code in self.order:
            if code.advance is not None:
                code.body.insert(0, code.advance)
                code.advance = None
        for loop in self.selection.flow.loops:
            self.rotate(loop)
        self.thread_jumps()
        self.finish_order()
        return self.write(), self.registers

    # ------------------------------------------------------------------------ instructions

    def emit_block(self, block: SelectedBlock, code: _Code) -> None:
        for node in block.nodes:
            if node is block.step and self.is_in_place(node):
                code.step = self.emit(node, code.body)
            elif node is block.advance and self.is_in_place(node):
                code.advance = self.emit(node, code.body)
            else:
                self.emit_node(node, code.body)
        code.kind, code.location = block.kind, block.location
        if block.terminator is not None:
            emit = self.emit_test if block.kind == "test" else self.emit
            code.end = emit(block.terminator, code.body)
        for target, given in zip(block.targets, block.given, strict=True):
            copies = self.copies(given)
            if not copies:
                code.targets.append(self.codes[target])
            elif block.kind == "jump":
                code.targets.append(self.codes[target])
                self.copy(copies, code.body, block.location)
            else:
                between = _Code(
                    _common(code.loop, self.codes[target].loop), location=block.location
                )
                between.targets.append(self.codes[target])
                self.copy(copies, between.body, block.location)
                code.targets.append(between)
                self.between.append((code, between))

    def is_in_place(self, node: Node) -> bool:
        counter = node.inputs[0]
        assert isinstance(counter, int)
        register_of = self.assignment.register_of
        return register_of(counter) == register_of(node.out)

    def emit_node(self, node: Node, body: list[_Instruction]) -> None:
        body.append(self.emit(node, body))
        if node.out >= 0 and node.name in RESULT_IN_WINDOW:
            result = self.assignment.register_of(node.out)
            if result != node.base:
                operands: list[Attribute] = [register(result), register(node.base)]
                body.append(_Instruction("move", operands, node.location))

    def emit(self, node: Node, body: list[_Instruction]) -> _Instruction:
        """A node's instruction; what has to come before it is added to ``body``."""
        self.prepare(node, body)
        inputs = iter(self.inputs(node))
        immediates = iter(node.immediates)
        operands: list[Attribute] = []
        for operand in OPERATIONS[node.name].operands:
            match operand.kind:
                case Kind.OUT:
                    operands.append(register(self.assignment.register_of(node.out)))
                case Kind.IN:
                    operands.append(next(inputs))
                case Kind.WINDOW:
                    operands.append(register(node.base))
                case Kind.COUNT if node.window is not None:
                    values = len(node.window)
                    operands.append(small(values // 2 if node.name == "make_map" else values))
                case Kind.COUNT | Kind.SMALL | Kind.WORD:
                    operands.append(next(immediates))
        return _Instruction(node.name, operands, node.location, node.form)

    def emit_test(self, node: Node, body: list[_Instruction]) -> _Instruction:
        """The same for a test that a jump makes: its name and its operands."""
        self.prepare(node, body)
        operands = [*self.inputs(node), *node.immediates]
        return _Instruction(node.name, operands, node.location, node.form)

    def prepare(self, node: Node, body: list[_Instruction]) -> None:
        """Loads constants and fills the window."""
        for index, number in node.loads.items():
            constant = node.inputs[index]
            assert isinstance(constant, Constant)
            body.append(_load(number, constant, node.location))
        if node.window is not None:
            arguments = [(node.base + i, operand) for i, operand in enumerate(node.window)]
            if node.callee is not None:
                arguments.append((node.base - HEADER, node.callee))
            self.copy(self.needed(arguments), body, node.location)

    def inputs(self, node: Node) -> list[Attribute]:
        result: list[Attribute] = []
        for index, (operand, letter) in enumerate(zip(node.inputs, node.form, strict=True)):
            if isinstance(operand, int):
                result.append(register(self.assignment.register_of(operand)))
            elif letter == "r":
                result.append(register(node.loads[index]))
            else:
                result.append(immediate(operand) if letter == "i" else operand)
        return result

    # ------------------------------------------------------------------------------ copies

    def copies(self, given: Sequence[tuple[int, Operand]]) -> list[tuple[int, Operand]]:
        """What parameters' registers must be set to."""
        register_of = self.assignment.register_of
        return self.needed([(register_of(parameter), operand) for parameter, operand in given])

    def needed(self, given: Sequence[tuple[int, Operand]]) -> list[tuple[int, Operand]]:
        """Those of the copies to a register that are not there already; a value becomes its
        register."""
        result: list[tuple[int, Operand]] = []
        for target, operand in given:
            if target < 0:
                continue  # nothing looks at it
            source = self.assignment.register_of(operand) if isinstance(operand, int) else operand
            if source != target:
                result.append((target, source))
        return result

    def copy(
        self,
        copies: Sequence[tuple[int, Operand]],
        body: list[_Instruction],
        location: LocationAttr,
    ) -> None:
        """Sets registers to registers and constants, all at once as it were."""

        def move(target: int, source: int) -> None:
            body.append(_Instruction("move", [register(target), register(source)], location))

        pending = {target: source for target, source in copies if isinstance(source, int)}
        while pending:
            sources = set(pending.values())
            ready = [target for target in pending if target not in sources]
            for target in ready:
                move(target, pending.pop(target))
            if not ready:
                # Only cycles are left: one register is saved, and so one target gets free.
                scratch = self.assignment.size
                self.registers = max(self.registers, scratch + 1)
                target, source = next(iter(pending.items()))
                move(scratch, source)
                pending[target] = scratch
        for target, constant in copies:
            if isinstance(constant, Constant):
                body.append(_load(target, constant, location))

    # ------------------------------------------------------------------------------- loops

    def rotate(self, loop: Loop) -> None:
        head = self.codes[loop.header]
        if head.kind == "next":
            self.move_to_end(head, loop)
        elif head.kind == "test":
            inside = [_is_inside(target.loop, loop) for target in head.targets]
            assert head.end is not None
            if inside[0] == inside[1] or not _can_loop(head.end, inside[0]):
                return
            if len(head.body) <= _MAX_REPEATED:
                self.repeat(head, loop)
            else:
                self.move_to_end(head, loop)

    def repeat(self, head: _Code, loop: Loop) -> None:
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
                latch.end = _Instruction("range_step", [counter, limit], latch.step.location)
                latch.step = None
            else:
                self.finish_step(latch)
                latch.body += head.body
                latch.kind, latch.end = "test", head.end

    def insert(self, source: _Code, between: _Code) -> None:
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
        return max(index for index, code in enumerate(self.order) if _is_inside(code.loop, loop))

    def move_to_end(self, head: _Code, loop: Loop) -> None:
        if head is self.order[0]:
            return  # where the function begins
        last = self.last_of(loop)
        first = self.order.index(head)
        self.order[first : last + 1] = [*self.order[first + 1 : last + 1], head]

    def finish_step(self, code: _Code) -> None:
        if code.step is not None:
            code.body.append(code.step)
            code.step = None

    def join_advance(self, test: _Code) -> None:
        """Makes one instruction of a test and the increment that its first target is."""
        if test.kind != "test" or test.targets[0].advance is None:
            return
        latch = test.targets[0]
        if latch.body:
            return  # copies for other parameters
        assert test.end is not None and latch.advance is not None
        test.kind = "step"
        test.end = _Instruction("range_advance", test.end.operands, latch.advance.location)
        test.targets = [latch.targets[0], test.targets[1]]

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
        result: list[_Code] = []
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
    code: _Code
    following: _Code | None

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

    def conditional(self, test: _Instruction, then: _Code, otherwise: _Code) -> Operation:
        if self.is_back(then) and _can_loop(test, True):
            shape, target, rest = "loop_if_", self.blocks[then.index], self.hop(otherwise)
        elif self.is_back(otherwise) and _can_loop(test, False):
            shape, target, rest = "loop_if_not_", self.blocks[otherwise.index], self.hop(then)
        elif self.is_back(then) and self.is_back(otherwise):
            shape, rest, target = "jump_if_", self.hop(otherwise), self.hop(then)
        elif self.is_back(then) or (then is self.following and not self.is_back(otherwise)):
            shape, target, rest = "jump_if_not_", self.blocks[otherwise.index], self.hop(then)
        else:
            shape, target, rest = "jump_if_", self.blocks[then.index], self.hop(otherwise)
        return instruction(shape + test.name, test.operands, (target, rest), test.location)

    def is_back(self, target: _Code) -> bool:
        return target.index <= self.code.index

    def jump(self, target: _Code) -> Operation:
        name = "loop" if self.is_back(target) else "jump"
        return instruction(name, (), (self.blocks[target.index],), self.code.location)

    def hop(self, target: _Code) -> Block:
        """The block to go on with when a jump is not taken: the target, if that is what follows,
        else one that is made here and jumps to it."""
        if target is self.following:
            return self.blocks[target.index]
        between = Block([self.jump(target)])
        self.region.add_block(between)
        return between


def _can_loop(test: _Instruction, outcome: bool) -> bool:
    """Is there an instruction that jumps back on that outcome of the test?"""
    operation = OPERATIONS.get(("loop_if_" if outcome else "loop_if_not_") + test.name)
    return operation is not None and test.form in operation.forms


def _load(target: int, constant: Constant, location: LocationAttr) -> _Instruction:
    if is_small(constant):
        return _Instruction("load_int", [register(target), immediate(constant)], location)
    return _Instruction("load_constant", [register(target), constant], location)


def _is_inside(loop: Loop | None, outer: Loop) -> bool:
    while loop is not None and loop is not outer:
        loop = loop.parent
    return loop is outer


def _common(left: Loop | None, right: Loop | None) -> Loop | None:
    """The innermost loop around both."""
    while left is not None and not (right is not None and _is_inside(right, left)):
        left = left.parent
    return left


def _final(code: _Code) -> _Code:
    """Where a jump to a block ends, past blocks that do nothing but jump on."""
    passed = {code}
    while code.kind == "jump" and not code.body and code.targets[0] not in passed:
        code = code.targets[0]
        passed.add(code)
    return code
