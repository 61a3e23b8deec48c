"""What ``grokc explore`` and ``grokc explain`` begin with: the trace of a program."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from xdsl.utils.exceptions import DiagnosticException

from grokc.frontend.diagnostics import CompileError
from grokc.frontend.source import SourceError, SourceFile
from grokc.inspect.manager import PassFailure
from grokc.inspect.pipeline import PipelineError
from grokc.inspect.trace import Trace, trace
from grokc.passes.pipelines import garbage_collector_off

FAILURE = 2


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments that :func:`traced` needs."""
    parser.add_argument("file", metavar="FILE", help="a source file")
    parser.add_argument("--profile", metavar="FILE", help="what a recorded run has seen")


def traced(options: Namespace, *, native: bool = False) -> Trace | None:
    """The trace, ``native`` with LLVM IR and assembly; ``None`` after an error has been shown."""
    try:
        with garbage_collector_off():
            return trace(SourceFile.read(options.file), options.profile, native=native)
    except CompileError as error:
        print(error, file=sys.stderr)
    except PassFailure as failure:
        print(f"error: the pass '{failure.step.name}' failed: {failure}", file=sys.stderr)
    except (SourceError, PipelineError, DiagnosticException) as error:
        print(f"error: {error}", file=sys.stderr)
    return None
