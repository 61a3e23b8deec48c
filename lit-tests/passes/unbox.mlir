// RUN: grokc opt -p unbox %s | filecheck %s

// Ints become i64, with exits where the interpreter would raise an error; constants stand in the
// first block. The word of a guarded value is the word that was guarded.

grok.func @ints(%x: !grok.any) {
  %two = grok.constant 2
  grok.snapshot @ints(pc = 0, r0 = %x)
  %n = grok.guard %x is int
  %product = grok.mul %n, %two -> !grok.int
  %half = grok.div %product, %two -> !grok.int
  %rest = grok.rem %product, %n -> !grok.int
  %all = grok.make_tuple(%n, %half, %rest)
  grok.return %all
}
// CHECK-LABEL: grok.func @ints(%x: !grok.any) {
// CHECK-NEXT:    %0 = arith.constant 2 : i64
// CHECK-NEXT:    %two = grok.constant 2
// CHECK-NEXT:    grok.snapshot @ints(pc = 0, r0 = %x)
// CHECK-NEXT:    %n = grok.guard %x is int -> i64
// CHECK-NEXT:    %product = grok.mul_checked %n, %0
// CHECK-NEXT:    %half = arith.divsi %product, %0 : i64
// CHECK-NEXT:    %rest = grok.rem_checked %product, %n
// CHECK-NEXT:    %1 = grok.box %half
// CHECK-NEXT:    %2 = grok.box %rest
// CHECK-NEXT:    %all = grok.make_tuple(%x, %1, %2)
// CHECK-NEXT:    grok.return %all

// Arithmetic on floats never exits. A comparison of an int that may not be exact as a float is left
// to the machine.

grok.func @floats(%x: !grok.float, %n: !grok.int) {
  %two = grok.constant 2
  %0 = grok.mul %x, %two -> !grok.float
  %1 = grok.neg %0 -> !grok.float
  %2 = grok.less %1, %two
  %3 = grok.less %1, %n
  grok.branch %2, ^then, ^else
^then:
  grok.return %1
^else:
  grok.return %3
}
// CHECK-LABEL: grok.func @floats(%x: f64, %n: i64) {
// CHECK-NEXT:    %[[TWO:.*]] = arith.constant 2.000000e+00 : f64
// CHECK:         %[[A:.*]] = arith.mulf %x, %[[TWO]] : f64
// CHECK-NEXT:    %[[B:.*]] = arith.negf %[[A]] : f64
// CHECK-NEXT:    %[[C:.*]] = arith.cmpf olt, %[[B]], %[[TWO]] : f64
// CHECK-NEXT:    %[[X:.*]] = grok.box %[[B]]
// CHECK-NEXT:    %[[N:.*]] = grok.box %n
// CHECK-NEXT:    %{{.*}} = grok.less %[[X]], %[[N]] -> i1
// CHECK-NEXT:    grok.branch %[[C]],

// Block arguments are unboxed too: boxed ints are unboxed on the edge.

grok.func @loop(%xs: !grok.list) {
  %zero = grok.constant 0
  %one = grok.constant 1
  grok.jump ^head(%zero)
^head(%i: !grok.int):
  grok.snapshot @loop(pc = 8, r0 = %xs, r1 = %i)
  %item = grok.get_index %xs, %i
  %next = grok.add %i, %one -> !grok.int
  %more = grok.true %item
  grok.branch %more, ^head(%next), ^end
^end:
  grok.return %i
}
// CHECK-LABEL: grok.func @loop(%xs: !grok.list) {
// CHECK:         grok.jump ^head(%{{.*}})
// CHECK-NEXT:  ^head(%i: i64):
// CHECK-NEXT:    grok.snapshot @loop(pc = 8, r0 = %xs, r1 = %i)
// CHECK-NEXT:    %[[LENGTH:.*]] = grok.list_length %xs
// CHECK-NEXT:    %[[AT:.*]] = grok.check_bounds %i, %[[LENGTH]]
// CHECK-NEXT:    %item = grok.list_load %xs, %[[AT]]
// CHECK-NEXT:    %next = grok.add_checked %i, %{{.*}}
// CHECK-NEXT:    %more = grok.true %item -> i1
// CHECK-NEXT:    grok.branch %more, ^head(%next), ^end
// CHECK-NEXT:  ^end:
// CHECK-NEXT:    %[[WORD:.*]] = grok.box %i
// CHECK-NEXT:    grok.return %[[WORD]]

