from harness import serve


class Storage:
    def __init__(self):
        self.seed = 74755
        self.count = 0

    def random(self):
        self.seed = (self.seed * 1309 + 13849) % 65536
        return self.seed

    def build(self, depth):
        self.count += 1
        if depth == 1:
            return [None] * (self.random() % 10 + 1)
        children = []
        for _ in range(4):
            children.append(self.build(depth - 1))
        return children


def run(rounds):
    count = 0
    for _ in range(rounds):
        storage = Storage()
        storage.build(7)
        count += storage.count + storage.seed % 2
    return count


serve(run)
