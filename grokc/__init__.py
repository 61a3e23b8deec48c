"""The GrokLang compiler framework, run-time and tools.

Nothing is imported here: a warm ``grokc run`` passes through this file.
"""

__version__ = "0.1.0"