// The elements of a list are checked to be of a type together, before one is loaded or stored: then
// it is a machine value, or known. A list of ints holds only those that need no cell.

grok.func @items(%l: !grok.list, %m: !grok.list, %i: !grok.int, %x: !grok.float) {
  grok.snapshot @items(pc = 0, r0 = %l, r1 = %m, r2 = %i)
  %f = grok.get_item float %l, %i
  %g = grok.mul %f, %x -> !grok.float
  grok.snapshot @items(pc = 16, r0 = %l, r1 = %m, r2 = %i)
  grok.set_item float %l, %i, %g
  grok.snapshot @items(pc = 32, r0 = %l, r1 = %m, r2 = %i)
  grok.set_item int %m, %i, %i
  grok.snapshot @items(pc = 48, r0 = %l, r1 = %m, r2 = %i)
  %a = grok.get_item list %m, %i
  %b = grok.get_item any %a, %i
  grok.return %b
}
// CHECK-LABEL: grok.func @items(
// CHECK:         [[A:%[a-z0-9_]+]] = grok.check_elements %l is float
// CHECK-NEXT:    [[N:%[a-z0-9_]+]] = grok.list_length %l
// CHECK-NEXT:    [[I:%[a-z0-9_]+]] = grok.check_bounds %i, [[N]]
// CHECK-NEXT:    %f = grok.load_item [[A]], [[I]] -> f64
// CHECK-NEXT:    %g = arith.mulf %f, %x : f64
// CHECK:         grok.store_item {{%[a-z0-9_]+}}, {{%[a-z0-9_]+}}, %g
// CHECK:         [[M:%[a-z0-9_]+]] = grok.check_elements %m is int
// CHECK:         [[V:%[a-z0-9_]+]] = grok.check_inline %i
// CHECK-NEXT:    grok.store_item [[M]], {{%[a-z0-9_]+}}, [[V]]
// CHECK:         %a = grok.load_item {{%[a-z0-9_]+}}, {{%[a-z0-9_]+}} -> !grok.list
// CHECK-NEXT:    grok.check_elements %a is any

// What may be anything stays as it is.

grok.func @anything(%x: !grok.any, %y: !grok.any) {
  grok.snapshot @anything(pc = 0, r0 = %x, r1 = %y)
  %sum = grok.add %x, %y
  grok.return %sum
}
// CHECK-LABEL: grok.func @anything(%x: !grok.any, %y: !grok.any) {
// CHECK-NEXT:    grok.snapshot @anything(pc = 0, r0 = %x, r1 = %y)
// CHECK-NEXT:    %sum = grok.add %x, %y
// CHECK-NEXT:    grok.return %sum

// What is compared with unit, and objects asked for identity, are compared as words.

grok.struct @Cell {next: any}
grok.func @same(%x: !grok.any, %c: !grok.struct<@Cell>) {
  %unit = grok.constant unit
  grok.snapshot @same(pc = 0, r0 = %x)
  %a = grok.equal %x, %unit
  %b = grok.not_equal %unit, %x
  %d = grok.call_builtin "same"(%x, %c)
  %e = grok.equal %x, %c
  %f = grok.call_builtin "same"(%x, %x)
  %t = grok.make_tuple(%a, %b, %d, %e, %f)
  grok.return %t
}
// CHECK-LABEL: grok.func @same(
// CHECK:         %a = grok.is_same %x, %unit
// CHECK-NEXT:    [[SAME:%[a-z0-9_]+]] = grok.is_same %unit, %x
// CHECK-NEXT:    %b = arith.xori [[SAME]],
// CHECK-NEXT:    %d = grok.is_same %x, %c
// CHECK-NEXT:    %e = grok.equal %x, %c
// CHECK-NEXT:    %f = grok.call_builtin "same"(%x, %x)

// Of texts of one byte, and of none, there is one string each; others are compared by their bytes.

