"""Compiles LLVM IR text to relocatable objects, in processes of their own.

llvmlite guards every call with one lock, so threads gain nothing; and LLVM ends the process when
its code generator meets what it cannot do.  Hence a :class:`Compiler` owns helper processes (as
many as there are processors, two at most by default) that are started before the front end runs
and import llvmlite meanwhile; this process never loads it::

    with Compiler() as compiler:
        ...                                       # parse and lower the core files
        objects = compiler.compile([Unit(text, "full"), Unit(other, "short")])

``full`` is LLVM's O2, for handlers, and ``stencils`` the same with branch folding and what is rare
apart, for the baseline tier's (to be compiled first in a process); ``short`` is a pipeline for the
run-time library that takes 0.6 of the time, most of it for generating code.  Both inline what is
marked ``alwaysinline`` first.  Code is for the host's processor, small code model, position
independent.

**fork.**  Helpers belong to the process that started them.  A child of it that goes on compiling,
as it does when a signal handler forks, starts helpers of its own.

:func:`compile_unit` and :func:`assembly` do the same in this process, for tests and for people who
want to look.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import cache
from typing import IO, TYPE_CHECKING

from grokc.lowering.outline import outline
from grokc.lowering.target import target_machine

if TYPE_CHECKING:
    import llvmlite.binding as llvm


class NativeError(Exception):
    """LLVM refused the IR, or its process died: a bug in what produced the IR."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One module of LLVM IR text; ``level`` is ``full``, ``stencils`` or ``short``.

    Stencils' functions are taken apart (:mod:`grokc.lowering.outline`): ``following`` is what they
    fall through to, ``rare`` what they hardly ever go on at.
    """

    text: str
    level: str = "full"
    following: str = ""
    rare: tuple[str, ...] = ()


@cache
def _prepare() -> None:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.initialize_native_asmparser()
    # One branch for each test: combining two takes longer, since nearly all tests hold.
    llvm.set_option("grokc", "-x86-br-merging-base-cost=-1")


@cache
def _keep_branches() -> None:
    import llvmlite.binding as llvm

    # Branch folding makes one conditional tail call of a handler's `jne; jmp raise`.  The code
    # generator then cannot move the cold block that it ends, and puts it into the hot path.
    llvm.set_option("grokc", "-disable-branch-fold")


@cache
def _target_machine(level: str, processor: str | None = None) -> llvm.TargetMachine:
    _prepare()
    if level != "stencils":  # these want conditional tail calls; the option holds for good
        _keep_branches()
    return target_machine(1 if level == "short" else 2, processor)


def _optimized(
    unit: Unit, processor: str | None = None
) -> tuple[llvm.ModuleRef, llvm.TargetMachine]:
    import llvmlite.binding as llvm

    machine = _target_machine(unit.level, processor)
    try:
        module = llvm.parse_assembly(unit.text)
        module.verify()
    except RuntimeError as error:
        raise NativeError(f"LLVM refuses the code: {error}") from None
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = False
    options.slp_vectorization = False
    options.loop_unrolling = False
    builder = llvm.create_pass_builder(machine, options)
    if unit.level != "short":
        passes = builder.getModulePassManager()
    else:
        passes = llvm.create_new_module_pass_manager()
        passes.add_always_inliner_pass()
        passes.add_global_dead_code_eliminate_pass()
        passes.add_sroa_pass()
        passes.add_simplify_cfg_pass()
        passes.add_instruction_combine_pass()
        passes.add_jump_threading_pass()  # past the statuses of inlined functions
        passes.add_simplify_cfg_pass()
        add_value_numbering(passes)
        passes.add_loop_rotate_pass()
        passes.add_dead_store_elimination_pass()
        passes.add_instruction_combine_pass()
        passes.add_simplify_cfg_pass()
    passes.run(module, builder)
    return module, machine


def add_value_numbering(passes: llvm.ModulePassManager | llvm.FunctionPassManager) -> None:
    """LLVM's NewGVN, the one numbering of values that llvmlite offers, made safe.

    NewGVN takes two phis of one loop for the same when each has itself on another of the loop's
    back-edges (``i`` kept where ``j`` is stepped, and the other way round).  In loops with one
    back-edge, which is what loop-simplify makes, a phi never has itself.
    """
    passes.add_loop_simplify_pass()
    passes.add_new_gvn_pass()


def compile_unit(unit: Unit) -> bytes:
    """Compiles in this process; the result is a relocatable ELF object."""
    import llvmlite.binding as llvm

    module, machine = _optimized(unit)
    if unit.level == "stencils":
        machine.set_asm_verbosity(False)
        text = outline(machine.emit_assembly(module), unit.following, unit.rare)
        module = llvm.parse_assembly("".join(map(_module_assembly, text.splitlines())))
    data: bytes = machine.emit_object(module)
    return data


def _module_assembly(line: str) -> str:
    """A line of assembly as one of LLVM IR."""
    escaped = line.replace("\\", "\\5C").replace('"', "\\22").replace("\t", " ")
    return f'module asm "{escaped}"\n'


def assembly(unit: Unit, symbol: str | None = None, processor: str | None = None) -> str:
    """The code that :func:`compile_unit` makes, of one function or of the whole unit; for the
    processor at hand or another."""
    module, machine = _optimized(unit, processor)
    machine.set_asm_verbosity(False)
    text: str = machine.emit_assembly(module)
    if symbol is None:
        return text
    lines = text.splitlines()
    quoted = {f"{symbol}:", f'"{symbol}":'}
    try:
        start = next(number for number, line in enumerate(lines) if line in quoted)
    except StopIteration:
        raise KeyError(symbol) from None
    end = start
    while not lines[end].startswith(("\t.size", ".Lfunc_end")):
        end += 1
    body = [line for line in lines[start:end] if not line.startswith(("\t.p2align", "\t.cfi"))]
    return "\n".join(body) + "\n"


def optimized_ir(unit: Unit) -> str:
    """The IR after the pipeline."""
    return str(_optimized(unit)[0])


_active: list[Compiler] = []
"""Those that have helpers."""


def _after_fork_in_child() -> None:
    for compiler in _active:
        compiler.lose_helpers()


os.register_at_fork(after_in_child=_after_fork_in_child)


class Compiler:
    """Helper processes that compile units; see the module's text."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or min(2, os.cpu_count() or 1)
        self._owner = os.getpid()
        # The helper finds modules where this process does, however it was started.
        start = "import sys; sys.path = sys.argv[1:]; import grokc.lowering.native as n; n.serve()"
        self._helpers = [
            subprocess.Popen(
                [sys.executable, "-c", start, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _ in range(self.processes)
        ]
        _active.append(self)

    def __enter__(self) -> Compiler:
        return self

    def __exit__(self, *_: object) -> None:
        _active.remove(self)
        for helper in self._helpers:
            if not self._inherited():
                helper.kill()
                helper.wait()
            for pipe in _pipes(helper):
                with suppress(BrokenPipeError):  # what was not read is of no interest
                    pipe.close()

    def lose_helpers(self) -> None:
        """In a child: what it would write to them or read from them is its parent's."""
        nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        for helper in self._helpers:
            for pipe in _pipes(helper):
                if not pipe.closed:
                    os.dup2(nothing, pipe.fileno(), inheritable=False)
        os.close(nothing)

    def _inherited(self) -> bool:
        return os.getpid() != self._owner

    def compile(self, units: Sequence[Unit]) -> list[bytes]:
        """Objects for the units, in their order; to be called once."""
        try:
            if not self._inherited():
                return self._compile(units)
        except NativeError:
            if not self._inherited():  # else it was forked meanwhile, and has lost its helpers
                raise
        with Compiler(self.processes) as own:
            return own.compile(units)

    def _compile(self, units: Sequence[Unit]) -> list[bytes]:
        shares: list[list[int]] = [[] for _ in self._helpers]
        loads = [0] * len(shares)
        for number in sorted(range(len(units)), key=lambda number: -len(units[number].text)):
            lightest = loads.index(min(loads))
            shares[lightest].append(number)
            loads[lightest] += len(units[number].text)
        objects = [b""] * len(units)
        for helper, share in zip(self._helpers, shares, strict=True):
            assert helper.stdin is not None
            jobs = [astuple(units[number]) for number in share]
            with suppress(BrokenPipeError):  # it died; its answer below says so
                marshal.dump(jobs, helper.stdin)
                helper.stdin.close()
        for helper, share in zip(self._helpers, shares, strict=True):
            assert helper.stdout is not None and helper.stderr is not None
            try:  # not up to the pipe's end: a child forked at the wrong moment may hold it open
                failure, results = marshal.load(helper.stdout)
            except EOFError:
                complaint = helper.stderr.read().decode("utf-8", "replace").strip()
                failure = f"the compiling process died ({helper.wait()}): {complaint}"
            if failure:
                raise NativeError(failure)
            for number, data in zip(share, results, strict=True):
                objects[number] = data
        return objects


def _pipes(helper: subprocess.Popen[bytes]) -> list[IO[bytes]]:
    return [pipe for pipe in (helper.stdin, helper.stdout, helper.stderr) if pipe is not None]


def serve() -> None:
    """What a helper process does: read the jobs, compile, write the objects, end."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but the answer goes to the pipe
    _target_machine("stencils")
    jobs = marshal.load(sys.stdin.buffer)
    failure, objects = "", [b""] * len(jobs)
    try:
        for number in sorted(range(len(jobs)), key=lambda number: jobs[number][1] != "stencils"):
            objects[number] = compile_unit(Unit(*jobs[number]))
    except NativeError as error:
        failure = str(error)
    marshal.dump((failure, objects), output)
    output.flush()
    os._exit(0)  # freeing LLVM's modules one by one would take longer than it is worth
