"""The table of built-in functions and methods, and who implements them."""

from __future__ import annotations

from pathlib import Path

import pytest

import grokc.vm
from grokc.frontend.parser import parse
from grokc.frontend.source import SourceFile
from grokc.frontend.symbols import RESULT_TYPES
from grokc.vm.builtins import FUNCTIONS, METHODS, Builtin

CORE = Path(grokc.vm.__file__).parent / "core"
TABLE = [*FUNCTIONS.values(), *(m for methods in METHODS.values() for m in methods.values())]


def implementations() -> dict[str, list[str]]:
    """The functions of core GrokLang that implement each built-in, by qualified name."""
    found: dict[str, list[str]] = {}
    for path in sorted(CORE.glob("*.grok")):
        for item in parse(SourceFile.read(str(path)), core=True).items:
            for attribute in item.attributes:
                words = [str(argument).strip('"') for argument in attribute.arguments]
                if attribute.name in ("builtin", "method"):
                    found.setdefault(".".join(words), []).append(item.name)
    return found


def test_the_machine_implements_the_table() -> None:
    found = implementations()
    wanted = {builtin.qualified_name for builtin in TABLE}
    assert sorted(wanted - set(found)) == [], "not implemented"
    assert sorted(set(found) - wanted) == [], "not in the table"
    assert [name for name, functions in found.items() if len(functions) > 1] == []


@pytest.mark.parametrize("builtin", TABLE, ids=lambda builtin: builtin.qualified_name)
def test_signatures(builtin: Builtin) -> None:
    assert builtin.result in ("any", "never", *RESULT_TYPES)
    assert builtin.doc and not builtin.doc.startswith(" ")
    optional = [p.endswith(("?", "*")) for p in builtin.parameters]
    assert optional == sorted(optional), "what may be left out comes last"
    assert all(p.rstrip("?*").isidentifier() for p in builtin.parameters)


def test_arities() -> None:
    assert (FUNCTIONS["assert"].minimum, FUNCTIONS["assert"].maximum) == (1, 2)
    assert (METHODS["str"]["pad_left"].minimum, METHODS["str"]["pad_left"].maximum) == (1, 2)
    assert FUNCTIONS["println"].minimum == 0
    assert FUNCTIONS["println"].maximum > 1000
