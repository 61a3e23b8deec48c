"""The processor that native code is made for: this computer's, unless a text is to look the same
on all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import llvmlite.binding as llvm

PROCESSORS = ("x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4")
"""The levels of the architecture that are known by name."""


def target_machine(effort: int, processor: str | None = None) -> llvm.TargetMachine:
    """LLVM's code generator, with an optimization level from 0 to 3, for one of ``PROCESSORS`` or
    (None) the processor at hand.  LLVM has been initialized."""
    import llvmlite.binding as llvm

    return llvm.Target.from_default_triple().create_target_machine(
        cpu=processor or llvm.get_host_cpu_name(),
        features="" if processor else llvm.get_host_cpu_features().flatten(),
        opt=effort,
        reloc="pic",
        codemodel="small",
    )
