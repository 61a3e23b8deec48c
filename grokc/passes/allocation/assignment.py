"""Step 3: registers.

A linear scan: units get their registers where they begin, the lowest one that is free for all their
intervals.  What makes it more than that are the *windows*, the runs of registers that calls and
constructors take their arguments from.

A call's frame begins at its window and its header lies in the three registers below, so that all
that lives across the call must lie below those.  A window's place is chosen when its node is
reached, by the number of copies that each candidate would cost: where arguments already are, where
the result is wanted, and as low as it can be.  To have the arguments there before, a unit that ends
as an argument is put where the window is then guessed to be: ``f(a + 1, b)`` computes the sum right
into the window.  A guess that turns out to be wrong costs copies, never correctness.

A value that outlives many calls is not left where a call returned it, since every window after it
would have to begin above: it is copied down once, and frames stay small.
"""

from __future__ import annotations

from bisect import bisect_left

from grokc.dialects.constants import Constant
from grokc.dialects.grok_vm import MAX_REGISTER
from grokc.passes.allocation.live_ranges import (
    Ranges,
    Units,
    coalesce,
    covers,
    nodes_of,
    overlap,
)
from grokc.passes.allocation.selection import RESULT_IN_WINDOW, Node, Operand, Selection

HEADER = 3
"""Registers of a frame's header, below its window."""

CALLS = frozenset({"call", "call_value", "call_method"})
"""What overwrites everything from the window's header on."""

_LONG_LIVED = 4
"""A result that lives across so many calls is copied out of their way."""


class TooManyRegisters(Exception):
    """A function needs more registers than an instruction can name."""


