// RUN: grokc opt -p apply-feedback %s | filecheck %s

grok.struct @Point {x: float, y: any}

// What an addition has seen, it wants of its operands: parameters are guarded at the entry, other
// values where they are used, and none twice.

grok.func @sum(%x: !grok.any) {
  grok.snapshot @sum(pc = 0, r0 = %x)
  %y = grok.call @f(%x)
  grok.snapshot @sum(pc = 16, r0 = %x, r1 = %y)
  %0 = grok.add %x, %y {feedback = #grok.seen<int>}
  grok.snapshot @sum(pc = 32, r0 = %0, r1 = %y)
  %1 = grok.add %0, %y {feedback = #grok.seen<int>}
  grok.return %1
}
// CHECK-LABEL: grok.func @sum(%x: !grok.any) {
// CHECK-NEXT:    grok.snapshot @sum(pc = 0, r0 = %x)
// CHECK-NEXT:    %x{{.*}} = grok.guard %x is int
// CHECK-NEXT:    %y = grok.call @f(%x{{.*}})
// CHECK-NEXT:    grok.snapshot @sum(pc = 16, r0 = %x{{.*}}, r1 = %y)
// CHECK-NEXT:    %y{{.*}} = grok.guard %y is int
// CHECK-NEXT:    %{{.*}} = grok.add %x{{.*}}, %y{{.*}} -> !grok.int
// CHECK-NEXT:    grok.snapshot @sum(pc = 32, r0 = %{{.*}}, r1 = %y{{.*}})
// CHECK-NEXT:    %{{.*}} = grok.add %{{.*}}, %y{{.*}} -> !grok.int

// A site that has seen a mixture wants nothing, nor does one that has no feedback.

grok.func @mixture(%x: !grok.any) {
  grok.snapshot @mixture(pc = 0, r0 = %x)
  %0 = grok.add %x, %x {feedback = #grok.seen<any>}
  grok.snapshot @mixture(pc = 16, r0 = %0)
  %1 = grok.add %0, %0
  grok.return %1
}
// CHECK-LABEL: grok.func @mixture(%x: !grok.any) {
// CHECK-NEXT:    grok.snapshot @mixture(pc = 0, r0 = %x)
// CHECK-NEXT:    %0 = grok.add %x, %x
// CHECK-NEXT:    grok.snapshot @mixture(pc = 16, r0 = %0)
// CHECK-NEXT:    %1 = grok.add %0, %0
// CHECK-NEXT:    grok.return %1

// A block argument is guarded where it is handed something uncertain: outside of the loop.

grok.func @loop(%n: !grok.any) {
  %one = grok.constant 1
  grok.snapshot @loop(pc = 0, r0 = %n)
  %start = grok.call @f(%n)
  grok.jump ^head(%start)
^head(%i: !grok.any):
  grok.snapshot @loop(pc = 16, r0 = %n, r1 = %i)
  grok.safepoint
  %next = grok.add %i, %one {feedback = #grok.seen<int>}
  grok.snapshot @loop(pc = 32, r0 = %n, r1 = %next)
  %more = grok.less %next, %n {feedback = #grok.seen<int>}
  grok.branch %more, ^head(%next), ^end
^end:
  grok.return %next
}
// CHECK-LABEL: grok.func @loop(%n: !grok.any) {
// CHECK:         %start = grok.call @f(%n{{.*}})
// CHECK-NEXT:    grok.snapshot @loop(pc = 16, r0 = %n{{.*}}, r1 = %start)
// CHECK-NEXT:    %start{{.*}} = grok.guard %start is int
// CHECK-NEXT:    grok.jump ^head(%start{{.*}})
// CHECK-NEXT:  ^head(%i: !grok.int):
// CHECK-NOT:     grok.guard
// CHECK:         grok.branch %more, ^head(%next), ^end

// What has never run becomes an exit.

grok.func @never(%x: !grok.any) {
  grok.snapshot @never(pc = 0, r0 = %x)
  %0 = grok.call_method "norm" %x() {feedback = #grok.seen<never>}
  grok.return %0
}
// CHECK-LABEL: grok.func @never(%x: !grok.any) {
// CHECK-NEXT:    grok.snapshot @never(pc = 0, r0 = %x)
// CHECK-NEXT:    grok.exit

// Fields of a struct that is known are loaded by number; their annotations are known to hold.

grok.func @field(%p: !grok.any) {
  grok.snapshot @field(pc = 0, r0 = %p)
  %0 = grok.get_field "x" %p {feedback = #grok.shape<struct<@Point>>}
  grok.snapshot @field(pc = 16, r0 = %p, r1 = %0)
  grok.set_field "y" %p, %0 {feedback = #grok.shape<struct<@Point>>}
  grok.return %0
}
// CHECK-LABEL: grok.func @field(%p: !grok.any) {
// CHECK-NEXT:    grok.snapshot @field(pc = 0, r0 = %p)
// CHECK-NEXT:    %[[P:.*]] = grok.guard %p is struct<@Point>
// CHECK-NEXT:    %0 = grok.load_field @Point 0 %[[P]] -> !grok.float
// CHECK-NEXT:    grok.snapshot @field(pc = 16, r0 = %[[P]], r1 = %0)
// CHECK-NEXT:    grok.store_field @Point 1 %[[P]], %0
// CHECK-NEXT:    grok.return %0

// A built-in method of a type that is known is called directly.

grok.func @method(%x: !grok.any) {
  grok.snapshot @method(pc = 0, r0 = %x)
  %0 = grok.call_method "sqrt" %x() {feedback = #grok.target<float, native>}
  grok.return %0
}
// CHECK-LABEL: grok.func @method(%x: !grok.any) {
// CHECK-NEXT:    grok.snapshot @method(pc = 0, r0 = %x)
// CHECK-NEXT:    %[[X:.*]] = grok.guard %x is float
// CHECK-NEXT:    %0 = grok.call_native float "sqrt"(%[[X]]) -> !grok.float
// CHECK-NEXT:    grok.return %0

// A check that holds goes.

grok.func @check(%x: !grok.any) {
  grok.snapshot @check(pc = 0, r0 = %x)
  %0 = grok.check_type int "argument 'x' of check" %x
  grok.snapshot @check(pc = 16, r0 = %0)
  %1 = grok.check_type int "argument 'x' of check" %0
  grok.return %1
}
// CHECK-LABEL: grok.func @check(%x: !grok.any) {
// CHECK-NEXT:    grok.snapshot @check(pc = 0, r0 = %x)
// CHECK-NEXT:    %[[X:.*]] = grok.guard %x is int
// CHECK-NEXT:    grok.snapshot @check(pc = 16, r0 = %[[X]])
// CHECK-NEXT:    grok.return %[[X]]

// A parameter that is not wanted on all ways is guarded where it is used: it may be something else
// where it is not.

grok.func @sometimes(%x: !grok.any, %c: !grok.any) {
  grok.snapshot @sometimes(pc = 0, r0 = %x, r1 = %c)
  %0 = grok.true %c
  grok.branch %0, ^then, ^else
^then:
  grok.snapshot @sometimes(pc = 16, r0 = %x)
  %1 = grok.neg %x {feedback = #grok.seen<int>}
  grok.return %1
^else:
  grok.return %x
}
// CHECK-LABEL: grok.func @sometimes(%x: !grok.any, %c: !grok.any) {
// CHECK-NEXT:    grok.snapshot @sometimes(pc = 0, r0 = %x, r1 = %c)
// CHECK-NEXT:    %[[C:.*]] = grok.guard %c is bool
// CHECK-NEXT:    grok.branch %[[C]],
// CHECK:         grok.snapshot @sometimes(pc = 16, r0 = %x)
// CHECK-NEXT:    %[[X:.*]] = grok.guard %x is int
// CHECK-NEXT:    grok.neg %[[X]] -> !grok.int

// A loop that has walked lists is guarded where it begins; what else it may walk is left to it.

grok.func @walk(%x: !grok.any, %y: !grok.any) {
  grok.snapshot @walk(pc = 0, r0 = %x, r1 = %y)
  grok.snapshot @walk(pc = 16, r0 = %x, r1 = %y)
  %a = grok.get_iterator %x {feedback = #grok.shape<list>}
  grok.snapshot @walk(pc = 32, r0 = %a, r1 = %y)
  %b = grok.get_iterator %y {feedback = #grok.shape<set>}
  %t = grok.make_tuple(%a, %b)
  grok.return %t
}
// CHECK-LABEL: grok.func @walk(
// CHECK:         grok.snapshot @walk(pc = 16
// CHECK-NEXT:    [[LIST:%[a-z0-9_]+]] = grok.guard %x is list
// CHECK-NEXT:    %a = grok.get_iterator [[LIST]]
// CHECK:         %b = grok.get_iterator %y

// What has been indexed is guarded, and what it then gives is known; one place that has indexed
// several kinds of things is left to itself. Without feedback it is taken for a list.

grok.func @indexed(%s: !grok.any, %m: !grok.any, %l: !grok.any, %x: !grok.any, %i: !grok.int) {
  grok.snapshot @indexed(pc = 0, r0 = %s, r1 = %m, r2 = %l, r3 = %x, r4 = %i)
  %a = grok.get_index %s, %i {feedback = #grok.shape<str>}
  %b = grok.get_index %m, %x {feedback = #grok.shape<map>}
  %c = grok.get_index %l, %i
  %d = grok.get_index %x, %i {feedback = #grok.seen<any>}
  %t = grok.make_tuple(%a, %b, %c, %d)
  grok.return %t
}
// CHECK-LABEL: grok.func @indexed(
// CHECK:         [[M:%[a-z0-9_]+]] = grok.guard %m is map
// CHECK:         %a = grok.get_index [[S:%[a-z0-9_]+]], [[I:%[a-z0-9_]+]] -> !grok.str
// CHECK-NEXT:    %b = grok.get_index [[M]], %x
// CHECK-NEXT:    {{.*}} = grok.get_item any [[L:%[a-z0-9_]+]], [[I]]
// CHECK-NEXT:    %d = grok.get_index %x, [[I]]

// What an element is wanted to be, all elements of the list are assumed to be, and what is stored is
// guarded. Elements of several types are assumed to be words, which stores cannot rely on.

grok.func @elements(%l: !grok.list, %m: !grok.list, %n: !grok.list, %i: !grok.int, %x: !grok.any) {
  grok.snapshot @elements(pc = 0, r0 = %l, r1 = %m, r2 = %n, r3 = %i, r4 = %x)
  %a = grok.get_index %l, %i
  %b = grok.get_index %a, %i
  %c = grok.add %b, %b {feedback = #grok.seen<float>}
  grok.set_index %l, %i, %m
  grok.snapshot @elements(pc = 24, r0 = %l, r1 = %m, r2 = %n, r3 = %i, r4 = %x, r5 = %c)
  grok.set_index %m, %i, %c
  grok.snapshot @elements(pc = 32, r0 = %l, r1 = %m, r2 = %n, r3 = %i, r4 = %x)
  grok.set_index %m, %i, %x
  grok.snapshot @elements(pc = 48, r0 = %l, r1 = %m, r2 = %n, r3 = %i, r4 = %x)
  grok.set_index %n, %i, %i
  %d = grok.get_index %n, %i
  %e = grok.get_index %d, %i
  grok.return %e
}
// CHECK-LABEL: grok.func @elements(
// CHECK:         [[A:%[a-z0-9_]+]] = grok.get_item list %l{{[_0-9]*}}
// CHECK-NEXT:    [[B:%[a-z0-9_]+]] = grok.get_item float [[A]]
// CHECK-NEXT:    [[C:%[a-z0-9_]+]] = grok.add [[B]], [[B]] -> !grok.float
// CHECK-NEXT:    grok.set_item list %l{{[_0-9]*}}, {{%[a-z0-9_]+}}, %m{{[_0-9]*}}
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    grok.set_item float %m{{[_0-9]*}}, {{%[a-z0-9_]+}}, [[C]]
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    [[X:%[a-z0-9_]+]] = grok.guard %x{{[_0-9]*}} is float
// CHECK-NEXT:    grok.set_item float %m{{[_0-9]*}}, {{%[a-z0-9_]+}}, [[X]]
// CHECK-NEXT:    grok.snapshot
// CHECK-NEXT:    grok.set_index %n{{[_0-9]*}}
// CHECK-NEXT:    grok.get_item any %n{{[_0-9]*}}

// So does a loop over a list, which is for scalar-replace to read.

grok.func @walked(%l: !grok.list) {
  grok.snapshot @walked(pc = 0, r0 = %l)
  %it = grok.get_iterator %l {feedback = #grok.shape<list>}
  grok.jump ^loop
^loop:
  grok.snapshot @walked(pc = 8, r0 = %l, r1 = %it)
  %item = grok.next_item %it
  %missing = grok.is_missing %item
  grok.branch %missing, ^end, ^body
^body:
  grok.snapshot @walked(pc = 16, r0 = %l, r1 = %it, r2 = %item)
  %sum = grok.add %item, %item {feedback = #grok.seen<int>}
  grok.jump ^loop
^end:
  grok.return %l
}
// CHECK-LABEL: grok.func @walked(
// CHECK:         grok.next_item %it {elements = !grok.int}

// Texts are compared and joined as texts.

grok.func @texts(%a: !grok.any, %b: !grok.any) {
  grok.snapshot @texts(pc = 0, r0 = %a, r1 = %b)
  %less = grok.less %a, %b {feedback = #grok.seen<str>}
  %both = grok.add %a, %b {feedback = #grok.seen<str>}
  %t = grok.make_tuple(%less, %both)
  grok.return %t
}
// CHECK-LABEL: grok.func @texts(
// CHECK:         [[A:%[a-z0-9_]+]] = grok.guard %a is str
// CHECK-NEXT:    [[B:%[a-z0-9_]+]] = grok.guard %b is str
// CHECK-NEXT:    %less = grok.less [[A]], [[B]]
// CHECK-NEXT:    %both = grok.add [[A]], [[B]] -> !grok.str

// A built-in method in the place of the last call is called, and its result returned.

grok.func @last(%l: !grok.any, %x: !grok.any) {
  grok.snapshot @last(pc = 0, r0 = %l, r1 = %x)
  grok.tail_call_method "push" %l(%x) {feedback = #grok.target<list, native>}
}
// CHECK-LABEL: grok.func @last(
// CHECK:         [[L:%[a-z0-9_]+]] = grok.guard %l is list
// CHECK-NEXT:    [[R:%[a-z0-9_]+]] = grok.call_native list "push"([[L]], %x)
// CHECK-NEXT:    grok.return [[R]]
