"""Makes a failing program small: structural reduction over the generator's tree.

As in hierarchical delta debugging (Misherghi and Su, ICSE 2006) large parts go first: items, then
statements, then expressions from the outside to the inside, then numbers.  What a step breaks (a
name that nothing declares any more) does not fail in the same way, and so is taken back.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from tests.fuzz.generator.tree import (
    Block,
    Expression,
    Item,
    Literal,
    Node,
    Program,
    Statement,
    walk,
)
from tests.fuzz.generator.types import fits

T = TypeVar("T")

_NUMBER = re.compile(r"(?<!\w)(?<!\d\.)\d{2,}(?!\w|\.\d)")


def reduce(program: Program, fails: Callable[[str], bool], seconds: float) -> None:
    """Changes the tree to a smaller one whose text still fails, in about so many seconds."""
    _Reducer(program, fails, time.monotonic() + seconds).run()


class _Reducer:
    def __init__(self, program: Program, fails: Callable[[str], bool], deadline: float) -> None:
        self.program = program
        self.fails = fails
        self.deadline = deadline

    def run(self) -> None:
        steps = (self.items, self.statements, self.blocks, self.expressions, self.numbers)
        before = ""
        while before != (before := str(self.program)) and time.monotonic() < self.deadline:
            for step in steps:
                step()

    def keeps_failing(self, node: Any, **changes: Any) -> bool:
        """Changes attributes of a node, and changes them back unless the program still fails."""
        if time.monotonic() > self.deadline:
            return False
        old = {name: getattr(node, name) for name in changes}
        for name, value in changes.items():
            setattr(node, name, value)
        if self.fails(str(self.program)):
            return True
        for name, value in old.items():
            setattr(node, name, value)
        return False

    def all(self, kind: type[T]) -> Iterator[T]:
        """The nodes of a kind that are in the tree when their turn comes."""
        for node in list(walk(self.program)):
            if isinstance(node, kind) and any(node is other for other in walk(self.program)):
                yield node

    def items(self) -> None:
        self.without_chunks(self.program, "items")

    def statements(self) -> None:
        for block in self.all(Block):
            self.without_chunks(block, "statements")

    def without_chunks(self, node: Node, name: str) -> None:
        size = len(getattr(node, name))
        while size:
            at = 0
            while at < len(rows := getattr(node, name)):
                if not self.keeps_failing(node, **{name: [*rows[:at], *rows[at + size :]]}):
                    at += size
            size //= 2

    def blocks(self) -> None:
        """A loop or choice makes way for what is in one of its blocks."""
        for block in self.all(Block):
            for index, statement in enumerate(block.statements):
                for inner in _outermost_blocks(statement):
                    rows = [*block.statements]
                    rows[index : index + 1] = inner.statements
                    if self.keeps_failing(block, statements=rows):
                        break

    def expressions(self) -> None:
        for expression in self.all(Expression):
            zero = expression.type.zero
            if zero is not None and str(expression) != zero:
                atomic = not zero.startswith("|") and ".." not in zero
                if self.keeps_failing(expression, parts=[zero], atomic=atomic):
                    continue
            for inner in list(walk(expression)):
                if (
                    isinstance(inner, Expression)
                    and inner is not expression
                    and fits(inner.type, expression.type)
                    and self.keeps_failing(expression, parts=inner.parts, atomic=inner.atomic)
                ):
                    break

    def numbers(self) -> None:
        for node in self.all(Literal):
            for number in (0, 1, node.number // 2):
                if abs(number) < abs(node.number) and self.keeps_failing(
                    node, parts=[str(number)], number=number, atomic=number >= 0
                ):
                    break
        for other in list(walk(self.program)):
            if isinstance(other, Expression | Statement | Item):
                self.numbers_in_text(other)

    def numbers_in_text(self, node: Expression | Statement | Item) -> None:
        for index, part in enumerate(node.parts):
            if not isinstance(part, str) or _NUMBER.search(part) is None:
                continue
            for shrink in (lambda n: 2, lambda n: n // 8, lambda n: n // 2, lambda n: n * 3 // 4):
                text = _NUMBER.sub(lambda found: str(shrink(int(found.group()))), part)  # noqa: B023
                if self.keeps_failing(
                    node, parts=[*node.parts[:index], text, *node.parts[index + 1 :]]
                ):
                    break


def _outermost_blocks(node: Node) -> Iterator[Block]:
    for child in getattr(node, "parts", ()):
        if isinstance(child, Block):
            yield child
        elif not isinstance(child, str):
            yield from _outermost_blocks(child)
