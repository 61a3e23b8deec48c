"""Writes functions in xDSL's ``llvm`` dialect, fast.

Operations are made with ``Operation.create`` and attributes that are made once: IRDL's constructors
cost three times as much, and a machine is built from some hundred thousand operations.  The
core compiler and the generator of handlers share this builder.

A builder stands at the end of one block.  After a terminator it stands nowhere (``terminated``)
until :meth:`start` names the next block; what is written in between is unreachable and dropped
by the writer of the calls, who asks ``terminated`` first.  Variables in memory come from
:meth:`variable`; they are collected in the entry block, where LLVM promotes them to registers.
Integer constants stand in the entry block too, each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from xdsl.dialects import llvm
from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    DictionaryAttr,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    LocationAttr,
    StringAttr,
    SymbolRefAttr,
    UnitAttr,
    i32,
    i64,
)
from xdsl.dialects.llvm import CallingConventionAttr, LinkageAttr, TailCallKind, TailCallKindAttr
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from grokc.dialects.construction import append, make
from grokc.dialects.location import UNKNOWN
from grokc.lowering.core_types import F64, I1, I8, I64, I128, POINTER, VOID_TYPE
from grokc.lowering.llvm_extensions import (
    LIKELY,
    UNLIKELY,
    WEIGHTS,
    FPToSIOp,
    PoisonOp,
    SwitchOp,
    weights_of,
)

C_CONVENTION = CallingConventionAttr("ccc")
PRESERVE_NONE = CallingConventionAttr("preserve_nonecc")
LINKAGES = {name: LinkageAttr(name) for name in ("external", "internal", "private")}

ICMP = {
    name: IntegerAttr(number, i64)
    for number, name in enumerate(
        ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")
    )
}
FCMP = {
    name: IntegerAttr(number, i64)
    for number, name in enumerate(
        (
            *("false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord"),
            *("ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true"),
        )
    )
}
BINARY: dict[str, type[Operation]] = {
    "add": llvm.AddOp,
    "sub": llvm.SubOp,
    "mul": llvm.MulOp,
    "sdiv": llvm.SDivOp,
    "udiv": llvm.UDivOp,
    "srem": llvm.SRemOp,
    "urem": llvm.URemOp,
    "and": llvm.AndOp,
    "or": llvm.OrOp,
    "xor": llvm.XOrOp,
    "shl": llvm.ShlOp,
    "lshr": llvm.LShrOp,
    "ashr": llvm.AShrOp,
    "fadd": llvm.FAddOp,
    "fsub": llvm.FSubOp,
    "fmul": llvm.FMulOp,
    "fdiv": llvm.FDivOp,
    "frem": llvm.FRemOp,
}
CASTS: dict[str, type[Operation]] = {
    "trunc": llvm.TruncOp,
    "zext": llvm.ZExtOp,
    "sext": llvm.SExtOp,
    "bitcast": llvm.BitcastOp,
    "sitofp": llvm.SIToFPOp,
    "fptosi": FPToSIOp,
    "ptrtoint": llvm.PtrToIntOp,
    "inttoptr": llvm.IntToPtrOp,
}

_NO_FAST_MATH = llvm.FastMathAttr(None)
_NO_BUNDLES = DenseArrayBase.from_list(i32, ())
_NO_TAIL = TailCallKindAttr(TailCallKind.NONE)
_MUST_TAIL = TailCallKindAttr(TailCallKind.MUST_TAIL)
_NO_WRAP = IntegerAttr(0, i32)
_DYNAMIC_INDEX = DenseArrayBase.from_list(i32, [llvm.GEP_USE_SSA_VAL])
_ZERO = IntegerAttr(0, 64)
_HIDDEN = IntegerAttr(1, 64)
_ALIGN_8 = IntegerAttr(8, i64)
_UNIT = UnitAttr()
_EMPTY = DictionaryAttr({})
_POSITIONS = [DenseArrayBase.from_list(i64, [index]) for index in range(8)]
_FLOAT_OPERATIONS = frozenset({"fadd", "fsub", "fmul", "fdiv", "frem"})


def declare_function(
    symbol: str,
    parameters: Sequence[Attribute],
    result: Attribute,
    *,
    convention: CallingConventionAttr = C_CONVENTION,
    linkage: str = "external",
    hidden: bool = True,
    attributes: Sequence[str] = (),
    parameter_attributes: Sequence[str] = (),
    variadic: bool = False,
) -> llvm.FuncOp:
    """A function without a body; a :class:`Builder` gives it one.

    ``attributes`` are LLVM's words for the function (``alwaysinline``, ``cold``, ``noreturn``);
    ``parameter_attributes`` has LLVM's words for each parameter, ``""`` for none.
    """
    properties: dict[str, Attribute] = {
        "sym_name": StringAttr(symbol),
        "function_type": llvm.LLVMFunctionType(parameters, result, variadic),
        "CConv": convention,
        "linkage": LINKAGES[linkage],
        "visibility_": _HIDDEN if hidden and linkage == "external" else _ZERO,
    }
    if attributes:
        properties["passthrough"] = ArrayAttr([StringAttr(word) for word in attributes])
    if any(parameter_attributes):
        properties["arg_attrs"] = ArrayAttr(
            [
                DictionaryAttr({f"llvm.{word}": _UNIT for word in words.split()})
                for words in parameter_attributes
            ]
        )
    return llvm.FuncOp.create(properties=properties, regions=[Region([])])


class Builder:
    """Writes the body of one function; see the module's text."""

    def __init__(self, function: llvm.FuncOp) -> None:
        self.function = function
        self.type = function.function_type
        self._region = function.body
        self._entry = Block(arg_types=self.type.inputs.data)
        self._region.add_block(self._entry)
        self.parameters: tuple[SSAValue, ...] = tuple(self._entry.args)
        body = Block()
        self._body = body
        self._region.add_block(body)
        self.block: Block | None = body
        self._constants: dict[tuple[int, IntegerType], SSAValue] = {}
        self.location: LocationAttr = UNKNOWN
        """Where what is written comes from."""

    # ------------------------------------------------------------------------------ blocks

    @property
    def terminated(self) -> bool:
        """Whether the builder stands behind a terminator."""
        return self.block is None

    def start(self, block: Block) -> None:
        """Goes on at the start of a new block, which is placed behind all others."""
        assert self.block is None, "the block before has no terminator"
        self._region.add_block(block)
        self.block = block

    def finish(self) -> llvm.FuncOp:
        """Closes the function: every path ends in a terminator by now."""
        assert self.block is None, "the last block has no terminator"
        self._entry.add_op(llvm.BrOp.create(successors=[self._body]))
        return self.function

    def _emit(
        self,
        kind: type[Operation],
        operands: Sequence[SSAValue] = (),
        properties: dict[str, Attribute] | None = None,
        successors: Sequence[Block] = (),
        result: Attribute | None = None,
        attributes: dict[str, Attribute] | None = None,
    ) -> Operation:
        block = self.block
        assert block is not None, "code behind a terminator"
        op = make(kind, operands, result, properties, attributes, self.location, successors)
        append(block, op)
        return op

    def _result(
        self,
        kind: type[Operation],
        result: Attribute,
        operands: Sequence[SSAValue] = (),
        properties: dict[str, Attribute] | None = None,
    ) -> SSAValue:
        return self._emit(kind, operands, properties, (), result).results[0]

    # --------------------------------------------------------------------------- constants

    def integer(self, value: int, type: IntegerType = I64) -> SSAValue:
        """A constant; any Python int, taken modulo the type's width."""
        known = self._constants.get((value, type))
        if known is None:
            number = _integer(value, type.width.data)
            op = make(llvm.ConstantOp, result=type, properties={"value": number})
            append(self._entry, op)
            known = self._constants[value, type] = op.results[0]
        return known

    def float(self, value: float) -> SSAValue:
        return self._result(llvm.ConstantOp, F64, properties={"value": FloatAttr(value, F64)})

    def null(self) -> SSAValue:
        return self._result(llvm.ZeroOp, POINTER)

    def poison(self, type: Attribute) -> SSAValue:
        return self._result(PoisonOp, type)

    def address(self, symbol: str) -> SSAValue:
        """The address of a function or of global data."""
        return self._result(llvm.AddressOfOp, POINTER, properties={"global_name": _symbol(symbol)})

    # ------------------------------------------------------------------------- arithmetic

    def binary(self, name: str, left: SSAValue, right: SSAValue) -> SSAValue:
        """``add sub mul sdiv udiv srem urem and or xor shl lshr ashr fadd fsub fmul fdiv frem``."""
        return self._result(
            BINARY[name],
            left.type,
            [left, right],
            properties={"fastmathFlags": _NO_FAST_MATH} if name in _FLOAT_OPERATIONS else {},
        )

    def compare(self, predicate: str, left: SSAValue, right: SSAValue) -> SSAValue:
        """Compares integers or pointers; a predicate of LLVM's ``icmp``."""
        if isinstance(left.type, llvm.LLVMPointerType):  # xDSL's icmp takes integers only
            left, right = self._address_bits(left), self._address_bits(right)
        return self._result(
            llvm.ICmpOp, I1, [left, right], properties={"predicate": ICMP[predicate]}
        )

    def _address_bits(self, pointer: SSAValue) -> SSAValue:
        if isinstance(pointer.owner, llvm.ZeroOp):
            return self.integer(0)
        return self.cast("ptrtoint", pointer, I64)

    def compare_floats(self, predicate: str, left: SSAValue, right: SSAValue) -> SSAValue:
        """A predicate of LLVM's ``fcmp``."""
        return self._result(
            llvm.FCmpOp,
            I1,
            [left, right],
            properties={"predicate": FCMP[predicate], "fastmathFlags": _NO_FAST_MATH},
        )

    def cast(self, name: str, value: SSAValue, type: Attribute) -> SSAValue:
        """``trunc zext sext bitcast sitofp fptosi ptrtoint inttoptr``."""
        return self._result(CASTS[name], type, [value])

    def negate_float(self, value: SSAValue) -> SSAValue:
        return self._result(llvm.FNegOp, F64, [value], properties={"fastmathFlags": _NO_FAST_MATH})

    def select(self, condition: SSAValue, then: SSAValue, otherwise: SSAValue) -> SSAValue:
        return self._result(
            llvm.SelectOp,
            then.type,
            [condition, then, otherwise],
            properties={"fastmathFlags": _NO_FAST_MATH},
        )

    def extract(self, aggregate: SSAValue, index: int, type: Attribute) -> SSAValue:
        return self._result(
            llvm.ExtractValueOp, type, [aggregate], properties={"position": _POSITIONS[index]}
        )

    def insert(self, aggregate: SSAValue, value: SSAValue, index: int) -> SSAValue:
        return self._result(
            llvm.InsertValueOp,
            aggregate.type,
            [aggregate, value],
            properties={"position": _POSITIONS[index]},
        )

    # ----------------------------------------------------------------------------- memory

    def variable(self, type: Attribute) -> SSAValue:
        """Room for a local variable; the address is valid in the whole function."""
        return self.buffer(type, 1)

    def buffer(self, type: Attribute, count: int, alignment: int = 8) -> SSAValue:
        """Room for ``count`` items on the native stack."""
        op = llvm.AllocaOp.create(
            operands=[self.integer(count)],
            result_types=[POINTER],
            properties={"elem_type": type, "alignment": _integer(alignment, 64)},
        )
        self._entry.add_op(op)
        return op.results[0]

    def load(self, type: Attribute, pointer: SSAValue) -> SSAValue:
        properties: dict[str, Attribute] = {"ordering": _ZERO}
        if type == I128:
            properties["alignment"] = _ALIGN_8
        return self._result(llvm.LoadOp, type, [pointer], properties=properties)

    def store(self, value: SSAValue, pointer: SSAValue) -> None:
        self._emit(
            llvm.StoreOp,
            [value, pointer],
            properties={"alignment": _ALIGN_8} if value.type == I128 else {},
        )

    def offset(self, pointer: SSAValue, distance: SSAValue | int) -> SSAValue:
        """The pointer moved by that many bytes."""
        if isinstance(distance, int):
            if distance == 0:
                return pointer
            if -(1 << 31) < distance < 1 << 31:
                return self._result(
                    llvm.GEPOp,
                    POINTER,
                    [pointer],
                    properties={
                        "elem_type": I8,
                        "noWrapFlags": _NO_WRAP,
                        "rawConstantIndices": _index(distance),
                    },
                )
            distance = self.integer(distance)
        return self._result(
            llvm.GEPOp,
            POINTER,
            [pointer, distance],
            properties={
                "elem_type": I8,
                "noWrapFlags": _NO_WRAP,
                "rawConstantIndices": _DYNAMIC_INDEX,
            },
        )

    def element(self, pointer: SSAValue, index: SSAValue, size: int) -> SSAValue:
        """The address of item ``index`` (an i64) of items of ``size`` bytes."""
        if size != 1:
            index = self.binary("mul", index, self.integer(size))
        return self.offset(pointer, index)

    # ------------------------------------------------------------------------------ calls

    def call(
        self,
        symbol: str,
        arguments: Sequence[SSAValue],
        result: Attribute,
        *,
        convention: CallingConventionAttr = C_CONVENTION,
        attributes: Sequence[str] = (),
    ) -> SSAValue | None:
        """Calls a function by its symbol; the result is None for a ``void`` one."""
        return self._call(
            _symbol(symbol), list(arguments), result, convention, _NO_TAIL, attributes
        )

    def call_pointer(
        self,
        function: SSAValue,
        arguments: Sequence[SSAValue],
        result: Attribute,
        *,
        convention: CallingConventionAttr = C_CONVENTION,
    ) -> SSAValue | None:
        """Calls the function at an address."""
        return self._call(None, [function, *arguments], result, convention, _NO_TAIL, ())

    def tail_call(
        self,
        function: SSAValue | str,
        arguments: Sequence[SSAValue],
        *,
        convention: CallingConventionAttr = PRESERVE_NONE,
    ) -> None:
        """Leaves this function for another of the same prototype (``musttail``)."""
        result = self.type.output
        if isinstance(function, str):
            value = self._call(
                _symbol(function), list(arguments), result, convention, _MUST_TAIL, ()
            )
        else:
            value = self._call(None, [function, *arguments], result, convention, _MUST_TAIL, ())
        self.return_(value)

    def _call(
        self,
        callee: SymbolRefAttr | None,
        operands: list[SSAValue],
        result: Attribute,
        convention: CallingConventionAttr,
        tail: TailCallKindAttr,
        attributes: Sequence[str],
    ) -> SSAValue | None:
        properties: dict[str, Attribute] = {
            "fastmathFlags": _NO_FAST_MATH,
            "CConv": convention,
            "op_bundle_sizes": _NO_BUNDLES,
            "TailCallKind": tail,
            "operandSegmentSizes": _segments(len(operands), 0),
        }
        if callee is not None:
            properties["callee"] = callee
        kind = None if result is VOID_TYPE or result == VOID_TYPE else result
        words: dict[str, Attribute] = dict.fromkeys(attributes, _UNIT)
        op = self._emit(llvm.CallOp, operands, properties, (), kind, words)
        return op.results[0] if op.results else None

    def intrinsic(
        self, name: str, arguments: Sequence[SSAValue], result: Attribute = VOID_TYPE
    ) -> SSAValue | None:
        """Calls one of LLVM's intrinsics; the name is complete (``llvm.ctpop.i64``)."""
        properties: dict[str, Attribute] = {
            "fastmathFlags": _NO_FAST_MATH,
            "intrin": StringAttr(name),
            "op_bundle_sizes": _NO_BUNDLES,
            "operandSegmentSizes": _segments(len(arguments), 0),
        }
        kind = None if result == VOID_TYPE else result
        op = self._emit(llvm.CallIntrinsicOp, arguments, properties, (), kind)
        return op.results[0] if op.results else None

    # ------------------------------------------------------------------------ terminators

    def branch(self, target: Block, arguments: Sequence[SSAValue] = ()) -> None:
        self._emit(llvm.BrOp, arguments, successors=[target])
        self.block = None

    def branch_if(
        self,
        condition: SSAValue,
        then: Block,
        otherwise: Block,
        likely: bool | None = None,
        then_arguments: Sequence[SSAValue] = (),
        else_arguments: Sequence[SSAValue] = (),
        *,
        counts: tuple[int, int] | None = None,
    ) -> None:
        """``likely`` tells LLVM which way is the usual one: then, otherwise, or unknown;
        ``counts`` how often each was gone."""
        weights = None if counts is None else weights_of(counts)
        if likely is not None:
            weights = LIKELY if likely else UNLIKELY
        sizes = _segments(1, len(then_arguments), len(else_arguments))
        self._emit(
            llvm.CondBrOp,
            [condition, *then_arguments, *else_arguments],
            properties={"operandSegmentSizes": sizes},
            successors=[then, otherwise],
            attributes={} if weights is None else {WEIGHTS: weights},
        )
        self.block = None

    def switch(self, value: SSAValue, default: Block, cases: Sequence[tuple[int, Block]]) -> None:
        self._emit(
            SwitchOp,
            [value],
            properties={
                "case_values": DenseArrayBase.from_list(i64, [number for number, _ in cases])
            },
            successors=[default, *(block for _, block in cases)],
        )
        self.block = None

    def return_(self, value: SSAValue | None = None) -> None:
        self._emit(llvm.ReturnOp, [] if value is None else [value])
        self.block = None

    def unreachable(self) -> None:
        self._emit(llvm.UnreachableOp)
        self.block = None


@cache
def _segments(*sizes: int) -> DenseArrayBase:
    return DenseArrayBase.from_list(i32, sizes)


@cache
def _index(distance: int) -> DenseArrayBase:
    return DenseArrayBase.from_list(i32, [distance])


@cache
def _integer(value: int, width: int) -> IntegerAttr[IntegerType]:
    return IntegerAttr(value, IntegerType(width), truncate_bits=True)


@cache
def _symbol(name: str) -> SymbolRefAttr:
    return SymbolRefAttr(name)
