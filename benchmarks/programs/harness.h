// The protocol of harness.grok.

#include <stdio.h>
#include <stdlib.h>

/// Writes the result of that much work.
typedef void run_function(long size, char result[64]);

static int serve(int count, char **arguments, run_function *run) {
  char result[64];
  if (count > 1) {
    run(atol(arguments[1]), result);
    puts(result);
    return 0;
  }
  char line[64];
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    run(atol(line), result);
    puts(result);
    fflush(stdout);
  }
  return 0;
}
