import sys


def sum_to(n):
    total = 0.0
    x = 0.0
    while x < n:
        total = total + x * 0.5
        x = x + 1.0
    return total


print(f"{sum_to(float(sys.argv[1])):.1f}")
