"""Prints xDSL's ``llvm`` dialect as LLVM IR, and composes modules from what was printed.

xDSL's own backend prints through llvmlite's IR objects: it is six times slower, lacks operations
that we need, turns ``musttail`` into ``tail`` and drops linkage, calling conventions of definitions
and branch weights.  This printer writes text directly, one function at a time (:class:`Text`).
Since every pointer is opaque and every type structural, the texts of functions can be put together
freely: :meth:`Writer.unit` makes a module that defines some symbols, brings along the bodies of the
``alwaysinline`` functions that these reach, and declares everything else.  That is what lets
several processes compile one machine.

Constants, addresses, poison and undef print as operands, not as instructions.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from xdsl.dialects import llvm
from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    DictionaryAttr,
    Float32Type,
    Float64Type,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    SymbolRefAttr,
)
from xdsl.ir import Attribute, Block, BlockArgument, Operation, SSAValue

from grokc.lowering.debug_locations import DebugLocations
from grokc.lowering.llvm_extensions import WEIGHTS, FPToSIOp, PoisonOp, SwitchOp, UIToFPOp


class EmitError(Exception):
    """An operation, type or attribute that has no printed form here: a bug in its producer."""


@dataclass(slots=True)
class Text:
    """A printed function or global variable."""

    symbol: str
    definition: str  # "" when it is only declared
    declaration: str
    references: frozenset[str]
    inline: bool  # its body goes wherever it is used (alwaysinline, private data)


_ORDERINGS = {
    1: "unordered",
    2: "monotonic",
    4: "acquire",
    5: "release",
    6: "acq_rel",
    7: "seq_cst",
}
_INT_PREDICATES = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")
_FLOAT_PREDICATES = (
    *("false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord"),
    *("ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true"),
)
_VISIBILITIES = ("", "hidden ", "protected ")
_LINKAGE_WORDS = {"external": "", "internal": "internal ", "private": "private "}
_BINARY: dict[type[Operation], str] = {
    llvm.AddOp: "add",
    llvm.SubOp: "sub",
    llvm.MulOp: "mul",
    llvm.SDivOp: "sdiv",
    llvm.UDivOp: "udiv",
    llvm.SRemOp: "srem",
    llvm.URemOp: "urem",
    llvm.AndOp: "and",
    llvm.OrOp: "or",
    llvm.XOrOp: "xor",
    llvm.ShlOp: "shl",
    llvm.LShrOp: "lshr",
    llvm.AShrOp: "ashr",
    llvm.FAddOp: "fadd",
    llvm.FSubOp: "fsub",
    llvm.FMulOp: "fmul",
    llvm.FDivOp: "fdiv",
    llvm.FRemOp: "frem",
}
_CASTS: dict[type[Operation], str] = {
    llvm.TruncOp: "trunc",
    llvm.ZExtOp: "zext",
    llvm.SExtOp: "sext",
    llvm.BitcastOp: "bitcast",
    llvm.SIToFPOp: "sitofp",
    FPToSIOp: "fptosi",
    UIToFPOp: "uitofp",
    llvm.PtrToIntOp: "ptrtoint",
    llvm.IntToPtrOp: "inttoptr",
}


def _symbol(name: str) -> str:
    return f"@{name}" if name.replace(".", "").replace("_", "").isalnum() else f'@"{name}"'


def _float(value: float) -> str:
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


def _bytes(data: bytes) -> str:
    printable = (
        chr(byte) if 32 <= byte < 127 and byte not in (34, 92) else f"\\{byte:02X}" for byte in data
    )
    return f'c"{"".join(printable)}"'


class Writer:
    """Prints functions and globals; numbers the metadata that they share.

    With ``locations``, instructions have the source locations of their operations.
    """

    def __init__(self, locations: DebugLocations | None = None) -> None:
        self.locations = locations
        self.texts: dict[str, Text] = {}
        self._types: dict[int, tuple[Attribute, str]] = {}
        self._weights: dict[tuple[int, ...], int] = {}
        self._intrinsics: dict[str, str] = {}  # name -> declaration
        self._printers: dict[type[Operation], Callable[[_Function, Operation], None]] = {
            **dict.fromkeys(_BINARY, _Function.binary),
            **dict.fromkeys(_CASTS, _Function.cast),
            llvm.ConstantOp: _Function.constant,
            llvm.ZeroOp: _Function.zero,
            PoisonOp: _Function.poison,
            llvm.UndefOp: _Function.undef,
            llvm.AddressOfOp: _Function.address,
            llvm.ICmpOp: _Function.compare_ints,
            llvm.FCmpOp: _Function.compare_floats,
            llvm.FNegOp: _Function.negate,
            llvm.SelectOp: _Function.select,
            llvm.ExtractValueOp: _Function.extract,
            llvm.InsertValueOp: _Function.insert,
            llvm.AllocaOp: _Function.alloca,
            llvm.LoadOp: _Function.load,
            llvm.StoreOp: _Function.store,
            llvm.GEPOp: _Function.element_pointer,
            llvm.CallOp: _Function.call,
            llvm.CallIntrinsicOp: _Function.intrinsic,
            llvm.BrOp: _Function.branch,
            llvm.CondBrOp: _Function.branch_if,
            SwitchOp: _Function.switch,
            llvm.ReturnOp: _Function.return_,
            llvm.UnreachableOp: _Function.unreachable,
        }

    def type(self, type: Attribute) -> str:
        """LLVM's spelling of a type."""
        found = self._types.get(id(type))
        if found is None:
            found = self._types[id(type)] = type, self._spell(type)
        return found[1]

    def _spell(self, type: Attribute) -> str:
        match type:
            case IntegerType():
                return f"i{type.width.data}"
            case llvm.LLVMPointerType():
                return "ptr"
            case Float64Type():
                return "double"
            case Float32Type():
                return "float"
            case llvm.LLVMVoidType():
                return "void"
            case llvm.LLVMStructType():
                return "{" + ", ".join(self.type(member) for member in type.types.data) + "}"
            case llvm.LLVMArrayType():
                return f"[{type.size.data} x {self.type(type.type)}]"
            case llvm.LLVMFunctionType():
                inputs = [self.type(input) for input in type.inputs.data]
                if type.is_variadic:
                    inputs.append("...")
                return f"{self.type(type.output)} ({', '.join(inputs)})"
        raise EmitError(f"no LLVM type for {type}")

    def weights(self, weights: Attribute) -> str:
        """The suffix of a branch with these weights."""
        if not isinstance(weights, DenseArrayBase):
            raise EmitError(f"branch weights must be an array, not {weights}")
        number = self._weights.setdefault(_numbers(weights), len(self._weights))
        return f", !prof !{number}"

    def use_intrinsic(self, name: str, declaration: str) -> None:
        self._intrinsics.setdefault(name, declaration)

    # --------------------------------------------------------------------------- top level

    def add(self, op: Operation) -> Text:
        """Prints a function or global; it can be part of units from now on."""
        if isinstance(op, llvm.FuncOp):
            text = self._function(op)
        elif isinstance(op, llvm.GlobalOp):
            text = self._global(op)
        else:
            raise EmitError(f"{op.name} at the top of a module")
        if text.symbol in self.texts:
            raise EmitError(f"@{text.symbol} is defined twice")
        self.texts[text.symbol] = text
        return text

    def _function(self, op: llvm.FuncOp) -> Text:
        name = op.sym_name.data
        type = op.function_type
        convention = _convention(op)
        linkage = _linkage(op.linkage)
        visibility = _VISIBILITIES[op.visibility_.value.data]
        passthrough = _property(op, "passthrough")
        words = []
        if isinstance(passthrough, ArrayAttr):
            words = [_attribute(word) for word in passthrough.data]
        suffix = f" {' '.join(words)}" if words else ""
        prefix = "" if convention == "ccc" else f"{convention} "
        result = self.type(type.output)
        parameters = [self.type(input) for input in type.inputs.data]
        if op.arg_attrs:
            parameters = [
                f"{spelled}{_parameter_words(attributes)}"
                for spelled, attributes in zip(parameters, op.arg_attrs.data, strict=True)
            ]
        listed = ", ".join([*parameters, "..."] if type.is_variadic else parameters)
        declaration = f"declare {visibility}{prefix}{result} {_symbol(name)}({listed}){suffix}"
        if not op.body.blocks:
            return Text(name, "", declaration, frozenset(), False)
        body = _Function(self, op)
        named = ", ".join(
            f"{spelled} {body.names[argument]}"
            for spelled, argument in zip(parameters, op.body.blocks[0].args, strict=True)
        )
        scope = "" if self.locations is None else f" !dbg !{body.scope}"
        head = (
            f"define {linkage}{visibility}{prefix}{result} {_symbol(name)}({named}){suffix}"
            f"{scope} {{"
        )
        body.write()
        return Text(
            name,
            "\n".join([head, *body.lines, "}\n"]),
            declaration,
            frozenset(body.references),
            "alwaysinline" in words,
        )

    def _global(self, op: llvm.GlobalOp) -> Text:
        name = op.sym_name.data
        linkage = _linkage(op.linkage)
        visibility_number = _property(op, "visibility_")
        visibility = _VISIBILITIES[_integer(visibility_number) if visibility_number else 0]
        unnamed = "unnamed_addr " if op.unnamed_addr and op.unnamed_addr.value.data else ""
        kind = "constant" if op.constant else "global"
        type = self.type(op.global_type)
        references: set[str] = set()
        value = self._initializer(op.value, op.global_type, references)
        align = f", align {op.alignment.value.data}" if op.alignment else ""
        return Text(
            name,
            f"{_symbol(name)} = {linkage}{visibility}{unnamed}{kind} {type} {value}{align}\n",
            f"{_symbol(name)} = external {visibility}{kind} {type}{align}",
            frozenset(references),
            bool(linkage),
        )

    def _initializer(self, value: Attribute | None, type: Attribute, references: set[str]) -> str:
        match value:
            case None:
                return "zeroinitializer"
            case IntegerAttr():
                number = int(value.value.data)
                if not isinstance(type, llvm.LLVMPointerType):
                    return str(number)
                return "null" if number == 0 else f"inttoptr (i64 {number} to ptr)"
            case FloatAttr():
                return _float(value.value.data)
            case StringAttr():
                return _bytes(value.data.encode("latin-1"))
            case SymbolRefAttr():
                references.add(value.root_reference.data)
                return _symbol(value.root_reference.data)
            case ArrayAttr():
                if isinstance(type, llvm.LLVMArrayType):
                    types = [type.type] * len(value.data)
                elif isinstance(type, llvm.LLVMStructType):
                    types = list(type.types.data)
                else:
                    raise EmitError(f"an array cannot initialize a {type}")
                items = [
                    f"{self.type(item_type)} {self._initializer(item, item_type, references)}"
                    for item, item_type in zip(value.data, types, strict=True)
                ]
                brackets = "[]" if isinstance(type, llvm.LLVMArrayType) else "{}"
                return f"{brackets[0]}{', '.join(items)}{brackets[1]}"
        raise EmitError(f"no initializer for {value}")

    # ------------------------------------------------------------------------------- units

    def unit(self, symbols: Iterable[str]) -> str:
        """A module that defines these symbols, in the order given."""
        defined = dict.fromkeys(symbols)
        declared: set[str] = set()
        pending = list(defined)
        while pending:
            for reference in self.texts[pending.pop()].references:
                if reference in defined or reference in declared:
                    continue
                text = self.texts.get(reference)
                if text is None:
                    raise EmitError(f"nothing defines @{reference}")
                if text.inline:
                    defined[reference] = None
                    pending.append(reference)
                else:
                    declared.add(reference)
        for symbol in [symbol for symbol in defined if not self.texts[symbol].definition]:
            del defined[symbol]
            declared.add(symbol)
        lines = [self.texts[symbol].declaration for symbol in sorted(declared)]
        lines.extend(self.texts[symbol].definition for symbol in defined)
        lines.extend(self._intrinsics.values())
        for weights, number in self._weights.items():
            listed = ", ".join(f"i32 {weight}" for weight in weights)
            lines.append(f'!{number} = !{{!"branch_weights", {listed}}}')
        if self.locations is not None:
            lines.extend(self.locations.metadata())
        return "\n".join(lines) + "\n"


