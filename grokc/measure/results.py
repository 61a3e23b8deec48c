"""The result of a benchmark run: what was measured, and on what; stored as JSON."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol, Self, TypeVar

from grokc.measure.process import Sample

FORMAT = 1
"""Raised when stored results of before cannot be read any more."""

CLOCKS = ("wall", "cpu")
"""Wall-clock time, or the time that the program's main thread was on a processor: steadier when
others use the computer, and silent on what other threads did meanwhile."""

MOST_SPREAD = 0.10
"""Share of the median by which rounds may lie apart, in the median of programs and engines, until a
result is too noisy to compare."""

BUSY = 1.15
"""How many times as much wall-clock time as processor time an interpreter may take until the
computer counts as busy."""


class ResultError(Exception):
    """A stored result cannot be read; the text says why."""


@dataclass
class Result:
    """All samples, by program and engine."""

    date: str
    machine: str
    cores: int
    system: str
    clock: str
    versions: dict[str, str] = field(default_factory=dict)
    """Of each engine, as it tells it."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Engines that did not take part, and why."""
    startup: dict[str, float] = field(default_factory=dict)
    """Seconds of whole processes that do nothing, by engine."""
    compiling: dict[str, float] = field(default_factory=dict)
    """Lines per second."""
    front_end: dict[str, float] = field(default_factory=dict)
    """Seconds from text to bytecode, by program."""
    instructions: dict[str, int] = field(default_factory=dict)
    """Of bytecode, that one iteration in the interpreter executes, by program."""
    sizes: dict[str, int] = field(default_factory=dict)
    samples: dict[str, dict[str, list[Sample]]] = field(default_factory=dict)
    """Program, engine: one sample for each round."""

    def engines(self) -> list[str]:
        """The engines in the order in which they took turns."""
        return list(self.versions)

    def times(self, program: str, engine: str) -> list[list[float]]:
        """The seconds of each iteration, by round; empty where there is no twin."""
        rounds = self.samples.get(program, {}).get(engine, [])
        return [sample.cpu if self.clock == "cpu" else sample.wall for sample in rounds]

    def peaks(self, program: str, engine: str) -> list[float]:
        """The best iteration of each round."""
        return [min(times) for times in self.times(program, engine)]

    def peak(self, program: str, engine: str) -> float | None:
        """The median of the rounds' best iterations."""
        return _median(self.peaks(program, engine))

    def first(self, program: str, engine: str) -> float | None:
        """The median of the rounds' first iterations."""
        return _median([times[0] for times in self.times(program, engine)])

    def memory(self, program: str, engine: str) -> float | None:
        """The median of the rounds' peak memory, in bytes."""
        rounds = self.samples.get(program, {}).get(engine, [])
        return _median([sample.memory for sample in rounds])

    def resting(self, engine: str) -> float | None:
        """The median of the bytes in main memory when a program is ready."""
        return _median(
            [
                sample.resting
                for engines in self.samples.values()
                for sample in engines.get(engine, [])
                if sample.resting
            ]
        )

    def heap_and_code(self, program: str, engine: str) -> float | None:
        """The median of heap and code at their peak, in bytes."""
        rounds = self.samples.get(program, {}).get(engine, [])
        return _median([sample.heap_and_code() for sample in rounds if sample.mapped])

    def counter(self, program: str, engine: str, name: str) -> float | None:
        """The median of one of an engine's counters."""
        rounds = self.samples.get(program, {}).get(engine, [])
        return _median([s.counters[name] for s in rounds if name in s.counters])

    def start(self, engine: str) -> float | None:
        """The median time from a process's start until its program was ready."""
        return _median(
            [
                sample.start_cpu if self.clock == "cpu" else sample.start
                for engines in self.samples.values()
                for sample in engines.get(engine, [])
            ]
        )

    def spread(self, program: str, engine: str) -> float:
        """How far the rounds' peaks lie apart, as a share of their median."""
        peaks = self.peaks(program, engine)
        return (max(peaks) - min(peaks)) / statistics.median(peaks) if peaks else 0.0

    def busyness(self) -> float:
        """How many times as long as they were on a processor the processes took."""
        ratios = [
            sum(sample.wall) / sum(sample.cpu)
            for engines in self.samples.values()
            for rounds in engines.values()
            for sample in rounds
            if sum(sample.cpu) > 0
        ]
        return statistics.median(ratios) if ratios else 1.0

    def warning(self) -> str:
        """What keeps this result from being compared; empty if nothing does."""
        busy = self.busyness()
        if self.clock == "wall" and busy > BUSY:
            return (
                f"the computer was busy: the programs took {busy:.1f} times as long as they were "
                "on a processor; wait, or measure with --clock cpu"
            )
        spread = statistics.median(
            [self.spread(program, engine) for program, engine in self.pairs()] or [0.0]
        )
        if spread > MOST_SPREAD:
            return (
                f"too noisy to compare: the rounds lie {spread:.0%} apart; wait until the computer "
                "is idle, or measure more rounds"
            )
        return ""

    def pairs(self) -> list[tuple[str, str]]:
        """The programs and engines that there are samples of."""
        return [(program, engine) for program, each in self.samples.items() for engine in each]

    def ratio(self, program: str, engine: str, ours: str, what: str = "peak") -> float | None:
        """How many times as fast as ``engine`` ``ours`` is; ``what`` is ``peak`` or ``first``."""
        figure = self.peak if what == "peak" else self.first
        theirs, own = figure(program, engine), figure(program, ours)
        return theirs / own if theirs and own else None

    def to_json(self) -> str:
        """A text that :meth:`from_json` reads."""
        data = {"format": FORMAT, **asdict(self)}
        samples = data.pop("samples")
        programs = []
        for program, engines in samples.items():
            for sample in (sample for rounds in engines.values() for sample in rounds):
                for name in ("start", "start_cpu"):
                    sample[name] = round(sample[name], 6)
                for name in ("wall", "cpu"):
                    sample[name] = [round(seconds, 6) for seconds in sample[name]]
            # A line for each engine, so that differences can be read.
            lines = [
                f"{json.dumps(name)}: {json.dumps(rounds)}" for name, rounds in engines.items()
            ]
            programs.append(f"{json.dumps(program)}: {{\n" + ",\n".join(lines) + "\n}")
        head = json.dumps(data, indent=1, ensure_ascii=False).removesuffix("\n}")
        return head + ',\n "samples": {\n' + ",\n".join(programs) + "\n}}\n"

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Raises :class:`ResultError` for what :meth:`to_json` has not written."""
        try:
            data = json.loads(text)
            if data.pop("format") != FORMAT:
                raise ResultError("stored by another version of grokc")
            samples = {
                program: {
                    engine: [Sample(**sample) for sample in rounds]
                    for engine, rounds in engines.items()
                }
                for program, engines in data.pop("samples").items()
            }
            return cls(**data, samples=samples)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ResultError("not a stored result of grokc bench") from error


class Storable(Protocol):
    """A result that has a form as text."""

    def to_json(self) -> str: ...

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises :class:`ResultError` for what :meth:`to_json` has not written."""


StorableT = TypeVar("StorableT", bound=Storable)


def stored(kind: type[StorableT], path: str) -> StorableT:
    """A result from a file; raises :class:`ResultError`, or OSError if it cannot be read."""
    try:
        return kind.from_json(Path(path).read_text("utf-8"))
    except (ResultError, UnicodeDecodeError) as error:
        raise ResultError(f"{path}: {error}") from None


def store(result: Storable, path: str | None) -> None:
    """Writes a result to a file, if one was asked for."""
    if path is not None:
        Path(path).write_text(result.to_json(), "utf-8")


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def geometric_mean(values: Iterable[float | None]) -> float | None:
    """Of those that are known; ``None`` if none is."""
    logarithms = [math.log(value) for value in values if value]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else None
