"""What became of each place in the source: facts for ``grokc explain`` and the page's heat map.

A fact speaks of a span of the source and has a *kind*, which is how it is coloured, and a sentence.
Facts come from three places: the recorded profile (what sites have seen, how often conditions held,
where optimized code was left), the operations that the optimizing tier's passes left (guards,
unboxed arithmetic, boxes, exits, direct calls), and the difference between stages (what was folded,
inlined, hoisted, or is gone).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import pairwise

from xdsl.dialects import arith
from xdsl.ir import Attribute, BlockArgument, Operation
from xdsl.printer import Printer

from grokc.dialects import grok, speculation
from grokc.dialects.feedback import (
    FEEDBACK,
    SeenAttr,
    ShapeAttr,
    ShapesAttr,
    TargetAttr,
    TargetsAttr,
)
from grokc.dialects.location import Span, span, spans
from grokc.dialects.types import ANY, GrokType, print_type
from grokc.inspect.text import Piece
from grokc.inspect.trace import OPTIMIZED, Trace, operations_of
from grokc.lowering.disassemble import decode
from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols
from grokc.passes.analysis.kinds import COMPARISONS, Kind

FAST = "fast"
GUARD = "guard"
SLOW = "slow"
LEFT = "left"
NEVER = "never"
INFO = "info"
KINDS = {
    FAST: "specialized: machine values, direct calls, known fields",
    GUARD: "guarded: leaves to the interpreter if an assumption fails",
    SLOW: "generic: looks at types at run time, or boxes",
    LEFT: "deoptimized: the recorded run has left optimized code here",
    NEVER: "never run: an exit to the interpreter",
    INFO: "decided at compile time, or seen",
}
"""What each kind of fact means; the first word is its name.  The page colours a line by the worst
of its facts."""


@dataclass(frozen=True)
class Fact:
    """A sentence about a span of the source."""

    span: Span
    kind: str
    text: str


def facts(trace: Trace, function: str) -> list[Fact]:
    """All facts about one function and its clones, each once, in the order of the source."""
    found: dict[Fact, None] = {}
    sources = (_seen, _counted, _left, _optimized, _inlined, _hoisted, _folded)
    for source in sources:
        for fact in source(trace, function):
            found.setdefault(fact)
    return sorted(found, key=lambda fact: (fact.span.file, fact.span.start, -fact.span.end))


def clones(trace: Trace, function: str) -> list[str]:
    """The names under which a function is in the optimized module: its own, and its clones."""
    names = trace.stages[-1].functions if trace.stages else {}
    return [name for name in names if name == function or name.startswith(f"{function}<")]


def function_names(trace: Trace) -> list[str]:
    """The program's functions, without what the compiler made for itself."""
    return [name for name in trace.stages[0].functions if name and name != "@start"]


def definition(trace: Trace, function: str) -> Span | None:
    """Where the function is defined: its name."""
    piece = trace.stages[0].functions.get(function)
    return piece.origins[0][0] if piece is not None and piece.origins[0] else None


# ----------------------------------------------------------------------------------- the profile


def _seen(trace: Trace, function: str) -> Iterator[Fact]:
    if trace.profile is None:
        return
    for (name, pc), seen in trace.profile.sites.items():
        where = _place(trace, function, pc) if name == function else None
        if where is not None:
            yield Fact(where, *describe_feedback(seen))


def _counted(trace: Trace, function: str) -> Iterator[Fact]:
    """How often conditions held, from how often the jumps on them were taken."""
    if trace.profile is None:
        return
    shapes = _shapes(trace.image)
    for (name, pc), counts in trace.profile.branches.items():
        where = _place(trace, function, pc) if name == function else None
        shape = shapes.get((name, pc))
        if where is not None and shape is not None:
            held = counts if shape == "jump_if" else counts.swapped()
            times = counts.taken.data + counts.other.data
            yield Fact(where, INFO, f"held {held.taken.data} of {times} times in baseline code")


def _left(trace: Trace, function: str) -> Iterator[Fact]:
    if trace.profile is None:
        return
    for (name, pc, reason), count in trace.profile.exits.items():
        where = _place(trace, function, pc) if name == function else None
        if where is not None:
            times = "once" if count == 1 else f"{count} times"
            why = "it had never run before" if reason == "exit" else f"{reason} failed"
            yield Fact(where, LEFT, f"optimized code was left here {times}: {why}")


def _place(trace: Trace, function: str, pc: int) -> Span | None:
    """Where the instruction at a pc of a function comes from."""
    symbols = _symbols(trace.image)
    return span(symbols.locations(function)(pc)) if function in symbols.function_numbers else None


