"""The machine runs programs that are written in its own instructions."""

from __future__ import annotations

import errno
import os
import signal
import threading
from typing import Any

import pytest

from grokc.lowering.image import RelocationKind
from grokc.vm import machine
from grokc.vm.machine import MachineError, Outcome
from tests.vm.assembler import OPCODE_BY_NAME, Assembler, Function

OBJECT = RelocationKind.OBJECT
HEADER = RelocationKind.HEADER
ENTRY = RelocationKind.ENTRY
GLOBAL = RelocationKind.GLOBAL
FUNCTION = RelocationKind.FUNCTION


def run(program: Assembler, *arguments: str) -> tuple[Outcome, str]:
    """The outcome and what the program printed."""
    reading, writing = os.pipe()
    try:
        outcome = machine.execute(program.image(), arguments, writing, writing)
    finally:
        os.close(writing)
        with os.fdopen(reading) as stream:
            text = stream.read()
    return outcome, text


def shown(program: Assembler) -> str:
    """What a program printed that ended well."""
    outcome, text = run(program)
    assert outcome.message is None, outcome.message
    assert outcome.status == 0
    return text


def fib(program: Assembler) -> None:
    with program.function("fib", arity=1, registers=9):
        program.op("jump_if_not_less.ri", "r0", 2, "big")
        program.op("return.r", "r0")
        program.label("big")
        program.op("sub.ri", "r4", "r0", 1)
        program.call(4, "fib")
        program.op("sub.ri", "r8", "r0", 2)
        program.call(8, "fib")
        program.op("add.rr", "r4", "r4", "r8")
        program.op("return.r", "r4")


def start_of(function: str, *arguments: int) -> Assembler:
    """A program that prints what a function of ints returns; the function is yet to be added."""
    program = Assembler()
    with program.function("start", registers=16):
        for number, argument in enumerate(arguments):
            program.op("load_int", 4 + number, argument)
        program.call(4, function)
        program.call_builtin(4, 1, "println")
        program.op("return.k", None)
    return program


def test_fib() -> None:
    program = start_of("fib", 20)
    fib(program)
    assert shown(program) == "6765\n"


def add_sum(program: Assembler, step: str = "add.ri") -> None:
    """sum(n): 0 + 1 + ... + (n - 1), with a loop."""
    with program.function("sum", arity=1, registers=4):
        program.op("load_int", 1, 0)
        program.op("load_int", 2, 0)
        program.label("head")
        program.op("add.rr", 1, 1, 2)
        program.op(step, 2, 2, 1)
        program.op("loop_if_less.rr", 2, 0, "head")
        program.op("return.r", 1)


def test_loop() -> None:
    program = start_of("sum", 1000)
    add_sum(program)
    assert shown(program) == "499500\n"


@pytest.mark.parametrize("form", ["ri", "rk"])
def test_counted_loop(form: str) -> None:
    program = start_of("count")
    with program.function("count", registers=4):
        program.op("load_int", 0, 0)
        program.op("load_int", 1, 0)
        program.label("head")
        program.op("add.rr", 1, 1, 0)
        program.op(f"range_step.{form}", 0, 10, "head")
        program.op("return.r", 1)
    assert shown(program) == "45\n"


def test_jumps_both_ways() -> None:
    program = start_of("f")
    with program.function("f", registers=4):
        program.op("jump", "forward")
        program.label("back")
        program.op("return.i", 7)
        program.label("forward")
        program.op("loop", "back")
    assert shown(program) == "7\n"


# ---------------------------------------------------------------------------- quickening


def test_sites_quicken_to_ints_and_stay() -> None:
    program = start_of("sum", 1000)
    add_sum(program)
    outcome, _ = run(program)
    # add.rr, add.ri and the loop's end; each met its operands once and never changed its mind.
    assert outcome.counters["new"] == 3
    assert outcome.counters["generalized"] == 0


def test_a_site_that_sees_two_types_generalizes_once() -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.op("load_int", 0, 0)
        for left in (1, 2.5, 3, 4.5):
            program.op("load_constant.k", 4, left)
            program.op("load_constant.k", 5, 1)
            program.call(4, "plus")
            program.op("add.rr", 0, 0, 4)
        program.op("move.r", 4, 0)
        program.call_builtin(4, 1, "println")
        program.op("return.k", None)
    with program.function("plus", arity=2, registers=4):
        program.op("add.rr", 0, 0, 1)
        program.op("return.r", 0)
    outcome, text = run(program)
    assert text == "15.0\n"
    assert outcome.counters["generalized"] == 1


