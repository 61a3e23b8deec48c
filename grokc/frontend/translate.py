"""From the resolved tree to ``grok_stack``.

One walk over each body.  An expression is translated for its value (left on the stack), for its
effect (nothing is left), or in tail position (the function returns with it); see :class:`Mode`.
The tree has been checked, so nothing here can go wrong.

What is decided here:

- A variable has a local slot; one that ``resolve`` put into a cell is reached through it.
- ``for`` over a range that stands in its head becomes a counted loop on a hidden counter, so that
  each turn has its own variable; the counter never passes the last value, so it cannot overflow.
- ``match`` tests its arms one by one in order, binding the variables of an arm after its tests.
- Calls in tail position become tail calls where the annotation of the function's result is known
  to be met by what is called; otherwise the result has to be checked after the call.
- Consts whose value is a literal are written where they are used, if nothing could see the
  difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum as PythonEnum

from xdsl.dialects.builtin import LocationAttr, ModuleOp

from grokc.dialects import grok
from grokc.dialects import grok_stack as ops
from grokc.dialects.location import UNKNOWN, Locations
from grokc.dialects.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    STR,
    UNIT,
    EnumType,
    GrokType,
)
from grokc.frontend import tree
from grokc.frontend.emitter import Emitter, Label
from grokc.frontend.source import SourceFile
from grokc.frontend.symbols import (
    BUILTIN_TYPES,
    Body,
    BuiltinConstant,
    BuiltinMethod,
    Entity,
    Enum,
    Field,
    Function,
    Global,
    Program,
    Struct,
    Template,
    TraitMethod,
    Variable,
    Variant,
)
from grokc.frontend.tail_calls import TailCalls
from grokc.vm.builtins import METHODS, Builtin

START = "@start"
"""The symbol of the function that runs a program."""

BINARY: dict[str, type[ops.BinaryOp]] = {
    "+": ops.AddOp,
    "-": ops.SubOp,
    "*": ops.MulOp,
    "/": ops.DivOp,
    "%": ops.RemOp,
    "&": ops.BitAndOp,
    "|": ops.BitOrOp,
    "^": ops.BitXorOp,
    "<<": ops.ShiftLeftOp,
    ">>": ops.ShiftRightOp,
    "==": ops.EqualOp,
    "!=": ops.NotEqualOp,
    "<": ops.LessOp,
    ">": ops.GreaterOp,
    "<=": ops.LessEqualOp,
    ">=": ops.GreaterEqualOp,
}

_RESULTS: dict[str, GrokType] = {name: type for name, type, _ in BUILTIN_TYPES}
_RESULTS |= {"Option": EnumType("Option"), "Result": EnumType("Result")}

_LITERALS: dict[type[tree.Node], GrokType] = {
    tree.Int: INT,
    tree.Float: FLOAT,
    tree.Bool: BOOL,
    tree.Str: STR,
    tree.FString: STR,
    tree.Unit: UNIT,
}


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


def translate(program: Program) -> ModuleOp:
    """The program as a module of ``grok_stack``."""
    return _Translator(program).module()


class _Translator:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.targets = program.targets
        self.functions: list[ops.FuncOp] = []
        self.tail_calls = TailCalls()
        self.wrappers: dict[tuple[type[object], str], str] = {}
        self.symbols = {f.symbol for f in program.functions}
        self.qualified_methods: dict[str, TraitMethod] = {}
        self.locations_of: dict[int, Locations] = {}
        self.literals = _literal_constants(program.globals, program.targets)
        self.inlined = self.literals
        self.method_results: dict[str, set[GrokType]] = {}
        # The function being written.
        self.emitter: Emitter
        self.emit: Callable[[ops.StackOp], None]
        self.locations: Locations
        self.loops: list[Loop] = []
        self.payloads: dict[int, int] = {}
        """Locals that hold the parts of the value a pattern was tested against, by part."""
        self.value_walk, self.mode_walk = self._walkers()

    # ---------------------------------------------------------------------------------- modules

    def module(self) -> ModuleOp:
        program = self.program
        self.collect_method_results()
        for function in program.functions:
            if function.node.body is not None:
                self.translate_function(function)
        for struct in program.structs:
            for field in struct.fields.values():
                if field.default is not None and not _is_literal(field.default):
                    self.translate_default(field, struct)
        self.translate_start()
        self.functions += self.tail_calls.split(self.functions)
        return ModuleOp([*self.declarations(), *self.functions])

    def declarations(self) -> list[grok.DeclarationOp]:
        program = self.program
        result: list[grok.DeclarationOp] = []
        for enum in program.enums:
            variants = [
                grok.VariantAttr.of(v.name, v.kind, _field_attributes(v.fields))
                for v in enum.variants.values()
            ]
            result.append(grok.EnumOp.new(enum.symbol, variants, self.item_location(enum)))
        for struct in program.structs:
            fields = _field_attributes(struct.fields.values())
            result.append(grok.StructOp.new(struct.symbol, fields, self.item_location(struct)))
        for trait in program.traits:
            implementors = [t.type for t in program.types if trait.symbol in t.members.traits]
            where = UNKNOWN
            if trait.node is not None and trait.file is not None:
                where = self.locations_for(trait.file)(trait.node.name_start, trait.node.name_end)
            result.append(grok.TraitOp.new(trait.symbol, implementors, where))
        for entity in program.types:
            for function in entity.members.functions.values():
                if function.node.has_self:
                    result.append(grok.MethodOp.new(entity.type, function.name, function.symbol))
            for impl in entity.members.traits.values():
                for name, method in {**impl.trait.methods, **impl.functions}.items():
                    if not method.node.has_self or method.node.body is None:
                        continue
                    trait_symbol = impl.trait.symbol
                    result.append(grok.MethodOp.new(entity.type, name, method.symbol, trait_symbol))
                    qualified = f"{trait_symbol}::{name}"
                    if qualified in self.qualified_methods:
                        result.append(
                            grok.MethodOp.new(entity.type, qualified, method.symbol, trait_symbol)
                        )
        result += [grok.GlobalOp.new(constant.symbol) for constant in program.globals]
        return result

    def item_location(self, entity: Struct | Enum) -> LocationAttr:
        if entity.file is None or entity.node is None:
            return UNKNOWN
        return self.locations_for(entity.file)(entity.node.name_start, entity.node.name_end)

    def locations_for(self, file: SourceFile) -> Locations:
        known = self.locations_of.get(id(file))
        if known is None:
            known = self.locations_of[id(file)] = Locations(file.name)
        return known

    def collect_method_results(self) -> None:
        """What a method of some name may give, whatever the receiver."""
        results = self.method_results
        for function in self.program.functions:
            if function.owner is not None and function.node.has_self:
                results.setdefault(function.name, set()).add(function.result)
        for methods in METHODS.values():
            for builtin in methods.values():
                result = _RESULTS.get(builtin.result, ANY)
                results.setdefault(builtin.name, set()).add(result)

    # -------------------------------------------------------------------------------- functions

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

    def translate_function(self, function: Function) -> None:
        node = function.node
        assert node.body is not None
        saved = self.enter(function.body, [p.name for p in function.parameters])
        self.prologue(node.parameters, function.symbol)
        self.mode(node.body, Mode.TAIL)
        self.leave(saved, function.minimum, self.locations(node.name_start, node.name_end))

    def prologue(self, parameters: Sequence[tree.Parameter], symbol: str) -> None:
        """Defaults, checks, cells and patterns, parameter by parameter."""
        emit, program = self.emit, self.program
        for slot, parameter in enumerate(parameters):
            pattern = parameter.pattern
            location = self.at(pattern)
            if parameter.default is not None:
                given, missing = Label(), Label()
                emit(ops.LoadLocalOp.new(slot, location))
                emit(ops.IsMissingOp.new(location))
                self.emitter.branch(missing, given, location)
                self.emitter.start(missing, location)
                self.value(parameter.default)
                emit(ops.StoreLocalOp.new(slot, location))
                self.emitter.start(given, location)
            if parameter.type is not None:
                type = program.annotations[id(parameter.type)]
                if type != ANY:
                    name = (
                        f"'{pattern.name}'"
                        if isinstance(pattern, tree.NamePattern)
                        else str(slot + 1)
                    )
                    emit(ops.LoadLocalOp.new(slot, location))
                    emit(ops.CheckTypeOp.new(type, f"argument {name} of {symbol}", location))
                    emit(ops.StoreLocalOp.new(slot, location))
            if isinstance(pattern, tree.NamePattern) and pattern.inner is None:
                variable = program.variables[id(pattern)]
                variable.slot = slot
                if variable.in_cell:
                    emit(ops.LoadLocalOp.new(slot, location))
                    emit(ops.MakeCellOp.new(location))
                    emit(ops.StoreLocalOp.new(slot, location))
            elif not isinstance(pattern, tree.WildcardPattern):
                self.destructure(pattern, slot, location)

    def translate_default(self, field: Field, struct: Struct) -> None:
        assert field.default is not None and field.body is not None
        saved = self.enter(field.body)
        location = self.at(field.default)
        self.value_as(field.default, field.type, f"field '{field.name}' of {struct.name}")
        self.emitter.end(ops.ReturnOp.new(location))
        self.leave(saved, 0, location)

    def translate_start(self) -> None:
        """Consts and statics in order, then main."""
        program = self.program
        main = program.main
        assert main is not None
        saved = self.enter(Body(START, main.file))
        emit = self.emit
        self.inlined = {}  # an initializer sees only the consts before it
        for constant in program.globals:
            # Each initializer is a body of its own to the variables in it, but shares this frame.
            self.locations = self.locations_for(constant.file)
            self.emitter.body = constant.body
            location = self.locations(constant.node.name_start, constant.node.name_end)
            kind = "static" if constant.mutable else "const"
            self.value_as(constant.node.value, constant.type, f"{kind} '{constant.name}'")
            emit(ops.StoreGlobalOp.new(constant.symbol, location))
            if id(constant) in self.literals:
                self.inlined[id(constant)] = self.literals[id(constant)]
        self.emitter.body = Body(START, main.file)
        self.locations = self.locations_for(main.file)
        location = self.locations(main.node.name_start, main.node.name_end)
        for _ in range(main.maximum):
            emit(ops.PushMissingOp.new(location))
        emit(ops.CallOp.new(main.symbol, main.maximum, location))
        emit(ops.CallBuiltinOp.new("finish_main", 1, location))
        self.emitter.end(ops.ReturnOp.new(location))
        self.leave(saved, 0, location)

    # ---------------------------------------------------------------------------------- walking

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
        if result != ANY and _LITERALS.get(type(node)) != result:
            what = f"result of {self.emitter.body.symbol}"
            self.emit(ops.CheckTypeOp.new(result, what, location))
        self.emitter.end(ops.ReturnOp.new(location))

    def value_as(self, node: tree.Expr, type: GrokType, what: str) -> None:
        """The value of an expression that crosses an annotation."""
        if type == FLOAT and isinstance(node, tree.Int):
            self.emit(ops.PushFloatOp.new(float(node.value), self.at(node)))
            return
        self.value(node)
        if type != ANY and _LITERALS.get(node.__class__) != type:
            self.emit(ops.CheckTypeOp.new(type, what, self.at(node)))

    def _walkers(
        self,
    ) -> tuple[
        dict[type[tree.Node], Callable[..., None]], dict[type[tree.Node], Callable[..., None]]
    ]:
        modes: dict[type[tree.Node], Callable[..., None]] = {
            tree.Paren: lambda n, mode: self.mode(n.inner, mode),
            tree.Block: self.block,
            tree.If: self.if_,
            tree.Match: self.match,
            tree.While: self.while_,
            tree.Loop: self.loop,
            tree.For: self.for_,
            tree.Assign: self.assign,
            tree.Call: self.call,
            tree.MethodCall: self.method_call,
            tree.Return: self.return_,
            tree.Break: self.break_,
            tree.Continue: self.continue_,
        }
        values: dict[type[tree.Node], Callable[..., None]] = {
            kind: lambda n, walker=walker: walker(n, Mode.VALUE) for kind, walker in modes.items()
        }
        values |= {
            tree.Int: lambda n: self.emit(ops.PushIntOp.new(n.value, self.at(n))),
            tree.Float: lambda n: self.emit(ops.PushFloatOp.new(n.value, self.at(n))),
            tree.Bool: lambda n: self.emit(ops.PushBoolOp.new(n.value, self.at(n))),
            tree.Str: lambda n: self.emit(ops.PushStrOp.new(n.value, self.at(n))),
            tree.Unit: lambda n: self.emit(ops.PushUnitOp.new(self.at(n))),
            tree.FString: self.fstring,
            tree.Path: self.path,
            tree.Unary: self.unary,
            tree.Binary: self.binary,
            tree.Logical: self.logical,
            tree.Cast: self.cast,
            tree.Range: self.range,
            tree.Tuple: lambda n: self.collection(n, n.elements, ops.MakeTupleOp),
            tree.List: lambda n: self.collection(n, n.elements, ops.MakeListOp),
            tree.FilledList: self.filled_list,
            tree.Map: self.map,
            tree.StructLiteral: self.struct_literal,
            tree.FieldAccess: self.field_access,
            tree.TupleField: self.tuple_field,
            tree.Index: self.index,
            tree.Try: self.try_,
            tree.Closure: self.closure,
        }
        return values, modes

    # -------------------------------------------------------------------------- names, literals

    def path(self, node: tree.Path) -> None:
        entity = self.targets[id(node)]
        if isinstance(entity, Variable):
            self.load_variable(entity, self.at(node))
        else:
            self.load_entity(entity, self.at(node))

    def load_entity(self, entity: Entity, location: LocationAttr) -> None:
        emit = self.emit
        if isinstance(entity, Global):
            literal = self.inlined.get(id(entity))
            if literal is None:
                emit(ops.LoadGlobalOp.new(entity.symbol, location))
            else:
                self.value_as(literal, entity.type, "")
        elif isinstance(entity, Function):
            emit(ops.PushFunctionOp.new(entity.symbol, location))
        elif isinstance(entity, BuiltinConstant):
            if isinstance(entity.value, int):
                emit(ops.PushIntOp.new(entity.value, location))
            else:
                emit(ops.PushFloatOp.new(entity.value, location))
        elif isinstance(entity, Variant) and entity.kind == "unit":
            emit(ops.MakeVariantOp.new(entity.enum.symbol, entity.name, 0, location))
        else:
            assert isinstance(entity, (Variant, Builtin, BuiltinMethod, TraitMethod))
            emit(ops.PushFunctionOp.new(self.wrapper(entity), location))

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

    def fstring(self, node: tree.FString) -> None:
        pieces: list[str] = []
        text = ""
        for part in node.parts:
            if isinstance(part, str):
                text += part
            else:
                self.value(part.value)
                pieces += (text, part.spec)
                text = ""
        pieces.append(text)
        self.format(pieces, self.at(node))

    def format(self, pieces: list[str], location: LocationAttr) -> None:
        if len(pieces) == 1:
            self.emit(ops.PushStrOp.new(pieces[0], location))
        else:
            self.emit(ops.FormatOp.new(pieces, location))

    # -------------------------------------------------------------------------------- operators

    def unary(self, node: tree.Unary) -> None:
        operand, location = node.operand, self.at(node)
        if node.operator == "-":
            if isinstance(operand, tree.Int) and operand.value > -(2**63):
                self.emit(ops.PushIntOp.new(-operand.value, location))
                return
            if isinstance(operand, tree.Float):
                self.emit(ops.PushFloatOp.new(-operand.value, location))
                return
            self.value(operand)
            self.emit(ops.NegOp.new(location))
        else:
            self.value(operand)
            self.emit(ops.NotOp.new(location))

    def binary(self, node: tree.Binary) -> None:
        left, location = node.left, self.locations(node.start, node.end)
        if isinstance(left, tree.Binary):
            first, chain = tree.binary_chain(node)
            self.value(first)
            for link in chain:
                self.value(link.right)
                self.emit(BINARY[link.operator].new(self.at(link)))
            return
        self.value(left)
        self.value(node.right)
        self.emit(BINARY[node.operator].new(location))

    def logical(self, node: tree.Logical) -> None:
        location = self.at(node)
        decided, end = Label(), Label()
        *first, last = _operands(node)
        conjunction = node.operator == "&&"
        for operand in first:
            goes_on = Label()
            if conjunction:
                self.condition(operand, goes_on, decided)
            else:
                self.condition(operand, decided, goes_on)
            self.emitter.start(goes_on, self.at(operand))
        self.value(last)
        self.emit(ops.TrueOp.new(self.at(last)))
        self.emitter.jump(end, location)
        self.emitter.start(decided, location)
        self.emit(ops.PushBoolOp.new(not conjunction, location))
        self.emitter.start(end, location)

    def condition(self, node: tree.Expr, then: Label, otherwise: Label) -> None:
        """Goes to ``then`` or ``otherwise`` by a bool."""
        if not self.emitter.reachable:
            return
        while isinstance(node, tree.Paren):
            node = node.inner
        if isinstance(node, tree.Bool):
            self.emitter.jump(then if node.value else otherwise, self.at(node))
        elif isinstance(node, tree.Unary) and node.operator == "!":
            self.condition(node.operand, otherwise, then)
        elif isinstance(node, tree.Logical):
            *first, last = _operands(node)
            for operand in first:
                goes_on = Label()
                if node.operator == "&&":
                    self.condition(operand, goes_on, otherwise)
                else:
                    self.condition(operand, then, goes_on)
                self.emitter.start(goes_on, self.at(operand))
            self.condition(last, then, otherwise)
        else:
            self.value(node)
            self.emitter.branch(then, otherwise, self.at(node))

    def cast(self, node: tree.Cast) -> None:
        self.value(node.value)
        location = self.at(node)
        target = self.program.annotations[id(node.type)]
        if target == INT:
            self.emit(ops.CastIntOp.new(location))
        elif target == FLOAT:
            self.emit(ops.CastFloatOp.new(location))
        else:
            self.emit(ops.ToStrOp.new(location))

    def range(self, node: tree.Range) -> None:
        assert node.low is not None and node.high is not None
        self.value(node.low)
        self.value(node.high)
        kind = ops.MakeRangeInclusiveOp if node.inclusive else ops.MakeRangeOp
        self.emit(kind.new(self.at(node)))

    def assign(self, node: tree.Assign, mode: Mode) -> None:
        target = node.target
        while isinstance(target, tree.Paren):
            target = target.inner
        location = self.at(node)
        if isinstance(target, tree.Path):
            entity = self.targets[id(target)]
            if isinstance(entity, Variable):
                self.assign_variable(node, entity, location)
            else:
                assert isinstance(entity, Global)
                if node.operator is not None:
                    self.emit(ops.LoadGlobalOp.new(entity.symbol, self.at(target)))
                self.new_value(node, entity.type, f"static '{entity.name}'", location)
                self.emit(ops.StoreGlobalOp.new(entity.symbol, location))
        elif isinstance(target, tree.FieldAccess):
            self.value(target.value)
            place = self.locations(target.name_start, target.end)
            if node.operator is not None:
                self.emit(ops.DupOp.new(location))
                self.emit(ops.GetFieldOp.new(target.name, place))
            self.new_value(node, ANY, "", location)
            self.emit(ops.SetFieldOp.new(target.name, place))
        else:
            assert isinstance(target, tree.Index)
            self.assign_index(node, target, location)
        self.finish_unit(node, mode)

    def assign_variable(
        self, node: tree.Assign, variable: Variable, location: LocationAttr
    ) -> None:
        if variable.in_cell:
            self.load_raw(variable, location)
        if node.operator is not None:
            self.load_variable(variable, location)
        kind = "argument" if variable.is_parameter else "variable"
        self.new_value(node, variable.type, f"{kind} '{variable.name}'", location)
        if variable.in_cell:
            self.emit(ops.StoreCellOp.new(location))
        else:
            self.emit(ops.StoreLocalOp.new(variable.slot, location))

    def assign_index(self, node: tree.Assign, target: tree.Index, location: LocationAttr) -> None:
        place = self.at(target)
        if node.operator is None:
            self.value(target.value)
            self.index_value(target)
            self.value(node.value)
        else:
            self.value(target.value)
            container = self.keep("container", location)
            self.load(container, location)
            self.index_value(target)
            index = self.keep("index", location)
            self.load(index, location)
            self.load(container, location)
            self.load(index, location)
            self.emit(ops.GetIndexOp.new(place))
            self.new_value(node, ANY, "", location)
        self.emit(ops.SetIndexOp.new(place))

    def new_value(
        self, node: tree.Assign, type: GrokType, what: str, location: LocationAttr
    ) -> None:
        """The value to store; for a compound assignment the old one is on the stack."""
        if node.operator is None:
            self.value_as(node.value, type, what)
            return
        self.value(node.value)
        self.emit(BINARY[node.operator].new(location))
        if type != ANY:
            self.emit(ops.CheckTypeOp.new(type, what, location))

    # ------------------------------------------------------------------------------ collections

    def collection(
        self, node: tree.Expr, elements: list[tree.Expr], kind: type[ops.MakeOp]
    ) -> None:
        self.values(elements)
        self.emit(kind.new(len(elements), self.at(node)))

    def filled_list(self, node: tree.FilledList) -> None:
        self.value(node.value)
        self.value(node.count)
        self.emit(ops.FillListOp.new(self.at(node)))

    def map(self, node: tree.Map) -> None:
        for entry in node.entries:
            self.value(entry.key)
            self.value(entry.value)
        self.emit(ops.MakeMapOp.new(len(node.entries), self.at(node)))

    def struct_literal(self, node: tree.StructLiteral) -> None:
        entity = self.targets[id(node)]
        location = self.at(node)
        if isinstance(entity, Struct):
            fields = list(entity.fields.values())
            self.field_values(node, fields, entity.name, entity.type)
            self.emit(ops.MakeStructOp.new(entity.symbol, len(fields), location))
        else:
            assert isinstance(entity, Variant)
            self.field_values(node, entity.fields, entity.symbol, None)
            enum, count = entity.enum.symbol, len(entity.fields)
            self.emit(ops.MakeVariantOp.new(enum, entity.name, count, location))

    def field_values(
        self, node: tree.StructLiteral, fields: list[Field], name: str, type: GrokType | None
    ) -> None:
        """Pushes all fields in the order declared; evaluates them in the order written."""
        by_name = {field.name: field for field in fields}
        written = [value.name for value in node.fields]
        declared = [field.name for field in fields]
        if written == declared[: len(written)] and node.base is None:
            for value in node.fields:
                self.field_value(value.value, by_name[value.name], name)
            for field in fields[len(written) :]:
                self.field_default(field, self.at(node))
            return
        slots: dict[str, int] = {}
        for value in node.fields:
            self.field_value(value.value, by_name[value.name], name)
            slots[value.name] = self.keep(value.name, self.at(value))
        location = self.at(node)
        if node.base is not None:
            assert type is not None
            self.value(node.base)
            place = self.at(node.base)
            self.emit(ops.CheckTypeOp.new(type, f"base of {name}", place))
            base = self.keep("base", place)
            for field in fields:
                if field.name in slots:
                    self.load(slots[field.name], location)
                else:
                    self.load(base, place)
                    self.emit(ops.GetFieldOp.new(field.name, place))
            return
        for field in fields:
            if field.name not in slots:
                self.field_default(field, location)
                slots[field.name] = self.keep(field.name, location)
        for field in fields:
            self.load(slots[field.name], location)

    def field_value(self, value: tree.Expr, field: Field, owner: str) -> None:
        self.value_as(value, field.type, f"field '{field.name}' of {owner}")

    def field_default(self, field: Field, location: LocationAttr) -> None:
        assert field.default is not None
        if _is_literal(field.default):
            self.value_as(field.default, field.type, "")
        else:
            assert field.body is not None
            self.emit(ops.CallOp.new(field.body.symbol, 0, location))

    def field_access(self, node: tree.FieldAccess) -> None:
        self.value(node.value)
        self.emit(ops.GetFieldOp.new(node.name, self.locations(node.name_start, node.end)))

    def tuple_field(self, node: tree.TupleField) -> None:
        self.value(node.value)
        self.emit(ops.GetElementOp.new(node.index, self.at(node)))

    def index(self, node: tree.Index) -> None:
        self.value(node.value)
        self.index_value(node)
        self.emit(ops.GetIndexOp.new(self.at(node)))

    def index_value(self, node: tree.Index) -> None:
        """Pushes the index above the container, whose length is the end that ``x[a..]`` omits."""
        index = node.index
        if not isinstance(index, tree.Range) or (index.low and index.high):
            self.value(index)
            return
        location = self.at(index)
        container = -1
        if index.high is None:
            container = self.keep("container", location)
            self.load(container, location)
        if index.low is None:
            self.emit(ops.PushIntOp.new(0, location))
        else:
            self.value(index.low)
        if index.high is None:
            self.load(container, location)
            self.emit(ops.CallBuiltinOp.new("len", 1, location))
        else:
            self.value(index.high)
        inclusive = index.inclusive and index.high is not None
        kind = ops.MakeRangeInclusiveOp if inclusive else ops.MakeRangeOp
        self.emit(kind.new(location))

    # ------------------------------------------------------------------------------------ calls

    def call(self, node: tree.Call, mode: Mode) -> None:
        callee = node.callee
        entity = self.targets.get(id(callee)) if isinstance(callee, tree.Path) else None
        location = self.at(node)
        if isinstance(entity, Function):
            self.values(node.arguments)
            for _ in range(entity.maximum - len(node.arguments)):
                self.emit(ops.PushMissingOp.new(location))
            if mode is Mode.TAIL and self.is_proven(entity.result):
                tail_call = ops.TailCallOp.new(entity.symbol, entity.maximum, location)
                self.record_tail_call(entity, tail_call)
                self.emitter.end(tail_call)
                return
            call = ops.CallOp.new(entity.symbol, entity.maximum, location)
            if mode is Mode.TAIL:
                self.record_tail_call(entity, call)
            self.emit(call)
        elif isinstance(entity, Variant):
            for argument, field in zip(node.arguments, entity.fields, strict=True):
                self.field_value(argument, field, entity.symbol)
            enum, count = entity.enum.symbol, len(entity.fields)
            self.emit(ops.MakeVariantOp.new(enum, entity.name, count, location))
        elif isinstance(entity, Builtin):
            self.call_builtin(node, entity, location)
        elif isinstance(entity, BuiltinMethod):
            self.value(node.arguments[0])
            what = f"argument 'self' of {entity.symbol}"
            self.emit(ops.CheckTypeOp.new(entity.owner.type, what, location))
            self.values(node.arguments[1:])
            count = len(node.arguments) - 1
            self.emit(ops.CallMethodOp.new(entity.builtin.name, count, location))
        elif isinstance(entity, TraitMethod):
            self.values(node.arguments)
            if entity.function is not None:
                for _ in range(entity.function.maximum - len(node.arguments)):
                    self.emit(ops.PushMissingOp.new(location))
            self.call_trait_method(entity, location)
        else:
            self.value(callee)
            self.values(node.arguments)
            count = len(node.arguments)
            if mode is Mode.TAIL and self.is_proven(ANY):
                self.emitter.end(ops.TailCallValueOp.new(count, location))
                return
            self.emit(ops.CallValueOp.new(count, location))
        self.finish(node, mode)

    def record_tail_call(self, callee: Function, op: ops.TailCallOp | ops.CallOp) -> None:
        if self.emitter.reachable:
            self.tail_calls.record(self.emitter.body.symbol, callee, op)

    def is_proven(self, result: GrokType) -> bool:
        """Does a call whose result is of this type meet the running function's annotation?"""
        wanted = self.emitter.body.result
        return wanted in (ANY, result)

    def call_builtin(self, node: tree.Call, builtin: Builtin, location: LocationAttr) -> None:
        name, count = builtin.name, len(node.arguments)
        template = self.program.templates.get(id(node))
        if template is not None:
            self.template(template, newline=name in ("println", "eprintln"), node=node)
            if name == "format":
                return
            name, count = {"println": "print", "eprintln": "eprint"}.get(name, name), 1
        else:
            self.values(node.arguments)
        self.emit(ops.CallBuiltinOp.new(name, count, location))
        if builtin.result == "never":
            self.emitter.end(ops.UnreachableOp.new(location))

    def template(self, template: Template, newline: bool, node: tree.Node) -> None:
        self.values(template.holes)
        pieces = list(template.pieces)
        if newline:
            pieces[-1] += "\n"
        self.format(pieces, self.at(node))

    def call_trait_method(self, method: TraitMethod, location: LocationAttr) -> None:
        self.qualified_methods[method.symbol] = method
        count = _trait_method_arity(method) - 1
        self.emit(ops.CallMethodOp.new(method.symbol, count, location))

    def method_call(self, node: tree.MethodCall, mode: Mode) -> None:
        self.value(node.receiver)
        self.values(node.arguments)
        location = self.locations(node.name_start, node.end)
        count = len(node.arguments)
        if mode is Mode.TAIL:
            wanted = self.emitter.body.result
            if wanted == ANY or self.method_results.get(node.name, {wanted}) == {wanted}:
                self.emitter.end(ops.TailCallMethodOp.new(node.name, count, location))
                return
        self.emit(ops.CallMethodOp.new(node.name, count, location))
        self.finish(node, mode)

    def wrapper(self, entity: Variant | Builtin | BuiltinMethod | TraitMethod) -> str:
        """The function that stands for something that is called in another way."""
        symbol = entity.name if isinstance(entity, Builtin) else entity.symbol
        key = (type(entity), symbol)
        known = self.wrappers.get(key)
        if known is not None:
            return known
        while symbol in self.symbols:
            symbol = f"builtin::{symbol}"
        self.symbols.add(symbol)
        self.wrappers[key] = symbol
        parameters, minimum = _wrapper_parameters(entity)
        saved = self.enter(Body(symbol, self.program.files[0]), parameters)
        emit, location = self.emit, UNKNOWN
        # One call for each number of arguments, the smallest first.
        for count in range(minimum, len(parameters) + 1):
            more = Label()
            if count < len(parameters):
                fits = Label()
                self.load(count, location)
                emit(ops.IsMissingOp.new(location))
                self.emitter.branch(fits, more, location)
                self.emitter.start(fits, location)
            for slot in range(count):
                self.load(slot, location)
                if isinstance(entity, Variant) and entity.fields[slot].type != ANY:
                    field = entity.fields[slot]
                    what = f"field '{field.name}' of {entity.symbol}"
                    emit(ops.CheckTypeOp.new(field.type, what, location))
                elif isinstance(entity, BuiltinMethod) and slot == 0:
                    what = f"argument 'self' of {entity.symbol}"
                    emit(ops.CheckTypeOp.new(entity.owner.type, what, location))
            if isinstance(entity, Variant):
                emit(ops.MakeVariantOp.new(entity.enum.symbol, entity.name, count, location))
            elif isinstance(entity, Builtin):
                emit(ops.CallBuiltinOp.new(entity.name, count, location))
            elif isinstance(entity, BuiltinMethod):
                emit(ops.CallMethodOp.new(entity.builtin.name, count - 1, location))
            else:
                self.call_trait_method(entity, location)
            if isinstance(entity, Builtin) and entity.result == "never":
                self.emitter.end(ops.UnreachableOp.new(location))
            else:
                self.emitter.end(ops.ReturnOp.new(location))
            self.emitter.start(more, location)
        self.leave(saved, minimum, location)
        return symbol

    def closure(self, node: tree.Closure) -> None:
        body = self.program.closures[id(node)]
        location = self.at(node)
        for variable in body.captures:
            self.load_raw(variable, location)
        self.emit(ops.MakeClosureOp.new(body.symbol, len(body.captures), location))
        names = [
            p.pattern.name if isinstance(p.pattern, tree.NamePattern) else ""
            for p in node.parameters
        ]
        saved = self.enter(body, names)
        self.prologue(node.parameters, body.symbol)
        self.mode(node.body, Mode.TAIL)
        self.leave(saved, len(names), location)

    def try_(self, node: tree.Try) -> None:
        emit, emitter, location = self.emit, self.emitter, self.at(node)
        self.value(node.value)
        value = self.keep("tried", location)
        found, other, failed = Label(), Label(), Label()
        self.load(value, location)
        emit(ops.IsVariantOp.new("Option", "Some", location))
        emitter.branch(found, other, location)
        emitter.start(other, location)
        self.load(value, location)
        emit(ops.IsVariantOp.new("Result", "Ok", location))
        emitter.branch(found, failed, location)
        emitter.start(failed, location)
        self.load(value, location)
        emit(ops.CallBuiltinOp.new("check_try", 1, location))
        self.return_value(node)
        emitter.start(found, location)
        self.load(value, location)
        emit(ops.GetPayloadOp.new(0, location))

    # ----------------------------------------------------------------------- blocks, statements

    def block(self, block: tree.Block, mode: Mode) -> None:
        emitter = self.emitter
        for statement in block.statements:
            if not emitter.reachable:
                return
            if isinstance(statement, tree.ExprStatement):
                self.mode(statement.value, Mode.EFFECT)
            elif isinstance(statement, tree.Let):
                self.let(statement)
        if block.value is not None:
            self.mode(block.value, mode)
        elif emitter.reachable and mode is not Mode.EFFECT:
            end = max(block.end - 1, block.start)
            location = self.locations(end, block.end)
            self.emit(ops.PushUnitOp.new(location))
            self.finish(tree.Unit(end, block.end), mode)

    def let(self, statement: tree.Let) -> None:
        assert statement.value is not None
        pattern = statement.pattern
        location = self.at(pattern)
        type: GrokType = ANY
        if statement.type is not None:
            type = self.program.annotations[id(statement.type)]
        if isinstance(pattern, tree.NamePattern) and pattern.inner is None:
            self.value_as(statement.value, type, f"variable '{pattern.name}'")
            self.define(self.program.variables[id(pattern)], location)
            return
        if isinstance(pattern, tree.WildcardPattern):
            self.value_as(statement.value, type, "variable '_'")
            self.emit(ops.PopOp.new(location))
            return
        self.value_as(statement.value, type, "pattern")
        slot = self.keep("value", location)
        if statement.otherwise is None:
            self.destructure(pattern, slot, location)
            return
        fail, end = Label(), Label()
        self.test(pattern, slot, fail)
        self.bind(pattern, slot)
        self.emitter.jump(end, location)
        self.emitter.start(fail, location)
        self.block(statement.otherwise, Mode.EFFECT)
        self.emitter.start(end, location)

    def return_(self, node: tree.Return, mode: Mode) -> None:
        if node.value is None:
            self.emit(ops.PushUnitOp.new(self.at(node)))
            self.return_value(node)
        else:
            self.mode(node.value, Mode.TAIL)

    def find_loop(self, label: str | None) -> Loop:
        return next(loop for loop in reversed(self.loops) if label is None or loop.label == label)

    def break_(self, node: tree.Break, mode: Mode) -> None:
        loop = self.find_loop(node.label)
        location = self.at(node)
        if loop.result is None:
            if node.value is not None:
                self.mode(node.value, Mode.EFFECT)
        else:
            if node.value is None:
                self.emit(ops.PushUnitOp.new(location))
            else:
                self.value(node.value)
            self.emit(ops.StoreLocalOp.new(loop.result, location))
        self.emitter.drop_to(loop.height, location)
        self.emitter.jump(loop.exit, location)

    def continue_(self, node: tree.Continue, mode: Mode) -> None:
        loop = self.find_loop(node.label)
        location = self.at(node)
        self.emitter.drop_to(loop.height, location)
        self.emitter.jump(loop.restart, location)

    # --------------------------------------------------------------------------------- branches

    def if_(self, node: tree.If, mode: Mode) -> None:
        emitter = self.emitter
        end = Label()
        link: tree.Expr = node
        while isinstance(link, tree.If):
            otherwise = Label()
            self.head(link.condition, otherwise)
            if link.otherwise is None:  # without `else` the value is (), also when it holds
                self.mode(link.then, Mode.EFFECT)
                emitter.start(otherwise, self.at(link))
                if emitter.reachable:
                    self.finish_unit(link, mode)
                break
            self.mode(link.then, mode)
            emitter.jump(end, self.at(link))
            emitter.start(otherwise, self.at(link))
            link = link.otherwise
        else:
            self.mode(link, mode)
        emitter.start(end, self.at(node))

    def head(self, condition: tree.Expr, otherwise: Label) -> None:
        """The head of ``if`` or ``while``: goes on here when it holds, its variables bound."""
        if isinstance(condition, tree.LetCondition):
            self.value(condition.value)
            slot = self.keep("subject", self.at(condition))
            self.test(condition.pattern, slot, otherwise)
            self.bind(condition.pattern, slot)
        else:
            then = Label()
            self.condition(condition, then, otherwise)
            self.emitter.start(then, self.at(condition))

    def match(self, node: tree.Match, mode: Mode) -> None:
        emitter = self.emitter
        location = self.at(node.value)
        subject = self.subject(node.value)
        end = Label()
        for arm in node.arms:
            other = Label()
            self.test(arm.pattern, subject, other)
            self.bind(arm.pattern, subject)
            if arm.guard is not None:
                holds = Label()
                self.condition(arm.guard, holds, other)
                emitter.start(holds, self.at(arm.guard))
            self.mode(arm.body, mode)
            emitter.jump(end, self.at(arm))
            emitter.start(other, location)
        if emitter.reachable:
            where = self.locations(node.start, node.keyword_end)
            self.load(subject, where)
            emitter.end(ops.FailNoMatchOp.new(where))
        emitter.start(end, self.at(node))

    def subject(self, node: tree.Expr) -> int:
        """A local that holds the value of the expression and is not assigned by anybody else."""
        entity = self.targets.get(id(node)) if isinstance(node, tree.Path) else None
        if (
            isinstance(entity, Variable)
            and entity.body is self.emitter.body
            and not entity.assigned
        ):
            return entity.slot
        self.value(node)
        return self.keep("subject", self.at(node))

    # -------------------------------------------------------------------------------- patterns

    def destructure(self, pattern: tree.Pattern, slot: int, location: LocationAttr) -> None:
        """Binds the parts of a local's value; the error of ``match`` if it does not fit."""
        fail, end = Label(), Label()
        self.test(pattern, slot, fail)
        self.bind(pattern, slot)
        self.emitter.jump(end, location)
        self.emitter.start(fail, location)
        if self.emitter.reachable:
            self.load(slot, location)
            self.emitter.end(ops.FailNoMatchOp.new(location))
        self.emitter.start(end, location)

    def test(self, pattern: tree.Pattern, slot: int, fail: Label) -> None:
        """Goes to ``fail`` unless the value of a local has the pattern's form."""
        emit = self.emit
        location = self.at(pattern)
        if isinstance(pattern, tree.WildcardPattern):
            return
        if isinstance(pattern, tree.NamePattern):
            entity = self.targets.get(id(pattern))
            if entity is not None:
                self.test_entity(entity, slot, fail, location)
            elif pattern.inner is not None:
                self.test(pattern.inner, slot, fail)
        elif isinstance(pattern, tree.LiteralPattern):
            self.load(slot, location)
            self.value(pattern.value)
            emit(ops.EqualOp.new(location))
            self.emitter.branch_or(fail, location)
        elif isinstance(pattern, tree.RangePattern):
            self.test_range(pattern, slot, fail, location)
        elif isinstance(pattern, tree.PathPattern):
            self.test_entity(self.targets[id(pattern)], slot, fail, location)
        elif isinstance(pattern, tree.VariantPattern):
            variant = self.targets[id(pattern)]
            assert isinstance(variant, Variant)
            self.test_entity(variant, slot, fail, location)
            for index, element in _positions(pattern.elements, len(variant.fields)):
                self.test_part(element, slot, ops.GetPayloadOp.new(index, location), fail)
        elif isinstance(pattern, tree.StructPattern):
            self.test_struct(pattern, slot, fail, location)
        elif isinstance(pattern, (tree.TuplePattern, tree.ListPattern)):
            self.test_sequence(pattern, slot, fail, location)
        elif isinstance(pattern, tree.OrPattern):
            self.test_alternatives(pattern, slot, fail, location)

    def test_entity(self, entity: Entity, slot: int, fail: Label, location: LocationAttr) -> None:
        self.load(slot, location)
        if isinstance(entity, Variant):
            self.emit(ops.IsVariantOp.new(entity.enum.symbol, entity.name, location))
        else:
            self.load_entity(entity, location)
            self.emit(ops.EqualOp.new(location))
        self.emitter.branch_or(fail, location)

    def test_range(
        self, pattern: tree.RangePattern, slot: int, fail: Label, location: LocationAttr
    ) -> None:
        self.load(slot, location)
        for end in (pattern.low, pattern.high):
            if end is None:
                self.emit(ops.PushMissingOp.new(location))
            else:
                self.value(end)
        self.emit(ops.PushBoolOp.new(pattern.inclusive, location))
        self.emit(ops.CallBuiltinOp.new("matches_range", 4, location))
        self.emitter.branch_or(fail, location)

    def test_struct(
        self, pattern: tree.StructPattern, slot: int, fail: Label, location: LocationAttr
    ) -> None:
        entity = self.targets[id(pattern)]
        if isinstance(entity, Struct):
            self.load(slot, location)
            self.emit(ops.IsStructOp.new(entity.symbol, location))
            self.emitter.branch_or(fail, location)
            for field in pattern.fields:
                where = self.at(field)
                self.test_part(field.pattern, slot, ops.GetFieldOp.new(field.name, where), fail)
        else:
            assert isinstance(entity, Variant)
            self.test_entity(entity, slot, fail, location)
            for field in pattern.fields:
                index = entity.field_index(field.name)
                assert index is not None
                part = ops.GetPayloadOp.new(index, self.at(field))
                self.test_part(field.pattern, slot, part, fail)

    def test_sequence(
        self,
        pattern: tree.TuplePattern | tree.ListPattern,
        slot: int,
        fail: Label,
        location: LocationAttr,
    ) -> None:
        emit = self.emit
        rest = _rest_index(pattern.elements)
        count = len(pattern.elements) - (0 if rest is None else 1)
        self.load(slot, location)
        if not pattern.elements and isinstance(pattern, tree.TuplePattern):
            emit(ops.PushUnitOp.new(location))
            emit(ops.EqualOp.new(location))
        elif isinstance(pattern, tree.ListPattern):
            kind = ops.IsListOp if rest is None else ops.IsListFromOp
            emit(kind.new(count, location))
        elif rest is None:
            emit(ops.IsTupleOp.new(count, location))
        else:
            emit(ops.CallBuiltinOp.new("type_of", 1, location))
            emit(ops.PushStrOp.new("tuple", location))
            emit(ops.EqualOp.new(location))
            self.emitter.branch_or(fail, location)
            self.load(slot, location)
            emit(ops.CallBuiltinOp.new("len", 1, location))
            emit(ops.PushIntOp.new(count, location))
            emit(ops.GreaterEqualOp.new(location))
        self.emitter.branch_or(fail, location)
        for index, element in _positions(pattern.elements):
            self.test_part(element, slot, ops.GetElementOp.new(index, self.at(element)), fail)

    def test_alternatives(
        self, pattern: tree.OrPattern, slot: int, fail: Label, location: LocationAttr
    ) -> None:
        """Tests and binds: which alternative binds the variables is known only here."""
        found = Label()
        *first, last = pattern.alternatives
        for alternative in first:
            other = Label()
            self.test(alternative, slot, other)
            self.bind(alternative, slot)
            self.emitter.jump(found, location)
            self.emitter.start(other, location)
        self.test(last, slot, fail)
        self.bind(last, slot)
        self.emitter.start(found, location)

    def test_part(self, pattern: tree.Pattern, slot: int, part: ops.StackOp, fail: Label) -> None:
        """Tests a part of a local's value; ``part`` takes it out."""
        if _is_plain(pattern) and id(pattern) not in self.targets:
            return
        location = self.at(pattern)
        self.load(slot, location)
        self.emit(part)
        inner = self.keep("part", location)
        self.payloads[id(pattern)] = inner
        self.test(pattern, inner, fail)

    def bind(self, pattern: tree.Pattern, slot: int) -> None:
        """Binds the variables of a pattern that has been tested."""
        if not self.emitter.reachable:
            return
        location = self.at(pattern)
        if isinstance(pattern, tree.NamePattern):
            if id(pattern) in self.targets:
                return
            self.load(slot, location)
            self.define(self.program.variables[id(pattern)], location)
            if pattern.inner is not None:
                self.bind(pattern.inner, slot)
        elif isinstance(pattern, tree.VariantPattern):
            variant = self.targets[id(pattern)]
            assert isinstance(variant, Variant)
            for index, element in _positions(pattern.elements, len(variant.fields)):
                self.bind_part(element, slot, ops.GetPayloadOp.new(index, self.at(element)))
        elif isinstance(pattern, tree.StructPattern):
            entity = self.targets[id(pattern)]
            for field in pattern.fields:
                where = self.at(field)
                if isinstance(entity, Variant):
                    index_ = entity.field_index(field.name)
                    assert index_ is not None
                    self.bind_part(field.pattern, slot, ops.GetPayloadOp.new(index_, where))
                else:
                    self.bind_part(field.pattern, slot, ops.GetFieldOp.new(field.name, where))
        elif isinstance(pattern, (tree.TuplePattern, tree.ListPattern)):
            for index, element in _positions(pattern.elements):
                self.bind_part(element, slot, ops.GetElementOp.new(index, self.at(element)))
            self.bind_rest(pattern, slot)

    def bind_part(self, pattern: tree.Pattern, slot: int, part: ops.StackOp) -> None:
        if isinstance(pattern, tree.WildcardPattern):
            return
        inner = self.payloads.get(id(pattern))
        if inner is not None:
            self.bind(pattern, inner)
            return
        assert isinstance(pattern, tree.NamePattern)
        self.load(slot, self.at(pattern))
        self.emit(part)
        self.define(self.program.variables[id(pattern)], self.at(pattern))

    def bind_rest(self, pattern: tree.TuplePattern | tree.ListPattern, slot: int) -> None:
        index = _rest_index(pattern.elements)
        if index is None:
            return
        rest = pattern.elements[index]
        assert isinstance(rest, tree.RestPattern)
        if rest.name is None:
            return
        location = self.at(rest)
        self.load(slot, location)
        self.emit(ops.PushIntOp.new(index, location))
        self.emit(ops.PushIntOp.new(len(pattern.elements) - index - 1, location))
        kind = "list" if isinstance(pattern, tree.ListPattern) else "tuple"
        self.emit(ops.CallBuiltinOp.new(f"{kind}_slice", 3, location))
        self.define(self.program.variables[id(rest)], location)

    # ------------------------------------------------------------------------------------ loops

    def enter_loop(
        self, label: str | None, restart: Label, exit: Label, result: int | None = None
    ) -> None:
        self.loops.append(Loop(label, restart, exit, self.emitter.height, result))

    def while_(self, node: tree.While, mode: Mode) -> None:
        emitter = self.emitter
        start, exit = Label(), Label()
        location = self.at(node.condition)
        emitter.start(start, location)
        self.enter_loop(node.label, start, exit)
        self.head(node.condition, exit)
        self.mode(node.body, Mode.EFFECT)
        emitter.jump(start, location)
        self.loops.pop()
        emitter.start(exit, location)
        if emitter.reachable:
            self.finish_unit(node, mode)

    def loop(self, node: tree.Loop, mode: Mode) -> None:
        emitter = self.emitter
        start, exit = Label(), Label()
        location = self.at(node)
        result = None if mode is Mode.EFFECT else emitter.local("result")
        emitter.start(start, location)
        self.enter_loop(node.label, start, exit, result)
        self.mode(node.body, Mode.EFFECT)
        emitter.jump(start, location)
        self.loops.pop()
        emitter.start(exit, location)
        if result is not None and emitter.reachable:
            self.load(result, location)
            self.finish(node, mode)

    def for_(self, node: tree.For, mode: Mode) -> None:
        exit = Label()
        if not self.counted_loop(node, exit):
            self.iterator_loop(node, exit)
        self.emitter.start(exit, self.at(node.iterable))
        if self.emitter.reachable:
            self.finish_unit(node, mode)

    def iterator_loop(self, node: tree.For, exit: Label) -> None:
        emitter = self.emitter
        location = self.at(node.iterable)
        self.value(node.iterable)
        self.emit(ops.GetIteratorOp.new(location))
        iterator = self.keep("iterator", location)
        start, body = Label(), Label()
        emitter.start(start, location)
        self.load(iterator, location)
        emitter.next(body, exit, location)
        emitter.start(body, location)
        if emitter.reachable:
            emitter.height -= 1
            self.enter_loop(node.label, start, exit)
            emitter.height += 1
            self.bind_item(node.pattern)
            self.mode(node.body, Mode.EFFECT)
            self.loops.pop()
        emitter.jump(start, location)

    def bind_item(self, pattern: tree.Pattern) -> None:
        """Binds the loop's pattern to the value on the stack."""
        location = self.at(pattern)
        if isinstance(pattern, tree.NamePattern) and pattern.inner is None:
            self.define(self.program.variables[id(pattern)], location)
        elif isinstance(pattern, tree.WildcardPattern):
            self.emit(ops.PopOp.new(location))
        else:
            self.destructure(pattern, self.keep("item", location), location)

    def counted_loop(self, node: tree.For, exit: Label) -> bool:
        """``for`` over a range written in its head, perhaps with ``rev()`` or ``step_by(n)``.

        The counter is compared before it is changed, so that it never leaves the range: the ends
        may be any ints.
        """
        iterable, method, step = _counted_range(node.iterable)
        if iterable is None:
            return False
        assert iterable.low is not None and iterable.high is not None
        emit, emitter = self.emit, self.emitter
        location = self.at(iterable)
        literal = isinstance(iterable.low, tree.Int) and isinstance(iterable.high, tree.Int)
        self.value(iterable.low)
        self.value(iterable.high)
        if not literal:
            emit(ops.CheckRangeOp.new(location))
        high = self.keep("high", location)
        low = self.keep("low", location)
        head, body, latch, advance = Label(), Label(), Label(), Label()
        if method == "rev":
            counter = emitter.local("counter")
            self.load(high, location)
            emit(ops.StoreLocalOp.new(counter, location))
        else:
            counter = low
        if step is not None:
            self.value(step)
            stride = self.keep("step", location)
            place = self.at(node.iterable)
            self.load(high, place)
            self.load(stride, place)
            emit(ops.PushBoolOp.new(iterable.inclusive, place))
            emit(ops.CallBuiltinOp.new("step_limit", 3, place))
            limit = self.keep("limit", location)
        else:
            stride = limit = -1

        def compare(
            left: int, right: int, kind: type[ops.BinaryOp], then: Label, no: Label
        ) -> None:
            self.load(left, location)
            self.load(right, location)
            emit(kind.new(location))
            emitter.branch(then, no, location)

        strict = ops.LessEqualOp if iterable.inclusive else ops.LessOp
        before = low if method == "rev" else counter
        after = counter if method == "rev" else high
        emitter.start(head, location)
        compare(before, after, strict, body, exit)
        emitter.start(body, location)
        if method == "rev" and not iterable.inclusive:
            self.count(counter, None, ops.SubOp, location)
        self.enter_loop(node.label, latch, exit)
        self.load(counter, location)
        self.bind_item(node.pattern)
        self.mode(node.body, Mode.EFFECT)
        self.loops.pop()
        emitter.start(latch, location)
        if not emitter.reachable:
            return True
        if step is not None:
            compare(counter, limit, ops.LessOp, advance, exit)
            emitter.start(advance, location)
            self.count(counter, stride, ops.AddOp, location)
            emitter.jump(body, location)
        elif iterable.inclusive:
            compare(before, after, ops.LessOp, advance, exit)
            emitter.start(advance, location)
            self.count(counter, None, ops.SubOp if method == "rev" else ops.AddOp, location)
            emitter.jump(body, location)
        else:
            if method != "rev":
                self.count(counter, None, ops.AddOp, location)
            emitter.jump(head, location)
        return True

    def count(
        self, counter: int, step: int | None, kind: type[ops.BinaryOp], location: LocationAttr
    ) -> None:
        """Moves a counter by the step, or by 1."""
        self.load(counter, location)
        if step is None:
            self.emit(ops.PushIntOp.new(1, location))
        else:
            self.load(step, location)
        self.emit(kind.new(location))
        self.emit(ops.StoreLocalOp.new(counter, location))


