"""The garbage collector: what stays, what goes, and what it takes.

The conformance programs run with a collection at every allocation too (``interp-gc-stress``).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

import pytest

from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from grokc.passes.pipelines import compile_module
from grokc.vm import machine, shapes
from tests.conformance.programs import contents

MIB = 1 << 20


class Run:
    """A program's run, with its texts."""

    def __init__(
        self,
        source: str,
        *,
        collector: int = 0,
        memory_limit: int = 0,
        representation: str = "nanbox",
    ) -> None:
        module, _, _ = compile_to_stack(SourceFile("program.grok", source))
        image = compile_module(module)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            self.outcome = machine.execute(
                image,
                [],
                out.fileno(),
                err.fileno(),
                collector=collector,
                memory_limit=memory_limit,
                representation=representation,
            )
            self.output, self.errors = contents(out), contents(err)
        counters = self.outcome.counters
        self.collections = counters["collections"]
        self.allocated = counters["allocated"]
        self.live = counters["allocated"] - counters["freed"]
        """Bytes that the last collection kept and what was allocated after it."""


EVERY_TYPE = """
struct Node { value, next }
struct Key { n }
impl Eq for Key { fn eq(self, other) { let garbage = [self.n, other.n]; garbage[0] == garbage[1] } }
impl Key { fn hash(self) { [self.n].len() + self.n % 3 } }
impl Display for Node { fn to_str(self) { "<" + str(self.value) + ">" } }
struct Countdown { n }
impl Countdown { fn next(self) { if self.n == 0 { None } else { self.n -= 1; Some([self.n]) } } }
static KEPT = []
fn tree(d) { if d == 0 { None } else { Some((tree(d - 1), d, tree(d - 1))) } }
fn sum(t) { match t { Some((l, v, r)) => sum(l) + v + sum(r), None => 0 } }
fn main() {
    let texts = #{}
    let keys = #{}
    let unique = Set::new()
    let list = None
    let text = ""
    let closures = []
    let total = 140737488355328
    for i in 0..TURNS {
        total += sum(tree(4)) + 140737488355328
        texts["key " + str(i)] = tree(2)
        if i >= 10 { texts.remove(f"key {i - 10}") }
        keys[Key { n: i % 20 }] = [i]
        unique.insert((i % 7, str(i % 5)))
        list = Some(Node { value: i, next: list })
        text += f"{i}-"
        if text.len() > 200 { text = text[100..] }
        let shared = [i]
        closures.push(|d| { shared = [shared[0] + d]; shared[0] })
        if closures.len() > 20 { closures = closures[10..] }
        KEPT.push((i, i..i + 2))
        let words = text.split("-").map(|w| w + "!")
        words.sort_by(|a, b| (a + b).len() - 2 * b.len())
        for item in (Countdown { n: 3 }) { total += item[0] }
        let big = [i; 3000]
        big.push("moved")
        total += big.len() + json::parse("[1, [\\"a\\", {\\"b\\": [2]}]]").unwrap().len()
        let error = catch(|| [1][i + 1]).unwrap_err()
        total += error.len()
    }
    let deep = 0
    while let Some(node) = list { deep += node.value; list = node.next }
    let trees = texts.values().map(|t| sum(t))
    println(total, trees, keys.len(), keys[Key { n: 3 }], unique.len(), deep, text)
    let node = Node { value: 1, next: () }
    println(closures.map(|c| c(1)), KEPT.map(|k| k.0 + k.1.len()).sum(), node)
}
"""


@pytest.mark.parametrize("representation", shapes.REPRESENTATIONS)
def test_what_can_be_reached_stays(representation: str) -> None:
    source = EVERY_TYPE.replace("TURNS", "60")
    usual = Run(source, representation=representation)
    stressed = Run(source, collector=machine.COLLECT_ALWAYS, representation=representation)
    assert usual.outcome.status == stressed.outcome.status == 0, usual.outcome.message
    assert usual.output == stressed.output != ""
    assert usual.collections < 100
    # Each allocation of what has a size class or is large; the last finds little alive.
    assert stressed.collections > 10_000
    assert stressed.live < 200_000


