"""One function of core GrokLang, checked and lowered in a single walk over its tree.

The walk computes types as it goes (an expression is told which type is wanted, so that literals
adapt) and emits through :class:`~grokc.lowering.llvm_builder.Builder`.  Variables that are never
assigned are SSA values at once; the others live in ``alloca`` slots, which LLVM's SROA turns into
SSA.  An error is recorded where it is found and gives up the statement; the walk goes on with the
next one, so one compilation reports all errors.

What does not come back (``return``, ``dispatch(...)``, a call of a ``never`` function) has the type
``never``.  The code behind it goes into a block of its own without predecessors, which is removed
again when nothing was put there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NoReturn, Protocol

from xdsl.dialects.llvm import ExtractValueOp, LLVMStructType
from xdsl.ir import Block, SSAValue

from grokc.frontend import tree
from grokc.frontend.diagnostics import did_you_mean
from grokc.lowering.core_declarations import Abort, CoreFunction, Declarations, wrap
from grokc.lowering.core_intrinsics import INTRINSICS
from grokc.lowering.core_types import (
    BOOL,
    F64,
    FLOAT,
    I1,
    I64,
    INT,
    INTEGER_BITS,
    NEVER,
    PTR,
    UNIT,
    VALUE,
    Fallible,
    FunctionPointer,
    Pointer,
    Structure,
    Type,
)
from grokc.lowering.llvm_builder import Builder

RECURSION_LIMIT = 20_000
"""Enough for the deepest tree that the parser lets through; Python's own limit is not."""

ERROR = 2
"""The status of a failed call; the error lies in the context."""

Lowered = tuple[SSAValue | None, Type]
"""A value (None for unit and never) and its type."""


class ControlHooks(Protocol):
    """What the ways out of a control operation mean; all but ``next_pc`` end the block."""

    saves_pc: bool
    """Whether the context is to know where the machine is before a function is called."""

    def next_pc(self, builder: Builder) -> SSAValue:
        """The address of the instruction after this one."""

    def dispatch(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        """Goes on at an instruction."""

    def raise_error(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        """Unwinds from this instruction: the error is set in the context."""

    def native_return(self, builder: Builder, value: SSAValue, status: SSAValue) -> None:
        """Returns to the native code that entered the machine."""


class Symbols(Protocol):
    """What a function being lowered asks of its program."""

    declarations: Declarations

    def string(self, text: str) -> str:
        """The symbol of constant NUL-terminated bytes."""

    def save_pc(self, builder: Builder, context: SSAValue, pc: SSAValue, base: SSAValue) -> None:
        """Stores where the machine is."""

    def call(
        self,
        builder: Builder,
        function: CoreFunction,
        arguments: Sequence[SSAValue],
        context: SSAValue | None,
        pc: SSAValue | None = None,
        base: SSAValue | None = None,
    ) -> tuple[SSAValue | None, SSAValue | None]:
        """Calls a core function; value and status."""


@dataclass(slots=True)
class Variable:
    """A name in scope: its value, or the address of its slot when it is assigned somewhere."""

    type: Type | None  # None: its declaration was in error, and its uses are not reported
    value: SSAValue | None
    address: SSAValue | None


@dataclass(slots=True)
class LoopBlocks:
    label: str | None
    after: Block
    again: Block
    left: bool = False  # whether some `break` leads to `after`


class Join:
    """Where the ways of an ``if`` or ``match`` meet; the result is the first way's type."""

    def __init__(self, want: Type | None) -> None:
        self.want = want
        self.block = Block()
        self.type: Type = NEVER
        self.slot: SSAValue | None = None


_FIELDS: dict[type, tuple[str, ...]] = {}


def assigned_names(body: tree.Block) -> set[str]:
    """Names that are the target of an assignment, or declared without a value, in a body."""
    names: set[str] = set()
    pending: list[object] = [body]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
            continue
        if not isinstance(node, tree.Node):
            continue
        match node:
            case tree.Assign(target=tree.Path(segments=[name])):
                names.add(name)
            case tree.Let(value=None, pattern=tree.NamePattern(name=name)):
                names.add(name)
        kind = type(node)
        slots = _FIELDS.get(kind)
        if slots is None:
            slots = _FIELDS[kind] = tuple(
                field.name for field in fields(node) if field.name not in ("start", "end")
            )
        for name in slots:
            child = getattr(node, name)
            if isinstance(child, list | tree.Node):
                pending.append(child)
    return names


_ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "sdiv", "%": "srem"}
_BITS = {"&": "and", "|": "or", "^": "xor", "<<": "shl", ">>": "ashr"}
_FLOAT_ARITHMETIC = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}
_COMPARISONS = {"<": "slt", "<=": "sle", ">": "sgt", ">=": "sge", "==": "eq", "!=": "ne"}
_FLOAT_COMPARISONS = {
    "<": "olt",
    "<=": "ole",
    ">": "ogt",
    ">=": "oge",
    "==": "oeq",
    "!=": "une",
}
_MAX_CASES = 1024


