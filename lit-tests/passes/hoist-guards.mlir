// RUN: grokc opt -p hoist-guards %s | filecheck %s

// A guard of what does not change in the loop moves in front of it, with a snapshot of the state in
// which the loop begins.  What changes stays.

grok.func @guard(%n: !grok.any, %x: !grok.any) {
  %zero = grok.constant 0
  grok.jump ^loop(%zero)
^loop(%i: !grok.any):
  grok.snapshot @guard(pc = 16, r0 = %n, r1 = %x, r2 = %i)
  grok.safepoint
  grok.snapshot @guard(pc = 24, r0 = %n, r1 = %x, r2 = %i)
  %a = grok.guard %i is int
  %b = grok.guard %x is int
  %sum = grok.add %a, %b
  grok.snapshot @guard(pc = 32, r0 = %n, r1 = %x, r2 = %sum)
  %f = grok.guard_function %n is @f
  %more = grok.less %sum, %f
  grok.branch %more, ^loop(%sum), ^end
^end:
  grok.return %i
}
// CHECK-LABEL: grok.func @guard(
// CHECK-NEXT:    %zero = grok.constant 0
// CHECK-NEXT:    grok.snapshot @guard(pc = 16, r0 = %n, r1 = %x, r2 = %zero)
// CHECK-NEXT:    %b = grok.guard %x is int
// CHECK-NEXT:    %f = grok.guard_function %n is @f
// CHECK-NEXT:    grok.jump ^loop(%zero)
// CHECK:       ^loop(%i: !grok.any):
// CHECK:         grok.snapshot @guard(pc = 24,
// CHECK-NEXT:    %a = grok.guard %i is int
// CHECK-NEXT:    %sum = grok.add %a, %b
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    grok.less %sum, %f

// A guard that not every turn comes by stays: it might fail for nothing.  A computation that cannot
// fail may move from anywhere.

grok.func @sometimes(%x: !grok.any, %c: !grok.bool, %l: !grok.list, %k: f64) {
  grok.jump ^loop
^loop:
  grok.snapshot @sometimes(pc = 16, r0 = %x)
  grok.safepoint
  grok.branch %c, ^then, ^next
^then:
  grok.snapshot @sometimes(pc = 24, r0 = %x)
  %a = grok.guard %x is int
  %length = grok.list_length %l
  %square = arith.mulf %k, %k : f64
  grok.jump ^next
^next:
  grok.branch %c, ^loop, ^end
^end:
  grok.return %x
}
// CHECK-LABEL: grok.func @sometimes(
// CHECK-NEXT:    %length = grok.list_length %l
// CHECK-NEXT:    %square = arith.mulf %k, %k : f64
// CHECK-NEXT:    grok.jump ^loop
// CHECK:       ^then:
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    %a = grok.guard %x is int
// CHECK-NEXT:    grok.jump ^next

// A load moves only if nothing in the loop writes to its place: a call may, a store to the same field
// does, one to another field does not.

grok.struct @Point {x: float, y: float}
grok.func @loads(%p: !grok.struct<@Point>, %l: !grok.list, %v: f64, %c: !grok.bool) {
  grok.jump ^loop
^loop:
  grok.snapshot @loads(pc = 16, r0 = %p)
  grok.safepoint
  %x = grok.load_field @Point 0 %p -> f64
  %y = grok.load_field @Point 1 %p -> f64
  %n = grok.list_length %l
  grok.store_field @Point 1 %p, %v
  grok.branch %c, ^loop, ^end
^end:
  grok.return %x
}
// CHECK-LABEL: grok.func @loads(
// CHECK-NEXT:    %x = grok.load_field @Point 0 %p -> f64
// CHECK-NEXT:    %n = grok.list_length %l
// CHECK-NEXT:    grok.jump ^loop
// CHECK:         grok.safepoint
// CHECK-NEXT:    %y = grok.load_field @Point 1 %p -> f64
// CHECK-NEXT:    grok.store_field

grok.func @calls(%p: !grok.struct<@Point>, %l: !grok.list, %f: !grok.any, %c: !grok.bool) {
  grok.jump ^loop
^loop:
  grok.snapshot @calls(pc = 16, r0 = %p)
  grok.safepoint
  %x = grok.load_field @Point 0 %p -> f64
  %n = grok.list_length %l
  grok.snapshot @calls(pc = 24, window = 6, r0 = %p)
  %r = grok.call_value %f()
  grok.branch %c, ^loop, ^end
^end:
  grok.return %r
}
// CHECK-LABEL: grok.func @calls(
// CHECK-NEXT:    grok.jump ^loop
// CHECK:         grok.safepoint
// CHECK-NEXT:    %x = grok.load_field @Point 0 %p -> f64
// CHECK-NEXT:    %n = grok.list_length %l

