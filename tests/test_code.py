"""The sources themselves: lint, layout, types, and which way the folders import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ALLOWED_IMPORTS = {
    "grokc": {"grokc"},
    "cli": {
        *("grokc", "cli", "inspect", "measure", "frontend", "dialects", "passes", "lowering", "vm"),
    },
    "measure": {"grokc", "measure", "frontend", "passes", "vm"},
    "inspect": {"grokc", "inspect", "frontend", "dialects", "passes", "lowering", "vm"},
    "frontend": {"grokc", "frontend", "dialects"},
    "dialects": {"grokc", "dialects"},
    "passes": {"grokc", "passes", "dialects", "lowering"},
    "lowering": {"grokc", "lowering", "dialects", "frontend"},
    "vm": {"grokc", "vm", "lowering", "dialects", "frontend"},
}
"""Folder of the package -> the folders that it may import from (design.md, "The way of a program";
``grokc`` is the package's own few modules)."""

TABLES = {"grokc.vm.operations", "grokc.vm.builtins"}
"""Plain tables that any stage may read."""


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
        folder = parts[0] if len(parts) > 1 else "cli" if parts == ("__main__.py",) else "grokc"
        for name in _imported_names(path):
            target = name.split(".")[1:2]
            source = target[0] if target and (ROOT / "grokc" / target[0]).is_dir() else "grokc"
            if source not in ALLOWED_IMPORTS[folder] and not any(
                name == table or name.startswith(f"{table}.") for table in TABLES
            ):
                wrong.append(f"{'/'.join(parts)} imports {name}")
    assert not wrong, "\n".join(wrong)


def _imported_names(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in names if name.split(".")[0] == "grokc"]
