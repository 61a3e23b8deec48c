"""Which operations need a snapshot: because they exit by it, or because an error names its pc."""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.ir import Operation

from grokc.dialects import grok, speculation
from grokc.passes.analysis.kinds import (
    BEHIND_TESTS,
    CHECKS,
    EXITS,
    LOADS,
    MAKERS_OF_VALUES,
    MOVABLE,
    PLAIN,
    STORES,
    VIRTUAL,
)

_NEITHER = (
    MOVABLE | BEHIND_TESTS | LOADS | STORES | VIRTUAL | PLAIN | {grok.IsListOp, grok.IsListFromOp}
)

_EXITS = CHECKS | EXITS | {grok.LoadGlobalOp, speculation.CheckElementsOp}

_SILENT = _NEITHER | _EXITS | MAKERS_OF_VALUES | {speculation.StrSliceOp}


def exits(op: Operation) -> bool:
    """May the operation go on in the interpreter?"""
    return type(op) in _EXITS


def needs_snapshot(op: Operation) -> bool:
    """Does the operation need a snapshot before it?"""
    return type(op) not in _NEITHER and op.dialect_name() != arith.Arith.name


def needs_snapshot_after(op: Operation) -> bool:
    """Does the operation exit by the snapshot that follows it?"""
    return isinstance(op, speculation.CallTypedOp)


def has_visible_effect(op: Operation) -> bool:
    """May a program see that the operation was carried out twice?"""
    if type(op) in STORES:
        return True
    return type(op) not in _SILENT and op.dialect_name() != arith.Arith.name
