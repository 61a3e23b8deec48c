"""``inline-calls``: the bodies of small functions in the place of calls of them.

What is called is known for ``call``; for methods and function values it is what the site's cache
has seen, behind a guard of the receiver's type or of the function's body.  A site that has seen
receivers of several types tests for each struct that has such a method, if they are few, and else
calls as ever.  So does an access to a field where guards of the object's type have failed.

The callee is raised from its own bytecode, with its own feedback; what is called in it may be
inlined in turn.  Its snapshots get the frames around it, so that an exit in an inlined body
rebuilds all frames, and an error names all of them (see :mod:`grokc.dialects.speculation`).
Applied to a module, the pass takes the bodies from there.

A tail call in an inlined body is a call, since the frame that it would reuse is not there.

Captured values of a closure that is made in the same function are those values.  A parameter that
is left out is known to be, so that only its default remains.

``budget`` bounds, in bytes of bytecode, the bodies that are inlined into one function, ``largest``
one of them, ``depth`` their nesting.  Recursion is unrolled once, as far as ``unrolled`` allows: a
small function makes half as many calls then.  ``ways`` is how many types a call tests for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.constants import FALSE, MISSING_CONSTANT, TRUE, FunctionRef
from grokc.dialects.feedback import FEEDBACK, NEVER, SEEN_ANY, TargetAttr
from grokc.dialects.speculation import CALLEE, Frame, SnapshotOp
from grokc.dialects.types import ANY, StructType
from grokc.passes.analysis.bodies import Bodies, ModuleBodies
from grokc.passes.analysis.declarations import is_guardable
from grokc.passes.analysis.rebuild import Rebuild

Place = tuple[str, int]

HEADER = 3
"""Registers below a callee's frame that hold its header."""


@dataclass(frozen=True)
class Limits:
    """How much is inlined, in bytes of bytecode; see the module's docstring."""

    budget: int = 2000
    largest: int = 400
    depth: int = 6
    unrolled: int = 400
    ways: int = 4


@dataclass(frozen=True)
class InlineCalls(ModulePass):
    """See the module's docstring."""

    name = "inline-calls"

    budget: int = Limits.budget
    largest: int = Limits.largest
    depth: int = Limits.depth
    unrolled: int = Limits.unrolled
    ways: int = Limits.ways

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        bodies = ModuleBodies(list(op.body.ops))
        limits = Limits(self.budget, self.largest, self.depth, self.unrolled, self.ways)
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                inline_calls(function, bodies, limits=limits)


def inline_calls(
    function: grok.FuncOp,
    bodies: Bodies,
    refused: Collection[Place] = (),
    limits: Limits | None = None,
) -> None:
    """Inlines calls in a raised function, in place."""
    limits = limits or Limits()
    shared = _Shared(bodies, refused, limits, limits.budget, limits.unrolled)
    _Inliner(function, shared, _Site((), (), None, None, ())).run()


@dataclass
class _Shared:
    bodies: Bodies
    refused: Collection[Place]
    limits: Limits
    rest: int  # bytes that may still be inlined
    unrolled: int  # and those of functions into themselves


@dataclass(frozen=True)
class _Site:
    """Where a body is inlined: what is around it."""

    frames: tuple[Frame, ...]
    values: tuple[SSAValue, ...]
    continuation: Block | None  # gets the result; None: it is the function's
    callee: SSAValue | None  # the closure that runs; None: none, or that of the function itself
    active: tuple[str, ...]


