// RUN: grokc --help | filecheck %s
// RUN: not grokc rum 2>&1 | filecheck %s --check-prefix=UNKNOWN

// CHECK: usage: grokc COMMAND
// UNKNOWN: error: unknown command 'rum'; did you mean 'run'?
