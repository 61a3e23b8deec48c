"""Tells line by line what the compiler made of a program, or of one function of it.

Says for each line of the source what was decided at compile time, what the optimizing tier makes of
it (specialized, guarded, boxed and why), and, with a profile that `grokc run --record-profile` has
written, what the recorded run has seen there.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from grokc.cli import traced
from grokc.cli.traced import FAILURE
from grokc.frontend.diagnostics import did_you_mean
from grokc.frontend.source import SourceFile
from grokc.inspect import facts
from grokc.inspect.trace import Trace

_MARKS = {
    facts.FAST: "+",
    facts.GUARD: "?",
    facts.SLOW: "-",
    facts.LEFT: "!",
    facts.NEVER: "x",
    facts.INFO: "=",
}
_COLORS = {
    facts.FAST: "\x1b[32m",
    facts.GUARD: "\x1b[33m",
    facts.SLOW: "\x1b[31m",
    facts.LEFT: "\x1b[35m",
    facts.NEVER: "\x1b[90m",
    facts.INFO: "\x1b[36m",
}
_RESET = "\x1b[0m"


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    traced.add_arguments(parser)
    parser.add_argument("--function", "-f", metavar="NAME", help="only this function")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def main(options: Namespace) -> int:
    """Runs the command; its exit status."""
    found = traced.traced(options)
    if found is None:
        return FAILURE
    names = facts.function_names(found)
    if options.function is not None:
        if options.function not in names:
            hint = did_you_mean(options.function, names) or f"there are {', '.join(names)}"
            print(f"error: there is no function '{options.function}'; {hint}", file=sys.stderr)
            return FAILURE
        names = [options.function]
    colored = options.color == "always" or (options.color == "auto" and sys.stdout.isatty())
    print("\n\n".join(_explain(found, name, colored) for name in names))
    marks = "  ".join(f"{mark} {facts.KINDS[kind].split(':')[0]}" for kind, mark in _MARKS.items())
    print(f"\n{marks}")
    if found.profile is None:
        print("No profile was given: without one, nothing is known of what a run would see.")
    return 0


def _explain(found: Trace, name: str, colored: bool) -> str:
    """The function's lines, each with its facts below it."""
    known = facts.facts(found, name)
    piece = found.stages[0].functions[name]
    spans = {span for origins in piece.origins for span in origins}
    places = {
        (span.file, line)
        for span in spans
        if (lines := found.lines(span)) is not None
        for line in (lines[0], lines[1])
    }
    if not places:
        return f"fn {name}: made by the compiler"
    file_name = min(places)[0]
    first = min(line for file, line in places if file == file_name)
    last = max(line for file, line in places if file == file_name)
    source = found.file(file_name)
    assert source is not None
    by_line: dict[int, list[facts.Fact]] = {}
    for fact in known:
        lines = found.lines(fact.span)
        if lines is not None and fact.span.file == file_name:
            by_line.setdefault(lines[0], []).append(fact)
    gutter = len(str(last))
    tier = found.tier(name)
    result = [f"{name} ({file_name}:{first})" + (f", {tier} at the end of the run" if tier else "")]
    for number in range(first, last + 1):
        result.append(f"{number:{gutter}} | {source.line(number)}".rstrip())
        for text in dict.fromkeys(_line(source, fact, colored) for fact in by_line.get(number, [])):
            result.append(f"{' ' * gutter} |     {text}")
    return "\n".join(result)


def _line(source: SourceFile, fact: facts.Fact, colored: bool) -> str:
    text = " ".join(source.text[fact.span.start : fact.span.end].split())
    if len(text) > 40:
        text = f"{text[:37]}..."
    mark = _MARKS[fact.kind]
    if colored:
        mark = f"{_COLORS[fact.kind]}{mark}{_RESET}"
    return f"{mark} `{text}`: {fact.text}"
