from harness import serve


class Disk:
    def __init__(self, size):
        self.size = size
        self.next = None


class Towers:
    def __init__(self):
        self.piles = [None, None, None]
        self.moved = 0

    def push(self, pile, disk):
        top = self.piles[pile]
        assert top is None or disk.size < top.size, "a big disk on a small one"
        disk.next = top
        self.piles[pile] = disk

    def pop(self, pile):
        top = self.piles[pile]
        self.piles[pile] = top.next
        top.next = None
        return top

    def move_disks(self, disks, source, to):
        if disks == 1:
            self.push(to, self.pop(source))
            self.moved += 1
            return
        other = 3 - source - to
        self.move_disks(disks - 1, source, other)
        self.push(to, self.pop(source))
        self.moved += 1
        self.move_disks(disks - 1, other, to)


def run(disks):
    towers = Towers()
    for size in range(disks, 0, -1):
        towers.push(0, Disk(size))
    towers.move_disks(disks, 0, 1)
    return towers.moved


serve(run)
