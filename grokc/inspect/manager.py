"""Runs a pipeline step by step, watched.

A :class:`Watcher` is told before and after each pass; what ``grokc opt`` prints between passes, the
diffs, the timing, the statistics and the pages of ``grokc explore`` are watchers.  A pass that
raises, or that leaves IR which does not verify, stops the run with a :class:`PassFailure`.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.utils.exceptions import VerifyException

from grokc.frontend.source import SourceFile
from grokc.inspect.pipeline import Step
from grokc.inspect.text import symbol


class Watcher:
    """Is told what happens; does nothing by itself."""

    def start(self, module: ModuleOp) -> None:
        """Before the first pass."""

    def before(self, step: Step, module: ModuleOp) -> None:
        """Before each pass."""

    def after(self, step: Step, module: ModuleOp) -> None:
        """After each pass, before its result is verified."""

    def verified(self, step: Step) -> None:
        """After the result of a pass was verified, with ``verify_each``."""

    def finish(self, module: ModuleOp) -> None:
        """After the last pass, or the one that failed."""


class Nested(Watcher):
    """``inner`` watches from outside of what ``outer`` measures: told of a pass before ``outer`` is
    and after it."""

    def __init__(self, outer: Watcher, inner: Sequence[Watcher]) -> None:
        self.outer = outer
        self.inner = inner

    def start(self, module: ModuleOp) -> None:
        for watcher in (*self.inner, self.outer):
            watcher.start(module)

    def before(self, step: Step, module: ModuleOp) -> None:
        for watcher in (*self.inner, self.outer):
            watcher.before(step, module)

    def after(self, step: Step, module: ModuleOp) -> None:
        for watcher in (self.outer, *self.inner):
            watcher.after(step, module)

    def verified(self, step: Step) -> None:
        for watcher in (self.outer, *self.inner):
            watcher.verified(step)

    def finish(self, module: ModuleOp) -> None:
        for watcher in (self.outer, *self.inner):
            watcher.finish(module)


class InvalidIR(Exception):
    """IR that does not verify: what its verifier expects, and the operation."""

    def __init__(self, operation: Operation, reason: Exception) -> None:
        message = str(reason).strip().split("\n", 1)[0]
        dialect = operation.name.partition(".")[0]
        super().__init__(message if f"{dialect}." in message else f"{operation.name}: {message}")
        self.operation = operation


class PassFailure(Exception):
    """A pass that could not be run to its end, or left IR that does not verify."""

    def __init__(self, number: int, step: Step, cause: Exception) -> None:
        super().__init__(str(cause).strip().split("\n", 1)[0] or type(cause).__name__)
        self.number = number
        self.step = step
        self.cause = cause

    @property
    def is_invalid_ir(self) -> bool:
        return isinstance(self.cause, InvalidIR)


def run(
    module: ModuleOp,
    steps: Sequence[Step],
    context: Context,
    watchers: Sequence[Watcher] = (),
    *,
    verify_each: bool = False,
) -> None:
    """Runs the passes over the module, in place.  Raises :class:`PassFailure`."""
    for watcher in watchers:
        watcher.start(module)
    try:
        for number, step in enumerate(steps):
            for watcher in watchers:
                watcher.before(step, module)
            try:
                step.instance.apply(context, module)
                for watcher in watchers:
                    watcher.after(step, module)
                if verify_each:
                    verify(module)
                    for watcher in watchers:
                        watcher.verified(step)
            except (KeyboardInterrupt, MemoryError):
                raise
            except Exception as error:  # whatever a pass of anybody's raises
                raise PassFailure(number, step, error) from error
    finally:
        for watcher in watchers:
            watcher.finish(module)


def verify(module: ModuleOp) -> None:
    """Verifies it; raises :class:`InvalidIR` with the innermost operation that is to blame."""
    try:
        module.verify()
    except (VerifyException, ValueError) as error:
        raise InvalidIR(_blamed(module), error) from error


def _blamed(op: Operation) -> Operation:
    """The first operation that does not verify though all operations in it do."""
    for region in op.regions:
        for block in region.blocks:
            for inner in block.ops:
                try:
                    inner.verify()
                except (VerifyException, ValueError):
                    return _blamed(inner)
    return op


def function_of(op: Operation) -> str:
    """The name of the function that an operation is in, or is."""
    at: Operation | None = op
    while at is not None:
        if name := symbol(at):
            return name
        at = at.parent_op()
    return ""


def place_in_source(op: Operation, files: dict[str, SourceFile]) -> str | None:
    """``FILE:LINE:COL`` of an operation, by its location; files are read as they are needed."""
    from grokc.dialects.location import span
    from grokc.frontend.source import SourceError

    where = span(op)
    if where is None:
        return None
    if where.file not in files:
        try:
            files[where.file] = SourceFile.read(where.file)
        except SourceError:
            return None
    return files[where.file].place(where.start)
