"""Values, addresses and calls of core functions: what all lowerings of operations stand on."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from xdsl.dialects import arith
from xdsl.dialects.builtin import FloatAttr, IntegerAttr, LocationAttr
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.dialects.constants import FunctionRef, Special
from grokc.dialects.speculation import Frame
from grokc.dialects.types import (
    GrokType,
)
from grokc.lowering.core_types import F64, I1, I64, POINTER
from grokc.lowering.grok_to_llvm.entries import function_symbol, promise
from grokc.lowering.grok_to_llvm.exit_records import ExitRecord, ExitSite, Word
from grokc.lowering.grok_to_llvm.representation import (
    FALSE,
    FITS,
    INT_ZERO,
    MISSING,
    OBJECT_TAG,
    TRUE,
    UNIT,
    constant_numbers,
    is_word,
    machine_type,
    string_numbers,
)
from grokc.lowering.image import FIRST_TYPE_ID
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.linkage import (
    ERROR,
    PROTOTYPE,
    RESULT,
)
from grokc.lowering.llvm_builder import PRESERVE_NONE, Builder, declare_function
from grokc.lowering.native_calls import write_header
from grokc.vm.operations import OPCODES, Opcode
from grokc.vm.optimizing.kit import Kit


@dataclass(frozen=True, slots=True)
class Watching:
    """What code does beside its work, for tests and for people."""

    stress: bool = False
    """Guards and checks also fail when the context says that it is time to (``forces_exit``)."""
    logged: bool = False
    """Guards that fail tell the type of the value."""
    sampled: bool = False
    """Frames can be told at each call and safepoint (sampling.grok)."""


@dataclass
class UnitState:
    """What the functions of a unit share while they are lowered."""

    kit: Kit
    symbols: ImageSymbols
    functions: dict[str, grok.FuncOp]
    root: str  # the function that was asked for
    watching: Watching
    exits: list[ExitSite] = field(default_factory=list)
    records: list[ExitRecord] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    """Symbols of addresses that differ between two runs."""


def _data(op: grok.ConstantOp | arith.ConstantOp) -> object:
    """What a constant is in Python."""
    if isinstance(op, grok.ConstantOp):
        return op.value.data
    value = op.value
    assert isinstance(value, (IntegerAttr, FloatAttr))
    return value.value.data


class Values:
    """The state of one function's lowering, and the words it is made of."""

    def __init__(self, unit: UnitState, function: grok.FuncOp) -> None:
        self.unit = unit
        self.kit = unit.kit
        self.symbols = unit.symbols
        self.functions = unit.functions
        self.watching = unit.watching
        self.function = function
        builder = self.builder = Builder(
            declare_function(
                function_symbol(function),
                PROTOTYPE,
                RESULT,
                convention=PRESERVE_NONE,
                attributes=["nounwind"],
            )
        )
        _, self.base, self.context, self.tag = builder.parameters[:4]
        self.values: dict[SSAValue, SSAValue] = {}
        self.blocks: dict[Block, Block] = {}
        self.snapshot: speculation.SnapshotOp | None = None
        self.last_snapshot: speculation.SnapshotOp | None = None
        """The last one before the block: where it came from, when boxing runs out of memory."""
        self.cold: list[tuple[LocationAttr, Callable[[], None]]] = []
        self.error_blocks: dict[tuple[tuple[str, int], ...], Block] = {}
        self.promise = promise(function)

    def _later(self, write: Callable[[], None]) -> None:
        """Has rare code written, behind all other."""
        self.cold.append((self.builder.location, write))

    def value(self, value: SSAValue) -> SSAValue:
        """What stands for a value: of its machine type."""
        owner = value.owner
        if isinstance(owner, (grok.ConstantOp, arith.ConstantOp)):
            return self._constant(owner)
        return self.values[value]

    def values_of(self, values: Iterable[SSAValue]) -> list[SSAValue]:
        return [self.value(value) for value in values]

    def _constant(self, op: grok.ConstantOp | arith.ConstantOp) -> SSAValue:
        b, kind = self.builder, op.results[0].type
        if is_word(kind):
            word = self.constant_word(op.results[0])
            if isinstance(word, int):
                return b.integer(word)
            if word is not None:
                symbol, plus = word
                address = b.cast("ptrtoint", self._external(symbol), I64)
                return b.binary("or", address, b.integer(plus)) if plus else address
            assert isinstance(op, grok.ConstantOp) and isinstance(op.value.data, FunctionRef)
            info = self._info(op.value.data.symbol)
            object = b.load(I64, b.offset(info, self.kit.offset("FunctionInfo", "object")))
            return b.binary("or", object, b.integer(OBJECT_TAG))
        data = _data(op)
        assert isinstance(data, (int, float))
        if kind == F64:
            return b.float(float(data))
        return b.integer(int(data), I1 if kind == I1 else I64)

    def constant_word(self, value: SSAValue) -> Word | None:
        """The boxed word of a constant; ``None``: it is not known before the program runs."""
        op = value.owner
        assert isinstance(op, (grok.ConstantOp, arith.ConstantOp))
        data = _data(op)
        if value.type == I1:
            data = bool(data)
        match data:
            case bool():
                return TRUE if data else FALSE
            case int() if -FITS <= data < FITS:
                return INT_ZERO + data
            case float():
                nan = 0x7FF8 << 48
                bits: int = struct.unpack("<q", struct.pack("<d", data))[0]
                return nan if data != data else bits
            case Special.UNIT:
                return UNIT
            case Special.MISSING:
                return MISSING
            case FunctionRef():
                return None
            case str() if data in string_numbers(self.symbols):
                return f"string.{string_numbers(self.symbols)[data]}", OBJECT_TAG
        if isinstance(op, arith.ConstantOp):
            return None
        number = constant_numbers(self.symbols).get(op.value)
        if number is None:
            raise DiagnosticException(f"the constant {data!r} is not in the program's image")
        return f"constant.{number}", 0

    def _define(self, op: Operation, word: SSAValue | None) -> None:
        """The operation's result is this boxed word, i1 or machine value."""
        if op.results:
            assert word is not None
            self.values[op.results[0]] = self._convert(word, op.results[0].type)

    def _convert(self, value: SSAValue, kind: Attribute) -> SSAValue:
        """A word (i64), or a machine value, in the representation that a type asks for."""
        wanted = machine_type(kind)
        if value.type == I1 and wanted == I64 and kind != I64:
            return self._box(value)
        if isinstance(kind, GrokType) or value.type == F64 or value.type == I1:
            return value
        return self._unbox(value, kind)

    def _unbox(self, word: SSAValue, kind: Attribute) -> SSAValue:
        if kind == F64:
            return self.builder.cast("bitcast", word, F64)
        if kind == I1:
            return self.builder.compare("eq", word, self.builder.integer(TRUE))
        number = self.core("int_of", word)
        assert number is not None
        return number

    def boxed(self, value: SSAValue) -> SSAValue:
        """The boxed word of a value; a wide int gets its cell, which can fail."""
        if isinstance(value.type, GrokType):
            return self.value(value)
        return self._box(self.value(value))

    def _box(self, value: SSAValue) -> SSAValue:
        b = self.builder
        if value.type == F64:
            return b.cast("bitcast", value, I64)
        if value.type == I1:
            return b.binary("add", b.cast("zext", value, I64), b.integer(FALSE))
        word = self.core("box_int", value)
        assert word is not None
        return word

    def _words(self, values: Iterable[SSAValue]) -> list[SSAValue]:
        return [self.boxed(value) for value in values]

    def _from_bits(self, word: SSAValue, kind: Attribute) -> SSAValue:
        """A machine value as it travels between functions."""
        if kind == F64:
            return self.builder.cast("bitcast", word, F64)
        return self.builder.cast("trunc", word, I1) if kind == I1 else word

    def _to_bits(self, value: SSAValue) -> SSAValue:
        if value.type == F64:
            return self.builder.cast("bitcast", value, I64)
        return self.builder.cast("zext", value, I64) if value.type == I1 else value

    # ------------------------------------------------------------------------------ addresses

    def _external(self, symbol: str) -> SSAValue:
        self.unit.foreign.add(symbol)
        return self.builder.address(symbol)

    def _info(self, function: str) -> SSAValue:
        return self._external(f"info.{self.symbols.function_numbers[function]}")

    def _string(self, text: str) -> SSAValue:
        number = string_numbers(self.symbols).get(text)
        if number is None:
            raise DiagnosticException(f"the text {text!r} is not in the program's image")
        return self._external(f"string.{number}")

    def _pc(self, frame: Frame, plus: int = 0) -> SSAValue:
        number = self.symbols.function_numbers[frame.function]
        return self.builder.offset(self._external(f"code.{number}"), frame.pc + plus)

    def _opcode(self, frame: Frame) -> Opcode:
        offset = self.symbols.record(frame.function).start + frame.pc
        number: int = struct.unpack_from("<H", self.symbols.image.code, offset + 8)[0]
        return OPCODES[number]

    def _own_frame(self) -> Frame:
        if self.snapshot is None:
            raise DiagnosticException("an operation that can raise has no snapshot")
        return self.snapshot.innermost

    def _base_of(self, snapshot: speculation.SnapshotOp, index: int = 0) -> SSAValue:
        """The base of one of a snapshot's frames."""
        below = sum(frame.window for frame in snapshot.frames.data[index + 1 :])
        return self.builder.offset(self.base, 8 * below)

    def _context_field(self, type: Attribute, name: str) -> SSAValue:
        b = self.builder
        return b.load(type, b.offset(self.context, self.kit.offset("Context", name)))

    def _header(self, symbol: str, variant: str = "") -> int:
        number = self.symbols.type_numbers[symbol]
        record = self.symbols.image.types[number]
        if not variant:
            return FIRST_TYPE_ID + number
        for index in range(record.variant_count):
            row = self.symbols.image.variants[record.first_variant + index]
            if self.symbols.strings[row.name] == variant:
                return FIRST_TYPE_ID + number | row.number << 32
        raise DiagnosticException(f"{symbol} has no variant {variant}")

    def _pointer(self, number: int) -> SSAValue:
        return self.builder.cast("inttoptr", self.builder.integer(number), POINTER)

    def _object(self, word: SSAValue) -> SSAValue:
        """The address in a word that is known to be an object."""
        b = self.builder
        return b.cast("inttoptr", b.binary("xor", word, b.integer(OBJECT_TAG)), POINTER)

    def _window(self, words: Sequence[SSAValue]) -> SSAValue:
        """Words one after another, on the native stack."""
        b = self.builder
        window = b.buffer(I64, max(1, len(words)))
        for index, word in enumerate(words):
            b.store(word, b.offset(window, 8 * index))
        return window

    # ------------------------------------------------------------------------- core functions

    def core(self, name: str, *arguments: SSAValue) -> SSAValue | None:
        """Calls a core function at the instruction of the snapshot; an error leaves."""
        pc = base = None
        function = self.kit.functions[name]
        if function.hidden and not function.leaf and (self._is_placed() or self.watching.sampled):
            pc, base = self._place()
        value, status = self.kit.call(self.builder, name, arguments, self.context, pc, base)
        if status is not None:
            self._fail_if(self.builder.compare("ne", status, self.builder.integer(0)))
        return value

    def _is_placed(self) -> bool:
        """Is there a snapshot that says which instruction is at work?"""
        return (self.snapshot or self.last_snapshot) is not None

    def _place(self) -> tuple[SSAValue, SSAValue]:
        """The instruction that is at work, and its frame's base; before all snapshots they are the
        function's own.  Sampled code links the frames."""
        snapshot = self.snapshot or self.last_snapshot
        if snapshot is None:
            return self._pc(Frame(self._name_in_program(), 0, ())), self.base
        if self.watching.sampled:
            for index, outer in enumerate(snapshot.frames.data[1:]):
                inner, caller = self._base_of(snapshot, index), self._base_of(snapshot, index + 1)
                return_pc = self._pc(outer, self._opcode(outer).size)
                write_header(self.builder, self.kit.offset, inner, return_pc, caller)
        return self._pc(snapshot.innermost), self._base_of(snapshot)

    def _name_in_program(self) -> str:
        return self.function.sym_name.data.partition("<")[0]

    def _fail_if(self, condition: SSAValue) -> None:
        following = Block()
        self.builder.branch_if(condition, self._error_block(), following, likely=False)
        self.builder.start(following)

    def _error_block(self) -> Block:
        snapshot = self.snapshot or self.last_snapshot
        if snapshot is None:
            # Only boxing comes before all snapshots: no memory is blamed on the function's start.
            return self._error_at([(self._name_in_program(), 0)])
        return self._error_at([(frame.function, frame.pc) for frame in snapshot.frames.data])

    def _error_at(self, places: Sequence[tuple[str, int]]) -> Block:
        """The block that records frames at these places, the innermost first, and fails; frames
        that are around many places share theirs."""
        key = tuple(places)
        block = self.error_blocks.get(key)
        if block is None:
            block = self.error_blocks[key] = Block()
            self._later(lambda: self._write_error(block, key))
        return block

    def _write_error(self, block: Block, places: Sequence[tuple[str, int]]) -> None:
        self.builder.start(block)
        if places:
            frame = Frame(*places[0], ())
            last = self._pc(frame, self._opcode(frame).size - 1)
            self.kit.call(self.builder, "record_frame", [last], self.context)
            self.builder.branch(self._error_at(places[1:]))
        else:
            self._return_error()

    def _return_error(self) -> None:
        b = self.builder
        b.return_(b.insert(b.poison(RESULT), b.integer(ERROR), 1))
