"""JSON of the reference engine: ``()`` is null, objects are maps."""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

from grokc.vm.reference.values import (
    INT_MAX,
    INT_MIN,
    Machine,
    Map,
    Value,
    deep,
    type_fault,
    type_name,
)

_ESCAPE = re.compile(r"\\(?:u(d[89ab]..)\\u(d[c-f]..)|u(....)|.)", re.IGNORECASE)


def parse(machine: Machine, text: str) -> Value:
    """``Ok(value)`` or ``Err(message)``."""
    try:
        value = _decode(text)
        _check_characters(text)
    except json.JSONDecodeError as error:
        return machine.err(f"{error.msg.lower()} at line {error.lineno}, column {error.colno}")
    except ValueError as error:
        return machine.err(str(error))
    return machine.ok(value)


def _check_characters(text: str) -> None:
    """Half of a surrogate pair is a character to Python's decoder, but not to the language."""
    for escape in _ESCAPE.finditer(text):
        if escape[3] is not None and 0xD800 <= int(escape[3], 16) < 0xE000:
            raise json.JSONDecodeError("Invalid \\uXXXX escape", text, escape.start() + 1)


@deep
def _decode(text: str) -> Value:
    return json.loads(
        text,
        parse_int=_number,
        parse_constant=_no_constant,
        object_pairs_hook=_object,
    )


def _number(digits: str) -> int | float:
    """An int where it fits."""
    if len(digits) > 20 or not INT_MIN <= int(digits) <= INT_MAX:
        return float(digits)
    return int(digits)


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _object(pairs: list[tuple[str, Value]]) -> Map:
    result = Map()
    for key, value in pairs:
        if key in result.entries:
            result.entries[key][1] = value
        else:
            result.entries[key] = [key, value]
    return result


def stringify(value: Value) -> str:
    """Compact JSON; what JSON does not have is a type error."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


@deep
def _write(value: Value, parts: list[str]) -> None:
    kind = type(value)
    if value is None:
        parts.append("null")
    elif kind is bool:
        parts.append("true" if value else "false")
    elif kind is int:
        parts.append(str(value))
    elif kind is float:
        if not math.isfinite(value):
            raise type_fault(f"cannot write {value!r} as JSON")
        parts.append(repr(value))
    elif kind is str:
        parts.append(json.dumps(value, ensure_ascii=False))
    elif kind is list or kind is tuple:
        parts.append("[")
        for index, item in enumerate(value):
            if index:
                parts.append(",")
            _write(item, parts)
        parts.append("]")
    elif kind is Map:
        parts.append("{")
        for index, (key, item) in enumerate(value.entries.values()):
            if type(key) is not str:
                raise type_fault(f"a key of JSON must be str, got {type_name(key)}")
            parts.append("," if index else "")
            parts.append(json.dumps(key, ensure_ascii=False))
            parts.append(":")
            _write(item, parts)
        parts.append("}")
    else:
        raise type_fault(f"cannot write {type_name(value)} as JSON")
