"""The machine runs programs that are written in its own instructions."""

from __future__ import annotations

import os
from typing import Any

import pytest

from grokc.lowering.image import RelocationKind
from grokc.vm import machine
from grokc.vm.machine import MachineError, Outcome
from tests.vm.assembler import Assembler

OBJECT = RelocationKind.OBJECT
HEADER = RelocationKind.HEADER
ENTRY = RelocationKind.ENTRY
GLOBAL = RelocationKind.GLOBAL
FUNCTION = RelocationKind.FUNCTION


def run(program: Assembler, *arguments: str, **build: str) -> tuple[Outcome, str]:
    """The outcome and what the program printed."""
    reading, writing = os.pipe()
    try:
        outcome = machine.execute(program.image(), arguments, writing, writing, **build)
    finally:
        os.close(writing)
        with os.fdopen(reading) as stream:
            text = stream.read()
    return outcome, text


def shown(program: Assembler, **build: str) -> str:
    """What a program printed that ended well."""
    outcome, text = run(program, **build)
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
