import sys


def line(n):
    text = ""
    for i in range(20):
        text = text + str((n + i) % 100) + ","
    return text


characters = 0
commas = 0
for turn in range(int(sys.argv[1])):
    text = line(turn)
    characters += len(text)
    i = 0
    while i < 10:
        if text[i] == ",":
            commas += 1
        i += 1
print(characters, commas)
