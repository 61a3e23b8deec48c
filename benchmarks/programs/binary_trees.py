from harness import serve


class Tree:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    if depth == 0:
        return Tree(None, None)
    return Tree(build(depth - 1), build(depth - 1))


def nodes(tree):
    if tree.left is None:
        return 1
    return 1 + nodes(tree.left) + nodes(tree.right)


def run(depth):
    total = nodes(build(depth + 1))
    long_lived = build(depth)
    for d in range(4, depth + 1, 4):
        for _ in range(1 << (depth - d + 4)):
            total += nodes(build(d))
    return total + nodes(long_lived)


serve(run)
