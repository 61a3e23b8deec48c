from harness import serve


def count_primes(n):
    composite = [False] * (n + 1)
    count = 0
    for i in range(2, n + 1):
        if not composite[i]:
            count += 1
            k = i + i
            while k <= n:
                composite[k] = True
                k += i
    return count


serve(count_primes)
