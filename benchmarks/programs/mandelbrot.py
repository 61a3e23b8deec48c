from harness import serve


def inside(size, limit):
    count = 0
    for row in range(size):
        ci = 2.0 * row / size - 1.0
        for column in range(size):
            cr = 2.0 * column / size - 1.5
            zr = 0.0
            zi = 0.0
            turn = 0
            while turn < limit and zr * zr + zi * zi <= 4.0:
                after = zr * zr - zi * zi + cr
                zi = 2.0 * zr * zi + ci
                zr = after
                turn += 1
            if turn == limit:
                count += 1
    return count


def run(n):
    return inside(n, 50)


serve(run)
