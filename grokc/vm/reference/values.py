"""The reference engine's values, and what the language says about all of them.

GrokLang's int, float, bool, str, list and tuple are Python's; ``()`` is ``None``.  The rest are the
classes here.  Python's own ``==``, ``<`` and ``hash`` take ``True`` for ``1`` and know nothing of a
program's ``eq``, so equality, order, keys and text are defined here anew, by the language
reference, sections 3, 8 and 9.

Functions that may call a program's own methods take the engine, as a :class:`Machine`.  What is
nested too deeply for Python becomes the language's ``stack overflow`` (see :func:`deep`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, ParamSpec, Protocol, TypeVar

from grokc.vm.reference.code import Check, Code

Value = Any
INT_MIN = -(1 << 63)
INT_MAX = (1 << 63) - 1
UNORDERED = 2


class Fault(Exception):
    """A run-time error of the program; ``frames`` grows as it leaves functions."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.frames: list[tuple[Code, int]] = []


class Exit(Exception):
    """``exit(code)``: no error, and not to be caught by the program."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Missing:
    """What a parameter holds whose argument was left out; also a global before its time."""

    def __repr__(self) -> str:
        return "<missing>"


MISSING = Missing()


class TypeInfo:
    """A struct or an enum; for built-in types, what programs implement for them."""

    __slots__ = ("checks", "fields", "key", "methods", "name", "origins", "variants")

    def __init__(self, name: str, key: str) -> None:
        self.name = name
        self.key = key
        """Identifies the type: see ``code.type_key``."""
        self.fields: dict[str, int] = {}
        self.checks: list[Check] = []
        """The fields' annotations."""
        self.variants: dict[str, VariantInfo] = {}
        self.methods: dict[str, Function | None] = {}
        """By name; ``None`` where two traits have the same."""
        self.origins: dict[str, str] = {}
        """The trait of each method; empty of the type's own."""


class VariantInfo:
    """A variant; ``names`` are those of the payload's fields, if it has names."""

    __slots__ = ("enum", "name", "names", "unit")

    def __init__(self, enum: TypeInfo, name: str, names: tuple[str, ...] | None) -> None:
        self.enum = enum
        self.name = name
        self.names = names
        self.unit = Variant(self, ())


class Instance:
    """A struct's instance: mutable, with an identity."""

    __slots__ = ("fields", "info")

    def __init__(self, info: TypeInfo, fields: list[Value]) -> None:
        self.info = info
        self.fields = fields


class Variant:
    """A value of an enum: immutable."""

    __slots__ = ("info", "payload")

    def __init__(self, info: VariantInfo, payload: tuple[Value, ...]) -> None:
        self.info = info
        self.payload = payload


class Range:
    """``low..high`` as written; ``ints`` are the numbers in it."""

    __slots__ = ("high", "inclusive", "low")

    def __init__(self, low: int, high: int, inclusive: bool) -> None:
        self.low = low
        self.high = high
        self.inclusive = inclusive

    @property
    def ints(self) -> range:
        return range(self.low, self.high + self.inclusive)

    @property
    def length(self) -> int:
        """At most the largest int; ``len`` of Python's range is narrower."""
        return min(max(self.high + self.inclusive - self.low, 0), INT_MAX)


class Function:
    """A function item, or a closure over ``captures``."""

    __slots__ = ("captures", "code")

    def __init__(self, code: Code, captures: tuple[Value, ...] | None = None) -> None:
        self.code = code
        self.captures = captures


class Cell:
    """A variable that closures share."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


class Map:
    """``entries`` has ``[key, value]`` by the key's :func:`key_of`."""

    __slots__ = ("entries", "version")

    def __init__(self) -> None:
        self.entries: dict[Hashable, list[Value]] = {}
        self.version = 0  # counts the additions and removals of keys


class Set:
    """``entries`` has each element by its :func:`key_of`."""

    __slots__ = ("entries", "version")

    def __init__(self) -> None:
        self.entries: dict[Hashable, Value] = {}
        self.version = 0


# -------------------------------------------------------------------------------------- failures

P = ParamSpec("P")
R = TypeVar("R")


def deep(function: Callable[P, R]) -> Callable[P, R]:
    """For functions that follow a value's nesting: running out of Python's stack is a fault."""

    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except RecursionError:
            raise Fault("stack overflow") from None

    return guarded


def type_fault(message: str) -> Fault:
    return Fault(f"type error: {message}")


def wrong_argument(function: str, expected: str, value: Value) -> Fault:
    return type_fault(f"{function} expects {expected}, got {type_name(value)}")


def out_of_range(index: int, length: int) -> Fault:
    return Fault(f"index out of range: {index} (length {length})")


