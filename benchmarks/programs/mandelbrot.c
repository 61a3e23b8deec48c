#include "harness.h"

static long inside(long size, long limit) {
  long count = 0;
  for (long row = 0; row < size; row++) {
    double ci = 2.0 * row / size - 1.0;
    for (long column = 0; column < size; column++) {
      double cr = 2.0 * column / size - 1.5;
      double zr = 0.0, zi = 0.0;
      long turn = 0;
      while (turn < limit && zr * zr + zi * zi <= 4.0) {
        double next = zr * zr - zi * zi + cr;
        zi = 2.0 * zr * zi + ci;
        zr = next;
        turn += 1;
      }
      if (turn == limit) count += 1;
    }
  }
  return count;
}

static void run(long n, char result[64]) { sprintf(result, "%ld", inside(n, 50)); }

int main(int count, char **arguments) { return serve(count, arguments, run); }
