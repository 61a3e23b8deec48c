"""Samples of a run (sampling.grok) as stacks, tables and speedscope files."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from grokc.frontend.source import SourceFile
from grokc.lowering.image import Image

TIERS = ("interpreter", "baseline", "optimized")
COLLECTOR = "(garbage collector)"
BASELINE_COMPILER = "(baseline compiler)"

_HEAD = 5
"""Words of a sample before its frames."""


class Frame(NamedTuple):
    """A function, or a place in it."""

    function: str
    file: str
    line: int


@dataclass(frozen=True)
class Sample:
    """Where the program was, for some time."""

    time: int
    """Nanoseconds of processor time."""
    tier: str
    """Of the code that ran, or ``COLLECTOR`` or ``BASELINE_COMPILER``."""
    stack: tuple[Frame, ...]
    """The lines reached, the innermost last."""


class Samples:
    """All samples of a run."""

    def __init__(
        self,
        image: bytes,
        files: Sequence[SourceFile],
        words: bytes,
        compiling: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """``words`` as sampling.grok writes them; ``compiling``: nanoseconds that the compiler
        thread has spent for functions, by their numbers in the image."""
        self._image = Image.from_bytes(image)
        self._sources = {file.name: file for file in files}
        self._entries = [function.start for function in self._image.functions]
        self._known: dict[int, Frame] = {}
        self.samples = list(self._read(array("q", words)))
        names = {number: self._name(number) for number in compiling}
        self.compiling = {names[number]: time for number, time in compiling.items()}

    def _read(self, words: array[int]) -> Iterable[Sample]:
        at = 0
        while at < len(words):
            time, collecting, compiling, tier, depth = words[at : at + _HEAD]
            at += _HEAD
            stack = tuple(self._frame(offset) for offset in reversed(words[at : at + depth]))
            at += depth
            running = time - collecting - compiling
            if running:
                yield Sample(running, TIERS[tier], stack)
            for what, spent in ((COLLECTOR, collecting), (BASELINE_COMPILER, compiling)):
                if spent:
                    yield Sample(spent, what, (*stack, Frame(what, "", 0)))

    def _name(self, function: int) -> str:
        return self._image.string(self._image.functions[function].name)

    def _frame(self, offset: int) -> Frame:
        frame = self._known.get(offset)
        if frame is None:
            frame = self._known[offset] = self._frame_at(offset)
        return frame

    def _frame_at(self, offset: int) -> Frame:
        image = self._image
        function = image.functions[max(bisect_right(self._entries, offset) - 1, 0)]
        file = image.string(function.file)
        start = 0
        last = function.first_line + function.line_count
        for record in image.lines[function.first_line : last]:
            if record.offset > offset:
                break
            start = record.start
        source = self._sources.get(file)
        return Frame(image.string(function.name), file, source.position(start)[0] if source else 0)

    def time(self) -> int:
        """Of all samples, in nanoseconds."""
        return sum(sample.time for sample in self.samples)

    def by_tier(self) -> Counter[str]:
        """Time in each tier's code, and in the collector."""
        counts: Counter[str] = Counter()
        for sample in self.samples:
            counts[sample.tier] += sample.time
        return counts

    def by_function(self) -> dict[str, tuple[int, int]]:
        """Time in each function itself, and in it and what it calls."""
        own: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for sample in self.samples:
            own[sample.stack[-1].function] += sample.time
            for name in {frame.function for frame in sample.stack}:
                total[name] += sample.time
        return {name: (own[name], time) for name, time in total.items()}

    def to_text(self) -> str:
        """The share of each tier, the compiler thread, then the functions, most of their own time
        first."""
        time = self.time()
        if not time:
            return "no samples: the program was too short\n"
        tiers = ", ".join(f"{n / time:.0%} {tier}" for tier, n in self.by_tier().most_common())
        lines = [f"{len(self.samples):,} samples of {time / 1e9:.2f} s: {tiers}"]
        if self.compiling:
            most = sorted(self.compiling.items(), key=lambda row: (-row[1], row[0]))
            shown = ", ".join(f"{name} {spent / 1e9:.2f} s" for name, spent in most[:5])
            others = ", ..." if len(most) > 5 else ""
            total = sum(self.compiling.values()) / 1e9
            lines.append(f"beside it {total:.2f} s in the compiler thread: {shown}{others}")
        lines.append("")
        rows = sorted(self.by_function().items(), key=lambda row: (-row[1][0], -row[1][1], row[0]))
        width = max(len("function"), *(len(name) for name, _ in rows))
        lines.append(f"{'function':<{width}}    self   total")
        for name, (own, total) in rows:
            lines.append(f"{name:<{width}}  {own / time:>6.1%}  {total / time:>6.1%}")
        return "\n".join(lines) + "\n"

    def to_speedscope(self, name: str) -> str:
        """The file format of speedscope.app: one profile by function, one by line, and one of the
        compiler thread, by the functions that it has compiled."""
        frames: dict[tuple[str, str, int], int] = {}

        def number(frame: Frame, by_line: bool) -> int:
            text = f"{frame.function}:{frame.line}" if by_line and frame.line else frame.function
            key = (text, frame.file, frame.line if by_line else 0)
            return frames.setdefault(key, len(frames))

        def of_samples(title: str, by_line: bool) -> dict[str, Any]:
            stacks = [[number(frame, by_line) for frame in s.stack] for s in self.samples]
            return profile(title, stacks, [sample.time for sample in self.samples])

        def profile(title: str, stacks: list[list[int]], weights: list[int]) -> dict[str, Any]:
            return {
                "type": "sampled",
                "name": title,
                "unit": "nanoseconds",
                "startValue": 0,
                "endValue": sum(weights),
                "samples": stacks,
                "weights": weights,
            }

        profiles = [of_samples(f"{name}: functions", False), of_samples(f"{name}: lines", True)]
        if self.compiling:
            compiled = [[number(Frame(each, "", 0), False)] for each in self.compiling]
            times = list(self.compiling.values())
            profiles.append(profile(f"{name}: compiler thread", compiled, times))
        shared = [
            {"name": text, **({"file": file} if file else {}), **({"line": line} if line else {})}
            for text, file, line in frames
        ]
        data = {
            "$schema": "https://www.speedscope.app/file-format-schema.json",
            "exporter": "grokc",
            "name": name,
            "activeProfileIndex": 0,
            "shared": {"frames": shared},
            "profiles": profiles,
        }
        return json.dumps(data, ensure_ascii=False) + "\n"
