"""The compiler for core GrokLang: from syntax trees to xDSL's ``llvm`` dialect in one walk.

Core GrokLang (``docs/design.md``) is the statically typed subset that the machine is written in.
All its files share one namespace::

    program = CoreProgram(source_files, representation="nanbox", constants={"HEAP_LIMIT": 1 << 30})
    program.lower()                                  # every function; CompileError with all errors

**Asking about declarations** (no need to lower first)::

    add = program.function("add")                    # a CoreFunction: KeyError if there is none
    add.parameters                                   # (("a", VALUE), ("b", VALUE))
    add.result                                       # Fallible(VALUE); add.fallible, add.value_type
    add.attributes                                   # {"op": [()], "method": [("list", "push")]}
    program.functions_with("op")                     # in the order of the files
    program.struct("Context").offset("pc")           # also .size, .fields["pc"].type
    program.constant("FRAME_HEADER")                 # an int (or float)
    program.layout.value_type, .size(VALUE)          # i64 or i128; 8 or 16

**Composing functions**, as the generator of handlers does::

    builder = program.handler("add.rr")              # the handler prototype; see HANDLER_PARAMETERS
    pc, base, context, tag, *unused = builder.parameters
    left = builder.load(program.layout.value_type, builder.element(base, index, value_size))
    value, status = program.call(builder, add, [left, right], context, pc, base)
    ...                                              # test the status, store, tail_call(...)
    program.add(builder)                             # every path ends in a terminator by now

:meth:`CoreProgram.call` supplies the hidden parameters that the function's kind asks for and takes
a fallible result apart: ``value`` is None for ``()``, ``status`` (an i64: 0 success, 2 error) is
None for a function that cannot fail.  A function that is not inline may raise, collect or re-enter:
who calls one directly stores pc and base in the context first (``program.save_pc``).

**Control operations** are lowered into the middle of a handler that the caller has begun::

    program.lower_control(program.function("jump"), builder, [target], context, pc, base, hooks)

``hooks`` (:class:`ControlHooks`) write what ``next_pc()``, ``dispatch(pc, base)``, ``raise()`` and
``native_return(value, status)`` mean, so that one definition serves threaded and switch dispatch.
The body's every path leaves; the builder is terminated afterwards.

``program.add_table`` makes constant tables, of handlers' addresses for example.

**From there**: ``program.units(n)`` splits everything that was lowered and added into modules of
LLVM IR for ``n`` processes, :class:`grokc.lowering.native.Compiler` turns those into objects, and
:func:`grokc.vm.linker.link` makes one shared object of them::

    with Compiler() as compiler:                     # starts its processes while we lower
        ...
        image = link(compiler.compile(program.units(compiler.processes)), ["PyInit_machine"])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from io import StringIO

from xdsl.dialects import llvm
from xdsl.dialects.builtin import (
    ArrayAttr,
    FloatAttr,
    IntAttr,
    IntegerAttr,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    UnitAttr,
    i64,
)
from xdsl.ir import Attribute, Operation, Region, SSAValue
from xdsl.printer import Printer

from grokc.frontend import tree
from grokc.frontend.source import SourceFile
from grokc.lowering.core_declarations import Abort, CoreFunction, Data, Declarations
from grokc.lowering.core_function import (
    ERROR,
    ControlHooks,
    FunctionLowering,
    split_result,
)
from grokc.lowering.core_intrinsics import INTRINSICS
from grokc.lowering.core_types import (
    F64,
    FLOAT,
    I8,
    I64,
    INT,
    NEVER,
    POINTER,
    Layout,
    Pointer,
    StructLayout,
)
from grokc.lowering.llvm_builder import LINKAGES, PRESERVE_NONE, Builder, declare_function
from grokc.lowering.llvm_ir import Writer
from grokc.lowering.native import Unit, assembly

__all__ = [
    "ERROR",
    "HANDLER_PARAMETERS",
    "Builder",
    "ControlHooks",
    "CoreFunction",
    "CoreProgram",
]

HANDLER_PARAMETERS = ("pc", "base", "context", "tag", "a0", "a1", "a2", "a3", "a4", "a5")
"""``preserve_nonecc {value, i64} (ptr, ptr, ptr, i64, i64 x 6)``; the first three are not null."""

_HIDDEN = IntegerAttr(1, 64)
_DEFAULT = IntegerAttr(0, 64)


class CoreProgram:
    """All core files of one machine; see the module's text."""

    def __init__(
        self,
        files: Sequence[SourceFile],
        representation: str = "nanbox",
        constants: Mapping[str, int] | None = None,
    ) -> None:
        from grokc.frontend.parser import parse

        self.layout = Layout(representation)
        self.declarations = Declarations(self.layout, constants or {})
        self.module = ModuleOp([])
        self._strings: dict[str, str] = {}
        self._handlers: set[str] = set()
        self._declared: dict[str, llvm.FuncOp] = {}  # C functions
        self._writer: Writer | None = None
        self._body = self.module.body.block
        self._inlined: dict[str, set[str]] = {}
        self._collect([(file, parse(file, core=True)) for file in files])

    def _collect(self, files: Sequence[tuple[SourceFile, tree.File]]) -> None:
        declarations = self.declarations
        declarations.collect(files)
        for function in declarations.functions.values():
            if function.name in INTRINSICS or function.name == "fail":
                item = function.declaration
                declarations.report(
                    function.file,
                    item.name_start,
                    item.name_end,
                    f"'{function.name}' is part of the language",
                )
        declarations.check()
        for function in declarations.functions.values():
            if function.kind == "extern":
                declaration = self._declared[function.symbol] = self._declare(function)
                self._add_operation(declaration)
        for data in declarations.data.values():
            with suppress(Abort):
                self._add_operation(self._global(data))
        declarations.check()

    # ------------------------------------------------------------------------ declarations

    def function(self, name: str) -> CoreFunction:
        """A function by its name; a KeyError for an unknown one."""
        return self.declarations.functions[name]

    def functions_with(self, attribute: str) -> list[CoreFunction]:
        """The functions that have an attribute, in the order of the files."""
        functions = self.declarations.functions.values()
        return [function for function in functions if attribute in function.attributes]

    def struct(self, name: str) -> StructLayout:
        return self.declarations.structs[name]

    def constant(self, name: str) -> int | float:
        return self.declarations.evaluate(self.declarations.constants[name])

    # ---------------------------------------------------------------------------- lowering

    def lower(self) -> None:
        """Lowers every function but the control operations; CompileError with all errors."""
        for function in self.declarations.functions.values():
            if function.kind in ("extern", "control"):
                continue
            builder = Builder(self._declare(function))
            count = len(function.hidden)
            hidden = builder.parameters[:count]
            parameters = builder.parameters[count : count + len(function.parameters)]
            lowering = FunctionLowering(self, function, builder, parameters, hidden)
            lowering.lower()
            self._inlined[function.name] = lowering.inlined
            if not self.declarations.diagnostics:
                self._add_operation(builder.finish())
        self._check_inlining()
        self.declarations.check()

    def lower_control(
        self,
        function: CoreFunction,
        builder: Builder,
        arguments: Sequence[SSAValue],
        context: SSAValue,
        pc: SSAValue,
        base: SSAValue,
        hooks: ControlHooks,
    ) -> None:
        """Writes a control operation's body where the builder stands; every path leaves it."""
        hidden = (context, pc, base)
        FunctionLowering(self, function, builder, arguments, hidden, hooks).lower()
        self.declarations.check()

    def _declare(self, function: CoreFunction) -> llvm.FuncOp:
        layout = self.layout
        parameters: list[Attribute] = [POINTER] * len(function.hidden)
        parameters += [layout.llvm_type(type) for _, type in function.parameters]
        result = layout.result_type(function.result)
        if function.returns_by_slot:
            parameters.append(POINTER)
            result = I64
        attributes = function.attributes
        words = ["nounwind"]
        never = function.value_type == NEVER
        if function.kind == "inline":
            words.append("alwaysinline")
        elif "noinline" in attributes or never:
            words.append("noinline")
        if "cold" in attributes or never:
            words.append("cold")
        if never and not function.fallible:
            words.append("noreturn")
        if ("nobuiltin",) in attributes.get("extern", ()):
            words.append("nobuiltin")
        return declare_function(
            function.symbol,
            parameters,
            result,
            linkage="internal" if function.kind == "inline" else "external",
            hidden=function.kind == "plain",
            attributes=words,
        )

    def _check_inlining(self) -> None:
        """An inline function that calls itself, however indirectly, cannot be inlined."""
        functions = self.declarations.functions
        finished: set[str] = set()

        def visit(name: str, path: list[str]) -> None:
            if name in finished or not functions[name].inline:
                return
            if name in path:
                cycle = " calls ".join([*path[path.index(name) :], name])
                function = functions[name]
                item = function.declaration
                message = f"an inline function calls itself: {cycle}"
                self.declarations.report(function.file, item.name_start, item.name_end, message)
                finished.update(path)
                return
            path.append(name)
            for callee in self._inlined[name]:
                visit(callee, path)
            path.pop()
            finished.add(name)

        for name in self._inlined:
            visit(name, [])

    # ---------------------------------------------------------------- composing functions

    def handler(self, symbol: str) -> Builder:
        """Begins a function of the handler prototype; hidden from C."""
        types: list[Attribute] = [POINTER, POINTER, POINTER, *[I64] * 7]
        result = llvm.LLVMStructType.from_type_list([self.layout.value_type, I64])
        return Builder(
            declare_function(
                symbol,
                types,
                result,
                convention=PRESERVE_NONE,
                attributes=["nounwind", "noinline", *self.layout.handler_attributes],
                parameter_attributes=["nonnull noundef"] * 3 + [""] * 7,
            )
        )

    def add(self, builder: Builder) -> None:
        """Takes a function that was composed; it is compiled with the full pipeline."""
        function = builder.finish()
        symbol = function.sym_name.data
        self._handlers.add(symbol)
        declaration = self._declared.pop(symbol, None)
        if declaration is not None:  # core functions call it as a C function
            self._body.erase_op(declaration)
        self._add_operation(function)

    def declare(self, function: llvm.FuncOp) -> None:
        """Takes the declaration of what another object defines."""
        self._add_operation(function)

    def add_table(self, symbol: str, rows: Sequence[Sequence[str | bytes | int]]) -> None:
        """Constant data of 64-bit words, row by row: an int is itself, a str the address of the
        function or data with this symbol, bytes the address of these bytes with a NUL behind."""
        words: list[Attribute] = []
        types: list[Attribute] = []
        for word in (word for row in rows for word in row):
            if isinstance(word, int):
                words.append(IntegerAttr(word, I64))
                types.append(I64)
            else:
                name = self.bytes(word) if isinstance(word, bytes) else word
                words.append(SymbolRefAttr(name))
                types.append(POINTER)
        if not words:
            words, types = [IntegerAttr(0, I64)], [I64]
        type = llvm.LLVMStructType.from_type_list(types)
        self._add_global(symbol, type, ArrayAttr(words), constant=True, linkage="external")

    def call(
        self,
        builder: Builder,
        function: CoreFunction,
        arguments: Sequence[SSAValue],
        context: SSAValue | None,
        pc: SSAValue | None = None,
        base: SSAValue | None = None,
    ) -> tuple[SSAValue | None, SSAValue | None]:
        """Calls a core function: its value (None for ``()``) and status (None: cannot fail)."""
        operands: list[SSAValue] = []
        if function.hidden:
            if context is None:
                raise ValueError(f"{function.name} needs the context")
            operands.append(context)
        if function.inline:
            operands.append(pc if pc is not None else builder.null())
            operands.append(base if base is not None else builder.null())
        operands += arguments
        if function.returns_by_slot:
            type = self.layout.llvm_type(function.value_type)
            slot = builder.variable(type)
            status = builder.call(function.symbol, [*operands, slot], I64)
            return builder.load(type, slot), status
        result = builder.call(function.symbol, operands, self.layout.result_type(function.result))
        return split_result(builder, result, function.result)

    def save_pc(self, builder: Builder, context: SSAValue, pc: SSAValue, base: SSAValue) -> None:
        """Stores where the machine is, which whoever may fail, collect or re-enter looks at."""
        struct = self.declarations.structs["Context"]
        builder.store(pc, builder.offset(context, struct.offset("pc")))
        builder.store(base, builder.offset(context, struct.offset("base")))

    # -------------------------------------------------------------------------------- data

    def string(self, text: str) -> str:
        """The symbol of a text as constant UTF-8 bytes with a NUL behind."""
        return self.bytes(text.encode("utf-8"))

    def bytes(self, data: bytes) -> str:
        """The symbol of constant bytes with a NUL behind."""
        key = (data + b"\0").decode("latin-1")
        symbol = self._strings.get(key)
        if symbol is None:
            symbol = self._strings[key] = f"text.{len(self._strings)}"
            type = llvm.LLVMArrayType(IntAttr(len(key)), I8)
            self._add_global(symbol, type, StringAttr(key), constant=True, linkage="private")
        return symbol

    def _global(self, data: Data) -> Operation:
        declarations, item = self.declarations, data.declaration
        type = self.layout.llvm_type(data.type)
        if not data.array:
            value = self._initial(data, item.value)
            return self._make_global(data.symbol, type, value, constant=False)
        match item.value:
            case tree.List():
                items = [self._initial(data, element) for element in item.value.elements]
                if not items:
                    declarations.fail(data.file, item.value, "an array has at least one item")
                array = llvm.LLVMArrayType(IntAttr(len(items)), type)
                return self._make_global(
                    data.symbol, array, ArrayAttr(items), constant=not data.mutable
                )
            case tree.FilledList():
                count = int(declarations.fold(data.file, item.value.count, INT))
                first = self._initial(data, item.value.value)
                if not 0 < count <= 1 << 24:
                    declarations.fail(data.file, item.value.count, f"an array of {count} items")
                array = llvm.LLVMArrayType(IntAttr(count), type)
                zero = isinstance(first, IntegerAttr) and first.value.data == 0
                initial = None if zero else ArrayAttr([first] * count)
                return self._make_global(data.symbol, array, initial, constant=not data.mutable)
        declarations.fail(data.file, item.value, "an array is written [a, b, ...] or [a; n]")

    def _initial(self, data: Data, node: tree.Expr) -> Attribute:
        """The initial value of a static or of an item of an array."""
        if isinstance(data.type, Pointer):
            match node:
                case tree.Str():
                    return SymbolRefAttr(self.string(node.value))
                case tree.Path(segments=["null"]):
                    return IntegerAttr(0, I64)
                case tree.Call(
                    callee=tree.Path(segments=["address_of"]),
                    arguments=[tree.Path(segments=[name])],
                ):
                    function = self.declarations.functions.get(name)
                    if function is not None and function.kind not in ("inline", "control"):
                        return SymbolRefAttr(function.symbol)
            self.declarations.fail(
                data.file, node, "a constant pointer is a text, null or address_of(f)"
            )
        value = self.declarations.fold(data.file, node, data.type)
        if data.type == FLOAT:
            return FloatAttr(float(value), F64)
        return IntegerAttr(int(value), self.layout.llvm_type(data.type))  # type: ignore[call-overload, no-any-return]

    def _add_global(
        self, symbol: str, type: Attribute, value: Attribute, *, constant: bool, linkage: str
    ) -> None:
        self._add_operation(
            self._make_global(symbol, type, value, constant=constant, linkage=linkage)
        )

    def _make_global(
        self,
        symbol: str,
        type: Attribute,
        value: Attribute | None,
        *,
        constant: bool,
        linkage: str = "external",
    ) -> Operation:
        properties: dict[str, Attribute] = {
            "sym_name": StringAttr(symbol),
            "global_type": type,
            "linkage": LINKAGES[linkage],
            "addr_space": IntegerAttr(0, 32),
            "alignment": IntegerAttr(1 if linkage == "private" else 8, i64),
            "visibility_": _HIDDEN if linkage == "external" else _DEFAULT,
            "unnamed_addr": IntegerAttr(2 if linkage == "private" else 0, i64),
        }
        if constant:
            properties["constant"] = UnitAttr()
        if value is not None:
            properties["value"] = value
        return llvm.GlobalOp.create(properties=properties, regions=[Region([])])

    # -------------------------------------------------------------------------------- units

    def _add_operation(self, op: Operation) -> None:
        self._body.add_op(op)
        self._writer = None

    def _printed(self) -> Writer:
        """Everything, as text."""
        if self._writer is None:
            writer = self._writer = Writer()
            for op in self._body.ops:
                writer.add(op)
        return self._writer

    def units(self, count: int = 2) -> list[Unit]:
        """Everything, split for ``count`` processes: handlers apart from the run-time library."""
        writer = self._printed()
        handlers = [name for name in writer.texts if name in self._handlers]
        library = [
            name
            for name, text in writer.texts.items()
            if name not in self._handlers and text.definition and not text.inline
        ]
        units: list[Unit] = []
        for names, level in ((handlers, "full"), (library, "short")):
            shares: list[list[str]] = [[] for _ in range(count)]
            loads = [0] * count
            for name in sorted(names, key=lambda name: -len(writer.texts[name].definition)):
                lightest = loads.index(min(loads))
                shares[lightest].append(name)
                loads[lightest] += len(writer.texts[name].definition)
            position = {name: number for number, name in enumerate(names)}
            for share in shares:
                if share:  # in the order in which they were written: neighbours call each other
                    ordered = sorted(share, key=position.__getitem__)
                    units.append(Unit(writer.unit(ordered), level))
        return units

    def unit_of(self, symbols: Iterable[str]) -> Unit:
        """A unit of these symbols alone, to look at; a KeyError for an unknown one."""
        names = list(symbols)
        level = "full" if all(name in self._handlers for name in names) else "short"
        return Unit(self._printed().unit(names), level)

    def symbols(self) -> list[str]:
        """All functions that have code of their own: core functions and handlers."""
        return [
            op.sym_name.data
            for op in self._body.ops
            if isinstance(op, llvm.FuncOp) and op.body.blocks
        ]


def listing(file: SourceFile, stage: str, processor: str | None = None) -> str:
    """A core file that stands by itself, lowered: stage ``llvm`` is xDSL's dialect, ``asm`` the
    assembly of the functions that are not inlined, for the processor at hand or another."""
    program = CoreProgram([file])
    program.lower()
    if stage == "llvm":
        stream = StringIO()
        Printer(stream=stream).print_op(program.module)
        return f"{stream.getvalue()}\n"
    return "".join(assembly(unit, processor=processor) for unit in program.units(1))
