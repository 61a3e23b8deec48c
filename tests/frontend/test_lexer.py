"""Tokens: what the lexer makes of a text by itself, and what it decides with the parser's help."""

from __future__ import annotations

import pytest

from grokc.frontend.lexer import KEYWORDS, Lexer, Token
from grokc.frontend.source import SourceFile


class AnyStack:
    """A parser that accepts the given kinds wherever it is asked."""

    def __init__(self, *kinds: str) -> None:
        self.states = [0]
        self.kinds = kinds

    def accepts(self, kind: str) -> bool:
        return kind in self.kinds


def lex(text: str, *kinds: str, core: bool = False) -> tuple[list[Token], list[str]]:
    """The tokens of a text, without ``$END``, and the messages of its errors."""
    lexer = Lexer(SourceFile("test.grok", text), AnyStack(*kinds), core)
    tokens = list(lexer.tokens())
    assert tokens.pop()[0] == "$END"
    for _, _, start, end in tokens:
        assert 0 <= start <= end <= len(text)
    return tokens, [diagnostic.message for diagnostic in lexer.diagnostics]


def kinds(text: str, *accepted: str) -> str:
    tokens, errors = lex(text, *accepted)
    assert errors == []
    return " ".join(token[0] for token in tokens)


def values(text: str) -> list[object]:
    tokens, errors = lex(text)
    assert errors == []
    return [token[1] for token in tokens]


def test_names_and_keywords() -> None:
    assert kinds("a _ _b c1 fnord fn") == "NAME NAME NAME NAME NAME fn"
    assert kinds(" ".join(sorted(KEYWORDS))) == " ".join(sorted(KEYWORDS))


def test_the_longest_operator_wins() -> None:
    assert kinds("<<= << <= < ..= .. . :: : => = == -> - |= || |") == (
        "<<= << <= < ..= .. . :: : => = == -> - |= || |"
    )
    assert kinds("a>>=b>=c>>d>e") == "NAME >>= NAME >= NAME >> NAME > NAME"
    assert kinds("1..5 1..=5") == "INT .. INT INT ..= INT"
    assert kinds("a..b") == "NAME .. NAME"


def test_spans_are_those_of_the_text() -> None:
    text = "ab  +12.5 \"x\\n\"\n\t'y'"
    tokens, _ = lex(text)
    assert [text[start:end] for _, _, start, end in tokens] == ["ab", "+", "12.5", '"x\\n"', "'y'"]


def test_values_of_numbers() -> None:
    assert values("0 7 1_0 0xFf 0b11 0o17 1i8 2u64 3usize") == [0, 7, 10, 255, 3, 15, 1, 2, 3]
    assert values("1.5 1e3 1E-3 2f32 1_0.0_1 1.5e+3f64") == [1.5, 1e3, 1e-3, 2.0, 10.01, 1500.0]
    assert values("0xFFFFFFFFFFFFFFFF 0o1777777777777777777777") == [-1, -1]
    assert [token[0] for token in lex("1f64 1.0 1")[0]] == ["FLOAT", "FLOAT", "INT"]


def test_digits_after_a_dot_are_tuple_fields() -> None:
    assert kinds("x.0.1.2") == "NAME . INT . INT . INT"
    assert lex("x.0e5")[1] == ["a tuple field is a plain number, as in 't.0'"]


def test_values_of_strings() -> None:
    assert values(r'"a\n\t\r\\\"\' \0\x7F\u{e9}\u{1_F600}"') == ["a\n\t\r\\\"' \0\x7fé\U0001f600"]
    assert values('"two\nlines"') == ["two\nlines"]
    assert values('"go \\\n    on"') == ["go on"]
    assert values(r"""'a' '\n' '"' '\''""") == ["a", "\n", '"', "'"]
    assert values('r"\\n" r#""# r##"a"#b"##') == ["\\n", "", 'a"#b']
    assert values("'é' '日'") == ["é", "日"]


def test_labels_and_characters() -> None:
    assert kinds("'a' break 'a 'b'") == "STR break LABEL STR"
    assert kinds("'outer: loop { continue 'outer }") == "LABEL : loop _RECORD continue LABEL }"
    assert lex("f('two words', 1)")[1] == ["more than one character between single quotes"]


def test_comments() -> None:
    assert kinds("a // b\nc /* d */ e /* f /* g */ h */ i /**/ j") == "NAME NAME NAME NAME NAME"


