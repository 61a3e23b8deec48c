"""Writes the CHECK lines of a lit test from what its RUN lines print: ``grokc filecheck-update``.

What a command prints is cut into functions.  The lines about each stand below the function of that
name in the test; what has no such function, below the one that it comes after.  (filecheck goes
through the test and the output from the top, so if the two have another order, all lines stand at
the end.)  LLVM's ``update_test_checks.py`` does the same for its tests.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grokc.inspect import commands

NOTE = "// NOTE: CHECK lines are written by grokc filecheck-update."
_RUN = re.compile(r"//\s*RUN:\s*(.*)")
_PREFIX = re.compile(r"--?check-prefix[= ](\S+)")
_SUFFIXES = r"(?:-(?:LABEL|NEXT|NOT|SAME|DAG|EMPTY|COUNT-\d+))?"
ROUNDS = 4
"""CHECK lines move what is below them: so often the places that a test shows may change."""


class CheckError(Exception):
    """A test that cannot be updated; the text says why."""


@dataclass(frozen=True)
class _Run:
    prefix: str
    pipeline: list[commands.Command]


def update(path: str, text: str, *, replace: bool = False, capture: bool = False) -> str:
    """The text of a test with the CHECK lines that its RUN lines call for now.

    ``replace`` lets lines go that were written by hand; ``capture`` gives SSA values names of
    filecheck, so that the test does not depend on their numbers.  The file at ``path`` is written
    for the time of its runs and put back.  Raises :class:`CheckError`.
    """
    if (
        NOTE not in text
        and not replace
        and _without_checks(text, ["CHECK", *_prefixes(text)]) != text
    ):
        raise CheckError("it has CHECK lines that were written by hand; --replace lets them go")
    now = text
    for _ in range(ROUNDS):
        before, now = now, _once(path, now, capture)
        if now == before:
            return now
        _write(path, now)
    raise CheckError("it does not settle: what it prints depends on its CHECK lines")


def _prefixes(text: str) -> list[str]:
    runs = [match[1] for match in map(_RUN.match, text.split("\n")) if match]
    return [match[1] for line in runs if (match := _PREFIX.search(line))]


def _once(path: str, text: str, capture: bool) -> str:
    runs = list(_runs(path, text))
    prefixes = list(dict.fromkeys(run.prefix for run in runs))
    bare = _without_checks(text, prefixes)
    lines = bare.split("\n")
    if NOTE not in lines:
        last = max(number for number, line in enumerate(lines) if _RUN.match(line))
        lines.insert(last + 1, NOTE)
    functions = _functions(lines)
    blocks: dict[int, list[str]] = {}  # by the line that they stand below
    for prefix in prefixes:
        outputs = {_output(run) for run in runs if run.prefix == prefix}
        if len(outputs) > 1:
            raise CheckError(
                f"several RUN lines have the prefix {prefix} and print different things"
            )
        pieces = list(_cut(outputs.pop()))
        anchors = _anchors([name for name, _ in pieces], functions, len(lines))
        for (_, piece), anchor in zip(pieces, anchors, strict=True):
            checks = _checks(prefix, piece, os.path.basename(path), capture)
            blocks.setdefault(anchor, []).append("\n".join(checks))
    result: list[str] = []
    for number, line in enumerate(lines, 1):
        result.append(line)
        if number in blocks:
            result += ["\n\n".join(blocks[number])]
    return "\n".join(result).rstrip("\n") + "\n"


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# ---------------------------------------------------------------------------------- the test


def _runs(path: str, text: str) -> Iterator[_Run]:
    """The RUN lines that end in filecheck, as far as they are plain pipelines."""
    found = False
    for line in text.split("\n"):
        match = _RUN.match(line)
        if match is None or "filecheck" not in match[1]:
            continue
        command = match[1].replace("%S", os.path.dirname(path) or ".").replace("%s", path)
        pipeline = commands.parse(command, ("grokc", "filecheck"))
        if pipeline is None or "%" in command:
            raise CheckError(f"this RUN line is more than a pipeline: {match[1]}")
        prefix = _PREFIX.search(match[1])
        found = True
        yield _Run(prefix[1] if prefix else "CHECK", pipeline[:-1])
    if not found:
        raise CheckError("it has no RUN line that ends in filecheck")


def _without_checks(text: str, prefixes: list[str]) -> str:
    """The test without its CHECK lines, and without the empty lines that they leave behind."""
    pattern = re.compile(rf"//\s*(?:{'|'.join(map(re.escape, prefixes))}){_SUFFIXES}:")
    kept: list[str] = []
    removed = False
    for line in text.split("\n"):
        if pattern.match(line):
            removed = True
            continue
        if removed and not line.strip() and kept and not kept[-1].strip():
            continue
        removed = False
        kept.append(line)
    return "\n".join(kept)


_DEFINITION = re.compile(
    r'(?:\w+\.func @(?:"([^"]+)"|([\w.$]+))|(?:pub )?fn (\w+)|impl(?: .*? for)? (\w+))'
)


def _functions(lines: list[str]) -> dict[str, int]:
    """The functions, and impl blocks, of a test: names and last lines (from 1)."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        match = _DEFINITION.match(line)
        if match is None:
            continue
        name = next(group for group in match.groups() if group)
        last = number
        if line.count("{") > line.count("}"):
            last = next(
                (n for n in range(number + 1, len(lines) + 1) if lines[n - 1].startswith("}")),
                number,
            )
        found[name] = last
    return found


