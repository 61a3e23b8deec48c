"""What a production knows of the place that it fills: scope, cost, and what may happen there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tests.fuzz.generator.types import ListOf, MapOf, OptionOf, SetOf, TupleOf, Type, fits

T = TypeVar("T")

CALLBACK = 40
"""What a call of an unknown function value costs at most."""

LENGTH = 12
"""How many elements a list, a map or a str is taken to have (none gets more than LIMIT)."""

LIMIT = 24
"""Statements that would make a collection longer than this do nothing."""


@dataclass(frozen=True)
class Variable:
    """``cost``: of a call, if it is a function; ``assignable``: a program may assign it.

    ``turns``: a loop's counter has about so many values, from 0 on.
    """

    name: str
    type: Type
    assignable: bool = True
    cost: int = CALLBACK
    turns: int = 0


@dataclass(frozen=True)
class FunctionInfo:
    """A function or method; ``name`` is what a call is written with."""

    name: str
    parameters: tuple[Type, ...]
    result: Type
    cost: int
    defaults: int = 0
    risky: bool = False
    receiver: Type | None = None


@dataclass
class StructInfo:
    """``defaulted``: the names of the fields that may be left out."""

    name: str
    fields: dict[str, Type]
    defaulted: set[str]
    operators: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class VariantInfo:
    """``names`` of the payload's fields, or none of them for ``V(a, b)``."""

    name: str
    payload: tuple[Type, ...]
    names: tuple[str, ...] = ()


@dataclass
class EnumInfo:
    name: str
    variants: list[VariantInfo]


@dataclass
class TraitInfo:
    name: str
    implementors: list[Type] = field(default_factory=list)


class World:
    """A program in the making.

    Each program has a taste of its own: productions are left out or preferred at random ("swarm
    testing": Groce et al., ISSTA 2012), since what all programs have in equal parts hides what
    happens only in the company of few others.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.structs: dict[str, StructInfo] = {}
        self.enums: dict[str, EnumInfo] = {}
        self.traits: dict[str, TraitInfo] = {}
        self.functions: list[FunctionInfo] = []
        self.globals: list[Variable] = []
        self._taste: dict[str, float] = {}
        self._names = 0

    def fresh(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def taste(self, name: str) -> float:
        if name not in self._taste:
            self._taste[name] = self.rng.choice((0.0, 0.2, 1.0, 1.0, 3.0))
        return self._taste[name]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def choice(self, options: Sequence[T]) -> T:
        return self.rng.choice(options)


@dataclass
class Meter:
    """How many steps a call of a function may take, and how many it takes so far."""

    limit: int
    spent: int = 0


@dataclass(frozen=True)
class Loop:
    label: str | None
    takes_value: bool = False


@dataclass
class Context:
    """A place in a function's body.

    ``weight``: how often one call of the function comes here.  ``risky``: errors are wanted here.
    ``result``: the type of what ``return`` takes, and None where it may not stand.  ``pure``: what
    stands here changes nothing and calls nothing that does.
    """

    world: World
    meter: Meter
    variables: list[Variable] = field(default_factory=list)
    weight: int = 1
    risky: bool = False
    result: Type | None = None
    loops: tuple[Loop, ...] = ()
    pure: bool = False
    in_closure: bool = False

    def inner(
        self,
        *,
        weight: int = 1,
        loop: Loop | None = None,
        variables: Sequence[Variable] = (),
    ) -> Context:
        """The inside of a block, which is run ``weight`` times as often."""
        return replace(
            self,
            variables=[*self.variables, *variables],
            weight=self.weight * weight,
            loops=(*self.loops, loop) if loop is not None else self.loops,
        )

    def closure(
        self, result: Type, limit: int, *, risky: bool = False, pure: bool = False
    ) -> Context:
        """The inside of a closure, whose calls take up to ``limit`` steps each."""
        return Context(
            self.world,
            Meter(limit),
            list(self.variables),
            risky=(risky or self.risky) and not pure,
            result=result,
            pure=pure or self.pure,
            in_closure=True,
        )

    def in_plain_closure(self) -> Context:
        """The inside of a closure that is called on the spot, and not left by ``return``."""
        return replace(self, loops=(), result=None, in_closure=True)

    def charge(self, steps: int) -> None:
        self.meter.spent += steps * self.weight

    def affords(self, steps: int) -> bool:
        return self.meter.spent + steps * self.weight <= self.meter.limit

    def known(self, wanted: Type) -> list[Variable]:
        """The variables, globals too, whose values fit."""
        return [v for v in self.visible() if fits(v.type, wanted)]

    def visible(self) -> list[Variable]:
        return [*self.world.globals, *self.variables]

    def assignable(self) -> list[Variable]:
        return [] if self.pure else [v for v in self.visible() if v.assignable]

    def declare(self, variable: Variable) -> None:
        self.variables = [v for v in self.variables if v.name != variable.name]
        self.variables.append(variable)

    def name_for_let(self) -> str:
        """A fresh name, or one that is shadowed from here on."""
        candidates = [v.name for v in self.variables if v.assignable]
        if candidates and self.world.chance(0.08):
            return self.world.choice(candidates)
        return self.world.fresh("v")


def is_collection(type_: Type) -> bool:
    return isinstance(type_, ListOf | MapOf | SetOf)


def element_of(type_: Type) -> Type | None:
    """What a walk over a collection or tuple gives, if it has one type."""
    match type_:
        case ListOf(element) | SetOf(element):
            return element
        case MapOf(key, value):
            return TupleOf((key, value))
        case OptionOf(value):
            return value
        case _:
            return None
