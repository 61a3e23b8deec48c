"""The compiler thread of a running program.

The machine runs without Python's lock and writes the addresses of its requests into a pipe; the
thread reads them, compiles, and writes the answers into the requests.  Nothing else is shared.
Only this thread touches llvmlite, and it imports the compiler at its first request: a program that
never gets hot does not wait for that, and neither does one whose code is in the cache.

A compilation that fails is logged and counted; the function stays in the lower tiers.
"""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokc.vm.optimizing.compiler import Compilation, ProgramCompiler

READY, REFUSED = 1, 2
"""``REQUEST_...`` in tiers.grok."""


class Optimizer:
    """See the module's text; one for each run."""

    def __init__(
        self, image: bytes, machine: Callable[[], bytes], log: int | None, wait: bool
    ) -> None:
        """``machine`` gives the machine's file; ``log`` is a descriptor for what is done; ``wait``
        says whether the program's end waits for a compilation that is under way."""
        self.image = image
        self.wait = wait
        self.machine = machine
        self.log = log
        self.compiler: ProgramCompiler | None = None
        self.compiled = 0
        self.busy = False
        self.refused: list[str] = []
        """Why functions were not compiled."""
        self._reading, self.descriptor = os.pipe()
        self._finished = allocate_lock()
        self._finished.acquire()
        start_new_thread(self._serve, ())

    def stop(self) -> bool:
        """To be called when the program has ended; whether the thread has ended as well."""
        os.close(self.descriptor)
        if self.busy and not self.wait:
            return False
        self._finished.acquire()
        os.close(self._reading)
        return True

    def _serve(self) -> None:
        try:
            while True:
                message = os.read(self._reading, 8)
                if len(message) < 8:
                    return
                self.busy = True
                self._answer(int.from_bytes(message, "little"))
                self.busy = False
        finally:
            self._finished.release()

    def _answer(self, request: int) -> None:
        from grokc.vm.optimizing import memory

        state = REFUSED
        try:
            if self.compiler is None:
                self.compiler = self._make_compiler(request)
            compiler = self.compiler
            fields = {
                name: request + offset
                for name, offset in compiler.kit.structs["CompileRequest"].items()
                if name
            }
            word = memory.read_word
            function = word(fields["function"])
            code = memory.read(word(fields["code"]), word(fields["code_bytes"]))
            loop = word(fields["loop_offset"])
            name = compiler.symbols.functions[function]
            try:
                if loop == (1 << 64) - 1:
                    made = compiler.compile(function, code, None)
                    memory.write_word(fields["entry"], made.entry)
                    memory.write_word(fields["enter"], made.enter)
                else:
                    made = compiler.compile(function, code, loop)
                    memory.write_word(fields["loop_entry"], made.enter)
                memory.write_word(fields["entry_bytes"], made.loaded.size)
                self._log_compilation(made)
                self.compiled += 1
                state = READY
            except Exception as error:  # whatever it is: the program goes on
                reason = f"{type(error).__name__}: {error}"
                self.refused.append(f"{name}: {reason}")
                self._write(f"optimizing {name} refused: {reason}")
                if os.environ.get("GROKC_DEBUG"):
                    import traceback

                    traceback.print_exc()
            memory.write_word(fields["state"], state)
        except Exception as error:  # there is no compiler at all
            self.refused.append(repr(error))
            self._write(f"optimizing failed: {error!r}")
            memory.write_word(request, REFUSED)  # the first field is the state

    def _make_compiler(self, request: int) -> ProgramCompiler:
        from grokc.vm.optimizing import memory
        from grokc.vm.optimizing.compiler import ProgramCompiler
        from grokc.vm.optimizing.kit import Kit

        kit = Kit.from_bytes(self.machine())
        offset = kit.structs["CompileRequest"]
        context = memory.read_word(request + offset["context"])
        anchor = memory.read_word(request + offset["anchor"])
        return ProgramCompiler(kit, self.image, context, anchor)

    def _log_compilation(self, made: Compilation) -> None:
        kind = "optimizing" if made.osr is None else "osr"
        where = "" if made.osr is None else f" at {made.osr}"
        self._write(
            f"{kind} {made.function}{where} {made.loaded.size} bytes {made.seconds * 1e3:.1f} ms"
        )

    def _write(self, line: str) -> None:
        if self.log is not None:
            os.write(self.log, f"jit: {line}\n".encode("utf-8", "replace"))
