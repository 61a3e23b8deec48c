"""What is certainly wrong with a program, beyond its names.

GrokLang is dynamically typed: only what must fail wherever it runs is an error here, and everything
else is left to run time.  The walk gives every expression a type from the lattice, ``any`` unless
the expression's form tells it: a literal, a constructor, a name with an annotation, an operator
whose operands are known.  A variable without an annotation is ``any``, whatever it holds.

Values flow: the value of ``if c { 1 } else { "a" }`` crosses an annotation in two places, and the
one that does not fit is to blame.  ``NEVER`` is the type of what does not come to an end: it fits
everywhere, and tells that the code after it is not reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from grokc.dialects.types import (
    ANY,
    BOOL,
    FLOAT,
    FUNCTION,
    INT,
    LIST,
    MAP,
    RANGE,
    STR,
    TUPLE,
    UNIT,
    CellType,
    GrokType,
    TraitType,
    TupleType,
    join,
)
from grokc.frontend import tree
from grokc.frontend.diagnostics import Diagnostic, did_you_mean, nearest
from grokc.frontend.resolution.names import describe
from grokc.frontend.source import SourceFile
from grokc.frontend.symbols import (
    RESULT_TYPES,
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
    Trait,
    TraitMethod,
    TypeEntity,
    Variable,
    Variant,
)
from grokc.vm.builtins import MANY, METHODS, Builtin

NEVER: GrokType = CellType()
"""Of expressions that do not come to an end.  No value of a program has the type of cells, so it
serves for this one as well, within this module."""

_RESULTS: dict[str, GrokType] = {**RESULT_TYPES, "never": NEVER}

_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})


def check(program: Program) -> None:
    """Adds the errors to the program's diagnostics."""
    _Checker(program).run()


