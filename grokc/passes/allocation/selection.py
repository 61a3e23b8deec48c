"""Step 1: which instructions a function needs, and which values need registers.

SSA values become numbers; constants stay constants, for almost every operand has a form that takes
one.  A :class:`Node` is an instruction whose registers are not known yet.  What is decided here:

- the *form* of each instruction, so that as few constants as possible have to be loaded;
- which comparison is done by the jump that looks at it (then it is no instruction of its own), with
  ``not`` and ``!=`` turned into the other polarity;
- reads and writes of captured cells that are one instruction instead of two;
- which increments at the end of a loop may become the loop's ``range_step``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from xdsl.dialects.builtin import IntAttr, LocationAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.utils.exceptions import PassFailedException

from grokc.dialects import grok
from grokc.dialects.constants import Constant, VariantRef
from grokc.dialects.grok_vm import SMALL_MAX, SMALL_MIN, small
from grokc.dialects.location import UNKNOWN
from grokc.dialects.types import ANY, BOOL, FLOAT, INT, STR, UNIT
from grokc.passes.analysis.control_flow import ControlFlow, Loop, analyse
from grokc.vm import operations
from grokc.vm.operations import OPERATIONS, Kind

RESULT_IN_WINDOW = frozenset({"call", "call_value", "call_method", "call_builtin"})
"""What returns its result in the window's first register."""

Operand: TypeAlias = "int | Constant"
"""The number of a value, or a constant."""


@dataclass(slots=True, eq=False)
class Node:
    """One instruction to be; of a two-way terminator, the test that it makes."""

    name: str
    location: LocationAttr
    inputs: list[Operand]
    """What the IN operands are, in order."""
    immediates: Sequence[Attribute] = ()
    """The COUNT, SMALL and WORD operands, in order, but for the count of a window."""
    form: str = ""
    out: int = -1
    """The value that it defines, or -1."""
    window: list[Operand] | None = None
    callee: Operand | None = None
    """What is called, if that is a value: it lies three registers below the window."""
    position: int = -1

    # Filled in by the assignment of registers.
    base: int = -1
    """The window's first register; a guess as long as the node has not been reached."""
    loads: dict[int, int] = field(default_factory=dict)
    """Registers for the constants that the form cannot take, by the input's index."""


@dataclass(slots=True, eq=False)
class SelectedBlock:
    """A block's nodes and how it ends.

    ``kind`` is ``jump`` (no node), ``test`` (the first target if it holds), ``next`` (the first
    target with an item) or ``end`` (the node leaves the function).
    """

    number: int
    parameters: list[int] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    kind: str = "end"
    terminator: Node | None = None
    targets: list[int] = field(default_factory=list)
    given: list[list[tuple[int, Operand]]] = field(default_factory=list)
    """For each target, which of its parameters is handed what."""
    location: LocationAttr = UNKNOWN
    step: Node | None = None
    """The increment that may be done by the loop's ``range_step``."""
    advance: Node | None = None
    """The increment that may be done by the ``range_advance`` of the block before."""
    start: int = 0
    end: int = 0
    """The positions of the block's beginning and of its terminator."""


@dataclass(slots=True, eq=False)
class Selection:
    """A whole function.  The values ``0 .. arity - 1`` are the parameters."""

    blocks: list[SelectedBlock]
    flow: ControlFlow
    arity: int
    count: int
    """How many values there are."""


# ------------------------------------------------------------------------------ how operations map


@dataclass(frozen=True, slots=True)
class _Plan:
    """How an operation becomes a node."""

    name: str
    operation: operations.Operation
    inputs: int
    has_window: bool
    has_callee: bool
    immediates: Callable[[Operation], Sequence[Attribute]]


def _properties(*names: str) -> Callable[[Operation], Sequence[Attribute]]:
    return lambda op: [op.properties[name] for name in names]


@cache
def _variant(enum: SymbolRefAttr, variant: StringAttr) -> Constant:
    return Constant(VariantRef(enum.root_reference.data, variant.data))


def _variant_header(op: Operation) -> Sequence[Attribute]:
    assert isinstance(op, (grok.MakeVariantOp, grok.IsVariantOp))
    return [_variant(op.enum, op.variant)]


_IMMEDIATES: dict[type[Operation], Callable[[Operation], Sequence[Attribute]]] = {
    grok.MakeVariantOp: _variant_header,
    grok.IsVariantOp: _variant_header,
}

_CALLS_OF_VALUES = (grok.CallValueOp, grok.TailCallValueOp)


