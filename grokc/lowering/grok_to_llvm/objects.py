"""Operations on objects: fields, elements, items, captures, globals."""

from __future__ import annotations

from functools import cache

from xdsl.ir import Block, Operation, SSAValue
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.dialects.types import (
    ANY,
    INT,
    MAP,
    STR,
    EnumType,
    GrokType,
    StructType,
    TraitType,
    TupleType,
)
from grokc.lowering.core_types import F64, I1, I8, I32, I64, POINTER
from grokc.lowering.grok_to_llvm.guards import Guards
from grokc.lowering.grok_to_llvm.representation import (
    INT_ZERO,
    MISSING,
    OBJECT_TAG,
    string_numbers,
)
from grokc.lowering.image import TypeCode
from grokc.lowering.linkage import INT_TAG
from grokc.lowering.refused import elements_reason
from grokc.vm.operations import Kind, Opcode

_MIRRORED: dict[type[Operation], type[Operation]] = {
    grok.LessOp: grok.GreaterOp,
    grok.LessEqualOp: grok.GreaterEqualOp,
    grok.GreaterOp: grok.LessOp,
    grok.GreaterEqualOp: grok.LessEqualOp,
}
"""What a comparison of the operands in the other order is."""

_ON_TEXTS = (
    *(grok.AddOp, grok.EqualOp, grok.NotEqualOp),
    *(grok.LessOp, grok.LessEqualOp, grok.GreaterOp, grok.GreaterEqualOp),
)
"""Operations that have a variant for strings."""

_MEANINGS = {"true": "is_true"}
"""Core functions that are not called as the operation is."""


@cache
def _place(opcode: Opcode, kind: Kind, index: int) -> int:
    places = [place.offset for place in opcode.places if place.operand.kind is kind]
    return places[index]


PLAIN = (
    *(grok.AddOp, grok.SubOp, grok.MulOp, grok.DivOp, grok.RemOp, grok.NegOp, grok.NotOp),
    *(grok.BitAndOp, grok.BitOrOp, grok.BitXorOp, grok.ShiftLeftOp, grok.ShiftRightOp),
    *(grok.LessOp, grok.LessEqualOp, grok.GreaterOp, grok.GreaterEqualOp),
    *(grok.EqualOp, grok.NotEqualOp, grok.TrueOp, grok.IsMissingOp),
    *(grok.MakeCellOp, grok.LoadCellOp, grok.StoreCellOp),
    *(grok.GetIndexOp, grok.SetIndexOp, grok.FillListOp),
    *(grok.MakeRangeOp, grok.MakeRangeInclusiveOp, grok.CheckRangeOp),
    *(grok.CastIntOp, grok.CastFloatOp, grok.ToStrOp),
)


