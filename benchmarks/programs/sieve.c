#include "harness.h"

static void run(long n, char result[64]) {
  char *composite = calloc(n + 1, 1);
  long count = 0;
  for (long i = 2; i <= n; i++) {
    if (!composite[i]) {
      count += 1;
      for (long k = i + i; k <= n; k += i) composite[k] = 1;
    }
  }
  free(composite);
  sprintf(result, "%ld", count);
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
