// RUN: grokc opt -p remove-dead-code %s | filecheck %s

// What has no effect and no use goes, and with it the snapshots that only it needed.

grok.func @unused(%x: !grok.any) {
  %one = grok.constant 1
  grok.snapshot @unused(pc = 0, r0 = %x)
  %p = grok.is_struct @P %x
  grok.snapshot @unused(pc = 16, r0 = %x)
  %y = grok.call @f(%x)
  grok.return %x
}
// CHECK-LABEL: grok.func @unused(%x: !grok.any) {
// CHECK-NEXT:    grok.snapshot @unused(pc = 16, r0 = %x)
// CHECK-NEXT:    %y = grok.call @f(%x)
// CHECK-NEXT:    grok.return %x

// A guard stays: it stands for the type error of `let y: int = x`, whether or not y is used.

grok.func @guarded(%x: !grok.any) {
  grok.snapshot @guarded(pc = 0, r0 = %x)
  %n = grok.guard %x is int -> i64
  grok.return %x
}
// CHECK-LABEL: grok.func @guarded(%x: !grok.any) {
// CHECK-NEXT:    grok.snapshot @guarded(pc = 0, r0 = %x)
// CHECK-NEXT:    %n = grok.guard %x is int -> i64
// CHECK-NEXT:    grok.return %x

// What can exit has an effect.

grok.func @overflow(%x: i64) {
  grok.snapshot @overflow(pc = 0, r0 = %x)
  %sum = grok.add_checked %x, %x
  grok.return %x
}
// CHECK-LABEL: grok.func @overflow(%x: i64) {
// CHECK-NEXT:    grok.snapshot @overflow(pc = 0, r0 = %x)
// CHECK-NEXT:    %sum = grok.add_checked %x, %x
// CHECK-NEXT:    grok.return %x

// A block argument that only hands itself on is not used; one that is always the same stays.

grok.func @loop(%x: !grok.any, %c: !grok.bool) {
  grok.jump ^head(%x, %x)
^head(%unused: !grok.any, %used: !grok.any):
  grok.snapshot @loop(pc = 8, r1 = %used)
  grok.safepoint
  grok.branch %c, ^head(%unused, %used), ^end
^end:
  grok.return %used
}
// CHECK-LABEL: grok.func @loop(%x: !grok.any, %c: !grok.bool) {
// CHECK-NEXT:    grok.jump ^head(%x)
// CHECK-NEXT:  ^head(%used: !grok.any):
// CHECK-NEXT:    grok.snapshot @loop(pc = 8, r1 = %used)
// CHECK-NEXT:    grok.safepoint
// CHECK-NEXT:    grok.branch %c, ^head(%used), ^end
// CHECK-NEXT:  ^end:
// CHECK-NEXT:    grok.return %used

// Blocks in a row become one, and what one of them hands the next is that value.

grok.func @row(%x: !grok.any) {
  grok.jump ^next(%x)
^next(%y: !grok.any):
  grok.return %y
}
// CHECK-LABEL: grok.func @row(%x: !grok.any) {
// CHECK-NEXT:    grok.return %x
