"""``apply-feedback``: types from feedback, guards where they are needed, and what follows.

Two steps over a function that was raised from bytecode:

1. *Types*, by data flow to a fixed point, with loops seen optimistically (as in ``infer-types``).
   A site that has seen ints *wants* its operands to be ints, so its result is one.  What a site
   wants of a parameter, of a block argument, or of what is handed to one, becomes the type of that
   value, if all that want something of it agree; but a parameter's only where each way through the
function comes to one that wants it (a loop is taken to run), or a value that is not used where it
is another type's would cost an exit.
2. The function is *written anew*.  Where a value is not known to be what an operation wants, a
   guard is written in front of it, and from there on the value is the guard's result: a second
   guard of it is never needed.  Parameters are guarded at the entry, block arguments on the edges
   that hand them something less certain (so outside of the loop), all else where it is used.

With the types known, operations become more special ones: fields of known structs are loaded and
stored by number, known functions and methods are called directly, checks that hold go away.

What has never run (``#grok.seen<never>``) becomes an exit, and what only it leads to goes away.
``refused`` are the places whose guards have failed too often: nothing is assumed there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Protocol

from xdsl.context import Context
from xdsl.dialects.builtin import IntAttr, ModuleOp, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, BlockArgument, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.dialects.constants import MISSING_CONSTANT, TRUE
from grokc.dialects.feedback import (
    FEEDBACK,
    NEVER,
    SEEN_FLOAT,
    SEEN_INT,
    SEEN_STR,
    ShapeAttr,
    TargetAttr,
)
from grokc.dialects.speculation import SnapshotOp
from grokc.dialects.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    LIST,
    MAP,
    RANGE,
    STR,
    GrokType,
    StructType,
    TupleType,
    is_subtype,
    join,
)
from grokc.lowering.refused import Place, Refused, refuses_elements
from grokc.passes.analysis.blocks import Edge, edges_of
from grokc.passes.analysis.declarations import (
    Declarations,
    function_result,
    is_guardable,
    method_result,
)
from grokc.passes.analysis.kinds import COMPARISONS
from grokc.passes.analysis.rebuild import Rebuild

ROUNDS = 12
"""After so many rounds without a fixed point, nothing more is assumed about block arguments."""


@dataclass(frozen=True)
class ApplyFeedback(ModulePass):
    """See the module's docstring."""

    name = "apply-feedback"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        declarations = Declarations.of(op.body.ops)
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                apply_feedback(function, declarations)


def apply_feedback(
    function: grok.FuncOp, declarations: Declarations, refused: Refused = ()
) -> None:
    """Applies the feedback in one function, in place."""
    types = FeedbackTypes(function, declarations, refused)
    types.solve()
    write_with_types(types)


Want = Sequence[GrokType | None]
"""What an operation wants of each of its operands; ``None``: nothing."""


class TypedFunction(Protocol):
    """A function with an entry for arguments of some types."""

    def use(self) -> str:
        """Its symbol, of which a call is written."""

    @property
    def promise(self) -> GrokType | None:
        """What it returns; ``None``: not known yet, or it never returns."""


class Calls(Protocol):
    """What is known of the functions that a function calls."""

    def wishes(self, function: str, kinds: Sequence[GrokType]) -> tuple[Want, GrokType | None]:
        """What a call wants of its arguments, and what it gives (``None``: not known yet)."""

    def typed(self, function: str, kinds: Sequence[GrokType]) -> TypedFunction | None:
        """The entry to call, if it is not the one that takes anything."""

    def maximum_arity(self, function: str) -> int | None:
        """How many parameters the function has; ``None``: it is not known."""


# ------------------------------------------------------------------------- what an operation wants

_Answer = tuple[Want, GrokType | None]
"""What an operation wants, and the type of its result (``None``: not known yet)."""

_NUMBERS = frozenset({INT, FLOAT})
_BITS = frozenset({INT, BOOL})
_NOTHING: Want = ()

_ARITHMETIC = (grok.AddOp, grok.SubOp, grok.MulOp, grok.DivOp, grok.RemOp, grok.NegOp)
_WAYS_OUT = (grok.ReturnOp, grok.TailCallOp, grok.TailCallValueOp, grok.TailCallMethodOp)
_BITWISE = (grok.BitAndOp, grok.BitOrOp, grok.BitXorOp)
_SHIFTS = (grok.ShiftLeftOp, grok.ShiftRightOp)


