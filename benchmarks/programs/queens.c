#include "harness.h"

static long place(long n, long row, char *columns, char *rising, char *falling) {
  if (row == n) return 1;
  long count = 0;
  for (long column = 0; column < n; column++) {
    long up = row + column, down = row - column + n;
    if (!columns[column] && !rising[up] && !falling[down]) {
      columns[column] = rising[up] = falling[down] = 1;
      count += place(n, row + 1, columns, rising, falling);
      columns[column] = rising[up] = falling[down] = 0;
    }
  }
  return count;
}

static void run(long n, char result[64]) {
  char *columns = calloc(n, 1), *rising = calloc(2 * n, 1), *falling = calloc(2 * n + 1, 1);
  sprintf(result, "%ld", place(n, 0, columns, rising, falling));
  free(columns);
  free(rising);
  free(falling);
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
