// RUN: grokc opt -p allocate-registers %s | filecheck %s

// A loop's test is repeated at the end of each turn, where it jumps back; the first one guards the
// entry.  What the loop changes keeps its register.

grok.func @while(%n: !grok.any, %step: !grok.any) {
  %zero = grok.constant 0
  grok.jump ^head(%zero)
^head(%i: !grok.any):
  %c = grok.less %i, %n
  grok.branch %c, ^body, ^exit
^body:
  %next = grok.add %i, %step
  grok.jump ^head(%next)
^exit:
  grok.return %i
}
// CHECK-LABEL: grok_vm.func @while registers 3 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.load_int r2, 0
// CHECK-NEXT:    grok_vm.jump_if_not_less r2, r0, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.add r2, r2, r1
// CHECK-NEXT:    grok_vm.loop_if_less r2, r0, ^bb1, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r2

// A counter that is known to be an int below an int limit is stepped and tested by one instruction.

grok.func @counted(%n: !grok.any) {
  %zero = grok.constant 0
  grok.check_range %zero, %n
  grok.jump ^head(%zero, %zero)
^head(%i: !grok.int, %s: !grok.any):
  %c = grok.less %i, %n
  grok.branch %c, ^body, ^exit
^body:
  %t = grok.add %s, %i
  %one = grok.constant 1
  %next = grok.add %i, %one -> !grok.int
  grok.jump ^head(%next, %t)
^exit:
  grok.return %s
}
// CHECK-LABEL: grok_vm.func @counted registers 3 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.check_range 0, r0
// CHECK-NEXT:    grok_vm.load_int r1, 0
// CHECK-NEXT:    grok_vm.load_int r2, 0
// CHECK-NEXT:    grok_vm.jump_if_not_less r1, r0, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.add r2, r2, r1
// CHECK-NEXT:    grok_vm.range_step r1, r0, ^bb1, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r2

// Not if the limit may be something else, or may change.

grok.func @unknown_limit(%n: !grok.any) {
  %zero = grok.constant 0
  grok.jump ^head(%zero)
^head(%i: !grok.int):
  %c = grok.less %i, %n
  grok.branch %c, ^body, ^exit
^body:
  %one = grok.constant 1
  %next = grok.add %i, %one -> !grok.int
  grok.jump ^head(%next)
^exit:
  grok.return %i
}
// CHECK-LABEL: grok_vm.func @unknown_limit registers 2 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.load_int r1, 0
// CHECK-NEXT:    grok_vm.jump_if_not_less r1, r0, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.add r1, r1, 1
// CHECK-NEXT:    grok_vm.loop_if_less r1, r0, ^bb1, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r1

grok.func @changing_limit(%n: !grok.int) {
  %zero = grok.constant 0
  grok.jump ^head(%zero, %n)
^head(%i: !grok.int, %m: !grok.int):
  %c = grok.less %i, %m
  grok.branch %c, ^body, ^exit
^body:
  %one = grok.constant 1
  %next = grok.add %i, %one -> !grok.int
  %less = grok.sub %m, %one -> !grok.int
  grok.jump ^head(%next, %less)
^exit:
  grok.return %i
}
// CHECK-LABEL: grok_vm.func @changing_limit registers 2 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.load_int r1, 0
// CHECK-NEXT:    grok_vm.jump_if_not_less r1, r0, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.add r1, r1, 1
// CHECK-NEXT:    grok_vm.sub r0, r0, 1
// CHECK-NEXT:    grok_vm.loop_if_less r1, r0, ^bb1, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r1

// An iterator's `next` stands at the loop's end, with the item in its register.

