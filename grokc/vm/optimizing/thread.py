"""The compiler thread of a running program.

The machine runs without Python's lock and writes the addresses of its requests into a pipe; the
thread reads them, compiles, and writes the answers into the requests.  Nothing else is shared.
Only this thread touches llvmlite, and it imports the compiler when there is something to compile: a
program that never gets hot does not wait for that, and neither does one whose code an earlier run
has left in the code cache.

A compilation that fails is logged and counted; the function stays in the lower tiers.

**fork.**  A child has none of its parent's threads, and what these hold it can never have.  So a
process that embeds a machine forks between compilations (it waits for one that is under way); a
machine that goes on in the child does so without a compiler.
"""

from __future__ import annotations

import gc
import os
from _thread import allocate_lock, start_new_thread
from time import perf_counter, process_time_ns, thread_time_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from grokc.vm.optimizing.compiler import ProgramCompiler
    from grokc.vm.optimizing.memory import CodeArena
    from grokc.vm.optimizing.names import Names
    from grokc.vm.optimizing.piece import CodeCache, Piece
    from grokc.vm.optimizing.program import Program
    from grokc.vm.optimizing.request import Request

EXIT, WITHDRAWN, FREED, EVENTS = 1, 2, 4, 7
"""``EVENT_...`` in tiers.grok: what the low bits of a message say (0: it is a request)."""
ABOVE_SHIFT = 48
"""Above it lie the type of a value, or a number of pages."""


_running: list[Optimizer] = []
"""Those whose programs have not ended."""

_compiling = allocate_lock()
"""Held by a thread that compiles, and by one that forks."""


def _after_fork_in_child() -> None:
    _compiling.release()
    for optimizer in _running:
        optimizer.lose_thread()


os.register_at_fork(
    before=_compiling.acquire,
    after_in_parent=_compiling.release,
    after_in_child=_after_fork_in_child,
)


