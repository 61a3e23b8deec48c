"""Names and items; :mod:`grokc.frontend.resolve` is the entry."""
