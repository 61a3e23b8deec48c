"""From optimized ``grok`` to xDSL's ``llvm`` dialect, in one walk: the optimizing tier's last step.

Values of the lattice become 64-bit words, machine values (``i64``, ``f64``, ``i1``) themselves.
What an operation means is written once, in core GrokLang: an operation without an expansion of its
own calls the machine's function of its name (the kit has the signatures), and LLVM inlines small
ones as it does into the interpreter's handlers.

**The prototype** of every function is that of the handlers: ``preserve_none {value, i64} (pc, base,
context, tag, a0..a5)``.  ``base`` is the function's frame on the register stack; nothing lies there
while native code runs but arguments from the seventh on.  Status 0: what the entry promises; 1: a
boxed word, since the callee promises nothing or has left by an exit; 2: an error.  A function that
promises nothing never returns 0: its caller may be one that was reached through the interpreter, in
the frame of a function that has promised something to native code.

**Adapters**, the way in from handler words, are written by :mod:`grokc.lowering.linkage`, which has
the constants of calls too.

**Exits** (guards that fail) stand last and are marked cold.  All exits at one snapshot share a
block: it writes the values into the registers of the snapshot's frames, links the frames, and
jumps to the machine's handler ``tier.leave``, which boxes ints, counts the exit, and goes on in the
interpreter.  Values that only snapshots use
are made there.

**Errors** record the frames of the snapshot, innermost first, and return status 2.

**Addresses** of what differs between two runs of a program are external symbols, for the loader to
fill in: ``code.N`` the first instruction of function N, ``info.N`` its descriptor, ``string.N`` the
symbol object of string N, ``constant.N`` the word of constant N, ``global.N`` a global's cell,
``exits`` the counters of this unit's exits.  So the object can be kept across runs.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from xdsl.dialects import arith, llvm
from xdsl.dialects.builtin import FloatAttr, IntegerAttr, LocationAttr
from xdsl.ir import Attribute, Block, BlockArgument, Operation, SSAValue
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.dialects.constants import Constant, FunctionRef, Special
from grokc.dialects.speculation import Frame
from grokc.dialects.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    MAP,
    STR,
    EnumType,
    GrokType,
    StructType,
    TraitType,
    TupleType,
)
from grokc.dialects.types import BOXED as LATTICE_TYPES
from grokc.lowering.core_types import F64, I1, I64, POINTER
from grokc.lowering.debug_locations import DebugLocations
from grokc.lowering.image import FIRST_TYPE_ID, ConstantKind, TypeCode
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.linkage import (
    ARGUMENTS,
    BOXED,
    ENTER,
    ERROR,
    HEADER_SLOTS,
    INT_TAG,
    PROTOTYPE,
    RESULT,
    native_stack_is_low,
    native_symbol,
    write_adapter,
)
from grokc.lowering.llvm_builder import PRESERVE_NONE, Builder, declare_function
from grokc.lowering.llvm_ir import Text
from grokc.vm.operations import OPCODES, Kind, Opcode
from grokc.vm.optimizing.kit import Kit

OBJECT_TAG = 0xFFF9 << 48
SPECIAL_TAG = 0xFFFA << 48
INT_ZERO = 0xFFFF8 << 44
FITS = 1 << 47
"""The representation of values (``layout_nanbox.grok``), for constants and the few operations that
are written out here."""

UNIT, FALSE, TRUE, MISSING = range(SPECIAL_TAG, SPECIAL_TAG + 4)

MOST_INT_SLOTS = 64
"""Registers, from a unit's frame on, whose ints the machine's handler of exits boxes."""

_CHECKED = llvm.LLVMStructType.from_type_list([I64, I1])

_TYPE_IDS = {
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


def function_symbol(function: grok.FuncOp) -> str:
    """What a function of the optimizing tier is called in its object."""
    osr = function.attributes.get("osr")
    return native_symbol(
        function.sym_name.data, osr.value.data if isinstance(osr, IntegerAttr) else None
    )


@dataclass(frozen=True, slots=True)
class ExitSite:
    """A place where optimized code goes back to the interpreter."""

    function: str  # of the innermost frame
    pc: int
    reason: str  # the operation that exits: ``guard int``


@dataclass(frozen=True, slots=True)
class Watching:
    """What code does beside its work, for tests and for people."""

    stress: bool = False
    """Guards and checks also fail when the context says that it is time to (``forces_exit``)."""
    logged: bool = False
    """Guards that fail tell the type of the value."""


@dataclass
class Unit:
    """A module of LLVM IR that is ready to be compiled."""

    text: str
    symbols: list[str]  # of the functions, in the order given
    exits: list[ExitSite] = field(default_factory=list)


def lower_functions(
    kit: Kit,
    symbols: ImageSymbols,
    functions: Sequence[grok.FuncOp],
    locations: DebugLocations | None = None,
    watching: Watching = Watching(),
) -> Unit:
    """Lowers functions that were optimized together into one unit: the first one was asked for.

    With ``locations`` it has the source locations of its instructions, for people to read.
    Raises :class:`DiagnosticException` for what cannot be compiled.
    """
    writer = kit.writer(locations)
    exits: list[ExitSite] = []
    by_name = {function.sym_name.data: function for function in functions}
    foreign: set[str] = set()
    names: list[str] = []
    root = functions[0].sym_name.data
    for function in functions:
        lowering = _Lowering(kit, symbols, by_name, root, function, exits, foreign, watching)
        writer.add(lowering.run())
        names.append(function_symbol(function))
        if _is_entered(symbols, function):
            names.append(f"{function_symbol(function)}{ENTER}")
            info = f"info.{symbols.function_numbers[function.sym_name.data]}"
            foreign.add(info)
            arity = len(function.body.blocks[0].args)
            writer.add(write_adapter(kit, function_symbol(function), info, arity))
    for symbol in foreign:
        declaration = f"@{symbol} = external global i8"
        writer.texts[symbol] = Text(symbol, "", declaration, frozenset(), False)
    return Unit(writer.unit(names), names, exits)


@cache
def _place(opcode: Opcode, kind: Kind, index: int) -> int:
    places = [place.offset for place in opcode.places if place.operand.kind is kind]
    return places[index]


@dataclass(slots=True)
class _Exit:
    """The block that leaves at a snapshot."""

    block: Block
    number: BlockArgument
    snapshot: speculation.SnapshotOp
    instead: dict[SSAValue, SSAValue]  # boxed words in place of values


class _Lowering:
    """One function."""

    def __init__(
        self,
        kit: Kit,
        symbols: ImageSymbols,
        functions: dict[str, grok.FuncOp],
        root: str,
        function: grok.FuncOp,
        exits: list[ExitSite],
        foreign: set[str],
        watching: Watching,
    ) -> None:
        self.watching = watching
        self.kit = kit
        self.symbols = symbols
        self.functions = functions
        self.root = root
        self.function = function
        self.exits = exits
        self.foreign = foreign
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
        self.exit_blocks: dict[speculation.SnapshotOp, _Exit] = {}
        self.error_blocks: dict[tuple[tuple[str, int], ...], Block] = {}
        self.virtual: dict[Operation, bool] = {}
        self.frame_slots = self._frame_slots()
        self.promise = _promise(function)

    # ------------------------------------------------------------------------------- skeleton

    def run(self) -> llvm.FuncOp:
        region = self.function.body
        entry = region.blocks[0]
        order = _reverse_postorder(entry)
        for block in order[1:]:
            lowered = self.blocks[block] = Block(
                arg_types=[_machine_type(argument.type) for argument in block.args]
            )
            for argument, new in zip(block.args, lowered.args, strict=True):
                self.values[argument] = new
        if self.function.attributes.get("osr") is None:
            self._check_stack()
        self._take_arguments(entry)
        before: dict[Block, speculation.SnapshotOp] = {}
        for block in order:
            if block is not entry:
                self.builder.start(self.blocks[block])
            self.snapshot = None
            self.last_snapshot = before.get(block)
            for op in block.ops:
                self._lower(op)
            last = self.snapshot or self.last_snapshot
            if last is not None:
                for successor in _successors(block):
                    before.setdefault(successor, last)
        while self.cold:
            self.builder.location, write = self.cold.pop()
            write()
        return self.builder.finish()

    def _later(self, write: Callable[[], None]) -> None:
        """Has rare code written, behind all other."""
        self.cold.append((self.builder.location, write))

    def _frame_slots(self) -> int:
        """How much room above ``base`` exits need: where callees' frames begin."""
        record = self.symbols.record
        name = self.function.sym_name.data
        if name in self.symbols.function_numbers:
            most = record(name).registers
        else:
            most = len(self.function.body.blocks[0].args)
        for op in self.function.walk():
            if isinstance(op, speculation.SnapshotOp):
                frames = op.frames.data
                below = sum(frame.window for frame in frames[1:])
                most = max(most, below + record(frames[0].function).registers)
        return most + HEADER_SLOTS

    def _check_stack(self) -> None:
        """At entry: an interrupt, or too little room on one of the stacks."""
        b = self.builder
        limit = self._context_field(POINTER, "register_limit")
        condition = b.compare("ult", limit, self.base)
        if any(isinstance(op, _CALLS) for op in self.function.walk()):
            condition = b.binary("or", condition, native_stack_is_low(self.kit, b, self.context))
        slow, fast = Block(), Block()
        b.branch_if(condition, slow, fast, likely=False)

        def write() -> None:
            b.start(slow)
            _, status = self.kit.call(b, "poll_native", [self.base], self.context)
            assert status is not None
            failed = Block()
            b.branch_if(b.compare("ne", status, b.integer(0)), failed, fast, likely=False)
            b.start(failed)
            self._return_error()

        self._later(write)
        b.start(fast)

    def _take_arguments(self, entry: Block) -> None:
        b = self.builder
        for index, argument in enumerate(entry.args):
            if index < ARGUMENTS:
                word = b.parameters[4 + index]
            else:
                word = b.load(I64, b.offset(self.base, 8 * index))
            self.values[argument] = self._from_bits(word, argument.type)

    def _lower(self, op: Operation) -> None:
        if self._is_virtual(op):
            return
        lower = _LOWERINGS.get(type(op))
        if lower is None:
            raise DiagnosticException(f"{op.name} cannot be lowered to native code")
        self.builder.location = op.location
        lower(self, op)

    # --------------------------------------------------------------------------------- values

    def value(self, value: SSAValue) -> SSAValue:
        """What stands for a value: of its machine type."""
        owner = value.owner
        if isinstance(owner, grok.ConstantOp):
            return self._constant(owner, value.type)
        if isinstance(owner, arith.ConstantOp):
            return self._machine_constant(owner)
        return self.values[value]

    def values_of(self, values: Iterable[SSAValue]) -> list[SSAValue]:
        return [self.value(value) for value in values]

    def _machine_constant(self, op: arith.ConstantOp) -> SSAValue:
        value = op.value
        if isinstance(value, FloatAttr):
            return self.builder.float(value.value.data)
        assert isinstance(value, IntegerAttr)
        kind = op.result.type
        return self.builder.integer(value.value.data, I1 if kind == I1 else I64)

    def _constant(self, op: grok.ConstantOp, kind: Attribute) -> SSAValue:
        b, constant = self.builder, op.value
        data = constant.data
        if kind == I64:
            assert isinstance(data, int)
            return b.integer(data)
        if kind == F64:
            assert isinstance(data, float)
            return b.float(data)
        if kind == I1:
            return b.integer(int(bool(data)), I1)
        match data:
            case bool():
                return b.integer(TRUE if data else FALSE)
            case int() if -FITS <= data < FITS:
                return b.integer(INT_ZERO + data)
            case float():
                bits = (
                    0x7FF8 << 48
                    if data != data
                    else struct.unpack("<q", struct.pack("<d", data))[0]
                )
                return b.integer(bits)
            case Special.UNIT:
                return b.integer(UNIT)
            case Special.MISSING:
                return b.integer(MISSING)
            case FunctionRef(symbol):
                info = self._info(symbol)
                object = b.load(I64, b.offset(info, self.kit.offset("FunctionInfo", "object")))
                return b.binary("or", object, b.integer(OBJECT_TAG))
            case str() if data in self._string_numbers:
                object = b.cast("ptrtoint", self._string(data), I64)
                return b.binary("or", object, b.integer(OBJECT_TAG))
        number = self._constant_numbers.get(constant)
        if number is None:
            raise DiagnosticException(f"the constant {data!r} is not in the program's image")
        return b.cast("ptrtoint", self._external(f"constant.{number}"), I64)

    @property
    def _string_numbers(self) -> dict[str, int]:
        return _string_numbers(self.symbols)

    @property
    def _constant_numbers(self) -> dict[Constant, int]:
        return _constant_numbers(self.symbols)

    def _define(self, op: Operation, word: SSAValue | None) -> None:
        """The operation's result is this boxed word, i1 or machine value."""
        if op.results:
            assert word is not None
            self.values[op.results[0]] = self._convert(word, op.results[0].type)

    def _convert(self, value: SSAValue, kind: Attribute) -> SSAValue:
        """A word (i64), or a machine value, in the representation that a type asks for."""
        wanted = _machine_type(kind)
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
        self.foreign.add(symbol)
        return self.builder.address(symbol)

    def _info(self, function: str) -> SSAValue:
        return self._external(f"info.{self.symbols.function_numbers[function]}")

    def _string(self, text: str) -> SSAValue:
        number = self._string_numbers.get(text)
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
        snapshot = self.snapshot or self.last_snapshot
        if snapshot is not None:
            function = self.kit.functions[name]
            if not function.leaf and function.hidden:
                pc = self._pc(snapshot.innermost)
                base = self._base_of(snapshot)
        value, status = self.kit.call(self.builder, name, arguments, self.context, pc, base)
        if status is not None:
            self._fail_if(self.builder.compare("ne", status, self.builder.integer(0)))
        return value

    def _fail_if(self, condition: SSAValue) -> None:
        following = Block()
        self.builder.branch_if(condition, self._error_block(), following, likely=False)
        self.builder.start(following)

    def _error_block(self) -> Block:
        snapshot = self.snapshot or self.last_snapshot
        if snapshot is None:
            # Only boxing comes before all snapshots: no memory is blamed on the function's start.
            name = self.function.sym_name.data.partition("<")[0]
            return self._error_at([(name, 0)])
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

    # --------------------------------------------------------------------------------- exits

    def exit_if(self, condition: SSAValue, reason: str) -> None:
        """Goes back to the interpreter where a condition holds."""
        following = Block()
        leaving, number = self._way_out(reason)
        b = self.builder
        if self.watching.stress:
            forced = self.core("forces_exit")
            assert forced is not None
            condition = b.binary("or", condition, b.compare("ne", forced, b.integer(0)))
        b.branch_if(condition, leaving, following, False, [number], ())
        b.start(following)

    def exit_unless(
        self, condition: SSAValue, reason: str, guarded: SSAValue | None = None
    ) -> None:
        """Goes back to the interpreter where a condition does not hold: of a guarded word."""
        following = Block()
        leaving, number = self._way_out(reason)
        b = self.builder
        if self.watching.stress:
            forced = self.core("forces_exit")
            assert forced is not None
            condition = b.binary("and", condition, b.compare("eq", forced, b.integer(0)))
        if guarded is not None and self.watching.logged:
            leaving, number = self._noting(guarded, leaving, number)
        b.branch_if(condition, following, leaving, True, (), [number])
        b.start(following)

    def _noting(
        self, guarded: SSAValue, leaving: Block, number: SSAValue
    ) -> tuple[Block, SSAValue]:
        """The same way out, which tells of the guarded word first."""
        noting = Block(arg_types=[I64])

        def write() -> None:
            self.builder.start(noting)
            self.core("note_guarded", guarded)
            self.builder.branch(leaving, [noting.args[0]])

        self._later(write)
        return noting, number

    def _way_out(self, reason: str) -> tuple[Block, SSAValue]:
        """The block that leaves at the snapshot, and what it is given."""
        snapshot = self.snapshot
        if snapshot is None:
            raise DiagnosticException(f"no snapshot for {reason}")
        number = self._number_exit(snapshot, reason)
        return self._exit_block(snapshot).block, self.builder.integer(number)

    def _number_exit(self, snapshot: speculation.SnapshotOp, reason: str) -> int:
        frame = snapshot.innermost
        self.exits.append(ExitSite(frame.function, frame.pc, reason))
        return len(self.exits) - 1

    def _exit_block(self, snapshot: speculation.SnapshotOp) -> _Exit:
        found = self.exit_blocks.get(snapshot)
        if found is None:
            block = Block(arg_types=[I64])
            found = self.exit_blocks[snapshot] = _Exit(block, block.args[0], snapshot, {})
            made = found
            self._later(lambda: self._write_exit(made))
        return found

    def _write_exit(self, exit: _Exit) -> None:
        """The frames of the snapshot become the interpreter's, and it goes on.

        Ints are stored as they are; the machine's handler makes words of them.
        """
        b, kit, snapshot = self.builder, self.kit, exit.snapshot
        b.start(exit.block)
        self.snapshot = snapshot
        frames = snapshot.frames.data
        made: dict[SSAValue, SSAValue] = {}
        stores: list[tuple[int, SSAValue]] = []
        ints = 0
        below = sum(frame.window for frame in frames[1:])
        for index, (_, registers) in enumerate(snapshot.by_frame()):
            for register, value in registers:
                slot = below + register
                number = self._int_in_exit(value, exit) if slot < MOST_INT_SLOTS else None
                if number is not None:
                    ints |= 1 << slot
                word = self._in_exit(value, exit, made) if number is None else number
                stores.append((slot, word))
            if index < len(frames) - 1:
                below -= frames[index + 1].window
        for slot, word in stores:
            b.store(word, b.offset(self.base, 8 * slot))
        for index, outer in enumerate(frames[1:]):
            header = b.offset(self._base_of(snapshot, index), -8 * HEADER_SLOTS)
            return_pc = self._pc(outer, self._opcode(outer).size)
            b.store(return_pc, b.offset(header, kit.offset("Frame", "return_pc")))
            saved = self._base_of(snapshot, index + 1)
            b.store(saved, b.offset(header, kit.offset("Frame", "saved_base")))
        counter = b.element(self._external("exits"), exit.number, 8)
        words = [
            b.cast("ptrtoint", pointer, I64)
            for pointer in (counter, self._info(self.root), self.base)
        ]
        pc, base = self._pc(frames[0]), self._base_of(snapshot)
        self._tail_call(self._external("tier.leave"), pc, base, [*words, b.integer(ints)])

    def _int_in_exit(self, value: SSAValue, exit: _Exit) -> SSAValue | None:
        """The number itself, where a value is an unboxed int or its word, made for snapshots."""
        if value in exit.instead:
            return None
        owner = value.owner
        if isinstance(owner, speculation.BoxOp) and self._is_virtual(owner):
            value = owner.operands[0]
        return self.value(value) if value.type == I64 and value not in exit.instead else None

    def _in_exit(self, value: SSAValue, exit: _Exit, made: dict[SSAValue, SSAValue]) -> SSAValue:
        """The boxed word of a value in an exit; makes those that only snapshots use."""
        known = made.get(value)
        if known is not None:
            return known
        if value in exit.instead:
            return exit.instead[value]
        owner = value.owner
        if isinstance(owner, Operation) and self._is_virtual(owner):
            if isinstance(owner, speculation.BoxOp):
                word = self._in_exit(owner.operands[0], exit, made)
            else:
                fields = [self._in_exit(operand, exit, made) for operand in owner.operands]
                word = self._make_virtual(owner, fields)
        elif isinstance(value.type, GrokType):
            return self.value(value)
        else:
            lowered = self.value(value)
            word = (
                self.core("box_in_exit", lowered) if value.type == I64 else self._box(lowered)
            ) or lowered
        made[value] = word
        return word

    def _is_virtual(self, op: Operation) -> bool:
        """Do only snapshots use what this operation makes?"""
        known = self.virtual.get(op)
        if known is None:
            known = (
                isinstance(op, _VIRTUAL)
                and bool(op.results)
                and not (isinstance(op, _RANGES) and any(v.type != INT for v in op.operands))
                and all(
                    isinstance(use.operation, speculation.SnapshotOp)
                    or self._is_virtual(use.operation)
                    for use in op.results[0].uses
                )
            )
            self.virtual[op] = known
        return known

    def _make_virtual(self, op: Operation, fields: list[SSAValue]) -> SSAValue:
        b = self.builder
        match op:
            case speculation.VirtualStructOp() | grok.MakeStructOp():
                header = self._header(op.symbol.root_reference.data)
            case grok.MakeVariantOp():
                header = self._header(op.enum.root_reference.data, op.variant.data)
            case grok.MakeTupleOp():
                word = self.core("make_tuple_slowly", self._window(fields), b.integer(len(fields)))
                assert word is not None
                return word
            case grok.MakeClosureOp():
                info = self._info(op.symbol.root_reference.data)
                count = b.integer(len(fields))
                word = self.core("make_closure_slowly", self._window(fields), count, info)
                assert word is not None
                return word
            case speculation.VirtualCellOp() | grok.MakeCellOp():
                word = self.core("make_cell_slowly", fields[0])
                assert word is not None
                return word
            case grok.MakeRangeOp() | grok.MakeRangeInclusiveOp():
                inclusive = b.integer(int(isinstance(op, grok.MakeRangeInclusiveOp)))
                word = self.core("new_range", fields[0], fields[1], inclusive)
                assert word is not None
                return word
            case speculation.VirtualIteratorOp():
                word = self.core("list_iterator_at", fields[0], fields[1])
                assert word is not None
                return word
            case _:
                raise DiagnosticException(f"{op.name} cannot be made in an exit")
        count = b.integer(len(fields))
        word = self.core("make_struct_slowly", self._window(fields), count, b.integer(header))
        assert word is not None
        return word

    # ---------------------------------------------------------------------------------- calls

    def _new_base(self) -> SSAValue:
        """Where a callee's frame begins: above all that exits of this function may write."""
        return self.builder.offset(self.base, 8 * (self.frame_slots + HEADER_SLOTS))

    def _arguments(self, words: Sequence[SSAValue], base: SSAValue) -> list[SSAValue]:
        """The first words as registers; the others are stored in the callee's frame."""
        b = self.builder
        for index, word in enumerate(words[ARGUMENTS:], ARGUMENTS):
            b.store(word, b.offset(base, 8 * index))
        given = list(words[:ARGUMENTS])
        return given

    def _prototype(
        self, pc: SSAValue | None, base: SSAValue, words: list[SSAValue]
    ) -> list[SSAValue]:
        """The arguments of a call; typed functions need neither pc nor tag."""
        b = self.builder
        rest = [b.poison(I64) for _ in range(ARGUMENTS - len(words))]
        if pc is None:
            return [b.poison(POINTER), base, self.context, b.poison(I64), *words, *rest]
        return [pc, base, self.context, b.integer(INT_TAG), *words, *rest]

    def _tail_call(
        self, target: SSAValue | str, pc: SSAValue | None, base: SSAValue, words: list[SSAValue]
    ) -> None:
        self.builder.tail_call(target, self._prototype(pc, base, words))

    def _entry_of(self, info: SSAValue) -> SSAValue:
        b = self.builder
        return b.load(POINTER, b.offset(info, self.kit.offset("FunctionInfo", "native_entry")))

    def _call(
        self, target: SSAValue | str, info: SSAValue | None, base: SSAValue, words: list[SSAValue]
    ) -> tuple[SSAValue, SSAValue]:
        """Calls a native entry; value and status."""
        b = self.builder
        arguments = self._prototype(info, base, self._arguments(words, base))
        if isinstance(target, str):
            result = b.call(target, arguments, RESULT, convention=PRESERVE_NONE)
        else:
            result = b.call_pointer(target, arguments, RESULT, convention=PRESERVE_NONE)
        assert result is not None
        return b.extract(result, 0, I64), b.extract(result, 1, I64)

    def _call_boxed(
        self,
        op: Operation,
        target: SSAValue | str,
        info: SSAValue,
        base: SSAValue,
        words: list[SSAValue],
    ) -> None:
        value, status = self._call(target, info, base, words)
        self._fail_if(self.builder.compare("eq", status, self.builder.integer(ERROR)))
        self._define(op, value)

    def _known_target(self, symbol: str, info: SSAValue) -> SSAValue | str:
        """The function itself where it is compiled in this unit with boxed parameters."""
        function = self.functions.get(symbol)
        if function is not None and _is_plain_entry(function):
            return function_symbol(function)
        return self._entry_of(info)

    def call(self, op: grok.CallOp) -> None:
        symbol = op.symbol.root_reference.data
        info = self._info(symbol)
        words = self._words(op.arguments)
        self._call_boxed(op, self._known_target(symbol, info), info, self._new_base(), words)

    def _words(self, values: Iterable[SSAValue]) -> list[SSAValue]:
        return [self.boxed(value) for value in values]

    def _set_callee(self, base: SSAValue, callee: SSAValue) -> None:
        b = self.builder
        header = b.offset(base, -8 * HEADER_SLOTS)
        b.store(callee, b.offset(header, self.kit.offset("Frame", "callee")))

    def _pad(self, words: list[SSAValue]) -> list[SSAValue]:
        """Arguments that a callee with more parameters finds left out."""
        b = self.builder
        return words + [b.integer(MISSING) for _ in range(ARGUMENTS - len(words))]

    def _find(self, fast: SSAValue, slow: Callable[[], SSAValue]) -> SSAValue:
        """A pointer, or what a cold path finds where it is null."""
        b = self.builder
        found, cold = Block(arg_types=[POINTER]), Block()
        missing = b.compare("eq", fast, b.null())
        b.branch_if(missing, cold, found, False, (), [fast])
        snapshot = self.snapshot

        def write() -> None:
            b.start(cold)
            self.snapshot = snapshot
            b.branch(found, [slow()])

        self._later(write)
        b.start(found)
        return found.args[0]

    def _callee_info(self, callee: SSAValue, count: int, base: SSAValue) -> SSAValue:
        b = self.builder
        fast = self.core("function_taking", callee, b.integer(count))
        assert fast is not None

        def slow() -> SSAValue:
            info = self.core("resolve_native_call", callee, b.integer(count), base)
            assert info is not None
            return info

        return self._find(fast, slow)

    def call_value(self, op: grok.CallValueOp) -> None:
        callee, *words = self._words(op.operands)
        base = self._new_base()
        info = self._callee_info(callee, len(words), base)
        self._set_callee(base, callee)
        self._call_boxed(op, self._entry_of(info), info, base, self._pad(words))

    def call_closure(self, op: speculation.CallClosureOp) -> None:
        callee, *words = self._words(op.operands)
        base = self._new_base()
        symbol = op.symbol.root_reference.data
        info = self._info(symbol)
        self._set_callee(base, callee)
        self._call_boxed(op, self._known_target(symbol, info), info, base, words)

    def call_method(self, op: grok.CallMethodOp) -> None:
        b = self.builder
        words = self._words(op.operands)
        count = b.integer(len(words))
        base = self._new_base()
        name = self._string(op.callee.data)
        info = self._method(words[0], name, count)
        native, ours, joined = Block(), Block(), Block(arg_types=[I64])
        b.branch_if(b.compare("eq", info, b.null()), native, ours, likely=True)
        b.start(native)
        window = self._window(words)
        answer = self.core("call_method_natively", window, count, name, base)
        assert answer is not None
        b.branch(joined, [answer])
        b.start(ours)
        value, status = self._call(self._entry_of(info), info, base, self._pad(words))
        self._fail_if(b.compare("eq", status, b.integer(ERROR)))
        b.branch(joined, [value])
        b.start(joined)
        self._define(op, joined.args[0])

    def _method(self, receiver: SSAValue, name: SSAValue, count: SSAValue) -> SSAValue:
        """The descriptor of a method of the program with that many parameters, or null."""
        type = self.core("receiver_type", receiver)
        assert type is not None
        info = self.core("method_taking", type, name, count)
        assert info is not None
        return info

    def call_builtin(self, op: grok.CallBuiltinOp) -> None:
        if op.callee.data == "assert" and op.operands[0].type == BOOL:
            self._assert(op)
        else:
            self._call_native(op, 0, op.callee.data)

    def _assert(self, op: grok.CallBuiltinOp) -> None:
        """Calls the built-in function where it is going to fail."""
        b = self.builder
        failed, holds = Block(), Block()
        word = self.boxed(op.operands[0])
        b.branch_if(b.compare("eq", word, b.integer(TRUE)), holds, failed, likely=True)
        snapshot = self.snapshot

        def write() -> None:
            self.snapshot = snapshot
            b.start(failed)
            self._native_result(op, 0, op.callee.data)
            b.branch(holds)

        self._later(write)
        b.start(holds)
        self._define(op, b.integer(UNIT))

    def call_native(self, op: speculation.CallNativeOp) -> None:
        self._call_native(op, self._type_id(op.receiver), op.method.data)

    def _call_native(self, op: Operation, owner: int, name: str) -> None:
        self._define(op, self._native_result(op, owner, name))

    def _native_result(self, op: Operation, owner: int, name: str) -> SSAValue | None:
        symbol = self.kit.builtins.get((owner, name))
        if symbol is None:
            raise DiagnosticException(f"the machine has no built-in function {name}")
        words = self._words(op.operands)
        name = symbol.removeprefix("core.")
        return self.core(name, self._window(words), self.builder.integer(len(words)))

    def call_typed(self, op: speculation.CallTypedOp) -> None:
        b = self.builder
        symbol = op.symbol.root_reference.data
        function = self.functions.get(symbol)
        if function is None:
            raise DiagnosticException(f"{symbol} is not compiled in this unit")
        words = self._typed_arguments(function, op.arguments)
        base = self._new_base()
        value, status = self._call(function_symbol(function), None, base, words)
        promised = _promise(function)
        if promised == ANY:
            self._fail_if(b.compare("eq", status, b.integer(ERROR)))
            self._define(op, value)
            return
        machine = _machine_type(promised)
        joined, left = Block(arg_types=[machine]), Block()
        usual = self._from_bits(value, promised)
        b.branch_if(b.compare("eq", status, b.integer(0)), joined, left, True, [usual], ())
        before, after = self.snapshot, self._next_snapshot(op)

        def write() -> None:
            b.start(left)
            self.snapshot = before
            self._fail_if(b.compare("eq", status, b.integer(ERROR)))
            self.snapshot = after
            fits, leaving = Block(), Block()
            expected = LATTICE_TYPES.get(promised, promised)
            assert isinstance(expected, GrokType)
            if expected == INT:
                test = self.core("is_int_rarely", value)
                assert test is not None
            else:
                test = self._has_type(value, expected)
            b.branch_if(test, fits, leaving, likely=True)
            b.start(leaving)
            number = b.integer(self._number_exit(after, f"result of {symbol}"))
            self._write_exit_with(after, number, {op.results[0]: value})
            b.start(fits)
            kept = value if expected != INT else self.core("int_of_rarely", value)
            assert kept is not None
            b.branch(joined, [kept if expected == INT else self._convert(kept, promised)])

        self._later(write)
        b.start(joined)
        self.values[op.results[0]] = joined.args[0]

    def _typed_arguments(
        self, function: grok.FuncOp, arguments: Iterable[SSAValue]
    ) -> list[SSAValue]:
        """Arguments as they travel to a function that takes them as they are."""
        words = []
        for argument, parameter in zip(arguments, function.body.blocks[0].args, strict=True):
            if _is_word(argument.type) != _is_word(parameter.type):
                raise DiagnosticException(f"a typed call of {function.sym_name.data} does not fit")
            words.append(self._to_bits(self.value(argument)))
        return words

    def tail_call_typed(self, op: speculation.TailCallTypedOp) -> None:
        b = self.builder
        symbol = op.symbol.root_reference.data
        function = self.functions.get(symbol)
        if function is None:
            raise DiagnosticException(f"{symbol} is not compiled in this unit")
        words = self._typed_arguments(function, op.arguments)
        promised = _promise(function)
        if promised == self.promise:
            given = self._arguments(words, self.base)
            self._tail_call(function_symbol(function), None, self.base, given)
            return
        value, status = self._call(function_symbol(function), None, self.base, words)
        kept, left = Block(), Block()
        b.branch_if(b.compare("eq", status, b.integer(0)), kept, left, likely=True)
        b.start(left)
        b.return_(b.insert(b.insert(b.poison(RESULT), value, 0), status, 1))
        b.start(kept)
        self._return(value if _is_word(promised) else self._box(self._from_bits(value, promised)))

    def _write_exit_with(
        self,
        snapshot: speculation.SnapshotOp,
        number: SSAValue,
        instead: dict[SSAValue, SSAValue],
    ) -> None:
        block = Block(arg_types=[I64])
        self.builder.branch(block, [number])
        self._write_exit(_Exit(block, block.args[0], snapshot, instead))

    def _next_snapshot(self, op: Operation) -> speculation.SnapshotOp:
        following = op.next_op
        while following is not None and not isinstance(following, speculation.SnapshotOp):
            following = following.next_op
        if following is None:
            raise DiagnosticException("a typed call has no snapshot behind it")
        return following

    # ----------------------------------------------------------------------------- tail calls

    def tail_call(self, op: grok.TailCallOp) -> None:
        symbol = op.symbol.root_reference.data
        info = self._info(symbol)
        words = self._words(op.arguments)
        target = self._known_target(symbol, info)
        self._tail_call(target, info, self.base, self._arguments(words, self.base))

    def tail_call_value(self, op: grok.TailCallValueOp) -> None:
        callee, *words = self._words(op.operands)
        info = self._callee_info(callee, len(words), self.base)
        self._set_callee(self.base, callee)
        given = self._arguments(self._pad(words), self.base)
        self._tail_call(self._entry_of(info), info, self.base, given)

    def tail_call_method(self, op: grok.TailCallMethodOp) -> None:
        b = self.builder
        words = self._words(op.operands)
        count = b.integer(len(words))
        name = self._string(op.callee.data)
        fast = self._method(words[0], name, count)

        def slow() -> SSAValue:
            info = self.core("method_of_program", words[0], count, name, self.base)
            assert info is not None
            return info

        info = self._find(fast, slow)
        native, ours = Block(), Block()
        b.branch_if(b.compare("eq", info, b.null()), native, ours, likely=False)
        b.start(native)
        window = self._window(words)
        answer = self.core("call_method_natively", window, count, name, self._new_base())
        assert answer is not None
        self._return(answer, boxed=True)
        b.start(ours)
        given = self._arguments(self._pad(words), self.base)
        self._tail_call(self._entry_of(info), info, self.base, given)

    def _return(self, word: SSAValue, boxed: bool = False) -> None:
        b = self.builder
        status = b.integer(BOXED if boxed or self.promise == ANY else 0)
        b.return_(b.insert(b.insert(b.poison(RESULT), word, 0), status, 1))

    def return_(self, op: grok.ReturnOp) -> None:
        value = op.operands[0]
        if not _is_word(self.promise):
            if isinstance(value.type, GrokType):
                self._return(self.value(value), boxed=True)
            else:
                self._return(self._to_bits(self.value(value)))
        else:
            self._return(self.boxed(value))

    # ------------------------------------------------------------------------- control flow

    def jump(self, op: grok.JumpOp) -> None:
        target = op.successors[0]
        self.builder.branch(self.blocks[target], self._handed(target, op.operands))

    def _handed(self, target: Block, values: Sequence[SSAValue]) -> list[SSAValue]:
        """What a block receives, in the representation of its arguments."""
        return [
            self.boxed(value) if isinstance(argument.type, GrokType) else self.value(value)
            for value, argument in zip(values, target.args, strict=True)
        ]

    def branch(self, op: grok.BranchOp) -> None:
        condition = self._condition(op.operands[0])
        then, otherwise = op.successors
        b = self.builder
        if then is otherwise and then.args:
            between = Block()
            b.branch_if(
                condition,
                between,
                self.blocks[otherwise],
                None,
                (),
                self._handed(otherwise, op.else_arguments),
            )
            b.start(between)
            b.branch(self.blocks[then], self._handed(then, op.then_arguments))
            return
        given = self._handed(then, op.then_arguments)
        rest = self._handed(otherwise, op.else_arguments)
        b.branch_if(condition, self.blocks[then], self.blocks[otherwise], None, given, rest)

    def _condition(self, value: SSAValue) -> SSAValue:
        lowered = self.value(value)
        if lowered.type == I1:
            return lowered
        if value.type == BOOL:
            return self.builder.compare("eq", lowered, self.builder.integer(TRUE))
        truth = self.core("is_true", lowered)
        assert truth is not None
        return truth

    def exit(self, op: speculation.ExitOp) -> None:
        assert self.snapshot is not None
        number = self.builder.integer(self._number_exit(self.snapshot, "exit"))
        self.builder.branch(self._exit_block(self.snapshot).block, [number])

    def check_true(self, op: speculation.CheckTrueOp) -> None:
        self.exit_unless(self.value(op.condition), "assertion")

    def safepoint(self, op: speculation.SafepointOp) -> None:
        """A back-edge: an interrupt is seen to in place."""
        b = self.builder
        interrupt = self._context_field(I64, "interrupt")
        slow, fast = Block(), Block()
        b.branch_if(b.compare("ne", interrupt, b.integer(0)), slow, fast, likely=False)
        snapshot = self.snapshot

        def write() -> None:
            b.start(slow)
            self.snapshot = snapshot
            self.core("poll")
            b.branch(fast)

        self._later(write)
        b.start(fast)

    def fail_no_match(self, op: grok.FailNoMatchOp) -> None:
        b = self.builder
        pc, base = self._pc(self._own_frame()), self._base_of(self._required_snapshot())
        self.kit.call(b, "no_match", [self.boxed(op.operands[0])], self.context, pc, base)
        b.branch(self._error_block())

    def _required_snapshot(self) -> speculation.SnapshotOp:
        assert self.snapshot is not None
        return self.snapshot

    def unreachable(self, op: Operation) -> None:
        self.builder.unreachable()

    def take_snapshot(self, op: speculation.SnapshotOp) -> None:
        self.snapshot = op

    def nothing(self, op: Operation) -> None:
        """Constants are written where they are used."""

    # ---------------------------------------------------------------------------------- guards

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
        self.exit_unless(self._has_type(word, kind), f"guard {_spelled(kind)}", word)
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
        return _TYPE_IDS[keyword]

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
            raise DiagnosticException(f"no guard for {_spelled(kind)}")
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

    # ------------------------------------------------------------------------------ arithmetic

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
        self.values[op.results[0]] = self.builder.binary(_MACHINE_BINARY[type(op)], left, right)

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

    # --------------------------------------------------------------------------------- objects

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

    def _item(self, op: Operation) -> SSAValue:
        b = self.builder
        list = self._object(self.value(op.operands[0]))
        items = b.load(POINTER, b.offset(list, self.kit.offset("List", "items")))
        return b.element(items, self.value(op.operands[1]), 8)

    def list_load(self, op: Operation) -> None:
        self._define(op, self.builder.load(I64, self._item(op)))

    def list_store(self, op: Operation) -> None:
        word = self.boxed(op.operands[2])
        self.builder.store(word, self._item(op))

    def list_items(self, op: Operation) -> None:
        b = self.builder
        list = self._object(self.value(op.operands[0]))
        items = b.load(POINTER, b.offset(list, self.kit.offset("List", "items")))
        self.values[op.results[0]] = b.cast("ptrtoint", items, I64)

    def _item_at(self, op: Operation) -> SSAValue:
        b = self.builder
        items, index = self.values_of(op.operands[:2])
        return b.element(b.cast("inttoptr", items, POINTER), index, 8)

    def load_item(self, op: Operation) -> None:
        self._define(op, self.builder.load(I64, self._item_at(op)))

    def store_item(self, op: Operation) -> None:
        word = self.boxed(op.operands[2])
        self.builder.store(word, self._item_at(op))

    def load_register(self, op: speculation.LoadRegisterOp) -> None:
        b = self.builder
        self._define(op, b.load(I64, b.offset(self.base, 8 * op.register.data)))

    def next_item(self, op: Operation) -> None:
        iterator = self._object(self.value(op.operands[0]))
        self._define(op, self.core("next_item", iterator))

    # --------------------------------------------------------------- operations of the machine

    def plain(self, op: Operation) -> None:
        """The core function of the same name, on words."""
        name = op.name.removeprefix("grok.")
        name = _MEANINGS.get(name, name)
        if isinstance(op, _ON_TEXTS) and all(value.type == STR for value in op.operands):
            name += "_str"
        elif isinstance(op, (grok.GetIndexOp, grok.SetIndexOp)) and op.operands[0].type == MAP:
            name += "_map"
        self._define(op, self.core(name, *self._words(op.operands)))

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
        self._define(op, self.core("load_global", self._global(op.symbol.root_reference.data)))

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
                return TypeCode.TRAIT | self._string_numbers[kind.symbol.data] << 32
            case TupleType():
                return TypeCode.TUPLE | (kind.length.data + 1) << 32
        return TypeCode.ANY if kind == ANY else self._type_id(kind)


