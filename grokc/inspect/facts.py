"""What became of each place in the source: facts for ``grokc explain`` and the page's margin.

A fact speaks of a span of the source and has a *kind*, which is how it is coloured, and a sentence.
Facts come from three places: the recorded profile (what sites have seen), the operations that the
optimizing tier's passes left (guards, unboxed arithmetic, boxes, exits, direct calls), and the
difference between stages (what was folded or is gone).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from xdsl.dialects import arith
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.printer import Printer

from grokc.dialects import grok, speculation
from grokc.dialects.feedback import FEEDBACK, SeenAttr, ShapeAttr, TargetAttr
from grokc.dialects.location import Span, span, spans
from grokc.dialects.types import GrokType, print_type
from grokc.inspect.trace import Trace, operations_of
from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols

FAST = "fast"
GUARD = "guard"
SLOW = "slow"
NEVER = "never"
INFO = "info"
KINDS = {
    FAST: "specialized: machine values, direct calls, known fields",
    GUARD: "guarded: leaves to the interpreter if an assumption fails",
    SLOW: "generic: looks at types at run time, or boxes",
    NEVER: "has not run yet: an exit to the interpreter",
    INFO: "decided at compile time",
}
"""What each kind of fact means; the worst one of a line colours it."""


@dataclass(frozen=True)
class Fact:
    """A sentence about a span of the source."""

    span: Span
    kind: str
    text: str


def facts(trace: Trace, function: str) -> list[Fact]:
    """All facts about one function, each once, in the order of the source."""
    found: dict[Fact, None] = {}
    for fact in (*_seen(trace, function), *_optimized(trace, function), *_folded(trace, function)):
        found.setdefault(fact)
    return sorted(found, key=lambda fact: (fact.span.file, fact.span.start, -fact.span.end))


def function_names(trace: Trace) -> list[str]:
    """The program's functions, without what the compiler made for itself."""
    return [name for name in trace.stages[0].functions if name and name != "@start"]


# ----------------------------------------------------------------------------------- the profile


def _seen(trace: Trace, function: str) -> Iterator[Fact]:
    if trace.profile is None:
        return
    locations = ImageSymbols(Image.from_bytes(trace.image)).locations(function)
    for (name, pc), seen in trace.profile.sites.items():
        where = span(locations(pc)) if name == function else None
        if where is not None:
            yield Fact(where, *describe_feedback(seen))


def describe_feedback(seen: Attribute) -> tuple[str, str]:
    """What a site has seen, in words."""
    match seen:
        case SeenAttr():
            return {
                "never": (NEVER, "has never run"),
                "int": (INFO, "has seen ints only"),
                "float": (INFO, "has seen floats only"),
                "any": (SLOW, "has seen a mixture of types, or other types than numbers"),
            }[seen.kind.data]
        case ShapeAttr():
            return INFO, f"has seen only {type_text(seen.type)}"
        case TargetAttr() if seen.function.data:
            return INFO, f"has called only {seen.function.data} (on {type_text(seen.receiver)})"
        case TargetAttr():
            return INFO, f"has called only the built-in method of {type_text(seen.receiver)}"
    return INFO, f"has seen {seen}"


def type_text(type: GrokType) -> str:
    """A type as the program's text has it."""
    stream = StringIO()
    print_type(Printer(stream), type)
    return stream.getvalue().removeprefix("struct<@").removeprefix("enum<@").removesuffix(">")


# ------------------------------------------------------------------------ what the passes have left


_GENERIC = (
    grok.AddOp,
    grok.SubOp,
    grok.MulOp,
    grok.DivOp,
    grok.RemOp,
    grok.LessOp,
    grok.LessEqualOp,
    grok.GreaterOp,
    grok.GreaterEqualOp,
    grok.EqualOp,
    grok.NotEqualOp,
    grok.NegOp,
)


def _optimized(trace: Trace, function: str) -> Iterator[Fact]:
    if trace.optimized is None:
        return
    for op in operations_of(trace.optimized, function):
        described = _describe(op)
        if described is None:
            continue
        kind, text = described
        for where in _spans(op):
            yield Fact(where, kind, text)


def _spans(op: Operation) -> list[Span]:
    found = spans(op)
    if not found and op.prev_op is not None and op.prev_op.name == "grok.snapshot":
        found = spans(op.prev_op)
    if not found and op.results:
        users = [use.operation for result in op.results for use in result.uses]
        found = list(dict.fromkeys(where for user in users for where in spans(user)))
    return found[:1]


