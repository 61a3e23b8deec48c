"""The printer of LLVM IR: what xDSL's text form says comes out, and LLVM accepts it."""

from __future__ import annotations

import pytest
from xdsl.context import Context
from xdsl.dialects import builtin, llvm
from xdsl.parser import Parser

from grokc.lowering.llvm_extensions import LLVM_EXTENSIONS
from grokc.lowering.llvm_ir import EmitError, Writer
from grokc.lowering.native import NativeError, Unit, compile_unit


def write(text: str) -> Writer:
    context = Context()
    for dialect in (builtin.Builtin, llvm.LLVM, LLVM_EXTENSIONS):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    writer = Writer()
    for op in module.body.block.ops:
        writer.add(op)
    return writer


def lines(text: str, *symbols: str) -> list[str]:
    """The IR of the symbols, after LLVM has accepted it."""
    unit = write(text).unit(symbols)
    compile_unit(Unit(unit))
    return [line.strip() for line in unit.splitlines() if line]


def test_arithmetic_and_constants() -> None:
    assert lines(
        """
        llvm.func @f(%a: i64, %x: f64) -> i64 {
          %0 = llvm.mlir.constant(-5) : i64
          %1 = llvm.add %a, %0 : i64
          %2 = llvm.mlir.constant(1.5) : f64
          %3 = llvm.fmul %x, %2 : f64
          %4 = "llvm.fptosi"(%3) : (f64) -> i64
          %5 = llvm.icmp "slt" %1, %4 : i64
          %6 = llvm.select %5, %1, %4 : i1, i64
          llvm.return %6 : i64
        }
        """,
        "f",
    ) == [
        "define i64 @f(i64 %v0, double %v1) {",
        "b0:",
        "%v3 = add i64 %v0, -5",
        "%v5 = fmul double %v1, 0x3FF8000000000000",
        "%v6 = fptosi double %v5 to i64",
        "%v7 = icmp slt i64 %v3, %v6",
        "%v8 = select i1 %v7, i64 %v3, i64 %v6",
        "ret i64 %v8",
        "}",
    ]


def test_block_arguments_become_phis() -> None:
    """Also where a value comes from a block that is printed later."""
    found = lines(
        """
        llvm.func @sum(%n: i64) -> i64 {
          %zero = llvm.mlir.constant(0) : i64
          %one = llvm.mlir.constant(1) : i64
          llvm.br ^head(%zero, %zero : i64, i64)
        ^head(%i: i64, %s: i64):
          %more = llvm.icmp "slt" %i, %n : i64
          llvm.cond_br %more, ^body, ^end(%s : i64)
        ^end(%r: i64):
          llvm.return %r : i64
        ^body:
          %t = llvm.add %s, %i : i64
          %j = llvm.add %i, %one : i64
          llvm.br ^head(%j, %t : i64, i64)
        }
        """,
        "sum",
    )
    phis = [line.split(" = ")[1] for line in found if "phi" in line]
    assert len(phis) == 3
    assert phis[0].startswith("phi i64 [0, %b0], [%v") and phis[0].endswith(", %b3]")
    assert phis[2].endswith(", %b1]")


def test_branch_weights_are_shared_metadata() -> None:
    found = lines(
        """
        llvm.func @f(%c: i1) {
          llvm.cond_br %c, ^a, ^b {branch_weights = array<i32: 2000, 1>}
        ^a:
          llvm.cond_br %c, ^b, ^c {branch_weights = array<i32: 2000, 1>}
        ^b:
          llvm.return
        ^c:
          llvm.unreachable
        }
        """,
        "f",
    )
    assert found.count("br i1 %v0, label %b1, label %b2, !prof !0") == 1
    assert found[-1] == '!0 = !{!"branch_weights", i32 2000, i32 1}'


def test_switch() -> None:
    found = lines(
        """
        llvm.func @f(%n: i64) -> i64 {
          llvm.switch %n : i64, ^d [^a, ^d] {case_values = array<i64: 1, -7>}
        ^a:
          llvm.return %n : i64
        ^d:
          %z = llvm.mlir.constant(0) : i64
          llvm.return %z : i64
        }
        """,
        "f",
    )
    assert "switch i64 %v0, label %b2 [i64 1, label %b1 i64 -7, label %b2]" in found


