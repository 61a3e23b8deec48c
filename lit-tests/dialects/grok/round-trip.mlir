// RUN: grokc opt %s | grokc opt | filecheck %s
// RUN: grokc opt --print-op-generic %s | grokc opt | filecheck %s
// RUN: grokc opt --print-debuginfo %s | grokc opt | filecheck %s

// Every operation of the SSA level: its text parses back, in all of xDSL's forms.

grok.func @constants() {
  %0 = grok.constant 42
  %1 = grok.constant -1.5
  %2 = grok.constant "é\n"
  %3 = grok.constant false
  %4 = grok.constant unit
  %5 = grok.constant missing
  %6 = grok.constant @"Point::norm"
  %7 = grok.constant variant @Option "None"
  %8 = grok.constant (1, (), ("a", 2.0))
  grok.return %0
}
grok.func @"main::closure#1"(%a: !grok.any, %b: !grok.any) minimum 1 captures [d, e] {
  %0 = grok.load_global @LIMIT
  grok.store_global @LIMIT %a
  %1 = grok.make_cell %a
  %2 = grok.load_cell %1
  grok.store_cell %1, %2
  %3 = grok.load_capture 1
  %4 = grok.make_closure @"main::closure#1"(%3, %1)
  grok.return %4
}
grok.func @arithmetic(%a: !grok.any, %b: !grok.any) {
  %0 = grok.neg %a
  %1 = grok.not %a
  %2 = grok.add %0, %b
  %3 = grok.sub %2, %b -> !grok.int
  %4 = grok.mul %3, %b
  %5 = grok.div %4, %b
  %6 = grok.rem %5, %b
  %7 = grok.bit_and %6, %b
  %8 = grok.bit_or %7, %b
  %9 = grok.bit_xor %8, %b
  %10 = grok.shift_left %9, %b
  %11 = grok.shift_right %10, %b
  %12 = grok.less %11, %b
  %13 = grok.less_equal %11, %b
  %14 = grok.greater %11, %b
  %15 = grok.greater_equal %11, %b
  %16 = grok.equal %11, %b
  %17 = grok.not_equal %11, %b
  %18 = grok.true %17
  grok.return %18
}
grok.func @calls(%f: !grok.any) {
  %0 = grok.call @g(%f, %f)
  %1 = grok.call_value %f(%0)
  %2 = grok.call_method "scale" %f(%1)
  %3 = grok.call_builtin "math::sqrt"(%2)
  %4 = grok.call @h()
  grok.return %4
}
grok.func @objects(%o: !grok.any) {
  %0 = grok.get_field "x" %o
  grok.set_field "x" %o, %0
  %1 = grok.get_element -1 %o
  %2 = grok.get_index %o, %1
  grok.set_index %o, %1, %2
  %3 = grok.make_list(%1, %2)
  %4 = grok.make_tuple(%1, %2)
  %5 = grok.make_map(%1, %2)
  %6 = grok.fill_list %1, %2
  %7 = grok.make_range %1, %2
  %8 = grok.make_range_inclusive %1, %2
  %9 = grok.make_struct @Point(%1, %2)
  %10 = grok.make_variant @Shape "Circle"(%1)
  %11 = grok.get_payload 0 %10
  %12 = grok.check_type tuple<2> "argument 'x' of f" %11
  %13 = grok.cast_int %12
  %14 = grok.cast_float %12
  %15 = grok.to_str %12
  %16 = grok.format ["x = ", ".3", "\n"](%15)
  grok.return %16
}
grok.func @tests(%v: !grok.any) {
  %0 = grok.is_variant @Option "None" %v
  %1 = grok.is_struct @Point %v
  %2 = grok.is_tuple 2 %v
  %3 = grok.is_list 0 %v
  %4 = grok.is_list_from 3 %v
  %5 = grok.is_missing %v
  grok.return %5
}
grok.func @control(%v: !grok.any, %0: !grok.any) parameters [v, ""] {
  grok.check_range %v, %0
  %1 = grok.get_iterator %v
  grok.jump ^bb1(%v)
^bb1(%2: !grok.any):
  grok.next %1, ^bb2(%2), ^bb3
^bb2(%item: !grok.any, %3: !grok.any):
  grok.branch %item, ^bb1(%3), ^bb4
^bb3:
  grok.fail_no_match %v
^bb4:
  grok.unreachable
}
grok.func @tail_call(%a: !grok.any) {
  grok.tail_call @g(%a)
}
grok.func @tail_call_value(%a: !grok.any) {
  grok.tail_call_value %a()
}
grok.func @tail_call_method(%a: !grok.any) {
  grok.tail_call_method "rest" %a(%a)
}

