"""What xDSL's ``llvm`` dialect (0.74) lacks and core GrokLang needs.

The operations carry MLIR's names and forms, so that they can go when xDSL grows them.  Branch
weights are an attribute of ``llvm.cond_br`` (:data:`WEIGHTS`); the calling convention
``preserve_nonecc`` joins the set of those that xDSL's verifier accepts; function attributes that
MLIR keeps in ``passthrough`` (``alwaysinline``, ``cold``, ...) are kept there too.
"""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import DenseArrayBase, i32, i64
from xdsl.dialects.llvm import LLVM_CALLING_CONVS, GenericCastOp
from xdsl.ir import Attribute, Dialect
from xdsl.irdl import (
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_op_definition,
    operand_def,
    prop_def,
    result_def,
    successor_def,
    traits_def,
    var_successor_def,
)
from xdsl.traits import IsTerminator, Pure

LLVM_CALLING_CONVS.add("preserve_nonecc")

WEIGHTS = "branch_weights"
"""Attribute of ``llvm.cond_br`` and ``llvm.switch``: how often each successor is taken."""

LIKELY: DenseArrayBase = DenseArrayBase.from_list(i32, [2000, 1])
UNLIKELY: DenseArrayBase = DenseArrayBase.from_list(i32, [1, 2000])


def weights_of(counts: tuple[int, int]) -> DenseArrayBase:
    """The weights of a branch that has gone its ways so often.

    Never 0, since what has not happened may happen yet.  Powers of two up to about those of
    ``LIKELY``: so a module has few different ones, and about the same counts give the same code.
    """
    divisor = max(counts) // 2000 + 1
    weights = [1 << (count // divisor).bit_length() for count in counts]
    return DenseArrayBase.from_list(i32, weights)


@irdl_op_definition
class PoisonOp(IRDLOperation):
    """A value that nobody looks at; costs no instruction."""

    name = "llvm.mlir.poison"
    res = result_def(Attribute)
    traits = traits_def(Pure())
    assembly_format = "attr-dict `:` type($res)"


@irdl_op_definition
class FPToSIOp(GenericCastOp):
    """Truncates a float to a signed integer; poison outside its range."""

    name = "llvm.fptosi"


@irdl_op_definition
class UIToFPOp(GenericCastOp):
    """The float nearest to an unsigned integer."""

    name = "llvm.uitofp"


@irdl_op_definition
class SwitchOp(IRDLOperation):
    """Goes to the successor whose case equals the value, else to the default (the first)."""

    name = "llvm.switch"
    value = operand_def(Attribute)
    case_values = prop_def(DenseArrayBase.constr(i64))
    default_destination = successor_def()
    case_destinations = var_successor_def()
    traits = traits_def(IsTerminator())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = (
        "$value `:` type($value) `,` $default_destination (`[` $case_destinations^ `]`)? attr-dict"
    )


LLVM_EXTENSIONS = Dialect("llvm_extensions", [PoisonOp, FPToSIOp, UIToFPOp, SwitchOp])
