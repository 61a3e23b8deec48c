// RUN: grokc opt %s | grokc opt | filecheck %s
// RUN: grokc opt --print-op-generic %s | grokc opt | filecheck %s
// RUN: grokc opt --print-debuginfo %s | grokc opt | filecheck %s

// Instructions of all shapes; tests/dialects/test_grok_vm.py has one of each line of the table.

grok_vm.func @fib registers 6 minimum 1 maximum 1 {
  grok_vm.jump_if_not_less r0, 2, ^bb2, ^bb1
^bb1:
  grok_vm.return r0
^bb2:
  grok_vm.sub r5, r0, 1
  grok_vm.call r5, @fib
  grok_vm.add r1, r5, #grok.constant<70000>
  grok_vm.return r1
}
grok_vm.func @"main::closure#1" registers 9 minimum 0 maximum 2 captures [d, "#e"] {
  grok_vm.load_int r0, -32768
  grok_vm.load_constant r1, #grok.constant<"é\n">
  grok_vm.load_constant r1, #grok.constant<variant @Option "None">
  grok_vm.load_global r2, @LIMIT
  grok_vm.store_global r2, @LIMIT
  grok_vm.load_capture r3, 1
  grok_vm.make_closure r3, r7, 2, @"main::closure#1"
  grok_vm.call_value r7, 0
  grok_vm.call_method r7, 2, "scale"
  grok_vm.call_builtin r7, 2, "math::sqrt"
  grok_vm.make_struct r3, r7, 2, @Point
  grok_vm.make_variant r3, r7, 1, variant @Shape "Circle"
  grok_vm.get_field r3, r3, "x"
  grok_vm.check_type r3, r3, tuple<2>, "argument 'x' of f"
  grok_vm.format r3, r7, 1, ["x = ", ".3", "\n"]
  grok_vm.jump_if_not_variant r3, variant @Shape "Circle", ^bb2, ^bb1
^bb1:
  grok_vm.fallthrough ^bb2
^bb2:
  grok_vm.get_iterator r4, r3
  grok_vm.jump ^bb4
^bb3:
  grok_vm.range_step r5, r6, ^bb3, ^bb4
^bb4:
  grok_vm.next r5, r4, ^bb3, ^bb5
^bb5:
  grok_vm.tail_call_method r7, 2, "rest"
}

// CHECK:        grok_vm.func @fib registers 6 minimum 1 maximum 1 {
// CHECK-NEXT:     grok_vm.jump_if_not_less r0, 2, ^bb2, ^bb1
// CHECK-NEXT:   ^bb1:
// CHECK-NEXT:     grok_vm.return r0
// CHECK-NEXT:   ^bb2:
// CHECK-NEXT:     grok_vm.sub r5, r0, 1
// CHECK-NEXT:     grok_vm.call r5, @fib
// CHECK-NEXT:     grok_vm.add r1, r5, #grok.constant<70000>
// CHECK-NEXT:     grok_vm.return r1
// CHECK-NEXT:   }
// CHECK-NEXT:   grok_vm.func @"main::closure#1" registers 9 minimum 0 maximum 2 captures [d, "#e"] {
// CHECK-NEXT:     grok_vm.load_int r0, -32768
// CHECK-NEXT:     grok_vm.load_constant r1, #grok.constant<"é\n">
// CHECK-NEXT:     grok_vm.load_constant r1, #grok.constant<variant @Option "None">
// CHECK-NEXT:     grok_vm.load_global r2, @LIMIT
// CHECK-NEXT:     grok_vm.store_global r2, @LIMIT
// CHECK-NEXT:     grok_vm.load_capture r3, 1
// CHECK-NEXT:     grok_vm.make_closure r3, r7, 2, @"main::closure#1"
// CHECK-NEXT:     grok_vm.call_value r7, 0
// CHECK-NEXT:     grok_vm.call_method r7, 2, "scale"
// CHECK-NEXT:     grok_vm.call_builtin r7, 2, "math::sqrt"
// CHECK-NEXT:     grok_vm.make_struct r3, r7, 2, @Point
// CHECK-NEXT:     grok_vm.make_variant r3, r7, 1, variant @Shape "Circle"
// CHECK-NEXT:     grok_vm.get_field r3, r3, "x"
// CHECK-NEXT:     grok_vm.check_type r3, r3, tuple<2>, "argument 'x' of f"
// CHECK-NEXT:     grok_vm.format r3, r7, 1, ["x = ", ".3", "\n"]
// CHECK-NEXT:     grok_vm.jump_if_not_variant r3, variant @Shape "Circle", ^bb2, ^bb1
// CHECK-NEXT:   ^bb1:
// CHECK-NEXT:     grok_vm.fallthrough ^bb2
// CHECK-NEXT:   ^bb2:
// CHECK-NEXT:     grok_vm.get_iterator r4, r3
// CHECK-NEXT:     grok_vm.jump ^bb4
// CHECK-NEXT:   ^bb3:
// CHECK-NEXT:     grok_vm.range_step r5, r6, ^bb3, ^bb4
// CHECK-NEXT:   ^bb4:
// CHECK-NEXT:     grok_vm.next r5, r4, ^bb3, ^bb5
// CHECK-NEXT:   ^bb5:
// CHECK-NEXT:     grok_vm.tail_call_method r7, 2, "rest"
// CHECK-NEXT:   }
