// RUN: grokc opt -p canonicalize %s | filecheck %s

// Arithmetic on constants is done now, as the machine would do it.

grok.func @ints() {
  %a = grok.constant -7
  %b = grok.constant 2
  %sum = grok.add %a, %b
  %quotient = grok.div %a, %b
  %rest = grok.rem %a, %b
  %shifted = grok.shift_left %a, %b
  %all = grok.make_list(%sum, %quotient, %rest, %shifted)
  grok.return %all
}
// CHECK-LABEL: grok.func @ints
// CHECK-NEXT:    %sum = grok.constant -5
// CHECK-NEXT:    %quotient = grok.constant -3
// CHECK-NEXT:    %rest = grok.constant -1
// CHECK-NEXT:    %shifted = grok.constant -28
// CHECK-NEXT:    %all = grok.make_list(%sum, %quotient, %rest, %shifted)
// CHECK-NEXT:    grok.return %all

grok.func @floats() {
  %a = grok.constant 1.0
  %zero = grok.constant 0.0
  %b = grok.constant 2
  %quotient = grok.div %a, %zero
  %product = grok.mul %b, %a
  %less = grok.less %a, %b
  %all = grok.make_tuple(%quotient, %product, %less)
  grok.return %all
}
// CHECK-LABEL: grok.func @floats
// CHECK-NEXT:    %all = grok.constant (inf, 2.0, true)
// CHECK-NEXT:    grok.return %all

// What fails at run time is left alone, and so is what an `eq` of the program may decide.

grok.func @errors_stay() {
  %max = grok.constant 9223372036854775807
  %one = grok.constant 1
  %zero = grok.constant 0
  %text = grok.constant "a"
  %none = grok.constant variant @Option "None"
  %a = grok.add %max, %one
  %b = grok.div %one, %zero
  %c = grok.less %one, %text
  %d = grok.shift_left %one, %max
  %e = grok.equal %none, %none
  %all = grok.make_list(%a, %b, %c, %d, %e)
  grok.return %all
}
// CHECK-LABEL: grok.func @errors_stay
// CHECK:         grok.add
// CHECK-NEXT:    grok.div
// CHECK-NEXT:    grok.less
// CHECK-NEXT:    grok.shift_left
// CHECK-NEXT:    grok.equal

// An unused operation goes only if it cannot fail.

grok.func @unused(%n: !grok.any, %x: !grok.float) {
  %pure = grok.add %x, %x -> !grok.float
  %tuple = grok.make_tuple(%n)
  %list = grok.make_list(%n)
  %can_fail = grok.add %n, %x
  grok.return %n
}
// CHECK-LABEL: grok.func @unused
// CHECK-NEXT:    %can_fail = grok.add %n, %x
// CHECK-NEXT:    grok.return %n

// Tests and projections of what is known.

grok.func @known(%n: !grok.any, %t: !grok.tuple<2>) {
  %some = grok.make_variant @Option "Some"(%n)
  %is_some = grok.is_variant @Option "Some" %some
  %is_pair = grok.is_tuple 2 %t
  %is_list = grok.is_list 2 %t
  %payload = grok.get_payload 0 %some
  %pair = grok.make_tuple(%n, %payload)
  %second = grok.get_element -1 %pair
  %checked = grok.check_type tuple "argument 't' of known" %t
  %three = grok.constant 3
  %converted = grok.check_type float "x" %three
  %all = grok.make_list(%is_some, %is_pair, %is_list, %second, %checked, %converted)
  grok.return %all
}
// CHECK-LABEL: grok.func @known
// CHECK-NEXT:    %is_some = grok.constant true
// CHECK-NEXT:    %is_pair = grok.constant true
// CHECK-NEXT:    %is_list = grok.constant false
// CHECK-NEXT:    %converted = grok.constant 3.0
// CHECK-NEXT:    %all = grok.make_list(%is_some, %is_pair, %is_list, %n, %t, %converted)

// Control flow: branches on constants, on negations, to one place; blocks that only jump on.

grok.func @branch_on_constant(%n: !grok.any) {
  %true = grok.constant true
  grok.branch %true, ^a(%n), ^b
^a(%x: !grok.any):
  grok.return %x
^b:
  grok.return %true
}
// CHECK-LABEL: grok.func @branch_on_constant
// CHECK-NEXT:    grok.return %n
// CHECK-NEXT:  }

grok.func @branch_on_not(%a: !grok.any, %b: !grok.any) {
  %less = grok.less %a, %b
  %not = grok.not %less
  grok.branch %not, ^c, ^d {feedback = #grok.branch<taken 1, not 2>}
^c:
  grok.jump ^e(%a)
^d:
  grok.jump ^e(%b)
^e(%x: !grok.any):
  grok.return %x
}
// CHECK-LABEL: grok.func @branch_on_not
// CHECK-NEXT:    %less = grok.less %a, %b
// CHECK-NEXT:    grok.branch %less, ^e(%b), ^e(%a) {feedback = #grok.branch<taken 2, not 1>}
// CHECK-NEXT:  ^e(%x: !grok.any):
// CHECK-NEXT:    grok.return %x

grok.func @branch_to_one_place(%c: !grok.bool, %v: !grok.any) {
  grok.branch %c, ^a, ^a
^a:
  grok.return %c
}
// CHECK-LABEL: grok.func @branch_to_one_place
// CHECK-NEXT:    grok.return %c

// The condition may not be a bool, and then the branch is an error.

grok.func @branch_on_anything(%c: !grok.any) {
  grok.branch %c, ^a, ^a
^a:
  grok.return %c
}
// CHECK-LABEL: grok.func @branch_on_anything
// CHECK-NEXT:    grok.branch %c, ^a, ^a

grok.func @loop_that_does_nothing() {
  grok.jump ^a
^a:
  grok.jump ^b
^b:
  grok.jump ^a
}
// CHECK-LABEL: grok.func @loop_that_does_nothing
// CHECK:         grok.jump ^[[LOOP:[a-z0-9]+]]
// CHECK-NEXT:  ^[[LOOP]]:
// CHECK-NEXT:    grok.jump ^[[LOOP]]

// A check of ints is certain.

grok.func @ends(%n: !grok.int, %m: !grok.any) {
  grok.check_range %n, %n
  grok.check_range %n, %m
  grok.return %n
}
// CHECK-LABEL: grok.func @ends
// CHECK-NEXT:    grok.check_range %n, %m
// CHECK-NEXT:    grok.return %n
