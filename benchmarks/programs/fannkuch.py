from harness import serve


def flips(p, work):
    n = len(p)
    for i in range(n):
        work[i] = p[i]
    count = 0
    first = work[0]
    while first != 0:
        low = 0
        high = first
        while low < high:
            kept = work[low]
            work[low] = work[high]
            work[high] = kept
            low += 1
            high -= 1
        count += 1
        first = work[0]
    return count


def run(n):
    p = list(range(n))
    work = [0] * n
    left = [0] * n
    checksum = 0
    longest = 0
    even = True
    width = n
    while True:
        while width > 1:
            left[width - 1] = width
            width -= 1
        count = flips(p, work)
        if count > longest:
            longest = count
        if even:
            checksum += count
        else:
            checksum -= count
        even = not even
        while True:
            if width == n:
                return f"{checksum} {longest}"
            first = p[0]
            for i in range(width):
                p[i] = p[i + 1]
            p[width] = first
            left[width] -= 1
            if left[width] > 0:
                break
            width += 1


serve(run)
