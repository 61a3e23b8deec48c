"""The reference engine: runs a ``grok_stack`` module in plain Python.

It is the oracle for all other engines, so it shares nothing with the machine that is made of core
GrokLang: values are Python's own where that fits, and what an operation means is written down here
a second time, from the language reference.  Being slow is fine as long as whole programs can be
compared; a function is decoded once, and a simple operation costs a fifth of a microsecond.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import FileIO
from typing import BinaryIO

from xdsl.dialects.builtin import ModuleOp

from grokc.frontend.source import SourceFile
from grokc.vm.reference.engine import START, Engine
from grokc.vm.reference.output import Output
from grokc.vm.reference.values import Exit, Fault
from grokc.vm.report import report

SUCCESS = 0
RUN_TIME_ERROR = 1
INTERRUPTED = 130

RECURSION_LIMIT = 20_000
"""Python frames; only deep values and built-in functions that call closures need them."""

TRACEBACK_HALF = 4096
"""Entries that are kept at either end of a traceback."""


@dataclass
class RunResult:
    """How a program ended; a ``message`` means by a run-time error.

    ``frames`` are the functions that were active: name, file, start and end of the place reached,
    and how many times in a row; the innermost first, without ``omitted`` ones in the middle.
    """

    status: int
    message: str | None = None
    frames: list[tuple[str, str, int, int, int]] = field(default_factory=list)
    omitted: int = 0


def execute(module: ModuleOp, arguments: Sequence[str], out: BinaryIO, err: BinaryIO) -> RunResult:
    """Runs a module from ``@start``; the program writes to ``out`` and ``err``."""
    output = Output(out, err)
    limit = sys.getrecursionlimit()
    thresholds = gc.get_threshold()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    gc.set_threshold(200_000, 20, 20)  # frames are many, and freed by their reference counts
    try:
        Engine(module, list(arguments), output).run()
        result = RunResult(SUCCESS)
    except Exit as end:
        result = RunResult(end.code)
    except Fault as fault:
        frames, omitted = _traceback(fault)
        result = RunResult(RUN_TIME_ERROR, fault.message, frames, omitted)
    except KeyboardInterrupt:
        result = RunResult(INTERRUPTED)
    finally:
        sys.setrecursionlimit(limit)
        gc.set_threshold(*thresholds)
    output.flush()
    return result


def run(
    module: ModuleOp,
    files: Sequence[SourceFile],
    arguments: Sequence[str],
    out: BinaryIO | None = None,
    err: BinaryIO | None = None,
) -> int:
    """As :func:`execute`, shows the error if there is one, and returns the exit status."""
    sys.stdout.flush()
    output = out or FileIO(1, "wb", closefd=False)
    errors = err or FileIO(2, "wb", closefd=False)
    result = execute(module, arguments, output, errors)
    if result.message is not None:
        sources = [(file.name, file.text.encode()) for file in files]
        text = report(result.message, result.frames, sources, result.omitted)
        Output(output, errors).write_error(f"{text}\n")
    return result.status


def _traceback(fault: Fault) -> tuple[list[tuple[str, str, int, int, int]], int]:
    frames: list[tuple[str, str, int, int, int]] = []
    for code, pc in fault.frames:
        place = code.spans[pc]
        if place is None or (code.name == START and frames):
            continue  # what the compiler has added calls main, and means nothing to the user
        frame = (code.name, place.file, place.start, place.end)
        if frames and frames[-1][:4] == frame:
            frames[-1] = (*frame, frames[-1][4] + 1)
        else:
            frames.append((*frame, 1))
    middle = frames[TRACEBACK_HALF:-TRACEBACK_HALF]
    if middle:
        frames = frames[:TRACEBACK_HALF] + frames[-TRACEBACK_HALF:]
    return frames, sum(frame[4] for frame in middle)
