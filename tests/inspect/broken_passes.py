"""Passes that do what no pass should, for the tests of what happens then."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

from grokc.dialects import grok
from grokc.inspect import pipeline


@dataclass(frozen=True)
class Crash(ModulePass):
    """Raises at the first multiplication."""

    name = "crash"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for each in op.walk():
            if isinstance(each, grok.MulOp):
                raise RuntimeError("I do not like to multiply")


@dataclass(frozen=True)
class Spoil(ModulePass):
    """Drops each function's terminator."""

    name = "spoil"

    function: str = ""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for each in op.body.ops:
            if isinstance(each, grok.FuncOp) and each.sym_name.data == self.function:
                last = each.body.blocks[-1].last_op
                assert last is not None
                last.detach()  # type: ignore[no-untyped-call]
                last.erase()


@pytest.fixture
def broken_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes them known by their names."""
    known = {**pipeline.passes(), "crash": lambda: Crash, "spoil": lambda: Spoil}
    monkeypatch.setattr(pipeline, "passes", lambda: known)
