// RUN: grokc opt -p allocate-registers %s | filecheck %s

// A comparison that only the next branch looks at becomes part of the jump.

grok.func @compare(%a: !grok.any, %b: !grok.any) {
  %c = grok.less_equal %a, %b
  grok.branch %c, ^then, ^else
^then:
  grok.return %a
^else:
  grok.return %b
}
// CHECK-LABEL: grok_vm.func @compare registers 2 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.jump_if_not_less_equal r0, r1, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.return r0
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r1

// So do `!=` and `!` (of a bool), by the other polarity.

grok.func @negated(%a: !grok.any, %b: !grok.any) {
  %c = grok.not_equal %a, %b
  %d = grok.not %c -> !grok.bool
  grok.branch %d, ^then, ^else
^then:
  grok.return %a
^else:
  grok.return %b
}
// CHECK-LABEL: grok_vm.func @negated registers 2 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.jump_if_not_equal r0, r1, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.return r0
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r1

// And tests of variants and of parameters that were left out.

grok.func @variant(%a: !grok.any, %b: !grok.any) minimum 1 {
  %m = grok.is_missing %b
  grok.branch %m, ^then, ^else
^then:
  grok.return %a
^else:
  %s = grok.is_variant @Option "Some" %a
  grok.branch %s, ^some, ^then
^some:
  %p = grok.get_payload 0 %a
  grok.return %p
}
// CHECK-LABEL: grok_vm.func @variant registers 2 minimum 1 maximum 2 {
// CHECK-NEXT:    grok_vm.jump_if_missing r1, ^bb3, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.jump_if_not_variant r0, variant @Option "Some", ^bb3, ^bb2
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.get_payload r0, r0, 0
// CHECK-NEXT:    grok_vm.return r0
// CHECK-NEXT:  ^bb3:
// CHECK-NEXT:    grok_vm.return r0

// But not one that is looked at again, nor one with something in between that can be seen.

grok.func @used_twice(%a: !grok.any, %b: !grok.any) {
  %c = grok.less %a, %b
  grok.branch %c, ^then, ^else
^then:
  grok.return %c
^else:
  grok.return %b
}
// CHECK-LABEL: grok_vm.func @used_twice registers 2 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.less r0, r0, r1
// CHECK-NEXT:    grok_vm.jump_if_not_true r0, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.return r0
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r1

grok.func @in_between(%a: !grok.any, %b: !grok.any) {
  %c = grok.less %a, %b
  %d = grok.call_builtin "print"(%a)
  grok.branch %c, ^then, ^else
^then:
  grok.return %a
^else:
  grok.return %b
}
// CHECK-LABEL: grok_vm.func @in_between registers 4 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.less r2, r0, r1
// CHECK-NEXT:    grok_vm.move r3, r0
// CHECK-NEXT:    grok_vm.call_builtin r3, 1, "print"
// CHECK-NEXT:    grok_vm.jump_if_not_true r2, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.return r0
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return r1

// Anything else is tested for being `true`: a type error unless it is a bool.

grok.func @any(%a: !grok.any) {
  grok.branch %a, ^then, ^else
^then:
  %x = grok.constant 1
  grok.return %x
^else:
  %y = grok.constant 2
  grok.return %y
}
// CHECK-LABEL: grok_vm.func @any registers 1 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.jump_if_not_true r0, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.return 1
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.return 2

// The merge of `a && b` needs no copy.

grok.func @and(%a: !grok.any, %b: !grok.any) {
  grok.branch %a, ^right, ^false
^right:
  %c = grok.true %b
  grok.jump ^end(%c)
^false:
  %f = grok.constant false
  grok.jump ^end(%f)
^end(%r: !grok.any):
  grok.return %r
}
// CHECK-LABEL: grok_vm.func @and registers 2 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.jump_if_not_true r0, ^bb2, ^bb1
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    grok_vm.true r0, r1
// CHECK-NEXT:    grok_vm.return r0
// CHECK-NEXT:  ^bb2:
// CHECK-NEXT:    grok_vm.load_constant r0, #grok.constant<false>
// CHECK-NEXT:    grok_vm.return r0
