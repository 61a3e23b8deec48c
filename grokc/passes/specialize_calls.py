"""``specialize-calls``: functions get entries for the types that their callers have.

``apply-feedback`` over functions that call each other.  A function that is called with ints,
floats or bools, or returns them, is cloned: the clone (``fib<int>``) takes and returns them as
they are, and is called directly.  Which types its parameters have is what its own feedback wants
of them, so that there is one clone for most functions; the caller guards what it hands over.  Where
the caller knows better, the clone is for the types there.

The types of results are found together, optimistically: of a function that is being looked at, a
call gives what its other ways out give.  So ``fib`` returns an int because ``n`` is one, and the
sum of two of its results is one too.

A function that is called by its own clone only enters it: it checks its arguments, and the clone
takes its place.

``budget`` bounds, in bytes of bytecode, all clones of a unit; ``largest`` one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Region, SSAValue
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.feedback import FEEDBACK, TargetAttr
from grokc.dialects.speculation import Frame, SnapshotOp
from grokc.dialects.types import ANY, UNBOXED, GrokType
from grokc.lowering.refused import Refused
from grokc.passes.analysis.bodies import Bodies, ModuleBodies
from grokc.passes.analysis.declarations import Declarations, is_guardable
from grokc.passes.apply_feedback import FeedbackTypes, Want, write_with_types
from grokc.passes.inline_calls import inline_calls
from grokc.passes.unbox import RESULT

ROUNDS = 8
"""After so many rounds over all functions without a fixed point, calls are left as they are."""


@dataclass(frozen=True)
class Limits:
    """How much is cloned, in bytes of bytecode; see the module's docstring."""

    budget: int = 4000
    largest: int = 1600


@dataclass(frozen=True)
class SpecializeCalls(ModulePass):
    """See the module's docstring."""

    name = "specialize-calls"

    budget: int = Limits.budget
    largest: int = Limits.largest

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        declarations = Declarations.of(op.body.ops)
        bodies = ModuleBodies(list(op.body.ops))
        limits = Limits(self.budget, self.largest)
        names: set[str] = set()
        for function in list(op.body.ops):
            if isinstance(function, grok.FuncOp):
                made = specialize_calls(function, declarations, bodies, limits=limits)
                new = [clone for clone in made if clone.symbol not in names]
                names.update(clone.symbol for clone in new)
                if new:
                    op.body.block.insert_ops_after(new, function)


def specialize_calls(
    root: grok.FuncOp,
    declarations: Declarations,
    bodies: Bodies,
    refused: Refused = (),
    limits: Limits | None = None,
) -> list[grok.FuncOp]:
    """Applies the feedback in a function, in place, and in those that it calls; the clones."""
    unit = _Unit(declarations, bodies, refused, limits or Limits())
    return unit.run(root)


class _Clone:
    """A function for arguments of some types."""

    def __init__(self, function: grok.FuncOp, types: FeedbackTypes, pending: list[_Clone]) -> None:
        self.function = function
        self.types = types
        self.pending = pending
        self.settled = False
        """Has it been looked at once?"""

    @property
    def name(self) -> str:
        kinds = ", ".join(kind.describe() for kind in self.parameters)
        return f"{self.function.symbol}<{kinds}>"

    @property
    def parameters(self) -> list[GrokType]:
        kinds = self.types.kinds
        return [kinds.get(parameter, ANY) for parameter in self.types.parameters]

    @property
    def promise(self) -> GrokType | None:
        kind = self.types.result
        return kind if kind is None or kind in UNBOXED or is_guardable(kind) else ANY

    def use(self) -> str:
        self.pending.append(self)
        return self.name

    @property
    def is_useful(self) -> bool:
        """Is it better than the function itself?"""
        return self.promise != ANY or any(kind in UNBOXED for kind in self.parameters)


