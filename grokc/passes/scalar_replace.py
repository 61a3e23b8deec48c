"""``scalar-replace``: objects that do not escape are taken apart into their contents.

An object *escapes* when somebody could come by it who is not looked at here: when it is stored,
passed to a call, returned, compared, or handed on between blocks.  If all that is done with it is
reading and writing its contents, testing what it is, capturing it in another object that does not
escape, and telling snapshots of it, then its contents are values of their own, its *slots*:

* fields of structs, payloads of variants, elements of tuples, captured values of closures, shared
  variables (cells);
* for the iterator of ``for`` over a list: the position.  The end of the loop becomes a comparison
  with the list's length, and the item a load.

What is in a slot at a place is found as for local variables when SSA form is made: blocks where
different stores meet get an argument (Cytron et al., 1991).  A slot whose values are all ints,
floats or bools holds them unboxed.

Snapshots still tell of the object: in front of one, an operation makes it of what its slots hold
there.  Only snapshots use that operation, so the object is made in exits alone (see
:mod:`grokc.dialects.speculation`).  Two registers with one object get one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Block, Operation, OpResult, SSAValue, Use
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.constants import FALSE, TRUE
from grokc.dialects.dominance import Dominators
from grokc.dialects.types import (
    BOXED,
    I1,
    I64,
    LIST,
    UNBOXED,
    GrokType,
    is_subtype,
    join,
)
from grokc.passes.analysis.blocks import incoming_edges
from grokc.passes.analysis.frontiers import frontiers, meeting_places
from grokc.passes.analysis.rebuild import Rebuild, copy_operation, number_of
from grokc.passes.thread_jumps import branch_outcome
from grokc.passes.unbox import compare_ints, int_op, machine_constant

ROUNDS = 3
"""An object that was only in another one is found when that one is gone."""


@dataclass(frozen=True)
class ScalarReplace(ModulePass):
    """See the module's docstring."""

    name = "scalar-replace"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                scalar_replace(function)


def scalar_replace(function: grok.FuncOp) -> None:
    """Takes the objects of one function apart, in place."""
    for _ in range(ROUNDS):
        objects = _find_objects(function)
        if not objects:
            return
        _Replacer(function, objects).run()


# ---------------------------------------------------------------------------------- 1: objects

_MAKERS = (
    grok.MakeStructOp,
    grok.MakeVariantOp,
    grok.MakeTupleOp,
    grok.MakeClosureOp,
    grok.MakeCellOp,
)


_NAMES = (
    speculation.GuardOp,
    speculation.KnownOp,
    speculation.GuardFunctionOp,
    speculation.KnownFunctionOp,
)
"""Operations whose result is their operand."""

_VIRTUAL_MAKERS = (speculation.VirtualStructOp, speculation.VirtualCellOp)


@dataclass(eq=False)
class _Object:
    """An object that is made by an operation and does not escape."""

    op: Operation
    reached: set[Block]
    """Blocks that there is a way to."""
    names: set[SSAValue] = field(default_factory=set)
    """The object itself, and what guards of it gave."""
    stores: dict[int, list[tuple[Block, SSAValue | None]]] = field(default_factory=dict)
    """By slot: where something is stored, and what (``None``: a position)."""
    parts: list[_Object] = field(default_factory=list)
    """Objects that it holds."""

    @property
    def is_iterator(self) -> bool:
        return isinstance(self.op, grok.GetIteratorOp)

    def is_fixed(self) -> bool:
        """Does neither the object nor what it holds ever change?"""
        return not self.stores and all(part.is_fixed() for part in self.parts)


@dataclass(eq=False)
class _Slot:
    """What an object holds at an index; stands for its content in the tables of values."""

    owner: _Object
    index: int


