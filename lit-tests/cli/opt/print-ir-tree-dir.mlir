// RUN: grokc opt -p infer-types,cse-blocks --print-ir-tree-dir %t.tree -t none %s
// RUN: grokc opt %t.tree/00-input.mlir | filecheck %s --check-prefix=INPUT
// RUN: grokc opt %t.tree/01-infer-types.mlir | filecheck %s --check-prefix=INPUT
// RUN: grokc opt %t.tree/02-cse-blocks.mlir | filecheck %s --check-prefix=CSE

// Numbered files, each of which is IR again.

grok.func @twice(%a: !grok.any) {
  %0 = grok.constant 1
  %1 = grok.constant 1
  %2 = grok.make_tuple(%0, %1)
  grok.return %2
}

// INPUT: grok.make_tuple(%0, %1)
// CSE:   grok.make_tuple(%0, %0)
