"""What each idea of the roadmap brings: machines and compilers that lack it, beside the usual ones.

Machines are generated from the same operations and core functions, optimized code is made by the
same passes; each idea is a switch (``grokc run --without``).  :data:`ROADMAP` lists them in the
order in which the roadmap adds them, :func:`engines` what is measured:

- *step by step*: machines that begin without any of them and get one after the other, then the
  compilers; each is compared with the one before it;
- *leaving one out*: the usual machine without one of them, compared with the usual one; for what
  compiles, the usual tiers without it;
- the optimizing compiler without one of its passes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace

from grokc.measure.engines import BASELINE, INTERPRETER, OPTIMIZING, Engine, grokc_engine
from grokc.measure.pages import with_section
from grokc.measure.programs import Program, chosen
from grokc.measure.results import Result, ResultError, geometric_mean
from grokc.measure.tables import machine_line, markdown, times
from grokc.vm.machine import OPTIMIZATIONS

FORMAT = 1
"""Raised when stored results of before cannot be read any more."""

SIZES = {
    "fib": 31,
    "sum_int": 15_000_000,
    "nested_loops": 26,
    "sieve": 1_200_000,
    "queens": 10,
    "nbody": 75_000,
    "mandelbrot": 300,
    "towers": 18,
    "struct_methods": 500_000,
    "richards": 12,
    "polymorphism": 12_000,
    "closures": 1_250_000,
    "expressions": 1000,
}
"""What is measured unless programs are named: calls, loops, numbers, lists, objects, closures.  The
work is a quarter of the usual, since machines that lack everything are slow."""


@dataclass(frozen=True)
class Idea:
    """One idea of the roadmap that the interpreter's generator can leave out."""

    name: str
    claim: str
    """The boost that the roadmap speaks of; empty where it names none."""
    switches: tuple[str, ...]
    """As ``grokc run --without`` knows it."""


IDEAS = (
    Idea("shared function bodies: a call copies none", "3.4", ("sharing",)),
    Idea("inline caches at call sites", "1.2", ("linking", "caches")),
    Idea("registers instead of a stack", "1.3–1.5", ("registers",)),
    Idea("NaN-boxing", "", ("nanboxing",)),
    Idea("direct threaded dispatch", "", ("threading",)),
    Idea("instructions that specialize for types", "", ("quickening",)),
)
"""The interpreter's, in the order in which they are added.  The last one is not the roadmap's."""

LEAVING_ONE_OUT = tuple(idea.switches for idea in IDEAS)
"""What the machines lack that lack one idea."""

STEP_BY_STEP = tuple(
    tuple(switch for idea in IDEAS[n:] for switch in idea.switches) for n in range(len(IDEAS) + 1)
)
"""What the machines lack on the way from none to all."""

UNTYPED = "without feedback"
"""The engine that compiles hot functions without what they have seen."""


@dataclass(frozen=True)
class Row:
    """A row of the roadmap's table: which engines its boosts compare."""

    name: str
    claim: str
    step: tuple[str, str]
    """The engine before the step and the one behind it."""
    left_out: tuple[str, str]
    """The engine without it, and the one that has all."""


def lacking(names: Sequence[str]) -> str:
    """The name of the engine whose machine lacks these; the usual interpreter if none."""
    return "without " + "+".join(names) if names else INTERPRETER


ON_A_STACK = lacking(("registers",))
"""The engine without registers alone."""

ROADMAP = (
    *(
        Row(
            idea.name,
            idea.claim,
            (lacking(STEP_BY_STEP[n]), lacking(STEP_BY_STEP[n + 1])),
            (lacking(idea.switches), INTERPRETER),
        )
        for n, idea in enumerate(IDEAS)
    ),
    Row("JIT for hot functions", "10–50", (INTERPRETER, UNTYPED), (INTERPRETER, OPTIMIZING)),
    Row("adaptive: optimized for observed types", "", (UNTYPED, OPTIMIZING), (UNTYPED, OPTIMIZING)),
)

TIERS = (BASELINE, UNTYPED, OPTIMIZING)
"""Engines with a JIT, compared with the interpreter."""

PASSES = tuple(name for name in OPTIMIZATIONS if name != "feedback")


