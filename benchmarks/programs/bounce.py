from harness import serve


class Random:
    def __init__(self, seed):
        self.seed = seed

    def next(self):
        self.seed = (self.seed * 1309 + 13849) % 65536
        return self.seed


class Ball:
    def __init__(self, random):
        self.x = random.next() % 500
        self.y = random.next() % 500
        self.dx = random.next() % 300 - 150
        self.dy = random.next() % 300 - 150

    def bounce(self):
        met = False
        self.x += self.dx
        self.y += self.dy
        if self.x > 500:
            self.x = 500
            self.dx = 0 - abs(self.dx)
            met = True
        if self.x < 0:
            self.x = 0
            self.dx = abs(self.dx)
            met = True
        if self.y > 500:
            self.y = 500
            self.dy = 0 - abs(self.dy)
            met = True
        if self.y < 0:
            self.y = 0
            self.dy = abs(self.dy)
            met = True
        return met


def run(rounds):
    random = Random(74755)
    balls = [Ball(random) for _ in range(100)]
    bounces = 0
    for _ in range(rounds):
        for ball in balls:
            if ball.bounce():
                bounces += 1
    return bounces


serve(run)
