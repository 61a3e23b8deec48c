"""What all tests share: a cache of their own, and a limit for what must not hang."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

TIME_LIMIT = 120.0
"""Seconds; a native loop that never ends can only be stopped by ending its process."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-variants",
        action="store_true",
        help="run all conformance programs on all machines and compilers of grokc ablate",
    )


def pytest_configure(config: pytest.Config) -> None:
    # Tests never read or fill the user's cache, but later runs of the tests profit from earlier
    # ones: building the machine takes seconds.
    root = Path(__file__).parent.parent
    os.environ["GROKC_CACHE_DIR"] = str(root / "build" / "test-cache")
    os.environ.pop("GROKC_DEBUG", None)


@pytest.fixture
def time_limit() -> Iterator[None]:
    """Ends the process, with a traceback of all threads, when a test takes far too long."""
    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()
