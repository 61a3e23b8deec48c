"""What has changed between two results, beyond noise."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from grokc.measure.results import Result, geometric_mean

LEAST_CHANGE = 0.03
"""As a share: alignment of code alone moves results by some percent."""


@dataclass(frozen=True)
class Change:
    """One figure of one program on one engine."""

    program: str
    engine: str
    what: str
    """``peak`` or ``first`` (seconds), or ``memory`` (bytes at most)."""
    before: float
    after: float
    real: bool
    """Whether it is beyond noise."""

    @property
    def ratio(self) -> float:
        """Above 1: slower, or more, than before."""
        return self.after / self.before


def compare(before: Result, after: Result) -> list[Change]:
    """All figures that both results have.

    A change is real when it is larger than ``LEAST_CHANGE`` and no round of one result reaches
    into the range of the other's rounds.
    """
    return list(_changes(before, after))


def _changes(before: Result, after: Result) -> Iterator[Change]:
    for program in after.samples:
        if before.sizes.get(program) != after.sizes[program]:
            continue
        for engine in after.engines():
            for what in ("peak", "first", "memory"):
                old, new = (_figures(result, program, engine, what) for result in (before, after))
                if old and new:
                    a, b = statistics.median(old), statistics.median(new)
                    apart = max(old) < min(new) or max(new) < min(old)
                    real = apart and abs(b / a - 1) > LEAST_CHANGE
                    yield Change(program, engine, what, a, b, real)


def _figures(result: Result, program: str, engine: str, what: str) -> list[float]:
    """Of each round."""
    if what == "memory":
        return [sample.memory for sample in result.samples.get(program, {}).get(engine, [])]
    times = result.times(program, engine)
    return [min(each) if what == "peak" else each[0] for each in times]


def obstacle(before: Result, after: Result) -> str:
    """Why the two cannot be compared; empty if they can."""
    for name, result in (("the stored result", before), ("this result", after)):
        if warning := result.warning():
            return f"{name}: {warning}"
    if before.machine != after.machine:
        return f"the stored result is of another computer: {before.machine}"
    if before.clock != after.clock:
        return f"the stored result was measured by another clock: {before.clock}"
    return ""


def told(changes: list[Change]) -> str:
    """The real changes, a line for each, and the geometric mean of each engine's peaks."""
    lines = [
        f"{change.program} on {change.engine}: {_told(change)}"
        for change in sorted(changes, key=lambda change: change.ratio)
        if change.real
    ]
    if not lines:
        lines = ["nothing has changed beyond noise"]
    for engine in dict.fromkeys(change.engine for change in changes):
        mean = geometric_mean(
            change.ratio for change in changes if change.engine == engine and change.what == "peak"
        )
        if mean:
            lines.append(f"geometric mean of {engine}'s peaks: {_in_words(mean)}")
    return "\n".join(lines) + "\n"


def _told(change: Change) -> str:
    if change.what == "memory":
        before, after = change.before / 1e6, change.after / 1e6
        more = "more" if change.ratio > 1 else "less"
        return f"memory {before:.1f} -> {after:.1f} MB, {abs(change.ratio - 1):.1%} {more}"
    before, after = change.before * 1000, change.after * 1000
    return f"{change.what} {before:.1f} -> {after:.1f} ms, {_in_words(change.ratio)}"


def _in_words(ratio: float) -> str:
    return f"{abs(ratio - 1):.1%} {'slower' if ratio > 1 else 'faster'}"
