// RUN: grokc opt -p allocate-registers %s | filecheck %s

// Constants are operands wherever an instruction has a form for them.

grok.func @forms(%x: !grok.any) {
  %small = grok.constant -32768
  %large = grok.constant 32768
  %float = grok.constant 0.5
  %a = grok.add %x, %small
  %b = grok.add %a, %large
  %c = grok.sub %float, %b
  %d = grok.get_index %c, %small
  grok.set_index %x, %small, %d
  grok.set_index %x, %d, %float
  grok.set_field "y" %x, %small
  %e = grok.less %d, %float
  grok.return %e
}
// CHECK-LABEL: grok_vm.func @forms registers 2 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.add r1, r0, -32768
// CHECK-NEXT:    grok_vm.add r1, r1, #grok.constant<32768>
// CHECK-NEXT:    grok_vm.sub r1, #grok.constant<0.5>, r1
// CHECK-NEXT:    grok_vm.get_index r1, r1, -32768
// CHECK-NEXT:    grok_vm.set_index r0, -32768, r1
// CHECK-NEXT:    grok_vm.set_index r0, r1, #grok.constant<0.5>
// CHECK-NEXT:    grok_vm.set_field r0, #grok.constant<-32768>, "y"
// CHECK-NEXT:    grok_vm.less r0, r1, #grok.constant<0.5>
// CHECK-NEXT:    grok_vm.return r0

// Where it has none, they are loaded just before.

grok.func @loads(%x: !grok.any) {
  %small = grok.constant 1
  %text = grok.constant "a"
  %a = grok.shift_left %small, %x
  %b = grok.make_range %small, %text
  %c = grok.get_field "y" %text
  %d = grok.make_tuple(%a, %b, %c)
  grok.return %d
}
// CHECK-LABEL: grok_vm.func @loads registers 3 minimum 1 maximum 1 {
// CHECK-NEXT:    grok_vm.load_int r1, 1
// CHECK-NEXT:    grok_vm.shift_left r0, r1, r0
// CHECK-NEXT:    grok_vm.load_int r1, 1
// CHECK-NEXT:    grok_vm.load_constant r2, #grok.constant<"a">
// CHECK-NEXT:    grok_vm.make_range r1, r1, r2
// CHECK-NEXT:    grok_vm.load_constant r2, #grok.constant<"a">
// CHECK-NEXT:    grok_vm.get_field r2, r2, "y"
// CHECK-NEXT:    grok_vm.make_tuple r0, r0, 3
// CHECK-NEXT:    grok_vm.return r0

// A comparison with the constant on the left is turned around only where no program can tell: `x`
// may be a struct with an order of its own.

grok.func @mirrored(%x: !grok.any, %i: !grok.int) {
  %five = grok.constant 5
  %a = grok.less %five, %i
  %b = grok.less %five, %x
  %c = grok.equal %five, %x
  %d = grok.make_tuple(%a, %b, %c)
  grok.return %d
}
// CHECK-LABEL: grok_vm.func @mirrored registers 4 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.greater r1, r1, #grok.constant<5>
// CHECK-NEXT:    grok_vm.load_int r2, 5
// CHECK-NEXT:    grok_vm.less r2, r2, r0
// CHECK-NEXT:    grok_vm.equal r3, r0, #grok.constant<5>
// CHECK-NEXT:    grok_vm.make_tuple r0, r1, 3
// CHECK-NEXT:    grok_vm.return r0

// A str that is compared with a number is an error that names the left one first, and a unit variant
// may have an `Eq` whose `self` it is.

grok.enum @Light [Off, On(any)]
grok.func @not_mirrored(%x: !grok.any, %i: !grok.int) {
  %text = grok.constant "a"
  %off = grok.constant variant @Light "Off"
  %a = grok.less %text, %i
  %b = grok.equal %off, %x
  %c = grok.make_tuple(%a, %b)
  grok.return %c
}
// CHECK-LABEL: grok_vm.func @not_mirrored
// CHECK:         grok_vm.less r{{[0-9]}}, r{{[0-9]}}, r1
// CHECK:         grok_vm.equal r{{[0-9]}}, r{{[0-9]}}, r0

// Captured cells are read and written by one instruction; a captured value has a register.

grok.func @captured(%x: !grok.any) captures [cell, value] {
  %cell = grok.load_capture 0
  %old = grok.load_cell %cell
  %new = grok.add %old, %x
  grok.store_cell %cell, %new
  %value = grok.load_capture 1
  %sum = grok.add %value, %new
  grok.return %sum
}
// CHECK-LABEL: grok_vm.func @captured registers 2 minimum 1 maximum 1 captures [cell, value] {
// CHECK-NEXT:    grok_vm.load_captured_cell r1, 0
// CHECK-NEXT:    grok_vm.add r0, r1, r0
// CHECK-NEXT:    grok_vm.store_captured_cell r0, 0
// CHECK-NEXT:    grok_vm.load_capture r1, 1
// CHECK-NEXT:    grok_vm.add r0, r1, r0
// CHECK-NEXT:    grok_vm.return r0

grok.func @captured_twice(%x: !grok.any) captures [cell] {
  %cell = grok.load_capture 0
  %closure = grok.make_closure @inner(%cell)
  %old = grok.load_cell %cell
  %pair = grok.make_tuple(%closure, %old)
  grok.return %pair
}
// CHECK-LABEL: grok_vm.func @captured_twice registers 3 minimum 1 maximum 1 captures [cell] {
// CHECK-NEXT:    grok_vm.load_capture r0, 0
// CHECK-NEXT:    grok_vm.make_closure r1, r0, 1, @inner
// CHECK-NEXT:    grok_vm.load_cell r2, r0
// CHECK-NEXT:    grok_vm.make_tuple r0, r1, 2
// CHECK-NEXT:    grok_vm.return r0

// Returned constants.

grok.func @small() {
  %a = grok.constant 3
  grok.return %a
}
// CHECK-LABEL: grok_vm.func @small registers 0 minimum 0 maximum 0 {
// CHECK-NEXT:    grok_vm.return 3

grok.func @large() {
  %a = grok.constant variant @Option "None"
  grok.return %a
}
// CHECK-LABEL: grok_vm.func @large registers 0 minimum 0 maximum 0 {
// CHECK-NEXT:    grok_vm.return #grok.constant<variant @Option "None">

// A result that nobody looks at still needs a place if the operation may fail.

grok.func @unused(%a: !grok.any, %b: !grok.any) {
  %x = grok.add %a, %b
  grok.return %b
}
// CHECK-LABEL: grok_vm.func @unused registers 2 minimum 2 maximum 2 {
// CHECK-NEXT:    grok_vm.add r0, r0, r1
// CHECK-NEXT:    grok_vm.return r1
