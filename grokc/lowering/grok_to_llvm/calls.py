"""Calls, tail calls and returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.ir import Block, Operation, SSAValue
from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects import grok, speculation
from grokc.dialects.types import (
    ANY,
    BOOL,
    INT,
    LIST,
    GrokType,
    TraitType,
    lattice_type,
)
from grokc.dialects.types import BOXED as LATTICE_TYPES
from grokc.lowering.core_types import I64, POINTER
from grokc.lowering.grok_to_llvm.entries import function_symbol, is_plain_entry, promise
from grokc.lowering.grok_to_llvm.guards import Guards
from grokc.lowering.grok_to_llvm.representation import MISSING, TRUE, UNIT, is_word, machine_type
from grokc.lowering.grok_to_llvm.values import UnitState
from grokc.lowering.linkage import (
    ARGUMENTS,
    BOXED,
    ERROR,
    HEADER_SLOTS,
    INT_TAG,
    RESULT,
)
from grokc.lowering.llvm_builder import PRESERVE_NONE
from grokc.lowering.native_calls import enter_native_call, leave_native_call, native_call_record

CALLS = (
    grok.CallOp,
    grok.CallValueOp,
    grok.CallMethodOp,
    speculation.CallTypedOp,
    speculation.CallClosureOp,
)


class Calls(Guards):
    """Calls."""

    def __init__(self, unit: UnitState, function: grok.FuncOp) -> None:
        super().__init__(unit, function)
        self.native_call = native_call_record(self.builder) if self.watching.sampled else None
        """Of sampled code: tells during a native call where that is."""

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
        self,
        target: SSAValue | str,
        info: SSAValue | None,
        base: SSAValue,
        words: list[SSAValue],
        *,
        last: bool = False,
    ) -> tuple[SSAValue, SSAValue]:
        """Calls a native entry; value and status.  ``last``: the callee has this function's frame,
        so samples do not tell of this function any more."""
        b, offset = self.builder, self.kit.offset
        arguments = self._prototype(info, base, self._arguments(words, base))
        record = None if last else self.native_call
        if record is not None:
            enter_native_call(b, offset, self.context, record, *self._place())
        if isinstance(target, str):
            result = b.call(target, arguments, RESULT, convention=PRESERVE_NONE)
        else:
            result = b.call_pointer(target, arguments, RESULT, convention=PRESERVE_NONE)
        assert result is not None
        if record is not None:
            leave_native_call(b, offset, self.context, record)
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
        if function is not None and is_plain_entry(function):
            return function_symbol(function)
        return self._entry_of(info)

    def call(self, op: grok.CallOp) -> None:
        symbol = op.symbol.root_reference.data
        info = self._info(symbol)
        words = self._words(op.arguments)
        self._call_boxed(op, self._known_target(symbol, info), info, self._new_base(), words)

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
        if op.receiver == LIST and op.method.data == "push":
            list, item = self._words(op.operands)
            kind = lattice_type(op.operands[1])
            if kind == ANY or isinstance(kind, TraitType):
                self.core("append_item", self._object(list), item)
            else:
                number = self.builder.integer(self._type_id(kind))
                self.core("append_item_of", number, self._object(list), item)
            self._define(op, self.builder.integer(UNIT))
            return
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
        function, words = self._typed_callee(op)
        base = self._new_base()
        value, status = self._call(function_symbol(function), None, base, words)
        promised = promise(function)
        if promised == ANY:
            self._fail_if(b.compare("eq", status, b.integer(ERROR)))
            self._define(op, value)
            return
        machine = machine_type(promised)
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
            self.leave_with(after, f"result of {function.sym_name.data}", {op.results[0]: value})
            b.start(fits)
            kept = value if expected != INT else self.core("int_of_rarely", value)
            assert kept is not None
            b.branch(joined, [kept if expected == INT else self._convert(kept, promised)])

        self._later(write)
        b.start(joined)
        self.values[op.results[0]] = joined.args[0]

    def _typed_callee(
        self, op: speculation.CallTypedOp | speculation.TailCallTypedOp
    ) -> tuple[grok.FuncOp, list[SSAValue]]:
        """A function that takes arguments as they are, and these as they travel to it."""
        symbol = op.symbol.root_reference.data
        function = self.functions.get(symbol)
        if function is None:
            raise DiagnosticException(f"{symbol} is not compiled in this unit")
        words = []
        for argument, parameter in zip(op.arguments, function.body.blocks[0].args, strict=True):
            if is_word(argument.type) != is_word(parameter.type):
                raise DiagnosticException(f"a typed call of {symbol} does not fit")
            words.append(self._to_bits(self.value(argument)))
        return function, words

    def tail_call_typed(self, op: speculation.TailCallTypedOp) -> None:
        b = self.builder
        function, words = self._typed_callee(op)
        promised = promise(function)
        if promised == self.promise:
            given = self._arguments(words, self.base)
            self._tail_call(function_symbol(function), None, self.base, given)
            return
        value, status = self._call(function_symbol(function), None, self.base, words, last=True)
        kept, left = Block(), Block()
        b.branch_if(b.compare("eq", status, b.integer(0)), kept, left, likely=True)
        b.start(left)
        b.return_(b.insert(b.insert(b.poison(RESULT), value, 0), status, 1))
        b.start(kept)
        self._return(value if is_word(promised) else self._box(self._from_bits(value, promised)))

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
        if not is_word(self.promise):
            if isinstance(value.type, GrokType):
                self._return(self.value(value), boxed=True)
            else:
                self._return(self._to_bits(self.value(value)))
        else:
            self._return(self.boxed(value))
