"""What to say about a token that cannot stand where it does.

The parser knows which tokens could have come instead.  Here that set becomes words (*expected an
expression, found ')'*), and the slips that people commonly make, above all those who come from
another language, get a hint of what to write.
"""

from __future__ import annotations

import re

from grokc.frontend.diagnostics import Diagnostic, nearest
from grokc.frontend.lexer import KEYWORDS, Token
from grokc.frontend.source import SourceFile

#: What a brace of each kind looks like, and other tokens that are not called what they are.
_SPELLINGS = {
    "_BLOCK": "'{'",
    "_BODY": "'{'",
    "_MATCH": "'{'",
    "_FIELDS": "'{'",
    "_RECORD": "'{'",
    "_OF": "'<'",
    "_NL": "a new line",
    "NAME": "a name",
    "INT": "an int",
    "FLOAT": "a float",
    "STR": "a string",
    "LABEL": "a label",
    "FORMAT_SPEC": "':'",
    "FSTRING_TEXT": "'}'",
    "FSTRING_END": "the end of the f-string",
    "$END": "the end of the file",
}

#: A token of each group, whose presence says that the whole group could have come.
_EXPRESSION = frozenset({"INT", "(", "if", "#{"})
_TYPE = frozenset({"dyn", "NAME", "["})
_PATTERN = frozenset({"INT", "(", "mut", "NAME"})
_ITEM = frozenset({"struct", "fn", "use"})
_OPERATORS = frozenset(
    """+ - * / % << >> & ^ | == != < > <= >= && || .. ..= . ( [ ? as = += -= *= /= %= &= |= ^= <<=
    >>= ! _OF _RECORD ::""".split()
)
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})

#: What looks like a type to those who write it before the name.
_TYPE_WORDS = frozenset("int float str bool char string String list any".split())

#: Words of other languages: one that stands before the unexpected token, one that is it.
_FOREIGN_BEFORE = {
    "elif": "write 'else if'",
    "elsif": "write 'else if'",
    "elseif": "write 'else if'",
    "def": "a function begins with 'fn'",
    "func": "a function begins with 'fn'",
    "fun": "a function begins with 'fn'",
    "function": "a function begins with 'fn'",
    "var": "a variable begins with 'let'",
    "val": "a variable begins with 'let'",
    "class": "write 'struct', and its methods in an 'impl'",
    "interface": "write 'trait'",
    "import": "write 'use'",
    "from": "write 'use'",
    "switch": "write 'match'",
    "foreach": "write 'for'",
    "until": "write 'while !...'",
    "unless": "write 'if !...'",
    "not": "write '!'",
    "async": "functions are not asynchronous",
    "await": "functions are not asynchronous",
    "unsafe": "leave out 'unsafe'",
    "type": "there are no names for types",
    "new": "write 'Type { ... }', or call a function such as 'Type::new(...)'",
    "macro_rules": "macros cannot be defined",
    "throw": "write 'panic(...)', or return an 'Err'",
    "try": "write 'catch(|| ...)', or '?' after the value",
}
_FOREIGN_FOUND = {
    "and": "write '&&'",
    "or": "write '||'",
    "is": "write '=='",
    "then": "write '{'",
    "do": "write '{'",
    "of": "write 'in'",
    "instanceof": "compare 'type_of(x)' with a name",
    "catch": "write 'catch(|| ...)', which gives a Result",
}


def explain(token: Token, last: Token, file: SourceFile, expected: set[str]) -> Diagnostic:
    """The diagnostic for ``token``, which came after ``last`` where one of ``expected`` could."""
    found = describe(token, file)
    wanted = _wanted(expected)
    if wanted and len(wanted) <= 4:
        message = f"expected {_join(wanted)}, found {found}"
    else:
        message = f"unexpected {found}"
    start, end = token[2], token[3]
    before = file.text[max(0, last[3] - 100) : last[3]]
    if last[0] == "." and (number := re.search(r"\b[0-9][0-9_]*\.$", before)):
        text = f"a float needs a digit after the dot: '{number[0]}0'"
        return Diagnostic(text, file, last[3] - len(number[0]), last[3])
    if (elsewhere := _blamed_elsewhere(token, last, file, expected)) is not None:
        return elsewhere
    special, help = _hint(token, last, file.text, expected)
    return Diagnostic(special or message, file, start, end, help=help)


