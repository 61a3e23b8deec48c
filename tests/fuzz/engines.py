"""The engines that programs are run on, each run in a process of its own.

An engine is a row of ``ENGINES``.  A run is a forked child: what crashes or hangs there is an
observation like others, and the compiler is imported and warm already.
"""

from __future__ import annotations

import faulthandler
import importlib
import os
import signal
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from xdsl.dialects.builtin import ModuleOp

from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.passes.pipelines import compile_module
from grokc.vm import machine, reference, shapes
from grokc.vm.machine import Jit
from grokc.vm.report import report

CPU_LIMIT = 20.0
"""Seconds of processor time; the programs take a fraction of one, and compiling them some."""

TIME_LIMIT = 120.0
"""Seconds that a run may take when it waits instead of working."""

INTERNAL_ERROR = 99
"""The exit status of a child in which Python code failed; no generated program ends with it."""


@dataclass(frozen=True)
class Compiled:
    """A program, as far as all engines share the way."""

    module: ModuleOp
    files: list[SourceFile]
    image: bytes
    stack_image: bytes
    """For the machine without registers."""


@dataclass(frozen=True)
class Observation:
    """What a run left behind; ``failure`` says that it did not end as programs do."""

    status: int
    output: str
    errors: str
    failure: str | None = None


Run = Callable[[Compiled, BinaryIO, BinaryIO], int]


@dataclass(frozen=True)
class Engine:
    """``turn``: this engine gets one of so many programs."""

    name: str
    run: Run
    turn: int = 1

    def observe(self, program: Compiled, cpu_limit: float | None = None) -> Observation:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                _run_in_child(self.run, program, out, err, cpu_limit or CPU_LIMIT)
            _, wait_status = os.waitpid(child, 0)
            output, errors = _contents(out), _contents(err)
        failure = None
        if os.WIFSIGNALED(wait_status):
            number = os.WTERMSIG(wait_status)
            late = number in (signal.SIGPROF, signal.SIGALRM)
            failure = "timeout" if late else f"crash: {signal.Signals(number).name}"
        elif os.WEXITSTATUS(wait_status) == INTERNAL_ERROR:
            failure = "internal error"
        return Observation(os.waitstatus_to_exitcode(wait_status), output, errors, failure)


def compile_program(text: str) -> Compiled:
    """Raises CompileError, or whatever fails in the passes."""
    source = SourceFile("program.grok", text)
    module, files, _ = compile_to_stack(source)
    changed, also_changed = (compile_to_stack(source)[0] for _ in range(2))  # by the passes
    stack_image = compile_module(also_changed, registers=False)
    return Compiled(module, files, compile_module(changed), stack_image)


def _run_in_child(
    run: Run, program: Compiled, out: BinaryIO, err: BinaryIO, cpu_limit: float
) -> NoReturn:
    status = INTERNAL_ERROR
    try:
        faulthandler.disable()
        for number, timer, seconds in (
            (signal.SIGPROF, signal.ITIMER_PROF, cpu_limit),
            (signal.SIGALRM, signal.ITIMER_REAL, TIME_LIMIT),
        ):
            signal.signal(number, signal.SIG_DFL)
            signal.setitimer(timer, seconds)
        status = run(program, out, err)
    except BaseException:
        err.write(traceback.format_exc().encode())
        err.flush()
    finally:
        os._exit(status)


def _contents(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _on_reference(program: Compiled, out: BinaryIO, err: BinaryIO) -> int:
    return reference.run(program.module, program.files, [], out, err)


def _on_machine(**options: Any) -> Run:
    """``options`` are those of :func:`grokc.vm.machine.execute`."""

    def run(program: Compiled, out: BinaryIO, err: BinaryIO) -> int:
        registers = "registers" not in options.get("without", ())
        image = program.image if registers else program.stack_image
        outcome = machine.execute(image, [], out.fileno(), err.fileno(), **options)
        if outcome.message is not None:
            files = [(file.name, file.text.encode()) for file in program.files]
            text = report(outcome.message, outcome.frames, files, outcome.omitted)
            os.write(err.fileno(), f"{text}\n".encode("utf-8", "replace"))
        return outcome.status

    return run


_OPTIMIZING = Jit("sync", baseline_threshold=5, optimizing_threshold=60, strict=True)
"""Hot is what the programs do a few hundred times; nothing may be refused."""

_EARLY = Jit("sync", baseline_threshold=1, optimizing_threshold=3, strict=True)
"""Speculation on what was seen once or twice, which is wrong soon."""

_EXITS = Jit("sync", baseline_threshold=5, optimizing_threshold=40, strict=True, exit_period=7)
"""Guards that hold fail too."""

_BACKGROUND = Jit("on", baseline_threshold=5, optimizing_threshold=40, strict=True)
"""Code arrives at any moment."""

REFERENCE = Engine("reference", _on_reference)
"""The judge of the others."""

_BARE = shapes.shape_without(shapes.IDEAS)
"""The machine that lacks all that it can: tagged values on a stack, a switch, no caches."""

ENGINES = (
    Engine("interp", _on_machine()),
    Engine("interp-gc-stress", _on_machine(collector=machine.COLLECT_ALWAYS), turn=2),
    Engine(
        "without-ideas",
        _on_machine(representation=_BARE[0], dispatch=_BARE[1], without=_BARE[2]),
    ),
    Engine("baseline", _on_machine(jit=Jit("baseline", baseline_threshold=1))),
    Engine("optimizing", _on_machine(jit=_OPTIMIZING)),
    Engine("optimizing-early", _on_machine(jit=_EARLY), turn=3),
    Engine("optimizing-exits", _on_machine(jit=_EXITS), turn=2),
    Engine("background", _on_machine(jit=_BACKGROUND), turn=3),
    Engine(
        "optimizing-gc-stress",
        _on_machine(jit=_OPTIMIZING, collector=machine.COLLECT_ALWAYS),
        turn=4,
    ),
)
"""To add one is to add a line."""


def load_machines() -> None:
    """Builds and loads what the children use, which they cannot hand on to each other."""
    machine.load()
    machine.load(_BARE)
    for module in (
        "grokc.vm.optimizing.compiler",
        "grokc.vm.optimizing.thread",
        "llvmlite.binding",
    ):
        importlib.import_module(module)
