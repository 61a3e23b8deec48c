"""What is certainly wrong with a program, beyond its names."""

from __future__ import annotations

from grokc.frontend.diagnostics import Diagnostic
from grokc.frontend.symbols import Program


def check(program: Program) -> None:
    """Adds errors to the program's diagnostics."""
    main = program.main
    if main is None:
        file = program.files[0]
        program.diagnostics.append(
            Diagnostic("this program has no function 'main'", file, 0, 0)
        )
