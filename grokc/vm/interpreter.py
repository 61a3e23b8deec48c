"""Generates the interpreter: from the table of operations and their core functions to handlers.

For each opcode the generator writes what one would write by hand: fetch the operands as the table
says they lie, call the operation's core function (which LLVM inlines), look at its status, store
the result, go on with the next instruction.  :class:`Handler` writes those steps; how "go on" is
done is the business of a :class:`Dispatch`:

:class:`Threaded`
    One function per opcode, with the handler prototype; each ends in a tail call through the next
    instruction's handler word, so that the processor predicts each instruction's jump by itself.

:class:`Counted`
    The same, and each handler counts first that it runs.

:class:`Switch`
    One function with all operations in it and one ``switch`` on the opcode.  It serves to measure
    what threading brings, and to keep the definitions free of it.

**Quickening.**  Instructions of operations with variants start as ``new``.  That handler looks at
the operands, picks the first variant whose guards hold (``any`` has none), rewrites the instruction
and runs it again.  A guarded variant tests its operands first; the test tells LLVM their types, so
the inlined body shrinks to the one case.  When a guard fails the instruction becomes a later
variant of its list, ``any`` at last, and never an earlier one: a site that sees two kinds of
operands would otherwise be rewritten again and again.
Control operations specialize in a similar way, by rules of their own (``specialize`` in
control.grok).

**A stack machine** is the same with another way to fetch operands: an instruction names one slot,
and has its operands there and in the slots above.  It serves to measure what registers bring.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple, Protocol

from xdsl.ir import Block, SSAValue

from grokc.lowering.core import ERROR, CoreProgram
from grokc.lowering.core_types import I16, I32, I64, POINTER, VALUE, Pointer
from grokc.lowering.llvm_builder import PRESERVE_NONE, Builder, declare_function
from grokc.vm.operations import OPCODES, Kind, Opcode, Place, Quickening

RAISE = "raise"
"""Symbol of the handler that an operation goes to when it has failed."""

ENTER = "enter_machine"
"""Symbol of the way in from native code (declared in control.grok)."""

INT_TAG = 0xFFFF << 48
"""What handlers carry in their parameter ``tag``."""


class DefinitionError(Exception):
    """The table of operations and the core functions do not agree."""


def handler_symbol(opcode: Opcode) -> str:
    """The symbol of an opcode's handler under threaded dispatch."""
    return f"op.{opcode.name}{'.new' if opcode.variant == 'new' else ''}"


class Opened(NamedTuple):
    """A handler to be written, and what it has at its start."""

    builder: Builder
    pc: SSAValue
    base: SSAValue
    context: SSAValue
    tag: SSAValue  # the int tag, in a register


class Dispatch(Protocol):
    """How instructions follow each other.  The ways out of a handler end the builder's block."""

    def begin(self, opcode: Opcode) -> Opened:
        """Opens a handler."""

    def end(self) -> None:
        """Closes the handler; every path has left it."""

    def go(self, pc: SSAValue, base: SSAValue) -> None:
        """Goes on at an instruction."""

    def fail(self, pc: SSAValue, base: SSAValue) -> None:
        """Unwinds from the instruction at pc."""

    def leave(self, value: SSAValue, status: SSAValue) -> None:
        """Returns to native code."""

    def rewrite(self, pc: SSAValue, base: SSAValue, opcode: Opcode) -> None:
        """Makes the instruction at pc one of this opcode, and runs it."""

    def finish(self) -> None:
        """Adds what the handlers share."""

    def handler_symbols(self) -> Sequence[str]:
        """The content of the table of handler words, by opcode."""


