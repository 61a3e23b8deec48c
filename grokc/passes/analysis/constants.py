"""Where constants come from: they belong to no place of their own but to all that use them."""

from __future__ import annotations

from xdsl.ir import Operation

from grokc.dialects.location import UNKNOWN, fused


def trace_constants(function: Operation) -> None:
    """Gives operations that have no location those of what uses their results."""
    for op in function.walk():
        if op.location == UNKNOWN and op.results:
            users = [use.operation for result in op.results for use in result.uses]
            op.location = fused([user.location for user in users])
