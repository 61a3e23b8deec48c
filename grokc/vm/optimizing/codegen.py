"""LLVM for the optimizing tier: a short pipeline, tuned for latency.

Everything here runs on the compiler thread, the only one that touches llvmlite.  The target machine
and the pass manager for functions live as long as the process: a fresh pipeline for each
compilation leaks a hundred KiB.
"""

from __future__ import annotations

from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING

from grokc.lowering.native import NativeError
from grokc.lowering.target import target_machine

if TYPE_CHECKING:
    import llvmlite.binding as llvm


@cache
def _target_machine(processor: str | None = None) -> llvm.TargetMachine:
    import llvmlite.binding as llvm

    # Two passes of the code generator that take a tenth of its time, for no gain that shows.
    llvm.set_option("grokc", "-disable-post-ra")
    llvm.set_option("grokc", "-disable-copyprop")
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return target_machine(2, processor)


@cache
def _pipeline(processor: str | None) -> tuple[llvm.PassBuilder, llvm.FunctionPassManager]:
    import llvmlite.binding as llvm

    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = False
    options.slp_vectorization = False
    options.loop_unrolling = False
    builder = llvm.create_pass_builder(_target_machine(processor), options)
    passes = llvm.create_new_function_pass_manager()
    passes.add_sroa_pass()
    passes.add_instruction_combine_pass()
    passes.add_simplify_cfg_pass()
    # Values are numbered in ``number-values``; the code generator wants loops in a simple form.
    passes.add_loop_simplify_pass()
    passes.add_loop_rotate_pass()
    passes.add_instruction_combine_pass()
    passes.add_simplify_cfg_pass()
    return builder, passes


def _optimized(text: str, processor: str | None = None) -> llvm.ModuleRef:
    import llvmlite.binding as llvm

    try:
        module = llvm.parse_assembly(text)
    except RuntimeError as error:
        raise NativeError(f"LLVM refuses the code: {error}") from None
    machine = _target_machine(processor)
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    builder, passes = _pipeline(processor)
    inlining = llvm.create_new_module_pass_manager()
    inlining.add_always_inliner_pass()
    inlining.add_global_dead_code_eliminate_pass()
    inlining.run(module, builder)
    for function in module.functions:
        if not function.is_declaration:
            passes.run(function, builder)
    return module


def compile_text(text: str) -> bytes:
    """A relocatable object."""
    data: bytes = _target_machine().emit_object(_optimized(text))
    return data


def listings(text: str, processor: str | None = None) -> tuple[str, str, float]:
    """IR after the pipeline, and assembly, for people to read; the seconds that the IR took."""
    start = perf_counter()
    module = _optimized(text, processor)
    seconds = perf_counter() - start
    return str(module), _target_machine(processor).emit_assembly(module), seconds
