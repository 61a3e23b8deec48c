"""What a module declares, by name, for passes that ask often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xdsl.ir import Operation

from grokc.dialects import grok
from grokc.dialects.types import (
    ANY,
    FLOAT,
    INT,
    KEYWORDS,
    EnumType,
    GrokType,
    NamedType,
    TraitType,
    TupleType,
)
from grokc.vm.builtins import FUNCTIONS, METHODS


@dataclass(slots=True)
class Struct:
    """The fields of a struct: their numbers by name, their types by number."""

    numbers: dict[str, int]
    types: list[GrokType]

    def result_type(self, index: int) -> GrokType:
        """What is known of a value that the field holds."""
        kind = self.types[index]
        return ANY if isinstance(kind, TraitType) else kind


@dataclass(slots=True)
class Declarations:
    """Structs by symbol."""

    structs: dict[str, Struct] = field(default_factory=dict)

    @classmethod
    def of(cls, operations: Iterable[Operation]) -> Declarations:
        result = cls()
        for op in operations:
            if isinstance(op, grok.StructOp):
                result.structs[op.sym_name.data] = Struct(
                    {item.field.data: number for number, item in enumerate(op.fields.data)},
                    [item.type for item in op.fields.data],
                )
        return result


def is_guardable(kind: GrokType) -> bool:
    """Can a guard check that a value is of this type, and nothing less?"""
    if isinstance(kind, TupleType):
        return False
    return kind != ANY and not isinstance(kind, TraitType)


_RESULTS: dict[str, GrokType] = {
    **{
        name: kind.new(())
        for name, kind in KEYWORDS.items()
        if not issubclass(kind, (NamedType, TupleType))
    },
    "tuple": TupleType(),
    "Option": EnumType("Option"),
    "Result": EnumType("Result"),
}


_SAME_KIND = frozenset({"abs", "min", "max"})
"""Functions, and methods of numbers, that give an int for ints and a float for floats."""


def _of_same_kind(name: str, kinds: Sequence[GrokType]) -> bool:
    return name in _SAME_KIND and kinds[0] in (INT, FLOAT) and len(set(kinds)) == 1


def method_result(method: str, kinds: Sequence[GrokType]) -> GrokType:
    """What a built-in method gives for a receiver and arguments of these types."""
    receiver = kinds[0]
    if _of_same_kind(method, kinds):
        return receiver
    owner = receiver.symbol.data if isinstance(receiver, EnumType) else receiver.keyword()
    builtin = METHODS.get(owner, {}).get(method)
    return _RESULTS.get(builtin.result, ANY) if builtin is not None else ANY


def function_result(name: str, kinds: Sequence[GrokType]) -> GrokType:
    """What a built-in function gives for arguments of these types."""
    if kinds and _of_same_kind(name.removeprefix("math::"), kinds):
        return kinds[0]
    builtin = FUNCTIONS.get(name)
    return _RESULTS.get(builtin.result, ANY) if builtin is not None else ANY