grok.func @walk(%xs: !grok.any) {
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
// CHECK-LABEL: grok_vm.func @walk registers 3 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.get_iterator r0, r0
// CHECK-NEXT:    grok_vm.load_int r1, 0
// CHECK-NEXT:    grok_vm.jump ^bb2
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.add r1, r1, r2
// CHECK-NEXT:    grok_vm.fallthrough ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.next r2, r0, ^bb1, ^bb3
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok_vm.return r1

// A head that does more than test moves to the end, and the loop is entered by a jump.

grok.func @long_head(%xs: !grok.any) {
  %zero = grok.constant 0
  grok.jump ^head(%zero)
^head(%i: !grok.any):
  %length = grok.call_method "len" %xs()
  %half = grok.constant 2
  %limit = grok.div %length, %half
  %more = grok.add %limit, %half
  %c = grok.less %i, %more
  grok.branch %c, ^body, ^exit
^body:
  %one = grok.constant 1
  %next = grok.add %i, %one
  grok.jump ^head(%next)
^exit:
  grok.return %i
}
// CHECK-LABEL: grok_vm.func @long_head registers 6 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.load_int r1, 0
// CHECK-NEXT:    grok_vm.jump ^bb2
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.add r1, r1, 1
// CHECK-NEXT:    grok_vm.fallthrough ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.move r5, r0
// CHECK-NEXT:    grok_vm.call_method r5, 1, "len"
// CHECK-NEXT:    grok_vm.div r2, r5, 2
// CHECK-NEXT:    grok_vm.add r2, r2, 2
// CHECK-NEXT:    grok_vm.loop_if_less r1, r2, ^bb1, ^bb3
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok_vm.return r1

// Every way back is a safepoint, whatever it looks like: `continue`, `break`, `loop`.

grok.func @ways_back(%x: !grok.any) {
  grok.jump ^head(%x)
^head(%i: !grok.any):
  %a = grok.call @f(%i)
  grok.branch %a, ^head(%i), ^rest
^rest:
  %b = grok.call @g(%i)
  grok.branch %b, ^exit, ^again
^again:
  grok.jump ^head(%b)
^exit:
  grok.return %i
}
// CHECK-LABEL: grok_vm.func @ways_back registers 5 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.fallthrough ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.move r4, r0
// CHECK-NEXT:    grok_vm.call r4, @f
// CHECK-NEXT:    grok_vm.loop_if_true r4, ^bb1, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.move r4, r0
// CHECK-NEXT:    grok_vm.call r4, @g
// CHECK-NEXT:    grok_vm.jump_if_true r4, ^bb4, ^bb3
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok_vm.move r0, r4
// CHECK-NEXT:    grok_vm.loop ^bb1
// CHECK-NEXT:  ^bb4:
// CHECK-NEXT:    grok_vm.return r0

grok.func @forever() {
  grok.jump ^head
^head:
  grok.jump ^head
}
// CHECK-LABEL: grok_vm.func @forever registers 0 minimum 0 maximum 0 {
// CHECK-NEXT:    grok_vm.fallthrough ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.loop ^bb1

// Values that change places need copies, and a cycle needs a register more.

grok.func @swap(%a: !grok.any, %b: !grok.any) {
  grok.jump ^head(%a, %b)
^head(%x: !grok.any, %y: !grok.any):
  %c = grok.less %x, %y
  grok.branch %c, ^body, ^exit
^body:
  grok.jump ^head(%y, %x)
^exit:
  grok.return %x
}
// CHECK-LABEL: grok_vm.func @swap registers 3 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.jump_if_not_less r0, r1, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.move r2, r1
// CHECK-NEXT:    grok_vm.move r1, r0
// CHECK-NEXT:    grok_vm.move r0, r2
// CHECK-NEXT:    grok_vm.loop_if_less r0, r1, ^bb1, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r0

// A nest of loops, left at once from the inner one.

grok.func @nest(%n: !grok.int) {
  %zero = grok.constant 0
  grok.jump ^outer(%zero)
^outer(%i: !grok.int):
  %c = grok.less %i, %n
  grok.branch %c, ^enter, ^exit(%i)
^enter:
  grok.jump ^inner(%zero)
^inner(%j: !grok.int):
  %d = grok.less %j, %n
  grok.branch %d, ^body, ^next
^body:
  %e = grok.call @f(%i, %j)
  grok.branch %e, ^exit(%j), ^step
^step:
  %one = grok.constant 1
  %jj = grok.add %j, %one -> !grok.int
  grok.jump ^inner(%jj)
^next:
  %uno = grok.constant 1
  %ii = grok.add %i, %uno -> !grok.int
  grok.jump ^outer(%ii)
^exit(%r: !grok.int):
  grok.return %r
}
// CHECK-LABEL: grok_vm.func @nest registers 8 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.load_int r1, 0
// CHECK-NEXT:    grok_vm.jump_if_not_less r1, r0, ^bb5, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.load_int r2, 0
// CHECK-NEXT:    grok_vm.jump_if_not_less r2, r0, ^bb4, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.move r6, r1
// CHECK-NEXT:    grok_vm.move r7, r2
// CHECK-NEXT:    grok_vm.call r6, @f
// CHECK-NEXT:    grok_vm.jump_if_true r6, ^bb6, ^bb3
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok_vm.range_step r2, r0, ^bb2, ^bb4
// CHECK-NEXT:  ^bb4:
// CHECK-NEXT:    grok_vm.range_step r1, r0, ^bb1, ^bb5
// CHECK-NEXT:  ^bb5:
// CHECK-NEXT:    grok_vm.move r2, r1
// CHECK-NEXT:    grok_vm.return r2
// CHECK-NEXT:  ^bb6:
// CHECK-NEXT:    grok_vm.return r2

// `while x != y` and `while !done` jump back in one instruction too.

grok.func @until_equal(%x: !grok.any, %y: !grok.any) {
  grok.jump ^head(%x)
^head(%i: !grok.any):
  %c = grok.not_equal %i, %y
  grok.branch %c, ^body, ^exit
^body:
  %next = grok.get_field "next" %i
  grok.jump ^head(%next)
^exit:
  grok.return %i
}
// CHECK-LABEL: grok_vm.func @until_equal registers 2 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.jump_if_equal r0, r1, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.get_field r0, r0, "next"
// CHECK-NEXT:    grok_vm.loop_if_not_equal r0, r1, ^bb1, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r0

// A range that holds its end compares before it counts: that is one instruction as well.

grok.func @inclusive(%n: !grok.int) {
  %one = grok.constant 1
  %zero = grok.constant 0
  %some = grok.less_equal %one, %n
  grok.branch %some, ^body(%one, %zero), ^exit(%zero)
^body(%i: !grok.int, %s: !grok.any):
  %t = grok.add %s, %i
  %more = grok.less %i, %n
  grok.branch %more, ^advance, ^exit(%t)
^advance:
  %uno = grok.constant 1
  %next = grok.add %i, %uno -> !grok.int
  grok.jump ^body(%next, %t)
^exit(%r: !grok.any):
  grok.return %r
}
// CHECK-LABEL: grok_vm.func @inclusive registers 3 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.jump_if_greater_equal r0, 1, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.load_int r2, 0
// CHECK-NEXT:    grok_vm.return r2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.load_int r1, 1
// CHECK-NEXT:    grok_vm.load_int r2, 0
// CHECK-NEXT:    grok_vm.fallthrough ^bb3
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok_vm.add r2, r2, r1
// CHECK-NEXT:    grok_vm.range_advance r1, r0, ^bb3, ^bb4
// CHECK-NEXT:  ^bb4:
// CHECK-NEXT:    grok_vm.return r2

// A sum that the loop looks at before the turn ends is made where it stands.

grok.func @looked_at(%n: !grok.int) {
  %zero = grok.constant 0
  grok.jump ^head(%zero)
^head(%i: !grok.int):
  %c = grok.less %i, %n
  grok.branch %c, ^body, ^exit
^body:
  %one = grok.constant 1
  %next = grok.add %i, %one -> !grok.int
  %shown = grok.call_builtin "println"(%next)
  grok.jump ^head(%next)
^exit:
  grok.return %i
}
// CHECK-LABEL: grok_vm.func @looked_at registers 3 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.load_int r1, 0
// CHECK-NEXT:    grok_vm.jump_if_not_less r1, r0, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.add r1, r1, 1
// CHECK-NEXT:    grok_vm.move r2, r1
// CHECK-NEXT:    grok_vm.call_builtin r2, 1, "println"
// CHECK-NEXT:    grok_vm.loop_if_less r1, r0, ^bb1, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r1

// A block argument that nothing looks at is not set: its place could be that of something else.

grok.func @dead_argument(%a: !grok.any, %b: !grok.any) {
  grok.branch %a, ^left, ^right
^left:
  grok.jump ^end(%a)
^right:
  grok.jump ^end(%b)
^end(%dead: !grok.any):
  %sum = grok.add %a, %b
  grok.return %sum
}
// CHECK-LABEL: grok_vm.func @dead_argument registers 2 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.jump_if_not_true r0, ^bb1, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.add r0, r0, r1
// CHECK-NEXT:    grok_vm.return r0