def _property(op: Operation, name: str) -> Attribute | None:
    """A property; xDSL's parser leaves some of them among the attributes."""
    return op.properties.get(name) or op.attributes.get(name)


def _linkage(linkage: llvm.LinkageAttr) -> str:
    try:
        return _LINKAGE_WORDS[linkage.linkage.data]
    except KeyError:
        raise EmitError(f"linkage {linkage.linkage.data} is not supported") from None


def _attribute(word: Attribute) -> str:
    """One function attribute: a word, or a pair of key and value."""
    if isinstance(word, StringAttr):
        return word.data
    if isinstance(word, ArrayAttr) and len(word.data) == 2:
        key, value = word.data
        if isinstance(key, StringAttr) and isinstance(value, StringAttr):
            return f'"{key.data}"="{value.data}"'
    raise EmitError(f"no function attribute for {word}")


def _parameter_words(attributes: DictionaryAttr) -> str:
    return "".join(f" {key.removeprefix('llvm.')}" for key in attributes.data)


class _Names(dict[SSAValue, str]):
    """Names of values, made at first sight: a block may be printed before one that dominates it."""

    def __missing__(self, value: SSAValue) -> str:
        name = self[value] = f"%v{len(self)}"
        return name


class _Function:
    """One function being printed."""

    def __init__(self, writer: Writer, op: llvm.FuncOp) -> None:
        self.writer = writer
        self.type = writer.type
        self.op = op
        self.locations = writer.locations
        self.scope = 0 if self.locations is None else self.locations.scope(op.sym_name.data)
        self.lines: list[str] = []
        self.references: set[str] = set()
        self.names: dict[SSAValue, str] = _Names()
        self._labels = {block: f"b{number}" for number, block in enumerate(op.body.blocks)}
        for block in op.body.blocks:
            for argument in block.args:
                self.names[argument] = f"%v{len(self.names)}"
        if any(block.args for block in list(op.body.blocks)[1:]):
            self._incoming = self._find_incoming()
        else:
            self._incoming = {}

    def define(self, op: Operation) -> str:
        return self.names[op.results[0]]

    def typed(self, value: SSAValue) -> str:
        return f"{self.type(value.type)} {self.names[value]}"

    def _find_incoming(self) -> dict[BlockArgument, list[tuple[Block, SSAValue]]]:
        """What each block argument receives, for the phi that prints it."""
        incoming: dict[BlockArgument, list[tuple[Block, SSAValue]]] = {}
        for block in self.op.body.blocks:
            last = block.last_op
            if isinstance(last, llvm.BrOp):
                edges = [(last.successors[0], last.operands[:])]
            elif isinstance(last, llvm.CondBrOp):
                then, otherwise = last.successors
                if then is otherwise and then.args:
                    raise EmitError("both ways of a branch lead to one block with arguments")
                middle = 1 + len(then.args)
                edges = [(then, last.operands[1:middle]), (otherwise, last.operands[middle:])]
            else:
                continue
            for target, values in edges:
                for argument, value in zip(target.args, values, strict=True):
                    incoming.setdefault(argument, []).append((block, value))
        return incoming

    def write(self) -> None:
        printers = self.writer._printers
        lines = self.lines
        phis: list[tuple[int, BlockArgument]] = []
        for number, block in enumerate(self.op.body.blocks):
            lines.append(f"{self._labels[block]}:")
            if number:
                for argument in block.args:
                    phis.append((len(lines), argument))
                    lines.append("")
            for op in block.ops:
                printer = printers.get(type(op))
                if printer is None:
                    raise EmitError(f"no LLVM instruction for {op.name}")
                printed = len(lines)
                printer(self, op)
                if self.locations is not None and len(lines) > printed:
                    lines[-1] += self.locations.suffix(op.location, self.scope)
        for position, argument in phis:  # now every incoming value has its name
            pairs = ", ".join(
                f"[{self.names[value]}, %{self._labels[block]}]"
                for block, value in self._incoming.get(argument, ())
            )
            name = self.names[argument]
            lines[position] = f"  {name} = phi {self.type(argument.type)} {pairs}"

    # --------------------------------------------------------------------------- operands

    def _stand_for(self, op: Operation, spelling: str) -> None:
        """The operation prints nothing: its result is written out where it is used."""
        if op.results[0] in self.names:
            raise EmitError(f"a constant ({spelling}) is used in a block printed before it")
        self.names[op.results[0]] = spelling

    def constant(self, op: Operation) -> None:
        value = op.properties["value"]
        if isinstance(value, IntegerAttr):
            self._stand_for(op, str(int(value.value.data)))  # a parsed i1 is a bool
        elif isinstance(value, FloatAttr):
            self._stand_for(op, _float(value.value.data))
        else:
            raise EmitError(f"no constant for {value}")

    def zero(self, op: Operation) -> None:
        pointer = isinstance(op.results[0].type, llvm.LLVMPointerType)
        self._stand_for(op, "null" if pointer else "zeroinitializer")

    def poison(self, op: Operation) -> None:
        self._stand_for(op, "poison")

    def undef(self, op: Operation) -> None:
        self._stand_for(op, "undef")

    def address(self, op: Operation) -> None:
        self._stand_for(op, self._reference(op.properties["global_name"]))

    def _reference(self, symbol: Attribute) -> str:
        assert isinstance(symbol, SymbolRefAttr)
        name = symbol.root_reference.data
        self.references.add(name)
        return _symbol(name)

    # ------------------------------------------------------------------------- arithmetic

    def binary(self, op: Operation) -> None:
        left, right = op.operands
        word = _BINARY[type(op)]
        self.lines.append(f"  {self.define(op)} = {word} {self.typed(left)}, {self.names[right]}")

    def cast(self, op: Operation) -> None:
        source = self.typed(op.operands[0])
        word = _CASTS[type(op)]
        self.lines.append(
            f"  {self.define(op)} = {word} {source} to {self.type(op.results[0].type)}"
        )

    def compare_ints(self, op: Operation) -> None:
        self._compare(op, "icmp", _INT_PREDICATES)

    def compare_floats(self, op: Operation) -> None:
        self._compare(op, "fcmp", _FLOAT_PREDICATES)

    def _compare(self, op: Operation, word: str, predicates: tuple[str, ...]) -> None:
        left, right = op.operands
        predicate = predicates[_integer(op.properties["predicate"])]
        self.lines.append(
            f"  {self.define(op)} = {word} {predicate} {self.typed(left)}, {self.names[right]}"
        )

    def negate(self, op: Operation) -> None:
        self.lines.append(f"  {self.define(op)} = fneg {self.typed(op.operands[0])}")

    def select(self, op: Operation) -> None:
        operands = ", ".join(map(self.typed, op.operands))
        self.lines.append(f"  {self.define(op)} = select {operands}")

    def extract(self, op: Operation) -> None:
        aggregate = self.typed(op.operands[0])
        self.lines.append(f"  {self.define(op)} = extractvalue {aggregate}{_positions(op)}")

    def insert(self, op: Operation) -> None:
        aggregate, value = map(self.typed, op.operands)
        self.lines.append(f"  {self.define(op)} = insertvalue {aggregate}, {value}{_positions(op)}")

    # ----------------------------------------------------------------------------- memory

    def alloca(self, op: Operation) -> None:
        count = self.typed(op.operands[0])
        element = self.type(op.properties["elem_type"])
        self.lines.append(f"  {self.define(op)} = alloca {element}, {count}{_alignment(op)}")

    def load(self, op: Operation) -> None:
        pointer = self.names[op.operands[0]]
        result = self.type(op.results[0].type)
        ordering = _integer(op.properties["ordering"])
        if ordering:
            self.lines.append(
                f"  {self.define(op)} = load atomic {result}, ptr {pointer} "
                f"{_ORDERINGS[ordering]}{_alignment(op) or ', align 8'}"
            )
        else:
            self.lines.append(f"  {self.define(op)} = load {result}, ptr {pointer}{_alignment(op)}")

    def store(self, op: Operation) -> None:
        value, pointer = op.operands
        ordering = op.properties.get("ordering")
        order = _integer(ordering) if ordering else 0
        operands = f"{self.typed(value)}, ptr {self.names[pointer]}"
        if order:
            self.lines.append(
                f"  store atomic {operands} {_ORDERINGS[order]}{_alignment(op) or ', align 8'}"
            )
        else:
            volatile = "volatile " if "volatile_" in op.properties else ""
            self.lines.append(f"  store {volatile}{operands}{_alignment(op)}")

    def element_pointer(self, op: Operation) -> None:
        pointer, *dynamic = op.operands
        raw = op.properties["rawConstantIndices"]
        assert isinstance(raw, DenseArrayBase)
        indices: list[str] = []
        remaining = iter(dynamic)
        for index in _numbers(raw):
            indices.append(
                self.typed(next(remaining)) if index == llvm.GEP_USE_SSA_VAL else f"i32 {index}"
            )
        inbounds = "inbounds " if "inbounds" in op.properties else ""
        element = self.type(op.properties["elem_type"])
        self.lines.append(
            f"  {self.define(op)} = getelementptr {inbounds}{element}, "
            f"ptr {self.names[pointer]}, {', '.join(indices)}"
        )

    # ------------------------------------------------------------------------------ calls

    def call(self, op: Operation) -> None:
        assert isinstance(op, llvm.CallOp)
        arguments = list(op.operands)
        callee = op.properties.get("callee")
        target = self._reference(callee) if callee else self.names[arguments.pop(0)]
        convention = _convention(op)
        spelled = "" if convention == "ccc" else f"{convention} "
        variadic = op.properties.get("var_callee_type")
        if variadic is not None:
            result = self.type(variadic)
        else:
            result = self.type(op.results[0].type) if op.results else "void"
        tail = op.properties.get("TailCallKind")
        kind = tail.data.value if isinstance(tail, llvm.TailCallKindAttr) else "none"
        prefix = "" if kind == "none" else f"{kind} "
        words = "".join(f" {word}" for word in op.attributes if word != "loc")
        listed = ", ".join(map(self.typed, arguments))
        name = f"{self.define(op)} = " if op.results else ""
        self.lines.append(f"  {name}{prefix}call {spelled}{result} {target}({listed}){words}")

    def intrinsic(self, op: Operation) -> None:
        name = op.properties["intrin"]
        assert isinstance(name, StringAttr)
        result = self.type(op.results[0].type) if op.results else "void"
        parameters = ", ".join(self.type(operand.type) for operand in op.operands)
        self.writer.use_intrinsic(name.data, f"declare {result} @{name.data}({parameters})")
        listed = ", ".join(map(self.typed, op.operands))
        prefix = f"{self.define(op)} = " if op.results else ""
        self.lines.append(f"  {prefix}call {result} @{name.data}({listed})")

    # ------------------------------------------------------------------------ terminators

    def branch(self, op: Operation) -> None:
        self.lines.append(f"  br label %{self._labels[op.successors[0]]}")

    def branch_if(self, op: Operation) -> None:
        then, otherwise = op.successors
        weights = op.attributes.get(WEIGHTS)
        suffix = self.writer.weights(weights) if weights is not None else ""
        self.lines.append(
            f"  br i1 {self.names[op.operands[0]]}, label %{self._labels[then]}, "
            f"label %{self._labels[otherwise]}{suffix}"
        )

    def switch(self, op: Operation) -> None:
        value = op.operands[0]
        type = self.type(value.type)
        numbers = op.properties["case_values"]
        assert isinstance(numbers, DenseArrayBase)
        default, *targets = op.successors
        cases = " ".join(
            f"{type} {number}, label %{self._labels[target]}"
            for number, target in zip(numbers.get_values(), targets, strict=True)
        )
        self.lines.append(f"  switch {self.typed(value)}, label %{self._labels[default]} [{cases}]")

    def return_(self, op: Operation) -> None:
        self.lines.append(f"  ret {self.typed(op.operands[0])}" if op.operands else "  ret void")

    def unreachable(self, op: Operation) -> None:
        self.lines.append("  unreachable")


def _integer(attribute: Attribute) -> int:
    assert isinstance(attribute, IntegerAttr)
    return attribute.value.data


def _alignment(op: Operation) -> str:
    alignment = op.properties.get("alignment")
    return f", align {_integer(alignment)}" if alignment is not None else ""


def _positions(op: Operation) -> str:
    position = op.properties["position"]
    assert isinstance(position, DenseArrayBase)
    return "".join(f", {index}" for index in _numbers(position))


@cache
def _numbers(array: DenseArrayBase[IntegerType]) -> tuple[int, ...]:
    """The numbers in an array of integers: few arrays, which are many times printed."""
    return tuple(int(number) for number in array.get_values())


def _convention(op: Operation) -> str:
    convention = op.properties["CConv"]
    assert isinstance(convention, llvm.CallingConventionAttr)
    return convention.convention.data