class Threaded:
    """Direct threading; see the module's text."""

    def __init__(self, program: CoreProgram) -> None:
        self.program = program
        self.builder = program.handler(RAISE)
        self.symbol = RAISE  # of the handler that is open

    def open(self, symbol: str) -> Opened:
        """Opens a handler that need not be an opcode's."""
        builder = self.builder = self.program.handler(symbol)
        self.symbol = symbol
        return Opened(builder, *builder.parameters[:4])

    def begin(self, opcode: Opcode) -> Opened:
        return self.open(handler_symbol(opcode))

    def end(self) -> None:
        self.program.add(self.builder)

    def jump(self, handler: SSAValue | str, pc: SSAValue, base: SSAValue) -> None:
        """Goes on in a handler."""
        builder = self.builder
        context, tag, *free = builder.parameters[2:]
        unused = [builder.poison(parameter.type) for parameter in free]
        builder.tail_call(handler, [pc, base, context, tag, *unused])

    def go(self, pc: SSAValue, base: SSAValue) -> None:
        self.jump(self.builder.load(POINTER, pc), pc, base)

    def fail(self, pc: SSAValue, base: SSAValue) -> None:
        self.jump(RAISE, pc, base)

    def leave(self, value: SSAValue, status: SSAValue) -> None:
        builder = self.builder
        result = builder.poison(builder.type.output)
        result = builder.insert(result, value, 0)
        builder.return_(builder.insert(result, status, 1))

    def rewrite(self, pc: SSAValue, base: SSAValue, opcode: Opcode) -> None:
        builder = self.builder
        builder.store(builder.integer(opcode.number, I16), builder.offset(pc, 8))
        # The word of another tier stays: it goes by the opcode where that matters.
        word = builder.load(POINTER, pc)
        ours = builder.compare("eq", word, builder.address(self.symbol))
        builder.store(builder.select(ours, builder.address(handler_symbol(opcode)), word), pc)
        self.jump(handler_symbol(opcode), pc, base)

    def finish(self) -> None:
        builder, pc, base, context, _ = self.open(RAISE)
        program = self.program
        program.call(builder, program.function("unwind"), [pc, base], context)
        poison = builder.poison(program.layout.value_type)
        self.leave(poison, builder.integer(ERROR))
        prototype = builder.type
        self.end()

        builder = Builder(declare_function(ENTER, [POINTER] * 3, I64))
        context, pc, base = builder.parameters
        unused = [builder.poison(type) for type in prototype.inputs.data[4:]]
        result = builder.call_pointer(
            builder.load(POINTER, pc),
            [pc, base, context, builder.integer(INT_TAG), *unused],
            prototype.output,
            convention=PRESERVE_NONE,
        )
        assert result is not None
        # Optimized code that the function's word led to leaves its result to its caller.
        builder.store(builder.extract(result, 0, program.layout.value_type), base)
        builder.return_(builder.extract(result, 1, I64))
        program.add(builder)

    def handler_symbols(self) -> Sequence[str]:
        return [handler_symbol(opcode) for opcode in OPCODES]


class Counted(Threaded):
    """Threading that counts the instructions; see counting.grok."""

    def begin(self, opcode: Opcode) -> Opened:
        opened = builder, pc, base, context, _ = super().begin(opcode)
        number = builder.integer(opcode.number)
        count = self.program.function("count_instruction")
        self.program.call(builder, count, [pc, number], context, pc, base)
        return opened


class Switch:
    """One function, one switch; see the module's text.  Handler words are not used."""

    def __init__(self, program: CoreProgram) -> None:
        self.program = program
        attributes = program.layout.handler_attributes
        enter = declare_function(ENTER, [POINTER] * 3, I64, attributes=attributes)
        builder = self.builder = Builder(enter)
        self.context, pc, base = builder.parameters
        self.pc, self.base = builder.variable(POINTER), builder.variable(POINTER)
        self.head, self.raising = Block(), Block()
        self.cases: list[tuple[int, Block]] = []
        self.go(pc, base)

    def begin(self, opcode: Opcode) -> Opened:
        builder, block = self.builder, Block()
        self.cases.append((opcode.number, block))
        builder.start(block)
        pc, base = builder.load(POINTER, self.pc), builder.load(POINTER, self.base)
        return Opened(builder, pc, base, self.context, builder.integer(INT_TAG))

    def end(self) -> None:
        assert self.builder.terminated

    def _jump(self, target: Block, pc: SSAValue, base: SSAValue) -> None:
        self.builder.store(pc, self.pc)
        self.builder.store(base, self.base)
        self.builder.branch(target)

    def go(self, pc: SSAValue, base: SSAValue) -> None:
        self._jump(self.head, pc, base)

    def fail(self, pc: SSAValue, base: SSAValue) -> None:
        self._jump(self.raising, pc, base)

    def leave(self, value: SSAValue, status: SSAValue) -> None:
        self.builder.return_(status)

    def rewrite(self, pc: SSAValue, base: SSAValue, opcode: Opcode) -> None:
        builder = self.builder
        builder.store(builder.integer(opcode.number, I16), builder.offset(pc, 8))
        self.go(pc, base)

    def finish(self) -> None:
        builder, program = self.builder, self.program
        builder.start(self.raising)
        pc, base = builder.load(POINTER, self.pc), builder.load(POINTER, self.base)
        program.call(builder, program.function("unwind"), [pc, base], self.context)
        builder.return_(builder.integer(ERROR))

        nowhere = Block()
        builder.start(self.head)
        pc = builder.load(POINTER, self.pc)
        number = builder.load(I16, builder.offset(pc, 8))
        builder.switch(builder.cast("zext", number, I64), nowhere, self.cases)
        builder.start(nowhere)
        builder.unreachable()
        program.add(builder)

    def handler_symbols(self) -> Sequence[str]:
        return []


