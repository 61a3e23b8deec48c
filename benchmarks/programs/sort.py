from harness import serve


def random_list(n):
    seed = 12345
    result = []
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        result.append(seed // 1024)
    return result


def quicksort(items, low, high):
    while low < high:
        pivot = items[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while items[i] < pivot:
                i += 1
            while items[j] > pivot:
                j -= 1
            if i <= j:
                kept = items[i]
                items[i] = items[j]
                items[j] = kept
                i += 1
                j -= 1
        quicksort(items, low, j)
        low = i


def merge_sort(items):
    n = len(items)
    if n < 2:
        return items
    left = merge_sort(items[: n // 2])
    right = merge_sort(items[n // 2 :])
    out = []
    i = 0
    j = 0
    while i < len(left) and j < len(right):
        if right[j] < left[i]:
            out.append(right[j])
            j += 1
        else:
            out.append(left[i])
            i += 1
    while i < len(left):
        out.append(left[i])
        i += 1
    while j < len(right):
        out.append(right[j])
        j += 1
    return out


def sift_down(heap, start, end):
    parent = start
    while True:
        child = 2 * parent + 1
        if child >= end:
            return
        if child + 1 < end and heap[child] < heap[child + 1]:
            child += 1
        if heap[parent] >= heap[child]:
            return
        kept = heap[parent]
        heap[parent] = heap[child]
        heap[child] = kept
        parent = child


def heap_sort(items):
    n = len(items)
    for start in range(n // 2 - 1, -1, -1):
        sift_down(items, start, n)
    for end in range(n - 1, 0, -1):
        kept = items[0]
        items[0] = items[end]
        items[end] = kept
        sift_down(items, 0, end)


def run(n):
    quick = random_list(n)
    quicksort(quick, 0, n - 1)
    merged = merge_sort(random_list(n))
    heap = random_list(n)
    heap_sort(heap)
    total = 0
    for i in range(n):
        if quick[i] != merged[i] or quick[i] != heap[i]:
            raise ValueError("the sorts differ")
        total += quick[i] % 1000 * (i % 10)
    return total


serve(run)
