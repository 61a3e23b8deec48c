"""Tier 2: optimized native code, made by a compiler thread while the program runs.

* :mod:`~grokc.vm.optimizing.kit` what of a machine is needed to compile for it
* :mod:`~grokc.vm.optimizing.loader` object code into memory
* :mod:`~grokc.vm.optimizing.compiler` one function: from bytecode and feedback to an object
* :mod:`~grokc.vm.optimizing.thread` requests of the running machine, installation

``docs/tiers.md`` tells how they belong together.
"""
