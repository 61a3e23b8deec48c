"""Loads the machine and runs programs on it.

The machine is an extension module that grokc generates (:mod:`grokc.vm.build`).  It is built once
for each version of its sources, Python and processor, and kept in the disk cache; from then on it
is found, verified and loaded here, without importing any part of the compiler.  This module lies on
the way of every start: nothing heavy at its head.

What is not to be had from the cache's folder (because it cannot be written to, or because nothing
there may be executed) is loaded from a file in memory.
"""

from __future__ import annotations

import _imp
import os
import sys

from grokc import cache
from grokc.vm.shapes import MODULE, USUAL, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence
    from types import ModuleType

    from grokc.vm.optimizing.thread import Optimizer

COUNTERS = (
    "new",
    "generalized",
    "method_hits",
    "method_misses",
    "value_misses",
    "field_misses",
    "polls",
    "collections",
    "allocated",
    "freed",
    "longest_pause",
    "baseline",
    "baseline_bytes",
    "baseline_time",
    "kept_floats",
    "cold_exits",
    "optimized",
    "optimized_bytes",
    "osr",
    "exits",
    "withdrawn",
    "without_jit",
    "code_freed",
    "heap_peak",
    "code_memory",
)
"""The machine's counters (``count_...`` in context.grok), in their order."""

COMPILER_COUNTERS = ("optimized_memory", "compiler_time", "compiled", "loaded")
"""Those of the compiler thread: bytes of memory for optimized code, nanoseconds of processor time,
pieces that it has compiled, pieces of earlier runs."""

SOURCES = (
    "vm/core",
    "vm/baseline",
    "vm/build.py",
    "vm/builtins.py",
    "vm/elf.py",
    "vm/interpreter.py",
    "vm/linker.py",
    "vm/operations.py",
    "vm/shapes.py",
    "vm/tiers.py",
    "vm/optimizing/kit.py",
    "lowering/core.py",
    "lowering/core_declarations.py",
    "lowering/core_function.py",
    "lowering/core_intrinsics.py",
    "lowering/core_types.py",
    "lowering/llvm_builder.py",
    "lowering/llvm_extensions.py",
    "lowering/llvm_ir.py",
    "lowering/native.py",
    "lowering/outline.py",
    "frontend/grammar.lark",
    "frontend/lexer.py",
    "frontend/parser.py",
)
"""What the machine is made from, as :func:`grokc.cache.sources_stamp` wants it."""

# Who reads our output may leave (EPIPE), and a signal may end a write (EINTR): neither is to be
# reported. The module errno would be an import.
_QUIET_FAILURES = (0, 4, 32)

_loaded: dict[Shape, ModuleType] = {}
_built: dict[Shape, bytes] = {}
"""Machines that are in no file."""


COLLECT_ALWAYS = 1
"""Option of the collector: collect at every allocation, and overwrite what is dead."""

COLLECT_LOGGED = 2
"""Option of the collector: tell of every collection on the error output."""


JIT_MODES = ("off", "baseline", "on", "eager", "sync")
"""What becomes of warm functions: nothing; baseline code; optimized code too, made while the
program runs on; the same at the first call; the same while the program waits."""

BASELINE_THRESHOLD = 30
"""Calls (of which one counts as ten turns of a loop) until a function gets baseline code."""

OPTIMIZING_THRESHOLD = 1000
"""The same until it is compiled by the optimizing tier."""

CACHED_THRESHOLD = 20
"""The same where an earlier run of the program has left optimized code."""

JIT_LOGGED = 1
"""Option of the JIT: a line on the error output for each event."""

JIT_LOOPS_ONLY = 2
"""Option of the JIT, for tests: calls do not count, so optimized code is entered by loops alone."""


OPTIMIZATIONS = (
    *("feedback", "inline-calls", "specialize-calls", "remove-dead-code", "thread-jumps"),
    *("scalar-replace", "forward-fields", "hoist-guards", "eliminate-overflow-checks"),
    "eliminate-bounds-checks",
)
"""What optimized code can be made without, to measure what it brings: what operations have seen,
and passes of :mod:`grokc.passes.optimize`."""

