"""What can be seen while a pipeline runs: the IR, its diffs, files, times and numbers."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import TextIO

from xdsl.dialects.builtin import ModuleOp

from grokc.inspect import diff
from grokc.inspect.manager import Watcher
from grokc.inspect.pipeline import Step
from grokc.inspect.text import Piece, pieces

Text = Callable[[ModuleOp], list[Piece]]
"""How the module is printed."""

Names = Callable[[str], bool]
"""Which passes are meant."""


def printer(function: str | None, generic: bool, locations: bool) -> Text:
    """Prints the module, or one function of it."""
    return lambda module: pieces(module, function, generic=generic, locations=locations)


class PrintIR(Watcher):
    """``--print-ir-before``, ``--print-ir-after`` and ``--print-ir-after-change``.

    The module is printed once for each point in time at most, and not at all where nobody asks.
    """

    def __init__(
        self,
        text: Text,
        output: TextIO,
        before: Names,
        after: Names,
        only_changes: bool = False,
    ) -> None:
        self.text = text
        self.output = output
        self.wanted_before = before
        self.wanted_after = after
        self.only_changes = only_changes
        self.last: list[Piece] | None = None

    def before(self, step: Step, module: ModuleOp) -> None:
        if self.wanted_before(step.name) or (self.only_changes and self.last is None):
            if self.last is None:
                self.last = self.text(module)
            if self.wanted_before(step.name):
                self._print("before", step, self.last)

    def after(self, step: Step, module: ModuleOp) -> None:
        last, self.last = self.last, None
        if self.wanted_after(step.name) or self.only_changes:
            self.last = self.text(module)
            if not self.only_changes or self.last != last:
                self._print("after", step, self.last)
            else:
                self.output.write(f"// ----- IR after {step.spelling}: no change -----\n\n")

    def _print(self, when: str, step: Step, text: list[Piece]) -> None:
        body = "\n".join(piece.text for piece in text)
        self.output.write(f"// ----- IR {when} {step.spelling} -----\n{body}\n\n")


class PrintDiff(Watcher):
    """``--print-ir-diff``: what each pass changed, as a unified diff."""

    def __init__(self, text: Text, output: TextIO, colored: bool) -> None:
        self.text = text
        self.output = output
        self.colored = colored
        self.last: list[Piece] = []

    def start(self, module: ModuleOp) -> None:
        self.last = self.text(module)

    def after(self, step: Step, module: ModuleOp) -> None:
        now = self.text(module)
        changes = diff.diff(self.last, now, colored=self.colored)
        self.last = now
        title = f"// ----- {step.spelling}{'' if changes else ': no change'} -----"
        if self.colored:
            title = f"{diff.BOLD}{title}{diff.RESET}"
        self.output.write(f"{title}\n{changes}\n")


class WriteTree(Watcher):
    """``--print-ir-tree-dir``: a numbered file for the start and for each pass."""

    def __init__(self, text: Text, folder: str) -> None:
        self.text = text
        self.folder = folder
        self.count = 0

    def start(self, module: ModuleOp) -> None:
        os.makedirs(self.folder, exist_ok=True)
        self._write("input", module)

    def after(self, step: Step, module: ModuleOp) -> None:
        self._write(step.name, module)

    def _write(self, name: str, module: ModuleOp) -> None:
        name = re.sub(r"[^\w.-]", "_", name)
        path = os.path.join(self.folder, f"{self.count:02}-{name}.mlir")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(piece.text for piece in self.text(module)) + "\n")
        self.count += 1


class Timing(Watcher):
    """Seconds by pass, with verifying apart; also of what surrounds the passes, told to it by
    :meth:`add`.  It must be the last of the watchers before a pass and the first after it."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, list[tuple[str, float]]]] = []
        self._start = 0.0
        self._first = perf_counter()

    def add(self, name: str, seconds: float) -> None:
        self.rows.append((name, seconds, []))

    def before(self, step: Step, module: ModuleOp) -> None:
        self._start = perf_counter()

    def after(self, step: Step, module: ModuleOp) -> None:
        self.rows.append((step.spelling, perf_counter() - self._start, []))
        self._start = perf_counter()

    def verified(self, step: Step) -> None:
        self.rows[-1][2].append(("verify", perf_counter() - self._start))

    def tree(self) -> dict[str, object]:
        """The whole as nested nodes of name, seconds and children."""
        children = [
            {
                "name": name,
                "seconds": round(seconds + sum(inner for _, inner in below), 6),
                "children": [{"name": n, "seconds": round(s, 6)} for n, s in below],
            }
            for name, seconds, below in self.rows
        ]
        return {
            "name": "total",
            "seconds": round(perf_counter() - self._first, 6),
            "children": children,
        }

    def to_json(self) -> str:
        return json.dumps(self.tree(), indent=2) + "\n"

    def to_text(self) -> str:
        """A tree as LLVM users know it: seconds, share, name."""
        total = perf_counter() - self._first
        lines = ["// ----- time in seconds -----"]

        def line(depth: int, name: str, seconds: float) -> None:
            share = 100 * seconds / total if total else 0.0
            lines.append(f"{seconds:9.4f} {share:5.1f}%  {'  ' * depth}{name}")

        line(0, "total", total)
        rest = total
        for name, seconds, below in self.rows:
            whole = seconds + sum(inner for _, inner in below)
            rest -= whole
            line(1, name, whole)
            for inner_name, inner in below:
                line(2, inner_name, inner)
        line(1, "rest", rest)
        return "\n".join(lines) + "\n"


class Statistics(Watcher):
    """``--pass-statistics``: how many operations and blocks there are, and which became more or
    fewer; functions that changed."""

    def __init__(self, output: TextIO) -> None:
        self.output = output
        self.last: Counter[str] = Counter()
        self.blocks = 0

    def start(self, module: ModuleOp) -> None:
        self.last, self.blocks = _count(module)
        self.output.write("// ----- pass statistics -----\n")

    def after(self, step: Step, module: ModuleOp) -> None:
        now, blocks = _count(module)
        old, self.last = self.last, now
        self.output.write(
            f"{step.spelling}: operations {old.total()} -> {now.total()}, "
            f"blocks {self.blocks} -> {blocks}\n"
        )
        self.blocks = blocks
        for name in sorted({*old, *now}):
            if old[name] != now[name]:
                self.output.write(f"  {now[name] - old[name]:+6} {name}\n")


def _count(module: ModuleOp) -> tuple[Counter[str], int]:
    names: Counter[str] = Counter()
    blocks = 0
    for op in module.walk():
        if op is not module:
            names[op.name] += 1
            blocks += sum(len(region.blocks) for region in op.regions)
    return names, blocks
