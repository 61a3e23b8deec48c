"""Pipelines of tools in this process: what they are, and what comes out."""

from __future__ import annotations

import sys

import pytest

from grokc.inspect.commands import Command, parse, run

TOOLS = ("grokc", "filecheck")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("grokc opt a.mlir", [Command(("grokc", "opt", "a.mlir"))]),
        (
            'grokc opt -p "a{b=1 c=2}" x | filecheck x',
            [Command(("grokc", "opt", "-p", "a{b=1 c=2}", "x")), Command(("filecheck", "x"))],
        ),
        ("not grokc opt x", [Command(("grokc", "opt", "x"), is_inverted=True)]),
        ("grokc opt x 2>&1", [Command(("grokc", "opt", "x"), with_errors=True)]),
    ],
)
def test_what_is_a_pipeline(line: str, expected: list[Command]) -> None:
    assert parse(line, TOOLS) == expected


@pytest.mark.parametrize(
    "line",
    [
        "grokc opt x > y",
        "grokc opt x; true",
        "cat x | filecheck x",
        "grokc opt `x`",
        "grokc 'opt",
        "grokc run x",
        "a && b",
        "",
    ],
)
def test_what_is_for_the_shell(line: str) -> None:
    assert parse(line, TOOLS) is None


def shout(arguments: list[str]) -> int:
    sys.stdout.write(sys.stdin.read().upper() + " ".join(arguments))
    print("shouted", file=sys.stderr)
    return len(arguments)


def give_up(arguments: list[str]) -> int:
    sys.exit(arguments[0])


def test_each_command_gets_what_the_one_before_has_written() -> None:
    commands = [Command(("shout", "a"), is_inverted=True), Command(("shout",))]
    done = run(commands, {"shout": shout})
    assert (done.output, done.errors, done.failed) == ("A", "shouted\nshouted\n", None)


def test_the_first_that_fails_is_the_last_that_runs() -> None:
    done = run([Command(("shout", "a")), Command(("shout",))], {"shout": shout})
    assert (done.failed, done.status, done.output) == (Command(("shout", "a")), 1, "a")
    done = run([Command(("shout",), is_inverted=True)], {"shout": shout})
    assert done.failed is not None
    assert str(done.failed) == "not shout"


def test_errors_go_on_where_that_is_wanted() -> None:
    done = run([Command(("shout",), with_errors=True)], {"shout": shout})
    assert (done.output, done.errors) == ("shouted\n", "")


def test_a_tool_that_exits() -> None:
    stdin = sys.stdin
    done = run([Command(("give_up", "bad"))], {"give_up": give_up})
    assert (done.status, sys.stdin) == (1, stdin)