@cache
def _symbols(image: bytes) -> ImageSymbols:
    return ImageSymbols(Image.from_bytes(image))


@cache
def _shapes(image: bytes) -> dict[tuple[str, int], str]:
    """The shapes of the instructions that jump forward on a condition, by function and pc."""
    symbols = _symbols(image)
    return {
        (name, instruction.offset - record.start): instruction.opcode.operation.shape
        for name, record in zip(symbols.functions, symbols.image.functions, strict=True)
        for instruction in decode(symbols.image, record)
        if instruction.opcode.operation.is_forward_branch
    }


def describe_feedback(seen: Attribute) -> tuple[str, str]:
    """What a site has seen, in words."""
    match seen:
        case SeenAttr():
            return {
                "never": (NEVER, "has never run"),
                "int": (INFO, "has seen ints only"),
                "float": (INFO, "has seen floats only"),
                "str": (INFO, "has seen texts only"),
                "any": (SLOW, "has seen a mixture of types, or other types than these"),
            }[seen.kind.data]
        case ShapeAttr():
            return INFO, f"has seen only {type_text(seen.type)}"
        case ShapesAttr():
            return INFO, f"has seen {_one_of(type_text(kind) for kind in seen.types)}"
        case TargetsAttr():
            called = (target.function.data or "a built-in method" for target in seen.targets)
            return INFO, f"has called {_one_of(called)}"
        case TargetAttr() if seen.function.data:
            return INFO, f"has called only {seen.function.data} (on {type_text(seen.receiver)})"
        case TargetAttr():
            return INFO, f"has called only the built-in method of {type_text(seen.receiver)}"
    return INFO, f"has seen {seen}"


def _one_of(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}"


def type_text(type: GrokType) -> str:
    """A type as the program's text has it."""
    stream = StringIO()
    print_type(Printer(stream), type)
    return stream.getvalue().removeprefix("struct<@").removeprefix("enum<@").removesuffix(">")


# ------------------------------------------------------------------------ what the passes have left


_GENERIC: Kind = COMPARISONS | {
    grok.AddOp,
    grok.SubOp,
    grok.MulOp,
    grok.DivOp,
    grok.RemOp,
    grok.NegOp,
}


def _optimized(trace: Trace, function: str) -> Iterator[Fact]:
    if trace.optimized is None:
        return
    parameters = _parameters(trace, function)
    own = definition(trace, function)
    for name in clones(trace, function):
        for op in operations_of(trace.optimized, name):
            guarded = _guarded_parameter(op, parameters)
            if guarded and own is not None:
                yield Fact(own, GUARD, guarded)
                continue
            if own is not None and _enters_clone(op, function):
                yield Fact(own, FAST, f"goes on in {_symbol(op)}, which takes machine values")
                continue
            described = _describe(op)
            if described is not None:
                yield from (Fact(where, *described) for where in spans(op)[:1])


def _parameters(trace: Trace, function: str) -> list[str]:
    """The names of the parameters, from the head of the function in SSA form."""
    for stage in trace.stages:
        piece = stage.functions.get(function)
        if stage.name == _TO_SSA and piece is not None:
            return re.findall(r"%(\w+): ", piece.lines[0])
    return []


def _enters_clone(op: Operation, function: str) -> bool:
    """Is it all that is left of a function that its own clone stands for?"""
    block, region = op.parent_block(), op.parent_region()
    return (
        isinstance(op, speculation.TailCallTypedOp)
        and _symbol(op).startswith(f"{function}<")
        and region is not None
        and region.blocks.first is block
    )


def _guarded_parameter(op: Operation, parameters: Sequence[str]) -> str | None:
    """What a guard of a parameter says."""
    if not isinstance(op, speculation.GuardOp) or not isinstance(op.value, BlockArgument):
        return None
    block = op.value.block
    region = block.parent
    if region is None or region.blocks.first is not block or op.value.index >= len(parameters):
        return None
    return f"guarded at entry: {parameters[op.value.index]} is {_guarded_type(op)}"


def _guarded_type(op: speculation.GuardOp | speculation.CheckElementsOp) -> str:
    return type_text(op.type) if isinstance(op.type, GrokType) else str(op.type)


