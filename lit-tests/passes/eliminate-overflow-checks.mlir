// RUN: grokc opt -p eliminate-overflow-checks %s | filecheck %s

// The counter of a loop is below the loop's end, so there is a next number.  The sum is anything.

grok.func @counter(%n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %some = arith.cmpi slt, %zero, %n : i64
  grok.branch %some, ^start, ^end(%zero)
^start:
  grok.jump ^loop(%zero, %zero)
^loop(%i: i64, %s: i64):
  grok.snapshot @counter(pc = 16, r0 = %n, r1 = %i, r2 = %s)
  grok.safepoint
  %sum = grok.add_checked %s, %i
  %next = grok.add_checked %i, %one
  %more = arith.cmpi slt, %next, %n : i64
  grok.branch %more, ^loop(%next, %sum), ^end(%sum)
^end(%r: i64):
  grok.return %r
}
// CHECK-LABEL: grok.func @counter(
// CHECK:         %sum = grok.add_checked %s, %i
// CHECK-NEXT:    %next = arith.addi %i, %one overflow<nsw> : i64

// `while i <= n` with any n reaches the last int; with an n that was added to, it does not.

grok.func @inclusive(%n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  grok.jump ^loop(%zero)
^loop(%i: i64):
  %some = arith.cmpi sle, %i, %n : i64
  grok.branch %some, ^body, ^end
^body:
  grok.snapshot @inclusive(pc = 16, r0 = %n, r1 = %i)
  %next = grok.add_checked %i, %one
  grok.jump ^loop(%next)
^end:
  grok.return %i
}
// CHECK-LABEL: grok.func @inclusive(
// CHECK:         %next = grok.add_checked %i, %one

grok.func @bounded(%n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  grok.snapshot @bounded(pc = 8, r0 = %n)
  %end = grok.add_checked %n, %one
  grok.jump ^loop(%zero)
^loop(%i: i64):
  %some = arith.cmpi sle, %i, %n : i64
  grok.branch %some, ^body, ^end
^body:
  grok.snapshot @bounded(pc = 16, r0 = %n, r1 = %i)
  %next = grok.add_checked %i, %one
  grok.jump ^loop(%next)
^end:
  grok.return %i
}
// CHECK-LABEL: grok.func @bounded(
// CHECK:         %end = grok.add_checked %n, %one
// CHECK:         %next = arith.addi %i, %one overflow<nsw> : i64

// Downwards, and a step that is not constant: the comparison bounds one end, the step the other.

grok.func @down(%n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  grok.jump ^loop(%n)
^loop(%i: i64):
  %some = arith.cmpi sgt, %i, %zero : i64
  grok.branch %some, ^body, ^end
^body:
  grok.snapshot @down(pc = 16, r0 = %i)
  %less = grok.sub_checked %i, %one
  grok.jump ^loop(%less)
^end:
  grok.return %i
}
// CHECK-LABEL: grok.func @down(
// CHECK:         %less = arith.subi %i, %one overflow<nsw> : i64

// Indices that were checked and lengths are small: so are their sums and products with small numbers.

grok.func @lengths(%l: !grok.list, %i: i64, %j: i64) {
  %eight = arith.constant 8 : i64
  grok.snapshot @lengths(pc = 16, r0 = %l)
  %n = grok.list_length %l
  %at = grok.check_bounds %i, %n
  %a = grok.add_checked %i, %n
  %b = grok.mul_checked %a, %eight
  %c = grok.sub_checked %at, %b
  %d = grok.mul_checked %c, %c
  %e = grok.add_checked %a, %j
  grok.return %d
}
// CHECK-LABEL: grok.func @lengths(
// CHECK:         %a = arith.addi %i, %n overflow<nsw> : i64
// CHECK-NEXT:    %b = arith.muli %a, %eight overflow<nsw> : i64
// CHECK-NEXT:    %c = arith.subi %at, %b overflow<nsw> : i64
// CHECK-NEXT:    %d = grok.mul_checked %c, %c
// CHECK-NEXT:    %e = grok.add_checked %a, %j

// Divisions and shifts: a divisor that is not zero, a count that is small.  Numbers that are not
// negative are divided as unsigned ones.

grok.func @divisions(%x: i64, %y: i64, %n: i64) {
  %zero = arith.constant 0 : i64
  %ten = arith.constant 10 : i64
  %seven = arith.constant 7 : i64
  grok.snapshot @divisions(pc = 16, r0 = %x)
  %digit = arith.remsi %x, %ten : i64
  %small = arith.andi %y, %seven : i64
  %tail = arith.remsi %small, %ten : i64
  %shifted = grok.shift_left_checked %x, %small
  %shifted2 = grok.shift_right_checked %x, %digit
  %positive = arith.cmpi slt, %zero, %n : i64
  grok.branch %positive, ^then, ^else
^then:
  grok.snapshot @divisions(pc = 24, r0 = %x)
  %q = grok.div_checked %x, %n
  %r = grok.rem_checked %small, %n
  grok.return %q
^else:
  grok.snapshot @divisions(pc = 32, r0 = %x)
  %s = grok.rem_checked %x, %n
  grok.return %s
}
// CHECK-LABEL: grok.func @divisions(
// CHECK:         %digit = arith.remsi %x, %ten : i64
// CHECK:         %tail = arith.remui %small, %ten : i64
// CHECK:         %shifted = arith.shli %x, %small : i64
// CHECK-NEXT:    %shifted2 = grok.shift_right_checked %x, %digit
// CHECK:         %q = arith.divsi %x, %n : i64
// CHECK-NEXT:    %r = arith.remui %small, %n : i64
// CHECK:         %s = grok.rem_checked %x, %n

// A number that a boxed word can hold needs no cell.

grok.func @boxes(%x: i64, %f: f64) {
  %ten = arith.constant 10 : i64
  %digit = arith.remsi %x, %ten : i64
  grok.snapshot @boxes(pc = 16)
  %a = grok.box %digit
  %b = grok.box %x
  %c = grok.box %f
  %t = grok.make_tuple(%a, %b, %c)
  grok.return %t
}
// CHECK-LABEL: grok.func @boxes(
// CHECK:         %a = grok.box %digit {inline}
// CHECK-NEXT:    %b = grok.box %x
// CHECK-NOT:     inline

// Nor is it checked where it goes into a list of ints; what comes from one is such a number.

grok.func @elements(%l: !grok.list, %i: i64, %x: i64) {
  %one = arith.constant 1 : i64
  grok.snapshot @elements(pc = 0)
  %items = grok.check_elements %l is int
  %n = grok.load_item %items, %i -> i64
  %m = grok.add_checked %n, %one
  grok.store_item %items, %i, %n
  %a = grok.check_inline %n
  grok.store_item %items, %i, %a
  %b = grok.check_inline %m
  grok.store_item %items, %i, %b
  grok.return %l
}
// CHECK-LABEL: grok.func @elements(
// CHECK:         %m = arith.addi %n, %one overflow<nsw> : i64
// CHECK-NEXT:    grok.store_item %items, %i, %n
// CHECK-NEXT:    grok.store_item %items, %i, %n
// CHECK-NEXT:    %b = grok.check_inline %m
// CHECK-NEXT:    grok.store_item %items, %i, %b