class Objects(Guards):
    """Objects."""

    def load_field(self, op: speculation.LoadFieldOp) -> None:
        b = self.builder
        offset = self.kit.offset("Instance", "") + 8 * op.index.data
        address = b.offset(self._object(self.value(op.operands[0])), offset)
        self._define(op, b.load(I64, address))

    def store_field(self, op: speculation.StoreFieldOp) -> None:
        b = self.builder
        object = self._object(self.value(op.operands[0]))
        word = self.boxed(op.operands[1])
        b.store(word, b.offset(object, self.kit.offset("Instance", "") + 8 * op.index.data))

    def load_element(self, op: speculation.LoadElementOp) -> None:
        b = self.builder
        tuple = self._object(self.value(op.operands[0]))
        offset = self.kit.offset("Tuple", "") + 8 * op.index.data
        self._define(op, b.load(I64, b.offset(tuple, offset)))

    def load_closure_capture(self, op: speculation.LoadClosureCaptureOp) -> None:
        b = self.builder
        closure = self._object(self.value(op.operands[0]))
        offset = self.kit.offset("Function", "") + 8 * op.index.data
        self._define(op, b.load(I64, b.offset(closure, offset)))

    def list_length(self, op: Operation) -> None:
        b = self.builder
        list = self._object(self.value(op.operands[0]))
        self.values[op.results[0]] = b.load(I64, b.offset(list, self.kit.offset("List", "length")))

    def str_length(self, op: Operation) -> None:
        b = self.builder
        text = self._object(self.value(op.operands[0]))
        self.values[op.results[0]] = b.load(I64, b.offset(text, self.kit.offset("Str", "chars")))

    def character(self, op: Operation) -> None:
        text = self._object(self.value(op.operands[0]))
        self._define(op, self.core("character_of", text, self.value(op.operands[1])))

    def str_slice(self, op: Operation) -> None:
        text = self._object(self.value(op.operands[0]))
        ends = self.values_of(op.operands[1:])
        self._define(op, self.core("string_slice", text, *ends))

    def check_bounds(self, op: Operation) -> None:
        b = self.builder
        index, length = self.values_of(op.operands)
        self.exit_unless(b.compare("ult", index, length), "index out of range")
        self.values[op.results[0]] = index

    def check_inline(self, op: Operation) -> None:
        b = self.builder
        number = self.value(op.operands[0])
        word = b.binary("add", number, b.integer(INT_ZERO))
        reason = elements_reason(INT.keyword())
        self.exit_unless(b.compare("uge", word, b.integer(INT_TAG)), reason)
        self.values[op.results[0]] = number

    def check_elements(self, op: speculation.CheckElementsOp) -> None:
        b = self.builder
        list = self._object(self.value(op.list))
        reason = elements_reason(op.type.keyword())
        if op.type == ANY:
            self.exit_if(self._has_elements(list, TypeCode.BOOL), reason)
        else:
            fits, other = Block(), Block()
            is_that = self._has_elements(list, self._type_id(op.type))
            b.branch_if(is_that, fits, other, likely=True)
            snapshot = self.snapshot

            def write() -> None:
                self.snapshot = snapshot
                b.start(other)
                empty = self.core("has_had_none", list)
                assert empty is not None
                self.exit_unless(empty, reason)
                b.branch(fits)

            self._later(write)
            b.start(fits)
        items = b.load(POINTER, b.offset(list, self.kit.offset("List", "items")))
        self.values[op.result] = b.cast("ptrtoint", items, I64)

    def _has_elements(self, list: SSAValue, type_id: int) -> SSAValue:
        """Are a list's elements of this type?  (A load for each question: it is part of the
        comparison.)"""
        b = self.builder
        number = b.load(I32, b.offset(list, self.kit.offset("List", "header") + 4))
        return b.compare("eq", number, b.integer(type_id, I32))

    def _item_at(self, op: Operation, bytes: int) -> SSAValue:
        b = self.builder
        items, index = self.values_of(op.operands[:2])
        return b.element(b.cast("inttoptr", items, POINTER), index, bytes)

    def load_item(self, op: speculation.LoadItemOp) -> None:
        b, kind = self.builder, op.result.type
        if kind == I1:
            byte = b.load(I8, self._item_at(op, 1))
            self.values[op.result] = b.cast("trunc", byte, I1)
        elif kind == F64:
            self.values[op.result] = b.load(F64, self._item_at(op, 8))
        else:
            word = b.load(I64, self._item_at(op, 8))
            if kind == I64:
                word = b.binary("sub", word, b.integer(INT_ZERO))
            self.values[op.result] = word

    def store_item(self, op: speculation.StoreItemOp) -> None:
        b, kind = self.builder, op.value.type
        value = self.value(op.value)
        if kind == I1:
            b.store(b.cast("zext", value, I8), self._item_at(op, 1))
            return
        if kind == I64:
            value = b.binary("add", value, b.integer(INT_ZERO))
        b.store(value, self._item_at(op, 8))

    def list_load(self, op: speculation.ListLoadOp) -> None:
        list = self._object(self.value(op.list))
        self._define(op, self.core("list_item", list, self.value(op.index)))

    def list_store(self, op: speculation.ListStoreOp) -> None:
        list = self._object(self.value(op.list))
        self.core("set_list_item", list, self.value(op.index), self.boxed(op.value))

    def load_register(self, op: speculation.LoadRegisterOp) -> None:
        b = self.builder
        self._define(op, b.load(I64, b.offset(self.base, 8 * op.register.data)))

    def next_item(self, op: Operation) -> None:
        made = op.operands[0].owner
        walks_text = isinstance(made, grok.GetIteratorOp) and made.operands[0].type == STR
        iterator = self._object(self.value(op.operands[0]))
        self._define(op, self.core("next_character" if walks_text else "next_item", iterator))

    # --------------------------------------------------------------- operations of the machine

    def plain(self, op: Operation) -> None:
        """The core function of the same name, on words."""
        name = op.name.removeprefix("grok.")
        name = _MEANINGS.get(name, name)
        if isinstance(op, _ON_TEXTS) and all(value.type == STR for value in op.operands):
            if type(op) in _MIRRORED and self._compare_with_letter(op):
                return
            name += "_str"
        elif isinstance(op, (grok.GetIndexOp, grok.SetIndexOp)) and op.operands[0].type == MAP:
            name += "_map"
        self._define(op, self.core(name, *self._words(op.operands)))

    def _compare_with_letter(self, op: Operation) -> bool:
        """The order of a text and of a constant that is one character of ASCII."""
        left, right = op.operands
        cls = type(op)
        code = _ascii_code(right)
        if code is None:
            cls, left, code = _MIRRORED[cls], right, _ascii_code(left)
        if code is None:
            return False
        name = f"{cls.name.removeprefix('grok.')}_letter"
        self._define(op, self.core(name, self.value(left), self.builder.integer(code)))
        return True

    def counted(self, op: Operation) -> None:
        """The same with a number behind the value: ``is_tuple``, ``get_payload``."""
        name = op.name.removeprefix("grok.")
        number = op.properties["count" if "count" in op.properties else "index"]
        data = number.data  # type: ignore[attr-defined]
        word = self.core(name, *self._words(op.operands), self.builder.integer(data))
        self._define(op, word)

    def collected(self, op: Operation) -> None:
        """The same on a window: ``make_list``."""
        words = self._words(op.operands)
        count = len(words) // 2 if isinstance(op, grok.MakeMapOp) else len(words)
        name = op.name.removeprefix("grok.")
        word = self.core(name, self._window(words), self.builder.integer(count))
        self._define(op, word)

    def make_struct(self, op: grok.MakeStructOp) -> None:
        self._make(op, "make_struct", self._header(op.symbol.root_reference.data))

    def make_variant(self, op: grok.MakeVariantOp) -> None:
        self._make(op, "make_struct", self._header(op.enum.root_reference.data, op.variant.data))

    def _make(self, op: Operation, name: str, header: int) -> None:
        """An object with a header alone, then its contents."""
        b = self.builder
        words = self._words(op.operands)
        size = self.kit.offset("Instance", "")
        bytes = size + 8 * len(words)
        object = self.core("allocate_in_run", b.integer(bytes), b.integer(header))
        assert object is not None
        fast, slow, joined = Block(), Block(), Block(arg_types=[I64])
        b.branch_if(b.compare("eq", object, b.null()), slow, fast, likely=False)
        snapshot = self.snapshot

        def write() -> None:
            self.snapshot = snapshot
            b.start(slow)
            count = b.integer(len(words))
            made = self.core("make_struct_slowly", self._window(words), count, b.integer(header))
            assert made is not None
            b.branch(joined, [made])

        self._later(write)
        b.start(fast)
        for index, word in enumerate(words):
            b.store(word, b.offset(object, size + 8 * index))
        tagged = b.binary("or", b.cast("ptrtoint", object, I64), b.integer(OBJECT_TAG))
        b.branch(joined, [tagged])
        b.start(joined)
        self._define(op, joined.args[0])

    def make_closure(self, op: grok.MakeClosureOp) -> None:
        words = self._words(op.operands)
        info = self._info(op.symbol.root_reference.data)
        count = self.builder.integer(len(words))
        self._define(op, self.core("make_closure", self._window(words), count, info))

    def is_variant(self, op: grok.IsVariantOp) -> None:
        header = self._header(op.enum.root_reference.data, op.variant.data)
        word = self.boxed(op.operands[0])
        self._define(op, self.core("is_variant", word, self._pointer(header)))

    def is_struct(self, op: grok.IsStructOp) -> None:
        header = self._header(op.symbol.root_reference.data)
        word = self.boxed(op.operands[0])
        self._define(op, self.core("is_struct", word, self._pointer(header)))

    def load_capture(self, op: grok.LoadCaptureOp) -> None:
        index = self.builder.integer(op.index.data)
        word, _ = self.kit.call(
            self.builder, "load_capture", [index], self.context, None, self.base
        )
        self._define(op, word)

    def _global(self, symbol: str) -> SSAValue:
        return self._external(f"global.{self.symbols.global_numbers[symbol]}")

    def load_global(self, op: grok.LoadGlobalOp) -> None:
        """One that is not initialized is left to the interpreter, which raises the error."""
        b = self.builder
        word = b.load(I64, self._global(op.symbol.root_reference.data))
        self.exit_if(b.compare("eq", word, b.integer(MISSING)), "guard initialized")
        self._define(op, word)

    def store_global(self, op: grok.StoreGlobalOp) -> None:
        word = self.boxed(op.operands[0])
        self.core("store_global", word, self._global(op.symbol.root_reference.data))

    def _instruction(self, operation: str, kind: Kind, index: int = 0) -> SSAValue:
        """The address of an operand word of the instruction that this operation was."""
        frame = self._own_frame()
        opcode = self._opcode(frame)
        if opcode.operation.name != operation:
            raise DiagnosticException(f"{operation} at an instruction {opcode.name}")
        return self._pc(frame, _place(opcode, kind, index))

    def get_iterator(self, op: grok.GetIteratorOp) -> None:
        walked = self._instruction("get_iterator", Kind.CACHE)
        self._define(op, self.core("get_iterator", self.boxed(op.operands[0]), walked))

    def get_field(self, op: grok.GetFieldOp) -> None:
        name = self._string(op.field.data)
        cache = self._instruction("get_field", Kind.CACHE)
        self._define(op, self.core("get_field", self.boxed(op.operands[0]), name, cache))

    def set_field(self, op: grok.SetFieldOp) -> None:
        name = self._string(op.field.data)
        cache = self._instruction("set_field", Kind.CACHE)
        self.core("set_field", *self._words(op.operands), name, cache)

    def format(self, op: grok.FormatOp) -> None:
        template = self.builder.load(POINTER, self._instruction("format", Kind.WORD))
        words = self._words(op.operands)
        count = self.builder.integer(len(words))
        self._define(op, self.core("format", self._window(words), count, template))

    def check_type(self, op: grok.CheckTypeOp) -> None:
        kind = op.type
        assert isinstance(kind, GrokType)
        word = self._pointer(self._type_word(kind))
        what = self._string(op.what.data)
        self._define(op, self.core("check_type", self.boxed(op.operands[0]), word, what))

    def _type_word(self, kind: GrokType) -> int:
        """What an annotation is at run time (see program.grok)."""
        match kind:
            case StructType() | EnumType():
                number = self.symbols.type_numbers[kind.symbol.data]
                return TypeCode.NOMINAL | number << 32
            case TraitType():
                return TypeCode.TRAIT | string_numbers(self.symbols)[kind.symbol.data] << 32
            case TupleType():
                return TypeCode.TUPLE | (kind.length.data + 1) << 32
        return TypeCode.ANY if kind == ANY else self._type_id(kind)


def _ascii_code(value: SSAValue) -> int | None:
    """The code of a constant text that is one character of ASCII."""
    owner = value.owner
    data = owner.value.data if isinstance(owner, grok.ConstantOp) else None
    return ord(data) if isinstance(data, str) and len(data) == 1 and data.isascii() else None
