"""Name resolution: what every name of a program stands for.

Items come first, bodies after, so that items may be used before they are written:

1. *declare* makes an entity of every item of every module (loading the files of ``mod name;``) and
   binds its name in the module's scope;
2. *imports* binds the names of ``use`` declarations, in rounds until nothing more can be found,
   because one import may bring what another one names;
3. *implementations* hands the functions of every ``impl`` to its type;
4. *signatures* gives parameters, results and fields their types;
5. *bodies* walks all code: variables, captures, labels, paths.

A block that holds items runs through the same steps when the walk enters it.

Variables that a closure uses are *captured*.  One that is captured and also assigned after its
declaration lives in a cell (``Variable.in_cell``), all others are captured by value: nobody can
tell the difference, and the value needs no indirection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from grokc.dialects.types import ANY, GrokType
from grokc.frontend import formats, tree
from grokc.frontend.diagnostics import did_you_mean
from grokc.frontend.resolution.declarations import Declarations, Loader, counted
from grokc.frontend.resolution.names import Unresolved, describe
from grokc.frontend.source import SourceFile
from grokc.frontend.symbols import (
    NARROW_INTS,
    Body,
    BuiltinConstant,
    BuiltinType,
    Entity,
    Enum,
    Function,
    Global,
    Module,
    Program,
    Scope,
    Struct,
    Template,
    Trait,
    TypeEntity,
    Variable,
    Variant,
)
from grokc.vm.builtins import FUNCTIONS, Builtin

PRINT_FAMILY = frozenset({"print", "println", "eprint", "eprintln", "format", "panic"})
"""Built-in functions whose first argument may be a format."""


MACROS = frozenset({"print", "println", "eprint", "eprintln", "format", "panic"}) | frozenset(
    {"assert", "assert_eq"}
)


def resolve(file: SourceFile, root: tree.File, parse: Loader) -> Program:
    """Resolves a program; its errors and warnings are among ``diagnostics``.

    ``parse`` reads the tree of a further file; the CompileError that it raises is collected.
    """
    resolver = _Resolver(file, parse)
    resolver.run(root)
    return resolver.program


class _Resolver(Declarations):
    """Resolves a program."""

    def __init__(self, file: SourceFile, parse: Loader) -> None:
        super().__init__(file, parse)
        self.body = Body("", file)
        self.targets = self.program.targets
        self.late_paths: list[tuple[tree.Path, Scope, Module, Body, TypeEntity | Trait | None]] = []
        """Paths that an ``impl`` in a block that comes later may still give a meaning."""
        self.walk: dict[type[tree.Node], Callable[..., None]] = self._walkers()

    def run(self, root: tree.File) -> None:
        scope = self.root.scope
        self.check_attributes(root.attributes)
        self.declare(root.items, scope, self.root, "")
        self.finish_declarations()
        while self.pending:
            pending, self.pending = self.pending, []
            for entity in pending:
                self.resolve_code(entity)
        for path, path_scope, module, body, owner in self.late_paths:
            self.scope, self.module, self.body, self.owner = path_scope, module, body, owner
            self.file = body.file
            self.resolve_path(path, last_chance=True)
        self.program.globals.sort(key=lambda g: (g.body.order, g.node.start))
        main = scope.items.get("main")
        if main is not None and isinstance(main.entity, Function):
            self.program.main = main.entity

    # ----------------------------------------------------------------------------------------- code

    def resolve_code(self, entity: Function | Struct | Enum | Global) -> None:
        assert entity.scope is not None and entity.file is not None
        with self.at(
            entity.file,
            entity.scope,
            entity if isinstance(entity, (Struct, Enum)) else entity.owner,
        ):
            if isinstance(entity, Function):
                self.resolve_function(entity)
            elif isinstance(entity, Global):
                self.body = entity.body
                self.scope = Scope(self.scope)
                self.expr(entity.node.value)
            elif isinstance(entity, Struct):
                for field in entity.fields.values():
                    if field.default is not None:
                        symbol = self.unique(f"{entity.symbol}::default::{field.name}")
                        field.body = self.body = Body(symbol, self.file, can_return=False)
                        self.scope = Scope(entity.scope)
                        self.expr(field.default)

    def resolve_function(self, function: Function) -> None:
        node = function.node
        self.body = function.body
        self.scope = Scope(self.scope)
        self.parameters(node.parameters)
        if node.body is not None:
            self.block(node.body)

    def parameters(self, parameters: Iterable[tree.Parameter]) -> None:
        """Declares parameters, each in scope in the defaults of those after it."""
        bound: dict[str, Variable] = {}
        for parameter in parameters:
            if parameter.default is not None:
                self.expr(parameter.default)
            type: GrokType = ANY
            if parameter.type is not None:
                known = self.program.annotations.get(id(parameter.type))
                type = self.annotation(parameter.type) if known is None else known
            self.pattern(parameter.pattern, bound, None, compares=False)
            if isinstance(parameter.pattern, tree.NamePattern) and parameter.pattern.inner is None:
                variable = self.program.variables.get(id(parameter.pattern))
                if variable is not None:
                    variable.type = type
                    variable.is_parameter = True
            self.scope.variables.update(bound)

    @contextmanager
    def nested_scope(self) -> Iterator[Scope]:
        outer = self.scope
        self.scope = Scope(outer)
        yield self.scope
        self.scope = outer

    # --------------------------------------------------------------------------- blocks, statements

    def block(self, block: tree.Block) -> None:
        outer = self.scope
        self.scope = scope = Scope(outer)
        statements = block.statements
        items = [s.item for s in statements if isinstance(s, tree.ItemStatement)]
        if items:
            self.block_items(items, scope)
        for statement in statements:
            if isinstance(statement, tree.ExprStatement):
                value = statement.value
                self.walk[type(value)](value)
            elif isinstance(statement, tree.Let):
                self.let(statement)
        value_ = block.value
        if value_ is not None:
            self.walk[type(value_)](value_)
        self.scope = outer

    def block_items(self, items: list[tree.Item], scope: Scope) -> None:
        module, body = self.module, self.body
        prefix = f"{_outermost(body).symbol}::"
        self.declare(items, scope, module, prefix, body.order)
        saved = self.scope
        self.finish_declarations()
        self.scope = saved

    def let(self, statement: tree.Let) -> None:
        assert statement.value is not None
        self.expr(statement.value)
        type = ANY if statement.type is None else self.annotation(statement.type)
        if statement.otherwise is not None:
            self.block(statement.otherwise)
        pattern = statement.pattern
        bound: dict[str, Variable] = {}
        self.pattern(pattern, bound, None, compares=False)
        if isinstance(pattern, tree.NamePattern) and pattern.inner is None:
            variable = self.program.variables.get(id(pattern))
            if variable is not None:
                variable.type = type
        self.scope.variables.update(bound)

    # ------------------------------------------------------------------------------------- patterns

    def pattern(
        self,
        pattern: tree.Pattern,
        bound: dict[str, Variable],
        shared: dict[str, Variable] | None,
        compares: bool,
    ) -> None:
        """Declares the variables of a pattern in ``bound``.

        ``shared`` are those of the first alternative of an or-pattern, which the others bind too.
        ``compares``: a bare name that is a const or a unit variant is compared with.
        """
        if isinstance(pattern, tree.NamePattern):
            if compares and pattern.inner is None and not pattern.mutable:
                entity = self.lookup(pattern.name, False)
                if _is_compared(entity):
                    assert entity is not None
                    self.targets[id(pattern)] = entity
                    return
            self.bind_variable(pattern, pattern.name, bound, shared)
            if pattern.inner is not None:
                self.pattern(pattern.inner, bound, shared, compares)
        elif isinstance(pattern, (tree.TuplePattern, tree.ListPattern)):
            rests = [e for e in pattern.elements if isinstance(e, tree.RestPattern)]
            for rest in rests[1:]:
                self.error("only one '..' may stand in a pattern", rest.start, rest.end)
            for element in pattern.elements:
                self.pattern(element, bound, shared, compares)
        elif isinstance(pattern, tree.RestPattern):
            if pattern.name is not None:
                self.bind_variable(pattern, pattern.name, bound, shared)
        elif isinstance(pattern, tree.PathPattern):
            self.pattern_path(pattern, pattern.path)
        elif isinstance(pattern, tree.VariantPattern):
            self.pattern_path(pattern, pattern.path)
            for element in pattern.elements:
                self.pattern(element, bound, shared, compares)
        elif isinstance(pattern, tree.StructPattern):
            self.pattern_path(pattern, pattern.path)
            for field in pattern.fields:
                self.field_pattern(field, bound, shared, compares)
        elif isinstance(pattern, tree.OrPattern):
            self.or_pattern(pattern, bound, shared, compares)

    def field_pattern(
        self,
        field: tree.FieldPattern,
        bound: dict[str, Variable],
        shared: dict[str, Variable] | None,
        compares: bool,
    ) -> None:
        inner = field.pattern
        # `Point { x }` declares x, even where a const x is in scope.
        short = isinstance(inner, tree.NamePattern) and inner.start == field.start
        self.pattern(inner, bound, shared, compares and not short)

    def or_pattern(
        self,
        pattern: tree.OrPattern,
        bound: dict[str, Variable],
        shared: dict[str, Variable] | None,
        compares: bool,
    ) -> None:
        first: dict[str, Variable] = {}
        for index, alternative in enumerate(pattern.alternatives):
            if index == 0:
                self.pattern(alternative, first, shared, compares)
                continue
            other: dict[str, Variable] = {}
            self.pattern(alternative, other, {**(shared or {}), **first}, compares)
            for name in sorted(first.keys() ^ other.keys()):
                self.error(
                    f"'{name}' is not bound in all alternatives", alternative.start, alternative.end
                )
        for name, variable in first.items():
            if name in bound:
                self.error(f"'{name}' is bound twice", variable.start, variable.end)
            bound[name] = variable

    def bind_variable(
        self,
        node: tree.NamePattern | tree.RestPattern,
        name: str,
        bound: dict[str, Variable],
        shared: dict[str, Variable] | None,
    ) -> None:
        start, end = node.start, node.end
        if isinstance(node, tree.NamePattern):
            start = self.file.text.find(name, start, end) if node.mutable else start
            end = start + len(name)
        if name in bound:
            self.error(f"'{name}' is bound twice", start, end)
            return
        variable = shared.get(name) if shared else None
        if variable is None:
            variable = Variable(name, start, end, self.body)
        bound[name] = variable
        self.program.variables[id(node)] = variable

    def pattern_path(self, pattern: tree.Pattern, path: list[str]) -> None:
        try:
            entity = self.find(path, types=isinstance(pattern, tree.StructPattern))
        except Unresolved as failure:
            end = pattern.start + len("::".join(path))
            self.unresolved(failure, pattern.start, min(end, pattern.end))
            return
        if isinstance(entity, Trait | BuiltinType) and entity is self.owner:
            self.error("'Self' is not a struct here", pattern.start, pattern.end)
            return
        self.targets[id(pattern)] = entity

    # ---------------------------------------------------------------------------------- expressions

    def expr(self, node: tree.Expr) -> None:
        self.walk[type(node)](node)

    def exprs(self, nodes: Iterable[tree.Expr]) -> None:
        walk = self.walk
        for node in nodes:
            walk[type(node)](node)

    def _walkers(self) -> dict[type[tree.Node], Callable[..., None]]:
        def nothing(node: tree.Node) -> None:
            """A literal."""

        expr = self.expr
        return {
            tree.Int: nothing,
            tree.Float: nothing,
            tree.Bool: nothing,
            tree.Str: nothing,
            tree.Unit: nothing,
            tree.FString: self.fstring,
            tree.Path: self.resolve_path,
            tree.Unary: lambda n: expr(n.operand),
            tree.Binary: self.binary,
            tree.Logical: self.logical,
            tree.Cast: self.cast,
            tree.Range: self.range,
            tree.Assign: self.assign,
            tree.Paren: lambda n: expr(n.inner),
            tree.Tuple: lambda n: self.exprs(n.elements),
            tree.List: lambda n: self.exprs(n.elements),
            tree.FilledList: lambda n: self.exprs((n.value, n.count)),
            tree.Map: self.map,
            tree.StructLiteral: self.struct_literal,
            tree.Call: self.call,
            tree.MethodCall: self.method_call,
            tree.FieldAccess: lambda n: expr(n.value),
            tree.TupleField: lambda n: expr(n.value),
            tree.Index: lambda n: self.exprs((n.value, n.index)),
            tree.Try: lambda n: expr(n.value),
            tree.Closure: self.closure,
            tree.LetCondition: self.stray_let,
            tree.Block: self.block,
            tree.If: self.if_,
            tree.Match: self.match,
            tree.While: self.while_,
            tree.Loop: lambda n: self.block(n.body),
            tree.For: self.for_,
            tree.Return: self.leave,
            tree.Break: self.leave,
            tree.Continue: nothing,
        }

    def resolve_path(self, node: tree.Path, last_chance: bool = False) -> None:
        segments = node.segments
        if len(segments) == 1:
            name = segments[0]
            body = self.body
            hidden = None
            for scope in self.scope.outward():
                variable = scope.variables.get(name)
                if variable is not None:
                    if variable.body is body:
                        self.targets[id(node)] = variable
                        return
                    if self.capture(variable):
                        self.targets[id(node)] = variable
                        return
                    hidden = hidden or variable
                elif name in scope.items:
                    break
            if name == "self" or name == "Self":
                self.bare_self(node, name)
                return
            entity = self.lookup(name, False)
            if entity is None:
                if hidden is not None:
                    self.error(
                        f"'{name}' is a variable of the function around this one",
                        node.start,
                        node.end,
                        help="a nested fn sees no local variables; write a closure",
                    )
                    return
                self.error(
                    f"cannot find '{name}'",
                    node.start,
                    node.end,
                    did_you_mean(name, self.visible_names()),
                )
                return
            self.targets[id(node)] = entity
            return
        try:
            self.targets[id(node)] = self.find(segments)
        except Unresolved as failure:
            if last_chance:
                self.unresolved(failure, node.start, node.end)
            else:
                self.late_paths.append((node, self.scope, self.module, self.body, self.owner))

    def bare_self(self, node: tree.Path, name: str) -> None:
        if name == "Self":
            if self.owner is not None:
                self.targets[id(node)] = self.owner
                return
            self.error("'Self' has a meaning only inside an impl or a trait", node.start, node.end)
            return
        self.error(
            "there is no 'self' here",
            node.start,
            node.end,
            help="a method names it as its first parameter: fn name(self)",
        )

    def capture(self, variable: Variable) -> bool:
        """Makes a variable of an outer body available in this one; False if it cannot be."""
        body: Body | None = self.body
        path: list[Body] = []
        while body is not None and body is not variable.body:
            path.append(body)
            body = body.parent
        if body is None:
            return False
        variable.captured = True
        for inner in path:
            if variable not in inner.captures:
                inner.captures.append(variable)
        return True

    def binary(self, node: tree.Binary) -> None:
        first, chain = tree.binary_chain(node)
        self.expr(first)
        for link in chain:
            self.expr(link.right)

    def logical(self, node: tree.Logical) -> None:
        rights: list[tree.Expr] = []
        left: tree.Expr = node
        while isinstance(left, tree.Logical):
            rights.append(left.right)
            self.warn_of_closure(left)
            left = left.left
        self.expr(left)
        self.exprs(reversed(rights))

    def warn_of_closure(self, node: tree.Logical) -> None:
        """``||`` that begins a line goes on from the line before, where a closure was meant."""
        if node.operator == "||" and isinstance(node.right, tree.Block):
            between = self.file.text[node.left.end : node.right.start]
            if "\n" in between.partition("||")[0]:
                start = node.left.end + between.index("||")
                self.warn(
                    "this '||' goes on from the line before",
                    start,
                    start + 2,
                    help="write 'move ||' for a closure at the start of a line",
                )

    def cast(self, node: tree.Cast) -> None:
        self.expr(node.value)
        target = node.type
        name = target.path[0] if isinstance(target, tree.NamedType) else ""
        type = self.annotation(target)
        if name in NARROW_INTS:
            self.error(
                f"'as {name}' would cut bits off: {name} means int",
                target.start,
                target.end,
                help=f"write & {NARROW_INTS[name]} to keep the low bits",
            )
        elif type.keyword() not in ("int", "float", "str", "any") or name == "any":
            self.error(
                f"'as' converts to int, float or str, not to {type.describe()}",
                target.start,
                target.end,
                help="compare instead: x != 0" if name == "bool" else None,
            )

    def range(self, node: tree.Range) -> None:
        if node.low is not None:
            self.expr(node.low)
        if node.high is not None:
            self.expr(node.high)

    def assign(self, node: tree.Assign) -> None:
        self.expr(node.target)
        target = node.target
        if isinstance(target, tree.Path):
            entity = self.targets.get(id(target))
            if isinstance(entity, Variable):
                entity.assigned = True
            elif isinstance(entity, Global) and not entity.mutable:
                self.error(
                    f"'{entity.name}' is a const: it cannot be assigned",
                    target.start,
                    target.end,
                    help="a global variable is declared with 'static'",
                )
            elif entity is not None and not isinstance(entity, Global):
                self.error(f"cannot assign to {describe(entity)}", target.start, target.end)
        self.expr(node.value)

    def map(self, node: tree.Map) -> None:
        for entry in node.entries:
            self.expr(entry.key)
            self.expr(entry.value)

    def fstring(self, node: tree.FString) -> None:
        for part in node.parts:
            if isinstance(part, tree.Hole):
                self.expr(part.value)
                problem = formats.check_spec(part.spec)
                if problem is not None:
                    self.error(problem, part.value.end, part.end)

    def struct_literal(self, node: tree.StructLiteral) -> None:
        end = node.start + len("::".join(node.path))
        try:
            entity = self.find(node.path, types=True)
        except Unresolved as failure:
            self.unresolved(failure, node.start, end)
        else:
            if isinstance(entity, (Struct, Variant)):
                self.targets[id(node)] = entity
            else:
                help = "write one of its variants" if isinstance(entity, Enum) else None
                self.error(f"{describe(entity)} is not a struct", node.start, end, help)
        for field in node.fields:
            self.expr(field.value)
        if node.base is not None:
            self.expr(node.base)

    def call(self, node: tree.Call) -> None:
        callee = node.callee
        if node.macro:
            assert isinstance(callee, tree.Path)
            name = "::".join(callee.segments)
            if name in MACROS:
                self.targets[id(callee)] = FUNCTIONS[name]
            else:
                self.error(
                    f"cannot find the macro '{name}!'",
                    callee.start,
                    callee.end,
                    did_you_mean(name, MACROS),
                )
        else:
            self.expr(callee)
        arguments = node.arguments
        target = self.targets.get(id(callee))
        if isinstance(target, Builtin) and arguments:
            first = arguments[0]
            if (
                isinstance(first, tree.Str)
                and target.name in PRINT_FAMILY
                and ("{" in first.value or "}" in first.value)
            ):
                self.template(node, first)
        self.exprs(arguments)

    def template(self, node: tree.Call, literal: tree.Str) -> None:
        pieces, holes, errors = formats.split(literal.value)
        raw = self.file.text[literal.start : literal.end]
        exact = raw[1:-1] == literal.value  # no escapes: offsets in value and source agree

        def place(start: int, end: int) -> tuple[int, int]:
            if exact:
                return literal.start + 1 + start, literal.start + 1 + end
            return literal.start, literal.end

        for error in errors:
            self.error(error.message, *place(error.start, error.end), error.help)
        arguments = iter(node.arguments[1:])
        values: list[tree.Expr] = []
        positional = sum(1 for hole in holes if not hole.name)
        given = len(node.arguments) - 1
        if positional != given and not errors:
            self.error(
                f"the format has {counted(positional, 'hole')} '{{}}' "
                f"but {counted(given, 'argument')} follow{'s' if given == 1 else ''}",
                literal.start,
                literal.end,
                help="write '{{' and '}}' for braces" if not given and not positional else None,
            )
        for hole in holes:
            if hole.name and not hole.name.isidentifier():  # reported already
                values.append(tree.Unit(node.start, node.end))
            elif hole.name:
                start, end = place(hole.start + 1, hole.start + 1 + len(hole.name))
                path = tree.Path(start, end, [hole.name])
                self.resolve_path(path)
                values.append(path)
            else:
                value = next(arguments, None)
                values.append(tree.Unit(node.start, node.end) if value is None else value)
        self.program.templates[id(node)] = Template(pieces, values)

    def method_call(self, node: tree.MethodCall) -> None:
        self.expr(node.receiver)
        self.exprs(node.arguments)

    def closure(self, node: tree.Closure) -> None:
        parent = self.body
        outermost = _outermost(parent)
        outermost.closures += 1
        body = Body(
            self.unique(f"{outermost.symbol}::closure#{outermost.closures}"),
            self.file,
            parent,
            order=parent.order,
        )
        self.program.closures[id(node)] = body
        if node.result is not None:
            body.result = self.annotation(node.result)
        self.body = body
        with self.nested_scope():
            self.parameters(node.parameters)
            self.expr(node.body)
        self.body = parent

    # --------------------------------------------------------------------------------- control flow

    def stray_let(self, node: tree.LetCondition) -> None:
        self.error(
            "'let' stands alone in the head of 'if' or 'while'",
            node.start,
            node.end,
            help="nest another 'if let', or use 'match' with a tuple",
        )

    def condition(self, node: tree.Expr, scope: Scope) -> None:
        """The head of ``if`` or ``while``; variables of its pattern go to ``scope``."""
        if isinstance(node, tree.LetCondition):
            self.expr(node.value)
            bound: dict[str, Variable] = {}
            self.pattern(node.pattern, bound, None, compares=True)
            scope.variables.update(bound)
        else:
            self.expr(node)

    def if_(self, node: tree.If) -> None:
        link: tree.Expr | None = node
        while isinstance(link, tree.If):  # a long `else if` chain is no deep nesting
            with self.nested_scope() as scope:
                self.condition(link.condition, scope)
                self.block(link.then)
            link = link.otherwise
        if link is not None:
            self.expr(link)

    def match(self, node: tree.Match) -> None:
        self.expr(node.value)
        for arm in node.arms:
            with self.nested_scope() as scope:
                bound: dict[str, Variable] = {}
                self.pattern(arm.pattern, bound, None, compares=True)
                scope.variables.update(bound)
                if arm.guard is not None:
                    self.expr(arm.guard)
                self.expr(arm.body)

    def while_(self, node: tree.While) -> None:
        with self.nested_scope() as scope:
            self.condition(node.condition, scope)
            self.block(node.body)

    def for_(self, node: tree.For) -> None:
        self.expr(node.iterable)
        with self.nested_scope() as scope:
            bound: dict[str, Variable] = {}
            self.pattern(node.pattern, bound, None, compares=False)
            scope.variables.update(bound)
            self.block(node.body)

    def leave(self, node: tree.Return | tree.Break) -> None:
        if node.value is not None:
            self.expr(node.value)


def _outermost(body: Body) -> Body:
    while body.parent is not None:
        body = body.parent
    return body


def _is_compared(entity: Entity | None) -> bool:
    if isinstance(entity, Global):
        return not entity.mutable
    if isinstance(entity, Variant):
        return entity.kind == "unit"
    return isinstance(entity, BuiltinConstant)
