"""The reducer: what is left of a program is what a failure needs."""

from __future__ import annotations

from grokc.frontend.diagnostics import CompileError
from grokc.frontend.program import compile_to_stack
from grokc.frontend.source import SourceFile
from tests.fuzz.generator import generate
from tests.fuzz.generator.tree import Block, Expression, Item, Literal, Program, Statement
from tests.fuzz.generator.types import SMALL
from tests.fuzz.reducer import reduce


def _program(*statements: Statement) -> Program:
    return Program([Item(["fn other() ", Block()]), Item(["fn main() ", Block([*statements])])])


def _number(value: int) -> Literal:
    return Literal(SMALL, [str(value)], number=value)


def test_what_a_failure_does_not_need_goes() -> None:
    sum_ = Expression(SMALL, [_number(5), " + ", Expression(SMALL, ["f(", _number(9), ")"])], False)
    loop = Statement(["for i in 0..640 ", Block([Statement(["g()"]), Statement(["x = ", sum_])])])
    program = _program(Statement(["let x = 1"]), loop, Statement(["println(x)"]))
    reduce(program, lambda text: "f(" in text, seconds=10.0)
    assert str(program) == "fn main() { x = f(0) }\n"


def test_numbers_become_small() -> None:
    program = _program(
        Statement(["for i in 0..640 ", Block([Statement(["g(", _number(99), ")"])])])
    )

    def fails(text: str) -> bool:
        return "g(" in text and any(f"0..{n} " in text for n in range(30, 700))

    reduce(program, fails, seconds=10.0)
    assert str(program) == "fn main() { for i in 0..30 { g(0) } }\n"


def test_a_generated_program_becomes_small() -> None:
    def fails(text: str) -> bool:
        try:
            compile_to_stack(SourceFile("program.grok", text))
        except CompileError:
            return False
        return ".pop()" in text and "while " in text

    seed = next(seed for seed in range(100) if fails(str(generate(seed))))
    program = generate(seed)
    before = len(str(program))
    reduce(program, fails, seconds=30.0)
    after = str(program)
    assert fails(after)
    assert len(after) < min(500, before // 4), after
