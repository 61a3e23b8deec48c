"""The static types of core GrokLang and how each is laid out.

A type knows its size and alignment in memory once the representation of ``value`` is chosen:
``nanbox`` (one word) or ``tagged`` (two: tag, payload; an ``i128`` to LLVM, aligned like a word).
Types are compared with ``==``; :data:`PTR` is any pointer, ``Pointer(target)`` one whose target is
known, and the two convert to each other freely.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import Float64Type, IntegerType
from xdsl.dialects.llvm import LLVMPointerType, LLVMStructType, LLVMVoidType
from xdsl.ir import Attribute

I1 = IntegerType(1)
I8 = IntegerType(8)
I16 = IntegerType(16)
I32 = IntegerType(32)
I64 = IntegerType(64)
I128 = IntegerType(128)
F64 = Float64Type()
POINTER = LLVMPointerType()
VOID_TYPE = LLVMVoidType()


class Type:
    """A type of core GrokLang."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Scalar(Type):
    """``i1 i8 i16 i32 i64 f64 value``."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Structure(Type):
    """A core struct, by name: only ever the target of a pointer."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Pointer(Type):
    """``ptr`` (no target) and ``ptr<T>``."""

    target: Type | None = None

    def __str__(self) -> str:
        return f"ptr<{self.target}>" if self.target else "ptr"


@dataclass(frozen=True, slots=True)
class FunctionPointer(Type):
    """``fn(A, B) -> R``."""

    parameters: tuple[Type, ...]
    result: Type

    def __str__(self) -> str:
        return f"fn({', '.join(map(str, self.parameters))}) -> {self.result}"


@dataclass(frozen=True, slots=True)
class Fallible(Type):
    """``T!``: a ``T`` and a status; what a function returns, never what a variable holds."""

    inner: Type

    def __str__(self) -> str:
        return f"{self.inner}!"


@dataclass(frozen=True, slots=True)
class UnitType(Type):
    def __str__(self) -> str:
        return "()"


@dataclass(frozen=True, slots=True)
class NeverType(Type):
    """The type of what does not come back: ``return``, ``dispatch(...)``; fits anywhere."""

    def __str__(self) -> str:
        return "never"


SCALARS = {name: Scalar(name) for name in ("i1", "i8", "i16", "i32", "i64", "f64", "value")}
BOOL, BYTE, SHORT, WORD, INT, FLOAT, VALUE = SCALARS.values()
PTR = Pointer()
UNIT = UnitType()
NEVER = NeverType()

INTEGER_BITS: dict[Type, int] = {BOOL: 1, BYTE: 8, SHORT: 16, WORD: 32, INT: 64}
"""The integer types, by width."""


class Layout:
    """What types become in LLVM and in memory, for one representation of ``value``."""

    def __init__(self, representation: str) -> None:
        if representation not in ("nanbox", "tagged"):
            raise ValueError(f"no representation of values called {representation!r}")
        self.representation = representation
        self.value_type: IntegerType = I64 if representation == "nanbox" else I128
        # A value of two words is written as two words; read as one vector right after that, it
        # could not be forwarded from the processor's store buffer and would have to wait.
        self.handler_attributes = () if representation == "nanbox" else ("noimplicitfloat",)
        self._scalars: dict[Type, Attribute] = {
            BOOL: I1,
            BYTE: I8,
            SHORT: I16,
            WORD: I32,
            INT: I64,
            FLOAT: F64,
            VALUE: self.value_type,
        }
        self._sizes: dict[Type, int] = {
            BOOL: 1,
            BYTE: 1,
            SHORT: 2,
            WORD: 4,
            INT: 8,
            FLOAT: 8,
            VALUE: 8,
        }
        if representation == "tagged":
            self._sizes[VALUE] = 16
        self._results: dict[Type, Attribute] = {}

    def llvm_type(self, type: Type) -> Attribute:
        """The LLVM type of a variable or parameter."""
        return self._scalars.get(type) or POINTER

    def integer_type(self, type: Type) -> IntegerType:
        """The same of an integer type."""
        found = self._scalars[type]
        assert isinstance(found, IntegerType)
        return found

    def result_type(self, type: Type) -> Attribute:
        """The LLVM type of a function's result: ``T!`` is ``{T, i64}``, ``()!`` only a status."""
        found = self._results.get(type)
        if found is None:
            if type in (UNIT, NEVER):
                found = VOID_TYPE
            elif not isinstance(type, Fallible):
                found = self.llvm_type(type)
            elif type.inner in (UNIT, NEVER):
                found = I64
            else:
                found = LLVMStructType.from_type_list([self.llvm_type(type.inner), I64])
            self._results[type] = found
        return found

    def size(self, type: Type) -> int:
        """Bytes that a variable of the type takes in memory."""
        return self._sizes.get(type, 8)

    def alignment(self, type: Type) -> int:
        return min(self.size(type), 8)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: Type
    offset: int


class StructLayout:
    """Where the fields of a core struct lie: in order, each at its natural alignment."""

    def __init__(self, name: str, fields: list[tuple[str, Type]], layout: Layout) -> None:
        self.name = name
        self.fields: dict[str, Field] = {}
        end, largest = 0, 1
        for field_name, type in fields:
            alignment = layout.alignment(type)
            largest = max(largest, alignment)
            offset = -(-end // alignment) * alignment
            self.fields[field_name] = Field(field_name, type, offset)
            end = offset + layout.size(type)
        self.alignment = largest
        self.size = -(-end // largest) * largest

    def offset(self, field: str) -> int:
        """Bytes from the struct's start; a KeyError for an unknown field."""
        return self.fields[field].offset
