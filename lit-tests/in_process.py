"""A lit test format that runs the common RUN lines without starting a process for each tool.

A start of ``grokc`` with the compiler costs a fifth of a second, a test's own work a few
milliseconds.  A line that is a plain pipeline of the tools below therefore runs inside lit's own
process; any other goes to lit's shell and means the same, only slower.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Callable
from typing import Any

import lit.formats
import lit.Test
from lit.TestRunner import (
    applySubstitutions,
    executeShTest,
    getDefaultSubstitutions,
    getTempPaths,
    parseIntegratedTestScript,
)

# What lit puts before a command to name its RUN line.
ORIGIN = re.compile(r"%dbg\(([^)]*)\)\s*")


def _grokc(arguments: list[str]) -> int:
    from grokc.__main__ import main

    return main(arguments)


def _filecheck(arguments: list[str]) -> int:
    from filecheck.main import main

    main(["filecheck", *arguments])
    return 0


TOOLS: dict[str, Callable[[list[str]], int]] = {"grokc": _grokc, "filecheck": _filecheck}


class InProcessTest(lit.formats.ShTest):  # type: ignore[misc]
    """Like lit's ``ShTest``; see the module's docstring."""

    def execute(self, test: Any, config: Any) -> Any:
        if test.config.unsupported:
            return lit.Test.Result(lit.Test.UNSUPPORTED, "Test is unsupported")
        parsed = parseIntegratedTestScript(test)
        if isinstance(parsed, lit.Test.Result):
            return parsed
        temporary = getTempPaths(test)
        script = applySubstitutions(parsed, getDefaultSubstitutions(test, *temporary))
        pipelines = []
        for line in script:
            pipeline = _plain_pipeline(ORIGIN.sub("", line, count=1))
            if pipeline is None:
                return executeShTest(test, config, False)
            pipelines.append((line, pipeline))
        os.makedirs(temporary[0], exist_ok=True)
        for line, pipeline in pipelines:
            log = _run_pipeline(pipeline)
            if log is not None:
                return lit.Test.Result(lit.Test.FAIL, f"{line}\n{log}")
        return lit.Test.Result(lit.Test.PASS, "")


def _plain_pipeline(line: str) -> list[list[str]] | None:
    """The words of each command if this process can run the line, else ``None``."""
    if "`" in line or "$" in line:
        return None
    lexer = shlex.shlex(line.replace("2>&1", " STDERR_TOO "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    commands: list[list[str]] = [[]]
    try:
        for word in lexer:
            if word == "|":
                commands.append([])
            elif word and set(word) <= set("();<>|&"):
                return None
            else:
                commands[-1].append(word)
    except ValueError:
        return None
    for command in commands:
        words = command[1:] if command[:1] == ["not"] else command
        # A program's own output goes around sys.stdout.
        if not words or words[0] not in TOOLS or words[:2] == ["grokc", "run"]:
            return None
    return commands


def _run_pipeline(commands: list[list[str]]) -> str | None:
    """Runs it; ``None`` for success, else what there is to see."""
    data = ""
    log = ""
    for command in commands:
        words = [word for word in command if word != "STDERR_TOO"]
        inverted = words[0] == "not"
        name, *arguments = words[inverted:]
        output, errors = io.StringIO(), io.StringIO()
        stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(data.encode()), "utf-8")
        try:
            with (
                contextlib.redirect_stdout(output),
                contextlib.redirect_stderr(output if "STDERR_TOO" in command else errors),
            ):
                status = TOOLS[name](arguments)
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        finally:
            sys.stdin = stdin
        data = output.getvalue()
        log += errors.getvalue()
        if (status != 0) is not inverted:
            return f"{' '.join(words)}: exit status {status}\n{log}{data}"
    return None
