#include "harness.h"

static long flips(const long *p, long *work, long n) {
  for (long i = 0; i < n; i++) work[i] = p[i];
  long count = 0;
  long first = work[0];
  while (first != 0) {
    long low = 0, high = first;
    while (low < high) {
      long kept = work[low];
      work[low] = work[high];
      work[high] = kept;
      low += 1;
      high -= 1;
    }
    count += 1;
    first = work[0];
  }
  return count;
}

static void run(long n, char result[64]) {
  long p[64], work[64], left[64];
  for (long i = 0; i < n; i++) p[i] = i;
  long checksum = 0, longest = 0, even = 1, width = n;
  for (;;) {
    while (width > 1) {
      left[width - 1] = width;
      width -= 1;
    }
    long count = flips(p, work, n);
    if (count > longest) longest = count;
    if (even) checksum += count;
    else checksum -= count;
    even = !even;
    for (;;) {
      if (width == n) {
        sprintf(result, "%ld %ld", checksum, longest);
        return;
      }
      long first = p[0];
      for (long i = 0; i < width; i++) p[i] = p[i + 1];
      p[width] = first;
      left[width] -= 1;
      if (left[width] > 0) break;
      width += 1;
    }
  }
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
