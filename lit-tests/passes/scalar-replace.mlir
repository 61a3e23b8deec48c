// RUN: grokc opt -p scalar-replace %s | filecheck %s

grok.struct @Point {x: float, y: any}

// A struct that only its fields are asked of is its fields.

grok.func @struct(%x: f64, %y: !grok.any) {
  grok.snapshot @struct(pc = 0, r1 = %y)
  %xbox = grok.box %x
  %p = grok.make_struct @Point(%xbox, %y)
  %a = grok.load_field @Point 0 %p -> f64
  %is = grok.is_struct @Point %p -> i1
  grok.store_field @Point 0 %p, %x
  %b = grok.load_field @Point 1 %p
  %sum = arith.addf %a, %a : f64
  %t = grok.make_tuple(%b)
  grok.return %t
}
// CHECK-LABEL: grok.func @struct(
// CHECK-NOT:     make_struct
// CHECK:         %sum = arith.addf %x, %x : f64
// CHECK-NEXT:    %t = grok.make_tuple(%y)

// Whoever gets hold of it needs it whole: callers, callees, lists, comparisons, other blocks.

grok.func @escapes(%x: !grok.float, %y: !grok.any, %c: !grok.bool) {
  grok.snapshot @escapes(pc = 0, r1 = %y)
  %p = grok.make_struct @Point(%x, %y)
  %a = grok.load_field @Point 1 %p
  grok.return %p
}
// CHECK-LABEL: grok.func @escapes(
// CHECK:         %p = grok.make_struct @Point(%x, %y)
// CHECK-NEXT:    %a = grok.load_field @Point 1 %p

grok.func @passed(%x: !grok.float, %y: !grok.any, %q: !grok.struct<@Point>) {
  grok.snapshot @passed(pc = 0, window = 5, r1 = %y)
  %p = grok.make_struct @Point(%x, %y)
  %r = grok.make_struct @Point(%x, %y)
  grok.store_field @Point 1 %q, %r
  %s = grok.call @f(%p)
  grok.return %s
}
// CHECK-LABEL: grok.func @passed(
// CHECK:         %p = grok.make_struct @Point(%x, %y)
// CHECK-NEXT:    %r = grok.make_struct @Point(%x, %y)
// CHECK-NEXT:    grok.store_field @Point 1 %q, %r
// CHECK-NEXT:    %s = grok.call @f(%p)

// An exit needs it as well, as it is there: it is made in the exit.  Two registers with one object
// get one.

grok.func @exits(%x: f64, %y: !grok.any) {
  grok.snapshot @exits(pc = 0, r1 = %y)
  %xbox = grok.box %x
  %p = grok.make_struct @Point(%xbox, %y)
  grok.snapshot @exits(pc = 8, r0 = %p, r1 = %y, r2 = %p)
  %n = grok.guard %y is int -> i64
  %f = arith.sitofp %n : i64 to f64
  grok.store_field @Point 0 %p, %f
  grok.snapshot @exits(pc = 16, r0 = %p, r1 = %y)
  %m = grok.add_checked %n, %n
  grok.return %m
}
// CHECK-LABEL: grok.func @exits(
// CHECK:         [[X:%[0-9]+]] = grok.box %x
// CHECK-NEXT:    [[A:%[0-9]+]] = grok.virtual_struct @Point([[X]], %y)
// CHECK-NEXT:    grok.snapshot @exits(pc = 8, r0 = [[A]], r1 = %y, r2 = [[A]])
// CHECK-NEXT:    %n = grok.guard %y is int -> i64
// CHECK-NEXT:    %f = arith.sitofp %n : i64 to f64
// CHECK-NEXT:    [[F:%[0-9]+]] = grok.box %f
// CHECK-NEXT:    [[B:%[0-9]+]] = grok.virtual_struct @Point([[F]], %y)
// CHECK-NEXT:    grok.snapshot @exits(pc = 16, r0 = [[B]], r1 = %y)

// A field that a loop changes is an argument of the loop's head, unboxed if it always can be.