def _anchors(names: list[str], functions: dict[str, int], end: int) -> list[int]:
    """Below which line of the test each piece of the output is to stand."""
    anchors: list[int] = []
    for name in names:
        base = re.split("[<#]", name)[0]
        anchor = functions.get(base) or functions.get(base.split("::")[0])
        anchors.append(anchor or (anchors[-1] if anchors else 0))
    first = next((anchor for anchor in anchors if anchor), end)
    anchors = [anchor or first for anchor in anchors]
    return anchors if anchors == sorted(anchors) else [end] * len(anchors)


# -------------------------------------------------------------------------------- the output


def _output(run: _Run) -> str:
    from grokc.__main__ import main

    done = commands.run(run.pipeline, {"grokc": main})
    if done.failed is not None:
        raise CheckError(f"{done.failed}: exit status {done.status}\n{done.errors}".rstrip())
    if not done.output.strip():
        raise CheckError(f"{' | '.join(map(str, run.pipeline))} prints nothing")
    return done.output


_TITLE = re.compile(
    r'(?:  )?(?:\w+\.func @(?:"([^"]+)"|([\w.$]+))|define .*@(?:"([^"]+)"|([\w.$]+))\('
    r"|([\w:#@<>, ]+): .*parameter)"
)


def _cut(output: str) -> Iterator[tuple[str, list[str]]]:
    """The output by function; as one piece without a name if there is none."""
    lines = output.rstrip("\n").split("\n")
    starts = [number for number, line in enumerate(lines) if _TITLE.match(line)]
    if not starts:
        yield "", lines
        return
    for start, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        title = _TITLE.match(lines[start])
        assert title is not None
        indent = len(lines[start]) - len(lines[start].lstrip())
        piece: list[str] = []
        for line in lines[start:following]:
            if not line.strip():
                break
            piece.append(line[indent:])
            if piece[-1].startswith("}"):
                break
        yield next(group for group in title.groups() if group).removeprefix("tier2."), piece


def _checks(prefix: str, piece: list[str], file: str, capture: bool) -> Iterator[str]:
    """The CHECK lines for a piece; the first finds it, the others follow."""
    known: dict[str, str] = {}
    width = len(f"// {prefix}-LABEL: ")
    is_function = _TITLE.match(piece[0]) is not None
    for number, line in enumerate(piece):
        text = re.sub(r"(\{\{|\[\[)", lambda match: "{{" + re.escape(match[1]) + "}}", line)
        text = re.sub(rf"[^\s\"']*{re.escape(file)}", lambda match: "{{.*}}" + file, text)
        if capture:
            text = _captured(text, known)
        suffix = ("-LABEL" if is_function else "") if number == 0 else "-NEXT"
        head = f"// {prefix}{suffix}:" if text.strip() else f"// {prefix}-EMPTY:"
        yield f"{head:<{width}}{text}".rstrip()


def _captured(line: str, known: dict[str, str]) -> str:
    """The line with names of filecheck for its SSA values: each is bound where it is first seen."""

    def name(match: re.Match[str]) -> str:
        value = match[0]
        if value in known:
            return f"%[[{known[value]}]]"
        known[value] = f"V{len(known)}"
        return f"%[[{known[value]}:.*]]"

    return re.sub(r"%[A-Za-z0-9_$.]+", name, line)