INDISPENSABLE = ("bytecode-to-ssa", "apply-feedback", "unbox")
"""Passes that the optimizing tier cannot do without: they make the form that is compiled.  (What
``apply-feedback`` assumes is gone without ``feedback``.)"""


class Jit:
    """How a run compiles to native code."""

    __slots__ = (
        *("baseline_threshold", "code_cache", "exit_period", "logged", "loops_only", "mode"),
        *("optimizing_threshold", "perf_map", "strict", "wait", "without"),
    )

    def __init__(
        self,
        mode: str = "off",
        *,
        baseline_threshold: int = BASELINE_THRESHOLD,
        optimizing_threshold: int = OPTIMIZING_THRESHOLD,
        code_cache: bool = False,
        logged: bool = False,
        exit_period: int = 0,
        loops_only: bool = False,
        perf_map: bool = False,
        strict: bool = False,
        wait: bool = True,
        without: tuple[str, ...] = (),
    ) -> None:
        self.mode = mode
        """One of ``JIT_MODES``."""
        self.baseline_threshold = baseline_threshold
        self.optimizing_threshold = optimizing_threshold
        self.code_cache = code_cache
        """Whether optimized code of earlier runs is used, and kept for later ones."""
        self.logged = logged
        self.exit_period = exit_period
        """For tests: every so many guards and checks of optimized code one fails; 0: none."""
        self.loops_only = loops_only
        """For tests: see ``JIT_LOOPS_ONLY``."""
        self.perf_map = perf_map
        """Whether the names of generated code are written for ``perf`` (:mod:`grokc.vm.optimizing.
        perfmap`)."""
        self.strict = strict
        """Whether a function that cannot be compiled is a :class:`MachineError` at the end."""
        self.wait = wait
        """Whether the end of the program waits for a compilation that is under way; if not, and
        there is one, the process is expected to end soon: what the run has used stays allocated."""
        self.without = without
        """Some of ``OPTIMIZATIONS``: those that optimized code is made without."""


class MachineError(Exception):
    """The machine cannot run this image: it was damaged, or made for another machine."""


class Outcome:
    """How a run ended."""

    __slots__ = (
        *(
            "compiling",
            "counters",
            "frames",
            "message",
            "omitted",
            "output_failed",
            "profile",
            "refused",
            "samples",
            "status",
        ),
    )

    def __init__(
        self,
        status: int,
        message: str | None,
        frames: list[tuple[str, str, int, int, int]],
        omitted: int,
        output_failed: int,
        counters: tuple[int, ...],
        samples: bytes,
    ) -> None:
        self.status = status
        """The exit status: 1 after a run-time error, 130 after Ctrl-C."""
        self.message = message
        """The run-time error that ended the program, if one did."""
        self.frames = frames
        """The active functions, innermost first: name, file, start and end in the file's text
        (characters), how many times in a row."""
        self.omitted = omitted
        """How many entries are missing in the middle of ``frames``."""
        self.output_failed = output_failed
        """The system's error number if standard output could not be written to, else 0."""
        self.counters = dict(zip(COUNTERS, counters, strict=True))
        self.counters.update(dict.fromkeys(COMPILER_COUNTERS, 0))
        self.compiling: dict[int, int] = {}
        """Nanoseconds of the compiler thread's processor time, by the function's number."""
        self.samples = samples
        """Where the program was, as sampling.grok writes it."""
        self.profile = ""
        """What the program's sites have seen, as :class:`grokc.lowering.profile.RecordedProfile`
        has it as text."""
        self.refused: list[str] = []
        """Functions that the optimizing tier could not compile, and why."""


def load(shape: Shape = USUAL) -> ModuleType:
    """The machine, from the cache or built now."""
    machine = _loaded.get(shape)
    if machine is None:
        machine = _loaded[shape] = _load(shape)
    return machine


def _load(shape: Shape) -> ModuleType:
    key = _key(shape)
    path = cache.verified_path("machine", key)
    if path is None:
        with cache.lock("machine"):
            # Another process may have built it while this one waited.
            path = cache.verified_path("machine", key)
            if path is None:
                data = build(shape)
                if cache.write("machine", key, data):
                    path = cache.verified_path("machine", key)
                if path is None:
                    _built[shape] = data
                    return _load_from_memory(data)
    try:
        return _load_from(path)
    except ImportError:
        kept = cache.read("machine", key)  # nothing in the cache's folder may be executed
        if kept is None:
            raise
        return _load_from_memory(kept)