// CHECK:        grok.func @constants() {
// CHECK-NEXT:     %0 = grok.constant 42
// CHECK-NEXT:     %1 = grok.constant -1.5
// CHECK-NEXT:     %2 = grok.constant "é\n"
// CHECK-NEXT:     %3 = grok.constant false
// CHECK-NEXT:     %4 = grok.constant unit
// CHECK-NEXT:     %5 = grok.constant missing
// CHECK-NEXT:     %6 = grok.constant @"Point::norm"
// CHECK-NEXT:     %7 = grok.constant variant @Option "None"
// CHECK-NEXT:     %8 = grok.constant (1, (), ("a", 2.0))
// CHECK-NEXT:     grok.return %0
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @"main::closure#1"(%a: !grok.any, %b: !grok.any) minimum 1 captures [d, e] {
// CHECK-NEXT:     %0 = grok.load_global @LIMIT
// CHECK-NEXT:     grok.store_global @LIMIT %a
// CHECK-NEXT:     %1 = grok.make_cell %a
// CHECK-NEXT:     %2 = grok.load_cell %1
// CHECK-NEXT:     grok.store_cell %1, %2
// CHECK-NEXT:     %3 = grok.load_capture 1
// CHECK-NEXT:     %4 = grok.make_closure @"main::closure#1"(%3, %1)
// CHECK-NEXT:     grok.return %4
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @arithmetic(%a: !grok.any, %b: !grok.any) {
// CHECK-NEXT:     %0 = grok.neg %a
// CHECK-NEXT:     %1 = grok.not %a
// CHECK-NEXT:     %2 = grok.add %0, %b
// CHECK-NEXT:     %3 = grok.sub %2, %b -> !grok.int
// CHECK-NEXT:     %4 = grok.mul %3, %b
// CHECK-NEXT:     %5 = grok.div %4, %b
// CHECK-NEXT:     %6 = grok.rem %5, %b
// CHECK-NEXT:     %7 = grok.bit_and %6, %b
// CHECK-NEXT:     %8 = grok.bit_or %7, %b
// CHECK-NEXT:     %9 = grok.bit_xor %8, %b
// CHECK-NEXT:     %10 = grok.shift_left %9, %b
// CHECK-NEXT:     %11 = grok.shift_right %10, %b
// CHECK-NEXT:     %12 = grok.less %11, %b
// CHECK-NEXT:     %13 = grok.less_equal %11, %b
// CHECK-NEXT:     %14 = grok.greater %11, %b
// CHECK-NEXT:     %15 = grok.greater_equal %11, %b
// CHECK-NEXT:     %16 = grok.equal %11, %b
// CHECK-NEXT:     %17 = grok.not_equal %11, %b
// CHECK-NEXT:     %18 = grok.true %17
// CHECK-NEXT:     grok.return %18
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @calls(%f: !grok.any) {
// CHECK-NEXT:     %0 = grok.call @g(%f, %f)
// CHECK-NEXT:     %1 = grok.call_value %f(%0)
// CHECK-NEXT:     %2 = grok.call_method "scale" %f(%1)
// CHECK-NEXT:     %3 = grok.call_builtin "math::sqrt"(%2)
// CHECK-NEXT:     %4 = grok.call @h()
// CHECK-NEXT:     grok.return %4
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @objects(%o: !grok.any) {
// CHECK-NEXT:     %0 = grok.get_field "x" %o
// CHECK-NEXT:     grok.set_field "x" %o, %0
// CHECK-NEXT:     %1 = grok.get_element -1 %o
// CHECK-NEXT:     %2 = grok.get_index %o, %1
// CHECK-NEXT:     grok.set_index %o, %1, %2
// CHECK-NEXT:     %3 = grok.make_list(%1, %2)
// CHECK-NEXT:     %4 = grok.make_tuple(%1, %2)
// CHECK-NEXT:     %5 = grok.make_map(%1, %2)
// CHECK-NEXT:     %6 = grok.fill_list %1, %2
// CHECK-NEXT:     %7 = grok.make_range %1, %2
// CHECK-NEXT:     %8 = grok.make_range_inclusive %1, %2
// CHECK-NEXT:     %9 = grok.make_struct @Point(%1, %2)
// CHECK-NEXT:     %10 = grok.make_variant @Shape "Circle"(%1)
// CHECK-NEXT:     %11 = grok.get_payload 0 %10
// CHECK-NEXT:     %12 = grok.check_type tuple<2> "argument 'x' of f" %11
// CHECK-NEXT:     %13 = grok.cast_int %12
// CHECK-NEXT:     %14 = grok.cast_float %12
// CHECK-NEXT:     %15 = grok.to_str %12
// CHECK-NEXT:     %16 = grok.format ["x = ", ".3", "\n"](%15)
// CHECK-NEXT:     grok.return %16
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @tests(%v: !grok.any) {
// CHECK-NEXT:     %0 = grok.is_variant @Option "None" %v
// CHECK-NEXT:     %1 = grok.is_struct @Point %v
// CHECK-NEXT:     %2 = grok.is_tuple 2 %v
// CHECK-NEXT:     %3 = grok.is_list 0 %v
// CHECK-NEXT:     %4 = grok.is_list_from 3 %v
// CHECK-NEXT:     %5 = grok.is_missing %v
// CHECK-NEXT:     grok.return %5
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @control(%v: !grok.any, %0: !grok.any) parameters [v, ""] {
// CHECK-NEXT:     grok.check_range %v, %0
// CHECK-NEXT:     %1 = grok.get_iterator %v
// CHECK-NEXT:     grok.jump ^bb1(%v)
// CHECK-NEXT:   ^bb1(%2: !grok.any):
// CHECK-NEXT:     grok.next %1, ^bb2(%2), ^bb3
// CHECK-NEXT:   ^bb2(%item: !grok.any, %3: !grok.any):
// CHECK-NEXT:     grok.branch %item, ^bb1(%3), ^bb4
// CHECK-NEXT:   ^bb3:
// CHECK-NEXT:     grok.fail_no_match %v
// CHECK-NEXT:   ^bb4:
// CHECK-NEXT:     grok.unreachable
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @tail_call(%a: !grok.any) {
// CHECK-NEXT:     grok.tail_call @g(%a)
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @tail_call_value(%a: !grok.any) {
// CHECK-NEXT:     grok.tail_call_value %a()
// CHECK-NEXT:   }
// CHECK-NEXT:   grok.func @tail_call_method(%a: !grok.any) {
// CHECK-NEXT:     grok.tail_call_method "rest" %a(%a)
// CHECK-NEXT:   }
