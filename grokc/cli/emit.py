"""Shows a program as it looks at one stage of the compiler.

FILE is GrokLang source.  The stages: tree (the syntax tree), stack (the grok_stack module), ssa
(grok), vm (grok_vm), bytecode (the program image, disassembled).  The stages llvm and asm show the
machine instead: FILE is then the name of one of its handlers (add.rr.int) or core functions, or
a file of core GrokLang.

With --tier 2 the stages ssa, llvm and asm show what the optimizing tier makes of one FUNCTION (fib;
fib@48 from the instruction at byte 48, as by on-stack replacement; "fib<int>" only its clone for an
int), with the feedback of a recorded PROFILE (grokc run --record-profile).
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import DiagnosticException

from grokc.frontend.diagnostics import CompileError, did_you_mean, render_all
from grokc.frontend.source import SourceError, SourceFile
from grokc.lowering.target import PROCESSORS

if TYPE_CHECKING:
    from grokc.frontend import tree
    from grokc.lowering.image_symbols import ImageSymbols

STAGES = ("tree", "stack", "ssa", "vm", "bytecode", "llvm", "asm")
FAILURE = 2


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a source file, or a name in the machine")
    parser.add_argument("--stage", choices=STAGES, default="ssa", help="what to show (ssa)")
    parser.add_argument("--locations", action="store_true", help="show where in the source it is")
    parser.add_argument(
        "--verify-each", action="store_true", help="verify the module after each pass"
    )
    parser.add_argument("--tier", type=int, choices=(2,), help="show the optimizing tier")
    parser.add_argument("--function", metavar="FUNCTION", help="show only this one")
    parser.add_argument(
        "--cpu",
        choices=PROCESSORS,
        help="with --stage asm: the processor that code is made for (this computer's)",
    )
    parser.add_argument("--profile", metavar="FILE", help="with --tier: feedback of a run")
    parser.add_argument(
        "--raised", action="store_true", help="with --tier: before all of its passes"
    )


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    try:
        text = _emit(options)
    except CompileError as error:
        print(error, file=sys.stderr)
        return FAILURE
    except (SourceError, DiagnosticException) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILURE
    sys.stdout.write(text)
    return 0


def _emit(options: Namespace) -> str:
    if options.tier is not None:
        return _optimizing_tier(options)
    if options.stage in ("llvm", "asm"):
        if options.function is not None:
            raise DiagnosticException("the machine's functions are named in place of a FILE")
        if options.file.endswith(".grok"):
            return _core_listing(SourceFile.read(options.file), options.stage, options.cpu)
        return _machine_text(options.file, options.stage, options.cpu)
    file = SourceFile.read(options.file)
    if options.stage == "tree":
        from grokc.frontend.parser import parse

        if options.function is not None:
            raise DiagnosticException("the stage tree shows whole files, no --function")
        return "\n".join(_tree_lines(parse(file), "", options.locations)) + "\n"
    from grokc.frontend.program import compile_to_stack
    from grokc.passes.pipelines import PIPELINES, compile_module, run_passes

    module, _, warnings = compile_to_stack(file)
    if warnings:
        print(render_all(warnings), file=sys.stderr)
    match options.stage:
        case "ssa":
            run_passes(module, PIPELINES["ssa"], verify_each=options.verify_each)
        case "vm":
            run_passes(module, PIPELINES["interp"], verify_each=options.verify_each)
        case "bytecode":
            image = compile_module(module, verify_each=options.verify_each)
            return _image_text(image, options.locations, options.function)
    return _module_text(module, options.locations, options.function)


def _core_listing(file: SourceFile, stage: str, processor: str | None) -> str:
    from grokc.lowering.core import listing

    if "#![core]" not in file.text:
        name = file.name
        raise DiagnosticException(
            f"{name} is not core GrokLang, which is compiled ahead of time; what the optimizing\n"
            "tier makes of a function depends on what a run has met:\n"
            f"  grokc run --record-profile PROFILE {name}\n"
            f"  grokc emit --tier 2 --stage {stage} --function FUNCTION --profile PROFILE {name}"
        )
    return listing(file, stage, processor)


def _image_text(image: bytes, locations: bool, function: str | None) -> str:
    if function is not None:
        from grokc.inspect.trace import disassembly

        texts = {
            name: piece.text for name, piece in disassembly(image, locations=locations).items()
        }
        return _only(texts, function) + "\n"
    from grokc.lowering.disassemble import disassemble
    from grokc.lowering.image import Image

    return disassemble(Image.from_bytes(image), locations=locations)


def _module_text(module: ModuleOp, locations: bool, function: str | None = None) -> str:
    from grokc.inspect.text import pieces, whole

    if function is None:
        return whole(module, locations=locations)
    return _only({p.name: p.text for p in pieces(module, locations=locations)}, function) + "\n"


def _only(texts: Mapping[str, str], function: str) -> str:
    """The text of one function; those of declarations have no name."""
    if function not in texts:
        raise _unknown_function(function, [name for name in texts if name])
    return texts[function]


def _unknown_function(function: str, names: Iterable[str]) -> DiagnosticException:
    hint = did_you_mean(function, names)
    return DiagnosticException(f"there is no function '{function}'" + (f"; {hint}" if hint else ""))


def _optimizing_tier(options: Namespace) -> str:
    """What the optimizing tier makes of one function: it, and its clones, or one of them."""
    symbols, optimized = _optimized(options)
    is_clone = "<" in options.function
    if options.stage == "ssa":
        return _module_text(optimized, options.locations, options.function if is_clone else None)
    from grokc.dialects import grok
    from grokc.inspect.native import native

    functions = [op for op in optimized.body.ops if isinstance(op, grok.FuncOp)]
    found = native(symbols, functions, options.cpu)
    pieces = found.llvm if options.stage == "llvm" else found.assembly
    texts = {name: piece.text for name, piece in pieces.items()}
    return (_only(texts, options.function) if is_clone else "\n\n".join(texts.values())) + "\n"


def _optimized(options: Namespace) -> tuple[ImageSymbols, ModuleOp]:
    """The module that the optimizing tier makes of one function."""
    from grokc.frontend.program import compile_to_stack
    from grokc.lowering.image import Image
    from grokc.lowering.image_symbols import ImageSymbols
    from grokc.lowering.profile import RecordedProfile
    from grokc.passes.bytecode_to_ssa import raise_function
    from grokc.passes.optimize import optimize
    from grokc.passes.pipelines import compile_module

    if options.stage not in ("ssa", "llvm", "asm") or options.function is None:
        raise DiagnosticException("--tier 2 needs --stage ssa, llvm or asm, and a --function")
    module, _, _ = compile_to_stack(SourceFile.read(options.file))
    symbols = ImageSymbols(Image.from_bytes(compile_module(module)))
    name, at, pc = options.function.partition("<")[0].partition("@")
    if name not in symbols.function_numbers:
        raise _unknown_function(name, symbols.functions)
    if at and not pc.isdecimal():
        raise DiagnosticException(f"'{pc}' is no place in a function")
    osr = int(pc) if at else None
    profile = RecordedProfile()
    if options.profile is not None:
        text = SourceFile.read(options.profile).text
        try:
            profile = RecordedProfile.from_text(text)
        except ValueError as error:
            raise DiagnosticException(f"{options.profile}: {error}") from None
    if options.raised:
        raised = raise_function(symbols, name, profile, osr=osr)
        return symbols, ModuleOp([*symbols.declarations(), raised])
    return symbols, optimize(symbols, name, profile, osr=osr, verify_each=options.verify_each)


def _tree_lines(node: tree.Node, label: str, locations: bool, depth: int = 0) -> Iterator[str]:
    """One line for each node: its kind and its plain fields; the nodes below it indented."""
    plain: list[str] = []
    below: list[tuple[str, tree.Node]] = []
    assert is_dataclass(node)
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name in ("start", "end") or field.name.endswith(("_start", "_end")):
            continue
        items = value if isinstance(value, list) else [value]
        nodes = [item for item in items if is_dataclass(item)]
        if nodes:
            below += [(field.name, item) for item in nodes]  # type: ignore[misc]
        if len(nodes) < len(items) and value is not None and value is not False:
            rest = [item for item in items if not is_dataclass(item)]
            plain.append(f"{field.name}={rest if isinstance(value, list) else value!r}")
    where = f" [{node.start}..{node.end}]" if locations else ""
    head = f"{label}: " if label else ""
    yield "  " * depth + " ".join([f"{head}{type(node).__name__}{where}", *plain])
    for name, child in below:
        yield from _tree_lines(child, name, locations, depth + 1)


def _machine_text(name: str, stage: str, processor: str | None) -> str:
    """A handler or core function of the machine: as LLVM gets it, or its assembly."""
    from grokc.lowering.native import assembly
    from grokc.vm.build import MachineSource

    program = MachineSource().program
    symbols = program.symbols()
    symbol = next((s for s in (f"op.{name}", f"op.{name}.new", name) if s in symbols), None)
    if symbol is None:
        names = [known.removeprefix("op.") for known in symbols]
        hint = did_you_mean(name, names)
        raise DiagnosticException(
            f"the machine has no function '{name}'" + (f"; {hint}" if hint else "")
        )
    unit = program.unit_of([symbol])
    if stage == "asm":
        return assembly(unit, symbol, processor)
    lines = unit.text.splitlines()
    heads = (f"@{symbol}(", f'@"{symbol}"(')
    start = next(
        number
        for number, line in enumerate(lines)
        if line.startswith("define") and any(head in line for head in heads)
    )
    return "\n".join(lines[start : lines.index("}", start) + 1]) + "\n"
