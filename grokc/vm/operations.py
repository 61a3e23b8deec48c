"""The operations of the register machine: names, operands, forms and quickened variants.

This table says what an operation *looks like*; what it *means* is a function of the same name in
core GrokLang (``grokc/vm/core``, marked ``#[op]``), and the generator checks that the two agree.
Everything else is derived: the ``grok_vm`` dialect, the encoder, the disassembler, the handlers.

An instruction is ``16 + 8 * words`` bytes::

    0   handler   u64   address of the handler: a cache of (opcode, tier), filled in by the loader
    8   opcode    u16   index into OPCODES: the truth
    10  x, y, z   u16   the operands of kind OUT, IN, WINDOW, COUNT, SMALL and TARGET, in order,
                        without those of form ``k``
    16  words     u64   IN operands of form ``k``, WORD and CACHE operands, in order

A FAR target takes y and z as one i32.  :attr:`Opcode.places` says where each operand lies.  Targets
are relative to the start of the instruction, in units of eight bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class Kind(Enum):
    """What an operand is, and what the operation's function receives for it."""

    OUT = "out"  # u16 register that the result goes to (control operations get its address: ptr)
    IN = "in"  # a value: register (form r), small int (form i: i16) or constant word (form k)
    WINDOW = "window"  # u16 register; the function gets the register's address: ptr
    COUNT = "count"  # u16 number: i64
    SMALL = "small"  # i16 number: i64
    TARGET = "target"  # i16 jump distance; control operations get the target's address: ptr
    FAR = "far"  # i32 jump distance in y and z: ptr
    WORD = "word"  # u64 filled in by the loader (an address, an object header): ptr
    CACHE = "cache"  # u64 for the site's own use, zero at first; the function gets its address: ptr


FIELD_KINDS = frozenset({Kind.OUT, Kind.IN, Kind.WINDOW, Kind.COUNT, Kind.SMALL, Kind.TARGET})


@dataclass(frozen=True)
class Operand:
    name: str
    kind: Kind


@dataclass(frozen=True)
class Quickening:
    """A variant that a site turns into when all IN operands pass ``guard``.

    ``guard`` names a type whose test is the core function ``is_<guard>``; ``tests`` names the core
    functions where operands are tested differently, in their order (an empty name: not at all).
    The variant computes ``<meaning>_<guard>`` if there is such a core function, else the
    operation's own meaning.
    """

    guard: str
    forms: tuple[str, ...]
    tests: tuple[str, ...] = ()

    def test(self, index: int) -> str:
        """The core function that tests IN operand number ``index``; empty: there is none."""
        return self.tests[index] if self.tests else f"is_{self.guard}"


@dataclass(frozen=True)
class Operation:
    """One operation.

    ``forms`` has one letter per IN operand: ``r`` register, ``i`` small int, ``k`` constant.
    ``shape`` is how the result is used: ``value`` stores it, ``effect`` has none, ``jump_if``,
    ``jump_if_not``, ``loop_if`` and ``loop_if_not`` (backward, with a safepoint) branch on an
    ``i1``; ``control`` decides itself where to go on.  ``meaning`` names the core function (the
    operation's own name unless that is a keyword or the name of a type).

    ``sites`` are the kinds of site that a control operation's instructions specialize themselves
    to, by rewriting their opcode; the core function of each is ``<meaning>_<site>``.
    """

    name: str
    operands: tuple[Operand, ...]
    forms: tuple[str, ...]
    shape: str
    meaning: str
    doc: str
    quickenings: tuple[Quickening, ...] = ()
    sites: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[Operand, ...]:
        return tuple(o for o in self.operands if o.kind is Kind.IN)

    @property
    def is_forward_branch(self) -> bool:
        """Whether it jumps forward on a condition: baseline code counts how often."""
        return self.shape in ("jump_if", "jump_if_not")


