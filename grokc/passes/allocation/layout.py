"""Step 4: instructions in their final order.

Blocks follow the order of the control flow, in which loops stand together.  What is done here with
their ends, besides what :mod:`~grokc.passes.allocation.order` does with all code:

- Copies for block parameters are made by the jump; where a two-way jump needs some, they get a
  block of their own on the way.
- ``add.ri i, i, 1`` followed by ``loop_if_less i, n`` becomes ``range_step``, and ``jump_if_less
  i, n`` to an ``add.ri i, i, 1`` on the way back ``range_advance``, where step 1 has found that it
  may.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import LocationAttr
from xdsl.ir import Attribute, Region

from grokc.dialects.constants import Constant
from grokc.dialects.grok_vm import register, small
from grokc.passes.allocation.assignment import HEADER, Assignment
from grokc.passes.allocation.order import Code, CodeLayout, Instruction, is_inside, load
from grokc.passes.allocation.selection import (
    RESULT_IN_WINDOW,
    Node,
    Operand,
    SelectedBlock,
    Selection,
    immediate,
)
from grokc.passes.analysis.control_flow import Loop
from grokc.vm.operations import OPERATIONS, Kind


def lay_out(selection: Selection, assignment: Assignment) -> tuple[Region, int]:
    """The function's body, and how many registers it has."""
    return _Layout(selection, assignment).run()


class _Layout(CodeLayout):
    def __init__(self, selection: Selection, assignment: Assignment) -> None:
        super().__init__([Code(loop) for loop in selection.flow.innermost])
        self.selection = selection
        self.assignment = assignment
        self.registers = assignment.size
        self.between: list[tuple[Code, Code]] = []
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
        return self.finish(self.selection.flow.loops), self.registers

    # ------------------------------------------------------------------------ instructions

    def emit_block(self, block: SelectedBlock, code: Code) -> None:
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
                between = Code(_common(code.loop, self.codes[target].loop), location=block.location)
                between.targets.append(self.codes[target])
                self.copy(copies, between.body, block.location)
                code.targets.append(between)
                self.between.append((code, between))

    def is_in_place(self, node: Node) -> bool:
        counter = node.inputs[0]
        assert isinstance(counter, int)
        register_of = self.assignment.register_of
        return register_of(counter) == register_of(node.out)

    def emit_node(self, node: Node, body: list[Instruction]) -> None:
        body.append(self.emit(node, body))
        if node.out >= 0 and node.name in RESULT_IN_WINDOW:
            result = self.assignment.register_of(node.out)
            if result != node.base:
                operands: list[Attribute] = [register(result), register(node.base)]
                body.append(Instruction("move", operands, node.location))

    def emit(self, node: Node, body: list[Instruction]) -> Instruction:
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
        return Instruction(node.name, operands, node.location, node.form)

    def emit_test(self, node: Node, body: list[Instruction]) -> Instruction:
        """The same for a test that a jump makes: its name and its operands."""
        self.prepare(node, body)
        operands = [*self.inputs(node), *node.immediates]
        return Instruction(node.name, operands, node.location, node.form)

    def prepare(self, node: Node, body: list[Instruction]) -> None:
        """Loads constants and fills the window."""
        for index, number in node.loads.items():
            constant = node.inputs[index]
            assert isinstance(constant, Constant)
            body.append(load(number, constant, node.location))
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
        body: list[Instruction],
        location: LocationAttr,
    ) -> None:
        """Sets registers to registers and constants, all at once as it were."""

        def move(target: int, source: int) -> None:
            body.append(Instruction("move", [register(target), register(source)], location))

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
                body.append(load(target, constant, location))

    # ------------------------------------------------------------------------------- loops

    def join_advance(self, test: Code) -> None:
        """Makes one instruction of a test and the increment that its first target is."""
        if test.kind != "test" or test.targets[0].advance is None:
            return
        latch = test.targets[0]
        if latch.body:
            return  # copies for other parameters
        assert test.end is not None and latch.advance is not None
        test.kind = "step"
        test.end = Instruction("range_advance", test.end.operands, latch.advance.location)
        test.targets = [latch.targets[0], test.targets[1]]


def _common(left: Loop | None, right: Loop | None) -> Loop | None:
    """The innermost loop around both."""
    while left is not None and not (right is not None and is_inside(right, left)):
        left = left.parent
    return left