def test_many_turns_leave_nothing_behind() -> None:
    run = Run(
        EVERY_TYPE.replace("TURNS", "20000").replace("KEPT.push", "let _ = ((i, 0..2)); ()\n//")
    )
    assert run.outcome.status == 0, run.outcome.message
    assert run.allocated > 500 * MIB
    assert run.collections > 30


def test_long_lists_and_deep_trees_take_no_native_stack() -> None:
    # The first links of a list are found last; a million of them lie between the roots and the end.
    run = Run("""
struct Link { next, value }
struct Back { value, next }
fn main() {
    let forth = ()
    let back = ()
    for i in 0..1000000 {
        forth = Link { next: forth, value: [i] }
        back = Back { value: (i,), next: back }
    }
    let sum = 0
    let garbage = 0
    for i in 0..1000000 { garbage = [i, garbage] ; if i % 10 == 0 { garbage = 0 } }
    while forth != () { sum += forth.value[0]; forth = forth.next }
    while back != () { sum += back.value.0; back = back.next }
    println(sum)
}
""")
    assert run.output == f"{1000000 * 999999}\n"
    assert run.collections >= 5


def test_mark_stack_overflow() -> None:
    # Under stress the stack holds 64 entries: bushy structures, whose parts wait for each other.
    run = Run(
        """
fn bush(depth, width) {
    let parts = []
    if depth > 0 { for i in 0..width { parts.push(bush(depth - 1, width)) } }
    (depth, parts)
}
fn count(b) { let n = 1; for part in b.1 { n += count(part) }; n }
fn main() {
    let bushes = [bush(2, 20), bush(6, 2), bush(1, 300)]
    let texts = (0..600).map(|i| f"text {i}")
    println(bushes.map(count), texts[599], texts.len())
}
""",
        collector=machine.COLLECT_ALWAYS,
    )
    assert run.output == "[421, 127, 301] text 599 600\n"


def test_a_million_caught_errors_leave_nothing() -> None:
    run = Run("""
fn deep(n) { if n == 0 { [][n] } else { 1 + deep(n - 1) } }
fn main() {
    let failed = 0
    for i in 0..1000000 { if catch(|| deep(i % 4)).is_err() { failed += 1 } }
    println(failed)
}
""")
    assert run.output == "1000000\n"
    assert run.collections > 5
    assert run.live < 20 * MIB


@pytest.mark.parametrize(
    "body",
    [
        "let l = []; loop { l.push([1, 2, 3]) }",
        "let l = []; loop { l.push(l.len()) }",
        's = "ab"; loop { s = s + s }',
        's = ""; loop { s += "piece" }',
        "let m = #{}; loop { m[m.len()] = (m.len(), 1.5) }",
        "let m = Set::new(); loop { m.insert(str(m.len())) }",
        "let f = || 0; loop { let g = f; f = || g }",
        "let n = (); loop { n = Some(n) }",
        "[0; 1000000000000]",
        '"abc".repeat(1000000000000)',
        '"x".pad_left(1000000000000)',
        "List::with_capacity(1000000000000)",
        "(0..1000000000000).to_list()",
        '(0..100000000).map(|i| "text").join("+")',
        "let l = [0]; loop { l.extend(l) }",
        "let l = [0]; loop { l = l + l }",
    ],
)
def test_out_of_memory_is_caught_and_forgotten(body: str) -> None:
    run = Run(
        """
fn main() {
    let s = 0
    for i in 0..3 { println(catch(|| { BODY }), i) }
    println((0..1000).map(|i| [i]).len())
}
""".replace("BODY", body),
        memory_limit=24 * MIB,
    )
    lines = run.output.splitlines()
    assert lines == [f'Err("out of memory") {i}' for i in range(3)] + ["1000"], run.outcome.message


def test_out_of_memory_ends_a_program() -> None:
    run = Run("fn main() { let l = []; loop { l.push([l.len()]) } }", memory_limit=4 * MIB)
    assert run.outcome.status == 1
    assert run.outcome.message == "out of memory"
    assert [frame[0] for frame in run.outcome.frames] == ["main", "@start"]


