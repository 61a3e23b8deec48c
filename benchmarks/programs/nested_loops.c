#include "harness.h"

static void run(long n, char result[64]) {
  long total = 0;
  for (long a = 0; a < n; a++) {
    for (long b = 0; b < n; b++) {
      for (long c = 0; c < n; c++) {
        for (long d = 0; d < n; d++) {
          for (long e = 0; e < n; e++) {
            total += d;
            // Without this the compiler finds the formula and the loops are gone.
            __asm__ volatile("" : "+r"(total));
          }
        }
      }
    }
  }
  sprintf(result, "%ld", total);
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
