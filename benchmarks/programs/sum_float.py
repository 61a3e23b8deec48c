from harness import serve


def sum_to(n):
    total = 0.0
    x = 0.0
    while x < n:
        total = total + x * 0.5
        x = x + 1.0
    return total


def run(n):
    return f"{sum_to(float(n)):.1f}"


serve(run)
