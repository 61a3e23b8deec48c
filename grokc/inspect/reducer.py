"""Makes a failing input smaller: delta debugging over IR (Zeller and Hildebrandt, 2002).

What is tried is structural, so that almost every candidate is valid IR: top-level operations are
left out; runs of operations are left out, with what used their results reading another value of the
same type from before; operations lose operands; terminators become returns and branches jumps, and
the blocks that nothing leads to any more go.  A candidate that no longer parses, verifies, or fails
in the same way (by pass and kind of failure) is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.traits import IsTerminator
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, grok_stack
from grokc.dialects.types import ANY
from grokc.frontend.source import SourceFile
from grokc.inspect import inputs, manager, pipeline
from grokc.inspect.inputs import InputError
from grokc.inspect.manager import InvalidIR, PassFailure
from grokc.inspect.pipeline import Step
from grokc.inspect.reproducer import Reproducer
from grokc.inspect.text import whole

Signature = tuple[str, str]
"""The pass, and the kind of its failure: a message names values, which change."""


class NotFailing(Exception):
    """There is nothing to reduce: the pipeline works on this input."""


def reduce(given: Reproducer) -> Reproducer:
    """The smallest reproducer that is found.  Raises :class:`NotFailing`."""
    return _Reducer(given).run()


class _Reducer:
    def __init__(self, given: Reproducer) -> None:
        self.given = given
        self.steps: list[Step] = pipeline.parse(given.pipeline)
        self.context = pipeline.context()
        self.wanted = self.failure(given.ir)
        if self.wanted is None:
            raise NotFailing("the pipeline does not fail on it")
        self.text = given.ir

    def run(self) -> Reproducer:
        before = None
        while before != self.text:
            before = self.text
            for count in (_top_level, _exits, _branches, _operations, _arguments):
                self.shrink(count)
        failure = self.message(self.text)
        return Reproducer(self.given.pipeline, self.given.verify_each, failure, self.text)

    def shrink(self, parts: Callable[[ModuleOp], list[Callable[[], bool]]]) -> None:
        """Leaves out ever smaller runs of what ``parts`` names; each returns whether it could."""
        total = len(parts(self.parse(self.text)))
        size = max(total, 1)
        while size:
            at = 0
            while at < total:
                module = self.parse(self.text)
                removals = parts(module)
                total = len(removals)
                done = [remove() for remove in reversed(removals[at : at + size])]
                if any(done) and self.keeps(module):
                    total = len(parts(self.parse(self.text)))
                else:
                    at += size
            size //= 2

    def keeps(self, module: ModuleOp) -> bool:
        """Does it still fail so?  Then it is the new text."""
        try:
            text = whole(module)
        except Exception:  # what is left may be so broken that it cannot be printed
            return False
        if text == self.text or self.failure(text) != self.wanted:
            return False
        self.text = text
        return True

    def parse(self, text: str) -> ModuleOp:
        return inputs.read_text(SourceFile("reproducer.mlir", text), self.context, False).module

    def run_once(self, text: str) -> PassFailure | None:
        try:
            module = self.parse(text)
            manager.verify(module)
        except (InputError, InvalidIR, DiagnosticException):
            return None
        try:
            manager.run(module, self.steps, self.context, verify_each=self.given.verify_each)
        except PassFailure as failure:
            return failure
        return None

    def failure(self, text: str) -> Signature | None:
        failure = self.run_once(text)
        if failure is None:
            return None
        return failure.step.name, type(failure.cause).__name__

    def message(self, text: str) -> str:
        failure = self.run_once(text)
        assert failure is not None
        return f"{failure.step.name}: {failure}"


def _top_level(module: ModuleOp) -> list[Callable[[], bool]]:
    return [_eraser(op) for op in module.body.ops]


def _operations(module: ModuleOp) -> list[Callable[[], bool]]:
    return [
        _eraser(op)
        for op in _inner(module)
        if not op.has_trait(IsTerminator, value_if_unregistered=False)
    ]


def _exits(module: ModuleOp) -> list[Callable[[], bool]]:
    return [_returning(op) for op in _inner(module) if op.successors]


def _returning(op: Operation) -> Callable[[], bool]:
    def leave() -> bool:
        block = op.parent
        value = _earlier_value(op, ANY)
        if value is None or block is None or not isinstance(op, grok.GrokOp):
            return False
        _replace_terminator(op, block, grok.ReturnOp.new(value))
        return True

    return leave


def _branches(module: ModuleOp) -> list[Callable[[], bool]]:
    return [
        _straighten(op, number)
        for op in _inner(module)
        if len(op.successors) > 1
        for number in range(len(op.successors))
    ]


def _straighten(op: Operation, number: int) -> Callable[[], bool]:
    def straighten() -> bool:
        block = op.parent
        if block is None or not isinstance(op, (grok.BranchOp, grok_stack.StackOp)):
            return False
        target = op.successors[number]
        if isinstance(op, grok.BranchOp):
            given = (op.then_arguments, op.else_arguments)[number]
            _replace_terminator(op, block, grok.JumpOp.new(target, tuple(given)))
        else:
            _replace_terminator(op, block, grok_stack.JumpOp.new(target))
        return True

    return straighten


def _replace_terminator(op: Operation, block: Block, new: Operation) -> None:
    """Blocks that are not reached any more go."""
    block.insert_op_before(new, op)
    op.detach()  # type: ignore[no-untyped-call]
    op.erase()
    region = block.parent
    assert region is not None
    reached = reachable(region.blocks[0])
    for other in [other for other in region.blocks if other not in reached]:
        region.detach_block(other)
        other.erase(safe_erase=False)


def reachable(entry: Block) -> set[Block]:
    """The blocks that control can come to."""
    found = {entry}
    pending = [entry]
    while pending:
        last = pending.pop().last_op
        for successor in last.successors if last is not None else ():
            if successor not in found:
                found.add(successor)
                pending.append(successor)
    return found


def _inner(module: ModuleOp) -> Iterator[Operation]:
    return (op for function in module.body.ops for op in function.walk() if op is not function)


def _eraser(op: Operation) -> Callable[[], bool]:
    def erase() -> bool:
        for result in op.results:
            if result.uses:
                other = _earlier_value(op, result.type)
                if other is None:
                    return False
                result.replace_all_uses_with(other)
        op.detach()  # type: ignore[no-untyped-call]
        op.erase()
        return True

    return erase


def _earlier_value(op: Operation, wanted: Attribute) -> SSAValue | None:
    """A value of the same type from before in the block, or from the function's parameters."""
    at = op.prev_op
    while at is not None:
        for result in at.results:
            if result.type == wanted:
                return result
        at = at.prev_op
    block = op.parent
    while block is not None:
        for argument in block.args:
            if argument.type == wanted:
                return argument
        region = block.parent
        block = region.blocks.first if region is not None and region.blocks.first != block else None
    return None


def _arguments(module: ModuleOp) -> list[Callable[[], bool]]:
    """Operands of operations that can do with fewer: each is the last one left out."""
    return [
        _shorter(op)
        for op in _inner(module)
        if len(op.operands) > 1 and not op.has_trait(IsTerminator, value_if_unregistered=False)
    ]


def _shorter(op: Operation) -> Callable[[], bool]:
    def drop() -> bool:
        op.operands = list(op.operands)[:-1]
        return True

    return drop