def _blamed_elsewhere(
    token: Token, last: Token, file: SourceFile, expected: set[str]
) -> Diagnostic | None:
    """Mistakes that show at this token but lie in what stands before it, or in a part of it."""
    kind, _, start, _ = token
    before = file.text[max(0, last[3] - 100) : last[3]]
    if (
        last[0] in ("..", "..=")
        and expected >= _EXPRESSION
        and not re.search(r"[{,]\s*\.\.$", before)  # of a struct literal
    ):
        help = "only inside '[ ]' may an end be left out"
        return Diagnostic("this range has no end", file, last[2], last[3], help=help)
    if kind == "STR" and expected & {"FSTRING_TEXT", "FSTRING_END"}:
        help = "write '{{' for a brace in the text"
        message = "expected '}' to end the hole of the f-string, found '\"'"
        return Diagnostic(message, file, start, start + 1, help=help)
    declared = re.search(r"\b(const|static)\s+\w+(\s*:\s*[\w:<>, ]+)?$", before)
    if declared is not None and "=" in expected and kind != "=":
        help = f"write '{declared[0]} = VALUE'"
        message = f"a {declared[1]} needs a value"
        return Diagnostic(message, file, last[3] - len(declared[0]), last[3], help=help)
    return None


def describe(token: Token, file: SourceFile) -> str:
    """A token that was found, in words."""
    kind, _, start, end = token
    if kind == "_NL":
        return "the end of the line"
    if kind == "$END":
        return "the end of the file"
    text = file.text[start:end]
    if kind == "STR" and (len(text) > 20 or "\n" in text):
        return "a string"
    if kind == "FSTRING_START":
        return "an f-string"
    if kind == "FSTRING_TEXT":
        return "'}'"
    if kind in KEYWORDS:
        return f"the keyword '{kind}'"
    return f"'{text}'" if len(text) <= 40 else f"'{text[:37]}...'"


def _wanted(expected: set[str]) -> list[str]:
    """The tokens that could have come, grouped and in words."""
    rest = set(expected)
    words: list[str] = []
    if expected >= _EXPRESSION:
        if expected >= _ITEM:
            return ["a statement", "'}'"] if "}" in expected else ["a statement"]
        words.append("an expression")
        closers = rest & {")", "]", "}"}
        rest = closers if not (rest & {"=>", "_NL"}) else rest & {"_NL", ";"}
    elif expected >= _ITEM:
        words.append("an item")
        rest.clear()
    elif expected >= _PATTERN:
        words.append("a pattern")
        rest &= {")", "]"}
    elif expected >= _TYPE:
        words.append("a type")
        rest &= {")", ">"}
    elif expected >= {"NAME", "super", "crate"}:
        words.append("a type" if "fn" in expected else "a path")
        rest &= {"}"}
    else:
        if "NAME" in expected:  # the next of a path; `super` is rare there
            rest -= {"super"}
        if "+" in expected and "*" in expected:  # an expression is complete
            rest -= _OPERATORS
        elif "<" in expected and "::" in expected:  # a path of a type is
            rest -= {"<", "::", "!"}
        elif "@" in expected or "|" in expected:  # a pattern is
            rest -= {"@", "|", "::", "(", "_RECORD", "..", "..="}
        if "_NL" in rest:
            rest -= {"}", "else"}
    if ";" in rest and "_NL" in rest:
        rest -= {";", "_NL", "$END"}
        words.append("the end of the statement")
    words += sorted({_SPELLINGS.get(kind, f"'{kind}'") for kind in rest}, key=_order)
    return words


