// RUN: grokc opt -p forward-fields %s | filecheck %s

grok.struct @Point {x: float, y: any}

// What was loaded or stored is known: also in the blocks behind, and as another representation.

grok.func @known(%p: !grok.struct<@Point>, %v: f64, %c: !grok.bool) {
  %x = grok.load_field @Point 0 %p -> f64
  %y = grok.load_field @Point 0 %p -> f64
  grok.store_field @Point 1 %p, %v
  grok.branch %c, ^then, ^else
^then:
  %z = grok.load_field @Point 0 %p -> f64
  %sum = arith.addf %y, %z : f64
  grok.return %sum
^else:
  grok.snapshot @known(pc = 8, r0 = %p)
  %w = grok.load_field @Point 1 %p
  %f = grok.guard %w is float -> f64
  grok.return %f
}
// CHECK-LABEL: grok.func @known(
// CHECK-NEXT:    %x = grok.load_field @Point 0 %p -> f64
// CHECK-NEXT:    grok.store_field @Point 1 %p, %v
// CHECK-NEXT:    grok.branch
// CHECK:       ^else:
// CHECK-NOT:     guard
// CHECK:         grok.return %v
// CHECK:       ^then:
// CHECK-NEXT:    %sum = arith.addf %x, %x : f64

// Another point may be the same one; another field, or the same field of another struct, is not.

grok.struct @Other {x: float}
grok.func @aliases(%p: !grok.struct<@Point>, %q: !grok.struct<@Point>, %o: !grok.struct<@Other>, %v: f64) {
  %x = grok.load_field @Point 0 %p -> f64
  %y = grok.load_field @Point 1 %p
  grok.store_field @Point 0 %q, %v
  grok.store_field @Other 0 %o, %v
  %x2 = grok.load_field @Point 0 %p -> f64
  %y2 = grok.load_field @Point 1 %p
  %x3 = grok.load_field @Point 0 %q -> f64
  %s = arith.addf %x2, %x3 : f64
  %t = grok.make_tuple(%y, %y2)
  grok.return %t
}
// CHECK-LABEL: grok.func @aliases(
// CHECK:         grok.store_field @Other 0 %o, %v
// CHECK-NEXT:    %x2 = grok.load_field @Point 0 %p -> f64
// CHECK-NEXT:    %s = arith.addf %x2, %v : f64
// CHECK-NEXT:    %t = grok.make_tuple(%y, %y)

// A call may write anything.

grok.func @calls(%p: !grok.struct<@Point>, %f: !grok.any, %l: !grok.list) {
  %x = grok.load_field @Point 0 %p -> f64
  %n = grok.list_length %l
  grok.snapshot @calls(pc = 8, window = 4, r0 = %p)
  %r = grok.call_value %f()
  %x2 = grok.load_field @Point 0 %p -> f64
  %n2 = grok.list_length %l
  %s = arith.addf %x, %x2 : f64
  %m = arith.addi %n, %n2 : i64
  grok.return %r
}
// CHECK-LABEL: grok.func @calls(
// CHECK:         grok.call_value
// CHECK-NEXT:    %x2 = grok.load_field @Point 0 %p -> f64
// CHECK-NEXT:    %n2 = grok.list_length %l

// Where ways meet, all of them must know; a loop must not write to the place.

grok.func @meeting(%p: !grok.struct<@Point>, %v: f64, %c: !grok.bool) {
  %x = grok.load_field @Point 0 %p -> f64
  %y = grok.load_field @Point 1 %p
  grok.branch %c, ^then, ^end
^then:
  grok.store_field @Point 0 %p, %v
  grok.jump ^end
^end:
  %x2 = grok.load_field @Point 0 %p -> f64
  %y2 = grok.load_field @Point 1 %p
  %t = grok.make_tuple(%y, %y2)
  grok.return %x2
}
// CHECK-LABEL: grok.func @meeting(
// CHECK:         grok.branch %c, ^then, ^end(%x)
// CHECK:         grok.jump ^end(%v)
// CHECK-NEXT:  ^end(%[[X:.*]]: f64):
// CHECK-NEXT:    %t = grok.make_tuple(%y, %y)
// CHECK-NEXT:    grok.return %[[X]]

