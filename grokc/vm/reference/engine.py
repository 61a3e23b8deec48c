"""The reference engine's loop, and what each operation of ``grok_stack`` does.

A handler takes the engine, the operand stack and the locals of the active frame, its argument and
the position after it; it returns the position to go on at.  A negative one says that another frame
is active now, which the handler has put into the engine's ``code``, ``stack``, ``locals``, ``pc``
and ``captures``.  So a call of the program costs no call of Python's, and recursion is limited by
:data:`MAX_FRAMES` alone.  Operators of user types and built-in functions that call closures run a
loop of their own (:meth:`Engine.call`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from xdsl.dialects.builtin import ModuleOp

from grokc.vm import builtins as signatures
from grokc.vm.reference import arithmetic, functions, indexing, methods
from grokc.vm.reference.code import Check, Code
from grokc.vm.reference.decode import Program, decode
from grokc.vm.reference.formatting import format_value
from grokc.vm.reference.mathematics import Random
from grokc.vm.reference.output import Output
from grokc.vm.reference.values import (
    INT_MAX,
    INT_MIN,
    MISSING,
    Cell,
    Fault,
    Function,
    Instance,
    Range,
    TypeInfo,
    Value,
    Variant,
    VariantInfo,
    debug,
    display,
    equal,
    info_of,
    order,
    truth,
    type_fault,
    type_key_of,
    type_name,
    walk,
)

START = "@start"
"""The function that runs a program: the front end makes it."""

MAX_FRAMES = 250_000
"""The budget for calls; the reference asks for at least 200,000."""

_FRAME_CHANGED = -1
_END = object()

Frame: TypeAlias = "tuple[Code | None, int, list[Value], list[Value], tuple[Value, ...] | None]"
Handler: TypeAlias = "Callable[[Engine, list[Value], list[Value], Any, int], int]"


class Engine:
    """A program and its state."""

    def __init__(self, module: ModuleOp, arguments: list[str], output: Output) -> None:
        self.program: Program = decode(module, HANDLERS)
        self.builtin_types = self.program.builtin_types
        self.arguments = arguments
        self.output = output
        self.random = Random()
        self.option: TypeInfo = self.program.enums["Option"]
        self.result: TypeInfo = self.program.enums["Result"]
        self._some = self.option.variants["Some"]
        self.none = self.option.variants["None"].unit
        self._ok = self.result.variants["Ok"]
        self._err = self.result.variants["Err"]
        self.frames: list[Frame] = []
        # The active frame:
        self.code: Code | None = None
        self.pc = 0
        self.stack: list[Value] = []
        self.locals: list[Value] = []
        self.captures: tuple[Value, ...] | None = None

    def some(self, value: Value) -> Variant:
        return Variant(self._some, (value,))

    def ok(self, value: Value) -> Variant:
        return Variant(self._ok, (value,))

    def err(self, value: Value) -> Variant:
        return Variant(self._err, (value,))

    def run(self) -> None:
        """Runs the program from ``@start``."""
        self.call(self.program.functions[START], [])

    def call(self, function: Value, arguments: list[Value]) -> Value:
        """Calls a function value in a loop of its own."""
        if type(function) is not Function:
            raise type_fault(f"cannot call {type_name(function)}")
        code = function.code
        count = len(arguments)
        if not code.minimum <= count <= code.arity:
            raise wrong_count(code.name, code.minimum, code.arity, count)
        base = len(self.frames)
        active = self.code, self.captures
        result: list[Value] = []
        self.frames.append((None, 0, result, [], None))
        self.code = code
        self.captures = function.captures
        self.locals = [*arguments, *[MISSING] * (code.locals - count)]
        try:
            self._loop(base)
        except RecursionError:
            raise Fault("stack overflow") from None
        finally:
            self.code, self.captures = active
            del self.frames[base:]
        return result[0]

    def _loop(self, base: int) -> None:
        """Runs the frame that is active until it returns to the frame at ``base``."""
        code = self.code
        assert code is not None
        instructions, locals_, pc = code.instructions, self.locals, 0
        stack: list[Value] = []
        try:
            while True:
                handler, argument = instructions[pc]
                pc = handler(self, stack, locals_, argument, pc + 1)
                if pc < 0:
                    code = self.code
                    if code is None:
                        return
                    instructions, stack, locals_ = code.instructions, self.stack, self.locals
                    pc = self.pc
        except Fault as fault:
            self._blame(fault, pc, base)
            raise
        except (RecursionError, MemoryError) as error:
            deep = isinstance(error, RecursionError)
            failure = Fault("stack overflow" if deep else "out of memory")
            self._blame(failure, pc, base)
            raise failure from None

    def _blame(self, fault: Fault, pc: int, base: int) -> None:
        """Adds the active functions of this loop to the fault's traceback."""
        if self.code is not None:
            fault.frames.append((self.code, pc))
        for frame in reversed(self.frames[base + 1 :]):
            if frame[0] is not None:
                fault.frames.append((frame[0], frame[1] - 1))