@cache
def _plan(kind: type[grok.GrokOp]) -> _Plan:
    name = kind.name.removeprefix("grok.")
    name = name.removeprefix("is_") if name.startswith("is_") else name
    operation = OPERATIONS.get(name)
    if operation is None:
        raise PassFailedException(f"{kind.name} is of the optimizing tier: it has no instruction")
    kinds = [operand.kind for operand in operation.operands]
    properties = tuple(kind.get_irdl_definition().properties)
    return _Plan(
        name,
        operation,
        kinds.count(Kind.IN),
        Kind.WINDOW in kinds,
        issubclass(kind, _CALLS_OF_VALUES),
        _IMMEDIATES.get(kind) or _properties(*properties),
    )


# Comparisons with their sides exchanged: asked of a constant on the left where that makes no
# difference.  It can where an operator of the program's own may be asked (a unit variant has the
# `Eq` of its enum, and its left side is `self`), and in the message of a type error.
_MIRRORED = {
    "less": "greater",
    "less_equal": "greater_equal",
    "greater": "less",
    "greater_equal": "less_equal",
    "equal": "equal",
    "not_equal": "not_equal",
}

TESTS = frozenset(
    name.removeprefix("jump_if_")
    for name, operation in OPERATIONS.items()
    if operation.shape == "jump_if"
)


@cache
def _choose(forms: tuple[str, ...], inputs: str) -> str:
    """The form that needs the fewest loads for inputs that are registers (``r``), small ints
    (``i``) and other constants (``k``)."""

    def cost(form: str) -> tuple[int, int]:
        loads = 0
        for given, taken in zip(inputs, form, strict=True):
            if taken == "r":
                loads += given != "r"
            elif given == "r" or (taken == "i" and given != "i"):
                return 99, 0
        return loads, form.count("k")  # a small int is shorter than a constant

    return min(forms, key=cost)


def is_small(constant: Constant) -> bool:
    """Can the constant be part of an instruction?"""
    number = constant.data
    return type(number) is int and SMALL_MIN <= number <= SMALL_MAX


def immediate(constant: Constant) -> IntAttr:
    """A small constant as an operand of form ``i``."""
    assert isinstance(constant.data, int)
    return small(constant.data)


def _letters(inputs: Sequence[Operand]) -> str:
    return "".join(
        "r" if isinstance(operand, int) else "i" if is_small(operand) else "k" for operand in inputs
    )


# ------------------------------------------------------------------------------------ the selection


def select(function: grok.FuncOp) -> Selection:
    """Selects a function's instructions."""
    return _Selector(function).run()


