// RUN: grokc opt %s | grokc opt | filecheck %s
// RUN: grokc opt --print-op-generic %s | grokc opt | filecheck %s
// RUN: grokc opt --print-debuginfo %s | grokc opt | filecheck %s

// Every operation of the stack machine: its text parses back, in all of xDSL's forms.

grok_stack.func @constants() {
  grok_stack.push_int -9223372036854775808
  grok_stack.pop
  grok_stack.push_float 0.1
  grok_stack.pop
  grok_stack.push_float -0.0
  grok_stack.pop
  grok_stack.push_float 1.0e+300
  grok_stack.pop
  grok_stack.push_float minus_inf
  grok_stack.pop
  grok_stack.push_float nan
  grok_stack.pop
  grok_stack.push_str "tab\t quote\" back\\slash line\n nul\00 é😀"
  grok_stack.pop
  grok_stack.push_bool true
  grok_stack.pop
  grok_stack.push_missing
  grok_stack.pop
  grok_stack.push_function @"Point::norm"
  grok_stack.pop
  grok_stack.push_unit
  grok_stack.return
}
grok_stack.func @"main::closure#1"(a, b) minimum 1 locals [c, "#walk"] captures [d, e] {
  grok_stack.load_local 0
  grok_stack.dup
  grok_stack.store_local 3
  grok_stack.store_global @LIMIT
  grok_stack.load_global @LIMIT
  grok_stack.make_cell
  grok_stack.load_cell
  grok_stack.load_capture 1
  grok_stack.make_closure @"main::closure#1" 2
  grok_stack.make_cell
  grok_stack.load_local 1
  grok_stack.store_cell
  grok_stack.push_unit
  grok_stack.return
}
grok_stack.func @arithmetic(a, b) {
  grok_stack.load_local 0
  grok_stack.neg
  grok_stack.not
  grok_stack.load_local 1
  grok_stack.add
  grok_stack.load_local 1
  grok_stack.sub
  grok_stack.load_local 1
  grok_stack.mul
  grok_stack.load_local 1
  grok_stack.div
  grok_stack.load_local 1
  grok_stack.rem
  grok_stack.load_local 1
  grok_stack.bit_and
  grok_stack.load_local 1
  grok_stack.bit_or
  grok_stack.load_local 1
  grok_stack.bit_xor
  grok_stack.load_local 1
  grok_stack.shift_left
  grok_stack.load_local 1
  grok_stack.shift_right
  grok_stack.load_local 1
  grok_stack.less
  grok_stack.load_local 1
  grok_stack.less_equal
  grok_stack.load_local 1
  grok_stack.greater
  grok_stack.load_local 1
  grok_stack.greater_equal
  grok_stack.load_local 1
  grok_stack.equal
  grok_stack.load_local 1
  grok_stack.not_equal
  grok_stack.true
  grok_stack.return
}
grok_stack.func @calls(f) {
  grok_stack.load_local 0
  grok_stack.push_int 1
  grok_stack.push_int 2
  grok_stack.call @g 2
  grok_stack.call_value 1
  grok_stack.push_int 3
  grok_stack.call_method "scale" 1
  grok_stack.call_builtin "math::sqrt" 1
  grok_stack.return
}
grok_stack.func @objects(o) {
  grok_stack.load_local 0
  grok_stack.get_field "x"
  grok_stack.get_element -1
  grok_stack.push_int 1
  grok_stack.get_index
  grok_stack.load_local 0
  grok_stack.set_field "x"
  grok_stack.load_local 0
  grok_stack.push_int 1
  grok_stack.push_int 2
  grok_stack.set_index
  grok_stack.push_int 1
  grok_stack.push_int 2
  grok_stack.make_range
  grok_stack.push_int 1
  grok_stack.push_int 2
  grok_stack.make_range_inclusive
  grok_stack.make_list 2
  grok_stack.push_int 1
  grok_stack.make_tuple 2
  grok_stack.push_int 7
  grok_stack.fill_list
  grok_stack.push_int 1
  grok_stack.make_map 1
  grok_stack.make_struct @Point 1
  grok_stack.make_variant @Shape "Circle" 1
  grok_stack.get_payload 0
  grok_stack.check_type tuple<2> "argument 'x' of f"
  grok_stack.check_type struct<@"geometry::Point"> "result of f"
  grok_stack.cast_int
  grok_stack.cast_float
  grok_stack.to_str
  grok_stack.format ["x = ", ".3", "\n"] 1
  grok_stack.return
}
grok_stack.func @tests(v) {
  grok_stack.load_local 0
  grok_stack.is_variant @Option "None"
  grok_stack.is_struct @Point
  grok_stack.is_tuple 2
  grok_stack.is_list 0
  grok_stack.is_list_from 3
  grok_stack.is_missing
  grok_stack.return
}
grok_stack.func @control(v) locals [iterator] {
  grok_stack.push_int 1
  grok_stack.push_int 2
  grok_stack.check_range
  grok_stack.pop
  grok_stack.pop
  grok_stack.load_local 0
  grok_stack.get_iterator
  grok_stack.store_local 1
  grok_stack.jump ^bb1
^bb1:
  grok_stack.load_local 1
  grok_stack.next ^bb2, ^bb3
^bb2:
  grok_stack.branch ^bb1, ^bb4
^bb3:
  grok_stack.load_local 0
  grok_stack.fail_no_match
^bb4:
  grok_stack.unreachable
}
grok_stack.func @tail_call(a) {
  grok_stack.load_local 0
  grok_stack.tail_call @g 1
}
grok_stack.func @tail_call_value(a) {
  grok_stack.load_local 0
  grok_stack.tail_call_value 0
}
grok_stack.func @tail_call_method(a) {
  grok_stack.load_local 0
  grok_stack.tail_call_method "rest" 0
}

