"""How long whole processes take that do next to nothing, everything warm."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grokc.measure.engines import Engine
from grokc.measure.process import BenchmarkError

TEXTS = {
    ".grok": 'fn main() { println("hello, world") }\n',
    ".lua": 'print("hello, world")\n',
    ".js": 'console.log("hello, world");\n',
    ".py": 'print("hello, world")\n',
    ".java": (
        "class Hello {\n"
        '    public static void main(String[] words) { System.out.println("hello, world"); }\n'
        "}\n"
    ),
}

PYTHON = "python -c pass"
"""What a start of grokc is to be compared with: the start of the Python that it is made of."""


def startup(engines: list[Engine], rounds: int) -> dict[str, float]:
    """Median wall-clock seconds, by engine; they take turns."""
    with tempfile.TemporaryDirectory() as folder:
        commands = {PYTHON: [sys.executable, "-c", "pass"]}
        for engine in engines:
            if engine.suffix in TEXTS and not engine.missing():
                file = Path(folder) / f"hello{engine.suffix}"
                file.write_text(TEXTS[engine.suffix])
                commands[engine.name] = engine.words(file, Path(folder))
        for command in commands.values():
            _timed(command)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(_timed(command))
    return {name: statistics.median(values) for name, values in times.items()}


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise BenchmarkError(f"{command[0]}: status {done.returncode}\n{done.stderr}")
    return seconds
