"""What all of translation builds on: the function being written, and values, modes and variables.

An expression is translated for its value (left on the stack), for its effect (nothing is left), or
in tail position (the function returns with it): see :class:`Mode`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum as PythonEnum
from typing import TypeAlias

from xdsl.dialects.builtin import LocationAttr

from grokc.dialects import grok_stack as ops
from grokc.dialects.location import Locations
from grokc.dialects.types import ANY, BOOL, FLOAT, INT, STR, UNIT, GrokType
from grokc.frontend import tree
from grokc.frontend.emitter import Emitter, Label
from grokc.frontend.source import SourceFile
from grokc.frontend.symbols import Body, Program, Variable
from grokc.frontend.translation.constants import Literal, literal_value
from grokc.frontend.translation.tail_calls import TailCalls

LITERALS: dict[type[tree.Node], GrokType] = {
    tree.Int: INT,
    tree.Float: FLOAT,
    tree.Bool: BOOL,
    tree.Str: STR,
    tree.FString: STR,
    tree.Unit: UNIT,
}


Walker: TypeAlias = dict[type[tree.Node], Callable[..., None]]
"""What translates the nodes of each type."""


class Mode(PythonEnum):
    """What becomes of an expression's value."""

    VALUE = "value"  # left on the stack
    EFFECT = "effect"  # dropped
    TAIL = "tail"  # returned


class Loop:
    """Where ``break`` and ``continue`` go."""

    __slots__ = ("exit", "height", "label", "restart", "result")

    def __init__(
        self, label: str | None, restart: Label, exit: Label, height: int, result: int | None
    ) -> None:
        self.label = label
        self.restart = restart
        self.exit = exit
        self.height = height
        self.result = result
        """The local that holds the value of ``loop``, if anybody wants it."""