class Assignment:
    """The registers of a function."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.units: Units = coalesce(selection)
        self.register = [-1] * selection.count
        """By unit; see :meth:`register_of`."""
        self.size = selection.arity
        """How many registers the frame has."""
        self._busy: list[list[int]] = []  # units by register, those that are over left out
        self._last_use: dict[int, tuple[Node, int]] = {}
        self._calls: list[int] = []
        self._statements: list[int] = []
        self._prepare()
        self._scan()
        if self.size - 1 > MAX_REGISTER:
            raise TooManyRegisters

    def register_of(self, value: int) -> int:
        """The register of a value; -1 if nothing ever looks at it."""
        return self.register[self.units.find(value)]

    # ------------------------------------------------------------------------------ the scan

    def _prepare(self) -> None:
        find, ranges = self.units.find, self.units.ranges
        for number in self.selection.flow.order:
            for node in nodes_of(self.selection.blocks[number]):
                if node.name in CALLS:
                    self._calls.append(node.position)
                    if node.out < 0:
                        self._statements.append(node.position)
                if node.window is None:
                    continue
                for offset, operand in _arguments(node):
                    if isinstance(operand, int):
                        unit = find(operand)
                        if ranges[unit][-1][1] == 2 * node.position + 1:
                            self._last_use[unit] = (node, offset)

    def _scan(self) -> None:
        for parameter in range(self.selection.arity):
            unit = self.units.find(parameter)
            if self.units.ranges[unit]:
                self._take(unit, self.units.fixed[unit])
        for number in self.selection.flow.order:
            block = self.selection.blocks[number]
            for parameter in block.parameters:
                self._place(parameter, 2 * block.start + 1)
            for node in nodes_of(block):
                if node.window is not None:
                    self._place_window(node)
                elif "r" in node.form:
                    self._place_loads(node)
                if node.out >= 0:
                    self._place(node.out, 2 * node.position + 1)

    def _take(self, unit: int, register: int) -> None:
        while register >= len(self._busy):
            self._busy.append([])
        self._busy[register].append(unit)
        self.register[unit] = register
        self.size = max(self.size, register + 1)

    def _is_free(self, register: int, ranges: Ranges) -> bool:
        if register >= len(self._busy):
            return True
        units = self._busy[register]
        known = self.units.ranges
        now = ranges[0][0]
        if units and any(known[unit][-1][1] <= now for unit in units):
            units[:] = [unit for unit in units if known[unit][-1][1] > now]
        return not any(overlap(known[unit], ranges) for unit in units)

    def _lowest(self, ranges: Ranges) -> int:
        register = 0
        while not self._is_free(register, ranges):
            register += 1
        return register

    def _place(self, value: int, now: int) -> None:
        """Gives a value's unit a register, if it has none yet and needs one."""
        unit = self.units.find(value)
        ranges = self.units.ranges[unit]
        if self.register[unit] >= 0 or not ranges:
            return
        hint = self._hint(unit, now)
        if hint < 0 or not self._is_free(hint, ranges):
            hint = self._lowest(ranges)
        self._take(unit, hint)

    def _place_loads(self, node: Node) -> None:
        """Finds registers for constants that the instruction's form cannot take."""
        time = 2 * node.position
        register = -1
        for index, (operand, letter) in enumerate(zip(node.inputs, node.form, strict=True)):
            if letter == "r" and isinstance(operand, Constant):
                register += 1
                while not self._is_free(register, [(time, time + 1)]):
                    register += 1
                node.loads[index] = register
                self.size = max(self.size, register + 1)

    # ---------------------------------------------------------------------------- windows

    def _hint(self, unit: int, now: int) -> int:
        """Where a unit that ends as an argument should be, or -1."""
        use = self._last_use.get(unit)
        if use is None:
            return -1
        node, offset = use
        if 2 * node.position <= now:
            return -1
        if node.name in CALLS and _count_between(self._statements, now, 2 * node.position):
            # A call of its own stands between: this is no argument that is just being computed.
            return -1
        if node.base < 0:
            node.base = self._guess(node, unit, offset, now)
        return node.base + offset

    def _guess(self, node: Node, unit: int, offset: int, now: int) -> int:
        """Where a window may come to lie that has not been reached yet."""
        ranges = self.units.ranges[unit]
        if node.name in CALLS:
            base = self._lowest_window(node)
            while not self._is_free(base + offset, ranges):
                base += 1
            return base
        base = HEADER if node.callee is not None else 0
        assert node.window is not None
        until = [(now, 2 * node.position + 1)]
        run = 0
        while run < len(node.window):
            if self._is_free(base + run, until):
                run += 1
            else:
                base += run + 1
                run = 0
        return base

    def _lowest_window(self, node: Node) -> int:
        """The lowest window above all that is known to live across a call."""
        result = self._result(node)
        for register in range(len(self._busy) - 1, -1, -1):
            for unit in self._busy[register]:
                if unit != result and self._lives_across(unit, node):
                    return register + 1 + HEADER
        return HEADER

    def _lives_across(self, unit: int, node: Node) -> bool:
        """Is there a value before the node that is still looked at after it?  (Not so if the unit
        holds the node's own result: then what was there before has ended.)"""
        ranges, time = self.units.ranges[unit], 2 * node.position
        return ranges[-1][1] > time + 1 and covers(ranges, time) and covers(ranges, time + 1)

    def _result(self, node: Node) -> int:
        """The unit of what the node defines, or -1."""
        return self.units.find(node.out) if node.out >= 0 else -1

    def _place_window(self, node: Node) -> None:
        assert node.window is not None
        known = self.units.ranges
        arguments = _arguments(node)
        candidates = {node.base} if node.base >= 0 else set[int]()
        for offset, operand in arguments:
            if isinstance(operand, int):
                candidates.add(self.register_of(operand) - offset)
        result = self._result(node)
        returns = node.name in RESULT_IN_WINDOW and result >= 0
        stays = returns and self._stays(node, result)
        wanted = -1
        if stays:
            wanted = self.register[result]
            if wanted < 0:
                wanted = self._hint(result, 2 * node.position + 1)
            candidates.add(wanted)
        lowest = HEADER if node.callee is not None else 0
        if node.name in CALLS:
            lowest = self._lowest_window(node)
        free = lowest
        while not self._fits(node, arguments, free):
            free += 1
        candidates.add(free)
        best = min(
            (self._copies(arguments, base) + (wanted >= 0 and wanted != base), base)
            for base in candidates
            if base >= lowest and (base == free or self._fits(node, arguments, base))
        )
        node.base = best[1]
        extent = max(len(node.window), 1 if node.name in RESULT_IN_WINDOW else 0)
        self.size = max(self.size, node.base + extent)
        if stays and self.register[result] < 0 and self._is_free(node.base, known[result]):
            self._take(result, node.base)

    def _stays(self, node: Node, result: int) -> bool:
        """Should a call's result stay where it is returned, if it can?"""
        if self.register[result] >= 0:
            return True
        end = self.units.ranges[result][-1][1]
        return _count_between(self._calls, 2 * node.position + 1, end) < _LONG_LIVED

    def _fits(self, node: Node, arguments: list[tuple[int, Operand]], base: int) -> bool:
        """Does nothing that is still needed lie in the window?

        A call lies above all that lives across it anyway.
        """
        if node.name in CALLS:
            return True
        assert node.window is not None
        result = self._result(node)
        here = dict(arguments)
        extent = max(len(node.window), 1 if node.name in RESULT_IN_WINDOW else 0)
        for offset in range(-HEADER if node.callee is not None else 0, extent):
            register = base + offset
            if not 0 <= register < len(self._busy):
                continue
            operand = here.get(offset)
            unchanged = (
                self.units.find(operand)
                if isinstance(operand, int) and node.name != "call_builtin"
                else -1
            )
            for unit in self._busy[register]:
                if unit not in (unchanged, result) and self._lives_across(unit, node):
                    return False
        return True

    def _copies(self, arguments: list[tuple[int, Operand]], base: int) -> int:
        """How many arguments would have to be copied to a window at ``base``."""
        return sum(
            isinstance(operand, int) and self.register_of(operand) != base + offset
            for offset, operand in arguments
        )


def _arguments(node: Node) -> list[tuple[int, Operand]]:
    """What a window holds, by the distance from its first register."""
    assert node.window is not None
    arguments = list(enumerate(node.window))
    if node.callee is not None:
        arguments.append((-HEADER, node.callee))
    return arguments


def _count_between(positions: list[int], start: int, end: int) -> int:
    """How many of the (sorted) positions lie between two times."""
    return bisect_left(positions, end / 2) - bisect_left(positions, start / 2)
