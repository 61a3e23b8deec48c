"""Text to tokens, one at a time, in step with the parser.

A token is a tuple ``(kind, value, start, end)``; kinds are the terminals of ``grammar.lark``.  One
regular expression recognizes every token.  What a regular expression cannot know, the lexer takes
from two places: its own stack of the brackets around the current token (:class:`Level`), and the
parser's state, which says what may come next.  With them it

* ends statements at line ends (``_NL``), by the rule of the language reference,
* tells apart the kinds of ``{``, so that ``if x { }`` is no struct literal,
* finds the pieces of f-strings, whose holes are ordinary tokens,
* repairs unbalanced brackets, so that one slip is one error.

Whatever is wrong in a token is reported once, here; the token that the parser gets in its place has
the right kind, or is an ``ERROR``, on which the parser recovers without a report of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

from grokc.frontend.diagnostics import Diagnostic, Note
from grokc.frontend.source import SourceFile

Token = tuple[str, Any, int, int]

KEYWORDS = frozenset(
    """fn let mut if else match for in while loop break continue return struct enum trait impl use
    mod pub self Self super crate true false const static as where move dyn""".split()
)
RESERVED = frozenset({"actor", "spawn", "send", "receive"})

OPERATORS = """; , : :: = => -> . .. ..= ? @ + - * / % & | ^ ! < > <= >= == != && || << >>
    += -= *= /= %= &= |= ^= <<= >>= ( ) [ ] { } #[ #![ #{""".split()

MAX_BRACKETS = 1200
"""Brackets that may be open at once; what the tree may hold is limited in the parser."""

_MASTER = re.compile(
    r"""[ \t\r\f]*(?:
      (?P<FSTRING>f")
    | (?P<RAW>r\#*")
    | (?P<NAME>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<LINES>\n[ \t\r\f\n]*)
    | (?P<COMMENT>//[^\n]*)
    | (?P<NESTED>/\*)
    | (?P<NUMBER>0[xXbBoO][0-9A-Za-z_]*
        | [0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9_]+)?[A-Za-z0-9_]*)
    | (?P<STRING>"(?:[^"\\]++|\\.)*+")
    | (?P<CHAR>'(?:[^'\\\n]|\\(?:x[0-9A-Fa-f]{2}|u\{[^}'\n]*\}|[^\n]))')
    | (?P<LABEL>'[A-Za-z_][A-Za-z0-9_]*+(?!'))
    | (?P<OPERATOR>OPERATORS)
    | (?P<QUOTE>["'])
    | (?P<OTHER>.)
    | (?P<EOF>\Z)
    )""".replace(
        "OPERATORS",
        "|".join(re.escape(operator) for operator in sorted(OPERATORS, key=len, reverse=True)),
    ),
    re.VERBOSE | re.DOTALL,
)
_DIGITS = re.compile(r"[0-9]+")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f_]{1,8}\}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "0": "\0"}
_FSTRING_TEXT = re.compile(r'(?:[^"\\{}]++|\\u\{[^}"\n]*\}|\\.|\{\{|\}\})*+', re.DOTALL)
_FIELD_VALUE = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*\s*:(?!:)")  # nothing else begins like that
_FORMAT_SPEC = re.compile(r'[^{}"\n]*')
_NUMBER_PARTS = re.compile(
    r"""(?P<hex>0x[0-9A-Fa-f_]+?)(?P<hex_suffix>[iu](?:8|16|32|64|size))?
    |(?P<bits>0[bo][0-9_]+)(?P<bits_suffix>[iu](?:8|16|32|64|size))?
    |(?P<int>[0-9][0-9_]*)(?P<int_suffix>[iu](?:8|16|32|64|size))?
    |(?P<float>[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?)(?P<float_suffix>f32|f64)?
    """,
    re.VERBOSE,
)

