"""``inline-calls``: the bodies of small functions in the place of calls of them.

What is called is known for ``call``; for methods and function values it is what the site has
seen, behind a guard of the receiver's type or of the function's body.  A site that has seen several
tests for one after the other, and guards that it is the last one.  If it has seen too many, or
guards have failed there, it tests for what it knows (of methods, those that the program has, if
they are few), and else calls as ever.  So do accesses to fields of objects of several types.

The callee is raised from its own bytecode, with its own feedback; what is called in it may be
inlined in turn.  Its snapshots get the frames around it, so that an exit in an inlined body
rebuilds all frames, and an error names all of them (see :mod:`grokc.dialects.speculation`).
Applied to a module, the pass takes the bodies from there.

A tail call in an inlined body is a call, since the frame that it would reuse is not there.

Captured values of a closure that is made in the same function are those values.  A parameter that
is left out is known to be, so that only its default remains.

A function is inlined into itself as well, as many levels deep as all of its calls of itself fit
into ``unrolled``, ``levels`` at most: of two calls each, two levels leave a third of all calls.
Into others it is inlined once, since they would only enter it; but a closure twice, for one that
calls another of the same body (``twice(twice(f))``) need not be recursive.

A function that is called nevertheless may begin with a test of whether there is anything to do
(``if n < 2 { return n }``).  If it often finds that there is not, the test and that way are inlined
alone, and the rest is a call, which tests once more.

``budget`` bounds, in bytes of bytecode, the bodies that are inlined into one function, ``largest``
one of them, ``in_loop`` one that is called in a loop, ``depth`` their nesting.  ``ways`` is how
many types a call tests for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.constants import FALSE, MISSING_CONSTANT, TRUE
from grokc.dialects.feedback import (
    FEEDBACK,
    NEVER,
    SEEN_ANY,
    SEEN_FLOAT,
    SEEN_INT,
    BranchAttr,
    ShapesAttr,
    TargetAttr,
    TargetsAttr,
)
from grokc.dialects.speculation import CALLEE, Frame, SnapshotOp
from grokc.dialects.types import ANY, FUNCTION, GrokType, StructType
from grokc.lowering.profile import MOST_MET
from grokc.lowering.refused import Place, Refused
from grokc.passes.analysis.blocks import edges_of
from grokc.passes.analysis.bodies import Bodies, ModuleBodies
from grokc.passes.analysis.control_flow import analyse
from grokc.passes.analysis.declarations import is_guardable
from grokc.passes.analysis.kinds import COMPARISONS, MOVABLE
from grokc.passes.analysis.rebuild import Rebuild
from grokc.passes.thread_jumps import known_body

OFTEN = 4
"""A test often finds nothing to do if it does so once in so many calls."""

HEADER = 3
"""Registers below a callee's frame that hold its header."""


@dataclass(frozen=True)
class Limits:
    """How much is inlined, in bytes of bytecode; see the module's docstring."""

    budget: int = 3000
    largest: int = 400
    in_loop: int = 1200
    depth: int = 6
    unrolled: int = 1000
    levels: int = 2
    ways: int = MOST_MET


@dataclass(frozen=True)
class InlineCalls(ModulePass):
    """See the module's docstring."""

    name = "inline-calls"

    budget: int = Limits.budget
    largest: int = Limits.largest
    in_loop: int = Limits.in_loop
    depth: int = Limits.depth
    unrolled: int = Limits.unrolled
    levels: int = Limits.levels
    ways: int = Limits.ways

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        bodies = ModuleBodies(list(op.body.ops))
        limits = Limits(
            self.budget,
            self.largest,
            self.in_loop,
            self.depth,
            self.unrolled,
            self.levels,
            self.ways,
        )
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                inline_calls(function, bodies, limits=limits)


def inline_calls(
    function: grok.FuncOp,
    bodies: Bodies,
    refused: Refused = (),
    limits: Limits | None = None,
) -> None:
    """Inlines calls in a raised function, in place."""
    limits = limits or Limits()
    shared = _Shared(bodies, refused, limits, limits.budget)
    _Inliner(function, shared, _Site((), (), None, None, (), False)).run()


