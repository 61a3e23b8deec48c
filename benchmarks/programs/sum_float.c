#include "harness.h"

static void run(long n, char result[64]) {
  double total = 0.0;
  double x = 0.0;
  while (x < n) {
    total = total + x * 0.5;
    x = x + 1.0;
  }
  sprintf(result, "%.1f", total);
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
