"""Applies passes to a file and prints what comes out.

FILE is GrokLang source, which is first brought to grok_stack; IR in text form, of any level; or a
program image (bytecode), which is raised to grok.  A PIPELINE names passes, of grokc, of xDSL or of
plug-ins, with commas between, each with its options: pass{option=value other=1,2}.  It may name
grokc's own pipelines too (--list-pipelines).

What is printed between passes goes to standard error, the result to standard output.

exit status: 0 success, 1 a pass failed or left invalid IR, 2 the input or the command is at fault
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from time import perf_counter
from typing import TextIO

from xdsl.utils.exceptions import DiagnosticException

from grokc.dialects.location import span
from grokc.frontend.diagnostics import ERROR, CompileError, Diagnostic, did_you_mean, render_all
from grokc.frontend.source import SourceError, SourceFile
from grokc.inspect import expected, inputs, manager, pipeline, watchers
from grokc.inspect.inputs import Input, InputError
from grokc.inspect.manager import InvalidIR, PassFailure, Watcher
from grokc.inspect.pipeline import PipelineError
from grokc.inspect.reproducer import Reproducer
from grokc.inspect.text import functions, whole
from grokc.passes.allocate_registers import FunctionTooLarge
from grokc.passes.pipelines import PIPELINES, garbage_collector_off

PASS_FAILURE = 1
FAILURE = 2


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add = parser.add_argument
    add("file", metavar="FILE", nargs="?", default="-", help="source, IR or image (default: stdin)")
    add("-p", "--passes", metavar="PIPELINE", default="", help="what to apply")
    add("-o", "--output-file", metavar="FILE", help="where to write the result")
    add(
        "-t",
        "--target",
        choices=("mlir", "bytecode", "none"),
        default="mlir",
        help="the result's form: text, a program image (of grok_vm), or nothing at all",
    )
    add("--start-before", metavar="PASS", help="leave out the passes before this one")
    add("--stop-after", metavar="PASS", help="leave out the passes after this one")
    add("--split-input-file", action="store_true", help="take the parts between `// -----` alone")
    add(
        "--profile",
        metavar="FILE",
        help="what a recorded run has seen: for an image, and for the pass raise-bytecode",
    )

    show = parser.add_argument_group("what is printed between passes").add_argument
    show("--print-ir-before", metavar="PASS", action="append", default=[], help="the IR before it")
    show("--print-ir-after", metavar="PASS", action="append", default=[], help="the IR after it")
    show("--print-ir-before-all", action="store_true", help="the IR before each pass")
    show("--print-ir-after-all", action="store_true", help="the IR after each pass")
    show("--print-ir-after-change", action="store_true", help="... that changed something")
    show("--print-ir-diff", action="store_true", help="what each pass changed")
    show("--print-ir-function", metavar="NAME", help="of all of this, only one function")
    show("--print-ir-tree-dir", metavar="DIR", help="write the IR after each pass to a file there")
    show("--color", choices=("auto", "always", "never"), default="auto", help="of diffs")
    show("--pass-statistics", action="store_true", help="numbers of operations and blocks")
    show("--timing", action="store_true", help="where the time goes, as a tree")
    show("--timing-json", action="store_true", help="the same as JSON")

    form = parser.add_argument_group("how it is printed").add_argument
    form("--print-op-generic", action="store_true", help="operations in MLIR's generic form")
    form("--print-debuginfo", action="store_true", help="with source locations")

    check = parser.add_argument_group("checks").add_argument
    check("--verify-each", action="store_true", help="verify the IR after each pass")
    check(
        "--verify-diagnostics",
        action="store_true",
        help="succeed if the errors are those that comments expect: // expected-error {{...}}",
    )
    check(
        "--reproducer",
        metavar="FILE",
        default="grokc-reproducer.mlir",
        help="where a pass that fails leaves its input (grokc-reproducer.mlir)",
    )
    check("--run-reproducer", action="store_true", help="FILE is a reproducer: do what it says")

    known = parser.add_argument_group("what there is").add_argument
    known("--list-passes", action="store_true", help="all passes, what they do, their options")
    known("--list-pipelines", action="store_true", help="grokc's pipelines")


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    try:
        if options.list_passes:
            sys.stdout.write(_list_passes())
            return 0
        if options.list_pipelines:
            for name, passes in PIPELINES.items():
                print(f"{name}: {','.join(passes)}")
            return 0
        with garbage_collector_off():
            return _Run(options).run()
    except CompileError as error:
        print(error, file=sys.stderr)
    except InputError as error:
        print(error.diagnostic.render(), file=sys.stderr)
    except (PipelineError, SourceError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
    return FAILURE


def _list_passes() -> str:
    from xdsl.universe import XDSL_UNIVERSE

    names = sorted(pipeline.passes())
    own = [name for name in names if name not in XDSL_UNIVERSE.all_passes]
    rest = [name for name in names if name in XDSL_UNIVERSE.all_passes]
    lines = ["passes of grokc and of plug-ins:"]
    for name in own:
        lines += [f"  {line}" for line in pipeline.describe(name)]
    lines += ["passes of xDSL:"]
    for name in rest:
        lines += [f"  {line}" for line in pipeline.describe(name)]
    return "\n".join(lines) + "\n"


class _Run:
    """One run of the command."""

    def __init__(self, options: Namespace) -> None:
        self.options = options
        self.context = pipeline.context()
        self.timing = watchers.Timing()
        self.name, self.data = inputs.read_bytes(options.file)
        text = options.passes
        self.verify_each = options.verify_each
        if options.run_reproducer:
            try:
                reproducer = Reproducer.from_text(self.data.decode("utf-8", "replace"))
            except ValueError as error:
                raise SourceError(f"{self.name}: {error}") from None
            text = text or reproducer.pipeline
            self.verify_each |= reproducer.verify_each
        steps = pipeline.parse(text)
        for flag in ("print_ir_before", "print_ir_after"):
            for name in getattr(options, flag):
                pipeline.between(steps, name, None)  # it is in the pipeline, or an error
        if options.profile:
            steps = [
                pipeline.parse(f'raise-bytecode{{profile="{options.profile}"}}')[0]
                if step.spelling == "raise-bytecode"
                else step
                for step in steps
            ]
        self.steps = pipeline.between(steps, options.start_before, options.stop_after)

    def run(self) -> int:
        options = self.options
        if inputs.is_image(self.data):
            parts: list[SourceFile | None] = [None]
        else:
            file = SourceFile.decode(self.name, self.data)
            parts = [*inputs.split(file)] if options.split_input_file else [file]
        if options.verify_diagnostics:
            return self._verify_diagnostics([part for part in parts if part is not None])
        results: list[bytes] = []
        status = 0
        for part in parts:
            try:
                results.append(self._one(part))
            except (CompileError, InputError) as error:
                if not options.split_input_file:
                    raise
                shown = error.diagnostic.render() if isinstance(error, InputError) else error
                print(shown, file=sys.stderr)
                status = max(status, FAILURE)
            except PassFailure as failure:
                self._report(failure, part)
                status = max(status, PASS_FAILURE)
        if results:
            self._write(b"// -----\n".join(results))
        if options.timing:
            sys.stderr.write(self.timing.to_text())
        if options.timing_json:
            sys.stderr.write(self.timing.to_json())
        return status

    def _read(self, part: SourceFile | None) -> Input:
        start = perf_counter()
        if part is None:
            given = inputs.read_image(self.name, self.data, self.options.profile)
        else:
            given = inputs.read_text(part, self.context)
        self.timing.add("read the input", perf_counter() - start)
        start = perf_counter()
        try:
            manager.verify(given.module)
        except InvalidIR as error:
            raise given.refuse(error.operation, str(error)) or SourceError(
                f"{self.name}: {error}"
            ) from None
        self.timing.add("verify the input", perf_counter() - start)
        return given

    def _one(self, part: SourceFile | None) -> bytes:
        given = self._read(part)
        if given.warnings:
            print(render_all(given.warnings), file=sys.stderr)
        module = given.module
        wanted = self.options.print_ir_function
        if wanted is not None and wanted not in (names := list(functions(module))):
            hint = did_you_mean(wanted, names) or f"there are {', '.join(names)}"
            raise PipelineError(f"there is no function '{wanted}'; {hint}")
        manager.run(
            module, self.steps, self.context, self._watchers(), verify_each=self.verify_each
        )
        start = perf_counter()
        if self.steps and not self.verify_each:
            try:
                manager.verify(module)
            except InvalidIR as error:
                raise self._culprit(part) or PassFailure(
                    len(self.steps) - 1, self.steps[-1], error
                ) from None
            self.timing.add("verify the result", perf_counter() - start)
            start = perf_counter()
        result = self._result(given)
        self.timing.add("print the result", perf_counter() - start)
        return result

    def _culprit(self, part: SourceFile | None) -> PassFailure | None:
        """Which pass it was that left invalid IR, found by doing it all again."""
        try:
            given = self._read(part)
            manager.run(given.module, self.steps, self.context, verify_each=True)
        except PassFailure as failure:
            return failure
        return None

    def _result(self, given: Input) -> bytes:
        if self.options.target == "none":
            return b""
        if self.options.target == "mlir":
            text = whole(
                given.module,
                generic=self.options.print_op_generic,
                locations=self.options.print_debuginfo,
            )
            return text.encode()
        from grokc.lowering.bytecode import emit_bytecode

        strange = next(
            (op for op in given.module.body.ops if op.name.partition(".")[0] == "grok_stack"), None
        ) or next((op for op in given.module.body.ops if op.name == "grok.func"), None)
        if strange is not None:
            way = "it was raised for the optimizing tier" if given.is_raised else "-p interp"
            raise PipelineError(f"bytecode is made of grok_vm, not of {strange.name}: {way}")
        return bytes(emit_bytecode(given.module))

    def _write(self, result: bytes) -> None:
        if self.options.output_file:
            with open(self.options.output_file, "wb") as file:
                file.write(result)
        elif self.options.target == "bytecode":
            sys.stdout.flush()
            sys.stdout.buffer.write(result)
        else:
            sys.stdout.write(result.decode())

    def _watchers(self) -> list[Watcher]:
        options = self.options
        output: TextIO = sys.stderr
        text = watchers.printer(
            options.print_ir_function, options.print_op_generic, options.print_debuginfo
        )
        found: list[Watcher] = []
        before, after = options.print_ir_before_all, options.print_ir_after_all
        changes = options.print_ir_after_change
        if before or after or changes or options.print_ir_before or options.print_ir_after:
            found.append(
                watchers.PrintIR(
                    text,
                    output,
                    lambda name: before or name in options.print_ir_before,
                    lambda name: after or name in options.print_ir_after,
                    changes,
                )
            )
        if options.print_ir_diff:
            colored = options.color == "always" or (options.color == "auto" and output.isatty())
            found.append(watchers.PrintDiff(text, output, colored))
        if options.print_ir_tree_dir:
            found.append(watchers.WriteTree(text, options.print_ir_tree_dir))
        if options.pass_statistics:
            found.append(watchers.Statistics(output))
        # What the others do is not the pass's time.
        return [manager.Nested(self.timing, found)]

    # ------------------------------------------------------------------------------- failures

    def _report(self, failure: PassFailure, part: SourceFile | None) -> None:
        """Says which pass failed, how and where; leaves a reproducer."""
        name = failure.step.name
        cause = failure.cause
        if isinstance(cause, InvalidIR):
            op = cause.operation
            function = manager.function_of(op)
            place = manager.place_in_source(op, {})
            print(f"error: after the pass '{name}' the IR is invalid: {cause}", file=sys.stderr)
            from grokc.inspect.text import piece

            shown = piece(op).text.strip().split("\n")[0]
            print(f"  --> {place or self.name}: {shown}", file=sys.stderr)
            if function:
                print(f"  in the function '{function}'", file=sys.stderr)
        elif isinstance(cause, FunctionTooLarge):
            print(f"error: {cause}", file=sys.stderr)
            return
        else:
            # What a pass says itself needs no name of an exception.
            kind = "" if isinstance(cause, DiagnosticException) else f"{type(cause).__name__}: "
            print(f"error: the pass '{name}' failed: {kind}{failure}", file=sys.stderr)
        verify_each = self.verify_each or isinstance(cause, InvalidIR)
        given = self._read(part)
        manager.run(given.module, self.steps[: failure.number], self.context)
        reproducer = Reproducer(
            ",".join(step.spelling for step in self.steps[failure.number :]),
            verify_each,
            f"{name}: {failure}",
            whole(given.module, locations=True),
        )
        path = self.options.reproducer
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(reproducer.to_text())
        except OSError as error:
            print(f"note: no reproducer: cannot write {path}: {error.strerror}", file=sys.stderr)
            return
        print(
            f"note: to see it again: grokc opt --run-reproducer {path}\n"
            f"note: to make it smaller: grokc reduce {path}",
            file=sys.stderr,
        )

    # --------------------------------------------------------------------- --verify-diagnostics

    def _verify_diagnostics(self, parts: list[SourceFile]) -> int:
        problems: list[str] = []
        for part in parts:
            problems += expected.compare(expected.expected(part.text), self._messages(part))
        for problem in problems:
            print(f"error: {self.name}: {problem}", file=sys.stderr)
        return PASS_FAILURE if problems else 0

    def _messages(self, part: SourceFile) -> list[expected.Message]:
        try:
            given = self._read(part)
            manager.run(given.module, self.steps, self.context, verify_each=True)
        except CompileError as error:
            return [_message(each, part) for each in error.diagnostics]
        except InputError as error:
            return [_message(error.diagnostic, part)]
        except PassFailure as failure:
            op = failure.cause.operation if isinstance(failure.cause, InvalidIR) else None
            where = span(op) if op is not None else None
            line = part.position(where.start)[0] if where is not None else 1
            return [expected.Message(line, ERROR, str(failure))]
        return [_message(each, part) for each in given.warnings]


def _message(diagnostic: Diagnostic, part: SourceFile) -> expected.Message:
    line = part.position(diagnostic.start)[0] if diagnostic.start >= 0 else 1
    return expected.Message(line, diagnostic.severity, diagnostic.message)