grok.func @loop(%n: i64, %y: !grok.any) {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1 : i64
  %start = grok.box %zero
  %p = grok.make_struct @Point(%start, %y)
  grok.jump ^loop(%n)
^loop(%i: i64):
  grok.snapshot @loop(pc = 8, r0 = %p, r1 = %i)
  grok.safepoint
  %x = grok.load_field @Point 0 %p -> f64
  %d = arith.sitofp %i : i64 to f64
  %next = arith.addf %x, %d : f64
  grok.store_field @Point 0 %p, %next
  %j = arith.subi %i, %one : i64
  %more = arith.cmpi sgt, %j, %one : i64
  grok.branch %more, ^loop(%j), ^end
^end:
  %r = grok.load_field @Point 0 %p -> f64
  grok.return %r
}
// CHECK-LABEL: grok.func @loop(
// CHECK:         grok.jump ^loop(%n, %zero)
// CHECK-NEXT:  ^loop(%i: i64, [[SUM:%[0-9]+]]: f64):
// CHECK:         grok.safepoint
// CHECK:         %next = arith.addf [[SUM]], %d : f64
// CHECK:         grok.branch %more, ^loop(%j, %next), ^end
// CHECK-NEXT:  ^end:
// CHECK-NEXT:    grok.return %next

// Variants, tuples, closures and cells; tests of them are decided, and what that makes unreachable
// goes.

grok.func @others(%x: !grok.any) {
  %some = grok.make_variant @Option "Some"(%x)
  %is = grok.is_variant @Option "Some" %some -> i1
  grok.branch %is, ^yes, ^no
^yes:
  %payload = grok.get_payload 0 %some
  %pair = grok.make_tuple(%payload, %x)
  %second = grok.get_element -1 %pair
  %cell = grok.make_cell %second
  %f = grok.make_closure @"main::closure#1"(%x, %cell)
  grok.snapshot @others(pc = 16, r0 = %f, r1 = %cell)
  %g = grok.guard_function %f is @"main::closure#1"
  %c = grok.load_closure_capture 0 %g
  grok.store_cell %cell, %payload
  grok.snapshot @others(pc = 24, r0 = %f, r1 = %cell)
  %r = grok.call @h(%c)
  %last = grok.load_cell %cell
  grok.return %last
^no:
  grok.return %is
}
// CHECK-LABEL: grok.func @others(
// CHECK-NOT:     grok.is_variant
// CHECK:         grok.jump ^yes
// CHECK-NEXT:  ^yes:
// CHECK-NEXT:    grok.make_tuple(%x, %x)
// CHECK-NEXT:    [[CELL:%[0-9]+]] = grok.virtual_cell %x
// CHECK-NEXT:    [[F:%[0-9]+]] = grok.make_closure @"main::closure#1"(%x, [[CELL]])
// CHECK-NEXT:    grok.snapshot @others(pc = 16, r0 = [[F]], r1 = [[CELL]])
// CHECK-NEXT:    [[CELL2:%[0-9]+]] = grok.virtual_cell %x
// CHECK-NEXT:    [[F2:%[0-9]+]] = grok.make_closure @"main::closure#1"(%x, [[CELL2]])
// CHECK-NEXT:    grok.snapshot @others(pc = 24, r0 = [[F2]], r1 = [[CELL2]])
// CHECK-NEXT:    %r = grok.call @h(%x)
// CHECK-NEXT:    grok.return %x
// CHECK-NOT:   ^no

// `for` over a list: the iterator is a position.

