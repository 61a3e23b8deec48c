"""The sources themselves: lint, layout, types, and which way the folders import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

OPTIMIZING = "vm/optimizing"
"""The compiler thread of a running program: a folder of the machine that uses the passes."""

ALLOWED_IMPORTS = {
    "grokc": {"grokc"},
    "cli": {
        *("grokc", "cli", "inspect", "measure"),
        *("frontend", "dialects", "passes", "lowering", "vm"),
    },
    "measure": {
        *("grokc", "measure", "inspect"),
        *("frontend", "dialects", "passes", "lowering", "vm"),
    },
    "inspect": {"grokc", "inspect", "frontend", "dialects", "passes", "lowering", "vm", OPTIMIZING},
    "frontend": {"grokc", "frontend", "dialects"},
    "dialects": {"grokc", "dialects"},
    "passes": {"grokc", "passes", "dialects", "lowering"},
    "lowering": {"grokc", "lowering", "dialects", "frontend"},
    "vm": {"grokc", "vm", "lowering", "dialects", "frontend", OPTIMIZING},
    OPTIMIZING: {"grokc", OPTIMIZING, "vm", "passes", "lowering", "dialects"},
}
"""Folder of the package -> the folders that it may import from (design.md, "The way of a program";
``grokc`` is the package's own few modules)."""

TABLES = {"grokc.vm.operations", "grokc.vm.builtins", "grokc.vm.optimizing.kit"}
"""Plain tables that any stage may read; the kit is what a build of the machine leaves of it."""


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "--quiet"], id="ruff-check"),
        pytest.param(["ruff", "format", "--check", "--quiet"], id="ruff-format"),
        pytest.param(["mypy"], id="mypy"),
    ],
)
def test_checker_is_content(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_go_in_one_direction() -> None:
    wrong = []
    for path in sorted((ROOT / "grokc").rglob("*.py")):
        parts = path.relative_to(ROOT / "grokc").parts
        folder = "cli" if parts == ("__main__.py",) else _folder(parts[:-1])
        for name in _imported_names(path):
            source = _folder(tuple(name.split(".")[1:]))
            if source not in ALLOWED_IMPORTS[folder] and not any(
                name == table or name.startswith(f"{table}.") for table in TABLES
            ):
                wrong.append(f"{'/'.join(parts)} imports {name}")
    assert not wrong, "\n".join(wrong)


def _folder(parts: tuple[str, ...]) -> str:
    """The folder of the package that a path in it belongs to, by :data:`ALLOWED_IMPORTS`."""
    if "/".join(parts[:2]) == OPTIMIZING:
        return OPTIMIZING
    return parts[0] if parts and (ROOT / "grokc" / parts[0]).is_dir() else "grokc"


def _imported_names(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in names if name.split(".")[0] == "grokc"]
