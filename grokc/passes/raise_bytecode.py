"""``raise-bytecode``: ``grok_vm`` to ``grok`` as the optimizing tier sees it.

The module is encoded, as for the interpreter, and each function raised from its bytecode with what
a recorded run has seen (``profile``: a file of ``grokc run --record-profile``).  The optimizing
tier does the same with the bytecode and feedback of a running machine, one function at a time; as a
pass it lets ``grokc opt`` show that tier's passes on a whole program.

Operations have the source locations that the image keeps for their instructions, constants those of
all that use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from grokc.dialects import grok_vm
from grokc.lowering.bytecode import emit_bytecode
from grokc.lowering.image import Image
from grokc.lowering.image_symbols import ImageSymbols
from grokc.lowering.profile import Profile, RecordedProfile
from grokc.passes.analysis.constants import trace_constants
from grokc.passes.bytecode_to_ssa import raise_function


@dataclass(frozen=True)
class RaiseBytecode(ModulePass):
    """See the module's docstring."""

    name = "raise-bytecode"

    profile: str | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if not any(isinstance(each, grok_vm.FuncOp) for each in op.body.ops):
            raise PassFailedException("there are no functions of grok_vm to raise")
        profile = None if self.profile is None else read_profile(self.profile)
        image = Image.from_bytes(emit_bytecode(op))
        raised = raise_image(image, profile)
        for each in list(op.body.ops):
            each.detach()  # type: ignore[no-untyped-call]
        op.body.block.add_ops(raised)


def raise_image(image: Image, profile: Profile | None = None) -> Sequence[Operation]:
    """The declarations and functions of an image, as ``grok``."""
    symbols = ImageSymbols(image)
    result: list[Operation] = [*symbols.declarations()]
    for name in symbols.functions:
        function = raise_function(symbols, name, profile)
        trace_constants(function)
        result.append(function)
    return result


def read_profile(path: str) -> RecordedProfile:
    """A recorded profile; raises PassFailedException with the reason there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return RecordedProfile.from_text(file.read())
    except OSError as error:
        raise PassFailedException(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise PassFailedException(f"{path}: {error}") from None
