"""Each file of the lit suite is a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lit.discovery
import lit.LitConfig
import lit.Test
import pytest

SUITE = Path(__file__).parent.parent / "lit-tests"


def _discover() -> list[Any]:
    config = lit.LitConfig.LitConfig(
        progname="lit",
        path=[],
        diagnostic_level="error",
        useValgrind=False,
        valgrindLeakCheck=False,
        valgrindArgs=[],
        noExecute=False,
        debug=False,
        isWindows=False,
        order="lexical",
        params={},
    )
    tests: list[Any] = lit.discovery.find_tests_for_inputs(config, [str(SUITE)])
    for test in tests:
        test.lit_config = config
    return sorted(tests, key=lambda test: test.path_in_suite)


@pytest.mark.parametrize("test", _discover(), ids=lambda test: "/".join(test.path_in_suite))
def test_lit(test: Any) -> None:
    result = test.config.test_format.execute(test, test.lit_config)
    if result.code == lit.Test.UNSUPPORTED:
        pytest.skip(result.output)
    if result.code not in (lit.Test.PASS, lit.Test.XFAIL):
        pytest.fail(result.output, pytrace=False)
