// RUN: not grokc opt --split-input-file %s 2>&1 | filecheck %s

// Bad IR: the place, what was expected, the operation.

grok.func @unknown(%a: !grok.any) {
  %0 = grok.ad %a, %a
  grok.return %0
}
//      CHECK: error: there is no operation 'grok.ad'
// CHECK-NEXT:   --> {{.*}}ir-errors.mlir:6:8
//      CHECK:    = help: did you mean 'grok.add'?

// -----

grok.func @undefined(%a: !grok.any) {
  %0 = grok.add %a, %b
  grok.return %0
}
//      CHECK: error: values used but not defined: [%b]
// CHECK-NEXT:   --> {{.*}}ir-errors.mlir:16:21

// -----

grok.func @syntax(%a: !grok.any) {
  %0 = grok.add %a %a
  grok.return %0
}
//      CHECK: error: Expected ','
// CHECK-NEXT:   --> {{.*}}ir-errors.mlir:25:20

// -----

grok.func @no_end(%a: !grok.any) {
  %0 = grok.add %a, %a
}
//      CHECK: error: Operation grok.add terminates block
// CHECK-NEXT:   --> {{.*}}ir-errors.mlir:34:3
//      CHECK:    |   ^^^^

// -----

"grok.add"() : () -> ()
//      CHECK: error: grok.add: Expected 2 operands, but got 0
// CHECK-NEXT:   --> {{.*}}ir-errors.mlir:42:1
