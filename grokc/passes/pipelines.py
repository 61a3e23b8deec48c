"""Which passes make what of a program: pipelines by name, and the way they are run.

``compile_module`` is the whole way from the front end's module to the program image.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from grokc.dialects.universe import make_context
from grokc.lowering.bytecode import emit_bytecode
from grokc.lowering.image import Image
from grokc.passes.registry import PASSES

_TO_SSA = (
    "stack-to-register",
    "infer-types",
    "canonicalize-functions",
    "cse-blocks",
    "forward-cells",
)

PIPELINES: dict[str, tuple[str, ...]] = {
    "ssa": _TO_SSA,
    "interp": (*_TO_SSA, "allocate-registers"),
    "stack-machine": ("stack-to-slots",),
    "optimize": (
        *_TO_SSA,
        "allocate-registers",
        "raise-bytecode",
        "inline-calls",
        "specialize-calls",
        "unbox",
        "thread-jumps",
        "scalar-replace",
        "forward-fields",
        "hoist-guards",
        "eliminate-overflow-checks",
        "eliminate-bounds-checks",
        "remove-dead-code",
    ),
}
"""Pass names by pipeline: ``ssa`` ends in ``grok``, ``interp`` in ``grok_vm``, ``stack-machine`` in
the same for a machine without registers; ``optimize`` goes on through the optimizing tier's passes,
which :func:`grokc.passes.optimize.optimize` applies to one function of a running program."""


def run_passes(
    module: ModuleOp,
    names: Sequence[str],
    *,
    verify_each: bool = False,
    context: Context | None = None,
) -> None:
    """Runs passes over a module, in place; ``verify_each`` verifies it before the first and after
    each of them."""
    context = context or make_context()
    if verify_each:
        module.verify()
    for name in names:
        PASSES[name]()().apply(context, module)
        if verify_each:
            module.verify()


def compile_module(module: ModuleOp, *, registers: bool = True, verify_each: bool = False) -> bytes:
    """The program image of a ``grok_stack`` module, which is used up.

    Without ``registers`` it is an image for the machine that has none (``grokc ablate``).
    ``verify_each`` also verifies the image.  Raises
    :class:`~grokc.passes.allocate_registers.FunctionTooLarge`.
    """
    with garbage_collector_off():
        pipeline = PIPELINES["interp" if registers else "stack-machine"]
        run_passes(module, pipeline, verify_each=verify_each)
        image = emit_bytecode(module, registers=registers)
        if verify_each:
            from grokc.lowering.verify_image import verify_image

            verify_image(Image.from_bytes(image))
        return image


@contextmanager
def garbage_collector_off() -> Iterator[None]:
    """Compiling makes many objects, all of which are needed: looking for garbage is in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