_WANTS_WORDS = {
    "grok.return": "it is returned to whom any type will do",
    "grok.call": "it is passed to a function that takes any type",
    "grok.call_value": "it is passed to a function that takes any type",
    "grok.call_method": "it is passed to a method that takes any type",
    "grok.call_closure": "it is passed to a closure that takes any type",
    "grok.call_builtin": "it is passed to a built-in function",
    "grok.call_native": "it is passed to a built-in method",
    "grok.tail_call": "it is passed to a function that takes any type",
    "grok.tail_call_value": "it is passed to a function that takes any type",
    "grok.tail_call_method": "it is passed to a method that takes any type",
    "grok.tail_call_typed": "it is passed for a parameter of any type",
    "grok.call_typed": "it is passed for a parameter of any type",
    "grok.list_store": "it is stored in a list",
    "grok.store_field": "it is stored in a field",
    "grok.set_field": "it is stored in a field",
    "grok.set_index": "it is stored in a list or map",
    "grok.store_item": "it is stored in a list",
    "grok.make_list": "it is stored in a list",
    "grok.make_tuple": "it is stored in a tuple",
    "grok.make_struct": "it is stored in a struct",
    "grok.make_variant": "it is stored in a variant",
    "grok.make_cell": "it is shared with a closure",
    "grok.store_cell": "it is shared with a closure",
    "grok.make_closure": "it is captured by a closure",
    "grok.format": "it is formatted",
    "grok.jump": "another way here brings a value of another type",
    "grok.branch": "another way here brings a value of another type",
}
"""Why an operation needs a boxed word."""


_MACHINE = {
    f"{name}{suffix}": f"{verb} of machine {values}"
    for suffix, values in (("i", "ints"), ("si", "ints"), ("f", "floats"))
    for name, verb in (
        *((word, word) for word in ("add", "sub", "mul", "div", "rem", "and", "or", "xor")),
        *(("cmp", "comparison"), ("neg", "negation"), ("shl", "shift"), ("shr", "shift")),
    )
} | {"sitofp": "int to float, in machine values", "select": "chosen without a branch"}
"""Operations of the dialect ``arith``, in words."""


def _describe(op: Operation) -> tuple[str, str] | None:
    unboxed = bool(op.results) and not isinstance(op.results[0].type, GrokType)
    machine = str(op.results[0].type) if unboxed else ""
    short = op.name.partition(".")[2]
    match op:
        case speculation.GuardOp():
            return GUARD, f"guarded: its value is {_guarded_type(op)}"
        case speculation.GuardFunctionOp():
            return GUARD, f"guarded: the function that is called is {_symbol(op)}"
        case speculation.ExitOp():
            return NEVER, "has never run: an exit to the interpreter"
        case speculation.CheckElementsOp():
            if op.type == ANY:
                return GUARD, "the list is checked not to be one of bools, which are bytes"
            kind = _guarded_type(op)
            return GUARD, f"all elements of the list are checked at once: they are {kind}"
        case speculation.CheckInlineOp():
            return (
                GUARD,
                "the int is checked to need no cell: a list of ints has none",
            )
        case speculation.CheckBoundsOp():
            return GUARD, "the index is checked against the list's length"
        case speculation.CheckedOp() | speculation.FloatToIntCheckedOp():
            what = short.removesuffix("_checked").replace("_", " ")
            return FAST, f"{what} of machine values ({machine}), exits if it overflows or fails"
        case speculation.BoxOp():
            users = dict.fromkeys(use.operation.name for use in op.results[0].uses)
            reasons = [
                _WANTS_WORDS.get(name, f"{name.removeprefix('grok.')} works on boxed values here")
                for name in users
                if name != "grok.snapshot"
            ]
            return SLOW, f"boxed: {'; '.join(dict.fromkeys(reasons))}" if reasons else "boxed"
        case speculation.UnboxOp():
            return None
        case speculation.LoadFieldOp() | speculation.StoreFieldOp():
            return FAST, "the field is at a known place: no look-up"
        case (
            speculation.ListLoadOp()
            | speculation.ListStoreOp()
            | speculation.LoadItemOp()
            | speculation.StoreItemOp()
        ):
            return FAST, "the element is reached directly"
        case speculation.FloatFunctionOp() | speculation.FloatRemOp():
            return FAST, "computed of machine floats"
        case speculation.CallTypedOp() | speculation.TailCallTypedOp():
            return FAST, f"calls {_symbol(op)}: unboxed arguments, no checks"
        case speculation.CallClosureOp():
            return FAST, f"calls {_symbol(op)} directly"
        case speculation.CallNativeOp():
            return FAST, "calls the built-in method directly"
        case grok.CallOp():
            return FAST, f"calls {_symbol(op)} directly"
        case (
            speculation.VirtualStructOp()
            | speculation.VirtualCellOp()
            | speculation.VirtualIteratorOp()
        ):
            return FAST, "no object is made: only exits would need it"
        case grok.CallMethodOp() | grok.CallValueOp():
            return SLOW, "what is called is looked up at run time"
        case grok.GetFieldOp() | grok.SetFieldOp():
            return SLOW, "the field is looked up at run time"
        case _ if type(op) in _GENERIC and not unboxed:
            seen = op.attributes.get(FEEDBACK)
            why = f": {describe_feedback(seen)[1]}" if seen is not None else ""
            return SLOW, f"{short} of boxed values{why}"
        case _ if type(op) in _GENERIC:
            return FAST, f"{short.replace('_', ' ')} gives a machine value ({machine})"
        case arith.ConstantOp() | grok.ConstantOp():
            return None
        case _ if short in _MACHINE:
            return FAST, _MACHINE[short]
    return None


