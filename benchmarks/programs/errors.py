from harness import serve


def check(n):
    if n % 7 == 0:
        raise ValueError("seven")
    return n * 2


def deep(depth, n):
    return check(n) if depth == 0 else 1 + deep(depth - 1, n)


# A result and an error, one of which is None.


def half(n):
    return (n // 2, None) if n % 2 == 0 else (None, "odd")


def quarter(n):
    once, problem = half(n)
    if problem is not None:
        return None, problem
    return half(once)


def run(rounds):
    total = 0
    caught = 0
    for i in range(rounds):
        try:
            total += deep(i % 10, i)
        except ValueError as error:
            caught += len(str(error))
        for k in range(4):
            fourth, problem = quarter(i + k)
            if problem is None:
                total += fourth
            else:
                caught += len(problem)
    return f"{total} {caught}"


serve(run)
