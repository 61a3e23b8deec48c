"""Parse tables: ``grammar.lark`` goes through lark's LALR(1) construction, once.

lark reads the grammar and computes the automaton; the parser proper (:mod:`grokc.frontend.parser`)
drives the tables itself, several times as fast.  Building them takes lark about a second, so they
are kept in the cache, and then lark is not even imported.
"""

from __future__ import annotations

import marshal
import os
import sys
from typing import Any

from grokc import cache

GRAMMAR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "grammar.lark")

END = "$END"


class Rule:
    """A production: ``lhs`` of ``size`` symbols.

    ``action`` names the tree builder's method, and ``picks`` the symbols that it receives (-1: an
    optional part that is absent, None).  The action ``same`` stands for its only pick.
    """

    __slots__ = ("action", "lhs", "picks", "size")

    def __init__(self, lhs: str, size: int, action: str, picks: tuple[int, ...]) -> None:
        self.lhs = lhs
        self.size = size
        self.action = action
        self.picks = picks


class Tables:
    """The automaton.  States are numbers, token kinds are texts (``"fn"``, ``"->"``, ``"NAME"``).

    ``rows[state][kind]`` is the state after shifting (0 and above) or ``~rule`` to reduce;
    ``gotos[state][lhs]`` is the state after a reduction.
    """

    __slots__ = ("accept", "gotos", "rows", "rules", "start")

    def __init__(
        self,
        rows: list[dict[str, int]],
        gotos: list[dict[str, int]],
        rules: list[Rule],
        start: int,
        accept: int,
    ) -> None:
        self.rows = rows
        self.gotos = gotos
        self.rules = rules
        self.start = start
        self.accept = accept


_loaded: list[Tables] = []


def tables() -> Tables:
    """The tables of GrokLang: from memory, from the cache, or built."""
    if not _loaded:
        stamp = cache.sources_stamp("frontend/grammar.py", "frontend/grammar.lark")
        key = cache.digest(stamp, sys.implementation.cache_tag)
        data = cache.read("grammar", key)
        raw = None if data is None else marshal.loads(data)
        if raw is None:
            with open(GRAMMAR, encoding="utf-8") as stream:
                raw = build(stream.read())
            cache.write("grammar", key, marshal.dumps(raw))
        rows, gotos, rules, start, accept = raw
        _loaded.append(Tables(rows, gotos, [Rule(*rule) for rule in rules], start, accept))
    return _loaded[0]


Raw = tuple[
    list[dict[str, int]],
    list[dict[str, int]],
    list[tuple[str, int, str, tuple[int, ...]]],
    int,
    int,
]


def build(grammar: str) -> Raw:
    """Computes the tables.  lark resolves shift/reduce conflicts by shifting, and tells its debug
    log; a test knows all of those that the grammar has."""
    from lark import Lark
    from lark.lexer import Lexer, LexerState
    from lark.parsers.lalr_analysis import Shift

    class NoLexer(Lexer):  # ours is not lark's kind
        __future_interface__ = 2

        def __init__(self, configuration: object) -> None:
            pass

        def lex(self, lexer_state: LexerState, parser_state: Any) -> Any:
            raise NotImplementedError

    lark = Lark(grammar, start="file", parser="lalr", lexer=NoLexer, maybe_placeholders=True)
    table: Any = lark.parser.parser._parse_table
    # A token that the grammar quotes is called by its text, and any other by its name.
    kinds = {t.name: str(t.pattern.value) for t in lark.terminals if t.pattern is not None}
    numbers = {rule: number for number, rule in enumerate(lark.rules)}
    order = {state: number for number, state in enumerate(table.states)}
    rows: list[dict[str, int]] = [{} for _ in order]
    gotos: list[dict[str, int]] = [{} for _ in order]
    symbols = {rule.origin.name for rule in lark.rules}
    for state, number in order.items():
        for name, (action, argument) in table.states[state].items():
            if name in symbols:
                gotos[number][str(name)] = order[argument]
            elif action is Shift:
                rows[number][kinds.get(name, str(name))] = order[argument]
            else:
                rows[number][kinds.get(name, str(name))] = ~numbers[argument]
    return (
        rows,
        gotos,
        [_rule(rule) for rule in lark.rules],
        order[table.start_states["file"]],
        order[table.end_states["file"]],
    )


def _rule(rule: Any) -> tuple[str, int, str, tuple[int, ...]]:
    """One of lark's rules as the arguments of :class:`Rule`.

    lark multiplies out optional parts; ``empty_indices`` tells where in such a rule one is absent.
    """
    picks: list[int] = []
    size = len(rule.expansion)
    position = 0
    for absent in rule.options.empty_indices or [False] * size:
        if absent:
            picks.append(-1)
            continue
        symbol = rule.expansion[position]
        if symbol.is_term:
            picked = rule.options.keep_all_tokens or not symbol.filter_out
        else:
            picked = not symbol.name.startswith("_")
        if picked:
            picks.append(position)
        position += 1
    action = rule.alias or rule.origin.name
    if action.startswith("_"):
        action = "nothing"
    if not rule.alias and rule.options.expand1 and len(picks) == 1:
        action = "same"
    return str(rule.origin.name), size, str(action), tuple(picks)
