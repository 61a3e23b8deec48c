"""``unbox``: ints, floats and bools become machine values.

Every value of type int, float or bool becomes an ``i64``, an ``f64`` or an ``i1``: results, block
arguments and guards alike; arithmetic on them becomes that of ``arith``, or a checked operation
that exits where the interpreter would raise an error.  Accesses to lists by ints are taken apart
into the check of the bounds and the access itself, and methods that are one instruction become it.

Where an operation needs a boxed word, the word is made in front of it; that of a guarded value is
the word that was guarded.  A constant that is needed as a machine value becomes one in the first
block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import FloatAttr, IntegerAttr, ModuleOp, StringAttr
from xdsl.ir import Attribute, Block, Operation, OpResult, SSAValue, SSAValues
from xdsl.passes import ModulePass

from grokc.dialects import grok, speculation
from grokc.dialects.constants import UNIT_CONSTANT
from grokc.dialects.location import UNKNOWN
from grokc.dialects.speculation import SnapshotOp
from grokc.dialects.types import (
    BOOL,
    BOXED,
    F64,
    FLOAT,
    I1,
    I64,
    INT,
    LIST,
    MAP,
    RANGE,
    SET,
    STR,
    UNBOXED,
    UNIT,
    GrokType,
    StructType,
    lattice_type,
)
from grokc.lowering.refused import Refused
from grokc.passes.analysis.constants import trace_constants
from grokc.passes.analysis.ranges import constant
from grokc.passes.analysis.rebuild import Rebuild

RESULT = "result"
"""The attribute of a function that promises a result of a type."""


@dataclass(frozen=True)
class Unbox(ModulePass):
    """See the module's docstring."""

    name = "unbox"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.body.ops:
            if isinstance(function, grok.FuncOp):
                unbox(function)
                trace_constants(function)


def unbox(function: grok.FuncOp, refused: Refused = ()) -> None:
    """Unboxes the values of one function, in place; at the places in ``refused`` assertions have
    failed."""
    _Unboxer(function, refused).run()


# ------------------------------------------------------------------------------- pieces of `arith`

_NO_OVERFLOW_FLAGS = {"overflowFlags": arith.IntegerOverflowAttr("none")}
_NO_FAST_MATH = {"fastmath": arith.FastMathFlagsAttr("none")}


def _new(
    cls: type[Operation],
    operands: Sequence[SSAValue],
    result: Attribute,
    properties: dict[str, Attribute] | None = None,
) -> Operation:
    op = cls.__new__(cls)
    op.properties = properties or {}
    op.attributes = {}
    op.location = UNKNOWN
    if operands:
        op.operands = operands
    op.results = SSAValues((OpResult(result, op, 0),))
    return op


def int_op(cls: type[Operation], left: SSAValue, right: SSAValue) -> Operation:
    """An operation of ``arith`` on two ints or bools of the same width."""
    flags = cls in (arith.AddiOp, arith.SubiOp, arith.MuliOp, arith.ShLIOp)
    return _new(cls, (left, right), left.type, dict(_NO_OVERFLOW_FLAGS) if flags else None)


def float_op(cls: type[Operation], *operands: SSAValue) -> Operation:
    """An operation of ``arith`` on floats: neither reassociated nor contracted."""
    return _new(cls, operands, F64, dict(_NO_FAST_MATH))


def machine_constant(data: bool | int | float) -> Operation:
    """``arith.constant``."""
    attribute: Attribute
    if isinstance(data, bool):
        kind, attribute = UNBOXED[BOOL], IntegerAttr(int(data), I1)
    elif isinstance(data, int):
        kind, attribute = UNBOXED[INT], IntegerAttr(data, I64)
    else:
        kind, attribute = UNBOXED[FLOAT], FloatAttr(data, F64)
    return _new(arith.ConstantOp, (), kind, {"value": attribute})


_INT_PREDICATES = {
    name: IntegerAttr(number, I64)
    for number, name in enumerate(
        ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")
    )
}
_FLOAT_PREDICATES = {
    name: IntegerAttr(number, I64)
    for name, number in (("oeq", 1), ("ogt", 2), ("oge", 3), ("olt", 4), ("ole", 5), ("une", 13))
}


def compare_ints(predicate: str, left: SSAValue, right: SSAValue) -> Operation:
    """``arith.cmpi``."""
    return _new(arith.CmpiOp, (left, right), I1, {"predicate": _INT_PREDICATES[predicate]})


