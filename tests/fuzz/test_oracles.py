"""The oracles see what is wrong: engines that are, and a compiler that fails."""

from __future__ import annotations

import os
import signal
import time
from typing import BinaryIO

import pytest

from tests.fuzz import engines, oracles
from tests.fuzz.engines import REFERENCE, Compiled, Engine
from tests.fuzz.oracles import explains_mistakes, first_failure

PROGRAM = 'fn main() { println("one"); println("two"); panic("three") }\n'


def _on_reference_then(ending: str) -> Engine:
    def run(program: Compiled, out: BinaryIO, err: BinaryIO) -> int:
        status = REFERENCE.run(program, out, err)
        match ending:
            case "another status":
                return status + 1
            case "more output":
                out.write(b"three\n")
                out.flush()
            case "another error":
                err.write(b"note: really\n")
                err.flush()
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "exception":
                raise ValueError("no such thing")
            case "endless loop":
                while True:
                    pass
            case "deadlock":
                time.sleep(60)
        return status

    return Engine(ending, run)


@pytest.mark.parametrize(
    "signature",
    [
        ("another status", "status"),
        ("more output", "output"),
        ("another error", "errors"),
        ("crash", "crash: SIGSEGV"),
        ("exception", "internal error", "ValueError: no such thing"),
        ("endless loop", "timeout"),
        ("deadlock", "timeout"),
    ],
    ids=lambda signature: signature[0],
)
def test_what_an_engine_does_wrong(
    signature: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, time_limit: None
) -> None:
    monkeypatch.setattr(engines, "TIME_LIMIT", 5.0)
    wrong = _on_reference_then(signature[0])
    failure = first_failure(PROGRAM, [_on_reference_then("nothing"), wrong], cpu_limit=1.0)
    assert failure is not None
    assert failure.signature == signature


def test_engines_that_agree() -> None:
    assert first_failure(PROGRAM, [_on_reference_then("nothing")]) is None


def test_a_generated_program_with_an_error() -> None:
    failure = first_failure("fn main() { x }\n", [])
    assert failure is not None
    assert failure.signature == ("compile error", "error: cannot find 'x'")


def test_a_compiler_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    source = b"fn main() { x }\n"
    assert explains_mistakes(source) is None

    def fails(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(oracles, "compile_to_stack", fails)
    failure = explains_mistakes(source)
    assert failure is not None
    assert failure.signature[:2] == ("internal error", "KeyError")


def test_a_compiler_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def loops(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(oracles, "compile_to_stack", loops)
    monkeypatch.setattr(oracles, "COMPILE_TIME", 0.2)
    failure = explains_mistakes(b"")
    assert failure is not None
    assert failure.signature[:2] == ("internal error", "TimeoutError")
