from harness import serve


def adder(n):
    return lambda x: x + n


def counter():
    n = 0

    def count(step):
        nonlocal n
        n += step
        return n

    return count


def twice(f):
    return lambda x: f(f(x))


def run(turns):
    add3 = adder(3)
    add12 = twice(twice(add3))
    count = counter()
    total = 0
    for i in range(turns):
        total += add12(i) % 7
        count(i % 3)
    return total + count(0)


serve(run)