#: A line that begins with one of these goes on with the statement before it.
_CONTINUES = frozenset(
    """. else as .. ..= ? { where -> = += -= *= /= %= &= |= ^= <<= >>= + / % ^ << >> == != < > <= >=
    && || => , ) ] } ; : :: @""".split()
)
#: After these a line end ends nothing: there is nothing before it.
_BEGINNINGS = frozenset({"", "_NL", ";", "_BLOCK", "_BODY"})
#: A statement that begins with one of these ends at its closing brace.
_BLOCK_LIKE = frozenset({"if", "match", "while", "loop", "for", "{"})
_ITEM_LIKE = frozenset({"struct", "enum", "trait", "impl", "mod", "fn"})
#: Words that begin nothing but a statement: after an error, one that begins a line is a new start.
_STARTERS = frozenset(
    {"let", "fn", "struct", "enum", "trait", "impl", "use", "mod", "const", "static", "pub"}
)
_CLOSERS = {")": "(", "]": "[", "}": "{"}

INT_LIMIT = 1 << 63


class TooDeep(Exception):
    """Nested beyond the limits; the diagnostic is recorded already."""


class Stack(Protocol):
    """The part of the parser that the lexer looks at."""

    states: list[int]

    def accepts(self, kind: str) -> bool:
        """Whether a token of the kind may come next."""


class Level:
    """An open bracket, or (the lowest level) the file.

    ``kind`` is ``block``, ``fields``, ``match``, ``record``, ``(``, ``[``, ``#[`` or ``hole``.
    ``newlines``: line ends may end statements.  ``leading``: nothing of the current statement (or
    of the body of a match arm) has been read.  ``block_like``: the current statement ends at its
    closing brace.  ``height`` is that of the parser's stack after the bracket.  ``blamed``: an
    error inside was reported, which a missing bracket may well be the cause of.  ``broken``: in
    the current statement one was, so that others in it are no news.  ``text_start`` of a hole is
    where the f-string begins.
    """

    __slots__ = (
        "blamed",
        "block_like",
        "broken",
        "height",
        "kind",
        "leading",
        "newlines",
        "opener",
        "start",
        "text_start",
    )

    def __init__(self, kind: str, opener: str, start: int, height: int) -> None:
        self.kind = kind
        self.opener = opener
        self.start = start
        self.height = height
        self.newlines = kind == "block" or kind == "fields"
        self.leading = self.newlines
        self.block_like = False
        self.blamed = False
        self.broken = False
        self.text_start = start


