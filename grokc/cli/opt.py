"""Applies passes to a file and prints what comes out.

FILE is IR in text form, of any level, or GrokLang source, which is first brought to grok_stack.  A
PIPELINE names passes, of grokc or xDSL, with commas between: stack-to-register,infer-types,cse.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import IO

from xdsl.dialects.builtin import ModuleOp
from xdsl.transforms import get_all_passes
from xdsl.utils.exceptions import (
    ArgSpecParseError,
    DiagnosticException,
    ParseError,
    VerifyException,
)
from xdsl.xdsl_opt_main import xDSLOptMain

from grokc.dialects.universe import make_context
from grokc.frontend.diagnostics import CompileError
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceError, SourceFile
from grokc.passes.pipelines import PIPELINES
from grokc.passes.registry import PASSES

FAILURE = 2


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments; some are handed to xDSL's driver as they are."""
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        default="-",
        help="a .mlir or .grok file (default: stdin)",
    )
    parser.add_argument("-p", "--passes", metavar="PIPELINE", default="", help="what to apply")
    parser.add_argument(
        "--pipeline",
        choices=sorted(PIPELINES),
        help="apply the passes of one of grokc's pipelines (after those of -p)",
    )
    parser.add_argument("-o", "--output-file", metavar="FILE", help="where to write it")
    parser.add_argument(
        "--print-between-passes", action="store_true", help="print the IR between passes too"
    )
    parser.add_argument("--print-debuginfo", action="store_true", help="print source locations")
    parser.add_argument(
        "--print-op-generic", action="store_true", help="print operations in xDSL's generic form"
    )
    parser.add_argument(
        "--split-input-file", action="store_true", help="take the parts between `// -----` alone"
    )
    parser.add_argument("--list-passes", action="store_true", help="list the names of all passes")


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    try:
        return _run(options)
    except CompileError as error:
        print(error, file=sys.stderr)
    except (ParseError, DiagnosticException, ArgSpecParseError) as error:
        print(f"error: {_text(error)}", file=sys.stderr)
    except (SourceError, OSError, ValueError) as error:  # a file, or an argument of a pass
        print(f"error: {error}", file=sys.stderr)
    return FAILURE


def _run(options: Namespace) -> int:
    if options.list_passes:
        print("\n".join(sorted({*PASSES, *get_all_passes()})))
        return 0
    passes = [options.passes] if options.passes else []
    if options.pipeline:
        passes += PIPELINES[options.pipeline]
    arguments = ["-p", ",".join(passes)]
    if options.file != "-":
        arguments.append(options.file)
    if options.output_file:
        arguments += ["-o", options.output_file]
    for flag in ("print-between-passes", "print-debuginfo", "print-op-generic", "split-input-file"):
        if getattr(options, flag.replace("-", "_")):
            arguments.append(f"--{flag}")
    _Driver(description="", args=arguments).run()  # type: ignore[no-untyped-call]
    return 0


class _Driver(xDSLOptMain):
    """xDSL's driver, which knows grokc's dialects, passes and source files."""

    def register_all_dialects(self) -> None:
        self.ctx = make_context()

    def register_all_passes(self) -> None:
        for name, factory in {**get_all_passes(), **PASSES}.items():
            self.register_pass(name, factory)

    def register_all_targets(self) -> None:
        from xdsl.targets import get_all_targets

        self.available_targets["mlir"] = get_all_targets()["mlir"]

    def register_all_frontends(self) -> None:
        super().register_all_frontends()  # type: ignore[no-untyped-call]

        def compile_source(source: IO[bytes]) -> ModuleOp:
            file = SourceFile.decode(self.args.input_file or "<stdin>", source.read())
            module, _, _ = compile_to_stack(file)
            return module

        self.available_frontends["grok"] = compile_source


def _text(error: BaseException) -> str:
    """What an exception of xDSL says; a verifier's shows the operation too."""
    cause = error.__cause__
    return str(cause) if isinstance(cause, VerifyException) else str(error)
