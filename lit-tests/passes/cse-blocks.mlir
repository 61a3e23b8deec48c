// RUN: grokc opt -p cse-blocks %s | filecheck %s

// Within a block equal constants and equal pure operations are one; what can fail, or see a change,
// is not.

grok.func @block(%x: !grok.any, %c: !grok.bool) captures [n] {
  %a = grok.constant 1
  %b = grok.constant 1
  %s = grok.add %x, %a
  %t = grok.add %x, %b
  %cell = grok.load_capture 0
  %again = grok.load_capture 0
  %u = grok.load_cell %cell
  %v = grok.load_cell %again
  grok.store_cell %cell, %s
  %w = grok.load_cell %cell
  %all = grok.make_tuple(%s, %t, %u, %v, %w)
  grok.branch %c, ^next, ^next
^next:
  %d = grok.constant 1
  %pair = grok.make_tuple(%all, %d)
  grok.return %pair
}
// CHECK-LABEL: grok.func @block(%x: !grok.any, %c: !grok.bool) captures [n] {
// CHECK-NEXT:    %a = grok.constant 1
// CHECK-NEXT:    %s = grok.add %x, %a
// CHECK-NEXT:    %t = grok.add %x, %a
// CHECK-NEXT:    %cell = grok.load_capture 0
// CHECK-NEXT:    %u = grok.load_cell %cell
// CHECK-NEXT:    grok.store_cell %cell, %s
// CHECK-NEXT:    %w = grok.load_cell %cell
// CHECK-NEXT:    %all = grok.make_tuple(%s, %t, %u, %u, %w)
// CHECK-NEXT:    grok.branch %c, ^next, ^next
// CHECK-NEXT:  ^next:
// CHECK-NEXT:    %d = grok.constant 1
// CHECK-NEXT:    %pair = grok.make_tuple(%all, %d)
// CHECK-NEXT:    grok.return %pair