class _Inliner(Rebuild):
    def __init__(self, function: grok.FuncOp, shared: _Shared, site: _Site) -> None:
        super().__init__(function)
        self.shared = shared
        self.bodies = shared.bodies
        self.site = site
        self.active = (*site.active, function.symbol)

    # ---------------------------------------------------------------------------- a whole body

    def inline_into(self, outer: _Inliner, arguments: Sequence[SSAValue]) -> None:
        """Writes the body behind what the outer function has so far."""
        self.region = outer.region
        order = self.dominators.order
        first = order[0]
        self.blocks[first] = self.block = outer.block
        for block in order:
            if block not in self.blocks:
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
        """Is the function to be inlined here?"""
        shared = self.shared
        if len(self.active) > shared.limits.depth:
            return False
        signature = self.bodies.signature(function)
        if signature is None:
            return False
        size = signature.size
        if size > min(shared.limits.largest, shared.rest):
            return False
        around = self.active.count(function)
        if around:
            if around > 1 or size > shared.unrolled:
                return False
            shared.unrolled -= size
        shared.rest -= size
        return True

    def call(
        self,
        function: str,
        arguments: Sequence[SSAValue],
        op: Operation,
        callee: SSAValue | None = None,
    ) -> SSAValue:
        """A call of a known function with all its arguments, inlined or not; its result."""
        # After a call that was not written there is no snapshot in force any more.
        if self.snapshot is None or not self.wants(function):
            if callee is not None and self.is_closure(function):
                return self.emit(
                    speculation.CallClosureOp.new(function, callee, arguments, op.location)
                )
            return self.emit(grok.CallOp.new(function, arguments, op.location))
        body = self.bodies.body(function)
        continuation = Block(arg_types=[ANY])
        frame = self.snapshot.innermost
        rest = self.snapshot.frames.data[1:]
        registers: list[int] = []
        values: list[SSAValue] = []
        for index, register in enumerate(frame.registers):
            # What lies higher is the callee's; it is not live after the call.
            if register < frame.window - HEADER:
                registers.append(register)
                values.append(self.snapshot.operands[index])
        values += self.snapshot.operands[len(frame.registers) :]
        outer = Frame(frame.function, frame.pc, tuple(registers), frame.window)
        site = _Site(
            (outer, *rest),
            tuple(values),
            continuation,
            callee if self.is_closure(function) else None,
            self.active,
        )
        _Inliner(body, self.shared, site).inline_into(self, arguments)
        self.region.add_block(continuation)
        self.block = continuation
        self.snapshot = None
        return continuation.args[0]

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
            function, arguments, callee = known
            if self.wants(function):
                body = self.bodies.body(function)
                site = self.site
                inner = _Site(
                    site.frames,
                    site.values,
                    site.continuation,
                    callee if self.is_closure(function) else None,
                    self.active,
                )
                _Inliner(body, self.shared, inner).inline_into(self, arguments)
                self.ended = True
                return
        if self.site.continuation is None:
            self.copy(op)
            return
        self.call_and_leave(op)

    def tail_callee(self, op: Operation) -> tuple[str, list[SSAValue], SSAValue | None] | None:
        """What a tail call is known to call, behind guards: with all its arguments, and the
        closure."""
        arguments = [self.values[operand] for operand in op.operands]
        if isinstance(op, grok.TailCallOp):
            return op.symbol.root_reference.data, arguments, None
        target = op.attributes.get(FEEDBACK)
        if isinstance(op, grok.TailCallValueOp):
            function = _known_function(arguments[0])
            guarded = function is None
            if guarded and isinstance(target, TargetAttr):
                function = target.function.data
            filled = self.filled(function, arguments[1:]) if function else None
            if not function or filled is None or (guarded and self.place() in self.shared.refused):
                return None
            callee = arguments[0]
            if guarded:
                callee = self.emit(speculation.GuardFunctionOp.new(function, callee))
            return function, filled, callee
        if (
            not isinstance(target, TargetAttr)
            or not target.function.data
            or not is_guardable(target.receiver)
            or self.place() in self.shared.refused
        ):
            return None
        filled = self.filled(target.function.data, arguments)
        if filled is None:
            return None
        filled[0] = self.emit(speculation.GuardOp.new(target.receiver, arguments[0]))
        return target.function.data, filled, None

    def call_and_leave(self, op: Operation) -> None:
        """A tail call in an inlined body that is not inlined itself: a call in the frame around it,
        since the body's frame would be gone by then.  (Nothing exits by that snapshot.)"""
        frames, values = self.site.frames, self.site.values
        self.block.add_op(SnapshotOp.new(frames, values, op.location))
        arguments = [self.values[operand] for operand in op.operands]
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

    def call_value(self, op: grok.CallValueOp) -> None:
        callee, *arguments = (self.values[operand] for operand in op.operands)
        function = _known_function(callee)
        if function is None:
            target = op.attributes.get(FEEDBACK)
            if isinstance(target, TargetAttr) and self.place() not in self.shared.refused:
                filled = self.filled(target.function.data, arguments)
                if filled is not None:
                    function = target.function.data
                    guard = self.emit(speculation.GuardFunctionOp.new(function, callee))
                    self.finish_call(op, self.call(function, filled, op, guard))
                    return
            self.copy(op)
            return
        filled = self.filled(function, arguments)
        if filled is None:
            self.copy(op)  # The wrong number of arguments.
        else:
            self.finish_call(op, self.call(function, filled, op, callee))

    def call_method(self, op: grok.CallMethodOp) -> None:
        target = op.attributes.get(FEEDBACK)
        refused = self.place() in self.shared.refused
        if target == SEEN_ANY or (refused and isinstance(target, TargetAttr)):
            self.call_one_of(op)
            return
        if (
            not isinstance(target, TargetAttr)
            or not target.function.data
            or not is_guardable(target.receiver)
            or refused
        ):
            self.copy(op)
            return
        receiver, *arguments = (self.values[operand] for operand in op.operands)
        function = target.function.data
        filled = self.filled(function, [receiver, *arguments])
        if filled is None:
            self.copy(op)
            return
        filled[0] = self.emit(speculation.GuardOp.new(target.receiver, receiver))
        self.finish_call(op, self.call(function, filled, op))

    def call_one_of(self, op: grok.CallMethodOp) -> None:
        """A call with receivers of several types: one of the program's methods, or any."""
        following = op.next_op
        before = self.snapshot
        methods = [
            (kind.symbol.data, function)
            for kind, function in self.bodies.methods(op.callee.data)
            if isinstance(kind, StructType)
        ]
        if (
            not 0 < len(methods) <= self.shared.limits.ways
            or before is None
            or not isinstance(following, SnapshotOp)
        ):
            self.copy(op)
            return
        receiver, *arguments = (self.values[operand] for operand in op.operands)
        joined = Block(arg_types=[ANY])
        for struct, function in methods:
            filled = self.filled(function, [receiver, *arguments])
            if filled is None:
                continue
            is_other = self.test_struct(struct, receiver, before)
            filled[0] = self.emit(speculation.KnownOp.new(StructType(struct), receiver))
            self.leave_one_way(op, self.call(function, filled, op), following, joined)
            self.go_on(is_other, before)
        other = self.copy(op)
        self.leave_one_way(op, other.results[0], following, joined)
        self.region.add_block(joined)
        self.block = joined
        self.snapshot = None
        self.finish_call(op, joined.args[0])

    def test_struct(self, struct: str, value: SSAValue, before: SnapshotOp) -> Block:
        """Goes on where the value is such a struct; the block for where it is not."""
        is_it, is_other = Block(), Block()
        test = self.emit(grok.IsStructOp.new(struct, value))
        self.block.add_op(grok.BranchOp.new(test, is_it, is_other))
        self.go_on(is_it, before)
        return is_other

    def use_field(self, op: grok.GetFieldOp | grok.SetFieldOp) -> None:
        """A field of objects of several types, where one type was assumed and guards have failed:
        that of one of the program's structs, or any."""
        before = self.snapshot
        structs = self.bodies.structs_with(op.field.data)
        if (
            self.place() not in self.shared.refused
            or not 1 < len(structs) <= self.shared.limits.ways
            or before is None
        ):
            self.copy(op)
            return
        object, *value = (self.values[operand] for operand in op.operands)
        joined = Block(arg_types=[ANY] * len(op.results))
        for struct in structs:
            is_other = self.test_struct(struct, object, before)
            known = self.emit(speculation.KnownOp.new(StructType(struct), object))
            used = self.copy(op, [known, *value])
            self.block.add_op(grok.JumpOp.new(joined, used.results))
            self.go_on(is_other, before)
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
        self, op: grok.CallMethodOp, result: SSAValue, following: SnapshotOp, joined: Block
    ) -> None:
        self.values[op.result] = result
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
        if isinstance(owner, speculation.GuardFunctionOp):
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


def _known_function(callee: SSAValue) -> str | None:
    """The body of a function value, where it is made in this function."""
    owner = callee.owner
    if isinstance(owner, grok.MakeClosureOp):
        return owner.symbol.root_reference.data
    if isinstance(owner, grok.ConstantOp) and isinstance(owner.value.data, FunctionRef):
        return owner.value.data.symbol
    return None