def wrong_count(name: str, minimum: int, maximum: int, count: int) -> Fault:
    takes = str(minimum)
    if maximum >= signatures.MANY:
        takes += " or more"
    elif maximum != minimum:
        takes += f" to {maximum}"
    return Fault(f"wrong number of arguments: {name} takes {takes}, got {count}")


# ------------------------------------------------------------------------------------- handlers

HANDLERS: dict[str, Handler] = {}


def _handler(*names: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for name in names:
            HANDLERS[name] = handler
        return handler

    return register


@_handler("push_int", "push_float", "push_str", "push_bool", "push_function")
def _push(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack.append(a)
    return pc


@_handler("push_unit")
def _push_unit(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack.append(None)
    return pc


@_handler("push_missing")
def _push_missing(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack.append(MISSING)
    return pc


@_handler("pop")
def _pop(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack.pop()
    return pc


@_handler("dup")
def _dup(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack.append(stack[-1])
    return pc


@_handler("load_local")
def _load_local(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    stack.append(locals_[a])
    return pc


@_handler("store_local")
def _store_local(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    locals_[a] = stack.pop()
    return pc


@_handler("load_global")
def _load_global(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[Cell, str], pc: int
) -> int:
    value = a[0].value
    if value is MISSING:
        raise Fault(f"{a[1]} is not initialized")
    stack.append(value)
    return pc


@_handler("store_global")
def _store_global(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[Cell, str], pc: int
) -> int:
    a[0].value = stack.pop()
    return pc


@_handler("make_cell")
def _make_cell(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack[-1] = Cell(stack[-1])
    return pc


@_handler("load_cell")
def _load_cell(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack[-1] = stack[-1].value
    return pc


@_handler("store_cell")
def _store_cell(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    value = stack.pop()
    stack.pop().value = value
    return pc


@_handler("load_capture")
def _load_capture(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    assert m.captures is not None
    stack.append(m.captures[a])
    return pc


@_handler("make_closure")
def _make_closure(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[Code, int], pc: int
) -> int:
    stack.append(Function(a[0], tuple(_take(stack, a[1]))))
    return pc


def _take(stack: list[Value], count: int) -> list[Value]:
    """Pops ``count`` values, in the order pushed."""
    if not count:
        return []
    taken = stack[-count:]
    del stack[-count:]
    return taken


# ---------------------------------------------------------------------------------- arithmetic


@_handler("add")
def _add(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    right = stack.pop()
    left = stack[-1]
    if type(left) is int and type(right) is int:
        result = left + right
        if INT_MIN <= result <= INT_MAX:
            stack[-1] = result
            return pc
        raise Fault("integer overflow")
    stack[-1] = arithmetic.add(m, left, right)
    return pc


@_handler("sub")
def _sub(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    right = stack.pop()
    left = stack[-1]
    if type(left) is int and type(right) is int:
        result = left - right
        if INT_MIN <= result <= INT_MAX:
            stack[-1] = result
            return pc
        raise Fault("integer overflow")
    stack[-1] = arithmetic.sub(m, left, right)
    return pc


def _binary(operation: Callable[[Engine, Value, Value], Value]) -> Handler:
    def handler(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
        right = stack.pop()
        stack[-1] = operation(m, stack[-1], right)
        return pc

    return handler


def _unary(operation: Callable[[Engine, Value], Value]) -> Handler:
    def handler(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
        stack[-1] = operation(m, stack[-1])
        return pc

    return handler


for _name, _operation in arithmetic.BINARY.items():
    HANDLERS.setdefault(_name, _binary(_operation))
for _name, _unary_operation in arithmetic.UNARY.items():
    HANDLERS[_name] = _unary(_unary_operation)


@_handler("less")
def _less(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    right = stack.pop()
    left = stack[-1]
    if type(left) is int and type(right) is int:
        stack[-1] = left < right
    else:
        stack[-1] = order(m, left, right) == -1
    return pc


HANDLERS["less_equal"] = _binary(lambda m, a, b: order(m, a, b) <= 0)
HANDLERS["greater"] = _binary(lambda m, a, b: order(m, a, b) == 1)
HANDLERS["greater_equal"] = _binary(lambda m, a, b: order(m, a, b) in (0, 1))
HANDLERS["equal"] = _binary(equal)
HANDLERS["not_equal"] = _binary(lambda m, a, b: not equal(m, a, b))


@_handler("true")
def _true(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    truth(stack[-1])
    return pc


# --------------------------------------------------------------------------------------- calls


def _enter(
    m: Engine,
    code: Code,
    captures: tuple[Value, ...] | None,
    arguments: list[Value],
) -> int:
    """Makes a function's frame the active one."""
    missing = code.locals - len(arguments)
    if missing:
        arguments += [MISSING] * missing
    m.code = code
    m.pc = 0
    m.stack = []
    m.locals = arguments
    m.captures = captures
    return _FRAME_CHANGED


def _save(m: Engine, pc: int, stack: list[Value], locals_: list[Value]) -> None:
    """Keeps the active frame for the return to it."""
    if len(m.frames) >= MAX_FRAMES:
        raise Fault("stack overflow")
    m.frames.append((m.code, pc, stack, locals_, m.captures))


@_handler("call")
def _call(m: Engine, stack: list[Value], locals_: list[Value], a: tuple[Code, int], pc: int) -> int:
    code, count = a
    arguments = _take(stack, count)
    _save(m, pc, stack, locals_)
    return _enter(m, code, None, arguments)


@_handler("tail_call")
def _tail_call(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[Code, int], pc: int
) -> int:
    return _enter(m, a[0], None, _take(stack, a[1]))


def _callee(value: Value, count: int) -> Function:
    if type(value) is not Function:
        raise type_fault(f"cannot call {type_name(value)}")
    code = value.code
    if not code.minimum <= count <= code.arity:
        raise wrong_count(code.name, code.minimum, code.arity, count)
    return value


@_handler("call_value")
def _call_value(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    function = _callee(stack[-a - 1], a)
    arguments = _take(stack, a)
    stack.pop()
    _save(m, pc, stack, locals_)
    return _enter(m, function.code, function.captures, arguments)


@_handler("tail_call_value")
def _tail_call_value(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    function = _callee(stack[-a - 1], a)
    return _enter(m, function.code, function.captures, _take(stack, a))


def find_method(m: Engine, receiver: Value, name: str, count: int) -> Function | methods.Method:
    """What ``receiver.name(...)`` means with ``count`` arguments besides the receiver."""
    info = info_of(m, receiver)
    if info is not None and name in info.methods:
        function = info.methods[name]
        if function is None:
            raise Fault(f"method '{name}' of {type_name(receiver)} is ambiguous")
        code = function.code
        if not code.minimum <= count + 1 <= code.arity:
            raise wrong_count(code.name, code.minimum - 1, code.arity - 1, count)
        return function
    owner = type_key_of(receiver).removeprefix("enum ")
    signature = signatures.METHODS.get(owner, {}).get(name)
    if signature is None:
        raise Fault(f"no method '{name}' on {type_name(receiver)}")
    if not signature.minimum <= count <= signature.maximum:
        raise wrong_count(name, signature.minimum, signature.maximum, count)
    return methods.METHODS[owner][name]


@_handler("call_method")
def _call_method(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[str, int], pc: int
) -> int:
    name, count = a
    method = find_method(m, stack[-count - 1], name, count)
    arguments = _take(stack, count + 1)
    if type(method) is Function:
        _save(m, pc, stack, locals_)
        return _enter(m, method.code, None, arguments)
    stack.append(method(m, *arguments))  # type: ignore[operator]
    return pc


@_handler("tail_call_method")
def _tail_call_method(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[str, int], pc: int
) -> int:
    name, count = a
    method = find_method(m, stack[-count - 1], name, count)
    arguments = _take(stack, count + 1)
    if type(method) is Function:
        return _enter(m, method.code, None, arguments)
    stack.append(method(m, *arguments))  # type: ignore[operator]
    return _return(m, stack, locals_, None, pc)


@_handler("call_builtin")
def _call_builtin(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[str, int], pc: int
) -> int:
    name, count = a
    stack.append(functions.FUNCTIONS[name](m, *_take(stack, count)))
    return pc


@_handler("return")
def _return(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    value = stack.pop()
    m.code, m.pc, m.stack, m.locals, m.captures = m.frames.pop()
    m.stack.append(value)
    return _FRAME_CHANGED


@_handler("fail_no_match")
def _fail_no_match(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    raise Fault(f"no match arm for {debug(stack[-1])}")


@_handler("unreachable")
def _unreachable(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    raise AssertionError("a function that never returns has returned")


# ------------------------------------------------------------------------------------- control


@_handler("jump")
def _jump(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    return a


@_handler("branch")
def _branch(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[int, int], pc: int
) -> int:
    condition = stack.pop()
    if condition is True:
        return a[0]
    if condition is False:
        return a[1]
    raise type_fault(f"expected bool, got {type_name(condition)}")


@_handler("get_iterator")
def _get_iterator(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack[-1] = walk(m, stack[-1])
    return pc


@_handler("next")
def _next(m: Engine, stack: list[Value], locals_: list[Value], a: tuple[int, int], pc: int) -> int:
    item = next(stack.pop(), _END)
    if item is _END:
        return a[1]
    stack.append(item)
    return a[0]


@_handler("check_range")
def _check_range(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    _int_ends(stack[-2], stack[-1])
    return pc


def _int_ends(low: Value, high: Value) -> None:
    for end in (low, high):
        if type(end) is not int:
            raise type_fault(f"a range needs ints, got {type_name(end)}")


# ------------------------------------------------------------------------------------- objects


@_handler("get_field")
def _get_field(m: Engine, stack: list[Value], locals_: list[Value], a: str, pc: int) -> int:
    value = stack[-1]
    if type(value) is Instance:
        index = value.info.fields.get(a)
        if index is not None:
            stack[-1] = value.fields[index]
            return pc
    raise Fault(f"no field '{a}' on {type_name(value)}")


@_handler("set_field")
def _set_field(m: Engine, stack: list[Value], locals_: list[Value], a: str, pc: int) -> int:
    value = stack.pop()
    target = stack.pop()
    if type(target) is not Instance or a not in target.info.fields:
        raise Fault(f"no field '{a}' on {type_name(target)}")
    index = target.info.fields[a]
    check = target.info.checks[index]
    if check.keys is not None:
        value = cross(check, value, f"field '{a}' of {target.info.name}")
    target.fields[index] = value
    return pc


@_handler("get_element")
def _get_element(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    value = stack[-1]
    kinds = (tuple,) if a >= 0 else (tuple, list)
    if type(value) in kinds and -len(value) <= a < len(value):
        stack[-1] = value[a]
        return pc
    raise Fault(f"no field '{a}' on {type_name(value)}")


@_handler("get_index")
def _get_index(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    index = stack.pop()
    value = stack[-1]
    if type(value) is list and type(index) is int and 0 <= index < len(value):
        stack[-1] = value[index]
    else:
        stack[-1] = indexing.get(m, value, index)
    return pc


@_handler("set_index")
def _set_index(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    target, index, value = _take(stack, 3)
    if type(target) is list and type(index) is int and 0 <= index < len(target):
        target[index] = value
    else:
        indexing.set(m, target, index, value)
    return pc


@_handler("make_list")
def _make_list(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    stack.append(_take(stack, a))
    return pc


@_handler("make_tuple")
def _make_tuple(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    stack.append(tuple(_take(stack, a)))
    return pc


@_handler("make_map")
def _make_map(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    parts = _take(stack, 2 * a)
    stack.append(indexing.new_map(m, zip(parts[::2], parts[1::2], strict=True)))
    return pc


HANDLERS["fill_list"] = _binary(lambda m, value, count: indexing.filled(value, count))


@_handler("make_range")
def _make_range(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    high = stack.pop()
    _int_ends(stack[-1], high)
    stack[-1] = Range(stack[-1], high, False)
    return pc


@_handler("make_range_inclusive")
def _make_inclusive(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    high = stack.pop()
    _int_ends(stack[-1], high)
    stack[-1] = Range(stack[-1], high, True)
    return pc


@_handler("make_struct")
def _make_struct(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[TypeInfo, int], pc: int
) -> int:
    stack.append(Instance(a[0], _take(stack, a[1])))
    return pc


@_handler("make_variant")
def _make_variant(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[VariantInfo, int], pc: int
) -> int:
    variant, count = a
    stack.append(Variant(variant, tuple(_take(stack, count))) if count else variant.unit)
    return pc


@_handler("is_variant")
def _is_variant(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    value = stack[-1]
    stack[-1] = type(value) is Variant and value.info is a
    return pc


@_handler("is_struct")
def _is_struct(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    value = stack[-1]
    stack[-1] = type(value) is Instance and value.info is a
    return pc


@_handler("is_tuple")
def _is_tuple(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    stack[-1] = type(stack[-1]) is tuple and len(stack[-1]) == a
    return pc


@_handler("is_list")
def _is_list(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    stack[-1] = type(stack[-1]) is list and len(stack[-1]) == a
    return pc


@_handler("is_list_from")
def _is_list_from(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    stack[-1] = type(stack[-1]) is list and len(stack[-1]) >= a
    return pc


@_handler("is_missing")
def _is_missing(m: Engine, stack: list[Value], locals_: list[Value], a: Any, pc: int) -> int:
    stack[-1] = stack[-1] is MISSING
    return pc


@_handler("get_payload")
def _get_payload(m: Engine, stack: list[Value], locals_: list[Value], a: int, pc: int) -> int:
    stack[-1] = stack[-1].payload[a]
    return pc


# ------------------------------------------------------------------------- annotations and text


def cross(check: Check, value: Value, what: str) -> Value:
    """A value that crosses an annotation."""
    if check.keys is None:
        return value
    if type_key_of(value) in check.keys and (check.length < 0 or len(value) == check.length):
        return value
    if check.to_float and type(value) is int:
        return float(value)
    got = type_name(value)
    if check.length >= 0 and type(value) is tuple:
        got += f" of {len(value)}"
    raise type_fault(f"{what} must be {check.name}, got {got}")


@_handler("check_type")
def _check_type(
    m: Engine, stack: list[Value], locals_: list[Value], a: tuple[Check, str], pc: int
) -> int:
    stack[-1] = cross(a[0], stack[-1], a[1])
    return pc


HANDLERS["cast_int"] = _unary(lambda m, value: arithmetic.to_int(value))
HANDLERS["cast_float"] = _unary(lambda m, value: arithmetic.to_float(value))
HANDLERS["to_str"] = _unary(display)


@_handler("format")
def _format(m: Engine, stack: list[Value], locals_: list[Value], a: list[str], pc: int) -> int:
    values = _take(stack, len(a) // 2)
    parts = [a[0]]
    for index, value in enumerate(values):
        parts.append(format_value(m, value, a[2 * index + 1]))
        parts.append(a[2 * index + 2])
    stack.append("".join(parts))
    return pc
