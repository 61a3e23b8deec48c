"""Edges of a function's control flow graph, and what is handed along them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from xdsl.ir import Block, Operation, SSAValue

from grokc.dialects import grok


class Edge(NamedTuple):
    """The way from a block to one of its successors."""

    source: Block
    target: Block
    arguments: tuple[SSAValue, ...]
    """What the target's block arguments get."""


def edges_of(terminator: Operation | None) -> list[Edge]:
    """The edges that leave a block of raised bytecode: its terminators are ``jump``, ``branch``,
    and those without successors."""
    kind = type(terminator)
    if kind is grok.JumpOp:
        assert terminator is not None and terminator.parent is not None
        return [Edge(terminator.parent, terminator._successors[0], terminator._operands)]
    if kind is grok.BranchOp:
        assert isinstance(terminator, grok.BranchOp) and terminator.parent is not None
        source = terminator.parent
        then, first, otherwise, second = terminator.ways()
        return [Edge(source, then, first), Edge(source, otherwise, second)]
    return []


def incoming_edges(blocks: Iterable[Block]) -> dict[Block, list[Edge]]:
    """The edges that lead to each of the blocks, which are all."""
    result: dict[Block, list[Edge]] = {block: [] for block in blocks}
    for block in result:
        for edge in edges_of(block.last_op):
            result[edge.target].append(edge)
    return result


def replace_terminator(old: Operation, new: Operation) -> None:
    """Ends a block in another way."""
    block = old.parent
    assert block is not None
    block.erase_op(old)
    block.add_op(new)


def hand_on_more(source: Block, target: Block, value: SSAValue) -> None:
    """One more argument on the edges from one block to another."""
    terminator = source.last_op
    assert terminator is not None
    if isinstance(terminator, grok.JumpOp):
        arguments = (*terminator.arguments, value)
        replace_terminator(terminator, grok.JumpOp.new(target, arguments, terminator.location))
        return
    assert isinstance(terminator, grok.BranchOp)
    then, otherwise = list(terminator.then_arguments), list(terminator.else_arguments)
    if terminator.then is target:
        then.append(value)
    if terminator.otherwise is target:
        otherwise.append(value)
    replace_terminator(
        terminator,
        terminator.moved(
            terminator.condition, terminator.then, terminator.otherwise, then, otherwise
        ),
    )
