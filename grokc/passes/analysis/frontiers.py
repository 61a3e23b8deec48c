"""Where definitions of a variable meet: dominance frontiers (Cytron et al., 1991)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xdsl.ir import Block

from grokc.dialects.dominance import Dominators
from grokc.passes.analysis.blocks import Edge


def frontiers(
    dominators: Dominators, edges: Mapping[Block, Iterable[Edge]]
) -> dict[Block, set[Block]]:
    """For each block, the blocks at which its dominance ends."""
    result: dict[Block, set[Block]] = {block: set() for block in dominators.order}
    for block in dominators.order:
        sources = {edge.source for edge in edges[block]}
        if len(sources) < 2:
            continue
        end = dominators.parent(block)
        for source in sources:
            at: Block | None = source
            while at is not None and at is not end:
                result[at].add(block)
                at = dominators.parent(at)
    return result


def meeting_places(known: Mapping[Block, set[Block]], blocks: Iterable[Block]) -> set[Block]:
    """The blocks at which what is defined in several blocks may differ by the way that was taken:
    the iterated frontier."""
    result: set[Block] = set()
    pending = list(blocks)
    while pending:
        for block in known.get(pending.pop(), ()):
            if block not in result:
                result.add(block)
                pending.append(block)
    return result
