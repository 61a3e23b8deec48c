// RUN: grokc opt -p allocate-registers %s | filecheck %s

// Arguments are computed right in the call's window, and a window lies three registers (the callee's
// header) above what lives across the call; the result stays where it is returned.

grok.func @fib(%n: !grok.any) {
  %two = grok.constant 2
  %c = grok.less %n, %two
  grok.branch %c, ^small, ^large
^small:
  grok.return %n
^large:
  %one = grok.constant 1
  %a = grok.sub %n, %one
  %x = grok.call @fib(%a)
  %b = grok.sub %n, %two
  %y = grok.call @fib(%b)
  %z = grok.add %x, %y
  grok.return %z
}
// CHECK-LABEL: grok_vm.func @fib registers 9 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.jump_if_not_less r0, 2, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.return r0
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.sub r4, r0, 1
// CHECK-NEXT:    grok_vm.call r4, @fib
// CHECK-NEXT:    grok_vm.sub r8, r0, 2
// CHECK-NEXT:    grok_vm.call r8, @fib
// CHECK-NEXT:    grok_vm.add r0, r4, r8
// CHECK-NEXT:    grok_vm.return r0

// A result that is wanted as an argument is returned into its place, constants are loaded there,
// and values that live on are copied.

grok.func @nested(%a: !grok.any, %b: !grok.any) {
  %k = grok.constant 7
  %x = grok.call @f(%a)
  %y = grok.call @g(%k, %x, %b)
  %z = grok.add %y, %b
  grok.return %z
}
// CHECK-LABEL: grok_vm.func @nested registers 8 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.move r6, r0
// CHECK-NEXT:    grok_vm.call r6, @f
// CHECK-NEXT:    grok_vm.move r7, r1
// CHECK-NEXT:    grok_vm.load_int r5, 7
// CHECK-NEXT:    grok_vm.call r5, @g
// CHECK-NEXT:    grok_vm.add r0, r5, r1
// CHECK-NEXT:    grok_vm.return r0

// A value that is handed over as it came back, and lives no longer, is not touched at all.

grok.func @chain(%n: !grok.any) {
  %a = grok.call @f(%n)
  %b = grok.call @f(%a)
  %c = grok.call_builtin "len"(%b)
  grok.return %c
}
// CHECK-LABEL: grok_vm.func @chain registers 4 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.move r3, r0
// CHECK-NEXT:    grok_vm.call r3, @f
// CHECK-NEXT:    grok_vm.call r3, @f
// CHECK-NEXT:    grok_vm.call_builtin r3, 1, "len"
// CHECK-NEXT:    grok_vm.return r3

// What is called lies three registers below the window.

grok.func @values(%f: !grok.any, %x: !grok.any) {
  %y = grok.call_value %f(%x)
  %z = grok.call_method "area" %y(%x)
  %s = grok.add %z, %x
  grok.return %s
}
// CHECK-LABEL: grok_vm.func @values registers 7 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.move r5, r1
// CHECK-NEXT:    grok_vm.move r2, r0
// CHECK-NEXT:    grok_vm.call_value r5, 1
// CHECK-NEXT:    grok_vm.move r6, r1
// CHECK-NEXT:    grok_vm.call_method r5, 2, "area"
// CHECK-NEXT:    grok_vm.add r0, r5, r1
// CHECK-NEXT:    grok_vm.return r0

// A result that outlives many calls is copied out of their way: or each would push the next one up.

grok.func @long_lived(%n: !grok.any) {
  %a = grok.call @f(%n)
  %b = grok.call @f(%n)
  %c = grok.call @f(%n)
  %d = grok.call @f(%n)
  %e = grok.call @f(%n)
  %s = grok.add %a, %e
  grok.return %s
}
// CHECK-LABEL: grok_vm.func @long_lived registers 6 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.move r4, r0
// CHECK-NEXT:    grok_vm.call r4, @f
// CHECK-NEXT:    grok_vm.move r1, r4
// CHECK-NEXT:    grok_vm.move r5, r0
// CHECK-NEXT:    grok_vm.call r5, @f
// CHECK-NEXT:    grok_vm.move r5, r0
// CHECK-NEXT:    grok_vm.call r5, @f
// CHECK-NEXT:    grok_vm.move r5, r0
// CHECK-NEXT:    grok_vm.call r5, @f
// CHECK-NEXT:    grok_vm.move r5, r0
// CHECK-NEXT:    grok_vm.call r5, @f
// CHECK-NEXT:    grok_vm.add r0, r1, r5
// CHECK-NEXT:    grok_vm.return r0

// Constructors take windows where their values already are.

grok.func @constructors(%a: !grok.any, %b: !grok.any) {
  %pair = grok.make_tuple(%a, %b)
  %x = grok.add %a, %b
  %y = grok.mul %a, %x
  %list = grok.make_list(%x, %y)
  %text = grok.format ["", "", " and ", ".3", ""](%pair, %list)
  %map = grok.make_map(%text, %a)
  grok.return %map
}
// CHECK-LABEL: grok_vm.func @constructors registers 5 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.make_tuple r2, r0, 2
// CHECK-NEXT:    grok_vm.add r3, r0, r1
// CHECK-NEXT:    grok_vm.mul r4, r0, r3
// CHECK-NEXT:    grok_vm.make_list r3, r3, 2
// CHECK-NEXT:    grok_vm.format r1, r2, 2, ["", "", " and ", ".3", ""]
// CHECK-NEXT:    grok_vm.move r2, r0
// CHECK-NEXT:    grok_vm.make_map r0, r1, 1
// CHECK-NEXT:    grok_vm.return r0

// A tail call needs no header, and nothing lives across it.

grok.func @tail(%a: !grok.any, %b: !grok.any) {
  %one = grok.constant 1
  %x = grok.sub %a, %one
  %y = grok.add %b, %x
  grok.tail_call @tail(%x, %y)
}
// CHECK-LABEL: grok_vm.func @tail registers 4 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.sub r2, r0, 1
// CHECK-NEXT:    grok_vm.add r3, r1, r2
// CHECK-NEXT:    grok_vm.tail_call r2, 2, @tail

// A call whose result nobody looks at; one that never returns.

grok.func @statement(%x: !grok.any) {
  %y = grok.call_builtin "println"(%x)
  %z = grok.call_builtin "panic"(%x)
  grok.unreachable
}
// CHECK-LABEL: grok_vm.func @statement registers 2 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.move r1, r0
// CHECK-NEXT:    grok_vm.call_builtin r1, 1, "println"
// CHECK-NEXT:    grok_vm.call_builtin r0, 1, "panic"
// CHECK-NEXT:    grok_vm.return 0
