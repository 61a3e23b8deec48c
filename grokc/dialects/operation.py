"""What all our operations have in common, for the sake of speed.

xDSL's passes ask an operation for its traits many times, and each time look through all of them
with ``isinstance``; its IRDL classes look for default properties at every construction.  Ours have
no defaults, and a class's traits never change once it is defined.
"""

from __future__ import annotations

from typing import cast

from xdsl.ir import Operation
from xdsl.irdl import IRDLOperation
from xdsl.traits import OpTrait, OpTraitInvT

_ALL: dict[tuple[type[Operation], type[OpTrait]], list[OpTrait]] = {}
_FIRST: dict[tuple[type[Operation], object], OpTrait | None] = {}


class GrokcOperation(IRDLOperation):
    """The base of the operations of all our dialects."""

    def __post_init__(self) -> None:
        """Nothing: no property has a default."""

    @classmethod
    def get_trait(cls, trait: type[OpTraitInvT] | OpTraitInvT) -> OpTraitInvT | None:
        key = (cls, trait)
        if key not in _FIRST:
            _FIRST[key] = super().get_trait(trait)
        return cast("OpTraitInvT | None", _FIRST[key])

    @classmethod
    def get_traits_of_type(cls, trait_type: type[OpTraitInvT]) -> list[OpTraitInvT]:
        key = (cls, trait_type)
        if key not in _ALL:
            _ALL[key] = [*super().get_traits_of_type(trait_type)]
        return cast("list[OpTraitInvT]", _ALL[key])