@dataclass
class _Shared:
    bodies: Bodies
    refused: Refused
    limits: Limits
    rest: int  # bytes that may still be inlined
    short: dict[str, Block | None] = field(default_factory=dict)
    """What :meth:`after_test` found."""

    def levels(self, function: str) -> int:
        """How often a function may be inlined into itself, one in the other."""
        signature = self.bodies.signature(function)
        assert signature is not None
        rest = self.limits.unrolled
        calls = sum(_calls(op, function) for op in self.bodies.body(function).walk())
        copies = 1
        for level in range(self.limits.levels):
            copies *= max(calls, 1)
            rest -= copies * signature.size
            if rest < 0:
                return level
        return self.limits.levels

    def after_test(self, function: str) -> Block | None:
        """Of a function that begins with a test of whether there is anything to do, and often finds
        that there is not: the block for when there is."""
        if function not in self.short:
            known = self.bodies.signature(function) is not None
            self.short[function] = self.find_test(function) if known else None
        return self.short[function]

    def find_test(self, function: str) -> Block | None:
        first = self.bodies.body(function).body.blocks[0]
        branch = first.last_op
        if not isinstance(branch, grok.BranchOp):
            return None
        counts = branch.attributes.get(FEEDBACK)
        if (
            not isinstance(counts, BranchAttr)
            or not all(map(_is_repeatable, first.ops))
            or any((function, pc) in self.refused for pc in _places(first))
        ):
            return None
        taken, other = counts.taken.data, counts.other.data
        for way, rest, count in (
            (branch.then, branch.otherwise, taken),
            (branch.otherwise, branch.then, other),
        ):
            if count * OFTEN >= taken + other and way is not rest and _returns_at_once(way):
                return rest
        return None


@dataclass(frozen=True)
class _Site:
    """Where a body is inlined: what is around it."""

    frames: tuple[Frame, ...]
    values: tuple[SSAValue, ...]
    continuation: Block | None  # gets the result; None: it is the function's
    callee: SSAValue | None  # the closure that runs; None: none, or that of the function itself
    active: tuple[str, ...]
    in_loop: bool


