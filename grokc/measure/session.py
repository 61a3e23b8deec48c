"""Runs benchmark programs on engines that take turns."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from grokc.measure.engines import Engine
from grokc.measure.process import BenchmarkError, Sample, measure, processor
from grokc.measure.programs import Program
from grokc.measure.results import Result

MOST_PRIMING = 5
"""So many runs at most leave optimized code behind: those that find code compile what got hot only
later in the runs before them."""


def run(
    programs: Sequence[Program],
    engines: Sequence[Engine],
    folder: Path,
    *,
    rounds: int,
    budget: float,
    clock: str,
    size: Literal["usual", "small"] = "usual",
    progress: Callable[[str], None] = lambda text: None,
    keep: Callable[[Result], None] = lambda result: None,
) -> Result:
    """Measures the programs of a folder; raises :class:`BenchmarkError`.

    Within a round the engines take turns, so that a change of the computer's speed meets them all.
    An engine that is not installed is skipped and named; a program without a twin in an engine's
    language has no samples of it.  Results that differ fail the whole run.
    ``keep`` gets what there is after each program: a run may take long, and be interrupted.
    """
    # Bytecode of Python modules belongs to a warm start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    present = [engine for engine in engines if not engine.missing()]
    result = Result(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        machine=processor(),
        cores=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        clock=clock,
        versions={engine.name: engine.told_version() for engine in present},
        skipped={engine.name: why for engine in engines if (why := engine.missing())},
    )
    with tempfile.TemporaryDirectory() as built:
        for program in programs:
            progress(program.name)
            work = program.small if size == "small" else program.size
            result.sizes[program.name] = work
            result.samples[program.name] = _measure(
                program.name, work, present, folder, Path(built), rounds, budget
            )
            keep(result)
    return result


def _measure(
    program: str,
    size: int,
    engines: Sequence[Engine],
    folder: Path,
    built: Path,
    rounds: int,
    budget: float,
) -> dict[str, list[Sample]]:
    commands: dict[str, tuple[list[str], Engine]] = {}
    priming: list[list[str]] = []
    for engine in engines:
        file = folder / f"{program}{engine.suffix}"
        if file.exists():
            try:
                commands[engine.name] = engine.words(file, built), engine
                if engine.primed:
                    priming.append(engine.priming(file, built))
            except (subprocess.CalledProcessError, OSError) as error:
                raise BenchmarkError(f"{engine.name} cannot compile {file}: {error}") from error
    for words in priming:
        _prime(words, size, budget)
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, (command, engine) in commands.items():
            samples[name].append(measure(command, size, budget=budget, counted=engine.counted))
        check_agreement(program, samples)
    return samples


def _prime(command: Sequence[str], size: int, budget: float) -> None:
    """Runs a program until a run finds all that it needs left behind by others."""
    for _ in range(MOST_PRIMING):
        sample = measure(command, size, budget=budget, most=1000, counted=True)
        if not sample.counters.get("compiled"):
            return


def check_agreement(program: str, samples: dict[str, list[Sample]]) -> None:
    """Raises :class:`BenchmarkError` unless all engines have come to the same result."""
    results = {name: {sample.result for sample in rounds} for name, rounds in samples.items()}
    if len(set().union(*results.values())) > 1:
        lines = "".join(f"\n  {name}: {' | '.join(sorted(r))}" for name, r in results.items())
        raise BenchmarkError(f"the engines disagree about {program}:{lines}")


def warm_cache(programs: Sequence[Program], engines: Sequence[Engine], folder: Path) -> None:
    """Builds grokc's machines and compiles the programs, so that no sample has to."""
    ours = [engine for engine in engines if engine.suffix == ".grok"]
    runs = [(engine, programs[0]) for engine in ours] + [(ours[0], p) for p in programs if ours]
    for engine, program in runs:
        command = engine.words(folder / f"{program.name}.grok", folder)
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchmarkError(
                f"{' '.join(command)}: status {done.returncode}\n{done.stderr}".rstrip()
            )