def without_pass(name: str) -> str:
    """The name of the engine that optimizes without a pass."""
    return f"optimizing without {name}"


def engines() -> list[Engine]:
    """All that is measured."""
    machines = dict.fromkeys((*STEP_BY_STEP, *LEAVING_ONE_OUT))
    return [
        *(_machine(names) for names in machines),
        grokc_engine(BASELINE, "--jit=baseline"),
        grokc_engine(UNTYPED, "--jit=on", "--without=feedback", primed=True),
        grokc_engine(OPTIMIZING, "--jit=on", primed=True),
        *(
            grokc_engine(without_pass(name), "--jit=on", f"--without={name}", primed=True)
            for name in PASSES
        ),
    ]


def _machine(names: Sequence[str]) -> Engine:
    options = [f"--without={','.join(names)}"] if names else []
    return grokc_engine(lacking(names), "--jit=off", *options)


def programs(names: Sequence[str]) -> list[Program]:
    """The programs of these names, or the usual ones; raises
    :class:`~grokc.measure.programs.UnknownName`."""
    return [
        replace(program, size=SIZES.get(program.name, program.size))
        for program in chosen(list(names) or list(SIZES))
    ]


@dataclass
class Ablation:
    """What was measured, in short; stored as JSON."""

    measured: str
    """When and on what."""
    sizes: dict[str, int]
    seconds: dict[str, dict[str, float]]
    """Program, engine: the median of the rounds' best iterations."""
    allocated: dict[str, dict[str, int]]
    """Program, engine: bytes that an iteration allocates."""
    instructions: dict[str, dict[str, int]] = field(default_factory=dict)
    """Program, engine (the interpreters with and without registers): instructions that one
    iteration executes.  Each is one dispatch.  The other ideas do not change them."""

    @classmethod
    def of(cls, result: Result) -> Ablation:
        """The short form of what a session has measured."""
        return cls(
            machine_line(result),
            dict(result.sizes),
            {
                program: {name: round(result.peak(program, name) or 0.0, 6) for name in samples}
                for program, samples in result.samples.items()
            },
            {
                program: {name: _allocated(result, program, name) for name in samples}
                for program, samples in result.samples.items()
            },
        )

    def ratio(self, program: str, slow: str, fast: str) -> float | None:
        """How many times as fast one engine is as another; ``None``: it is not known."""
        times = self.seconds[program]
        return times[slow] / times[fast] if slow in times and times.get(fast) else None

    def mean(self, slow: str, fast: str) -> float | None:
        """The geometric mean over all programs."""
        return geometric_mean(self.ratio(program, slow, fast) for program in self.seconds)

    def to_json(self) -> str:
        """A text that :meth:`from_json` reads, with a line for each program."""
        data = {"format": FORMAT, **asdict(self)}
        parts = []
        for name, value in data.items():
            if isinstance(value, dict) and name != "sizes":
                lines = [f"  {json.dumps(key)}: {json.dumps(each)}" for key, each in value.items()]
                text = "{\n" + ",\n".join(lines) + "\n }" if lines else "{}"
            else:
                text = json.dumps(value, ensure_ascii=False)
            parts.append(f" {json.dumps(name)}: {text}")
        return "{\n" + ",\n".join(parts) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> Ablation:
        """Raises :class:`~grokc.measure.results.ResultError` for what :meth:`to_json` has not
        written."""
        try:
            data = json.loads(text)
            if data.pop("format") != FORMAT:
                raise ResultError("stored by another version of grokc")
            return cls(**data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ResultError("not a stored result of grokc ablate") from error


def _allocated(result: Result, program: str, engine: str) -> int:
    """The bytes that an iteration allocates: its share of what the first round's process did."""
    sample = result.samples[program][engine][0]
    return round(sample.counters.get("allocated", 0) / max(len(sample.wall), 1))


# ------------------------------------------------------------------------------------------ tables


def report(ablation: Ablation) -> str:
    """All tables."""
    names = list(ablation.seconds)
    steps = [(row.name, row.step) for row in ROADMAP]
    steps.append(("all", (steps[0][1][0], OPTIMIZING)))
    left_out = [(row.name, row.left_out) for row in ROADMAP]
    tiers = [(tier, (INTERPRETER, tier)) for tier in TIERS]
    passes = [(name, (without_pass(name), OPTIMIZING)) for name in PASSES]
    return "\n".join(
        [
            f"{ablation.measured}\n",
            roadmap_table(ablation),
            _by_program(ablation, "step by step: times as fast", steps, names),
            _by_program(ablation, "leaving one out: times as slow", left_out, names),
            _by_program(ablation, "times as fast as the interpreter", tiers, names),
            _by_program(ablation, "optimized code: times as slow without", passes, names),
            count_table(ablation),
        ]
    )


def _by_program(
    ablation: Ablation,
    head: str,
    rows: Iterable[tuple[str, tuple[str, str]]],
    names: Sequence[str],
) -> str:
    cells = [
        [name, times(ablation.mean(*pair)), *(times(ablation.ratio(p, *pair)) for p in names)]
        for name, pair in rows
    ]
    return markdown([head, "mean", *names], cells)


def _range(ablation: Ablation, pair: tuple[str, str]) -> list[str]:
    """The programs on which a boost is least and most."""
    known = [(r, name) for name in ablation.seconds if (r := ablation.ratio(name, *pair))]
    if not known:
        return ["–", "–"]
    return [f"{ratio:.2f} {name}" for ratio, name in (min(known), max(known))]


def roadmap_table(ablation: Ablation) -> str:
    """The roadmap with what was measured, over all programs."""
    rows = [
        [
            row.name,
            row.claim or "–",
            times(ablation.mean(*row.left_out)),
            times(ablation.mean(*row.step)),
            *_range(ablation, row.step),
        ]
        for row in ROADMAP
    ]
    for what, fast in (("all of the interpreter's", INTERPRETER), ("all", OPTIMIZING)):
        pair = (lacking(STEP_BY_STEP[0]), fast)
        rows.append([what, "–", "–", times(ablation.mean(*pair)), *_range(ablation, pair)])
    return markdown(["times as fast", "claimed", "left out", "step by step", "least", "most"], rows)


def tier_table(ablation: Ablation) -> str:
    """Tiers, over all programs."""
    rows = [
        [tier, times(ablation.mean(INTERPRETER, tier)), *_range(ablation, (INTERPRETER, tier))]
        for tier in TIERS
    ]
    return markdown(["times as fast as the interpreter", "mean", "least", "most"], rows)


def pass_table(ablation: Ablation) -> str:
    """Passes, over all programs."""
    rows = []
    for name in PASSES:
        pair = (without_pass(name), OPTIMIZING)
        rows.append([name, times(ablation.mean(*pair)), *_range(ablation, pair)])
    return markdown(["times as slow without", "mean", "least", "most"], rows)


FIRST_LINE = "<!-- grokc ablate: from here to the end mark this is generated -->"
LAST_LINE = "<!-- grokc ablate: end -->"


def docs_section(ablation: Ablation) -> str:
    """The tables of the documentation, from mark to mark."""
    tables = (roadmap_table, tier_table, pass_table, count_table)
    parts = "\n".join(table(ablation) for table in tables)
    return f"{FIRST_LINE}\n\n{parts}\nMeasured on {ablation.measured}\n\n{LAST_LINE}\n"


def with_tables(text: str, ablation: Ablation) -> str:
    """A page with its tables replaced; raises ``ValueError`` if it has no marks."""
    return with_section(text, docs_section(ablation))


def count_table(ablation: Ablation) -> str:
    """What explains the times: instructions, and bytes that an iteration allocates."""
    tagged = lacking(("nanboxing",))
    rows = []
    for program, counts in ablation.instructions.items():
        registers, on_stack = counts.get(INTERPRETER, 0), counts.get(ON_A_STACK, 0)
        ratio = on_stack / registers if registers and on_stack else None
        allocated = ablation.allocated[program]
        bytes = [f"{allocated.get(name, 0):,}" for name in (INTERPRETER, tagged, OPTIMIZING)]
        rows.append([program, f"{registers:,}", f"{on_stack:,}", times(ratio), *bytes])
    return markdown(
        [
            *("an iteration", "instructions", "on a stack", "ratio"),
            *("bytes allocated", "with tagged values", "by optimized code"),
        ],
        rows,
    )
