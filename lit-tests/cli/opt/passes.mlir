// RUN: grokc opt -p stack-to-register,allocate-registers %s | filecheck %s --check-prefix=PASSES
// RUN: grokc opt -p interp %s | filecheck %s --check-prefix=INTERP
// RUN: grokc opt %s | grokc opt -p stack-to-register | filecheck %s --check-prefix=STDIN
// RUN: grokc opt -p stack-to-register --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: not grokc opt -p no-such-pass %s 2>&1 | filecheck %s --check-prefix=UNKNOWN
// RUN: not grokc opt -p "stack-to-register{" %s 2>&1 | filecheck %s --check-prefix=SPEC
// RUN: not grokc opt %s.missing 2>&1 | filecheck %s --check-prefix=MISSING
// RUN: grokc opt --list-passes | filecheck %s --check-prefix=LIST

grok_stack.func @add() {
  grok_stack.push_int 1
  grok_stack.push_int 2
  grok_stack.add
  grok_stack.return
}

// PASSES:      grok_vm.func @add registers 1 minimum 0 maximum 0 {
// PASSES-NEXT:   grok_vm.load_int r0, 1
// PASSES-NEXT:   grok_vm.add r0, r0, 2
// PASSES-NEXT:   grok_vm.return r0

// INTERP: grok_vm.return 3

// STDIN: grok.add

// GENERIC: "grok.add"(%0, %1)

// UNKNOWN: error: unknown pass 'no-such-pass'; see --list-passes

// SPEC: error: Error parsing pass pipeline specification

// MISSING: error: cannot read {{.*}}: no such file

// LIST-DAG: allocate-registers
// LIST-DAG: canonicalize
// LIST-DAG: stack-to-register
