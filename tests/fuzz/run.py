"""Fuzzing for as long as one likes: ``python -m tests.fuzz.run SECONDS [SEED]``.

Seeds go up from SEED, or from one that the clock gives.  A failing program is reduced, printed with
its seed, and written to ``build/fuzz``.  The exit status is 1 if there was one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.engines import ENGINES, Engine, load_machines
from tests.fuzz.generator import generate
from tests.fuzz.oracles import Failure, first_failure
from tests.fuzz.reducer import reduce

FOLDER = Path(__file__).parents[2] / "build" / "fuzz"

REDUCTION_TIME = 180.0
"""Seconds for each failure."""

REDUCTION_LIMIT = 4.0
"""Seconds of processor time for a run: what is left of a program may not end any more."""


def main(arguments: Sequence[str]) -> int:
    seconds = float(arguments[0])
    first = int(arguments[1]) if len(arguments) > 1 else time.time_ns() // 1_000_000 % 10**9
    load_machines()
    print(f"fuzzing for {seconds:.0f} seconds from seed {first}", flush=True)
    deadline = time.monotonic() + seconds
    seen: set[tuple[str, ...]] = set()
    seed = first
    while time.monotonic() < deadline:
        engines = [engine for engine in ENGINES if seed % engine.turn == 0]
        failure = first_failure(str(generate(seed)), engines)
        if failure is not None and failure.signature not in seen:
            seen.add(failure.signature)
            print(explain(seed, failure, ENGINES), flush=True)
        seed += 1
    print(f"{seed - first} programs, {len(seen)} kinds of failure")
    return 1 if seen else 0


def explain(
    seed: int, failure: Failure, engines: Sequence[Engine], seconds: float = REDUCTION_TIME
) -> str:
    """The failure, and the small program that still shows it; writes that to a file."""
    text = reduced(seed, failure, engines, seconds)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{seed}.grok"
    path.write_text(text)
    again = first_failure(text, _concerned(failure, engines)) or failure
    return f"--- seed {seed}: {' '.join(failure.signature)}\n{again.report}\n--- {path}\n{text}"


def reduced(seed: int, failure: Failure, engines: Sequence[Engine], seconds: float) -> str:
    concerned = _concerned(failure, engines)

    def fails(text: str) -> bool:
        found = first_failure(text, concerned, REDUCTION_LIMIT)
        return found is not None and found.signature == failure.signature

    program = generate(seed)
    reduce(program, fails, seconds)
    return str(program)


def _concerned(failure: Failure, engines: Sequence[Engine]) -> list[Engine]:
    """Only the engine that failed need run again."""
    return [engine for engine in engines if engine.name == failure.signature[0]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
