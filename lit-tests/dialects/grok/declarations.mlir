// RUN: grokc opt %s | grokc opt | filecheck %s
// RUN: grokc opt --print-op-generic %s | grokc opt | filecheck %s
// RUN: grokc opt --print-debuginfo %s | grokc opt | filecheck %s

// Declarations: the same at every level.

grok.enum @Option [Some(any), None]
grok.enum @Shape [Circle(float), Rect {w: float, h: float}, Empty, Nothing()]
grok.struct @"geometry::Point" {x: float, "0": any}
grok.struct @Unit {}
grok.trait @Area [int, struct<@"geometry::Point">, enum<@Shape>]
grok.method enum<@Shape> "area" @"Shape::Area::area" "Area"
grok.method struct<@"geometry::Point"> "norm" @"geometry::Point::norm" ""
grok.method int "double" @"int::double" ""
grok.global @LIMIT

// CHECK:        grok.enum @Option [Some(any), None]
// CHECK-NEXT:   grok.enum @Shape [Circle(float), Rect {w: float, h: float}, Empty, Nothing()]
// CHECK-NEXT:   grok.struct @"geometry::Point" {x: float, "0": any}
// CHECK-NEXT:   grok.struct @Unit {}
// CHECK-NEXT:   grok.trait @Area [int, struct<@"geometry::Point">, enum<@Shape>]
// CHECK-NEXT:   grok.method enum<@Shape> "area" @"Shape::Area::area" "Area"
// CHECK-NEXT:   grok.method struct<@"geometry::Point"> "norm" @"geometry::Point::norm" ""
// CHECK-NEXT:   grok.method int "double" @"int::double" ""
// CHECK-NEXT:   grok.global @LIMIT
