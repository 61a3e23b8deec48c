// RUN: grokc opt -p eliminate-bounds-checks %s | filecheck %s

// `for i in 0..list.len()`: nothing is left of the check.

grok.func @length(%l: !grok.list) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %n = grok.list_length %l
  %some = arith.cmpi slt, %zero, %n : i64
  grok.branch %some, ^start, ^end
^start:
  grok.jump ^loop(%zero)
^loop(%i: i64):
  grok.snapshot @length(pc = 16, r0 = %l, r1 = %i)
  grok.safepoint
  %at = grok.check_bounds %i, %n
  %x = grok.list_load %l, %at
  %next = grok.add_checked %i, %one
  %more = arith.cmpi slt, %next, %n : i64
  grok.branch %more, ^loop(%next), ^end
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @length(
// CHECK:       ^start:
// CHECK-NEXT:    grok.jump ^loop(%zero)
// CHECK:         grok.safepoint
// CHECK-NEXT:    %x = grok.list_load %l, %i

// Another end: the last index is checked in front of the loop.

grok.func @other(%l: !grok.list, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %length = grok.list_length %l
  %some = arith.cmpi slt, %zero, %n : i64
  grok.branch %some, ^start, ^end
^start:
  grok.jump ^loop(%zero)
^loop(%i: i64):
  grok.snapshot @other(pc = 16, r0 = %l, r1 = %i)
  grok.safepoint
  %at = grok.check_bounds %i, %length
  %x = grok.list_load %l, %at
  %next = grok.add_checked %i, %one
  %more = arith.cmpi slt, %next, %n : i64
  grok.branch %more, ^loop(%next), ^end
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @other(
// CHECK:       ^start:
// CHECK-NEXT:    [[MINUS:%[0-9]+]] = arith.constant -1 : i64
// CHECK-NEXT:    [[LAST:%[0-9]+]] = arith.addi %n, [[MINUS]] : i64
// CHECK-NEXT:    grok.snapshot @other(pc = 16, r0 = %l, r1 = %zero)
// CHECK-NEXT:    grok.check_bounds [[LAST]], %length
// CHECK-NEXT:    grok.jump ^loop(%zero)
// CHECK:         grok.safepoint
// CHECK-NEXT:    %x = grok.list_load %l, %i

// A constant end is an end, too; that there is no longer list is none.

grok.func @constant(%l: !grok.list, %j: i64, %c: i1) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %ten = arith.constant 10 : i64
  %length = grok.list_length %l
  grok.jump ^loop(%zero, %j)
^loop(%i: i64, %k: i64):
  grok.snapshot @constant(pc = 16, r0 = %l, r1 = %i, r2 = %k)
  grok.safepoint
  %at = grok.check_bounds %i, %length
  %x = grok.list_load %l, %at
  %at2 = grok.check_bounds %k, %length
  %y = grok.list_load %l, %at2
  %at3 = grok.check_bounds %k, %length
  %z = grok.list_load %l, %at3
  %less = grok.sub_checked %k, %one
  %next = grok.add_checked %i, %one
  %more = arith.cmpi slt, %next, %ten : i64
  grok.branch %more, ^loop(%next, %less), ^end
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @constant(
// CHECK:         [[NINE:%[0-9]+]] = arith.constant 9 : i64
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    grok.check_bounds [[NINE]], %length
// CHECK-NEXT:    grok.jump ^loop
// CHECK:         grok.safepoint
// CHECK-NEXT:    %x = grok.list_load %l, %i
// CHECK-NEXT:    %at2 = grok.check_bounds %k, %length
// CHECK-NEXT:    %y = grok.list_load %l, %at2
// CHECK-NEXT:    %z = grok.list_load %l, %k

// A list of n + 1 elements has one at n.

grok.func @sums(%l: !grok.list, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  grok.snapshot @sums(pc = 8, r0 = %l)
  %length = grok.add_checked %n, %one
  grok.jump ^loop(%zero)
^loop(%i: i64):
  %some = arith.cmpi sle, %i, %n : i64
  grok.branch %some, ^body, ^end
^body:
  grok.snapshot @sums(pc = 16, r0 = %l, r1 = %i)
  %at = grok.check_bounds %i, %length
  %x = grok.list_load %l, %at
  %next = grok.add_checked %i, %one
  grok.jump ^loop(%next)
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @sums(
// CHECK:       ^body:
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    %x = grok.list_load %l, %i

// An index that may be negative, a length that changes, and a check that not every turn comes by:
// these stay.

grok.func @negative(%l: !grok.list, %start: i64, %n: i64) {
  %one = arith.constant 1 : i64
  %length = grok.list_length %l
  grok.jump ^loop(%start)
^loop(%i: i64):
  grok.snapshot @negative(pc = 16, r0 = %l, r1 = %i)
  grok.safepoint
  %at = grok.check_bounds %i, %length
  %x = grok.list_load %l, %at
  %next = grok.add_checked %i, %one
  %more = arith.cmpi slt, %next, %n : i64
  grok.branch %more, ^loop(%next), ^end
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @negative(
// CHECK:         %at = grok.check_bounds %i, %length

grok.func @changing(%l: !grok.list, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %some = arith.cmpi slt, %zero, %n : i64
  grok.branch %some, ^loop(%zero), ^end
^loop(%i: i64):
  grok.snapshot @changing(pc = 16, r0 = %l, r1 = %i)
  grok.safepoint
  %length = grok.list_length %l
  %at = grok.check_bounds %i, %length
  %x = grok.list_load %l, %at
  %popped = grok.call_native list "pop"(%l)
  %next = grok.add_checked %i, %one
  %more = arith.cmpi slt, %next, %n : i64
  grok.branch %more, ^loop(%next), ^end
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @changing(
// CHECK:         %at = grok.check_bounds %{{i.*}}, %length

grok.func @sometimes(%l: !grok.list, %n: i64, %c: i1) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %length = grok.list_length %l
  %some = arith.cmpi slt, %zero, %n : i64
  grok.branch %some, ^loop(%zero), ^end
^loop(%i: i64):
  grok.snapshot @sometimes(pc = 16, r0 = %l, r1 = %i)
  grok.safepoint
  grok.branch %c, ^then, ^next
^then:
  grok.snapshot @sometimes(pc = 24, r0 = %l, r1 = %i)
  %at = grok.check_bounds %i, %length
  %x = grok.list_load %l, %at
  grok.jump ^next
^next:
  grok.snapshot @sometimes(pc = 32, r0 = %l, r1 = %i)
  %next = grok.add_checked %i, %one
  %more = arith.cmpi slt, %next, %n : i64
  grok.branch %more, ^loop(%next), ^end
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @sometimes(
// CHECK:         %at = grok.check_bounds %{{i.*}}, %length
