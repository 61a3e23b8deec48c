"""The passes of grokc by name, each loaded when it is asked for.

``xdsl-opt`` finds them through the entry point ``xdsl.universe`` (:data:`PASSES_UNIVERSE`); our own
pipelines and ``grokc opt`` take them, and xDSL's, from the same place.
"""

from __future__ import annotations

from collections.abc import Callable

from xdsl.passes import ModulePass
from xdsl.universe import Universe


def _stack_to_register() -> type[ModulePass]:
    from grokc.passes.stack_to_register import StackToRegister

    return StackToRegister


def _stack_to_slots() -> type[ModulePass]:
    from grokc.passes.stack_to_slots import StackToSlots

    return StackToSlots


def _infer_types() -> type[ModulePass]:
    from grokc.passes.infer_types import InferTypes

    return InferTypes


def _canonicalize_functions() -> type[ModulePass]:
    from grokc.passes.canonicalize_functions import CanonicalizeFunctions

    return CanonicalizeFunctions


def _cse_blocks() -> type[ModulePass]:
    from grokc.passes.cse_blocks import CseBlocks

    return CseBlocks


def _forward_cells() -> type[ModulePass]:
    from grokc.passes.forward_cells import ForwardCells

    return ForwardCells


def _allocate_registers() -> type[ModulePass]:
    from grokc.passes.allocate_registers import AllocateRegisters

    return AllocateRegisters


def _inline_calls() -> type[ModulePass]:
    from grokc.passes.inline_calls import InlineCalls

    return InlineCalls


def _specialize_calls() -> type[ModulePass]:
    from grokc.passes.specialize_calls import SpecializeCalls

    return SpecializeCalls


def _apply_feedback() -> type[ModulePass]:
    from grokc.passes.apply_feedback import ApplyFeedback

    return ApplyFeedback


def _unbox() -> type[ModulePass]:
    from grokc.passes.unbox import Unbox

    return Unbox


def _number_values() -> type[ModulePass]:
    from grokc.passes.number_values import NumberValues

    return NumberValues


def _forward_fields() -> type[ModulePass]:
    from grokc.passes.forward_fields import ForwardFields

    return ForwardFields


def _thread_jumps() -> type[ModulePass]:
    from grokc.passes.thread_jumps import ThreadJumps

    return ThreadJumps


def _scalar_replace() -> type[ModulePass]:
    from grokc.passes.scalar_replace import ScalarReplace

    return ScalarReplace


def _hoist_guards() -> type[ModulePass]:
    from grokc.passes.hoist_guards import HoistGuards

    return HoistGuards


def _eliminate_overflow_checks() -> type[ModulePass]:
    from grokc.passes.eliminate_overflow_checks import EliminateOverflowChecks

    return EliminateOverflowChecks


def _eliminate_bounds_checks() -> type[ModulePass]:
    from grokc.passes.eliminate_bounds_checks import EliminateBoundsChecks

    return EliminateBoundsChecks


def _remove_dead_code() -> type[ModulePass]:
    from grokc.passes.remove_dead_code import RemoveDeadCode

    return RemoveDeadCode


def _raise_bytecode() -> type[ModulePass]:
    from grokc.passes.raise_bytecode import RaiseBytecode

    return RaiseBytecode


PASSES: dict[str, Callable[[], type[ModulePass]]] = {
    "stack-to-register": _stack_to_register,
    "stack-to-slots": _stack_to_slots,
    "infer-types": _infer_types,
    "canonicalize-functions": _canonicalize_functions,
    "cse-blocks": _cse_blocks,
    "forward-cells": _forward_cells,
    "allocate-registers": _allocate_registers,
    "raise-bytecode": _raise_bytecode,
    "inline-calls": _inline_calls,
    "specialize-calls": _specialize_calls,
    "apply-feedback": _apply_feedback,
    "unbox": _unbox,
    "number-values": _number_values,
    "thread-jumps": _thread_jumps,
    "scalar-replace": _scalar_replace,
    "forward-fields": _forward_fields,
    "hoist-guards": _hoist_guards,
    "eliminate-overflow-checks": _eliminate_overflow_checks,
    "eliminate-bounds-checks": _eliminate_bounds_checks,
    "remove-dead-code": _remove_dead_code,
}

PASSES_UNIVERSE = Universe(all_passes=dict(PASSES))
