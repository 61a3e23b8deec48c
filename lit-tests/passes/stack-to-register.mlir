// RUN: grokc opt -p stack-to-register %s | filecheck %s

// Straight-line code: stack and locals are gone, and names of locals are kept.

grok_stack.func @straight(a, b) locals [sum] {
  grok_stack.load_local 0
  grok_stack.load_local 1
  grok_stack.add
  grok_stack.dup
  grok_stack.store_local 2
  grok_stack.pop
  grok_stack.load_local 2
  grok_stack.load_local 2
  grok_stack.mul
  grok_stack.return
}
// CHECK-LABEL: grok.func @straight(%a: !grok.any, %b: !grok.any) {
// CHECK-NEXT:    %sum = grok.add %a, %b
// CHECK-NEXT:    %0 = grok.mul %sum, %sum
// CHECK-NEXT:    grok.return %0

// A local that two paths set differently becomes an argument of the block where they meet; one that
// both leave alone does not.

grok_stack.func @merge(c, x) locals [y] {
  grok_stack.push_int 1
  grok_stack.store_local 2
  grok_stack.load_local 0
  grok_stack.branch ^then, ^end
^then:
  grok_stack.push_int 2
  grok_stack.store_local 2
  grok_stack.jump ^end
^end:
  grok_stack.load_local 2
  grok_stack.load_local 1
  grok_stack.add
  grok_stack.return
}
// CHECK-LABEL: grok.func @merge(%c: !grok.any, %x: !grok.any) {
// CHECK-NEXT:    %y = grok.constant 1
// CHECK-NEXT:    grok.branch %c, ^bb1, ^bb2(%y)
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    %y_1 = grok.constant 2
// CHECK-NEXT:    grok.jump ^bb2(%y_1)
// CHECK-NEXT:  ^bb2(%y_2: !grok.any):
// CHECK-NEXT:    %0 = grok.add %y_2, %x
// CHECK-NEXT:    grok.return %0

// So does a place on the stack: the value of `a && b`, below which `x` waits.

grok_stack.func @and(x, a, b) {
  grok_stack.load_local 0
  grok_stack.load_local 1
  grok_stack.branch ^right, ^false
^right:
  grok_stack.load_local 2
  grok_stack.true
  grok_stack.jump ^end
^false:
  grok_stack.push_bool false
  grok_stack.jump ^end
^end:
  grok_stack.make_tuple 2
  grok_stack.return
}
// CHECK-LABEL: grok.func @and(%x: !grok.any, %a: !grok.any, %b: !grok.any) {
// CHECK-NEXT:    grok.branch %a, ^bb1, ^bb2
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    %0 = grok.true %b
// CHECK-NEXT:    grok.jump ^bb3(%0)
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    %1 = grok.constant false
// CHECK-NEXT:    grok.jump ^bb3(%1)
// CHECK-NEXT:  ^bb3(%2: !grok.any):
// CHECK-NEXT:    %3 = grok.make_tuple(%x, %2)
// CHECK-NEXT:    grok.return %3

// In a loop only what changes is an argument of its head: not `n`, not `unused`, and not `t`, which
// is dead at the head.

grok_stack.func @loop(n) locals [i, t, unused] {
  grok_stack.push_int 0
  grok_stack.store_local 1
  grok_stack.push_int 7
  grok_stack.store_local 3
  grok_stack.jump ^head
^head:
  grok_stack.load_local 1
  grok_stack.load_local 0
  grok_stack.less
  grok_stack.branch ^body, ^exit
^body:
  grok_stack.load_local 1
  grok_stack.push_int 1
  grok_stack.add
  grok_stack.store_local 2
  grok_stack.load_local 2
  grok_stack.store_local 1
  grok_stack.jump ^head
^exit:
  grok_stack.load_local 1
  grok_stack.return
}
// CHECK-LABEL: grok.func @loop(%n: !grok.any) {
// CHECK-NEXT:    %i = grok.constant 0
// CHECK-NEXT:    %unused = grok.constant 7
// CHECK-NEXT:    grok.jump ^bb1(%i)
// CHECK-NEXT:  ^bb1(%i_1: !grok.any):
// CHECK-NEXT:    %0 = grok.less %i_1, %n
// CHECK-NEXT:    grok.branch %0, ^bb2, ^bb3
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    %1 = grok.constant 1
// CHECK-NEXT:    %t = grok.add %i_1, %1
// CHECK-NEXT:    grok.jump ^bb1(%t)
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok.return %i_1

// In a nest of loops, a local that only the inner one changes is an argument of both heads; a copy
// of a local is no value of its own.

grok_stack.func @nest(n) locals [s, copy] {
  grok_stack.push_int 0
  grok_stack.store_local 1
  grok_stack.load_local 0
  grok_stack.store_local 2
  grok_stack.jump ^outer
^outer:
  grok_stack.load_local 2
  grok_stack.branch ^inner, ^exit
^inner:
  grok_stack.load_local 1
  grok_stack.load_local 2
  grok_stack.add
  grok_stack.store_local 1
  grok_stack.load_local 1
  grok_stack.branch ^inner, ^outer
^exit:
  grok_stack.load_local 1
  grok_stack.return
}
// CHECK-LABEL: grok.func @nest(%n: !grok.any) {
// CHECK-NEXT:    %s = grok.constant 0
// CHECK-NEXT:    grok.jump ^bb1(%s)
// CHECK-NEXT:  ^bb1(%s_1: !grok.any):
// CHECK-NEXT:    grok.branch %n, ^bb2(%s_1), ^bb3
// CHECK-NEXT:  ^bb2(%s_2: !grok.any):
// CHECK-NEXT:    %s_3 = grok.add %s_2, %n
// CHECK-NEXT:    grok.branch %s_3, ^bb2(%s_3), ^bb1(%s_3)
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok.return %s_1

