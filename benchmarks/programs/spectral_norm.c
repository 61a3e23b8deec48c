#include <math.h>

#include "harness.h"

static double element(long i, long j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static void times(const double *v, double *out, long n) {
  for (long i = 0; i < n; i++) {
    double sum = 0.0;
    for (long j = 0; j < n; j++) sum += element(i, j) * v[j];
    out[i] = sum;
  }
}

static void times_transposed(const double *v, double *out, long n) {
  for (long i = 0; i < n; i++) {
    double sum = 0.0;
    for (long j = 0; j < n; j++) sum += element(j, i) * v[j];
    out[i] = sum;
  }
}

static void run(long n, char result[64]) {
  double *u = malloc(n * sizeof *u), *v = malloc(n * sizeof *v), *t = malloc(n * sizeof *t);
  for (long i = 0; i < n; i++) u[i] = 1.0;
  for (int i = 0; i < 10; i++) {
    times(u, t, n);
    times_transposed(t, v, n);
    times(v, t, n);
    times_transposed(t, u, n);
  }
  double uv = 0.0, vv = 0.0;
  for (long i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  free(u);
  free(v);
  free(t);
  sprintf(result, "%.9f", sqrt(uv / vv));
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