def checked(value: int) -> int:
    """The value, if it is an int of the language."""
    if INT_MIN <= value <= INT_MAX:
        return value
    raise Fault("integer overflow")


# ----------------------------------------------------------------------------------------- types

_TYPE_NAMES: dict[type, str] = {
    int: "int",
    float: "float",
    bool: "bool",
    type(None): "unit",
    str: "str",
    list: "list",
    tuple: "tuple",
    Map: "map",
    Set: "set",
    Range: "range",
    Function: "function",
    Missing: "any",
    Cell: "cell",
}


def type_key_of(value: Value) -> str:
    """Identifies a value's type as annotations do."""
    kind = type(value)
    if kind is Instance:
        key: str = value.info.key
        return key
    if kind is Variant:
        enum_key: str = value.info.enum.key
        return enum_key
    return _TYPE_NAMES.get(kind, "iterator")


def type_name(value: Value) -> str:
    """What ``type_of`` says and messages show."""
    kind = type(value)
    if kind is Instance:
        name: str = value.info.name
        return name
    if kind is Variant:
        enum_name: str = value.info.enum.name
        return enum_name
    return _TYPE_NAMES.get(kind, "iterator")


class Machine(Protocol):
    """The engine, for whoever works on its values."""

    builtin_types: dict[str, TypeInfo]
    option: TypeInfo
    result: TypeInfo
    none: Variant

    def some(self, value: Value) -> Variant: ...

    def ok(self, value: Value) -> Variant: ...

    def err(self, value: Value) -> Variant: ...

    def call(self, function: Value, arguments: list[Value]) -> Value:
        """Calls a function value."""


def info_of(machine: Machine, value: Value) -> TypeInfo | None:
    """Where a value's own methods are, if its type has any."""
    kind = type(value)
    if kind is Instance:
        info: TypeInfo = value.info
        return info
    if kind is Variant:
        enum: TypeInfo = value.info.enum
        return enum
    return machine.builtin_types.get(_TYPE_NAMES.get(kind, ""))


def operator_of(value: Value, name: str) -> Function | None:
    """The method that gives a struct or an enum an operator."""
    kind = type(value)
    if kind is Instance:
        method: Function | None = value.info.methods.get(name)
        return method
    if kind is Variant:
        enum_method: Function | None = value.info.enum.methods.get(name)
        return enum_method
    return None


# -------------------------------------------------------------------------------------- equality


def equal(machine: Machine, a: Value, b: Value) -> bool:
    """``a == b``."""
    kind = type(a)
    if kind is not type(b):
        # Python compares an int with a float by exact value, as the language does.
        return bool(a == b) if _is_number(kind) and _is_number(type(b)) else False
    if kind is int or kind is float or kind is str or kind is bool:
        return bool(a == b)
    return _equal_deeply(machine, a, b)


def _is_number(kind: type) -> bool:
    return kind is int or kind is float


@deep
def _equal_deeply(machine: Machine, a: Value, b: Value) -> bool:
    kind = type(a)
    if kind is list:
        i = 0
        while i < len(a) and i < len(b):  # user code may change them on the way
            if len(a) != len(b) or not equal(machine, a[i], b[i]):
                return False
            i += 1
        return len(a) == len(b)
    if kind is tuple:
        return len(a) == len(b) and all(equal(machine, x, y) for x, y in zip(a, b, strict=True))
    if kind is Instance or kind is Variant:
        info = a.info if kind is Instance else a.info.enum
        if info is not (b.info if kind is Instance else b.info.enum):
            return False
        method = info.methods.get("eq")
        if method is not None:
            return truth(machine.call(method, [a, b]))
        if kind is Instance:
            return a is b
        return a.info is b.info and all(
            equal(machine, x, y) for x, y in zip(a.payload, b.payload, strict=True)
        )
    if kind is Range:
        return bool(a.ints == b.ints)
    if kind is Map:
        if len(a.entries) != len(b.entries):
            return False
        for key, (_, value) in list(a.entries.items()):
            other = b.entries.get(key)
            if other is None or not equal(machine, value, other[1]):
                return False
        return True
    if kind is Set:
        return len(a.entries) == len(b.entries) and all(key in b.entries for key in a.entries)
    return a is b


def same(machine: Machine, a: Value, b: Value) -> bool:
    """Identity of what has one, else equality."""
    if type(a) in (list, Map, Set, Instance) and type(b) in (list, Map, Set, Instance):
        return a is b
    return equal(machine, a, b)


def truth(value: Value) -> bool:
    """A condition's value."""
    if value is True or value is False:
        return bool(value)
    raise type_fault(f"expected bool, got {type_name(value)}")


