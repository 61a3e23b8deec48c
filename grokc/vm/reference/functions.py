"""The built-in functions of the reference engine, by the language reference, sections 8 and 10.

A function takes the engine and its arguments, whose number the compiler has checked; one that may
be left out has a default here.  The list of names and arities is ``grokc.vm.builtins``.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from typing import Protocol

from grokc.vm.reference import arithmetic, indexing, json_text
from grokc.vm.reference.mathematics import Random, c_function
from grokc.vm.reference.output import Output
from grokc.vm.reference.values import (
    INT_MIN,
    MISSING,
    Exit,
    Fault,
    Machine,
    Map,
    Range,
    Set,
    Value,
    checked,
    debug,
    display,
    equal,
    key_of,
    larger,
    order,
    same,
    smaller,
    truth,
    type_fault,
    type_name,
    walk,
    wrong_argument,
)

Builtin = Callable[..., Value]


class Host(Machine, Protocol):
    """The engine, for whoever deals with what is outside of the program."""

    arguments: list[str]
    output: Output
    random: Random


def joined(m: Machine, values: tuple[Value, ...]) -> str:
    """Values in display form, with spaces between."""
    return " ".join([display(m, value) for value in values])


# --------------------------------------------------------------------------- output and errors


def _print(m: Host, *values: Value) -> None:
    m.output.write(joined(m, values))


def _println(m: Host, *values: Value) -> None:
    m.output.write(joined(m, values) + "\n")


def _eprint(m: Host, *values: Value) -> None:
    m.output.write_error(joined(m, values))


def _eprintln(m: Host, *values: Value) -> None:
    m.output.write_error(joined(m, values) + "\n")


def _format(m: Machine, *values: Value) -> str:
    return joined(m, values)


def _panic(m: Machine, *values: Value) -> None:
    raise Fault(joined(m, values))


def _assert(m: Machine, condition: Value, message: Value = MISSING) -> None:
    if not truth(condition):
        text = "" if message is MISSING else f": {display(m, message)}"
        raise Fault(f"assertion failed{text}")


def _assert_eq(m: Machine, a: Value, b: Value) -> None:
    if not equal(m, a, b):
        raise Fault(f"assertion failed: {debug(a)} != {debug(b)}")


def _catch(m: Machine, function: Value) -> Value:
    try:
        value = m.call(function, [])
    except Fault as fault:
        return m.err(fault.message)
    return m.ok(value)


def _exit(m: Machine, code: Value) -> None:
    raise Exit(int_argument("exit", code) & 255)


def _finish_main(m: Host, value: Value) -> None:
    """Shows what ``main`` returned."""
    failed = False
    if type_name(value) == "Result" and value.info.enum is m.result:
        failed = value.info.name == "Err"
        value = value.payload[0]
    if failed:
        m.output.write_error(display(m, value) + "\n")
        raise Exit(1)
    if value is not None:
        m.output.write(display(m, value) + "\n")


# ------------------------------------------------------------------------------------ arguments


def int_argument(function: str, value: Value) -> int:
    if type(value) is not int:
        raise wrong_argument(function, "int", value)
    return value


def str_argument(function: str, value: Value) -> str:
    if type(value) is not str:
        raise wrong_argument(function, "str", value)
    return value


def float_argument(function: str, value: Value) -> float:
    if type(value) is not float and type(value) is not int:
        raise wrong_argument(function, "a number", value)
    return float(value)


def count_argument(function: str, value: Value) -> int:
    count = int_argument(function, value)
    if count < 0:
        raise Fault(f"negative count: {count}")
    return count


# ---------------------------------------------------------------------------- values and types


def length(m: Machine, value: Value) -> int:
    kind = type(value)
    if kind in (str, list, tuple):
        return len(value)
    if kind is Range:
        count: int = value.length
        return count
    if kind is Map or kind is Set:
        return len(value.entries)
    raise type_fault(f"len of {type_name(value)}")


def _int(m: Machine, value: Value) -> int:
    if type(value) is not str:
        return arithmetic.to_int(value)
    number = arithmetic.parse_int(value)
    if number is None:
        raise Fault(f"cannot convert {debug(value)} to int")
    return number


def _float(m: Machine, value: Value) -> float:
    if type(value) is not str:
        return arithmetic.to_float(value)
    number = arithmetic.parse_float(value)
    if number is None:
        raise Fault(f"cannot convert {debug(value)} to float")
    return number


def absolute(m: Machine, value: Value) -> Value:
    if type(value) is int:
        return checked(abs(value))
    if type(value) is float:
        return abs(value)
    raise wrong_argument("abs", "a number", value)


def power(m: Machine, base: Value, exponent: Value) -> Value:
    if type(base) is int and type(exponent) is int:
        if exponent < 0:
            raise Fault("negative exponent")
        if abs(base) > 1 and exponent > 64:
            raise Fault("integer overflow")
        return checked(base ** min(exponent, 66 + exponent % 2))  # of 0, 1 and -1 parity decides
    x, y = float_argument("pow", base), float_argument("pow", exponent)
    return c_function("pow", 2)(x, y)


def _gcd(m: Machine, a: Value, b: Value) -> int:
    return checked(math.gcd(int_argument("gcd", a), int_argument("gcd", b)))


def _hash(m: Machine, value: Value) -> int:
    return hash(key_of(m, value)) & 0x7FFF_FFFF_FFFF


def float_function(name: str, c_name: str = "") -> Builtin:
    """A function of one float; it also takes an int."""

    def function(m: Machine, value: Value) -> float:
        return c_function(c_name or name, 1)(float_argument(name, value))

    return function


def float_function_2(name: str) -> Builtin:
    def function(m: Machine, a: Value, b: Value) -> float:
        x, y = float_argument(name, a), float_argument(name, b)
        return c_function(name, 2)(x, y)

    return function


def cube_root(m: Machine, a: Value) -> float:
    """Exact where the root is a whole number: that of C may be off by a bit."""
    x = float_argument("cbrt", a)
    root = c_function("cbrt", 1)(x)
    whole = c_function("round", 1)(root)
    return whole if whole * whole * whole == x else root


FLOAT_FUNCTIONS: dict[str, Builtin] = {
    name: float_function(name)
    for name in (
        "sqrt floor ceil round trunc sin cos tan asin acos atan sinh cosh tanh exp log2 log10"
    ).split()
}
FLOAT_FUNCTIONS |= {
    "cbrt": cube_root,
    "ln": float_function("ln", "log"),
    "atan2": float_function_2("atan2"),
    "hypot": float_function_2("hypot"),
}


# ------------------------------------------------------------------------------------- modules


def _var(m: Machine, name: Value) -> Value:
    name = str_argument("var", name)
    try:
        content = os.environb.get(name.encode()) if "\0" not in name else None
        return m.none if content is None else m.some(content.decode())
    except UnicodeDecodeError:
        return m.none


def _input_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Fault("standard input is not UTF-8") from None


def _read_line(m: Host) -> Value:
    m.output.flush()
    line = sys.stdin.buffer.readline()
    if line.endswith(b"\n"):
        line = line[:-1].removesuffix(b"\r")
    elif not line:
        return m.none
    return m.some(_input_text(line))


def _read_input(m: Host) -> str:
    m.output.flush()
    return _input_text(sys.stdin.buffer.read())


def _c_path(path: str) -> str:
    """A path with a NUL in it names no file, like the empty one."""
    return "" if "\0" in path else path


def _read_file(m: Machine, path: Value) -> Value:
    path = str_argument("read_to_string", path)
    try:
        with open(_c_path(path), "rb") as file:
            return m.ok(file.read().decode())
    except OSError as error:
        return m.err(f"{path}: {error.strerror}")
    except UnicodeDecodeError:
        return m.err(f"{path}: not UTF-8")


def _write_file(m: Machine, path: Value, text: Value) -> Value:
    path, text = str_argument("write", path), str_argument("write", text)
    try:
        with open(_c_path(path), "wb") as file:
            file.write(text.encode())
    except OSError as error:
        return m.err(f"{path}: {error.strerror}")
    return m.ok(None)


def _exists(m: Machine, path: Value) -> bool:
    return os.path.exists(_c_path(str_argument("exists", path)))


def _seed(m: Host, number: Value) -> None:
    m.random.seed(int_argument("seed", number))


def _random_int(m: Host, low: Value, high: Value) -> int:
    return m.random.int(int_argument("int", low), int_argument("int", high))


def _shuffle(m: Host, items: Value) -> None:
    """Fisher and Yates', from the end."""
    if type(items) is not list:
        raise wrong_argument("shuffle", "list", items)
    for i in range(len(items) - 1, 0, -1):
        j = m.random.int(0, i)
        items[i], items[j] = items[j], items[i]


