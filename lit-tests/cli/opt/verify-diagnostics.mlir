// RUN: grokc opt --split-input-file --verify-diagnostics %s
// RUN: not grokc opt --split-input-file --verify-diagnostics %S/Inputs/wrong-expectations.mlir 2>&1 | filecheck %s

// expected-error @+1 {{grok_stack.return takes 1 from a stack of 0}}
grok_stack.func @empty_stack() {
  grok_stack.return
}

// -----

grok.func @unknown() {
  %0 = grok.ad %0, %0  // expected-error {{there is no operation 'grok.ad'}}
  grok.return %0
}

// -----

grok.func @undefined() {
  grok.return %a
  // expected-error @above {{values used but not defined}}
}

// CHECK: error: {{.*}}wrong-expectations.mlir: line 2: no error says 'something else'
// CHECK: error: {{.*}}wrong-expectations.mlir: line 1: nobody expects the error 'grok_stack.return takes 1
// CHECK: error: {{.*}}wrong-expectations.mlir: line 8: no warning says 'nothing'
