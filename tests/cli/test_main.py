"""The command line as a user meets it: whole processes, exit statuses, and what they import."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GROKC = [sys.executable, "-m", "grokc"]
ROOT = Path(__file__).parent.parent.parent

Done = subprocess.CompletedProcess[str]


def grokc(*words: str | Path, cwd: Path = ROOT, stdin: str = "", **environment: str) -> Done:
    return subprocess.run(
        [*GROKC, *map(str, words)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.fixture(scope="module", autouse=True)
def machine() -> None:
    """Builds the machine if need be, so that no test sees the line that says so."""
    grokc("run", "-", stdin="fn main() { }")


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a program into a folder of its own."""

    def write(text: str) -> Path:
        path = tmp_path / "program.grok"
        path.write_text(text)
        return path

    return write


# ------------------------------------------------------------------------------- commands


def test_help_names_every_command() -> None:
    for words in (["--help"], ["-h"], ["help"]):
        done = grokc(*words)
        assert done.returncode == 0
        assert done.stderr == ""
        for command in ("run", "emit", "opt"):
            assert f"\n  {command} " in done.stdout


def test_no_command_shows_the_help_as_an_error() -> None:
    done = grokc()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: grokc COMMAND")


@pytest.mark.parametrize("command", ["run", "emit", "opt"])
def test_each_command_has_help(command: str) -> None:
    done = grokc(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: grokc {command}")
    assert grokc("help", command).stdout == done.stdout


def test_version() -> None:
    from grokc import __version__

    assert grokc("--version").stdout == f"grokc {__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rum"], "unknown command 'rum'; did you mean 'run'?"),
        (["zzzzz"], "unknown command 'zzzzz'; see grokc --help"),
        (["x.grok"], "unknown command 'x.grok'; to run a program: grokc run x.grok"),
        (["run"], "no program given; usage: grokc run FILE [ARGUMENT...]"),
        (
            ["run", "--engine"],
            "--engine needs a name: auto, interp, baseline, optimizing, reference",
        ),
        (
            ["run", "--engine", "warp", "x"],
            "unknown engine 'warp'; there are auto, interp, baseline, optimizing, reference",
        ),
        (["run", "--fast", "x"], "unknown option '--fast'; see grokc run --help"),
    ],
)
def test_usage_errors(words: list[str], message: str) -> None:
    done = grokc(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {message}\n"


# ------------------------------------------------------------------------------- running


@pytest.mark.parametrize("engine", ["auto", "interp", "reference"])
def test_arguments_reach_the_program(program: Callable[[str], Path], engine: str) -> None:
    path = program("fn main() { println(env::args()) }")
    done = grokc("run", "--engine", engine, path, "--no-cache", "-x", "two words", "é")
    assert done.stdout == '["--no-cache", "-x", "two words", "é"]\n'
    assert (done.returncode, done.stderr) == (0, "")


def test_program_from_standard_input() -> None:
    done = grokc("run", "-", "a", stdin="fn main() { println(env::args()[0]); [][1] }")
    assert (done.returncode, done.stdout) == (1, "a\n")
    assert "--> <stdin>:1:38" in done.stderr


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 0),
        ("exit(0)", 0),
        ("exit(3)", 3),
        ("panic()", 1),
        ("1 / 0", 1),
        ("Err(5)", 1),
        ("missing", 2),
        ("(", 2),
    ],
)
def test_exit_status(program: Callable[[str], Path], body: str, status: int) -> None:
    path = program(f"fn main() {{ {body} }}")
    assert grokc("run", path).returncode == status
    assert grokc("run", path).returncode == status  # and again from the cache
    assert grokc("run", "--engine=reference", path).returncode == status


