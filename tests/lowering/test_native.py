"""Compiling in helper processes: objects come back in order, and failures say why."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grokc.lowering.native import Compiler, NativeError, Unit, assembly, compile_unit, optimized_ir


def function(name: str, number: int, lines: int = 1) -> str:
    body = "\n".join(f"  %v{n} = add i64 %v{n - 1}, %v0" for n in range(1, lines + 1))
    return f"define i64 @{name}(i64 %v0) {{\n{body}\n  %r = add i64 %v0, {number}\n  ret i64 %r\n}}"


def test_objects_come_in_the_order_of_the_units() -> None:
    units = [Unit(function(f"function_{n}", n, lines=1 + 50 * (n % 3))) for n in range(5)]
    with Compiler(processes=2) as compiler:
        objects = compiler.compile(units)
    assert objects == [compile_unit(unit) for unit in units]
    for number, data in enumerate(objects):
        assert f"function_{number}".encode() in data


def test_more_processes_than_units() -> None:
    with Compiler(processes=2) as compiler:
        (data,) = compiler.compile([Unit(function("f", 1), "short")])
    assert data.startswith(b"\x7fELF")


def test_a_refused_unit_fails_with_llvms_words() -> None:
    with (
        Compiler(processes=2) as compiler,
        pytest.raises(NativeError, match="use of undefined value '%y'"),
    ):
        compiler.compile([Unit("define i64 @f() { ret i64 %y }"), Unit(function("g", 1))])


def test_a_process_that_dies_is_reported() -> None:
    """LLVM aborts on what its code generator cannot do."""
    text = "declare void @llvm.returnaddress(i64)\ndefine i32 @f() {\n"
    text += '  %r = call i32 asm sideeffect "not an instruction", "=r"()\n  ret i32 %r\n}'
    with Compiler(processes=1) as compiler, pytest.raises(NativeError):
        compiler.compile([Unit(text)])


def test_a_compiler_that_is_not_needed_goes_away() -> None:
    with Compiler(processes=1) as compiler:
        helper = compiler._helpers[0]
    assert helper.poll() is not None


FORKED = """
import os, signal, sys
from grokc.lowering.native import Compiler, Unit

units = [Unit("define i64 @f(i64 %n) {\\n  ret i64 %n\\n}", level) for level in ("full", "short")]
children = []
signal.signal(signal.SIGALRM, lambda *_: children.append(os.fork()))
with Compiler(processes=2) as compiler:
    signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]))
    while float(sys.argv[1]) == 0 and not children:
        children.append(os.fork())
    objects = compiler.compile(units)
    while not children:
        signal.pause()
assert all(data.startswith(b"\\x7fELF") for data in objects)
if children[0]:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]))
"""
"""Forks before it compiles, or so many seconds later, in a handler of a signal."""


@pytest.mark.parametrize("seconds", ["0", "0.02", "0.1"])
def test_a_process_that_compiles_can_fork(seconds: str) -> None:
    result = run_python(FORKED, seconds)
    assert result.returncode == 0, result.stderr


HELD_OPEN = """
import os, sys
from grokc.lowering.native import Compiler

def open_pipes():
    with os.scandir("/proc/self/fd") as entries:
        return {name for entry in entries if (name := os.readlink(entry)).startswith("pipe:")}

before = open_pipes()
with Compiler(processes=1) as compiler:
    pipes = open_pipes() - before
    child = os.fork()
    if child == 0:
        os._exit(len(pipes & open_pipes()))
    held = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(f"{held} pipes" if held or len(pipes) != 3 else 0)
"""


def test_a_forked_child_holds_none_of_its_parents_pipes() -> None:
    result = run_python(HELD_OPEN)
    assert result.returncode == 0, result.stderr


def run_python(text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", text, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("level", ["short", "full"])
def test_always_inline_functions_are_inlined_at_every_level(level: str) -> None:
    unit = Unit(
        "define internal i64 @near(i64 %n) alwaysinline {\n  %r = mul i64 %n, 7\n  ret i64 %r\n}\n"
        "define i64 @f(i64 %n) {\n  %r = call i64 @near(i64 %n)\n  ret i64 %r\n}",
        level,
    )
    assert "call" not in optimized_ir(unit)
    assert "near" not in assembly(unit)


def test_assembly_of_one_function() -> None:
    unit = Unit(function("first", 1) + "\n" + function("second", 2))
    text = assembly(unit, "second")
    assert text.startswith("second:\n") and "ret" in text and "first" not in text
    with pytest.raises(KeyError):
        assembly(unit, "third")
