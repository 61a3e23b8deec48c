"""Step 2: where values are live, and which of them may share a register.

The *position* of a node counts nodes in the order of the blocks; a node reads its operands at time
``2 * position`` and writes its result at ``2 * position + 1``.  A live range is a sorted list of
disjoint intervals ``(start, end)`` of such times, the end excluded, so that a result may take the
register of an operand that dies.  A value that is handed to a block dies at the jump, the block's
parameter is born at the block's start: the copy between them is no node.

A *unit* is a set of values that get one register.  A block's parameter and what it is handed are
put into one unit wherever their ranges are disjoint: then nothing has to be copied.
"""

from __future__ import annotations

from collections.abc import Sequence

from grokc.passes.allocation.selection import Node, SelectedBlock, Selection

Ranges = list[tuple[int, int]]


def nodes_of(block: SelectedBlock) -> list[Node]:
    """A block's nodes, the terminator included."""
    return block.nodes if block.terminator is None else [*block.nodes, block.terminator]


def uses_of(node: Node) -> list[int]:
    """The values that a node reads."""
    operands = node.inputs if node.window is None else node.window
    uses = [operand for operand in operands if isinstance(operand, int)]
    if isinstance(node.callee, int):
        uses.append(node.callee)
    return uses


def live_ranges(selection: Selection) -> list[Ranges]:
    """The live range of each value; it is empty if nothing ever reads or writes the value."""
    blocks, order = selection.blocks, selection.flow.order
    live_in = [0] * len(blocks)
    live_out = [0] * len(blocks)
    exposed, defined = _local_sets(selection)
    changed = True
    while changed:
        changed = False
        for number in reversed(order):
            out = 0
            for target in blocks[number].targets:
                out |= live_in[target]
            into = exposed[number] | (out & ~defined[number])
            live_out[number] = out
            if into != live_in[number]:
                live_in[number] = into
                changed = True
    ranges: list[Ranges] = [[] for _ in range(selection.count)]
    for number in reversed(order):
        _walk_block(blocks[number], live_out[number], ranges)
    for each in ranges:
        each.reverse()
    return ranges


def _handed(block: SelectedBlock) -> list[int]:
    return [operand for given in block.given for _, operand in given if isinstance(operand, int)]


def _local_sets(selection: Selection) -> tuple[list[int], list[int]]:
    """For each block, as bit sets: what it reads before writing it, and what it writes."""
    exposed = [0] * len(selection.blocks)
    defined = [0] * len(selection.blocks)
    for number in selection.flow.order:
        block = selection.blocks[number]
        written = read = 0
        for parameter in block.parameters:
            written |= 1 << parameter
        if number == 0:
            written |= (1 << selection.arity) - 1
        for node in nodes_of(block):
            for use in uses_of(node):
                if not written >> use & 1:
                    read |= 1 << use
            if node.out >= 0:
                written |= 1 << node.out
        for use in _handed(block):
            if not written >> use & 1:
                read |= 1 << use
        exposed[number], defined[number] = read, written
    return exposed, defined


def _walk_block(block: SelectedBlock, live_out: int, ranges: list[Ranges]) -> None:
    """Extends the ranges, which are built from their ends to their starts, by one block."""
    ends: dict[int, int] = {}
    after = 2 * block.end + 2
    while live_out:
        lowest = live_out & -live_out
        ends[lowest.bit_length() - 1] = after
        live_out ^= lowest
    for use in _handed(block):
        ends.setdefault(use, 2 * block.end + 1)
    for node in reversed(nodes_of(block)):
        time = 2 * node.position
        if node.out >= 0:
            _extend(ranges[node.out], time + 1, ends.pop(node.out, time + 2))
        for use in uses_of(node):
            ends.setdefault(use, time + 1)
    for parameter in block.parameters:
        end = ends.pop(parameter, None)
        if end is not None:
            _extend(ranges[parameter], 2 * block.start + 1, end)
    for value, end in ends.items():
        _extend(ranges[value], 2 * block.start, end)


def _extend(ranges: Ranges, start: int, end: int) -> None:
    if ranges and ranges[-1][0] == end:
        end = ranges.pop()[1]
    ranges.append((start, end))


def overlap(left: Ranges, right: Ranges) -> bool:
    """Have two ranges a time in common?"""
    if not left or not right or left[0][0] >= right[-1][1] or right[0][0] >= left[-1][1]:
        return False
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i][1] <= right[j][0]:
            i += 1
        elif right[j][1] <= left[i][0]:
            j += 1
        else:
            return True
    return False


def covers(ranges: Ranges, time: int) -> bool:
    """Is there an interval with that time?"""
    return any(start <= time < end for start, end in ranges)


class Units:
    """Sets of values that get one register, each known by one of its values."""

    def __init__(self, ranges: list[Ranges], arity: int) -> None:
        self.parent = list(range(len(ranges)))
        self.ranges = ranges
        # Parameters arrive in the first registers.
        self.fixed = [value if value < arity else -1 for value in range(len(ranges))]

    def find(self, value: int) -> int:
        """The unit of a value."""
        parent = self.parent
        while parent[value] != value:
            parent[value] = value = parent[parent[value]]
        return value

    def merge(self, left: int, right: int) -> None:
        """Puts two values into one unit, if their ranges allow it."""
        left, right = self.find(left), self.find(right)
        if left == right or (self.fixed[left] >= 0 and self.fixed[right] >= 0):
            return
        if overlap(self.ranges[left], self.ranges[right]):
            return
        self.parent[right] = left
        self.ranges[left] = _union(self.ranges[left], self.ranges[right])
        if self.fixed[right] >= 0:
            self.fixed[left] = self.fixed[right]


def _union(left: Ranges, right: Ranges) -> Ranges:
    result: Ranges = []
    for start, end in sorted(left + right):
        if result and result[-1][1] == start:
            result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def coalesce(selection: Selection) -> Units:
    """Forms the units, of values handed around in inner loops first.

    A parameter that nothing looks at stays alone, without a register: a copy to it could only do
    harm.
    """
    units = Units(live_ranges(selection), selection.arity)
    is_live = [bool(ranges) for ranges in units.ranges]
    innermost = selection.flow.innermost

    def depth(number: int) -> int:
        loop = innermost[number]
        return loop.depth if loop else 0

    order: Sequence[int] = selection.flow.order
    if selection.flow.loops:
        order = sorted(order, key=depth, reverse=True)
    for number in order:
        for given in selection.blocks[number].given:
            for parameter, operand in given:
                if isinstance(operand, int) and is_live[parameter]:
                    units.merge(parameter, operand)
    return units
