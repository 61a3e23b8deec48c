"""Conformance programs: what one file expects, and how an engine runs it inside this process."""

from __future__ import annotations

import os
import shlex
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from grokc.vm import machine

ENGINES = (
    "reference",
    "interp",
    "interp-gc-stress",
    "baseline",
    "optimizing",
    "optimizing-loops",
    "optimizing-exits-gc-stress",
)
"""Engines and stress modes.  ``loops``: optimized code is entered by back-edges alone, at the first
turn; ``exits``: everything is optimized at its first call, and one of three guards fails."""

WITHOUT = "without "
"""What the names of the engines begin with that lack something: ``without registers,caches``.  They
are the machines and compilers of ``grokc ablate``."""

FOLDER = Path(__file__).parent

PROGRAMS = sorted(FOLDER.glob("*/*.grok"))


@dataclass(frozen=True)
class Expectation:
    """The head of a program and its ``.out`` file."""

    output: str
    status: int = 0
    errors: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    needs: str | None = None


@dataclass(frozen=True)
class Result:
    """What a run left behind."""

    status: int
    output: str
    errors: str


class NotSupportedYet(Exception):
    """The compiler refused the program with ``not supported yet``."""


def expectation(path: Path) -> Expectation:
    """Reads the header lines of a program and its expected output."""
    values: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if not line.startswith("// "):
            break
        key, colon, value = line[3:].partition(": ")
        if not colon or key not in ("status", "stderr", "args", "needs"):
            break
        values.setdefault(key, []).append(value)
    return Expectation(
        output=path.with_suffix(".out").read_text(),
        status=int(values.get("status", ["0"])[0]),
        errors=values.get("stderr", []),
        arguments=shlex.split(values.get("args", [""])[0]),
        needs=values.get("needs", [None])[0],
    )


def name_of(path: Path) -> str:
    """Section and name of a program."""
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def check(path: Path, engine: str) -> None:
    """Asserts that an engine does with a program what is expected; raises
    :class:`NotSupportedYet`."""
    expected = expectation(path)
    result = run(path, engine, expected.arguments)
    assert result.status == expected.status, result.errors
    assert result.output == expected.output
    for text in expected.errors:
        assert text in result.errors
    if not expected.errors and expected.status == 0:
        assert result.errors == ""


def run(path: Path, engine: str, arguments: list[str]) -> Result:
    """Compiles and runs a program; raises :class:`NotSupportedYet`, or a CompileError's text."""
    return run_source(path.name, path.read_bytes(), engine, arguments)


def run_source(name: str, source: bytes, engine: str, arguments: list[str]) -> Result:
    from grokc.frontend.diagnostics import CompileError, render_all
    from grokc.frontend.program import compile_to_stack
    from grokc.frontend.source import SourceFile

    try:
        module, files, warnings = compile_to_stack(SourceFile.decode(name, source))
    except CompileError as error:
        if "not supported yet" in str(error):
            raise NotSupportedYet(str(error)) from None
        return Result(2, "", str(error))
    shown = f"{render_all(warnings)}\n" if warnings else ""
    if engine == "reference":
        from grokc.vm import reference

        result = _with_files(lambda out, err: reference.run(module, files, arguments, out, err))
    else:
        from grokc.passes.pipelines import compile_module
        from grokc.vm import machine, shapes

        texts = [(file.name, file.text.encode()) for file in files]
        lacking = engine.removeprefix(WITHOUT).split(",") if engine.startswith(WITHOUT) else []
        collector = machine.COLLECT_ALWAYS if engine.endswith("gc-stress") else 0
        image = compile_module(module, registers="registers" not in lacking)
        representation, dispatch, without = shapes.shape_without(lacking)

        def execute(out: BinaryIO, err: BinaryIO) -> int:
            outcome = machine.execute(
                image,
                arguments,
                out.fileno(),
                err.fileno(),
                collector=collector,
                jit=_jit(engine, lacking),
                representation=representation,
                dispatch=dispatch,
                without=without,
            )
            return machine.conclude(outcome, texts, err.fileno())

        result = _with_files(execute)
    return Result(result.status, result.output, shown + result.errors)


def _jit(engine: str, lacking: list[str]) -> machine.Jit:
    from grokc.vm.machine import OPTIMIZATIONS, Jit

    unoptimized = tuple(name for name in lacking if name in OPTIMIZATIONS)
    if unoptimized:
        return Jit(
            "sync",
            baseline_threshold=1,
            optimizing_threshold=3,
            strict=True,
            without=unoptimized,
        )
    if engine == "baseline":
        return Jit("baseline", baseline_threshold=0)
    if engine == "optimizing":
        return Jit("sync", baseline_threshold=1, optimizing_threshold=3, strict=True)
    if engine == "optimizing-loops":
        return Jit(
            "sync", baseline_threshold=0, optimizing_threshold=0, loops_only=True, strict=True
        )
    if engine == "optimizing-exits-gc-stress":
        return Jit("eager", exit_period=3, strict=True)
    return Jit("off")


def _with_files(body: Callable[[BinaryIO, BinaryIO], int]) -> Result:
    """Runs ``body(out, err)`` with two files that catch its output."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        status = body(out, err)
        return Result(status, contents(out), contents(err))


def contents(file: BinaryIO) -> str:
    file.flush()
    descriptor = file.fileno()
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode("utf-8", "replace")
