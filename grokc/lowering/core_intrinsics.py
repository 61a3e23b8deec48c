"""What looks like a function in core GrokLang and is part of the language.

An intrinsic gets the call's node, checks and lowers the arguments itself, and emits what it means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xdsl.ir import SSAValue

from grokc.frontend import tree
from grokc.frontend.diagnostics import did_you_mean
from grokc.lowering.core_types import (
    BOOL,
    F64,
    FLOAT,
    I1,
    I8,
    I64,
    I128,
    INT,
    INTEGER_BITS,
    POINTER,
    PTR,
    UNIT,
    VALUE,
    FunctionPointer,
    Type,
)

if TYPE_CHECKING:
    from grokc.lowering.core_function import FunctionLowering, Lowered

Intrinsic = Callable[["FunctionLowering", tree.Call, Type | None], "Lowered"]


def _expect(wanted: int) -> Intrinsic:
    def lower(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
        (condition,) = f.operands(node, BOOL)
        operands = [condition, f.builder.integer(wanted, I1)]
        return f.builder.intrinsic("llvm.expect.i1", operands, I1), BOOL

    return lower


def _unsigned(compare: str | None, operation: str | None) -> Intrinsic:
    def lower(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
        assert isinstance(node.callee, tree.Path)
        left, right, type = f.two_integers(node, node.callee.segments[0])
        if compare is not None:
            return f.builder.compare(compare, left, right), BOOL
        assert operation is not None
        return f.builder.binary(operation, left, right), type

    return lower


def _unsigned_mul_high(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    """The upper half of a product of 128 bits: one instruction of the processor."""
    b = f.builder
    left, right = (b.cast("zext", operand, I128) for operand in f.operands(node, INT, INT))
    high = b.binary("lshr", b.binary("mul", left, right), b.integer(64, I128))
    return b.cast("trunc", high, I64), INT


def _float_function(name: str) -> Intrinsic:
    def lower(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
        return f.builder.intrinsic(f"llvm.{name}.f64", f.operands(node, FLOAT), F64), FLOAT

    return lower


def _bit_count(name: str, *, zero_is_poison: bool | None) -> Intrinsic:
    def lower(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
        assert isinstance(node.callee, tree.Path)
        value, type = f.an_integer(node, node.callee.segments[0])
        operands = [value]
        if zero_is_poison is not None:
            operands.append(f.builder.integer(int(zero_is_poison), I1))
        full = f"llvm.{name}.i{INTEGER_BITS[type]}"
        return f.builder.intrinsic(full, operands, f.layout.llvm_type(type)), type

    return lower


def _zero_extend(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    value, type = f.an_integer(node, "zero_extend")
    return (value if type == INT else f.builder.cast("zext", value, I64)), INT


def _bits(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    (value,) = f.operands(node, FLOAT)
    return f.builder.cast("bitcast", value, I64), INT


def _float_from_bits(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    (value,) = f.operands(node, INT)
    return f.builder.cast("bitcast", value, F64), FLOAT


def _stack_pointer(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    f.operands(node)
    pointer = f.builder.intrinsic("llvm.stacksave.p0", [], POINTER)
    assert pointer is not None
    return f.builder.cast("ptrtoint", pointer, I64), INT


def _local_bytes(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    if len(node.arguments) != 1:
        f.fail(node, "local_bytes takes one constant")
    if f.function.kind in ("inline", "control"):
        f.fail(node, "an inline function has no native frame of its own")
    count = f.declarations.fold(f.file, node.arguments[0], INT)
    if not 0 < count <= 1 << 20:
        f.fail(node.arguments[0], f"a native frame cannot have {count} bytes")
    return f.builder.buffer(I8, int(count), alignment=16), PTR


def _select(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    if len(node.arguments) != 3:
        f.fail(node, f"wrong number of arguments: select takes 3, got {len(node.arguments)}")
    condition = f.typed(node.arguments[0], BOOL)
    first, second = node.arguments[1:]
    hint = None if want == UNIT else want
    if f.is_flexible(first) and not f.is_flexible(second):
        right, type = f.expr(second, hint)
        left: SSAValue | None = f.typed(first, type)
    else:
        left, type = f.expr(first, hint)
        right = f.typed(second, type)
    if left is None or right is None:
        f.fail(node, "select chooses between two values")
    return f.builder.select(condition, left, right), type


def _address_of(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    match node.arguments:
        case [tree.Path(segments=[name])]:
            function = f.declarations.functions.get(name)
            if function is None:
                known = f.declarations.functions
                f.fail(node.arguments[0], f"'{name}' is no function", did_you_mean(name, known))
            if function.kind in ("inline", "control"):
                f.fail(node.arguments[0], f"'{name}' is {function.kind}: it has no address")
            address = f.builder.address(function.symbol)
            if function.kind != "plain":
                return address, PTR
            types = tuple(type for _, type in function.parameters)
            return address, FunctionPointer(types, function.result)
    f.fail(node, "address_of takes the name of a function")


def _unreachable(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    f.operands(node)
    f.builder.unreachable()
    return f.ended()


def _constant(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    assert isinstance(node.callee, tree.Path)
    value = f.declarations.fold_call(f.file, node.callee.segments[0], node)
    if value is None:
        f.fail(node, f"wrong arguments for {node.callee.segments[0]}")
    return f.literal(tree.Int(node.start, node.end, value), want)


def _checked(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    f.fail(node, "an overflow must be handled: `if let sum = add_checked(a, b) { } else { }`")


def _in_layout(f: FunctionLowering, node: tree.Call, representation: str | None) -> None:
    name = f.file.name.replace("\\", "/").rpartition("/")[2]
    if not name.startswith("layout"):
        f.fail(node, "only the layout files may look into a value")
    if representation is not None and f.layout.representation != representation:
        f.fail(node, f"this belongs to the {representation} representation")


def _value_bits(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    _in_layout(f, node, "nanbox")
    (value,) = f.operands(node, VALUE)
    return value, INT


def _value_from_bits(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    _in_layout(f, node, "nanbox")
    (value,) = f.operands(node, INT)
    return value, VALUE


def _value_pair(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    _in_layout(f, node, "tagged")
    tag, payload = f.operands(node, INT, INT)
    b = f.builder
    high = b.binary("shl", b.cast("zext", payload, I128), b.integer(64, I128))
    return b.binary("or", high, b.cast("zext", tag, I128)), VALUE


def _value_tag(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    _in_layout(f, node, "tagged")
    (value,) = f.operands(node, VALUE)
    return f.builder.cast("trunc", value, I64), INT


def _value_payload(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    _in_layout(f, node, "tagged")
    (value,) = f.operands(node, VALUE)
    b = f.builder
    return b.cast("trunc", b.binary("lshr", value, b.integer(64, I128)), I64), INT


def _next_pc(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    f.operands(node)
    return f.control_hooks(node).next_pc(f.builder), PTR


def _dispatch(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    hooks = f.control_hooks(node)
    pc, base = f.operands(node, PTR, PTR)
    hooks.dispatch(f.builder, pc, base)
    return f.ended()


def _raise(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    hooks = f.control_hooks(node)
    f.operands(node)
    assert f.pc is not None and f.base is not None
    hooks.raise_error(f.builder, f.pc, f.base)
    return f.ended()


def _native_return(f: FunctionLowering, node: tree.Call, want: Type | None) -> Lowered:
    hooks = f.control_hooks(node)
    value, status = f.operands(node, VALUE, INT)
    hooks.native_return(f.builder, value, status)
    return f.ended()


INTRINSICS: dict[str, Intrinsic] = {
    "likely": _expect(1),
    "unlikely": _expect(0),
    "add_checked": _checked,
    "sub_checked": _checked,
    "mul_checked": _checked,
    "unsigned_less": _unsigned("ult", None),
    "unsigned_less_equal": _unsigned("ule", None),
    "unsigned_div": _unsigned(None, "udiv"),
    "unsigned_rem": _unsigned(None, "urem"),
    "unsigned_mul_high": _unsigned_mul_high,
    "shift_right_logical": _unsigned(None, "lshr"),
    "zero_extend": _zero_extend,
    "bits": _bits,
    "float_from_bits": _float_from_bits,
    "sqrt": _float_function("sqrt"),
    "floor": _float_function("floor"),
    "ceil": _float_function("ceil"),
    "trunc": _float_function("trunc"),
    "fabs": _float_function("fabs"),
    "count_leading_zeros": _bit_count("ctlz", zero_is_poison=False),
    "count_trailing_zeros": _bit_count("cttz", zero_is_poison=False),
    "popcount": _bit_count("ctpop", zero_is_poison=None),
    "stack_pointer": _stack_pointer,
    "local_bytes": _local_bytes,
    "select": _select,
    "address_of": _address_of,
    "unreachable": _unreachable,
    "size_of": _constant,
    "offset_of": _constant,
    "constant": _constant,
    "value_bits": _value_bits,
    "value_from_bits": _value_from_bits,
    "value_pair": _value_pair,
    "value_tag": _value_tag,
    "value_payload": _value_payload,
    "next_pc": _next_pc,
    "dispatch": _dispatch,
    "raise": _raise,
    "native_return": _native_return,
}
