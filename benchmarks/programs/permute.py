from harness import serve


class Permuter:
    def __init__(self, n):
        self.count = 0
        self.values = list(range(n))

    def permute(self, n):
        self.count += 1
        if n != 0:
            last = n - 1
            self.permute(last)
            i = last
            while i >= 0:
                self.swap(last, i)
                self.permute(last)
                self.swap(last, i)
                i -= 1

    def swap(self, i, j):
        values = self.values
        kept = values[i]
        values[i] = values[j]
        values[j] = kept


def run(n):
    permuter = Permuter(n)
    permuter.permute(n)
    return permuter.count


serve(run)