def _find_objects(function: grok.FuncOp) -> dict[SSAValue, _Object]:
    """The objects that do not escape, under all their names."""
    candidates: dict[Operation, _Object] = {}
    reached = _reached(function)
    for block in reached:
        for op in block.ops:
            if isinstance(op, _MAKERS) or (
                isinstance(op, grok.GetIteratorOp) and op.operands[0].type == LIST
            ):
                candidates[op] = _Object(op, reached)
    edges_into: dict[Block, int] | None = None
    if any(candidate.is_iterator for candidate in candidates.values()):
        edges = incoming_edges(Dominators(function.body).order)
        edges_into = {block: len(found) for block, found in edges.items()}
    changed = True
    while changed:
        changed = False
        for op, candidate in list(candidates.items()):
            candidate.names, candidate.stores, candidate.parts = set(), {}, []
            if not _stays(candidate, op.results[0], candidates, edges_into) or not all(
                _fits(candidate, name) for name in candidate.names
            ):
                del candidates[op]
                changed = True
    for op, candidate in candidates.items():
        if not isinstance(op, grok.GetIteratorOp):
            owners = [operand.owner for operand in op.operands]
            candidate.parts = [
                candidates[owner]
                for owner in owners
                if isinstance(owner, Operation) and owner in candidates
            ]
    # An object that only snapshots know is no work, if what it holds is none.
    return {
        name: candidate
        for candidate in candidates.values()
        if not _is_done(candidate)
        for name in candidate.names
    }


def _reached(function: grok.FuncOp) -> set[Block]:
    first = function.body.blocks.first
    assert first is not None
    reached = {first}
    pending = [first]
    while pending:
        end = pending.pop().last_op
        if end is None:
            continue
        ways: Sequence[Block] = end.successors
        if isinstance(end, grok.BranchOp):
            truth = branch_outcome(end)
            if truth is not None:
                ways = [end.then if truth else end.otherwise]
        for block in ways:
            if block not in reached:
                reached.add(block)
                pending.append(block)
    return reached


def _is_done(candidate: _Object) -> bool:
    """Is the object made in exits alone as it is?"""
    op = candidate.op
    if isinstance(op, (grok.MakeStructOp, grok.MakeCellOp, grok.GetIteratorOp)):
        return False
    return _is_virtual(op) and all(_is_done(part) for part in candidate.parts)


def _is_virtual(op: Operation) -> bool:
    return all(
        isinstance(use.operation, speculation.SnapshotOp)
        or (isinstance(use.operation, (*_MAKERS, *_VIRTUAL_MAKERS)) and _is_virtual(use.operation))
        for use in op.results[0].uses
    )


def _stays(
    candidate: _Object,
    name: SSAValue,
    candidates: dict[Operation, _Object],
    edges_into: dict[Block, int] | None,
) -> bool:
    """Do all uses of one of the object's names let it stay where it is?"""
    candidate.names.add(name)
    for use in name.uses:
        user = use.operation
        if isinstance(user, speculation.SnapshotOp) or user.parent not in candidate.reached:
            continue
        if user in candidates and isinstance(user, _MAKERS) and user is not candidate.op:
            if _is_accessed(user, user.results[0], use.index):
                return False  # next time: the object that holds it will be gone
            continue
        if isinstance(user, _NAMES):
            if not _is_passed(candidate.op, user) or not _stays(
                candidate, user.results[0], candidates, edges_into
            ):
                return False
            continue
        rule = _USES.get((type(candidate.op), type(user)))
        if rule is None or not rule(candidate, use):
            return False
        if isinstance(user, speculation.NextItemOp):
            assert edges_into is not None
            if not _is_head_of_loop(candidate, user, edges_into):
                return False
    return True


def _is_accessed(maker: Operation, name: SSAValue, slot: int) -> bool:
    """Does anybody read or write the slot of an object?"""
    for use in name.uses:
        user = use.operation
        if isinstance(user, _NAMES):
            if _is_accessed(maker, user.results[0], slot):
                return True
        elif isinstance(user, (speculation.LoadFieldOp, speculation.StoreFieldOp)):
            if use.index == 0 and number_of(user.properties["index"]) == slot:
                return True
        elif isinstance(user, (grok.LoadCellOp, grok.StoreCellOp)) or (
            "index" in user.properties and _element(maker, user) == slot
        ):
            return True
    return False


