"""``grokc filecheck-update``: CHECK lines that hold, where they belong, and nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from filecheck.main import main as filecheck

from grokc.__main__ import main
from grokc.inspect.checks import NOTE

TEST = """\
// RUN: grokc opt -p cse-blocks %s | filecheck %s
// RUN: grokc opt -p cse-blocks,allocate-registers %s | filecheck %s --check-prefix=VM

// Equal constants are one.
grok.func @twice(%a: !grok.any) {
  %0 = grok.constant 1
  %1 = grok.constant 1
  %2 = grok.make_tuple(%0, %1)
  grok.return %2
}

// There is only one.
grok.func @"Odd::name"() {
  %0 = grok.constant 2
  grok.return %0
}
"""


@pytest.fixture
def test_file(tmp_path: Path) -> Path:
    path = tmp_path / "test.mlir"
    path.write_text(TEST)
    return path


def holds(path: Path, pipeline: str, capsys: pytest.CaptureFixture[str], *options: str) -> bool:
    """Does filecheck accept what the pipeline prints now?"""
    capsys.readouterr()
    assert main(["opt", "-p", pipeline, str(path)]) == 0
    output = path.with_suffix(".output")
    output.write_text(capsys.readouterr().out)
    try:
        filecheck(["filecheck", str(path), "--input-file", str(output), *options])
    except SystemExit as stop:
        return not stop.code
    return True


@pytest.mark.parametrize("options", [[], ["--capture"]], ids=["plain", "capture"])
def test_the_lines_hold(
    test_file: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["filecheck-update", *options, str(test_file)]) == 0
    assert holds(test_file, "cse-blocks", capsys)
    assert holds(test_file, "cse-blocks,allocate-registers", capsys, "--check-prefix=VM")
    # And do not hold of anything else.
    assert not holds(test_file, "infer-types", capsys)


def test_where_they_stand(test_file: Path) -> None:
    assert main(["filecheck-update", str(test_file)]) == 0
    text = test_file.read_text()
    twice, odd = text.index("// CHECK-LABEL: grok.func @twice"), text.index("// There is only one.")
    assert text.index("grok.func @twice") < twice < odd
    assert text.index("// VM-LABEL: grok_vm.func @twice") < odd
    assert odd < text.index('// CHECK-LABEL: grok.func @"Odd::name"() {\n')
    assert "// CHECK-NEXT:    %1 = grok.make_tuple(%0, %0)\n" in text
    assert text.count(NOTE) == 1
    # Nothing else has changed.
    left = [line for line in text.split("\n") if not line.startswith(("// CHECK", "// VM", NOTE))]
    assert [line for line in left if line] == [line for line in TEST.split("\n") if line]


def test_names_for_values(test_file: Path) -> None:
    assert main(["filecheck-update", "--capture", str(test_file)]) == 0
    text = test_file.read_text()
    assert "// CHECK-NEXT:    %[[V2:.*]] = grok.make_tuple(%[[V1]], %[[V1]])\n" in text


def test_twice_is_once(test_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["filecheck-update", str(test_file)])
    text = test_file.read_text()
    capsys.readouterr()
    assert main(["filecheck-update", str(test_file)]) == 0
    assert test_file.read_text() == text
    assert main(["filecheck-update", "--check", str(test_file)]) == 0
    assert capsys.readouterr().out == ""


def test_out_of_date(test_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["filecheck-update", str(test_file)])
    changed = test_file.read_text().replace(
        "constant 2\n  grok.return", "constant 3\n  grok.return"
    )
    test_file.write_text(changed)
    capsys.readouterr()
    assert main(["filecheck-update", "--check", str(test_file)]) == 1
    assert capsys.readouterr().out == f"{test_file}: is out of date\n"
    assert test_file.read_text() == changed
    assert main(["filecheck-update", str(test_file)]) == 0
    assert "// CHECK-NEXT:    %0 = grok.constant 3\n" in test_file.read_text()


def test_places_in_the_test_itself_settle(tmp_path: Path) -> None:
    path = tmp_path / "places.grok"
    path.write_text(
        "// RUN: grokc emit --stage ssa --locations %s | filecheck %s\n\n"
        "fn one() { 1 }\n\nfn main() { one() }\n"
    )
    assert main(["filecheck-update", str(path)]) == 0
    text = path.read_text()
    where = text.index("1 }\n")
    assert f'grok.constant 1 loc("{{{{.*}}}}places.grok":{where}:{where + 1})' in text


def test_lines_by_hand_are_kept(test_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TEST + "// CHECK: grok.make_tuple\n"
    test_file.write_text(text)
    assert main(["filecheck-update", str(test_file)]) == 2
    assert "CHECK lines that were written by hand" in capsys.readouterr().err
    assert test_file.read_text() == text
    assert main(["filecheck-update", "--replace", str(test_file)]) == 0
    assert "// CHECK: " not in test_file.read_text()


@pytest.mark.parametrize(
    ("run", "error"),
    [
        ("grokc opt %s", "it has no RUN line that ends in filecheck"),
        ("grokc opt %s > %t | filecheck %s", "this RUN line is more than a pipeline"),
        ("grokc opt -p no-pass %s | filecheck %s", "unknown pass 'no-pass'"),
        ("grokc opt -t none %s | filecheck %s", "prints nothing"),
    ],
)
def test_what_cannot_be_updated(
    test_file: Path, run: str, error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"// RUN: {run}\n" + TEST.split("\n\n", 1)[1]
    test_file.write_text(text)
    assert main(["filecheck-update", str(test_file)]) == 2
    assert error in capsys.readouterr().err
    assert test_file.read_text() == text


def test_two_outputs_for_one_prefix(test_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    test_file.write_text(TEST.replace(" --check-prefix=VM", ""))
    assert main(["filecheck-update", str(test_file)]) == 2
    assert "several RUN lines have the prefix CHECK" in capsys.readouterr().err


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["filecheck-update", "missing.mlir"]) == 2
    assert "missing.mlir: no such file" in capsys.readouterr().err


SUITE = Path(__file__).parent.parent.parent / "lit-tests"
WRITTEN = [
    path
    for path in sorted(SUITE.rglob("*.*"))
    if path.suffix in (".grok", ".mlir") and NOTE in path.read_text()
]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(SUITE)))
def test_the_suite_is_up_to_date(path: Path) -> None:
    assert main(["filecheck-update", "--check", str(path)]) == 0


def test_the_suite_has_such_tests() -> None:
    assert WRITTEN