def _is_entered(symbols: ImageSymbols, function: grok.FuncOp) -> bool:
    """Is it the program's function itself, or its loop?"""
    known = function.sym_name.data in symbols.function_numbers
    return known and ("osr" in function.attributes or _is_plain_entry(function))


def _promise(function: grok.FuncOp) -> Attribute:
    """What a function returns when it does not leave by an exit."""
    return function.attributes.get("result", ANY)


def _is_word(kind: Attribute) -> bool:
    """Are values of this type boxed?"""
    return kind not in LATTICE_TYPES


def _is_plain_entry(function: grok.FuncOp) -> bool:
    """Can it be called as everyone calls it: boxed parameters, a boxed result, from the start?"""
    return (
        function.attributes.get("osr") is None
        and _promise(function) == ANY
        and all(isinstance(argument.type, GrokType) for argument in function.body.blocks[0].args)
    )


def _machine_type(kind: Attribute) -> Attribute:
    return kind if kind in (F64, I1) else I64


def _spelled(kind: GrokType) -> str:
    match kind:
        case StructType() | EnumType() | TraitType():
            return kind.symbol.data
    return kind.keyword()


def _reverse_postorder(entry: Block) -> list[Block]:
    order: list[Block] = []
    seen = {entry}
    stack: list[tuple[Block, Iterator[Block]]] = [(entry, _successors(entry))]
    while stack:
        block, rest = stack[-1]
        for successor in rest:
            if successor not in seen:
                seen.add(successor)
                stack.append((successor, _successors(successor)))
                break
        else:
            order.append(block)
            stack.pop()
    order.reverse()
    return order


