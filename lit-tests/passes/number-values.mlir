// RUN: grokc opt -p number-values %s | filecheck %s

// A guard holds from where it stands: on both ways from there, it is not asked again.

grok.func @guards(%n: !grok.any, %c: !grok.bool) {
  grok.snapshot @guards(pc = 0, r0 = %n)
  %a = grok.guard %n is int -> i64
  %b = grok.guard %n is int -> i64
  %sum = grok.add_checked %a, %b
  grok.branch %c, ^then, ^else
^then:
  grok.snapshot @guards(pc = 8, r0 = %n)
  %d = grok.guard %n is int -> i64
  grok.return %d
^else:
  grok.return %sum
}
// CHECK-LABEL: grok.func @guards(
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    %a = grok.guard %n is int -> i64
// CHECK-NEXT:    %sum = grok.add_checked %a, %a
// CHECK-NEXT:    grok.branch %c, ^then, ^else
// CHECK-NEXT:  ^else:
// CHECK-NEXT:    grok.return %sum
// CHECK-NEXT:  ^then:
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    grok.return %a

// What only one way has found out is not known where the ways meet.

grok.func @meeting(%n: !grok.any, %c: !grok.bool) {
  grok.branch %c, ^then, ^end
^then:
  grok.snapshot @meeting(pc = 8, r0 = %n)
  %a = grok.guard %n is int -> i64
  grok.jump ^end
^end:
  grok.snapshot @meeting(pc = 16, r0 = %n)
  %b = grok.guard %n is int -> i64
  grok.return %b
}
// CHECK-LABEL: grok.func @meeting(
// CHECK:       ^end:
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    %b = grok.guard %n is int -> i64
// CHECK-NEXT:    grok.return %b

// Another type or another function is another question.

grok.func @other(%n: !grok.any) {
  grok.snapshot @other(pc = 0, r0 = %n)
  %f = grok.guard_function %n is @f
  %g = grok.guard_function %n is @g
  %f2 = grok.guard_function %n is @f
  %t = grok.make_tuple(%f, %g, %f2)
  grok.return %t
}
// CHECK-LABEL: grok.func @other(
// CHECK:         %f = grok.guard_function %n is @f
// CHECK-NEXT:    %g = grok.guard_function %n is @g
// CHECK-NEXT:    %t = grok.make_tuple(%f, %g, %f)

// A value whose type says so needs no guard; that of a struct says nothing of another struct.

grok.struct @Point {x: float}
grok.func @known(%l: !grok.list, %e: !grok.enum<@Option>) {
  grok.snapshot @known(pc = 0, r0 = %l, r1 = %e)
  %a = grok.guard %l is list
  %b = grok.guard %e is struct<@Point>
  %t = grok.make_tuple(%a, %b)
  grok.return %t
}
// CHECK-LABEL: grok.func @known(
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    %b = grok.guard %e is struct<@Point>
// CHECK-NEXT:    %t = grok.make_tuple(%l, %b)

// An index is checked once, a sum computed once; a list's length may change.

grok.func @checks(%l: !grok.list, %i: i64, %j: i64) {
  grok.snapshot @checks(pc = 0, r0 = %l, r1 = %i, r2 = %j)
  %n = grok.list_length %l
  %a = grok.check_bounds %i, %n
  %b = grok.check_bounds %i, %n
  %x = grok.list_load %l, %a
  %y = grok.list_load %l, %b
  %m = grok.list_length %l
  %s = grok.add_checked %a, %j
  %t = grok.add_checked %b, %j
  %u = grok.add_checked %m, %t
  %r = grok.make_tuple(%x, %y)
  grok.return %r
}
// CHECK-LABEL: grok.func @checks(
// CHECK:         %n = grok.list_length %l
// CHECK-NEXT:    %a = grok.check_bounds %i, %n
// CHECK-NEXT:    %x = grok.list_load %l, %a
// CHECK-NEXT:    %y = grok.list_load %l, %a
// CHECK-NEXT:    %m = grok.list_length %l
// CHECK-NEXT:    %s = grok.add_checked %a, %j
// CHECK-NEXT:    %u = grok.add_checked %m, %s

// Zero and minus zero are equal, but not the same.

