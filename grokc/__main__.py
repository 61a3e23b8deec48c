"""The command line: ``grokc COMMAND ...``, and the short way of a program that was run before.

A warm ``grokc run`` is to cost little more than Python's own start, so this module reads its
arguments by hand, looks the program up in the disk cache and hands it to the machine; the compiler,
the other commands and argparse are imported where they are needed and not before.

Exit status: 0 success, 1 run-time error, 2 compile or usage error, 70 a fault of grokc itself,
130 interrupted.
"""

from __future__ import annotations

import marshal
import os
import sys

from grokc import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TypeAlias

CompiledProgram: TypeAlias = "tuple[str, list[tuple[str, bytes]], bytes]"
"""Warnings as they are shown, the source files (name and text; the first is the program), and the
image for the machine."""

COMMANDS = {
    "run": ("grokc.cli.run", "run a program"),
    "emit": ("grokc.cli.emit", "show a program as it looks at one stage of the compiler"),
    "opt": ("grokc.cli.opt", "apply passes to a file of any level, for work on the compiler"),
    "reduce": ("grokc.cli.reduce", "make a failing input of opt smaller"),
    "filecheck-update": ("grokc.cli.filecheck_update", "write the CHECK lines of lit tests anew"),
    "explore": ("grokc.cli.explore", "write a page that shows all that becomes of a program"),
    "explain": ("grokc.cli.explain", "tell line by line what became of a function"),
    "bench": ("grokc.cli.bench", "measure grokc and other engines on benchmark programs"),
    "ablate": ("grokc.cli.ablate", "measure what each idea of the machine brings"),
    "profile": ("grokc.cli.profile", "run a program and tell where its time goes"),
}

RUN_HELP = """\
usage: grokc run [OPTION...] FILE [ARGUMENT...]

Compiles FILE and runs its function main.  The arguments are what env::args() returns.

options:
  --engine ENGINE  auto (default)  what is fastest
                   interp          the interpreter alone: the same as --jit off
                   baseline        the same as --jit baseline
                   optimizing      the same as --jit on
                   reference       plain Python: slow, simple, the judge of the others
  --jit MODE       off             only the interpreter
                   baseline        and the baseline compiler, for warm functions
                   on (default)    and the optimizing compiler, for hot ones, in the background
                   eager           the optimizing compiler at once; the program waits for it
                   sync            as on, but the program waits: each run does the same
  --jit-baseline-threshold N, --jit-threshold N
                   calls until a function is warm, hot (ten turns of a loop count as one call)
  --no-code-cache  neither use the optimized code of earlier runs nor keep it
  --jit-log        tell what the JIT does on standard error, a line for each event
  --jit-stress N   make one of N guards of optimized code fail: a test of the machine
  --perf-map       write /tmp/perf-PID.map at the end: names of generated code for `perf report`
  --record-profile FILE
                   write what the program's operations and calls have met, for explain,
                   explore and opt; the same each time with --jit sync
  --without NAME,...  run on a machine that lacks these ideas, without JIT: nanboxing, threading,
                   quickening, caches, linking, sharing, registers; or let the optimizing compiler
                   do without these: feedback, or a pass, such as hoist-guards (see grokc ablate)
  --count          count executed instructions, by opcode, function and line, on a machine of its
                   own, without JIT; they are shown on standard error
  --stats          tell at the end what the machine has counted
  --no-cache       compile again, and store nothing
  --max-memory N   bytes that the program's values may take; 512M, 2G (default: three quarters
                   of the computer's memory); more is the run-time error `out of memory`
  --gc-log         tell of each garbage collection on standard error
  --gc-stress      collect at every allocation: a test of the machine, very slow
  -h, --help       show this text

exit status: 0 success, 1 run-time error, 2 compile or usage error, 130 interrupted by Ctrl-C
"""

ENGINES = {"auto": "on", "interp": "off", "baseline": "baseline", "optimizing": "on"}
"""The machine's engines, and the mode of the JIT that each stands for."""

REFERENCE = "reference"
"""The engine that is no machine."""

JIT_MODES = ("off", "baseline", "on", "eager", "sync")
"""As in :mod:`grokc.vm.machine`, which is imported late."""

COLLECTOR_OPTIONS = {"--gc-stress": 1, "--gc-log": 2}
"""Each option's bit (``COLLECT_...`` in :mod:`grokc.vm.machine`, which is imported late)."""

LEAST_MEMORY = 1 << 20
"""Bytes: with less, --max-memory is surely a slip."""

LARGEST_SOURCE = 64 << 20
"""Bytes: more is surely not a program (`/dev/zero` has no end)."""

STANDARD_INPUT = "<stdin>"
"""What the file `-` is called in messages."""

USAGE_ERROR = 2
INTERNAL_ERROR = 70
INTERRUPTED = 130


