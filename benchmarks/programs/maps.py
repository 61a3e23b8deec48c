from harness import serve


def fill(n, factor):
    table = {}
    key = 1
    for i in range(n):
        table[key] = i
        key = (key * factor + 12345) % 1000003
    return table


def collatz(n):
    steps = {1: 0}
    longest = 0
    for start in range(1, n):
        path = []
        x = start
        while x not in steps:
            path.append(x)
            x = x // 2 if x % 2 == 0 else 3 * x + 1
        count = steps[x]
        while path:
            count += 1
            steps[path.pop()] = count
        longest = max(longest, count)
    return longest * 1000000 + len(steps)


def run(n):
    table = fill(n, 7919)
    total = len(table)
    key = 1
    for _ in range(n):
        if key + 1 in table:
            total += 1
        total += table[key] % 7
        key = (key * 7919 + 12345) % 1000003
    for k, v in table.items():
        if v % 3 == 0:
            total += k % 5
    key = 1
    for i in range(n):
        if i % 2 == 0 and key in table:
            del table[key]
        key = (key * 7919 + 12345) % 1000003
    total += len(table)
    squares = {}
    for i in range(n):
        squares[i] = i * i % 1001
    for i in range(n):
        squares[i] += 1
    for i in range(n):
        total += squares[i]
    return f"{total} {collatz(n // 5)}"


serve(run)
