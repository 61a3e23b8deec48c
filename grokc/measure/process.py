"""One process that runs a benchmark, iteration by iteration.

The benchmark waits for each iteration's size on its standard input, so that what it has used until
then can be read from outside, in the same way for all languages: wall-clock time, the time that its
main thread was on a processor, the most memory it has had.
"""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

PATIENCE = 300.0
"""Seconds that one iteration may take."""

HEAP_AND_CODE = ("heap_peak", "code_memory", "optimized_memory")
"""The counters of grokc's memory."""


class BenchmarkError(Exception):
    """A program failed, or two engines disagree; the text says which."""


@dataclass
class Sample:
    """What one process did.  Times are seconds."""

    start: float
    """From the start of the process until the program was ready."""
    start_cpu: float
    result: str
    wall: list[float] = field(default_factory=list)
    """Of each iteration."""
    cpu: list[float] = field(default_factory=list)
    """The same, as long as the main thread was on a processor."""
    memory: int = 0
    """The most bytes that lay in main memory."""
    resting: int = 0
    """Bytes that lay in main memory when the program was ready, before the first iteration."""
    mapped: int = 0
    """Bytes of files that lay in main memory at the end: programs and libraries."""
    counters: dict[str, int] = field(default_factory=dict)
    """What the engine has counted, if it tells (``grokc run --stats``)."""

    def heap_and_code(self) -> int:
        """The most bytes of heap, and those of all code that was loaded or generated.  Of an engine
        that does not tell: what of the process was not mapped from files."""
        if "heap_peak" in self.counters:
            return sum(self.counters[name] for name in HEAP_AND_CODE)
        return self.memory - self.mapped


class _Process:
    def __init__(self, command: Sequence[str], errors: IO[bytes]) -> None:
        self.command = " ".join(command)
        self.errors = errors
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0
        )
        self.buffer = b""

    def line(self) -> str:
        """The next line of its output."""
        output = self.process.stdout
        assert output is not None
        while b"\n" not in self.buffer:
            if not select.select([output], [], [], PATIENCE)[0]:
                raise BenchmarkError(f"{self.command}: silent for {PATIENCE:.0f} seconds")
            data = output.read(65536)
            if not data:
                raise BenchmarkError(f"{self.command}: {self._last_words()}")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode("utf-8", "replace")

    def _last_words(self) -> str:
        status = self.process.wait()
        self.errors.seek(0)
        return f"status {status}\n{self.errors.read().decode('utf-8', 'replace')}"

    def iterate(self, size: int) -> str:
        """Runs one iteration; its result."""
        stdin = self.process.stdin
        assert stdin is not None
        try:
            stdin.write(b"%d\n" % size)
        except BrokenPipeError:
            raise BenchmarkError(f"{self.command}: {self._last_words()}") from None
        return self.line()

    def cpu(self) -> float:
        """Seconds that its main thread has been on a processor."""
        with open(f"/proc/{self.process.pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e9

    def memory(self, what: str) -> int:
        """Bytes in main memory: ``VmRSS`` now, ``VmHWM`` at most, ``RssFile`` of files."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith(f"{what}:"):
                    return int(line.split()[1]) * 1024
        return 0

    def counters(self) -> dict[str, int]:
        """What it has told at its end on its error output, a name and a number a line."""
        self.errors.seek(0)
        rows = [line.split() for line in self.errors.read().decode("utf-8", "replace").split("\n")]
        return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdecimal()}

    def end(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def measure(
    command: Sequence[str],
    size: int,
    *,
    budget: float,
    least: int = 2,
    most: int = 40,
    counted: bool = False,
) -> Sample:
    """Runs iterations until they have taken ``budget`` seconds, at least and at most so many.

    ``counted``: the program tells its counters at its end.  Raises :class:`BenchmarkError` when the
    program fails or its results differ.
    """
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = _Process(command, errors)
        try:
            sample = _measure(process, started, size, budget, least, most)
        finally:
            process.end()
        if counted:
            sample.counters = process.counters()
        return sample


def _measure(
    process: _Process, started: float, size: int, budget: float, least: int, most: int
) -> Sample:
    if (line := process.line()) != "ready":
        raise BenchmarkError(f"{process.command}: says {line!r} instead of 'ready'")
    before, before_cpu = time.perf_counter(), process.cpu()
    sample = Sample(before - started, before_cpu, "", resting=process.memory("VmRSS"))
    spent = 0.0
    while len(sample.wall) < least or (spent < budget and len(sample.wall) < most):
        before, before_cpu = time.perf_counter(), process.cpu()
        result = process.iterate(size)
        sample.wall.append(time.perf_counter() - before)
        sample.cpu.append(process.cpu() - before_cpu)
        spent += sample.wall[-1]
        if sample.result not in ("", result):
            raise BenchmarkError(
                f"{process.command}: says {result!r} after {sample.result!r} for the same size"
            )
        sample.result = result
    sample.memory = process.memory("VmHWM")
    sample.mapped = process.memory("RssFile")
    return sample


def processor() -> str:
    """The name of this computer's processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return os.uname().machine
