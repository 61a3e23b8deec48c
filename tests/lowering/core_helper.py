"""Compiles core GrokLang in tests and calls it from Python."""

from __future__ import annotations

import ctypes
import itertools
import os
import textwrap
from collections.abc import Mapping
from pathlib import Path

from grokc.frontend.diagnostics import CompileError
from grokc.frontend.source import SourceFile
from grokc.lowering.core import CoreProgram
from grokc.lowering.native import compile_unit
from grokc.vm.linker import link

_numbers = itertools.count()

CONTEXT = "#![core]\nstruct Context { pc: ptr, base: ptr, %s }\n"


def program(
    text: str,
    *,
    name: str = "test.grok",
    representation: str = "nanbox",
    constants: Mapping[str, int] | None = None,
    context: str = "error: i64",
) -> CoreProgram:
    """Declares and lowers a core file; the struct Context is there already."""
    source = SourceFile(name, CONTEXT % context + textwrap.dedent(text))
    result = CoreProgram([source], representation, constants)
    result.lower()
    return result


def errors(text: str, **options: str) -> list[str]:
    """The messages of all errors, each with the source text that it blames."""
    try:
        program(text, **options)  # type: ignore[arg-type]
    except CompileError as error:
        return [
            f"{item.message} | {item.file.text[item.start : item.end]}"
            for item in sorted(error.diagnostics, key=lambda item: (item.start, item.end))
        ]
    return []


def load(core: CoreProgram, folder: Path) -> ctypes.CDLL:
    """Links a program and loads it: its exported functions are attributes."""
    exports = [
        function.symbol
        for function in core.declarations.functions.values()
        if function.kind == "export"
    ]
    image = link([compile_unit(unit) for unit in core.units(1)], exports)
    path = folder / f"core_{os.getpid()}_{next(_numbers)}.so"
    path.write_bytes(image)
    return ctypes.CDLL(str(path))


def run(
    folder: Path,
    text: str,
    *arguments: int | float,
    constants: Mapping[str, int] | None = None,
    representation: str = "nanbox",
    result: type = ctypes.c_int64,
) -> int | float:
    """Compiles a file that exports `test`, and calls it."""
    core = program(text, constants=constants, representation=representation)
    function = load(core, folder).test
    function.restype = result
    function.argtypes = [
        ctypes.c_double if isinstance(argument, float) else ctypes.c_int64 for argument in arguments
    ]
    value = function(*arguments)
    assert isinstance(value, int | float)
    return value
