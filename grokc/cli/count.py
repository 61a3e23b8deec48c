"""What ``grokc run --count`` does: runs a program on the machine that counts instructions."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from grokc.frontend.source import SourceFile
from grokc.inspect.counts import Counts
from grokc.vm.machine import conclude, execute
from grokc.vm.shapes import shape_without


def run_counted(
    image: bytes,
    files: Sequence[tuple[str, bytes]],
    arguments: Sequence[str],
    *,
    memory_limit: int,
    collector: int,
    statistics: bool,
    lacking: Sequence[str] = (),
) -> int:
    """Runs a program; its exit status.  The counts go to standard error, also after an error.

    ``lacking`` are ideas that the machine is built without.
    """
    representation, _, without = shape_without(lacking)
    counts = Counts(image)
    outcome = execute(
        image,
        arguments,
        memory_limit=memory_limit,
        collector=collector,
        counts=counts.buffer,
        representation=representation,
        dispatch="counted",
        without=without,
    )
    status = conclude(outcome, files, statistics=statistics)
    sources = [SourceFile.decode(name, text) for name, text in files]
    sys.stderr.write(counts.to_text(sources, outcome.counters))
    return status
