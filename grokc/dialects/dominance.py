"""Dominance in a region of blocks, and the check that every use is dominated by its definition.

xDSL's verifier does not look at dominance across blocks.  The dominator tree is computed as in
Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm".
"""

from __future__ import annotations

from xdsl.ir import Block, BlockArgument, Operation, OpResult, Region
from xdsl.utils.exceptions import VerifyException


class Dominators:
    """The dominator tree of the blocks that can be reached from a region's first one."""

    def __init__(self, region: Region) -> None:
        self.order = _reverse_postorder(region)
        self._number = {block: number for number, block in enumerate(self.order)}
        self._parent = self._immediate_dominators()

    def _immediate_dominators(self) -> list[int]:
        """The number of each block's immediate dominator; the first block is its own."""
        predecessors: list[list[int]] = [[] for _ in self.order]
        for number, block in enumerate(self.order):
            for successor in block.last_op.successors if block.last_op else ():
                predecessors[self._number[successor]].append(number)
        unknown = -1
        parent = [unknown] * len(self.order)
        if parent:
            parent[0] = 0
        changed = True
        while changed:
            changed = False
            for number in range(1, len(parent)):
                known = [p for p in predecessors[number] if parent[p] != unknown]
                new = known[0]
                for other in known[1:]:
                    while new != other:  # walk up to where both meet
                        if new > other:
                            new = parent[new]
                        else:
                            other = parent[other]
                if parent[number] != new:
                    parent[number] = new
                    changed = True
        return parent

    def reaches(self, block: Block) -> bool:
        """Can the block be reached at all?"""
        return block in self._number

    def parent(self, block: Block) -> Block | None:
        """The immediate dominator of a block that can be reached; the first block has none."""
        number = self._number[block]
        return self.order[self._parent[number]] if number else None

    def dominates(self, above: Block, below: Block) -> bool:
        """Do all ways to ``below``, which can be reached, lead through ``above``?"""
        if above not in self._number:
            return False
        wanted, number = self._number[above], self._number[below]
        while number > wanted:
            number = self._parent[number]
        return number == wanted


def _reverse_postorder(region: Region) -> list[Block]:
    first = region.blocks.first
    if first is None:
        return []
    order: list[Block] = []
    seen = {first}
    pending = [(first, _successors(first))]
    while pending:
        block, rest = pending[-1]
        while rest and rest[-1] in seen:
            rest.pop()
        if rest:
            successor = rest.pop()
            seen.add(successor)
            pending.append((successor, _successors(successor)))
        else:
            order.append(block)
            pending.pop()
    order.reverse()
    return order


def _successors(block: Block) -> list[Block]:
    """In reverse, so that the first one is popped first."""
    return list(reversed(block.last_op.successors)) if block.last_op is not None else []


def verify_dominance(region: Region, name: str) -> None:
    """Raises a ``VerifyException`` for a use that its definition does not dominate."""
    dominators = Dominators(region)
    for block in dominators.order:
        seen: set[Operation] = set()
        for op in block.ops:
            for operand in op.operands:
                if isinstance(operand, OpResult) and operand.op.parent is block:
                    fine = operand.op in seen
                else:
                    home = operand.block if isinstance(operand, BlockArgument) else None
                    if isinstance(operand, OpResult):
                        home = operand.op.parent
                    fine = home is not None and dominators.dominates(home, block)
                if not fine:
                    raise VerifyException(
                        f"an operand of {op.name} in '{name}' is not dominated by its definition"
                    )
            seen.add(op)