@pytest.mark.parametrize(
    ("operation", "left", "right", "result"),
    [
        ("add", 2**47 - 1, 1, 2**47),  # leaves the inline ints
        ("add", 2**47, -1, 2**47 - 1),  # comes back
        ("add", 2**62, 2**62 - 1, 2**63 - 1),
        ("sub", -(2**47), 1, -(2**47) - 1),
        ("mul", 2**31, 2**31, 2**62),
        ("mul", -3, 5, -15),
        ("div", -7, 2, -3),
        ("rem", -7, 2, -1),
        ("add", 0.1, 0.2, 0.1 + 0.2),
        ("sub", 1, 0.5, 0.5),
        ("mul", 0.5, 3, 1.5),
        ("div", 1.0, 4, 0.25),
        ("add", "ab", "cd", "abcd"),
    ],
)
def test_arithmetic_of_all_kinds_of_operands(
    operation: str, left: Any, right: Any, result: Any
) -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.op("load_constant.k", 1, left)
        program.op("load_constant.k", 2, right)
        for form, a, b in (("rr", 1, 2), ("rk", 1, right)):
            if f"{operation}.{form}" in OPCODE_BY_NAME:
                program.op(f"{operation}.{form}", 6, a, b)
                program.call_builtin(6, 1, "println")
        program.op("return.k", None)
    lines = shown(program).splitlines()
    assert lines and set(lines) == {str(result)}


# --------------------------------------------------------------------------------- calls


def test_call_of_a_function_value_fills_its_cache() -> None:
    program = Assembler()
    with program.function("twice", arity=1, registers=2):
        program.op("add.rr", 0, 0, 0)
        program.op("return.r", 0)
    with program.function("start", registers=16):
        program.op("load_int", 2, 0)
        program.label("head")
        program.op("load_constant.k", 3, Function("twice"))
        program.op("move.r", 6, 2)
        program.op("call_value", 6, 1)
        program.op("move.r", 1, 6)
        program.op("add.ri", 2, 2, 1)
        program.op("loop_if_less.ri", 2, 10, "head")
        program.op("move.r", 6, 1)
        program.call_builtin(6, 1, "println")
        program.op("return.k", None)
    outcome, text = run(program)
    assert text == "18\n"
    assert outcome.counters["value_misses"] == 1


def test_left_out_arguments_are_missing() -> None:
    program = Assembler()
    with program.function("f", arity=2, minimum=1, registers=3):
        program.op("jump_if_missing.r", 1, "default")
        program.op("add.rr", 0, 0, 1)
        program.op("return.r", 0)
        program.label("default")
        program.op("return.r", 0)
    with program.function("start", registers=16):
        program.op("load_int", 2, 0)
        program.label("head")
        for count in (1, 2):
            program.op("load_constant.k", 3, Function("f"))
            program.op("load_int", 6, 40)
            program.op("load_int", 7, 2)
            program.op("call_value", 6, count)
            program.call_builtin(6, 1, "println")
        program.op("add.ri", 2, 2, 1)
        program.op("loop_if_less.ri", 2, 2, "head")
        program.op("return.k", None)
    assert shown(program) == "40\n42\n" * 2


@pytest.mark.parametrize(("count", "got"), [(0, 0), (3, 3)])
def test_wrong_number_of_arguments(count: int, got: int) -> None:
    program = Assembler()
    with program.function("f", arity=2, minimum=1, registers=3):
        program.op("return.r", 0)
    with program.function("start", registers=16):
        program.op("load_constant.k", 3, Function("f"))
        program.op("call_value", 6, count)
        program.op("return.k", None)
    outcome, _ = run(program)
    assert outcome.message == f"wrong number of arguments: f takes 1 to 2, got {got}"
    assert outcome.status == 1


def test_calling_what_is_no_function() -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.op("load_int", 3, 5)
        program.op("call_value", 6, 0)
        program.op("return.k", None)
    assert run(program)[0].message == "type error: cannot call int"