def _fits(candidate: _Object, name: SSAValue) -> bool:
    """Do the loads of the object give what is in its slots, by their types?"""
    for use in name.uses:
        user = use.operation
        if isinstance(user, speculation.LoadFieldOp):
            index = number_of(user.properties["index"])
        elif isinstance(user, grok.LoadCellOp):
            index = 0
        else:
            continue
        values = [candidate.op.operands[index]]
        values += [value for _, value in candidate.stores.get(index, ()) if value is not None]
        kind = _common_type(values) if index in candidate.stores else values[0].type
        wanted = user.result.type
        lattice = kind if isinstance(kind, GrokType) else BOXED[kind]
        if not is_subtype(lattice, wanted if isinstance(wanted, GrokType) else BOXED[wanted]):
            return False
    return True


def _common_type(values: Sequence[SSAValue]) -> Attribute:
    """The type of a slot that holds one of these at a time: a machine value if all are."""
    machine = {_machine_type(value) for value in values}
    if len(machine) == 1:
        (kind,) = machine
        if kind is not None:
            return kind
    joined: GrokType | None = None
    for value in values:
        kind = value.type
        lattice = kind if isinstance(kind, GrokType) else BOXED[kind]
        joined = lattice if joined is None else join(joined, lattice)
    assert joined is not None
    return joined


def _machine_type(value: SSAValue) -> Attribute | None:
    kind = value.type
    return UNBOXED.get(kind) if isinstance(kind, GrokType) else kind


def _is_passed(maker: Operation, guard: Operation) -> bool:
    if isinstance(guard, (speculation.GuardOp, speculation.KnownOp)):
        kind, wanted = maker.results[0].type, guard.type
        return (
            isinstance(kind, GrokType)
            and isinstance(wanted, GrokType)
            and is_subtype(kind, wanted)
            and guard.result.type == wanted
        )
    return isinstance(maker, grok.MakeClosureOp) and maker.symbol == guard.properties["symbol"]


def _reads_field(candidate: _Object, use: Use) -> bool:
    return use.operation.properties["symbol"] == candidate.op.properties["symbol"]


def _writes_field(candidate: _Object, use: Use) -> bool:
    op = use.operation
    if use.index != 0 or op.properties["symbol"] != candidate.op.properties["symbol"]:
        return False
    if op.operands[1] in candidate.names:
        return False
    _note_store(candidate, number_of(op.properties["index"]), op, op.operands[1])
    return True


def _writes_cell(candidate: _Object, use: Use) -> bool:
    op = use.operation
    if use.index != 0 or op.operands[1] is op.operands[0]:
        return False
    _note_store(candidate, 0, op, op.operands[1])
    return True


def _note_store(candidate: _Object, index: int, op: Operation, value: SSAValue | None) -> None:
    assert op.parent is not None
    candidate.stores.setdefault(index, []).append((op.parent, value))


def _reads_element(candidate: _Object, use: Use) -> bool:
    return _element(candidate.op, use.operation) is not None


def _element(maker: Operation, op: Operation) -> int | None:
    """The slot that a read of an element, payload or captured value reads."""
    index, count = number_of(op.properties["index"]), len(maker.operands)
    if index < 0:
        index += count
    return index if 0 <= index < count else None


def _fine(candidate: _Object, use: Use) -> bool:
    return True


def _is_head_of_loop(
    candidate: _Object, op: speculation.NextItemOp, edges_into: dict[Block, int]
) -> bool:
    """Is the item only asked for whether it is missing, and used where it is not?"""
    block = op.parent
    assert block is not None
    branch = block.last_op
    if not isinstance(branch, grok.BranchOp) or branch.then is branch.otherwise:
        return False
    test = branch.condition.owner
    if not isinstance(test, grok.IsMissingOp) or test.value is not op.results[0]:
        return False
    body = branch.otherwise
    if len(list(test.results[0].uses)) != 1 or edges_into.get(body) != 1:
        return False
    for use in op.results[0].uses:
        if use.operation is not test and use.operation.parent is block:
            return False
    candidate.stores.setdefault(0, []).append((body, None))
    return True