# ---------------------------------------------------------------------------------------- helpers


def _field_attributes(fields: object) -> list[grok.FieldAttr]:
    return [grok.FieldAttr.of(field.name, field.type) for field in fields]  # type: ignore[attr-defined]


def _is_literal(node: tree.Expr) -> bool:
    return isinstance(node, (tree.Int, tree.Float, tree.Bool, tree.Str, tree.Unit))


def _is_plain(pattern: tree.Pattern) -> bool:
    """A pattern that needs no test (if its name is a variable)."""
    return isinstance(pattern, (tree.WildcardPattern, tree.RestPattern)) or (
        isinstance(pattern, tree.NamePattern) and pattern.inner is None
    )


def _operands(node: tree.Logical) -> list[tree.Expr]:
    """The operands of a chain of one logical operator."""
    operands: list[tree.Expr] = []
    left: tree.Expr = node
    while isinstance(left, tree.Logical) and left.operator == node.operator:
        operands.append(left.right)
        left = left.left
    operands.append(left)
    operands.reverse()
    return operands


def _rest_index(elements: list[tree.Pattern]) -> int | None:
    return next((i for i, e in enumerate(elements) if isinstance(e, tree.RestPattern)), None)


def _positions(
    elements: list[tree.Pattern], length: int | None = None
) -> list[tuple[int, tree.Pattern]]:
    """Elements with their indices, those after a ``..`` counted from the end (of ``length``)."""
    rest = _rest_index(elements)
    if rest is None:
        return list(enumerate(elements))
    shift = (length or 0) - len(elements)
    return [(i if i < rest else i + shift, e) for i, e in enumerate(elements) if i != rest]


