// RUN: grokc opt -p forward-cells %s | filecheck %s

// What was just written, or read, need not be read again.

grok.func @counter() captures [n] {
  %n = grok.load_capture 0
  %old = grok.load_cell %n
  %again = grok.load_cell %n
  %one = grok.constant 1
  %new = grok.mul %old, %again
  grok.store_cell %n, %new
  %result = grok.load_cell %n
  grok.return %result
}
// CHECK-LABEL: grok.func @counter() captures [n] {
// CHECK-NEXT:    %n = grok.load_capture 0
// CHECK-NEXT:    %old = grok.load_cell %n
// CHECK-NEXT:    %one = grok.constant 1
// CHECK-NEXT:    %new = grok.mul %old, %old
// CHECK-NEXT:    grok.store_cell %n, %new
// CHECK-NEXT:    grok.return %new

// A new cell holds what it was made with.

grok.func @new(%x: !grok.any) {
  %cell = grok.make_cell %x
  %y = grok.load_cell %cell
  %pair = grok.make_tuple(%cell, %y)
  grok.return %pair
}
// CHECK-LABEL: grok.func @new(%x: !grok.any) {
// CHECK-NEXT:    %cell = grok.make_cell %x
// CHECK-NEXT:    %pair = grok.make_tuple(%cell, %x)
// CHECK-NEXT:    grok.return %pair

// A call may write to the cell, and so may arithmetic on values that may have operators of their own.

grok.func @call(%f: !grok.any) captures [n] {
  %n = grok.load_capture 0
  %old = grok.load_cell %n
  %sum = grok.add %old, %f
  %new = grok.load_cell %n
  %result = grok.call_value %f(%sum, %new)
  %last = grok.load_cell %n
  grok.return %last
}
// CHECK-LABEL: grok.func @call(%f: !grok.any) captures [n] {
// CHECK-NEXT:    %n = grok.load_capture 0
// CHECK-NEXT:    %old = grok.load_cell %n
// CHECK-NEXT:    %sum = grok.add %old, %f
// CHECK-NEXT:    %new = grok.load_cell %n
// CHECK-NEXT:    %result = grok.call_value %f(%sum, %new)
// CHECK-NEXT:    %last = grok.load_cell %n
// CHECK-NEXT:    grok.return %last

// Another cell may be the same one; another block may be entered from anywhere.

grok.func @others(%c: !grok.bool) captures [a, b] {
  %a = grok.load_capture 0
  %b = grok.load_capture 1
  %x = grok.load_cell %a
  grok.store_cell %b, %x
  %y = grok.load_cell %a
  grok.branch %c, ^then, ^then
^then:
  %z = grok.load_cell %a
  %pair = grok.make_tuple(%y, %z)
  grok.return %pair
}
// CHECK-LABEL: grok.func @others(%c: !grok.bool) captures [a, b] {
// CHECK-NEXT:    %a = grok.load_capture 0
// CHECK-NEXT:    %b = grok.load_capture 1
// CHECK-NEXT:    %x = grok.load_cell %a
// CHECK-NEXT:    grok.store_cell %b, %x
// CHECK-NEXT:    %y = grok.load_cell %a
// CHECK-NEXT:    grok.branch %c, ^then, ^then
// CHECK-NEXT:  ^then:
// CHECK-NEXT:    %z = grok.load_cell %a
// CHECK-NEXT:    %pair = grok.make_tuple(%y, %z)
// CHECK-NEXT:    grok.return %pair
