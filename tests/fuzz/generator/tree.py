"""The tree of a generated program: as much structure as generating, printing and reducing need.

A node is a sequence of parts, texts and nodes, so that there is one kind of node for all forms of
expressions.  Parentheses are not in the tree: printing puts them where a part needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.fuzz.generator.types import Type

INDENT = "    "

_OPENS = re.compile(
    r"(?:[(\[{,:]\s*|=> |(?:^|[^=!<>])= |\b(?:return|break|in|if|while|match) |^\|.*\| |^)$",
    re.DOTALL,
)
_CLOSES = re.compile(r"[)\]},;:]|\s+\}|\s\{|$|\n")
_HEAD = re.compile(r"\b(?:in|if|while|match) $")


@dataclass(eq=False)
class Expression:
    """``atomic``: it may stand before a dot, or beside an operator, without parentheses."""

    type: Type
    parts: list[Part]
    atomic: bool = True

    def __str__(self) -> str:
        return _text(self.parts, "")


@dataclass(eq=False)
class Literal(Expression):
    """An int literal whose number the reducer may make smaller."""

    number: int = 0


@dataclass(eq=False)
class Statement:
    parts: list[Part]


@dataclass(eq=False)
class Block:
    """``{ ... }``; without a result its value is ``()``."""

    statements: list[Statement] = field(default_factory=list)
    result: Expression | None = None


@dataclass(eq=False)
class Item:
    """A function, a struct, an impl ...; ``parts`` begins with its keyword."""

    parts: list[Part]


@dataclass(eq=False)
class Program:
    items: list[Item]

    def __str__(self) -> str:
        return "\n".join(_text(item.parts, "") + "\n" for item in self.items)


Part: TypeAlias = str | Expression | Statement | Block | Item
Node: TypeAlias = Expression | Statement | Block | Item | Program


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below one."""
    match node:
        case Program(items):
            yield from items
        case Block(statements, result):
            yield from statements
            if result is not None:
                yield result
        case _:
            for part in node.parts:
                if not isinstance(part, str):
                    yield part


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, from the outside to the inside."""
    yield node
    for child in children(node):
        yield from walk(child)


def _text(parts: Sequence[Part], indent: str, inside: bool = False) -> str:
    """``inside`` an expression, the first part is an operand."""
    texts: list[str] = []
    for index, part in enumerate(parts):
        match part:
            case str():
                texts.append(part.replace("\n", f"\n{indent}"))
            case Expression():
                text = _text(part.parts, indent, inside=True)
                before = parts[index - 1] if index else None if inside else ""
                after = parts[index + 1] if index + 1 < len(parts) else ""
                bare = part.atomic or _is_bracketed(before, after)
                if text.startswith("{") or (
                    text.endswith("}") and isinstance(before, str) and _HEAD.search(before)
                ):
                    bare = False
                texts.append(text if bare else f"({text})")
            case Block():
                texts.append(_block(part, indent))
            case _:
                texts.append(_text(part.parts, indent))
    return "".join(texts)


def _is_bracketed(before: Part | None, after: Part) -> bool:
    if not isinstance(before, str) or _OPENS.search(before) is None:
        return False
    return not isinstance(after, str) or _CLOSES.match(after) is not None


def _block(block: Block, indent: str) -> str:
    lines = [_text(statement.parts, indent + INDENT) for statement in block.statements]
    if block.result is not None:
        lines.append(_text([block.result], indent + INDENT))
    if not lines:
        return "{}"
    if len(lines) == 1 and "\n" not in lines[0] and len(lines[0]) < 60:
        return f"{{ {lines[0]} }}"
    body = "".join(f"{indent}{INDENT}{line}\n" for line in lines)
    return f"{{\n{body}{indent}}}"
