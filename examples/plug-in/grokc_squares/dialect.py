"""The dialect ``squares``: one operation."""

from typing import ClassVar

from xdsl.ir import Dialect
from xdsl.irdl import (
    BaseAttr,
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    result_def,
)

from grokc.dialects.types import GrokType


@irdl_op_definition
class SquareOp(IRDLOperation):
    """``x * x``, whatever ``x`` is: like ``grok.mul``, it can fail and call user code."""

    name = "squares.square"
    value = operand_def(BaseAttr(GrokType))
    result = result_def(BaseAttr(GrokType))

    assembly_format: ClassVar = "$value attr-dict `:` type($value) `->` type($result)"


SQUARES = Dialect("squares", [SquareOp])