class _Inliner(Rebuild):
    def __init__(self, function: grok.FuncOp, shared: _Shared, site: _Site) -> None:
        super().__init__(function)
        self.shared = shared
        self.bodies = shared.bodies
        self.site = site
        self.active = (*site.active, function.symbol)
        self.old_block = self.dominators.order[0]

    def enter(self, block: Block) -> None:
        super().enter(block)
        self.old_block = block

    # ---------------------------------------------------------------------------- a whole body

    def inline_into(
        self, outer: _Inliner, arguments: Sequence[SSAValue], end: Block | None = None
    ) -> None:
        """Writes the body behind what the outer function has so far; ``end`` and what is behind it
        is left to the outer function."""
        self.region = outer.region
        order = self.dominators.order
        first = order[0]
        self.blocks[first] = self.block = outer.block
        for block in order:
            if block is end or block not in self.blocks:
                continue
            if block is first:
                self.values = dict(zip(first.args, arguments, strict=True))
                self.snapshot, self.ended = None, False
            else:
                self.enter(block)
            self.visit_all(block)

    def visit(self, op: Operation) -> None:
        shared = self.shared
        if op.attributes.get(FEEDBACK) == NEVER and self.place() not in shared.refused:
            self.block.add_op(speculation.ExitOp.new(op.location))
            self.ended = True
            return
        match op:
            case SnapshotOp():
                self.write_snapshot(op)
            case grok.CallOp():
                arguments = [self.values[argument] for argument in op.operands]
                result = self.call(op.symbol.root_reference.data, arguments, op)
                self.finish_call(op, result)
            case grok.CallValueOp():
                self.call_value(op)
            case grok.CallMethodOp():
                self.call_method(op)
            case grok.GetFieldOp() | grok.SetFieldOp():
                self.use_field(op)
            case grok.TailCallOp() | grok.TailCallValueOp() | grok.TailCallMethodOp():
                self.tail_call(op)
            case grok.ReturnOp():
                self.leave(self.values[op.value])
            case grok.LoadCaptureOp() if self.site.callee is not None:
                self.values[op.result] = self.capture(self.site.callee, op.index.data)
            case grok.IsMissingOp():
                self.is_missing(op)
            case grok.BranchOp():
                self.branch_or_jump(op)
            case _:
                super().visit(op)

    def place(self) -> Place:
        if self.snapshot is None:
            return self.function.symbol, 0
        frame = self.snapshot.innermost
        return frame.function, frame.pc

    def write_snapshot(self, op: SnapshotOp) -> None:
        site = self.site
        # In a body in which calls were inlined before, its own frame is the last.
        *inner, frame = op.frames.data
        values = [self.values[value] for value in op.values]
        if site.callee is not None:
            frame = Frame(frame.function, frame.pc, (*frame.registers, CALLEE), frame.window)
            values.append(site.callee)
        self.snapshot = SnapshotOp.new((*inner, frame, *site.frames), (*values, *site.values))
        self.block.add_op(self.snapshot)

    # ------------------------------------------------------------------------------------ calls

    def finish_call(self, op: Operation, result: SSAValue) -> None:
        self.values[op.results[0]] = result
        if result.name_hint is None:
            result.name_hint = op.results[0].name_hint

    def wants(self, function: str) -> bool:
        """Is the function to be inlined here?  Then its size is accounted for."""
        if not self.has_room_for(function):
            return False
        signature = self.bodies.signature(function)
        assert signature is not None
        self.shared.rest -= signature.size
        return True

    def has_room_for(self, function: str) -> bool:
        """May the function be inlined here?"""
        shared = self.shared
        signature = self.bodies.signature(function)
        if signature is None or len(self.active) > shared.limits.depth:
            return False
        size, limits = signature.size, shared.limits
        if size > shared.rest:
            return False
        if size > limits.largest and (size > limits.in_loop or not self.is_in_loop()):
            return False
        around = self.active.count(function)
        if around == 0:
            return True
        if size > limits.largest:
            return False
        levels = shared.levels(function)
        if function != self.active[0]:
            levels = min(levels, 1) if signature.is_closure else 0
        return around <= levels

    def is_in_loop(self) -> bool:
        """Is the place in a loop, of this body or around it?"""
        return self.site.in_loop or self.old_block in self.loops

    @cached_property
    def loops(self) -> set[Block]:
        """The old blocks that are in loops."""
        order = self.dominators.order
        numbers = {block: number for number, block in enumerate(order)}
        successors = [[numbers[edge.target] for edge in edges_of(block.last_op)] for block in order]
        loops = analyse(successors).loops
        return {
            block for number, block in enumerate(order) if any(loop.holds(number) for loop in loops)
        }

    def call(
        self,
        function: str,
        arguments: Sequence[SSAValue],
        op: Operation,
        callee: SSAValue | None = None,
    ) -> SSAValue:
        """A call of a known function with all its arguments, inlined or not; its result."""
        before, following = self.snapshot, op.next_op
        # After a call that was not written there is no snapshot in force any more.
        if before is None:
            return self.call_whole(function, arguments, op, callee)
        rest: Block | None = None
        if not self.wants(function):
            rest = self.shared.after_test(function)
            if rest is None or not isinstance(following, SnapshotOp):
                return self.call_whole(function, arguments, op, callee)
        body = self.bodies.body(function)
        continuation = Block(arg_types=[ANY])
        frame = before.innermost
        registers: list[int] = []
        values: list[SSAValue] = []
        for index, register in enumerate(frame.registers):
            # What lies higher is the callee's; it is not live after the call.
            if register < frame.window - HEADER:
                registers.append(register)
                values.append(before.operands[index])
        values += before.operands[len(frame.registers) :]
        outer = Frame(frame.function, frame.pc, tuple(registers), frame.window)
        site = _Site(
            (outer, *before.frames.data[1:]),
            tuple(values),
            continuation,
            callee if self.is_closure(function) else None,
            self.active,
            self.is_in_loop(),
        )
        inner = _Inliner(body, self.shared, site)
        inner.inline_into(self, arguments, rest)
        if rest is not None and rest in inner.blocks:
            assert isinstance(following, SnapshotOp)
            self.go_on(inner.blocks[rest], before)
            result = self.call_whole(function, arguments, op, callee)
            self.leave_one_way(op, result, following, continuation)
        self.region.add_block(continuation)
        self.block = continuation
        self.snapshot = None
        return continuation.args[0]

    def call_whole(
        self,
        function: str,
        arguments: Sequence[SSAValue],
        op: Operation,
        callee: SSAValue | None,
    ) -> SSAValue:
        """A call that stays one."""
        if callee is not None and self.is_closure(function):
            return self.emit(
                speculation.CallClosureOp.new(function, callee, arguments, op.location)
            )
        return self.emit(grok.CallOp.new(function, arguments, op.location))

    def is_closure(self, function: str) -> bool:
        """Does the function need the value that it was called through?"""
        signature = self.bodies.signature(function)
        return signature is not None and signature.is_closure

    def leave(self, value: SSAValue) -> None:
        """Returns from a body."""
        if self.site.continuation is None:
            self.block.add_op(grok.ReturnOp.new(value))
        else:
            self.block.add_op(grok.JumpOp.new(self.site.continuation, (value,)))

    def tail_call(self, op: Operation) -> None:
        """The callee's frame replaces that of the body, if it is inlined.

        If not, it is a tail call only in the function itself: an inlined body has no frame.
        """
        known = self.tail_callee(op)
        if known is not None:
            self.go_on_in(op, *known)
            return
        self.tail_call_one_of(op)

    def tail_call_any(
        self,
        op: Operation,
        operands: Sequence[SSAValue],
        attributes: dict[str, Attribute] | None = None,
    ) -> None:
        """A tail call that stays one, or in an inlined body a call."""
        if self.site.continuation is None:
            made = self.copy(op, operands)
        else:
            made = self.call_and_leave(op, operands)
        if attributes is not None:
            made.attributes = attributes

    def go_on_in(
        self, op: Operation, function: str, arguments: Sequence[SSAValue], callee: SSAValue | None
    ) -> None:
        """A tail call of a known function with all its arguments."""
        if self.wants(function):
            body = self.bodies.body(function)
            site = self.site
            inner = _Site(
                site.frames,
                site.values,
                site.continuation,
                callee if self.is_closure(function) else None,
                self.active,
                self.is_in_loop(),
            )
            _Inliner(body, self.shared, inner).inline_into(self, arguments)
            self.ended = True
        elif callee is not None and self.is_closure(function):
            self.tail_call_any(op, [callee, *arguments])
        elif self.site.continuation is None:
            self.block.add_op(grok.TailCallOp.new(function, arguments, op.location))
        else:
            self.call_and_leave(grok.TailCallOp.new(function, arguments, op.location), arguments)

    def tail_call_one_of(self, op: Operation) -> None:
        """A tail call that has met several functions: one of those, or any."""
        before = self.snapshot
        ways, is_all = self.ways(op)
        for number, way in enumerate(ways, 1):
            assert before is not None
            is_last = is_all and number == len(ways)
            is_other, operands = self.choose(op, way, before, is_last=is_last)
            function = way.function.data
            if not function:
                self.tail_call_any(op, operands, {FEEDBACK: way})
            elif way.receiver == FUNCTION:
                self.go_on_in(op, function, operands[1:], operands[0])
            else:
                self.go_on_in(op, function, operands, None)
            if is_other is None:
                return
            self.go_on(is_other, before)
        self.tail_call_any(op, [self.values[operand] for operand in op.operands])

    def tail_callee(self, op: Operation) -> tuple[str, list[SSAValue], SSAValue | None] | None:
        """What a tail call is known to call, behind guards: with all its arguments, and the
        closure."""
        operands = [self.values[operand] for operand in op.operands]
        if isinstance(op, grok.TailCallOp):
            return op.symbol.root_reference.data, operands, None
        callee: SSAValue | None = None
        if isinstance(op, grok.TailCallValueOp):
            callee, *arguments = operands
            function = known_body(callee)
            target = op.attributes.get(FEEDBACK)
            guarded = function is None
            if guarded and isinstance(target, TargetAttr):
                function = target.function.data
            filled = self.filled(function, arguments) if function else None
            if not function or filled is None or (guarded and self.place() in self.shared.refused):
                return None
            if guarded:
                callee = self.emit(speculation.GuardFunctionOp.new(function, callee))
            return function, filled, callee
        assert isinstance(op, grok.TailCallMethodOp)
        one = self.one_target(op, operands[0])
        filled = self.filled(one.function.data, operands) if one is not None else None
        if one is None or filled is None:
            return None
        if operands[0].type != one.receiver:
            filled[0] = self.emit(speculation.GuardOp.new(one.receiver, operands[0]))
        return one.function.data, filled, None

    def call_and_leave(self, op: Operation, arguments: Sequence[SSAValue]) -> grok.GrokOp:
        """A tail call in an inlined body that is not inlined itself: a call in the frame around it,
        since the body's frame would be gone by then.  (Nothing exits by that snapshot.)"""
        frames, values = self.site.frames, self.site.values
        self.block.add_op(SnapshotOp.new(frames, values, op.location))
        call: grok.GrokOp
        if isinstance(op, grok.TailCallOp):
            call = grok.CallOp.new(op.symbol.root_reference.data, arguments, op.location)
        elif isinstance(op, grok.TailCallValueOp):
            call = grok.CallValueOp.new(arguments[0], arguments[1:], op.location)
        else:
            assert isinstance(op, grok.TailCallMethodOp)
            call = grok.CallMethodOp.new(op.callee.data, arguments[0], arguments[1:], op.location)
        self.leave(self.emit(call))
        self.snapshot = None
        return call

    def call_value(self, op: grok.CallValueOp) -> None:
        callee, *arguments = (self.values[operand] for operand in op.operands)
        function = known_body(callee)
        if function is None:
            target = op.attributes.get(FEEDBACK)
            if isinstance(target, TargetAttr) and self.place() not in self.shared.refused:
                filled = self.filled(target.function.data, arguments)
                if filled is not None:
                    function = target.function.data
                    guard = self.emit(speculation.GuardFunctionOp.new(function, callee))
                    self.finish_call(op, self.call(function, filled, op, guard))
                    return
            self.call_one_of(op)
            return
        filled = self.filled(function, arguments)
        if filled is None:
            self.copy(op)  # The wrong number of arguments.
        else:
            self.finish_call(op, self.call(function, filled, op, callee))

    def call_method(self, op: grok.CallMethodOp) -> None:
        receiver, *arguments = (self.values[operand] for operand in op.operands)
        target = self.one_target(op, receiver)
        if target is None:
            self.call_one_of(op)
            return
        function = target.function.data
        filled = self.filled(function, [receiver, *arguments])
        if filled is None:
            self.copy(op)
            return
        if receiver.type != target.receiver:
            filled[0] = self.emit(speculation.GuardOp.new(target.receiver, receiver))
        self.finish_call(op, self.call(function, filled, op))

    def one_target(
        self, op: grok.CallMethodOp | grok.TailCallMethodOp, receiver: SSAValue
    ) -> TargetAttr | None:
        """The method of the program that a call means: by the type that its receiver is known to
        have, or as it has been so far."""
        for kind, function in self.bodies.methods(op.callee.data):
            if kind == receiver.type:
                return TargetAttr.of(kind, function)
        target = op.attributes.get(FEEDBACK)
        if (
            isinstance(target, TargetAttr)
            and target.function.data
            and is_guardable(target.receiver)
            and receiver.type == ANY
            and self.place() not in self.shared.refused
        ):
            return target
        return None

    # ------------------------------------------------------------------------- one of several

    def ways(self, op: Operation) -> tuple[Sequence[TargetAttr], bool]:
        """What a call tests for, and whether that is all that there is to expect."""
        seen = op.attributes.get(FEEDBACK)
        refused = self.place() in self.shared.refused
        met: Sequence[TargetAttr] = ()
        if isinstance(seen, TargetsAttr):
            met = seen.targets.data
        elif isinstance(op, (grok.CallMethodOp, grok.TailCallMethodOp)) and (
            seen == SEEN_ANY or (refused and isinstance(seen, TargetAttr))
        ):
            met = [
                TargetAttr.of(kind, function)
                for kind, function in self.bodies.methods(op.callee.data)
                if isinstance(kind, StructType)
            ]
        if (
            self.snapshot is None
            or len(met) > self.shared.limits.ways
            or self.values[op.operands[0]].type not in (ANY, FUNCTION)
        ):
            return (), False
        shared = Counter(way.function.data for way in met if way.function.data)
        ways = [
            way
            for way in met
            if self.is_way(way, len(op.operands))
            # One function for several receivers is found as fast by a call that looks it up.
            and (shared[way.function.data] <= 1 or self.has_room_for(way.function.data))
        ]
        return ways, isinstance(seen, TargetsAttr) and not refused and len(ways) == len(met)

    def is_way(self, way: TargetAttr, operands: int) -> bool:
        """Can a call with so many operands have this target, and can that be tested?"""
        function = way.function.data
        if not function:
            return is_guardable(way.receiver)
        signature = self.bodies.signature(function)
        count = operands - (way.receiver == FUNCTION)
        return (
            signature is not None
            and signature.minimum <= count <= signature.maximum
            and is_guardable(way.receiver)
        )

    def choose(
        self, op: Operation, way: TargetAttr, before: SnapshotOp, *, is_last: bool
    ) -> tuple[Block | None, list[SSAValue]]:
        """Goes on where a call has this target; the block for where it has not (``None``: that is
        an exit), and the operands as they are known then, with all arguments."""
        first, *arguments = (self.values[operand] for operand in op.operands)
        function = way.function.data
        is_other: Block | None = None
        known: SSAValue
        if way.receiver == FUNCTION:
            if is_last:
                known = self.emit(speculation.GuardFunctionOp.new(function, first))
            else:
                is_other = self.test(speculation.IsFunctionOp.new(function, first), before)
                known = self.emit(speculation.KnownFunctionOp.new(function, first))
            filled = self.filled(function, arguments)
            assert filled is not None
            return is_other, [known, *filled]
        if is_last:
            known = self.emit(speculation.GuardOp.new(way.receiver, first))
        else:
            is_other = self.test(_type_test(way.receiver, first), before)
            known = self.emit(speculation.KnownOp.new(way.receiver, first))
        if not function:
            return is_other, [known, *arguments]
        filled = self.filled(function, [known, *arguments])
        assert filled is not None
        return is_other, filled

    def call_one_of(self, op: grok.CallMethodOp | grok.CallValueOp) -> None:
        """A call that has met several functions: one of those, or any."""
        following = op.next_op
        before = self.snapshot
        ways, is_all = self.ways(op)
        if not ways or before is None or not isinstance(following, SnapshotOp):
            self.copy(op)
            return
        joined = Block(arg_types=[ANY])
        is_other: Block | None = None
        for number, way in enumerate(ways, 1):
            is_last = is_all and number == len(ways)
            is_other, operands = self.choose(op, way, before, is_last=is_last)
            function = way.function.data
            if not function:
                used = self.copy(op, operands)
                used.attributes = {FEEDBACK: way}
                result: SSAValue = used.results[0]
            elif way.receiver == FUNCTION:
                result = self.call(function, operands[1:], op, operands[0])
            else:
                result = self.call(function, operands, op)
            self.leave_one_way(op, result, following, joined)
            if is_other is not None:
                self.go_on(is_other, before)
        if is_other is not None:
            other = self.copy(op)
            self.leave_one_way(op, other.results[0], following, joined)
        self.region.add_block(joined)
        self.block = joined
        self.snapshot = None
        self.finish_call(op, joined.args[0])

    def test(self, test: grok.GrokOp, before: SnapshotOp) -> Block:
        """Goes on where a test holds; the block for where it does not."""
        holds, is_other = Block(), Block()
        self.block.add_op(grok.BranchOp.new(self.emit(test), holds, is_other))
        self.go_on(holds, before)
        return is_other

    def use_field(self, op: grok.GetFieldOp | grok.SetFieldOp) -> None:
        """A field of objects of several types: that of one of the structs that the site has met, or
        any.  Where guards have failed, it is one of those that have such a field."""
        before = self.snapshot
        object, *value = (self.values[operand] for operand in op.operands)
        seen = op.attributes.get(FEEDBACK)
        refused = self.place() in self.shared.refused
        kinds: Sequence[GrokType] = ()
        if isinstance(seen, ShapesAttr):
            kinds = seen.types.data
        elif refused:
            kinds = [StructType(struct) for struct in self.bodies.structs_with(op.field.data)]
        if not 1 < len(kinds) <= self.shared.limits.ways or before is None or object.type != ANY:
            self.copy(op)
            return
        joined = Block(arg_types=[ANY] * len(op.results))
        for number, kind in enumerate(kinds, 1):
            if number == len(kinds) and not refused:
                known = self.emit(speculation.GuardOp.new(kind, object))
                is_other = None
            else:
                is_other = self.test(_type_test(kind, object), before)
                known = self.emit(speculation.KnownOp.new(kind, object))
            used = self.copy(op, [known, *value])
            self.block.add_op(grok.JumpOp.new(joined, used.results))
            if is_other is not None:
                self.go_on(is_other, before)
        if refused:
            used = self.copy(op)
            self.block.add_op(grok.JumpOp.new(joined, used.results))
        self.region.add_block(joined)
        self.block = joined
        self.snapshot = None
        for result, argument in zip(op.results, joined.args, strict=True):
            self.values[result] = argument

    def go_on(self, block: Block, snapshot: SnapshotOp) -> None:
        """In a new block, with the same state."""
        self.region.add_block(block)
        self.block = block
        self.snapshot = SnapshotOp.new(snapshot.frames.data, snapshot.values, snapshot.location)
        block.add_op(self.snapshot)

    def leave_one_way(
        self, op: Operation, result: SSAValue, following: SnapshotOp, joined: Block
    ) -> None:
        self.values[op.results[0]] = result
        self.write_snapshot(following)
        self.block.add_op(grok.JumpOp.new(joined, (result,)))

    def filled(self, function: str, arguments: Sequence[SSAValue]) -> list[SSAValue] | None:
        """The arguments, ``missing`` for those left out; ``None`` if their number is wrong."""
        signature = self.bodies.signature(function)
        if signature is None or not signature.minimum <= len(arguments) <= signature.maximum:
            return None
        filled = list(arguments)
        if len(filled) < signature.maximum:
            missing = self.emit(grok.ConstantOp.new(MISSING_CONSTANT))
            filled += [missing] * (signature.maximum - len(filled))
        return filled

    # ---------------------------------------------------------------------------- what is known

    def capture(self, callee: SSAValue, index: int) -> SSAValue:
        owner = callee.owner
        if isinstance(owner, (speculation.GuardFunctionOp, speculation.KnownFunctionOp)):
            owner = owner.operands[0].owner
        if isinstance(owner, grok.MakeClosureOp):
            return owner.operands[index]
        return self.emit(speculation.LoadClosureCaptureOp.new(index, callee))

    def is_missing(self, op: grok.IsMissingOp) -> None:
        value = self.values[op.value]
        owner = value.owner
        if isinstance(owner, grok.ConstantOp):
            truth = TRUE if owner.value == MISSING_CONSTANT else FALSE
        elif value.type != ANY:
            truth = FALSE
        else:
            self.copy(op)
            return
        self.values[op.result] = self.emit(grok.ConstantOp.new(truth))

    def branch_or_jump(self, op: grok.BranchOp) -> None:
        condition = self.values[op.condition]
        owner = condition.owner
        if not isinstance(owner, grok.ConstantOp):
            self.branch(op, condition)
        elif owner.value == TRUE:
            self.jump(op.then, op.then_arguments)
        else:
            self.jump(op.otherwise, op.else_arguments)


