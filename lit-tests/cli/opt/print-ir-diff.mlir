// RUN: grokc opt -p infer-types,cse-blocks --print-ir-diff -t none %s 2>&1 | filecheck %s --strict-whitespace --match-full-lines
// RUN: grokc opt -p cse-blocks --print-ir-diff --color=always -t none %s 2>&1 | filecheck %s --check-prefix=COLOR

// Only the functions that changed, and of them only what is near a change.

grok.func @twice(%a: !grok.any) {
  %0 = grok.constant 1
  %1 = grok.constant 1
  %2 = grok.make_tuple(%0, %1)
  grok.return %2
}

grok.func @other() {
  %0 = grok.constant 2
  grok.return %0
}

//      CHECK:// ----- infer-types: no change -----
//      CHECK:// ----- cse-blocks -----
// CHECK-NEXT:--- twice
// CHECK-NEXT:+++ twice
// CHECK-NEXT:@@ -1,6 +1,5 @@
// CHECK-NEXT: grok.func @twice(%a: !grok.any) {
// CHECK-NEXT:   %0 = grok.constant 1
// CHECK-NEXT:-  %1 = grok.constant 1
// CHECK-NEXT:-  %2 = grok.make_tuple(%0, %1)
// CHECK-NEXT:-  grok.return %2
// CHECK-NEXT:+  %1 = grok.make_tuple(%0, %0)
// CHECK-NEXT:+  grok.return %1
// CHECK-NEXT: }

// COLOR: {{.\[31m-  %1 = grok.constant 1.\[0m}}
// COLOR: {{.\[32m\+  %1 = grok.make_tuple\(%0, %0\).\[0m}}
