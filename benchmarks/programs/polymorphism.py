from harness import serve


class Shape:
    def corners(self):
        return 0

    def weight(self, density):
        return self.area() * density


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return 3.0 * self.r * self.r


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side * self.side

    def corners(self):
        return 4


class Rect(Shape):
    def __init__(self, w, h):
        self.w = w
        self.h = h

    def area(self):
        return self.w * self.h

    def corners(self):
        return 4


class Triangle(Shape):
    def __init__(self, base, height):
        self.base = base
        self.height = height

    def area(self):
        return self.base * self.height * 0.5

    def corners(self):
        return 3


class Ring(Shape):
    def __init__(self, outer, inner):
        self.outer = outer
        self.inner = inner

    def area(self):
        return 3.0 * (self.outer * self.outer - self.inner * self.inner)


class Cross(Shape):
    def __init__(self, arm, width):
        self.arm = arm
        self.width = width

    def area(self):
        return self.width * (4.0 * self.arm + self.width)

    def corners(self):
        return 12


class Line(Shape):
    def __init__(self, length):
        self.length = length

    def area(self):
        return 0.0

    def corners(self):
        return 2


class Dot(Shape):
    def area(self):
        return 0.0

    def corners(self):
        return 1


def make(i, kinds):
    size = float(i % 5 + 1)
    kind = i % kinds
    if kind == 0:
        return Circle(size)
    if kind == 1:
        return Square(size)
    if kind == 2:
        return Rect(size, 2.0)
    if kind == 3:
        return Triangle(size, 4.0)
    if kind == 4:
        return Ring(size + 1.0, size)
    if kind == 5:
        return Cross(size, 1.0)
    if kind == 6:
        return Line(size)
    return Dot()


def total(shapes):
    result = 0.0
    for shape in shapes:
        result += shape.weight(0.5) + shape.corners()
    return result


def plus(a, b):
    return a + b


def run(rounds):
    one = []
    two = []
    four = []
    eight = []
    for i in range(64):
        one.append(make(i, 1))
        two.append(make(i, 2))
        four.append(make(i, 4))
        eight.append(make(i, 8))
    result = 0.0
    mixed = 0.0
    for turn in range(rounds):
        result += total(one) + total(two) + total(four) + total(eight)
        mixed = plus(mixed, turn if turn % 2 == 0 else 0.5)
        mixed += len(plus("a", "b")) + len(plus([1], [2, 3]))
    return f"{result:.1f} {mixed:.1f}"


serve(run)