@dataclass(frozen=True)
class Opcode:
    """One handler: an operation in one form and one variant.

    ``variant`` is ``""`` (operations that do not quicken), ``"new"`` (has not run yet; decides and
    runs again), a quickening's guard, ``"any"``, or a kind of site.
    """

    number: int
    operation: Operation
    form: str
    variant: str

    @property
    def name(self) -> str:
        """As in the disassembly: ``add.ri``, ``add.ri.int``."""
        parts = [self.operation.name]
        if self.form:
            parts.append(self.form)
        if self.variant and self.variant != "new":
            parts.append(self.variant)
        return ".".join(parts)

    @cached_property
    def words(self) -> int:
        """Number of words after the first sixteen bytes."""
        kinds = [o.kind for o in self.operation.operands]
        return self.form.count("k") + kinds.count(Kind.WORD) + kinds.count(Kind.CACHE)

    @property
    def size(self) -> int:
        """Bytes."""
        return 16 + 8 * self.words

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where each operand lies, in the operation's order."""
        places: list[Place] = []
        forms = iter(self.form)
        field, word = 10, 16
        for operand in self.operation.operands:
            form = next(forms) if operand.kind is Kind.IN else ""
            if operand.kind is Kind.FAR:
                places.append(Place(operand, form, 12))
            elif operand.kind in FIELD_KINDS and form != "k":
                places.append(Place(operand, form, field))
                field += 2
            else:
                places.append(Place(operand, form, word))
                word += 8
        assert field <= 16, f"{self.name} has too many operands"
        return tuple(places)


@dataclass(frozen=True)
class Place:
    """Where an operand lies in its instruction."""

    operand: Operand
    form: str  # of an IN operand: r, i, k
    offset: int  # bytes from the instruction's start; at 16 and above it is a whole word


OPERATIONS: dict[str, Operation] = {}


def _define(
    name: str,
    operands: str,
    doc: str,
    *,
    forms: tuple[str, ...] | None = None,
    shape: str = "value",
    meaning: str | None = None,
    quickenings: tuple[Quickening, ...] = (),
    sites: tuple[str, ...] = (),
) -> None:
    parsed = []
    for text in operands.split():
        kind, _, label = text.partition(":")
        parsed.append(Operand(label or kind, Kind(kind)))
    inputs = sum(1 for o in parsed if o.kind is Kind.IN)
    forms = forms or ("r" * inputs,)
    meaning = meaning or name
    OPERATIONS[name] = Operation(
        name, tuple(parsed), forms, shape, meaning, doc, quickenings, sites
    )


def _numbers(*forms: str) -> tuple[Quickening, ...]:
    """Variants for ints and floats; a form with a small int is worth quickening only for ints."""
    return (
        Quickening("int", forms),
        Quickening("float", tuple(form for form in forms if "i" not in form)),
    )


def _texts(*forms: str) -> tuple[Quickening, ...]:
    return (Quickening("str", tuple(form for form in forms if "i" not in form)),)


def _arithmetic(name: str, doc: str, *forms: str, wide: bool = False, texts: bool = False) -> None:
    """``wide``: sites that have seen ints beyond the inline ones have a variant of their own;
    ``texts``: so have those that have seen strings."""
    ints, floats = _numbers(*forms)
    wider = (Quickening("any_int", forms),) if wide else ()
    quickenings = (ints, *wider, floats, *(_texts(*forms) if texts else ()))
    _define(name, "out in:left in:right", doc, forms=forms, quickenings=quickenings)