def _counted_range(node: tree.Expr) -> tuple[tree.Range | None, str, tree.Expr | None]:
    """The range, method (``rev``, ``step_by`` or none) and step of a head that counts."""
    method, step = "", None
    if isinstance(node, tree.MethodCall) and isinstance(node.receiver, (tree.Paren, tree.Range)):
        if node.name == "rev" and not node.arguments:
            method, node = "rev", node.receiver
        elif node.name == "step_by" and len(node.arguments) == 1:
            method, step, node = "step_by", node.arguments[0], node.receiver
    while isinstance(node, tree.Paren):
        node = node.inner
    return (node if isinstance(node, tree.Range) else None), method, step


def _trait_method_arity(method: TraitMethod) -> int:
    if method.function is not None:
        return method.function.maximum
    return next(count for name, count, _ in method.trait.operators if name == method.name)


def _wrapper_parameters(
    entity: Variant | Builtin | BuiltinMethod | TraitMethod,
) -> tuple[list[str], int]:
    """Parameters of the function that stands for an entity, and how many it needs."""
    if isinstance(entity, Variant):
        names = [f.name if entity.kind == "struct" else f"value{f.name}" for f in entity.fields]
        return names, len(names)
    if isinstance(entity, TraitMethod):
        count = _trait_method_arity(entity)
        return ["self", *(f"argument{i}" for i in range(1, count))], count
    builtin = entity.builtin if isinstance(entity, BuiltinMethod) else entity
    names = [p.rstrip("?*") for p in builtin.parameters]
    minimum = builtin.minimum
    if any(p.endswith("*") for p in builtin.parameters):
        minimum = len(names)  # as a value, a function of any number of arguments takes one
    if isinstance(entity, BuiltinMethod):
        return ["self", *names], minimum + 1
    return names, minimum


