// RUN: grokc opt -p stack-to-slots --verify-each %s | filecheck %s
// NOTE: CHECK lines are written by grokc filecheck-update.

// An instruction for each operation. The stack begins behind the locals; `pop` is no instruction, and
// a comparison is done by the branch.

grok_stack.func @straight(a, b) locals [sum] {
  grok_stack.load_local 0
  grok_stack.load_local 1
  grok_stack.add
  grok_stack.dup
  grok_stack.store_local 2
  grok_stack.pop
  grok_stack.load_local 2
  grok_stack.push_int 100000
  grok_stack.not_equal
  grok_stack.branch ^then, ^else
^then:
  grok_stack.make_variant @Option "None" 0
  grok_stack.return
^else:
  grok_stack.unreachable
}
// CHECK-LABEL: grok_vm.func @straight registers 5 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.move r3, r0
// CHECK-NEXT:    grok_vm.move r4, r1
// CHECK-NEXT:    grok_vm.add r3, r3, r4
// CHECK-NEXT:    grok_vm.move r4, r3
// CHECK-NEXT:    grok_vm.move r2, r4
// CHECK-NEXT:    grok_vm.move r3, r2
// CHECK-NEXT:    grok_vm.load_constant r4, #grok.constant<100000>
// CHECK-NEXT:    grok_vm.jump_if_equal r3, r4, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.load_constant r3, #grok.constant<variant @Option "None">
// CHECK-NEXT:    grok_vm.return r3
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return 0
// CHECK-NEXT:  }

// The result of a call replaces the header of its frame, which is below its arguments: what an
// argument is made of lies higher from the start.

grok_stack.func @calls(x) {
  grok_stack.push_int 1
  grok_stack.load_local 0
  grok_stack.push_int 2
  grok_stack.add
  grok_stack.call @calls 1
  grok_stack.call_method "m" 0
  grok_stack.add
  grok_stack.return
}
// CHECK-LABEL: grok_vm.func @calls registers 10 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.load_int r1, 1
// CHECK-NEXT:    grok_vm.move r8, r0
// CHECK-NEXT:    grok_vm.load_int r9, 2
// CHECK-NEXT:    grok_vm.add r8, r8, r9
// CHECK-NEXT:    grok_vm.call r8, @calls
// CHECK-NEXT:    grok_vm.call_method r5, 1, "m"
// CHECK-NEXT:    grok_vm.add r1, r1, r2
// CHECK-NEXT:    grok_vm.return r1
// CHECK-NEXT:  }

// A function value lies where the header begins.

grok_stack.func @values(f) {
  grok_stack.load_local 0
  grok_stack.load_local 0
  grok_stack.call_value 0
  grok_stack.load_local 0
  grok_stack.push_int 2
  grok_stack.call_value 1
  grok_stack.tail_call_value 2
}
// CHECK-LABEL: grok_vm.func @values registers 9 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.move r1, r0
// CHECK-NEXT:    grok_vm.move r4, r0
// CHECK-NEXT:    grok_vm.call_value r7, 0
// CHECK-NEXT:    grok_vm.move r5, r0
// CHECK-NEXT:    grok_vm.load_int r8, 2
// CHECK-NEXT:    grok_vm.call_value r8, 1
// CHECK-NEXT:    grok_vm.tail_call_value r4, 2
// CHECK-NEXT:  }

// What two paths push lies in one place, also where only one of them says that it needs room.

grok_stack.func @paths(c) {
  grok_stack.load_local 0
  grok_stack.branch ^then, ^else
^then:
  grok_stack.load_local 0
  grok_stack.get_field "x"
  grok_stack.jump ^end
^else:
  grok_stack.push_int 2
  grok_stack.jump ^end
^end:
  grok_stack.call @paths 1
  grok_stack.return
}
// CHECK-LABEL: grok_vm.func @paths registers 5 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.move r1, r0
// CHECK-NEXT:    grok_vm.jump_if_not_true r1, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.move r4, r0
// CHECK-NEXT:    grok_vm.get_field r4, r4, "x"
// CHECK-NEXT:    grok_vm.jump ^bb3
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.load_int r4, 2
// CHECK-NEXT:    grok_vm.fallthrough ^bb3
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok_vm.call r4, @paths
// CHECK-NEXT:    grok_vm.return r1
// CHECK-NEXT:  }

// A loop is turned around, and its items come where the iterator was.

grok_stack.func @loop(iterator, item) {
^head:
  grok_stack.load_local 0
  grok_stack.next ^body, ^exit
^body:
  grok_stack.store_local 1
  grok_stack.jump ^head
^exit:
  grok_stack.push_unit
  grok_stack.return
}
// CHECK-LABEL: grok_vm.func @loop registers 3 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.move r2, r0
// CHECK-NEXT:    grok_vm.next r2, r2, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.jump ^bb3
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.move r1, r2
// CHECK-NEXT:    grok_vm.loop ^bb0
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok_vm.load_constant r2, #grok.constant<unit>
// CHECK-NEXT:    grok_vm.return r2
// CHECK-NEXT:  }

// 2 is the argument of a call on one path, for which there is room below it, and an operand of an
// addition on the other, which wants it right above the 1: there it is moved.

grok_stack.func @two_places(c) {
  grok_stack.push_int 1
  grok_stack.push_int 2
  grok_stack.load_local 0
  grok_stack.branch ^then, ^else
^then:
  grok_stack.call @two_places 1
  grok_stack.return
^else:
  grok_stack.add
  grok_stack.return
}
// CHECK-LABEL: grok_vm.func @two_places registers 7 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.load_int r1, 1
// CHECK-NEXT:    grok_vm.load_int r5, 2
// CHECK-NEXT:    grok_vm.move r6, r0
// CHECK-NEXT:    grok_vm.jump_if_not_true r6, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.call r5, @two_places
// CHECK-NEXT:    grok_vm.return r2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.move r2, r5
// CHECK-NEXT:    grok_vm.add r1, r1, r2
// CHECK-NEXT:    grok_vm.return r1
// CHECK-NEXT:  }
grok.enum @Option [Some(any), None]
