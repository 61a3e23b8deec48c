"""From source text to ``grok_stack``: the front end as one function."""

from __future__ import annotations

import sys

from xdsl.dialects.builtin import ModuleOp

from grokc.frontend.check import check
from grokc.frontend.diagnostics import ERROR, CompileError, Diagnostic
from grokc.frontend.parser import parse
from grokc.frontend.resolve import resolve
from grokc.frontend.source import SourceFile
from grokc.frontend.translate import translate

RECURSION_LIMIT = 50_000
"""Python frames that the walks over the tree may take: the parser limits a tree's depth, and each
node takes a handful of them."""


def compile_to_stack(
    source: SourceFile | str,
) -> tuple[ModuleOp, list[SourceFile], list[Diagnostic]]:
    """Compiles a program, given as its file or the path of it, with the modules that it names.

    Returns the module, all source files (locations name them), and warnings.  Raises SourceError
    if the file cannot be read, and CompileError with all independent errors, warnings included.
    """
    file = SourceFile.read(source) if isinstance(source, str) else source
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        program = resolve(file, parse(file), parse)
        check(program)
        if any(d.severity == ERROR for d in program.diagnostics):
            raise CompileError(program.diagnostics)
        return translate(program), program.files, program.diagnostics
    finally:
        sys.setrecursionlimit(limit)
