"""Stencils: the code of one instruction with holes for its operands.

A stencil is a handler (:mod:`grokc.vm.interpreter`) in which everything that the instruction says
is an external symbol, a *hole*: LLVM compiles around it and leaves a relocation, and the patcher
puts the instruction's own number there.  Numbers are absolute symbols, of a range that tells LLVM
how wide a field they need; the instruction's address is an ordinary symbol nearby, so that words
of the instruction are operands relative to the code.

The ways on are holes too: the next instruction's code lies right behind, a jump's target is
patched, and an address that is only known at run time is entered through its handler word, as the
interpreter does.  What an instruction does rarely lies apart (:mod:`grokc.lowering.outline`).

**Cold exits.**  What an instruction was not quickened for stays with the interpreter: where such a
stencil would call a function that can fail, quicken, specialize a site or raise an error, it jumps
to its cold exit, and the interpreter's handler runs the whole instruction from its start.  So slow
functions are replaced by ones that fail at once, and every failure is a cold exit.  That asks one
thing of these operations: they change nothing before they call what can fail.  (The machine's
operations are written that way for the interpreter's sake: one slow call, after which the
instruction ends or runs again.)

Where the slow way may be what a program does all the time (:func:`calls`), stencils keep their
calls and raise their errors.

**Floats in registers.**  Processors hand an int that was stored on to the load that follows at no
cost, but take some ten cycles for a float.  So stencils have, beside the handlers' parameters,
``FLOATS`` floats as parameters.  The first ones are the operands of stencils for floats; the
first one is also where such a stencil leaves its result, which lies in the frame as well.  The
rest are handed on as they are: the patcher keeps copies of a loop's registers in them.  What only
moves a value has a second stencil (:func:`has_float_stencil`) for when that is a float.  Only
stencils that keep their calls lose all of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xdsl.dialects import llvm
from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.ir import Block, SSAValue

from grokc.lowering.core import ERROR, CoreProgram
from grokc.lowering.core_types import F64, I16, I64, POINTER, VALUE
from grokc.lowering.llvm_builder import PRESERVE_NONE, Builder, declare_function
from grokc.lowering.llvm_ir import Text, Writer
from grokc.lowering.native import Unit
from grokc.vm.interpreter import RAISE, Handler, Opened
from grokc.vm.operations import OPCODES, Kind, Opcode, Place

PREFIX = "stencil."
KINDS = ("", ".float", ".calls")
"""Suffixes of an opcode's stencils: the usual one, that for a float that it moves, and that which
keeps its calls (for functions that are compiled again, see ``_MISSING``)."""
HOLE = "hole."
NEXT, JUMP, COLD = f"{HOLE}next", f"{HOLE}jump", f"{HOLE}cold"
"""Where the code goes on: functions of the handlers' prototype."""
PC, NEXT_PC = f"{HOLE}pc", f"{HOLE}next_pc"
"""Addresses of the instruction and of the one after it."""

NUMBERS = {
    # kind of hole: LLVM's range for it
    "register": (0, 1 << 19),  # the register's distance from base
    "number": (0, 1 << 16),
    "small": (-(1 << 15), 1 << 15),
    "boxed": (-1, -1),  # a small int as a value: any 64 bits
}
"""Holes for operands; the operand's offset in the instruction follows the name."""

_STEADY = frozenset(
    {
        *("call_builtin", "next", "get_iterator", "make_range", "make_range_inclusive"),
        *("fill_list", "make_map", "make_closure", "format", "to_str", "cast_int", "cast_float"),
        *("bit_and", "bit_or", "bit_xor", "shift_left", "shift_right"),
    }
)
"""Operations whose slow way may be what a program does all the time."""

_STEADY_VARIANTS = frozenset({"any", "any_int", "str", "map", "native", "shared", "filled"})


_MISSING = frozenset({"get_field", "set_field"})
"""Operations whose caches miss all the time in some programs, but hardly ever in most.  They have
a stencil that keeps its calls for functions that are compiled again, which is what becomes of those
that exit often."""


def calls(opcode: Opcode) -> bool:
    """Whether an opcode's stencil keeps its calls and raises its errors; see the module's text."""
    return opcode.operation.name in _STEADY or opcode.variant in _STEADY_VARIANTS


FLOATS = 8
"""Parameters of stencils that are floats; calls are without them."""
OPERANDS = 2
"""The first of these, which are for operands."""


