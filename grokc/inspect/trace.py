"""A program's way through the compiler, kept: what ``grokc explore`` and ``grokc explain`` show.

:func:`trace` compiles a file and keeps each function's text after each pass.  What did not change
is kept once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from grokc.dialects import grok, grok_stack, grok_vm
from grokc.dialects.location import Span, spans
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.inspect import manager, pipeline
from grokc.inspect.manager import Watcher
from grokc.inspect.pipeline import Step
from grokc.inspect.text import BlockLines, Piece, traced
from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import RecordedProfile

STACK = "stack"
SSA = "ssa"
REGISTERS = "registers"
BYTECODE = "bytecode"
OPTIMIZED = "optimized"
LLVM = "llvm"
ASSEMBLY = "assembly"
LEVELS = {
    STACK: "stack code",
    SSA: "SSA",
    REGISTERS: "registers",
    BYTECODE: "bytecode",
    OPTIMIZED: "optimizing tier",
    LLVM: "LLVM IR",
    ASSEMBLY: "assembly",
}
"""What a program is on its way, in that order, and what people call it."""

TIERS = ("interpreted", "baseline code", "optimized code")
"""What a function had become at the end of a recorded run."""


@dataclass
class Stage:
    """The program after one step: a pass, or something that is no pass (parsing, encoding)."""

    name: str
    level: str
    seconds: float
    functions: dict[str, Piece]
    """The text of each function; that of the declarations has the name ``""``."""


@dataclass
class Trace:
    """All stages of one program, and the module of the last one."""

    files: list[SourceFile]
    stages: list[Stage] = field(default_factory=list)
    image: bytes = b""
    profile: RecordedProfile | None = None
    optimized: ModuleOp | None = None

    def file(self, name: str) -> SourceFile | None:
        return next((file for file in self.files if file.name == name), None)

    def tier(self, function: str) -> str:
        """Which tier the function had reached at the end of the recorded run, in words."""
        tier = None if self.profile is None else self.profile.tiers.get(function)
        return "" if tier is None else TIERS[tier]

    def lines(self, span: Span) -> tuple[int, int] | None:
        """First and last line of a span, from 1."""
        file = self.file(span.file)
        if file is None:
            return None
        return file.position(span.start)[0], file.position(max(span.start, span.end - 1))[0]


class _Recorder(Watcher):
    def __init__(self, stages: list[Stage]) -> None:
        self.stages = stages
        self.last: dict[str, Piece] = {}
        self.start_time = 0.0

    def before(self, step: Step, module: ModuleOp) -> None:
        self.start_time = perf_counter()

    def after(self, step: Step, module: ModuleOp) -> None:
        self.keep(step.spelling.partition("{")[0], perf_counter() - self.start_time, module)

    def keep(self, name: str, seconds: float, module: ModuleOp) -> None:
        functions: dict[str, Piece] = {}
        declarations: list[Piece] = []
        for op in module.body.ops:
            piece = traced(op)
            if not piece.name:
                declarations.append(piece)
                continue
            known = self.last.get(piece.name)
            functions[piece.name] = known if known == piece else piece
        if declarations:
            functions[""] = Piece(
                "",
                "\n".join(piece.text for piece in declarations),
                tuple(origin for piece in declarations for origin in piece.origins),
            )
        self.stages.append(Stage(name, self.level(module), seconds, functions))
        self.last = functions

    def level(self, module: ModuleOp) -> str:
        if any(isinstance(op, grok_stack.FuncOp) for op in module.body.ops):
            return STACK
        if any(isinstance(op, grok_vm.FuncOp) for op in module.body.ops):
            return REGISTERS
        was_raised = any(stage.level == REGISTERS for stage in self.stages)
        return OPTIMIZED if was_raised else SSA


def trace(file: SourceFile, profile: str | None = None, *, native: bool = False) -> Trace:
    """Compiles a program all the way, and keeps what it was on the way.

    ``profile`` is the path of a recorded one; ``native`` adds LLVM IR and assembly.
    """
    from grokc.lowering.bytecode import emit_bytecode
    from grokc.passes.raise_bytecode import read_profile

    start = perf_counter()
    module, files, _ = compile_to_stack(file)
    result = Trace(files)
    recorder = _Recorder(result.stages)
    recorder.keep("frontend", perf_counter() - start, module)
    context = pipeline.context()
    manager.run(module, pipeline.parse("interp"), context, [recorder])
    start = perf_counter()
    result.image = emit_bytecode(module)
    seconds = perf_counter() - start
    result.stages.append(Stage("encode", BYTECODE, seconds, disassembly(result.image)))
    if profile is not None:
        result.profile = read_profile(profile)
    option = f'{{profile="{profile}"}}' if profile is not None else ""
    rest = pipeline.between(pipeline.parse("optimize"), "raise-bytecode", None)
    steps = [*pipeline.parse(f"raise-bytecode{option}"), *rest[1:]]
    manager.run(module, steps, context, [recorder])
    result.optimized = module
    if native:
        from grokc.inspect import native as last_levels

        found = last_levels.native(
            ImageSymbols(Image.from_bytes(result.image)),
            [op for op in module.body.ops if isinstance(op, grok.FuncOp)],
        )
        result.stages += [
            Stage("grok-to-llvm", LLVM, found.llvm_seconds, found.llvm),
            Stage("codegen", ASSEMBLY, found.assembly_seconds, found.assembly),
        ]
    return result


def disassembly(data: bytes, *, locations: bool = False) -> dict[str, Piece]:
    """The bytecode of each function, its lines with their origins."""
    from grokc.lowering.disassemble import disassemble

    image = Image.from_bytes(data)
    symbols = ImageSymbols(image)
    found: dict[str, Piece] = {}
    sections = disassemble(image, locations=locations).split("\n\n")
    if sections and not image.types and not image.globals and not image.methods:
        sections.insert(0, "")
    declarations, functions = sections[0], sections[1:]
    if declarations.strip():
        found[""] = Piece("", declarations.strip("\n"))
    for record, text in zip(image.functions, functions, strict=True):
        name = image.string(record.name)
        place = symbols.locations(name)
        lines = text.strip("\n").split("\n")
        origins = [tuple(spans(place(int(line.split()[0])))) for line in lines[1:]]
        found[name] = Piece(name, "\n".join(lines), ((), *origins), tuple(_jumps(lines)))
    return found


def _jumps(lines: list[str]) -> list[BlockLines]:
    """The basic blocks of a disassembled function; its first line is a title."""
    offsets = {int(line.split()[0]): number for number, line in enumerate(lines) if number}
    targets: dict[int, tuple[int, bool]] = {}  # by line: where it jumps to; does it also go on?
    starts = {1}
    for number in range(1, len(lines)):
        _, name, *operands = lines[number].split()
        operation = name.partition(".")[0]
        ends = operation in _ENDS
        jumps = operation.startswith(("jump", "loop", "range_", "next"))
        if jumps and operands and operands[-1].isdigit():
            target = offsets.get(int(operands[-1]))
            if target is not None:
                targets[number] = (target, not ends)
                starts.add(target)
        if jumps or ends:
            starts.add(number + 1)
            targets.setdefault(number, (-1, not ends))
    ordered = sorted(start for start in starts if start < len(lines))
    index = {start: number for number, start in enumerate(ordered)}
    blocks: list[BlockLines] = []
    for number, start in enumerate(ordered):
        end = (ordered[number + 1] if number + 1 < len(ordered) else len(lines)) - 1
        target, goes_on = targets.get(end, (-1, True))
        successors = [index[target]] if target >= 0 else []
        if goes_on and number + 1 < len(ordered):
            successors.append(number + 1)
        blocks.append(BlockLines(start, end, tuple(successors)))
    return blocks


_ENDS = frozenset(
    {"jump", "loop", "return", "tail_call", "tail_call_value", "tail_call_method", "fail_no_match"}
)
"""Operations after which the next instruction does not follow."""


def operations_of(module: ModuleOp, function: str) -> list[Operation]:
    """The operations of one function."""
    from grokc.inspect.text import symbol

    return [
        op
        for top in module.body.ops
        if symbol(top) == function
        for op in top.walk()
        if op is not top
    ]