class Optimizer:
    """See the module's text; one for each run."""

    def __init__(
        self,
        image: bytes,
        machine: Callable[[], bytes],
        cache_key: str,
        log: int | None,
        *,
        stress: bool,
        sampled: bool,
        wait: bool,
        without: Collection[str] = (),
    ) -> None:
        """``machine`` gives the machine's file; ``cache_key`` is the program's in the code cache
        (empty: there is none); ``log`` is a descriptor for what is done; ``stress`` makes guards
        fail that need not; ``sampled`` makes code whose frames can be told; ``wait`` says whether
        the program's end waits for a compilation that is under way; ``without`` is what optimized
        code is to be made without."""
        self.image = image
        self.machine = machine
        self.cache_key = cache_key
        self.code_cache: CodeCache | None = None
        self.log = log
        self.stress = stress
        self.sampled = sampled
        self.wait = wait
        self.without = without
        self.busy = False
        self.refused: list[str] = []
        """Why functions were not compiled."""
        self.compiled = 0
        self.loaded = 0
        self.time = 0
        """Nanoseconds of processor time."""
        self.time_by_function: dict[int, int] = {}
        """The same, by the function that was asked for; what is shared, such as the import of the
        compiler, belongs to the first one."""
        self.pieces: list[Piece] = []
        self.program: Program | None = None
        self.arena: CodeArena | None = None
        self.compiler: ProgramCompiler | None = None
        self._known_names: Names | None = None
        self._reading, self.descriptor = os.pipe()
        self._finished = allocate_lock()
        self._finished.acquire()
        _running.append(self)
        start_new_thread(self._serve, ())

    def stop(self) -> bool:
        """To be called when the program has ended; whether the thread has ended as well."""
        _running.remove(self)
        os.close(self.descriptor)
        ended = self.wait or not self.busy
        if ended:
            self._finished.acquire()
            os.close(self._reading)
        else:  # there are two threads, and this one has run the program
            self.time = process_time_ns() - thread_time_ns()
        if self.code_cache is not None and any(
            piece.failed() or self.compiled for piece in self.pieces
        ):
            self.code_cache.store()
        return ended

    def lose_thread(self) -> None:
        """In a child: nobody reads what the machine sends, and writing fails."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor in (self.descriptor, self._reading):
            os.dup2(nothing, descriptor)
        os.close(nothing)
        self.busy = False
        self._finished.release()

    def counters(self) -> dict[str, int]:
        """What ``COMPILER_COUNTERS`` in machine.py names."""
        return {
            "optimized_memory": self.arena.used if self.arena is not None else 0,
            "compiler_time": self.time,
            "compiled": self.compiled,
            "loaded": self.loaded,
        }

    def _serve(self) -> None:
        try:
            while True:
                message = os.read(self._reading, 8)
                if len(message) < 8:
                    return
                word = int.from_bytes(message, "little")
                if word & EVENTS:
                    self._see_event(word)
                else:
                    self.busy = True
                    with _compiling:
                        was_on = gc.isenabled()
                        gc.disable()  # A compilation needs what it makes; garbage can wait.
                        self._serve_request(word)
                        if was_on:
                            gc.enable()
                    self.busy = False
        finally:
            self.time = thread_time_ns()
            self._finished.release()

    def _serve_request(self, address: int) -> None:
        begun = thread_time_ns()
        from grokc.vm.optimizing.memory import CodeArena
        from grokc.vm.optimizing.program import Program
        from grokc.vm.optimizing.request import LATER, REFUSED, Request

        request = Request(address)
        if self.program is None:
            self.program = Program(request.program)
            program = self.program
            self.arena = CodeArena(program.optimized_code, program.optimized_code_bytes)
            if self.cache_key:
                from grokc import cache
                from grokc.vm.optimizing.piece import CodeCache

                self.code_cache = CodeCache(cache.CODE, self.cache_key)
        try:
            start = perf_counter()
            piece = self._kept(request)
            how = "from the code cache"
            if piece is None:
                if request.number == 1 and self.code_cache is not None and self.code_cache.pieces:
                    request.close(LATER)
                    return
                piece = self._compile(request)
                how = ""
            assert self.arena is not None
            piece.place(self.arena, self.program)
            self.pieces.append(piece)
            self._log_piece(piece, perf_counter() - start, how)
            request.answer(piece)
        except Exception as error:  # whatever it is: the program goes on
            self.refused.append(f"function {request.function}: {type(error).__name__}: {error}")
            self._write(f"refused: {self.refused[-1]}")
            if os.environ.get("GROKC_DEBUG"):
                import traceback

                traceback.print_exc()
            request.close(REFUSED)
        finally:
            spent = self.time_by_function.get(request.function, 0)
            self.time_by_function[request.function] = spent + thread_time_ns() - begun

    def _kept(self, request: Request) -> Piece | None:
        """The piece of an earlier run, if it has not failed in this one."""
        if self.code_cache is None:
            return None
        piece = self.code_cache.pieces.get((request.function, request.osr))
        if piece is None or piece.address:
            return None
        self.loaded += 1
        return piece

    def _compile(self, request: Request) -> Piece:
        if self.compiler is None:
            from grokc.lowering.grok_to_llvm import Watching
            from grokc.vm.optimizing.compiler import ProgramCompiler

            assert self.program is not None
            watching = Watching(
                stress=self.stress, logged=self.log is not None, sampled=self.sampled
            )
            self.compiler = ProgramCompiler(
                self.machine(), self.image, self.program, watching, self.without
            )
        refused = {place for piece in self.pieces for place in piece.failed()}
        if self.code_cache is not None:
            refused |= self.code_cache.refused
        piece = self.compiler.compile(request.function, request.code, request.osr, refused)
        self.compiled += 1
        if self.code_cache is not None:
            self.code_cache.pieces[piece.function, piece.osr] = piece
        return piece

    def _see_event(self, word: int) -> None:
        event, above = word & EVENTS, word >> ABOVE_SHIFT
        address = (word & (1 << ABOVE_SHIFT) - 1) - event
        if event == FREED:
            from grokc.vm.optimizing.memory import PAGE

            assert self.arena is not None
            self.arena.free(address, above * PAGE)
        else:
            self._log_exit(event, address, above)

    # ----------------------------------------------------------------------------------- the log

    def _log_piece(self, piece: Piece, seconds: float, how: str) -> None:
        if self.log is not None:
            kind = "optimizing" if piece.osr is None else "osr"
            size, time = piece.unit.size, seconds * 1e3
            name = self._name_of(piece)
            self._write(f"{kind} {name}: {size} bytes, {time:.1f} ms {how}".rstrip())

    def _log_exit(self, event: int, entry: int, type_id: int) -> None:
        """An exit of optimized code was taken, and perhaps once too often."""
        for piece in self.pieces:
            number = piece.exit_at(entry)
            if number >= 0:
                function, pc, reason, _ = piece.exits[number]
                if event == WITHDRAWN:
                    self._write(f"invalidate {self._name_of(piece)}: {reason} fails too often")
                else:
                    got = f", got {self._names.type(type_id)}" if type_id else ""
                    where = f"{function} at {pc}"
                    self._write(f"deopt {self._name_of(piece)}: {reason} in {where}{got}")

    def _name_of(self, piece: Piece) -> str:
        name = self._names.function(piece.function)
        return name if piece.osr is None else f"{name} at {piece.osr}"

    @property
    def _names(self) -> Names:
        if self._known_names is None:
            from grokc.vm.optimizing.names import Names

            self._known_names = Names(self.image)
        return self._known_names

    def _write(self, line: str) -> None:
        if self.log is not None:
            os.write(self.log, f"[jit] {line}\n".encode("utf-8", "replace"))