def compare_floats(predicate: str, left: SSAValue, right: SSAValue) -> Operation:
    """``arith.cmpf``."""
    properties: dict[str, Attribute] = {"predicate": _FLOAT_PREDICATES[predicate], **_NO_FAST_MATH}
    return _new(arith.CmpfOp, (left, right), I1, properties)


_COMPARISONS: dict[type[Operation], tuple[str, str]] = {
    grok.LessOp: ("slt", "olt"),
    grok.LessEqualOp: ("sle", "ole"),
    grok.GreaterOp: ("sgt", "ogt"),
    grok.GreaterEqualOp: ("sge", "oge"),
    grok.EqualOp: ("eq", "oeq"),
    grok.NotEqualOp: ("ne", "une"),
}

_CHECKED: dict[type[Operation], type[speculation.CheckedOp]] = {
    grok.AddOp: speculation.AddCheckedOp,
    grok.SubOp: speculation.SubCheckedOp,
    grok.MulOp: speculation.MulCheckedOp,
    grok.DivOp: speculation.DivCheckedOp,
    grok.RemOp: speculation.RemCheckedOp,
}

_ON_FLOATS: dict[type[Operation], type[Operation]] = {
    grok.AddOp: arith.AddfOp,
    grok.SubOp: arith.SubfOp,
    grok.MulOp: arith.MulfOp,
    grok.DivOp: arith.DivfOp,
}

_ON_BITS: dict[type[Operation], type[Operation]] = {
    grok.BitAndOp: arith.AndIOp,
    grok.BitOrOp: arith.OrIOp,
    grok.BitXorOp: arith.XOrIOp,
}

_EXACT = 1 << 53
"""Ints up to here are floats too."""

_FLOAT_METHODS = {"sqrt": "sqrt", "floor": "floor", "ceil": "ceil", "trunc": "trunc", "abs": "abs"}
_FLOAT_BUILTINS = {f"math::{name}": name for name in ("sqrt", "floor", "ceil", "trunc")} | {
    "abs": "abs"
}