def add_closures(program: Assembler) -> None:
    """counter(): a closure that counts up in a cell that it captures."""
    with program.function("counter#1", registers=4, closure=True):
        program.op("load_captured_cell", 0, 0)
        program.op("add.ri", 0, 0, 1)
        program.op("store_captured_cell.r", 0, 0)
        program.op("return.r", 0)
    with program.function("counter", registers=4):
        program.op("make_cell.k", 0, 0)
        program.op("make_closure", 1, 0, 1, (FUNCTION, "counter#1"))
        program.op("return.r", 1)


def test_closures_share_their_cells() -> None:
    program = Assembler()
    add_closures(program)
    with program.function("start", registers=24):
        for register in (0, 1):
            program.call(8, "counter")
            program.op("move.r", register, 8)
        for register in (0, 0, 1, 0):
            program.op("move.r", 5, register)
            program.op("call_value", 8, 0)
            program.call_builtin(8, 1, "println")
        program.op("return.k", None)
    assert shown(program) == "1\n2\n1\n3\n"


def test_tail_calls_use_constant_space() -> None:
    program = start_of("even", 30000)
    for name, other, at_end in (("even", "odd", True), ("odd", "even", False)):
        with program.function(name, arity=1, registers=8):
            program.op("jump_if_not_equal.ri", 0, 0, "more")
            program.op("return.k", at_end)
            program.label("more")
            program.op("sub.ri", 4, 0, 1)
            program.op("tail_call", 4, 1, (ENTRY, other))
    # As deep as a small int allows, and again with calls of values, each a million times.
    assert shown(program) == "true\n"


def test_tail_calls_of_values() -> None:
    program = start_of("count", 30000)
    with program.function("count", arity=1, registers=8):
        program.op("jump_if_not_equal.ri", 0, 0, "more")
        program.op("return.k", "done")
        program.label("more")
        program.op("load_constant.k", 1, Function("count"))
        program.op("sub.ri", 4, 0, 1)
        program.op("tail_call_value", 4, 1)
    assert shown(program) == "done\n"


# ------------------------------------------------------------------------------- methods


def test_methods_of_the_program() -> None:
    program = Assembler()
    with program.function("Point::norm", arity=1, registers=4):
        program.op("get_field.r", 1, 0, (OBJECT, "x"))
        program.op("get_field.r", 2, 0, (OBJECT, "y"))
        program.op("add.rr", 0, 1, 2)
        program.op("return.r", 0)
    point = program.type("Point", {"Point": ["x", "y"]}, struct=True)
    program.method(point, "norm", "Point::norm")
    with program.function("start", registers=16):
        program.op("load_int", 4, 3)
        program.op("load_int", 5, 4)
        program.op("make_struct", 1, 4, 2, (HEADER, "Point"))
        program.op("load_int", 2, 0)
        program.label("head")
        program.op("move.r", 8, 1)
        program.call_method(8, 1, "norm")
        program.op("add.ri", 2, 2, 1)
        program.op("loop_if_less.ri", 2, 10, "head")
        program.call_builtin(8, 1, "println")
        program.op("return.k", None)
    outcome, text = run(program)
    assert text == "7\n"
    assert outcome.counters["method_misses"] == 1
    assert outcome.counters["field_misses"] == 2


def test_a_method_site_that_sees_two_types_asks_the_global_cache() -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.op("load_int", 2, 0)
        program.label("head")
        for value in ("abc", 5):
            program.op("load_constant.k", 8, value)
            program.call(8, "text")
            program.call_builtin(8, 1, "println")
        program.op("add.ri", 2, 2, 1)
        program.op("loop_if_less.ri", 2, 3, "head")
        program.op("return.k", None)
    with program.function("text", arity=1, registers=8):
        program.op("move.r", 4, 0)
        program.call_method(4, 1, "to_str")
        program.op("return.r", 4)
    outcome, text = run(program)
    assert text == "abc\n5\n" * 3
    assert outcome.counters["method_misses"] == 5  # then the site is shared
    assert outcome.counters["method_hits"] == 5