def test_calling_conventions_tails_and_attributes() -> None:
    found = lines(
        """
        llvm.func preserve_nonecc hidden @next(%pc: !llvm.ptr {llvm.nonnull}) -> i64
        llvm.func preserve_nonecc hidden @f(%pc: !llvm.ptr {llvm.nonnull}) -> i64
            attributes {passthrough = ["nounwind", ["frame-pointer", "none"]]} {
          %h = llvm.load %pc : !llvm.ptr -> !llvm.ptr
          %p = llvm.mlir.poison : i64
          %r = llvm.call preserve_nonecc musttail %h(%pc) : !llvm.ptr, (!llvm.ptr) -> i64
          llvm.return %r : i64
        }
        """,
        "f",
    )
    assert found[0] == (
        'define hidden preserve_nonecc i64 @f(ptr nonnull %v0) nounwind "frame-pointer"="none" {'
    )
    assert "%v3 = musttail call preserve_nonecc i64 %v1(ptr %v0)" in found


def test_inline_functions_come_along_and_others_are_declared() -> None:
    writer = write(
        """
        llvm.func hidden @far(%n: i64) -> i64 {
          llvm.return %n : i64
        }
        llvm.func internal @near(%n: i64) -> i64 attributes {passthrough = ["alwaysinline"]} {
          %r = llvm.call @far(%n) : (i64) -> i64
          llvm.return %r : i64
        }
        llvm.func @user(%n: i64) -> i64 {
          %r = llvm.call @near(%n) : (i64) -> i64
          llvm.return %r : i64
        }
        """
    )
    unit = writer.unit(["user"])
    assert "declare hidden i64 @far(i64)" in unit
    assert "define internal i64 @near(i64 %v0) alwaysinline" in unit
    assert "define i64 @user" in unit
    assert "define" not in writer.unit([])
    assert "@near" not in writer.unit(["far"])


def test_globals() -> None:
    writer = write(
        """
        llvm.mlir.global private unnamed_addr constant @text("a\\22\\00") {alignment = 1 : i64}
            : !llvm.array<3 x i8>
        llvm.mlir.global external @counter(7 : i64) : i64
        llvm.mlir.global external constant @table([@text, 5 : i64])
            : !llvm.struct<(!llvm.ptr, i64)>
        llvm.mlir.global external @room() : !llvm.array<4 x i64>
        """
    )
    unit = writer.unit(["table", "counter", "room"])
    compile_unit(Unit(unit))
    assert '@text = private unnamed_addr constant [3 x i8] c"a\\22\\00", align 1' in unit
    assert "@counter = global i64 7" in unit
    assert "@table = constant {ptr, i64} {ptr @text, i64 5}" in unit
    assert "@room = global [4 x i64] zeroinitializer" in unit
    assert "@counter = external global i64" in write("""
        llvm.mlir.global external @counter(7 : i64) : i64
        llvm.func @f() -> i64 {
          %p = llvm.mlir.addressof @counter : !llvm.ptr
          %v = llvm.load %p : !llvm.ptr -> i64
          llvm.return %v : i64
        }
    """).unit(["f"])


def test_what_cannot_be_printed_is_an_error() -> None:
    with pytest.raises(EmitError, match=r"no LLVM instruction for llvm\.intr\.fabs"):
        write("""
            llvm.func @f(%x: f64) -> f64 {
              %r = "llvm.intr.fabs"(%x) <{fastmathFlags = #llvm.fastmath<none>}> : (f64) -> f64
              llvm.return %r : f64
            }
        """)
    with pytest.raises(EmitError, match="defined twice"):
        write("llvm.func @f() { llvm.return }").add(
            next(iter(_module("llvm.func @f() { llvm.return }").body.block.ops))
        )
    with pytest.raises(EmitError, match="nothing defines @g"):
        write("llvm.mlir.global external @p(@g) : !llvm.ptr").unit(["p"])


def _module(text: str) -> builtin.ModuleOp:
    context = Context()
    context.load_dialect(builtin.Builtin)
    context.load_dialect(llvm.LLVM)
    return Parser(context, text).parse_module()


def test_llvm_explains_what_it_refuses() -> None:
    with pytest.raises(NativeError, match="expected value token"):
        compile_unit(Unit("define i64 @f() { ret i64 }"))