// `next` hands the item to its first block, whose first argument it is; the iterator is gone from
// the stack by then.

grok_stack.func @walk(xs) locals [x, last] {
  grok_stack.push_unit
  grok_stack.store_local 2
  grok_stack.load_local 0
  grok_stack.get_iterator
  grok_stack.store_local 0
  grok_stack.jump ^head
^head:
  grok_stack.load_local 0
  grok_stack.next ^body, ^exit
^body:
  grok_stack.store_local 1
  grok_stack.load_local 1
  grok_stack.store_local 2
  grok_stack.jump ^head
^exit:
  grok_stack.load_local 2
  grok_stack.return
}
// CHECK-LABEL: grok.func @walk(%xs: !grok.any) {
// CHECK-NEXT:    %last = grok.constant unit
// CHECK-NEXT:    %xs_1 = grok.get_iterator %xs
// CHECK-NEXT:    grok.jump ^bb1(%last)
// CHECK-NEXT:  ^bb1(%last_1: !grok.any):
// CHECK-NEXT:    grok.next %xs_1, ^bb2, ^bb3
// CHECK-NEXT:  ^bb2(%x: !grok.any):
// CHECK-NEXT:    grok.jump ^bb1(%x)
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok.return %last_1

// `check_range` leaves its operands where they are.

grok_stack.func @range(a, b) {
  grok_stack.load_local 0
  grok_stack.load_local 1
  grok_stack.check_range
  grok_stack.make_range
  grok_stack.return
}
// CHECK-LABEL: grok.func @range(%a: !grok.any, %b: !grok.any) {
// CHECK-NEXT:    grok.check_range %a, %b
// CHECK-NEXT:    %0 = grok.make_range %a, %b
// CHECK-NEXT:    grok.return %0

// Blocks that nothing leads to are dropped; what a function leaves on the stack is too.

grok_stack.func @unreachable(x) {
  grok_stack.load_local 0
  grok_stack.load_local 0
  grok_stack.call_builtin "panic" 1
  grok_stack.pop
  grok_stack.unreachable
^dead:
  grok_stack.push_int 1
  grok_stack.return
}
// CHECK-LABEL: grok.func @unreachable(%x: !grok.any) {
// CHECK-NEXT:    %0 = grok.call_builtin "panic"(%x)
// CHECK-NEXT:    grok.unreachable

// When the first block is a loop's head, the function gets a new first block.

grok_stack.func @loop_at_start(n) {
^head:
  grok_stack.load_local 0
  grok_stack.push_int 1
  grok_stack.sub
  grok_stack.dup
  grok_stack.store_local 0
  grok_stack.branch ^head, ^exit
^exit:
  grok_stack.load_local 0
  grok_stack.return
}
// CHECK-LABEL: grok.func @loop_at_start(%n: !grok.any) {
// CHECK-NEXT:    grok.jump ^bb1(%n)
// CHECK-NEXT:  ^bb1(%n_1: !grok.any):
// CHECK-NEXT:    %0 = grok.constant 1
// CHECK-NEXT:    %n_2 = grok.sub %n_1, %0
// CHECK-NEXT:    grok.branch %n_2, ^bb1(%n_2), ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok.return %n_2

// A local that is unset on one path holds unit there.

grok_stack.func @unset(c) locals [x] {
  grok_stack.load_local 0
  grok_stack.branch ^set, ^end
^set:
  grok_stack.push_int 1
  grok_stack.store_local 1
  grok_stack.jump ^end
^end:
  grok_stack.load_local 1
  grok_stack.return
}
// CHECK-LABEL: grok.func @unset(%c: !grok.any) {
// CHECK-NEXT:    %0 = grok.constant unit
// CHECK-NEXT:    grok.branch %c, ^bb1, ^bb2(%0)
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    %x = grok.constant 1
// CHECK-NEXT:    grok.jump ^bb2(%x)
// CHECK-NEXT:  ^bb2(%x_1: !grok.any):
// CHECK-NEXT:    grok.return %x_1

// Closures, minimum arities and declarations stay what they are.

grok.struct @Point {x: float, y: any}

grok_stack.func @"main::closure#1"(a, b) minimum 1 captures [c] {
  grok_stack.load_capture 0
  grok_stack.load_local 0
  grok_stack.make_struct @Point 2
  grok_stack.check_type struct<@Point> "result of closure"
  grok_stack.tail_call @straight 1
}
// CHECK-LABEL: grok.func @"main::closure#1"(%a: !grok.any, %b: !grok.any) minimum 1 captures [c] {
// CHECK-NEXT:    %0 = grok.load_capture 0
// CHECK-NEXT:    %1 = grok.make_struct @Point(%0, %a)
// CHECK-NEXT:    %2 = grok.check_type struct<@Point> "result of closure" %1
// CHECK-NEXT:    grok.tail_call @straight(%2)
