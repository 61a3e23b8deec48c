"""The lit suite: IR in, IR out, compared by filecheck.  See README.md in this folder."""

import os
import sys
from typing import Any

config: Any  # lit puts `config` in scope

root = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, root)

from in_process import InProcessTest  # noqa: E402

config.name = "grokc"
config.test_format = InProcessTest()
config.suffixes = [".grok", ".mlir", ".ll"]
config.test_source_root = root
config.excludes = ["Inputs"]
tools = os.path.dirname(sys.executable)
config.environment["PATH"] = os.pathsep.join((tools, os.environ.get("PATH", os.defpath)))
config.environment["PYTHONPATH"] = os.path.dirname(root)
