"""Type feedback: what a program's inline caches and quickened instructions have seen.

A profile knows, for an instruction (function and byte offset), the attribute of
:mod:`grokc.dialects.feedback` that belongs to its operation.  :class:`LiveProfile` reads it from a
copy of a machine's code; :class:`RecordedProfile` keeps it, and has a text form, one line for each
site::

    fib 0 seen<int>
    advance 184 shape<struct<@Body>>
    main 48 target<struct<@Point>, @"Point::norm">
    total 96 targets<struct<@Circle>, @"Circle::area", struct<@Square>, @"Square::area">

How often baseline code has taken a jump on a condition, and how often it has not, is a line of its
own, since a comparison that jumps has seen operands as well::

    fib 0 branch<taken 12, not 3456>

A recorded one also knows which tier each function had reached at the end (0 the interpreter, 1
baseline code, 2 the optimizing tier), and how often optimized code was left at an instruction, and
what it had assumed there::

    fib tier 2
    advance 184 exit 40 guard float
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Protocol

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr
from xdsl.ir import Attribute
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import ParseError

from grokc.dialects.constants import Constant
from grokc.dialects.feedback import (
    ATTRIBUTES,
    NEVER,
    SEEN_ANY,
    SEEN_FLOAT,
    SEEN_INT,
    SEEN_STR,
    BranchAttr,
    ShapeAttr,
    ShapesAttr,
    TargetAttr,
    TargetsAttr,
)
from grokc.dialects.types import FUNCTION, LIST, MAP, STR, GrokType, StructType
from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols
from grokc.vm.operations import OPCODES, Kind, Opcode


class Profile(Protocol):
    """Anything that knows what sites have seen."""

    def at(self, function: str, pc: int) -> Attribute | None:
        """The feedback of the instruction at byte ``pc`` of the function."""

    def branch(self, function: str, pc: int) -> BranchAttr | None:
        """How often the jump at byte ``pc`` was taken, if it was counted."""


_SEEN: dict[str, Attribute] = {
    "new": NEVER,
    "int": SEEN_INT,
    "any_int": SEEN_INT,
    "float": SEEN_FLOAT,
    "str": SEEN_STR,
    "any": SEEN_ANY,
}

_INDEXED: dict[str, Attribute] = {
    **_SEEN,
    **dict.fromkeys(("bools", "ints", "floats", "list"), ShapeAttr(LIST)),
    "str": ShapeAttr(STR),
    "map": ShapeAttr(MAP),
}
"""By the variant of an instruction that indexes."""


RECORD_NUMBERS = 16
LARGEST_NUMBER = 0xFFFF
"""``SITE_NUMBERS`` and ``SITE_LARGEST`` in sites.grok."""

MOST_MET = 8
"""What has met more is not told apart."""


def _targets(targets: Sequence[TargetAttr | None]) -> Attribute:
    """The targets of a site, if all are known."""
    known = [target for target in targets if target is not None]
    if not known or len(known) < len(targets):
        return SEEN_ANY
    return known[0] if len(known) == 1 else TargetsAttr(ArrayAttr(known))


def _cache_offsets(opcode: Opcode) -> list[int]:
    return [place.offset for place in opcode.places if place.operand.kind is Kind.CACHE]


class LiveProfile:
    """The profile in a copy of the code section as a machine has it.

    ``sites`` is what sites have met before, as sites.grok keeps it: a record of numbers where an
    instruction is in the code.  ``functions`` tells, of the addresses of function descriptors and
    of entries, which function they belong to.
    """

    def __init__(
        self, symbols: ImageSymbols, code: bytes, sites: bytes, functions: Mapping[int, int]
    ) -> None:
        self.symbols = symbols
        self.code = code
        self.sites = sites
        self.functions = functions

    def at(self, function: str, pc: int) -> Attribute | None:
        offset = self.symbols.record(function).start + pc
        (number,) = struct.unpack_from("<H", self.code, offset + 8)
        opcode = OPCODES[number]
        operation = opcode.operation
        if operation.name in ("get_index", "set_index"):
            return _INDEXED[opcode.variant]
        if operation.quickenings:
            return _SEEN.get(opcode.variant)
        if operation.name in ("get_field", "set_field"):
            return self._shapes(offset)
        if operation.name == "get_iterator":
            (walked,) = self._words(opcode, offset)
            if walked == 0:
                return NEVER
            kind = self.symbols.of_type_id(walked)  # of none if it has walked several
            return None if kind is None else ShapeAttr(kind)
        if not operation.sites:
            return None
        if opcode.variant == "new":
            return NEVER
        met = self._met(offset)
        if len(met) <= 1 and opcode.variant != "shared":
            return self._cached(opcode, offset)
        if len(met) > MOST_MET:
            return SEEN_ANY
        if operation.name.endswith("value"):
            names = [self.symbols.functions[index - 1] for index in met]
            return _targets([TargetAttr.of(FUNCTION, name) for name in names])
        name = self._name(opcode, offset)
        receivers = [self.symbols.of_type_id(type_id) for type_id in met]
        return _targets([self._target(kind, name) for kind in dict.fromkeys(receivers)])

    def branch(self, function: str, pc: int) -> BranchAttr | None:
        offset = self.symbols.record(function).start + pc
        (number,) = struct.unpack_from("<H", self.code, offset + 8)
        if not OPCODES[number].operation.is_forward_branch:
            return None
        taken, other = struct.unpack_from("<II", self.sites, offset)
        return BranchAttr.of(taken, other) if taken or other else None

    def _shapes(self, offset: int) -> Attribute | None:
        """The structs whose field an instruction has used."""
        met = self._met(offset)
        if not met:
            return NEVER
        kinds = [self.symbols.of_type_id(type_id) for type_id in met]
        structs = [kind for kind in kinds if isinstance(kind, StructType)]
        if len(met) > MOST_MET or len(structs) < len(met):
            return None
        return ShapeAttr(structs[0]) if len(structs) == 1 else ShapesAttr(ArrayAttr(structs))

    def _cached(self, opcode: Opcode, offset: int) -> Attribute | None:
        """The target that a site has specialized to."""
        first, entry = self._words(opcode, offset)
        if opcode.operation.name.endswith("value"):
            number = self.functions.get(first, -1)
            return None if number < 0 else TargetAttr.of(FUNCTION, self.symbols.functions[number])
        receiver = self.symbols.of_type_id(first & 0xFFFFFFFF)  # above it: how often it missed
        if receiver is None:
            return None
        if opcode.variant == "native":
            return TargetAttr.of(receiver)
        number = self.functions.get(entry, -1)
        return None if number < 0 else TargetAttr.of(receiver, self.symbols.functions[number])

    def _target(self, receiver: GrokType | None, name: str) -> TargetAttr | None:
        function = None if receiver is None else self.symbols.method(receiver, name)
        if receiver is None or function is None:
            return None
        return TargetAttr.of(receiver, function)

    def _name(self, opcode: Opcode, offset: int) -> str:
        """The name of the method that an instruction calls."""
        (place,) = [place.offset for place in opcode.places if place.operand.kind is Kind.WORD]
        name = self.symbols.word(offset + place)
        assert isinstance(name, Constant) and isinstance(name.data, str)
        return name.data

    def _met(self, offset: int) -> list[int]:
        """The numbers in the record of an instruction; too many if one of them says too little."""
        numbers = struct.unpack_from(f"<{RECORD_NUMBERS}H", self.sites, offset)
        if LARGEST_NUMBER in numbers:
            return [LARGEST_NUMBER] * (MOST_MET + 1)
        return [number for number in numbers if number]

    def _words(self, opcode: Opcode, offset: int) -> list[int]:
        return [
            struct.unpack_from("<Q", self.code, offset + place)[0]
            for place in _cache_offsets(opcode)
        ]

    def record(self) -> RecordedProfile:
        """All of it, to keep."""
        from grokc.lowering.disassemble import decode

        image: Image = self.symbols.image
        profile = RecordedProfile()
        for symbol, function in zip(self.symbols.functions, image.functions, strict=True):
            for instruction in decode(image, function):
                pc = instruction.offset - function.start
                feedback = self.at(symbol, pc)
                if feedback is not None:
                    profile.sites[symbol, pc] = feedback
                counts = self.branch(symbol, pc)
                if counts is not None:
                    profile.branches[symbol, pc] = counts
        return profile


_TIER = "tier"
_EXIT = "exit"


class RecordedProfile:
    """A profile apart from the machine that it comes from."""

    def __init__(self, sites: dict[tuple[str, int], Attribute] | None = None) -> None:
        self.sites = {} if sites is None else sites
        self.branches: dict[tuple[str, int], BranchAttr] = {}
        self.tiers: dict[str, int] = {}
        """By function."""
        self.exits: dict[tuple[str, int, str], int] = {}
        """How often, by function, pc, and what had been assumed."""

    def at(self, function: str, pc: int) -> Attribute | None:
        return self.sites.get((function, pc))

    def branch(self, function: str, pc: int) -> BranchAttr | None:
        return self.branches.get((function, pc))

    def to_text(self) -> str:
        """One line for each site."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for (function, pc), feedback in (*self.sites.items(), *self.branches.items()):
            stream = StringIO()
            Printer(stream).print_attribute(feedback)
            yield f"{function} {pc} {stream.getvalue().removeprefix('#grok.')}"
        for function, tier in self.tiers.items():
            yield f"{function} {_TIER} {tier}"
        for (function, pc, reason), count in self.exits.items():
            yield f"{function} {pc} {_EXIT} {count} {reason}"

    @classmethod
    def from_text(cls, text: str) -> RecordedProfile:
        """Reads :meth:`to_text` back; a ``ValueError`` names the line that is wrong."""
        from grokc.dialects.universe import make_context

        context = make_context()
        profile = cls()
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            try:
                function, pc, rest = line.split(" ", 2)
                if pc == _TIER:
                    profile.tiers[function] = int(rest)
                elif rest.startswith(f"{_EXIT} "):
                    _, count, reason = rest.split(" ", 2)
                    profile.exits[function, int(pc), reason] = int(count)
                else:
                    feedback = _parse(context, f"#grok.{rest}")
                    if isinstance(feedback, BranchAttr):
                        profile.branches[function, int(pc)] = feedback
                    else:
                        profile.sites[function, int(pc)] = feedback
            except (ValueError, ParseError) as error:
                raise ValueError(f"line {number} of the profile: {error}") from None
        return profile


def _parse(context: Context, text: str) -> Attribute:
    attribute = Parser(context, text).parse_attribute()
    if not isinstance(attribute, ATTRIBUTES):
        raise ValueError(f"{text} is no feedback")
    return attribute
