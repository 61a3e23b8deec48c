"""`grokc bench`: the programs agree in all languages; results, comparisons, refusals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grokc.__main__ import main
from grokc.cli import bench
from grokc.measure.compare import compare, obstacle, told
from grokc.measure.compiling import WAYS, compiling
from grokc.measure.counting import instructions
from grokc.measure.engines import FRESH, INTERPRETER, chosen_engines
from grokc.measure.pages import page, readme_section, with_section
from grokc.measure.plots import MEANS, RATIOS, WARM_UP
from grokc.measure.process import BenchmarkError, Sample, measure
from grokc.measure.programs import FOLDER, PROGRAMS, Program, UnknownName, chosen
from grokc.measure.results import Result, ResultError
from grokc.measure.session import run, warm_cache
from grokc.measure.startup import PYTHON, startup
from grokc.measure.tables import report, work_table

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_twins_agree(program: Program) -> None:
    """With CPython, which every computer with grokc has, and with what else is installed."""
    engines = chosen_engines([INTERPRETER, "cpython", "lua5.4", "luajit-joff", "node", "java"])
    result = run([program], engines, FOLDER, rounds=1, budget=1e-9, clock="wall", size="small")
    assert {INTERPRETER, "cpython"} <= set(result.samples[program.name])
    samples = [sample for rounds in result.samples[program.name].values() for sample in rounds]
    assert all(len(sample.wall) == len(sample.cpu) == 2 for sample in samples)
    assert all(sample.memory > 1 << 20 for sample in samples)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_every_program_has_its_twins(program: Program) -> None:
    suffixes = [".grok", ".lua", ".js", ".py", *([".c"] if program.kind == "kernel" else [])]
    missing = [s for s in suffixes if not (FOLDER / f"{program.name}{s}").exists()]
    assert not missing


def test_every_program_is_listed() -> None:
    files = {path.stem for path in FOLDER.glob("*.grok")} - {"harness"}
    assert files == {program.name for program in PROGRAMS}


GOOD = "from harness import serve\n\n\nserve(lambda n: n + 1)\n"


def _twins(folder: Path, grok: str, python: str) -> Program:
    for name in ("harness.grok", "harness.py"):
        (folder / name).write_text((FOLDER / name).read_text())
    (folder / "twin.grok").write_text(
        f"mod harness;\nfn run(n) {{ {grok} }}\nfn main() {{ harness::serve(run) }}\n"
    )
    (folder / "twin.py").write_text(python)
    return Program("twin", 41, "kernel", 1)


def _run_twins(folder: Path, grok: str, python: str) -> Result:
    engines = chosen_engines([INTERPRETER, "cpython"])
    program = _twins(folder, grok, python)
    return run([program], engines, folder, rounds=2, budget=1e-9, clock="wall")


def test_a_result_has_every_iteration_of_every_round(tmp_path: Path) -> None:
    result = _run_twins(tmp_path, "n + 1", GOOD)
    assert result.engines() == [INTERPRETER, "cpython"]
    assert result.sizes == {"twin": 41}
    for rounds in result.samples["twin"].values():
        assert [sample.result for sample in rounds] == ["42", "42"]
        assert [len(sample.wall) for sample in rounds] == [2, 2]


def test_a_twin_that_disagrees_fails_the_run(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError) as caught:
        _run_twins(tmp_path, "n + 2", GOOD)
    assert str(caught.value) == (
        f"the engines disagree about twin:\n  {INTERPRETER}: 43\n  cpython: 42"
    )


def test_a_twin_that_fails_is_shown_with_its_error(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"status 1\nerror: division by zero"):
        _run_twins(tmp_path, "n / 0", GOOD)


def test_a_program_that_does_not_speak_the_protocol_is_refused() -> None:
    with pytest.raises(BenchmarkError, match="says 'hello' instead of 'ready'"):
        measure([sys.executable, "-c", "print('hello')"], 1, budget=1.0)


def test_a_result_that_changes_is_an_error() -> None:
    text = "print('ready', flush=True)\nfor n in (1, 2): input(); print(n, flush=True)"
    with pytest.raises(BenchmarkError, match="says '2' after '1' for the same size"):
        measure([sys.executable, "-c", text], 1, budget=1.0)


def test_a_program_that_does_not_compile_is_shown_with_its_error(tmp_path: Path) -> None:
    program = _twins(tmp_path, "n +", GOOD)
    with pytest.raises(BenchmarkError, match=r"status 2\nerror: "):
        warm_cache([program], chosen_engines([INTERPRETER]), tmp_path)


def test_an_engine_that_is_not_installed_is_named_and_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = _twins(tmp_path, "n + 1", GOOD)
    monkeypatch.setattr("shutil.which", lambda name: None if name == "lua5.4" else name)
    engines = chosen_engines(["lua5.4", "cpython"])
    result = run([program], engines, tmp_path, rounds=1, budget=1e-9, clock="wall")
    assert result.skipped == {"lua5.4": "lua5.4 is not installed"}
    assert list(result.samples["twin"]) == ["cpython"]
    assert "skipped: lua5.4: lua5.4 is not installed\n" in report(result)


def test_unknown_names_get_the_nearest() -> None:
    with pytest.raises(UnknownName, match="no benchmark called 'fibb'; did you mean 'fib'"):
        chosen(["fibb"])
    with pytest.raises(UnknownName, match="no engine called 'luajut'; did you mean 'luajit'"):
        chosen_engines(["luajut"])


def test_an_unknown_name_is_a_usage_error(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "mandelbrott"]) == 2
    assert capfd.readouterr().err == (
        "error: no benchmark called 'mandelbrott'; did you mean 'mandelbrot'?\n"
    )


# ------------------------------------------------------------------------------- stored results


def _result(*peaks: float, clock: str = "wall", busy: float = 1.0) -> Result:
    """A result of one program on one engine with a round for each peak."""
    rounds = [Sample(0.01, 0.01, "1", [2 * p * busy, p * busy], [2 * p, p], 1 << 20) for p in peaks]
    return Result(
        *("2026-01-02", "a processor", 2, "Linux", clock),
        versions={"engine": "1.0"},
        sizes={"program": 10},
        samples={"program": {"engine": rounds}},
    )


MACHINE_COUNTERS = {
    "heap_peak": 1_000_000,
    "code_memory": 300_000,
    "optimized_memory": 200_000,
    "baseline_time": 1_500_000,
    "compiler_time": 40_000_000,
    "compiled": 7,
}


def _compared(**peaks: float) -> Result:
    """A result of one program on engines with these peaks; first iterations take twice as long, and
    the processes of other languages have half a megabyte of their own."""
    samples = {}
    for name, peak in peaks.items():
        engine = name.replace("_", "-")
        times = [2 * peak, peak]
        counters = MACHINE_COUNTERS if engine.startswith("grokc") else {}
        sample = Sample(0.01, 0.01, "1", times, times, 3_500_000, 3_000_000, 3_000_000, counters)
        samples[engine] = [sample]
    return Result(
        *("2026-01-02", "a processor", 2, "Linux", "wall"),
        versions={engine: f"{engine} 1.0" for engine in samples},
        startup={PYTHON: 0.01, "grokc": 0.012},
        front_end={"program": 0.025},
        instructions={"program": 80_000_000},
        sizes={"program": 10},
        samples={"program": samples},
    )


ALL = _compared(
    grokc_interpreter=0.4,
    grokc_baseline=0.2,
    grokc_fresh=0.1,
    grokc=0.1,
    node_sparkplug=0.3,
    node=0.05,
    luajit=0.2,
)


def test_the_summary_compares_each_tier_with_its_peers() -> None:
    rows = [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in readme_section(ALL).split("\n")
    ]
    ends = ["(program)"]
    assert ["baseline / interpreter", "**2.00**", *[f"2.00 {end}" for end in ends * 2], "1"] in rows
    assert ["baseline / node-sparkplug", "**1.50**", *[f"1.50 {e}" for e in ends * 2], "1"] in rows
    assert ["optimizing / node", "**0.50**", *[f"0.50 {e}" for e in ends * 2], "1"] in rows
    assert ["time of the first iteration, first run of a program / node's", "2.00"] in rows
    assert ["heap and code at their peak, optimizing / luajit's", "3.00"] in rows
    assert ["peak memory of the whole process, optimizing / luajit's", "1.00"] in rows
    assert ["memory of a process that has started its program, MB", "3.0"] in rows
    assert ["time of `hello, world` / `python -c pass`", "1.20"] in rows


def test_what_the_interpreter_executes_and_the_compilers_take() -> None:
    lines = work_table(ALL).split("\n")
    head, row = ([cell.strip() for cell in line.split("|")[1:-1]] for line in (lines[0], lines[2]))
    assert dict(zip(head, row, strict=True)) == {
        "instructions, compiling": "program",
        "million": "80.0",
        "million/s": "200",
        "front end, ms": "25.0",
        "baseline, ms": "1.50",
        "optimizing, ms": "40.0",
        "pieces": "7",
        "with code cache, ms": "40.0",
    }


def test_a_noisy_result_ends_with_a_warning() -> None:
    noisy = report(_result(0.1, 0.2)).splitlines()[-1]
    assert noisy.startswith("warning: too noisy to compare: the rounds lie 67% apart")
    assert "warning" not in report(_result(0.1, 0.101))


def test_a_stored_result_reads_back() -> None:
    assert Result.from_json(ALL.to_json()) == ALL
    result = _result(0.1, 0.2)
    assert Result.from_json(result.to_json()) == result


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 0}', '{"format": 1}'])
def test_what_is_no_result_is_refused(text: str) -> None:
    with pytest.raises(ResultError):
        Result.from_json(text)


def test_peaks_and_first_iterations_are_medians_over_rounds() -> None:
    result = _result(0.1, 0.4, 0.2)
    assert result.peak("program", "engine") == 0.2
    assert result.first("program", "engine") == 0.4
    assert result.spread("program", "engine") == pytest.approx(1.5)
    assert result.peak("program", "other") is None


def test_a_change_beyond_the_rounds_is_told() -> None:
    changes = compare(_result(0.100, 0.102), _result(0.120, 0.122))
    figures = {change.what: change.real for change in changes}
    assert figures == {"peak": True, "first": True, "memory": False}
    assert "program on engine: peak 101.0 -> 121.0 ms, 19.8% slower\n" in told(changes)


def test_more_memory_is_told() -> None:
    before, after = _result(0.100, 0.102), _result(0.100, 0.102)
    for sample in after.samples["program"]["engine"]:
        sample.memory *= 3
    text = told(compare(before, after))
    assert text.startswith("program on engine: memory 1.0 -> 3.1 MB, 200.0% more\n")


@pytest.mark.parametrize(
    "after",
    [pytest.param((0.101, 0.130), id="ranges-overlap"), pytest.param((0.103, 0.104), id="small")],
)
def test_what_lies_within_noise_is_no_change(after: tuple[float, float]) -> None:
    changes = compare(_result(0.100, 0.102), _result(*after))
    assert not any(change.real for change in changes)
    assert told(changes).startswith("nothing has changed beyond noise\n")


def test_other_sizes_are_not_compared() -> None:
    other = _result(0.2)
    other.sizes["program"] = 11
    assert compare(_result(0.1), other) == []


def test_a_busy_computer_says_so() -> None:
    assert "this result: the computer was busy" in obstacle(_result(0.1), _result(0.1, busy=1.5))
    assert obstacle(_result(0.1, clock="cpu"), _result(0.1, clock="cpu", busy=1.5)) == ""


def test_rounds_that_lie_apart_are_too_noisy_to_compare() -> None:
    assert "the stored result: too noisy" in obstacle(_result(0.1, 0.2), _result(0.1))


def test_a_result_of_another_computer_is_not_compared() -> None:
    other = _result(0.1)
    other.machine = "another"
    assert "of another computer" in obstacle(other, _result(0.1))


def test_comparing_stored_results(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old").write_text(_result(0.1, 0.101).to_json())
    (tmp_path / "new").write_text(_result(0.2, 0.201).to_json())
    paths = ["--load", str(tmp_path / "new"), "--compare", str(tmp_path / "old")]
    assert main(["bench", *paths]) == 0
    assert "99.5% slower" in capfd.readouterr().out


def test_a_file_that_is_no_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("{}")
    assert main(["bench", "--load", str(tmp_path / "file")]) == 1
    assert "not a stored result of grokc bench" in capfd.readouterr().err


def test_what_is_shown_is_what_is_stored(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "_measured", lambda _: _result(0.0354496))  # rounded twice: 35.5
    stored = str(tmp_path / "result")
    assert main(["bench", "--json", stored]) == 0
    shown = capfd.readouterr().out
    assert main(["bench", "--load", stored]) == 0
    assert shown == capfd.readouterr().out


def test_plots(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "result").write_text(_result(0.1).to_json())
    assert main(["bench", "--load", str(tmp_path / "result"), "--plots", str(tmp_path)]) == 0
    for name in (MEANS, RATIOS, WARM_UP):
        assert "<svg" in (tmp_path / name).read_text()


def test_the_readme_shows_the_stored_result() -> None:
    assert readme_section(_stored()) in (ROOT / "README.md").read_text("utf-8")


def test_the_page_shows_the_stored_result() -> None:
    pictures = [f"plots/{name}" for name in (MEANS, RATIOS, WARM_UP)]
    assert page(_stored(), pictures) == (ROOT / "docs" / "results.md").read_text("utf-8")


def test_the_same_result_gives_the_same_page_and_plots(tmp_path: Path) -> None:
    """And they are those of the documentation."""
    pytest.importorskip("matplotlib")
    stored = ["--load", str(ROOT / "benchmarks" / "result.json")]
    assert main(["bench", *stored, "--page", str(tmp_path / "results.md")]) == 0
    for name in ("results.md", *(f"plots/{name}" for name in (MEANS, RATIOS, WARM_UP))):
        assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes()


def _stored() -> Result:
    return Result.from_json((ROOT / "benchmarks" / "result.json").read_text("utf-8"))


def test_without_matplotlib_plots_tell_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "result").write_text(_result(0.1).to_json())
    program = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from grokc.__main__ import main\n"
        f"sys.exit(main(['bench', '--load', {str(tmp_path / 'result')!r}, '--plots', '.']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: plots need matplotlib: pip install 'grokc[plots]'\n"


def test_the_generated_part_of_a_page_is_replaced() -> None:
    section = readme_section(_result(0.1))
    old = "# Title\n\n" + readme_section(_result(0.2)) + "\nThe end.\n"
    assert with_section(old, section) == f"# Title\n\n{section}\nThe end.\n"
    with pytest.raises(ValueError, match="there is no line"):
        with_section("# Title\n", section)


def test_what_was_measured_is_kept_after_each_program(tmp_path: Path) -> None:
    kept: list[list[str]] = []
    program = _twins(tmp_path, "n + 1", GOOD)
    run(
        [program],
        chosen_engines(["cpython"]),
        tmp_path,
        rounds=1,
        budget=1e-9,
        clock="wall",
        keep=lambda result: kept.append(list(result.samples)),
    )
    assert kept == [["twin"]]


def test_what_grokc_has_counted_is_part_of_a_sample(tmp_path: Path) -> None:
    rounds = _run_twins(tmp_path, "n + 1", GOOD).samples["twin"]
    ours, others = rounds[INTERPRETER][0], rounds["cpython"][0]
    assert ours.counters["baseline"] == ours.counters["compiler_time"] == 0
    assert 0 < ours.heap_and_code() < 2_000_000 < ours.memory
    assert 0 < ours.resting <= ours.memory
    assert others.counters == {}
    assert others.heap_and_code() == others.memory - others.mapped
    assert 0 < others.mapped < others.memory


def test_optimized_code_takes_memory_and_the_compiler_time(tmp_path: Path) -> None:
    sums = "let t = 0\nfor i in 0..30000000 { t += i }\nn + 1"
    engines = chosen_engines([INTERPRETER, FRESH])
    program = _twins(tmp_path, sums, GOOD)
    result = run([program], engines, tmp_path, rounds=1, budget=2.0, clock="wall")
    counters = result.samples["twin"][FRESH][0].counters
    assert counters["compiled"] > 0
    assert counters["compiler_time"] > 1_000_000
    assert counters["optimized_memory"] > 0
    small, large = (result.heap_and_code("twin", name) or 0 for name in (INTERPRETER, FRESH))
    assert small < large


def test_instructions_are_counted(tmp_path: Path) -> None:
    loop = "let t = 0\nfor i in 0..n { t += i }\nt"
    program = _twins(tmp_path, loop, GOOD)
    few = instructions([program], {"twin": 1000}, tmp_path)["twin"]
    many = instructions([program], {"twin": 3000}, tmp_path)["twin"]
    assert many - few == 2 * 2000  # an addition and a step for each turn


def test_an_error_while_counting_is_shown(tmp_path: Path) -> None:
    program = _twins(tmp_path, "n / 0", GOOD)
    with pytest.raises(BenchmarkError, match="division by zero"):
        instructions([program], {"twin": 1}, tmp_path)


def test_compiling_is_timed_by_program() -> None:
    programs = chosen(["fib", "richards"])
    times = compiling(FOLDER, programs, 1)
    assert list(times) == list(WAYS)
    for way in WAYS:
        assert 0 < times[way]["fib"] < times[way]["richards"]
    assert all(times[WAYS[0]][p.name] < times[WAYS[1]][p.name] for p in programs)


def test_starts_are_timed() -> None:
    times = startup(chosen_engines([INTERPRETER, "cpython"]), 1)
    assert list(times) == [PYTHON, INTERPRETER, "cpython"]
    assert all(seconds > 0 for seconds in times.values())
