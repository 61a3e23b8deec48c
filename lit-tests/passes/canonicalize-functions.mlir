// RUN: grokc opt -p canonicalize-functions %s | filecheck %s
// RUN: grokc opt -p canonicalize-functions --print-debuginfo %s | filecheck %s --check-prefix=PLACE

// Operations on constants are folded, branches on constants decided, and what nobody needs is gone:
// `dialects/grok/canonicalize.mlir` has the patterns.

grok.func @folds() {
  %0 = grok.constant 2 loc("f.grok":10:11)
  %1 = grok.constant 3 loc("f.grok":14:15)
  %2 = grok.add %0, %1 -> !grok.int loc("f.grok":10:15)
  grok.return %2
}
// CHECK:      grok.func @folds() {
// CHECK-NEXT:   %0 = grok.constant 5
// CHECK-NEXT:   grok.return %0

// The constant stands for the operation and for what went into it.
// PLACE: grok.constant 5 loc(fused["f.grok":10:15, "f.grok":10:11, "f.grok":14:15])

grok.func @decides() {
  %0 = grok.constant true
  grok.branch %0, ^bb1, ^bb2
^bb1:
  %1 = grok.constant 1
  grok.return %1
^bb2:
  %2 = grok.constant 2
  grok.return %2
}
// CHECK:      grok.func @decides() {
// CHECK-NOT:    grok.branch
// CHECK-NOT:    grok.constant 2
// CHECK:        grok.return

// What fails at run time must fail there.
grok.func @must_fail() {
  %0 = grok.constant 1
  %1 = grok.constant 0
  %2 = grok.div %0, %1 -> !grok.int
  grok.return %2
}
// CHECK:      grok.func @must_fail() {
// CHECK:        grok.div %0, %1

// An addition of whatever may call a function of the program, even if nobody needs the sum.
grok.func @must_stay(%a: !grok.any) {
  %0 = grok.constant 1
  %1 = grok.add %a, %0
  %2 = grok.make_list(%a)
  grok.return %a
}
// CHECK:      grok.func @must_stay(%a: !grok.any) {
// CHECK:        grok.add %a, %0
// CHECK-NEXT:   grok.return %a