class FunctionLowering:
    """Lowers the body of one function into a builder."""

    def __init__(
        self,
        program: Symbols,
        function: CoreFunction,
        builder: Builder,
        parameters: Sequence[SSAValue],
        hidden: Sequence[SSAValue],
        hooks: ControlHooks | None = None,
    ) -> None:
        body = function.declaration.body
        assert body is not None
        self.program = program
        self.declarations = program.declarations
        self.layout = self.declarations.layout
        self.function = function
        self.file = function.file
        self.builder = builder
        self.hooks = hooks
        self.body = body
        self.assigned = assigned_names(body)
        self.loops: list[LoopBlocks] = []
        self.dead: list[Block] = []
        self.error_block: Block | None = None
        self.inlined: set[str] = set()  # inline functions that this one calls
        self.scopes: list[dict[str, Variable]] = [{}]
        self.pc: SSAValue | None = None
        self.base: SSAValue | None = None
        for name, value in zip(function.hidden, hidden, strict=True):
            if name == "context":
                self.scopes[0][name] = Variable(Pointer(Structure("Context")), value, None)
            else:
                self.scopes[0][name] = Variable(PTR, value, None)
        if "pc" in function.hidden:
            self.pc, self.base = hidden[1], hidden[2]
        self.scopes.append({})
        for (name, type), value in zip(function.parameters, parameters, strict=True):
            self.bind(name, type, value)

    def lower(self) -> None:
        """Writes the whole body; errors are in the program's diagnostics afterwards."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
        try:
            self._lower()
        finally:
            sys.setrecursionlimit(limit)

    def _lower(self) -> None:
        function, builder = self.function, self.builder
        result = function.value_type
        try:
            value, type = self.block(self.body, UNIT if result == NEVER else result, tail=True)
            if function.kind == "control":
                if type != NEVER:
                    self.blame_name("a control operation ends in dispatch, raise or native_return")
                self.unreachable()
            elif type == NEVER:
                self.unreachable()
            elif result == UNIT:
                self.leave(None)
            elif value is None:
                self.blame_name(f"'{function.name}' must return {result} on every path")
            else:
                assert self.body.value is not None
                self.leave(self.convert(value, type, result, self.body.value))
        except Abort:
            pass
        self.unreachable()
        self.close()
        if self.error_block is not None:
            builder.start(self.error_block)
            if self.hooks is not None:
                assert self.pc is not None and self.base is not None
                self.hooks.raise_error(builder, self.pc, self.base)
            else:
                self.return_status(builder.integer(ERROR))
        for block in self.dead:
            if block.first_op is block.last_op:  # nothing but `unreachable`
                region = block.parent
                assert region is not None
                region.erase_block(block)

    def blame_name(self, message: str) -> NoReturn:
        item = self.function.declaration
        self.fail(tree.Node(item.name_start, item.name_end), message)

    def fail(self, node: tree.Node, message: str, help: str | None = None) -> NoReturn:
        self.declarations.fail(self.file, node, message, help)

    # -------------------------------------------------------------------------- dead ends

    def close(self) -> None:
        """Ends the block that begins behind a dead end."""
        if not self.builder.terminated:
            self.builder.unreachable()

    def ended(self) -> Lowered:
        """To be called after a terminator: what follows cannot be reached."""
        block = Block()
        self.dead.append(block)
        self.builder.start(block)
        return None, NEVER

    def unreachable(self) -> None:
        if not self.builder.terminated:
            self.builder.unreachable()
            self.ended()

    def recover(self) -> None:
        """After an error: stands in some block, so that the walk can go on."""
        if self.builder.terminated:
            self.ended()

    # ------------------------------------------------------------------------------ names

    def bind(self, name: str, type: Type | None, value: SSAValue | None) -> None:
        """Declares a variable; without a value it is a slot that something else fills."""
        if type is None or (name not in self.assigned and value is not None):
            self.scopes[-1][name] = Variable(type, value, None)
            return
        address = self.builder.variable(self.layout.llvm_type(type))
        if value is not None:
            self.builder.store(value, address)
        self.scopes[-1][name] = Variable(type, None, address)

    def find(self, name: str) -> Variable | None:
        for scope in reversed(self.scopes):
            found = scope.get(name)
            if found is not None:
                return found
        return None

    def read(self, variable: Variable) -> Lowered:
        if variable.type is None:
            raise Abort
        if variable.address is None:
            return variable.value, variable.type
        type = self.layout.llvm_type(variable.type)
        return self.builder.load(type, variable.address), variable.type

    def context(self, node: tree.Node) -> SSAValue:
        """The context that calls hand on: the variable of that name."""
        variable = self.find("context")
        if variable is None:
            self.fail(
                node,
                "there is no context to call this with",
                "an exported function declares a parameter or a variable `context`",
            )
        value, _ = self.read(variable)
        assert value is not None
        return value

    # -------------------------------------------------------------------------- statements

    def block(self, node: tree.Block, want: Type | None, *, tail: bool = False) -> Lowered:
        """A block in a scope of its own; ``tail``: its value is the function's result."""
        self.scopes.append({})
        never = False
        try:
            for statement in node.statements:
                try:
                    never |= self.statement(statement) == NEVER
                except Abort:
                    self.recover()
            if node.value is None:
                return None, NEVER if never else UNIT
            if tail and want != UNIT and isinstance(self.function.result, Fallible):
                last = node.value
                if isinstance(last, tree.Call) and self.call_result(last) is not None:
                    return self.return_(tree.Return(last.start, last.end, last))
            value, type = self.expr(node.value, want)
            return value, NEVER if never else type
        finally:
            self.scopes.pop()

    def statement(self, node: tree.Statement) -> Type:
        if isinstance(node, tree.ExprStatement):
            return self.expr(node.value, UNIT)[1]
        if isinstance(node, tree.Let):
            return self.let(node)
        self.fail(node, "core GrokLang has no nested items")

    def let(self, node: tree.Let) -> Type:
        pattern = node.pattern
        if isinstance(pattern, tree.WildcardPattern):
            name = "_"
        elif isinstance(pattern, tree.NamePattern) and pattern.inner is None:
            name = pattern.name
        else:
            self.fail(pattern, "core GrokLang's `let` takes a name, not a pattern")
        try:
            declared = self.declarations.variable_type(self.file, node.type) if node.type else None
            if node.value is None:
                if declared is None:
                    self.fail(node, f"'{name}' needs a type or a value")
                self.bind(name, declared, None)
                return UNIT
            if node.otherwise is not None:
                return self.let_else(name, declared, node.value, node.otherwise)
            value, type = self.expr(node.value, declared)
            if declared is not None:
                value, type = self.convert(value, type, declared, node.value), declared
            elif type == NEVER:
                self.bind(name, None, None)
                return NEVER
            elif value is None:
                self.fail(node.value, f"this has no value for '{name}'")
            self.bind(name, type, value)
            return UNIT
        except Abort:
            self.recover()
            unknown = self.builder.poison(self.layout.llvm_type(declared)) if declared else None
            self.bind(name, declared, unknown)
            raise

    def let_else(
        self, name: str, declared: Type | None, node: tree.Expr, otherwise: tree.Block
    ) -> Type:
        """``let v = f(x) else { ... }``: v is in scope behind, the block handles the error."""
        builder = self.builder
        value, status, inner = self.fallible(node)
        if value is not None and declared is not None:
            value, inner = self.convert(value, inner, declared, node), declared
        good, bad = Block(), Block()
        builder.branch_if(self.failed(status), bad, good, likely=False)
        builder.start(bad)
        _, type = self.block(otherwise, UNIT)
        if type == NEVER:
            self.close()
        elif name == "_" or inner in (UNIT, NEVER):
            builder.branch(good)
        else:
            # The block is well-formed; only its end is to blame.
            end = tree.Node(otherwise.end - 1, otherwise.end)
            builder.branch(good)
            builder.start(good)
            self.fail(end, f"this `else` must leave: '{name}' has no value behind it")
        builder.start(good)
        if name != "_":
            if value is None:
                self.fail(node, f"this has no value for '{name}'")
            self.bind(name, inner, value)
        return UNIT

    # ------------------------------------------------------------------------- expressions

    def expr(self, node: tree.Expr, want: Type | None = None) -> Lowered:
        """Lowers an expression.  ``want`` is a hint for literals and branches; UNIT means that the
        value is not used.  The caller converts."""
        handler = _EXPRESSIONS.get(type(node))
        if handler is None:
            kind = type(node).__name__
            self.fail(node, f"core GrokLang has no such expression ({kind})")
        return handler(self, node, want)

    def typed(self, node: tree.Expr, want: Type) -> SSAValue:
        """An expression as a value of a certain type."""
        value, type = self.expr(node, want)
        return self.convert(value, type, want, node)

    def convert(self, value: SSAValue | None, have: Type, want: Type, node: tree.Expr) -> SSAValue:
        """Implicit conversion: only pointers convert, and what never comes fits everything."""
        if have == NEVER:
            return self.builder.poison(self.layout.llvm_type(want))
        if value is not None:
            if have == want:
                return value
            if isinstance(have, Pointer | FunctionPointer) and isinstance(want, Pointer):
                return value
        help = None
        if have in INTEGER_BITS and want in INTEGER_BITS:
            help = f"convert with `as {want}`"
        self.fail(node, f"expected {want}, found {have}", help)

    def literal(self, node: tree.Int, want: Type | None) -> Lowered:
        if want == FLOAT:
            return self.builder.float(float(node.value)), FLOAT
        type = want if want in INTEGER_BITS and want != BOOL else INT
        assert type is not None
        bits = INTEGER_BITS[type]
        if not -(1 << bits - 1) <= node.value < 1 << bits:
            self.fail(node, f"{node.value} does not fit {type}")
        value = wrap(node.value, bits)
        return self.builder.integer(value, self.layout.integer_type(type)), type

    def float_literal(self, node: tree.Float, want: Type | None) -> Lowered:
        return self.builder.float(node.value), FLOAT

    def bool_literal(self, node: tree.Bool, want: Type | None) -> Lowered:
        return self.builder.integer(int(node.value), I1), BOOL

    def string_literal(self, node: tree.Str, want: Type | None) -> Lowered:
        return self.builder.address(self.program.string(node.value)), PTR

    def unit(self, node: tree.Unit, want: Type | None) -> Lowered:
        return None, UNIT

    def paren(self, node: tree.Paren, want: Type | None) -> Lowered:
        return self.expr(node.inner, want)

    def path(self, node: tree.Path, want: Type | None) -> Lowered:
        if len(node.segments) != 1:
            self.fail(node, "core GrokLang has no paths of several names")
        name = node.segments[0]
        variable = self.find(name)
        if variable is not None:
            return self.read(variable)
        declarations = self.declarations
        constant = declarations.constants.get(name)
        if constant is not None:
            number = declarations.evaluate(constant)
            if constant.type == FLOAT:
                return self.builder.float(float(number)), FLOAT
            type = self.layout.integer_type(constant.type)
            return self.builder.integer(int(number), type), constant.type
        data = declarations.data.get(name)
        if data is not None:
            address = self.builder.address(data.symbol)
            if data.array:
                return address, Pointer(data.type)
            return self.builder.load(self.layout.llvm_type(data.type), address), data.type
        if name == "null":
            return self.builder.null(), PTR
        if name in declarations.functions:
            self.fail(node, f"'{name}' is a function", f"its address is address_of({name})")
        if name in ("context", "pc", "base"):
            self.fail(node, f"there is no '{name}' in this kind of function")
        known = {*declarations.constants, *declarations.data}.union(*self.scopes)
        self.fail(node, f"cannot find '{name}'", did_you_mean(name, known))

    # ----------------------------------------------------------------------------- memory

    def place(self, node: tree.Expr) -> tuple[SSAValue, Type]:
        """The address that an assignment stores to, and the type of what lies there."""
        match node:
            case tree.Paren():
                return self.place(node.inner)
            case tree.Path(segments=[name]):
                variable = self.find(name)
                if variable is not None:
                    if variable.type is None:
                        raise Abort
                    if variable.address is None:
                        self.fail(node, f"'{name}' cannot be assigned")
                    return variable.address, variable.type
                data = self.declarations.data.get(name)
                if data is not None and data.mutable and not data.array:
                    return self.builder.address(data.symbol), data.type
                if data is not None or name in self.declarations.constants:
                    self.fail(node, f"'{name}' is constant")
                self.path(node, None)  # says what is wrong with the name
            case tree.FieldAccess():
                return self.field_address(node)
            case tree.Index():
                address, type = self.element_address(node)
                if not isinstance(type, Structure):
                    return address, type
                self.fail(node, f"a whole {type} cannot be assigned")
            case _:
                pass
        self.fail(node, "this cannot be assigned")

    def field_address(self, node: tree.FieldAccess) -> tuple[SSAValue, Type]:
        pointer, type = self.expr(node.value)
        if type == NEVER:
            raise Abort
        if pointer is None or not isinstance(type, Pointer):
            self.fail(node.value, f"a field is read through a pointer, not {type}")
        if not isinstance(type.target, Structure):
            self.fail(node.value, f"{type} points to no struct", "convert with `as ptr<S>`")
        struct = self.declarations.structs[type.target.name]
        field = struct.fields.get(node.name)
        if field is None:
            self.fail(
                tree.Node(node.name_start, node.end),
                f"{struct.name} has no field '{node.name}'",
                did_you_mean(node.name, struct.fields),
            )
        return self.builder.offset(pointer, field.offset), field.type

    def field(self, node: tree.FieldAccess, want: Type | None) -> Lowered:
        address, type = self.field_address(node)
        return self.builder.load(self.layout.llvm_type(type), address), type

    def element_address(self, node: tree.Index) -> tuple[SSAValue, Type]:
        pointer, type = self.expr(node.value)
        if pointer is None or not isinstance(type, Pointer):
            self.fail(node.value, f"cannot index {type}")
        target = type.target
        if target is None:
            self.fail(node.value, "ptr does not say what it points to", "convert with `as ptr<T>`")
        index = self.typed(node.index, INT)
        if isinstance(target, Structure):
            size = self.declarations.structs[target.name].size
        else:
            size = self.layout.size(target)
        return self.builder.element(pointer, index, size), target

    def index(self, node: tree.Index, want: Type | None) -> Lowered:
        address, type = self.element_address(node)
        if isinstance(type, Structure):  # structs are used through pointers
            return address, Pointer(type)
        return self.builder.load(self.layout.llvm_type(type), address), type

    def assign(self, node: tree.Assign, want: Type | None) -> Lowered:
        builder = self.builder
        address, type = self.place(node.target)
        if node.operator is None:
            builder.store(self.typed(node.value, type), address)
            return None, UNIT
        old = builder.load(self.layout.llvm_type(type), address)
        hint = INT if isinstance(type, Pointer) else type
        right, right_type = self.expr(node.value, hint)
        value, result = self.combine(node, node.operator, old, type, right, right_type)
        builder.store(self.convert(value, result, type, node.value), address)
        return None, UNIT

    # -------------------------------------------------------------------------- operators

    def unary(self, node: tree.Unary, want: Type | None) -> Lowered:
        value, type = self.expr(node.operand, want)
        builder = self.builder
        if value is not None and type in INTEGER_BITS:
            llvm_type = self.layout.integer_type(type)
            if node.operator == "!":
                return builder.binary("xor", value, builder.integer(-1, llvm_type)), type
            if type != BOOL:
                return builder.binary("sub", builder.integer(0, llvm_type), value), type
        if value is not None and type == FLOAT and node.operator == "-":
            return builder.negate_float(value), type
        if type == NEVER:
            return None, NEVER
        self.fail(node, f"cannot apply '{node.operator}' to {type}")

    def is_flexible(self, node: tree.Expr) -> bool:
        """Whether an expression takes the type that its neighbour has."""
        match node:
            case tree.Int():
                return True
            case tree.Unary() | tree.Paren():
                inner = node.operand if isinstance(node, tree.Unary) else node.inner
                return self.is_flexible(inner)
            case tree.Binary():
                return self.is_flexible(node.left) and self.is_flexible(node.right)
            case tree.Call(callee=tree.Path(segments=["constant"])):
                return True
        return False

    def binary(self, node: tree.Binary, want: Type | None) -> Lowered:
        if node.operator in _COMPARISONS:
            return self.compare(node)
        first, steps = tree.binary_chain(node)
        if steps[0].operator in _COMPARISONS:
            self.fail(node, "comparisons do not chain")
        if want not in INTEGER_BITS and want != FLOAT:
            want = None
        right: Lowered | None = None
        if self.is_flexible(first) and not self.is_flexible(steps[0].right):
            right = self.expr(steps[0].right, want)
            if right[1] in INTEGER_BITS or right[1] == FLOAT:
                want = right[1]
        value, type = self.expr(first, want)
        for step in steps:
            if right is None:
                right = self.expr(step.right, INT if isinstance(type, Pointer) else type)
            value, type = self.combine(step, step.operator, value, type, *right)
            right = None
        return value, type

    def combine(
        self,
        node: tree.Expr,
        operator: str,
        left: SSAValue | None,
        left_type: Type,
        right: SSAValue | None,
        right_type: Type,
    ) -> Lowered:
        """``left operator right`` of lowered operands."""
        builder = self.builder
        if NEVER in (left_type, right_type):
            return None, NEVER
        if left is not None and right is not None:
            if isinstance(left_type, Pointer) and operator in ("+", "-"):
                if right_type == INT:
                    if operator == "-":
                        right = builder.binary("sub", builder.integer(0), right)
                    return builder.offset(left, right), left_type
                if isinstance(right_type, Pointer) and operator == "-":
                    left = builder.cast("ptrtoint", left, I64)
                    return builder.binary("sub", left, builder.cast("ptrtoint", right, I64)), INT
            elif left_type == right_type:
                if left_type in INTEGER_BITS:
                    name = _BITS.get(operator)
                    if name is None and left_type != BOOL:
                        name = _ARITHMETIC.get(operator)
                    if name is not None and not (left_type == BOOL and operator in ("<<", ">>")):
                        return builder.binary(name, left, right), left_type
                elif left_type == FLOAT and operator in _FLOAT_ARITHMETIC:
                    return builder.binary(_FLOAT_ARITHMETIC[operator], left, right), FLOAT
        help = None
        if left_type in INTEGER_BITS and right_type in INTEGER_BITS and left_type != right_type:
            help = f"convert one of them, as in `x as {left_type}`"
        self.fail(node, f"cannot apply '{operator}' to {left_type} and {right_type}", help)

    def compare(self, node: tree.Binary) -> Lowered:
        builder = self.builder
        if self.is_flexible(node.left) and not self.is_flexible(node.right):
            right, right_type = self.expr(node.right)
            left, left_type = self.expr(node.left, right_type)
        else:
            left, left_type = self.expr(node.left)
            right, right_type = self.expr(node.right, left_type)
        if NEVER in (left_type, right_type):
            return None, NEVER
        if left is not None and right is not None:
            if left_type == right_type == FLOAT:
                predicate = _FLOAT_COMPARISONS[node.operator]
                return builder.compare_floats(predicate, left, right), BOOL
            pointers = isinstance(left_type, Pointer | FunctionPointer) and isinstance(
                right_type, Pointer | FunctionPointer
            )
            equality = node.operator in ("==", "!=")
            if (pointers and equality) or (
                left_type == right_type
                and left_type in INTEGER_BITS
                and (left_type != BOOL or equality)
            ):
                return builder.compare(_COMPARISONS[node.operator], left, right), BOOL
        help = None
        if left_type == right_type == VALUE:
            help = "what two values have in common is the layout's business: same_word(a, b)"
        elif left_type in INTEGER_BITS and right_type in INTEGER_BITS:
            help = f"convert one of them, as in `x as {left_type}`"
        self.fail(node, f"cannot compare {left_type} and {right_type}", help)

    def cast(self, node: tree.Cast, want: Type | None) -> Lowered:
        builder = self.builder
        target = self.declarations.variable_type(self.file, node.type)
        hint = target if isinstance(node.value, tree.Int) and target == FLOAT else None
        value, type = self.expr(node.value, hint)
        if type == NEVER:
            return None, NEVER
        to = self.layout.llvm_type(target)
        pointer = isinstance(type, Pointer | FunctionPointer)
        if value is not None:
            if type == target or (pointer and isinstance(target, Pointer | FunctionPointer)):
                return value, target
            if type in INTEGER_BITS and target in INTEGER_BITS:
                if INTEGER_BITS[type] > INTEGER_BITS[target]:
                    return builder.cast("trunc", value, to), target
                return builder.cast("zext" if type == BOOL else "sext", value, to), target
            if type in INTEGER_BITS and target == FLOAT:
                if type == BOOL:
                    value = builder.cast("zext", value, I64)
                return builder.cast("sitofp", value, F64), FLOAT
            if type == FLOAT and target in INTEGER_BITS and target != BOOL:
                return builder.cast("fptosi", value, to), target
            if pointer and target == INT:
                return builder.cast("ptrtoint", value, I64), INT
            if type == INT and isinstance(target, Pointer | FunctionPointer):
                return builder.cast("inttoptr", value, to), target
        self.fail(node, f"cannot convert {type} to {target}")

    # ------------------------------------------------------------------------- conditions

    def condition(
        self, node: tree.Expr, then: Block, otherwise: Block, likely: bool | None = None
    ) -> None:
        """Branches on an i1, without making one of `&&`, `||` and `!`."""
        builder = self.builder
        match node:
            case tree.Paren():
                self.condition(node.inner, then, otherwise, likely)
            case tree.Unary(operator="!"):
                opposite = None if likely is None else not likely
                self.condition(node.operand, otherwise, then, opposite)
            case tree.Logical():
                middle = Block()
                if node.operator == "&&":
                    # That the whole holds is likely only if each part does.
                    self.condition(node.left, middle, otherwise, likely or None)
                else:
                    self.condition(node.left, then, middle, None if likely else likely)
                builder.start(middle)
                self.condition(node.right, then, otherwise, likely)
            case tree.Call(callee=tree.Path(segments=["likely" | "unlikely" as name])):
                if len(node.arguments) != 1:
                    self.fail(node, f"{name} takes one condition")
                self.condition(node.arguments[0], then, otherwise, name == "likely")
            case tree.LetCondition():
                self.fail(node, "`let` stands alone in the head of an `if`")
            case _:
                builder.branch_if(self.typed(node, BOOL), then, otherwise, likely)

    def logical(self, node: tree.Logical, want: Type | None) -> Lowered:
        builder = self.builder
        slot = builder.variable(I1)
        yes, no, after = Block(), Block(), Block()
        self.condition(node, yes, no)
        for block, value in ((yes, 1), (no, 0)):
            builder.start(block)
            builder.store(builder.integer(value, I1), slot)
            builder.branch(after)
        builder.start(after)
        return builder.load(I1, slot), BOOL

    # ---------------------------------------------------------------------------- control

    def arrive(self, join: Join, value: SSAValue | None, type: Type, node: tree.Expr) -> None:
        """One way reaches the join."""
        if type == NEVER:
            self.close()
            return
        if join.want != UNIT and type != UNIT:
            if join.type == NEVER:
                join.type = join.want or type
                join.slot = self.builder.variable(self.layout.llvm_type(join.type))
            if join.slot is not None:
                self.builder.store(self.convert(value, type, join.type, node), join.slot)
            elif join.type == UNIT:
                self.fail(node, f"expected no value, as the other way has none, found {type}")
        elif join.type in (NEVER, UNIT) or join.want == UNIT:
            join.type = UNIT
        else:
            self.fail(node, f"expected {join.type}, found no value")
        self.builder.branch(join.block)

    def meet(self, join: Join) -> Lowered:
        """Goes on behind the join."""
        if join.type == NEVER:
            return self.ended()
        self.builder.start(join.block)
        if join.slot is None:
            return None, UNIT
        return self.builder.load(self.layout.llvm_type(join.type), join.slot), join.type

    def way(self, join: Join, node: tree.Expr, want: Type | None) -> None:
        """Lowers one way and leads it to the join; after an error, leaves a closed block."""
        try:
            value, type = self.expr(node, want)
            end = node.value if isinstance(node, tree.Block) and node.value else node
            self.arrive(join, value, type, end)
        except Abort:
            if join.type == NEVER:
                join.type = UNIT
            if not self.builder.terminated:
                self.builder.branch(join.block)
            if join.want != UNIT:
                self.builder.start(join.block)
                raise

    def if_(self, node: tree.If, want: Type | None) -> Lowered:
        builder = self.builder
        then, otherwise = Block(), Block()
        self.scopes.append({})
        try:
            if isinstance(node.condition, tree.LetCondition):
                self.let_condition(node.condition, then, otherwise)
            else:
                self.condition(node.condition, then, otherwise)
                builder.start(then)
            if node.otherwise is None:
                join = Join(UNIT)
                join.type = UNIT
                join.block = otherwise
                self.way(join, node.then, UNIT)
            else:
                join = Join(want)
                self.way(join, node.then, want)
        finally:
            self.scopes.pop()
        if node.otherwise is not None:
            builder.start(otherwise)
            self.way(join, node.otherwise, want)
        return self.meet(join)

    def let_condition(self, node: tree.LetCondition, then: Block, otherwise: Block) -> None:
        """``if let r = add_checked(a, b)`` and ``if let v = f(x)``; stands in ``then`` after."""
        builder = self.builder
        pattern = node.pattern
        if isinstance(pattern, tree.WildcardPattern):
            name = "_"
        elif isinstance(pattern, tree.NamePattern) and pattern.inner is None:
            name = pattern.name
        else:
            self.fail(pattern, "core GrokLang's `if let` takes a name, not a pattern")
        match node.value:
            case tree.Call(
                callee=tree.Path(
                    segments=["add_checked" | "sub_checked" | "mul_checked" as operation]
                )
            ):
                left, right, type = self.two_integers(node.value, operation)
                llvm_type = self.layout.llvm_type(type)
                pair = LLVMStructType.from_type_list([llvm_type, I1])
                intrinsic = f"llvm.s{operation[:3]}.with.overflow.i{INTEGER_BITS[type]}"
                both = builder.intrinsic(intrinsic, [left, right], pair)
                assert both is not None
                value: SSAValue | None = builder.extract(both, 0, llvm_type)
                overflow = builder.extract(both, 1, I1)
                builder.branch_if(overflow, otherwise, then, likely=False)
            case _:
                value, status, type = self.fallible(node.value)
                builder.branch_if(self.failed(status), otherwise, then, likely=False)
        builder.start(then)
        if name != "_":
            if value is None:
                self.fail(node.value, f"this has no value for '{name}'")
            self.bind(name, type, value)

    def while_(self, node: tree.While, want: Type | None) -> Lowered:
        builder = self.builder
        head, body, after = Block(), Block(), Block()
        builder.branch(head)
        builder.start(head)
        self.condition(node.condition, body, after)
        builder.start(body)
        self.turn(LoopBlocks(node.label, after, head), node.body)
        builder.start(after)
        return None, UNIT

    def loop(self, node: tree.Loop, want: Type | None) -> Lowered:
        builder = self.builder
        body = Block()
        blocks = LoopBlocks(node.label, Block(), body)
        builder.branch(body)
        builder.start(body)
        self.turn(blocks, node.body)
        if not blocks.left:
            return self.ended()
        builder.start(blocks.after)
        return None, UNIT

    def for_(self, node: tree.For, want: Type | None) -> Lowered:
        """``for i in low..high``: the end is evaluated once, the variable is the turn's own."""
        builder = self.builder
        span = node.iterable
        if isinstance(span, tree.Paren):
            span = span.inner
        if not isinstance(span, tree.Range) or span.low is None or span.high is None:
            self.fail(span, "core GrokLang's `for` walks a range `low..high`")
        if span.inclusive:
            self.fail(span, "core GrokLang's ranges exclude their end: write `low..high + 1`")
        if isinstance(node.pattern, tree.WildcardPattern):
            name = "_"
        elif isinstance(node.pattern, tree.NamePattern):
            name = node.pattern.name
        else:
            self.fail(node.pattern, "core GrokLang's `for` takes a name, not a pattern")
        low = self.typed(span.low, INT)
        high = self.typed(span.high, INT)
        slot = builder.variable(I64)
        builder.store(low, slot)
        head, body, step, after = Block(), Block(), Block(), Block()
        builder.branch(head)
        builder.start(head)
        number = builder.load(I64, slot)
        builder.branch_if(builder.compare("slt", number, high), body, after)
        builder.start(body)
        self.scopes.append({})
        self.bind(name, INT, number)
        self.turn(LoopBlocks(node.label, after, step), node.body)
        self.scopes.pop()
        builder.start(step)
        builder.store(builder.binary("add", number, builder.integer(1)), slot)
        builder.branch(head)
        builder.start(after)
        return None, UNIT

    def turn(self, blocks: LoopBlocks, body: tree.Block) -> None:
        """The body of a loop, which ends by going on with ``blocks.again``."""
        self.loops.append(blocks)
        try:
            _, type = self.block(body, UNIT)
        except Abort:
            self.recover()
            type = UNIT
        finally:
            self.loops.pop()
        if type == NEVER:
            self.close()
        else:
            self.builder.branch(blocks.again)

    def find_loop(self, node: tree.Break | tree.Continue) -> LoopBlocks:
        for blocks in reversed(self.loops):
            if node.label is None or blocks.label == node.label:
                return blocks
        if node.label is not None:
            self.fail(node, f"no loop around here is called '{node.label}'")
        self.fail(node, "this is not in a loop")

    def break_(self, node: tree.Break, want: Type | None) -> Lowered:
        if node.value is not None:
            self.fail(node.value, "core GrokLang's loops have no value")
        blocks = self.find_loop(node)
        blocks.left = True
        self.builder.branch(blocks.after)
        return self.ended()

    def continue_(self, node: tree.Continue, want: Type | None) -> Lowered:
        self.builder.branch(self.find_loop(node).again)
        return self.ended()

    def block_expr(self, node: tree.Block, want: Type | None) -> Lowered:
        return self.block(node, want)

    def match(self, node: tree.Match, want: Type | None) -> Lowered:
        """A ``switch`` over integer constants."""
        builder = self.builder
        value, type = self.expr(node.value)
        if type == NEVER:
            return None, NEVER
        if value is None or type not in INTEGER_BITS:
            self.fail(node.value, f"core GrokLang matches integers, not {type}")
        cases: list[tuple[int, Block]] = []
        seen: set[int] = set()
        default: Block | None = None
        join = Join(want)
        ways: list[tuple[Block, tree.Arm, str | None]] = []
        for arm in node.arms:
            if default is not None:
                self.fail(arm.pattern, "this arm is never reached")
            if arm.guard is not None:
                self.fail(arm.guard, "core GrokLang has no guards: use `if` in the arm")
            block = Block()
            name = None
            numbers = self.case_numbers(arm.pattern, type)
            if numbers is None:
                default = block
                if isinstance(arm.pattern, tree.NamePattern):
                    name = arm.pattern.name
            else:
                for number in numbers:
                    if number in seen:
                        self.fail(arm.pattern, f"{number} has an arm already")
                    seen.add(number)
                    cases.append((number, block))
            ways.append((block, arm, name))
        if default is None:
            keyword = tree.Node(node.start, node.keyword_end)
            self.fail(keyword, "a match of integers needs an arm for the rest: `_ => ...`")
        builder.switch(value, default, cases)
        for block, arm, name in ways:
            builder.start(block)
            self.scopes.append({})
            if name is not None:
                self.bind(name, type, value)
            self.way(join, arm.body, want)
            self.scopes.pop()
        return self.meet(join)

    def case_numbers(self, pattern: tree.Pattern, type: Type) -> list[int] | None:
        """The integers that a pattern stands for; None for the rest."""
        declarations = self.declarations
        match pattern:
            case tree.WildcardPattern():
                return None
            case tree.NamePattern(inner=None):
                constant = declarations.constants.get(pattern.name)
                if constant is None:
                    return None
                if constant.type != type:
                    self.fail(pattern, f"expected {type}, found {constant.type}")
                return [int(declarations.evaluate(constant))]
            case tree.LiteralPattern():
                return [int(declarations.fold(self.file, pattern.value, type))]
            case tree.OrPattern():
                numbers: list[int] = []
                for alternative in pattern.alternatives:
                    part = self.case_numbers(alternative, type)
                    if part is None:
                        self.fail(alternative, "this would match everything")
                    numbers += part
                return numbers
            case tree.RangePattern():
                if pattern.low is not None and pattern.high is not None:
                    low = int(declarations.fold(self.file, pattern.low, type))
                    high = int(declarations.fold(self.file, pattern.high, type))
                    high += pattern.inclusive
                    if high - low > _MAX_CASES:
                        self.fail(pattern, f"more than {_MAX_CASES} cases: use `if`")
                    return list(range(low, high))
            case _:
                pass
        self.fail(pattern, "core GrokLang matches integer constants")

    # ----------------------------------------------------------------------------- leaving

    def return_(self, node: tree.Return, want: Type | None = None) -> Lowered:
        function = self.function
        result = function.value_type
        if function.kind == "control":
            self.fail(node, "a control operation ends in dispatch, raise or native_return")
        if node.value is None:
            if result != UNIT:
                self.fail(node, f"expected {result}")
            self.leave(None)
            return self.ended()
        inner = node.value
        while isinstance(inner, tree.Paren):
            inner = inner.inner
        call = self.call_result(inner) if isinstance(inner, tree.Call) else None
        if call is not None:
            if not function.fallible:
                self.fail(inner, f"'{function.name}' cannot fail: its result is {result}")
            value, status, type = self.fallible(inner)
            if result == UNIT or type == NEVER:
                if type not in (UNIT, NEVER):
                    self.fail(inner, f"expected {result}, found {type}")
                self.return_status(status)
            else:
                self.leave(self.convert(value, type, result, inner), status)
            return self.ended()
        if result == UNIT:
            self.expr(node.value, UNIT)
            self.leave(None)
            return self.ended()
        value, type = self.expr(node.value, None if result == NEVER else result)
        if result == NEVER:
            if type != NEVER:
                self.fail(node, f"'{function.name}' never returns")
            return None, NEVER
        self.leave(self.convert(value, type, result, node.value))
        return self.ended()

    def leave(self, value: SSAValue | None, status: SSAValue | None = None) -> None:
        """Returns a value with its status (success when there is none)."""
        builder = self.builder
        if not self.function.fallible:
            builder.return_(value)
            return
        if status is None:
            status = builder.integer(0)
        if value is None:
            builder.return_(status)
            return
        if self.function.returns_by_slot:
            builder.store(value, builder.parameters[-1])
            builder.return_(status)
            return
        type = self.layout.result_type(self.function.result)
        call = value.owner
        if (
            isinstance(call, ExtractValueOp)
            and isinstance(status.owner, ExtractValueOp)
            and call.container is status.owner.container
            and call.container.type == type
        ):
            builder.return_(call.container)  # both as they came from one call
            return
        result = builder.insert(builder.poison(type), value, 0)
        builder.return_(builder.insert(result, status, 1))

    def return_status(self, status: SSAValue) -> None:
        """Returns an error from a fallible function."""
        builder = self.builder
        type = self.layout.result_type(self.function.result)
        if type == I64 or self.function.returns_by_slot:
            builder.return_(status)
        else:
            builder.return_(builder.insert(builder.poison(type), status, 1))

    def try_(self, node: tree.Try, want: Type | None) -> Lowered:
        """``f(x)?``: an error is handed on; all of them through one block."""
        builder = self.builder
        if self.hooks is None and not self.function.fallible:
            self.fail(
                node,
                f"'{self.function.name}' cannot fail: its result is {self.function.result}",
                "handle the error with `let v = ... else { ... }`",
            )
        value, status, type = self.fallible(node.value)
        if self.error_block is None:
            self.error_block = Block()
        if type == NEVER:
            builder.branch(self.error_block)
            return self.ended()
        good = Block()
        builder.branch_if(self.failed(status), self.error_block, good, likely=False)
        builder.start(good)
        return value, type

    def failed(self, status: SSAValue) -> SSAValue:
        return self.builder.compare("ne", status, self.builder.integer(0))

    # ------------------------------------------------------------------------------- calls

    def call_result(self, node: tree.Call) -> Type | None:
        """The fallible result of a call, or None; looks only at declarations."""
        match node.callee:
            case tree.Path(segments=[name]):
                variable = self.find(name)
                if variable is not None and isinstance(variable.type, FunctionPointer):
                    result = variable.type.result
                elif name == "fail":
                    result = Fallible(NEVER)
                elif name in self.declarations.functions:
                    result = self.declarations.functions[name].result
                else:
                    return None
                return result if isinstance(result, Fallible) else None
        return None

    def fallible(self, node: tree.Expr) -> tuple[SSAValue | None, SSAValue, Type]:
        """Lowers a call of a fallible function: value, status, the type without ``!``."""
        while isinstance(node, tree.Paren):
            node = node.inner
        if not isinstance(node, tree.Call):
            self.fail(node, "only the call of a fallible function can be an error")
        if isinstance(node.callee, tree.Path) and node.callee.segments == ["fail"]:
            if node.arguments:
                self.fail(node, "fail takes no arguments: the error lies in the context")
            return None, self.builder.integer(ERROR), NEVER
        value, status, type = self.any_call(node)
        if status is None:
            self.fail(node, "this cannot be an error")
        assert isinstance(type, Fallible)
        return value, status, type.inner

    def call(self, node: tree.Call, want: Type | None) -> Lowered:
        """A call whose result cannot be an error."""
        if isinstance(node.callee, tree.Path) and len(node.callee.segments) == 1:
            name = node.callee.segments[0]
            if name == "fail":
                self.fail(node, "write `return fail()`")
            if self.find(name) is None:
                intrinsic = INTRINSICS.get(name)
                if intrinsic is not None:
                    return intrinsic(self, node, want)
        value, status, type = self.any_call(node)
        if status is not None:
            self.fail(
                node,
                f"this call can fail (its result is {type})",
                "hand the error on with `?`, or handle it with `let v = ... else { ... }`",
            )
        if type == NEVER:
            self.builder.unreachable()
            return self.ended()
        return value, type

    def any_call(self, node: tree.Call) -> tuple[SSAValue | None, SSAValue | None, Type]:
        """Value, status and result type of a call of a core function or a function pointer."""
        callee = node.callee
        if isinstance(callee, tree.Path):
            if len(callee.segments) != 1:
                self.fail(callee, "core GrokLang has no paths of several names")
            name = callee.segments[0]
            variable = self.find(name)
            if variable is None:
                return self.known_call(node, name)
        pointer, type = self.expr(callee)
        if pointer is None or not isinstance(type, FunctionPointer):
            self.fail(callee, f"cannot call {type}", "convert with `as fn(...) -> ...`")
        arguments = self.arguments(node, "this function", type.parameters)
        context = self.context(node)
        self.save_pc(context)
        result = self.layout.result_type(type.result)
        value = self.builder.call_pointer(pointer, [context, *arguments], result)
        return *self.split(value, type.result), type.result

    def known_call(
        self, node: tree.Call, name: str
    ) -> tuple[SSAValue | None, SSAValue | None, Type]:
        function = self.declarations.functions.get(name)
        if function is None:
            known = [*self.declarations.functions, *INTRINSICS]
            self.fail(node.callee, f"cannot find '{name}'", did_you_mean(name, known))
        if function.kind == "control":
            self.fail(node.callee, f"'{name}' is a control operation: it cannot be called")
        types = [type for _, type in function.parameters]
        arguments = self.arguments(node, name, types)
        context = self.context(node) if function.hidden else None
        if function.inline:
            self.inlined.add(name)
        elif context is not None and "leaf" not in function.attributes:
            self.save_pc(context)
        pair = self.program.call(self.builder, function, arguments, context, self.pc, self.base)
        return *pair, function.result

    def arguments(self, node: tree.Call, name: str, types: Sequence[Type]) -> list[SSAValue]:
        if len(node.arguments) != len(types):
            self.fail(
                node,
                f"wrong number of arguments: {name} takes {len(types)}, got {len(node.arguments)}",
            )
        return [
            self.typed(argument, type) for argument, type in zip(node.arguments, types, strict=True)
        ]

    def split(self, result: SSAValue | None, type: Type) -> tuple[SSAValue | None, SSAValue | None]:
        return split_result(self.builder, result, type)

    def save_pc(self, context: SSAValue) -> None:
        """Before calling what may fail, collect or re-enter: the context learns where we are."""
        builder = self.builder
        if self.pc is None or self.base is None:
            return
        if self.hooks is not None:
            if self.hooks.saves_pc:
                self.program.save_pc(builder, context, self.pc, self.base)
            return
        # Inlined into an ordinary function there is no pc; LLVM folds the test either way.
        save, after = Block(), Block()
        builder.branch_if(builder.compare("ne", self.pc, builder.null()), save, after)
        builder.start(save)
        self.program.save_pc(builder, context, self.pc, self.base)
        builder.branch(after)
        builder.start(after)

    def method_call(self, node: tree.MethodCall, want: Type | None) -> Lowered:
        self.fail(
            node,
            "core GrokLang has no methods",
            f"a function pointer in a field is called as `(x.{node.name})(...)`",
        )

    # -------------------------------------------------------------------------- intrinsics

    def operands(self, node: tree.Call, *types: Type) -> list[SSAValue]:
        assert isinstance(node.callee, tree.Path)
        return self.arguments(node, node.callee.segments[0], types)

    def two_integers(self, node: tree.Call, name: str) -> tuple[SSAValue, SSAValue, Type]:
        """Two operands of one integer type; literals adapt."""
        if len(node.arguments) != 2:
            self.fail(node, f"wrong number of arguments: {name} takes 2, got {len(node.arguments)}")
        first, second = node.arguments
        if self.is_flexible(first) and not self.is_flexible(second):
            right, right_type = self.expr(second)
            left, left_type = self.expr(first, right_type)
        else:
            left, left_type = self.expr(first)
            right, right_type = self.expr(second, left_type)
        if left_type == NEVER or right_type == NEVER:
            raise Abort
        if left is None or right is None or left_type != right_type:
            self.fail(node, f"{name} takes two equal integers, not {left_type} and {right_type}")
        if left_type not in INTEGER_BITS:
            self.fail(node, f"{name} takes integers, not {left_type}")
        return left, right, left_type

    def an_integer(self, node: tree.Call, name: str) -> tuple[SSAValue, Type]:
        if len(node.arguments) != 1:
            self.fail(node, f"wrong number of arguments: {name} takes 1, got {len(node.arguments)}")
        value, type = self.expr(node.arguments[0])
        if value is None or type not in INTEGER_BITS:
            self.fail(node.arguments[0], f"{name} takes an integer, not {type}")
        return value, type

    def control_hooks(self, node: tree.Call) -> ControlHooks:
        if self.hooks is None:
            self.fail(node, "only a control operation can do this")
        return self.hooks


