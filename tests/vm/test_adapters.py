"""The adapters into optimized code are written by hand; LLVM is asked whether they are right."""

from __future__ import annotations

from grokc.lowering.linkage import ADAPTER_BYTES, adapter_code
from grokc.lowering.native import Unit, assembly

TEXT = """
@descriptor = external global i8
declare preserve_nonecc {i64, i64} @enter(ptr, ptr, ptr, i64, i64, i64, i64, i64, i64, i64)
define preserve_nonecc {i64, i64} @adapter(ptr %0, ptr %1, ptr %2, i64 %3, i64 %4, i64 %5, i64 %6,
                                           i64 %7, i64 %8, i64 %9) {
  %r = musttail call preserve_nonecc {i64, i64} @enter(ptr %0, ptr %1, ptr %2, i64 %3, i64 77,
    i64 88, i64 poison, i64 poison, i64 poison, i64 poison)
  ret {i64, i64} %r
}
"""


def test_the_convention_has_a0_in_rdi_and_a1_in_rsi() -> None:
    code = assembly(Unit(TEXT), "adapter")
    lines = sorted(" ".join(line.split()) for line in code.splitlines()[1:])
    assert lines == ["jmp enter@PLT", "movl $77, %edi", "movl $88, %esi"]


def test_the_target_is_found_from_where_the_adapter_lies() -> None:
    code, descriptor, jump = adapter_code(at=100, target=16)
    assert len(code) == ADAPTER_BYTES
    distance = int.from_bytes(code[13:17], "little", signed=True)
    assert 100 + 17 + distance == 16
    assert code[:2] == b"\x48\xbf" and descriptor == 2  # movabs rdi
    assert code[10:13] == b"\x48\x8d\x35"  # lea rsi, [rip + distance]
    assert code[17] == 0xE9 and jump == 18  # jmp
