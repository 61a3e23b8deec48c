// RUN: grokc opt -p raise-bytecode %s | filecheck %s
// RUN: grokc opt -p "raise-bytecode{profile=\"%S/Inputs/raise-bytecode.profile\"}" %s | filecheck %s --check-prefix=SEEN
// RUN: not grokc opt -p "raise-bytecode,raise-bytecode" --reproducer %t %s 2>&1 | filecheck %s --check-prefix=TWICE
// RUN: not grokc opt -p "raise-bytecode{profile=none}" --reproducer %t %s 2>&1 | filecheck %s --check-prefix=MISSING

grok_vm.func @double registers 1 minimum 1 maximum 1 {
  grok_vm.add r0, r0, r0
  grok_vm.return r0
}

grok_vm.func @"@start" registers 1 minimum 0 maximum 0 {
  grok_vm.return 0
}

// What may raise has a snapshot of the interpreter's registers.
// CHECK:      grok.func @double(%r0: !grok.any) {
// CHECK-NEXT:   grok.snapshot @double(pc = 0, r0 = %r0)
// CHECK-NEXT:   grok.snapshot @double(pc = 0, r0 = %r0)
// CHECK-NEXT:   %0 = grok.add %r0, %r0
// CHECK-NEXT:   grok.return %0

// SEEN: grok.add %r0, %r0 {feedback = #grok.seen<int>}

// TWICE: error: the pass 'raise-bytecode' failed: {{.*}}there are no functions of grok_vm to raise

// MISSING: error: the pass 'raise-bytecode' failed: {{.*}}cannot read none: No such file
