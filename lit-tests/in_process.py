"""A lit test format that runs the common RUN lines without starting a process for each tool.

A start of ``grokc`` with the compiler costs a fifth of a second, a test's own work a few
milliseconds.  A line that is a plain pipeline of the tools below therefore runs inside lit's own
process; any other goes to lit's shell and means the same, only slower.
"""

from __future__ import annotations

import os
import re
from typing import Any

import lit.formats
import lit.Test
from lit.TestRunner import (
    applySubstitutions,
    executeShTest,
    getDefaultSubstitutions,
    getTempPaths,
    parseIntegratedTestScript,
)

from grokc.inspect import commands

# What lit puts before a command to name its RUN line.
ORIGIN = re.compile(r"%dbg\(([^)]*)\)\s*")


def _grokc(arguments: list[str]) -> int:
    from grokc.__main__ import main

    return main(arguments)


def _filecheck(arguments: list[str]) -> int:
    from filecheck.main import main

    main(["filecheck", *arguments])
    return 0


TOOLS: dict[str, commands.Tool] = {"grokc": _grokc, "filecheck": _filecheck}


class InProcessTest(lit.formats.ShTest):  # type: ignore[misc]
    """Like lit's ``ShTest``; see the module's docstring."""

    def execute(self, test: Any, config: Any) -> Any:
        if test.config.unsupported:
            return lit.Test.Result(lit.Test.UNSUPPORTED, "Test is unsupported")
        parsed = parseIntegratedTestScript(test)
        if isinstance(parsed, lit.Test.Result):
            return parsed
        temporary = getTempPaths(test)
        script = applySubstitutions(parsed, getDefaultSubstitutions(test, *temporary))
        pipelines = []
        for line in script:
            pipeline = commands.parse(ORIGIN.sub("", line, count=1), TOOLS)
            if pipeline is None:
                return executeShTest(test, config, False)
            pipelines.append((line, pipeline))
        os.makedirs(temporary[0], exist_ok=True)
        for line, pipeline in pipelines:
            done = commands.run(pipeline, TOOLS)
            if done.failed is not None:
                log = f"{done.failed}: exit status {done.status}\n{done.errors}{done.output}"
                return lit.Test.Result(lit.Test.FAIL, f"{line}\n{log}")
        return lit.Test.Result(lit.Test.PASS, "")
