"""What lists of each element type take, and what happens when there is no memory to change one.

What they do is told by the conformance programs (``09-methods/list-*``).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.programs import FOLDER
from tests.vm.test_collector import MIB, Run

COUNT = 4 * MIB
"""Elements of a list that is large to the collector."""

PIECE = MIB // 16
"""A block: what a large object is rounded up to."""


def allocated(body: str) -> int:
    """The bytes that a program allocates."""
    run = Run(f"fn main() {{ {body} }}")
    assert run.errors == ""
    return run.allocated


@pytest.mark.parametrize(
    "made",
    [
        f"let l = [false; {COUNT}]; assert(l.len() == {COUNT})",
        f"let l = List::filled({COUNT}, true); assert(l[{COUNT - 1}])",
    ],
)
def test_a_list_of_bools_takes_a_byte_for_each(made: str) -> None:
    assert COUNT <= allocated(made) < COUNT + 4 * PIECE


@pytest.mark.parametrize("item", ["0", "0.5", "()", '"s"', "None", "1 << 62"])
def test_any_other_list_takes_a_value_for_each(item: str) -> None:
    bytes = allocated(f"let l = [{item}; {COUNT}]; assert(l.len() == {COUNT})")
    assert 8 * COUNT <= bytes < 8 * COUNT + 4 * PIECE


@pytest.mark.parametrize(
    "made",
    [
        "l.copy()",
        "l[1..]",
        "l.skip(1)",
        "l + [true]",
        "[true] + l",
        "[] + l",
        "{ let m = []; m.extend(l); m }",
        "{ let m = [true]; m.extend(l); m }",
    ],
)
def test_what_is_made_of_a_list_of_bools_is_one(made: str) -> None:
    bytes = allocated(f"let l = [false; {COUNT}]; let m = {made}; assert(m.len() >= {COUNT - 1})")
    assert 2 * COUNT <= bytes < 2 * COUNT + 8 * PIECE


@pytest.mark.parametrize(
    "change",
    [
        "l[5] = true",
        "l.insert(7, false)",
        "l.remove(3)",
        "l.swap(0, 9)",
        "l.reverse()",
        "l.fill(true)",
        "l.dedup()",
        "{ l.clear(); l.push(true) }",
        "for x in l { if x { l.pop() } }",
    ],
)
def test_a_list_of_bools_that_changes_stays_one(change: str) -> None:
    # A list that grows has room for twice as many; as values they would take eight times as much.
    bytes = allocated(f"let l = [false; {COUNT}]; {change}; assert(l.len() > 0)")
    assert COUNT <= bytes < 4 * COUNT


def test_bools_are_pushed_as_bytes() -> None:
    pushes = f"let l = []; for i in 0..{COUNT} {{ l.push(i % 3 == 0) }}; assert(l[3])"
    # Doubled when full, and most of that where the list lies.
    assert allocated(pushes) < 5 * COUNT
    # What was reserved for values holds as many more.
    reserving = f"let l = List::with_capacity({COUNT // 8}); for i in 0..{COUNT} {{ l.push(true) }}"
    assert allocated(reserving) < COUNT + 4 * PIECE


@pytest.mark.parametrize("item", ["1", "0.5", '"s"', "[true]", "1 << 62", "()"])
def test_one_other_element_makes_values_of_bools(item: str) -> None:
    bytes = allocated(f"let l = [false; {COUNT}]; l[9] = {item}; assert(l[9] == {item} && !l[8])")
    assert 9 * COUNT <= bytes < 9 * COUNT + 8 * PIECE


@pytest.mark.parametrize(
    "change",
    [
        "l[5] = 1",
        "l.push(1.5)",
        'l.insert(0, "s")',
        "l.fill(())",
        "l.extend([1])",
        "l.extend([true, 2])",
        "l.extend((true, 2.5))",
    ],
)
@pytest.mark.parametrize("representation", ["nanbox", "tagged"])
def test_a_list_stays_as_it_is_if_there_is_no_memory_to_change_it(
    change: str, representation: str
) -> None:
    source = f"""
fn main() {{
    let l = [false; {COUNT}]
    l[3] = true
    println(catch(|| {change}))
    println(l.len() <= {COUNT + 1}, l[2..5], l[{COUNT - 1}], l.count(|x| x))
    l[4] = true
    l.pop()
    println(l.index_of(true), l[4])
}}
"""
    run = Run(source, memory_limit=12 * MIB, representation=representation)
    assert run.output == ('Err("out of memory")\ntrue [false, true, false] false 1\nSome(3) true\n')
    assert run.errors == ""


def test_no_list_is_longer_than_memory() -> None:
    source = """
fn main() {
    println(catch(|| [false; 1 << 45]), catch(|| [0; 1 << 42]), catch(|| [true; int::MAX]))
    println(catch(|| List::with_capacity(1 << 45)), catch(|| List::filled(-1, true)))
}
"""
    assert Run(source, memory_limit=64 * MIB).output == (
        'Err("out of memory") Err("out of memory") Err("out of memory")\n'
        'Err("out of memory") Err("negative length: -1")\n'
    )


@pytest.mark.parametrize("path", sorted(FOLDER.glob("09-methods/list-*element-type*.grok")))
def test_the_other_representation_of_values(path: Path) -> None:
    run = Run(path.read_text(), representation="tagged")
    assert run.output == path.with_suffix(".out").read_text()
