"""The steps of ``allocate-registers`` (see :mod:`grokc.passes.allocate_registers`)."""
