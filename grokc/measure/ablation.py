"""What each idea of the machine brings: machines that lack it, measured beside the usual one.

The machines are generated from the same operations and core functions; :data:`STEPS` lists the
ideas in the order in which the roadmap adds them.  Measured are machines without one of them (what
it brings to all the others) and a row of machines that starts without any and gets one after the
other (what the roadmap brings step by step).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grokc.measure.engines import BASELINE, INTERPRETER, OPTIMIZING, Engine, grokc_engine
from grokc.measure.results import Result, geometric_mean
from grokc.measure.tables import markdown, times

PROGRAMS = (
    *("fib", "sum_int", "nested_loops", "queens", "mandelbrot", "towers", "struct_methods"),
    *("richards", "closures", "expressions"),
)
"""What is measured unless programs are named: calls, loops, numbers, objects, closures."""


@dataclass(frozen=True)
class Step:
    """One idea of the machine."""

    name: str
    """As ``grokc run --without`` knows it."""
    claim: str
    """What the roadmap says, in its words."""


STEPS = (
    Step("sharing", "a call copies only a frame header, not the function's body"),
    Step("linking", "a call knows its function and does not look it up by name"),
    Step("caches", "inline caches for methods, fields and function values"),
    Step("nanboxing", "one word for a value instead of a tag and a payload"),
    Step("threading", "each handler jumps to the next one, without a switch"),
    Step("quickening", "instructions for the types of operands that they have seen"),
)

NAMES = tuple(step.name for step in STEPS)

TIERS = ((BASELINE, "baseline compiler"), (OPTIMIZING, "and optimizing compiler"))
"""What comes on top of the interpreter."""


def engines() -> list[Engine]:
    """The usual machine, those that lack one idea, those on the way from none to all, the tiers."""
    usual = {engine: grokc_engine(engine) for engine in (INTERPRETER, BASELINE, OPTIMIZING)}
    lacking = [_without((name,)) for name in NAMES]
    steps = [_without(NAMES[n:]) for n in range(len(NAMES) - 1)]
    return [usual[INTERPRETER], *lacking, *steps, usual[BASELINE], usual[OPTIMIZING]]


def _without(names: Sequence[str]) -> Engine:
    return grokc_engine(_lacking(names), "--jit=off", "--without=" + ",".join(names))


def _lacking(names: Sequence[str]) -> str:
    """The name of the engine that lacks these ideas; of none, the usual one."""
    return "without " + "+".join(names) if names else INTERPRETER


def boost(result: Result, slow: str, fast: str, program: str | None = None) -> float | None:
    """How many times as fast one engine is as another, on a program or (geometric mean) on all."""
    if program is not None:
        return result.ratio(program, slow, fast)
    return geometric_mean(result.ratio(each, slow, fast) for each in result.samples)


def table(result: Result) -> str:
    """The roadmap with what was measured: by itself, step by step, and on each program."""
    programs = list(result.samples)
    rows = []
    for n, step in enumerate(STEPS):
        before, after = _lacking(NAMES[n:]), _lacking(NAMES[n + 1 :])
        alone = boost(result, _lacking((step.name,)), INTERPRETER)
        each = [boost(result, before, after, program) for program in programs]
        cells = [times(alone), times(boost(result, before, after)), *map(times, each)]
        rows.append([f"{step.name}: {step.claim}", *cells])
    previous = INTERPRETER
    for tier, what in TIERS:
        each = [boost(result, previous, tier, program) for program in programs]
        rows.append([what, "–", times(boost(result, previous, tier)), *map(times, each)])
        previous = tier
    for what, fast in (("all of the interpreter's", INTERPRETER), ("all", OPTIMIZING)):
        each = [boost(result, _lacking(NAMES), fast, program) for program in programs]
        rows.append([what, "–", times(boost(result, _lacking(NAMES), fast)), *map(times, each)])
    return markdown(["times as fast through", "alone", "step by step", *programs], rows)
