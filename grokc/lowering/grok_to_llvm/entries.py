"""What optimized functions are called, and how they can be."""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import Attribute

from grokc.dialects import grok
from grokc.dialects.types import (
    ANY,
    GrokType,
)
from grokc.lowering.linkage import (
    native_symbol,
)


def function_symbol(function: grok.FuncOp) -> str:
    """What a function of the optimizing tier is called in its object."""
    osr = function.attributes.get("osr")
    return native_symbol(
        function.sym_name.data, osr.value.data if isinstance(osr, IntegerAttr) else None
    )


def promise(function: grok.FuncOp) -> Attribute:
    """What a function returns when it does not leave by an exit."""
    return function.attributes.get("result", ANY)


def is_plain_entry(function: grok.FuncOp) -> bool:
    """Can it be called as everyone calls it: boxed parameters, a boxed result, from the start?"""
    return (
        function.attributes.get("osr") is None
        and promise(function) == ANY
        and all(isinstance(argument.type, GrokType) for argument in function.body.blocks[0].args)
    )
