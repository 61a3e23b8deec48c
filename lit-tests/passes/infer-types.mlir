// RUN: grokc opt -p infer-types %s | filecheck %s

// Arithmetic of numbers is a number: an int of ints, a float if a float takes part.

grok.func @numbers(%x: !grok.any) {
  %i = grok.constant 1
  %f = grok.constant 2.0
  %a = grok.add %i, %i
  %b = grok.mul %a, %f
  %c = grok.neg %b
  %d = grok.rem %i, %x
  %all = grok.make_tuple(%a, %b, %c, %d)
  grok.return %all
}
// CHECK-LABEL: grok.func @numbers(%x: !grok.any) {
// CHECK-NEXT:    %i = grok.constant 1
// CHECK-NEXT:    %f = grok.constant 2.0
// CHECK-NEXT:    %a = grok.add %i, %i -> !grok.int
// CHECK-NEXT:    %b = grok.mul %a, %f -> !grok.float
// CHECK-NEXT:    %c = grok.neg %b -> !grok.float
// CHECK-NEXT:    %d = grok.rem %i, %x
// CHECK-NEXT:    %all = grok.make_tuple(%a, %b, %c, %d)
// CHECK-NEXT:    grok.return %all

// The left operand decides about `+`: a str takes only a str, a list only a list.

grok.func @sums(%x: !grok.any) {
  %s = grok.constant "a"
  %l = grok.make_list(%x)
  %a = grok.add %s, %x
  %b = grok.add %l, %x
  %c = grok.add %x, %s
  %all = grok.make_tuple(%a, %b, %c)
  grok.return %all
}
// CHECK-LABEL: grok.func @sums(%x: !grok.any) {
// CHECK-NEXT:    %s = grok.constant "a"
// CHECK-NEXT:    %l = grok.make_list(%x)
// CHECK-NEXT:    %a = grok.add %s, %x -> !grok.str
// CHECK-NEXT:    %b = grok.add %l, %x -> !grok.list
// CHECK-NEXT:    %c = grok.add %x, %s
// CHECK-NEXT:    %all = grok.make_tuple(%a, %b, %c)
// CHECK-NEXT:    grok.return %all

// `&`, `|`, `^` and `!` are for two ints or two bools.

grok.func @bits(%x: !grok.any) {
  %i = grok.constant 1
  %t = grok.constant true
  %a = grok.bit_and %i, %i
  %b = grok.bit_xor %t, %t
  %c = grok.not %b
  %d = grok.bit_or %i, %x
  %all = grok.make_tuple(%a, %b, %c, %d)
  grok.return %all
}
// CHECK-LABEL: grok.func @bits(%x: !grok.any) {
// CHECK-NEXT:    %i = grok.constant 1
// CHECK-NEXT:    %t = grok.constant true
// CHECK-NEXT:    %a = grok.bit_and %i, %i -> !grok.int
// CHECK-NEXT:    %b = grok.bit_xor %t, %t -> !grok.bool
// CHECK-NEXT:    %c = grok.not %b -> !grok.bool
// CHECK-NEXT:    %d = grok.bit_or %i, %x
// CHECK-NEXT:    %all = grok.make_tuple(%a, %b, %c, %d)
// CHECK-NEXT:    grok.return %all

// A counter is an int because it begins as one and stays one.

grok.func @counter(%n: !grok.any) {
  %zero = grok.constant 0
  grok.jump ^head(%zero)
^head(%i: !grok.any):
  %c = grok.less %i, %n
  %one = grok.constant 1
  %next = grok.add %i, %one
  grok.branch %c, ^head(%next), ^exit
^exit:
  grok.return %i
}
// CHECK-LABEL: grok.func @counter(%n: !grok.any) {
// CHECK-NEXT:    %zero = grok.constant 0
// CHECK-NEXT:    grok.jump ^head(%zero)
// CHECK-NEXT:  ^head(%i: !grok.int):
// CHECK-NEXT:    %c = grok.less %i, %n
// CHECK-NEXT:    %one = grok.constant 1
// CHECK-NEXT:    %next = grok.add %i, %one -> !grok.int
// CHECK-NEXT:    grok.branch %c, ^head(%next), ^exit
// CHECK-NEXT:  ^exit:
// CHECK-NEXT:    grok.return %i

// One that the loop makes a float of is neither.

grok.func @widened(%n: !grok.any) {
  %zero = grok.constant 0
  grok.jump ^head(%zero)
^head(%i: !grok.any):
  %c = grok.less %i, %n
  %half = grok.constant 0.5
  %next = grok.add %i, %half
  grok.branch %c, ^head(%next), ^exit
^exit:
  grok.return %i
}
// CHECK-LABEL: grok.func @widened(%n: !grok.any) {
// CHECK-NEXT:    %zero = grok.constant 0
// CHECK-NEXT:    grok.jump ^head(%zero)
// CHECK-NEXT:  ^head(%i: !grok.any):
// CHECK-NEXT:    %c = grok.less %i, %n
// CHECK-NEXT:    %half = grok.constant 0.5
// CHECK-NEXT:    %next = grok.add %i, %half
// CHECK-NEXT:    grok.branch %c, ^head(%next), ^exit
// CHECK-NEXT:  ^exit:
// CHECK-NEXT:    grok.return %i

// What an iterator hands over may be anything.

grok.func @items(%xs: !grok.any) {
  %zero = grok.constant 0
  %it = grok.get_iterator %xs
  grok.jump ^head(%zero)
^head(%s: !grok.any):
  grok.next %it, ^body, ^exit
^body(%x: !grok.any):
  %t = grok.add %s, %x
  grok.jump ^head(%t)
^exit:
  grok.return %s
}
// CHECK-LABEL: grok.func @items(%xs: !grok.any) {
// CHECK-NEXT:    %zero = grok.constant 0
// CHECK-NEXT:    %it = grok.get_iterator %xs
// CHECK-NEXT:    grok.jump ^head(%zero)
// CHECK-NEXT:  ^head(%s: !grok.any):
// CHECK-NEXT:    grok.next %it, ^body, ^exit
// CHECK-NEXT:  ^body(%x: !grok.any):
// CHECK-NEXT:    %t = grok.add %s, %x
// CHECK-NEXT:    grok.jump ^head(%t)
// CHECK-NEXT:  ^exit:
// CHECK-NEXT:    grok.return %s

// Tuples of two lengths are tuples.

grok.func @tuples(%c: !grok.bool, %x: !grok.any) {
  %one = grok.make_tuple(%x)
  %two = grok.make_tuple(%x, %x)
  grok.branch %c, ^end(%one), ^end(%two)
^end(%t: !grok.any):
  grok.return %t
}
// CHECK-LABEL: grok.func @tuples(%c: !grok.bool, %x: !grok.any) {
// CHECK-NEXT:    %one = grok.make_tuple(%x)
// CHECK-NEXT:    %two = grok.make_tuple(%x, %x)
// CHECK-NEXT:    grok.branch %c, ^end(%one), ^end(%two)
// CHECK-NEXT:  ^end(%t: !grok.tuple):
// CHECK-NEXT:    grok.return %t