// CHECK:        grok_stack.func @constants() {
// CHECK-NEXT:     grok_stack.push_int -9223372036854775808
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_float 0.1
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_float -0.0
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_float 1.0e+300
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_float minus_inf
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_float nan
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_str "tab\t quote\" back\\slash line\n nul\00 é😀"
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_bool true
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_missing
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_function @"Point::norm"
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.push_unit
// CHECK-NEXT:     grok_stack.return
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @"main::closure#1"(a, b) minimum 1 locals [c, "#walk"] captures [d, e] {
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.dup
// CHECK-NEXT:     grok_stack.store_local 3
// CHECK-NEXT:     grok_stack.store_global @LIMIT
// CHECK-NEXT:     grok_stack.load_global @LIMIT
// CHECK-NEXT:     grok_stack.make_cell
// CHECK-NEXT:     grok_stack.load_cell
// CHECK-NEXT:     grok_stack.load_capture 1
// CHECK-NEXT:     grok_stack.make_closure @"main::closure#1" 2
// CHECK-NEXT:     grok_stack.make_cell
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.store_cell
// CHECK-NEXT:     grok_stack.push_unit
// CHECK-NEXT:     grok_stack.return
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @arithmetic(a, b) {
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.neg
// CHECK-NEXT:     grok_stack.not
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.add
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.sub
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.mul
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.div
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.rem
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.bit_and
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.bit_or
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.bit_xor
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.shift_left
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.shift_right
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.less
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.less_equal
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.greater
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.greater_equal
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.equal
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.not_equal
// CHECK-NEXT:     grok_stack.true
// CHECK-NEXT:     grok_stack.return
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @calls(f) {
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.push_int 1
// CHECK-NEXT:     grok_stack.push_int 2
// CHECK-NEXT:     grok_stack.call @g 2
// CHECK-NEXT:     grok_stack.call_value 1
// CHECK-NEXT:     grok_stack.push_int 3
// CHECK-NEXT:     grok_stack.call_method "scale" 1
// CHECK-NEXT:     grok_stack.call_builtin "math::sqrt" 1
// CHECK-NEXT:     grok_stack.return
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @objects(o) {
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.get_field "x"
// CHECK-NEXT:     grok_stack.get_element -1
// CHECK-NEXT:     grok_stack.push_int 1
// CHECK-NEXT:     grok_stack.get_index
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.set_field "x"
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.push_int 1
// CHECK-NEXT:     grok_stack.push_int 2
// CHECK-NEXT:     grok_stack.set_index
// CHECK-NEXT:     grok_stack.push_int 1
// CHECK-NEXT:     grok_stack.push_int 2
// CHECK-NEXT:     grok_stack.make_range
// CHECK-NEXT:     grok_stack.push_int 1
// CHECK-NEXT:     grok_stack.push_int 2
// CHECK-NEXT:     grok_stack.make_range_inclusive
// CHECK-NEXT:     grok_stack.make_list 2
// CHECK-NEXT:     grok_stack.push_int 1
// CHECK-NEXT:     grok_stack.make_tuple 2
// CHECK-NEXT:     grok_stack.push_int 7
// CHECK-NEXT:     grok_stack.fill_list
// CHECK-NEXT:     grok_stack.push_int 1
// CHECK-NEXT:     grok_stack.make_map 1
// CHECK-NEXT:     grok_stack.make_struct @Point 1
// CHECK-NEXT:     grok_stack.make_variant @Shape "Circle" 1
// CHECK-NEXT:     grok_stack.get_payload 0
// CHECK-NEXT:     grok_stack.check_type tuple<2> "argument 'x' of f"
// CHECK-NEXT:     grok_stack.check_type struct<@"geometry::Point"> "result of f"
// CHECK-NEXT:     grok_stack.cast_int
// CHECK-NEXT:     grok_stack.cast_float
// CHECK-NEXT:     grok_stack.to_str
// CHECK-NEXT:     grok_stack.format ["x = ", ".3", "\n"] 1
// CHECK-NEXT:     grok_stack.return
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @tests(v) {
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.is_variant @Option "None"
// CHECK-NEXT:     grok_stack.is_struct @Point
// CHECK-NEXT:     grok_stack.is_tuple 2
// CHECK-NEXT:     grok_stack.is_list 0
// CHECK-NEXT:     grok_stack.is_list_from 3
// CHECK-NEXT:     grok_stack.is_missing
// CHECK-NEXT:     grok_stack.return
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @control(v) locals [iterator] {
// CHECK-NEXT:     grok_stack.push_int 1
// CHECK-NEXT:     grok_stack.push_int 2
// CHECK-NEXT:     grok_stack.check_range
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.pop
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.get_iterator
// CHECK-NEXT:     grok_stack.store_local 1
// CHECK-NEXT:     grok_stack.jump ^bb1
// CHECK-NEXT:   ^bb1:
// CHECK-NEXT:     grok_stack.load_local 1
// CHECK-NEXT:     grok_stack.next ^bb2, ^bb3
// CHECK-NEXT:   ^bb2:
// CHECK-NEXT:     grok_stack.branch ^bb1, ^bb4
// CHECK-NEXT:   ^bb3:
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.fail_no_match
// CHECK-NEXT:   ^bb4:
// CHECK-NEXT:     grok_stack.unreachable
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @tail_call(a) {
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.tail_call @g 1
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @tail_call_value(a) {
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.tail_call_value 0
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_stack.func @tail_call_method(a) {
// CHECK-NEXT:     grok_stack.load_local 0
// CHECK-NEXT:     grok_stack.tail_call_method "rest" 0
// CHECK-NEXT:   }
