"""Checks that an image is one that the machine can run: a verifier for bytecode.

The machine trusts an image (a wrong register would be a wrong memory access), so whatever writes
one is held to this by the tests, and by ``--verify-each``.
"""

from __future__ import annotations

from itertools import pairwise

from grokc.lowering.disassemble import Instruction, decode
from grokc.lowering.image import (
    NO_FUNCTION,
    ConstantKind,
    FunctionRecord,
    Image,
    ImageError,
    RelocationKind,
    TypeCode,
)
from grokc.vm.operations import Kind

_ENDINGS = frozenset(
    {"jump", "loop", "return", "tail_call", "tail_call_value", "tail_call_method", "fail_no_match"}
)
"""What a function can end in: nothing follows it."""

_HEADER = 3
_WITH_HEADER = frozenset({"call", "call_value", "call_method", "tail_call_value"})
_WITH_RESULT = frozenset({"call", "call_value", "call_method", "call_builtin"})


def verify_image(image: Image) -> None:
    """Raises :class:`ImageError` at the first thing that is wrong."""
    _verify_tables(image)
    relocated = {record.offset: record for record in image.relocations}
    if len(relocated) != len(image.relocations):
        raise ImageError("a word is relocated twice")
    words = 0
    end = 0
    for function in image.functions:
        if function.start != end:
            raise ImageError(f"{image.string(function.name)} does not follow the function before")
        end = function.end
        words += _verify_function(image, function, set(relocated))
    if end != len(image.code):
        raise ImageError("there is code behind the last function")
    if words != len(relocated):
        raise ImageError("a relocation is not of a word that the loader fills in")
    if not 0 <= image.start < len(image.functions) or image.functions[image.start].minimum:
        raise ImageError("there is no function to start with")


def _verify_tables(image: Image) -> None:
    def check(index: int, table: list[object] | range, what: str) -> None:
        if not 0 <= index < len(table):
            raise ImageError(f"there is no {what} {index}")

    strings, constants = range(len(image.strings)), range(len(image.constants))
    functions, variants = range(len(image.functions)), range(len(image.variants))
    types = range(len(image.types))
    for offset, length in image.strings:
        image.text[offset : offset + length].decode()
        if offset + length > len(image.text):
            raise ImageError("a string lies outside the text")
    for number, (kind, a, b) in enumerate(image.constants):
        match ConstantKind(kind):
            case ConstantKind.STR:
                check(a, strings, "string")
            case ConstantKind.TUPLE:
                if any(item.constant >= number for item in image.items[a : a + b]):
                    raise ImageError("a tuple comes before one of its members")
            case ConstantKind.FUNCTION:
                check(a, functions, "function")
            case ConstantKind.UNIT_VARIANT:
                check(a, variants, "variant")
            case ConstantKind.TYPE if a == TypeCode.NOMINAL:
                check(b, types, "type")
            case ConstantKind.TYPE if a == TypeCode.TRAIT:
                check(b, strings, "string")
    targets = {
        RelocationKind.CONSTANT: constants,
        RelocationKind.OBJECT: constants,
        RelocationKind.ENTRY: functions,
        RelocationKind.FUNCTION: functions,
        RelocationKind.HEADER: variants,
        RelocationKind.GLOBAL: range(len(image.globals)),
        RelocationKind.NATIVE: strings,
    }
    for record in image.relocations:
        kind = RelocationKind(record.kind)
        check(record.target, targets[kind], f"target of a {kind.name.lower()} relocation")
    for method in image.methods:
        if method.function != NO_FUNCTION:
            check(method.function, functions, "function")
    for variant in image.variants:
        check(variant.type, types, "type")
        if variant.first_field + variant.field_count > len(image.fields):
            raise ImageError("a variant's fields are not there")


def _verify_function(image: Image, function: FunctionRecord, relocated: set[int]) -> int:
    """Checks one function; how many words the loader has to fill in."""
    name = image.string(function.name)
    if not function.minimum <= function.maximum <= function.registers:
        raise ImageError(f"{name}: minimum <= maximum <= registers does not hold")
    instructions = list(decode(image, function))
    starts = {instruction.offset for instruction in instructions}
    words = 0
    for instruction in instructions:
        where = f"{name}+{instruction.offset - function.start} ({instruction.opcode.name})"
        if instruction.opcode.variant not in ("", "new"):
            raise ImageError(f"{where}: only the machine writes quickened instructions")
        words += _verify_operands(instruction, function, starts, relocated, where)
    if not instructions or instructions[-1].opcode.operation.name not in _ENDINGS:
        raise ImageError(f"{name}: runs past its end")
    lines = image.lines[function.first_line : function.first_line + function.line_count]
    if len(lines) != function.line_count or any(
        left.offset >= right.offset for left, right in pairwise(lines)
    ):
        raise ImageError(f"{name}: the line records are not in order")
    if any(record.offset not in starts for record in lines):
        raise ImageError(f"{name}: a line record is not of an instruction")
    return words


def _verify_operands(
    instruction: Instruction,
    function: FunctionRecord,
    starts: set[int],
    relocated: set[int],
    where: str,
) -> int:
    operation = instruction.opcode.operation
    words = 0
    window = count = -1
    for place, number in instruction.operands:
        kind = place.operand.kind
        if kind in (Kind.TARGET, Kind.FAR):
            if number not in starts:
                raise ImageError(f"{where}: jumps to where no instruction begins")
        elif kind is Kind.WORD or place.form == "k":
            words += 1
            if instruction.offset + place.offset not in relocated:
                raise ImageError(f"{where}: a word is never filled in")
        elif kind is Kind.WINDOW:
            window = number
        elif kind is Kind.COUNT:
            count = number
        elif (kind is Kind.OUT or place.form == "r") and number >= function.registers:
            raise ImageError(f"{where}: there is no register {number}")
    if window >= 0:
        # `call` does not say how many arguments it has; its callee does.
        extent = max(count * (2 if operation.name == "make_map" else 1), 0)
        extent = max(extent, 1) if operation.name in _WITH_RESULT else extent
        if window + extent > function.registers:
            raise ImageError(f"{where}: the window reaches beyond the frame")
        if operation.name in _WITH_HEADER and window < _HEADER:
            raise ImageError(f"{where}: the callee's frame has no room for its header")
    return words