class UsageError(Exception):
    """Something is wrong with the command line; the text says what."""


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    try:
        return _dispatch(sys.argv[1:] if argv is None else argv)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who read our output has gone; keep Python's exit from stumbling over it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except Exception as error:
        if os.environ.get("GROKC_DEBUG"):
            raise
        return _report_internal_error(error)


_ends_with_the_program = False
"""Whether the process ends when the command does; then nothing waits for the compiler thread."""


def entry() -> NoReturn:
    """Runs :func:`main` and ends the process.

    Everything has been written by then, so the interpreter is not taken apart: that would cost two
    milliseconds of a warm start, and more after a compilation.
    """
    global _ends_with_the_program
    _ends_with_the_program = True
    status = main()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # closed by whoever started us
                stream.flush()
    except OSError:
        status = status or 1
    os._exit(status & 0xFF)


def _dispatch(argv: list[str]) -> int:
    if not argv:
        print(_help(), end="", file=sys.stderr)
        return USAGE_ERROR
    command, rest = argv[0], argv[1:]
    if command == "run":
        return _run(rest)
    if command in ("-h", "--help", "help"):
        if rest and rest[0] in COMMANDS:
            return _dispatch([rest[0], "--help"])
        print(_help(), end="")
        return 0
    if command in ("-V", "--version"):
        from grokc import __version__

        print(f"grokc {__version__}")
        return 0
    if command in COMMANDS:
        return _run_command(command, rest)
    raise UsageError(_unknown_command(command))


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = "".join(f"  {name:<{width}} {summary}\n" for name, (_, summary) in COMMANDS.items())
    return (
        "usage: grokc COMMAND ...\n\n"
        "The compiler and run-time of GrokLang.\n\n"
        f"commands:\n{lines}\n"
        "`grokc COMMAND --help` says more.  To begin:\n\n"
        "  echo 'fn main() { println(\"hello\") }' > hello.grok\n"
        "  grokc run hello.grok\n\n"
        "options: -h, --help; -V, --version\n"
        "environment: GROKC_CACHE_DIR  where compiled programs are kept (empty: nowhere)\n"
        "             GROKC_DEBUG=1    show the traceback of an internal error\n"
    )


def _unknown_command(command: str) -> str:
    if command.endswith(".grok") or os.path.exists(command):
        return f"unknown command '{command}'; to run a program: grokc run {command}"
    from difflib import get_close_matches

    nearest = get_close_matches(command, COMMANDS, 1)
    hint = f"did you mean '{nearest[0]}'?" if nearest else "see grokc --help"
    return f"unknown command '{command}'; {hint}"


