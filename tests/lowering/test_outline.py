"""Taking the code of a function apart: what is usual, and the rest."""

from __future__ import annotations

from grokc.lowering.outline import outline


def outlined(*body: str) -> tuple[list[str], list[str]]:
    """The usual and the other part of a function with this body."""
    lines = [line if line.endswith(":") else "\t" + line.replace(" ", "\t", 1) for line in body]
    start = ["\t.p2align\t4", "\t.type\tf,@function", "f:"]
    text = outline("\n".join([*start, *lines, ".Lfunc_end0:"]), "next", ["rare"])
    usual, _, other = text.partition(".Lfunc_end0:\n")
    parts = []
    for part, label in ((usual, "f:"), (other, "f.cold:")):
        inside = part.partition(label)[2].partition("\t.size")[0].splitlines()
        parts.append([line.strip().replace("\t", " ") for line in inside if line])
    return parts[0], parts[1]


def test_the_jump_to_what_follows_is_left_out() -> None:
    assert outlined("movq %rax, %rcx", "jmp next") == (["movq %rax, %rcx"], [])


def test_what_lies_behind_the_way_on_is_the_other_part() -> None:
    usual, other = outlined(
        "jne .LBB0_1", "incq %rax", "jmp next", ".LBB0_1:", "callq g", "jmp next"
    )
    assert usual == ["jne .LBB0_1", "incq %rax"]
    assert other == [".LBB0_1:", "callq g", "jmp next"]


def test_branches_to_jumps_go_where_those_go() -> None:
    usual, other = outlined("jp .LBB0_1", "jmp next", ".LBB0_1:", "jmp rare")
    assert usual == ["jp rare"]
    assert other == []


def test_branches_to_a_jump_that_code_falls_into_do_too() -> None:
    usual, other = outlined(
        "jp .LBB0_1", "je .LBB0_2", "jmp next", ".LBB0_1:", "incq %rax", ".LBB0_2:", "jmp away"
    )
    assert usual == ["jp .LBB0_1", "je away"]
    assert other == [".LBB0_1:", "incq %rax", "jmp away"]


def test_a_condition_is_inverted_where_that_saves_a_jump() -> None:
    assert outlined("cmpq %rax, %rcx", "jae next", "jmp away") == (
        ["cmpq %rax, %rcx", "jb away"],
        [],
    )


def test_whoever_comes_to_the_jump_at_the_end_of_an_inverted_condition_still_goes_there() -> None:
    usual, other = outlined(
        "jp .LBB0_1",
        "jae next",
        ".LBB0_2:",
        "jmp away",
        ".LBB0_1:",
        "decq %rax",
        "jne .LBB0_2",
        "jmp next",
    )
    assert usual == ["jp .LBB0_1", "jb away"]
    assert other == [".LBB0_1:", "decq %rax", "jne away", "jmp next"]


def test_what_ends_rarely_is_moved_away_from_the_entry() -> None:
    usual, other = outlined(
        "cmpq %rax, %rcx", "jae .LBB0_2", "movq %rax, %rdx", "jmp rare", ".LBB0_2:", "jmpq *%rax"
    )
    assert usual == ["cmpq %rax, %rcx", "jb .Lf.tail0", ".LBB0_2:", "jmpq *%rax"]
    assert other == [".Lf.tail0:", "movq %rax, %rdx", "jmp rare"]


def test_the_usual_way_may_go_on_in_the_midst_of_other_code() -> None:
    usual, other = outlined(
        *("jne .LBB0_1", "jmp .LBB0_2"),
        *(".LBB0_1:", "incq %rax", ".LBB0_2:", "decq %rax", "jmp next"),
    )
    assert usual == ["jne .LBB0_1", ".LBB0_2:", "decq %rax"]
    assert other == [".LBB0_1:", "incq %rax", "jmp .LBB0_2"]


def test_other_text_stays() -> None:
    text = "\t.section\t.rodata\n.LCPI0_0:\n\t.quad\t7\n"
    assert outline(text, "next", []) == text