class Lexer:
    """The tokens of a file.

    ``stack`` is the parser's; it has dealt with one token before it asks for the next.  ``docs``
    maps the start of a token to the ``///`` comment that stands before it.
    """

    def __init__(self, file: SourceFile, stack: Stack, core: bool = False) -> None:
        self.file = file
        self.text = file.text
        self.stack = stack
        self.core = core
        self.diagnostics: list[Diagnostic] = []
        self.docs: dict[int, str] = {}
        self.file_doc: str | None = None
        self.levels = [Level("block", "", 0, 1)]
        self.closed: Level | None = None
        """The level that the last closing bracket closed."""
        self.braces: list[tuple[Level, int]] = []
        """The braces that were closed at the head of a line, and where."""
        self.after_newline = False
        """Whether the last token stands at the head of its line."""

    # ------------------------------------------------------------------------------- errors

    def error(
        self,
        message: str,
        start: int,
        end: int,
        *,
        help: str | None = None,
        note: Note | None = None,
    ) -> None:
        notes = () if note is None else (note,)
        self.diagnostics.append(Diagnostic(message, self.file, start, end, notes=notes, help=help))

    def _unclosed(self, what: str, start: int, end: int) -> None:
        """Something that swallows the rest of the file, and with it all closing brackets."""
        self.error(f"this {what} is never closed", start, end)
        for level in self.levels:
            level.blamed = True

    # ------------------------------------------------------------------------------- tokens

    def tokens(self) -> Iterator[Token]:
        """All tokens, with ``$END`` as the last."""
        text, stack, levels = self.text, self.stack, self.levels
        states, accepts = stack.states, stack.accepts
        match = _MASTER.match
        level = levels[-1]
        position = self._skip_interpreter_line()
        before = ""  # the kind of the token before
        before_end = 0
        newline = False  # since the token before
        pending = False  # a block-like statement was closed: does it go on?
        text_start = 0  # of an f-string
        doc: list[str] = []
        while True:
            if before == "." and text[position : position + 1].isdigit():
                found = _DIGITS.match(text, position)
                if found is not None:  # isdigit() is true of more than 0-9
                    end = found.end()
                    end = self._tuple_index(position, end)
                    yield ("INT", int(found.group()), position, end)
                    position = before_end = end
                    before = "INT"
                    continue
            found = match(text, position)
            assert found is not None  # OTHER and EOF leave nothing
            kind = found.lastgroup or ""
            end = found.end()
            value: Any = found.group(kind)
            start = end - len(value)
            # ---- what is no token
            if kind == "LINES":
                newline = True
                position = end
                continue
            if kind == "COMMENT":
                if value.startswith("///") and not value.startswith("////"):
                    doc.append(value[3:].rstrip())
                elif value.startswith("//!"):
                    line = value[3:].removeprefix(" ").rstrip()
                    self.file_doc = line if self.file_doc is None else f"{self.file_doc}\n{line}"
                position = end
                continue
            if kind == "NESTED":
                position = self._skip_comment(start, end)
                newline = newline or text.find("\n", start, position) >= 0
                continue
            # ---- its kind and value
            if kind == "NAME":
                if value in KEYWORDS:
                    kind = value if level.kind != "#[" else "NAME"
                elif text[end : end + 1] == "!" and text[end + 1 : end + 2] in ("(", "["):
                    kind = "MACRO"
                    end += 1
                elif value in RESERVED:
                    self.error(
                        f"'{value}' is a word reserved for later versions",
                        start,
                        end,
                        help=f"choose another name, such as '{value}_'",
                    )
            elif kind == "OPERATOR":
                kind = value
            elif kind == "NUMBER":
                kind, value, end = self._number(value, start, end)
            elif kind == "STRING":
                kind = "STR"
                value = value[1:-1]
                if "\\" in value:
                    value = self._unescape(value, start + 1)
            elif kind == "CHAR":
                kind = "STR"
                value = value[1:-1]
                if value[0] == "\\":
                    value = self._unescape(value, start + 1)
            elif kind == "LABEL":
                if self._begins_text(before, end):
                    kind = "STR"
                    value, end = self._bad_quote(start)
            elif kind == "RAW":
                kind = "STR"
                value, end = self._raw_string(value, start, end)
            elif kind == "QUOTE":
                kind = "STR"
                value, end = self._bad_quote(start)
            elif kind == "OTHER":
                end = self._bad_character(start)
                position = end
                kind = "ERROR"
                yield ("ERROR", None, start, end)
                before, before_end = kind, end
                continue
            elif kind == "EOF":
                break
            # ---- does a statement end before it?
            if pending:
                pending = False
                if kind in (".", "?"):
                    level.block_like = False
                elif kind not in ("else", ",", ";", "}"):
                    yield ("_NL", None, before_end, before_end)
                    before = "_NL"
                    level.leading = True
                    level.broken = False
            elif (
                newline
                and level.newlines
                and kind not in _CONTINUES
                and before not in _BEGINNINGS
                and accepts("_NL")
            ):
                yield ("_NL", None, before_end, before_end)
                before = "_NL"
                level.leading = True
                level.broken = False
            self.after_newline = newline
            newline = False
            if doc:
                self.docs[start] = "\n".join(line.removeprefix(" ") for line in doc)
                doc.clear()
            # ---- the end of a hole in an f-string
            if level.kind == "hole" and kind in ("}", ":"):
                if kind == ":":
                    end = _FORMAT_SPEC.match(text, start + 1).end()  # type: ignore[union-attr]
                    yield ("FORMAT_SPEC", text[start + 1 : end], start, end)
                    if text[end : end + 1] != "}":
                        position = self._bad_hole(start, end)
                        level = levels[-1]
                        yield ("ERROR", None, start, end)
                        yield ("FSTRING_END", None, position, position)
                        before, before_end = "FSTRING_END", position
                        continue
                    start = end
                    end += 1
                text_start = levels.pop().text_start
                level = levels[-1]
                kind = "FSTRING_TEXT"
            if kind == "FSTRING" or kind == "FSTRING_TEXT":
                if kind == "FSTRING":
                    kind = "FSTRING_START"
                    text_start = start
                    level.leading = level.block_like = False
                piece = _FSTRING_TEXT.match(text, end)
                assert piece is not None  # it matches the empty text
                stop = piece.end()
                yield (kind, self._fstring_text(piece.group(), end), start, stop)
                last = text[stop : stop + 1]
                before = kind
                position = before_end = stop + 1
                if last == "{":
                    level = Level("hole", "{", stop, len(states))
                    level.text_start = text_start
                    self._push(level)
                    continue
                if last != '"':
                    stop = self._bad_fstring(text_start, stop)
                yield ("FSTRING_END", None, stop, stop + 1)
                before = "FSTRING_END"
                position = before_end = stop + 1
                continue
            # ---- brackets, and the heads that end in a brace
            if level.leading:
                if kind in _BLOCK_LIKE or kind in _ITEM_LIKE:
                    level.block_like = True
                    level.leading = False
                elif kind == "pub" or kind == "#[" or kind == "LABEL":
                    level.block_like = False
                elif not (kind == ":" and before == "LABEL"):
                    level.block_like = False
                    level.leading = False
            if kind in ("(", "[", "#[", "#![", "#{", "{"):
                opened = kind
                if kind == "{":
                    kind = opened = self._brace(start, end)
                inside = _INSIDE[opened] if level.kind != "#[" else "#["
                yield (kind, value, start, end)
                level = Level(inside, value, start, len(states))
                self._push(level)
            elif kind in _CLOSERS:
                opener = level.opener
                if opener[-1:] != _CLOSERS[kind]:
                    fitting = self._unbalanced(kind, start, end)
                    if fitting == "":
                        position = end
                        yield ("ERROR", None, start, end)
                        continue
                    if fitting == kind:
                        yield ("ERROR", None, start, start)
                    kind = fitting
                    level = levels[-1]
                    if level.kind == "hole":  # the text goes on
                        position = start
                        continue
                closed = self.closed = level
                if kind == "}" and self.after_newline:
                    self.braces.append((level, start))
                levels.pop()
                level = levels[-1]
                yield (kind, value, start, end)
                if closed.opener in ("#[", "#!["):
                    kind = ""
                elif (
                    kind == "}"
                    and level.block_like
                    and (level.newlines or level.kind == "match")
                    and accepts("_NL")
                ):
                    pending = True
            else:
                if kind == ";":
                    level.leading = level.newlines
                    level.broken = False
                elif kind == "=>":
                    level.leading = True
                elif kind == ",":
                    level.block_like = False
                elif kind == "<" and self.core and before == "NAME" and accepts("_OF"):
                    kind = "_OF"
                yield (kind, value, start, end)
                if levels[-1] is not level:  # the parser gave up on open brackets
                    level = levels[-1]
            before = kind
            position = before_end = end
        yield from self._finish(len(text))

    def _skip_interpreter_line(self) -> int:
        """``#!/usr/bin/env grokc`` may be the first line of a program that is run by its name."""
        text = self.text
        if not text.startswith("#!") or text.startswith("#!["):
            return 0
        end = text.find("\n")
        return end if end >= 0 else len(text)

    def _finish(self, end: int) -> Iterator[Token]:
        unclosed = [level for level in self.levels[1:] if not level.blamed]
        if unclosed:
            level, note = unclosed[-1], None
            for closed, at in self.braces:
                # A brace that is further left than the line where the bracket was opened looks
                # like that of another bracket, and what it closed like the one to blame.
                if closed.start > level.start and self._indent(closed.start) > self._indent(at):
                    level = closed
                    note = Note("this '}' closes it, but seems to be meant for another", at, at + 1)
                    break
            self.error(
                f"this '{level.opener}' is never closed",
                level.start,
                level.start + len(level.opener),
                note=note,
            )
        if len(self.levels) > 1:
            del self.levels[1:]
            yield ("ERROR", None, end, end)
        yield ("$END", None, end, end)

    def _indent(self, offset: int) -> int:
        """How far the line of an offset is indented."""
        line = self.file.line(self.file.position(offset)[0])
        return len(line) - len(line.lstrip())

    def _push(self, level: Level) -> None:
        self.levels.append(level)
        if len(self.levels) > MAX_BRACKETS:
            self.error(
                "nested too deeply: more brackets are open here than the compiler can take",
                level.start,
                level.start + 1,
            )
            raise TooDeep

    def _brace(self, start: int, end: int) -> str:
        """Which kind of ``{`` this is.  The parser knows what may come; where a struct literal and
        a body or the arms of a match may, in the head of an ``if`` or its kin, it is not the
        literal.  If it can be nothing else, that is reported, and it is one."""
        accepts = self.stack.accepts
        for kind in ("_BLOCK", "_BODY", "_MATCH", "_FIELDS"):
            if accepts(kind):
                if _FIELD_VALUE.match(self.text, end) and accepts("_RECORD"):
                    self.error(
                        "in the head of 'if', 'while', 'match' and 'for', a struct literal needs "
                        "parentheses",
                        start,
                        end,
                        help="write '(NAME { ... })'",
                    )
                    return "_RECORD"
                return kind
        return "_RECORD"

    def _unbalanced(self, closer: str, start: int, end: int) -> str:
        """A closing bracket that does not fit the innermost level.  Returns the one to go on with:
        itself where it fits a level further out (which is innermost now), the one that was meant,
        or ``""`` where it is to be left out."""
        levels = self.levels
        level = levels[-1]
        wanted = _CLOSERS[closer]
        for index in range(len(levels) - 1, 0, -1):
            outer = levels[index]
            if outer.opener[-1:] == wanted:
                if not level.blamed:
                    self.error(
                        f"this '{level.opener}' is never closed",
                        level.start,
                        level.start + len(level.opener),
                        note=Note(f"the '{closer}' before which it should be", start, end),
                    )
                del levels[index + 1 :]
                return closer
            if closer != "}" and outer.opener[-1:] == "{":
                break  # a brace is a stronger bracket than a parenthesis
        if level.opener in ("(", "[") and closer != "}":
            meant = ")" if level.opener == "(" else "]"
            if not level.blamed:
                note = Note(
                    f"the '{level.opener}' that it would close", level.start, level.start + 1
                )
                self.error(f"expected '{meant}', found '{closer}'", start, end, note=note)
            return meant
        if not level.blamed:
            self.error(f"unmatched '{closer}'", start, end, help="nothing is open that it closes")
        return ""

    def abandon(self) -> None:
        """Closes the parentheses inside the innermost block: a new statement obviously begins."""
        levels = self.levels
        depth = len(levels)
        while levels[depth - 1].kind in ("(", "[", "#[", "hole"):
            depth -= 1
        if levels[depth - 1].newlines:
            del levels[depth:]

    def restart(self, token: Token) -> None:
        """Takes a token that was not expected for the beginning of a new statement."""
        level = self.levels[-1]
        level.broken = level.leading = False
        level.block_like = token[0] in _ITEM_LIKE

    def begins_statement(self, token: Token) -> bool:
        """Whether the token, not expected where it stands, obviously begins a new statement."""
        return self.after_newline and token[0] in _STARTERS

    # ------------------------------------------------------------------- numbers and strings

    def _tuple_index(self, start: int, end: int) -> int:
        """Checks the digits after a dot; returns where what should be digits ends."""
        text = self.text
        stop = end
        while text[stop : stop + 1].isalnum() or text[stop : stop + 1] == "_":
            stop += 1
        if stop > end:
            self.error("a tuple field is a plain number, as in 't.0'", start, stop)
        elif end - start > 1 and text[start] == "0":
            self.error("a tuple field has no leading zeros", start, end)
        return stop

    def _number(self, text: str, start: int, end: int) -> tuple[str, Any, int]:
        if text.isdecimal() and text.isascii() and len(text) < 19:
            return "INT", int(text), end
        found = _NUMBER_PARTS.fullmatch(text)
        if found is None:
            return self._bad_number(text, start, end)
        if (digits := found["hex"] or found["bits"]) is not None:
            base = {"x": 16, "b": 2, "o": 8}[digits[1]]
            try:
                value = int(digits.replace("_", "")[2:], base)
            except ValueError:
                return self._bad_number(text, start, end)
            if value >= 1 << 64:
                self.error(f"'{text}' does not fit 64 bits", start, end)
                value = 0
            return "INT", value - (1 << 64) if value >= INT_LIMIT else value, end
        if (digits := found["int"]) is not None:
            digits = digits.replace("_", "").lstrip("0") or "0"
            # Exactly the limit is left to the parser: a minus may stand before it.
            if len(digits) > 19 or int(digits) > INT_LIMIT:
                self.error(
                    "this number does not fit a 64-bit int",
                    start,
                    end,
                    help="ints lie between -9223372036854775808 and 9223372036854775807; "
                    "a float ends in '.0'",
                )
                return "INT", 0, end
            return "INT", int(digits), end
        number = float(found["float"].replace("_", ""))
        if number == float("inf"):
            self.error("this number does not fit a float", start, end)
        return "FLOAT", number, end

    def _bad_number(self, text: str, start: int, end: int) -> tuple[str, Any, int]:
        help = None
        if re.match(r"0[XBO]", text):
            help = f"the prefix is written '{text[:2].lower()}'"
        elif re.match(r"0[xbo]_*\Z", text):
            help = "there are no digits after the prefix"
        elif re.match(r"0[xbo]", text):
            digits = {"x": "0 to 9 and A to F", "b": "0 and 1", "o": "0 to 7"}[text[1]]
            help = f"after '{text[:2]}' the digits are {digits}"
        elif re.match(r"[0-9_.]+[eE]", text) and not re.search(r"[eE][+-]?[0-9]", text):
            help = "there are no digits in the exponent"
        elif suffix := re.search(r"[A-Za-z_]+[0-9]*\Z", text):
            help = f"'{suffix[0]}' is no type of a number"
        self.error(f"'{text}' is not a number", start, end, help=help)
        return ("FLOAT", 0.0, end) if "." in text else ("INT", 0, end)

    def _unescape(self, text: str, start: int) -> str:
        pieces: list[str] = []
        position = 0
        while (at := text.find("\\", position)) >= 0:
            pieces.append(text[position:at])
            found = _ESCAPE.match(text, at)
            char = text[at + 1 : at + 2]
            position = at + 2 if found is None else found.end()
            if found is not None and (simple := _ESCAPES.get(found[1])) is not None:
                pieces.append(simple)
            elif found is not None and len(found[1]) > 1:
                code = int(found[1].strip("xu{}").replace("_", "") or "0", 16)
                if found[1][0] == "x" and code > 0x7F:
                    self.error(
                        "an escape '\\x' ends at 7F",
                        start + at,
                        start + position,
                        help=f"write '\\u{{{code:X}}}' for the character of that code",
                    )
                elif code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                    self.error(
                        "this is not a Unicode scalar value",
                        start + at,
                        start + position,
                        help="those are 0 to D7FF and E000 to 10FFFF",
                    )
                else:
                    pieces.append(chr(code))
            elif char == "\n":
                # A line end after a backslash, and the indentation that follows it, are left out.
                position = at + 2
                while text[position : position + 1] in (" ", "\t", "\n"):
                    position += 1
            else:
                helps = {
                    "x": "write two hexadecimal digits, as in '\\x41'",
                    "u": "write up to six hexadecimal digits in braces, as in '\\u{1F600}'",
                }
                state = "incomplete" if char in helps else "unknown"
                self.error(
                    f"{state} escape '\\{char}'",
                    start + at,
                    start + at + 2,
                    help=helps.get(char, "write '\\\\' for a backslash"),
                )
        pieces.append(text[position:])
        return "".join(pieces)

    def _raw_string(self, opening: str, start: int, end: int) -> tuple[str, int]:
        close = '"' + opening[1:-1]
        at = self.text.find(close, end)
        if at < 0:
            self._unclosed(f"string, which would end with {close},", start, start + len(opening))
            return "", len(self.text)
        return self.text[end:at], at + len(close)

    def _begins_text(self, before: str, end: int) -> bool:
        """Whether what looks like a label is the beginning of a text in single quotes."""
        if before in ("break", "continue", "&", "<", "+"):
            return False  # a label, or a lifetime
        if before == "," and self.levels[-1].opener not in ("(", "["):
            return False
        line_end = self.text.find("\n", end)
        rest = self.text[end : line_end if line_end >= 0 else len(self.text)]
        return "'" in rest and not rest.lstrip().startswith(":")

    def _bad_quote(self, start: int) -> tuple[str, int]:
        """A quote that opens nothing the master pattern knows."""
        text = self.text
        line_end = text.find("\n", start)
        if line_end < 0:
            line_end = len(text)
        if text[start] == '"':
            self._unclosed("string", start, start + 1)
            return "", line_end
        close = text.find("'", start + 1, line_end)
        if close == start + 1:
            self.error("empty character literal", start, start + 2, help='the empty string is ""')
            return "", close + 1
        if close < 0:
            for level in self.levels:  # the rest of the line may have held what closes them
                level.blamed = True
            self.error(
                "a stray quote: a character needs a quote on both sides",
                start,
                start + 1,
                help='strings are written in double quotes, as in "text"',
            )
            return "", line_end
        self.error(
            "more than one character between single quotes",
            start,
            close + 1,
            help="strings are written in double quotes",
        )
        return text[start + 1 : close], close + 1

    def _bad_character(self, start: int) -> int:
        char = self.text[start]
        end = start + 1
        while end < len(self.text) and self.text[end] == char:
            end += 1
        if char.isidentifier():
            self.error(
                f"'{char}' cannot stand in a name",
                start,
                end,
                help="names are made of A-Z a-z 0-9 _",
            )
        elif char in "\u201c\u201d\u2018\u2019\u00ab\u00bb":
            self.error(
                f"unexpected character '{char}'",
                start,
                end,
                help="strings are written in straight quotes",
            )
        elif char == "#":
            word = re.compile(r"\w*").match(self.text, end)
            name = word[0] if word else ""
            help = f"an attribute is written '#[{name}]'" if name else "comments begin with '//'"
            self.error("unexpected character '#'", start, end, help=help)
        elif char == "`":
            help = "strings are written in double quotes"
            self.error("unexpected character '`'", start, end, help=help)
        elif char.isspace():
            self.error(f"unexpected space character U+{ord(char):04X}", start, end)
        elif char.isprintable():
            self.error(f"unexpected character '{char}'", start, end)
        else:
            self.error(f"unexpected character U+{ord(char):04X}", start, end)
        return end

    def _skip_comment(self, start: int, end: int) -> int:
        depth = 1
        while depth:
            edge = _COMMENT_EDGE.search(self.text, end)
            if edge is None:
                self._unclosed("comment", start, start + 2)
                return len(self.text)
            depth += 1 if edge.group() == "/*" else -1
            end = edge.end()
        return end

    def _fstring_text(self, text: str, start: int) -> str:
        if "\\" in text:
            # Doubled braces first, but not those of `\u{..}`: they are never doubled.
            pieces = re.split(r"(\\u\{[^}]*\}|\\.)", text, flags=re.DOTALL)
            decoded: list[str] = []
            at = start
            for piece in pieces:
                if piece.startswith("\\"):
                    decoded.append(self._unescape(piece, at))
                else:
                    decoded.append(piece.replace("{{", "{").replace("}}", "}"))
                at += len(piece)
            return "".join(decoded)
        if "{" in text or "}" in text:
            return text.replace("{{", "{").replace("}}", "}")
        return text

    def _bad_fstring(self, start: int, stop: int) -> int:
        """An f-string whose text stops at neither a hole nor a quote; returns where it may end."""
        text = self.text
        if text[stop : stop + 1] != "}":
            self._unclosed("f-string", start, start + 2)
            return len(text) - 1
        help = "write '}}' for a brace in the text"
        self.error("unmatched '}' in an f-string", stop, stop + 1, help=help)
        quote, line = text.find('"', stop), text.find("\n", stop)
        if quote >= 0 and not 0 <= line < quote:
            return quote
        return (line if line >= 0 else len(text)) - 1

    def _bad_hole(self, start: int, end: int) -> int:
        """A hole whose format does not end in a brace; returns where to go on."""
        level = self.levels.pop()
        self.error(
            "this hole of an f-string is never closed",
            level.start,
            level.start + 1,
            help="write '{{' for a brace in the text",
        )
        close = self.text.find('"', end)
        line = self.text.find("\n", end)
        if close >= 0 and (line < 0 or close < line):
            return close + 1
        return line if line >= 0 else len(self.text)


_INSIDE = {
    "(": "(",
    "[": "[",
    "#[": "#[",
    "#![": "#[",
    "#{": "record",
    "_RECORD": "record",
    "_FIELDS": "fields",
    "_MATCH": "match",
    "_BODY": "block",
    "_BLOCK": "block",
}