class _Unit:
    """The functions that are specialized together."""

    def __init__(
        self,
        declarations: Declarations,
        bodies: Bodies,
        refused: Refused,
        limits: Limits,
    ) -> None:
        self.declarations = declarations
        self.bodies = bodies
        self.refused = refused
        self.limits = limits
        self.rest = limits.budget
        self.clones: dict[tuple[str, tuple[GrokType, ...]], _Clone | None] = {}
        self.given_up = False
        self.is_recursive = False
        """Was a function asked for while it was looked at?"""
        self.pending: list[_Clone] = []
        self.unnamed: _Clone | None = None
        """The function that was asked for, if it is not to be called as a clone."""

    def run(self, root: grok.FuncOp) -> list[grok.FuncOp]:
        types = FeedbackTypes(root, self.declarations, self.refused, self)
        own = _Clone(root, types, self.pending)
        if "osr" not in root.attributes:
            self.clones[root.symbol, ()] = own
        own.types.solve()
        own.settled = True
        self.find_fixed_point(own)
        written: dict[_Clone, grok.FuncOp] = {}
        if self.calls_itself(own):
            own.use()
        else:
            # Writing it may learn more of arguments than was known before; it is not to call what
            # will never be written.
            self.unnamed = own
            write_with_types(own.types)
        while self.pending:
            clone = self.pending.pop()
            if clone not in written:
                written[clone] = self.write(clone)
        if own in written:
            self.write_entry(root, own)
        return list(written.values())

    def find_fixed_point(self, own: _Clone) -> None:
        """Until no function learns anything new of another."""
        if not self.is_recursive and len(self.known(own)) == 1:
            return
        if self.is_recursive:
            # What a function was first thought to return, when less was known of its parameters,
            # it would go on to return.
            for clone in self.known(own):
                clone.types.forget()
        for _ in range(ROUNDS):
            changes = [clone.types.solve() for clone in self.known(own)]
            if not any(changes):
                return
        self.given_up = True
        for clone in self.known(own):
            clone.types.solve()

    def known(self, own: _Clone) -> list[_Clone]:
        clones = [clone for clone in self.clones.values() if clone is not None]
        return list(dict.fromkeys((own, *clones)))

    # ------------------------------------------------------------------------- what is called

    def clone_of(self, function: str, given: tuple[GrokType, ...] = ()) -> _Clone | None:
        """The clone for arguments of these types, or (none given) for what the function wants."""
        key = function, given
        if key not in self.clones:
            self.clones[key] = None
            signature = self.bodies.signature(function)
            if (
                signature is not None
                and not signature.is_closure
                and signature.size <= min(self.limits.largest, self.rest)
            ):
                self.rest -= signature.size
                body = self.bodies.body(function).clone()
                inline_calls(body, self.bodies, self.refused)
                types = FeedbackTypes(body, self.declarations, self.refused, self, given)
                clone = self.clones[key] = _Clone(body, types, self.pending)
                types.solve()
                clone.settled = True
        return self.clones[key]

    def find(self, function: str, kinds: Sequence[GrokType]) -> _Clone | None:
        """The clone to be called with arguments of these types."""
        if self.given_up:
            return None
        usual = self.clone_of(function)
        if usual is None:
            return None
        parameters = usual.parameters
        if len(parameters) != len(kinds):
            return None
        if not usual.settled:
            self.is_recursive = True
            return usual
        if all(map(_fits, kinds, parameters)):
            return None if usual is self.unnamed else usual
        given = tuple(
            wanted if kind == ANY else kind for kind, wanted in zip(kinds, parameters, strict=True)
        )
        return self.clone_of(function, given)

    def wishes(self, function: str, kinds: Sequence[GrokType]) -> tuple[Want, GrokType | None]:
        clone = self.find(function, kinds)
        if clone is None or (clone.settled and not clone.is_useful):
            return (), ANY
        wants = [
            wanted if kind == ANY and wanted != ANY else None
            for kind, wanted in zip(kinds, clone.parameters, strict=True)
        ]
        return wants, clone.promise

    def typed(self, function: str, kinds: Sequence[GrokType]) -> _Clone | None:
        clone = self.find(function, kinds)
        if clone is None or not clone.is_useful or not all(map(_takes, kinds, clone.parameters)):
            return None
        return clone

    def maximum_arity(self, function: str) -> int | None:
        signature = self.bodies.signature(function)
        return None if signature is None else signature.maximum

    # -------------------------------------------------------------------------------- writing

    def calls_itself(self, own: _Clone) -> bool:
        """Is the function called, as a clone, by what it calls?"""
        if not own.is_useful:
            return False
        seen: set[_Clone] = set()
        pending = [own]
        while pending:
            for callee in self.called_by(pending.pop()):
                if callee is own:
                    return True
                if callee not in seen:
                    seen.add(callee)
                    pending.append(callee)
        return False

    def called_by(self, clone: _Clone) -> Iterator[_Clone]:
        """The clones that a clone calls."""
        for op in clone.types.work:
            kinds = [clone.types.kinds.get(value, ANY) for value in op.operands]
            target = op.attributes.get(FEEDBACK)
            if isinstance(op, (grok.CallOp, grok.TailCallOp)):
                function = op.symbol.root_reference.data
            elif (
                isinstance(op, (grok.CallMethodOp, grok.TailCallMethodOp))
                and isinstance(target, TargetAttr)
                and target.function.data
            ):
                function = target.function.data
                kinds[0] = target.receiver
            else:
                continue
            callee = self.typed(function, kinds)
            if callee is not None and (op.results or clone.promise in (callee.promise, ANY)):
                yield callee

    def write(self, clone: _Clone) -> grok.FuncOp:
        """The clone itself."""
        promise = clone.promise or ANY
        name = clone.name
        function = clone.function
        write_with_types(clone.types, promise)
        made = grok.FuncOp.new(
            name,
            [parameter.data for parameter in function.parameters.data],
            function.detach_region(function.body),
            captures=[capture.data for capture in function.captures.data],
            location=function.location,
        )
        if promise != ANY:
            made.attributes[RESULT] = UNBOXED.get(promise, promise)
        return made

    def write_entry(self, root: grok.FuncOp, clone: _Clone) -> None:
        """The function itself: checks its arguments, and goes on in the clone."""
        block = Block(arg_types=[ANY] * len(clone.parameters))
        root.add_region(Region(block))
        for name, argument in zip(root.parameters.data, block.args, strict=True):
            argument.name_hint = name.data or None
        registers = tuple(range(len(block.args)))
        block.add_op(SnapshotOp.new([Frame(root.symbol, 0, registers)], block.args, root.location))
        arguments: list[SSAValue] = []
        for argument, kind in zip(block.args, clone.parameters, strict=True):
            if kind == ANY:
                arguments.append(argument)
            else:
                guard = speculation.GuardOp.new(kind, argument, root.location)
                block.add_op(guard)
                arguments.append(guard.result)
        block.add_op(speculation.TailCallTypedOp.new(clone.name, arguments, root.location))


def _fits(kind: GrokType, wanted: GrokType) -> bool:
    """May an argument of this type be handed to a parameter, perhaps guarded?"""
    return kind in (ANY, wanted) or (wanted == ANY and kind not in UNBOXED)


def _takes(kind: GrokType, wanted: GrokType) -> bool:
    """The same, guarded already."""
    return kind == wanted or (wanted == ANY and kind not in UNBOXED)