class _Unboxer(Rebuild):
    def __init__(self, function: grok.FuncOp, refused: Refused = ()) -> None:
        super().__init__(function)
        self.refused = refused
        self.constants: dict[object, SSAValue] = {}
        self.boxes: dict[SSAValue, SSAValue] = {}
        self.first: Block | None = None
        result = function.attributes.get(RESULT)
        self.result = result if isinstance(result, Attribute) else None

    def argument_types(self, block: Block) -> Sequence[Attribute]:
        kinds: list[Attribute] = []
        for argument in block.args:
            kind = argument.type
            kinds.append(UNBOXED.get(kind, kind) if isinstance(kind, GrokType) else kind)
        return kinds

    def enter(self, block: Block) -> None:
        super().enter(block)
        if self.first is None:
            self.first = self.block
        self.boxes = {}

    def visit(self, op: Operation) -> None:
        handler = _HANDLERS.get(type(op))
        if handler is not None and handler(self, op):
            return
        if isinstance(op, (SnapshotOp, grok.ConstantOp)) or not isinstance(op, grok.GrokOp):
            self.copy(op)
        elif isinstance(op, (grok.JumpOp, grok.BranchOp)):
            super().visit(op)
        else:
            takes = _TAKES_MACHINE_VALUES.get(type(op), ())
            operands = [
                self.values[operand]
                if index in takes and self.values[operand].type in takes[index]
                else self.boxed(self.values[operand])
                for index, operand in enumerate(op.operands)
            ]
            kind = op.results[0].type if op.results else None
            self.copy(op, operands, UNBOXED.get(kind) if isinstance(kind, GrokType) else None)

    # ------------------------------------------------------------------------- representations

    def boxed(self, value: SSAValue) -> SSAValue:
        """The boxed word of a value."""
        if value.type not in BOXED:
            return value
        known = self.boxes.get(value)
        if known is None:
            owner = value.owner
            if isinstance(owner, (speculation.GuardOp, speculation.UnboxOp)):
                return owner.operands[0]
            if isinstance(owner, arith.ConstantOp):
                known = self.boxed_constant(owner)
            else:
                known = self.emit(speculation.BoxOp.new(value))
            self.boxes[value] = known
        return known

    def boxed_constant(self, op: arith.ConstantOp) -> SSAValue:
        value = op.properties["value"]
        if isinstance(value, FloatAttr):
            return self.emit(grok.ConstantOp.new(value.value.data))
        assert isinstance(value, IntegerAttr)
        number = value.value.data
        return self.emit(grok.ConstantOp.new(bool(number) if value.type == I1 else number))

    def machine(self, value: SSAValue) -> SSAValue:
        """The machine value of one whose type is int, float or bool."""
        if value.type in BOXED:
            return value
        owner = value.owner
        if isinstance(owner, grok.ConstantOp):
            data = owner.value.data
            assert isinstance(data, (bool, int, float))
            return self.constant(data)
        return self.emit(speculation.UnboxOp.new(value))

    def constant(self, data: bool | int | float) -> SSAValue:
        """A machine value that is a constant, in the first block."""
        key = (type(data), repr(data))
        known = self.constants.get(key)
        if known is None:
            op = machine_constant(data)
            assert self.first is not None
            if self.first.first_op is None:
                self.first.add_op(op)
            else:
                self.first.insert_op_before(op, self.first.first_op)
            known = self.constants[key] = op.results[0]
        return known

    def real(self, value: SSAValue) -> SSAValue:
        """A number as an ``f64``; an int is rounded to the nearest."""
        value = self.machine(value)
        if value.type == I64:
            owner = value.owner
            if isinstance(owner, arith.ConstantOp):
                number = owner.properties["value"]
                assert isinstance(number, IntegerAttr)
                return self.constant(float(number.value.data))
            return self.emit_op(_new(arith.SIToFPOp, (value,), F64))
        return value

    def emit_op(self, op: Operation) -> SSAValue:
        self.block.add_op(op)
        return op.results[0]

    def becomes(self, op: Operation, value: SSAValue) -> bool:
        if value.name_hint is None:
            value.name_hint = op.results[0].name_hint
        self.values[op.results[0]] = value
        return True

    def edge(
        self, target: Block, arguments: Sequence[SSAValue]
    ) -> tuple[Block, Sequence[SSAValue]]:
        saved = dict(self.boxes)  # A box that is made on the edge is not known elsewhere.
        result = super().edge(target, arguments)
        self.boxes = saved
        return result

    def hand_on(self, target: Block, arguments: Sequence[SSAValue]) -> Sequence[SSAValue]:
        result = []
        for argument, wanted in zip(arguments, self.target(target).args, strict=True):
            value = self.values[argument]
            result.append(self.machine(value) if wanted.type in BOXED else self.boxed(value))
        return result

    # ------------------------------------------------------------------------------ operations

    def operands(self, op: Operation) -> tuple[list[SSAValue], list[GrokType]]:
        operands = [self.values[operand] for operand in op.operands]
        return operands, [lattice_type(operand) for operand in operands]

    def arithmetic(self, op: Operation) -> bool:
        (left, right), kinds = self.operands(op)
        if kinds == [INT, INT]:
            left, right = self.machine(left), self.machine(right)
            if isinstance(op, (grok.DivOp, grok.RemOp)) and _is_harmless_divisor(right):
                cls = arith.DivSIOp if isinstance(op, grok.DivOp) else arith.RemSIOp
                return self.becomes(op, self.emit_op(int_op(cls, left, right)))
            return self.becomes(op, self.emit(_CHECKED[type(op)].new(left, right)))
        if not {INT, FLOAT}.issuperset(kinds):
            return False
        left, right = self.real(left), self.real(right)
        if isinstance(op, grok.RemOp):
            return self.becomes(op, self.emit(speculation.FloatRemOp.new(left, right)))
        return self.becomes(op, self.emit_op(float_op(_ON_FLOATS[type(op)], left, right)))

    def negate(self, op: Operation) -> bool:
        (value,), (kind,) = self.operands(op)
        if kind == INT:
            zero = self.constant(0)
            return self.becomes(
                op, self.emit(speculation.SubCheckedOp.new(zero, self.machine(value)))
            )
        if kind != FLOAT:
            return False
        return self.becomes(op, self.emit_op(float_op(arith.NegfOp, self.machine(value))))

    def compare(self, op: Operation) -> bool:
        (left, right), kinds = self.operands(op)
        on_ints, on_floats = _COMPARISONS[type(op)]
        if kinds == [INT, INT] or (kinds == [BOOL, BOOL] and on_ints in ("eq", "ne")):
            made = compare_ints(on_ints, self.machine(left), self.machine(right))
            return self.becomes(op, self.emit_op(made))
        unique = UNIT in kinds or _is_unique(left) or _is_unique(right)
        if unique and isinstance(op, (grok.EqualOp, grok.NotEqualOp)):
            same = self.emit(speculation.IsSameOp.new(self.boxed(left), self.boxed(right)))
            if isinstance(op, grok.NotEqualOp):
                same = self.emit_op(int_op(arith.XOrIOp, same, self.constant(True)))
            return self.becomes(op, same)
        if not all(
            kind == FLOAT or (kind == INT and _is_exact(value))
            for kind, value in zip(kinds, (left, right), strict=True)
        ):
            return False  # An int and a float are compared by their exact values.
        made = compare_floats(on_floats, self.real(left), self.real(right))
        return self.becomes(op, self.emit_op(made))

    def bits(self, op: Operation) -> bool:
        (left, right), kinds = self.operands(op)
        if kinds not in ([INT, INT], [BOOL, BOOL]):
            return False
        made = int_op(_ON_BITS[type(op)], self.machine(left), self.machine(right))
        return self.becomes(op, self.emit_op(made))

    def invert(self, op: Operation) -> bool:
        (value,), (kind,) = self.operands(op)
        if kind not in (INT, BOOL):
            return False
        ones = self.constant(-1 if kind == INT else True)
        return self.becomes(op, self.emit_op(int_op(arith.XOrIOp, self.machine(value), ones)))

    def shift(self, op: Operation) -> bool:
        (left, right), kinds = self.operands(op)
        if kinds != [INT, INT]:
            return False
        left, right = self.machine(left), self.machine(right)
        to_left = isinstance(op, grok.ShiftLeftOp)
        count = constant(right)
        if count is not None and 0 <= count < 64:
            cls = arith.ShLIOp if to_left else arith.ShRSIOp
            return self.becomes(op, self.emit_op(int_op(cls, left, right)))
        checked: type[speculation.CheckedOp] = (
            speculation.ShiftLeftCheckedOp if to_left else speculation.ShiftRightCheckedOp
        )
        return self.becomes(op, self.emit(checked.new(left, right)))

    def cast_int(self, op: Operation) -> bool:
        (value,), (kind,) = self.operands(op)
        if kind not in UNBOXED:
            return False
        value = self.machine(value)
        if kind == FLOAT:
            value = self.emit(speculation.FloatToIntCheckedOp.new(value))
        elif kind == BOOL:
            value = self.emit_op(_new(arith.ExtUIOp, (value,), I64))
        return self.becomes(op, value)

    def cast_float(self, op: Operation) -> bool:
        (value,), (kind,) = self.operands(op)
        if kind == BOOL:
            value = self.emit_op(_new(arith.ExtUIOp, (self.machine(value),), I64))
        elif kind not in (INT, FLOAT):
            return False
        return self.becomes(op, self.real(value))

    def get_index(self, op: Operation) -> bool:
        (container, index), kinds = self.operands(op)
        if kinds == [STR, INT]:
            length = self.emit(speculation.StrLengthOp.new(container))
            at = self.emit(speculation.CheckBoundsOp.new(self.machine(index), length))
            return self.becomes(op, self.emit(speculation.CharacterOp.new(container, at)))
        if kinds == [STR, RANGE]:
            return self.slice(op, container)
        if kinds != [LIST, INT]:
            return False
        at = self.in_bounds(container, index)
        return self.becomes(op, self.emit(speculation.ListLoadOp.new(container, at)))

    def slice(self, op: Operation, text: SSAValue) -> bool:
        """A part of a str whose ends are there; the range between them need not be made."""
        range = op.operands[1].owner
        if not isinstance(range, grok.MakeRangeOp):
            return False
        ends, kinds = self.operands(range)
        if kinds != [INT, INT]:
            return False
        low, high = map(self.machine, ends)
        return self.becomes(op, self.emit(speculation.StrSliceOp.new(text, low, high)))

    def get_item(self, op: Operation) -> bool:
        assert isinstance(op, speculation.GetItemOp)
        container, index = (self.values[operand] for operand in op.operands)
        items = self.emit(speculation.CheckElementsOp.new(op.type, container))
        at = self.in_bounds(container, index)
        return self.becomes(op, self.emit(speculation.LoadItemOp.new(op.type, items, at)))

    def set_item(self, op: Operation) -> bool:
        assert isinstance(op, speculation.SetItemOp)
        container, index, value = (self.values[operand] for operand in op.operands)
        items = self.emit(speculation.CheckElementsOp.new(op.type, container))
        at = self.in_bounds(container, index)
        value = self.machine(value) if op.type in UNBOXED else self.boxed(value)
        if op.type == INT:
            value = self.emit(speculation.CheckInlineOp.new(value))
        self.block.add_op(speculation.StoreItemOp.new(items, at, value))
        return True

    def set_index(self, op: Operation) -> bool:
        (container, index, value), kinds = self.operands(op)
        if kinds[:2] != [LIST, INT]:
            return False
        if value.type == I64:
            value = self.boxed(value)
        at = self.in_bounds(container, index)
        self.block.add_op(speculation.ListStoreOp.new(container, at, value))
        return True

    def in_bounds(self, list: SSAValue, index: SSAValue) -> SSAValue:
        length = self.emit(speculation.ListLengthOp.new(list))
        return self.emit(speculation.CheckBoundsOp.new(self.machine(index), length))

    def native(self, op: Operation) -> bool:
        operands, kinds = self.operands(op)
        method = op.properties["method"]
        assert isinstance(method, StringAttr)
        if self.number_function(op, method.data):
            return True
        if len(operands) != 1:
            return False
        if kinds[0] == LIST and method.data == "len":
            return self.becomes(op, self.emit(speculation.ListLengthOp.new(operands[0])))
        if kinds[0] == STR and method.data == "len":
            return self.becomes(op, self.emit(speculation.StrLengthOp.new(operands[0])))
        if kinds[0] == FLOAT and method.data in _FLOAT_METHODS:
            function = _FLOAT_METHODS[method.data]
            value = self.real(operands[0])
            return self.becomes(op, self.emit(speculation.FloatFunctionOp.of(function, value)))
        if kinds[0] == INT and method.data in ("to_float", "sqrt"):
            value = self.real(operands[0])
            if method.data == "sqrt":
                value = self.emit(speculation.FloatFunctionOp.of("sqrt", value))
            return self.becomes(op, value)
        return False

    def number_function(self, op: Operation, name: str) -> bool:
        """``abs`` of an int, ``min`` and ``max`` of two ints or two floats."""
        operands, kinds = self.operands(op)
        if name == "abs" and kinds == [INT]:
            value, zero = self.machine(operands[0]), self.constant(0)
            negative = self.emit_op(compare_ints("slt", value, zero))
            negated = self.emit(speculation.SubCheckedOp.new(zero, value))
            return self.becomes(op, self.select(negative, negated, value))
        if name not in ("min", "max") or kinds not in ([INT, INT], [FLOAT, FLOAT]):
            return False
        first, second = map(self.machine, operands)
        order = "le" if name == "min" else "ge"
        if kinds[0] == INT:
            is_first = self.emit_op(compare_ints(f"s{order}", first, second))
        else:
            # The first when equal; a NaN loses.
            ordered = self.emit_op(compare_floats(f"o{order}", first, second))
            no_number = self.emit_op(compare_floats("une", second, second))
            is_first = self.emit_op(_new(arith.OrIOp, (ordered, no_number), I1))
        return self.becomes(op, self.select(is_first, first, second))

    def select(self, condition: SSAValue, then: SSAValue, otherwise: SSAValue) -> SSAValue:
        return self.emit_op(_new(arith.SelectOp, (condition, then, otherwise), then.type))

    def builtin(self, op: Operation) -> bool:
        operands, kinds = self.operands(op)
        callee = op.properties["callee"]
        assert isinstance(callee, StringAttr)
        name = callee.data
        if self.number_function(op, name.removeprefix("math::")):
            return True
        if name == "same" and len(operands) == 2 and any(map(_has_identity, kinds)):
            left, right = map(self.boxed, operands)
            return self.becomes(op, self.emit(speculation.IsSameOp.new(left, right)))
        if name == "assert" and kinds[0] == BOOL and self.snapshot is not None:
            frame = self.snapshot.innermost
            if (frame.function, frame.pc) in self.refused:
                return False
            self.block.add_op(speculation.CheckTrueOp.new(self.machine(operands[0])))
            return self.becomes(op, self.emit(grok.ConstantOp.new(UNIT_CONSTANT)))
        if len(operands) != 1:
            return False
        if name == "len" and kinds[0] == LIST:
            return self.becomes(op, self.emit(speculation.ListLengthOp.new(operands[0])))
        if name == "len" and kinds[0] == STR:
            return self.becomes(op, self.emit(speculation.StrLengthOp.new(operands[0])))
        if name in _FLOAT_BUILTINS and kinds[0] == FLOAT:
            value = self.real(operands[0])
            made = speculation.FloatFunctionOp.of(_FLOAT_BUILTINS[name], value)
            return self.becomes(op, self.emit(made))
        if name == "float" and kinds[0] in (INT, FLOAT):
            return self.becomes(op, self.real(operands[0]))
        if name == "int" and kinds[0] == INT:
            return self.becomes(op, self.machine(operands[0]))
        return False

    def leave(self, op: Operation) -> bool:
        value = self.values[op.operands[0]]
        if self.result is not None and self.result in BOXED:
            value = self.machine(value)
        else:
            value = self.boxed(value)
        self.block.add_op(grok.ReturnOp.new(value, op.location))
        return True

    def branch_on(self, op: Operation) -> bool:
        assert isinstance(op, grok.BranchOp)
        condition = self.values[op.condition]
        if lattice_type(condition) == BOOL:
            condition = self.machine(condition)
        self.branch(op, condition)
        return True

    def typed_call(self, op: Operation) -> bool:
        """Its arguments are as the function wants them: the values' own types."""
        operands = []
        for operand in op.operands:
            value = self.values[operand]
            unboxed = lattice_type(value) in UNBOXED
            operands.append(self.machine(value) if unboxed else value)
        kind = op.results[0].type if op.results else None
        self.copy(op, operands, UNBOXED.get(kind) if isinstance(kind, GrokType) else None)
        return True


