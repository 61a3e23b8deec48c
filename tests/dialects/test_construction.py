"""What is put together fast is what xDSL's own constructor makes."""

from __future__ import annotations

from xdsl.dialects import llvm, test
from xdsl.ir import Block, Region

from grokc.dialects import grok
from grokc.dialects.construction import append, make, take_name
from grokc.dialects.types import ANY, INT
from grokc.lowering.core_types import I64


def test_operands_results_and_uses() -> None:
    block = Block(arg_types=[I64, I64])
    left, right = block.args
    left.name_hint = "left"
    fast = make(llvm.MulOp, (left, right), I64)
    slow = llvm.MulOp.create(operands=[left, right], result_types=[I64])
    assert tuple(fast.operands) == tuple(slow.operands)
    assert [result.type for result in fast.results] == [result.type for result in slow.results]
    assert fast.results[0].op is fast
    uses = [(use.operation, use.index) for use in left.uses]
    assert (fast, 0) in uses and (slow, 0) in uses
    take_name(fast.results[0], left)
    assert fast.results[0].name_hint == "left"
    # The uses can be taken away again.
    for op in (fast, slow):
        op.operands = [right, right]
    assert not left.uses


def test_a_block_of_them() -> None:
    entry, target = Block(arg_types=[ANY]), Block(arg_types=[INT])
    last = make(test.TestTermOp, successors=(target,))
    first = make(grok.ReturnOp, entry.args)
    for op in (first, last):
        append(entry, op)
    assert list(entry.ops) == [first, last]
    assert entry.first_op is first and entry.last_op is last
    assert last.prev_op is first and last.parent_block() is entry
    region = Region([entry, target])
    assert target.predecessors() == (entry,)
    entry.erase_op(last)
    assert list(entry.ops) == [first] and not target.uses
    assert region.blocks.first is entry
