from harness import serve


def place(n, row, columns, rising, falling):
    if row == n:
        return 1
    count = 0
    for column in range(n):
        up = row + column
        down = row - column + n
        if not columns[column] and not rising[up] and not falling[down]:
            columns[column] = True
            rising[up] = True
            falling[down] = True
            count += place(n, row + 1, columns, rising, falling)
            columns[column] = False
            rising[up] = False
            falling[down] = False
    return count


def run(n):
    return place(n, 0, [False] * n, [False] * (2 * n), [False] * (2 * n + 1))


serve(run)
