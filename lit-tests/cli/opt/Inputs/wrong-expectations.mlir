grok_stack.func @empty_stack() {
  grok_stack.return // expected-error {{something else}}
}

// -----

grok_stack.func @fine() {
  grok_stack.push_int 1 // expected-warning {{nothing}}
  grok_stack.return
}
