"""Tier 1, the baseline JIT: copy-and-patch code from the same definitions as the interpreter.

* :mod:`~grokc.vm.baseline.stencils` writes a stencil for each opcode that is worth one
* :mod:`~grokc.vm.baseline.extract` takes their code out of LLVM's object and makes the table of it
* ``grokc/vm/core/baseline.grok`` copies and patches while a program runs

After "Copy-and-patch compilation" (Xu and Kjolstad, OOPSLA 2021).
"""