class Wishes:
    """What operations want of their operands, and what they then give."""

    def __init__(self, declarations: Declarations, calls: Calls | None) -> None:
        self.declarations = declarations
        self.calls = calls

    def of(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        """The wants and the result's type, for operands of these types.

        ``refused``: nothing may be assumed here.
        """
        rule = _RULES.get(type(op))
        if rule is not None:
            return rule(self, op, kinds, refused)
        if not op.results:
            return _NOTHING, ANY
        kind = op.results[0].type
        assert isinstance(kind, GrokType)
        return _NOTHING, kind

    def arithmetic(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        if _NUMBERS.issuperset(kinds):
            return _NOTHING, FLOAT if FLOAT in kinds else INT
        if not refused:
            seen = op.attributes.get(FEEDBACK)
            for feedback, kind in ((SEEN_INT, INT), (SEEN_FLOAT, FLOAT), (SEEN_STR, STR)):
                if seen == feedback and all(known in (ANY, kind) for known in kinds):
                    return [kind if known == ANY else None for known in kinds], kind
        if isinstance(op, grok.AddOp) and kinds[0] in (STR, LIST):
            return _NOTHING, kinds[0]
        return _NOTHING, ANY

    def comparison(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        return self.arithmetic(op, kinds, refused)[0], BOOL

    def bits(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        if kinds[0] in _BITS and all(kind == kinds[0] for kind in kinds):
            return _NOTHING, kinds[0]
        if not refused and all(kind in (ANY, INT) for kind in kinds):
            return [INT if kind == ANY else None for kind in kinds], INT
        if not refused and all(kind in (ANY, BOOL) for kind in kinds):
            return [BOOL if kind == ANY else None for kind in kinds], BOOL
        return _NOTHING, ANY

    def shift(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        if refused or not all(kind in (ANY, INT) for kind in kinds):
            return _NOTHING, INT
        return [INT if kind == ANY else None for kind in kinds], INT

    def negation(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        (kind,) = kinds
        if kind in _BITS:
            return _NOTHING, kind
        return ((BOOL,), BOOL) if kind == ANY and not refused else (_NOTHING, ANY)

    def truth(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        return ((BOOL,) if kinds[0] == ANY and not refused else _NOTHING), BOOL

    def index(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        container, index = kinds[:2]
        seen = op.attributes.get(FEEDBACK)
        wanted = LIST if seen is None else seen.type if isinstance(seen, ShapeAttr) else None
        wants: list[GrokType | None] = [None] * len(kinds)
        if not refused and wanted is not None and container in (ANY, wanted):
            if wanted == MAP or index in (ANY, INT):
                wants[0] = wanted if container == ANY else None
                container = wanted
            if wanted != MAP and index == ANY:
                wants[1] = index = INT
        return wants, STR if container == STR and index in (INT, RANGE) else ANY

    def field(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        field = op.properties["field"]
        assert isinstance(field, StringAttr)
        kind = kinds[0]
        wants: list[GrokType | None] = [None] * len(kinds)
        if kind == ANY and not refused:
            seen = op.attributes.get(FEEDBACK)
            if isinstance(seen, ShapeAttr) and isinstance(seen.type, StructType):
                wants[0] = kind = seen.type
        if not isinstance(kind, StructType):
            return _NOTHING, ANY
        struct = self.declarations.structs.get(kind.symbol.data)
        index = struct.numbers.get(field.data) if struct is not None else None
        if struct is None or index is None:
            return _NOTHING, ANY
        declared = struct.types[index]
        if len(kinds) == 2 and kinds[1] == ANY and not refused and is_guardable(declared):
            wants[1] = declared
        return wants, struct.result_type(index)

    def check(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        wanted = op.properties["type"]
        assert isinstance(wanted, GrokType)
        if not is_guardable(wanted):
            return _NOTHING, wanted if isinstance(wanted, TupleType) else kinds[0]
        if kinds[0] == ANY and not refused:
            return (wanted,), wanted
        return _NOTHING, wanted

    def check_range(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        if refused or not all(kind in (ANY, INT) for kind in kinds):
            return _NOTHING, ANY
        return [INT if kind == ANY else None for kind in kinds], ANY

    def method(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        target = op.attributes.get(FEEDBACK)
        callee = op.properties["callee"]
        assert isinstance(callee, StringAttr)
        if not isinstance(target, TargetAttr):
            return _NOTHING, ANY
        kind = kinds[0]
        if not is_guardable(target.receiver):
            return _NOTHING, ANY
        wants: list[GrokType | None] = [None] * len(kinds)
        if kind == ANY and not refused:
            wants[0] = kind = target.receiver
        if kind != target.receiver:
            return _NOTHING, ANY
        function = target.function.data
        if not function:
            is_last = isinstance(op, grok.TailCallMethodOp)
            return wants, ANY if is_last else method_result(callee.data, [kind, *kinds[1:]])
        if self.calls is None or refused:
            return wants, ANY
        wanted, result = self.calls.wishes(function, [kind, *kinds[1:]])
        return [wants[0], *wanted[1:]], result

    def call(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        if self.calls is None or refused:
            return _NOTHING, ANY
        return self.calls.wishes(_symbol(op), kinds)

    def builtin(self, op: Operation, kinds: Sequence[GrokType], refused: bool) -> _Answer:
        callee = op.properties["callee"]
        assert isinstance(callee, StringAttr)
        return _NOTHING, function_result(callee.data, kinds)


_Rule = Callable[[Wishes, Operation, Sequence[GrokType], bool], _Answer]

_RULES: dict[type[Operation], _Rule] = {
    **dict.fromkeys(_ARITHMETIC, Wishes.arithmetic),
    **dict.fromkeys(COMPARISONS, Wishes.comparison),
    **dict.fromkeys(_BITWISE, Wishes.bits),
    **dict.fromkeys(_SHIFTS, Wishes.shift),
    grok.NotOp: Wishes.negation,
    grok.TrueOp: Wishes.truth,
    grok.GetIndexOp: Wishes.index,
    grok.SetIndexOp: Wishes.index,
    grok.GetFieldOp: Wishes.field,
    grok.SetFieldOp: Wishes.field,
    grok.CheckTypeOp: Wishes.check,
    grok.CheckRangeOp: Wishes.check_range,
    grok.CallMethodOp: Wishes.method,
    grok.TailCallMethodOp: Wishes.method,
    grok.CallOp: Wishes.call,
    grok.TailCallOp: Wishes.call,
    grok.CallBuiltinOp: Wishes.builtin,
}


# --------------------------------------------------------------------------------- 1: the types


class FeedbackTypes:
    """The types of a function's values, feedback believed.

    ``given`` are types that all callers of the function see to.
    """

    def __init__(
        self,
        function: grok.FuncOp,
        declarations: Declarations,
        refused: Refused = (),
        calls: Calls | None = None,
        given: Sequence[GrokType] = (),
    ) -> None:
        self.function = function
        self.wishes = Wishes(declarations, calls)
        self.declarations = declarations
        self.refused = refused
        self.kinds: dict[SSAValue, GrokType] = {}
        self.wanted: dict[SSAValue, set[GrokType]] = {}
        self.cut: dict[Block, Operation] = {}
        """Operations that have never run: a block ends in front of them."""
        self.places: dict[Operation, Place] = {}
        """Where operations stand that have an opinion on their operands."""
        self.blocks: list[Block] = []
        self.edges: dict[Block, list[Edge]] = {}
        self.work: list[Operation] = []
        self.ways_out: list[Operation] = []
        self.tail_results: dict[Operation, GrokType] = {}
        """What known functions give that are called in the place of this one."""
        self.find_blocks()
        entry = self.blocks[0]
        self.parameters: list[SSAValue] = list(entry.args)
        self.sources: list[SSAValue] = list(entry.args)
        self.given: dict[SSAValue, GrokType] = dict(zip(entry.args, given, strict=False))
        self.failed = False
        """Is there no fixed point?"""
        for block in self.blocks:
            cut = self.cut.get(block)
            place: Place = (self.function.symbol, 0)
            for op in block.ops:
                if op is cut:
                    break
                if isinstance(op, SnapshotOp):
                    frame = op.innermost
                    place = frame.function, frame.pc
                    continue
                if isinstance(op, speculation.LoadRegisterOp):
                    self.sources.append(op.results[0])
                elif isinstance(op, grok.IsMissingOp):
                    # What may be missing is not known to be anything.
                    self.wanted.setdefault(op.operands[0], set()).add(ANY)
                elif type(op) in _RULES:
                    self.places[op] = place
                    self.work.append(op)
                elif op.results:
                    kind = op.results[0].type
                    assert isinstance(kind, GrokType)
                    self.kinds[op.results[0]] = kind
                if isinstance(op, _WAYS_OUT):
                    self.ways_out.append(op)
        self.certain = dict(self.kinds)
        self.argument_place = {
            block: self.start_of(block) for block in self.blocks if block is not entry
        }
        self.entry_place = self.start_of(entry)
        self.refused_operations = {op for op in self.work if self.stands_refused(op)}
        self.anticipated = self.find_anticipated()

    def solve(self) -> bool:
        """Goes on to the fixed point; has anything changed?

        May be called again when more is known of the functions that are called.
        """
        if self.failed:
            return False
        for round in range(ROUNDS + 1):
            changed = self.step_sources()
            changed |= self.step_arguments(round)
            for op in self.work:
                changed |= self.step(op)
            if not changed:
                return round > 0
        # Forget what block arguments are wanted to be.
        self.failed = True
        self.wanted.clear()
        self.kinds = {
            value: self.given.get(value, ANY) if isinstance(value, BlockArgument) else kind
            for value, kind in self.kinds.items()
        }
        return True

    def forget(self) -> None:
        """Starts again from what is certain, and what is wanted."""
        if not self.failed:
            self.kinds = dict(self.certain)
            self.tail_results.clear()

    def is_refused(self, op: Operation) -> bool:
        """Is nothing assumed here?"""
        return op in self.refused_operations

    def stands_refused(self, op: Operation) -> bool:
        """Have guards failed too often here?  Of a call, those of its result count too."""
        if self.places.get(op) in self.refused:
            return True
        if not isinstance(op, (grok.CallOp, grok.CallMethodOp)):
            return False
        following = op.next_op
        if not isinstance(following, SnapshotOp):
            # There is no state to leave in with a result that is not what was promised.
            return isinstance(op, grok.CallOp)
        frame = following.innermost
        return (frame.function, frame.pc) in self.refused

    @property
    def result(self) -> GrokType | None:
        """The type of what the function returns, as far as it is known."""
        if self.failed:
            return ANY
        result: GrokType | None = None
        for op in self.ways_out:
            if isinstance(op, grok.ReturnOp):
                kind = self.kinds.get(op.value)
            elif isinstance(op, (grok.TailCallOp, grok.TailCallMethodOp)):
                kind = self.tail_results.get(op)
            else:
                kind = ANY
            if kind is not None:
                result = kind if result is None else join(result, kind)
        return result

    def start_of(self, block: Block) -> Place | None:
        """Where the interpreter is at the start of a block, if it has a snapshot there."""
        first = block.first_op
        while isinstance(first, (grok.ConstantOp, speculation.LoadRegisterOp)):
            first = first.next_op
        if not isinstance(first, SnapshotOp):
            return None
        return first.innermost.function, first.innermost.pc

    def find_anticipated(self) -> set[SSAValue]:
        """The parameters that are wanted to be something on all ways from the entry.

        Backwards over the blocks, from all parameters down to a fixed point; ways that have never
        run do not count.
        """
        parameters = set(self.parameters)
        wanted: dict[Block, set[SSAValue]] = {block: set() for block in self.blocks}
        calls, self.wishes.calls = self.wishes.calls, None
        for op in self.work:
            wants, _ = self.wishes.of(op, [ANY] * len(op.operands), self.is_refused(op))
            block = op.parent
            assert block is not None
            wanted[block].update(
                operand for operand, want in zip(op.operands, wants, strict=False) if want
            )
        self.wishes.calls = calls
        known: dict[Block, set[SSAValue]] = dict.fromkeys(self.blocks, parameters)
        changed = True
        while changed:
            changed = False
            for block in reversed(self.blocks):
                if block in self.cut:
                    continue
                edges = edges_of(block.last_op)
                loops = [edge for edge in edges if _is_loop(edge.target)]
                found = set(parameters) if edges else set()
                for edge in loops if len(loops) == 1 else edges:
                    handed = {
                        value
                        for value, argument in zip(edge.arguments, edge.target.args, strict=True)
                        if argument in wanted[edge.target]
                    }
                    found &= known[edge.target] | handed
                found = (found | wanted[block]) & parameters
                if found != known[block]:
                    known[block] = found
                    changed = True
        return known[self.blocks[0]]

    def find_blocks(self) -> None:
        first = self.function.body.blocks.first
        assert first is not None
        seen = {first}
        pending = [first]
        self.edges[first] = []
        while pending:
            block = pending.pop()
            self.blocks.append(block)
            place: Place | None = None
            for op in block.ops:
                if isinstance(op, SnapshotOp):
                    place = op.innermost.function, op.innermost.pc
                elif op.attributes.get(FEEDBACK) == NEVER and place not in self.refused:
                    self.cut[block] = op
                    break
            else:
                for edge in edges_of(block.last_op):
                    self.edges.setdefault(edge.target, []).append(edge)
                    if edge.target not in seen:
                        seen.add(edge.target)
                        pending.append(edge.target)

    def set(self, value: SSAValue, kind: GrokType) -> bool:
        if self.kinds.get(value) == kind:
            return False
        self.kinds[value] = kind
        return True

    def want(self, value: SSAValue, kind: GrokType) -> bool:
        wanted = self.wanted.setdefault(value, set())
        if kind in wanted:
            return False
        wanted.add(kind)
        return True

    def one_wanted(self, value: SSAValue) -> GrokType | None:
        wanted = self.wanted.get(value)
        if wanted is None or len(wanted) != 1:
            return None
        (kind,) = wanted
        return kind

    def step_sources(self) -> bool:
        """Parameters, and registers that are loaded at the entry: anything, or what is wanted."""
        changed = False
        refused = self.entry_place in self.refused
        for value in self.sources:
            kind = self.given.get(value, ANY)
            if kind == ANY and not refused and self.may_be_guarded(value):
                kind = self.one_wanted(value) or ANY
            changed |= self.set(value, kind)
        return changed

    def may_be_guarded(self, source: SSAValue) -> bool:
        return source in self.anticipated or not isinstance(source, BlockArgument)

    def step_arguments(self, round: int) -> bool:
        changed = False
        for block in self.blocks[1:]:
            place = self.argument_place[block]
            hopeful = place is not None and place not in self.refused and round < ROUNDS
            for index, argument in enumerate(block.args):
                joined: GrokType | None = None
                certain: GrokType | None = None  # of what is known to be something
                given = [edge.arguments[index] for edge in self.edges[block]]
                for value in given:
                    kind = self.kinds.get(value)
                    if kind is None:
                        continue
                    joined = kind if joined is None else join(joined, kind)
                    if kind != ANY:
                        certain = kind if certain is None else join(certain, kind)
                if joined is None:
                    continue
                wanted = self.one_wanted(argument) if hopeful else None
                if wanted is not None and joined == ANY and certain in (None, wanted):
                    joined = wanted
                    for value in given:
                        if self.kinds.get(value) == ANY:
                            changed |= self.want(value, wanted)
                changed |= self.set(argument, joined)
        return changed

    def step(self, op: Operation) -> bool:
        kinds = []
        for operand in op.operands:
            kind = self.kinds.get(operand)
            if kind is None:
                return False
            kinds.append(kind)
        wants, result = self.wishes.of(op, kinds, self.is_refused(op))
        changed = False
        for operand, want in zip(op.operands, wants, strict=False):
            if want is not None:
                changed |= self.want(operand, want)
        if result is None:
            return changed
        if isinstance(op, (grok.GetIndexOp, grok.SetIndexOp)):
            container, index = (want or kind for want, kind in zip_longest(wants[:2], kinds[:2]))
            if container == LIST and index == INT:
                element = self.element_type(op.operands[0], self.places.get(op)) or ANY
                if isinstance(op, grok.GetIndexOp):
                    result = element
                elif element != ANY:
                    changed |= self.want(op.value, element)
        if op.results:
            changed |= self.set(op.results[0], result)
        elif (
            isinstance(op, (grok.TailCallOp, grok.TailCallMethodOp))
            and self.tail_results.get(op) != result
        ):
            self.tail_results[op] = result
            changed = True
        return changed

    def element_type(self, list: SSAValue, place: Place | None) -> GrokType | None:
        """What an access to a list may assume of its elements: that they are all of a type; that
        they are words (``ANY``); or nothing (``None``).

        All accesses to one list assume the same: what one of them wants or stores, if it is only
        one type.
        """
        if place in self.refused:
            return None
        found: set[GrokType] = set()
        for use in list.uses:
            user = use.operation
            if use.index != 0:
                continue
            if isinstance(user, grok.GetIndexOp):
                found |= self.wanted.get(user.result, set())
            elif isinstance(user, grok.SetIndexOp):
                found.add(self.kinds.get(user.value, ANY))
            elif isinstance(user, grok.GetIteratorOp):
                for item in user.result.uses:
                    if isinstance(item.operation, speculation.NextItemOp):
                        found |= self.wanted.get(item.operation.results[0], set())
        found.discard(ANY)
        if len(found) == 1:
            (kind,) = found
            if _tells_elements(kind) and not refuses_elements(self.refused, place, kind.keyword()):
                return kind
        return None if refuses_elements(self.refused, place, ANY.keyword()) else ANY


# --------------------------------------------------------------------------- 2: the new function


def write_with_types(types: FeedbackTypes, promise: GrokType | None = None) -> None:
    """Writes the function anew with the types that were found.

    With a ``promise`` it is an entry of its own for callers that know it: its parameters have the
    types found, and it returns what it promises.
    """
    _Writer(types, promise).run()


class _Writer(Rebuild):
    def __init__(self, types: FeedbackTypes, promise: GrokType | None) -> None:
        super().__init__(types.function)
        self.types = types
        self.promise = promise
        self.wishes = types.wishes
        self.calls = types.wishes.calls
        self.structs = types.declarations.structs
        self.first = self.dominators.order[0]
        self.guarded_sources = False

    def argument_types(self, block: Block) -> Sequence[Attribute]:
        if block is self.first and self.promise is None:
            return [ANY] * len(block.args)
        kinds = self.types.kinds
        return [kinds.get(argument, ANY) for argument in block.args]

    def visit(self, op: Operation) -> None:
        if self.types.cut.get(op.parent_block()) is op:  # type: ignore[arg-type]
            self.block.add_op(speculation.ExitOp.new(op.location))
            self.ended = True
            return
        handler = _HANDLERS.get(type(op))
        if handler is None and type(op) not in _RULES:
            super().visit(op)
            if isinstance(op, SnapshotOp) and not self.guarded_sources:
                self.guard_sources()
            return
        operands = [self.values[operand] for operand in op.operands]
        kinds = [_kind(operand) for operand in operands]
        wants, result = self.wishes.of(op, kinds, self.types.is_refused(op))
        for index, want in enumerate(wants):
            if want is not None:
                operands[index] = self.guard(op.operands[index], want)
        if handler is None or not handler(self, op, operands):
            new = self.copy(op, operands, result if op.results else None)
            new.attributes = {k: v for k, v in new.attributes.items() if k != FEEDBACK}

    def place(self) -> Place:
        if self.snapshot is None:
            return self.function.symbol, 0
        frame = self.snapshot.innermost
        return frame.function, frame.pc

    def guard(self, old: SSAValue, kind: GrokType) -> SSAValue:
        """The old value, which is from now on known to be of a type."""
        value = self.values[old]
        if is_subtype(_kind(value), kind):
            return value
        result = self.emit(speculation.GuardOp.new(kind, value))
        result.name_hint = value.name_hint
        self.refine(value, result)
        return result

    def refine(self, value: SSAValue, result: SSAValue) -> None:
        """From now on ``value`` is ``result``."""
        for old, new in self.values.items():
            if new is value:
                self.values[old] = result

    def guard_sources(self) -> None:
        """After the first snapshot: parameters, and registers that were loaded."""
        self.guarded_sources = True
        for value in self.types.sources:
            kind = self.types.kinds.get(value, ANY)
            if kind != ANY:
                self.guard(value, kind)

    def hand_on(self, target: Block, arguments: Sequence[SSAValue]) -> Sequence[SSAValue]:
        new = self.target(target)
        given = [self.values[argument] for argument in arguments]
        if all(
            is_subtype(_kind(value), _kind(argument))
            for value, argument in zip(given, new.args, strict=True)
        ):
            return given
        # The state there, with what is handed on in the place of the arguments.
        first = target.first_op
        assert isinstance(first, SnapshotOp)
        values: dict[SSAValue, SSAValue] = dict(zip(target.args, given, strict=True))
        state = [values[value] if value in values else self.values[value] for value in first.values]
        self.block.add_op(SnapshotOp.new(first.frames.data, state))
        for index, argument in enumerate(new.args):
            if not is_subtype(_kind(given[index]), _kind(argument)):
                given[index] = self.guard(arguments[index], _kind(argument))
        return given

    # -------------------------------------------------------------- operations become others
    # Each returns whether it has written something in the operation's place.

    def check_type(self, op: Operation, operands: list[SSAValue]) -> bool:
        wanted = op.properties["type"]
        assert isinstance(wanted, GrokType)
        (value,) = operands
        if is_subtype(_kind(value), wanted):
            self.values[op.results[0]] = value
            return True
        if wanted == FLOAT and _kind(value) == INT:
            self.values[op.results[0]] = self.emit(grok.CastFloatOp.new(value))
            return True
        return False

    def check_range(self, op: Operation, operands: list[SSAValue]) -> bool:
        return all(_kind(operand) == INT for operand in operands)

    def truth(self, op: Operation, operands: list[SSAValue]) -> bool:
        if _kind(operands[0]) != BOOL:
            return False
        self.values[op.results[0]] = operands[0]
        return True

    def get_iterator(self, op: Operation, operands: list[SSAValue]) -> bool:
        """What is walked is guarded where it is: the type says nothing of other uses."""
        seen = op.attributes.get(FEEDBACK)
        if (
            isinstance(seen, ShapeAttr)
            and seen.type == LIST
            and _kind(operands[0]) == ANY
            and self.place() not in self.types.refused
        ):
            operands[0] = self.guard(op.operands[0], LIST)
        return False

    def get_index(self, op: Operation, operands: list[SSAValue]) -> bool:
        if [_kind(operand) for operand in operands] != [LIST, INT]:
            return False
        kind = self.types.element_type(op.operands[0], self.place())
        if kind is None:
            return False
        item = speculation.GetItemOp.new(kind, operands[0], operands[1])
        self.values[op.results[0]] = self.emit(item)
        return True

    def set_index(self, op: Operation, operands: list[SSAValue]) -> bool:
        if [_kind(operand) for operand in operands[:2]] != [LIST, INT]:
            return False
        kind = self.types.element_type(op.operands[0], self.place())
        if kind == ANY and _is_item_of(op.operands[2], op.operands[0]):
            value = operands[2]
        elif kind is None or kind == ANY or _kind(operands[2]) not in (ANY, kind):
            return False
        else:
            value = self.guard(op.operands[2], kind)
        self.emit_effect(speculation.SetItemOp.new(kind, operands[0], operands[1], value))
        return True

    def next_item(self, op: Operation, operands: list[SSAValue]) -> bool:
        """What may be assumed of a list that is walked is noted, for ``scalar-replace``."""
        walk = op.operands[0].owner
        if not isinstance(walk, grok.GetIteratorOp) or _kind(self.values[walk.value]) != LIST:
            return False
        kind = self.types.element_type(walk.value, self.place())
        if kind is None:
            return False
        item = speculation.NextItemOp.new(operands[0], op.location)
        item.attributes[speculation.ELEMENTS] = kind
        self.values[op.results[0]] = self.emit(item)
        return True

    def get_field(self, op: Operation, operands: list[SSAValue]) -> bool:
        found = self.find_field(op, operands[0])
        if found is None:
            return False
        symbol, index = found
        kind = self.structs[symbol].result_type(index)
        self.values[op.results[0]] = self.emit(
            speculation.LoadFieldOp.new(symbol, index, operands[0], kind)
        )
        return True

    def set_field(self, op: Operation, operands: list[SSAValue]) -> bool:
        found = self.find_field(op, operands[0])
        if found is None:
            return False
        symbol, index = found
        wanted = self.structs[symbol].types[index]
        value = operands[1]
        if wanted == FLOAT and _kind(value) == INT:
            value = self.emit(grok.CastFloatOp.new(value))
        if not is_subtype(_kind(value), wanted):
            return False
        self.emit_effect(speculation.StoreFieldOp.new(symbol, index, operands[0], value))
        return True

    def emit_effect(self, op: grok.GrokOp) -> None:
        self.block.add_op(op)

    def find_field(self, op: Operation, object: SSAValue) -> tuple[str, int] | None:
        kind = _kind(object)
        field = op.properties["field"]
        assert isinstance(field, StringAttr)
        if not isinstance(kind, StructType):
            return None
        symbol = kind.symbol.data
        struct = self.structs.get(symbol)
        index = struct.numbers.get(field.data) if struct is not None else None
        return None if index is None else (symbol, index)

    def get_element(self, op: Operation, operands: list[SSAValue]) -> bool:
        index = op.properties["index"]
        assert isinstance(index, IntAttr)
        kind = _kind(operands[0])
        if not isinstance(kind, TupleType) or not 0 <= index.data < kind.length.data:
            return False
        self.values[op.results[0]] = self.emit(
            speculation.LoadElementOp.new(index.data, operands[0])
        )
        return True

    def is_struct(self, op: Operation, operands: list[SSAValue]) -> bool:
        symbol = op.properties["symbol"]
        assert isinstance(symbol, SymbolRefAttr)
        if _kind(operands[0]) != StructType(symbol.root_reference.data):
            return False
        self.values[op.results[0]] = self.emit(grok.ConstantOp.new(TRUE))
        return True

    def is_type(self, op: Operation, operands: list[SSAValue]) -> bool:
        if _kind(operands[0]) != op.properties["type"]:
            return False
        self.values[op.results[0]] = self.emit(grok.ConstantOp.new(TRUE))
        return True

    def call_method(self, op: Operation, operands: list[SSAValue]) -> bool:
        target = op.attributes.get(FEEDBACK)
        callee = op.properties["callee"]
        assert isinstance(callee, StringAttr)
        if not isinstance(target, TargetAttr) or _kind(operands[0]) != target.receiver:
            return False
        function = target.function.data
        if function:
            arguments = self.filled(function, operands)
            if arguments is None:
                return False
            if isinstance(op, grok.TailCallMethodOp):
                if not self.tail_call_typed(op, function, arguments):
                    self.emit_effect(grok.TailCallOp.new(function, arguments, op.location))
            elif not self.call_typed(op, function, arguments):
                call = grok.CallOp.new(function, arguments, op.location)
                self.values[op.results[0]] = self.emit(call)
            return True
        native = speculation.CallNativeOp.new(target.receiver, callee.data, operands, op.location)
        if isinstance(op, grok.TailCallMethodOp):
            # There is no frame to do without.
            self.emit_effect(grok.ReturnOp.new(self.emit(native), op.location))
            return True
        native.results[0]._type = method_result(callee.data, list(map(_kind, operands)))
        self.values[op.results[0]] = self.emit(native)
        return True

    def call(self, op: Operation, operands: list[SSAValue]) -> bool:
        return self.call_typed(op, _symbol(op), operands)

    def call_typed(self, op: Operation, function: str, operands: list[SSAValue]) -> bool:
        """Calls the entry for these arguments, if there is one."""
        # What the callee left in the place of its result goes into the snapshot that follows.
        if (
            self.calls is None
            or self.types.is_refused(op)
            or not isinstance(op.next_op, SnapshotOp)
        ):
            return False
        entry = self.calls.typed(function, [_kind(operand) for operand in operands])
        if entry is None:
            return False
        promise = entry.promise or ANY
        result = self.emit(speculation.CallTypedOp.of(entry.use(), operands, promise, op.location))
        result.name_hint = op.results[0].name_hint
        self.values[op.results[0]] = result
        return True

    def tail_call(self, op: Operation, operands: list[SSAValue]) -> bool:
        return self.tail_call_typed(op, _symbol(op), operands)

    def tail_call_typed(self, op: Operation, function: str, operands: list[SSAValue]) -> bool:
        """Calls the entry for these arguments in this frame's place, if there is one."""
        if self.calls is None or self.types.is_refused(op):
            return False
        entry = self.calls.typed(function, [_kind(operand) for operand in operands])
        own = self.promise or ANY
        if entry is None or (own != ANY and entry.promise != own):
            return False
        self.emit_effect(speculation.TailCallTypedOp.new(entry.use(), operands, op.location))
        return True

    def leave(self, op: Operation, operands: list[SSAValue]) -> bool:
        """Returns what is promised."""
        if self.promise is not None and not is_subtype(_kind(operands[0]), self.promise):
            raise DiagnosticException(f"{self.function.symbol} does not return what it promises")
        return False

    def call_value(self, op: Operation, operands: list[SSAValue]) -> bool:
        target = op.attributes.get(FEEDBACK)
        if (
            not isinstance(target, TargetAttr)
            or not target.function.data
            or self.place() in self.types.refused
        ):
            return False
        function = target.function.data
        arguments = self.filled(function, operands[1:])
        if arguments is None:
            return False
        guard = self.emit(speculation.GuardFunctionOp.new(function, operands[0]))
        self.refine(operands[0], guard)
        call = speculation.CallClosureOp.new(function, guard, arguments, op.location)
        self.values[op.results[0]] = self.emit(call)
        return True

    def filled(self, function: str, arguments: Sequence[SSAValue]) -> list[SSAValue] | None:
        """The arguments, `missing` for those that are left out; ``None`` if that is not known."""
        maximum = None if self.calls is None else self.calls.maximum_arity(function)
        if maximum is None:
            return None
        missing = maximum - len(arguments)
        if missing < 0:
            return None
        filled = list(arguments)
        if missing:
            constant = self.emit(grok.ConstantOp.new(MISSING_CONSTANT))
            filled += [constant] * missing
        return filled


def _is_item_of(value: SSAValue, list: SSAValue) -> bool:
    """Has a value come from a list?  Then the list takes it without a change of its type."""
    owner = value.owner
    return isinstance(owner, grok.GetIndexOp) and owner.left is list


def _tells_elements(kind: GrokType) -> bool:
    """Is it a type of which a list can say that all of its elements are?"""
    return is_guardable(kind) and not isinstance(kind, TupleType)


def _is_loop(block: Block) -> bool:
    """Is it the head of a loop?"""
    return any(isinstance(op, speculation.SafepointOp) for op in block.ops)


def _symbol(op: Operation) -> str:
    symbol = op.properties["symbol"]
    assert isinstance(symbol, SymbolRefAttr)
    return symbol.root_reference.data


def _kind(value: SSAValue) -> GrokType:
    kind = value.type
    assert isinstance(kind, GrokType)
    return kind


_HANDLERS: dict[type[Operation], Callable[[_Writer, Operation, list[SSAValue]], bool]] = {
    grok.CheckTypeOp: _Writer.check_type,
    grok.CheckRangeOp: _Writer.check_range,
    grok.TrueOp: _Writer.truth,
    grok.GetIteratorOp: _Writer.get_iterator,
    grok.GetIndexOp: _Writer.get_index,
    grok.SetIndexOp: _Writer.set_index,
    speculation.NextItemOp: _Writer.next_item,
    grok.GetFieldOp: _Writer.get_field,
    grok.SetFieldOp: _Writer.set_field,
    grok.GetElementOp: _Writer.get_element,
    grok.IsStructOp: _Writer.is_struct,
    speculation.IsTypeOp: _Writer.is_type,
    grok.CallMethodOp: _Writer.call_method,
    grok.TailCallMethodOp: _Writer.call_method,
    grok.CallOp: _Writer.call,
    grok.TailCallOp: _Writer.tail_call,
    grok.ReturnOp: _Writer.leave,
    grok.CallValueOp: _Writer.call_value,
}
