"""Kinds of operations of raised functions: analyses and passes put their own sets together of them.

Those that are not made of others have no operation in common.  (Operations of the dialect ``arith``
are like ``MOVABLE``.)
"""

from __future__ import annotations

from typing import TypeAlias

from xdsl.ir import Operation

from grokc.dialects import grok, speculation

Kind: TypeAlias = frozenset[type[Operation]]

COMPARISONS: Kind = frozenset(
    {
        grok.LessOp,
        grok.LessEqualOp,
        grok.GreaterOp,
        grok.GreaterEqualOp,
        grok.EqualOp,
        grok.NotEqualOp,
    }
)
"""Of values of any types; can run user code."""

MOVABLE: Kind = frozenset(
    {
        speculation.FloatRemOp,
        speculation.FloatFunctionOp,
        speculation.IsSameOp,
        speculation.IsTypeOp,
        speculation.IsFunctionOp,
        speculation.UnboxOp,
        speculation.LoadElementOp,
        speculation.LoadClosureCaptureOp,
        speculation.StrLengthOp,
        grok.LoadCaptureOp,
        grok.IsVariantOp,
        grok.IsStructOp,
        grok.IsTupleOp,
        grok.IsMissingOp,
    }
)
"""The same for the same operands, wherever they stand."""

BEHIND_TESTS: Kind = frozenset(
    {speculation.KnownOp, speculation.KnownFunctionOp, grok.GetPayloadOp}
)
"""The same for the same operands; but only where a test has shown what they rely on."""

MAKERS_OF_VALUES: Kind = frozenset({speculation.BoxOp, speculation.CharacterOp})
"""The same for the same operands; can run out of memory."""

CHECKED_ARITHMETIC: Kind = frozenset(
    {
        speculation.AddCheckedOp,
        speculation.SubCheckedOp,
        speculation.MulCheckedOp,
        speculation.DivCheckedOp,
        speculation.RemCheckedOp,
        speculation.ShiftLeftCheckedOp,
        speculation.ShiftRightCheckedOp,
    }
)
"""Arithmetic on ints that exits where the result would not be one."""

CHECKS: Kind = CHECKED_ARITHMETIC | {
    speculation.GuardOp,
    speculation.GuardFunctionOp,
    speculation.FloatToIntCheckedOp,
    speculation.CheckBoundsOp,
    speculation.CheckInlineOp,
}
"""The same for the same operands, or they exit."""

NUMBERED: Kind = MOVABLE | BEHIND_TESTS | MAKERS_OF_VALUES | CHECKS
"""What need not be done a second time for the same operands."""

LOADS: Kind = frozenset(
    {
        speculation.LoadFieldOp,
        speculation.ListLengthOp,
        speculation.ListLoadOp,
        speculation.LoadItemOp,
        grok.LoadCellOp,
    }
)
"""What reads memory that can change, of an object whose type is known."""

STORES: Kind = frozenset(
    {
        speculation.StoreFieldOp,
        speculation.StoreItemOp,
        grok.StoreGlobalOp,
        grok.StoreCellOp,
    }
)

VIRTUAL: Kind = frozenset(
    {
        speculation.VirtualStructOp,
        speculation.VirtualCellOp,
        speculation.VirtualIteratorOp,
    }
)
"""What only exits make."""

PLAIN: Kind = frozenset(
    {
        speculation.SnapshotOp,
        speculation.LoadRegisterOp,
        grok.ConstantOp,
        grok.JumpOp,
        grok.BranchOp,
        grok.ReturnOp,
        grok.UnreachableOp,
    }
)
"""What neither exits, raises nor touches memory, and is not done for its result's sake."""

EXITS: Kind = frozenset({speculation.ExitOp, speculation.SafepointOp, speculation.CheckTrueOp})
"""What may go on in the interpreter and has no result."""
