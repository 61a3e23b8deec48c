"""Translation of code, one layer over the other; :mod:`grokc.frontend.translate` is the entry."""
