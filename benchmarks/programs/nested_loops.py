from harness import serve


def count(n):
    total = 0
    for _a in range(n):
        for _b in range(n):
            for _c in range(n):
                for d in range(n):
                    for _e in range(n):
                        total += d
    return total


serve(count)
