"""Where the machine comes from: the cache, a build, or memory when the disk cannot serve."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grokc import cache
from grokc.vm import machine, shapes
from tests.vm.test_machine import fib, start_of

BUILT: list[bytes] = []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, and a build that takes no time."""
    if not BUILT:
        machine.load()
        BUILT.append(machine.file_of())  # tests beside this one build other machines
    monkeypatch.setenv("GROKC_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(cache, "_directory", [])
    monkeypatch.setattr(machine, "_loaded", {})
    monkeypatch.setattr(machine, "_built", {})
    builds: list[str] = []

    def build(shape: shapes.Shape) -> bytes:
        builds.append(shape[0])
        return BUILT[0]

    monkeypatch.setattr(machine, "build", build)
    monkeypatch.setattr(machine, "_builds", builds, raising=False)
    yield tmp_path


def builds() -> int:
    """How many machines were built, once the machine at hand is known to work."""
    program = start_of("fib", 10)
    fib(program)
    with open(os.devnull, "w") as nothing:
        assert machine.execute(program.image(), (), nothing.fileno()).status == 0
    machine._loaded.clear()
    return len(machine._builds)  # type: ignore[attr-defined]


def entry(folder: Path) -> Path:
    (path,) = (folder / "machine").iterdir()
    return path


def test_it_is_built_once(folder: Path) -> None:
    assert builds() == 1
    assert builds() == 1


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "foreign"])
def test_a_damaged_entry_is_built_again(folder: Path, damage: str) -> None:
    assert builds() == 1
    path = entry(folder)
    data = bytearray(path.read_bytes())
    match damage:
        case "truncated":
            del data[len(data) // 2 :]
        case "flipped":
            data[len(data) // 2] ^= 1
        case "empty":
            data.clear()
        case "foreign":
            data[:] = b"#!/bin/sh\n" * 1000
    # Not written to in place: the process has it mapped.
    path.unlink()
    path.write_bytes(data)
    assert builds() == 2
    assert builds() == 2


def test_a_folder_in_its_place(folder: Path) -> None:
    assert builds() == 1
    path = entry(folder)
    path.unlink()
    path.mkdir()
    assert builds() == 2


def test_no_cache_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROKC_CACHE_DIR", "")
    monkeypatch.setattr(cache, "_directory", [])
    assert builds() == 1
    assert builds() == 2
    assert not list(folder.iterdir())


def test_an_unwritable_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "write", lambda *_: False)
    assert builds() == 1


def test_a_cache_where_nothing_may_be_executed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_from = machine._load_from

    def refuse(path: str) -> object:
        if path.startswith(str(folder)):
            raise ImportError(f"{path}: failed to map segment from shared object")
        return load_from(path)

    monkeypatch.setattr(machine, "_load_from", refuse)
    assert builds() == 1
    assert builds() == 1  # the entry's content serves, from memory


def test_another_processor_has_another_machine(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert builds() == 1
    monkeypatch.setattr(machine, "_processor", lambda: "another")
    assert builds() == 2


def test_the_warm_path_imports_nothing_heavy() -> None:
    """Loading and running a program leaves the compiler and its libraries alone."""
    program = start_of("fib", 10)
    fib(program)
    script = (
        "import sys; from grokc.vm import machine; image = sys.stdin.buffer.read();"
        "status = machine.run(image, [], ['a']);"
        "heavy = {'lark', 'xdsl', 'llvmlite', 'argparse', 'json', 're', 'pathlib', 'dataclasses',"
        "'typing', 'enum', 'collections', 'ctypes', 'subprocess', 'inspect'} & set(sys.modules);"
        "print(status, sorted(heavy))"
    )
    machine.load()
    result = subprocess.run(
        [sys.executable, "-S", "-c", script],
        input=program.image(),
        capture_output=True,
        cwd=Path(cache.PACKAGE).parent,
        check=True,
    )
    assert result.stdout.decode() == "55\n0 []\n"
