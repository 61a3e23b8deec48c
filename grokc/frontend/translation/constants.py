"""Literals, and which consts may be written where they are used."""

from __future__ import annotations

from typing import TypeAlias

from grokc.frontend import tree
from grokc.frontend.symbols import BuiltinConstant, Entity, Global

Literal: TypeAlias = int | float | bool | str | tuple[()]
"""The value of a literal; ``()`` is unit."""


def literal_value(node: tree.Expr) -> Literal | None:
    """The value of a literal, which may have a minus before it; None of anything else."""
    if isinstance(node, (tree.Int, tree.Float, tree.Bool, tree.Str)):
        return node.value
    if isinstance(node, tree.Unit):
        return ()
    if isinstance(node, tree.Unary) and node.operator == "-":
        operand = node.operand
        if isinstance(operand, tree.Int) and operand.value > -(2**63):
            return -operand.value
        if isinstance(operand, tree.Float):
            return -operand.value
    return None


def literal_constants(constants: list[Global], targets: dict[int, Entity]) -> dict[int, Literal]:
    """Consts that may be written where they are used: those whose value is a literal.

    Reading a const before its turn is an error that must stay one.  Only code that runs before
    the const's turn could see it, and that takes an initializer that calls something: consts after
    such an initializer are read from their globals.
    """
    result: dict[int, Literal] = {}
    plain: set[int] = set()
    for constant in constants:
        value = constant.node.value
        if not constant.mutable:
            literal = literal_value(value)
            if literal is not None:
                result[id(constant)] = literal
            if _is_plain_value(value, targets, plain):
                plain.add(id(constant))
        silent = isinstance(value, (tree.Path, tree.Closure))
        if not silent and not _is_plain_value(value, targets, plain):
            break
    return result


def _is_plain_value(value: tree.Expr, targets: dict[int, Entity], plain: set[int]) -> bool:
    """Made by built-in operators of literals and plain consts: evaluating it runs no user code."""
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, (tree.Unary)):
            pending.append(node.operand)
        elif isinstance(node, (tree.Binary, tree.Logical)):
            pending += (node.left, node.right)
        elif isinstance(node, (tree.Tuple, tree.List)):
            pending += node.elements
        elif isinstance(node, tree.Paren):
            pending.append(node.inner)
        elif isinstance(node, tree.Path):
            target = targets.get(id(node))
            if not isinstance(target, BuiltinConstant) and id(target) not in plain:
                return False
        elif literal_value(node) is None:
            return False
    return True
