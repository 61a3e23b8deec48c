// RUN: grokc opt -p infer-types,cse-blocks --print-ir-before=cse-blocks -t none %s 2>&1 | filecheck %s --check-prefix=BEFORE
// RUN: grokc opt -p infer-types,cse-blocks --print-ir-after=cse-blocks -t none %s 2>&1 | filecheck %s --check-prefix=AFTER
// RUN: grokc opt -p infer-types,cse-blocks --print-ir-before-all -t none %s 2>&1 | filecheck %s --check-prefix=BEFORE-ALL
// RUN: grokc opt -p infer-types,cse-blocks --print-ir-after-all -t none %s 2>&1 | filecheck %s --check-prefix=AFTER-ALL
// RUN: grokc opt -p infer-types,cse-blocks --print-ir-after-change -t none %s 2>&1 | filecheck %s --check-prefix=CHANGE
// RUN: grokc opt -p cse-blocks --print-ir-after-all --print-ir-function=other -t none %s 2>&1 | filecheck %s --check-prefix=ONE
// RUN: grokc opt -p cse-blocks --print-ir-after-all --print-op-generic --print-debuginfo -t none %s 2>&1 | filecheck %s --check-prefix=FORM
// RUN: not grokc opt -p cse-blocks --print-ir-after=cse-block %s 2>&1 | filecheck %s --check-prefix=UNKNOWN
// RUN: not grokc opt -p cse-blocks --print-ir-diff --print-ir-function=othr %s 2>&1 | filecheck %s --check-prefix=NO-FUNCTION

grok.func @twice(%a: !grok.any) {
  %0 = grok.constant 1
  %1 = grok.constant 1
  %2 = grok.make_tuple(%0, %1)
  grok.return %2
}

grok.func @other() {
  %0 = grok.constant 2
  grok.return %0
}

// BEFORE:     // ----- IR before cse-blocks -----
// BEFORE:     grok.constant 1
// BEFORE:     grok.constant 1
// BEFORE-NOT: // -----

// AFTER:     // ----- IR after cse-blocks -----
// AFTER:     grok.constant 1
// AFTER-NOT: grok.constant 1
// AFTER-NOT: // -----

// BEFORE-ALL: // ----- IR before infer-types -----
// BEFORE-ALL: grok.func @other
// BEFORE-ALL: // ----- IR before cse-blocks -----

// AFTER-ALL: // ----- IR after infer-types -----
// AFTER-ALL: grok.func @other
// AFTER-ALL: // ----- IR after cse-blocks -----

// CHANGE:     // ----- IR after infer-types: no change -----
// CHANGE-NOT: grok.func
// CHANGE:     // ----- IR after cse-blocks -----
// CHANGE:     grok.func @twice

// ONE-NOT: @twice
// ONE:     grok.func @other
// ONE-NOT: @twice

// FORM: "grok.make_tuple"(%0, %0) : {{.*}} loc(

// UNKNOWN: error: the pipeline has no pass 'cse-block'; did you mean 'cse-blocks'?
// NO-FUNCTION: error: there is no function 'othr'; did you mean 'other'?
