"""Expressions without control flow: literals, operators, assignments, collections, structs."""

from __future__ import annotations

from xdsl.dialects.builtin import LocationAttr

from grokc.dialects import grok_stack as ops
from grokc.dialects.types import ANY, FLOAT, INT, GrokType
from grokc.frontend import tree
from grokc.frontend.symbols import Field, Global, Struct, Variable, Variant
from grokc.frontend.translation.constants import literal_value
from grokc.frontend.translation.loops import Loops
from grokc.frontend.translation.writer import Mode

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


class Expressions(Loops):
    """Translates operators and data."""

    # ----------------------------------------------------------------------------------------- text

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

    # ------------------------------------------------------------------------------------ operators

    def unary(self, node: tree.Unary) -> None:
        location = self.at(node)
        literal = literal_value(node)
        if literal is not None:
            self.push(literal, location)
            return
        self.value(node.operand)
        self.emit((ops.NegOp if node.operator == "-" else ops.NotOp).new(location))

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

    # ----------------------------------------------------------------------------------- assignment

    def assign(self, node: tree.Assign, mode: Mode) -> None:
        target = node.target
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

    # ---------------------------------------------------------------------------------- collections

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

    # -------------------------------------------------------------------------------------- structs

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
        if literal_value(field.default) is not None:
            self.value_as(field.default, field.type, "")
        else:
            assert field.body is not None
            self.emit(ops.CallOp.new(field.body.symbol, 0, location))

    def field_access(self, node: tree.FieldAccess) -> None:
        self.value(node.value)
        self.emit(ops.GetFieldOp.new(node.name, self.locations(node.name_start, node.end)))
