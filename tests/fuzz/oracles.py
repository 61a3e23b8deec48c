"""What must hold for a program: the oracles.

An oracle takes a program's text and engines, and gives the first failure, or None.  Failures with
the same ``signature`` are taken to have the same cause: the reducer keeps it.
"""

from __future__ import annotations

import difflib
import re
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from grokc.frontend.diagnostics import CompileError
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceError, SourceFile
from grokc.passes.pipelines import compile_module
from tests.fuzz.engines import REFERENCE, Engine, Observation, compile_program


@dataclass(frozen=True)
class Failure:
    """``signature``: what failed, without the details; ``report`` shows them."""

    signature: tuple[str, ...]
    report: str


Oracle = Callable[[str, Sequence[Engine], "float | None"], "Failure | None"]


def first_failure(
    text: str, engines: Sequence[Engine], cpu_limit: float | None = None
) -> Failure | None:
    """What is wrong with a program, by all oracles; a run may take so many seconds."""
    for oracle in ORACLES:
        failure = oracle(text, engines, cpu_limit)
        if failure is not None:
            return failure
    return None


def compiles(text: str, engines: Sequence[Engine], cpu_limit: float | None) -> Failure | None:
    """A generated program has no compile errors, and the passes take it."""
    try:
        compile_program(text)
    except CompileError as error:
        return Failure(("compile error", str(error).splitlines()[0]), str(error))
    except Exception as error:
        return Failure(("internal error", type(error).__name__), traceback.format_exc())
    return None


def agrees_with_reference(
    text: str, engines: Sequence[Engine], cpu_limit: float | None
) -> Failure | None:
    """Each engine prints what the reference engine prints, and ends as it does."""
    program = compile_program(text)
    expected = REFERENCE.observe(program, cpu_limit)
    if expected.failure is not None:
        return _failed(REFERENCE, expected)
    for engine in engines:
        found = engine.observe(program, cpu_limit)
        if found.failure is not None:
            return _failed(engine, found)
        for aspect in ("output", "status", "errors"):
            if getattr(found, aspect) != getattr(expected, aspect):
                return _differs(engine, aspect, expected, found)
    return None


def _failed(engine: Engine, found: Observation) -> Failure:
    signature = [engine.name, found.failure or ""]
    if found.failure == "internal error" and found.errors:
        signature.append(re.sub(r"\d+", "N", found.errors.splitlines()[-1]))
    return Failure(tuple(signature), f"{engine.name}: {found.failure}\n{found.errors[-3000:]}")


def _differs(engine: Engine, aspect: str, expected: Observation, found: Observation) -> Failure:
    lines = difflib.unified_diff(
        str(getattr(expected, aspect)).splitlines(),
        str(getattr(found, aspect)).splitlines(),
        REFERENCE.name,
        engine.name,
        lineterm="",
        n=1,
    )
    shown = "\n".join(line[:300] for line in list(lines)[:20])
    return Failure((engine.name, aspect), f"{engine.name}: another {aspect}\n{shown}")


ORACLES: tuple[Oracle, ...] = (compiles, agrees_with_reference)


COMPILE_TIME = 10.0
"""Seconds of processor time that the compiler may take for a short program with mistakes."""


def explains_mistakes(data: bytes) -> Failure | None:
    """Whatever a source holds, the compiler accepts it, or says what is wrong, and where."""
    try:
        with _processor_time(COMPILE_TIME):
            module, _, _ = compile_to_stack(SourceFile.decode("program.grok", data))
            compile_module(module)
    except SourceError:
        return None
    except CompileError as error:
        text = str(error)
        if "--> program.grok:" in text or text == "error: program.grok has no function 'main'":
            return None
        return Failure(("a compile error without its place",), str(error))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        signature = ("internal error", type(error).__name__, f"{place.name} line {place.lineno}")
        return Failure(signature, traceback.format_exc())
    return None


@contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    """Raises TimeoutError inside of what takes longer."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
