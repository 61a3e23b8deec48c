"""Pipelines of command-line tools, run in this process: ``grokc opt -p ssa x | filecheck x``.

The RUN lines of lit tests are such pipelines. A start of ``grokc`` with the compiler costs a fifth
of a second, the work itself a few milliseconds.
"""

from __future__ import annotations

import contextlib
import io
import shlex
import sys
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

Tool = Callable[[list[str]], int]
"""What a tool does with its arguments, and its exit status."""


@dataclass(frozen=True)
class Command:
    """One command of a pipeline."""

    words: tuple[str, ...]
    is_inverted: bool = False
    """``not`` stands before it: it is to fail."""
    with_errors: bool = False
    """``2>&1``: what it says on standard error goes on, too."""

    def __str__(self) -> str:
        return " ".join(("not", *self.words) if self.is_inverted else self.words)


@dataclass(frozen=True)
class Outcome:
    """What came out of a pipeline, or of the part up to the command that failed."""

    output: str
    errors: str
    failed: Command | None = None
    status: int = 0


def parse(line: str, tools: Container[str]) -> list[Command] | None:
    """The commands of a line; ``None`` if it is more than a plain pipeline of these tools."""
    if "`" in line or "$" in line:
        return None
    lexer = shlex.shlex(line.replace("2>&1", " STDERR_TOO "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    parts: list[list[str]] = [[]]
    try:
        for word in lexer:
            if word == "|":
                parts.append([])
            elif word and set(word) <= set("();<>|&"):
                return None
            else:
                parts[-1].append(word)
    except ValueError:  # a quote that does not end
        return None
    commands = []
    for part in parts:
        words = [word for word in part if word != "STDERR_TOO"]
        is_inverted = words[:1] == ["not"]
        words = words[is_inverted:]
        # A program's own output goes around sys.stdout.
        if not words or words[0] not in tools or words[:2] == ["grokc", "run"]:
            return None
        commands.append(Command(tuple(words), is_inverted, "STDERR_TOO" in part))
    return commands


def run(commands: Sequence[Command], tools: Mapping[str, Tool]) -> Outcome:
    """Runs a pipeline, each command with what the one before has written."""
    data = ""
    log = ""
    for command in commands:
        name, *arguments = command.words
        output, errors = io.StringIO(), io.StringIO()
        stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(data.encode()), "utf-8")
        try:
            with (
                contextlib.redirect_stdout(output),
                contextlib.redirect_stderr(output if command.with_errors else errors),
            ):
                status = tools[name](arguments)
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        finally:
            sys.stdin = stdin
        data = output.getvalue()
        log += errors.getvalue()
        if (status != 0) is not command.is_inverted:
            return Outcome(data, log, command, status)
    return Outcome(data, log)
