// RUN: env COLUMNS=9999 xdsl-opt --help | filecheck %s --check-prefix=HELP
// RUN: xdsl-opt -p stack-to-register,cse-blocks %s | filecheck %s

// Plain xdsl-opt knows our dialects and passes, and grokc those of xDSL.

grok_stack.func @add() {
  grok_stack.push_int 1
  grok_stack.push_int 1
  grok_stack.add
  grok_stack.return
}

// HELP: {{stack-to-register,.*cse-blocks,.*unbox,}}

// CHECK:      grok.func @add() {
// CHECK-NEXT:   %0 = grok.constant 1
// CHECK-NEXT:   %1 = grok.add %0, %0