grok.func @equal(%x: !grok.any, %s: !grok.str) {
  %letter = grok.constant "a"
  %word = grok.constant "ab"
  %umlaut = grok.constant "ä"
  grok.snapshot @equal(pc = 0, r0 = %x)
  %a = grok.equal %x, %letter
  %b = grok.not_equal %letter, %s
  %c = grok.equal %s, %word
  %d = grok.equal %s, %umlaut
  %t = grok.make_tuple(%a, %b, %c, %d)
  grok.return %t
}
// CHECK-LABEL: grok.func @equal(
// CHECK:         %a = grok.is_same %x, %letter
// CHECK-NEXT:    [[SAME:%[a-z0-9_]+]] = grok.is_same %letter, %s
// CHECK-NEXT:    %b = arith.xori [[SAME]],
// CHECK-NEXT:    %c = grok.equal %s, %word -> i1
// CHECK-NEXT:    %d = grok.equal %s, %umlaut -> i1

// A character of a text, and a part of it, for which no range is made but in exits.

grok.func @parts(%s: !grok.str, %i: !grok.int, %x: !grok.any) {
  grok.snapshot @parts(pc = 0, r0 = %s, r1 = %i)
  %c = grok.get_index %s, %i -> !grok.str
  %n = grok.call_native str "len"(%s) -> !grok.int
  %r = grok.make_range %i, %n
  %p = grok.get_index %s, %r -> !grok.str
  %q = grok.make_range %x, %n
  %o = grok.get_index %s, %q -> !grok.str
  %t = grok.make_tuple(%c, %p, %o)
  grok.return %t
}
// CHECK-LABEL: grok.func @parts(
// CHECK:         [[LENGTH:%[a-z0-9_]+]] = grok.str_length %s
// CHECK-NEXT:    [[AT:%[a-z0-9_]+]] = grok.check_bounds [[I:%[a-z0-9_]+]], [[LENGTH]]
// CHECK-NEXT:    %c = grok.character %s, [[AT]]
// CHECK-NEXT:    %n = grok.str_length %s
// CHECK:         %p = grok.str_slice %s, [[I]], %n
// CHECK:         %q = grok.make_range %x,
// CHECK-NEXT:    %o = grok.get_index %s, %q -> !grok.str

// An assertion that holds costs a test; the interpreter tells of one that does not.

grok.func @asserted(%x: !grok.int, %y: !grok.any) {
  %zero = grok.constant 0
  grok.snapshot @asserted(pc = 0, r0 = %x)
  %positive = grok.greater %x, %zero
  %a = grok.call_builtin "assert"(%positive)
  %b = grok.call_builtin "assert"(%y)
  grok.return %a
}
// CHECK-LABEL: grok.func @asserted(
// CHECK:         %positive = arith.cmpi sgt
// CHECK-NEXT:    grok.check_true %positive
// CHECK-NEXT:    %a = grok.constant unit
// CHECK-NEXT:    %b = grok.call_builtin "assert"(%y)

// The absolute value of an int, the smaller and the larger of two numbers of one kind. A NaN loses.

grok.func @extremes(%i: !grok.int, %j: !grok.int, %x: !grok.float, %y: !grok.float) {
  grok.snapshot @extremes(pc = 0, r0 = %i, r1 = %j, r2 = %x, r3 = %y)
  %a = grok.call_builtin "abs"(%i) -> !grok.int
  %b = grok.call_builtin "math::max"(%a, %j) -> !grok.int
  %c = grok.call_native float "min"(%x, %y) -> !grok.float
  %d = grok.call_builtin "max"(%i, %x)
  grok.snapshot @extremes(pc = 16, r0 = %b, r1 = %c, r2 = %d)
  grok.exit
}
// CHECK-LABEL: grok.func @extremes(%i: i64, %j: i64, %x: f64, %y: f64) {
// CHECK:         %[[NEGATIVE:.*]] = arith.cmpi slt, %i, %{{.*}}
// CHECK-NEXT:    %[[NEGATED:.*]] = grok.sub_checked %{{.*}}, %i
// CHECK-NEXT:    %a = arith.select %[[NEGATIVE]], %[[NEGATED]], %i : i64
// CHECK-NEXT:    %[[LARGER:.*]] = arith.cmpi sge, %a, %j
// CHECK-NEXT:    %b = arith.select %[[LARGER]], %a, %j : i64
// CHECK-NEXT:    %[[SMALLER:.*]] = arith.cmpf ole, %x, %y : f64
// CHECK-NEXT:    %[[NAN:.*]] = arith.cmpf une, %y, %y : f64
// CHECK-NEXT:    %[[FIRST:.*]] = arith.ori %[[SMALLER]], %[[NAN]] : i1
// CHECK-NEXT:    %c = arith.select %[[FIRST]], %x, %y : f64
// CHECK:         grok.call_builtin "max"