def test_macros_are_names_with_a_bang_and_a_bracket() -> None:
    assert kinds("f!(x) v![y]") == "MACRO ( NAME ) MACRO [ NAME ]"
    assert kinds("a != b x! {} a!=(b)") == "NAME != NAME NAME ! _RECORD } NAME != ( NAME )"
    assert values("f!(x)")[0] == "f"


def test_pieces_of_f_strings() -> None:
    tokens, errors = lex('f"a{x:>3}b{{{y}"')
    assert errors == []
    assert [(kind, value) for kind, value, _, _ in tokens] == [
        ("FSTRING_START", "a"),
        ("NAME", "x"),
        ("FORMAT_SPEC", ">3"),
        ("FSTRING_TEXT", "b{"),
        ("NAME", "y"),
        ("FSTRING_TEXT", ""),
        ("FSTRING_END", None),
    ]


def test_f_strings_nest() -> None:
    assert kinds('f"{f"{"a"}"}"') == (
        "FSTRING_START FSTRING_START STR FSTRING_TEXT FSTRING_END FSTRING_TEXT FSTRING_END"
    )


def test_colons_inside_brackets_are_no_format() -> None:
    assert kinds('f"{g(a: b)[c: d]:e}"').count("FORMAT_SPEC") == 1


def test_line_ends_where_the_parser_takes_one() -> None:
    assert kinds("a\nb") == "NAME NAME"
    assert kinds("a\nb", "_NL") == "NAME _NL NAME"
    assert kinds("a\n\n// c\n\nb", "_NL") == "NAME _NL NAME"
    assert kinds("\na\n", "_NL") == "NAME"
    assert kinds("a\n.b", "_NL") == "NAME . NAME"
    assert kinds("(a\nb)", "_NL") == "( NAME NAME )"


def test_a_line_end_is_where_the_line_ends() -> None:
    tokens, _ = lex("ab // c\n  d", "_NL")
    assert tokens[1] == ("_NL", None, 2, 2)


def test_kinds_of_braces() -> None:
    assert kinds("{ }", "_BLOCK", "_BODY") == "_BLOCK }"
    assert kinds("{ }", "_RECORD", "_BODY") == "_BODY }"
    assert kinds("{ }", "_RECORD", "_MATCH") == "_MATCH }"
    assert kinds("{ }", "_RECORD", "_FIELDS") == "_FIELDS }"
    assert kinds("{ }", "_RECORD") == "_RECORD }"


def test_statements_that_end_in_a_brace_end_there() -> None:
    assert kinds("if a {} b", "_BODY", "_NL") == "if NAME _BODY } _NL NAME"
    assert kinds("if a {} else {} b", "_BODY", "_NL") == "if NAME _BODY } else _BODY } _NL NAME"
    assert kinds("if a {}.b", "_BODY", "_NL") == "if NAME _BODY } . NAME"
    assert kinds("x = if a {} b", "_BODY", "_NL") == "NAME = if NAME _BODY } NAME"


def test_keywords_are_names_in_attributes() -> None:
    assert kinds("#[op(return, move)] fn") == "#[ NAME ( NAME , NAME ) ] fn"


def test_type_arguments_after_as_only_in_core() -> None:
    assert [token[0] for token in lex("x as p<S>", "_OF", core=True)[0]][3] == "_OF"
    assert [token[0] for token in lex("x as p<S>", "_OF")[0]][3] == "<"


@pytest.mark.parametrize(
    ("text", "message", "found"),
    [
        ("(a", "this '(' is never closed", "( NAME ERROR"),
        ("a)", "unmatched ')'", "NAME ERROR"),
        ("([)", "this '[' is never closed", "( [ ERROR )"),
        ("{(}", "this '(' is never closed", "_RECORD ( ERROR }"),
        ("({)}", "unmatched ')'", "( _RECORD ERROR } ERROR"),
        ('"a', "this string is never closed", "STR"),
        ("''", "empty character literal", "STR"),
        ("'ab'", "more than one character between single quotes", "STR"),
        ("1x", "'1x' is not a number", "INT"),
        ("é", "'é' cannot stand in a name", "ERROR"),
        ("\x01", "unexpected character U+0001", "ERROR"),
        ("\u00a0", "unexpected space character U+00A0", "ERROR"),
        ("spawn", "'spawn' is a word reserved for later versions", "NAME"),
    ],
)
def test_what_is_wrong_is_said_once(text: str, message: str, found: str) -> None:
    tokens, errors = lex(text)
    assert errors[0] == message
    assert " ".join(token[0] for token in tokens) == found
