"""From optimized ``grok`` to xDSL's ``llvm`` dialect, in one walk: the optimizing tier's last step.

Values of the lattice become 64-bit words, machine values (``i64``, ``f64``, ``i1``) themselves.
What an operation means is written once, in core GrokLang: an operation without an expansion of its
own calls the machine's function of its name (the kit has the signatures), and LLVM inlines small
ones as it does into the interpreter's handlers.

**The prototype** of every function is that of the handlers: ``preserve_none {value, i64} (pc, base,
context, tag, a0..a5)``.  ``base`` is the function's frame on the register stack; nothing lies there
while native code runs but arguments from the seventh on.  Status 0: what the entry promises; 1: a
boxed word, since the callee promises nothing or has left by an exit; 2: an error.  A function that
promises nothing never returns 0: its caller may be one that was reached through the interpreter, in
the frame of a function that has promised something to native code.

**Adapters**, the way in from handler words, are the business of :mod:`grokc.lowering.linkage`,
which has the constants of calls too.

**Exits** (guards that fail) stand last and are marked cold.  All exits at one snapshot share a
block: it stores the words that the code alone knows into slots of the snapshot's frames, and jumps
to the machine's handler ``tier.leave``.  What is to be done there is data
(:mod:`~grokc.lowering.grok_to_llvm.exit_records`).

**Errors** record the frames of the snapshot, innermost first, and return status 2.

**Addresses** of what differs between two runs of a program are external symbols, for the loader to
fill in: ``code.N`` the first instruction of function N, ``info.N`` its descriptor, ``string.N`` the
symbol object of string N, ``constant.N`` the word of constant N, ``global.N`` a global's cell,
``exits`` the table of this unit's exits.  So the object can be kept across runs.

One class lowers a function; it is built up over the files here: ``values`` (what all stands on),
``exits``, ``guards``, and on these ``arithmetic``, ``objects``, ``calls`` and ``control``.
``function`` puts them together.
"""

from grokc.lowering.grok_to_llvm.entries import function_symbol
from grokc.lowering.grok_to_llvm.unit import Unit, lower_functions
from grokc.lowering.grok_to_llvm.values import Watching

__all__ = ["Unit", "Watching", "function_symbol", "lower_functions"]
