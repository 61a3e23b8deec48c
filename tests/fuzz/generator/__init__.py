"""Random GrokLang programs that end, and are well typed by construction.

``generate(seed)`` gives a tree (:mod:`~tests.fuzz.generator.tree`), so that the reducer can make it
smaller; its text is ``str(program)``.  The generator knows nothing of engines or oracles.
"""

from tests.fuzz.generator.programs import generate
from tests.fuzz.generator.tree import Program

__all__ = ["Program", "generate"]