def _run_command(command: str, rest: list[str]) -> int:
    """A command whose module has ``add_arguments(parser)`` and ``main(options)``."""
    from argparse import ArgumentParser, RawDescriptionHelpFormatter
    from importlib import import_module

    module = import_module(COMMANDS[command][0])
    parser = ArgumentParser(
        prog=f"grokc {command}",
        description=module.__doc__,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    try:
        options = parser.parse_args(rest)
    except SystemExit as stop:  # argparse has printed what there is to say
        return int(stop.code or 0)
    status: int = module.main(options)
    return status


_FLAGS = (
    *("--no-cache", "--no-code-cache", "--perf-map", "--jit-log", "--count", "--stats"),
    *COLLECTOR_OPTIONS,
)
_VALUES = {
    "--engine": "a name: " + ", ".join((*ENGINES, REFERENCE)),
    "--jit": "a mode: " + ", ".join(JIT_MODES),
    "--jit-threshold": "a number",
    "--jit-baseline-threshold": "a number",
    "--jit-stress": "a number",
    "--max-memory": "a size",
    "--record-profile": "a file",
    "--without": "names: ideas of the machine, or feedback and passes of the optimizing compiler",
}
"""Options of ``run`` with a value, and what that is."""


def _run(argv: list[str]) -> int:
    given: dict[str, str] = {}
    position = 0
    while position < len(argv) and argv[position].startswith("-") and argv[position] != "-":
        option, has_value, value = argv[position].partition("=")
        position += 1
        if option == "--":
            break
        if option in ("-h", "--help"):
            print(RUN_HELP, end="")
            return 0
        if option in _VALUES:
            if not has_value:
                if position == len(argv):
                    raise UsageError(f"{option} needs {_VALUES[option]}")
                value = argv[position]
                position += 1
        elif option not in _FLAGS or has_value:
            raise UsageError(f"unknown option '{argv[position - 1]}'; see grokc run --help")
        given[option] = value
    if position == len(argv):
        raise UsageError("no program given; usage: grokc run FILE [ARGUMENT...]")
    return _run_with(given, argv[position], argv[position + 1 :])


def _run_with(given: dict[str, str], file: str, arguments: list[str]) -> int:
    """Runs a program with these options."""
    engine = given.get("--engine", "auto")
    use_cache = "--no-cache" not in given
    if engine == REFERENCE:
        others = ", ".join(given.keys() - {"--engine", "--no-cache"})
        if others:
            raise UsageError(f"the engine reference knows no {others}")
        return run_file(file, arguments, engine, use_cache)
    if engine not in ENGINES:
        names = ", ".join((*ENGINES, REFERENCE))
        raise UsageError(f"unknown engine '{engine}'; there are {names}")
    mode = given.get("--jit", ENGINES[engine])
    if mode not in JIT_MODES:
        raise UsageError(f"unknown mode '{mode}' of --jit; there are " + ", ".join(JIT_MODES))
    lacking, unoptimized = _lacking(given)
    if unoptimized and mode in ("off", "baseline"):
        raise UsageError(f"--without {unoptimized[0]} is about optimized code: --jit must be on")
    for option in ("--count", "--without"):
        if (option == "--without" and unoptimized) or option not in given:
            continue
        if "--record-profile" in given:
            raise UsageError(f"{option} runs without JIT: there is no profile to record")
        if given.get("--jit", "off") != "off":
            raise UsageError(f"{option} runs without JIT: --jit must be off")
    if "--count" in given and (unoptimized or "threading" in lacking):
        name = (unoptimized or ("threading",))[0]
        raise UsageError(f"--count counts instructions, which are the same --without {name}")
    memory = given.get("--max-memory")
    return run_file(
        file,
        arguments,
        engine,
        use_cache,
        memory_limit=0 if memory is None else _bytes(memory),
        collector=sum(bit for option, bit in COLLECTOR_OPTIONS.items() if option in given),
        jit_mode=mode,
        thresholds=(
            _number(given, "--jit-baseline-threshold"),
            _number(given, "--jit-threshold"),
        ),
        exit_period=_number(given, "--jit-stress") or 0,
        code_cache="--no-code-cache" not in given,
        jit_logged="--jit-log" in given,
        perf_map="--perf-map" in given,
        profile_file=given.get("--record-profile", ""),
        statistics="--stats" in given,
        counting="--count" in given,
        lacking=lacking,
        unoptimized=unoptimized,
    )


def _lacking(given: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What ``--without`` names: ideas of the machine, or parts of the optimizing compiler."""
    if "--without" not in given:
        return (), ()
    from grokc.vm.machine import INDISPENSABLE, OPTIMIZATIONS
    from grokc.vm.shapes import IDEAS

    names = given["--without"].split(",")
    for name in names:
        if name in INDISPENSABLE:
            raise UsageError(f"--without: the optimizing compiler cannot do without {name}")
        if name not in (*IDEAS, *OPTIMIZATIONS):
            known = ", ".join((*IDEAS, *OPTIMIZATIONS))
            raise UsageError(f"--without: there is no '{name}'; there are {known}")
    lacking = tuple(name for name in names if name in IDEAS)
    unoptimized = tuple(name for name in names if name in OPTIMIZATIONS)
    if lacking and unoptimized:
        raise UsageError(
            f"--without: a machine without {lacking[0]} has no JIT that could do without "
            f"{unoptimized[0]}"
        )
    return lacking, unoptimized


def _number(given: dict[str, str], option: str) -> int | None:
    number = given.get(option)
    if number is None:
        return None
    if not (number.isascii() and number.isdigit()) or len(number) > 15:
        raise UsageError(f"{option}: '{number}' is no number")
    return int(number)


def _bytes(size: str) -> int:
    """A size as a number of bytes: digits, and K, M or G for 1024 and its powers."""
    shift = {"K": 10, "M": 20, "G": 30}.get(size[-1:].upper(), 0)
    digits = size[:-1] if shift else size
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        raise UsageError(f"--max-memory: '{size}' is no size; 512M and 2G are")
    count = int(digits) << shift
    if not LEAST_MEMORY <= count < 1 << 62:
        raise UsageError(f"--max-memory: {size} is too {'small' if count < 1 << 62 else 'large'}")
    return count


def run_file(
    name: str,
    arguments: list[str],
    engine: str = "auto",
    use_cache: bool = True,
    *,
    memory_limit: int = 0,
    collector: int = 0,
    jit_mode: str = "on",
    thresholds: tuple[int | None, int | None] = (None, None),
    exit_period: int = 0,
    code_cache: bool = True,
    jit_logged: bool = False,
    perf_map: bool = False,
    profile_file: str = "",
    statistics: bool = False,
    counting: bool = False,
    lacking: tuple[str, ...] = (),
    unoptimized: tuple[str, ...] = (),
) -> int:
    """Runs a program, compiled now or before.

    ``memory_limit`` and ``collector`` are those of :func:`grokc.vm.machine.execute`, the mode, the
    thresholds (baseline, optimizing; ``None``: the usual), ``exit_period``, ``jit_logged`` and
    ``perf_map`` make its ``jit``.
    ``code_cache``: with the mode `on`, optimized code is kept across runs.
    ``profile_file`` is where the profile of the run is written, if it is; ``statistics`` shows the
    machine's counters at the end; ``counting`` runs on the machine that counts instructions.
    ``lacking``: ideas that the machine is built without; ``unoptimized``: parts of the optimizing
    compiler that it does without.
    """
    source = read_source(name)
    name = STANDARD_INPUT if name == "-" else name
    if engine == REFERENCE:
        from grokc.cli.run import run_on_reference

        return run_on_reference(name, source, arguments)
    registers = "registers" not in lacking
    key = cache.digest(cache.sources_stamp(), name, source, *([] if registers else ["stack"]))
    program = _find_program(key, name, source) if use_cache else None
    if program is None:
        from grokc.cli.run import compile_program

        program = compile_program(name, source, registers=registers)
        if program is None:
            return USAGE_ERROR
        if use_cache:
            _store_program(key, program)
    warnings, files, image = program
    if warnings:
        print(warnings, end="", file=sys.stderr, flush=True)
    if counting:
        from grokc.cli.count import run_counted

        return run_counted(
            image,
            files,
            arguments,
            memory_limit=memory_limit,
            collector=collector,
            statistics=statistics,
            lacking=lacking,
        )
    if lacking:
        from grokc.vm.machine import conclude, execute
        from grokc.vm.shapes import shape_without

        representation, dispatch, without = shape_without(lacking)
        outcome = execute(
            image,
            arguments,
            memory_limit=memory_limit,
            collector=collector,
            representation=representation,
            dispatch=dispatch,
            without=without,
        )
        return conclude(outcome, files, statistics=statistics)
    if profile_file:
        try:
            open(profile_file, "w").close()  # better now than after a long run
        except OSError as error:
            raise UsageError(f"cannot write {profile_file}: {error.strerror}") from error
    from grokc.vm import machine

    baseline, optimizing = thresholds
    return machine.run(
        image,
        files,
        arguments,
        memory_limit=memory_limit,
        collector=collector,
        jit=machine.Jit(
            jit_mode,
            baseline_threshold=machine.BASELINE_THRESHOLD if baseline is None else baseline,
            optimizing_threshold=machine.OPTIMIZING_THRESHOLD if optimizing is None else optimizing,
            exit_period=exit_period,
            code_cache=use_cache and code_cache and jit_mode == "on" and not exit_period,
            logged=jit_logged,
            perf_map=perf_map,
            wait=not _ends_with_the_program,
            without=unoptimized,
        ),
        profile_file=profile_file,
        statistics=statistics,
    )


def _find_program(key: str, name: str, source: bytes) -> CompiledProgram | None:
    """The program as compiled before, if none of its modules has changed since."""
    data = cache.read("program", key)
    if data is None:
        return None
    warnings, modules, image = marshal.loads(data)
    files = [(name, source)]
    for module, expected in modules:
        try:
            text = read_source(module)
        except UsageError:
            return None
        if cache.digest(text) != expected:
            return None
        files.append((module, text))
    return warnings, files, image


def _store_program(key: str, program: CompiledProgram) -> None:
    warnings, files, image = program
    modules = [(module, cache.digest(text)) for module, text in files[1:]]
    cache.write("program", key, marshal.dumps((warnings, modules, image)))


def read_source(name: str) -> bytes:
    """The bytes of a source file, or a :class:`UsageError` that says why there are none."""
    try:
        file = 0 if name == "-" else os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            source = bytearray()
            while chunk := os.read(file, 1 << 20):
                source += chunk
                if len(source) > LARGEST_SOURCE:
                    raise UsageError(f"{name}: more than {LARGEST_SOURCE >> 20} MiB")
        finally:
            if file:
                os.close(file)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from error
    except ValueError as error:  # a NUL in the name
        raise UsageError(f"cannot read {name!r}: {error}") from error
    try:
        source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{name}: not UTF-8 text (byte 0x{source[error.start]:02X} in line {line})"
        ) from error
    return bytes(source)


def _report_internal_error(error: Exception) -> int:
    text = str(error).strip().split("\n", 1)[0]
    print(
        f"internal error: {type(error).__name__}{': ' if text else ''}{text}\n"
        "This is a fault of grokc, not of your program.  Please report it with the program and\n"
        "with what GROKC_DEBUG=1 in the environment makes this command show.",
        file=sys.stderr,
    )
    return INTERNAL_ERROR


if __name__ == "__main__":
    entry()