grok.func @zeros() {
  %a = arith.constant 0.0 : f64
  %b = arith.constant -0.0 : f64
  %c = arith.divf %a, %b : f64
  grok.return %c
}
// CHECK-LABEL: grok.func @zeros(
// CHECK:         arith.divf %a, %b : f64

// Behind one outcome of a branch the condition is known.

grok.func @branches(%o: !grok.enum<@Option>) {
  %some = grok.is_variant @Option "Some" %o
  grok.branch %some, ^yes, ^no
^yes:
  %again = grok.is_variant @Option "Some" %o
  grok.branch %again, ^value, ^never
^value:
  %x = grok.get_payload 0 %o
  grok.return %x
^never:
  grok.return %o
^no:
  %other = grok.is_variant @Option "None" %o
  grok.branch %other, ^none, ^never
^none:
  grok.return %other
}
// CHECK-LABEL: grok.func @branches(
// CHECK:       ^no:
// CHECK-NEXT:    %other = grok.is_variant @Option "None" %o
// CHECK-NEXT:    grok.branch %other, ^none, ^never
// CHECK:       ^yes:
// CHECK-NEXT:    grok.jump ^value

// A guard of a constant is decided.

grok.func @guarded_constant() {
  %0 = grok.constant 3
  grok.snapshot @guarded_constant(pc = 0, r0 = %0)
  %1 = grok.guard %0 is int -> i64
  grok.snapshot @guarded_constant(pc = 16, r0 = %1)
  grok.exit
}
// CHECK-LABEL: grok.func @guarded_constant() {
// CHECK-NOT:     grok.guard
// CHECK:         %[[THREE:.*]] = arith.constant 3 : i64
// CHECK:         grok.snapshot @guarded_constant(pc = 16, r0 = %[[THREE]])

// Arithmetic and comparisons of constants, unless they overflow.

grok.func @constants() {
  %three = arith.constant 3 : i64
  %most = arith.constant 9223372036854775807 : i64
  grok.snapshot @constants(pc = 0)
  %nine = grok.mul_checked %three, %three
  grok.snapshot @constants(pc = 16)
  %twelve = grok.add_checked %nine, %three
  %less = arith.cmpi slt, %twelve, %three : i64
  grok.branch %less, ^never, ^always
^never:
  grok.return %three
^always:
  grok.snapshot @constants(pc = 32)
  %over = grok.add_checked %most, %twelve
  grok.return %over
}
// CHECK-LABEL: grok.func @constants(
// CHECK-NOT:     grok.mul_checked
// CHECK-NOT:     arith.cmpi
// CHECK:         %[[TWELVE:.*]] = arith.constant 12 : i64
// CHECK:         grok.jump ^always
// CHECK:         grok.add_checked %most, %[[TWELVE]]

// All of checked arithmetic; but not a division that would exit.

grok.func @more_constants() {
  %minus_seven = arith.constant -7 : i64
  %two = arith.constant 2 : i64
  %zero = arith.constant 0 : i64
  grok.snapshot @more_constants(pc = 0)
  %quotient = grok.div_checked %minus_seven, %two
  %remainder = grok.rem_checked %minus_seven, %two
  %shifted = grok.shift_left_checked %minus_seven, %two
  %back = grok.shift_right_checked %minus_seven, %two
  grok.snapshot @more_constants(pc = 16, r0 = %quotient, r1 = %remainder, r2 = %shifted, r3 = %back)
  %failing = grok.div_checked %two, %zero
  grok.return %failing
}
// CHECK-LABEL: grok.func @more_constants(
// CHECK-NOT:     _checked %minus_seven
// CHECK-DAG:     %[[QUOTIENT:.*]] = arith.constant -3 : i64
// CHECK-DAG:     %[[REMAINDER:.*]] = arith.constant -1 : i64
// CHECK-DAG:     %[[SHIFTED:.*]] = arith.constant -28 : i64
// CHECK-DAG:     %[[BACK:.*]] = arith.constant -2 : i64
// CHECK:         grok.snapshot @more_constants(pc = 16, r0 = %[[QUOTIENT]], r1 = %[[REMAINDER]], r2 = %[[SHIFTED]], r3 = %[[BACK]])
// CHECK:         grok.div_checked %two, %zero