def _comparison(
    name: str,
    doc: str,
    forms: tuple[str, ...],
    loops: tuple[str, ...] = (),
    loops_if_not: tuple[str, ...] = (),
) -> None:
    """A test: as a value, as forward jumps of both polarities, as the end of a loop."""
    quickenings = (*_numbers("rr", "rk"), *_texts("rr", "rk"))
    _define(name, "out in:left in:right", doc, forms=("rr", "rk"), quickenings=quickenings)
    for shape, shape_forms in (
        ("jump_if", forms),
        ("jump_if_not", forms),
        ("loop_if", loops),
        ("loop_if_not", loops_if_not),
    ):
        if shape_forms:
            _define(
                f"{shape}_{name}",
                "in:left in:right target",
                f"Jumps on the outcome of `{name}`.",
                forms=shape_forms,
                shape=shape,
                meaning=name,
                quickenings=(*_numbers(*shape_forms), *_texts(*shape_forms)),
            )


def _test(name: str, operands: str, doc: str, *more_shapes: str) -> None:
    """A test without quickened variants; its core function is ``is_<name>``."""
    meaning = f"is_{name}"
    _define(name, f"out {operands}", doc, meaning=meaning)
    fields, _, words = operands.partition(" word")
    words = f" word{words}" if words else ""
    for shape in ("jump_if", "jump_if_not", "loop_if", *more_shapes):
        _define(
            f"{shape}_{name}",
            f"{fields} target{words}",
            f"Jumps on the outcome of `{name}`.",
            shape=shape,
            meaning=meaning,
        )


# ------------------------------------------------------------------------------- registers

_define("move", "out in:value", "Copies a register.", meaning="copy")
_define("load_int", "out small:number", "A small int.")
_define("load_constant", "out in:value", "A constant.", forms=("k",))
_define("load_global", "out word:cell", "A const or static; an error before it is initialized.")
_define("store_global", "in:value word:cell", "Sets a const or static.", shape="effect")

# ------------------------------------------------------------------------------ arithmetic

_arithmetic(
    "add",
    "Sum; concatenates strings and lists.",
    *("rr", "ri", "rk", "kr"),
    wide=True,
    texts=True,
)
_arithmetic("sub", "Difference.", "rr", "ri", "rk", "kr", wide=True)
_arithmetic("mul", "Product.", "rr", "ri", "rk", "kr", wide=True)
_arithmetic("div", "Quotient, truncated for ints.", "rr", "ri", "rk", "kr")
_arithmetic("rem", "Remainder with the dividend's sign.", "rr", "ri", "rk")
_define("neg", "out in:value", "Negation.", quickenings=_numbers("r"))
_define("not", "out in:value", "Negation of a bool, complement of an int.")
for _name in ("bit_and", "bit_or", "bit_xor", "shift_left", "shift_right"):
    _define(_name, "out in:left in:right", f"`{_name}` of ints.", forms=("rr", "ri"))

# ------------------------------------------------------------------------------------ tests

# `a > b` is not `b < a`: the left operand decides which user-defined `cmp` is asked.
_comparison("less", "`<`", ("rr", "ri", "rk"), ("rr", "ri", "rk"))
_comparison("less_equal", "`<=`", ("rr", "ri", "rk"), ("rr", "ri", "rk"))
_comparison("greater", "`>`", ("rr", "ri", "rk"), ("rr", "ri", "rk"))
_comparison("greater_equal", "`>=`", ("rr", "ri", "rk"), ("rr", "ri", "rk"))
_comparison("equal", "`==`", ("rr", "ri", "rk"), loops_if_not=("rr", "ri", "rk"))
_define(
    "not_equal",
    "out in:left in:right",
    "`!=`; branches use equal.",
    forms=("rr", "rk"),
    quickenings=(*_numbers("rr", "rk"), *_texts("rr", "rk")),
)
_test("true", "in:value", "Is it `true`?  A type error unless it is a bool.", "loop_if_not")
_test("variant", "in:value word:header", "Is the value this enum variant?")
_test("struct", "in:value word:header", "Is the value an instance of this struct?")
_test("tuple", "in:value count:length", "Is the value a tuple of this length?")
_test("list", "in:value count:length", "Is the value a list of exactly this length?")
_test("list_from", "in:value count:length", "Is the value a list of at least this length?")
_test("missing", "in:value", "Was this parameter left out?")

