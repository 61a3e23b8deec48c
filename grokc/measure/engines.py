"""The engines that run the benchmark programs: grokc's tiers, and other languages' engines."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from grokc.measure.programs import unknown


@dataclass(frozen=True)
class Engine:
    """An engine as a command line."""

    name: str
    command: tuple[str, ...]
    """The words before the program's file."""
    suffix: str
    """Of the twins that it runs."""
    version: tuple[str, ...]
    """The words that make it tell its version."""
    usual: bool = True
    """Whether it takes part unless others are named."""
    primed: bool = False
    """Whether a run leaves something behind for the next one, so that some that do not count
    come first."""
    counted: bool = False
    """Whether it tells at its end what it has counted."""

    def missing(self) -> str:
        """Why it cannot take part on this computer; empty if it can."""
        return "" if shutil.which(self.command[0]) else f"{self.command[0]} is not installed"

    def told_version(self) -> str:
        """The first line that it tells of itself."""
        done = subprocess.run(
            self.version, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.stdout.strip().split("\n")[0]

    def words(self, program: Path, built: Path) -> list[str]:
        """The command that runs a program; ``built`` is a folder for what must be compiled."""
        return [*self.command, str(program)]

    def priming(self, program: Path, built: Path) -> list[str]:
        """The same, waiting at its end for what is to be left behind, of an engine that is
        primed."""
        return self.words(program, built)


@dataclass(frozen=True)
class Grokc(Engine):
    """Ours; tells its counters."""

    options: tuple[str, ...] = ()
    """Of ``run``."""

    def words(self, program: Path, built: Path) -> list[str]:
        return [*self.command, *self._arguments(program)]

    def priming(self, program: Path, built: Path) -> list[str]:
        run = "import sys; from grokc.__main__ import main; sys.exit(main())"
        return [sys.executable, "-c", run, *self._arguments(program)]

    def _arguments(self, program: Path) -> list[str]:
        return ["run", *self.options, "--stats", str(program)]


@dataclass(frozen=True)
class CCompiler(Engine):
    """Compiles the twins in C before they run."""

    def words(self, program: Path, built: Path) -> list[str]:
        binary = built / program.stem
        if not binary.exists():
            subprocess.run([*self.command, "-o", binary, program, "-lm"], check=True)
        return [str(binary)]


@dataclass(frozen=True)
class Java(Engine):
    """Compiles the twins in Java before they run; a file's class is called as the file, in camel
    case."""

    def words(self, program: Path, built: Path) -> list[str]:
        name = "".join(part.capitalize() for part in program.stem.split("_"))
        if not (built / f"{name}.class").exists():
            subprocess.run(
                ["javac", "-d", built, "-sourcepath", program.parent, program], check=True
            )
        return [*self.command, "-cp", str(built), name]

    def missing(self) -> str:
        return super().missing() or ("" if shutil.which("javac") else "javac is not installed")


def grokc_engine(name: str, *options: str, primed: bool = False) -> Engine:
    """grokc with these options of ``run``."""
    script = Path(sys.executable).parent / "grokc"
    command = (str(script),) if script.exists() else (sys.executable, "-m", "grokc")
    version = (*command, "--version")
    return Grokc(name, command, ".grok", version, primed=primed, counted=True, options=options)


def _peer(name: str, suffix: str, *command: str, usual: bool = True, version: str = "") -> Engine:
    return Engine(name, command, suffix, (command[0], version or "--version"), usual)


INTERPRETER = "grokc-interpreter"
BASELINE = "grokc-baseline"
FRESH = "grokc-fresh"
"""All tiers, without the optimized code of earlier runs."""
OPTIMIZING = "grokc"
"""All tiers; the second run of a program."""

LUAJIT = "luajit"
NODE = "node"
"""The peers that memory and first iterations are compared with."""

ENGINES = (
    grokc_engine(INTERPRETER, "--jit=off"),
    grokc_engine(BASELINE, "--jit=baseline"),
    grokc_engine(FRESH, "--jit=on", "--no-code-cache"),
    grokc_engine(OPTIMIZING, "--jit=on", primed=True),
    _peer("luajit-joff", ".lua", "luajit", "-joff", version="-v"),
    _peer(LUAJIT, ".lua", "luajit", version="-v"),
    _peer("lua5.4", ".lua", "lua5.4", version="-v"),
    _peer("node-jitless", ".js", "node", "--jitless"),
    _peer("node-sparkplug", ".js", "node", "--always-sparkplug", "--no-opt", "--no-maglev"),
    _peer(NODE, ".js", "node"),
    _peer("pypy3", ".py", "pypy3"),
    _peer("cpython", ".py", sys.executable, usual=False),
    Java("java", ("java",), ".java", ("java", "-version")),
    CCompiler("gcc", ("gcc", "-O2"), ".c", ("gcc", "--version")),
)


def chosen_engines(names: list[str]) -> list[Engine]:
    """The engines of these names, the usual ones for none; raises :class:`UnknownName`."""
    known = {engine.name: engine for engine in ENGINES}
    for name in names:
        if name not in known:
            raise unknown("engine", name, list(known))
    return [e for e in ENGINES if (e.name in names if names else e.usual)]
