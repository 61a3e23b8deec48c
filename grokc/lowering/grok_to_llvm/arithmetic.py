"""Arithmetic and comparisons on machine values, and conversions between representations."""

from __future__ import annotations

from xdsl.dialects import arith, llvm
from xdsl.ir import Operation

from grokc.dialects import speculation
from grokc.dialects.types import (
    GrokType,
)
from grokc.lowering.core_types import F64, I1, I64
from grokc.lowering.grok_to_llvm.exits import Exits
from grokc.lowering.grok_to_llvm.representation import INT_ZERO

_CHECKED = llvm.LLVMStructType.from_type_list([I64, I1])


MACHINE_BINARY: dict[type[Operation], str] = {
    arith.AddiOp: "add",
    arith.SubiOp: "sub",
    arith.MuliOp: "mul",
    arith.DivSIOp: "sdiv",
    arith.RemSIOp: "srem",
    arith.DivUIOp: "udiv",
    arith.RemUIOp: "urem",
    arith.AndIOp: "and",
    arith.OrIOp: "or",
    arith.XOrIOp: "xor",
    arith.ShLIOp: "shl",
    arith.ShRSIOp: "ashr",
    arith.ShRUIOp: "lshr",
    arith.AddfOp: "fadd",
    arith.SubfOp: "fsub",
    arith.MulfOp: "fmul",
    arith.DivfOp: "fdiv",
}


_INT_PREDICATES = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")


_FLOAT_PREDICATES = (
    *("false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord"),
    *("ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true"),
)


class Arithmetic(Exits):
    """Arithmetic."""

    def checked(self, op: Operation) -> None:
        b = self.builder
        left, right = self.values_of(op.operands)
        name = {"grok.add_checked": "sadd", "grok.sub_checked": "ssub"}.get(op.name, "smul")
        pair = b.intrinsic(f"llvm.{name}.with.overflow.i64", [left, right], _CHECKED)
        assert pair is not None
        self.exit_if(b.extract(pair, 1, I1), "overflow")
        self.values[op.results[0]] = b.extract(pair, 0, I64)

    def div_checked(self, op: Operation) -> None:
        b = self.builder
        left, right = self.values_of(op.operands)
        self.exit_if(b.compare("eq", right, b.integer(0)), "division by zero")
        lowest = b.compare("eq", left, b.integer(1 << 63))
        negative = b.compare("eq", right, b.integer(-1))
        self.exit_if(b.binary("and", lowest, negative), "overflow")
        self.values[op.results[0]] = b.binary("sdiv", left, right)

    def rem_checked(self, op: Operation) -> None:
        b = self.builder
        left, right = self.values_of(op.operands)
        self.exit_if(b.compare("eq", right, b.integer(0)), "division by zero")
        # MIN % -1 traps; the remainder of -1 is that of 1.
        negative = b.compare("eq", right, b.integer(-1))
        divisor = b.select(negative, b.integer(1), right)
        self.values[op.results[0]] = b.binary("srem", left, divisor)

    def shift_checked(self, op: Operation) -> None:
        b = self.builder
        left, right = self.values_of(op.operands)
        self.exit_unless(b.compare("ult", right, b.integer(64)), "shift out of range")
        word = "shl" if isinstance(op, speculation.ShiftLeftCheckedOp) else "ashr"
        self.values[op.results[0]] = b.binary(word, left, right)

    def float_to_int(self, op: Operation) -> None:
        b = self.builder
        value = self.value(op.operands[0])
        low = b.compare_floats("oge", value, b.float(-(2.0**63)))
        high = b.compare_floats("olt", value, b.float(2.0**63))
        self.exit_unless(b.binary("and", low, high), "float out of range")
        self.values[op.results[0]] = b.cast("fptosi", value, I64)

    def float_rem(self, op: Operation) -> None:
        left, right = self.values_of(op.operands)
        self.values[op.results[0]] = self.builder.binary("frem", left, right)

    def is_same(self, op: Operation) -> None:
        left, right = self.values_of(op.operands)
        self.values[op.results[0]] = self.builder.compare("eq", left, right)

    def float_function(self, op: speculation.FloatFunctionOp) -> None:
        name = {"abs": "fabs"}.get(op.function.data, op.function.data)
        value = self.builder.intrinsic(f"llvm.{name}.f64", [self.value(op.operands[0])], F64)
        assert value is not None
        self.values[op.results[0]] = value

    def machine_binary(self, op: Operation) -> None:
        left, right = self.values_of(op.operands)
        self.values[op.results[0]] = self.builder.binary(MACHINE_BINARY[type(op)], left, right)

    def compare_ints(self, op: arith.CmpiOp) -> None:
        left, right = self.values_of(op.operands)
        predicate = _INT_PREDICATES[op.predicate.value.data]
        self.values[op.results[0]] = self.builder.compare(predicate, left, right)

    def compare_floats(self, op: arith.CmpfOp) -> None:
        left, right = self.values_of(op.operands)
        predicate = _FLOAT_PREDICATES[op.predicate.value.data]
        self.values[op.results[0]] = self.builder.compare_floats(predicate, left, right)

    def machine_cast(self, op: Operation) -> None:
        word = {arith.SIToFPOp: "sitofp", arith.ExtUIOp: "zext", arith.ExtSIOp: "sext"}.get(
            type(op), "trunc"
        )
        value = self.value(op.operands[0])
        self.values[op.results[0]] = self.builder.cast(word, value, op.results[0].type)

    def machine_negate(self, op: Operation) -> None:
        self.values[op.results[0]] = self.builder.negate_float(self.value(op.operands[0]))

    def machine_select(self, op: Operation) -> None:
        self.values[op.results[0]] = self.builder.select(*self.values_of(op.operands))

    def box(self, op: speculation.BoxOp) -> None:
        if speculation.INLINE in op.attributes:
            number = self.value(op.operands[0])
            word = self.builder.binary("add", number, self.builder.integer(INT_ZERO))
        else:
            word = self.boxed(op.operands[0])
        self.values[op.results[0]] = word

    def unbox(self, op: speculation.UnboxOp) -> None:
        value = op.operands[0]
        if not isinstance(value.type, GrokType):
            self.values[op.results[0]] = self.value(value)
            return
        self.values[op.results[0]] = self._unbox(self.value(value), op.results[0].type)