def _successors(block: Block) -> Iterator[Block]:
    last = block.last_op
    # The last one first: what is left first stands last.
    return iter(reversed(last.successors)) if last is not None else iter(())


@cache
def _string_numbers(symbols: ImageSymbols) -> dict[str, int]:
    return {text: number for number, text in enumerate(symbols.strings)}


@cache
def _constant_numbers(symbols: ImageSymbols) -> dict[Constant, int]:
    return {
        symbols.constant(number): number
        for number, row in enumerate(symbols.image.constants)
        if row.kind != ConstantKind.TYPE
    }


_CALLS = (
    grok.CallOp,
    grok.CallValueOp,
    grok.CallMethodOp,
    speculation.CallTypedOp,
    speculation.CallClosureOp,
)

_RANGES = (grok.MakeRangeOp, grok.MakeRangeInclusiveOp)
"""What raises an error unless it is made of ints."""

_VIRTUAL = (
    grok.MakeTupleOp,
    grok.MakeVariantOp,
    grok.MakeRangeOp,
    grok.MakeRangeInclusiveOp,
    grok.MakeClosureOp,
    speculation.BoxOp,
    speculation.VirtualStructOp,
    speculation.VirtualCellOp,
    speculation.VirtualIteratorOp,
)

_ON_TEXTS = (
    *(grok.AddOp, grok.EqualOp, grok.NotEqualOp),
    *(grok.LessOp, grok.LessEqualOp, grok.GreaterOp, grok.GreaterEqualOp),
)
"""Operations that have a variant for strings."""

