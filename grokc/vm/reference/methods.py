"""The methods of the built-in types in the reference engine: the language reference, section 9.

A method takes the engine, its receiver and its arguments, whose number the caller has checked
against ``grokc.vm.builtins``.  Those that call closures walk a list live, which is what Python's
own iterator over a list does.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterator
from functools import cmp_to_key
from itertools import islice
from typing import TypeAlias

from grokc.vm.reference import arithmetic, indexing
from grokc.vm.reference.functions import (
    FLOAT_FUNCTIONS,
    absolute,
    count_argument,
    float_argument,
    int_argument,
    length,
    power,
    step_argument,
    str_argument,
)
from grokc.vm.reference.values import (
    Ascending,
    Fault,
    Machine,
    Map,
    Range,
    Set,
    Value,
    debug,
    display,
    equal,
    key_of,
    larger,
    order,
    out_of_range,
    smaller,
    truth,
    type_fault,
    type_name,
    walk,
    wrong_argument,
)

Method: TypeAlias = Callable[..., Value]


def _option(m: Machine, value: Value | None) -> Value:
    """``Some(value)``; ``None`` stands for none (no method here finds a ``()``)."""
    return m.none if value is None else m.some(value)


# ------------------------------------------------------------------------------------- numbers


def _clamp(m: Machine, value: Value, low: Value, high: Value) -> Value:
    float_argument("clamp", low)
    float_argument("clamp", high)
    if order(m, low, high) == 1:
        raise Fault("clamp needs its bounds in order")
    if order(m, value, low) == -1:
        return low
    return high if order(m, value, high) == 1 else value


def _wrapping(name: str, compute: Callable[[int, int], int]) -> Method:
    return lambda m, a, b: arithmetic.wrap(compute(a, int_argument(name, b)))


def _checked(name: str, compute: Callable[[int, int], int]) -> Method:
    def method(m: Machine, a: int, b: Value) -> Value:
        result = compute(a, int_argument(name, b))
        return m.some(result) if result == arithmetic.wrap(result) else m.none

    return method


_WORD = 0xFFFF_FFFF_FFFF_FFFF


def _ushr(m: Machine, value: int, places: Value) -> int:
    if not 0 <= int_argument("ushr", places) <= 63:
        raise Fault("shift out of range")
    return arithmetic.wrap((value & _WORD) >> places)


def _rotated(value: int, places: int) -> int:
    word, places = value & _WORD, places & 63
    return arithmetic.wrap(word << places | word >> (64 - places))


def _to_char(m: Machine, code: int) -> str:
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise Fault(f"not a character: {code}")
    return chr(code)


def _radix(name: str, value: Value) -> int:
    radix = int_argument(name, value)
    if not 2 <= radix <= 36:
        raise Fault("radix must be in 2..=36")
    return radix


def _to_radix(m: Machine, value: int, radix: Value) -> str:
    radix = _radix("to_radix", radix)
    digits: list[str] = []
    rest = abs(value)
    while rest or not digits:
        rest, digit = divmod(rest, radix)
        digits.append("0123456789abcdefghijklmnopqrstuvwxyz"[digit])
    return ("-" if value < 0 else "") + "".join(reversed(digits))


def _float_signum(m: Machine, value: float) -> float:
    return value if value != value else math.copysign(1.0, value)


def _to_bits(m: Machine, value: float) -> int:
    bits: int = struct.unpack("<q", struct.pack("<d", math.nan if value != value else value))[0]
    return bits


_NUMBER: dict[str, Method] = {
    **FLOAT_FUNCTIONS,
    "abs": absolute,
    "pow": power,
    "min": smaller,
    "max": larger,
    "clamp": _clamp,
    "to_str": display,
}

_INT: dict[str, Method] = {
    **_NUMBER,
    "signum": lambda m, n: (n > 0) - (n < 0),
    "is_even": lambda m, n: n % 2 == 0,
    "is_odd": lambda m, n: n % 2 == 1,
    "wrapping_add": _wrapping("wrapping_add", lambda a, b: a + b),
    "wrapping_sub": _wrapping("wrapping_sub", lambda a, b: a - b),
    "wrapping_mul": _wrapping("wrapping_mul", lambda a, b: a * b),
    "wrapping_neg": lambda m, n: arithmetic.wrap(-n),
    "checked_add": _checked("checked_add", lambda a, b: a + b),
    "checked_sub": _checked("checked_sub", lambda a, b: a - b),
    "checked_mul": _checked("checked_mul", lambda a, b: a * b),
    "ushr": _ushr,
    "count_ones": lambda m, n: (n & _WORD).bit_count(),
    "leading_zeros": lambda m, n: 64 - (n & _WORD).bit_length(),
    "trailing_zeros": lambda m, n: (n & -n).bit_length() - 1 if n else 64,
    "rotate_left": lambda m, n, places: _rotated(n, int_argument("rotate_left", places)),
    "rotate_right": lambda m, n, places: _rotated(n, -int_argument("rotate_right", places)),
    "to_float": lambda m, n: float(n),
    "to_char": _to_char,
    "to_radix": _to_radix,
}

_FLOAT: dict[str, Method] = {
    **_NUMBER,
    "signum": _float_signum,
    "is_nan": lambda m, x: x != x,
    "is_inf": lambda m, x: math.isinf(x),
    "to_int": lambda m, x: arithmetic.to_int(x),
    "to_bits": _to_bits,
}


# ------------------------------------------------------------------------------------- strings

_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)
_NO_SPACE = re.compile(f"[^{_SPACE}]+")


def _str_find(m: Machine, text: str, part: Value) -> Value:
    index = text.find(str_argument("find", part))
    return m.none if index < 0 else m.some(index)


def _str_rfind(m: Machine, text: str, part: Value) -> Value:
    index = text.rfind(str_argument("rfind", part))
    return m.none if index < 0 else m.some(index)


def _split(m: Machine, text: str, separator: Value) -> list[str]:
    if not str_argument("split", separator):
        raise Fault("empty separator")
    return text.split(separator)


def _lines(m: Machine, text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    lines = [line.removesuffix("\r") for line in lines]
    return [*lines, last] if last else lines


def _repeat(m: Machine, text: str, times: Value) -> str:
    count = count_argument("repeat", times)
    if len(text) * count > indexing.LONGEST_LIST:
        raise Fault("out of memory")
    return text * count


def _padding(name: str, width: Value, fill: Value, text: str) -> str:
    if len(str_argument(name, fill)) != 1:
        raise Fault("the padding must be one character")
    missing = int_argument(name, width) - len(text)
    if missing > indexing.LONGEST_LIST:
        raise Fault("out of memory")
    return str(fill * missing)


def _pad_left(m: Machine, text: str, width: Value, fill: Value = " ") -> str:
    return _padding("pad_left", width, fill, text) + text


def _pad_right(m: Machine, text: str, width: Value, fill: Value = " ") -> str:
    return text + _padding("pad_right", width, fill, text)


def _code(m: Machine, text: str) -> int:
    if not text:
        raise out_of_range(0, 0)
    return ord(text[0])


def _replace(m: Machine, text: str, old: Value, new: Value) -> str:
    return text.replace(str_argument("replace", old), str_argument("replace", new))


_STR: dict[str, Method] = {
    "len": length,
    "byte_len": lambda m, s: len(s.encode()),
    "is_empty": lambda m, s: not s,
    "chars": lambda m, s: list(s),
    "bytes": lambda m, s: list(s.encode()),
    "code": _code,
    "split": _split,
    "split_whitespace": lambda m, s: _NO_SPACE.findall(s),
    "lines": _lines,
    "trim": lambda m, s: s.strip(_SPACE),
    "trim_start": lambda m, s: s.lstrip(_SPACE),
    "trim_end": lambda m, s: s.rstrip(_SPACE),
    "starts_with": lambda m, s, part: s.startswith(str_argument("starts_with", part)),
    "ends_with": lambda m, s, part: s.endswith(str_argument("ends_with", part)),
    "contains": lambda m, s, part: str_argument("contains", part) in s,
    "find": _str_find,
    "rfind": _str_rfind,
    "replace": _replace,
    "to_upper": lambda m, s: s.upper(),
    "to_lower": lambda m, s: s.lower(),
    "repeat": _repeat,
    "pad_left": _pad_left,
    "pad_right": _pad_right,
    "parse_int": lambda m, s: _option(m, arithmetic.parse_int(s)),
    "parse_float": lambda m, s: _option(m, arithmetic.parse_float(s)),
    "parse_radix": lambda m, s, radix: _option(
        m, arithmetic.parse_radix(s, _radix("parse_radix", radix))
    ),
    "rev": lambda m, s: s[::-1],
    "to_str": display,
}


# ---------------------------------------------------------------------------- lists and ranges

_Sequence: TypeAlias = "list[Value] | Range"


def _items(values: _Sequence) -> Iterator[Value]:
    return iter(values) if isinstance(values, list) else iter(values.ints)


def _at(m: Machine, values: _Sequence, index: int) -> Value:
    """An Option of an element."""
    items = values if isinstance(values, list) else values.ints
    return m.some(items[index]) if 0 <= index < length(m, values) else m.none


def _to_list(m: Machine, values: _Sequence) -> list[Value]:
    return _first(values, length(m, values))


def _first(values: _Sequence, count: int) -> list[Value]:
    if count > indexing.LONGEST_LIST and isinstance(values, Range):
        raise Fault("out of memory")
    return list(islice(_items(values), count))


def _contains(m: Machine, values: _Sequence, wanted: Value) -> bool:
    return _position(m, values, wanted) is not None


def _position(m: Machine, values: _Sequence, wanted: Value) -> int | None:
    if isinstance(values, Range):
        if type(wanted) not in (int, float) or not math.isfinite(wanted) or wanted != int(wanted):
            return None
        number = int(wanted)
        return number - values.low if number in values.ints else None
    for index, item in enumerate(values):
        if equal(m, item, wanted):
            return index
    return None


def _map(m: Machine, values: _Sequence, function: Value) -> list[Value]:
    return [m.call(function, [item]) for item in _items(values)]


def _filter(m: Machine, values: _Sequence, function: Value) -> list[Value]:
    return [item for item in _items(values) if truth(m.call(function, [item]))]


def _fold(m: Machine, values: _Sequence, result: Value, function: Value) -> Value:
    for item in _items(values):
        result = m.call(function, [result, item])
    return result


def _for_each(m: Machine, values: _Sequence, function: Value) -> None:
    for item in _items(values):
        m.call(function, [item])


def _any(m: Machine, values: _Sequence, function: Value) -> bool:
    return any(truth(m.call(function, [item])) for item in _items(values))


def _all(m: Machine, values: _Sequence, function: Value) -> bool:
    return all(truth(m.call(function, [item])) for item in _items(values))


def _count(m: Machine, values: _Sequence, function: Value) -> int:
    return sum(1 for item in _items(values) if truth(m.call(function, [item])))


def _flat_map(m: Machine, values: _Sequence, function: Value) -> list[Value]:
    result: list[Value] = []
    for item in _items(values):
        _extend(m, result, m.call(function, [item]))
    return result


def _sum(m: Machine, values: _Sequence) -> Value:
    total: Value = 0
    for item in _items(values):
        total = arithmetic.add(m, total, item)
    return total


def _extreme(choose: Callable[[Machine, Value, Value], Value]) -> Method:
    def method(m: Machine, values: _Sequence) -> Value:
        items = _items(values)
        for best in items:
            for item in items:
                best = choose(m, best, item)
            return m.some(best)
        return m.none

    return method


def _join(m: Machine, values: _Sequence, separator: Value) -> str:
    str_argument("join", separator)
    joined: str = separator.join([display(m, item) for item in _items(values)])
    return joined


def _enumerate(m: Machine, values: _Sequence) -> list[Value]:
    return list(enumerate(_items(values)))


def _zip(m: Machine, values: _Sequence, other: Value) -> list[Value]:
    return list(zip(_items(values), walk(m, other)))  # noqa: B905  # as many as the shorter has


def _windows(m: Machine, values: _Sequence, size: Value) -> list[Value]:
    if int_argument("windows", size) <= 0:
        raise Fault("window size must be positive")
    items = _to_list(m, values)
    return [items[i : i + size] for i in range(len(items) - size + 1)]


def _chunks(m: Machine, values: _Sequence, size: Value) -> list[Value]:
    if int_argument("chunks", size) <= 0:
        raise Fault("chunk size must be positive")
    items = _to_list(m, values)
    return [items[i : i + size] for i in range(0, len(items), size)]


def _take(m: Machine, values: _Sequence, count: Value) -> list[Value]:
    return _first(values, min(count_argument("take", count), length(m, values)))


def _skip(m: Machine, values: _Sequence, count: Value) -> list[Value]:
    skipped = count_argument("skip", count)
    if isinstance(values, list):
        return values[skipped:]
    rest = values.ints[skipped:]
    return _first(Range(rest.start, rest.stop, False), length(m, values))


def _binary_search(m: Machine, values: _Sequence, wanted: Value) -> Value:
    items = values if isinstance(values, list) else values.ints
    low, high = 0, length(m, values)
    while low < high:
        middle = low + (high - low) // 2
        if middle >= length(m, values):  # a `cmp` has made the list shorter
            return m.none
        ordered = order(m, items[middle], wanted)
        if ordered == 0:
            return m.some(middle)
        if ordered < 0:
            low = middle + 1
        else:
            high = middle
    return m.none


def _list_copy(m: Machine, values: _Sequence) -> list[Value]:
    return _to_list(m, values)


_READING: dict[str, Method] = {
    "len": length,
    "is_empty": lambda m, values: length(m, values) == 0,
    "first": lambda m, values: _at(m, values, 0),
    "last": lambda m, values: _at(m, values, length(m, values) - 1),
    "get": lambda m, values, i: _at(m, values, int_argument("get", i)),
    "contains": _contains,
    "index_of": lambda m, values, wanted: _option(m, _position(m, values, wanted)),
    "map": _map,
    "filter": _filter,
    "fold": _fold,
    "for_each": _for_each,
    "any": _any,
    "all": _all,
    "sum": _sum,
    "min": _extreme(smaller),
    "max": _extreme(larger),
    "join": _join,
    "copy": _to_list,
    "enumerate": _enumerate,
    "zip": _zip,
    "rev": lambda m, values: _to_list(m, values)[::-1],
    "flat_map": _flat_map,
    "windows": _windows,
    "chunks": _chunks,
    "count": _count,
    "take": _take,
    "skip": _skip,
    "binary_search": _binary_search,
}


def _list_index(name: str, values: list[Value], index: Value, limit: int) -> int:
    if not 0 <= int_argument(name, index) < limit:
        raise out_of_range(index, len(values))
    number: int = index
    return number


def _push(m: Machine, values: list[Value], value: Value) -> None:
    values.append(value)


def _pop(m: Machine, values: list[Value]) -> Value:
    return m.some(values.pop()) if values else m.none


def _insert(m: Machine, values: list[Value], index: Value, value: Value) -> None:
    values.insert(_list_index("insert", values, index, len(values) + 1), value)


def _remove(m: Machine, values: list[Value], index: Value) -> Value:
    return values.pop(_list_index("remove", values, index, len(values)))


def _extend(m: Machine, values: list[Value], other: Value) -> None:
    if type(other) is list:
        values += other  # also when it is the same list
    else:
        values.extend(walk(m, other))


def _swap(m: Machine, values: list[Value], i: Value, j: Value) -> None:
    int_argument("swap", i)
    int_argument("swap", j)
    first = _list_index("swap", values, i, len(values))
    second = _list_index("swap", values, j, len(values))
    values[first], values[second] = values[second], values[first]


def _fill(m: Machine, values: list[Value], value: Value) -> None:
    values[:] = [value] * len(values)


def _truncate(m: Machine, values: list[Value], count: Value) -> None:
    del values[count_argument("truncate", count) :]


def _dedup(m: Machine, values: list[Value]) -> None:
    kept: list[Value] = []
    for item in values:
        if not kept or not equal(m, kept[-1], item):
            kept.append(item)
    values[:] = kept


def _sort(m: Machine, values: list[Value]) -> None:
    kinds = {type(item) for item in values}
    if kinds <= {int} or kinds == {str}:
        values.sort()
    else:
        values[:] = sorted(values, key=lambda item: Ascending(m, item))


def _sort_by(m: Machine, values: list[Value], function: Value) -> None:
    def compare(a: Value, b: Value) -> int:
        answer = m.call(function, [a, b])
        if type(answer) is not int:
            raise type_fault(f"a comparison must return int, got {type_name(answer)}")
        return answer

    values[:] = sorted(values, key=cmp_to_key(compare))


def _sort_by_key(m: Machine, values: list[Value], function: Value) -> None:
    items = list(values)
    keys: list[Value] = []
    for index in range(len(items)):
        if index >= len(values):
            raise Fault("list changed during sort")
        items[index] = values[index]
        keys.append(m.call(function, [values[index]]))
    numbers = sorted(range(len(items)), key=lambda i: Ascending(m, keys[i]))
    values[:] = [items[i] for i in numbers]


_LIST: dict[str, Method] = {
    **_READING,
    "push": _push,
    "pop": _pop,
    "insert": _insert,
    "remove": _remove,
    "clear": lambda m, values: values.clear(),
    "reverse": lambda m, values: values.reverse(),
    "sort": _sort,
    "sort_by": _sort_by,
    "sort_by_key": _sort_by_key,
    "extend": _extend,
    "swap": _swap,
    "fill": _fill,
    "truncate": _truncate,
    "dedup": _dedup,
}


def _step_by(m: Machine, values: Range, step: Value) -> list[Value]:
    return list(values.ints[:: step_argument(step)])


_RANGE: dict[str, Method] = {**_READING, "to_list": _to_list, "step_by": _step_by}


# --------------------------------------------------------------------------------- maps and sets


def _entry(m: Machine, target: Map, key: Value) -> list[Value] | None:
    return target.entries.get(key_of(m, key))


def _map_get(m: Machine, target: Map, key: Value) -> Value:
    entry = _entry(m, target, key)
    return m.none if entry is None else m.some(entry[1])


def _get_or(m: Machine, target: Map, key: Value, default: Value) -> Value:
    entry = _entry(m, target, key)
    return default if entry is None else entry[1]


def _entry_or(m: Machine, target: Map, key: Value, default: Value) -> Value:
    entry = _entry(m, target, key)
    if entry is not None:
        return entry[1]
    indexing.insert(m, target, key, default)
    return default


def _map_insert(m: Machine, target: Map, key: Value, value: Value) -> Value:
    old = indexing.insert(m, target, key, value)
    return m.none if old is None else m.some(old[1])


def _map_remove(m: Machine, target: Map, key: Value) -> Value:
    entry = target.entries.pop(key_of(m, key), None)
    if entry is None:
        return m.none
    target.version += 1
    return m.some(entry[1])


def _clear(m: Machine, target: Map | Set) -> None:
    if target.entries:
        target.entries.clear()
        target.version += 1


def _map_copy(m: Machine, target: Map) -> Map:
    result = Map()
    result.entries = {key: list(entry) for key, entry in target.entries.items()}
    return result


def _map_extend(m: Machine, target: Map, other: Value) -> None:
    if type(other) is not Map:
        raise wrong_argument("extend", "map", other)
    for key, value in list(other.entries.values()):
        indexing.insert(m, target, key, value)


_MAP: dict[str, Method] = {
    "len": length,
    "is_empty": lambda m, target: not target.entries,
    "get": _map_get,
    "get_or": _get_or,
    "insert": _map_insert,
    "contains_key": lambda m, target, key: _entry(m, target, key) is not None,
    "remove": _map_remove,
    "keys": lambda m, target: [key for key, _ in target.entries.values()],
    "values": lambda m, target: [value for _, value in target.entries.values()],
    "entries": lambda m, target: [tuple(entry) for entry in target.entries.values()],
    "clear": _clear,
    "copy": _map_copy,
    "extend": _map_extend,
    "entry_or": _entry_or,
}


def _set_insert(m: Machine, target: Set, value: Value) -> bool:
    key = key_of(m, value)
    if key in target.entries:
        return False
    target.entries[key] = value
    target.version += 1
    return True


def _set_remove(m: Machine, target: Set, value: Value) -> bool:
    key = key_of(m, value)
    if key not in target.entries:
        return False
    del target.entries[key]
    target.version += 1
    return True


def _set_copy(m: Machine, target: Set) -> Set:
    result = Set()
    result.entries = dict(target.entries)
    return result


def _other_set(name: str, other: Value) -> Set:
    if type(other) is not Set:
        raise wrong_argument(name, "set", other)
    return other


def _union(m: Machine, target: Set, other: Value) -> Set:
    result = Set()
    result.entries = {**_other_set("union", other).entries}
    result.entries = {**target.entries, **{
        key: value for key, value in result.entries.items() if key not in target.entries
    }}  # fmt: skip
    return result


def _selected(m: Machine, target: Set, other: Set, *, wanted: bool) -> Set:
    result = Set()
    result.entries = {
        key: value for key, value in target.entries.items() if (key in other.entries) == wanted
    }
    return result


def _intersection(m: Machine, target: Set, other: Value) -> Set:
    return _selected(m, target, _other_set("intersection", other), wanted=True)


def _difference(m: Machine, target: Set, other: Value) -> Set:
    return _selected(m, target, _other_set("difference", other), wanted=False)


def _is_subset(m: Machine, target: Set, other: Value) -> bool:
    return not _selected(m, target, _other_set("is_subset", other), wanted=False).entries


_SET: dict[str, Method] = {
    "len": length,
    "is_empty": lambda m, target: not target.entries,
    "insert": _set_insert,
    "contains": lambda m, target, value: key_of(m, value) in target.entries,
    "remove": _set_remove,
    "clear": _clear,
    "copy": _set_copy,
    "union": _union,
    "intersection": _intersection,
    "difference": _difference,
    "is_subset": _is_subset,
    "to_list": lambda m, target: list(target.entries.values()),
}


# --------------------------------------------------------------------------- Option and Result


def _is_good(value: Value) -> bool:
    """``Some`` or ``Ok``."""
    return value.info.name in ("Some", "Ok")


def _unwrap(m: Machine, value: Value) -> Value:
    if not _is_good(value):
        raise Fault(f"unwrap of {debug(value)}")
    return value.payload[0]


def _unwrap_err(m: Machine, value: Value) -> Value:
    if _is_good(value):
        raise Fault(f"unwrap_err of {debug(value)}")
    return value.payload[0]


def _expect(m: Machine, value: Value, message: Value) -> Value:
    if not _is_good(value):
        raise Fault(f"{display(m, message)}: {debug(value)}")
    return value.payload[0]


def _unwrap_or(m: Machine, value: Value, default: Value) -> Value:
    return value.payload[0] if _is_good(value) else default


def _unwrap_or_else(m: Machine, value: Value, function: Value) -> Value:
    return value.payload[0] if _is_good(value) else m.call(function, list(value.payload))


def _option_map(m: Machine, value: Value, function: Value) -> Value:
    if not _is_good(value):
        return value
    result = m.call(function, [value.payload[0]])
    return m.some(result) if value.info.name == "Some" else m.ok(result)


def _map_err(m: Machine, value: Value, function: Value) -> Value:
    return value if _is_good(value) else m.err(m.call(function, [value.payload[0]]))


def _and_then(m: Machine, value: Value, function: Value) -> Value:
    return m.call(function, [value.payload[0]]) if _is_good(value) else value


def _or_else(m: Machine, value: Value, function: Value) -> Value:
    return value if _is_good(value) else m.call(function, list(value.payload))


def _ok_or(m: Machine, value: Value, error: Value) -> Value:
    return m.ok(value.payload[0]) if _is_good(value) else m.err(error)


_EITHER: dict[str, Method] = {
    "unwrap": _unwrap,
    "unwrap_or": _unwrap_or,
    "unwrap_or_else": _unwrap_or_else,
    "expect": _expect,
    "map": _option_map,
    "and_then": _and_then,
    "or_else": _or_else,
}

_OPTION: dict[str, Method] = {
    **_EITHER,
    "is_some": lambda m, value: _is_good(value),
    "is_none": lambda m, value: not _is_good(value),
    "ok_or": _ok_or,
}

_RESULT: dict[str, Method] = {
    **_EITHER,
    "is_ok": lambda m, value: _is_good(value),
    "is_err": lambda m, value: not _is_good(value),
    "unwrap_err": _unwrap_err,
    "map_err": _map_err,
    "ok": lambda m, value: m.some(value.payload[0]) if _is_good(value) else m.none,
}

METHODS: dict[str, dict[str, Method]] = {
    "int": _INT,
    "float": _FLOAT,
    "bool": {"to_str": display},
    "str": _STR,
    "list": _LIST,
    "tuple": {"len": length},
    "map": _MAP,
    "set": _SET,
    "range": _RANGE,
    "function": {},
    "unit": {},
    "Option": _OPTION,
    "Result": _RESULT,
}
"""By type and name."""