class Handler:
    """Writes the handler of one opcode; also what the ways out of control operations mean."""

    saves_pc = True
    quickening = True
    registers = True

    def __init__(self, program: CoreProgram, flow: Dispatch, opcode: Opcode) -> None:
        self.program = program
        self.flow = flow
        self.opcode = opcode
        self.operation = opcode.operation
        self.builder, self.pc, self.base, self.context, self.tag = self._open()

    def _open(self) -> Opened:
        return self.flow.begin(self.opcode)

    def write(self) -> None:
        if self.operation.shape == "control":
            self._control()
        elif self.opcode.variant == "new":
            self._quicken()
        else:
            self._compute()
        self.flow.end()

    def _compute(self) -> None:
        """An operation with a result: guard, meaning, and what the result is for."""
        kinds_apart = (Kind.OUT, Kind.TARGET)
        operands = {
            place.operand.name: self._fetch(place)
            for place in self.opcode.places
            if place.operand.kind not in kinds_apart
        }
        if self.opcode.variant not in ("", "any"):
            self._guard(operands)
        result = self._call(_meaning(self.program, self.opcode), *operands.values())
        shape = self.operation.shape
        if shape == "value":
            assert result is not None
            if result.type != self.program.layout.value_type:  # a test as a value
                result = self._call("box_bool", result)
                assert result is not None
            self._store(result)
        if shape in ("value", "effect"):
            self._next()
        else:
            assert result is not None
            self._jump(result)

    def _store(self, result: SSAValue) -> None:
        self.builder.store(result, self._register(self._place(Kind.OUT)))

    def _jump(self, condition: SSAValue) -> None:
        builder = self.builder
        taken, fallen = Block(), Block()
        jumps_if_true = not self.operation.shape.endswith("if_not")
        builder.branch_if(condition, *((taken, fallen) if jumps_if_true else (fallen, taken)))
        builder.start(fallen)
        self._next()
        builder.start(taken)
        if self.operation.shape.startswith("loop_if"):
            self._call("safepoint")
        self._go(self._fetch(self._place(Kind.TARGET)))

    def _go(self, pc: SSAValue) -> None:
        self.flow.go(pc, self.base)

    def _control(self) -> None:
        function = self.program.function(_meaning(self.program, self.opcode))
        arguments = [
            self._register(place)
            if place.operand.kind in (Kind.OUT, Kind.IN) and isinstance(type, Pointer)
            else self._fetch(place)
            for place, (_, type) in zip(self.opcode.places, function.parameters, strict=True)
        ]
        self.program.lower_control(
            function, self.builder, arguments, self.context, self.pc, self.base, self
        )

    # ---------------------------------------------------------------------------- operands

    def _place(self, kind: Kind) -> Place:
        return next(place for place in self.opcode.places if place.operand.kind is kind)

    def _field(self, place: Place, extension: str) -> SSAValue:
        builder = self.builder
        number = builder.load(I16, builder.offset(self.pc, place.offset))
        return builder.cast(extension, number, I64)

    def _register(self, place: Place) -> SSAValue:
        """The address of the register that an operand names, or of its slot on the stack."""
        size, above = self.program.layout.size(VALUE), 0
        if not self.registers and self.operation.name != "move":
            place, above = self._on_stack(place)
        register = self.builder.element(self.base, self._field(place, "zext"), size)
        return self.builder.offset(register, above * size)

    def _on_stack(self, place: Place) -> tuple[Place, int]:
        """On a stack machine: where the instruction's one slot stands, and how far above that an
        operand lies.  The operands lie side by side, and the result replaces the first."""
        apart = (Kind.OUT, Kind.WINDOW)
        slots = [p for p in self.opcode.places if p.operand.kind in apart or p.form == "r"]
        inputs = [p for p in slots if p.form == "r"]
        return slots[0], inputs.index(place) if place.form == "r" else 0

    def _fetch(self, place: Place) -> SSAValue:
        """An operand as its core function gets it."""
        builder = self.builder
        address = builder.offset(self.pc, place.offset)
        match place.operand.kind:
            case Kind.OUT | Kind.WINDOW:
                return self._register(place)
            case Kind.IN:
                return self._value(place, address)
            case Kind.COUNT:
                return self._field(place, "zext")
            case Kind.SMALL:
                return self._field(place, "sext")
            case Kind.TARGET:
                return builder.element(self.pc, self._field(place, "sext"), 8)
            case Kind.FAR:
                distance = builder.cast("sext", builder.load(I32, address), I64)
                return builder.element(self.pc, distance, 8)
            case Kind.WORD:
                return builder.load(POINTER, address)
            case Kind.CACHE:
                return address

    def _value(self, place: Place, address: SSAValue) -> SSAValue:
        builder, layout = self.builder, self.program.layout
        if place.form == "r":
            return builder.load(layout.value_type, self._register(place))
        if place.form == "i":
            small = self._call("small_int", self._field(place, "sext"))
            assert small is not None
            return small
        # The constant itself, or its address where a word cannot hold it (see program.grok).
        if layout.size(VALUE) > 8:
            address = builder.load(POINTER, address)
        return builder.load(layout.value_type, address)

    # --------------------------------------------------------------------------- quickening

    def _guard(self, operands: dict[str, SSAValue]) -> None:
        """Goes on if the operands have the variant's type; else the instruction is a later one's.

        Constants had the type when the instruction was quickened, and so they have it now.
        """
        builder, inputs = self.builder, self._inputs()
        quickening = next(q for q in self._quickenings() if q.guard == self.opcode.variant)
        named = [
            (quickening.test(index), operands[place.operand.name], place.form)
            for index, place in enumerate(inputs)
            if quickening.test(index)
        ]
        tests = [self._test_in_register(test, value) for test, value, form in named if form == "r"]
        # One branch on all tests: LLVM splits it again where that is better.
        condition = reduce(lambda a, b: builder.binary("and", a, b), tests)
        holds, fails = Block(), Block()
        builder.branch_if(condition, holds, fails, likely=True)
        builder.start(fails)
        self._generalize([operands[place.operand.name] for place in inputs])
        builder.start(holds)
        for test, value, _ in named:
            holds_now = self._call(test, value)
            assert holds_now is not None
            builder.intrinsic("llvm.assume", [holds_now])

    def _generalize(self, inputs: list[SSAValue]) -> None:
        """The guard has failed: the instruction becomes a later variant."""
        variants = self._quickenings()
        guards = [variant.guard for variant in variants]
        later = variants[guards.index(self.opcode.variant) + 1 :]
        self._specialize(inputs, later, "count_generalized")

    def _quicken(self) -> None:
        """The handler of an instruction that has not run yet."""
        inputs = [self._fetch(place) for place in self._inputs()]
        variants = self._quickenings() if self.quickening else []
        self._specialize(inputs, variants, "count_new")

    def _quickenings(self) -> list[Quickening]:
        """The variants that instructions of this form have, in the order they are tried."""
        return [q for q in self.operation.quickenings if self.opcode.form in q.forms]

    def _specialize(self, inputs: list[SSAValue], variants: list[Quickening], counter: str) -> None:
        """Rewrites the instruction to the first of these variants that fits, or to ``any``."""
        for variant in variants:
            otherwise = Block()
            for index, value in enumerate(inputs):
                if not variant.test(index):
                    continue
                holds = Block()
                test = self._call(variant.test(index), value)
                assert test is not None
                self.builder.branch_if(test, holds, otherwise)
                self.builder.start(holds)
            self._become(variant.guard, counter)
            self.builder.start(otherwise)
        self._become("any", counter)

    def _inputs(self) -> list[Place]:
        return [place for place in self.opcode.places if place.operand.kind is Kind.IN]

    def _test_in_register(self, name: str, value: SSAValue) -> SSAValue:
        """A guard's test, in its cheapest form: ints are compared with the tag that handlers carry
        in a register; a site that meets a NaN is not worth a variant."""
        if name == "is_int":
            test = self._call("has_tag", value, self.tag)
        elif name == "is_float":
            test = self._call("is_ordered", value)
        else:
            test = self._call(name, value)
        assert test is not None
        return test

    def _become(self, variant: str, counter: str) -> None:
        builder = self.builder
        field = builder.offset(self.context, self.program.struct("Context").offset(counter))
        builder.store(builder.binary("add", builder.load(I64, field), builder.integer(1)), field)
        form = self.opcode.form
        opcode = next(
            code
            for code in OPCODES
            if (code.operation, code.form, code.variant) == (self.operation, form, variant)
        )
        self.flow.rewrite(self.pc, self.base, opcode)

    # -------------------------------------------------------------------------------- steps

    def _call(self, name: str, *arguments: SSAValue) -> SSAValue | None:
        """Calls a core function as a part of this operation; if it fails, so does the operation."""
        builder = self.builder
        function = self.program.function(name)
        result, status = self.program.call(
            builder, function, arguments, self.context, self._saved_pc(), self.base
        )
        if status is not None:
            failed, succeeded = Block(), Block()
            error = builder.compare("ne", status, builder.integer(0))
            builder.branch_if(error, failed, succeeded, likely=False)
            builder.start(failed)
            self._fail()
            builder.start(succeeded)
        return result

    def _saved_pc(self) -> SSAValue | None:
        """What an operation's function stores in the context as its pc."""
        return self.pc

    def _fail(self) -> None:
        self.flow.fail(self.pc, self.base)

    def _next(self) -> None:
        self.flow.go(self.builder.offset(self.pc, self.opcode.size), self.base)

    # ------------------------------------------------------- hooks of control operations

    def next_pc(self, builder: Builder) -> SSAValue:
        return builder.offset(self.pc, self.opcode.size)

    def dispatch(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        self.flow.go(pc, base)

    def raise_error(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        self.flow.fail(pc, base)

    def native_return(self, builder: Builder, value: SSAValue, status: SSAValue) -> None:
        self.flow.leave(value, status)


def _meaning(program: CoreProgram, opcode: Opcode) -> str:
    """The name of an opcode's core function."""
    meaning = opcode.operation.meaning
    special = f"{meaning}_{opcode.variant}"
    if opcode.variant in opcode.operation.sites:
        return special
    if opcode.variant and special in program.declarations.functions:
        return special
    return meaning


def check_definitions(program: CoreProgram) -> None:
    """Every opcode has its core function, of a type that fits; raises DefinitionError."""
    for opcode in OPCODES:
        _check_definition(program, opcode)


def _check_definition(program: CoreProgram, opcode: Opcode) -> None:
    name, control = _meaning(program, opcode), opcode.operation.shape == "control"
    try:
        function = program.function(name)
    except KeyError:
        raise DefinitionError(f"{opcode.name}: there is no core function {name}") from None
    if function.attributes.get("op") != [("control",) if control else ()]:
        raise DefinitionError(f"{name} must be marked {'#[op(control)]' if control else '#[op]'}")
    apart = () if control else (Kind.OUT, Kind.TARGET)
    operands = [o for o in opcode.operation.operands if o.kind not in apart]
    if len(function.parameters) != len(operands):
        raise DefinitionError(
            f"{name} has {len(function.parameters)} parameters; {opcode.name} has "
            f"{len(operands)} operands for it"
        )


def generate(
    program: CoreProgram, flow: Dispatch, *, quickening: bool = True, registers: bool = True
) -> None:
    """Writes all handlers into the program.

    Without ``quickening``, each instruction becomes ``any`` whatever it sees; without ``registers``
    instructions take their operands from a stack (:mod:`grokc.passes.stack_to_slots`).
    """
    check_definitions(program)
    for opcode in OPCODES:
        handler = Handler(program, flow, opcode)
        handler.quickening = quickening
        handler.registers = registers
        handler.write()
    flow.finish()