def _calls(op: Operation, function: str) -> bool:
    """Is it a call of the function, as far as is known?"""
    if isinstance(op, grok.CallOp):
        return op.symbol.root_reference.data == function
    target = op.attributes.get(FEEDBACK)
    return isinstance(target, TargetAttr) and target.function.data == function


def _is_repeatable(op: Operation) -> bool:
    """May an operation run once more?  Then it changes nothing, and runs nothing of the program."""
    if type(op) in COMPARISONS:
        return op.attributes.get(FEEDBACK) in (SEEN_INT, SEEN_FLOAT)
    return type(op) in MOVABLE or isinstance(op, (SnapshotOp, grok.ConstantOp, grok.BranchOp))


def _places(block: Block) -> Iterator[int]:
    """The instructions that a block of a function comes by."""
    return (op.innermost.pc for op in block.ops if isinstance(op, SnapshotOp))


def _returns_at_once(block: Block) -> bool:
    *before, last = block.ops
    return isinstance(last, grok.ReturnOp) and all(
        isinstance(op, (SnapshotOp, grok.ConstantOp)) for op in before
    )


def _type_test(kind: GrokType, value: SSAValue) -> grok.GrokOp:
    if isinstance(kind, StructType):
        return grok.IsStructOp.new(kind.symbol.data, value)
    return speculation.IsTypeOp.new(kind, value)
