#include "harness.h"

static void run(long n, char result[64]) {
  long total = 0;
  long i = 0;
  while (i < n) {
    total = total + i;
    // Without this the compiler finds the formula and the loop is gone.
    __asm__ volatile("" : "+r"(total));
    i = i + 1;
  }
  sprintf(result, "%ld", total);
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
