"""Programs with mistakes: what becomes of good ones by small accidents of the keyboard or the disk.

They feed the front end only: nothing says that they would end.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_TOKEN = re.compile(r"\s+|\w+|\"(?:[^\"\\\n]|\\.)*\"|.", re.DOTALL)

STRAY = (
    *"fn let if else match for in while loop break continue return struct enum trait impl".split(),
    *"use mod pub self Self super crate true const static as where move dyn actor vec!".split(),
    *"( ) [ ] { } #{ ; , . .. ..= :: : => -> = == += + - * / % & | ^ ! ? @ < > << && ||".split(),
    *('f"', '"', "'", "'a", "/*", "*/", "//", 'r#"', "\\", "\0", "\n", "é", "🦀", "#[", "#!["),
    *("0x", "1.", "1e", "99999999999999999999", "0b2", '"\\u{110000}"', 'f"{"', "{{", "1..2..3"),
)

Tokens = list[str]


def mutated(seed: int, text: str) -> bytes:
    """The text after one to four accidents; always the same ones for a seed."""
    rng = random.Random(seed)
    tokens: Tokens = _TOKEN.findall(text)
    for _ in range(rng.randint(1, 4)):
        if tokens:
            tokens = rng.choice(ACCIDENTS)(rng, tokens)
    data = "".join(tokens).encode()
    if data and rng.random() < 0.05:
        at = rng.randrange(len(data))
        data = data[:at] + rng.randbytes(rng.randint(1, 4)) + data[at + 1 :]
    return data


def _span(rng: random.Random, tokens: Tokens, longest: int = 3) -> tuple[int, int]:
    start = rng.randrange(len(tokens))
    return start, min(len(tokens), start + rng.randint(1, longest))


def delete(rng: random.Random, tokens: Tokens) -> Tokens:
    start, end = _span(rng, tokens)
    return tokens[:start] + tokens[end:]


def duplicate(rng: random.Random, tokens: Tokens) -> Tokens:
    start, end = _span(rng, tokens, 12)
    return tokens[:end] + tokens[start:end] + tokens[end:]


def swap(rng: random.Random, tokens: Tokens) -> Tokens:
    first, second = sorted((rng.randrange(len(tokens)), rng.randrange(len(tokens))))
    changed = list(tokens)
    changed[first], changed[second] = tokens[second], tokens[first]
    return changed


def insert(rng: random.Random, tokens: Tokens) -> Tokens:
    at = rng.randrange(len(tokens))
    return [*tokens[:at], rng.choice(STRAY), *tokens[at:]]


def replace(rng: random.Random, tokens: Tokens) -> Tokens:
    at = rng.randrange(len(tokens))
    word = rng.choice((rng.choice(STRAY), rng.choice(tokens)))
    return [*tokens[:at], word, *tokens[at + 1 :]]


def move(rng: random.Random, tokens: Tokens) -> Tokens:
    start, end = _span(rng, tokens, 20)
    rest = tokens[:start] + tokens[end:]
    at = rng.randint(0, len(rest))
    return rest[:at] + tokens[start:end] + rest[at:]


def cut_off(rng: random.Random, tokens: Tokens) -> Tokens:
    return tokens[: rng.randrange(len(tokens))]


ACCIDENTS: tuple[Callable[[random.Random, Tokens], Tokens], ...] = (
    delete,
    duplicate,
    swap,
    insert,
    replace,
    move,
    cut_off,
)
