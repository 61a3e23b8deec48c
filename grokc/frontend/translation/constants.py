"""Which consts may be written where they are used."""

from __future__ import annotations

from grokc.frontend import tree
from grokc.frontend.symbols import BuiltinConstant, Entity, Global
from grokc.frontend.translation.expressions import is_literal


def literal_constants(constants: list[Global], targets: dict[int, Entity]) -> dict[int, tree.Expr]:
    """Consts that may be written where they are used: those whose value is a literal.

    Reading a const before its turn is an error that must stay one.  Only code that runs before
    the const's turn could see it, and that takes an initializer that calls something: consts after
    such an initializer are read from their globals.
    """
    result: dict[int, tree.Expr] = {}
    plain: set[int] = set()
    for constant in constants:
        value = _folded(constant.node.value)
        if not constant.mutable:
            if is_literal(value):
                result[id(constant)] = value
            if _is_plain_value(value, targets, plain):
                plain.add(id(constant))
        silent = isinstance(value, (tree.Path, tree.Closure))
        if not silent and not _is_plain_value(value, targets, plain):
            break
    return result


def _folded(value: tree.Expr) -> tree.Expr:
    """A negated literal as a literal."""
    if isinstance(value, tree.Unary) and value.operator == "-":
        operand = value.operand
        if isinstance(operand, tree.Int) and operand.value > -(2**63):
            return tree.Int(value.start, value.end, -operand.value)
        if isinstance(operand, tree.Float):
            return tree.Float(value.start, value.end, -operand.value)
    return value


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
        elif not is_literal(node):
            return False
    return True