def _key(shape: Shape) -> str:
    return cache.digest(
        cache.sources_stamp(*SOURCES),
        sys.implementation.cache_tag or sys.version,
        _processor(),
        *shape[:2],
        *shape[2],
    )


def code_key(image: bytes, without: Sequence[str] = ()) -> str:
    """The code cache's key: optimized code belongs to a program, a machine and a compiler, of which
    it also matters what it does ``without``."""
    return cache.digest(_key(USUAL), cache.sources_stamp(), image, *sorted(without))


def file_of(shape: Shape = USUAL) -> bytes:
    """The content of a loaded machine's file, its kit for the optimizing tier included."""
    data = _built.get(shape)
    if data is None:
        data = cache.read("machine", _key(shape))
    if data is None:
        raise MachineError("the machine's file is gone")
    return data


def build(shape: Shape = USUAL) -> bytes:
    """A shared object with the machine; takes seconds, and says so."""
    representation, dispatch, without = shape
    lacking = f", without {', '.join(without)}" if without else ""
    which = "" if shape == USUAL else f" ({representation}, {dispatch}{lacking})"
    print(
        f"grokc: building the virtual machine{which}, once for this version and computer ...",
        file=sys.stderr,
        flush=True,
    )
    from grokc.vm.build import build_machine

    return build_machine(shape)


def _processor() -> str:
    """What the machine's code depends on in this computer's processor."""
    try:
        file = os.open("/proc/cpuinfo", os.O_RDONLY | os.O_CLOEXEC)
        try:
            # The kernel writes as much as is asked for: the first processor is enough.
            text = os.read(file, 4096).decode("utf-8", "replace")
        finally:
            os.close(file)
    except OSError:
        text = ""
    facts = ("vendor_id", "cpu family", "model", "flags")
    lines = [line for line in text.split("\n\n")[0].split("\n") if line.startswith(facts)]
    return "\n".join([os.uname().machine, *lines])


def _load_from(path: str) -> ModuleType:
    spec = type(_imp.__spec__)(MODULE, None, origin=path)  # importlib.machinery costs an import
    module: ModuleType = _imp.create_dynamic(spec)
    return module


def _load_from_memory(data: bytes) -> ModuleType:
    file = os.memfd_create(MODULE, os.MFD_CLOEXEC)
    with os.fdopen(file, "wb") as stream:
        stream.write(data)
        stream.flush()
        return _load_from(f"/proc/self/fd/{file}")