def _symbol(op: Operation) -> str:
    for name in ("callee", "symbol", "function"):
        found = op.properties.get(name)
        if found is not None:
            return str(found).strip("@\"'")
    return "a known function"


# -------------------------------------------------------------------- what the stages differ in


_FRAME = re.compile(r'@(?:"([^"]+)"|([^"(]+))\(pc = (\d+)')


def _inlined(trace: Trace, function: str) -> Iterator[Fact]:
    """Calls whose bodies stand here: after a pass, frames of snapshots are one in the other."""
    found: dict[tuple[str, str, int], None] = {}
    for stage in trace.stages:
        if stage.level == OPTIMIZED:
            for name in clones(trace, function):
                piece = stage.functions.get(name)
                for line in piece.lines if piece is not None else ():
                    if " from @" in line:
                        frames = [(a or b, int(pc)) for a, b, pc in _FRAME.findall(line)]
                        found.update(
                            dict.fromkeys((inner[0], *outer) for inner, outer in pairwise(frames))
                        )
    for inlined, caller, pc in found:
        where = _place(trace, caller, pc)
        if where is not None:
            yield Fact(where, FAST, f"inlined: {inlined}")


def _hoisted(trace: Trace, function: str) -> Iterator[Fact]:
    """Operations that a pass has moved out of a loop: the same, in a less deeply nested block."""
    stages = [stage for stage in trace.stages if stage.level == OPTIMIZED]
    for before, after in pairwise(stages):
        for name in clones(trace, function):
            old, new = before.functions.get(name), after.functions.get(name)
            if old is None or new is None or not after.name.startswith("hoist-"):
                continue
            now = _depths(new)
            for (where, operation), depth in _depths(old).items():
                if now.get((where, operation), depth) < depth:
                    what = operation.replace("_", " ")
                    yield Fact(where, FAST, f"hoisted out of the loop: {what}")


def _depths(piece: Piece) -> dict[tuple[Span, str], int]:
    """For each place and operation there, how many loops it stands in at most."""
    found: dict[tuple[Span, str], int] = {}
    depths = loop_depths(piece)
    for block, depth in zip(piece.blocks, depths, strict=True):
        for number in range(block.first, block.last + 1):
            match = re.match(r"\s+%\S+ = (?:grok|arith)\.(\w+)", piece.lines[number])
            if match and match[1] != "constant":
                for where in piece.origins[number][:1]:
                    key = where, match[1]
                    found[key] = max(found.get(key, 0), depth)
    return found


def loop_depths(piece: Piece) -> list[int]:
    """For each block, in how many natural loops it is (loops are those of edges that lead back to
    a block which is being looked at, depth first: the graphs here are reducible)."""
    successors = [block.successors for block in piece.blocks]
    depths = [0] * len(successors)
    if not successors:
        return depths
    predecessors: list[list[int]] = [[] for _ in successors]
    for number, targets in enumerate(successors):
        for target in targets:
            predecessors[target].append(number)
    loops: dict[int, set[int]] = {}
    active, seen = {0}, {0}
    path = [(0, iter(successors[0]))]
    while path:
        number, rest = path[-1]
        target = next(rest, -1)
        if target < 0:
            active.discard(number)
            path.pop()
        elif target in active:
            inside = loops.setdefault(target, {target})
            pending = [number]
            while pending:
                block = pending.pop()
                if block not in inside:
                    inside.add(block)
                    pending += predecessors[block]
        elif target not in seen:
            seen.add(target)
            active.add(target)
            path.append((target, iter(successors[target])))
    for inside in loops.values():
        for block in inside:
            depths[block] += 1
    return depths


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
