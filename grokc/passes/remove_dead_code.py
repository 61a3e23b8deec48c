"""``remove-dead-code``: of raised functions, what nobody needs.

* Operations without an effect whose results nobody uses; a guard is none of them, since what
  follows relies on it.
* Snapshots that no operation exits by.
* Block arguments that nobody uses, or that get something from one edge only.
* A jump to a block that nothing else leads to: the two become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, BlockArgument, Operation, OpResult, SSAValue
from xdsl.passes import ModulePass
from xdsl.traits import MemoryEffect, MemoryEffectKind

from grokc.dialects import grok
from grokc.dialects.speculation import SnapshotOp
from grokc.passes.analysis.blocks import incoming_edges
from grokc.passes.analysis.rebuild import Rebuild
from grokc.passes.analysis.snapshots import needs_snapshot, needs_snapshot_after


@dataclass(frozen=True)
class RemoveDeadCode(ModulePass):
    """See the module's docstring."""

    name = "remove-dead-code"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                remove_dead_code(function)


def remove_dead_code(function: grok.FuncOp, *, keep_snapshots: bool = False) -> None:
    """Removes the dead code of one function, in place.

    ``keep_snapshots`` is for passes to come that need the state at the start of blocks.
    """
    _Pruner(function, keep_snapshots).run()


_EFFECTS = frozenset({MemoryEffectKind.READ, MemoryEffectKind.ALLOC})


def is_removable(op: Operation) -> bool:
    """Is the operation not missed when nobody uses its results?"""
    if not op.results:
        return False
    kind = type(op)
    known = _REMOVABLE.get(kind)
    if known is None:
        known = _REMOVABLE[kind] = _has_no_effect(op)
    return known


_REMOVABLE: dict[type[Operation], bool] = {}
"""By kind: no operation of these dialects has effects that depend on its operands."""


def _has_no_effect(op: Operation) -> bool:
    effects = op.get_traits_of_type(MemoryEffect)  # type: ignore[type-abstract]
    if not effects:
        return False
    for effect in effects:
        found = effect.get_effects(op)
        if found is None or not all(instance.kind in _EFFECTS for instance in found):
            return False
    return True


class _Pruner(Rebuild):
    """Finds what is needed; then writes that."""

    def __init__(self, function: grok.FuncOp, keep_snapshots: bool) -> None:
        super().__init__(function)
        order = self.dominators.order
        self.edges = incoming_edges(order)
        # Blocks that go on in another one that nothing else leads to.
        self.merged: set[Block] = set()
        for block in order[1:]:
            edges = self.edges[block]
            if len(edges) == 1 and isinstance(edges[0].source.last_op, grok.JumpOp):
                self.merged.add(block)
        self.ends: dict[Block, Block] = {}
        self.find_needed(keep_snapshots)

    def find_needed(self, keep_snapshots: bool) -> None:
        """From the operations with effects to all that they need."""
        self.used: set[SSAValue] = set()
        self.needed: set[Operation] = set()
        snapshots: dict[Operation, SnapshotOp] = {}
        snapshots_after: dict[Operation, SnapshotOp] = {}
        roots: list[Operation] = []
        for block in self.dominators.order:
            snapshot: SnapshotOp | None = None
            op = block.first_op
            while op is not None:
                if type(op) is SnapshotOp:
                    snapshot = op
                    before = op.prev_op
                    if before is not None and needs_snapshot_after(before):
                        snapshots_after[before] = op
                    elif keep_snapshots and before is None:
                        roots.append(op)
                else:
                    if snapshot is not None and needs_snapshot(op):
                        snapshots[op] = snapshot
                    if type(op) is not grok.JumpOp and not is_removable(op):
                        roots.append(op)
                op = op.next_op
        follows: dict[SSAValue, list[SSAValue]] = {}
        for block, edges in self.edges.items():
            for index, argument in enumerate(block.args):
                follows[argument] = [edge.arguments[index] for edge in edges]
        needed, used = self.needed, self.used
        while roots:
            op = roots.pop()
            if op in needed:
                continue
            needed.add(op)
            if op in snapshots:
                roots.append(snapshots[op])
            if op in snapshots_after:
                roots.append(snapshots_after[op])
            operands = op._operands
            values = [operands[0]] if type(op) is grok.BranchOp else list(operands)
            while values:
                value = values.pop()
                if value in used:
                    continue
                used.add(value)
                if type(value) is OpResult:
                    roots.append(value.op)
                else:
                    values += follows.get(value, ())

    # --------------------------------------------------------------------------------- writing

    def is_kept(self, block: Block, argument: BlockArgument) -> bool:
        """Does the block argument stay one?"""
        if block is self.dominators.order[0]:
            return True
        return argument in self.used and len(self.edges[block]) > 1

    def new_block(self, block: Block) -> Block:
        kept = [argument for argument in block.args if self.is_kept(block, argument)]
        new = Block(arg_types=[argument.type for argument in kept])
        new.name_hint = block.name_hint
        for old, argument in zip(kept, new.args, strict=True):
            argument.name_hint = old.name_hint
        return new

    def enter(self, block: Block) -> None:
        parent = self.dominators.parent(block)
        self.values = dict(self.at_end[parent]) if parent is not None else {}
        self.ended = False
        if block in self.merged:
            assert parent is not None
            self.block = self.ends[parent]
        else:
            self.block = self.blocks[block]
            self.region.add_block(self.block)
        new = iter(self.block.args)
        for index, argument in enumerate(block.args):
            if argument not in self.used and parent is not None:
                continue
            if self.is_kept(block, argument):
                self.values[argument] = next(new)
            else:
                self.values[argument] = self.values[self.edges[block][0].arguments[index]]

    def visit(self, op: Operation) -> None:
        kind = type(op)
        if kind is grok.JumpOp:
            target = op._successors[0]
            if target in self.merged:
                self.blocks[target] = self.block
                assert op.parent is not None
                self.ends[op.parent] = self.block
            else:
                self.jump(target, op._operands)
        elif kind is grok.BranchOp:
            self.branch(cast("grok.BranchOp", op), self.values[op._operands[0]])
        elif op in self.needed:
            self.copy(op)

    def hand_on(self, target: Block, arguments: Sequence[SSAValue]) -> Sequence[SSAValue]:
        return [
            self.values[value]
            for argument, value in zip(target.args, arguments, strict=True)
            if self.is_kept(target, argument)
        ]
