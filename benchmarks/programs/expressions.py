from harness import serve

NUMBER = 1
VARIABLE = 2
SUM = 3
PRODUCT = 4
POWER = 5


class Number:
    kind = NUMBER

    def __init__(self, value):
        self.value = value


class Variable:
    kind = VARIABLE


class Sum:
    kind = SUM

    def __init__(self, left, right):
        self.left = left
        self.right = right


class Product:
    kind = PRODUCT

    def __init__(self, left, right):
        self.left = left
        self.right = right


class Power:
    kind = POWER

    def __init__(self, base, exponent):
        self.base = base
        self.exponent = exponent


def derive(e):
    kind = e.kind
    if kind == NUMBER:
        return Number(0)
    if kind == VARIABLE:
        return Number(1)
    if kind == SUM:
        return Sum(derive(e.left), derive(e.right))
    if kind == PRODUCT:
        return Sum(Product(derive(e.left), e.right), Product(e.left, derive(e.right)))
    return Product(Product(Number(e.exponent), Power(e.base, e.exponent - 1)), derive(e.base))


def is_number(e, n):
    return e.kind == NUMBER and e.value == n


def simplify(e):
    kind = e.kind
    if kind == SUM:
        a = simplify(e.left)
        b = simplify(e.right)
        if a.kind == NUMBER and b.kind == NUMBER:
            return Number((a.value + b.value) % 1000003)
        if is_number(a, 0):
            return b
        if is_number(b, 0):
            return a
        return Sum(a, b)
    if kind == PRODUCT:
        a = simplify(e.left)
        b = simplify(e.right)
        if a.kind == NUMBER and b.kind == NUMBER:
            return Number(a.value * b.value % 1000003)
        if is_number(a, 0) or is_number(b, 0):
            return Number(0)
        if is_number(a, 1):
            return b
        if is_number(b, 1):
            return a
        return Product(a, b)
    if kind == POWER:
        if e.exponent == 0:
            return Number(1)
        if e.exponent == 1:
            return simplify(e.base)
        return Power(simplify(e.base), e.exponent)
    return e


def evaluate(e, x):
    kind = e.kind
    if kind == NUMBER:
        return e.value
    if kind == VARIABLE:
        return x
    if kind == SUM:
        return (evaluate(e.left, x) + evaluate(e.right, x)) % 1000003
    if kind == PRODUCT:
        return evaluate(e.left, x) * evaluate(e.right, x) % 1000003
    base = evaluate(e.base, x)
    result = 1
    for _ in range(e.exponent):
        result = result * base % 1000003
    return result


def size(e):
    kind = e.kind
    if kind in (SUM, PRODUCT):
        return 1 + size(e.left) + size(e.right)
    if kind == POWER:
        return 1 + size(e.base)
    return 1


def polynomial(n):
    e = Variable()
    for i in range(1, n):
        e = Power(e, 2) if i % 3 == 0 else Sum(Product(Number(i), e), Power(Variable(), i % 4))
    return e


def run(rounds):
    total = 0
    for turn in range(rounds):
        e = polynomial(12)
        for _ in range(3):
            e = simplify(derive(e))
        total += size(e) + evaluate(e, turn % 10)
    return total


serve(run)
