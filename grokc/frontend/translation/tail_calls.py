"""Tail calls across annotations, in constant space.

A function with a result annotation must have its result checked.  A tail call of a function with
the same annotation needs no further check.  Any other tail call is translated as a call whose
result is checked before it is returned, which costs a frame::

    fn count(n) -> int { step(n) }          // step promises nothing
    fn step(n) { if n == 0 { 0 } else { count(n - 1) } }

Here that frame would be one in each round of a loop without end.  The language says what to do: in
a chain of tail calls the result is checked for the last function, then for the first, and those
between are skipped.  So ``count`` is split in two: ``count::tail`` has the body, whose tail calls
are made without a check, and ``count`` calls it and checks the result.  Tail calls inside the cycle
go to ``count::tail``, all others to ``count``.

Only functions on a cycle of tail calls are split; elsewhere the frame is cheaper.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import StringAttr, SymbolRefAttr
from xdsl.ir import Block, Region

from grokc.dialects import grok_stack as ops
from grokc.dialects.types import ANY
from grokc.frontend.symbols import Function


@dataclass(slots=True)
class _Edge:
    """A call in tail position, as a tail call or as a call with a check."""

    callee: Function
    op: ops.TailCallOp | ops.CallOp


class TailCalls:
    """Collects the calls of known functions in tail position; :meth:`split` then splits."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.edges: dict[str, list[_Edge]] = {}

    def record(self, caller: str, callee: Function, op: ops.TailCallOp | ops.CallOp) -> None:
        self.functions[callee.symbol] = callee
        self.edges.setdefault(caller, []).append(_Edge(callee, op))

    def split(self, functions: list[ops.FuncOp]) -> list[ops.FuncOp]:
        """Splits what has to be; returns the functions that are new."""
        component = self._components()

        def on_cycle(caller: str, edge: _Edge) -> bool:
            return component[caller] == component.get(edge.callee.symbol)

        split = {
            caller
            for caller, edges in self.edges.items()
            for edge in edges
            if isinstance(edge.op, ops.CallOp) and on_cycle(caller, edge)
        }
        # Who relied on a split function's check, on the cycle, needs one of its own.
        pending = bool(split)
        while pending:
            more = {
                caller
                for caller, edges in self.edges.items()
                if caller not in split and self._is_checked(caller)
                for edge in edges
                if edge.callee.symbol in split and on_cycle(caller, edge)
            }
            split |= more
            pending = bool(more)
        if not split:
            return []
        for caller, edges in self.edges.items():
            for edge in edges:
                if on_cycle(caller, edge):
                    _redirect(edge, edge.callee.symbol in split)
        return [_wrap(op, self.functions[op.symbol]) for op in functions if op.symbol in split]

    def _is_checked(self, symbol: str) -> bool:
        function = self.functions.get(symbol)
        return function is not None and function.result != ANY

    def _components(self) -> dict[str, int]:
        """The number of each function's strongly connected component (Tarjan's algorithm)."""
        component: dict[str, int] = {}
        index: dict[str, int] = {}
        low: dict[str, int] = {}
        stack: list[str] = []
        for root in self.edges:
            if root in index:
                continue
            index[root] = low[root] = len(index)
            stack.append(root)
            work = [(root, iter(self.edges[root]))]
            while work:
                node, edges = work[-1]
                for edge in edges:
                    callee = edge.callee.symbol
                    if callee not in index:
                        index[callee] = low[callee] = len(index)
                        stack.append(callee)
                        work.append((callee, iter(self.edges.get(callee, ()))))
                        break
                    if callee not in component:
                        low[node] = min(low[node], index[callee])
                else:
                    work.pop()
                    if work:
                        caller = work[-1][0]
                        low[caller] = min(low[caller], low[node])
                    if low[node] == index[node]:
                        while True:
                            member = stack.pop()
                            component[member] = index[node]
                            if member == node:
                                break
        return component


def _tail(symbol: str) -> str:
    return f"{symbol}::tail"


def _redirect(edge: _Edge, is_split: bool) -> None:
    """Makes an edge a tail call, of the callee's body where that has been split off."""
    callee = edge.callee
    symbol = _tail(callee.symbol) if is_split else callee.symbol
    if isinstance(edge.op, ops.TailCallOp):
        edge.op.properties["symbol"] = SymbolRefAttr(symbol)
        return
    call, block = edge.op, edge.op.parent
    assert block is not None
    check, leave = call.next_op, call.next_op and call.next_op.next_op
    assert isinstance(check, ops.CheckTypeOp) and isinstance(leave, ops.ReturnOp)
    block.insert_op_before(ops.TailCallOp.new(symbol, callee.maximum, call.location), call)
    for op in (leave, check, call):
        block.erase_op(op)


def _wrap(body: ops.FuncOp, function: Function) -> ops.FuncOp:
    """Renames a function's body, and makes the function that calls it and checks its result."""
    symbol, where = function.symbol, body.location
    names = [name.data for name in body.parameters.data]
    body.properties["sym_name"] = StringAttr(_tail(symbol))
    code: list[ops.StackOp] = [ops.LoadLocalOp.new(slot, where) for slot in range(len(names))]
    code.append(ops.CallOp.new(_tail(symbol), len(names), where))
    code.append(ops.CheckTypeOp.new(function.result, f"result of {symbol}", where))
    code.append(ops.ReturnOp.new(where))
    region = Region([Block(code)])
    return ops.FuncOp.new(symbol, names, region, minimum=body.minimum.data, location=where)
