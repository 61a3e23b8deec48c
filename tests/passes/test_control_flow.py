"""The order of blocks, and loops."""

from __future__ import annotations

import random

import pytest

from grokc.passes.analysis.control_flow import ControlFlow, analyse


def loops(flow: ControlFlow) -> dict[int, set[int]]:
    """The members of each loop by its header."""
    count = len(flow.successors)
    return {loop.header: {b for b in range(count) if loop.holds(b)} for loop in flow.loops}


def test_straight_line() -> None:
    flow = analyse([[1], [2], []])
    assert flow.order == [0, 1, 2]
    assert flow.loops == []
    assert flow.predecessors == [[], [0], [1]]


def test_first_successor_comes_first() -> None:
    assert analyse([[2, 1], [3], [3], []]).order == [0, 2, 1, 3]


def test_unreachable_blocks_are_left_out() -> None:
    flow = analyse([[2], [2], []])
    assert flow.order == [0, 2]
    assert flow.predecessors[2] == [0]


def test_exit_of_a_loop_stands_behind_it() -> None:
    # 1 is a head that goes on to 2 (exit) or 3 (body).
    flow = analyse([[1], [2, 3], [], [1]])
    assert flow.order == [0, 1, 3, 2]
    assert loops(flow) == {1: {1, 3}}


def test_break_out_of_the_middle_does_not_tear_a_loop_apart() -> None:
    # loop { 1; if .. { 2: break to 5 } else { 3 }; 4 }
    flow = analyse([[1], [2, 3], [5, 4], [4], [1], []])
    assert flow.order[-1] == 5
    assert loops(flow) == {1: {1, 2, 3, 4}}


def test_nested_loops() -> None:
    # outer head 1, inner head 2 with body 3, latch 4, exit 5
    flow = analyse([[1], [2, 5], [3, 4], [2], [1], []])
    assert loops(flow) == {2: {2, 3}, 1: {1, 2, 3, 4}}
    inner, outer = flow.loops
    assert inner.parent is outer
    assert (inner.depth, outer.depth) == (2, 1)
    assert flow.innermost[3] is inner
    assert flow.innermost[4] is outer
    assert flow.innermost[5] is None


def test_two_ways_back_make_one_loop() -> None:
    flow = analyse([[1], [2, 3], [1], [1, 4], []])
    (loop,) = flow.loops
    assert sorted(loop.latches) == [2, 3]


def test_loop_of_one_block() -> None:
    assert loops(analyse([[1], [1, 2], []])) == {1: {1}}


@pytest.mark.parametrize("seed", range(200))
def test_any_graph(seed: int) -> None:
    """Also of irreducible flow: every block once, the entry first, a back edge in every cycle."""
    rng = random.Random(seed)
    count = rng.randint(1, 12)
    successors = [
        [rng.randrange(count) for _ in range(rng.choice((0, 1, 1, 2, 2)))] for _ in range(count)
    ]
    flow = analyse(successors)
    reachable = {0}
    pending = [0]
    while pending:
        for target in successors[pending.pop()]:
            if target not in reachable:
                reachable.add(target)
                pending.append(target)
    assert flow.order[0] == 0
    assert sorted(flow.order) == sorted(reachable)
    # Without the edges from latches to their headers nothing is left to go around in.
    back = {(latch, loop.header) for loop in flow.loops for latch in loop.latches}
    removed = True
    left = set(reachable)
    while removed:
        removed = False
        for block in list(left):
            if not any((block, t) not in back and t in left for t in successors[block]):
                left.remove(block)
                removed = True
    assert not left