def _has_identity(kind: GrokType) -> bool:
    """Are two values the same if and only if their words are, if one of them is of this type?"""
    return kind in (UNIT, LIST, MAP, SET) or isinstance(kind, StructType)


def _is_unique(value: SSAValue) -> bool:
    """Is it a text that there is one string of, so that what is equal to it is the same?"""
    owner = value.owner
    if not isinstance(owner, grok.ConstantOp) or not isinstance(owner.value.data, str):
        return False
    return len(owner.value.data.encode()) <= 1


def _is_harmless_divisor(value: SSAValue) -> bool:
    number = constant(value)
    return number is not None and number not in (0, -1)


def _is_exact(value: SSAValue) -> bool:
    owner = value.owner
    if isinstance(owner, grok.ConstantOp):
        data = owner.value.data
        return isinstance(data, int) and abs(data) <= _EXACT
    number = constant(value)
    return number is not None and abs(number) <= _EXACT


_TAKES_MACHINE_VALUES: dict[type[Operation], dict[int, frozenset[Attribute]]] = {
    speculation.StoreFieldOp: {1: frozenset({F64, I1})},
    speculation.ListStoreOp: {1: frozenset({I64}), 2: frozenset({F64, I1})},
    speculation.ListLoadOp: {1: frozenset({I64})},
    speculation.VirtualIteratorOp: {1: frozenset({I64})},
}
"""Operands that need not be boxed: what they may be."""

