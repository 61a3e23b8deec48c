"""Profiles of whole runs: what the sites of a program have seen when it has ended."""

from __future__ import annotations

from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import LiveProfile
from grokc.vm.optimizing.compiler import function_addresses
from grokc.vm.optimizing.request import Program


def recorded_profile(image: bytes, address: int) -> str:
    """The profile, as text, of a program that a machine has loaded at an address."""
    symbols = ImageSymbols(Image.from_bytes(image))
    program = Program(address)
    addresses = function_addresses(symbols, program)
    return LiveProfile(symbols, program.read_code(), addresses).record().to_text()
