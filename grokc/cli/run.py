"""What ``grokc run`` does when the cache does not help: compile, or run on the reference engine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grokc.dialects.location import span
from grokc.frontend.diagnostics import CompileError, Diagnostic, render_all
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.passes.allocate_registers import FunctionTooLarge
from grokc.passes.pipelines import compile_module, garbage_collector_off

if TYPE_CHECKING:
    from xdsl.dialects.builtin import ModuleOp

    from grokc.__main__ import CompiledProgram

COMPILE_ERROR = 2


def compile_program(name: str, source: bytes, *, registers: bool = True) -> CompiledProgram | None:
    """The program's image with what belongs to it; ``None`` after its errors have been shown.

    ``registers`` as for :func:`~grokc.passes.pipelines.compile_module`.
    """
    understood = _understand(name, source)
    if understood is None:
        return None
    module, files, warnings = understood
    try:
        image = compile_module(module, registers=registers)
    except FunctionTooLarge as error:
        print(CompileError([_blame(error, files)]), file=sys.stderr)
        return None
    return warnings, [(file.name, file.text.encode()) for file in files], image


def _blame(error: FunctionTooLarge, files: list[SourceFile]) -> Diagnostic:
    """A limit of the machine as the compile error of a source file."""
    where = span(error.function)
    file = next((file for file in files if where and file.name == where.file), files[0])
    return Diagnostic(str(error), file, *((where.start, where.end) if where else (-1, -1)))


def run_on_reference(name: str, source: bytes, arguments: list[str]) -> int:
    """Compiles as far as ``grok_stack`` and lets plain Python run that."""
    from grokc.vm import reference

    understood = _understand(name, source)
    if understood is None:
        return COMPILE_ERROR
    module, files, warnings = understood
    sys.stderr.write(warnings)
    return reference.run(module, files, arguments)


def _understand(name: str, source: bytes) -> tuple[ModuleOp, list[SourceFile], str] | None:
    """The front end's part: the module, its files, the warnings' text; or errors, shown."""
    try:
        with garbage_collector_off():
            module, files, warnings = compile_to_stack(SourceFile.decode(name, source))
    except CompileError as error:
        print(error, file=sys.stderr)
        return None
    return module, files, f"{render_all(warnings)}\n" if warnings else ""