class _Selector:
    def __init__(self, function: grok.FuncOp) -> None:
        self.sources = list(function.body.blocks)
        numbers = {block: number for number, block in enumerate(self.sources)}
        self.flow = analyse(
            [
                [numbers[target] for target in block.last_op.successors] if block.last_op else []
                for block in self.sources
            ]
        )
        self.blocks = [SelectedBlock(number) for number in range(len(self.sources))]
        self.values: dict[SSAValue, Operand] = {}
        self.homes: list[int] = []  # the block that defines each value
        self.types: list[Attribute] = []
        self.used_once: list[bool] = []
        self.block = 0  # the one at work
        self.captures: dict[SSAValue, Attribute] = {}
        self.arity = len(self.sources[0].args)

    def run(self) -> Selection:
        for number in self.flow.order:
            self.block = number
            for argument in self.sources[number].args:
                self.blocks[number].parameters.append(self.define(argument))
        for number in self.flow.order:
            self.block = number
            self.select_block(number)
        for number in self.flow.order:
            self.connect(number)
        for loop in self.flow.loops:
            self.find_steps(loop)
        position = 0
        for number in self.flow.order:
            block = self.blocks[number]
            block.start = position
            for node in block.nodes:
                position += 1
                node.position = position
            position += 1
            block.end = position
            if block.terminator is not None:
                block.terminator.position = position
            position += 1
        return Selection(self.blocks, self.flow, self.arity, len(self.homes))

    def define(self, value: SSAValue) -> int:
        self.values[value] = number = len(self.homes)
        self.homes.append(self.block)
        self.types.append(value.type)
        self.used_once.append(value.has_one_use())
        return number

    def operand(self, value: SSAValue) -> Operand:
        return self.values[value]

    # ------------------------------------------------------------------------------- one block

    def select_block(self, number: int) -> None:
        block = self.blocks[number]
        for op in self.sources[number].ops:
            match op:
                case grok.ConstantOp():
                    self.values[op.results[0]] = op.value
                case grok.LoadCaptureOp() if _is_captured_cell(op):
                    self.captures[op.results[0]] = op.index
                case grok.JumpOp():
                    block.kind, block.location = "jump", op.location
                case grok.BranchOp():
                    self.select_branch(block, op)
                case grok.NextOp():
                    self.select_next(block, op)
                case grok.UnreachableOp():
                    # Never reached: it keeps the return pc of what stands before it inside.
                    block.terminator = Node("return", op.location, [Constant(0)], form="i")
                case grok.GrokOp():
                    node = self.select_node(op)
                    if op.next_op is None:
                        block.terminator = node
                    else:
                        block.nodes.append(node)

    def select_node(self, op: grok.GrokOp) -> Node:
        operands = op.operands
        if isinstance(op, (grok.LoadCellOp, grok.StoreCellOp)):
            index = self.captures.get(operands[0])
            if index is not None:
                name = _plan(type(op)).name.replace("_cell", "_captured_cell")
                node = Node(name, op.location, [self.operand(v) for v in operands[1:]], [index])
                self.finish(node, op)
                return node
        plan = _plan(type(op))
        inputs = [self.operand(value) for value in operands]
        node = Node(plan.name, op.location, inputs, plan.immediates(op))
        if plan.has_window:
            node.inputs = []
            if plan.has_callee:
                node.callee, *node.window = inputs
            else:
                node.window = inputs
        else:
            self.mirror(node, op)
        self.finish(node, op)
        return node

    def finish(self, node: Node, op: Operation) -> None:
        node.form = _choose(OPERATIONS[node.name].forms, _letters(node.inputs))
        if op.results:
            value = self.define(op.results[0])
            # What a call returns needs no place if nobody looks at it.
            if node.name not in RESULT_IN_WINDOW or op.results[0].first_use is not None:
                node.out = value

    def mirror(self, node: Node, op: Operation) -> None:
        other = _MIRRORED.get(node.name)
        if other is None or isinstance(node.inputs[0], int) or isinstance(node.inputs[1], Constant):
            return
        numbers = (INT, FLOAT)
        left, right = (operand.type for operand in op.operands)
        plain = left in (*numbers, STR, BOOL, UNIT)
        if (plain and other == node.name) or (left in numbers and right in numbers):
            node.name = other
            node.inputs.reverse()

    # ----------------------------------------------------------------------------- terminators

    def select_branch(self, block: SelectedBlock, op: grok.BranchOp) -> None:
        block.kind, block.location = "test", op.location
        value = op.condition
        positive = True
        while True:
            node = block.nodes[-1] if block.nodes else None
            if node is None or node.out < 0 or self.values[value] != node.out:
                break
            if not value.has_one_use():
                break
            assert isinstance(value.owner, Operation)
            if node.name == "not" and value.owner.operands[0].type == BOOL:
                value = value.owner.operands[0]
                positive = not positive
                block.nodes.pop()
                continue
            if node.name == "not_equal":
                node.name = "equal"
                positive = not positive
            if node.name in TESTS:
                node.out = -1
                node.form = _choose(OPERATIONS["jump_if_" + node.name].forms, _letters(node.inputs))
                block.terminator = block.nodes.pop()
            break
        if block.terminator is None:
            condition = self.operand(value)
            if isinstance(condition, Constant) and isinstance(condition.data, bool):
                block.kind = "jump"
                block.targets = [0 if condition.data == positive else 1]
                return
            block.terminator = Node("true", op.location, [condition], form="r")
        block.targets = [0, 1] if positive else [1, 0]

    def select_next(self, block: SelectedBlock, op: grok.NextOp) -> None:
        block.kind, block.location = "next", op.location
        block.terminator = Node("next", op.location, [self.operand(op.iterator)], form="r")

    def connect(self, number: int) -> None:
        """Finds the targets' numbers and what their parameters are handed."""
        block = self.blocks[number]
        source = self.sources[number]
        terminator = source.last_op
        successors = self.flow.successors[number]
        given: list[list[SSAValue]]
        match terminator:
            case grok.JumpOp():
                given = [list(terminator.arguments)]
            case grok.BranchOp():
                given = [list(terminator.then_arguments), list(terminator.else_arguments)]
            case grok.NextOp():
                given = [list(terminator.body_arguments), list(terminator.exit_arguments)]
            case _:
                return
        # Which of the successors, and in which order.
        chosen = block.targets or list(range(len(successors)))
        block.targets = [successors[index] for index in chosen]
        for index in chosen:
            parameters = self.blocks[successors[index]].parameters
            if isinstance(terminator, grok.NextOp) and index == 0:
                item, *parameters = parameters
                assert block.terminator is not None
                if len(self.flow.predecessors[successors[0]]) == 1:
                    block.terminator.out = item
                    self.blocks[successors[0]].parameters = parameters
                    block.given.append([])
                else:
                    block.terminator.out = len(self.homes)
                    self.homes.append(number)
                    self.types.append(ANY)
                    self.used_once.append(False)
                    block.given.append([(item, block.terminator.out)])
            else:
                block.given.append([])
            block.given[-1] += [
                (parameter, self.operand(value))
                for parameter, value in zip(parameters, given[index], strict=True)
            ]

    # --------------------------------------------------------------------------- counted loops

    def find_steps(self, loop: Loop) -> None:
        """Marks the increments of a counter that has been found below a limit in the same turn.

        Both must be ints, and the limit the same at each turn: then the counter cannot overflow.
        """
        block = self.blocks[loop.header]
        test = block.terminator
        if _is_limit(block) and test is not None and not block.nodes:
            stays, leaves = block.targets
            if not loop.holds(stays) or loop.holds(leaves):
                return
            for latch in loop.latches:
                step = self.increment(latch, loop, test)
                if step is None:
                    return
                self.blocks[latch].step = step
            return
        for latch in loop.latches:
            # The test may also stand at the turn's end, before the increment: `low..=high`.
            before = self.flow.predecessors[latch]
            if len(before) != 1 or len(self.blocks[latch].nodes) != 1:
                continue
            tested = self.blocks[before[0]]
            if _is_limit(tested) and tested.targets[0] == latch and tested.terminator is not None:
                self.blocks[latch].advance = self.increment(latch, loop, tested.terminator)

    def increment(self, latch: int, loop: Loop, test: Node) -> Node | None:
        """The node in a latch that adds 1 to the counter which the test has found below its limit,
        if both are certain to be ints and the limit does not change in the loop."""
        counter, limit = test.inputs
        parameters = self.blocks[loop.header].parameters
        if not isinstance(counter, int) or counter not in parameters:
            return None
        ints = self.ints_before(loop)

        def is_int(operand: Operand) -> bool:
            if isinstance(operand, Constant):
                return type(operand.data) is int
            return operand in ints or self.types[operand] == INT

        if isinstance(limit, int) and loop.holds(self.homes[limit]):
            return None
        entries = [p for p in self.flow.predecessors[loop.header] if not loop.holds(p)]
        if not is_int(limit) or not all(
            is_int(operand)
            for entry in entries
            for operand in self.handed(entry, loop.header, counter)
        ):
            return None
        # Any other latch must count as well, or the counter may become anything.
        steps = {number: self.step_of(number, loop.header, counter) for number in loop.latches}
        return None if None in steps.values() else steps[latch]

    def step_of(self, latch: int, header: int, counter: int) -> Node | None:
        """The node that adds 1 to a loop's counter in a latch; nothing else looks at the sum, so
        it may as well be done last."""
        block = self.blocks[latch]
        (operand,) = self.handed(latch, header, counter)[:1]
        for node in block.nodes:
            if node.out == operand and node.name == "add":
                adds_one = node.inputs == [counter, Constant(1)] and self.used_once[node.out]
                return node if adds_one and block.kind == "jump" else None
        return None

    def handed(self, predecessor: int, block: int, parameter: int) -> list[Operand]:
        source = self.blocks[predecessor]
        return [
            operand
            for target, given in zip(source.targets, source.given, strict=True)
            if target == block
            for known, operand in given
            if known == parameter
        ]

    def ints_before(self, loop: Loop) -> set[Operand]:
        """The values that a ``check_range`` on the only way into the loop has found to be ints."""
        found: set[Operand] = set()
        outside = [p for p in self.flow.predecessors[loop.header] if not loop.holds(p)]
        while len(outside) == 1 and not found:
            for node in self.blocks[outside[0]].nodes:
                if node.name == "check_range":
                    found.update(node.inputs)
            outside = self.flow.predecessors[outside[0]]
        return found


def _is_limit(block: SelectedBlock) -> bool:
    """Does the block end in the test whether one value is less than another?"""
    return block.kind == "test" and block.terminator is not None and block.terminator.name == "less"


def _is_captured_cell(op: grok.LoadCaptureOp) -> bool:
    """Is it used only to read and write a shared variable?"""
    return all(
        isinstance(use.operation, (grok.LoadCellOp, grok.StoreCellOp)) and use.index == 0
        for use in op.results[0].uses
    )