_USES: dict[tuple[type[Operation], type[Operation]], Callable[[_Object, Use], bool]] = {
    (grok.MakeStructOp, speculation.LoadFieldOp): _reads_field,
    (grok.MakeStructOp, speculation.StoreFieldOp): _writes_field,
    (grok.MakeStructOp, grok.IsStructOp): _fine,
    (grok.MakeStructOp, grok.IsMissingOp): _fine,
    (grok.MakeVariantOp, grok.IsVariantOp): _fine,
    (grok.MakeVariantOp, grok.GetPayloadOp): _reads_element,
    (grok.MakeVariantOp, grok.IsMissingOp): _fine,
    (grok.MakeTupleOp, speculation.LoadElementOp): _reads_element,
    (grok.MakeTupleOp, grok.GetElementOp): _reads_element,
    (grok.MakeTupleOp, grok.IsTupleOp): _fine,
    (grok.MakeTupleOp, grok.IsMissingOp): _fine,
    (grok.MakeClosureOp, speculation.LoadClosureCaptureOp): _reads_element,
    (grok.MakeClosureOp, grok.IsMissingOp): _fine,
    (grok.MakeClosureOp, speculation.IsFunctionOp): _fine,
    (grok.MakeCellOp, grok.LoadCellOp): _fine,
    (grok.MakeCellOp, grok.StoreCellOp): _writes_cell,
    (grok.GetIteratorOp, speculation.NextItemOp): _fine,
}
"""What may be done with which object, and whether this use is one of that kind."""


# ------------------------------------------------------------------------------ 2: the new function