def add_shapes(program: Assembler, *kinds: str) -> None:
    """Structs whose method `number(self, extra = 1)` returns their number plus extra."""
    for number, kind in enumerate(kinds):
        with program.function(f"{kind}::number", arity=2, minimum=1, registers=4):
            program.op("jump_if_missing.r", 1, "default")
            program.op("add.ri", 0, 1, number)
            program.op("return.r", 0)
            program.label("default")
            program.op("return.i", number + 1)
        type_id = program.type(kind, {kind: []}, struct=True)
        program.method(type_id, "number", f"{kind}::number")


@pytest.mark.parametrize("call", ["call_method", "tail_call_method"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_method_site_with_many_receivers_is_shared(call: str, count: int) -> None:
    program = Assembler()
    add_shapes(program, "A", "B", "C")
    with program.function("ask", arity=1, registers=8):
        program.op("move.r", 4, 0)
        program.op("load_int", 5, 10)
        program.op(call, 4, count, (OBJECT, "number"))
        if call == "call_method":
            program.op("return.r", 4)
    with program.function("start", registers=16):
        program.op("load_int", 0, 0)
        program.label("head")
        for kind in "ABC":
            program.op("make_struct", 8, 8, 0, (HEADER, kind))
            program.call(8, "ask")
            program.call_builtin(8, 1, "println")
        program.op("add.ri", 0, 0, 1)
        program.op("loop_if_less.ri", 0, 10, "head")
        program.op("return.k", None)
    outcome, text = run(program)
    extra = 10 if count == 2 else 1
    assert text == f"{extra}\n{extra + 1}\n{extra + 2}\n" * 10
    assert outcome.counters["method_misses"] == 5


@pytest.mark.parametrize("call", ["call_value", "tail_call_value"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_value_site_with_many_callees_is_shared(call: str, count: int) -> None:
    program = Assembler()
    add_shapes(program, "A", "B", "C")
    with program.function("ask", arity=1, registers=8):
        program.op("move.r", 1, 0)
        program.op("load_int", 4, 0)
        program.op("load_int", 5, 10)
        program.op(call, 4, count)
        if call == "call_value":
            program.op("return.r", 4)
    with program.function("start", registers=16):
        program.op("load_int", 0, 0)
        program.label("head")
        for kind in "ABC":
            program.op("load_constant.k", 8, Function(f"{kind}::number"))
            program.call(8, "ask")
            program.call_builtin(8, 1, "println")
        program.op("add.ri", 0, 0, 1)
        program.op("loop_if_less.ri", 0, 10, "head")
        program.op("return.k", None)
    outcome, text = run(program)
    extra = 10 if count == 2 else 1
    assert text == f"{extra}\n{extra + 1}\n{extra + 2}\n" * 10
    assert outcome.counters["value_misses"] == 2


def test_a_shared_site_reports_errors() -> None:
    program = Assembler()
    add_shapes(program, "A", "B")
    with program.function("ask", arity=1, registers=8):
        program.op("move.r", 1, 0)
        program.op("load_int", 4, 0)
        program.op("call_value", 4, 1)
        program.op("return.r", 4)
    with program.function("start", registers=16):
        for value in (Function("A::number"), Function("B::number"), 5):
            program.op("load_constant.k", 8, value)
            program.call(8, "ask")
        program.op("return.k", None)
    outcome, _ = run(program)
    assert outcome.message == "type error: cannot call int"
    assert [frame[0] for frame in outcome.frames] == ["ask", "start"]


def test_a_types_own_method_comes_before_its_traits() -> None:
    program = Assembler()
    for name, result in (("own", 1), ("of_trait", 2)):
        with program.function(name, arity=1, registers=2):
            program.op("return.i", result)
    thing = program.type("Thing", {"Thing": []}, struct=True)
    program.method(thing, "m", "of_trait", "A")
    program.method(thing, "m", "own")
    program.method(thing, "two", "own", "A")
    program.method(thing, "two", "of_trait", "B")
    with program.function("start", registers=16):
        program.op("make_struct", 4, 4, 0, (HEADER, "Thing"))
        program.op("move.r", 1, 4)
        program.op("move.r", 8, 1)
        program.call_method(8, 1, "m")
        program.call_builtin(8, 1, "println")
        program.op("move.r", 8, 1)
        program.call_method(8, 1, "two")
        program.op("return.k", None)
    outcome, text = run(program)
    assert text == "1\n"
    assert outcome.message == "method 'two' of Thing is ambiguous"


def test_no_such_method() -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.op("load_int", 4, 1)
        program.call_method(4, 1, "frobnicate")
        program.op("return.k", None)
    assert run(program)[0].message == "no method 'frobnicate' on int"


# ------------------------------------------------------------------------ errors, unwinding


def test_an_error_has_the_calls_that_led_there() -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.call(4, "outer")
        program.op("return.k", None)
    with program.function("outer", registers=8):
        program.op("load_int", 4, 1)
        program.call(4, "inner")
        program.op("return.r", 4)
    with program.function("inner", arity=1, registers=4):
        program.op("div.ri", 0, 0, 0)
        program.op("return.r", 0)
    outcome, _ = run(program)
    assert outcome.message == "division by zero"
    assert outcome.status == 1
    # Function, file, and the number of the instruction that was running there.
    assert [(f[0], f[1], f[2]) for f in outcome.frames] == [
        ("inner", "test.grok", 5),
        ("outer", "test.grok", 3),
        ("start", "test.grok", 0),
    ]


def add_endless(program: Assembler) -> None:
    with program.function("endless", arity=1, registers=8):
        program.op("add.ri", 4, 0, 1)
        program.call(4, "endless")
        program.op("return.r", 4)


def test_stack_overflow() -> None:
    program = start_of("endless", 0)
    add_endless(program)
    outcome, _ = run(program)
    assert outcome.message == "stack overflow"
    name, _, _, _, repeats = outcome.frames[0]
    assert name == "endless"
    assert repeats > 200_000
    assert len(outcome.frames) == 2


def test_a_long_traceback_keeps_both_ends() -> None:
    program = start_of("ping", 0)
    for name, other in (("ping", "pong"), ("pong", "ping")):
        with program.function(name, arity=1, registers=8):
            program.op("move.r", 4, 0)
            program.call(4, other)
            program.op("return.r", 4)
    outcome, _ = run(program)
    assert outcome.message == "stack overflow"
    assert outcome.omitted > 100_000
    assert len(outcome.frames) == 8192
    names = [frame[0] for frame in outcome.frames]
    assert names[0] in ("ping", "pong")
    assert names[-3:] == ["pong", "ping", "start"]


def add_catching(program: Assembler, function: str) -> None:
    """start: prints catch(function)."""
    with program.function("start", registers=16):
        program.op("load_constant.k", 4, Function(function))
        program.call_builtin(4, 1, "catch")
        program.call_builtin(4, 1, "println")
        program.op("return.k", None)


def test_catch_stops_an_error() -> None:
    program = Assembler()
    with program.function("fails", registers=4):
        program.op("load_int", 0, 1)
        program.op("rem.ri", 0, 0, 0)
        program.op("return.r", 0)
    add_catching(program, "fails")
    assert shown(program) == 'Err("division by zero")\n'


def test_catch_stops_a_stack_overflow_again_and_again() -> None:
    program = Assembler()
    add_endless(program)
    with program.function("fails", registers=8):
        program.op("load_int", 4, 0)
        program.call(4, "endless")
        program.op("return.r", 4)
    with program.function("start", registers=16):
        program.op("load_int", 2, 0)
        program.label("head")
        program.op("load_constant.k", 6, Function("fails"))
        program.call_builtin(6, 1, "catch")
        program.call_builtin(6, 1, "println")
        program.op("add.ri", 2, 2, 1)
        program.op("loop_if_less.ri", 2, 3, "head")
        program.op("return.k", None)
    assert shown(program) == 'Err("stack overflow")\n' * 3


def test_recursion_through_native_code_overflows_too() -> None:
    program = start_of("again", 0)
    with program.function("again", arity=1, registers=8):
        program.op("make_list", 4, 0, 1)
        program.op("load_constant.k", 5, Function("again"))
        program.call_method(4, 2, "map")
        program.op("return.r", 4)
    outcome, _ = run(program)
    assert outcome.message == "stack overflow"
    assert outcome.frames[0][0] == "again"
    assert sum(frame[4] for frame in outcome.frames) > 10_000


def test_the_traceback_spans_native_code() -> None:
    program = Assembler()
    with program.function("fails", arity=1, registers=4):
        program.op("div.ri", 0, 0, 0)
        program.op("return.r", 0)
    with program.function("start", registers=16):
        program.op("load_int", 4, 1)
        program.op("make_list", 4, 4, 1)
        program.op("load_constant.k", 5, Function("fails"))
        program.call_method(4, 2, "map")
        program.op("return.k", None)
    outcome, _ = run(program)
    assert outcome.message == "division by zero"
    assert [frame[0] for frame in outcome.frames] == ["fails", "start"]


def test_exit_passes_through_catch() -> None:
    program = Assembler()
    with program.function("leaves", registers=8):
        program.op("load_int", 4, 7)
        program.call_builtin(4, 1, "exit")
        program.op("return.r", 4)
    add_catching(program, "leaves")
    outcome, text = run(program)
    assert (outcome.status, outcome.message, text) == (7, None, "")


def test_no_match() -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.op("load_constant.k", 1, "x")
        program.op("fail_no_match.r", 1)
    assert run(program)[0].message == 'no match arm for "x"'


# -------------------------------------------------------------------------------- globals


def test_globals_are_missing_before_they_are_set() -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.op("load_constant.k", 4, 42)
        program.op("store_global.r", 4, (GLOBAL, "ANSWER"))
        program.op("load_global", 5, (GLOBAL, "ANSWER"))
        program.call_builtin(5, 1, "println")
        program.op("load_global", 5, (GLOBAL, "LATER"))
        program.op("return.k", None)
    outcome, text = run(program)
    assert text == "42\n"
    assert outcome.message == "LATER is not initialized"


def test_constants() -> None:
    program = Assembler()
    values = [None, True, False, 2**63 - 1, -(2**63), 1.5, "h\u00e9", (1, ("a", 2.0))]
    with program.function("start", registers=16):
        for value in values:
            program.op("load_constant.k", 4, value)
            program.call_builtin(4, 1, "println")
        program.op("return.k", None)
    assert shown(program).splitlines() == [
        "()",
        "true",
        "false",
        "9223372036854775807",
        "-9223372036854775808",
        "1.5",
        "h\u00e9",
        '(1, ("a", 2.0))',
    ]


def test_arguments_of_the_program() -> None:
    program = Assembler()
    with program.function("start", registers=16):
        program.call_builtin(4, 0, "env::args")
        program.call_builtin(4, 1, "println")
        program.op("return.k", None)
    assert run(program, "one", "zwei \u00fc")[1] == '["one", "zwei \u00fc"]\n'


# ------------------------------------------------------------------------------ bad images


def test_damaged_images_are_refused() -> None:
    program = start_of("sum", 3)
    add_sum(program)
    image = program.image()
    for bad in (b"", image[:100], image[:-1], image + b"\0", b"X" + image[1:]):
        with pytest.raises(MachineError, match="no program image"):
            machine.execute(bad)
    # A section that would reach beyond the file.
    with pytest.raises(MachineError, match="no program image"):
        machine.execute(image[:20] + b"\xff\xff\xff\x7f" + image[24:])


def test_an_unknown_built_in_function_is_refused() -> None:
    program = Assembler()
    with program.function("start", registers=8):
        program.call_builtin(4, 0, "nonsense")
    with pytest.raises(MachineError, match="no built-in function nonsense"):
        run(program)


# ------------------------------------------------------------------------------ interrupts


def add_forever(program: Assembler, how: str) -> None:
    with program.function("start", registers=16):
        program.op("load_int", 4, 0)
        program.label("head")
        if how == "loop":
            program.op("loop", "head")
        elif how == "loop_if":
            program.op("loop_if_less.ri", 4, 1, "head")
        else:
            program.op("tail_call", 4, 0, (ENTRY, "start"))


@pytest.mark.parametrize("how", ["loop", "loop_if", "tail_call"])
def test_ctrl_c_stops_a_program(how: str) -> None:
    program = Assembler()
    add_forever(program, how)
    image = program.image()
    machine.load()
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    outcome = machine.execute(image)
    timer.join()
    assert outcome.status == 130
    assert outcome.message is None
    assert outcome.counters["polls"] == 1


def test_python_decides_what_an_interrupt_means() -> None:
    """A handler that does not raise lets the program go on, to the second interrupt."""
    program = Assembler()
    add_forever(program, "loop")
    image = program.image()
    machine.load()
    seen = []

    def handler(number: int, frame: Any) -> None:
        seen.append(number)
        if len(seen) == 2:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, handler)
    timers = [threading.Timer(t, os.kill, (os.getpid(), signal.SIGINT)) for t in (0.05, 0.1)]
    try:
        for timer in timers:
            timer.start()
        outcome = machine.execute(image)
    finally:
        for timer in timers:
            timer.join()
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT, signal.SIGINT]
    assert outcome.status == 130
    assert outcome.counters["polls"] == 2


def test_the_signal_handler_is_python_s_again_after_a_run() -> None:
    program = start_of("sum", 3)
    add_sum(program)
    shown(program)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass


def test_other_threads_of_python_run_beside_the_machine() -> None:
    program = start_of("sum", 30000)
    add_sum(program)
    image = program.image()
    machine.load()
    results: list[int] = []
    threads = [threading.Thread(target=lambda: results.append(run_image(image))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [0] * 4


def run_image(image: bytes) -> int:
    with open(os.devnull, "w") as nothing:
        return machine.execute(image, (), nothing.fileno(), nothing.fileno()).status


# --------------------------------------------------------------------------------- output


def add_endless_output(program: Assembler) -> None:
    with program.function("start", registers=16):
        program.label("head")
        program.op("load_constant.k", 4, "x" * 1000)
        program.call_builtin(4, 1, "println")
        program.op("loop", "head")


def test_a_reader_that_leaves_ends_the_program(time_limit: None) -> None:
    program = Assembler()
    add_endless_output(program)
    reading, writing = os.pipe()
    os.close(reading)
    outcome = machine.execute(program.image(), (), writing, writing)
    os.close(writing)
    assert outcome.status == 1
    assert outcome.output_failed == errno.EPIPE


def test_a_full_disk_is_reported(time_limit: None) -> None:
    program = Assembler()
    add_endless_output(program)
    reading, writing = os.pipe()
    full = os.open("/dev/full", os.O_WRONLY)
    status = machine.run(program.image(), [], (), full, writing)
    os.close(full)
    os.close(writing)
    with os.fdopen(reading) as stream:
        assert stream.read() == "error: cannot write output: No space left on device\n"
    assert status == 1


def test_ctrl_c_stops_a_program_that_waits_for_its_reader(time_limit: None) -> None:
    program = Assembler()
    add_endless_output(program)
    image = program.image()
    machine.load()
    reading, writing = os.pipe()
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    outcome = machine.execute(image, (), writing, writing)
    timer.join()
    os.close(reading)
    os.close(writing)
    assert outcome.status == 130


def test_a_site_that_meets_wide_ints_has_a_variant_for_them() -> None:
    program = start_of("sum", 20)
    with program.function("sum", arity=1, registers=4):
        program.op("load_constant.k", 1, 2**47 - 3)
        program.op("load_int", 2, 0)
        program.label("head")
        program.op("add.rr", 1, 1, 2)
        program.op("add.ri", 2, 2, 1)
        program.op("loop_if_less.rr", 2, 0, "head")
        program.op("return.r", 1)
    outcome, text = run(program)
    assert text == f"{2**47 - 3 + sum(range(20))}\n"
    assert outcome.counters["new"] == 3
    assert outcome.counters["generalized"] == 1  # of int to any_int, where it stays


def test_sites_generalize_in_one_direction() -> None:
    """int, any_int, float, str, any: a site is rewritten four times at most."""
    program = Assembler()
    with program.function("start", registers=16):
        program.op("load_int", 0, 0)
        program.label("head")
        for left in (1, 2**60, 2.5, "a", 1, 2**60, 2.5, "a"):
            program.op("load_constant.k", 8, left)
            program.call(8, "twice")
            program.call_builtin(8, 1, "println")
        program.op("add.ri", 0, 0, 1)
        program.op("loop_if_less.ri", 0, 3, "head")
        program.op("return.k", None)
    with program.function("twice", arity=1, registers=4):
        program.op("add.rr", 0, 0, 0)
        program.op("return.r", 0)
    outcome, text = run(program)
    assert text == f"2\n{2**61}\n5.0\naa\n" * 6
    assert outcome.counters["generalized"] == 4
