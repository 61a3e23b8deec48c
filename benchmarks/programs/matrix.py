from harness import serve


def make(n, seed):
    rows = []
    for i in range(n):
        row = []
        for j in range(n):
            row.append((i * seed + j) % 10 + 0.5)
        rows.append(row)
    return rows


def multiply(a, b, n):
    out = []
    for i in range(n):
        row = []
        left = a[i]
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += left[k] * b[k][j]
            row.append(total)
        out.append(row)
    return out


def run(n):
    c = multiply(make(n, 3), make(n, 7), n)
    trace = 0.0
    for i in range(n):
        trace += c[i][i]
    return f"{trace:.2f}"


serve(run)