def split_result(
    builder: Builder, result: SSAValue | None, type: Type
) -> tuple[SSAValue | None, SSAValue | None]:
    """What a call returned, as value and status."""
    if not isinstance(type, Fallible):
        return result, None
    assert result is not None
    if not isinstance(result.type, LLVMStructType):
        return None, result
    kind = result.type.types.data[0]
    return builder.extract(result, 0, kind), builder.extract(result, 1, I64)


_EXPRESSIONS: dict[type, Callable[[FunctionLowering, Any, Type | None], Lowered]] = {
    tree.Int: FunctionLowering.literal,
    tree.Float: FunctionLowering.float_literal,
    tree.Bool: FunctionLowering.bool_literal,
    tree.Str: FunctionLowering.string_literal,
    tree.Unit: FunctionLowering.unit,
    tree.Paren: FunctionLowering.paren,
    tree.Path: FunctionLowering.path,
    tree.FieldAccess: FunctionLowering.field,
    tree.Index: FunctionLowering.index,
    tree.Assign: FunctionLowering.assign,
    tree.Unary: FunctionLowering.unary,
    tree.Binary: FunctionLowering.binary,
    tree.Logical: FunctionLowering.logical,
    tree.Cast: FunctionLowering.cast,
    tree.If: FunctionLowering.if_,
    tree.While: FunctionLowering.while_,
    tree.Loop: FunctionLowering.loop,
    tree.For: FunctionLowering.for_,
    tree.Break: FunctionLowering.break_,
    tree.Continue: FunctionLowering.continue_,
    tree.Block: FunctionLowering.block_expr,
    tree.Match: FunctionLowering.match,
    tree.Return: FunctionLowering.return_,
    tree.Try: FunctionLowering.try_,
    tree.Call: FunctionLowering.call,
    tree.MethodCall: FunctionLowering.method_call,
}
