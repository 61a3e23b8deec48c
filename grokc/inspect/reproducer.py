"""Reproducers: the IR on which a pass fails, with the pipeline that makes it fail.

A reproducer is an IR file with a head, so every tool reads it; ``grokc opt --run-reproducer``
applies what the head says, ``grokc reduce`` makes the IR smaller::

    // grokc reproducer
    // pipeline: cse-blocks,forward-cells
    // verify-each
    // failure: cse-blocks: operand is not defined before its use
"""

from __future__ import annotations

from dataclasses import dataclass

TITLE = "// grokc reproducer"
_PIPELINE = "// pipeline: "
_VERIFY = "// verify-each"
_FAILURE = "// failure: "


@dataclass(frozen=True)
class Reproducer:
    """What to run, on what, and what came of it."""

    pipeline: str
    verify_each: bool
    failure: str
    ir: str

    def to_text(self) -> str:
        head = [TITLE, f"{_PIPELINE}{self.pipeline}"]
        head += [_VERIFY] if self.verify_each else []
        head.append(f"{_FAILURE}{self.failure}")
        return "\n".join((*head, "", self.ir))

    @classmethod
    def from_text(cls, text: str) -> Reproducer:
        """Reads one; raises ``ValueError`` for anything else."""
        lines = text.split("\n")
        if lines[0] != TITLE:
            raise ValueError(f"this is no reproducer: it does not begin with '{TITLE}'")
        pipeline = failure = ""
        verify_each = False
        count = 1
        while count < len(lines) and lines[count].startswith("//"):
            line = lines[count]
            if line.startswith(_PIPELINE):
                pipeline = line.removeprefix(_PIPELINE)
            elif line.startswith(_FAILURE):
                failure = line.removeprefix(_FAILURE)
            elif line == _VERIFY:
                verify_each = True
            count += 1
        return cls(pipeline, verify_each, failure, "\n".join(lines[count:]).lstrip("\n"))
