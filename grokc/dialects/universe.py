"""What grokc offers to xDSL's tools: its dialects, loaded when a name of theirs is met.

``xdsl-opt`` finds this through the entry point ``xdsl.universe``; grokc's own tools take
:func:`make_context`.
"""

from __future__ import annotations

from xdsl.context import Context
from xdsl.ir import Dialect
from xdsl.universe import Universe


def _grok_stack() -> Dialect:
    from grokc.dialects.grok_stack import GrokStack

    return GrokStack


def _grok() -> Dialect:
    from grokc.dialects import feedback, speculation
    from grokc.dialects.grok import Grok

    return Dialect(
        "grok",
        [*Grok.operations, *speculation.OPERATIONS],
        [*Grok.attributes, speculation.FramesAttr, *feedback.ATTRIBUTES],
        Grok._interfaces,
    )


def _grok_vm() -> Dialect:
    from grokc.dialects.grok_vm import GrokVm

    return GrokVm


def _builtin() -> Dialect:
    from xdsl.dialects.builtin import Builtin

    return Builtin


def _arith() -> Dialect:
    from xdsl.dialects.arith import Arith

    return Arith


def _llvm() -> Dialect:
    from xdsl.dialects.llvm import LLVM

    return LLVM


DIALECTS = {"grok_stack": _grok_stack, "grok": _grok, "grok_vm": _grok_vm}

GROK_UNIVERSE = Universe(all_dialects=dict(DIALECTS))


def make_context() -> Context:
    """A context with all dialects of a GrokLang program, and xDSL's ``llvm``."""
    context = Context()
    context.register_dialect("builtin", _builtin)
    context.load_registered_dialect("builtin")
    context.register_dialect("arith", _arith)
    context.register_dialect("llvm", _llvm)
    for name, dialect in DIALECTS.items():
        context.register_dialect(name, dialect)
    return context
