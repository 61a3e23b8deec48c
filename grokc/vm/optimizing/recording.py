"""Profiles of whole runs: what the sites of a program have seen when it has ended, which tier each
function had reached, and the exits of optimized code that were taken."""

from __future__ import annotations

from collections.abc import Sequence

from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import LiveProfile
from grokc.vm.optimizing import memory
from grokc.vm.optimizing.compiler import function_addresses
from grokc.vm.optimizing.kit import Kit
from grokc.vm.optimizing.piece import Piece
from grokc.vm.optimizing.program import Program


def recorded_profile(image: bytes, address: int, machine: bytes, pieces: Sequence[Piece]) -> str:
    """The profile, as text, of a program that a machine has loaded at an address.

    ``machine`` is the content of the machine's file; ``pieces`` are those of the run.
    """
    symbols = ImageSymbols(Image.from_bytes(image))
    program = Program(address)
    addresses = function_addresses(symbols, program)
    live = LiveProfile(symbols, program.read_code(), program.read_sites(), addresses)
    profile = live.record()
    tier = Kit.from_bytes(machine).offset("FunctionInfo", "tier")
    for number, name in enumerate(symbols.functions):
        descriptor = program.functions + number * program.function_bytes
        profile.tiers[name] = memory.read_word(descriptor + tier)
    for piece in pieces:
        for (function, pc, reason, _), count in zip(piece.exits, piece.counts(), strict=True):
            if count:
                exit = function, pc, reason
                profile.exits[exit] = profile.exits.get(exit, 0) + count
    return profile.to_text()
