from harness import serve


def appended(n):
    text = ""
    for i in range(n):
        text += "item "
        text += str(i)
        text += ";"
    return text


def joined(n):
    pieces = []
    for i in range(n):
        pieces.append("item " + str(i))
    return ";".join(pieces) + ";"


def formatted(n):
    text = ""
    for i in range(n):
        text += f"item {i};"
    return text


def backwards(text):
    out = ""
    i = len(text) - 1
    while i >= 0:
        out += text[i]
        i -= 1
    return out


def spaces(text):
    count = 0
    for c in text:
        if c == " ":
            count += 1
    return count


def run(rounds):
    total = 0
    for turn in range(rounds):
        n = 200 + turn % 10
        text = appended(n)
        if joined(n) != text or formatted(n) != text:
            raise ValueError("the ways differ")
        shorter = text.replace("item", "x").upper()
        parts = shorter.split(";")
        total += spaces(text) + len(backwards(shorter)) + len(parts) + len(parts[n // 2])
        if "item 77;item 78" in text:
            total += 1
    return total


serve(run)
