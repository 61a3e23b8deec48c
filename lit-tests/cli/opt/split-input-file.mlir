// RUN: not grokc opt --split-input-file %s 2>&1 | filecheck %s

// Each part is taken alone: one that does not verify is an error, the others go on, and lines are
// those of the whole file.

grok_stack.func @first() {
  grok_stack.push_int 1
  grok_stack.return
}

// -----

grok_stack.func @empty_stack() {
  grok_stack.return
}

// -----

grok_stack.func @last() {
  grok_stack.push_int 2
  grok_stack.return
}

// CHECK:      error: grok_stack.return takes 1 from a stack of 0 in 'empty_stack'
// CHECK-NEXT:   --> {{.*}}split-input-file.mlir:13:1
// CHECK:      grok_stack.func @first
// CHECK:      // -----
// CHECK:      grok_stack.func @last