def _describe(op: Operation) -> tuple[str, str] | None:
    unboxed = bool(op.results) and not isinstance(op.results[0].type, GrokType)
    machine = str(op.results[0].type) if unboxed else ""
    match op:
        case speculation.GuardOp():
            what = type_text(op.type) if isinstance(op.type, GrokType) else str(op.type)
            return GUARD, f"guarded: {_name(op.value)} is {what}, else exits to the interpreter"
        case speculation.GuardFunctionOp():
            return GUARD, f"guarded: the function that is called is {_symbol(op)}"
        case speculation.ExitOp():
            return NEVER, "has never run: an exit to the interpreter"
        case speculation.CheckBoundsOp():
            return GUARD, "the index is checked against the list's length"
        case speculation.CheckedOp():
            what = op.name.removeprefix("grok.").removesuffix("_checked")
            return FAST, f"{what} of machine ints (i64), exits on overflow or error"
        case speculation.BoxOp():
            users = sorted({use.operation.name for use in op.results[0].uses})
            users = [name for name in users if name != "grok.snapshot"]
            why = f": {', '.join(users)} needs a boxed word" if users else ""
            return SLOW, f"boxed{why}"
        case speculation.LoadFieldOp() | speculation.StoreFieldOp():
            return FAST, "the field is at a known place: no look-up"
        case speculation.ListLoadOp() | speculation.ListStoreOp():
            return FAST, "the element is reached directly"
        case speculation.CallTypedOp() | speculation.CallClosureOp():
            return FAST, f"calls {_symbol(op)} directly"
        case speculation.CallNativeOp():
            return FAST, "calls the built-in method directly"
        case grok.CallOp():
            return FAST, f"calls {_symbol(op)} directly"
        case grok.CallMethodOp() | grok.CallValueOp():
            return SLOW, "what is called is looked up at run time"
        case grok.GetFieldOp() | grok.SetFieldOp():
            return SLOW, "the field is looked up at run time"
        case _ if isinstance(op, _GENERIC) and not unboxed:
            seen = op.attributes.get(FEEDBACK)
            why = f": {describe_feedback(seen)[1]}" if seen is not None else ": nothing is known"
            return SLOW, f"{op.name.removeprefix('grok.')} of boxed values{why}"
        case _ if isinstance(op, _GENERIC):
            return FAST, f"{op.name.removeprefix('grok.')} gives a machine value ({machine})"
        case arith.ConstantOp() | grok.ConstantOp():
            return None
        case _ if op.name.startswith("arith."):
            return FAST, f"{op.name.removeprefix('arith.')} on machine values ({machine})"
    return None


def _name(value: SSAValue) -> str:
    return f"%{value.name_hint}" if value.name_hint else "the value"


def _symbol(op: Operation) -> str:
    for name in ("callee", "symbol", "function"):
        found = op.properties.get(name)
        if found is not None:
            return str(found).strip("@\"'")
    return "a known function"


# ------------------------------------------------------------------------------------- what is gone


_TO_SSA = "stack-to-register"
_SIMPLE = "forward-cells"


def _folded(trace: Trace, function: str) -> Iterator[Fact]:
    """Places that the simplifying passes have decided: operations before, only constants after."""
    stages = {stage.name: stage for stage in trace.stages}
    if _TO_SSA not in stages or _SIMPLE not in stages:
        return
    before = stages[_TO_SSA].functions.get(function)
    after = stages[_SIMPLE].functions.get(function)
    if before is None or after is None:
        return
    left: dict[Span, list[str]] = {}
    for line, origins in zip(after.lines, after.origins, strict=True):
        for where in origins:
            left.setdefault(where, []).append(line.strip())
    computed: dict[Span, str] = {}
    for line, origins in zip(before.lines[1:-1], before.origins[1:-1], strict=True):
        text = line.strip()
        if " = grok." in text and " = grok.constant" not in text:
            for where in origins:
                computed.setdefault(where, text)
    for where in computed:
        rest = left.get(where)
        if rest is None:
            yield Fact(where, INFO, "nothing is left of it")
        elif all(" = grok.constant " in line for line in rest):
            value = rest[-1].partition(" = grok.constant ")[2]
            yield Fact(where, INFO, f"folded to the constant {value}")
