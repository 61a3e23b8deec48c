// RUN: grokc opt -p cse-blocks --pass-statistics -t none %s 2>&1 | filecheck %s --check-prefix=STATISTICS
// RUN: grokc opt -p cse-blocks -t none --timing %s 2>&1 | filecheck %s --check-prefix=TIMING
// RUN: grokc opt -p cse-blocks --verify-each --timing -t none %s 2>&1 | filecheck %s --check-prefix=VERIFY
// RUN: grokc opt -p cse-blocks --verify-each --timing-json -t none %s 2>&1 | filecheck %s --check-prefix=JSON

grok.func @twice(%a: !grok.any) {
  %0 = grok.constant 1
  %1 = grok.constant 1
  %2 = grok.make_tuple(%0, %1)
  grok.return %2
}

// STATISTICS:      // ----- pass statistics -----
// STATISTICS-NEXT: cse-blocks: operations 5 -> 4, blocks 1 -> 1
// STATISTICS-NEXT:     -1 grok.constant

// TIMING:      100.0%  total
// TIMING-NEXT: %    read the input
// TIMING-NEXT: %    verify the input
// TIMING-NEXT: %    cse-blocks
// TIMING-NEXT: %    verify the result
// TIMING-NEXT: %    print the result
// TIMING-NEXT: %    rest

// VERIFY:      cse-blocks
// VERIFY-NEXT:   verify

// JSON:      "name": "total",
// JSON-NEXT: "seconds": {{[0-9.e-]+}},
// JSON-NEXT: "children": [
// JSON:      "name": "cse-blocks",
// JSON-NEXT: "seconds": {{[0-9.e-]+}},
// JSON-NEXT: "children": [
// JSON:      "name": "verify",
