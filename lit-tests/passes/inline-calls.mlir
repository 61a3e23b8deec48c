// RUN: grokc opt -p inline-calls %s | filecheck %s
// RUN: grokc opt -p "inline-calls{largest=10}" %s | filecheck %s --check-prefix=SMALL
// RUN: grokc opt -p "inline-calls{largest=10 in-loop=60}" %s | filecheck %s --check-prefix=LOOP
// RUN: grokc opt -p "inline-calls{budget=10}" %s | filecheck %s --check-prefix=SMALL
// RUN: grokc opt -p "inline-calls{depth=1}" %s | filecheck %s --check-prefix=SHALLOW
// RUN: grokc opt -p "inline-calls{unrolled=300}" %s | filecheck %s --check-prefix=ROOM
// RUN: grokc opt -p "inline-calls{levels=1}" %s | filecheck %s --check-prefix=LEVEL
// RUN: grokc opt -p "inline-calls{levels=0}" %s | filecheck %s --check-prefix=NONE
// RUN: grokc opt -p "inline-calls{ways=1}" %s | filecheck %s --check-prefix=ONE-WAY

grok.struct @Point {x: float, y: any}
grok.struct @Line {from: any, to: any}
grok.enum @Shape [Empty]
grok.method struct<@Point> "get" @"Point::get" ""
grok.method struct<@Line> "get" @"Line::get" ""
grok.method enum<@Shape> "get" @"Shape::get" ""
grok.method enum<@Shape> "name" @"Shape::name" ""

grok.func @increment(%r0: !grok.any, %r1: !grok.any) minimum 1 {
  %one = grok.constant 1
  grok.snapshot @increment(pc = 0, r0 = %r0, r1 = %r1)
  %0 = grok.is_missing %r1
  grok.branch %0, ^default, ^given
^default:
  grok.snapshot @increment(pc = 16, r0 = %r0)
  %1 = grok.add %r0, %one
  grok.return %1
^given:
  grok.snapshot @increment(pc = 32, r0 = %r0, r1 = %r1)
  %2 = grok.add %r0, %r1
  grok.return %2
}

// The body stands in the call's place. An exit in it restores both frames: of the caller's
// registers those that are live after the call. An argument that is left out is known to be.

grok.func @caller(%r0: !grok.any) {
  %missing = grok.constant missing
  grok.snapshot @caller(pc = 0, window = 4, r0 = %r0, r4 = %r0)
  %0 = grok.call @increment(%r0, %missing)
  grok.snapshot @caller(pc = 24, r0 = %r0, r4 = %0)
  %1 = grok.add %0, %r0
  grok.return %1
}
// CHECK-LABEL: grok.func @caller(%r0: !grok.any) {
// CHECK-NOT:     grok.call
// CHECK:         grok.snapshot @increment(pc = 16, r0 = %r0) from @caller(pc = 0, window = 4, r0 = %r0)
// CHECK-NEXT:    %[[SUM:.*]] = grok.add %r0, %
// CHECK-NEXT:    grok.jump ^[[AFTER:.*]](%[[SUM]])
// CHECK-NEXT:  ^[[AFTER]](%[[RESULT:.*]]: !grok.any):
// CHECK-NEXT:    grok.snapshot @caller(pc = 24, r0 = %r0, r4 = %[[RESULT]])

// SMALL-LABEL: grok.func @caller(%r0: !grok.any) {
// SMALL:         grok.call @increment(%r0, %missing)

// A function is inlined into itself, `levels` deep.

