"""Reads what the inspection tools are given: source, IR of any level, or a program image.

Which of them it is follows from the content: an image begins with its magic; a ``.grok`` file is
source; anything else is IR in text form.  The parser remembers on which line each operation of an
IR file begins, so that one that does not verify can be shown where it stands.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.utils.exceptions import DiagnosticException, ParseError

from grokc.frontend.diagnostics import Diagnostic, did_you_mean
from grokc.frontend.source import SourceError, SourceFile
from grokc.lowering.image import MAGIC

STANDARD_INPUT = "<stdin>"
SEPARATOR = "// -----"


class InputError(Exception):
    """An input that is refused: what is wrong, and where."""

    def __init__(self, message: str, file: SourceFile, start: int, end: int) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(message, file, start, end)

    @property
    def line(self) -> int:
        return self.diagnostic.file.position(self.diagnostic.start)[0]


@dataclass
class Input:
    """A module, and where its parts come from."""

    module: ModuleOp
    files: list[SourceFile] = field(default_factory=list)
    """Source files; empty for IR."""
    warnings: list[Diagnostic] = field(default_factory=list)
    text: SourceFile | None = None
    """The IR file, for IR."""
    places: dict[Operation, tuple[int, int]] = field(default_factory=dict)
    """For IR: from where to where each operation stands in the file."""
    is_raised: bool = False
    """It is a program image, raised to ``grok``."""

    def refuse(self, op: Operation, message: str) -> InputError | None:
        """The error that blames an operation of an IR file."""
        at: Operation | None = op
        while at is not None and at not in self.places:
            at = at.parent_op()
        if at is None or self.text is None:
            return None
        start, end = self.places[at]
        return InputError(message, self.text, start, end)


def read_bytes(path: str) -> tuple[str, bytes]:
    """The name to show, and the content; ``-`` is standard input."""
    if path == "-":
        return STANDARD_INPUT, sys.stdin.buffer.read()
    try:
        with open(path, "rb") as stream:
            return path, stream.read()
    except FileNotFoundError:
        raise SourceError(f"cannot read {path}: no such file") from None
    except IsADirectoryError:
        raise SourceError(f"cannot read {path}: it is a directory") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"cannot read {path}: {reason.lower()}") from None


def split(file: SourceFile) -> list[SourceFile]:
    """The parts between lines ``// -----``, each at the lines that it has in the file."""
    parts: list[SourceFile] = []
    lines: list[str] = []
    skipped = 0
    for number, line in enumerate(file.text.split("\n")):
        if line.rstrip() == SEPARATOR:
            parts.append(SourceFile(file.name, "\n" * skipped + "\n".join(lines) + "\n"))
            lines, skipped = [], number + 1
        else:
            lines.append(line)
    parts.append(SourceFile(file.name, "\n" * skipped + "\n".join(lines)))
    return parts


def is_image(data: bytes) -> bool:
    return data.startswith(MAGIC)


def is_source(name: str, text: str) -> bool:
    """Is it GrokLang, going by the suffix, or, on standard input, by its looks?"""
    if name != STANDARD_INPUT:
        return name.endswith(".grok")
    for line in text.split("\n"):
        words = line.split()
        if words and not words[0].startswith("//"):
            return words[0] in {"fn", "struct", "enum", "impl", "trait", "use", "mod", "pub"} or (
                words[0] in {"const", "static"} or words[0].startswith(("#", "/*"))
            )
    return False


def read_text(file: SourceFile, context: Context, source: bool | None = None) -> Input:
    """Reads source or IR.  Raises CompileError for the one, :class:`InputError` for the other."""
    if is_source(file.name, file.text) if source is None else source:
        from grokc.frontend.program import compile_to_stack

        module, files, warnings = compile_to_stack(file)
        return Input(module, files, warnings)
    parser = _PlacingParser(context, file.text, file.name)
    try:
        module = parser.parse_module()
    except ParseError as error:
        raise parser.refuse(error, file) from None
    except RecursionError:
        raise InputError("nested too deeply", file, 0, 0) from None
    except (DiagnosticException, ValueError, TypeError, KeyError) as error:
        # What a constructor of an operation says does not tell where; the parser knows.
        at = parser.at
        raise InputError(str(error).split("\n")[0], file, at, at + 1) from None
    return Input(module, text=file, places=parser.places)


class _PlacingParser(Parser):
    """Remembers where operations stand."""

    def __init__(self, context: Context, text: str, name: str) -> None:
        super().__init__(context, text, name)
        self.places: dict[Operation, tuple[int, int]] = {}
        self.name_at = 0  # where the name of the operation that is being parsed stands

    @property
    def at(self) -> int:
        return self._current_token.span.start

    def parse_operation(self) -> Operation:
        start = self._current_token.span.start
        op = super().parse_operation()
        text = self._parser_state.lexer.input.content
        end = text.find("\n", start)
        self.places[op] = (start, end if end >= 0 else len(text))
        return op

    def _get_op_by_name(self, name: str) -> type[Operation]:
        self.name_at = self._current_token.span.start
        return super()._get_op_by_name(name)

    def refuse(self, error: ParseError, file: SourceFile) -> InputError:
        """The error with its place, which xDSL gives as that of the next token where an operation
        is unknown, and as the end of the file where a value is."""
        message = error.msg.strip().split("\n")[0]
        start, end = error.span.start, error.span.end
        help = None
        if match := re.match(r"Operation (\S+) is not registered", message):
            name = match[1].strip("'\"")
            start = file.text.rfind(name, 0, self.name_at)
            end = start + len(name)
            message = f"there is no operation '{name}'"
            help = did_you_mean(name, self._known_operations(name))
        elif match := re.match(r"values used but not defined: \[(%[^,\]]*)", message):
            use = re.search(rf"{re.escape(match[1])}(?![\w$.-])", file.text)
            if use is not None:
                start, end = use.span()
        refused = InputError(message, file, start, end)
        refused.diagnostic.help = help
        return refused

    def _known_operations(self, name: str) -> list[str]:
        dialect = name.partition(".")[0]
        if dialect not in self.ctx.registered_dialect_names:
            return []
        return [op.name for op in self.ctx.get_dialect(dialect).operations]


def read_image(name: str, data: bytes, profile: str | None = None) -> Input:
    """A program image, raised to ``grok``; with what a recorded run has seen, if there is one."""
    from grokc.lowering.image import Image, ImageError
    from grokc.lowering.verify_image import verify_image
    from grokc.passes.raise_bytecode import raise_image, read_profile

    try:
        image = Image.from_bytes(data)
        verify_image(image)
        raised = raise_image(image, read_profile(profile) if profile else None)
        return Input(ModuleOp(list(raised)), is_raised=True)
    except (ImageError, DiagnosticException) as error:
        raise SourceError(f"{name}: {error}") from None
