"""How values of the lattice look in optimized code: boxed words and machine values."""

from __future__ import annotations

from functools import cache

from xdsl.ir import Attribute

from grokc.dialects.constants import Constant
from grokc.dialects.types import BOXED as LATTICE_TYPES
from grokc.dialects.types import (
    EnumType,
    GrokType,
    StructType,
    TraitType,
)
from grokc.lowering.core_types import F64, I1, I64
from grokc.lowering.image import ConstantKind, TypeCode
from grokc.lowering.image_symbols import ImageSymbols

OBJECT_TAG = 0xFFF9 << 48


SPECIAL_TAG = 0xFFFA << 48


INT_ZERO = 0xFFFF8 << 44


FITS = 1 << 47
"""The representation of values (``layout_nanbox.grok``), for constants and the few operations that
are written out here."""


UNIT, FALSE, TRUE, MISSING = range(SPECIAL_TAG, SPECIAL_TAG + 4)


TYPE_IDS = {
    "str": TypeCode.STR,
    "list": TypeCode.LIST,
    "tuple": TypeCode.TUPLE,
    "map": TypeCode.MAP,
    "set": TypeCode.SET,
    "range": TypeCode.RANGE,
    "function": TypeCode.FUNCTION,
    "iterator": 14,
    "cell": 15,
}


def machine_type(kind: Attribute) -> Attribute:
    return kind if kind in (F64, I1) else I64


def is_word(kind: Attribute) -> bool:
    """Are values of this type boxed?"""
    return kind not in LATTICE_TYPES


def spelled(kind: GrokType) -> str:
    match kind:
        case StructType() | EnumType() | TraitType():
            return kind.symbol.data
    return kind.keyword()


@cache
def string_numbers(symbols: ImageSymbols) -> dict[str, int]:
    return {text: number for number, text in enumerate(symbols.strings)}


@cache
def constant_numbers(symbols: ImageSymbols) -> dict[Constant, int]:
    return {
        symbols.constant(number): number
        for number, row in enumerate(symbols.image.constants)
        if row.kind != ConstantKind.TYPE
    }
