"""The disk cache by itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from grokc import cache
from grokc.vm import machine


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "cache"
    monkeypatch.setenv("GROKC_CACHE_DIR", str(folder))
    monkeypatch.setattr(cache, "_directory", [])
    yield folder


def forget() -> None:
    cache._directory.clear()


def test_what_is_written_is_read() -> None:
    for data in (b"", b"x", os.urandom(100_000)):
        assert cache.write("kind", "key", data)
        assert cache.read("kind", "key") == data
        path = cache.verified_path("kind", "key")
        assert path is not None
        assert Path(path).read_bytes()[: len(data)] == data


def test_absent_entries() -> None:
    assert cache.read("kind", "none") is None
    assert cache.verified_path("kind", "none") is None


def test_every_single_damage_is_noticed() -> None:
    cache.write("kind", "key", b"precious")
    path = Path(cache.path_for("kind", "key") or "")
    whole = path.read_bytes()
    for i in range(len(whole)):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 0x10]) + whole[i + 1 :])
        assert cache.read("kind", "key") is None
        path.write_bytes(whole[:i])
        assert cache.read("kind", "key") is None
    path.write_bytes(whole + b"\0")
    assert cache.read("kind", "key") is None
    path.write_bytes(whole)
    assert cache.read("kind", "key") == b"precious"


def test_what_is_no_file_is_no_entry(own_folder: Path) -> None:
    (own_folder / "kind" / "folder").mkdir(parents=True)
    assert cache.read("kind", "folder") is None
    os.mkfifo(own_folder / "kind" / "pipe")
    assert cache.read("kind", "pipe") is None


def test_nothing_temporary_is_left(own_folder: Path) -> None:
    cache.write("kind", "key", b"data")
    (own_folder / "kind" / "taken").mkdir()
    assert not cache.write("kind", "taken", b"a folder is in the way")
    assert sorted(p.name for p in (own_folder / "kind").iterdir()) == ["key", "taken"]


@pytest.mark.parametrize("place", ["", "/dev/null/cache", "/proc/cache"])
def test_without_a_folder(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROKC_CACHE_DIR", place)
    forget()
    assert cache.directory() is None
    assert cache.path_for("kind", "key") is None
    assert not cache.write("kind", "key", b"data")
    assert cache.read("kind", "key") is None
    with cache.lock("name"):
        pass


def test_places_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GROKC_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    forget()
    assert cache.directory() == str(tmp_path / "xdg" / "grokc")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    forget()
    assert cache.directory() == str(tmp_path / "home" / ".cache" / "grokc")


def test_disable(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.disable()
    assert cache.directory() is None


def test_parts_of_a_digest_do_not_run_together() -> None:
    assert cache.digest("ab", "c") != cache.digest("a", "bc")
    assert cache.digest("a") == cache.digest(b"a")
    assert cache.digest("\udc80") != cache.digest("\udc81")  # file names need not be UTF-8


def test_the_stamp_follows_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "PACKAGE", str(tmp_path))

    monkeypatch.setattr(cache, "_sources", [])
    monkeypatch.setattr(cache, "_stamps", {})

    def stamp(*parts: str) -> str:
        cache._sources.clear()
        cache._stamps.clear()
        return cache.sources_stamp(*parts)

    (tmp_path / "part").mkdir()
    source = tmp_path / "part" / "a.grok"
    source.write_text("1")
    first, part = stamp(), stamp("part")
    assert stamp() == first
    (tmp_path / "other.txt").write_text("no source")
    assert stamp() == first
    (tmp_path / "b.py").write_text("2")
    assert stamp() != first
    assert stamp("part") == part
    (tmp_path / "part.py").write_text("not in the folder")
    assert stamp("part") == part != stamp("part.py")
    source.write_text("12")
    assert stamp("part") != part


def test_the_lock_keeps_others_out() -> None:
    order: list[str] = []
    with cache.lock("name"):
        child = os.fork()
        if child == 0:
            with cache.lock("name"):
                cache.write("kind", "from-child", b"")
            os._exit(0)
        order.append("held")
        assert cache.read("kind", "from-child") is None
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert cache.read("kind", "from-child") == b""


def test_a_child_does_not_hold_its_parents_lock(time_limit: None) -> None:
    reading, writing = os.pipe()
    holder = os.fork()
    if holder == 0:
        with cache.lock("name"):
            child = os.fork()
            if child:
                os.write(writing, child.to_bytes(4, "little"))
            signal.pause()
    child = int.from_bytes(os.read(reading, 4), "little")
    os.kill(holder, signal.SIGKILL)
    os.waitpid(holder, 0)
    with cache.lock("name"):
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    os.close(writing)


def test_what_the_machine_is_made_from_exists() -> None:
    for part in machine.SOURCES:
        assert Path(cache.PACKAGE, part).exists(), part
