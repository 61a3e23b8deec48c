"""Text to syntax tree: ``parse(file)``.

The tables of ``grammar.lark`` (:mod:`grokc.frontend.grammar`) drive a shift-reduce loop that pulls
tokens from the :mod:`grokc.frontend.lexer` and calls the :mod:`grokc.frontend.builder`.  The loop is
our own because it is the hot one, and because it recovers from errors: it finds all independent
errors of a file.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from grokc.frontend import tree
from grokc.frontend.builder import Builder
from grokc.frontend.diagnostics import CompileError, Diagnostic
from grokc.frontend.grammar import END, Rule, Tables, tables
from grokc.frontend.lexer import Lexer, Token, TooDeep
from grokc.frontend.source import SourceFile

MAX_DEPTH = 2000
"""How deep a tree may be, in nodes.  Whoever walks trees recursively can rely on it; only the left
sides of :class:`~grokc.frontend.tree.Binary` chains do not count."""


def parse(file: SourceFile, *, core: bool = False) -> tree.File:
    """Parses a file of GrokLang, or of core GrokLang (which ``#![core]`` in the file says as well).

    Raises CompileError with all independent syntax errors of the file.
    """
    collecting = gc.isenabled()
    gc.disable()  # a tree is nothing but live objects: the collector would only look at them
    try:
        return _Parser(file, core, tables()).parse()
    finally:
        if collecting:
            gc.enable()


_CLOSE_AND = frozenset({">>", ">=", ">>="})


class _Parser:
    def __init__(self, file: SourceFile, core: bool, tables: Tables) -> None:
        self.tables = tables
        self.states = [tables.start]
        self.values: list[Any] = [None]
        self.starts = [0]
        self.lexer = Lexer(file, self, core)
        self.builder = Builder(self.lexer)

    def parse(self) -> tree.File:
        try:
            result = self.run()
            self.builder.finish()
        except TooDeep:
            result = None
        if self.lexer.diagnostics or result is None:
            raise CompileError(self.lexer.diagnostics)
        return result

    def run(self) -> tree.File | None:
        states, values, starts = self.states, self.values, self.starts
        rows, gotos = self.tables.rows, self.tables.gotos
        rules = bound_rules(self.tables.rules, self.builder)
        accept = self.tables.accept
        state = states[-1]
        last_end = 0
        tokens = self.lexer.tokens()
        for token in tokens:
            kind = token[0]
            rest: Token | None = None
            while True:
                action = rows[state].get(kind)
                if action is None:
                    if kind in _CLOSE_AND and ">" in rows[state]:
                        # `list<list<int>>`: the bracket ends here, whatever follows it.
                        start = token[2]
                        rest = (kind[1:], kind[1:], start + 1, token[3])
                        token, kind = (">", ">", start, start + 1), ">"
                        continue
                    raise CompileError([self.unexpected(token)])
                if action >= 0:
                    state = action
                    states.append(state)
                    values.append(token)
                    starts.append(token[2])
                    last_end = token[3]
                    if rest is None:
                        break
                    token, kind, rest = rest, rest[0], None
                    continue
                size, lhs, build, pick, absent = rules[~action]
                if size == 0:
                    start = token[2]
                    value = build(start, start)
                    starts.append(start)
                    values.append(value)
                elif build is None:
                    if size > 1:
                        values[-size] = values[pick - size]
                        del values[1 - size :], states[1 - size :], starts[1 - size :]
                    states.pop()
                    state = gotos[states[-1]][lhs]
                    states.append(state)
                    continue
                else:
                    parts = values[-size:]
                    del values[-size:], states[-size:]
                    if absent:
                        parts.append(None)
                    start = starts[-size]
                    if size > 1:
                        del starts[1 - size :]
                    values.append(build(start, last_end, *(parts if pick is None else pick(parts))))
                state = gotos[states[-1]][lhs]
                states.append(state)
                if state == accept and kind == END:
                    result: tree.File = values[-1]
                    return result
        return None

    def accepts(self, kind: str) -> bool:
        """Whether a token of the kind may come next: the table alone does not say, as LALR states
        that are shared promise what is only sometimes true."""
        rows, gotos, rules = self.tables.rows, self.tables.gotos, self.tables.rules
        states = self.states
        height = len(states)  # of what remains of the stack, with ``pushed`` on top
        pushed: list[int] = []
        state = states[-1]
        while True:
            action = rows[state].get(kind)
            if action is None:
                return False
            if action >= 0:
                return True
            rule = rules[~action]
            size = rule.size
            if size <= len(pushed):
                del pushed[len(pushed) - size :]
            else:
                height -= size - len(pushed)
                pushed.clear()
            state = gotos[pushed[-1] if pushed else states[height - 1]][rule.lhs]
            pushed.append(state)

    def unexpected(self, token: Token) -> Diagnostic:
        return Diagnostic(f"unexpected {token[0]}", self.lexer.file, token[2], token[3])


Bound = tuple[int, str, "Callable[..., Any] | None", Any, bool]


def bound_rules(rules: list[Rule], builder: Builder) -> list[Bound]:
    bound: list[Bound] = []
    for rule in rules:
        picks = [rule.size if pick < 0 else pick for pick in rule.picks]
        absent = rule.size in picks
        if rule.action == "same":
            bound.append((rule.size, rule.lhs, None, picks[0], False))
            continue
        build = getattr(builder, rule.action)
        pick: Any = None
        if picks != list(range(rule.size + absent)):
            if len(picks) == 1:
                pick = single(picks[0])
            elif picks:
                pick = itemgetter(*picks)
            else:
                pick = lambda parts: ()
        bound.append((rule.size, rule.lhs, build, pick, absent))
    return bound


def single(index: int) -> Callable[[list[Any]], tuple[Any]]:
    return lambda parts: (parts[index],)
