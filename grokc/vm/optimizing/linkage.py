"""The handlers by which the machine meets optimized code; written with the other handlers.

They are no opcodes': functions get into them through handler words and native entries.

``tier2.enter_from_native``
    What ``FunctionInfo.native_entry`` is of a function without optimized code: builds the frame
    that the interpreter expects and goes on at the function's first instruction.

``tier2.count_entry``, ``tier2.count_loop``
    The handler words of a function that is not optimized yet: count, ask for the compiler when it
    is hot, and go on.  After a compilation the word is another one.

The way from the interpreter into optimized code is compiled with it
(:mod:`grokc.lowering.grok_to_llvm`, adapters).
"""

from __future__ import annotations

from xdsl.ir import Block

from grokc.lowering.core import ERROR, CoreProgram
from grokc.lowering.core_types import I16, I64, POINTER
from grokc.lowering.llvm_builder import Builder

HANDLERS = ("enter_from_native", "count_entry", "count_loop")
"""In the order of ``NATIVE_...`` in optimized.grok; their symbols begin with ``tier2.``"""

ARGUMENTS = 6


def write_linkage(program: CoreProgram) -> None:
    """Adds the handlers to a machine's program."""
    _write_enter_from_native(program)
    for name in ("count_entry", "count_loop"):
        _write_counting(program, name)


def _write_enter_from_native(program: CoreProgram) -> None:
    builder = program.handler("tier2.enter_from_native")
    info, base, context, tag, *arguments = builder.parameters
    size = program.layout.size(program.function("copy").result)
    for index, argument in enumerate(arguments):
        builder.store(argument, builder.offset(base, size * index))
    status = program.call(builder, program.function("open_frame"), [base], context)[1]
    assert status is not None
    failed, entered = Block(), Block()
    error = builder.compare("ne", status, builder.integer(0))
    builder.branch_if(error, failed, entered, likely=False)
    builder.start(failed)
    result = builder.poison(builder.type.output)
    builder.return_(builder.insert(result, builder.integer(ERROR), 1))
    builder.start(entered)
    entry = builder.load(
        POINTER, builder.offset(info, program.struct("FunctionInfo").offset("entry"))
    )
    unused = [builder.poison(I64) for _ in arguments]
    handler = builder.load(POINTER, entry)
    builder.tail_call(handler, [entry, base, context, tag, *unused])
    program.add(builder)


def _write_counting(program: CoreProgram, name: str) -> None:
    builder = program.handler(f"tier2.{name}")
    pc, base, context = builder.parameters[:3]
    program.save_pc(builder, context, pc, base)
    program.call(builder, program.function(f"optimizing_{name}"), [pc], context)
    _go_on(program, builder, f"tier2.{name}")


def _go_on(program: CoreProgram, builder: Builder, own: str) -> None:
    """Jumps where the handler word says, or by the opcode if that is this handler still."""
    pc, base, context, tag, *free = builder.parameters
    word = builder.load(POINTER, pc)
    number = builder.cast("zext", builder.load(I16, builder.offset(pc, 8)), I64)
    table = builder.address("handler_table.data")
    by_opcode = builder.load(POINTER, builder.element(table, number, 8))
    same = builder.compare("eq", word, builder.address(own))
    unused = [builder.poison(I64) for _ in free]
    builder.tail_call(builder.select(same, by_opcode, word), [pc, base, context, tag, *unused])
    program.add(builder)
