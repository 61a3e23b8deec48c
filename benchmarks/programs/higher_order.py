from harness import serve


def compose(f, g):
    return lambda x: g(f(x))


def memoize(f):
    known = {}

    def remembered(x):
        if x in known:
            return known[x]
        y = f(x)
        known[x] = y
        return y

    return remembered


def counter(start):
    n = start

    def following():
        nonlocal n
        n += 1
        return n

    return following


def filtered(stream, keep):
    def following():
        while True:
            x = stream()
            if keep(x):
                return x

    return following


def mapped(stream, f):
    return lambda: f(stream())


def fold(stream, n, init, f):
    result = init
    for _ in range(n):
        result = f(result, stream())
    return result


def church(n):
    def of(f):
        def repeated(x):
            y = x
            for _ in range(n):
                y = f(y)
            return y

        return repeated

    return of


def step_of(i):
    return lambda x: (x * 3 + i) % 1009


def one_round(turn):
    total = 0
    steps = []
    for i in range(10):
        steps.append(step_of(i))

    def everything(x):
        return x

    for step in steps:
        everything = compose(everything, step)
    remembered = memoize(everything)
    for i in range(30):
        total += remembered(i % 15)
    odd = filtered(counter(turn), lambda x: x % 2 == 1)
    squares = mapped(odd, lambda x: x * x % 1013)
    total += fold(squares, 30, 0, lambda a, b: a + b)
    total += church(8)(church(3)(lambda x: x + 2))(turn)
    heard = 0

    def listener_of(i):
        def listener(event):
            nonlocal heard
            heard += event * i

        return listener

    listeners = []
    for i in range(5):
        listeners.append(listener_of(i))
    for event in range(5):
        for listener in listeners:
            listener(event)
    return total + heard


def run(rounds):
    total = 0
    for turn in range(rounds):
        total += one_round(turn)
    return total


serve(run)
