from harness import serve


class Cell:
    def __init__(self, value, after):
        self.value = value
        self.next = after


def build(n):
    head = None
    i = n
    while i > 0:
        head = Cell(i, head)
        i -= 1
    return head


def reverse(cells):
    out = None
    while cells is not None:
        out = Cell(cells.value, out)
        cells = cells.next
    return out


def total_of(cells):
    total = 0
    while cells is not None:
        total += cells.value
        cells = cells.next
    return total


def run(n):
    total = 0
    for turn in range(n):
        cells = reverse(build(1000))
        total += total_of(cells) + cells.value + turn % 3
    return total


serve(run)
