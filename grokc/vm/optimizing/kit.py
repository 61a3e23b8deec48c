"""The kit of a machine: what it takes to compile code that works with it.

Optimized code calls the machine's core functions and inlines the small ones, the same that the
handlers are made of.  So the build of a machine leaves, beside the machine, the LLVM IR of its
inline functions, the signatures of all of them, where fields of its structs lie, and the addresses
of its symbols.  That is the kit; it hangs compressed at the end of the machine's file, where the
system's loader does not look and only a compiler thread reads it.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xdsl.ir import Attribute, SSAValue

from grokc.lowering.core_types import F64, I1, I8, I16, I32, I64, POINTER, VOID_TYPE, Fallible
from grokc.lowering.debug_locations import DebugLocations
from grokc.lowering.llvm_builder import Builder
from grokc.lowering.llvm_ir import Text, Writer

if TYPE_CHECKING:
    from grokc.lowering.core import CoreProgram

MAGIC = b"GROKKIT1"

_TYPES: dict[str, Attribute] = {
    "i1": I1,
    "i8": I8,
    "i16": I16,
    "i32": I32,
    "i64": I64,
    "f64": F64,
    "ptr": POINTER,
    "void": VOID_TYPE,
}
_NAMES = {type: name for name, type in _TYPES.items()}


@dataclass(frozen=True, slots=True)
class Signature:
    """How a core function is called."""

    symbol: str
    hidden: int  # how many of context, pc, base it takes first
    result: str  # type of the value; "void": none
    fallible: bool
    by_slot: bool  # the value goes through a pointer, the last parameter
    leaf: bool  # pc and base need not be stored for it


class Kit:
    """See the module's text."""

    def __init__(self, data: dict[str, Any], addresses: dict[str, int]) -> None:
        self.data = data
        self.addresses = addresses
        """Symbols of the machine: bytes from the start of its image."""
        self.functions = {name: Signature(*row) for name, row in data["functions"].items()}
        self.structs: dict[str, dict[str, int]] = data["structs"]
        """Offsets of fields; the size of a struct under ``""``."""
        self.builtins: dict[tuple[int, str], str] = data["builtins"]
        """Symbols of built-in functions and methods, by owner's type id and name."""
        self._texts = {
            row[0]: Text(row[0], row[1], row[2], frozenset(row[3]), row[4]) for row in data["texts"]
        }

    def writer(self, locations: DebugLocations | None = None) -> Writer:
        """A printer that knows the machine's functions."""
        writer = Writer(locations)
        writer.texts.update(self._texts)
        writer._weights.update(self.data["weights"])
        writer._intrinsics.update(self.data["intrinsics"])
        return writer

    def offset(self, struct: str, field: str) -> int:
        return self.structs[struct][field]

    def call(
        self,
        builder: Builder,
        name: str,
        arguments: Sequence[SSAValue],
        context: SSAValue,
        pc: SSAValue | None = None,
        base: SSAValue | None = None,
    ) -> tuple[SSAValue | None, SSAValue | None]:
        """Calls a core function, as :meth:`grokc.lowering.core.CoreProgram.call`; stores pc and
        base in the context where the function may look at them."""
        function = self.functions[name]
        operands = [context][: function.hidden]
        if function.hidden > 1:
            operands.append(pc if pc is not None else builder.null())
            operands.append(base if base is not None else builder.null())
        elif pc is not None and base is not None and not function.leaf:
            builder.store(pc, builder.offset(context, self.offset("Context", "pc")))
            builder.store(base, builder.offset(context, self.offset("Context", "base")))
        operands += arguments
        value_type = _TYPES[function.result]
        if function.by_slot:
            slot = builder.variable(value_type)
            status = builder.call(function.symbol, [*operands, slot], I64)
            return builder.load(value_type, slot), status
        if not function.fallible:
            return builder.call(function.symbol, operands, value_type), None
        if function.result == "void":
            return None, builder.call(function.symbol, operands, I64)
        pair = builder.call(function.symbol, operands, _pair(value_type))
        assert pair is not None
        return builder.extract(pair, 0, value_type), builder.extract(pair, 1, I64)

    # ----------------------------------------------------------------------- as bytes

    def to_bytes(self) -> bytes:
        """What hangs behind the machine's image."""
        packed = zlib.compress(marshal.dumps((self.data, self.addresses)), 6)
        return packed + len(packed).to_bytes(8, "little") + MAGIC

    @classmethod
    def from_bytes(cls, machine: bytes) -> Kit:
        """The kit behind a machine's image."""
        if machine[-8:] != MAGIC:
            raise ValueError("this machine has no kit")
        size = int.from_bytes(machine[-16:-8], "little")
        return cls(*marshal.loads(zlib.decompress(machine[-16 - size : -16])))


def _pair(type: Attribute) -> Attribute:
    from xdsl.dialects.llvm import LLVMStructType

    return LLVMStructType.from_type_list([type, I64])


def make_kit(
    program: CoreProgram,
    builtins: Sequence[tuple[int, str, int, int, str]],
    addresses: Mapping[str, int],
) -> Kit:
    """The kit of a machine that has been lowered and linked."""
    declarations = program.declarations
    functions: dict[str, tuple[str, int, str, bool, bool, bool]] = {}
    for name, function in declarations.functions.items():
        if function.kind == "control":
            continue
        result = program.layout.result_type(function.value_type)
        functions[name] = (
            function.symbol,
            len(function.hidden),
            _NAMES.get(result, ""),
            isinstance(function.result, Fallible),
            function.returns_by_slot,
            "leaf" in function.attributes or function.kind in ("extern", "export"),
        )
    structs = {
        name: {"": struct.size, **{field: struct.offset(field) for field in struct.fields}}
        for name, struct in declarations.structs.items()
    }
    writer = program._printed()
    texts = [
        (
            text.symbol,
            text.definition if text.inline else "",
            text.declaration,
            tuple(sorted(text.references)) if text.inline else (),
            text.inline,
        )
        for text in writer.texts.values()
    ]
    data = {
        "functions": functions,
        "structs": structs,
        "builtins": {(owner, name): symbol for owner, name, _, _, symbol in builtins},
        "texts": texts,
        "weights": writer._weights,
        "intrinsics": writer._intrinsics,
    }
    return Kit(data, dict(addresses))
