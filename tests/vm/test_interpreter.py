"""The generator of handlers: what it checks, and what its handlers look like as machine code."""

from __future__ import annotations

from functools import cache

import pytest

from grokc.frontend.source import SourceFile
from grokc.lowering.core import CoreProgram
from grokc.lowering.native import assembly
from grokc.vm.build import MachineSource, builtin_rows
from grokc.vm.interpreter import DefinitionError, check_definitions, handler_symbol
from grokc.vm.operations import OPCODES, Kind


@cache
def machine() -> CoreProgram:
    return MachineSource().program


def code_of(handler: str) -> list[str]:
    """The instructions and labels of a handler."""
    program = machine()
    lines = assembly(program.unit_of([handler]), handler).splitlines()[1:]
    return [line.strip() for line in lines if line.strip()]


HOT = [
    "op.move.r",
    "op.load_constant.k",
    "op.add.rr.int",
    "op.add.ri.int",
    "op.add.rr.float",
    "op.mul.rk.float",
    "op.jump_if_not_less.ri.int",
    "op.jump_if_less.rr.float",
    "op.loop_if_less.rr.int",
    "op.range_step.rr",
    "op.next.r",
    "op.jump_if_true.r",
    "op.call",
    "op.call_value.exact",
    "op.call_method.exact",
    "op.return.r",
    "op.get_field.r",
    "op.set_field.rr",
    "op.get_index.rr.list",
    "op.get_index.rr.str",
    "op.set_index.rrr.list",
    "op.load_captured_cell",
    "op.check_type.r",
]


def has_frameless_path(code: list[str]) -> bool:
    """Whether some way through the code reaches the jump to the next handler without touching the
    native stack."""
    labels = {line[:-1]: index for index, line in enumerate(code) if line.endswith(":")}
    pending, seen = [0], set()
    while pending:
        index = pending.pop()
        if index in seen:
            continue
        seen.add(index)
        operation, _, operands = code[index].partition("\t")
        if operation == "jmpq" and operands.startswith("*"):
            return True
        if (
            operation.startswith(("push", "pop", "call"))
            or "%rsp" in operands
            or "%rbp" in operands
        ):
            continue
        if operation.startswith("j") and operands in labels:
            pending.append(labels[operands])
        if operation != "jmp":
            pending.append(index + 1)
    return False


@pytest.mark.parametrize("handler", HOT)
def test_fast_paths_need_no_native_frame(handler: str) -> None:
    assert has_frameless_path(code_of(handler))


def test_all_handlers_leave_through_tail_calls() -> None:
    """A handler whose last call were no tail call would grow the native stack."""
    for opcode in OPCODES[::17]:
        if opcode.operation.name != "native_return":
            code = code_of(handler_symbol(opcode))
            assert not [line for line in code if line.startswith("ret")], opcode.name


def test_operands_lie_where_the_table_says() -> None:
    for opcode in OPCODES:
        offsets = [place.offset for place in opcode.places]
        assert len(set(offsets)) == len(offsets)
        for place in opcode.places:
            whole = place.form == "k" or place.operand.kind in (Kind.WORD, Kind.CACHE)
            assert (place.offset >= 16) == whole
            assert place.offset < opcode.size


def test_every_opcode_has_its_own_symbol() -> None:
    symbols = [handler_symbol(opcode) for opcode in OPCODES]
    assert len(set(symbols)) == len(symbols)


def program_of(text: str) -> CoreProgram:
    return CoreProgram([SourceFile("test.grok", f"#![core]\n{text}")])


def test_a_missing_core_function_is_reported() -> None:
    with pytest.raises(DefinitionError, match="there is no core function copy"):
        check_definitions(program_of("fn nothing() -> () { }"))


def test_a_core_function_must_be_marked() -> None:
    with pytest.raises(DefinitionError, match=r"copy must be marked #\[op\]"):
        check_definitions(program_of("fn copy(v: value) -> value { return v }"))


def test_a_core_function_must_take_the_operands() -> None:
    text = "#[op] fn copy(v: value, w: value) -> value { return v }"
    with pytest.raises(DefinitionError, match=r"copy has 2 parameters; move\.r has 1 operands"):
        check_definitions(program_of(text))


def test_built_in_functions_must_be_listed() -> None:
    arguments = "(arguments: ptr<value>, count: i64) -> value! { return arguments[0] }"
    with pytest.raises(DefinitionError, match="has no function surprise"):
        builtin_rows(program_of(f'#[builtin("surprise")] fn f{arguments}'))
    with pytest.raises(DefinitionError, match=r"has no list\.surprise"):
        builtin_rows(program_of(f"#[method(list, surprise)] fn f{arguments}"))


def test_built_in_functions_are_implemented_once() -> None:
    arguments = "(arguments: ptr<value>, count: i64) -> value! { return arguments[0] }"
    text = f'#[builtin("len")] fn f{arguments}\n#[builtin("len")] fn g{arguments}'
    with pytest.raises(DefinitionError, match="len is implemented twice"):
        builtin_rows(program_of(text))


def test_the_table_of_built_in_functions_is_sorted_for_the_binary_search() -> None:
    rows = builtin_rows(machine())
    keys = [(row[0], row[1].encode()) for row in rows]
    assert keys == sorted(set(keys))
    assert (0, "println") in [row[:2] for row in rows]