@dataclass(frozen=True, slots=True)
class Floats:
    """What a stencil has in the parameters that are floats: where the instruction names the
    operands and the result (0: there is none), and whether it hands the other ones on."""

    operands: tuple[int, ...]
    result: int
    kept: bool


def has_stencil(opcode: Opcode) -> bool:
    """Whether an opcode is worth a stencil."""
    operation, variant = opcode.operation, opcode.variant
    if variant == "new" or operation.name in ("fail_no_match", "native_return"):
        return False
    # Tests of patterns as values are not what programs consist of.
    pattern = operation.meaning in {
        f"is_{name}" for name in ("variant", "struct", "tuple", "list", "list_from", "missing")
    }
    return not (pattern and operation.shape == "value")


_MOVES = {
    # Operations that move a value as it is: variants
    "move": ("",),
    "load_constant": ("",),
    "get_field": ("",),
    "set_field": ("",),
    "get_index": ("floats", "list"),
    "set_index": ("floats", "list"),
}


def has_float_stencil(opcode: Opcode) -> bool:
    """Whether an opcode has a second stencil, for when the value that it moves is a float."""
    operation = opcode.operation
    if opcode.variant not in _MOVES.get(operation.name, ()):
        return False
    return operation.shape == "value" or opcode.form.endswith("r")


