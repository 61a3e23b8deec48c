#include "harness.h"

static long fib(long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static void run(long n, char result[64]) { sprintf(result, "%ld", fib(n)); }

int main(int count, char **arguments) { return serve(count, arguments, run); }