class _Replacer(Rebuild):
    def __init__(self, function: grok.FuncOp, objects: dict[SSAValue, _Object]) -> None:
        super().__init__(function)
        self.objects = objects
        edges = incoming_edges(self.dominators.order)
        self.frontiers = frontiers(self.dominators, edges)
        self.slots: dict[_Object, list[_Slot]] = {}
        self.kinds: dict[_Slot, Attribute] = {}
        """Types of slots that change."""
        self.joins: dict[Block, list[_Slot]] = {}
        """Slots that a block gets as arguments, behind its own."""
        self.contents: dict[_Slot, SSAValue] = {}
        """What slots hold at this place."""
        self.contents_at_end: dict[Block, dict[_Slot, SSAValue]] = {}
        self.fixed: dict[_Object, SSAValue] = {}
        """Objects for snapshots that never change."""
        self.made: dict[_Object, SSAValue] = {}
        """Those made in this block of what they hold now."""
        self.items: dict[Block, speculation.NextItemOp] = {}
        """Where items of lists are loaded: the bodies of loops, with what asks for the next."""
        self.addresses: dict[Operation, SSAValue] = {}
        """Where the elements are, by what asks for the next."""
        self.decided: set[Operation] = set()
        """Tests of items that became tests of positions."""
        for candidate in dict.fromkeys(objects.values()):
            self.plan(candidate)

    def plan(self, candidate: _Object) -> None:
        count = 1 if candidate.is_iterator else len(candidate.op.operands)
        slots = self.slots[candidate] = [_Slot(candidate, index) for index in range(count)]
        home = candidate.op.parent
        assert home is not None
        for index, stores in candidate.stores.items():
            slot = slots[index]
            if candidate.is_iterator:
                self.kinds[slot] = I64
            else:
                values = [candidate.op.operands[index], *(value for _, value in stores)]
                self.kinds[slot] = _common_type(cast("list[SSAValue]", values))
            for block in meeting_places(self.frontiers, [block for block, _ in stores]):
                if block is not home and self.dominators.dominates(home, block):
                    self.joins.setdefault(block, []).append(slot)

    # --------------------------------------------------------------------------------- blocks

    def new_block(self, block: Block) -> Block:
        new = super().new_block(block)
        for slot in self.joins.get(block, ()):
            new.insert_arg(self.kinds[slot], len(new.args))
        return new

    def enter(self, block: Block) -> None:
        parent = self.dominators.parent(block)
        self.contents = dict(self.contents_at_end[parent]) if parent is not None else {}
        self.made = {}
        self.values = dict(self.at_end[parent]) if parent is not None else {}
        self.block = self.blocks[block]
        self.region.add_block(self.block)
        own = len(block.args)
        for old, new in zip(block.args, self.block.args[:own], strict=True):
            self.values[old] = new
        joined = self.joins.get(block, ())
        for slot, new in zip(joined, self.block.args[own:], strict=True):
            self.contents[slot] = new
        self.snapshot = None
        self.ended = False
        ask = self.items.get(block)
        if ask is not None:
            self.take_item(ask)
            self.locate(self.block.first_op, ask.location)

    def hand_on(self, target: Block, arguments: Sequence[SSAValue]) -> Sequence[SSAValue]:
        given = list(super().hand_on(target, arguments))
        for slot in self.joins.get(target, ()):
            given.append(self.as_kind(self.contents[slot], self.kinds[slot]))
        return given

    # ------------------------------------------------------------------------------ operations

    def visit(self, op: Operation) -> None:
        if isinstance(op, (grok.JumpOp, grok.BranchOp)):
            block = op.parent
            assert block is not None
            self.contents_at_end[block] = self.contents
            if isinstance(op, grok.BranchOp):
                self.branch_on(op)
                return
        if op in self.decided:
            return
        if op.results and op.results[0] in self.objects:
            candidate = self.objects[op.results[0]]
            if op is candidate.op:
                self.make(candidate)
            return  # a guard of it
        if isinstance(op, speculation.SnapshotOp):
            self.copy(op, self.whole_operands(op))
            return
        candidate_of = self.objects.get(op.operands[0]) if op.operands else None
        if candidate_of is None:
            super().visit(op)
        elif isinstance(op, _MAKERS):
            self.copy(op, self.whole_operands(op))  # only snapshots have use for what it makes
        else:
            self.use(candidate_of, op)

    def whole_operands(self, op: Operation) -> list[SSAValue]:
        return [
            self.whole(self.objects[value]) if value in self.objects else self.values[value]
            for value in op.operands
        ]

    def branch_on(self, op: grok.BranchOp) -> None:
        """A test of an object that is taken apart is decided."""
        truth = branch_outcome(op)
        if truth is None:
            self.branch(op, self.values[op.condition])
        else:
            taken = op.then if truth else op.otherwise
            self.jump(taken, op.then_arguments if truth else op.else_arguments)

    def make(self, candidate: _Object) -> None:
        slots = self.slots[candidate]
        if candidate.is_iterator:
            self.contents[slots[0]] = self.emit_op(machine_constant(0))
            return
        for slot, operand in zip(slots, candidate.op.operands, strict=True):
            if operand in self.objects:
                continue  # the object that it holds has slots of its own
            value = self.values[operand]
            kind = self.kinds.get(slot)
            self.contents[slot] = self.as_kind(value, kind) if kind is not None else value
        if candidate.is_fixed():
            self.fixed[candidate] = self.put_together(candidate)

    def use(self, candidate: _Object, op: Operation) -> None:
        slots = self.slots[candidate]
        match op:
            case speculation.StoreFieldOp():
                self.store(slots[number_of(op.properties["index"])], self.values[op.value])
            case grok.StoreCellOp():
                self.store(slots[0], self.values[op.operands[1]])
            case speculation.LoadFieldOp():
                self.load(op, slots[number_of(op.properties["index"])])
            case grok.LoadCellOp():
                self.load(op, slots[0])
            case speculation.NextItemOp():
                self.ask(candidate, op)
            case (
                grok.IsMissingOp()
                | grok.IsStructOp()
                | grok.IsTupleOp()
                | grok.IsVariantOp()
                | speculation.IsFunctionOp()
            ):
                self.test(op, _is_what(candidate.op, op))
            case _:
                index = _element(candidate.op, op)
                assert index is not None
                self.load(op, slots[index])

    def store(self, slot: _Slot, value: SSAValue) -> None:
        self.contents[slot] = self.as_kind(value, self.kinds[slot])
        self.made = {}

    def load(self, op: Operation, slot: _Slot) -> None:
        self.values[op.results[0]] = self.as_kind(self.contents[slot], op.results[0].type)

    def test(self, op: Operation, outcome: bool) -> None:
        if op.results[0].type == I1:
            made = self.emit_op(machine_constant(outcome))
        else:
            made = self.emit(grok.ConstantOp.new(TRUE if outcome else FALSE))
        self.values[op.results[0]] = made

    # ------------------------------------------------------------------------------- iterators

    def ask(self, candidate: _Object, op: speculation.NextItemOp) -> None:
        """The end of the list, instead of the next item being missing."""
        assert op.parent is not None
        branch = op.parent.last_op
        assert isinstance(branch, grok.BranchOp)
        position = self.contents[self.slots[candidate][0]]
        list = self.values[candidate.op.operands[0]]
        kind = op.attributes.get(speculation.ELEMENTS)
        if isinstance(kind, GrokType):
            self.addresses[op] = self.emit(speculation.CheckElementsOp.new(kind, list))
        length = self.emit(speculation.ListLengthOp.new(list))
        at_end = self.emit_op(compare_ints("sge", position, length))
        self.values[branch.condition] = at_end
        assert isinstance(branch.condition, OpResult)
        self.decided.add(branch.condition.op)
        self.items[branch.otherwise] = op

    def take_item(self, op: speculation.NextItemOp) -> None:
        candidate = self.objects[op.operands[0]]
        slot = self.slots[candidate][0]
        position = self.contents[slot]
        items = self.addresses.get(op)
        if items is None:
            list = self.values[candidate.op.operands[0]]
            item = self.emit(speculation.ListLoadOp.new(list, position))
        else:
            kind = op.attributes[speculation.ELEMENTS]
            assert isinstance(kind, GrokType)
            item = self.boxed(self.emit(speculation.LoadItemOp.new(kind, items, position)))
        self.values[op.results[0]] = item
        one = self.emit_op(machine_constant(1))
        self.contents[slot] = self.emit_op(int_op(arith.AddiOp, position, one))

    # ------------------------------------------------------------------------------- snapshots

    def whole(self, candidate: _Object) -> SSAValue:
        """The object, for a snapshot."""
        known = self.fixed.get(candidate) or self.made.get(candidate)
        if known is None:
            known = self.made[candidate] = self.put_together(candidate)
        return known

    def put_together(self, candidate: _Object) -> SSAValue:
        """An operation that makes the object of what its slots hold."""
        op = candidate.op
        if isinstance(op, grok.GetIteratorOp):
            list = self.values[op.operands[0]]
            position = self.contents[self.slots[candidate][0]]
            return self.emit(speculation.VirtualIteratorOp.new(list, position))
        values = []
        for slot, operand in zip(self.slots[candidate], op.operands, strict=True):
            part = self.objects.get(operand)
            if part is not None and slot not in self.contents:
                values.append(self.whole(part))
            else:
                values.append(self.boxed(self.contents[slot]))
        match op:
            case grok.MakeStructOp():
                symbol = op.symbol.root_reference.data
                return self.emit(speculation.VirtualStructOp.new(symbol, values))
            case grok.MakeCellOp():
                return self.emit(speculation.VirtualCellOp.new(values[0]))
        return self.emit_op(copy_operation(op, values))

    # ------------------------------------------------------------------------- representations

    def emit_op(self, op: Operation) -> SSAValue:
        self.block.add_op(op)
        return op.results[0]

    def as_kind(self, value: SSAValue, wanted: Attribute) -> SSAValue:
        """A value in the representation of a type that it is known to have."""
        if value.type == wanted:
            return value
        if isinstance(wanted, GrokType):
            return self.boxed(value)
        owner = value.owner
        if isinstance(owner, speculation.BoxOp):
            return owner.operands[0]
        if isinstance(owner, grok.ConstantOp):
            return self.emit_op(machine_constant(cast("bool | int | float", owner.value.data)))
        return self.emit(speculation.UnboxOp.new(value))

    def boxed(self, value: SSAValue) -> SSAValue:
        if isinstance(value.type, GrokType):
            return value
        return self.emit(speculation.BoxOp.new(value))


def _is_what(maker: Operation, test: Operation) -> bool:
    """The outcome of a test of a new object."""
    match test:
        case grok.IsVariantOp():
            return all(
                test.properties[name] == maker.properties[name] for name in ("enum", "variant")
            )
        case grok.IsStructOp():
            return test.properties["symbol"] == maker.properties["symbol"]
        case grok.IsTupleOp():
            return number_of(test.properties["count"]) == len(maker.operands)
        case speculation.IsFunctionOp():
            return test.symbol == maker.properties["symbol"]
    return False  # is_missing
