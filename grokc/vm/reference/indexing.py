"""Indexing, slices, and how lists and maps come to be, in the reference engine."""

from __future__ import annotations

from collections.abc import Iterable

from grokc.vm.reference.values import (
    Fault,
    Machine,
    Map,
    Range,
    Value,
    debug,
    key_of,
    operator_of,
    out_of_range,
    type_fault,
    type_name,
)

LONGEST_LIST = 1 << 27
"""Elements; what is longer would not fit into memory."""


def get(machine: Machine, value: Value, index: Value) -> Value:
    """``value[index]``."""
    kind = type(value)
    if kind is Map:
        entry = value.entries.get(key_of(machine, index))
        if entry is None:
            raise Fault(f"key not found: {debug(index)}")
        return entry[1]
    if kind is list or kind is str or kind is tuple:
        if type(index) is int:
            if not 0 <= index < len(value):
                raise out_of_range(index, len(value))
            return value[index]
        if type(index) is Range and kind is not tuple:
            return _slice(value, index)
        raise type_fault(f"cannot index {type_name(value)} with {type_name(index)}")
    method = operator_of(value, "index")
    if method is None:
        raise type_fault(f"cannot index {type_name(value)}")
    return machine.call(method, [value, index])


def _slice(value: Value, index: Range) -> Value:
    length = len(value)
    low, high = index.low, index.high
    if not 0 <= low <= length:
        raise out_of_range(low, length)
    if index.inclusive:
        if high >= length:
            raise out_of_range(high, length)
        high += 1
    if not low <= high <= length:
        raise out_of_range(high, length)
    return value[low:high]


def set(machine: Machine, target: Value, index: Value, value: Value) -> None:
    """``target[index] = value``."""
    if type(target) is list:
        if type(index) is not int:
            raise type_fault(f"cannot index list with {type_name(index)}")
        if not 0 <= index < len(target):
            raise out_of_range(index, len(target))
        target[index] = value
    elif type(target) is Map:
        insert(machine, target, index, value)
    else:
        method = operator_of(target, "index_set")
        if method is None:
            raise type_fault(f"cannot assign to an index of {type_name(target)}")
        machine.call(method, [target, index, value])


def insert(machine: Machine, target: Map, key: Value, value: Value) -> list[Value] | None:
    """Sets a key's value; the old ``[key, value]``.  The first spelling of a key stays."""
    known = key_of(machine, key)
    entry = target.entries.get(known)
    if entry is None:
        target.entries[known] = [key, value]
        target.version += 1
        return None
    old = list(entry)
    entry[1] = value
    return old


def new_map(machine: Machine, pairs: Iterable[tuple[Value, Value]]) -> Map:
    result = Map()
    for key, value in pairs:
        insert(machine, result, key, value)
    return result


def filled(value: Value, count: Value) -> list[Value]:
    """``[value; count]``."""
    if type(count) is not int:
        raise type_fault(f"a length must be int, got {type_name(count)}")
    if count < 0:
        raise Fault(f"negative length: {count}")
    if count > LONGEST_LIST:
        raise Fault("out of memory")
    return [value] * count
