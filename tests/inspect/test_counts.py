"""`grokc run --count`: how often instructions, functions and lines were executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokc.__main__ import main
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.inspect.counts import Counts
from grokc.passes.pipelines import compile_module
from grokc.vm import machine

PROGRAM = """\
fn double(n) {
    n + n
}

fn main() {
    let sum = 0
    for i in 0..100 {
        sum += double(i)
    }
    println(sum)
}
"""


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    source = SourceFile("double.grok", PROGRAM)
    image = compile_module(compile_to_stack(source)[0])
    counts = Counts(image)
    with open(tmp_path_factory.mktemp("counts") / "output", "wb") as output:
        outcome = machine.execute(
            image, out_fd=output.fileno(), counts=counts.buffer, dispatch="counted"
        )
    assert outcome.status == 0
    return counts


def test_a_quickened_instruction_counts_as_what_it_became(counts: Counts) -> None:
    opcodes = counts.by_opcode()
    assert opcodes["add.rr"] == 2  # two sites, before they were quickened
    assert opcodes["add.rr.int"] == 200
    assert opcodes["call"] == 101  # with main, from @start


def test_functions_and_lines_add_up_to_all_instructions(counts: Counts) -> None:
    by_function = counts.by_function()
    by_line = counts.by_line([SourceFile("double.grok", PROGRAM)])
    outside = counts.by_opcode()["native_return"]
    assert sum(counts.by_opcode().values()) == sum(by_function.values()) + outside
    assert by_function["double"] == by_line["double.grok", 2] == 201
    assert by_line["double.grok", 8] == 301  # argument, call and sum; the sum twice at first


def test_the_tables_name_the_most_frequent_first(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "double.grok"
    path.write_text(PROGRAM)
    assert main(["run", "--count", str(path)]) == 0
    out, err = capfd.readouterr()
    assert out == "9900\n"
    head, *lines = err.splitlines()
    assert head == "executed 612 instructions, allocated 0 bytes"
    opcodes = lines.index("")
    assert lines[opcodes + 1].split() == ["opcode", "count", "share"]
    assert lines[opcodes + 2].split()[:2] == ["add.rr.int", "200"]
    functions = lines.index(next(line for line in lines if line.startswith("function")))
    assert lines[functions + 1].split()[0] == "main"


def test_what_inline_caches_have_found(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One field for A at first; then B, which the site of `v.n` has not seen, and A again."""
    path = tmp_path / "caches.grok"
    path.write_text(
        "struct A { n: int }\nstruct B { n: int }\n"
        "impl A { fn get(self) { self.n } }\n"
        "fn read(v) { v.n }\n"
        "fn main() {\n"
        "    let [a, b] = [A { n: 1 }, B { n: 2 }]\n"
        "    for v in [a, a, b, a] { read(v) }\n"
        "    for i in 0..10 { a.get() }\n"
        "}\n"
    )
    assert main(["run", "--count", str(path)]) == 0
    lines = capfd.readouterr().err.splitlines()
    assert "inline caches, fields: 10 hits, 4 misses" in lines
    assert "inline caches, calls of methods: 9 hits, 1 misses" in lines


def test_counts_are_shown_after_an_error_too(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fails.grok"
    path.write_text("fn main() { println(1 / len([])) }\n")
    assert main(["run", "--count", str(path)]) == 1
    err = capfd.readouterr().err
    assert err.startswith("error: division by zero") and "executed " in err


@pytest.mark.parametrize("option", ["--count", "--without=caches"])
def test_other_machines_have_no_jit(option: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", option, "--jit=on", "x.grok"]) == 2
    name = option.partition("=")[0]
    assert capfd.readouterr().err == f"error: {name} runs without JIT: --jit must be off\n"


def test_counting_records_no_profile(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--count", "--record-profile", "p", "x.grok"]) == 2
    assert capfd.readouterr().err == (
        "error: --count runs without JIT: there is no profile to record\n"
    )