grok.func @loop(%p: !grok.struct<@Point>, %v: f64, %c: !grok.bool) {
  %x = grok.load_field @Point 0 %p -> f64
  %y = grok.load_field @Point 1 %p
  grok.jump ^loop
^loop:
  grok.snapshot @loop(pc = 8, r0 = %p)
  grok.safepoint
  %x2 = grok.load_field @Point 0 %p -> f64
  %y2 = grok.load_field @Point 1 %p
  %t = grok.make_tuple(%y, %y2)
  grok.store_field @Point 0 %p, %v
  grok.branch %c, ^loop, ^end
^end:
  grok.return %x2
}
// CHECK-LABEL: grok.func @loop(
// CHECK:         grok.safepoint
// CHECK-NEXT:    %x2 = grok.load_field @Point 0 %p -> f64
// CHECK-NEXT:    %t = grok.make_tuple(%y, %y)

// Elements: at the same index of the same list, until one is stored anywhere.

grok.func @elements(%l: !grok.list, %i: i64, %j: i64, %v: !grok.any) {
  grok.snapshot @elements(pc = 0, r0 = %l)
  %items = grok.check_elements %l is any
  %x = grok.load_item %items, %i
  %y = grok.load_item %items, %j
  grok.store_item %items, %i, %y
  %x2 = grok.load_item %items, %i
  %y2 = grok.load_item %items, %j
  %t = grok.make_tuple(%x, %y, %x2, %y2)
  grok.return %t
}
// CHECK-LABEL: grok.func @elements(
// CHECK:         grok.store_item %items, %i, %y
// CHECK-NEXT:    %y2 = grok.load_item %items, %j
// CHECK-NEXT:    %t = grok.make_tuple(%x, %y, %y, %y2)

// A store to a list of floats leaves lists of lists alone, but not what may be any list.

grok.func @apart(%l: !grok.list, %m: !grok.list, %n: !grok.list, %i: i64, %v: f64) {
  grok.snapshot @apart(pc = 0, r0 = %l)
  %a = grok.check_elements %l is list
  %b = grok.check_elements %m is float
  %c = grok.check_elements %n is any
  %x = grok.load_item %a, %i -> !grok.list
  %y = grok.load_item %c, %i
  grok.store_item %b, %i, %v
  %x2 = grok.load_item %a, %i -> !grok.list
  %y2 = grok.load_item %c, %i
  grok.store_item %c, %i, %x2
  %x3 = grok.load_item %a, %i -> !grok.list
  %t = grok.make_tuple(%x, %y, %x2, %y2, %x3)
  grok.return %t
}
// CHECK-LABEL: grok.func @apart(
// CHECK:         grok.store_item %b, %i, %v
// CHECK-NEXT:    %y2 = grok.load_item %c, %i
// CHECK-NEXT:    grok.store_item %c, %i, %x
// CHECK-NEXT:    %x3 = grok.load_item %a, %i -> !grok.list
// CHECK-NEXT:    grok.make_tuple(%x, %y, %x, %y2, %x3)

// Of what type the elements are is checked once, until a list may change that; what a typed store
// brings does not.

grok.func @types(%l: !grok.list, %i: i64, %j: i64, %v: f64, %x: !grok.any) {
  grok.snapshot @types(pc = 0, r0 = %l)
  %a = grok.check_elements %l is float
  grok.store_item %a, %i, %v
  grok.snapshot @types(pc = 16, r0 = %l)
  %b = grok.check_elements %l is float
  grok.store_item %b, %j, %v
  grok.snapshot @types(pc = 32, r0 = %l)
  %c = grok.check_elements %l is any
  grok.store_item %c, %i, %x
  grok.snapshot @types(pc = 48, r0 = %l)
  grok.list_store %l, %i, %x
  grok.snapshot @types(pc = 64, r0 = %l)
  %d = grok.check_elements %l is any
  grok.store_item %d, %i, %x
  grok.return %x
}
// CHECK-LABEL: grok.func @types(
// CHECK:         %a = grok.check_elements %l is float
// CHECK-NEXT:    grok.store_item %a
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    grok.store_item %a
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    %c = grok.check_elements %l is any
// CHECK:         grok.list_store
// CHECK:         %d = grok.check_elements %l is any

// What is new holds what it was made with.

grok.func @new(%x: f64, %n: i64, %c: !grok.any) {
  grok.snapshot @new(pc = 0, r0 = %c)
  %box = grok.box %x
  %p = grok.make_struct @Point(%box, %c)
  %x2 = grok.load_field @Point 0 %p -> f64
  %c2 = grok.load_field @Point 1 %p
  %nbox = grok.box %n
  %l = grok.fill_list %c, %nbox
  %n2 = grok.list_length %l
  %cell = grok.make_cell %c2
  %c3 = grok.load_cell %cell
  %at = grok.check_bounds %n2, %n
  %y = arith.addf %x2, %x : f64
  %t = grok.make_tuple(%p, %l, %cell, %c3)
  grok.return %t
}
// CHECK-LABEL: grok.func @new(
// CHECK:         %cell = grok.make_cell %c
// CHECK-NEXT:    %at = grok.check_bounds %n, %n
// CHECK-NEXT:    %y = arith.addf %x, %x : f64
// CHECK-NEXT:    %t = grok.make_tuple(%p, %l, %cell, %c)

