"""The benchmark programs.

Each is a set of twins in ``benchmarks/programs``: the same algorithm, written as its language's
users write it.  A twin speaks the protocol of ``harness.grok`` there: it prints ``ready``, then
reads a size per line and prints the result of that much work.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / "benchmarks" / "programs"
"""Where the programs lie in a source tree; an installed grokc has none."""


@dataclass(frozen=True)
class Program:
    """One benchmark; its size is meant to give grokc's interpreter about a third of a second."""

    name: str
    size: int
    kind: str
    """``kernel`` (numbers and loops), ``objects``, ``data`` (texts, lists, maps) or ``calls``."""
    small: int
    """A size that every engine has done at once, for tests."""


PROGRAMS = (
    Program("fib", 34, "kernel", 15),
    Program("sum_int", 60_000_000, "kernel", 1000),
    Program("sum_float", 50_000_000, "kernel", 1000),
    Program("nested_loops", 35, "kernel", 6),
    Program("sieve", 5_000_000, "kernel", 1000),
    Program("queens", 11, "kernel", 6),
    Program("nbody", 300_000, "kernel", 100),
    Program("mandelbrot", 600, "kernel", 20),
    Program("spectral_norm", 400, "kernel", 10),
    Program("matrix", 250, "kernel", 10),
    Program("fannkuch", 9, "kernel", 6),
    Program("towers", 20, "objects", 8),
    Program("permute", 9, "objects", 5),
    Program("linked_list", 2500, "objects", 3),
    Program("struct_methods", 2_000_000, "objects", 100),
    Program("binary_trees", 16, "objects", 6),
    Program("bounce", 100_000, "objects", 20),
    Program("storage", 1500, "objects", 1),
    Program("richards", 50, "objects", 1),
    Program("deltablue", 600, "objects", 1),
    Program("havlak", 700, "objects", 1),
    Program("cd", 2000, "objects", 20),
    Program("polymorphism", 50_000, "objects", 10),
    Program("expressions", 4000, "objects", 5),
    Program("strings", 120_000, "data", 20),
    Program("string_building", 4000, "data", 1),
    Program("json", 250, "data", 1),
    Program("word_count", 100, "data", 1),
    Program("maps", 300_000, "data", 2000),
    Program("life", 3000, "data", 20),
    Program("sort", 250_000, "data", 500),
    Program("pipeline", 700, "data", 1),
    Program("closures", 5_000_000, "calls", 100),
    Program("higher_order", 60_000, "calls", 5),
    Program("errors", 1_000_000, "calls", 100),
    Program("interpreter", 700, "calls", 20),
)


class UnknownName(Exception):
    """There is no program or engine of that name; the text says which is nearest."""


def unknown(what: str, name: str, known: list[str]) -> UnknownName:
    """The error for a name that is not among those that are known."""
    nearest = get_close_matches(name, known, 1, 0.4)
    hint = f"did you mean '{nearest[0]}'?" if nearest else "there are: " + ", ".join(known)
    return UnknownName(f"no {what} called '{name}'; {hint}")


def chosen(names: list[str]) -> list[Program]:
    """The programs of these names, all of them for none; raises :class:`UnknownName`."""
    known = {program.name: program for program in PROGRAMS}
    for name in names:
        if name not in known:
            raise unknown("benchmark", name, list(known))
    return [program for program in PROGRAMS if not names or program.name in names]