# -------------------------------------------------------------------------------- control

_define("jump", "far", "Goes on at the target.", shape="control")
_define(
    "loop",
    "far",
    "Goes on at the loop's head; a safepoint.",
    shape="control",
    meaning="loop_back",
)
_define(
    "range_step",
    "in:counter in:limit target",
    "Adds 1 to the counter's register (both are ints, counter < limit held) and jumps back while "
    "it is below the limit; a safepoint.",
    forms=("rr", "ri", "rk"),
    shape="control",
)
_define(
    "range_advance",
    "in:counter in:limit target",
    "Adds 1 to the counter's register and jumps back if the counter is below the limit (both are "
    "ints), for ranges that hold their end; a safepoint.",
    forms=("rr", "ri", "rk"),
    shape="control",
)
_define(
    "next",
    "out in:iterator target",
    "Stores the iterator's next item and jumps back to the body, or goes on after the last one; "
    "a safepoint.",
    shape="control",
)
_define("get_iterator", "out in:value cache", "What `for` walks a value with.")
_define(
    "check_range",
    "in:low in:high",
    "Both ends must be ints.",
    forms=("rr", "ir"),
    shape="effect",
)

# ----------------------------------------------------------------------------------- calls
# Arguments lie in the window's registers; the three registers below it are the frame header
# (callee value, return pc, saved base).  The result replaces the first argument.
#
# Where the callee is known only at run time, the site specializes: `exact` calls the function that
# its cache words hold, `filled` does after storing `missing` in the parameters that the site leaves
# out, `native` calls native code; `shared` is for sites that have seen several callees.

_define("call", "window word:entry", "Calls a known function.", shape="control")
_define(
    "call_value",
    "window count cache:body cache:entry",
    "Calls the value in the register three below the window.",
    shape="control",
    sites=("exact", "filled", "shared"),
)
_define(
    "call_method",
    "window count word:name cache:type cache:entry",
    "Calls a method of the window's first value; count includes it.",
    shape="control",
    sites=("exact", "filled", "native", "shared"),
)
_define("call_builtin", "window count word:native", "Calls a built-in function.", shape="control")
_define("tail_call", "window count word:entry", "As call, in this frame.", shape="control")
_define(
    "tail_call_value",
    "window count cache:body cache:entry",
    "As call_value, in this frame.",
    shape="control",
    sites=("exact", "filled", "shared"),
)
_define(
    "tail_call_method",
    "window count word:name cache:type cache:entry",
    "As call_method, in this frame.",
    shape="control",
    sites=("exact", "filled", "native", "shared"),
)
_define(
    "return",
    "in:value",
    "Leaves the function.",
    forms=("r", "i", "k"),
    shape="control",
    meaning="return_value",
)
_define(
    "native_return",
    "",
    "Returns to native code; never written by the compiler.",
    shape="control",
    meaning="leave_machine",
)
_define("fail_no_match", "in:value", "No arm of a match fits.", shape="control")

# -------------------------------------------------------------------- closures and variables

_define("make_closure", "out window count word:function", "A closure over the window's values.")
_define("load_capture", "out count:index", "A value that the running closure captured.")
_define("make_cell", "out in:value", "A variable that closures share.", forms=("r", "k"))
_define("load_cell", "out in:cell", "Reads a shared variable.")
_define("store_cell", "in:cell in:value", "Sets a shared variable.", shape="effect")
_define("load_captured_cell", "out count:index", "load_capture, then load_cell.")
_define("store_captured_cell", "in:value count:index", "Sets a captured variable.", shape="effect")

# ---------------------------------------------------------------------------------- objects