// `push` changes lengths, but no fields.

grok.func @push(%p: !grok.struct<@Point>, %l: !grok.list, %c: !grok.bool) {
  grok.jump ^loop
^loop:
  grok.snapshot @push(pc = 16, r0 = %p)
  grok.safepoint
  %x = grok.load_field @Point 0 %p -> !grok.float
  %n = grok.list_length %l
  grok.snapshot @push(pc = 24, r0 = %p)
  %u = grok.call_native list "push"(%l, %x)
  grok.branch %c, ^loop, ^end
^end:
  grok.return %u
}
// CHECK-LABEL: grok.func @push(
// CHECK-NEXT:    %x = grok.load_field @Point 0 %p -> !grok.float
// CHECK-NEXT:    grok.jump ^loop
// CHECK:         grok.safepoint
// CHECK-NEXT:    %n = grok.list_length %l

// From an inner loop as far out as it can; the inner loop has no block in front of it yet.

grok.func @nested(%x: !grok.any, %l: !grok.list, %c: !grok.bool, %d: !grok.bool) {
  grok.jump ^outer
^outer:
  grok.snapshot @nested(pc = 16, r0 = %x)
  grok.safepoint
  %y = grok.list_length %l
  grok.branch %c, ^inner(%y), ^next
^inner(%i: i64):
  grok.snapshot @nested(pc = 24, r0 = %x, r1 = %i)
  grok.safepoint
  %a = grok.guard %x is int -> i64
  %s = grok.add_checked %i, %a
  grok.branch %d, ^inner(%s), ^next
^next:
  grok.branch %c, ^outer, ^end
^end:
  grok.return %x
}
// CHECK-LABEL: grok.func @nested(
// CHECK-NEXT:    %y = grok.list_length %l
// CHECK-NEXT:    grok.jump ^outer
// CHECK:         grok.branch %c, [[PRE:\^[a-z0-9]+]](%y), ^next
// CHECK-NEXT:  [[PRE]](%i: i64):
// CHECK-NEXT:    grok.snapshot @nested(pc = 24, r0 = %x, r1 = %i)
// CHECK-NEXT:    %a = grok.guard %x is int -> i64
// CHECK-NEXT:    grok.jump ^inner(%i)
// CHECK-NEXT:  ^inner(

// Of what type a list's elements are is checked in front of a loop, unless lists change that in it,
// even if not every turn comes by.

grok.func @items(%l: !grok.list, %m: !grok.list, %c: !grok.bool, %i: i64) {
  grok.jump ^loop
^loop:
  grok.snapshot @items(pc = 16, r0 = %l)
  grok.safepoint
  %a = grok.check_elements %l is float
  %x = grok.load_item %a, %i -> f64
  grok.branch %c, ^then, ^next
^then:
  grok.snapshot @items(pc = 24, r0 = %l)
  %b = grok.check_elements %m is float
  grok.store_item %b, %i, %x
  grok.jump ^next
^next:
  grok.branch %c, ^loop, ^end
^end:
  grok.return %i
}
// CHECK-LABEL: grok.func @items(
// CHECK-NEXT:    grok.snapshot @items(pc = 16, r0 = %l)
// CHECK-NEXT:    %a = grok.check_elements %l is float
// CHECK-NEXT:    %b = grok.check_elements %m is float
// CHECK-NEXT:    grok.jump ^loop
// CHECK:         grok.safepoint
// CHECK-NEXT:    %x = grok.load_item %a, %i -> f64
// CHECK:         grok.store_item %b, %i, %x

grok.func @growing(%l: !grok.list, %c: !grok.bool, %i: i64) {
  grok.jump ^loop
^loop:
  grok.snapshot @growing(pc = 16, r0 = %l)
  grok.safepoint
  %a = grok.check_elements %l is any
  %x = grok.load_item %a, %i
  %u = grok.call_native list "push"(%l, %x)
  grok.branch %c, ^loop, ^end
^end:
  grok.return %x
}
// CHECK-LABEL: grok.func @growing(
// CHECK-NEXT:    grok.jump ^loop
// CHECK:         %a = grok.check_elements %l is any

// The head's snapshot may tell of objects that are made in exits: they are told of in front of the
// loop as well.

