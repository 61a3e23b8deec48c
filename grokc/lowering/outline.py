"""Lays out the code of stencils: the way that is usual in one piece, the rest in another.

LLVM leaves code that is to be copied as one piece, with jumps within it over what hardly ever
runs.  This pass works on its assembly text, where blocks have names still.  Of each function
``f`` it keeps what runs from the entry to the first place where the function goes on elsewhere;
all other blocks become ``f.cold``, in a section of their own.  A function that ends by going on at
``next`` falls through: it lacks that jump.

What the text has to look like: AT&T syntax, an instruction a line, local labels that begin with
``.L``, functions between a label of their name and ``.Lfunc_end``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

COLD_SUFFIX = ".cold"
COLD_SECTION = ".text.cold"

_OPPOSITE = {
    "je": "jne",
    "ja": "jbe",
    "jae": "jb",
    "jg": "jle",
    "jge": "jl",
    "jp": "jnp",
    "js": "jns",
    "jo": "jno",
}
_OPPOSITE |= {opposite: name for name, opposite in _OPPOSITE.items()}
_FUNCTION = re.compile(r"\t\.type\t(\S+),@function")
_LEAVES = ("jmp", "ret", "retq", "jmpq", "ud2")


@dataclass(slots=True)
class _Run:
    """Blocks that lie one after another and end in a jump or return."""

    lines: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        first = self.lines[0]
        return first[:-1] if first.endswith(":") else ""

    @property
    def goal(self) -> str:
        """Where its end jumps to; an empty text for what is known at run time only."""
        name, _, target = self.lines[-1].strip().partition("\t")
        return target if name == "jmp" else ""


def outline(assembly: str, following: str, rare: Iterable[str]) -> str:
    """The text with its functions taken apart; ``following`` is the symbol that functions fall
    through to, ``rare`` are symbols that they hardly ever go on at."""
    result: list[str] = []
    lines = iter(assembly.splitlines())
    for line in lines:
        result.append(line)
        if function := _FUNCTION.fullmatch(line):
            name = function[1]
            body: list[str] = []
            for inner in lines:
                if inner.startswith(".Lfunc_end"):
                    break
                if not inner.startswith("\t.") and inner != f"{name}:":
                    body.append(inner)
            hot, cold = _take_apart(name, body, following, frozenset(rare))
            result += [f"{name}:", *hot, inner]
            if cold:
                symbol = f"{name}{COLD_SUFFIX}"
                result += [
                    f'\t.section\t{COLD_SECTION},"ax",@progbits',
                    *(f"\t.hidden\t{symbol}", f"\t.globl\t{symbol}"),
                    *(f"\t.type\t{symbol},@function", f"{symbol}:"),
                    *cold,
                    f"\t.size\t{symbol}, .-{symbol}",
                    "\t.text",
                ]
    return "\n".join(result) + "\n"


def _take_apart(
    name: str, body: list[str], following: str, rare: frozenset[str]
) -> tuple[list[str], list[str]]:
    runs = _thread(_runs(body))
    labels = {line[:-1] for run in runs for line in run.lines if line.endswith(":")}
    entry, *others = runs
    hot = entry.lines
    tails: list[_Run] = []
    while True:
        goal = _Run(hot).goal
        if goal in rare and (split := _last_branch(hot, labels)) is not None:
            # Rarely it ends here: that is somewhere else, and the branch before is the way on.
            branch, target = hot[split].strip().split("\t")
            tail = f".L{name}.tail{len(tails)}"
            tails.append(_Run([f"{tail}:", *hot[split + 1 :]]))
            hot[split:] = [f"\t{_OPPOSITE[branch]}\t{tail}", f"\tjmp\t{target}"]
            goal = target
        for run in others:
            if f"{goal}:" in run.lines:
                break
        else:
            break
        others.remove(run)
        start = run.lines.index(f"{goal}:")
        if start > 0:  # what falls into it jumps there from now on
            others.append(_Run([*run.lines[:start], f"\tjmp\t{goal}"]))
        hot = [*hot[:-1], *run.lines[start:]]
    cold = [line for run in (*others, *tails) for line in run.lines]
    return _fall_through(hot, following), cold


def _runs(body: list[str]) -> list[_Run]:
    runs = [_Run()]
    for line in body:
        runs[-1].lines.append(line)
        if line.strip().split("\t")[0] in _LEAVES:
            runs.append(_Run())
    assert not runs[-1].lines, "code that ends without a jump"
    return runs[:-1]


def _thread(runs: list[_Run]) -> list[_Run]:
    """Branches to a jump go where that goes."""
    goals: dict[str, str] = {}
    for run in runs:
        for line in reversed(run.lines[:-1]):
            if not run.goal or not line.endswith(":"):
                break
            goals[line[:-1]] = run.goal
    for run in runs:
        lines = []
        for line in run.lines:
            name, _, target = line.strip().partition("\t")
            if name in _OPPOSITE or name == "jmp":
                while target in goals:
                    target = goals[target]
                line = f"\t{name}\t{target}"
            if line[:-1] not in goals:
                lines.append(line)
        run.lines = lines
    # A jump without a label is one that nothing comes to any more.
    return [run for run in runs if run is runs[0] or run.label]


def _last_branch(lines: list[str], labels: Iterable[str]) -> int | None:
    """The last conditional jump to one of the labels, if no label follows it."""
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if line.endswith(":"):
            return None
        name, _, target = line.strip().partition("\t")
        if name in _OPPOSITE:
            return number if target in labels else None
    return None


def _fall_through(lines: list[str], following: str) -> list[str]:
    """The code without the jump to what follows."""
    jump = f"\tjmp\t{following}"
    if len(lines) > 1 and lines[-1].startswith("\tjmp\t"):
        name, _, target = lines[-2].strip().partition("\t")
        if name in _OPPOSITE and target == following:
            goal = lines[-1].strip().partition("\t")[2]
            lines = [*lines[:-2], f"\t{_OPPOSITE[name]}\t{goal}", jump]
    return lines[:-1] if lines[-1] == jump else lines
