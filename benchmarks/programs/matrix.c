#include "harness.h"

static double **make(long n, long seed) {
  double **rows = malloc(n * sizeof *rows);
  for (long i = 0; i < n; i++) {
    rows[i] = malloc(n * sizeof *rows[i]);
    for (long j = 0; j < n; j++) rows[i][j] = (i * seed + j) % 10 + 0.5;
  }
  return rows;
}

static double **multiply(double **a, double **b, long n) {
  double **out = malloc(n * sizeof *out);
  for (long i = 0; i < n; i++) {
    out[i] = malloc(n * sizeof *out[i]);
    for (long j = 0; j < n; j++) {
      double sum = 0.0;
      for (long k = 0; k < n; k++) sum += a[i][k] * b[k][j];
      out[i][j] = sum;
    }
  }
  return out;
}

static void discard(double **rows, long n) {
  for (long i = 0; i < n; i++) free(rows[i]);
  free(rows);
}

static void run(long n, char result[64]) {
  double **a = make(n, 3), **b = make(n, 7);
  double **c = multiply(a, b, n);
  double trace = 0.0;
  for (long i = 0; i < n; i++) trace += c[i][i];
  discard(a, n);
  discard(b, n);
  discard(c, n);
  sprintf(result, "%.2f", trace);
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
