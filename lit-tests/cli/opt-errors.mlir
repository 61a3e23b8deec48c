// RUN: not grokc opt --split-input-file %s 2>&1 | filecheck %s

// What does not verify is an error, not a traceback.

grok_stack.func @empty_stack() {
  grok_stack.return
}
// CHECK: error: grok_stack.return takes 1 from a stack of 0 in 'empty_stack'