# ----------------------------------------------------------------------------------------- order


def order(machine: Machine, a: Value, b: Value) -> int:
    """-1, 0 or 1, or ``UNORDERED`` where a NaN decides."""
    kind, other = type(a), type(b)
    if (_is_number(kind) and _is_number(other)) or (
        kind is other and (kind is str or kind is bool)
    ):
        if a < b:
            return -1
        if a > b:
            return 1
        return 0 if a == b else UNORDERED
    return _order_deeply(machine, a, b)


@deep
def _order_deeply(machine: Machine, a: Value, b: Value) -> int:
    kind = type(a)
    if kind is type(b) and (kind is list or kind is tuple):
        i = 0
        while i < len(a) and i < len(b):
            x, y = a[i], b[i]
            if not equal(machine, x, y):
                return order(machine, x, y)
            i += 1
        return (len(a) > len(b)) - (len(a) < len(b))
    method = operator_of(a, "cmp")
    if method is not None:
        answer = machine.call(method, [a, b])
        if type(answer) is not int:
            raise type_fault(f"cmp must return int, got {type_name(answer)}")
        return (answer > 0) - (answer < 0)
    raise type_fault(f"cannot compare {type_name(a)} and {type_name(b)}")


def smaller(machine: Machine, a: Value, b: Value) -> Value:
    """The first when equal; a NaN loses."""
    ordered = order(machine, a, b)
    if ordered == UNORDERED:
        return b if type(a) is float and a != a else a
    return a if ordered <= 0 else b


def larger(machine: Machine, a: Value, b: Value) -> Value:
    """The first when equal; a NaN loses."""
    ordered = order(machine, a, b)
    if ordered == UNORDERED:
        return b if type(a) is float and a != a else a
    return a if ordered >= 0 else b


class Ascending:
    """A sort key for Python's stable sort: ``<`` of the language, NaN last."""

    __slots__ = ("machine", "value")

    def __init__(self, machine: Machine, value: Value) -> None:
        self.machine = machine
        self.value = value

    def __lt__(self, other: Ascending) -> bool:
        ordered = order(self.machine, self.value, other.value)
        if ordered == UNORDERED:
            mine, theirs = self.value, other.value
            return not (type(mine) is float and mine != mine) and (
                type(theirs) is float and theirs != theirs
            )
        return ordered == -1


# ------------------------------------------------------------------------------------------ keys


class UserKey:
    """A key with an ``eq`` and a ``hash`` of its own."""

    __slots__ = ("hash", "machine", "value")

    def __init__(self, machine: Machine, value: Value, hash_: int) -> None:
        self.machine = machine
        self.value = value
        self.hash = hash_

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UserKey) and equal(self.machine, self.value, other.value)


def key_of(machine: Machine, value: Value) -> Hashable:
    """Something that Python's dicts compare and hash as the language does the value."""
    kind = type(value)
    if kind is str or kind is int:
        key: Hashable = value
        return key
    if kind is float:
        if value != value:
            raise type_fault("cannot use nan as a key")
        number: float = value
        return number
    return _key_deeply(machine, value)


@deep
def _key_deeply(machine: Machine, value: Value) -> Hashable:
    kind = type(value)
    if kind is bool:
        return bool, value  # True would be 1
    if value is None or kind is Function:
        return value if value is None else ("function", id(value.code), _Identity(value))
    if kind is tuple:
        return tuple, tuple(key_of(machine, item) for item in value)
    if kind is Range:
        ints = value.ints
        return (range, ints.start, ints.stop) if ints else (range,)
    if kind is Instance or kind is Variant:
        info = value.info if kind is Instance else value.info.enum
        if info.methods.get("eq") is not None:
            method = info.methods.get("hash")
            if method is None:
                raise type_fault(f"cannot use {info.name} as a key")
            answer = machine.call(method, [value])
            if type(answer) is not int:
                raise type_fault(f"hash must return int, got {type_name(answer)}")
            return UserKey(machine, value, answer)
        if kind is Instance:
            return _Identity(value)
        return (
            Variant,
            _Identity(value.info),
            tuple(key_of(machine, item) for item in value.payload),
        )
    raise type_fault(f"cannot use {type_name(value)} as a key")


class _Identity:
    """A key that is one object and no other; keeps the object alive."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash(id(self.value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.value is other.value


# ------------------------------------------------------------------------------------------ text


def display(machine: Machine, value: Value) -> str:
    """The display form: strings bare, a type's own ``to_str`` asked."""
    kind = type(value)
    if kind is str:
        text: str = value
        return text
    if kind is int:
        return str(value)
    method = operator_of(value, "to_str")
    if method is None:
        return debug(value)
    answer = machine.call(method, [value])
    if type(answer) is not str:
        raise type_fault(f"to_str must return str, got {type_name(answer)}")
    return answer