@pytest.mark.parametrize("engine", ["interp", "reference"])
def test_interrupt(program: Callable[[str], Path], engine: str) -> None:
    path = program('fn main() { println("kept"); eprintln("ready"); loop { } }')
    process = subprocess.Popen(
        [*GROKC, "run", "--engine", engine, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"ready\n"
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == b"kept\n"
    assert b"Traceback" not in errors


@pytest.mark.parametrize("engine", ["interp", "reference"])
def test_reader_that_went_away(program: Callable[[str], Path], engine: str) -> None:
    path = program("fn main() { for i in 0..100000 { println(i) } }")
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*GROKC, "run", "--engine", engine, str(path)],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    os.close(write)
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert done.returncode >= 0, "killed by a signal"


# ------------------------------------------------------------------------------- bad input


def one_line_error(done: Done, *parts: str) -> None:
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    for part in parts:
        assert part in done.stderr


def test_missing_file() -> None:
    one_line_error(grokc("run", "nowhere.grok"), "nowhere.grok", "No such file")


def test_directory(tmp_path: Path) -> None:
    one_line_error(grokc("run", tmp_path), str(tmp_path), "directory")


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.grok"
    path.write_bytes(b"// caf\xc3\xa9\n// caf\xe9\nfn main() { }")
    one_line_error(grokc("run", path), "latin.grok", "not UTF-8", "line 2")


def test_endless_file() -> None:
    one_line_error(grokc("run", "/dev/zero"), "/dev/zero", "more than")


@pytest.mark.parametrize("text", ["", "\n\n", "// nothing", "fn helper() { }", "\ufeff"])
def test_no_main(program: Callable[[str], Path], text: str) -> None:
    one_line_error(grokc("run", program(text)), "main")


def test_byte_order_mark_and_carriage_returns(program: Callable[[str], Path]) -> None:
    path = program("")
    path.write_bytes("\ufefffn main() {\r\n    println(1)\r\n    [][0]\r\n}\r\n".encode())
    done = grokc("run", path)
    assert (done.returncode, done.stdout) == (1, "1\n")
    assert ":3:5" in done.stderr


@pytest.mark.parametrize("opening", ["(", "[", "{", "-", "if true {", "|| ", "f(", "fn f() {"])
def test_ten_thousand_levels(program: Callable[[str], Path], opening: str) -> None:
    closing = {"(": ")", "[": "]", "{": "}", "-": "", "if true {": "}", "|| ": "", "f(": ")"}
    depth = 10_000
    text = opening * depth + "1" + closing.get(opening, "}") * depth
    done = grokc("run", program(f"fn f(x) {{ x }}\nfn main() {{ {text} }}"))
    assert done.returncode == 2, done.stderr[-300:]
    assert done.stderr.startswith("error: ")
    assert "internal error" not in done.stderr


@pytest.mark.parametrize("engine", ["interp", "reference"])
def test_infinite_recursion(program: Callable[[str], Path], engine: str) -> None:
    done = grokc("run", "--engine", engine, program("fn f(n) { 1 + f(n) }\nfn main() { f(1); }"))
    assert done.returncode == 1
    assert done.stderr.startswith("error: stack overflow\n")
    assert done.stderr.count("\n") < 30


def test_long_chains_are_no_nesting(program: Callable[[str], Path]) -> None:
    total = " + ".join(["1"] * 5000)
    branches = " else ".join(f"if n == {i} {{ {i} }}" for i in range(300))
    path = program(
        f"fn f(n) {{ {branches} else {{ -1 }} }}\nfn main() {{ println({total}, f(299)) }}"
    )
    done = grokc("run", path)
    assert (done.returncode, done.stdout) == (0, "5000 299\n"), done.stderr[-500:]


def test_internal_error_has_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import grokc.__main__ as m\n"
        "def broken(*_, **__): raise RuntimeError('two\\nlines')\n"
        "m.run_file = broken\n"
        "raise SystemExit(m.main(['run', 'x.grok']))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 70
    assert done.stderr.startswith("internal error: RuntimeError: two\n")
    assert "Traceback" not in done.stderr
    environment["GROKC_DEBUG"] = "1"
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert "Traceback" in done.stderr


# ------------------------------------------------------------------------------- the cache


def imported_modules(*words: str | Path) -> set[str]:
    """Names of the modules that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "grokc", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-500:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines[1:]}


HEAVY = {"lark", "xdsl", "llvmlite", "argparse", "dataclasses", "re", "json", "pathlib", "typing"}


def test_warm_run_imports_no_compiler(program: Callable[[str], Path]) -> None:
    path = program('fn main() { println("hello") }')
    grokc("run", path)
    usual = imported_modules("--version")
    warm = imported_modules("run", path) - usual
    assert not {name.split(".")[0] for name in warm} & HEAVY, sorted(warm)
    assert len(warm) <= 3, sorted(warm)


def test_cold_and_warm_runs_are_the_same(program: Callable[[str], Path]) -> None:
    path = program("#[odd]\nfn f() { 1 }\nfn main() { println(f()); [f()][1] }")
    cold = grokc("run", path)
    warm = grokc("run", path)
    uncached = grokc("run", "--no-cache", path)
    results = {(done.returncode, done.stdout, done.stderr) for done in (cold, warm, uncached)}
    assert len(results) == 1
    assert "warning: unknown attribute 'odd'" in warm.stderr


def test_changed_source_is_compiled_again(program: Callable[[str], Path]) -> None:
    for text in ("1", "2", "1"):
        assert grokc("run", program(f"fn main() {{ println({text}) }}")).stdout == f"{text}\n"


def test_changed_module_is_compiled_again(tmp_path: Path) -> None:
    main = tmp_path / "main.grok"
    main.write_text("mod part;\nfn main() { println(part::value()) }")
    part = tmp_path / "part.grok"
    part.write_text("pub fn value() { 1 }")
    first = grokc("run", main)
    if "not supported yet" in first.stderr:
        pytest.skip("modules in files are not supported yet")
    assert first.stdout == "1\n", first.stderr
    part.write_text("pub fn value() { 2 }")
    assert grokc("run", main).stdout == "2\n"
    part.unlink()
    assert grokc("run", main).returncode == 2


def test_damaged_program_entries_are_built_again(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    path = program('fn main() { println("still fine") }')
    cache = tmp_path / "cache"
    machine = Path(os.environ["GROKC_CACHE_DIR"]) / "machine"
    cache.mkdir()
    (cache / "machine").symlink_to(machine)
    grokc("run", path, GROKC_CACHE_DIR=str(cache))
    (entry,) = (cache / "program").iterdir()
    whole = entry.read_bytes()
    damaged = [b"", whole[:10], whole[:-1], whole[:-40], whole + b"x", b"\0" * len(whole)]
    damaged += [bytes([whole[0] ^ 1]) + whole[1:], os.urandom(len(whole))]
    for data in damaged:
        entry.write_bytes(data)
        done = grokc("run", path, GROKC_CACHE_DIR=str(cache))
        assert (done.returncode, done.stdout, done.stderr) == (0, "still fine\n", "")
        assert entry.read_bytes() == whole


@pytest.mark.parametrize("place", ["/proc/nowhere/cache", "/dev/null", "\x00"[:0]])
def test_cache_that_cannot_be(program: Callable[[str], Path], place: str) -> None:
    path = program('fn main() { println("ran") }')
    # Without a cache the machine itself is built anew; --engine reference leaves it out.
    done = grokc("run", "--engine", "reference", path, GROKC_CACHE_DIR=place)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ran\n", "")


def test_no_cache_stores_no_program(program: Callable[[str], Path], tmp_path: Path) -> None:
    path = program("fn main() { }")
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "machine").symlink_to(Path(os.environ["GROKC_CACHE_DIR"]) / "machine")
    assert grokc("run", "--no-cache", path, GROKC_CACHE_DIR=str(cache)).returncode == 0
    assert not (cache / "program").exists()