// A store of what is there already is none; one that is stored over is none, unless somebody could
// look in between: a load, or the interpreter behind an exit.

grok.func @stores(%p: !grok.struct<@Point>, %q: !grok.struct<@Point>, %v: f64, %w: f64) {
  %x = grok.load_field @Point 0 %p -> f64
  grok.store_field @Point 0 %p, %x
  grok.store_field @Point 1 %p, %v
  grok.store_field @Point 1 %p, %w
  grok.return %q
}
// CHECK-LABEL: grok.func @stores(
// CHECK-NEXT:    %x = grok.load_field @Point 0 %p -> f64
// CHECK-NEXT:    grok.store_field @Point 1 %p, %w
// CHECK-NEXT:    grok.return %q

grok.func @seen(%p: !grok.struct<@Point>, %q: !grok.struct<@Point>, %v: f64, %w: f64) {
  grok.store_field @Point 0 %p, %v
  %x = grok.load_field @Point 0 %q -> f64
  grok.store_field @Point 0 %p, %w
  grok.store_field @Point 1 %p, %v
  grok.snapshot @seen(pc = 0, r0 = %q)
  %g = grok.guard %q is int
  grok.store_field @Point 1 %p, %w
  grok.return %g
}
// CHECK-LABEL: grok.func @seen(
// CHECK-NEXT:    grok.store_field @Point 0 %p, %v
// CHECK-NEXT:    %x = grok.load_field @Point 0 %q -> f64
// CHECK-NEXT:    grok.store_field @Point 0 %p, %w
// CHECK-NEXT:    grok.store_field @Point 1 %p, %v
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    %g = grok.guard %q is int
// CHECK-NEXT:    grok.store_field @Point 1 %p, %w

// Where ways meet that know different things, the block gets an argument: of the type that is asked
// for, and only if somebody asks. A way may know it from an earlier meeting.

grok.struct @Counter {n: int, m: int, x: any}

grok.func @asked(%p: !grok.struct<@Counter>, %c: i1, %i: i64, %x: !grok.any) {
  %0 = grok.constant 500
  grok.snapshot @asked(pc = 0, r0 = %p)
  %1 = grok.box %i {inline}
  grok.store_field @Counter 0 %p, %1
  grok.store_field @Counter 1 %p, %1
  grok.store_field @Counter 2 %p, %x
  grok.branch %c, ^then, ^join
^then:
  grok.store_field @Counter 0 %p, %0
  grok.store_field @Counter 1 %p, %0
  grok.store_field @Counter 2 %p, %0
  grok.jump ^join
^join:
  grok.branch %c, ^again, ^end
^again:
  grok.store_field @Counter 0 %p, %1
  grok.jump ^end
^end:
  %2 = grok.load_field @Counter 0 %p -> i64
  %3 = grok.load_field @Counter 2 %p
  grok.snapshot @asked(pc = 16, r0 = %2, r1 = %3)
  grok.exit
}
// CHECK-LABEL: grok.func @asked(
// CHECK:         grok.branch %c, ^then, ^join(%i, %x)
// CHECK:         %[[N:.*]] = arith.constant 500 : i64
// CHECK-NEXT:    grok.jump ^join(%[[N]], %{{.*}})
// CHECK-NEXT:  ^join(%[[A:.*]]: i64, %[[X:.*]]: !grok.any):
// CHECK-NEXT:    grok.branch %c, ^again, ^end(%[[A]])
// CHECK:         grok.jump ^end(%i)
// CHECK-NEXT:  ^end(%[[B:.*]]: i64):
// CHECK-NEXT:    grok.snapshot @asked(pc = 16, r0 = %[[B]], r1 = %[[X]])

// Not so at the head of a loop, nor where one way knows nothing.

grok.func @not_asked(%p: !grok.struct<@Counter>, %c: i1, %x: !grok.any) {
  grok.snapshot @not_asked(pc = 0, r0 = %p)
  grok.store_field @Counter 2 %p, %x
  grok.branch %c, ^then, ^join
^then:
  grok.snapshot @not_asked(pc = 16, r0 = %p)
  %0 = grok.call_value %x()
  grok.jump ^join
^join:
  %1 = grok.load_field @Counter 2 %p
  grok.return %1
}
// CHECK-LABEL: grok.func @not_asked(
// CHECK:         grok.call_value
// CHECK:         grok.load_field @Counter 2 %p
