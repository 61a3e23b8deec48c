"""Where passes get the functions that are called: bodies, and what calls must know of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from xdsl.ir import Operation

from grokc.dialects import grok, speculation
from grokc.dialects.types import GrokType
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import Profile
from grokc.passes.bytecode_to_ssa import raise_function


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is called, and how large it is."""

    minimum: int  # arguments without defaults
    maximum: int
    is_closure: bool  # needs the value that it was called through
    size: int  # bytes of bytecode


Method = tuple[GrokType, str]
"""The type of the receiver, and the function."""


class Bodies(Protocol):
    """Functions by name; whoever gets a body must not change it."""

    def methods(self, name: str) -> Sequence[Method]:
        """The methods of that name that the program defines."""

    def structs_with(self, field: str) -> Sequence[str]:
        """The structs that have a field of that name."""

    def signature(self, function: str) -> Signature | None:
        """How to call the function; ``None``: it is not known here."""

    def body(self, function: str) -> grok.FuncOp:
        """The function, raised from its bytecode with its own feedback, and nothing done to it."""


class ImageBodies:
    """Those of a program image."""

    def __init__(self, symbols: ImageSymbols, profile: Profile) -> None:
        self._symbols = symbols
        self._profile = profile
        self._raised: dict[str, grok.FuncOp] = {}

    def methods(self, name: str) -> Sequence[Method]:
        return self._symbols.methods.get(name, ())

    @cached_property
    def _structs(self) -> dict[str, list[str]]:
        return structs_by_field(self._symbols.declarations())

    def structs_with(self, field: str) -> Sequence[str]:
        return self._structs.get(field, ())

    def signature(self, function: str) -> Signature | None:
        if function not in self._symbols.function_numbers:
            return None
        record = self._symbols.record(function)
        return Signature(
            record.minimum,
            record.maximum,
            self._symbols.is_closure(function),
            record.end - record.start,
        )

    def body(self, function: str) -> grok.FuncOp:
        raised = self._raised.get(function)
        if raised is None:
            raised = raise_function(self._symbols, function, self._profile)
            self._raised[function] = raised
        return raised


def structs_by_field(operations: Iterable[Operation]) -> dict[str, list[str]]:
    """The structs that are declared, by the names of their fields."""
    result: dict[str, list[str]] = {}
    for op in operations:
        if isinstance(op, grok.StructOp):
            for item in op.fields.data:
                result.setdefault(item.field.data, []).append(op.sym_name.data)
    return result


_INSTRUCTION = 16
"""Bytes that an instruction usually has."""


class ModuleBodies:
    """Those of a module, as they are when this is made."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._functions = {
            function.symbol: function.clone()
            for function in operations
            if isinstance(function, grok.FuncOp)
        }
        self._methods: dict[str, list[Method]] = {}
        self._structs = structs_by_field(operations)
        for op in operations:
            if isinstance(op, grok.MethodOp):
                function = op.function.root_reference.data
                self._methods.setdefault(op.method.data, []).append((op.receiver, function))

    def methods(self, name: str) -> Sequence[Method]:
        return self._methods.get(name, ())

    def structs_with(self, field: str) -> Sequence[str]:
        return self._structs.get(field, ())

    def signature(self, function: str) -> Signature | None:
        body = self._functions.get(function)
        if body is None:
            return None
        count = sum(
            not isinstance(op, (speculation.SnapshotOp, grok.ConstantOp)) for op in body.walk()
        )
        return Signature(
            body.minimum.data,
            len(body.parameters.data),
            bool(body.captures.data),
            _INSTRUCTION * count,
        )

    def body(self, function: str) -> grok.FuncOp:
        return self._functions[function]