grok.func @list(%l: !grok.list) {
  grok.snapshot @list(pc = 0, r0 = %l)
  %it = grok.get_iterator %l
  grok.jump ^loop
^loop:
  grok.snapshot @list(pc = 8, r0 = %it)
  grok.safepoint
  %item = grok.next_item %it
  %missing = grok.is_missing %item -> i1
  grok.branch %missing, ^end, ^body
^body:
  grok.snapshot @list(pc = 16, r0 = %it, r1 = %item)
  %n = grok.guard %item is int
  grok.jump ^loop
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @list(
// CHECK:       ^loop([[AT:%[0-9]+]]: i64):
// CHECK-NEXT:    [[IT:%[0-9]+]] = grok.virtual_iterator %l, [[AT]]
// CHECK-NEXT:    grok.snapshot @list(pc = 8, r0 = [[IT]])
// CHECK-NEXT:    grok.safepoint
// CHECK-NEXT:    [[N:%[0-9]+]] = grok.list_length %l
// CHECK-NEXT:    [[END:%[0-9]+]] = arith.cmpi sge, [[AT]], [[N]] : i64
// CHECK-NEXT:    grok.branch [[END]], ^end, ^body
// CHECK:       ^body:
// CHECK-NEXT:    [[ITEM:%[0-9]+]] = grok.list_load %l, [[AT]]
// CHECK:         [[NEXT:%[0-9]+]] = arith.addi [[AT]]
// CHECK-NEXT:    [[IT2:%[0-9]+]] = grok.virtual_iterator %l, [[NEXT]]
// CHECK-NEXT:    grok.snapshot @list(pc = 16, r0 = [[IT2]], r1 = [[ITEM]])
// CHECK-NEXT:    %n = grok.guard [[ITEM]] is int
// CHECK-NEXT:    grok.jump ^loop([[NEXT]])

// What is assumed of the elements is checked where the next one is asked for.

grok.func @typed(%l: !grok.list) {
  grok.snapshot @typed(pc = 0, r0 = %l)
  %it = grok.get_iterator %l
  grok.jump ^loop
^loop:
  grok.snapshot @typed(pc = 8, r0 = %it)
  grok.safepoint
  %item = grok.next_item %it {elements = !grok.float}
  %missing = grok.is_missing %item -> i1
  grok.branch %missing, ^end, ^body
^body:
  grok.snapshot @typed(pc = 16, r0 = %it, r1 = %item)
  %x = grok.guard %item is float -> f64
  grok.jump ^loop
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @typed(
// CHECK:         grok.safepoint
// CHECK-NEXT:    [[ITEMS:%[0-9]+]] = grok.check_elements %l is float
// CHECK-NEXT:    {{%[0-9]+}} = grok.list_length %l
// CHECK:       ^body:
// CHECK-NEXT:    [[ITEM:%[0-9]+]] = grok.load_item [[ITEMS]], {{%[0-9]+}} -> f64
// CHECK-NEXT:    [[BOX:%[0-9]+]] = grok.box [[ITEM]]
// CHECK:         %x = grok.guard [[BOX]] is float -> f64

// What else than a list is walked is not known.

grok.func @walk(%x: !grok.any) {
  grok.snapshot @walk(pc = 0, r0 = %x)
  %it = grok.get_iterator %x
  grok.jump ^loop
^loop:
  grok.snapshot @walk(pc = 8, r0 = %it)
  grok.safepoint
  %item = grok.next_item %it
  %missing = grok.is_missing %item -> i1
  grok.branch %missing, ^end, ^loop
^end:
  grok.return %x
}
// CHECK-LABEL: grok.func @walk(
// CHECK:         %it = grok.get_iterator %x
// CHECK:         %item = grok.next_item %it

// A test that is decided by what the object is: the way that is never taken does not count.

grok.struct @Other {x: any}
grok.func @tested(%x: !grok.float, %y: !grok.any) {
  %p = grok.make_struct @Point(%x, %y)
  %is = grok.is_struct @Other %p -> i1
  grok.branch %is, ^other, ^point
^other:
  %o = grok.known %p is struct<@Other>
  %r = grok.call @f(%o)
  grok.return %r
^point:
  %q = grok.known %p is struct<@Point>
  %z = grok.load_field @Point 1 %q
  grok.return %z
}
// CHECK-LABEL: grok.func @tested(
// CHECK-NOT:     make_struct
// CHECK:         grok.jump ^point
// CHECK-NEXT:  ^point:
// CHECK-NEXT:    grok.return %y
