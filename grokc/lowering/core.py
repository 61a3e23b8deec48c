"""The compiler for core GrokLang: from syntax trees to xDSL's ``llvm`` dialect in one walk.

Core GrokLang (``docs/design.md``) is the statically typed subset that the machine is written in.
All its files share one namespace::

    program = CoreProgram(files, representation="nanbox", constants={"HEAP_LIMIT": 1 << 30})
    program.lower()                                  # every function; CompileError with all errors

**Asking about declarations** (no need to lower first)::

    add = program.function("add")                    # a CoreFunction: KeyError if there is none
    add.parameters                                   # (("a", VALUE), ("b", VALUE))
    add.result                                       # Fallible(VALUE); add.fallible, add.value_type
    add.attributes                                   # {"op": ("control",), "cold": ()}
    program.functions_with("op")                     # in the order of the files
    program.struct("Context").offset("pc")           # also .size, .fields["pc"].type
    program.constant("FRAME_HEADER")                 # an int (or float)
    program.layout.value_type, .size(VALUE)          # i64 or i128; 8 or 16

**Composing functions**, as the generator of handlers does::

    builder = program.handler("add.rr")              # the handler prototype; see HANDLER_PARAMETERS
    pc, base, context, tag, *unused = builder.parameters
    left = builder.load(program.layout.value_type, builder.element(base, index, value_size))
    value, status = program.call(builder, add, [left, right], context, pc, base)
    ...                                              # test the status, store, builder.tail_call(...)
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

**From there**: ``program.units(n)`` splits everything that was lowered and added into ``n`` texts of
LLVM IR, :func:`grokc.lowering.native.compile_units` turns those into objects in parallel, and
:func:`grokc.vm.linker.link` makes one shared object of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

from grokc.frontend import tree
from grokc.lowering.core_types import Fallible, Layout, StructLayout, Type
from grokc.lowering.llvm_builder import Builder

HANDLER_PARAMETERS = ("pc", "base", "context", "tag", "a0", "a1", "a2", "a3", "a4", "a5")
"""``preserve_nonecc {value, i64} (ptr, ptr, ptr, i64, i64 x 6)``; the first three are not null."""

ERROR = 2
"""The status of a failed call; the error lies in the context."""


@dataclass(eq=False)
class CoreFunction:
    """A function of core GrokLang, as declared."""

    name: str
    symbol: str  # its name in LLVM
    parameters: tuple[tuple[str, Type], ...]  # without the hidden ones
    result: Type
    attributes: dict[str, tuple[str, ...]]  # name -> arguments
    declaration: tree.Function
    file: int  # index into the program's files
    hidden: tuple[str, ...] = ()  # ("context",), ("context", "pc", "base") or none
    kind: str = "plain"  # plain, inline, extern, export, control
    fallible: bool = field(init=False)

    def __post_init__(self) -> None:
        self.fallible = isinstance(self.result, Fallible)

    @property
    def inline(self) -> bool:
        return self.kind == "inline"

    @property
    def value_type(self) -> Type:
        """The result's type without the ``!``."""
        return self.result.inner if isinstance(self.result, Fallible) else self.result


class ControlHooks(Protocol):
    """What the ways out of a control operation mean; all but ``next_pc`` end the block."""

    def next_pc(self, builder: Builder) -> SSAValue:
        """The address of the instruction after this one."""

    def dispatch(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        """Goes on at an instruction."""

    def raise_error(self, builder: Builder, pc: SSAValue, base: SSAValue) -> None:
        """Unwinds from this instruction: the error is set in the context."""

    def native_return(self, builder: Builder, value: SSAValue, status: SSAValue) -> None:
        """Returns to the native code that entered the machine."""


class CoreProgram:
    """All core files of one machine; see the module's text."""

    layout: Layout
    module: ModuleOp  # every function that was lowered or added

    def __init__(
        self,
        files: Sequence[tree.File],
        representation: str = "nanbox",
        constants: Mapping[str, int] | None = None,
    ) -> None:
        raise NotImplementedError

    def function(self, name: str) -> CoreFunction:
        raise NotImplementedError

    def functions_with(self, attribute: str) -> list[CoreFunction]:
        raise NotImplementedError

    def struct(self, name: str) -> StructLayout:
        raise NotImplementedError

    def constant(self, name: str) -> int | float:
        raise NotImplementedError

    def lower(self) -> None:
        raise NotImplementedError

    def handler(self, symbol: str) -> Builder:
        raise NotImplementedError

    def add(self, builder: Builder) -> None:
        raise NotImplementedError

    def call(
        self,
        builder: Builder,
        function: CoreFunction,
        arguments: Sequence[SSAValue],
        context: SSAValue,
        pc: SSAValue | None = None,
        base: SSAValue | None = None,
    ) -> tuple[SSAValue | None, SSAValue | None]:
        raise NotImplementedError

    def save_pc(self, builder: Builder, context: SSAValue, pc: SSAValue, base: SSAValue) -> None:
        raise NotImplementedError

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
        raise NotImplementedError

    def units(self, count: int) -> list[str]:
        raise NotImplementedError
