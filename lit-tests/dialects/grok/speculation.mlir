// RUN: grokc opt %s | grokc opt | filecheck %s

grok.struct @Point {x: float, y: any}

// CHECK-LABEL: grok.func @entry(%n: !grok.any) {
grok.func @entry(%n: !grok.any) {
  // CHECK-NEXT: grok.snapshot @entry(pc = 0, r0 = %n)
  grok.snapshot @entry(pc = 0, r0 = %n)
  // CHECK-NEXT: %i = grok.guard %n is int -> i64
  %i = grok.guard %n is int -> i64
  // CHECK-NEXT: %two = arith.constant 2 : i64
  %two = arith.constant 2 : i64
  %less = arith.cmpi slt, %i, %two : i64
  // CHECK: grok.branch %less, ^return, ^loop(%i) {feedback = #grok.branch<taken 12, not 3456>}
  grok.branch %less, ^return, ^loop(%i) {feedback = #grok.branch<taken 12, not 3456>}
^return:
  grok.return %i
// CHECK: ^loop(%x: i64):
^loop(%x: i64):
  // CHECK-NEXT: grok.snapshot @inner(pc = 8, r0 = %x, callee = %n) from @entry(pc = 16, window = 4, r1 = %n)
  grok.snapshot @inner(pc = 8, r0 = %x, callee = %n) from @entry(pc = 16, window = 4, r1 = %n)
  // CHECK-NEXT: grok.safepoint
  grok.safepoint
  // CHECK-NEXT: grok.check_true %less
  grok.check_true %less
  // CHECK-NEXT: = grok.add_checked %x, %two
  %sum = grok.add_checked %x, %two
  // CHECK-NEXT: = grok.sub_checked %x, %two
  %difference = grok.sub_checked %x, %two
  // CHECK-NEXT: = grok.mul_checked %x, %two
  %product = grok.mul_checked %x, %two
  // CHECK-NEXT: = grok.div_checked %x, %two
  %quotient = grok.div_checked %x, %two
  // CHECK-NEXT: = grok.rem_checked %x, %two
  %remainder = grok.rem_checked %x, %two
  // CHECK-NEXT: = grok.shift_left_checked %x, %two
  %left = grok.shift_left_checked %x, %two
  // CHECK-NEXT: = grok.shift_right_checked %x, %two
  %right = grok.shift_right_checked %x, %two
  // CHECK-NEXT: %k = grok.known %n is struct<@Point>
  %k = grok.known %n is struct<@Point>
  // CHECK-NEXT: %f = grok.guard_function %n is @fib
  %f = grok.guard_function %n is @fib
  // CHECK-NEXT: = grok.call_typed @fib.int(%sum) -> i64
  %z = grok.call_typed @fib.int(%sum) -> i64
  // CHECK-NEXT: = grok.known_function %n is @fib
  %f2 = grok.known_function %n is @fib
  // CHECK-NEXT: = grok.is_function %n is @fib
  %f3 = grok.is_function %n is @fib
  // CHECK-NEXT: = grok.is_type %n is list
  %f4 = grok.is_type %n is list
  // CHECK-NEXT: %p = grok.guard %n is struct<@Point> {feedback = #grok.shape<struct<@Point>>}
  %p = grok.guard %n is struct<@Point> {feedback = #grok.shape<struct<@Point>>}
  // CHECK-NEXT: %q = grok.load_field @Point 0 %p -> f64
  %q = grok.load_field @Point 0 %p -> f64
  // CHECK-NEXT: %root = grok.float_function "sqrt" %q
  %root = grok.float_function "sqrt" %q
  // CHECK-NEXT: = grok.float_rem %root, %q
  %fr = grok.float_rem %root, %q
  // CHECK-NEXT: = grok.float_to_int_checked %q
  %fi = grok.float_to_int_checked %q
  // CHECK-NEXT: grok.store_field @Point 0 %p, %root
  grok.store_field @Point 0 %p, %root
  // CHECK-NEXT: %l = grok.guard %n is list
  %l = grok.guard %n is list
  // CHECK-NEXT: %length = grok.list_length %l
  %length = grok.list_length %l
  // CHECK-NEXT: %at = grok.check_bounds %sum, %length
  %at = grok.check_bounds %sum, %length
  // CHECK-NEXT: %e = grok.list_load %l, %at
  %e = grok.list_load %l, %at
  // CHECK-NEXT: grok.list_store %l, %at, %root
  grok.list_store %l, %at, %root
  // CHECK-NEXT: %element = grok.get_item list %l, %n
  %element = grok.get_item list %l, %n
  // CHECK-NEXT: grok.set_item list %l, %n, %element
  grok.set_item list %l, %n, %element
  // CHECK-NEXT: %items = grok.check_elements %l is float
  %items = grok.check_elements %l is float
  // CHECK-NEXT: %small = grok.check_inline %sum
  %small = grok.check_inline %sum
  // CHECK-NEXT: %e1 = grok.load_item %items, %at -> f64
  %e1 = grok.load_item %items, %at -> f64
  // CHECK-NEXT: grok.store_item %items, %at, %root
  grok.store_item %items, %at, %root
  // CHECK-NEXT: %text = grok.guard %n is str
  %text = grok.guard %n is str
  // CHECK-NEXT: %chars = grok.str_length %text
  %chars = grok.str_length %text
  // CHECK-NEXT: %place = grok.check_bounds %sum, %chars
  %place = grok.check_bounds %sum, %chars
  // CHECK-NEXT: %letter = grok.character %text, %place
  %letter = grok.character %text, %place
  // CHECK-NEXT: %part = grok.str_slice %text, %sum, %chars
  %part = grok.str_slice %text, %sum, %chars
  // CHECK-NEXT: %same = grok.is_same %l, %n
  %same = grok.is_same %l, %n
  // CHECK-NEXT: %boxed = grok.box %sum
  %boxed = grok.box %sum
  // CHECK-NEXT: %unboxed = grok.unbox %boxed
  %unboxed = grok.unbox %boxed
  // CHECK-NEXT: %e2 = grok.add %e, %boxed {feedback = #grok.seen<int>}
  %e2 = grok.add %e, %boxed {feedback = #grok.seen<int>}
  // CHECK-NEXT: = grok.call_native list "push"(%l, %e2) {feedback = #grok.target<list, native>}
  %e3 = grok.call_native list "push"(%l, %e2) {feedback = #grok.target<list, native>}
  // CHECK-NEXT: = grok.call_closure @fib %f(%e2) {feedback = #grok.target<function, @fib>}
  %e4 = grok.call_closure @fib %f(%e2) {feedback = #grok.target<function, @fib>}
  // CHECK-NEXT: %c0 = grok.load_closure_capture 0 %f
  %c0 = grok.load_closure_capture 0 %f
  // CHECK-NEXT: %t = grok.make_tuple(%c0)
  %t = grok.make_tuple(%c0)
  // CHECK-NEXT: = grok.load_element 0 %t
  %t0 = grok.load_element 0 %t
  // CHECK-NEXT: = grok.virtual_struct @Point(%e, %e)
  %v = grok.virtual_struct @Point(%e, %e)
  // CHECK-NEXT: = grok.virtual_cell %e
  %cell = grok.virtual_cell %e
  // CHECK-NEXT: = grok.virtual_iterator %l, %at
  %it = grok.virtual_iterator %l, %at
  // CHECK-NEXT: = grok.next_item %it
  %item = grok.next_item %it
  // CHECK-NEXT: grok.exit
  grok.exit
}

// CHECK: grok.func @entry_osr() attributes {osr = 24 : i64, result = i64} {
grok.func @entry_osr() attributes {osr = 24 : i64, result = i64} {
  // CHECK-NEXT: %r = grok.load_register 1
  %r = grok.load_register 1
  grok.return %r
}

// CHECK-LABEL: grok.func @enter(%n: !grok.any) {
grok.func @enter(%n: !grok.any) {
  // CHECK-NEXT: grok.snapshot @enter(pc = 0, r0 = %n)
  grok.snapshot @enter(pc = 0, r0 = %n)
  // CHECK-NEXT: %i = grok.guard %n is int -> i64
  %i = grok.guard %n is int -> i64
  // CHECK-NEXT: grok.tail_call_typed @"enter<int>"(%i)
  grok.tail_call_typed @"enter<int>"(%i)
}
