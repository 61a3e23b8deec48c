from harness import serve


def line(n):
    text = ""
    for i in range(20):
        text = text + str((n + i) % 100) + ","
    return text


def run(n):
    characters = 0
    commas = 0
    for turn in range(n):
        text = line(turn)
        characters += len(text)
        i = 0
        while i < 10:
            if text[i] == ",":
                commas += 1
            i += 1
    return f"{characters} {commas}"


serve(run)