def _literal_constants(constants: list[Global], targets: dict[int, Entity]) -> dict[int, tree.Expr]:
    """Consts that may be written where they are used: those whose value is a literal.

    Reading a const before its turn is an error that must stay one.  Only code that runs before
    the const's turn could see it, and that takes an initializer that calls something: consts after
    such an initializer are read from their globals.
    """
    result: dict[int, tree.Expr] = {}
    plain: set[int] = set()
    for constant in constants:
        value = _folded(constant.node.value)
        if not constant.mutable:
            if _is_literal(value):
                result[id(constant)] = value
            if _is_plain_value(value, targets, plain):
                plain.add(id(constant))
        silent = isinstance(value, (tree.Path, tree.Closure))
        if not silent and not _is_plain_value(value, targets, plain):
            break
    return result


def _folded(value: tree.Expr) -> tree.Expr:
    """A negated literal as a literal."""
    if isinstance(value, tree.Unary) and value.operator == "-":
        operand = value.operand
        if isinstance(operand, tree.Int) and operand.value > -(2**63):
            return tree.Int(value.start, value.end, -operand.value)
        if isinstance(operand, tree.Float):
            return tree.Float(value.start, value.end, -operand.value)
    return value


def _is_plain_value(value: tree.Expr, targets: dict[int, Entity], plain: set[int]) -> bool:
    """Made by built-in operators of literals and plain consts: evaluating it runs no user code."""
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, (tree.Unary)):
            pending.append(node.operand)
        elif isinstance(node, (tree.Binary, tree.Logical)):
            pending += (node.left, node.right)
        elif isinstance(node, (tree.Tuple, tree.List)):
            pending += node.elements
        elif isinstance(node, tree.Paren):
            pending.append(node.inner)
        elif isinstance(node, tree.Path):
            target = targets.get(id(node))
            if not isinstance(target, BuiltinConstant) and id(target) not in plain:
                return False
        elif not _is_literal(node):
            return False
    return True
