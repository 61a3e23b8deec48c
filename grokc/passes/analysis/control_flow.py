"""The shape of a function's control flow: an order of its blocks, and its loops.

Blocks are numbers here (0 is the entry), so that the same analysis serves every level.  The order
is a reverse postorder in which the blocks of a loop stand together, a loop's exits after the loop:
good for analyses that want predecessors first, and as the layout of code.  Loops are natural loops;
two back edges to one header make one loop.  Irreducible flow, which no source program has, is
ordered like any other; each of its cycles still has a back edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Loop:
    """``members`` is a bit set of blocks, the header's among them."""

    header: int
    members: int
    latches: list[int]
    """The blocks whose edges to the header close the loop."""
    parent: Loop | None = None
    depth: int = 1

    def holds(self, block: int) -> bool:
        """Is the block part of the loop?"""
        return bool(self.members >> block & 1)


@dataclass(slots=True)
class ControlFlow:
    """What :func:`analyse` finds out."""

    successors: Sequence[Sequence[int]]
    order: list[int]
    """All blocks that the entry reaches, in the order described above."""
    predecessors: list[list[int]]
    """Reachable predecessors of each block, one entry for each edge."""
    loops: list[Loop] = field(default_factory=list)
    """Inner loops before the loops around them."""
    innermost: list[Loop | None] = field(default_factory=list)
    """The smallest loop around each block."""


def analyse(successors: Sequence[Sequence[int]]) -> ControlFlow:
    """Analyses the flow graph in which block ``i`` goes on to ``successors[i]``."""
    order, back_edges = _depth_first(successors)
    predecessors: list[list[int]] = [[] for _ in successors]
    for block in order:
        for successor in successors[block]:
            predecessors[successor].append(block)
    flow = ControlFlow(successors, order, predecessors, [], [None] * len(successors))
    if back_edges:
        _find_loops(flow, back_edges)
        depths = [loop.depth if loop else 0 for loop in flow.innermost]
        # A loop's exits last: then they also stand after the loop's blocks.
        inside_first = [sorted(targets, key=lambda t: -depths[t]) for targets in successors]
        order, _ = _depth_first(inside_first)
        flow.order = _together(flow, order)
    return flow


def _depth_first(successors: Sequence[Sequence[int]]) -> tuple[list[int], list[tuple[int, int]]]:
    """The reverse postorder in which a block's first successor comes as early as can be, and the
    edges that lead back to a block on the way from the entry."""
    fresh, active, done = 0, 1, 2
    state = bytearray(len(successors))
    postorder: list[int] = []
    back_edges: list[tuple[int, int]] = []
    state[0] = active
    path = [(0, iter(reversed(successors[0])))]
    while path:
        block, rest = path[-1]
        for successor in rest:
            if state[successor] == fresh:
                state[successor] = active
                path.append((successor, iter(reversed(successors[successor]))))
                break
            if state[successor] == active:
                back_edges.append((block, successor))
        else:
            state[block] = done
            postorder.append(block)
            path.pop()
    postorder.reverse()
    return postorder, back_edges


def _find_loops(flow: ControlFlow, back_edges: list[tuple[int, int]]) -> None:
    by_header: dict[int, Loop] = {}
    for latch, header in back_edges:
        loop = by_header.setdefault(header, Loop(header, 1 << header, []))
        loop.latches.append(latch)
        pending = [latch]
        while pending:
            block = pending.pop()
            if not loop.holds(block):
                loop.members |= 1 << block
                pending += flow.predecessors[block]
    flow.loops = sorted(by_header.values(), key=lambda loop: loop.members.bit_count())
    for index, loop in enumerate(flow.loops):
        for outer in flow.loops[index + 1 :]:
            if outer.holds(loop.header):
                loop.parent = outer
                break
    for loop in reversed(flow.loops):
        loop.depth = loop.parent.depth + 1 if loop.parent else 1
    for block in flow.order:
        for loop in flow.loops:
            if loop.holds(block):
                flow.innermost[block] = loop
                break


def _together(flow: ControlFlow, order: list[int]) -> list[int]:
    """``order`` with each loop's blocks moved up to its first."""
    contents: dict[int, list[int | Loop]] = {id(None): []}
    for known in flow.loops:
        contents[id(known)] = []
    placed: set[int] = set()
    for block in order:
        # The loops around the block that have not begun yet begin here, outermost first.
        loop: Loop | None = flow.innermost[block]
        contents[id(loop)].append(block)
        while loop is not None and id(loop) not in placed:
            placed.add(id(loop))
            contents[id(loop.parent)].append(loop)
            loop = loop.parent
    result: list[int] = []
    pending: list[int | Loop] = contents[id(None)][::-1]
    while pending:
        item = pending.pop()
        if isinstance(item, Loop):
            pending += contents[id(item)][::-1]
        else:
            result.append(item)
    return result
