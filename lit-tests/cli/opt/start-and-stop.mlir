// RUN: grokc opt -p interp --start-before=infer-types --stop-after=cse-blocks --pass-statistics -t none %s 2>&1 | filecheck %s
// RUN: grokc opt -p interp --start-before=cse-blocks %s | filecheck %s --check-prefix=END
// RUN: not grokc opt -p interp --stop-after=unbox %s 2>&1 | filecheck %s --check-prefix=UNKNOWN

grok.func @one() {
  %0 = grok.constant 1
  grok.return %0
}

// CHECK-NOT: stack-to-register
// CHECK:     infer-types:
// CHECK:     canonicalize-functions:
// CHECK:     cse-blocks:
// CHECK-NOT: forward-cells

// END: grok_vm.return 1

// UNKNOWN: error: the pipeline has no pass 'unbox'; it is stack-to-register, infer-types,
