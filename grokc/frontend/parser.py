"""Text to syntax tree: ``parse(file)``.

The tables of ``grammar.lark`` (:mod:`grokc.frontend.grammar`) drive a shift-reduce loop that pulls
tokens from the :mod:`grokc.frontend.lexer` and calls the :mod:`grokc.frontend.builder`.  The loop
is our own because it is the hot one, and because it recovers from errors: it finds all independent
errors of a file.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from grokc.frontend import tree
from grokc.frontend.builder import Builder
from grokc.frontend.diagnostics import CompileError
from grokc.frontend.grammar import END, Rule, Tables, tables
from grokc.frontend.lexer import Level, Lexer, Token, TooDeep
from grokc.frontend.source import SourceFile
from grokc.frontend.syntax_errors import explain

MAX_DEPTH = 3200
"""How deep a tree may be, in nodes.  Whoever walks trees recursively can rely on it; only the left
sides of :class:`~grokc.frontend.tree.Binary` chains do not count."""


def parse(file: SourceFile, *, core: bool = False) -> tree.File:
    """Parses a file of GrokLang, or of core GrokLang (which ``#![core]`` in the file says as well).

    Raises CompileError with all independent syntax errors of the file.
    """
    collecting = gc.isenabled()
    gc.disable()  # a tree is nothing but live objects: the collector would only look at them
    try:
        try:
            return Parser(file, core, tables()).parse()
        except _Retry:
            return Parser(file, core, tables(), careful=True).parse()
    finally:
        if collecting:
            gc.enable()


_CLOSE_AND = frozenset({">>", ">=", ">>="})


#: Where the parser takes up after an error: in a level of the kind, an entry of the list is next.
_LISTS = {"block": "statement", "match": "arm", "fields": "field"}

#: In a broken statement, the last of these words tells what its braces hold: more statements ...
_BODIED = frozenset({"if", "else", "while", "for", "loop", "fn", "impl", "trait", "mod"})
#: ... or something else.
_UNBODIED = frozenset({"match", "struct", "enum", "use", "let", "const", "static"})

_FIRST: Token = ("", None, 0, 0)


class _Retry(Exception):
    """A syntax error: what could have come in place of the token takes a careful parser to say."""


class Parser:
    """The stack machine.  Four stacks move as one: states, the values of what was read, the offsets
    where it starts, and its depth (the height of the tree that it is).

    An LALR parser may find out that a token does not fit only after reductions that the token made
    it do, and then has forgotten what else could have come.  So one that is ``careful`` keeps the
    stack of states as it was before each token.
    """

    def __init__(self, file: SourceFile, core: bool, tables: Tables, careful: bool = False) -> None:
        self.tables = tables
        self.states = [tables.start]
        self.values: list[Any] = [None]
        self.starts = [0]
        self.depths = [0]
        self.lexer = Lexer(file, self, core)
        self.builder = Builder(self.lexer)
        self.careful = careful

    def parse(self) -> tree.File:
        result = None
        try:
            result = self.run()
            self.builder.finish()
        except TooDeep:
            pass
        if self.lexer.diagnostics or result is None:
            raise CompileError(self.lexer.diagnostics)
        return result

    def run(self) -> tree.File | None:
        states, values, starts, depths = self.states, self.values, self.starts, self.depths
        rows, gotos, accept = self.tables.rows, self.tables.gotos, self.tables.accept
        rules = _bind(self.tables.rules, self.builder)
        state = states[-1]
        last = _FIRST
        last_end = 0
        rest: Token | None = None
        careful = self.careful
        before = states
        tokens = self.lexer.tokens()
        for token in tokens:
            kind = token[0]
            if careful:
                before = states.copy()
            while True:
                action = rows[state].get(kind)
                if action is None:
                    if kind in _CLOSE_AND and ">" in rows[state]:
                        # `list<list<int>>`: the bracket ends here, whatever follows it.
                        start = token[2]
                        rest = (kind[1:], kind[1:], start + 1, token[3])
                        token, kind = (">", ">", start, start + 1), ">"
                        continue
                    if not careful:
                        raise _Retry
                    resume = self.recover(token, last, before, tokens)
                    if resume is None:
                        return None
                    token, rest = resume, None
                    kind = token[0]
                    state = states[-1]
                    continue
                if action >= 0:
                    state = action
                    states.append(state)
                    values.append(token)
                    starts.append(token[2])
                    depths.append(0)
                    last = token
                    last_end = token[3]
                    if rest is None:
                        break
                    token, kind, rest = rest, rest[0], None
                    continue
                size, lhs, build, pick, absent, deeper = rules[~action]
                if size == 0:
                    start = token[2]
                    starts.append(start)
                    depths.append(0)
                    values.append(build(start, start))
                elif build is None:
                    if size > 1:
                        values[-size] = values[pick - size]
                        depths[-size] = depths[pick - size]
                        del values[1 - size :], states[1 - size :]
                        del starts[1 - size :], depths[1 - size :]
                    states.pop()
                    state = gotos[states[-1]][lhs]
                    states.append(state)
                    continue
                else:
                    parts = values[-size:]
                    del values[-size:], states[-size:]
                    if absent:
                        parts.append(None)
                    if size == 1:
                        depths[-1] += deeper
                        start = starts[-1]
                    else:
                        start = starts[-size]
                        if deeper < 0:  # a chain that is walked by a loop
                            depth = max(depths[-size], depths[-1] + 1)
                        else:
                            depth = max(depths[-size:]) + deeper
                        if depth > MAX_DEPTH:
                            self.too_deep(start)
                        del starts[1 - size :], depths[1 - size :]
                        depths[-1] = depth
                    values.append(build(start, last_end, *(parts if pick is None else pick(parts))))
                state = gotos[states[-1]][lhs]
                states.append(state)
                if state == accept and kind == END:
                    result: tree.File = values[-1]
                    return result
        return None

    def accepts(self, kind: str, states: list[int] | None = None) -> bool:
        """Whether a token of the kind may come next: the table alone does not say, as LALR states
        that are shared promise what is only sometimes true."""
        rows, gotos, rules = self.tables.rows, self.tables.gotos, self.tables.rules
        if states is None:
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

    def too_deep(self, start: int) -> None:
        self.lexer.error("nested too deeply for the compiler", start, start + 1)
        raise TooDeep

    # ------------------------------------------------------------------------------ recovery

    def recover(
        self, token: Token, last: Token, before: list[int], tokens: Iterator[Token]
    ) -> Token | None:
        """Reports an unexpected token, gives up the statement around it, and returns the token to
        go on with: the statement's end, what is obviously a new one, or the statement's body.

        None at the end of the file.
        """
        lexer = self.lexer
        self.builder.recovered = True
        if token[0] != "ERROR" and not lexer.levels[-1].broken:
            kinds = self.tables.rows[before[-1]]
            expected = {kind for kind in kinds if self.accepts(kind, before)}
            lexer.diagnostics.append(explain(token, last, lexer.file, expected))
        for level in lexer.levels:
            level.blamed = True
        if lexer.begins_statement(token):
            lexer.abandon()
        # The innermost level with a list that can be taken up again.  A closing brace has left its
        # level already.
        closed = lexer.closed if token[0] == "}" else None
        if closed is not None and closed.kind in _LISTS:
            target, depth = closed, len(lexer.levels) + 1
        else:
            depth = len(lexer.levels)
            while lexer.levels[depth - 1].kind not in _LISTS:
                depth -= 1
            target = lexer.levels[depth - 1]
        target.broken = True
        word = self.unwind(target)
        while True:
            kind = token[0]
            open_levels = len(lexer.levels)
            if kind == END:
                return None if not self.accepts(END) else token
            if open_levels < depth:
                if kind == "}" and self.accepts("}"):
                    return token
                # The lexer gave up on the target as well: go on further out.
                depth = open_levels
                while lexer.levels[depth - 1].kind not in _LISTS:
                    depth -= 1
                target = lexer.levels[depth - 1]
                word = self.unwind(target)
            if lexer.begins_statement(token) and lexer.levels[-1].kind != "match":
                lexer.abandon()
                if len(lexer.levels) == depth and self.accepts(kind):
                    lexer.restart(token)
                    return token
            elif open_levels == depth:
                if kind in _BODIED or kind in _UNBODIED:
                    word = kind
                if target.kind != "block" and kind == ",":
                    target.broken = False
                    if self.accepts(","):
                        return token
                    token = next(tokens)  # the comma belongs to what was given up
                    if self.accepts(token[0]):
                        return token
                    continue
                if kind in (";", "_NL") and self.accepts(kind):
                    target.broken = False
                    return token
                if kind == "_BLOCK" and word in _BODIED and self.accepts(kind):
                    target.block_like = True
                    return token
            token = next(tokens)

    def unwind(self, level: Level) -> str:
        """Cuts the stacks back to the list in the level.  Returns the last word in what is cut off
        that tells what braces hold."""
        states = self.states
        keep = level.height
        gotos, rows = self.tables.gotos, self.tables.rows
        for height in range(level.height, min(len(states), level.height + 2)):
            state = states[height]
            if _LISTS[level.kind] in gotos[state] or (
                level.kind == "fields" and "_NL" in rows[state]
            ):
                keep = height + 1
                break
        word = ""
        for value in self.values[keep:]:
            is_token = type(value) is tuple and len(value) == 4
            if is_token and (value[0] in _BODIED or value[0] in _UNBODIED):
                word = value[0]
        del states[keep:], self.values[keep:], self.starts[keep:], self.depths[keep:]
        return word


Bound = tuple[int, str, Any, Any, bool, int]


def _bind(rules: list[Rule], builder: Builder) -> list[Bound]:
    """The rules as the loop wants them: size, left side, action, how to pick the action's arguments
    from the parts (None: all), whether to append a None for absent parts before, and what the
    result adds to the depth of its parts (-1: see MAX_DEPTH)."""
    bound: list[Bound] = []
    for rule in rules:
        if rule.action == "same":
            bound.append((rule.size, rule.lhs, None, rule.picks[0], False, 0))
            continue
        absent = -1 in rule.picks
        picks = [rule.size if pick < 0 else pick for pick in rule.picks]
        pick: Any = None
        if picks != list(range(rule.size + absent)):
            pick = itemgetter(*picks) if len(picks) > 1 else _single(*picks)
        deeper = -1 if rule.action == "binary" else int(rule.action not in _SHALLOW)
        build = getattr(builder, rule.action)
        bound.append((rule.size, rule.lhs, build, pick, absent, deeper))
    return bound


#: Actions whose result is no node of its own.
_SHALLOW = frozenset(
    """append append_name append_statement body dereference empty expression_statement item nothing
    one one_name reference two two_names without_arguments""".split()
)


def _single(index: int | None = None) -> Callable[[list[Any]], tuple[Any, ...]]:
    if index is None:
        return lambda parts: ()
    return lambda parts: (parts[index],)