_MEANINGS = {"true": "is_true"}
"""Core functions that are not called as the operation is."""

_MACHINE_BINARY: dict[type[Operation], str] = {
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

_PLAIN = (
    *(grok.AddOp, grok.SubOp, grok.MulOp, grok.DivOp, grok.RemOp, grok.NegOp, grok.NotOp),
    *(grok.BitAndOp, grok.BitOrOp, grok.BitXorOp, grok.ShiftLeftOp, grok.ShiftRightOp),
    *(grok.LessOp, grok.LessEqualOp, grok.GreaterOp, grok.GreaterEqualOp),
    *(grok.EqualOp, grok.NotEqualOp, grok.TrueOp, grok.IsMissingOp),
    *(grok.MakeCellOp, grok.LoadCellOp, grok.StoreCellOp),
    *(grok.GetIndexOp, grok.SetIndexOp, grok.FillListOp),
    *(grok.MakeRangeOp, grok.MakeRangeInclusiveOp, grok.CheckRangeOp),
    *(grok.CastIntOp, grok.CastFloatOp, grok.ToStrOp),
)

_LOWERINGS: dict[type[Operation], Callable[[_Lowering, Any], None]] = {
    **dict.fromkeys(_PLAIN, _Lowering.plain),
    **dict.fromkeys(_MACHINE_BINARY, _Lowering.machine_binary),
    **dict.fromkeys(
        (grok.IsTupleOp, grok.IsListOp, grok.IsListFromOp, grok.GetPayloadOp, grok.GetElementOp),
        _Lowering.counted,
    ),
    **dict.fromkeys((grok.MakeListOp, grok.MakeTupleOp, grok.MakeMapOp), _Lowering.collected),
    **dict.fromkeys(
        (speculation.AddCheckedOp, speculation.SubCheckedOp, speculation.MulCheckedOp),
        _Lowering.checked,
    ),
    **dict.fromkeys(
        (speculation.ShiftLeftCheckedOp, speculation.ShiftRightCheckedOp), _Lowering.shift_checked
    ),
    **dict.fromkeys(
        (arith.SIToFPOp, arith.ExtUIOp, arith.ExtSIOp, arith.TruncIOp), _Lowering.machine_cast
    ),
    **dict.fromkeys((grok.ConstantOp, arith.ConstantOp), _Lowering.nothing),
    arith.CmpiOp: _Lowering.compare_ints,
    arith.CmpfOp: _Lowering.compare_floats,
    arith.NegfOp: _Lowering.machine_negate,
    arith.SelectOp: _Lowering.machine_select,
    grok.CallOp: _Lowering.call,
    grok.CallValueOp: _Lowering.call_value,
    grok.CallMethodOp: _Lowering.call_method,
    grok.CallBuiltinOp: _Lowering.call_builtin,
    grok.TailCallOp: _Lowering.tail_call,
    grok.TailCallValueOp: _Lowering.tail_call_value,
    grok.TailCallMethodOp: _Lowering.tail_call_method,
    grok.ReturnOp: _Lowering.return_,
    grok.JumpOp: _Lowering.jump,
    grok.BranchOp: _Lowering.branch,
    grok.FailNoMatchOp: _Lowering.fail_no_match,
    grok.UnreachableOp: _Lowering.unreachable,
    grok.MakeStructOp: _Lowering.make_struct,
    grok.MakeVariantOp: _Lowering.make_variant,
    grok.MakeClosureOp: _Lowering.make_closure,
    grok.IsVariantOp: _Lowering.is_variant,
    grok.IsStructOp: _Lowering.is_struct,
    grok.LoadCaptureOp: _Lowering.load_capture,
    grok.LoadGlobalOp: _Lowering.load_global,
    grok.StoreGlobalOp: _Lowering.store_global,
    grok.GetIteratorOp: _Lowering.get_iterator,
    grok.GetFieldOp: _Lowering.get_field,
    grok.SetFieldOp: _Lowering.set_field,
    grok.FormatOp: _Lowering.format,
    grok.CheckTypeOp: _Lowering.check_type,
    speculation.SnapshotOp: _Lowering.take_snapshot,
    speculation.GuardOp: _Lowering.guard,
    speculation.KnownOp: _Lowering.known,
    speculation.KnownFunctionOp: _Lowering.known,
    speculation.IsTypeOp: _Lowering.is_type,
    speculation.GuardFunctionOp: _Lowering.guard_function,
    speculation.IsFunctionOp: _Lowering.is_function,
    speculation.ExitOp: _Lowering.exit,
    speculation.SafepointOp: _Lowering.safepoint,
    speculation.CheckTrueOp: _Lowering.check_true,
    speculation.LoadRegisterOp: _Lowering.load_register,
    speculation.DivCheckedOp: _Lowering.div_checked,
    speculation.RemCheckedOp: _Lowering.rem_checked,
    speculation.FloatToIntCheckedOp: _Lowering.float_to_int,
    speculation.FloatRemOp: _Lowering.float_rem,
    speculation.FloatFunctionOp: _Lowering.float_function,
    speculation.IsSameOp: _Lowering.is_same,
    speculation.BoxOp: _Lowering.box,
    speculation.UnboxOp: _Lowering.unbox,
    speculation.LoadFieldOp: _Lowering.load_field,
    speculation.StoreFieldOp: _Lowering.store_field,
    speculation.LoadElementOp: _Lowering.load_element,
    speculation.LoadClosureCaptureOp: _Lowering.load_closure_capture,
    speculation.ListLengthOp: _Lowering.list_length,
    speculation.StrLengthOp: _Lowering.str_length,
    speculation.CharacterOp: _Lowering.character,
    speculation.StrSliceOp: _Lowering.str_slice,
    speculation.CheckBoundsOp: _Lowering.check_bounds,
    speculation.ListLoadOp: _Lowering.list_load,
    speculation.ListStoreOp: _Lowering.list_store,
    speculation.ListItemsOp: _Lowering.list_items,
    speculation.LoadItemOp: _Lowering.load_item,
    speculation.StoreItemOp: _Lowering.store_item,
    speculation.NextItemOp: _Lowering.next_item,
    speculation.CallTypedOp: _Lowering.call_typed,
    speculation.TailCallTypedOp: _Lowering.tail_call_typed,
    speculation.CallClosureOp: _Lowering.call_closure,
    speculation.CallNativeOp: _Lowering.call_native,
}