grok.func @again(%r0: !grok.any) {
  grok.snapshot @again(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @again(%r0)
  grok.snapshot @again(pc = 24, r4 = %0)
  %1 = grok.neg %0
  grok.return %1
}
// CHECK-LABEL: grok.func @again(%r0: !grok.any) {
// CHECK-NEXT:    grok.snapshot @again(pc = 0, window = 4, r4 = %r0)
// CHECK-NEXT:    grok.snapshot @again(pc = 0, window = 4, r4 = %r0) from @again(pc = 0, window = 4)
// CHECK-NEXT:    grok.snapshot @again(pc = 0, window = 4, r4 = %r0) from @again(pc = 0, window = 4) from @again(pc = 0, window = 4)
// CHECK-NEXT:    grok.call @again(%r0)
// CHECK-NOT:     grok.call
// CHECK:         grok.return

// LEVEL-LABEL: grok.func @again(%r0: !grok.any) {
// LEVEL-NEXT:    grok.snapshot @again(pc = 0, window = 4, r4 = %r0)
// LEVEL-NEXT:    grok.snapshot @again(pc = 0, window = 4, r4 = %r0) from @again(pc = 0, window = 4)
// LEVEL-NEXT:    %[[R:.*]] = grok.call @again(%r0)
// LEVEL-NEXT:    grok.snapshot @again(pc = 24, r4 = %[[R]]) from @again(pc = 0, window = 4)
// LEVEL-NEXT:    %[[N:.*]] = grok.neg %[[R]]

// Only as many levels as `unrolled` has room for, with all of their calls.

grok.func @twice(%r0: !grok.any) {
  grok.snapshot @twice(pc = 0, window = 4, r0 = %r0, r4 = %r0)
  %0 = grok.call @twice(%r0)
  grok.snapshot @twice(pc = 24, window = 4, r4 = %r0)
  %1 = grok.call @twice(%r0)
  grok.snapshot @twice(pc = 48, r4 = %1)
  grok.return %1
}
// CHECK-LABEL: grok.func @twice(%r0: !grok.any) {
// CHECK-COUNT-8: grok.call @twice
// CHECK-NOT:     grok.call
// CHECK:         grok.return
// ROOM-LABEL: grok.func @twice(%r0: !grok.any) {
// ROOM-COUNT-4: grok.call @twice
// ROOM-NOT:     grok.call
// ROOM:         grok.return

// Into another function it is inlined once.

grok.func @calls_again(%r0: !grok.any) {
  grok.snapshot @calls_again(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @again(%r0)
  grok.snapshot @calls_again(pc = 24, r4 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @calls_again(%r0: !grok.any) {
// CHECK-NEXT:    grok.snapshot @calls_again(pc = 0, window = 4, r4 = %r0)
// CHECK-NEXT:    grok.snapshot @again(pc = 0, window = 4, r4 = %r0) from @calls_again(pc = 0, window = 4)
// CHECK-NEXT:    grok.call @again(%r0)
// CHECK-NOT:     grok.call
// CHECK:         grok.return

// Of a function that often finds at once that there is nothing to do, that much is inlined where
// the call stays. The call's way has the state before the call, and ends with that behind it.

grok.func @down(%r0: !grok.any) {
  %two = grok.constant 2
  grok.snapshot @down(pc = 0, r0 = %r0)
  %0 = grok.less %r0, %two {feedback = #grok.seen<int>}
  grok.branch %0, ^end, ^on {feedback = #grok.branch<taken 10, not 30>}
^on:
  grok.snapshot @down(pc = 32, window = 4, r4 = %r0)
  %1 = grok.call @down(%r0)
  grok.snapshot @down(pc = 56, r4 = %1)
  %2 = grok.neg %1
  grok.return %2
^end:
  grok.return %r0
}
// LEVEL-LABEL: grok.func @down(%r0: !grok.any) {
// LEVEL:         grok.snapshot @down(pc = 0, r0 = %r0) from @down(pc = 32, window = 4) from @down(pc = 32, window = 4)
// LEVEL-NEXT:    %[[IS:.*]] = grok.less %r0, %
// LEVEL-NEXT:    grok.branch %[[IS]], ^[[END:bb[0-9]+]], ^[[ON:bb[0-9]+]] {
// LEVEL-NEXT:  ^[[END]]:
// LEVEL-NEXT:    grok.jump ^[[AFTER:bb[0-9]+]](%r0)
// LEVEL-NEXT:  ^[[ON]]:
// LEVEL-NEXT:    grok.snapshot @down(pc = 32, window = 4, r4 = %r0) from @down(pc = 32, window = 4)
// LEVEL-NEXT:    %[[R:.*]] = grok.call @down(%r0)
// LEVEL-NEXT:    grok.snapshot @down(pc = 56, r4 = %[[R]]) from @down(pc = 32, window = 4)
// LEVEL-NEXT:    grok.jump ^[[AFTER]](%[[R]])

// Not if that is rare, nor if the test may run something of the program.

grok.func @seldom(%r0: !grok.any) {
  %two = grok.constant 2
  grok.snapshot @seldom(pc = 0, r0 = %r0)
  %0 = grok.less %r0, %two {feedback = #grok.seen<int>}
  grok.branch %0, ^end, ^on {feedback = #grok.branch<taken 10, not 31>}
^on:
  grok.snapshot @seldom(pc = 32, window = 4, r4 = %r0)
  %1 = grok.call @seldom(%r0)
  grok.snapshot @seldom(pc = 56, r4 = %1)
  grok.return %1
^end:
  grok.return %r0
}
// NONE-LABEL: grok.func @seldom(%r0: !grok.any) {
// NONE-COUNT-1: grok.less
// NONE-NOT:     grok.less
// NONE:         grok.call @seldom

grok.func @any_test(%r0: !grok.any) {
  %two = grok.constant 2
  grok.snapshot @any_test(pc = 0, r0 = %r0)
  %0 = grok.less %r0, %two {feedback = #grok.seen<any>}
  grok.branch %0, ^end, ^on {feedback = #grok.branch<taken 30, not 10>}
^on:
  grok.snapshot @any_test(pc = 32, window = 4, r4 = %r0)
  %1 = grok.call @any_test(%r0)
  grok.snapshot @any_test(pc = 56, r4 = %1)
  grok.return %1
^end:
  grok.return %r0
}
// NONE-LABEL: grok.func @any_test(%r0: !grok.any) {
// NONE-COUNT-1: grok.less
// NONE-NOT:     grok.less
// NONE:         grok.call @any_test

grok.func @"Point::get"(%r0: !grok.any) {
  grok.snapshot @"Point::get"(pc = 0, r0 = %r0)
  %0 = grok.get_field "x" %r0
  grok.return %0
}

// A method that the site has called is inlined behind a guard of the receiver's type.

grok.func @method(%r0: !grok.any) {
  grok.snapshot @method(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call_method "get" %r0() {feedback = #grok.target<struct<@Point>, @"Point::get">}
  grok.snapshot @method(pc = 40, r4 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @method(%r0: !grok.any) {
// CHECK-NEXT:    grok.snapshot @method(pc = 0, window = 4, r4 = %r0)
// CHECK-NEXT:    %[[P:.*]] = grok.guard %r0 is struct<@Point>
// CHECK-NEXT:    grok.snapshot @"Point::get"(pc = 0, r0 = %[[P]]) from @method(pc = 0, window = 4)
// CHECK-NEXT:    %[[X:.*]] = grok.get_field "x" %[[P]]

grok.func @"outer::closure#1"(%r0: !grok.any) captures [n] {
  %n = grok.load_capture 0
  grok.snapshot @"outer::closure#1"(pc = 8, r0 = %r0, r1 = %n)
  %0 = grok.add %r0, %n
  grok.return %0
}

// The body of a closure that is made here, with what it captures. Snapshots know the closure.

grok.func @outer(%r0: !grok.any) {
  grok.snapshot @outer(pc = 0, r0 = %r0)
  %f = grok.make_closure @"outer::closure#1"(%r0)
  grok.snapshot @outer(pc = 32, window = 4, r1 = %f, r4 = %r0)
  %0 = grok.call_value %f(%r0)
  grok.snapshot @outer(pc = 64, r4 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @outer(%r0: !grok.any) {
// CHECK:         %f = grok.make_closure @"outer::closure#1"(%r0)
// CHECK:         grok.snapshot @"outer::closure#1"(pc = 8, r0 = %r0, r1 = %r0, callee = %f) from @outer(pc = 32, window = 4)
// CHECK-NEXT:    grok.add %r0, %r0

// A closure may call another of the same body, which is no recursion: it is inlined into others twice.

grok.func @"nest::closure#1"(%r0: !grok.any) captures [f] {
  %f = grok.load_capture 0
  grok.snapshot @"nest::closure#1"(pc = 8, window = 5, r5 = %r0)
  %0 = grok.call_value %f(%r0)
  grok.snapshot @"nest::closure#1"(pc = 32, r5 = %0)
  %1 = grok.neg %0
  grok.return %1
}
grok.func @nest(%r0: !grok.any, %r1: !grok.any) {
  grok.snapshot @nest(pc = 0, r0 = %r0, r1 = %r1)
  %f = grok.make_closure @"nest::closure#1"(%r1)
  %g = grok.make_closure @"nest::closure#1"(%f)
  %h = grok.make_closure @"nest::closure#1"(%g)
  grok.snapshot @nest(pc = 64, window = 7, r7 = %r0)
  %0 = grok.call_value %h(%r0)
  grok.snapshot @nest(pc = 96, r7 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @nest(
// CHECK:         grok.call_closure @"nest::closure#1" %f(%r0)
// CHECK-COUNT-2: grok.neg
// CHECK-NOT:     grok.neg
// CHECK:         grok.return

// A tail call in an inlined body is a call from the frame around it, as tracebacks tell: that of the
// body would be gone.

grok.func @last(%r0: !grok.any) {
  grok.snapshot @last(pc = 0, r0 = %r0)
  grok.tail_call_value %r0(%r0)
}

grok.func @not_last(%r0: !grok.any) {
  grok.snapshot @not_last(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @last(%r0)
  grok.snapshot @not_last(pc = 16, r4 = %0)
  %1 = grok.neg %0
  grok.return %1
}
// CHECK-LABEL: grok.func @last(%r0: !grok.any) {
// CHECK:         grok.tail_call_value %r0(%r0)
// CHECK-LABEL: grok.func @not_last(%r0: !grok.any) {
// CHECK:         grok.snapshot @not_last(pc = 0, window = 4)
// CHECK-NEXT:    %[[R:.*]] = grok.call_value %r0(%r0)
// CHECK:         grok.neg

// Bodies in bodies, as deep as `depth` says.

grok.func @inner(%r0: !grok.any) {
  grok.snapshot @inner(pc = 0, r0 = %r0)
  %0 = grok.neg %r0
  grok.return %0
}

grok.func @middle(%r0: !grok.any) {
  grok.snapshot @middle(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @inner(%r0)
  grok.snapshot @middle(pc = 24, r4 = %0)
  %1 = grok.neg %0
  grok.return %1
}

grok.func @nested(%r0: !grok.any) {
  grok.snapshot @nested(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @middle(%r0)
  grok.snapshot @nested(pc = 24, r4 = %0)
  %1 = grok.neg %0
  grok.return %1
}
// CHECK-LABEL:   grok.func @nested(%r0: !grok.any) {
// CHECK-NOT:       grok.call
// CHECK:           grok.snapshot @inner(pc = 0, r0 = %r0) from @middle(pc = 0, window = 4) from @nested(pc = 0, window = 4)
// SHALLOW-LABEL: grok.func @nested(%r0: !grok.any) {
// SHALLOW:         grok.snapshot @middle(pc = 0, window = 4, r4 = %r0) from @nested(pc = 0, window = 4)
// SHALLOW-NEXT:    grok.call @inner(%r0)

grok.func @"Line::get"(%r0: !grok.any) {
  grok.return %r0
}

// A site that has seen receivers of several types tests for those that have the method; each way
// ends with the state behind the call. Other receivers are left to the call.

grok.func @several(%r0: !grok.any) {
  grok.snapshot @several(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call_method "get" %r0() {feedback = #grok.seen<any>}
  grok.snapshot @several(pc = 40, r4 = %0)
  %1 = grok.neg %0
  grok.return %1
}
// CHECK-LABEL: grok.func @several(%r0: !grok.any) {
// CHECK:         %[[P:.*]] = grok.is_struct @Point %r0
// CHECK-NEXT:    grok.branch %[[P]],
// CHECK:         %[[POINT:.*]] = grok.known %r0 is struct<@Point>
// CHECK:         %[[X:.*]] = grok.get_field "x" %[[POINT]]
// CHECK:         grok.snapshot @several(pc = 40, r4 = %[[R:.*]])
// CHECK-NEXT:    grok.jump ^[[JOINED:.*]](%[[R]])
// CHECK:         %[[L:.*]] = grok.is_struct @Line %r0
// CHECK:         %[[O:.*]] = grok.call_method "get" %r0()
// CHECK-NEXT:    grok.snapshot @several(pc = 40, r4 = %[[O]])
// CHECK-NEXT:    grok.jump ^[[JOINED]](%[[O]])

// It tests for all of them, or, if there are more than `ways`, for none.

// ONE-WAY-LABEL: grok.func @several(%r0: !grok.any) {
// ONE-WAY-NOT:     grok.is_struct
// ONE-WAY:         grok.call_method "get" %r0()

grok.func @"Shape::get"(%r0: !grok.any) {
  grok.snapshot @"Shape::get"(pc = 0, r0 = %r0)
  %0 = grok.call_method "name" %r0() {feedback = #grok.targets<struct<@Point>, @"Point::name", enum<@Shape>, @"Shape::name">}
  grok.snapshot @"Shape::get"(pc = 40, r0 = %0)
  %1 = grok.neg %0
  grok.return %1
}

grok.func @"Shape::name"(%r0: !grok.any) {
  grok.return %r0
}

// A site that has met several types, and knows them, guards that it is the last of them.

grok.func @known(%r0: !grok.any) {
  grok.snapshot @known(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call_method "get" %r0() {feedback = #grok.targets<struct<@Point>, @"Point::get", enum<@Shape>, @"Shape::get", list, native>}
  grok.snapshot @known(pc = 40, r4 = %0)
  %1 = grok.neg %0
  grok.return %1
}
// CHECK-LABEL: grok.func @known(%r0: !grok.any) {
// CHECK:         grok.is_struct @Point %r0
// CHECK:         grok.get_field "x"
// CHECK:         %[[S:.*]] = grok.is_type %r0 is enum<@Shape>
// CHECK-NEXT:    grok.branch %[[S]],
// CHECK:         grok.known %r0 is enum<@Shape>
// CHECK:         grok.snapshot @known(pc = 0, window = 4, r4 = %r0)
// CHECK-NEXT:    %[[LIST:.*]] = grok.guard %r0 is list
// CHECK-NEXT:    grok.call_method "get" %[[LIST]]() {feedback = #grok.target<list, native>}
// CHECK-NOT:     grok.call_method

// What is known of the receiver counts more than what the site has met: others came by there.

grok.func @through(%r0: !grok.any) {
  grok.snapshot @through(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call_method "get" %r0() {feedback = #grok.target<enum<@Shape>, @"Shape::get">}
  grok.snapshot @through(pc = 40, r4 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @through(%r0: !grok.any) {
// CHECK:         %[[SHAPE:.*]] = grok.guard %r0 is enum<@Shape>
// CHECK-NOT:     grok.is_
// CHECK-NOT:     grok.call
// CHECK:         grok.jump ^[[NAMED:.*]](%[[SHAPE]])
// CHECK-NOT:     grok.call
// CHECK:         grok.neg

// A function value by its body. What a closure captured comes from the closure.

grok.func @value(%r0: !grok.any) {
  grok.snapshot @value(pc = 0, window = 4, r1 = %r0, r4 = %r0)
  %0 = grok.call_value %r0(%r0) {feedback = #grok.targets<function, @inner, function, @"outer::closure#1">}
  grok.snapshot @value(pc = 32, r4 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @value(%r0: !grok.any) {
// CHECK:         %[[INNER:.*]] = grok.is_function %r0 is @inner
// CHECK-NEXT:    grok.branch %[[INNER]],
// CHECK:         grok.known_function %r0 is @inner
// CHECK:         grok.neg %r0
// CHECK:         %[[CLOSURE:.*]] = grok.guard_function %r0 is @"outer::closure#1"
// CHECK-NEXT:    %[[N:.*]] = grok.load_closure_capture 0 %[[CLOSURE]]
// CHECK:         grok.add %r0, %[[N]]
// CHECK-NOT:     grok.call

// A tail call in an inlined body goes the same ways.

grok.func @last_of_several(%r0: !grok.any) {
  grok.snapshot @last_of_several(pc = 0, r0 = %r0)
  grok.tail_call_method "get" %r0() {feedback = #grok.targets<struct<@Point>, @"Point::get", struct<@Line>, @"Line::get">}
}

grok.func @not_last_of_several(%r0: !grok.any) {
  grok.snapshot @not_last_of_several(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @last_of_several(%r0)
  grok.snapshot @not_last_of_several(pc = 16, r4 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @last_of_several(%r0: !grok.any) {
// CHECK:         grok.is_struct @Point %r0
// CHECK:         grok.get_field "x"
// CHECK:         grok.guard %r0 is struct<@Line>
// CHECK-NOT:     grok.tail_call
// CHECK-LABEL: grok.func @not_last_of_several(%r0: !grok.any) {
// CHECK:         grok.is_struct @Point %r0
// CHECK:         grok.snapshot @"Point::get"(pc = 0, r0 = %{{.*}}) from @not_last_of_several(pc = 0, window = 4)
// CHECK:         grok.guard %r0 is struct<@Line>
// CHECK-NOT:     grok.call

// A field of objects of several types.

grok.func @field(%r0: !grok.any) {
  grok.snapshot @field(pc = 0, r0 = %r0)
  %0 = grok.get_field "y" %r0 {feedback = #grok.shapes<struct<@Point>, struct<@Line>>}
  grok.return %0
}
// CHECK-LABEL: grok.func @field(%r0: !grok.any) {
// CHECK:         %[[IS:.*]] = grok.is_struct @Point %r0
// CHECK-NEXT:    grok.branch %[[IS]],
// CHECK:         %[[P:.*]] = grok.known %r0 is struct<@Point>
// CHECK-NEXT:    %[[Y:.*]] = grok.get_field "y" %[[P]]
// CHECK:         %[[L:.*]] = grok.guard %r0 is struct<@Line>
// CHECK-NEXT:    %[[Z:.*]] = grok.get_field "y" %[[L]]

// In a loop a function may be larger.

grok.func @turns(%r0: !grok.any) {
  grok.snapshot @turns(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call @inner(%r0)
  grok.snapshot @turns(pc = 24, r0 = %0)
  grok.jump ^loop(%0)
^loop(%1: !grok.any):
  grok.snapshot @turns(pc = 40, window = 4, r4 = %1)
  %2 = grok.call @inner(%1)
  grok.snapshot @turns(pc = 64, r0 = %2)
  grok.branch %2, ^loop(%2), ^end
^end:
  grok.return %2
}
// LOOP-LABEL: grok.func @turns(%r0: !grok.any) {
// LOOP:         grok.call @inner(%r0)
// LOOP:         grok.neg
// LOOP-NOT:     grok.call
// LOOP:         grok.return

// Receivers that share a method which is not inlined are left to the call.

grok.func @shared(%r0: !grok.any) {
  grok.snapshot @shared(pc = 0, window = 4, r4 = %r0)
  %0 = grok.call_method "get" %r0() {feedback = #grok.targets<struct<@Point>, @inner, enum<@Shape>, @inner, struct<@Line>, @"Line::get">}
  grok.snapshot @shared(pc = 40, r4 = %0)
  grok.return %0
}
// CHECK-LABEL: grok.func @shared(%r0: !grok.any) {
// CHECK:         grok.is_struct @Point
// CHECK:         grok.is_type %r0 is enum<@Shape>
// SMALL-LABEL: grok.func @shared(%r0: !grok.any) {
// SMALL-NOT:     grok.is_struct @Point
// SMALL-NOT:     grok.is_type
// SMALL:         grok.is_struct @Line
// SMALL:         grok.call_method "get" %r0()