class Stencils:
    """Where stencils go on: the :class:`~grokc.vm.interpreter.Dispatch` of baseline code."""

    def __init__(self, program: CoreProgram) -> None:
        self.program = program
        self.functions: dict[str, llvm.FuncOp] = {}
        self.calling: set[str] = set()
        self.floats: dict[str, Floats] = {}  # by symbol
        self.prototype = program.handler("prototype").function
        self.calls = self.returns = False
        self.builder = Builder(self._declare("prototype"))

    def _declare(self, symbol: str) -> llvm.FuncOp:
        type = self.prototype.function_type
        floats = [] if self.calls else [F64] * FLOATS
        return declare_function(
            symbol,
            [*type.inputs.data, *floats],
            type.output,
            convention=PRESERVE_NONE,
            attributes=["nounwind"],
        )

    def begin(self, opcode: Opcode) -> Opened:
        return self.open(opcode, "")

    def open(self, opcode: Opcode, kind: str) -> Opened:
        """Opens one of an opcode's stencils."""
        symbol = self.symbol = f"{PREFIX}{opcode.number}{kind}"
        self.calls = kind == ".calls" or calls(opcode)
        self.returns = opcode.operation.name == "return"
        if self.calls:
            self.calling.add(symbol)
        self.operands: list[int] = []
        self.result: SSAValue | None = None
        self.result_place = 0
        builder = self.builder = Builder(self._declare(symbol))
        _, base, context, tag, *_ = builder.parameters
        return Opened(builder, builder.address(PC), base, context, tag)

    def float_operand(self, place: Place) -> SSAValue:
        """The next operand that is a float, as a value."""
        self.operands.append(place.offset)
        value = self.builder.parameters[-FLOATS + len(self.operands) - 1]
        return self.builder.cast("bitcast", value, self.program.layout.value_type)

    def float_result(self, place: Place, value: SSAValue) -> None:
        """The result, which is a float."""
        self.result = self.builder.cast("bitcast", value, F64)
        self.result_place = place.offset

    def end(self) -> None:
        function = self.builder.finish()
        self.functions[self.symbol] = function
        self.floats[self.symbol] = Floats(
            tuple(self.operands), self.result_place, kept=not self.calls
        )

    def jump(self, target: SSAValue | str, pc: SSAValue | None, base: SSAValue) -> None:
        builder = self.builder
        context, tag, *free = builder.parameters[2:]
        rest = [builder.poison(parameter.type) for parameter in free]
        if not self.calls and isinstance(target, str) and target != COLD:
            kept = FLOATS - OPERANDS
            rest[-kept:] = free[-kept:]
            rest[-FLOATS] = self.result or rest[-FLOATS]
        if self.returns:  # see write_link in baseline.grok
            rest[0] = builder.cast("ptrtoint", builder.parameters[1], I64)
        pc = pc or builder.poison(POINTER)
        builder.tail_call(target, [pc, base, context, tag, *rest])

    def go(self, pc: SSAValue, base: SSAValue) -> None:
        name = _symbol(pc)
        if name == PC:
            self.jump(COLD, None, base)
        elif name == NEXT_PC:
            self.jump(NEXT, None, base)
        elif name.startswith(JUMP):
            self.jump(name, None, base)
        else:
            self.jump(self.builder.load(POINTER, pc), pc, base)

    def fail(self, pc: SSAValue, base: SSAValue) -> None:
        if self.calls:
            self.jump(RAISE, pc, base)
        else:
            self.jump(COLD, None, base)

    def leave(self, value: SSAValue, status: SSAValue) -> None:
        raise AssertionError("no stencil returns to native code")

    def rewrite(self, pc: SSAValue, base: SSAValue, opcode: Opcode) -> None:
        raise AssertionError("no stencil rewrites its instruction")

    def finish(self) -> None:
        pass

    def handler_symbols(self) -> Sequence[str]:
        return []

    # --------------------------------------------------------------------------------- units

    def units(self) -> Iterator[Unit]:
        """The modules of LLVM IR that define all stencils."""
        writer = Writer()
        known = self.program._printed()
        writer.texts.update(known.texts)
        writer._weights.update(known._weights)
        writer._intrinsics.update(known._intrinsics)
        ranges: dict[tuple[int, int], int] = {}
        for text in self._holes(ranges):
            writer.texts[text.symbol] = text
        for function in self.functions.values():
            writer.add(function)
        metadata = "".join(
            f"!{number} = !{{i64 {low}, i64 {high}}}\n" for (low, high), number in ranges.items()
        )
        names = list(self.functions)
        plain = [name for name in names if name not in self.calling]
        modules = [self._without_calls(writer.unit(plain))]
        modules.append(writer.unit([name for name in names if name in self.calling]))
        for module in modules:
            yield Unit(module + metadata, "stencils", following=NEXT, rare=(COLD, RAISE))

    def _holes(self, ranges: dict[tuple[int, int], int]) -> Iterator[Text]:
        function = _declaration(self.prototype, self.program)
        for name in (NEXT, COLD, f"{JUMP}.near", f"{JUMP}.far"):
            yield Text(name, "", function.format(name), frozenset(), False)
        for name in (PC, NEXT_PC):
            # Large enough for every instruction: LLVM may believe what it reads.
            text = f'@"{name}" = external hidden global [4096 x i8], align 8'
            yield Text(name, "", text, frozenset(), False)
        for kind, bounds in NUMBERS.items():
            number = ranges.setdefault(bounds, 9000 + len(ranges))
            for offset in range(10, 16, 2):
                name = f"{HOLE}{kind}.{offset}"
                # weak: a comparison with zero is not to be decided by the compiler
                text = f'@"{name}" = extern_weak hidden global i8, !absolute_symbol !{number}'
                yield Text(name, "", text, frozenset(), False)

    def _without_calls(self, module: str) -> str:
        """The module with its slow functions replaced by ones that fail at once."""
        functions = self.program.declarations.functions.values()
        slow = {
            function.symbol
            for function in functions
            if function.fallible and function.kind == "plain" and not function.returns_by_slot
        }
        lines = []
        for line in module.split("\n"):
            if line.startswith("declare "):
                name = line[line.index("@") + 1 : line.index("(")].strip('"')
                if name in slow:
                    line = _failing(line)
            lines.append(line)
        return "\n".join(lines)


def _failing(declaration: str) -> str:
    """The definition of a function that fails, from its declaration."""
    head, _, rest = declaration.partition("(")
    result = head.removeprefix("declare ").removeprefix("hidden ").rpartition(" @")[0]
    parameters = rest[: rest.rindex(")")]
    value = f"{ERROR}" if result == "i64" else None
    if value is None:
        first = result[1 : result.rindex(",")]
        value = f"{{{first} poison, i64 {ERROR}}}"
    name = head[head.index("@") :]
    return (
        f"define internal {result} {name}({parameters}) alwaysinline nounwind {{\n"
        f"  ret {result} {value}\n}}"
    )


def _declaration(prototype: llvm.FuncOp, program: CoreProgram) -> str:
    """A format of a hole that is a function; its parameters promise nothing."""
    value = "i64" if program.layout.representation == "nanbox" else "i128"
    parameters = ", ".join(["ptr"] * 3 + ["i64"] * 7)
    return f'declare hidden preserve_nonecc {{{{{value}, i64}}}} @"{{}}"({parameters})'


