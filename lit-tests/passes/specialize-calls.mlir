// RUN: grokc opt -p specialize-calls %s | filecheck %s
// RUN: grokc opt -p "specialize-calls{largest=10}" %s | filecheck %s --check-prefix=SMALL
// RUN: grokc opt -p "specialize-calls{budget=10}" %s | filecheck %s --check-prefix=SMALL

// A function that calls itself with an int, and returns one, gets a clone that takes and returns
// ints. The function itself only enters it.

grok.func @fib(%r0: !grok.any) {
  %one = grok.constant 1
  %two = grok.constant 2
  grok.snapshot @fib(pc = 0, r0 = %r0)
  %small = grok.less %r0, %two {feedback = #grok.seen<int>}
  grok.branch %small, ^then, ^else
^then:
  grok.return %r0
^else:
  grok.snapshot @fib(pc = 32, r0 = %r0)
  %a = grok.sub %r0, %one {feedback = #grok.seen<int>}
  grok.snapshot @fib(pc = 48, window = 4, r0 = %r0, r4 = %a)
  %x = grok.call @fib(%a)
  grok.snapshot @fib(pc = 72, r0 = %r0, r4 = %x)
  %b = grok.sub %r0, %two {feedback = #grok.seen<int>}
  grok.snapshot @fib(pc = 88, window = 8, r4 = %x, r8 = %b)
  %y = grok.call @fib(%b)
  grok.snapshot @fib(pc = 112, r4 = %x, r8 = %y)
  %sum = grok.add %x, %y {feedback = #grok.seen<int>}
  grok.return %sum
}
// CHECK-LABEL: grok.func @fib(%r0: !grok.any) {
// CHECK-NEXT:    grok.snapshot @fib(pc = 0, r0 = %r0)
// CHECK-NEXT:    %[[N:.*]] = grok.guard %r0 is int
// CHECK-NEXT:    grok.tail_call_typed @"fib<int>"(%[[N]])
// CHECK-NEXT:  }
// CHECK-NEXT:  grok.func @"fib<int>"(%r0: !grok.int) attributes {result = i64} {
// CHECK-NOT:     grok.guard
// CHECK:         %x = grok.call_typed @"fib<int>"(%a) -> !grok.int
// CHECK-NEXT:    grok.snapshot @fib(pc = 72, r0 = %r0, r4 = %x)
// CHECK:         %y = grok.call_typed @"fib<int>"(%b) -> !grok.int
// CHECK-NEXT:    grok.snapshot @fib(pc = 112, r4 = %x, r8 = %y)
// CHECK-NEXT:    %sum = grok.add %x, %y -> !grok.int

// The caller guards what it hands over, where the callee wants something of it.

grok.func @caller(%r0: !grok.any) {
  grok.snapshot @caller(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @fib(%r0)
  grok.snapshot @caller(pc = 24, r4 = %0)
  %1 = grok.neg %0 {feedback = #grok.seen<int>}
  grok.return %1
}
// CHECK-LABEL: grok.func @caller(%r0: !grok.any) {
// CHECK-NEXT:    grok.snapshot @caller(pc = 0, window = 4, r4 = %r0)
// CHECK-NEXT:    %[[N:.*]] = grok.guard %r0 is int
// CHECK-NEXT:    %0 = grok.call_typed @"fib<int>"(%[[N]]) -> !grok.int
// CHECK-NEXT:    grok.snapshot @caller(pc = 24, r4 = %0)
// CHECK-NEXT:    %{{.*}} = grok.neg %0 -> !grok.int

// SMALL-LABEL: grok.func @caller(%r0: !grok.any) {
// SMALL:         %0 = grok.call @fib(%r0)

// A function that takes numbers of any kind is cloned for those of its caller.

grok.func @double(%r0: !grok.any) {
  grok.snapshot @double(pc = 0, r0 = %r0)
  %0 = grok.add %r0, %r0 {feedback = #grok.seen<any>}
  grok.return %0
}

grok.func @floats() {
  %half = grok.constant 0.5
  grok.snapshot @floats(pc = 0, window = 4, r4 = %half)
  %0 = grok.call @double(%half)
  grok.snapshot @floats(pc = 24, r4 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @floats() {
// CHECK:         %0 = grok.call_typed @"double<float>"(%half) -> !grok.float
// CHECK:       grok.func @"double<float>"(%r0: !grok.float) attributes {result = f64} {
// CHECK:         grok.add %r0, %r0 -> !grok.float

// What a clone calls at its end takes the place of its frame, if both promise the same.

grok.func @sum(%r0: !grok.any, %r1: !grok.any) {
  %zero = grok.constant 0
  %one = grok.constant 1
  grok.snapshot @sum(pc = 0, r0 = %r0, r1 = %r1)
  %done = grok.equal %r0, %zero {feedback = #grok.seen<int>}
  grok.branch %done, ^then, ^else
^then:
  grok.return %r1
^else:
  grok.snapshot @sum(pc = 32, r0 = %r0, r1 = %r1)
  %less = grok.sub %r0, %one {feedback = #grok.seen<int>}
  grok.snapshot @sum(pc = 48, r0 = %r0, r1 = %r1, r2 = %less)
  %more = grok.add %r1, %r0 {feedback = #grok.seen<int>}
  grok.snapshot @sum(pc = 64, r0 = %less, r1 = %more)
  grok.tail_call @sum(%less, %more)
}
// CHECK-LABEL: grok.func @sum(%r0: !grok.any, %r1: !grok.any) {
// CHECK:         grok.tail_call_typed @"sum<int, int>"(%less, %more)
// CHECK:       grok.func @"sum<int, int>"(%r0: !grok.int, %r1: !grok.int) attributes {result = i64} {
// CHECK:         grok.tail_call_typed @"sum<int, int>"

// What is called with words, and returns anything, is called as ever.

grok.func @anything(%r0: !grok.any) {
  grok.snapshot @anything(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @anything(%r0)
  grok.snapshot @anything(pc = 24, r4 = %0)
  %1 = grok.call @anything(%0)
  grok.snapshot @anything(pc = 48, r4 = %1)
  grok.tail_call_value %1(%0)
}
// CHECK-LABEL: grok.func @anything(%r0: !grok.any) {
// CHECK:         %0 = grok.call @anything(%r0)
