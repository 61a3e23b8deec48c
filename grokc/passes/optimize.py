"""A function on its way through the optimizing tier: bytecode and profile to unboxed ``grok``.

:func:`optimize` is what the compile thread and ``grokc emit --tier 2`` call.  The order of the
passes stands here alone; ``grokc opt`` can run each by name on IR that was written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from xdsl.dialects.builtin import ModuleOp

from grokc.dialects import grok
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import Profile, RecordedProfile
from grokc.lowering.refused import Refused
from grokc.passes.analysis.bodies import ImageBodies
from grokc.passes.analysis.declarations import Declarations
from grokc.passes.apply_feedback import apply_feedback
from grokc.passes.bytecode_to_ssa import raise_function
from grokc.passes.eliminate_bounds_checks import eliminate_bounds_checks
from grokc.passes.eliminate_overflow_checks import eliminate_overflow_checks
from grokc.passes.forward_fields import forward_fields
from grokc.passes.hoist_guards import hoist_guards
from grokc.passes.inline_calls import inline_calls
from grokc.passes.remove_dead_code import remove_dead_code
from grokc.passes.scalar_replace import scalar_replace
from grokc.passes.specialize_calls import specialize_calls
from grokc.passes.thread_jumps import thread_jumps
from grokc.passes.unbox import unbox


def optimize(
    symbols: ImageSymbols,
    function: str,
    profile: Profile | None = None,
    *,
    osr: int | None = None,
    refused: Refused = (),
    without: Collection[str] = (),
    verify_each: bool = False,
) -> ModuleOp:
    """A module with the declarations of the program's types and the function, optimized.

    ``osr`` compiles the function from the instruction at that pc.  At the places (function and pc)
    in ``refused`` nothing is assumed: guards of earlier code failed there too often.
    ``without`` leaves out some of :data:`grokc.vm.machine.OPTIMIZATIONS`: passes, or all feedback.
    """
    if profile is None or "feedback" in without:
        profile = RecordedProfile()
    raised = raise_function(symbols, function, profile, osr=osr)
    module = ModuleOp([*symbols.declarations(), raised])
    declarations = Declarations.of(module.body.ops)
    bodies = ImageBodies(symbols, profile)

    def check() -> None:
        if verify_each:
            module.verify()

    check()
    if "inline-calls" not in without:
        inline_calls(raised, bodies, refused)
        check()
    if "specialize-calls" in without:
        apply_feedback(raised, declarations, refused)
    else:
        module.body.block.add_ops(specialize_calls(raised, declarations, bodies, refused))
    check()
    last: list[tuple[str, Callable[[grok.FuncOp], None]]] = [
        ("unbox", partial(unbox, refused=refused)),
        ("remove-dead-code", partial(remove_dead_code, keep_snapshots=True)),
        ("thread-jumps", thread_jumps),
        ("scalar-replace", scalar_replace),
        ("forward-fields", forward_fields),  # and number-values
        ("hoist-guards", partial(hoist_guards, refused=refused)),
        ("eliminate-overflow-checks", eliminate_overflow_checks),
        # From here on no load may move.
        ("eliminate-bounds-checks", partial(eliminate_bounds_checks, refused=refused)),
        ("remove-dead-code", remove_dead_code),
    ]
    for written in [op for op in module.body.ops if isinstance(op, grok.FuncOp)]:
        for name, step in last:
            if name not in without:
                step(written)
                check()
    return module
