"""The meaning of the grammar's rules: tokens and parts become nodes of the syntax tree.

Each method of :class:`Builder` is the action of the rule, or of the alternative, of its name in
``grammar.lark``.  It receives the span of what was parsed and the rule's named parts: tokens as the
lexer made them, nodes, lists, or None for an optional part that is absent.

Errors of form that the grammar is better off without (a target that cannot be assigned to, an item
where none may stand) are reported here, and building goes on.
"""

from __future__ import annotations

from typing import Any

from grokc.frontend import tree
from grokc.frontend.diagnostics import Diagnostic
from grokc.frontend.lexer import INT_LIMIT, Lexer, Token
from grokc.frontend.tree import Expr, Item, Pattern, Statement, Type

Body = tuple[list[Statement], Expr | None]

MACROS = frozenset("print println eprint eprintln format panic assert assert_eq vec".split())


class Builder:
    """Builds the tree of one file; ``core`` where it is a file of core GrokLang."""

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self.text = lexer.text
        self.unsigned_limits: list[tree.Int] = []
        """Literals 9223372036854775808 that no minus has been seen for."""
        self.recovered = False
        """The parser gave up a statement: what is left may look odd, and is not judged."""

    def error(self, message: str, start: int, end: int, help: str | None = None) -> None:
        self.lexer.diagnostics.append(Diagnostic(message, self.lexer.file, start, end, help=help))

    def dereference(self, start: int, end: int, operand: Expr) -> Expr:
        if self.text[start - 1] == "*":  # `a ** b` would be `a * b`
            help = "write 'a.pow(b)'"
            self.error("there is no operator '**'", start - 1, start + 1, help)
        return operand

    def finish(self) -> None:
        """Reports what only the whole file tells."""
        for literal in self.unsigned_limits:
            self.error(
                "this number does not fit a 64-bit int",
                literal.start,
                literal.end,
                "only with a minus before it, and nothing between, is it one",
            )

    # -------------------------------------------------------------------------------- lists

    def empty(self, start: int, end: int) -> list[Any]:
        return []

    def one(self, start: int, end: int, item: Any) -> list[Any]:
        return [item]

    def two(self, start: int, end: int, first: Any, second: Any) -> list[Any]:
        return [first, second]

    def append(self, start: int, end: int, items: list[Any], item: Any) -> list[Any]:
        items.append(item)
        return items

    def two_names(self, start: int, end: int, first: Token, second: Token) -> list[str]:
        return [first[1], second[1]]

    def append_name(self, start: int, end: int, names: list[str], name: Token) -> list[str]:
        names.append(name[1])
        return names

    def nothing(self, start: int, end: int, *parts: Any) -> None:
        return None

    def one_name(self, start: int, end: int, name: Token) -> list[str]:
        return [name[1]]

    # --------------------------------------------------------------------- files, statements

    def file(
        self, start: int, end: int, attributes: list[list[tree.Attribute]], body: Body
    ) -> tree.File:
        flat = [attribute for group in attributes for attribute in group]
        items = self._items(body, "a file")
        return tree.File(0, len(self.text), flat, self.lexer.file_doc, items)

    def body(
        self, start: int, end: int, statements: list[Statement], last: Statement | None
    ) -> Body:
        if last is None:
            return statements, None
        if isinstance(last, tree.ExprStatement):
            return statements, last.value
        statements.append(last)
        return statements, None

    def append_statement(
        self, start: int, end: int, statements: list[Statement], statement: Statement | None
    ) -> list[Statement]:
        if statement is not None:
            if (
                not self.recovered
                and isinstance(statement, tree.ExprStatement)
                and self.text[statement.start] in "-*&"
                and not isinstance(statement.value, tree.Assign)
            ):
                sign = self.text[statement.start]
                self.error(
                    f"the value of this statement, which begins with '{sign}', is not used",
                    statement.start,
                    statement.end,
                    f"if it goes on from the line before, end that line with '{sign}'",
                )
            statements.append(statement)
        return statements

    def expression_statement(self, start: int, end: int, value: Expr) -> Statement:
        return tree.ExprStatement(start, end, value)

    def else_statement(self, start: int, end: int, value: Expr, otherwise: tree.Block) -> Statement:
        """``f(x) else { ... }`` in core GrokLang: ``let _ = f(x) else { ... }``."""
        if not self.lexer.core and not self.recovered:
            self.error("'else' needs an 'if' or a 'let' before it", otherwise.start, otherwise.end)
        return tree.Let(start, end, tree.WildcardPattern(start, start), None, value, otherwise)

    def item_statement(self, start: int, end: int, item: Item) -> Statement:
        return tree.ItemStatement(start, end, item)

    def let(
        self,
        start: int,
        end: int,
        pattern: Pattern,
        type: Type | None,
        value: Expr | None,
        otherwise: tree.Block | None,
    ) -> Statement:
        if value is None and not self.lexer.core:
            self.error(
                "a variable needs a value",
                start,
                end,
                "write 'let NAME = VALUE', with 'None' or '()' where there is none yet",
            )
        return tree.Let(start, end, pattern, type, value, otherwise)

    def braces(self, start: int, end: int, body: Body) -> tree.Block:
        return tree.Block(start, end, body[0], body[1])

    def _items(self, body: Body, where: str) -> list[Item]:
        """The items of a body that may hold nothing else."""
        items: list[Item] = []
        statements, last = body
        strays: list[tree.Node] = [] if last is None else [last]
        for statement in statements:
            if isinstance(statement, tree.ItemStatement):
                items.append(statement.item)
            else:
                strays.append(statement)
        if strays and not self.recovered:
            stray = min(strays, key=lambda node: node.start)
            self.error(
                f"only items may stand directly in {where}, such as functions",
                stray.start,
                stray.end,
                "statements stand in a function: 'fn main() { ... }'"
                if where == "a file"
                else None,
            )
        return items

    # -------------------------------------------------------------------------------- items

    def item(
        self,
        start: int,
        end: int,
        attributes: list[list[tree.Attribute]],
        public: Token | None,
        item: Item,
    ) -> Item:
        item.start = start
        item.attributes = [attribute for group in attributes for attribute in group]
        item.public = public is not None
        item.doc = self.lexer.docs.get(start)
        return item

    def function(
        self,
        start: int,
        end: int,
        name: Token,
        generics: list[tree.TypeParameter],
        parameters: list[tree.Parameter],
        result: Type | None,
        body: tree.Block | None,
    ) -> Item:
        return tree.Function(
            start, end, name[1], name[2], name[3], False, [], None,
            generics, parameters, result, body,
        )  # fmt: skip

    def parameter(
        self,
        start: int,
        end: int,
        pattern: Pattern,
        type: Type | None,
        default: Expr | None = None,
    ) -> tree.Parameter:
        return tree.Parameter(start, end, pattern, type, default)

    def receiver(self, start: int, end: int) -> Pattern:
        mutable = "mut" in self.text[start:end]
        return tree.NamePattern(start, end, "self", mutable)

    def struct(
        self,
        start: int,
        end: int,
        name: Token,
        generics: list[tree.TypeParameter],
        fields: list[tree.FieldDeclaration],
    ) -> Item:
        return tree.Struct(start, end, name[1], name[2], name[3], False, [], None, generics, fields)

    def field(
        self,
        start: int,
        end: int,
        attributes: list[Any],
        public: Token | None,
        name: Token,
        type: Type | None,
        default: Expr | None,
    ) -> tree.FieldDeclaration:
        return tree.FieldDeclaration(start, end, name[1], type, default)

    def enum(
        self,
        start: int,
        end: int,
        name: Token,
        generics: list[tree.TypeParameter],
        variants: list[tree.Variant],
    ) -> Item:
        return tree.Enum(start, end, name[1], name[2], name[3], False, [], None, generics, variants)

    def unit_variant(
        self, start: int, end: int, attributes: list[Any], name: Token
    ) -> tree.Variant:
        return tree.Variant(start, end, name[1], "unit", [])

    def tuple_variant(
        self, start: int, end: int, attributes: list[Any], name: Token, types: list[Type]
    ) -> tree.Variant:
        fields = [
            tree.FieldDeclaration(type.start, type.end, str(number), type, None)
            for number, type in enumerate(types)
        ]
        return tree.Variant(start, end, name[1], "tuple", fields)

    def struct_variant(
        self,
        start: int,
        end: int,
        attributes: list[Any],
        name: Token,
        fields: list[tree.FieldDeclaration],
    ) -> tree.Variant:
        return tree.Variant(start, end, name[1], "struct", fields)

    def trait(
        self,
        start: int,
        end: int,
        name: Token,
        generics: list[tree.TypeParameter],
        supertraits: list[Type] | None,
        body: tree.Block,
    ) -> Item:
        items = self._items((body.statements, body.value), "a trait")
        return tree.Trait(
            start, end, name[1], name[2], name[3], False, [], None,
            generics, supertraits or [], items,
        )  # fmt: skip

    def impl(
        self,
        start: int,
        end: int,
        generics: list[tree.TypeParameter],
        first: Type,
        second: Type | None,
        body: tree.Block,
    ) -> Item:
        items = self._items((body.statements, body.value), "an impl")
        trait, type = (None, first) if second is None else (first, second)
        return tree.Impl(
            start, end, "", start, start, False, [], None,
            generics, trait, type, items, type.end,
        )  # fmt: skip

    def use(self, start: int, end: int, use_tree: tree.UseTree) -> Item:
        return tree.Use(start, end, "", start, start, False, [], None, use_tree)

    def use_path(
        self, start: int, end: int, path: list[str], alias: Token | None = None
    ) -> tree.UseTree:
        return tree.UseTree(start, end, path, None if alias is None else alias[1])

    def use_all(self, start: int, end: int, path: list[str] | None = None) -> tree.UseTree:
        if path is None and self.text[:start].rstrip().endswith("use"):
            self.error("'*' needs a path before it", start, end)
        return tree.UseTree(start, end, path or [], glob=True)

    def use_group(
        self, start: int, end: int, path: list[str], children: list[tree.UseTree]
    ) -> tree.UseTree:
        return tree.UseTree(start, end, path, children=children)

    def module(self, start: int, end: int, name: Token, body: tree.Block | None) -> Item:
        items = None if body is None else self._items((body.statements, body.value), "a module")
        return tree.Module(start, end, name[1], name[2], name[3], False, [], None, items)

    def constant(self, start: int, end: int, name: Token, type: Type | None, value: Expr) -> Item:
        return tree.Constant(
            start, end, name[1], name[2], name[3], False, [], None, False, type, value
        )

    def static(
        self,
        start: int,
        end: int,
        mutable: Token | None,
        name: Token,
        type: Type | None,
        value: Expr,
    ) -> Item:
        return tree.Constant(
            start, end, name[1], name[2], name[3], False, [], None, True, type, value
        )

    def type_parameter(
        self, start: int, end: int, name: Token, bounds: list[Type] | None
    ) -> tree.TypeParameter:
        return tree.TypeParameter(start, end, name[1], bounds or [])

    def attribute(self, start: int, end: int, metas: list[Any]) -> list[tree.Attribute]:
        attributes: list[tree.Attribute] = []
        for meta in metas:
            if isinstance(meta, tree.Attribute):
                attributes.append(meta)
                if self.text[start : start + 2] == "#!" and meta.name == "core":
                    self.lexer.core = True
            else:
                self.error("an attribute is a name, perhaps with arguments", start, end)
        return attributes

    def meta_word(self, start: int, end: int, name: Token) -> tree.Attribute:
        return tree.Attribute(start, end, name[1], [])

    def meta_call(self, start: int, end: int, name: Token, metas: list[Any]) -> tree.Attribute:
        arguments = [
            meta.name if isinstance(meta, tree.Attribute) and self._is_word(meta) else meta
            for meta in metas
        ]
        return tree.Attribute(start, end, name[1], arguments)

    def _is_word(self, meta: tree.Attribute) -> bool:
        return meta.end - meta.start == len(meta.name)

    def meta_pair(self, start: int, end: int, name: Token, value: Any) -> str:
        text = self.text[value.start : value.end] if isinstance(value, tree.Attribute) else value
        return f"{name[1]}={text}"

    def meta_literal(self, start: int, end: int, token: Token) -> str:
        return str(token[1])

    # -------------------------------------------------------------------------------- types

    def plain_type(self, start: int, end: int, path: list[str]) -> Type:
        return tree.NamedType(start, end, path, [])

    def applied_type(self, start: int, end: int, path: list[str], arguments: list[Type]) -> Type:
        return tree.NamedType(start, end, path, arguments)

    def grouped_type(self, start: int, end: int, types: list[Type]) -> Type:
        return types[0] if len(types) == 1 else tree.TupleType(start, end, types)

    def tuple_type(self, start: int, end: int, types: list[Type]) -> Type:
        return tree.TupleType(start, end, types)

    def unit_type(self, start: int, end: int) -> Type:
        return tree.TupleType(start, end, [])

    def list_type(self, start: int, end: int, element: Type) -> Type:
        return tree.ListType(start, end, element)

    def sized_list_type(self, start: int, end: int, element: Type, length: Expr) -> Type:
        return tree.ListType(start, end, element)

    def function_type(
        self, start: int, end: int, parameters: list[Type], result: Type | None
    ) -> Type:
        return tree.FunctionType(start, end, parameters, result)

    def reference_type(self, start: int, end: int, mutable: Token | None, type: Type) -> Type:
        return type

    def erased_type(self, start: int, end: int, type: Type) -> Type:
        return type

    def fallible_type(self, start: int, end: int, type: Type) -> Type:
        if not self.lexer.core:
            self.error("there are no types with '!' in GrokLang", start, end)
        return tree.FallibleType(start, end, type)

    # ----------------------------------------------------------------------------- patterns

    def or_pattern(self, start: int, end: int, alternatives: list[Pattern]) -> Pattern:
        return tree.OrPattern(start, end, alternatives)

    def name_pattern(self, start: int, end: int, name: Token) -> Pattern:
        if name[1] == "_":
            return tree.WildcardPattern(start, end)
        return tree.NamePattern(start, end, name[1])

    def mutable_pattern(self, start: int, end: int, mutable: Token, name: Token) -> Pattern:
        return tree.NamePattern(start, end, name[1], True)

    def bound_pattern(self, start: int, end: int, name: Token, inner: Pattern) -> Pattern:
        if isinstance(inner, tree.RestPattern) and inner.name is None:
            return tree.RestPattern(start, end, name[1])  # `rest @ ..`
        return tree.NamePattern(start, end, name[1], False, inner)

    def mutable_bound_pattern(
        self, start: int, end: int, mutable: Token, name: Token, inner: Pattern
    ) -> Pattern:
        return tree.NamePattern(start, end, name[1], True, inner)

    def literal_pattern(self, start: int, end: int, literal: Expr) -> Pattern:
        return tree.LiteralPattern(start, end, literal)

    def range_pattern(
        self, start: int, end: int, low: Expr | None, operator: Token, high: Expr | None
    ) -> Pattern:
        if low is None and high is None and operator[1] == "..":
            return tree.RestPattern(start, end, None)
        if high is None and operator[1] == "..=":
            self.error("a range with '..=' needs an end", start, end)
        return tree.RangePattern(start, end, low, high, operator[1] == "..=")

    def path_pattern(self, start: int, end: int, path: list[str]) -> Pattern:
        return tree.PathPattern(start, end, path)

    def variant_pattern(
        self, start: int, end: int, path: list[str], elements: list[Pattern]
    ) -> Pattern:
        return tree.VariantPattern(start, end, path, elements)

    def named_variant_pattern(
        self, start: int, end: int, name: Token, elements: list[Pattern]
    ) -> Pattern:
        return tree.VariantPattern(start, end, [name[1]], elements)

    def struct_pattern(
        self, start: int, end: int, path: list[str], fields: list[tree.FieldPattern | None]
    ) -> Pattern:
        if None in fields[:-1]:
            self.error("'..' stands last in the fields of a pattern", start, end)
        given = [field for field in fields if field is not None]
        return tree.StructPattern(start, end, path, given, len(given) < len(fields))

    def named_struct_pattern(
        self, start: int, end: int, name: Token, fields: list[tree.FieldPattern | None]
    ) -> Pattern:
        return self.struct_pattern(start, end, [name[1]], fields)

    def self_pattern(self, start: int, end: int, fields: list[tree.FieldPattern | None]) -> Pattern:
        return self.struct_pattern(start, end, ["Self"], fields)

    def tuple_pattern(self, start: int, end: int, elements: list[Pattern]) -> Pattern:
        # `(P)` groups, `(P,)` is a tuple of one; `(..)` matches any tuple.
        if (
            len(elements) == 1
            and not isinstance(elements[0], tree.RestPattern)
            and "," not in self.text[elements[0].end : end]
        ):
            return elements[0]
        return tree.TuplePattern(start, end, elements)

    def list_pattern(self, start: int, end: int, elements: list[Pattern]) -> Pattern:
        return tree.ListPattern(start, end, elements)

    def rest_pattern(self, start: int, end: int, name: Token) -> Pattern:
        return tree.RestPattern(start, end, None if name[1] == "_" else name[1])

    def field_pattern(
        self, start: int, end: int, name: Token, pattern: Pattern | None = None
    ) -> tree.FieldPattern:
        if pattern is None:
            pattern = tree.NamePattern(start, end, name[1])
        return tree.FieldPattern(start, end, name[1], pattern)

    def mutable_field_pattern(
        self, start: int, end: int, mutable: Token, name: Token
    ) -> tree.FieldPattern:
        pattern = tree.NamePattern(name[2], name[3], name[1], True)
        return tree.FieldPattern(start, end, name[1], pattern)

    def fields_rest(self, start: int, end: int) -> None:
        return None

    def negative_int(self, start: int, end: int, token: Token) -> Expr:
        return tree.Int(start, end, -token[1])

    def negative_float(self, start: int, end: int, token: Token) -> Expr:
        return tree.Float(start, end, -token[1])

    # -------------------------------------------------------------------------- expressions

    def int_literal(self, start: int, end: int, token: Token) -> Expr:
        literal = tree.Int(start, end, token[1])
        if token[1] == INT_LIMIT:
            self.unsigned_limits.append(literal)
        return literal

    def float_literal(self, start: int, end: int, token: Token) -> Expr:
        return tree.Float(start, end, token[1])

    def str_literal(self, start: int, end: int, token: Token) -> Expr:
        return tree.Str(start, end, token[1])

    def true_literal(self, start: int, end: int) -> Expr:
        return tree.Bool(start, end, True)

    def false_literal(self, start: int, end: int) -> Expr:
        return tree.Bool(start, end, False)

    def unit_literal(self, start: int, end: int) -> Expr:
        return tree.Unit(start, end)

    def path_expression(self, start: int, end: int, segments: list[str]) -> Expr:
        return tree.Path(start, end, segments)

    def without_arguments(
        self, start: int, end: int, segments: list[str], types: list[Type]
    ) -> list[str]:
        return segments

    def assignment(self, start: int, end: int, target: Expr, operator: Token, value: Expr) -> Expr:
        if not isinstance(target, (tree.Path, tree.FieldAccess, tree.Index)):
            message = "this cannot be assigned to"
            help = "a variable, a field, or an index can"
            if isinstance(target, tree.TupleField):
                message, help = "a tuple cannot be changed", "make a new one"
            elif isinstance(target, (tree.Tuple, tree.List)):
                help = "assign one after the other, or make new variables with 'let'"
            self.error(message, target.start, target.end, help)
        text: str = operator[1]
        return tree.Assign(start, end, target, None if text == "=" else text[:-1], value)

    def return_(self, start: int, end: int, value: Expr | None) -> Expr:
        return tree.Return(start, end, value)

    def break_(self, start: int, end: int, label: Token | None, value: Expr | None) -> Expr:
        return tree.Break(start, end, None if label is None else label[1][1:], value)

    def continue_(self, start: int, end: int, label: Token | None) -> Expr:
        return tree.Continue(start, end, None if label is None else label[1][1:])

    def closure(self, start: int, end: int, parameters: list[tree.Parameter], body: Expr) -> Expr:
        return tree.Closure(start, end, parameters, None, body)

    def typed_closure(
        self, start: int, end: int, parameters: list[tree.Parameter], result: Type, body: Expr
    ) -> Expr:
        return tree.Closure(start, end, parameters, result, body)

    closure_parameter = parameter

    def range_expression(
        self, start: int, end: int, low: Expr, operator: Token, high: Expr
    ) -> Expr:
        return tree.Range(start, end, low, high, operator[1] == "..=")

    def open_range(self, start: int, end: int, low: Expr | None, operator: Token) -> Expr:
        if operator[1] == "..=":
            self.error("a range with '..=' needs an end", start, end)
        return tree.Range(start, end, low, None, False)

    def range_to(self, start: int, end: int, operator: Token, high: Expr) -> Expr:
        return tree.Range(start, end, None, high, operator[1] == "..=")

    def logical(self, start: int, end: int, left: Expr, operator: Token, right: Expr) -> Expr:
        return tree.Logical(start, end, operator[1], left, right)

    def binary(self, start: int, end: int, left: Expr, operator: Token, right: Expr) -> Expr:
        return tree.Binary(start, end, operator[1], left, right)

    def cast(self, start: int, end: int, value: Expr, type: Type) -> Expr:
        return tree.Cast(start, end, value, type)

    def negate(self, start: int, end: int, operand: Expr) -> Expr:
        if isinstance(operand, tree.Int) and operand.value == INT_LIMIT:
            self.unsigned_limits = [x for x in self.unsigned_limits if x is not operand]
            return tree.Int(start, end, -INT_LIMIT)
        return tree.Unary(start, end, "-", operand)

    def not_(self, start: int, end: int, operand: Expr) -> Expr:
        return tree.Unary(start, end, "!", operand)

    def reference(self, start: int, end: int, mutable: Token | None, operand: Expr) -> Expr:
        return operand

    def field_access(self, start: int, end: int, value: Expr, name: Token) -> Expr:
        return tree.FieldAccess(start, end, value, name[1], name[2])

    def tuple_field(self, start: int, end: int, value: Expr, index: Token) -> Expr:
        return tree.TupleField(start, end, value, index[1])

    def call(self, start: int, end: int, callee: Expr, arguments: list[Expr]) -> Expr:
        if isinstance(callee, tree.FieldAccess):
            return tree.MethodCall(
                start, end, callee.value, callee.name, arguments, callee.name_start, callee.end
            )
        return tree.Call(start, end, callee, arguments)

    def generic_method_call(
        self,
        start: int,
        end: int,
        receiver: Expr,
        name: Token,
        types: list[Type],
        arguments: list[Expr],
    ) -> Expr:
        return tree.MethodCall(start, end, receiver, name[1], arguments, name[2], name[3])

    def index(self, start: int, end: int, value: Expr, index: Expr) -> Expr:
        return tree.Index(start, end, value, index)

    def try_(self, start: int, end: int, value: Expr) -> Expr:
        return tree.Try(start, end, value)

    def struct_literal(
        self, start: int, end: int, path: list[str], fields: list[tree.FieldValue]
    ) -> Expr:
        return tree.StructLiteral(start, end, path, fields, None)

    def based_struct_literal(
        self,
        start: int,
        end: int,
        path: list[str],
        fields: list[tree.FieldValue] | None,
        base: Expr,
    ) -> Expr:
        return tree.StructLiteral(start, end, path, fields or [], base)

    def field_value(self, start: int, end: int, name: Token, value: Expr) -> tree.FieldValue:
        return tree.FieldValue(start, end, name[1], value)

    def short_field_value(self, start: int, end: int, name: Token) -> tree.FieldValue:
        return tree.FieldValue(start, end, name[1], tree.Path(start, end, [name[1]]))

    def macro(self, start: int, end: int, name: Token, arguments: list[Expr]) -> Expr:
        text: str = name[1]
        self._check_macro(name)
        if text == "vec":
            return tree.List(start, end, arguments)
        callee = tree.Path(name[2], name[2] + len(text), [text])
        return tree.Call(start, end, callee, arguments, True)

    def macro_filled(self, start: int, end: int, name: Token, value: Expr, count: Expr) -> Expr:
        self._check_macro(name)
        if name[1] != "vec":
            self.error("only 'vec![value; count]' has this form", start, end)
        return tree.FilledList(start, end, value, count)

    def _check_macro(self, name: Token) -> None:
        if name[1] not in MACROS:
            known = name[1] in ("assert_ne", "todo", "unimplemented", "unreachable", "dbg", "write")
            self.error(
                f"there is no macro '{name[1]}!'",
                name[2],
                name[3],
                None if known else f"a function is called without '!': '{name[1]}(...)'",
            )

    def paren(self, start: int, end: int, inner: Expr) -> Expr:
        return tree.Paren(start, end, inner)

    def tuple_literal(self, start: int, end: int, first: Expr, rest: list[Expr]) -> Expr:
        return tree.Tuple(start, end, [first, *rest])

    def list_literal(self, start: int, end: int, elements: Any) -> Expr:
        return tree.List(start, end, elements)

    def filled_list(self, start: int, end: int, value: Expr, count: Expr) -> Expr:
        return tree.FilledList(start, end, value, count)

    def map_literal(self, start: int, end: int, entries: Any) -> Expr:
        return tree.Map(start, end, entries)

    def map_entry(self, start: int, end: int, key: Expr, value: Expr) -> tree.MapEntry:
        return tree.MapEntry(start, end, key, value)

    def fstring(self, start: int, end: int, head: Token, holes: Any, last: Token) -> Expr:
        parts: Any = [head[1]] if head[1] else []
        for hole, text in holes:
            parts.append(hole)
            if text:
                parts.append(text)
        return tree.FString(start, end, parts)

    def hole(self, start: int, end: int, value: Expr, spec: Token | None, text: Token) -> Any:
        spec_text = "" if spec is None else spec[1]
        return tree.Hole(start, text[2], value, spec_text), text[1]

    # --------------------------------------------------------------------------- control flow

    def first_branch(
        self, start: int, end: int, condition: Expr, then: tree.Block
    ) -> list[tree.If]:
        return [tree.If(start, end, condition, then, None)]

    def next_branch(
        self,
        start: int,
        end: int,
        branches: list[tree.If],
        word: Token,
        condition: Expr,
        then: tree.Block,
    ) -> list[tree.If]:
        branches.append(tree.If(word[2], end, condition, then, None))
        return branches

    def if_(
        self, start: int, end: int, branches: list[tree.If], otherwise: tree.Block | None
    ) -> Expr:
        rest: Expr | None = otherwise
        while branches:
            branch = branches.pop()
            branch.otherwise = rest
            branch.end = end
            rest = branch
        assert rest is not None
        return rest

    def let_condition(self, start: int, end: int, pattern: Pattern, value: Expr) -> Expr:
        if isinstance(value, tree.Logical):
            self.error(
                f"'let' cannot be combined with '{value.operator}'",
                start,
                end,
                "nest one 'if' in the other",
            )
        return tree.LetCondition(start, end, pattern, value)

    def match(self, start: int, end: int, value: Expr, arms: Any, last: tree.Arm | None) -> Expr:
        if last is not None:
            arms.append(last)
        return tree.Match(start, end, value, arms, start + len("match"))

    def arm(
        self, start: int, end: int, pattern: Pattern, guard: Expr | None, body: Expr
    ) -> tree.Arm:
        return tree.Arm(start, end, pattern, guard, body)

    def loop(self, start: int, end: int, label: Token | None, body: tree.Block) -> Expr:
        return tree.Loop(start, end, None if label is None else label[1][1:], body)

    def while_(
        self, start: int, end: int, label: Token | None, condition: Expr, body: tree.Block
    ) -> Expr:
        return tree.While(start, end, None if label is None else label[1][1:], condition, body)

    def for_(
        self,
        start: int,
        end: int,
        label: Token | None,
        pattern: Pattern,
        iterable: Expr,
        body: tree.Block,
    ) -> Expr:
        name = None if label is None else label[1][1:]
        return tree.For(start, end, name, pattern, iterable, body)