def _symbol(address: SSAValue) -> str:
    """The symbol that a value is the address of, or an empty text."""
    owner = address.owner
    if isinstance(owner, llvm.AddressOfOp):
        name = owner.global_name
        assert isinstance(name, SymbolRefAttr)
        return name.root_reference.data
    return ""


class Stencil(Handler):
    """Writes one stencil: a handler that knows its operands."""

    flow: Stencils

    @property
    def saves_pc(self) -> bool:  # type: ignore[override]
        """Cold exits need nothing: the interpreter's handler stores it."""
        return self.flow.calls

    def _saved_pc(self) -> SSAValue | None:
        return self.pc if self.flow.calls else None

    def write(self) -> None:
        if self.opcode.variant and self.operation.sites:
            self._check_site()
        super().write()

    def _check_site(self) -> None:
        """A site's words belong to the kind of callee that its opcode says."""
        builder = self.builder
        number = builder.load(I16, builder.offset(self.pc, 8))
        same, changed = Block(), Block()
        expected = builder.integer(self.opcode.number, I16)
        builder.branch_if(builder.compare("eq", number, expected), same, changed, likely=True)
        builder.start(changed)
        self.flow.jump(COLD, None, self.base)
        builder.start(same)

    def _hole(self, kind: str, place: Place) -> SSAValue:
        builder = self.builder
        return builder.cast("ptrtoint", builder.address(f"{HOLE}{kind}.{place.offset}"), I64)

    def _field(self, place: Place, extension: str) -> SSAValue:
        if extension == "zext":
            return self._hole("number", place)
        if self.operation.name in ("add", "sub", "mul") and self.opcode.variant == "int":
            return self._hole("small", place)
        # LLVM adds a hole to what it likes in an address, whether that fits or not.
        return super()._field(place, extension)

    def _register(self, place: Place) -> SSAValue:
        return self.builder.offset(self.base, self._hole("register", place))

    def _fetch(self, place: Place) -> SSAValue:
        if place.operand.kind is Kind.TARGET:
            return self.builder.address(f"{JUMP}.near")
        if place.operand.kind is Kind.FAR:
            return self.builder.address(f"{JUMP}.far")
        return super()._fetch(place)

    def _value(self, place: Place, address: SSAValue) -> SSAValue:
        if place.form == "r" and self._is_float(place):
            return self.flow.float_operand(place)
        plain = self.opcode.variant in ("int", "float")
        if place.form == "i" and plain and self.operation.shape not in ("value", "effect"):
            return self._hole("boxed", place)  # compared, or stored as it is
        return super()._value(place, address)

    def _is_float(self, place: Place) -> bool:
        """Whether an operand is a parameter that is a float."""
        return self.opcode.variant == "float"

    def _store(self, result: SSAValue) -> None:
        super()._store(result)
        arithmetic = self.program.function(self.operation.meaning).value_type == VALUE
        if self.opcode.variant == "float" and arithmetic:
            self.flow.float_result(self._place(Kind.OUT), result)

    def _generalize(self, inputs: list[SSAValue]) -> None:
        self.flow.jump(COLD, None, self.base)

    def _next(self) -> None:
        self.flow.jump(NEXT, None, self.base)

    def next_pc(self, builder: Builder) -> SSAValue:
        return builder.address(NEXT_PC)


class _FloatMove(Stencil):
    """Writes the stencil of an opcode that moves a value for when that is a float."""

    def _open(self) -> Opened:
        return self.flow.open(self.opcode, ".float")

    def _is_float(self, place: Place) -> bool:
        return place.operand.name == "value"

    def _store(self, result: SSAValue) -> None:
        super()._store(result)
        self.flow.float_result(self._place(Kind.OUT), result)


class _Calling(Stencil):
    """Writes the stencil of an opcode that keeps its calls though its usual one does not."""

    def _open(self) -> Opened:
        return self.flow.open(self.opcode, ".calls")


def write_stencils(program: CoreProgram) -> Stencils:
    """Stencils for all opcodes that are worth one."""
    flow = Stencils(program)
    for opcode in OPCODES:
        if has_stencil(opcode):
            Stencil(program, flow, opcode).write()
        if has_float_stencil(opcode):
            _FloatMove(program, flow, opcode).write()
        if opcode.operation.name in _MISSING:
            _Calling(program, flow, opcode).write()
    return flow
