"""Folders of ``grok``: operations on constants, as far as they cannot fail.

An operation that would raise an error stays: the error is the program's business, at run time.
Floats are doubles in Python too, so what is computed here is what the machine would compute;
``%`` of floats is C's ``fmod`` there as here.

A folder gives a :class:`Constant`, which the dialect turns into a ``grok.constant``, or a value
that is there already.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import cast

from xdsl.dialects.builtin import IntAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Operation, OpResult, SSAValue

from grokc.dialects.constants import Constant, ConstantValue, Special, VariantRef
from grokc.dialects.int_arithmetic import INT_ARITHMETIC, IntArithmetic, fitting
from grokc.dialects.types import (
    BOOL,
    FLOAT,
    INT,
    LIST,
    STR,
    AnyType,
    EnumType,
    GrokType,
    StructType,
    TraitType,
    TupleType,
    is_subtype,
)


def constant_of(value: SSAValue) -> Constant | None:
    """The constant that a value is known to be."""
    if isinstance(value, OpResult) and value.op.name == "grok.constant":
        return cast(Constant, value.op.properties["value"])
    return None


def fold(op: Operation) -> Sequence[SSAValue | Attribute] | None:
    """What the operation's result is, where that is known now."""
    folder = _FOLDERS.get(op.name)
    result = None if folder is None else folder(op)
    return None if result is None else (result,)


_Folder = Callable[[Operation], "SSAValue | Constant | None"]


def _is_int(value: ConstantValue) -> bool:
    return type(value) is int


def _is_number(value: ConstantValue) -> bool:
    return type(value) is int or type(value) is float


# ---------------------------------------------------------------------------------- arithmetic


def _int(value: int | None) -> Constant | None:
    return None if value is None else Constant(value)


def _arithmetic(ints: IntArithmetic, floats: Callable[[float, float], float]) -> _Folder:
    def folder(op: Operation) -> Constant | None:
        left, right = (constant_of(operand) for operand in op.operands)
        if left is None or right is None:
            return None
        match left.data, right.data:
            case (bool(), _) | (_, bool()):
                return None
            case int(a), int(b):
                return _int(ints(a, b))
            case (int() | float()) as a, (int() | float()) as b:
                return Constant(floats(float(a), float(b)))
            case str(a), str(b) if op.name == "grok.add":
                return Constant(a + b)
        return None

    return folder