_define("make_list", "out window count", "A list of the window's values.")
_define("fill_list", "out in:value in:count", "`[value; count]`.", forms=("rr", "kr", "ki"))
_define("make_tuple", "out window count", "A tuple of the window's values.")
_define("make_map", "out window count", "A map of count pairs, key before value.")
_define("make_range", "out in:low in:high", "`low..high`; both ends must be ints.")
_define("make_range_inclusive", "out in:low in:high", "`low..=high`; both ends must be ints.")
_define("make_struct", "out window count word:header", "A struct of the window's fields.")
_define("make_variant", "out window count word:header", "An enum value of the window's payload.")
_define("get_payload", "out in:value count:index", "Payload of a value whose variant is known.")
_define("get_field", "out in:object word:name cache", "Reads a field.")
_define(
    "set_field",
    "in:object in:value word:name cache",
    "Assigns a field.",
    forms=("rr", "rk"),
    shape="effect",
)
_define("get_element", "out in:tuple small:index", "`t.0`; below 0 from the end, also of lists.")
_define(
    "get_index",
    "out in:object in:index",
    "`object[index]`.",
    forms=("rr", "ri", "rk"),
    quickenings=(
        Quickening("bools", ("rr", "ri"), ("is_bool_list", "is_int")),
        Quickening("ints", ("rr", "ri"), ("is_int_list", "is_int")),
        Quickening("floats", ("rr", "ri"), ("is_float_list", "is_int")),
        Quickening("list", ("rr", "ri"), ("is_list_object", "is_int")),
        Quickening("str", ("rr", "ri"), ("is_str", "is_int")),
        Quickening("map", ("rr", "ri", "rk"), ("is_map", "")),
    ),
)
_define(
    "set_index",
    "in:object in:index in:value",
    "`object[index] = value`.",
    forms=("rrr", "rir", "rrk"),
    shape="effect",
    quickenings=(
        Quickening("bools", ("rrr", "rir", "rrk"), ("is_bool_list", "is_int", "is_bool")),
        Quickening("ints", ("rrr", "rir", "rrk"), ("is_int_list", "is_int", "is_int")),
        Quickening("floats", ("rrr", "rir", "rrk"), ("is_float_list", "is_int", "is_float")),
        Quickening("list", ("rrr", "rir", "rrk"), ("is_list_object", "is_int", "")),
        Quickening("map", ("rrr", "rir", "rrk"), ("is_map", "", "")),
    ),
)
_define("check_type", "out in:value word:type word:what", "A value that crosses an annotation.")
_define("cast_int", "out in:value", "`as int`.")
_define("cast_float", "out in:value", "`as float`.")
_define("to_str", "out in:value", "`as str`: the display form.")
_define("format", "out window count word:template", "Fills the template's holes.")


def _enumerate_opcodes() -> tuple[Opcode, ...]:
    result: list[Opcode] = []
    for operation in OPERATIONS.values():
        for form in operation.forms:
            guards = [q.guard for q in operation.quickenings if form in q.forms]
            variants: tuple[str, ...] = ("",)
            if guards:
                variants = ("new", *guards, "any")
            elif operation.sites:
                variants = ("new", *operation.sites)
            for variant in variants:
                result.append(Opcode(len(result), operation, form, variant))
    return tuple(result)


OPCODES: tuple[Opcode, ...] = _enumerate_opcodes()
"""All opcodes by number."""

OPCODE: dict[tuple[str, str], Opcode] = {
    (code.operation.name, code.form): code for code in OPCODES if code.variant in ("", "new")
}
"""What the encoder writes for (operation, form)."""


def table_hash(*, registers: bool = True) -> int:
    """Identifies the opcode table (u64): an image runs on a machine with the same hash.

    Without ``registers`` it is that of the stack machine, where the same opcodes find their
    operands in other places.
    """
    from hashlib import blake2b

    lines = [f"{c.name} {c.variant} {c.operation.operands} {c.operation.shape}" for c in OPCODES]
    if not registers:
        lines.append("on a stack")
    return int.from_bytes(blake2b("\n".join(lines).encode(), digest_size=8).digest(), "little")