class _Checker:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.targets = program.targets
        self.entities: dict[GrokType, TypeEntity] = {t.type: t for t in program.types}
        self.file: SourceFile = program.files[0]
        self.body = Body("", self.file)
        self.loops: list[tuple[str | None, bool, list[bool]]] = []
        """Label, whether ``break`` may have a value, and one entry for each ``break``."""
        self.walk: dict[type[tree.Node], Callable[..., GrokType]] = self._walkers()

    def error(
        self,
        message: str,
        start: int,
        end: int,
        help: str | None = None,
        file: SourceFile | None = None,
    ) -> None:
        self.program.diagnostics.append(
            Diagnostic(message, file or self.file, start, end, help=help)
        )

    def run(self) -> None:
        program = self.program
        for function in program.functions:
            self.function(function)
        for constant in program.globals:
            self.enter(constant.body)
            kind = "static" if constant.mutable else "const"
            self.flow(constant.node.value, constant.type, f"{kind} '{constant.name}'")
        for struct in program.structs:
            for field in struct.fields.values():
                if field.default is not None and field.body is not None:
                    self.enter(field.body)
                    self.flow(field.default, field.type, _field_place(field, struct.name))
        self.main()

    def main(self) -> None:
        program = self.program
        main = program.main
        if main is None:
            file = program.files[0]
            self.error(f"{file.name} has no function 'main'", -1, -1, file=file)
        elif main.minimum > 0:
            node = main.node
            self.error(
                "'main' is called without arguments",
                node.name_start,
                node.name_end,
                "the program's arguments are env::args()",
                main.file,
            )

    def enter(self, body: Body) -> None:
        self.file = body.file
        self.body = body
        self.loops = []

    # ---------------------------------------------------------------------------------- flowing

    def flow(self, node: tree.Expr, wanted: GrokType, what: str, tail: bool = False) -> GrokType:
        """Checks an expression whose value crosses an annotation; gives the value's type.

        In tail position the annotation of what is called may be skipped, and so tells nothing.
        """
        if wanted == ANY:
            return self.expr(node)
        if isinstance(node, tree.Paren):
            return self.flow(node.inner, wanted, what, tail)
        if isinstance(node, tree.Block):
            return self.block(node, wanted, what, tail)
        if isinstance(node, tree.If):
            return self.if_(node, wanted, what, tail)
        if isinstance(node, tree.Match):
            return self.match(node, wanted, what, tail)
        type = self.expr(node)
        callee = self.targets.get(id(node.callee)) if isinstance(node, tree.Call) else None
        if tail and isinstance(callee, Function):
            return type
        self.cross(type, wanted, what, node.start, node.end)
        return type

    def cross(
        self,
        type: GrokType,
        wanted: GrokType,
        what: str,
        start: int,
        end: int,
        help: str | None = None,
    ) -> None:
        if self.mismatch(type, wanted):
            expected, got = wanted.describe(), type.describe()
            self.error(f"type error: {what} must be {expected}, got {got}", start, end, help)

    def mismatch(self, type: GrokType, wanted: GrokType) -> bool:
        """Is it certain that a value of the type does not meet the annotation?"""
        if type in (wanted, ANY, NEVER) or wanted == ANY:
            return False
        if wanted == FLOAT and type == INT:
            return False
        if isinstance(wanted, TraitType):
            if isinstance(type, TraitType):
                return False
            entity = self.entities.get(TUPLE if isinstance(type, TupleType) else type)
            return entity is not None and wanted.symbol.data not in entity.members.traits
        if isinstance(type, TraitType):
            return False
        if isinstance(type, TupleType) and isinstance(wanted, TupleType):
            return type != TUPLE and wanted != TUPLE
        return True

    # ------------------------------------------------------------------------------------ items

    def function(self, function: Function) -> None:
        node = function.node
        self.enter(function.body)
        owner = function.owner
        if node.has_self and owner is not None and not isinstance(owner, Trait):
            receiver = self.program.variables.get(id(node.parameters[0].pattern))
            if receiver is not None:
                receiver.type = owner.type
        self.parameters(node.parameters, function.symbol)
        if node.body is not None:
            self.result(node.body, node.result, function.symbol)

    def parameters(self, parameters: Sequence[tree.Parameter], symbol: str) -> None:
        for number, parameter in enumerate(parameters, 1):
            pattern = parameter.pattern
            if parameter.default is not None:
                name = f"'{pattern.name}'" if isinstance(pattern, tree.NamePattern) else number
                self.flow(
                    parameter.default,
                    self.annotated(parameter.type),
                    f"argument {name} of {symbol}",
                )
            self.irrefutable(pattern, "a parameter")

    def annotated(self, node: tree.Type | None) -> GrokType:
        return ANY if node is None else self.program.annotations.get(id(node), ANY)

    def result(self, body: tree.Expr, annotation: tree.Type | None, symbol: str) -> None:
        """The body of a function or closure, whose value is its result."""
        wanted = self.body.result
        what = f"result of {symbol}"
        if not isinstance(body, tree.Block):
            self.flow(body, wanted, what, tail=True)
            return
        if body.value is not None:
            self.block(body, wanted, what, tail=True)
        elif self.block(body) == UNIT and annotation is not None:
            help = None
            last = body.statements[-1] if body.statements else None
            if (
                isinstance(last, tree.ExprStatement)
                and self.file.text[last.end : last.end + 1] == ";"
            ):
                help = "without the ';' the last expression is the result"
            self.cross(UNIT, wanted, what, annotation.start, annotation.end, help)

    # ----------------------------------------------------------------------- blocks, statements

    def expr(self, node: tree.Expr) -> GrokType:
        return self.walk[type(node)](node)

    def exprs(self, nodes: Iterable[tree.Expr]) -> bool:
        """Checks expressions in order; does one of them never come to an end?"""
        never = False
        walk = self.walk
        for node in nodes:
            if walk[type(node)](node) is NEVER:
                never = True
        return never

    def block(
        self, block: tree.Block, wanted: GrokType = ANY, what: str = "", tail: bool = False
    ) -> GrokType:
        never = False
        for statement in block.statements:
            if isinstance(statement, tree.ExprStatement):
                value = statement.value
                if self.walk[type(value)](value) is NEVER:
                    never = True
                if isinstance(value, (tree.If, tree.Match, tree.Block)):
                    self.discard(value)
            elif isinstance(statement, tree.Let) and self.let(statement) is NEVER:
                never = True
        if block.value is not None:
            result = self.flow(block.value, wanted, what, tail)
        else:
            result = UNIT
            if wanted != ANY and not never:
                end = max(block.end - 1, block.start)
                self.cross(UNIT, wanted, what, end, block.end)
        return NEVER if never else result

    def discard(self, node: tree.Expr) -> None:
        """The value of a block is not used: a broken line may be the reason for it."""
        if isinstance(node, tree.Block):
            if node.value is not None:
                self.discard(node.value)
        elif isinstance(node, tree.If):
            link: tree.Expr | None = node
            while isinstance(link, tree.If):
                self.discard(link.then)
                link = link.otherwise
            if link is not None:
                self.discard(link)
        elif isinstance(node, tree.Match):
            for arm in node.arms:
                if isinstance(arm.body, tree.Block):
                    self.discard(arm.body)
        elif self.file.text[node.start] in "-*&" and not isinstance(node, tree.Assign):
            line = self.file.text[: node.start].rpartition("\n")[2]
            if not line.strip():  # only the first of its line can be a broken line's rest
                sign = self.file.text[node.start]
                self.error(
                    f"the value of this statement, which begins with '{sign}', is not used",
                    node.start,
                    node.end,
                    f"if it goes on from the line before, end that line with '{sign}'",
                )

    def let(self, statement: tree.Let) -> GrokType:
        pattern = statement.pattern
        wanted = self.annotated(statement.type)
        if isinstance(pattern, tree.NamePattern):
            what = f"variable '{pattern.name}'"
        else:
            what = "variable '_'" if isinstance(pattern, tree.WildcardPattern) else "pattern"
        assert statement.value is not None
        type = self.flow(statement.value, wanted, what)
        if statement.otherwise is None:
            self.irrefutable(pattern, "a 'let'")
            if isinstance(pattern, tree.TuplePattern) and isinstance(type, TupleType):
                self.tuple_length(pattern, type.length.data)
            return type
        self.pattern(pattern)
        if self.block(statement.otherwise) is not NEVER:
            block = statement.otherwise
            self.error(
                "the 'else' block of 'let' must leave",
                block.start,
                block.end,
                "end it with return, break, continue, panic or exit",
            )
        return type

    def tuple_length(self, pattern: tree.TuplePattern, length: int) -> None:
        if any(isinstance(e, tree.RestPattern) for e in pattern.elements):
            return
        if 0 <= length != len(pattern.elements):
            self.error(
                f"this pattern has {len(pattern.elements)} elements, the tuple {length}",
                pattern.start,
                pattern.end,
            )

    # --------------------------------------------------------------------------------- patterns

    def irrefutable(self, pattern: tree.Pattern, where: str) -> None:
        """A pattern that must match: by its form it can only fail for a value of another kind."""
        self.pattern(pattern)
        self.refutable_part(pattern, where)

    def refutable_part(self, pattern: tree.Pattern, where: str) -> bool:
        """Reports a part that compares."""
        if isinstance(pattern, tree.NamePattern):
            return pattern.inner is not None and self.refutable_part(pattern.inner, where)
        if isinstance(pattern, (tree.WildcardPattern, tree.RestPattern)):
            return False
        if isinstance(pattern, (tree.TuplePattern, tree.ListPattern)):
            return any(self.refutable_part(element, where) for element in pattern.elements)
        if isinstance(pattern, (tree.StructPattern, tree.VariantPattern, tree.PathPattern)):
            entity = self.targets.get(id(pattern))
            if entity is None:
                return False
            alone = isinstance(entity, Variant) and len(entity.enum.variants) == 1
            if alone or isinstance(entity, Struct):
                parts: list[tree.Pattern] = []
                if isinstance(pattern, tree.StructPattern):
                    parts = [field.pattern for field in pattern.fields]
                elif isinstance(pattern, tree.VariantPattern):
                    parts = pattern.elements
                return any(self.refutable_part(part, where) for part in parts)
        if isinstance(pattern, tree.OrPattern) and any(
            not self.can_fail(alternative) for alternative in pattern.alternatives
        ):
            return False
        help = (
            "write 'let ... else { ... }', or use 'match'" if where == "a 'let'" else "use 'match'"
        )
        self.error(
            f"this pattern can fail: {where} needs one that cannot",
            pattern.start,
            pattern.end,
            help,
        )
        return True

    @staticmethod
    def can_fail(pattern: tree.Pattern) -> bool:
        return not isinstance(pattern, (tree.WildcardPattern, tree.NamePattern))

    def pattern(self, pattern: tree.Pattern, inside: bool = False) -> None:
        """Checks counts, fields and kinds; ``inside`` a tuple or list, ``..`` may stand."""
        if isinstance(pattern, tree.NamePattern):
            if pattern.inner is not None:
                self.pattern(pattern.inner)
        elif isinstance(pattern, (tree.TuplePattern, tree.ListPattern)):
            for element in pattern.elements:
                self.pattern(element, True)
        elif isinstance(pattern, tree.RestPattern):
            if not inside:
                self.error(
                    "'..' stands only inside a tuple or list pattern", pattern.start, pattern.end
                )
        elif isinstance(pattern, tree.RangePattern):
            self.range_pattern(pattern)
        elif isinstance(pattern, tree.PathPattern):
            entity = self.targets.get(id(pattern))
            if isinstance(entity, Variant):
                if entity.kind != "unit":
                    self.wrong_kind(pattern, entity)
            elif isinstance(entity, Global):
                if entity.mutable:
                    self.not_compared(pattern, entity)
            elif entity is not None and not isinstance(entity, BuiltinConstant):
                self.not_compared(pattern, entity)
        elif isinstance(pattern, tree.VariantPattern):
            self.variant_pattern(pattern)
        elif isinstance(pattern, tree.StructPattern):
            self.struct_pattern(pattern)
        elif isinstance(pattern, tree.OrPattern):
            for alternative in pattern.alternatives:
                self.pattern(alternative)

    def not_compared(self, pattern: tree.Pattern, entity: Entity) -> None:
        message = f"{describe(entity)} cannot be compared in a pattern"
        self.error(message, pattern.start, pattern.end)

    def range_pattern(self, pattern: tree.RangePattern) -> None:
        ends = [end for end in (pattern.low, pattern.high) if end is not None]
        kinds = {type(end) for end in ends}
        for end in ends:
            if not isinstance(end, (tree.Int, tree.Float, tree.Str)):
                self.error("the ends of a range pattern are numbers or strings", end.start, end.end)
            elif isinstance(end, tree.Str) and len(end.value) != 1:
                self.error(
                    "the ends of a range pattern of strings are single characters",
                    end.start,
                    end.end,
                )
        if len(kinds) > 1:
            self.error(
                "the ends of a range pattern are of different types", pattern.start, pattern.end
            )

    def wrong_kind(self, node: tree.Node, variant: Variant) -> None:
        name = variant.symbol
        fields = ", ".join(field.name for field in variant.fields)
        form = {
            "unit": name,
            "tuple": f"{name}({', '.join('_' for _ in variant.fields)})",
            "struct": f"{name} {{ {fields} }}",
        }[variant.kind]
        if variant.kind == "unit":
            self.error(f"variant '{name}' holds nothing", node.start, node.end, f"write {form}")
        else:
            self.error(f"variant '{name}' is written {form}", node.start, node.end)

    def variant_pattern(self, pattern: tree.VariantPattern) -> None:
        entity = self.targets.get(id(pattern))
        if isinstance(entity, Variant):
            rests = [e for e in pattern.elements if isinstance(e, tree.RestPattern)]
            given, wanted = len(pattern.elements) - len(rests), len(entity.fields)
            if entity.kind != "tuple":
                self.wrong_kind(pattern, entity)
            elif given > wanted or (given < wanted and not rests):
                self.error(
                    f"'{entity.symbol}' holds {_count(wanted, 'value')}, the pattern has {given}",
                    pattern.start,
                    pattern.end,
                )
            for rest in [*rests[1:], *(r for r in rests[:1] if r.name is not None)]:
                self.error(
                    "one '..' without a name may stand in the pattern of a variant",
                    rest.start,
                    rest.end,
                )
        elif entity is not None:
            self.error(f"{describe(entity)} is not a variant", pattern.start, pattern.end)
        for element in pattern.elements:
            self.pattern(element, True)

    def struct_pattern(self, pattern: tree.StructPattern) -> None:
        entity = self.targets.get(id(pattern))
        declared: list[str] = []
        known: Struct | Variant | None = None
        if isinstance(entity, Struct):
            known = entity
            declared = list(entity.fields)
        elif isinstance(entity, Variant):
            declared = [field.name for field in entity.fields]
            if entity.kind == "struct":
                known = entity
            else:
                self.wrong_kind(pattern, entity)
        elif entity is not None:
            self.error(f"{describe(entity)} is not a struct", pattern.start, pattern.end)
        seen: set[str] = set()
        for field in pattern.fields:
            if known is not None and field.name not in declared:
                self.unknown_field(field.name, known, declared, field.start)
            elif field.name in seen:
                end = field.start + len(field.name)
                self.error(f"field '{field.name}' is matched twice", field.start, end)
            seen.add(field.name)
            self.pattern(field.pattern)
        seen |= _meant(seen.difference(declared), declared)
        missing = [name for name in declared if name not in seen]
        if known is not None and missing and not pattern.has_rest:
            names = ", ".join(f"'{name}'" for name in missing)
            self.error(
                f"the pattern lacks {names}",
                pattern.start,
                pattern.start + len("::".join(pattern.path)),
                "write '..' to leave fields out",
            )

    def unknown_field(
        self, name: str, entity: Struct | Variant, declared: list[str], start: int
    ) -> None:
        owner = entity.symbol if isinstance(entity, Variant) else entity.name
        self.error(
            f"no field '{name}' on {owner}", start, start + len(name), did_you_mean(name, declared)
        )

    # ------------------------------------------------------------------------------ expressions

    def _walkers(self) -> dict[type[tree.Node], Callable[..., GrokType]]:
        def constant(type: GrokType) -> Callable[[tree.Node], GrokType]:
            return lambda node: type

        return {
            tree.Int: constant(INT),
            tree.Float: constant(FLOAT),
            tree.Bool: constant(BOOL),
            tree.Str: constant(STR),
            tree.Unit: constant(UNIT),
            tree.FString: self.fstring,
            tree.Path: self.path,
            tree.Unary: self.unary,
            tree.Binary: self.binary,
            tree.Logical: self.logical,
            tree.Cast: self.cast,
            tree.Range: self.range,
            tree.Assign: self.assign,
            tree.Paren: lambda n: self.expr(n.inner),
            tree.Tuple: lambda n: self.made(self.exprs(n.elements), TupleType(len(n.elements))),
            tree.List: lambda n: self.made(self.exprs(n.elements), LIST),
            tree.FilledList: lambda n: self.made(self.exprs((n.value, n.count)), LIST),
            tree.Map: self.map,
            tree.StructLiteral: self.struct_literal,
            tree.Call: self.call,
            tree.MethodCall: self.method_call,
            tree.FieldAccess: self.field_access,
            tree.TupleField: lambda n: self.made(self.expr(n.value) is NEVER, ANY),
            tree.Index: lambda n: self.made(self.exprs((n.value, n.index)), ANY),
            tree.Try: self.try_,
            tree.Closure: self.closure,
            tree.LetCondition: lambda n: self.expr(n.value),
            tree.Block: self.block,
            tree.If: self.if_,
            tree.Match: self.match,
            tree.While: self.while_,
            tree.Loop: self.loop,
            tree.For: self.for_,
            tree.Return: self.return_,
            tree.Break: self.break_,
            tree.Continue: self.continue_,
        }

    @staticmethod
    def made(never: bool, type: GrokType) -> GrokType:
        return NEVER if never else type

    def fstring(self, node: tree.FString) -> GrokType:
        holes = [part.value for part in node.parts if isinstance(part, tree.Hole)]
        return self.made(self.exprs(holes), STR)

    def path(self, node: tree.Path) -> GrokType:
        entity = self.targets.get(id(node))
        if entity is None:  # reported already
            return ANY
        if isinstance(entity, (Variable, Global)):
            return entity.type
        if isinstance(entity, Variant):
            if entity.kind == "unit":
                return entity.enum.type
            if entity.kind == "struct":
                self.wrong_kind(node, entity)
            return FUNCTION
        if isinstance(entity, BuiltinConstant):
            return INT if isinstance(entity.value, int) else FLOAT
        if isinstance(entity, (Function, Builtin, BuiltinMethod, TraitMethod)):
            return FUNCTION
        help = None
        if isinstance(entity, (Struct, Enum)):
            help = f"a value of it is written {_form(entity)}"
        self.error(f"{describe(entity)} is not a value", node.start, node.end, help)
        return ANY

    def unary(self, node: tree.Unary) -> GrokType:
        type = self.expr(node.operand)
        known = (INT, FLOAT) if node.operator == "-" else (INT, BOOL)
        return type if type in known or type is NEVER else ANY

    def binary(self, node: tree.Binary) -> GrokType:
        if not isinstance(node.left, tree.Binary):
            return self.binary_result(node.operator, self.expr(node.left), self.expr(node.right))
        first, chain = tree.binary_chain(node)
        type = self.expr(first)
        for link in chain:
            type = self.binary_result(link.operator, type, self.expr(link.right))
        return type

    @staticmethod
    def binary_result(operator: str, left: GrokType, right: GrokType) -> GrokType:
        if left is NEVER or right is NEVER:
            return NEVER
        if operator in _COMPARISONS:
            return BOOL
        if left == right:
            if left == INT or (left == FLOAT and operator in "+-*/%"):
                return left
            if operator == "+" and left in (STR, LIST):
                return left
            if operator in "&|^" and left == BOOL:
                return left
        elif {left, right} == {INT, FLOAT} and operator in "+-*/%":
            return FLOAT
        return ANY

    def logical(self, node: tree.Logical) -> GrokType:
        rights: list[tree.Expr] = []
        left: tree.Expr = node
        while isinstance(left, tree.Logical):
            rights.append(left.right)
            left = left.left
        never = self.expr(left) is NEVER
        self.exprs(reversed(rights))
        return self.made(never, BOOL)

    def cast(self, node: tree.Cast) -> GrokType:
        return self.made(self.expr(node.value) is NEVER, self.annotated(node.type))

    def range(self, node: tree.Range) -> GrokType:
        ends = [end for end in (node.low, node.high) if end is not None]
        return self.made(self.exprs(ends), RANGE)

    def assign(self, node: tree.Assign) -> GrokType:
        target = node.target
        wanted: GrokType = ANY
        what = ""
        if isinstance(target, tree.Path):
            entity = self.targets.get(id(target))
            if isinstance(entity, Variable):
                kind = "argument" if entity.is_parameter else "variable"
                wanted, what = entity.type, f"{kind} '{entity.name}'"
            elif isinstance(entity, Global):
                wanted, what = entity.type, f"static '{entity.name}'"
        elif isinstance(target, tree.FieldAccess):
            field = self.field(target)
            if field is not None:
                wanted, what = field[0].type, _field_place(*field)
        else:
            self.expr(target)
        if node.operator is None:
            never = self.flow(node.value, wanted, what) is NEVER
        else:
            never = self.expr(node.value) is NEVER
        return self.made(never, UNIT)

    def map(self, node: tree.Map) -> GrokType:
        return self.made(
            self.exprs(part for entry in node.entries for part in (entry.key, entry.value)), MAP
        )

    def try_(self, node: tree.Try) -> GrokType:
        if not self.body.can_return:
            self.error("'?' stands outside a function", node.end - 1, node.end)
        return self.made(self.expr(node.value) is NEVER, ANY)

    # ----------------------------------------------------------------------- structs and fields

    def struct_literal(self, node: tree.StructLiteral) -> GrokType:
        entity = self.targets.get(id(node))
        name_end = node.start + len("::".join(node.path))
        fields: dict[str, Field] = {}
        owner = ""
        result: GrokType = ANY
        known = False
        if isinstance(entity, Struct):
            fields, owner, result, known = entity.fields, entity.name, entity.type, True
        elif isinstance(entity, Variant):
            fields = {field.name: field for field in entity.fields}
            owner, result, known = entity.symbol, entity.enum.type, entity.kind == "struct"
            if not known:
                self.wrong_kind(tree.Node(node.start, name_end), entity)
            elif node.base is not None:
                base = node.base
                self.error("an enum value has no base", base.start, base.end)
        seen: set[str] = set()
        never = False
        for value in node.fields:
            field = fields.get(value.name) if known else None
            if known and field is None:
                assert isinstance(entity, (Struct, Variant))
                self.unknown_field(value.name, entity, list(fields), value.start)
            elif value.name in seen:
                end = value.start + len(value.name)
                self.error(f"field '{value.name}' is given twice", value.start, end)
            seen.add(value.name)
            if field is None:
                never |= self.expr(value.value) is NEVER
            else:
                place = _field_place(field, owner)
                never |= self.flow(value.value, field.type, place) is NEVER
        if node.base is not None:
            never |= self.flow(node.base, result, f"base of {owner}") is NEVER
        elif known:
            seen |= _meant(seen - fields.keys(), fields)
            missing = [n for n, f in fields.items() if n not in seen and f.default is None]
            if missing:
                names = ", ".join(f"'{name}'" for name in missing)
                plural = "field" if len(missing) == 1 else "fields"
                self.error(f"missing {plural} {names} of {owner}", node.start, name_end)
        return self.made(never, result)

    def field_access(self, node: tree.FieldAccess) -> GrokType:
        field = self.field(node)
        return ANY if field is None else field[0].type

    def field(self, node: tree.FieldAccess) -> tuple[Field, str] | None:
        """The field that is accessed, with its struct's name, where the struct is known."""
        type = self.expr(node.value)
        if type == ANY or type is NEVER or isinstance(type, TraitType):
            return None
        entity = self.entities.get(type)
        if isinstance(entity, Struct):
            field = entity.fields.get(node.name)
            if field is not None:
                return field, entity.name
        name = entity.name if entity is not None else type.describe()
        self.no_field(node, name, entity)
        return None

    def no_field(self, node: tree.FieldAccess, owner: str, entity: TypeEntity | None) -> None:
        help = None
        if isinstance(entity, Struct):
            help = did_you_mean(node.name, entity.fields)
        if entity is not None and (
            node.name in METHODS.get(entity.symbol, ()) or node.name in entity.members.functions
        ):
            help = f"'{node.name}' is a method: write {node.name}(...)"
        end = node.name_start + len(node.name)
        self.error(f"no field '{node.name}' on {owner}", node.name_start, end, help)

    # ------------------------------------------------------------------------------------ calls

    def call(self, node: tree.Call) -> GrokType:
        callee = node.callee
        entity = self.targets.get(id(callee)) if isinstance(callee, tree.Path) else None
        if entity is None or isinstance(entity, (Variable, Global)):
            if not isinstance(callee, tree.Path):
                self.expr(callee)
            return self.made(self.exprs(node.arguments), ANY)
        if isinstance(entity, Function):
            never = self.arguments(node, entity)
            return self.made(never, entity.result)
        if isinstance(entity, Variant):
            return self.construct(node, entity)
        never = self.exprs(node.arguments)
        result: GrokType = ANY
        if isinstance(entity, Builtin):
            if id(node) not in self.program.templates:
                self.count(node, entity.qualified_name, entity.minimum, entity.maximum)
            result = _RESULTS.get(entity.result, ANY)
        elif isinstance(entity, BuiltinMethod):
            builtin = entity.builtin
            self.count(node, entity.symbol, builtin.minimum + 1, builtin.maximum + 1)
            result = _RESULTS.get(builtin.result, ANY)
        elif isinstance(entity, TraitMethod):
            if entity.function is not None:
                function = entity.function
                self.count(node, entity.symbol, function.minimum, function.maximum)
            else:
                count = next(n for m, n, _ in entity.trait.operators if m == entity.name)
                self.count(node, entity.symbol, count, count)
        else:
            help = f"write {_form(entity)}" if isinstance(entity, (Struct, Enum)) else None
            self.error(f"{describe(entity)} is not a function", callee.start, callee.end, help)
        return self.made(never, result)

    def count(self, node: tree.Call, name: str, minimum: int, maximum: int) -> bool:
        """Is the number of arguments right?"""
        given = len(node.arguments)
        if minimum <= given <= maximum:
            return True
        if maximum >= MANY:
            takes = f"{minimum} or more"
        else:
            takes = str(minimum) if minimum == maximum else f"{minimum} to {maximum}"
        self.error(
            f"wrong number of arguments: {name} takes {takes}, got {given}", node.start, node.end
        )
        return False

    def arguments(self, node: tree.Call, function: Function) -> bool:
        if not self.count(node, function.symbol, function.minimum, function.maximum):
            return self.exprs(node.arguments)
        never = False
        for number, (argument, parameter) in enumerate(
            zip(node.arguments, function.parameters, strict=False), 1
        ):
            name = f"'{parameter.name}'" if parameter.name else number
            what = f"argument {name} of {function.symbol}"
            never |= self.flow(argument, parameter.type, what) is NEVER
        return never

    def construct(self, node: tree.Call, variant: Variant) -> GrokType:
        if variant.kind != "tuple":
            self.wrong_kind(node, variant)
            return self.made(self.exprs(node.arguments), variant.enum.type)
        if not self.count(node, variant.symbol, len(variant.fields), len(variant.fields)):
            return self.made(self.exprs(node.arguments), variant.enum.type)
        never = False
        for argument, field in zip(node.arguments, variant.fields, strict=True):
            place = _field_place(field, variant.symbol)
            never |= self.flow(argument, field.type, place) is NEVER
        return self.made(never, variant.enum.type)

    def method_call(self, node: tree.MethodCall) -> GrokType:
        never = self.expr(node.receiver) is NEVER
        return self.made(self.exprs(node.arguments) or never, ANY)

    def closure(self, node: tree.Closure) -> GrokType:
        body, loops = self.body, self.loops
        self.body, self.loops = self.program.closures[id(node)], []
        self.parameters(node.parameters, self.body.symbol)
        self.result(node.body, node.result, self.body.symbol)
        self.body, self.loops = body, loops
        return FUNCTION

    # ----------------------------------------------------------------------------- control flow

    def head(self, condition: tree.Expr) -> bool:
        """The head of ``if`` or ``while``; does it never come to an end?"""
        if isinstance(condition, tree.LetCondition):
            never = self.expr(condition.value) is NEVER
            self.pattern(condition.pattern)
            return never
        return self.expr(condition) is NEVER

    def if_(
        self, node: tree.If, wanted: GrokType = ANY, what: str = "", tail: bool = False
    ) -> GrokType:
        results: list[GrokType] = []
        never = False
        link: tree.Expr = node
        while isinstance(link, tree.If):
            head_never = self.head(link.condition)
            if link is node:
                never = head_never
            if link.otherwise is None:
                self.block(link.then)
                results.append(UNIT)
                if not never:
                    help = "add an 'else': without it, the value is ()"
                    self.cross(UNIT, wanted, what, link.start, link.end, help)
                break
            results.append(self.block(link.then, wanted, what, tail))
            link = link.otherwise
        else:
            results.append(self.flow(link, wanted, what, tail))
        return NEVER if never else _join(results)

    def match(
        self, node: tree.Match, wanted: GrokType = ANY, what: str = "", tail: bool = False
    ) -> GrokType:
        never = self.expr(node.value) is NEVER
        results: list[GrokType] = []
        for arm in node.arms:
            self.pattern(arm.pattern)
            if arm.guard is not None:
                self.expr(arm.guard)
            results.append(self.flow(arm.body, wanted, what, tail))
        self.exhaustive(node)
        return NEVER if never else _join(results)

    def exhaustive(self, node: tree.Match) -> None:
        """If every arm names variants of one enum, all variants must be named."""
        enum: Enum | None = None
        covered: set[str] = set()
        guarded: set[str] = set()
        if not node.arms:
            return
        for arm in node.arms:
            variants = self.named_variants(arm.pattern)
            if variants is None:
                return
            for variant in variants:
                if enum is None:
                    enum = variant.enum
                if variant.enum is not enum:
                    return
                (covered if arm.guard is None else guarded).add(variant.name)
        assert enum is not None
        missing = [name for name in enum.variants if name not in covered]
        if missing:
            names = ", ".join(f"'{enum.symbol}::{name}'" for name in missing)
            one = len(missing) == 1
            help = f"add {'an arm for it' if one else 'arms for them'}, or one for '_'"
            if guarded.intersection(missing):
                help += "; an arm with a guard covers nothing"
            self.error(
                f"missing {'variant' if one else 'variants'} {names}",
                node.start,
                node.keyword_end,
                help,
            )

    def named_variants(self, pattern: tree.Pattern) -> list[Variant] | None:
        """The variants that a pattern names, or None if it is of another form."""
        if isinstance(pattern, tree.OrPattern):
            result: list[Variant] = []
            for alternative in pattern.alternatives:
                variants = self.named_variants(alternative)
                if variants is None:
                    return None
                result += variants
            return result
        if isinstance(pattern, tree.NamePattern) and pattern.inner is not None:
            return self.named_variants(pattern.inner)
        entity = self.targets.get(id(pattern))
        return [entity] if isinstance(entity, Variant) else None

    def enter_loop(self, label: str | None, takes_value: bool) -> list[bool]:
        breaks: list[bool] = []
        self.loops.append((label, takes_value, breaks))
        return breaks

    def loop_body(self, body: tree.Block) -> None:
        self.block(body)
        self.discard(body)
        self.loops.pop()

    def while_(self, node: tree.While) -> GrokType:
        never = self.head(node.condition)
        breaks = self.enter_loop(node.label, False)
        self.loop_body(node.body)
        endless = isinstance(node.condition, tree.Bool) and node.condition.value
        return NEVER if never or (endless and not breaks) else UNIT

    def loop(self, node: tree.Loop) -> GrokType:
        breaks = self.enter_loop(node.label, True)
        self.loop_body(node.body)
        if not breaks:
            return NEVER
        return ANY if any(breaks) else UNIT

    def for_(self, node: tree.For) -> GrokType:
        never = self.expr(node.iterable) is NEVER
        self.irrefutable(node.pattern, "a 'for' loop")
        self.enter_loop(node.label, False)
        self.loop_body(node.body)
        return self.made(never, UNIT)

    def return_(self, node: tree.Return) -> GrokType:
        if not self.body.can_return:
            self.error("'return' stands outside a function", node.start, node.end)
        what = f"result of {self.body.symbol}"
        if node.value is None:
            self.cross(UNIT, self.body.result, what, node.start, node.end)
        else:
            self.flow(node.value, self.body.result, what, tail=True)
        return NEVER

    def find_loop(
        self, node: tree.Break | tree.Continue, word: str
    ) -> tuple[str | None, bool, list[bool]] | None:
        label = node.label
        if not self.loops:
            self.error(f"'{word}' stands outside a loop", node.start, node.end)
            return None
        if label is None:
            return self.loops[-1]
        for loop in reversed(self.loops):
            if loop[0] == label:
                return loop
        start = self.file.text.find("'", node.start)
        self.error(
            f"no loop around this has the label '{label}",
            start,
            start + 1 + len(label),
            did_you_mean(label, [loop[0] for loop in self.loops if loop[0] is not None]),
        )
        return None

    def break_(self, node: tree.Break) -> GrokType:
        loop = self.find_loop(node, "break")
        if node.value is not None:
            self.expr(node.value)
        if loop is not None:
            loop[2].append(node.value is not None)
            if node.value is not None and not loop[1]:
                value = node.value
                self.error(
                    "'break' has a value only in 'loop'",
                    value.start,
                    value.end,
                    "the value of 'while' and 'for' is ()",
                )
        return NEVER

    def continue_(self, node: tree.Continue) -> GrokType:
        self.find_loop(node, "continue")
        return NEVER


# ---------------------------------------------------------------------------------------- helpers


def _field_place(field: Field, owner: str) -> str:
    return f"field '{field.name}' of {owner}"


def _meant(unknown: Iterable[str], declared: Iterable[str]) -> set[str]:
    """The fields that misspelled names stand for: they are not missing as well."""
    return {name for word in unknown if (name := nearest(word, declared)) is not None}


def _form(entity: Struct | Enum) -> str:
    """How a value of a type is written."""
    if isinstance(entity, Struct):
        return f"{entity.name} {{ ... }}"
    return " or ".join(f"{entity.name}::{name}" for name in list(entity.variants)[:3])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _join(types: list[GrokType]) -> GrokType:
    """The type of what may come from several places."""
    result: GrokType = NEVER
    for type in types:
        if type is NEVER:
            continue
        result = type if result is NEVER else join(result, type)
    return result