def _order(word: str) -> tuple[bool, str]:
    return word.startswith("'"), word


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _hint(
    token: Token, last: Token, text: str, expected: set[str]
) -> tuple[str | None, str | None]:
    """A better message, and what to do: for the common slips."""
    kind, value, start, end = token
    before = text[max(0, start - 100) : start].rstrip()  # what is further off does not matter
    after = text[end : end + 20]
    last_kind, last_text = last[0], text[last[2] : last[3]]
    adjacent = last[3] == start
    operand_wanted = expected >= _EXPRESSION

    # Literals.
    if kind == "." and operand_wanted and after[:1].isdigit():
        digits = re.match(r"[0-9_]+", after)
        return "a float needs a digit before the dot", f"write '0.{digits[0] if digits else 0}'"

    # Operators that are not.
    if kind == "+" and operand_wanted and after.startswith("+"):
        return "there is no operator '++'", "write 'x += 1'"
    if before.endswith("??") and "." in expected:
        return "there is no operator '??'", "write 'x.unwrap_or(y)'"
    if kind == "=" and adjacent and last_kind in ("==", "!="):
        return f"there is no operator '{last_kind}='", f"write '{last_kind}'"
    if kind in ("<", ">") and adjacent and last_kind == "=":
        return f"there is no operator '={kind}'", f"write '{kind}='"
    if kind == ">" and adjacent and last_kind == "<":
        return "there is no operator '<>'", "write '!='"
    if before.endswith(("++", "--")) or (kind in "+-" and before.endswith(kind) and adjacent):
        sign = kind if kind in ("+", "-") else before[-1]
        if kind == "+" or not operand_wanted or kind in ("_NL", ";", ")", "}"):
            return f"there is no operator '{sign}{sign}'", f"write 'x {sign}= 1'"
    if kind == "+" and operand_wanted:
        return None, "numbers have no sign '+'"
    if kind == "->" and "." in expected:
        return None, "a field or method follows a '.'"
    if kind == ":" and after.startswith("="):
        return "there is no operator ':='", "write 'let NAME = VALUE'"
    if last_kind == "?" and "." in expected and text[start - 1 : start] == " ":
        return None, "there is no operator '? :'; write 'if c { a } else { b }'"
    if kind == ">" and re.search(r"\bas\s+\w+\s*<[^<>]*$", before):
        return None, "the type after 'as' has no arguments"
    if kind in _COMPARISONS and "&&" in expected:
        if re.search(r"[A-Za-z_]\w*\s*<[\w\s,<>]*$", before) and kind == ">":
            return "comparisons cannot be chained", "to give type arguments, write '::<'"
        return "comparisons cannot be chained", "write 'a < b && b < c'"
    if kind in ("..", "..=") and "." in expected:
        return "ranges cannot be chained", "write parentheses around one of them"
    if kind == "=" and expected & {"_BODY", "_MATCH"} and "+" in expected:
        return None, "write '==' to compare"
    if (kind == "=" or (kind[1:] == "=" and kind[0] in "+-*/%&|^")) and "+" in expected:
        if "," in expected and ")" in expected:
            return None, "there are no named arguments; an assignment needs parentheses here"
        return None, "an assignment has no value, and needs parentheses inside an expression"

    if kind == "=" and "=>" in expected and after.lstrip().startswith(">"):
        return None, "write '=>' in one piece"

    if kind == ":" and expected & {"_BODY", "_MATCH"} and not after.partition("\n")[0].strip():
        return None, "the body stands in braces"
    if last_text == "b" and kind == "STR" and adjacent:
        return "there are no byte strings", "write a list, or use the method 'bytes'"

    # Words.
    if last_kind == "NAME" and kind != "_NL" and last_text in _FOREIGN_BEFORE:
        return None, _FOREIGN_BEFORE[last_text]
    if last_kind == "NAME" and kind not in ("_NL", ":", "=") and expected >= {"+", ";"}:
        keyword = nearest(last_text, KEYWORDS)
        if keyword is not None and len(last_text) > 3:
            return None, f"did you mean '{keyword}'?"
    if last_kind == "NAME" and kind in ("STR", "FSTRING_START") and "+" in expected:
        return None, f"a call is written '{last_text}(...)'"
    if kind == "NAME" and value in _FOREIGN_FOUND and expected & {"+", "in"}:
        return None, _FOREIGN_FOUND[value]
    if last_kind == "for" and kind in ("in", "let"):
        return None, "write 'for i in 0..n { ... }'"
    if kind == "," and "in" in expected:
        return None, f"several names are a pattern: 'for ({last_text}, other) in ...'"
    if kind == "in" and re.search(r"\bfor\s*\(\s*\w+$", before):
        return None, "no parentheses stand around the head of a 'for'"
    if kind == "let" and operand_wanted and "\n" not in text[last[3] : start]:
        if last_kind in ("&&", "||"):
            return None, "'let' cannot be combined: nest another 'if let', or 'match' a tuple"
        return None, "'let' is a statement of its own, or the head of an 'if' or 'while'"
    if kind in ("|", "||", "move", "return", "break", "continue") and operand_wanted:
        what = f"'{kind}'" if kind in ("return", "break", "continue") else "a closure"
        return None, f"{what} as an operand needs parentheses"
    if kind == "fn" and operand_wanted:
        return None, "a function without a name is a closure: '|x| ...'"
    if kind == "else":
        return None, "'else' follows the closing brace of an 'if', or the value of a 'let'"
    if (
        kind in KEYWORDS
        and "NAME" in expected
        and last_kind in ("fn", "let", "mut", "struct", ".", "enum", "trait", "mod", "for")
    ):
        return None, f"'{kind}' is a keyword: choose another name, such as '{kind}_'"

    # What version 1 does not have.
    if kind == "(" and re.search(r"\bstruct\s+\w+(\s*<[^<>]*>)?$", before):
        name = before.split()[-1]
        return "the fields of a struct have names", f"write 'struct {name} {{ first, second }}'"
    if kind != "NAME" and re.search(r"\bstruct\s+\w+$", before):
        return None, f"write 'struct {before.split()[-1]} {{}}'"
    if kind == "LABEL" and last_kind in ("&", "<", ",", "+", ":"):
        return "there are no lifetimes", "leave it out"
    if (
        last_kind == ":"
        and kind in ("_BLOCK", "_RECORD", "_BODY")
        and re.search(r"'\w+\s*:$", before)
    ):
        return "only loops have labels", "write 'loop { ... break }'"
    if kind == "LABEL" and operand_wanted:
        return None, "a label stands before a loop: 'name: loop { ... }"

    if kind in ("let", "const", "if", "match", "fn") and re.search(r"'\w+\s*:$", before):
        return "only loops have labels", "leave the label out"

    # Annotations.
    if "->" in expected and kind in (":", "=>") and after.partition("\n")[0].strip():
        return None, "the type of the result follows '->'"
    if ":" in expected and last_kind == "NAME" and "+" not in expected:
        if kind == "NAME" and last_text in _TYPE_WORDS:
            return None, f"the name stands before its type: '{value}: {last_text}'"
        if kind == "->" or (kind == "NAME" and (value in _TYPE_WORDS or value[0].isupper())):
            return None, f"a type follows ':': '{last_text}: TYPE'"

    # Brackets and separators.
    if kind == ":" and "+" in expected and re.search(r"[=(,]\s*\{\s*(\w+|\"[^\"]*\")$", before):
        return None, "a map is written '#{KEY: VALUE}'"
    if ":" in expected and kind in (",", "}") and re.search(r"#\{[^{}:]*$", before):
        return None, "a map has entries 'KEY: VALUE'; a set is written 'Set::from([...])'"
    if kind.startswith("FSTRING") and operand_wanted and last_kind == "FSTRING_TEXT":
        return None, "a hole of an f-string holds an expression; '{{' is a brace"
    if kind in ("->", ":") and expected >= {"=>", "if"}:
        return None, "an arm of a 'match' is written 'PATTERN => VALUE'"
    if expected >= {"_BODY"} and kind not in ("_BLOCK", "_RECORD", "_MATCH"):
        if last_kind == "else":
            return None, "write 'else { ... }' or 'else if'"
        if "+" in expected and kind != "=":
            return None, "the body stands in braces"
    if kind == "=>" and "+" in expected:
        return None, "a closure is written '|x| ...'; '=>' stands only in a 'match'"
    if kind == ";" and "," in expected and ";" not in expected:
        return None, "write ',' between the parts"
    if expected >= {"+", ",", "}", "_NL"} and "=>" not in expected:
        return None, "the arms of a 'match' are separated by ','"
    if kind == "=" and "in" in expected:
        return None, "write 'for i in 0..n { ... }'"
    return None, None
