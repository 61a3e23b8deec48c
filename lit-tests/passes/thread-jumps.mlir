// RUN: grokc opt -p thread-jumps %s | filecheck %s

// What one way hands to a test decides it there: each way gets a copy of the block.

grok.func @option(%x: !grok.any, %c: !grok.bool) {
  %none = grok.constant variant @Option "None"
  grok.branch %c, ^some, ^none
^some:
  %made = grok.make_variant @Option "Some"(%x)
  grok.jump ^join(%made)
^none:
  grok.jump ^join(%none)
^join(%o: !grok.enum<@Option>):
  grok.snapshot @option(pc = 8, r0 = %o)
  %is = grok.is_variant @Option "Some" %o
  grok.branch %is, ^yes, ^no
^yes:
  %payload = grok.get_payload 0 %o
  grok.return %payload
^no:
  grok.return %o
}
// CHECK-LABEL: grok.func @option(
// CHECK:       ^some:
// CHECK-NEXT:    %made = grok.make_variant @Option "Some"(%x)
// CHECK-NEXT:    grok.snapshot @option(pc = 8, r0 = %made)
// CHECK-NEXT:    %{{.*}} = grok.constant true
// CHECK-NEXT:    grok.jump ^yes
// CHECK-NEXT:  ^none:
// CHECK-NEXT:    grok.snapshot @option(pc = 8, r0 = %none)
// CHECK-NEXT:    %{{.*}} = grok.constant false
// CHECK-NEXT:    grok.jump ^no
// CHECK-NEXT:  ^yes:
// CHECK-NEXT:    %payload = grok.get_payload 0 %made
// CHECK-NEXT:    grok.return %payload
// CHECK-NEXT:  ^no:
// CHECK-NEXT:    grok.return %none

// One way knows, the other asks: what the block made comes from either where both go on.

grok.func @either(%x: !grok.any, %n: i64, %c: !grok.bool) {
  grok.snapshot @either(pc = 0, r0 = %x)
  %some = grok.make_variant @Option "Some"(%x)
  grok.branch %c, ^join(%some, %n), ^other
^other:
  %o2 = grok.guard %x is enum<@Option>
  %m = grok.add_checked %n, %n
  grok.jump ^join(%o2, %m)
^join(%o: !grok.enum<@Option>, %k: i64):
  grok.snapshot @either(pc = 8, r0 = %o)
  %double = grok.mul_checked %k, %k
  %is = grok.is_variant @Option "Some" %o -> i1
  grok.branch %is, ^yes, ^no
^yes:
  %sum = grok.add_checked %double, %k
  grok.return %sum
^no:
  grok.return %double
}
// CHECK-LABEL: grok.func @either(
// CHECK:         grok.branch %c, [[EDGE:\^[a-z0-9]+]], ^other
// CHECK:       ^other:
// CHECK:         %m = grok.add_checked %n, %n
// CHECK-NEXT:    grok.snapshot @either(pc = 8, r0 = %o2)
// CHECK-NEXT:    %double = grok.mul_checked %m, %m
// CHECK-NEXT:    %is = grok.is_variant @Option "Some" %o2 -> i1
// CHECK-NEXT:    grok.branch %is, ^yes(%m, %double), ^no
// CHECK-NEXT:  [[EDGE]]:
// CHECK-NEXT:    grok.snapshot @either(pc = 8, r0 = %some)
// CHECK-NEXT:    [[SQUARE:%[a-z0-9_]+]] = grok.mul_checked %n, %n
// CHECK-NEXT:    %{{.*}} = arith.constant true
// CHECK-NEXT:    grok.jump ^yes(%n, [[SQUARE]])
// CHECK-NEXT:  ^yes([[K:%[a-z0-9_]+]]: i64, [[D:%[a-z0-9_]+]]: i64):
// CHECK-NEXT:    %sum = grok.add_checked [[D]], [[K]]
// CHECK:       ^no:
// CHECK-NEXT:    grok.return %double

// Nobody knows; or the block is the head of a loop.

grok.func @unknown(%x: !grok.enum<@Option>, %y: !grok.enum<@Option>, %c: !grok.bool) {
  grok.branch %c, ^one, ^join(%y)
^one:
  grok.jump ^join(%x)
^join(%o: !grok.enum<@Option>):
  %is = grok.is_variant @Option "Some" %o
  grok.branch %is, ^yes, ^no
^yes:
  grok.return %o
^no:
  grok.return %is
}
// CHECK-LABEL: grok.func @unknown(
// CHECK:       ^join(%o: !grok.enum<@Option>):

grok.func @loop(%x: !grok.any) {
  %some = grok.make_variant @Option "Some"(%x)
  grok.jump ^head(%some)
^head(%o: !grok.enum<@Option>):
  %is = grok.is_variant @Option "Some" %o
  grok.branch %is, ^body, ^end
^body:
  %next = grok.call @next(%o)
  %same = grok.make_variant @Option "Some"(%next)
  grok.jump ^head(%same)
^end:
  grok.return %o
}
// CHECK-LABEL: grok.func @loop(
// CHECK:         grok.jump ^head(%some)
