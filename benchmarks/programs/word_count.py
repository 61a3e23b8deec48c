from functools import cmp_to_key

from harness import serve


def make_text(words):
    syllables = ["ba", "ce", "di", "fo", "gu", "ha", "le", "mi", "no", "su"]
    seed = 42
    pieces = []
    for i in range(words):
        seed = (seed * 1309 + 13849) % 65536
        n = seed % 100 * (seed // 100 % 100) // 50
        word = ""
        while n > 0:
            word += syllables[n % 10]
            n //= 10
        pieces.append(word or "a")
        pieces.append(".\n" if i % 12 == 11 else " ")
    return "".join(pieces)


def is_letter(c):
    return c >= "a" and c <= "z"


def count(text):
    counts = {}
    start = 0
    for i in range(len(text)):
        if not is_letter(text[i]):
            if start < i:
                word = text[start:i]
                counts[word] = counts.get(word, 0) + 1
            start = i + 1
    return counts


def run(rounds):
    text = make_text(20000)
    result = ""
    for _ in range(rounds):
        counts = count(text)

        def order(a, b, counts=counts):
            difference = counts[b] - counts[a]
            if difference != 0:
                return difference
            return -1 if a < b else 1

        words = sorted(counts, key=cmp_to_key(order))
        first, later = words[0], words[99]
        result = f"{len(counts)} {first} {counts[first]} {later} {counts[later]}"
    return result


serve(run)