def debug(value: Value) -> str:
    """The debug form: strings quoted, the derived form of everything."""
    kind = type(value)
    if kind is int or kind is float:
        return repr(value)
    parts: list[str] = []
    _debug(value, parts.append, [])
    return "".join(parts)


_ESCAPES = {code: f"\\u{{{code:x}}}" for code in (*range(32), *range(127, 160))}
_ESCAPES |= {ord(c): e for c, e in {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}.items()}
_ESCAPES |= {ord('"'): '\\"', ord("\\"): "\\\\"}


@deep
def _debug(value: Value, write: Callable[[str], None], around: list[Value]) -> None:
    kind = type(value)
    if kind is str:
        write(f'"{value.translate(_ESCAPES)}"')
    elif kind is int or kind is float:
        write(repr(value))
    elif kind is bool:
        write("true" if value else "false")
    elif value is None:
        write("()")
    elif kind is Range:
        write(f"{value.low}{'..=' if value.inclusive else '..'}{value.high}")
    elif kind is Function:
        write("<closure>" if value.code.is_closure else f"<fn {value.code.name}>")
    elif kind in (tuple, Variant):
        # They have no identity, and every cycle leads through something that has.
        _debug_container(value, write, around)
    elif kind in (list, Map, Set, Instance):
        if any(value is outer for outer in around):
            write("...")
            return
        around.append(value)
        _debug_container(value, write, around)
        around.pop()
    else:
        write(f"<{type_name(value)}>" if value is not MISSING else "<missing>")


def _debug_container(value: Value, write: Callable[[str], None], around: list[Value]) -> None:
    kind = type(value)

    def items(values: list[Value] | tuple[Value, ...]) -> None:
        for index, item in enumerate(values):
            if index:
                write(", ")
            _debug(item, write, around)

    def fields(names: list[str] | tuple[str, ...], values: list[Value]) -> None:
        write(" { ")
        for index, (name, item) in enumerate(zip(names, values, strict=True)):
            write(f", {name}: " if index else f"{name}: ")
            _debug(item, write, around)
        write(" }")

    if kind is list:
        write("[")
        items(value)
        write("]")
    elif kind is tuple:
        write("(")
        items(value)
        write(",)" if len(value) == 1 else ")")
    elif kind is Map:
        write("#{")
        for index, (key, item) in enumerate(value.entries.values()):
            if index:
                write(", ")
            _debug(key, write, around)
            write(": ")
            _debug(item, write, around)
        write("}")
    elif kind is Set:
        write("Set{")
        items(list(value.entries.values()))
        write("}")
    elif kind is Instance:
        write(value.info.name)
        if value.fields:
            fields(list(value.info.fields), value.fields)
    else:
        write(value.info.name)
        if value.payload and value.info.names is not None:
            fields(value.info.names, list(value.payload))
        elif value.payload:
            write("(")
            items(value.payload)
            write(")")


# ----------------------------------------------------------------------------------------- walks


def walk(machine: Machine, value: Value) -> Iterator[Value]:
    """What ``for`` walks a value with."""
    for turn in range(101):
        kind = type(value)
        if kind is list or kind is tuple or kind is str:
            return iter(value)  # of a list: live, by index
        if kind is Range:
            return iter(value.ints)
        if kind is Map:
            return _walk_entries(value, "map changed during iteration")
        if kind is Set:
            return _walk_entries(value, "set changed during iteration")
        method, step = operator_of(value, "iter"), operator_of(value, "next")
        if step is not None and (turn or method is None):
            return _walk_own(machine, step, value)  # what `iter` gave may have it, too
        if method is None:
            break
        value = machine.call(method, [value])
    raise type_fault(f"cannot iterate over {type_name(value)}")


def _walk_entries(container: Map | Set, message: str) -> Iterator[Value]:
    version = container.version
    entries: list[Value] = list(container.entries.values())
    is_map = isinstance(container, Map)
    for entry in entries:
        if container.version != version:
            raise Fault(message)
        yield tuple(entry) if is_map else entry
    if container.version != version:
        raise Fault(message)


def _walk_own(machine: Machine, step: Function, value: Value) -> Iterator[Value]:
    while True:
        answer = machine.call(step, [value])
        if type(answer) is not Variant or answer.info.enum is not machine.option:
            raise type_fault(f"next must return Some(v) or None, got {type_name(answer)}")
        if not answer.payload:
            return
        yield answer.payload[0]
