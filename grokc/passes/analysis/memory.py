"""Which places in memory operations of raised functions read and write.

A place is a name for all that may be the same: field number 2 of structs of one type, the lengths
of all lists.  Two places of different names never overlap, but for elements of lists that may be of
any type (:func:`read_at`, :func:`written_at`).  An operation that may run user code may
write to any place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, cast

from xdsl.dialects import arith
from xdsl.dialects.builtin import IntAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Operation
from xdsl.traits import MemoryEffect, MemoryEffectKind

from grokc.dialects import grok, speculation
from grokc.dialects.types import ANY, BOOL, FLOAT, INT, LIST, MAP, STR
from grokc.passes.analysis.kinds import COMPARISONS, EXITS, NUMBERED, PLAIN

Place: TypeAlias = tuple[str, ...]

LENGTH: Place = ("length",)
"""The lengths of lists."""
ITEMS: Place = ("items",)
"""Where lists keep their elements, and of what type these are."""
ITEM: Place = ("item",)
"""The elements of lists of which it is not known of what type they are."""
CELL: Place = ("cell",)

NOWHERE: frozenset[Place] = frozenset()


def field_of(op: speculation.LoadFieldOp | speculation.StoreFieldOp) -> Place:
    """The place of a struct's field."""
    symbol = cast(SymbolRefAttr, op.properties["symbol"])
    index = cast(IntAttr, op.properties["index"])
    return "field", symbol.root_reference.data, str(index.data)


def item_of(op: speculation.LoadItemOp | speculation.StoreItemOp) -> Place:
    """The place of the elements of a list that has been checked.  No list has elements of one type
    and of another."""
    check = op.items.owner
    if isinstance(check, speculation.CheckElementsOp) and check.type != ANY:
        return *ITEM, str(check.type)
    return ITEM


_STORED_TO_SOME = ("item", "stored to some")
_STORED_TO_ANY = ("item", "stored to any")
"""In what is written and read: elements of one type, and elements that may be of any."""


def read_at(place: Place) -> frozenset[Place]:
    """What a load of a place depends on."""
    if place[0] != ITEM[0]:
        return frozenset({place})
    return frozenset({_STORED_TO_SOME} if place == ITEM else {place, _STORED_TO_ANY})


def written_at(place: Place) -> frozenset[Place]:
    """What a store to a place changes."""
    if place[0] != ITEM[0]:
        return frozenset({place})
    return frozenset({_STORED_TO_SOME, _STORED_TO_ANY if place == ITEM else place})


def global_variable(op: grok.LoadGlobalOp | grok.StoreGlobalOp) -> Place:
    """The place of a const or static."""
    return "global", cast(SymbolRefAttr, op.properties["symbol"]).root_reference.data


def reads(op: Operation) -> frozenset[Place] | None:
    """What the operation, which writes nothing, depends on; ``None``: anything."""
    match op:
        case speculation.LoadFieldOp():
            return frozenset({field_of(op)})
        case speculation.ListLengthOp():
            return frozenset({LENGTH})
        case speculation.ListLoadOp():
            return read_at(ITEM) | {ITEMS}
        case speculation.CheckElementsOp():
            return frozenset({ITEMS})
        case speculation.LoadItemOp():
            return read_at(item_of(op))
        case grok.LoadCellOp():
            return frozenset({CELL})
        case grok.LoadGlobalOp():
            return frozenset({global_variable(op)})
    if type(op) in _SILENT or op.dialect_name() == arith.Arith.name:
        return NOWHERE
    return None


def writes(op: Operation) -> frozenset[Place] | None:
    """What the operation may change, of what it did not make; ``None``: anything."""
    match op:
        case speculation.StoreFieldOp():
            return frozenset({field_of(op)})
        case speculation.StoreItemOp():
            return written_at(item_of(op))
        case speculation.ListStoreOp():
            return written_at(ITEM) | {ITEMS}
        case grok.StoreCellOp():
            return frozenset({CELL})
        case grok.StoreGlobalOp():
            return frozenset({global_variable(op)})
        case grok.LoadGlobalOp():
            return NOWHERE
        case speculation.CallNativeOp():
            return _written_natively(op)
        case grok.CallBuiltinOp():
            name = cast(StringAttr, op.properties["callee"]).data
            return NOWHERE if name.startswith("math::") or name in _SILENT_BUILTINS else None
        case _ if type(op) in COMPARISONS:
            return NOWHERE if all(value.type == STR for value in op.operands) else None
        case grok.GetIteratorOp() | grok.AddOp():
            return NOWHERE if op.operands[0].type in (STR, LIST) else None
        case grok.GetIndexOp() | grok.SetIndexOp() if op.operands[0].type == MAP:
            return NOWHERE if op.operands[1].type in _HASHED else None
        case grok.GetIndexOp():
            return NOWHERE if op.operands[0].type in (STR, LIST) else None
    if type(op) in _SILENT or op.dialect_name() == arith.Arith.name:
        return NOWHERE
    effects = op.get_traits_of_type(MemoryEffect)  # type: ignore[type-abstract]
    if not effects:
        return None
    for effect in effects:
        found = effect.get_effects(op)
        if found is None or any(instance.kind in _CHANGES for instance in found):
            return None
    return NOWHERE


def written_by(operations: Iterable[Operation]) -> frozenset[Place] | None:
    """What some of the operations may change; ``None``: anything."""
    result: set[Place] = set()
    for op in operations:
        found = writes(op)
        if found is None:
            return None
        result |= found
    return frozenset(result)


_CHANGES = frozenset({MemoryEffectKind.WRITE, MemoryEffectKind.FREE})


def _written_natively(op: speculation.CallNativeOp) -> frozenset[Place] | None:
    if op.properties["receiver"] in (INT, FLOAT, BOOL, STR):
        return NOWHERE
    method = cast(StringAttr, op.properties["method"]).data
    if op.properties["receiver"] == LIST:
        if method in _READING_LIST_METHODS:
            return NOWHERE
        if method in _WRITING_LIST_METHODS:
            return written_at(ITEM) | {LENGTH, ITEMS}
    return None


_READING_LIST_METHODS = frozenset({"len", "is_empty", "first", "last", "get", "copy"})
_WRITING_LIST_METHODS = frozenset(
    {"push", "pop", "insert", "clear", "reverse", "swap", "fill", "truncate"}
)
"""Methods that never run user code."""

_HASHED = frozenset({INT, FLOAT, BOOL, STR})
"""Keys without methods of the program's own."""

_SILENT_BUILTINS = frozenset({"len", "float", "int", "type_of", "same", "assert"})
"""Functions that change nothing and run user code at most for an error's message."""

_SILENT = (
    NUMBERED
    | PLAIN
    | EXITS
    | {
        speculation.StrSliceOp,
        grok.CheckTypeOp,
        grok.CheckRangeOp,
        grok.TrueOp,
        grok.FillListOp,
        grok.FailNoMatchOp,
    }
)
"""Operations that neither write to memory nor read what can change."""
