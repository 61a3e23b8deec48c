// RUN: grokc opt -p cse %s | filecheck %s

// xDSL's cse merges what is pure; objects with an identity stay apart.

grok.func @f(%a: !grok.any, %x: !grok.float) {
  %t = grok.make_tuple(%a)
  %u = grok.make_tuple(%a)
  %l = grok.make_list(%a)
  %m = grok.make_list(%a)
  %p = grok.mul %x, %x -> !grok.float
  %q = grok.mul %x, %x -> !grok.float
  %all = grok.make_list(%t, %u, %l, %m, %p, %q)
  grok.return %all
}
// CHECK-LABEL: grok.func @f
// CHECK-NEXT:    %t = grok.make_tuple(%a)
// CHECK-NEXT:    %l = grok.make_list(%a)
// CHECK-NEXT:    %m = grok.make_list(%a)
// CHECK-NEXT:    %p = grok.mul %x, %x -> !grok.float
// CHECK-NEXT:    %all = grok.make_list(%t, %t, %l, %m, %p, %p)
