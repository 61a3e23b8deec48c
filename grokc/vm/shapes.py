"""Which machines there are: the one that programs run on, and those that measurements need."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

REPRESENTATIONS = ("nanbox", "tagged")
"""How values lie in memory: NaN-boxing, or tag and payload in 16 bytes."""

DISPATCHES = ("threaded", "switch", "counted")
"""How instructions follow each other: through handler words, by one switch on the opcode, or
through handler words while they are counted."""

ABLATIONS = ("quickening", "caches", "linking", "sharing", "registers")
"""What a machine can be built without, to measure what it brings (:mod:`grokc.measure.ablation`):
instructions of their own for the types of operands that they have seen; inline caches; calls that
know their function, which is looked up by name instead; bodies that all calls of a function share,
which each call copies instead; registers that instructions name, instead of which there is a stack
(for images that are compiled for it)."""

Shape = tuple[str, str, tuple[str, ...]]
"""A machine: its representation, its dispatch, what it is built without."""

USUAL: Shape = ("nanbox", "threaded", ())
"""The machine that programs run on."""

IDEAS = ("nanboxing", "threading", *ABLATIONS)
"""What ``grokc run --without`` can name."""


def shape_without(ideas: Sequence[str]) -> Shape:
    """The machine that lacks some of ``IDEAS``."""
    return (
        "tagged" if "nanboxing" in ideas else "nanbox",
        "switch" if "threading" in ideas else "threaded",
        tuple(name for name in ABLATIONS if name in ideas),
    )


MODULE = "grokc_machine"
"""The Python module that a machine is."""

EXPORT = f"PyInit_{MODULE}"
