"""Control operations: their bodies are lowered into handlers, and leave through hooks."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest
from xdsl.ir import SSAValue

from grokc.frontend.diagnostics import CompileError
from grokc.lowering.core import CoreProgram
from grokc.lowering.core_types import I64, POINTER
from grokc.lowering.llvm_builder import Builder, declare_function
from grokc.lowering.native import compile_unit
from grokc.vm.linker import link
from tests.lowering.core_helper import program

SOURCE = """
fn check(n: i64) -> i64! {
    if n < 0 { return fail() }
    return n
}
#[op(control)]
fn step(out: ptr<i64>, n: i64) {
    out[0] = check(n)?
    if n == 0 { native_return(context.result, 7) }
    if n == 1 { raise() }
    if n == 2 { dispatch(next_pc(), base) }
    dispatch(pc, base + n)
}
#[op(control)]
fn falls_off(n: i64) {
    if n == 0 { raise() }
}
"""


class Traces:
    """Hooks that return a number for the way taken: kind * 1000 + what it was given."""

    saves_pc = True

    def __init__(self, program: CoreProgram) -> None:
        self.program = program

    def _end(self, builder: Builder, kind: int, number: SSAValue) -> None:
        builder.return_(builder.binary("add", number, builder.integer(kind * 1000)))

    def next_pc(self, builder: Builder) -> SSAValue:
        return builder.offset(builder.parameters[1], 16)

    def dispatch(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        far = builder.binary("mul", builder.cast("ptrtoint", pc, I64), builder.integer(100000))
        self._end(builder, 1, builder.binary("add", far, builder.cast("ptrtoint", base, I64)))

    def raise_error(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        self._end(builder, 2, builder.cast("ptrtoint", pc, I64))

    def native_return(self, builder: Builder, value: SSAValue, status: SSAValue) -> None:
        self._end(builder, 3, status)


@pytest.fixture
def core() -> CoreProgram:
    return program(SOURCE, context="result: value")


def handler(core: CoreProgram, name: str) -> None:
    builder = Builder(declare_function(f"run_{name}", [POINTER] * 4 + [I64], I64, hidden=False))
    context, pc, base, out, number = builder.parameters
    function = core.function(name)
    arguments = [out, number] if name == "step" else [number]
    core.lower_control(function, builder, arguments, context, pc, base, Traces(core))
    assert builder.terminated
    core.add(builder)


def test_every_way_out_goes_through_its_hook(core: CoreProgram, tmp_path: Path) -> None:
    handler(core, "step")
    path = tmp_path / "control.so"
    path.write_bytes(link([compile_unit(unit) for unit in core.units(1)], ["run_step"]))
    step = ctypes.CDLL(str(path)).run_step
    step.restype = ctypes.c_int64
    context, out = (ctypes.c_int64 * 8)(), ctypes.c_int64(-1)

    def run(number: int) -> int:
        pointers = [ctypes.byref(context), ctypes.c_void_p(5), ctypes.c_void_p(60)]
        result = step(*pointers, ctypes.byref(out), ctypes.c_int64(number))
        assert isinstance(result, int)
        return result

    assert run(-1) == 2005 and out.value == -1, "`?` raises, before the store"
    assert list(context)[:2] == [5, 60], "the callee could see where the machine was"
    assert run(0) == 3007 and out.value == 0
    assert run(1) == 2005
    assert run(2) == (5 + 16) * 100000 + 1060
    assert run(9) == 5 * 100000 + 1069 and out.value == 9


def test_a_body_that_falls_off_its_end_is_an_error(core: CoreProgram) -> None:
    with pytest.raises(CompileError, match="ends in dispatch, raise or native_return"):
        handler(core, "falls_off")


def test_a_control_operation_cannot_be_called_or_return() -> None:
    with pytest.raises(CompileError, match="'step' is a control operation: it cannot be called"):
        program("#[op(control)] fn step() { raise() } fn f() { step() }")
    core = program("#[op(control)] fn step() { return }")
    builder = Builder(declare_function("h", [POINTER] * 3, I64))
    context, pc, base = builder.parameters
    with pytest.raises(CompileError, match="ends in dispatch, raise or native_return"):
        core.lower_control(core.function("step"), builder, [], context, pc, base, Traces(core))