def _set_from(m: Machine, values: Value) -> Set:
    result = Set()
    for value in walk(m, values):
        result.entries.setdefault(key_of(m, value), value)
    return result


def _with_capacity(m: Machine, count: Value) -> list[Value]:
    if count_argument("with_capacity", count) > indexing.LONGEST_LIST:
        raise Fault("out of memory")
    return []


# ------------------------------------------------------------------- what the translator calls


def _check_try(m: Machine, value: Value) -> Value:
    if type_name(value) in ("Option", "Result"):
        return value
    raise type_fault(f"? needs an Option or a Result, got {type_name(value)}")


def _matches_range(m: Machine, value: Value, low: Value, high: Value, inclusive: Value) -> bool:
    """A range pattern does not match a value of another type."""
    if low is not MISSING and (type(value) is not type(low) or order(m, value, low) not in (0, 1)):
        return False
    if high is not MISSING:
        if type(value) is not type(high):
            return False
        ordered = order(m, value, high)
        return ordered == -1 or (ordered == 0 and inclusive is True)
    return True


def step_argument(value: Value) -> int:
    step = int_argument("step_by", value)
    if step <= 0:
        raise Fault("step must be positive")
    return step


def _step_limit(m: Machine, end: Value, step: Value, inclusive: Value) -> int:
    if type(end) is not int:
        raise type_fault(f"a range needs ints, got {type_name(end)}")
    limit: int = end - step_argument(step) + inclusive
    return max(limit, INT_MIN)


