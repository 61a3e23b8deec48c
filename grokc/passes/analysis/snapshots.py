"""Which operations need a snapshot: because they exit by it, or because an error names its pc."""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.ir import Operation

from grokc.dialects import grok, speculation

_NEITHER: frozenset[type[Operation]] = frozenset(
    {
        speculation.SnapshotOp,
        speculation.LoadRegisterOp,
        speculation.KnownOp,
        speculation.IsTypeOp,
        speculation.KnownFunctionOp,
        speculation.IsFunctionOp,
        speculation.FloatRemOp,
        speculation.FloatFunctionOp,
        speculation.IsSameOp,
        speculation.UnboxOp,
        speculation.LoadFieldOp,
        speculation.StoreFieldOp,
        speculation.LoadElementOp,
        speculation.ListLengthOp,
        speculation.StrLengthOp,
        speculation.ListLoadOp,
        speculation.ListStoreOp,
        speculation.ListItemsOp,
        speculation.LoadItemOp,
        speculation.StoreItemOp,
        speculation.LoadClosureCaptureOp,
        speculation.VirtualStructOp,
        speculation.VirtualCellOp,
        speculation.VirtualIteratorOp,
        grok.ConstantOp,
        grok.StoreGlobalOp,
        grok.LoadCellOp,
        grok.StoreCellOp,
        grok.LoadCaptureOp,
        grok.IsVariantOp,
        grok.IsStructOp,
        grok.IsTupleOp,
        grok.IsListOp,
        grok.IsListFromOp,
        grok.IsMissingOp,
        grok.GetPayloadOp,
        grok.JumpOp,
        grok.BranchOp,
        grok.ReturnOp,
        grok.UnreachableOp,
    }
)

_EXITS: frozenset[type[Operation]] = frozenset(
    {
        speculation.GuardOp,
        speculation.GuardFunctionOp,
        speculation.ExitOp,
        speculation.SafepointOp,
        speculation.CheckTrueOp,
        speculation.AddCheckedOp,
        speculation.SubCheckedOp,
        speculation.MulCheckedOp,
        speculation.DivCheckedOp,
        speculation.RemCheckedOp,
        speculation.ShiftLeftCheckedOp,
        speculation.ShiftRightCheckedOp,
        speculation.FloatToIntCheckedOp,
        speculation.CheckBoundsOp,
    }
)

_SILENT: frozenset[type[Operation]] = frozenset(
    {*_NEITHER, *_EXITS, speculation.BoxOp, speculation.CharacterOp, speculation.StrSliceOp}
)


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
    if type(op) in _STORES:
        return True
    return type(op) not in _SILENT and op.dialect_name() != arith.Arith.name


_STORES: frozenset[type[Operation]] = frozenset(
    {
        speculation.StoreFieldOp,
        speculation.ListStoreOp,
        speculation.StoreItemOp,
        grok.StoreGlobalOp,
        grok.StoreCellOp,
    }
)