_HANDLERS: dict[type[Operation], Callable[[_Unboxer, Operation], bool]] = {
    **dict.fromkeys(_CHECKED, _Unboxer.arithmetic),
    **dict.fromkeys(_COMPARISONS, _Unboxer.compare),
    **dict.fromkeys(_ON_BITS, _Unboxer.bits),
    grok.NegOp: _Unboxer.negate,
    grok.NotOp: _Unboxer.invert,
    grok.ShiftLeftOp: _Unboxer.shift,
    grok.ShiftRightOp: _Unboxer.shift,
    grok.CastIntOp: _Unboxer.cast_int,
    grok.CastFloatOp: _Unboxer.cast_float,
    grok.GetIndexOp: _Unboxer.get_index,
    grok.SetIndexOp: _Unboxer.set_index,
    speculation.GetItemOp: _Unboxer.get_item,
    speculation.SetItemOp: _Unboxer.set_item,
    speculation.CallNativeOp: _Unboxer.native,
    speculation.CallTypedOp: _Unboxer.typed_call,
    speculation.TailCallTypedOp: _Unboxer.typed_call,
    grok.CallBuiltinOp: _Unboxer.builtin,
    grok.ReturnOp: _Unboxer.leave,
    grok.BranchOp: _Unboxer.branch_on,
}
