"""What the files of core GrokLang declare: one namespace of structs, constants, statics, functions.

Types are resolved, structs laid out and constants evaluated before any body is looked at, so the
order of declarations never matters.  Errors are collected; :meth:`Declarations.check` raises them
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

from grokc.frontend import tree
from grokc.frontend.diagnostics import CompileError, Diagnostic, did_you_mean
from grokc.frontend.source import SourceFile
from grokc.lowering.core_types import (
    BOOL,
    BYTE,
    FLOAT,
    INTEGER_BITS,
    NEVER,
    PTR,
    SCALARS,
    SHORT,
    UNIT,
    Fallible,
    FunctionPointer,
    Layout,
    Pointer,
    StructLayout,
    Structure,
    Type,
)

FUNCTION_ATTRIBUTES = {
    "inline": "always inlined; gets pc and base",
    "noinline": "never inlined",
    "cold": "rarely runs",
    "leaf": "neither fails, allocates nor re-enters: callers need not save pc and base",
    "op": "the meaning of an operation",
    "builtin": "a built-in function",
    "method": "a method of a built-in type",
    "extern": "a C function",
    "export": "visible to C under the name given",
}
"""The attributes that a core function may have."""


class Abort(Exception):
    """Lowering of a statement ends here: its error has been recorded."""


@dataclass(eq=False)
class CoreFunction:
    """A function of core GrokLang, as declared.

    ``kind`` is ``plain`` (hidden parameter ``context``), ``inline`` (``context``, ``pc``,
    ``base``), ``extern`` and ``export`` (none), or ``control``: no function at all in LLVM, but the
    body of a handler.
    """

    name: str
    symbol: str  # its name in LLVM
    parameters: tuple[tuple[str, Type], ...]  # without the hidden ones
    result: Type
    attributes: dict[str, list[tuple[str, ...]]]  # name -> arguments of each occurrence
    kind: str
    declaration: tree.Function
    file: SourceFile

    @property
    def fallible(self) -> bool:
        return isinstance(self.result, Fallible)

    @property
    def value_type(self) -> Type:
        """The result's type without the ``!``."""
        return self.result.inner if isinstance(self.result, Fallible) else self.result

    @property
    def inline(self) -> bool:
        return self.kind == "inline"

    @property
    def returns_by_slot(self) -> bool:
        """Whether the value goes through a pointer, the last parameter, and the status alone is
        returned: once inlined, SROA makes two separate variables of them, so that LLVM sees the
        status of each path.  (It does not look into a phi of pairs.)"""
        return self.inline and self.fallible and self.value_type not in (UNIT, NEVER)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The hidden parameters, which come first."""
        return _HIDDEN[self.kind]

    def __repr__(self) -> str:
        return f"<core function {self.name}>"


_HIDDEN = {
    "plain": ("context",),
    "inline": ("context", "pc", "base"),
    "control": ("context", "pc", "base"),
    "extern": (),
    "export": (),
}


@dataclass(eq=False)
class Constant:
    """``const NAME: T = e``: a number, evaluated when first asked for."""

    type: Type
    declaration: tree.Constant
    file: SourceFile
    value: int | float | None = None
    evaluating: bool = False


@dataclass(eq=False)
class Data:
    """A static, or a constant array: a place in memory with a symbol."""

    symbol: str
    type: Type  # of the variable; of one item for an array
    array: bool
    mutable: bool
    declaration: tree.Constant
    file: SourceFile


@dataclass
class Declarations:
    """Everything that the files declare, by name."""

    layout: Layout
    generated: Mapping[str, int]  # the generator's constants: constant(NAME)
    structs: dict[str, StructLayout] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)
    data: dict[str, Data] = field(default_factory=dict)
    functions: dict[str, CoreFunction] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    # ------------------------------------------------------------------------------ errors

    def report(
        self, file: SourceFile, start: int, end: int, message: str, help: str | None = None
    ) -> None:
        self.diagnostics.append(Diagnostic(message, file, start, end, help=help))

    def fail(
        self, file: SourceFile, node: tree.Node, message: str, help: str | None = None
    ) -> NoReturn:
        """Records an error and gives up the statement (or declaration)."""
        self.report(file, node.start, node.end, message, help)
        raise Abort

    def check(self) -> None:
        """Raises what has been recorded, if anything has."""
        if self.diagnostics:
            raise CompileError(self.diagnostics)

    # -------------------------------------------------------------------------- collecting

    def collect(self, files: Sequence[tuple[SourceFile, tree.File]]) -> None:
        """Takes in all declarations of all files."""
        structs: list[tuple[SourceFile, tree.Struct]] = []
        others: list[tuple[SourceFile, tree.Item]] = []
        names: dict[str, tuple[SourceFile, tree.Item]] = {}
        for file, item in _items(files):
            previous = names.setdefault(item.name, (file, item))
            if previous[1] is not item:
                place = previous[0].place(previous[1].name_start)
                self.report(
                    file,
                    item.name_start,
                    item.name_end,
                    f"'{item.name}' is declared twice",
                    f"the other declaration is at {place}",
                )
            elif isinstance(item, tree.Struct):
                structs.append((file, item))
            elif isinstance(item, tree.Function | tree.Constant):
                others.append((file, item))
            else:
                kind = type(item).__name__.lower()
                self.report(file, item.start, item.end, f"core GrokLang has no {kind} items")
        for _, struct in structs:  # the names first: fields may point to any struct
            self.structs[struct.name] = StructLayout(struct.name, [], self.layout)
        for file, struct in structs:
            self._struct(file, struct)
        for file, item in others:
            with suppress(Abort):
                if isinstance(item, tree.Function):
                    self._function(file, item)
                elif isinstance(item, tree.Constant):
                    self._constant(file, item)
        for constant in self.constants.values():
            with suppress(Abort):
                self.evaluate(constant)

    def _struct(self, file: SourceFile, item: tree.Struct) -> None:
        fields: list[tuple[str, Type]] = []
        for declared in item.fields:
            try:
                if declared.type is None:
                    self.fail(file, declared, f"field '{declared.name}' needs a type")
                if any(name == declared.name for name, _ in fields):
                    self.fail(file, declared, f"field '{declared.name}' is declared twice")
                fields.append((declared.name, self.variable_type(file, declared.type)))
            except Abort:
                pass
        self.structs[item.name] = StructLayout(item.name, fields, self.layout)

    def _function(self, file: SourceFile, item: tree.Function) -> None:
        attributes: dict[str, list[tuple[str, ...]]] = {}
        for attribute in item.attributes:
            if attribute.name not in FUNCTION_ATTRIBUTES:
                self.report(
                    file,
                    attribute.start,
                    attribute.end,
                    f"unknown attribute '{attribute.name}'",
                    did_you_mean(attribute.name, FUNCTION_ATTRIBUTES),
                )
                continue
            arguments = tuple(
                word.strip('"') if isinstance(word, str) else word.name
                for word in attribute.arguments
            )
            attributes.setdefault(attribute.name, []).append(arguments)
        parameters: list[tuple[str, Type]] = []
        failed = False
        for parameter in item.parameters:
            try:
                pattern = parameter.pattern
                if not isinstance(pattern, tree.NamePattern | tree.WildcardPattern):
                    self.fail(file, parameter, "a parameter of a core function is a name")
                name = pattern.name if isinstance(pattern, tree.NamePattern) else "_"
                if parameter.type is None:
                    self.fail(file, parameter, f"parameter '{name}' needs a type")
                if name != "_" and any(name == other for other, _ in parameters):
                    self.fail(file, parameter, f"parameter '{name}' is declared twice")
                parameters.append((name, self.variable_type(file, parameter.type)))
            except Abort:
                failed = True
        result = self.type(file, item.result) if item.result else UNIT
        if failed:
            raise Abort
        kind, symbol = "plain", f"core.{item.name}"
        if "extern" in attributes:
            kind, symbol = "extern", item.name
            self._check_extern(file, item, parameters, result)
        elif "export" in attributes:
            names = attributes["export"][0]
            if len(names) != 1:
                self.fail(file, item, 'an exported function needs its name: #[export("name")]')
            kind, symbol = "export", names[0]
        elif ("control",) in attributes.get("op", ()):
            kind = "control"
        elif "op" in attributes or "inline" in attributes:
            kind = "inline"
        if (item.body is None) != (kind == "extern"):
            place = tree.Node(item.name_start, item.name_end)
            if kind == "extern":
                self.fail(file, place, f"'{item.name}' is a C function: it has no body here")
            self.fail(file, place, f"'{item.name}' has no body", "a C function needs #[extern]")
        self.functions[item.name] = CoreFunction(
            item.name, symbol, tuple(parameters), result, attributes, kind, item, file
        )

    def _check_extern(
        self,
        file: SourceFile,
        item: tree.Function,
        parameters: list[tuple[str, Type]],
        result: Type,
    ) -> None:
        """C promotes small integers, and how is the ABI's business: keep to what is certain."""
        for (_, type), node in zip(parameters, item.parameters, strict=True):
            if type in (BOOL, BYTE, SHORT):
                self.fail(file, node, f"a C function cannot take {type} here", "use i32")
        if isinstance(result, Fallible) or result in (BOOL, BYTE, SHORT):
            assert item.result is not None
            self.fail(file, item.result, f"a C function cannot return {result} here")

    def _constant(self, file: SourceFile, item: tree.Constant) -> None:
        if item.type is None:
            self.fail(file, item, f"'{item.name}' needs a type")
        if isinstance(item.type, tree.ListType):
            element = self.variable_type(file, item.type.element)
            self.data[item.name] = Data(
                f"data.{item.name}", element, True, item.mutable, item, file
            )
            return
        type = self.variable_type(file, item.type)
        if item.mutable:
            self.data[item.name] = Data(f"data.{item.name}", type, False, True, item, file)
        elif type in INTEGER_BITS or type == FLOAT:
            self.constants[item.name] = Constant(type, item, file)
        else:
            self.fail(file, item.type, f"a constant cannot be a {type}")

    # ------------------------------------------------------------------------------- types

    def type(self, file: SourceFile, node: tree.Type) -> Type:
        """The type that an annotation means, a function's result included."""
        match node:
            case tree.FallibleType():
                inner = self.type(file, node.inner)
                if isinstance(inner, Fallible):
                    self.fail(file, node, "a result cannot be fallible twice")
                return Fallible(inner)
            case tree.TupleType() if not node.elements:
                return UNIT
            case tree.FunctionType():
                result = self.type(file, node.result) if node.result else UNIT
                return FunctionPointer(
                    tuple(self.variable_type(file, item) for item in node.parameters), result
                )
            case tree.NamedType():
                return self._named_type(file, node)
        self.fail(file, node, "core GrokLang has no such type")

    def _named_type(self, file: SourceFile, node: tree.NamedType) -> Type:
        name = "::".join(node.path)
        if name == "ptr":
            if not node.arguments:
                return PTR
            if len(node.arguments) > 1:
                self.fail(file, node, "a pointer has one target")
            target = node.arguments[0]
            match target:
                case tree.NamedType(path=[struct], arguments=[]) if struct in self.structs:
                    return Pointer(Structure(struct))
            return Pointer(self.variable_type(file, target))
        if not node.arguments:
            if name in SCALARS:
                return SCALARS[name]
            if name == "never":
                return NEVER
            if name in self.structs:
                self.fail(file, node, f"a struct cannot be a variable: use ptr<{name}>")
        known = [*SCALARS, "ptr", "never", *self.structs]
        self.fail(file, node, f"unknown type '{name}'", did_you_mean(name, known))

    def variable_type(self, file: SourceFile, node: tree.Type) -> Type:
        """A type that a variable, parameter or field can have."""
        found = self.type(file, node)
        if isinstance(found, Fallible) or found in (UNIT, NEVER):
            self.fail(file, node, f"a variable cannot be a {found}")
        return found

    def size_of(self, file: SourceFile, node: tree.Expr) -> int | None:
        """``size_of``'s argument: a struct or the name of a type; None if it is neither."""
        if isinstance(node, tree.Path) and len(node.segments) == 1:
            name = node.segments[0]
            if name in self.structs:
                return self.structs[name].size
            if name == "ptr":
                return 8
            if name in SCALARS:
                return self.layout.size(SCALARS[name])
        return None

    # --------------------------------------------------------------------------- constants

    def evaluate(self, constant: Constant) -> int | float:
        """The value of a constant."""
        if constant.value is None:
            item = constant.declaration
            if constant.evaluating:
                self.fail(constant.file, item, f"'{item.name}' is defined by itself")
            constant.evaluating = True
            try:
                constant.value = self.fold(constant.file, item.value, constant.type)
            except Abort:
                constant.value = 0  # reported once
                raise
        return constant.value

    def fold(self, file: SourceFile, node: tree.Expr, type: Type) -> int | float:
        """A constant expression of this type."""
        value = self._fold(file, node)
        if type == FLOAT:
            return float(value)
        if isinstance(value, float):
            self.fail(file, node, f"expected {type}, found a float")
        bits = INTEGER_BITS.get(type)
        if bits is None:
            self.fail(file, node, f"a constant cannot be a {type}")
        if not -(1 << bits - 1) <= value < 1 << bits:
            self.fail(file, node, f"{value} does not fit {type}")
        return wrap(value, bits)

    def _fold(self, file: SourceFile, node: tree.Expr) -> int | float:
        match node:
            case tree.Int() | tree.Float():
                return node.value
            case tree.Bool():
                return int(node.value)
            case tree.Paren():
                return self._fold(file, node.inner)
            case tree.Path(segments=[name]) if name in self.constants:
                return self.evaluate(self.constants[name])
            case tree.Unary():
                value = self._fold(file, node.operand)
                if node.operator == "-":
                    return -value
                if isinstance(value, int):
                    return ~value
            case tree.Binary():
                first, rest = tree.binary_chain(node)
                left = self._fold(file, first)
                for step in rest:
                    right = self._fold(file, step.right)
                    left = self._fold_binary(file, step, left, right)
                return left
            case tree.Cast():
                type = self.variable_type(file, node.type)
                value = self._fold(file, node.value)
                if type == FLOAT:
                    return float(value)
                if type in INTEGER_BITS:
                    return wrap(int(value), INTEGER_BITS[type])
            case tree.Call(callee=tree.Path(segments=[name])):
                value_or_none = self.fold_call(file, name, node)
                if value_or_none is not None:
                    return value_or_none
            case _:
                pass
        self.fail(file, node, "this is not a constant expression")

    def fold_call(self, file: SourceFile, name: str, node: tree.Call) -> int | None:
        """``size_of(T)``, ``offset_of(S, field)``, ``constant(NAME)``; None for anything else."""
        words = [
            argument.segments[0]
            if isinstance(argument, tree.Path) and len(argument.segments) == 1
            else None
            for argument in node.arguments
        ]
        if name == "size_of" and len(words) == 1:
            size = self.size_of(file, node.arguments[0])
            if size is None:
                known = [*SCALARS, "ptr", *self.structs]
                shown = words[0] or "this"
                self.fail(
                    file, node.arguments[0], f"'{shown}' is no type", did_you_mean(shown, known)
                )
            return size
        if name == "offset_of" and len(words) == 2:
            struct = self.structs.get(words[0] or "")
            if struct is None:
                self.fail(file, node.arguments[0], f"unknown struct '{words[0]}'")
            if words[1] not in struct.fields:
                self.fail(
                    file,
                    node.arguments[1],
                    f"{struct.name} has no field '{words[1]}'",
                    did_you_mean(words[1] or "", struct.fields),
                )
            return struct.offset(words[1])
        if name == "constant" and len(words) == 1:
            word = words[0] or ""
            if word not in self.generated:
                self.fail(
                    file,
                    node.arguments[0],
                    f"the generator defines no constant '{word}'",
                    did_you_mean(word, self.generated),
                )
            return wrap(self.generated[word], 64)
        return None

    def _fold_binary(
        self, file: SourceFile, node: tree.Binary, left: int | float, right: int | float
    ) -> int | float:
        operator = node.operator
        if isinstance(left, float) or isinstance(right, float):
            match operator:
                case "+":
                    return left + right
                case "-":
                    return left - right
                case "*":
                    return left * right
                case "/" if right:
                    return left / right
            self.fail(file, node, f"'{operator}' of these floats is not a constant")
        if operator in ("/", "%") and right == 0:
            self.fail(file, node, "division by zero")
        if operator in ("<<", ">>") and not 0 <= right < 64:
            self.fail(file, node, f"a shift by {right}")
        result = {
            "+": lambda: left + right,
            "-": lambda: left - right,
            "*": lambda: left * right,
            "/": lambda: _divide(left, right),
            "%": lambda: left - right * _divide(left, right),
            "&": lambda: left & right,
            "|": lambda: left | right,
            "^": lambda: left ^ right,
            "<<": lambda: left << right,
            ">>": lambda: left >> right,
            "==": lambda: int(left == right),
            "!=": lambda: int(left != right),
            "<": lambda: int(left < right),
            ">": lambda: int(left > right),
            "<=": lambda: int(left <= right),
            ">=": lambda: int(left >= right),
        }[operator]()
        return wrap(result, 64)


def _items(
    files: Sequence[tuple[SourceFile, tree.File]],
) -> Iterator[tuple[SourceFile, tree.Item]]:
    for file, parsed in files:
        for item in parsed.items:
            yield file, item


def _divide(left: int, right: int) -> int:
    """Truncating division."""
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def wrap(value: int, bits: int) -> int:
    """The signed number that the low bits of ``value`` mean; one bit is 0 or 1."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if bits > 1 and value >> bits - 1 else value