def test_a_program_that_does_not_fit_the_limit() -> None:
    texts = ", ".join(f'"text number {i}"' for i in range(2000))
    run = Run(f"fn main() {{ println([{texts}].len()) }}", memory_limit=MIB // 10)
    assert run.outcome.status == 1
    assert run.outcome.message == "out of memory"


def test_close_to_the_limit_collections_do_not_follow_each_other_for_ever() -> None:
    run = Run(
        """
fn main() {
    let kept = []
    println(catch(|| { loop { kept.push([kept.len()]) } }))
    println(catch(|| { for i in 0..2000000 { catch(|| [i]) } }))
    kept = []
    println(catch(|| { for i in 0..1000000 { catch(|| [i]) } }))
}
""",
        memory_limit=64 * MIB,
    )
    assert run.outcome.status == 0
    assert run.output.splitlines()[0] == 'Err("out of memory")'
    assert run.output.splitlines()[-1] == "Ok(())"
    assert run.collections < 1000


MEMORY = """
import resource, sys
from grokc.__main__ import main
status = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


def _peak(source: str, *options: str) -> int:
    """Peak memory of a process that runs a program from the cache, in bytes."""
    with tempfile.NamedTemporaryFile("w", suffix=".grok") as file:
        file.write(source)
        file.flush()
        command = [sys.executable, "-c", MEMORY, "run", *options, file.name]
        for _ in range(2):  # the first compiles
            result = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(result.stderr.split()[-1]) << 10


def test_memory_of_a_long_run() -> None:
    # 1 GB allocated, of all sizes; about 25 MB of it alive at any time, ever others.
    peak = _peak("""
fn main() {
    let window = []
    for i in 0..2048 { window.push(0) }
    for i in 0..270000 {
        let size = if i % 100 == 0 { 20000 } else { i * 7919 % 400 }
        window[i % 2048] = [i, List::filled(size, i), f"{i}", #{1: [i]}]
    }
    println(window[5][0])
}
""")
    empty = _peak("fn main() { println(1) }")
    # 2048 lists of 200 items on average, and 20 of 20,000, with what goes with them.
    live = 2048 * (200 * 8 + 900) + 20 * 20000 * 8
    assert peak - empty < 2 * live + 32 * MIB


def test_memory_goes_back_to_the_system() -> None:
    source = """
fn peak() { let l = (0..3000000).map(|i| [i]); l.len() }
fn resident() { int(fs::read_to_string("/proc/self/statm").unwrap().split(" ")[1]) * 4096 }
fn main() {
    let before = resident()
    peak()
    let during = resident()
    for i in 0..4000000 { catch(|| [i]) }
    println((during - before) / 1048576, (resident() - before) / 1048576)
}
"""
    during, after = map(int, Run(source).output.split())
    assert during > 150
    assert after < 40


def test_little_alive_takes_little_memory() -> None:
    # Lists that are made and summed up in turn: 26 MB, and never more than a few KB are alive.
    run = Run("""
fn main() {
    let sum = 0
    for i in 0..40000 {
        let l = [i; 80]
        for _ in 0..10 { for item in l { sum += item } }
    }
    println(sum)
}
""")
    assert run.output == f"{40000 * 39999 // 2 * 800}\n"
    assert run.allocated > 24 * MIB
    assert run.outcome.counters["heap_peak"] < 4 * MIB


def test_texts_of_numbers_stay_while_they_are_used() -> None:
    # 100 texts, over and over, between lists that make collections due.
    run = Run("""
fn main() {
    let length = 0
    for i in 0..200000 { length += str(i % 100 + 1000).len() + [i; 50].len() }
    println(length)
}
""")
    assert run.output == f"{200000 * 54}\n"
    assert run.collections > 5
    # What lists take, 432 bytes each, and next to nothing for texts.
    assert run.allocated < 200000 * 440


def test_log() -> None:
    run = Run(
        "fn main() { for i in 0..1000000 { catch(|| [i]) } }", collector=machine.COLLECT_LOGGED
    )
    lines = run.errors.splitlines()
    assert len(lines) == run.collections > 1
    assert lines[0].startswith("gc 1: ")
    assert lines[0].endswith(" us")


def test_pause() -> None:
    run = Run("""
struct Node { left, right }
fn tree(d) { if d == 0 { () } else { Node { left: tree(d - 1), right: tree(d - 1) } } }
fn main() { let t = tree(21); for i in 0..3000000 { catch(|| [i]) }; println(t.left == t) }
""")
    assert run.live > 60 * MIB
    # 14 ms for 64 MiB on the machine where it was measured.
    assert run.outcome.counters["longest_pause"] < 1_000_000_000
