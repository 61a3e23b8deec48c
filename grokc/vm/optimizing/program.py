"""A program as a machine has loaded it: where its tables lie.

The machine hands over the address of a struct, whose words do not change any more.
"""

from __future__ import annotations

from grokc.vm.optimizing import memory

PROGRAM_FIELDS = (
    "code",
    "code_bytes",
    "functions",
    "function_bytes",
    "globals",
    "symbols",
    "constants",
    "anchor",
    "optimized_code",
    "optimized_code_bytes",
    "sites",
)
"""The first words of ``Program`` (program.grok)."""


class Program:
    """The tables of a program that a machine has loaded, by their addresses."""

    __slots__ = PROGRAM_FIELDS

    code: int
    code_bytes: int
    functions: int
    function_bytes: int
    globals: int
    symbols: int
    constants: int
    anchor: int
    optimized_code: int
    optimized_code_bytes: int
    sites: int

    def __init__(self, address: int) -> None:
        words = memory.read_words(address, len(PROGRAM_FIELDS))
        for field, word in zip(PROGRAM_FIELDS, words, strict=True):
            setattr(self, field, word)

    def read_code(self) -> bytes:
        """The instructions of all functions, with what their sites have seen so far."""
        return memory.read(self.code, self.code_bytes)

    def read_sites(self) -> bytes:
        """What the sites have met so far: each record where its instruction is in the code."""
        return memory.read(self.sites, self.code_bytes)