class Writer:
    """Writes the code of one body at a time."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.targets = program.targets
        self.functions: list[ops.FuncOp] = []
        self.tail_calls = TailCalls()
        self.symbols = {f.symbol for f in program.functions}
        self.wrappers: dict[tuple[type[object], str], str] = {}
        self.qualified_methods: set[str] = set()
        """Methods that are called as ``Trait::name``."""
        self.method_results: dict[str, set[GrokType]] = {}
        """What methods of a name may give, whatever the receiver."""
        self.inlined: dict[int, Literal] = {}
        """Consts that are written where they are used."""
        self.locations_of: dict[int, Locations] = {}
        self.value_walk: Walker = {}
        self.mode_walk: Walker = {}
        # The function being written.
        self.emitter: Emitter
        self.emit: Callable[[ops.StackOp], None]
        self.locations: Locations
        self.loops: list[Loop] = []
        self.payloads: dict[int, int] = {}
        """Locals that hold the parts of the value a pattern was tested against, by part."""

    def locations_for(self, file: SourceFile) -> Locations:
        known = self.locations_of.get(id(file))
        if known is None:
            known = self.locations_of[id(file)] = Locations(file.name)
        return known

    def enter(self, body: Body, parameters: Sequence[str] = ()) -> tuple[object, ...]:
        """Begins a function; the result is for :meth:`leave`."""
        saved = (self.emitter, self.locations, self.loops) if hasattr(self, "emitter") else ()
        self.locations = self.locations_for(body.file)
        self.emitter = Emitter(body, self.locations, parameters)
        self.emit = self.emitter.emit
        self.loops = []
        return saved

    def leave(self, saved: tuple[object, ...], minimum: int, location: LocationAttr) -> None:
        self.functions.append(self.emitter.function(minimum, location))
        if saved:
            self.emitter, self.locations, self.loops = saved  # type: ignore[assignment]
            self.emit = self.emitter.emit

    # -------------------------------------------------------------------------------------- walking

    def at(self, node: tree.Node) -> LocationAttr:
        return self.locations(node.start, node.end)

    def value(self, node: tree.Expr) -> None:
        """Leaves the expression's value on the stack."""
        if self.emitter.reachable:
            self.value_walk[type(node)](node)

    def values(self, nodes: Sequence[tree.Expr]) -> None:
        for node in nodes:
            self.value(node)

    def mode(self, node: tree.Expr, mode: Mode) -> None:
        if not self.emitter.reachable:
            return
        walker = self.mode_walk.get(type(node))
        if walker is not None:
            walker(node, mode)
            return
        self.value_walk[type(node)](node)
        if mode is not Mode.VALUE:
            self.finish(node, mode)

    def finish(self, node: tree.Node, mode: Mode) -> None:
        """What the mode asks for, once the value is on the stack."""
        if mode is Mode.EFFECT:
            self.emit(ops.PopOp.new(self.at(node)))
        elif mode is Mode.TAIL:
            self.return_value(node)

    def finish_unit(self, node: tree.Node, mode: Mode) -> None:
        """The same for an expression that leaves nothing and has the value ()."""
        if mode is not Mode.EFFECT:
            self.emit(ops.PushUnitOp.new(self.at(node)))
            self.finish(node, mode)

    def return_value(self, node: tree.Node) -> None:
        """Returns the value on the stack; ``node`` is what it comes from."""
        location = self.at(node)
        result = self.emitter.body.result
        if result != ANY and LITERALS.get(type(node)) != result:
            what = f"result of {self.emitter.body.symbol}"
            self.emit(ops.CheckTypeOp.new(result, what, location))
        self.emitter.end(ops.ReturnOp.new(location))

    def push(self, value: Literal, location: LocationAttr) -> None:
        """A constant."""
        if isinstance(value, bool):
            self.emit(ops.PushBoolOp.new(value, location))
        elif isinstance(value, int):
            self.emit(ops.PushIntOp.new(value, location))
        elif isinstance(value, float):
            self.emit(ops.PushFloatOp.new(value, location))
        elif isinstance(value, str):
            self.emit(ops.PushStrOp.new(value, location))
        else:
            self.emit(ops.PushUnitOp.new(location))

    def value_as(self, node: tree.Expr, type: GrokType, what: str) -> None:
        """The value of an expression that crosses an annotation."""
        if type == FLOAT and self.push_as_float(literal_value(node), self.at(node)):
            return
        self.value(node)
        if type != ANY and LITERALS.get(node.__class__) != type:
            self.emit(ops.CheckTypeOp.new(type, what, self.at(node)))

    def push_as_float(self, value: Literal | None, location: LocationAttr) -> bool:
        """Pushes a literal number that crosses a ``float`` annotation; False of all else."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        self.emit(ops.PushFloatOp.new(float(value), location))
        return True

    # ------------------------------------------------------------------------------------ variables

    def load_raw(self, variable: Variable, location: LocationAttr) -> None:
        """What the frame holds for a variable: its value or its cell."""
        emitter = self.emitter
        if variable.body is emitter.body:
            emitter.emit(ops.LoadLocalOp.new(variable.slot, location))
        else:
            index = emitter.capture_index[id(variable)]
            emitter.emit(ops.LoadCaptureOp.new(index, location))

    def load_variable(self, variable: Variable, location: LocationAttr) -> None:
        self.load_raw(variable, location)
        if variable.in_cell:
            self.emit(ops.LoadCellOp.new(location))

    def define(self, variable: Variable, location: LocationAttr) -> None:
        """Begins a variable's life with the value on the stack."""
        if variable.slot < 0:
            variable.slot = self.emitter.local(variable.name)
        if variable.in_cell:
            self.emit(ops.MakeCellOp.new(location))
        self.emit(ops.StoreLocalOp.new(variable.slot, location))

    def keep(self, name: str, location: LocationAttr) -> int:
        """Moves the value on the stack to a new hidden local."""
        slot = self.emitter.local(name)
        self.emit(ops.StoreLocalOp.new(slot, location))
        return slot

    def load(self, slot: int, location: LocationAttr) -> None:
        self.emit(ops.LoadLocalOp.new(slot, location))