def _float_div(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    if a == 0.0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _float_rem(a: float, b: float) -> float:
    return math.nan if b == 0.0 or math.isinf(a) else math.fmod(a, b)


def _bits(compute: IntArithmetic) -> _Folder:
    def folder(op: Operation) -> Constant | None:
        left, right = (constant_of(operand) for operand in op.operands)
        if left is None or right is None:
            return None
        a, b = left.data, right.data
        if isinstance(a, bool) and isinstance(b, bool):
            return Constant(bool(compute(a, b)))
        if _is_int(a) and _is_int(b):
            return _int(compute(cast(int, a), cast(int, b)))
        return None

    return folder


def _shift(compute: IntArithmetic) -> _Folder:
    def folder(op: Operation) -> Constant | None:
        left, right = (constant_of(operand) for operand in op.operands)
        if left is None or right is None or not (_is_int(left.data) and _is_int(right.data)):
            return None
        return _int(compute(cast(int, left.data), cast(int, right.data)))

    return folder


def _neg(op: Operation) -> Constant | None:
    constant = constant_of(op.operands[0])
    match constant and constant.data:
        case bool():
            return None
        case int(value):
            return _int(fitting(-value))
        case float(value):
            return Constant(-value)
    return None


def _not(op: Operation) -> SSAValue | Constant | None:
    value = op.operands[0]
    if constant := constant_of(value):
        match constant.data:
            case bool(truth):
                return Constant(not truth)
            case int(number):
                return Constant(~number)
        return None
    inner = value.owner
    if isinstance(inner, Operation) and inner.name == "grok.not":
        original = inner.operands[0]
        if original.type in (BOOL, INT):
            return original
    return None


# ----------------------------------------------------------------------------------- comparison


def _order(compare: Callable[[int | float | str, int | float | str], bool]) -> _Folder:
    def folder(op: Operation) -> Constant | None:
        left, right = (constant_of(operand) for operand in op.operands)
        if left is None or right is None:
            return None
        a, b = left.data, right.data
        # Python compares an int with a float by exact value too, and strings by code point.
        same_kind = (_is_number(a) and _is_number(b)) or (
            type(a) is type(b) and isinstance(a, (str, bool))
        )
        return Constant(compare(a, b)) if same_kind else None  # type: ignore[arg-type]

    return folder


def _equality(*, negated: bool) -> _Folder:
    def folder(op: Operation) -> Constant | None:
        left, right = (constant_of(operand) for operand in op.operands)
        if left is None or right is None:
            return None
        a, b = left.data, right.data
        if isinstance(a, (tuple, VariantRef)) or isinstance(b, (tuple, VariantRef)):
            return None  # an enum may have an `eq` of its own
        if isinstance(a, Special) and isinstance(b, Special):
            return Constant((a is b) is not negated)
        equal = a == b if _is_number(a) and _is_number(b) else type(a) is type(b) and a == b
        return Constant(equal is not negated)

    return folder


# ------------------------------------------------------------------------------- tests of types


def _known_type(value: SSAValue) -> GrokType | None:
    """The value's type, where it is one; every value has exactly one besides traits and ``any``."""
    kind = value.type
    if isinstance(kind, (AnyType, TraitType)) or not isinstance(kind, GrokType):
        return None
    return kind


def _true(op: Operation) -> SSAValue | None:
    value = op.operands[0]
    return value if value.type == BOOL else None


def _is_missing(op: Operation) -> Constant | None:
    constant = constant_of(op.operands[0])
    if constant is not None:
        return Constant(constant.data is Special.MISSING)
    return None if _known_type(op.operands[0]) is None else Constant(False)


def _is_variant(op: Operation) -> Constant | None:
    value = op.operands[0]
    enum = cast(SymbolRefAttr, op.properties["enum"]).root_reference.data
    variant = cast(StringAttr, op.properties["variant"]).data
    constant = constant_of(value)
    if constant is not None and isinstance(constant.data, VariantRef):
        return Constant(constant.data == VariantRef(enum, variant))
    made = value.owner
    if isinstance(made, Operation) and made.name == "grok.make_variant":
        return Constant(
            made.properties["enum"] == op.properties["enum"]
            and made.properties["variant"] == op.properties["variant"]
        )
    kind = _known_type(value)
    return Constant(False) if kind is not None and kind != EnumType(enum) else None


def _is_struct(op: Operation) -> Constant | None:
    kind = _known_type(op.operands[0])
    symbol = cast(SymbolRefAttr, op.properties["symbol"]).root_reference.data
    return None if kind is None else Constant(kind == StructType(symbol))


def _is_tuple(op: Operation) -> Constant | None:
    kind = _known_type(op.operands[0])
    if kind is None:
        return None
    if not isinstance(kind, TupleType):
        return Constant(False)
    if kind.length.data < 0:
        return None
    return Constant(kind.length == op.properties["count"])


def _is_list(op: Operation) -> Constant | None:
    kind = _known_type(op.operands[0])
    return Constant(False) if kind is not None and kind != LIST else None


def _check_type(op: Operation) -> SSAValue | Constant | None:
    value, wanted = op.operands[0], cast(GrokType, op.properties["type"])
    if isinstance(value.type, GrokType) and is_subtype(value.type, wanted):
        return value
    if wanted == FLOAT and (constant := constant_of(value)) and _is_int(constant.data):
        return Constant(float(cast(int, constant.data)))
    return None


# ---------------------------------------------------------------------------------- projections


def _get_element(op: Operation) -> SSAValue | Constant | None:
    value, index = op.operands[0], cast(IntAttr, op.properties["index"]).data
    constant = constant_of(value)
    if constant is not None and isinstance(constant.data, tuple):
        items = constant.data
        return items[index] if -len(items) <= index < len(items) else None
    made = value.owner
    if isinstance(made, Operation) and made.name == "grok.make_tuple":
        count = len(made.operands)
        return made.operands[index] if -count <= index < count else None
    return None


def _get_payload(op: Operation) -> SSAValue | None:
    made, index = op.operands[0].owner, cast(IntAttr, op.properties["index"]).data
    if isinstance(made, Operation) and made.name == "grok.make_variant":
        return made.operands[index] if 0 <= index < len(made.operands) else None
    return None


def _make_tuple(op: Operation) -> Constant | None:
    items = [constant_of(operand) for operand in op.operands]
    constants = [item for item in items if item is not None]
    return Constant(tuple(constants)) if len(constants) == len(items) else None


def _make_variant(op: Operation) -> Constant | None:
    if op.operands:
        return None
    enum = cast(SymbolRefAttr, op.properties["enum"]).root_reference.data
    return Constant(VariantRef(enum, cast(StringAttr, op.properties["variant"]).data))


# ------------------------------------------------------------------------------------- casting


def _cast_int(op: Operation) -> SSAValue | Constant | None:
    value = op.operands[0]
    if value.type == INT:
        return value
    constant = constant_of(value)
    match constant and constant.data:
        case bool(truth):
            return Constant(int(truth))
        case float(number) if math.isfinite(number):
            return _int(fitting(math.trunc(number)))
    return None


def _cast_float(op: Operation) -> SSAValue | Constant | None:
    value = op.operands[0]
    if value.type == FLOAT:
        return value
    constant = constant_of(value)
    match constant and constant.data:
        case int(number) if not isinstance(number, bool):
            return Constant(float(number))
    return None


def _to_str(op: Operation) -> SSAValue | Constant | None:
    value = op.operands[0]
    if value.type == STR:
        return value
    constant = constant_of(value)
    match constant and constant.data:
        case bool(truth):
            return Constant("true" if truth else "false")
        case int(number):
            return Constant(str(number))
        case Special.UNIT:
            return Constant("()")
    return None


_FOLDERS: dict[str, _Folder] = {
    f"grok.{name}": folder
    for name, folder in {
        "add": _arithmetic(INT_ARITHMETIC["add"], operator.add),
        "sub": _arithmetic(INT_ARITHMETIC["sub"], operator.sub),
        "mul": _arithmetic(INT_ARITHMETIC["mul"], operator.mul),
        "div": _arithmetic(INT_ARITHMETIC["div"], _float_div),
        "rem": _arithmetic(INT_ARITHMETIC["rem"], _float_rem),
        "bit_and": _bits(INT_ARITHMETIC["bit_and"]),
        "bit_or": _bits(INT_ARITHMETIC["bit_or"]),
        "bit_xor": _bits(INT_ARITHMETIC["bit_xor"]),
        "shift_left": _shift(INT_ARITHMETIC["shift_left"]),
        "shift_right": _shift(INT_ARITHMETIC["shift_right"]),
        "neg": _neg,
        "not": _not,
        "less": _order(lambda a, b: a < b),  # type: ignore[operator]
        "less_equal": _order(lambda a, b: a <= b),  # type: ignore[operator]
        "greater": _order(lambda a, b: a > b),  # type: ignore[operator]
        "greater_equal": _order(lambda a, b: a >= b),  # type: ignore[operator]
        "equal": _equality(negated=False),
        "not_equal": _equality(negated=True),
        "true": _true,
        "is_missing": _is_missing,
        "is_variant": _is_variant,
        "is_struct": _is_struct,
        "is_tuple": _is_tuple,
        "is_list": _is_list,
        "is_list_from": _is_list,
        "check_type": _check_type,
        "get_element": _get_element,
        "get_payload": _get_payload,
        "make_tuple": _make_tuple,
        "make_variant": _make_variant,
        "cast_int": _cast_int,
        "cast_float": _cast_float,
        "to_str": _to_str,
    }.items()
}