def _part(m: Machine, values: Value, start: Value, from_end: Value) -> Value:
    return values[start : len(values) - from_end]


FUNCTIONS: dict[str, Builtin] = {
    "print": _print,
    "println": _println,
    "eprint": _eprint,
    "eprintln": _eprintln,
    "format": _format,
    "panic": _panic,
    "len": length,
    "str": display,
    "int": _int,
    "float": _float,
    "type_of": lambda m, value: type_name(value),
    "same": same,
    "min": smaller,
    "max": larger,
    "abs": absolute,
    "assert": _assert,
    "assert_eq": _assert_eq,
    "catch": _catch,
    "exit": _exit,
    "clock": lambda m: time.monotonic(),
    "hash": _hash,
    "env::args": lambda m: list(m.arguments),
    "env::var": _var,
    "io::read_line": _read_line,
    "io::read_to_string": _read_input,
    "fs::read_to_string": _read_file,
    "fs::write": _write_file,
    "fs::exists": _exists,
    "time::now": lambda m: time.time(),
    "time::clock": lambda m: time.monotonic(),
    "random::seed": _seed,
    "random::int": _random_int,
    "random::float": lambda m: m.random.float(),
    "random::shuffle": _shuffle,
    "json::parse": lambda m, text: json_text.parse(m, str_argument("parse", text)),
    "json::stringify": lambda m, value: json_text.stringify(value),
    "math::abs": absolute,
    "math::gcd": _gcd,
    "math::pow": power,
    "math::min": smaller,
    "math::max": larger,
    **{f"math::{name}": function for name, function in FLOAT_FUNCTIONS.items()},
    "List::filled": lambda m, count, value: indexing.filled(value, count),
    "List::with_capacity": _with_capacity,
    "List::new": lambda m: [],
    "Map::new": lambda m: Map(),
    "Set::new": lambda m: Set(),
    "Set::from": _set_from,
    "finish_main": _finish_main,
    "check_try": _check_try,
    "matches_range": _matches_range,
    "step_limit": _step_limit,
    "tuple_slice": _part,
    "list_slice": _part,
}
"""By qualified name."""