grok.func @objects(%x: !grok.any, %c: !grok.bool, %n: i64) {
  grok.jump ^loop(%n)
^loop(%i: i64):
  %box = grok.box %i
  %cell = grok.virtual_cell %box
  grok.snapshot @objects(pc = 16, r0 = %x, r1 = %cell)
  grok.safepoint
  %a = grok.guard %x is int -> i64
  %s = grok.add_checked %i, %a
  grok.branch %c, ^loop(%s), ^end
^end:
  grok.return %s
}
// CHECK-LABEL: grok.func @objects(
// CHECK-NEXT:    [[BOX:%[a-z0-9_]+]] = grok.box %n
// CHECK-NEXT:    [[CELL:%[a-z0-9_]+]] = grok.virtual_cell [[BOX]]
// CHECK-NEXT:    grok.snapshot @objects(pc = 16, r0 = %x, r1 = [[CELL]])
// CHECK-NEXT:    %a = grok.guard %x is int -> i64
// CHECK-NEXT:    grok.jump ^loop(%n)

// Without a snapshot at the head nothing that exits can move.

grok.func @stateless(%x: !grok.any, %c: !grok.bool) {
  grok.jump ^loop
^loop:
  %l = grok.make_list()
  grok.snapshot @stateless(pc = 16, r0 = %x)
  %a = grok.guard %x is int
  grok.branch %c, ^loop, ^end
^end:
  grok.return %a
}
// CHECK-LABEL: grok.func @stateless(
// CHECK-NEXT:    grok.jump ^loop
// CHECK-NEXT:  ^loop:
// CHECK-NEXT:    %l = grok.make_list()
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    %a = grok.guard %x is int

// A global is loaded once if nothing in the loop may write to it; one without a value yet is an exit.

grok.func @globals(%i: i64, %n: i64, %f: !grok.any) {
  grok.snapshot @globals(pc = 0, r0 = %i, r1 = %n)
  grok.jump ^loop(%i)
^loop(%k: i64):
  grok.snapshot @globals(pc = 16, r0 = %k, r1 = %n)
  grok.safepoint
  %0 = grok.load_global @STEP
  %1 = grok.guard %0 is int -> i64
  grok.snapshot @globals(pc = 32, r0 = %k, r1 = %n)
  %2 = grok.add_checked %k, %1
  %3 = arith.cmpi slt, %2, %n : i64
  grok.branch %3, ^loop(%2), ^written
^written:
  grok.snapshot @globals(pc = 48, r1 = %f)
  grok.safepoint
  %4 = grok.load_global @OTHER
  grok.store_global @OTHER %f
  grok.branch %3, ^written, ^end
^end:
  grok.exit
}
// CHECK-LABEL: grok.func @globals(
// CHECK:         grok.snapshot @globals(pc = 16, r0 = %i, r1 = %n)
// CHECK-NEXT:    %[[STEP:.*]] = grok.load_global @STEP
// CHECK-NEXT:    %[[N:.*]] = grok.guard %[[STEP]] is int -> i64
// CHECK:       ^loop(%k: i64):
// CHECK-NOT:     grok.load_global
// CHECK:         grok.add_checked %k, %[[N]]
// CHECK:       ^written:
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    grok.safepoint
// CHECK-NEXT:    grok.load_global @OTHER

// What two places in a loop find out is found out once.

grok.func @twice(%l: !grok.list, %c: !grok.bool, %i: i64) {
  grok.jump ^loop
^loop:
  grok.snapshot @twice(pc = 16, r0 = %l)
  grok.safepoint
  grok.branch %c, ^then, ^else
^then:
  grok.snapshot @twice(pc = 24, r0 = %l)
  %a = grok.check_elements %l is int
  %x = grok.load_item %a, %i -> i64
  grok.store_item %a, %i, %x
  grok.jump ^next
^else:
  grok.snapshot @twice(pc = 32, r0 = %l)
  %b = grok.check_elements %l is int
  %y = grok.load_item %b, %i -> i64
  grok.store_item %b, %i, %y
  grok.jump ^next
^next:
  grok.branch %c, ^loop, ^end
^end:
  grok.return %i
}
// CHECK-LABEL: grok.func @twice(
// CHECK-NEXT:    grok.snapshot @twice(pc = 16, r0 = %l)
// CHECK-NEXT:    [[A:%[ab]]] = grok.check_elements %l is int
// CHECK-NEXT:    grok.jump ^loop
// CHECK:         grok.load_item [[A]], %i -> i64
// CHECK:         grok.load_item [[A]], %i -> i64