def execute(
    image: bytes,
    arguments: Sequence[str] = (),
    out_fd: int = 1,
    err_fd: int = 2,
    *,
    memory_limit: int = 0,
    collector: int = 0,
    jit: Jit | None = None,
    record_profile: bool = False,
    counts: array[int] | None = None,
    sampling_period: int = 0,
    representation: str = "nanbox",
    dispatch: str = "threaded",
    without: tuple[str, ...] = (),
) -> Outcome:
    """Runs a program image to its end; raises :class:`MachineError` if it cannot be loaded.

    ``memory_limit`` is the largest heap in bytes (0: three quarters of the computer's memory);
    ``collector`` a sum of ``COLLECT_...`` options; only the usual machine has a JIT.
    ``record_profile``: the outcome has the profile of the run.
    ``counts`` is for the dispatch ``counted`` alone, which needs it: 64-bit counts, zero at first,
    for each opcode and then for each 8 bytes of the program's code (see counting.grok).
    ``without``: some of ``ABLATIONS``, in that order.
    ``sampling_period`` is in microseconds; 0: the outcome has no samples.  With samples, optimized
    code is made in a way of its own, which must not get into the code cache.
    """
    shape = (representation, dispatch, without)
    machine = load(shape)
    texts = [argument.encode("utf-8", "replace") for argument in arguments]
    if jit is None or shape != USUAL:
        jit = Jit()
    mode = JIT_MODES.index(jit.mode)
    options = JIT_LOGGED * jit.logged | JIT_LOOPS_ONLY * jit.loops_only
    optimizers: list[Optimizer] = []  # one, once something is hot
    profiles: list[str] = []
    key = code_key(image, jit.without) if jit.code_cache else ""
    first_threshold = jit.optimizing_threshold
    if key and cache.has(cache.CODE, key):
        first_threshold = min(CACHED_THRESHOLD, first_threshold)

    def start_compiler() -> int:
        from grokc.vm.optimizing.thread import Optimizer

        log = err_fd if jit.logged else None
        stress = jit.exit_period > 0
        optimizers.append(
            Optimizer(
                image,
                file_of,
                key,
                log,
                stress=stress,
                sampled=sampling_period > 0,
                wait=jit.wait,
                without=jit.without,
            )
        )
        return optimizers[0].descriptor

    def ended(program: int) -> bool:
        done = not optimizers or optimizers[0].stop()
        pieces = [piece for optimizer in optimizers for piece in optimizer.pieces]
        if jit.perf_map:
            from grokc.vm.optimizing.perfmap import write_perf_map

            write_perf_map(image, program, file_of(), pieces)
        if record_profile:
            from grokc.vm.optimizing.recording import recorded_profile

            profiles.append(recorded_profile(image, program, file_of(), pieces))
        return done

    result = machine.run(
        image,
        texts,
        out_fd,
        err_fd,
        memory_limit,
        collector,
        mode,
        jit.baseline_threshold,
        jit.optimizing_threshold,
        first_threshold,
        options,
        jit.exit_period,
        start_compiler,
        ended,
        0 if counts is None else counts.buffer_info()[0],
        sampling_period,
    )
    if isinstance(result, str):
        raise MachineError(result)
    outcome = Outcome(*result)
    outcome.profile = "".join(profiles)
    for optimizer in optimizers:
        outcome.counters.update(optimizer.counters())
        outcome.compiling = dict(optimizer.time_by_function)
        outcome.refused = optimizer.refused
        if jit.strict and outcome.refused:
            raise MachineError("; ".join(outcome.refused))
    return outcome


def run(
    image: bytes,
    files: Sequence[tuple[str, bytes]],
    arguments: Sequence[str] = (),
    out_fd: int = 1,
    err_fd: int = 2,
    *,
    memory_limit: int = 0,
    collector: int = 0,
    jit: Jit | None = None,
    profile_file: str = "",
    statistics: bool = False,
) -> int:
    """Runs a program, reports the run-time error that ended it if one did; the exit status.

    ``profile_file``: and writes the profile of the run there; ``statistics``: and shows what the
    machine has counted.
    """
    outcome = execute(
        image,
        arguments,
        out_fd,
        err_fd,
        memory_limit=memory_limit,
        collector=collector,
        jit=jit,
        record_profile=bool(profile_file),
    )
    if profile_file:
        with open(profile_file, "w", encoding="utf-8") as file:
            file.write(outcome.profile)
    return conclude(outcome, files, err_fd, statistics=statistics)


def conclude(
    outcome: Outcome,
    files: Sequence[tuple[str, bytes]],
    err_fd: int = 2,
    *,
    statistics: bool = False,
) -> int:
    """Reports what went wrong in a run, if anything did; its exit status."""
    if outcome.message is not None:
        from grokc.vm.report import report

        text = report(outcome.message, outcome.frames, files, outcome.omitted)
        _write(err_fd, f"{text}\n".encode("utf-8", "replace"))
    if outcome.output_failed not in _QUIET_FAILURES:
        reason = os.strerror(outcome.output_failed)
        _write(err_fd, f"error: cannot write output: {reason}\n".encode())
    if statistics:
        counts = {**outcome.counters, "refused": len(outcome.refused)}
        lines = [f"{name:<16} {count:>15}\n" for name, count in counts.items()]
        _write(err_fd, "".join(lines).encode())
    return outcome.status


def _write(descriptor: int, data: bytes) -> None:
    """Writes all of it; an error output that cannot be written to is nobody's to hear of."""
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        pass
