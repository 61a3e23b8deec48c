"""The disk cache: what was built once is found again at the next start.

An entry has a kind (a folder: ``program``, ``machine``, ``grammar``) and a key (a hex digest of all
that the entry depends on, made by :func:`digest`).  Nothing in it is precious and nothing in it is
trusted: a file is used only when it belongs to this user (or root), is complete, and has the hash
that was written with it; anything else counts as absent and is built again.  No function here
raises because of the state of the disk.

The last 32 bytes of a file are its seal: hash, size and a magic number.  They stand at the end so
that an entry which is a shared object can be loaded from its path as it is.

This module lies on the way of every start, so it imports built-in modules only, and paths are plain
strings (pathlib alone would cost more than the rest of a warm start).
"""

from __future__ import annotations

import os
from _blake2 import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

MAGIC = b"GROKSEAL"
SEAL = 32
"""Bytes of a seal: 16 of hash, 8 of size, 8 of magic."""

CODE = "code"
"""The kind of the entries with a program's optimized code (:mod:`grokc.vm.optimizing.piece`)."""

PACKAGE = os.path.dirname(os.path.abspath(__file__))
SOURCE_SUFFIXES = (".py", ".grok", ".lark")

_directory: list[str | None] = []
_sources: list[str] = []
_stamps: dict[tuple[str, ...], str] = {}


def directory() -> str | None:
    """The cache's folder: ``$GROKC_CACHE_DIR``, ``$XDG_CACHE_HOME/grokc`` or ``~/.cache/grokc``.

    ``None`` when there is none to be had: disabled (an empty ``$GROKC_CACHE_DIR``, or
    :func:`disable`), or it can neither be found nor made.  It need not be writable.
    """
    if not _directory:
        _directory.append(_find_directory())
    return _directory[0]


def disable() -> None:
    """Makes this process neither read nor write the cache (``--no-cache``)."""
    _directory[:] = [None]


def _find_directory() -> str | None:
    path = os.environ.get("GROKC_CACHE_DIR")
    if path is None:
        base = os.environ.get("XDG_CACHE_HOME", "")
        # The XDG specification: a relative path is invalid and to be ignored.
        if not os.path.isabs(base):
            base = os.path.expanduser("~/.cache")
            if not os.path.isabs(base):
                return None
        path = os.path.join(base, "grokc")
    elif not path:
        return None
    path = os.path.abspath(path)
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
    except (OSError, ValueError):
        return None
    return path


def digest(*parts: bytes | str) -> str:
    """A key from what an entry depends on; where one part ends and the next begins matters."""
    state = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def sources_stamp(*parts: str) -> str:
    """What changes when the compiler's own sources do: names, sizes and times of the files.

    ``parts`` are folders and files below the package (``"vm/core"``); none means all of it.  Times
    stand in for contents because reading the sources would take longer than the rest of a warm
    start.
    """
    known = _stamps.get(parts)
    if known is None:
        if not _sources:
            _list_sources(PACKAGE)
            _sources.sort()
        lines = _sources
        if parts:
            paths = [os.path.join(PACKAGE, part) for part in parts]
            starts = tuple([f"{path} " for path in paths] + [f"{path}/" for path in paths])
            lines = [line for line in lines if line.startswith(starts)]
        known = _stamps[parts] = digest("\n".join(lines))
    return known


def _list_sources(folder: str) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.endswith(SOURCE_SUFFIXES):
                status = entry.stat()
                _sources.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
            elif "." not in name and name != "__pycache__" and entry.is_dir():
                _list_sources(entry.path)


def path_for(kind: str, key: str) -> str | None:
    """Where the entry lies or would lie."""
    folder = directory()
    return None if folder is None else os.path.join(folder, kind, key)


def has(kind: str, key: str) -> bool:
    """Whether there is an entry, which need not be one to be trusted."""
    path = path_for(kind, key)
    return path is not None and os.path.exists(path)


def read(kind: str, key: str) -> bytes | None:
    """The entry's data, or ``None`` when it is absent or not to be trusted."""
    path = path_for(kind, key)
    sealed = None if path is None else _read_sealed(path)
    return None if sealed is None else sealed[:-SEAL]


def verified_path(kind: str, key: str) -> str | None:
    """The path of an entry whose seal was just checked, for what is loaded by path.

    The file stays what it is once it is open: entries are replaced by renaming, never written to.
    """
    path = path_for(kind, key)
    return None if path is None or _read_sealed(path) is None else path


def _read_sealed(path: str) -> bytes | None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(file)
        if status.st_uid not in (os.geteuid(), 0):
            return None
        data = bytearray()
        while chunk := os.read(file, max(status.st_size - len(data), 0) + 1):
            data += chunk
    except OSError:
        return None
    finally:
        os.close(file)
    sealed = bytes(data)
    body = memoryview(sealed)[:-SEAL]
    return sealed if len(sealed) >= SEAL and sealed[-SEAL:] == _seal(body) else None


def _seal(data: bytes | memoryview) -> bytes:
    return blake2b(data, digest_size=16).digest() + len(data).to_bytes(8, "little") + MAGIC


def write(kind: str, key: str, data: bytes) -> bool:
    """Stores an entry in one step; whether it is there now."""
    path = path_for(kind, key)
    if path is None:
        return False
    temporary = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        file = os.open(temporary, flags, 0o600)
    except OSError:
        return False
    try:
        try:
            rest = memoryview(data + _seal(data))
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)
        os.rename(temporary, path)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        return False
    return True


class lock:
    """``with lock(name):`` one process at a time; none waits where the cache cannot be written.

    It keeps parallel first starts from building the same thing twice.  Correctness never hangs on
    it: entries are replaced in one step, so two builders are only a waste.

    A POSIX record lock: it belongs to the process, not to the open file, so a child that is forked
    meanwhile does not go on holding it when its parent has ended.  The threads of one process do
    not keep each other out.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.file = -1

    def __enter__(self) -> lock:
        folder = directory()
        if folder is not None:
            import fcntl

            try:
                path = os.path.join(folder, f"{self.name}.lock")
                self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.lockf(self.file, fcntl.LOCK_EX)
            except OSError:
                if self.file >= 0:
                    os.close(self.file)
                    self.file = -1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        if self.file >= 0:
            os.close(self.file)
            self.file = -1
