"""One HTML page that shows a program's whole way through the compiler: ``grokc explore``.

The page is ``page/page.html`` with its style, its script and a model of the traced program inside,
so it needs neither a network nor other files.  The model is JSON: tables that refer to each other
by number.  It is packed (zlib, base64), because the texts after two passes have most of their lines
in common; the page's script unpacks it with the browser's own ``DecompressionStream``.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any

from grokc.dialects.location import Span
from grokc.inspect import facts
from grokc.inspect.text import Piece
from grokc.inspect.trace import LEVELS, Trace

Json = Any
"""What :mod:`json` can write."""


def page(trace: Trace) -> str:
    """The whole page."""
    folder = files("grokc.inspect").joinpath("page")
    text = folder.joinpath("page.html").read_text("utf-8")
    title = os.path.basename(trace.files[0].name)
    model = json.dumps(_Model(trace).to_json(), separators=(",", ":"), ensure_ascii=False)
    packed = b64encode(zlib.compress(model.encode())).decode("ascii")
    parts = {
        "TITLE": _escaped(title),
        "STYLE": folder.joinpath("page.css").read_text("utf-8"),
        "SCRIPT": folder.joinpath("page.js").read_text("utf-8"),
        "MODEL": packed,
    }
    for name, part in parts.items():
        text = text.replace(f"@@{name}@@", part)
    return text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@dataclass
class _Model:
    """The tables of a trace."""

    trace: Trace
    spans: dict[Span, int] = field(default_factory=dict)
    pieces: dict[int, tuple[int, Piece]] = field(default_factory=dict)
    """By identity: the number, and the piece, which keeps the identity its own."""

    @cached_property
    def own(self) -> set[str]:
        """The program's functions: the facts about their clones are theirs."""
        return set(facts.function_names(self.trace))

    def to_json(self) -> Json:
        trace = self.trace
        names = dict.fromkeys(name for stage in trace.stages for name in stage.functions)
        functions = [self.function(name) for name in names]
        pieces = [self.piece(piece) for _, piece in self.pieces.values()]
        return {
            "files": [{"name": file.name, "text": file.text} for file in trace.files],
            "levels": LEVELS,
            "kinds": facts.KINDS,
            "stages": [
                {"name": stage.name, "level": stage.level, "seconds": round(stage.seconds, 6)}
                for stage in trace.stages
            ],
            "functions": functions,
            "pieces": pieces,
            "spans": [self.place(span) for span in self.spans],
            "recorded": trace.profile is not None,
        }

    def function(self, name: str) -> Json:
        stages = [stage.functions.get(name) for stage in self.trace.stages]
        return {
            "name": name,
            "tier": self.trace.tier(name) if name else "",
            "pieces": [-1 if piece is None else self.piece_number(piece) for piece in stages],
            "facts": [
                [self.span_number(fact.span), fact.kind, fact.text]
                for fact in (facts.facts(self.trace, name) if name in self.own else [])
            ],
        }

    def piece_number(self, piece: Piece) -> int:
        return self.pieces.setdefault(id(piece), (len(self.pieces), piece))[0]

    def span_number(self, span: Span) -> int:
        return self.spans.setdefault(span, len(self.spans))

    def piece(self, piece: Piece) -> Json:
        return {
            "text": piece.text,
            "origins": [[self.span_number(span) for span in spans] for spans in piece.origins],
            "blocks": [[b.first, b.last, list(b.successors)] for b in piece.blocks],
        }

    def place(self, span: Span) -> Json:
        """Number of the file, first and last line, first and last column (from 1)."""
        numbers = {file.name: number for number, file in enumerate(self.trace.files)}
        file = self.trace.file(span.file)
        if file is None:
            return [-1, 0, 0, 0, 0]
        first, column = file.position(span.start)
        last, end = file.position(span.end)
        return [numbers[file.name], first, last, column, end]
