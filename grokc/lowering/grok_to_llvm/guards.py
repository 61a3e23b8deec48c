"""Guards and tests of types."""

from __future__ import annotations

from xdsl.ir import Attribute, Block, SSAValue
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import speculation
from grokc.dialects.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    EnumType,
    GrokType,
    StructType,
    TraitType,
    TupleType,
)
from grokc.lowering.core_types import I64
from grokc.lowering.grok_to_llvm.exits import Exits
from grokc.lowering.grok_to_llvm.representation import (
    FALSE,
    INT_ZERO,
    OBJECT_TAG,
    TYPE_IDS,
    UNIT,
    spelled,
)
from grokc.lowering.image import FIRST_TYPE_ID, TypeCode
from grokc.lowering.linkage import (
    INT_TAG,
)


class Guards(Exits):
    """Guards."""

    def guard(self, op: speculation.GuardOp) -> None:
        word, kind = self.value(op.operands[0]), op.type
        assert isinstance(kind, GrokType)
        wanted = op.results[0].type
        if word.type != I64 or not isinstance(op.operands[0].type, GrokType):
            self.values[op.results[0]] = self._convert(word, wanted)  # known already
            return
        if kind == INT and wanted == I64:
            self.values[op.results[0]] = self._guard_int(word)
            return
        self.exit_unless(self._has_type(word, kind), f"guard {spelled(kind)}", word)
        self._define(op, word)

    def _guard_int(self, word: SSAValue) -> SSAValue:
        """The number of an int, which may be wide; exits unless it is one."""
        b = self.builder
        inline, other, joined = Block(), Block(), Block(arg_types=[I64])
        b.branch_if(b.compare("ult", word, b.integer(INT_TAG)), other, inline, likely=False)
        snapshot = self.snapshot

        def write() -> None:
            self.snapshot = snapshot
            b.start(other)
            wide = self.core("is_wide_int_rarely", word)
            assert wide is not None
            self.exit_unless(wide, "guard int", word)
            number = b.load(I64, b.offset(self._object(word), 8))
            b.branch(joined, [number])

        self._later(write)
        b.start(inline)
        b.branch(joined, [b.binary("sub", word, b.integer(INT_ZERO))])
        b.start(joined)
        return joined.args[0]

    def _type_id(self, kind: Attribute) -> int:
        match kind:
            case StructType() | EnumType():
                return FIRST_TYPE_ID + self.symbols.type_numbers[kind.symbol.data]
        assert isinstance(kind, GrokType)
        if kind == INT:
            return TypeCode.INT
        if kind == FLOAT:
            return TypeCode.FLOAT
        if kind == BOOL:
            return TypeCode.BOOL
        keyword = kind.keyword()
        if keyword == "unit":
            return TypeCode.UNIT
        return TYPE_IDS[keyword]

    def _has_type(self, word: SSAValue, kind: GrokType) -> SSAValue:
        b = self.builder
        if kind == INT:
            test = self.core("is_any_int", word)
            assert test is not None
            return test
        if kind == FLOAT:
            return b.compare("ult", word, b.integer(OBJECT_TAG))
        if kind == BOOL:
            return b.compare("ult", b.binary("sub", word, b.integer(FALSE)), b.integer(2))
        if kind.keyword() == "unit":
            return b.compare("eq", word, b.integer(UNIT))
        if isinstance(kind, TupleType) and kind.length.data >= 0:
            test = self.core("is_tuple", word, b.integer(kind.length.data))
            assert test is not None
            return test
        if isinstance(kind, TraitType) or kind == ANY:
            raise DiagnosticException(f"no guard for {spelled(kind)}")
        return self._has_type_id(word, self._type_id(kind))

    def _has_type_id(self, word: SSAValue, type_id: int) -> SSAValue:
        """Is it an object of this type?"""
        test = self.core("has_type", word, self.builder.integer(type_id))
        assert test is not None
        return test

    def known(self, op: speculation.KnownOp | speculation.KnownFunctionOp) -> None:
        self._define(op, self.value(op.operands[0]))

    def is_type(self, op: speculation.IsTypeOp) -> None:
        self._define(op, self._has_type(self.boxed(op.operands[0]), op.type))

    def _has_body(self, op: speculation.FunctionBodyOp) -> SSAValue:
        info = self.builder.cast("ptrtoint", self._info(op.function), I64)
        test = self.core("has_body", self.value(op.operands[0]), info)
        assert test is not None
        return test

    def guard_function(self, op: speculation.GuardFunctionOp) -> None:
        word = self.value(op.operands[0])
        self.exit_unless(self._has_body(op), f"guard {op.function}", word)
        self._define(op, word)

    def is_function(self, op: speculation.IsFunctionOp) -> None:
        self._define(op, self._has_body(op))
