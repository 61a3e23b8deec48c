"""Syntax trees as short texts, so that a test can say what it expects in one line.

``1 + f(x)`` is ``(+ 1 (f x))``.  Spans are left out; they have tests of their own.
"""

from __future__ import annotations

from grokc.frontend import tree


def show(node: object) -> str:
    """The text of a node, a list of nodes (with spaces between), or None (``_``)."""
    if node is None:
        return "_"
    if isinstance(node, list):
        return " ".join(show(part) for part in node)
    if isinstance(node, (str, bool, int, float)):
        return str(node)
    method = SHOW[type(node)]
    return method(node)  # type: ignore[no-any-return, operator]


def group(*parts: object) -> str:
    texts = [show(part) for part in parts if part != [] and part != ""]
    return f"({' '.join(texts)})"


def path(segments: list[str]) -> str:
    return "::".join(segments)


def block(node: tree.Block) -> str:
    texts = [show(statement) + ";" for statement in node.statements]
    if node.value is not None:
        texts.append(show(node.value))
    return f"{{{' '.join(texts)}}}"


def typed(type: tree.Type | None) -> str:
    return "" if type is None else ":" + show(type)


def default(value: tree.Expr | None) -> str:
    return "" if value is None else "=" + show(value)


def named_type(node: tree.NamedType) -> str:
    arguments = ",".join(show(argument) for argument in node.arguments)
    return path(node.path) + (f"<{arguments}>" if arguments else "")


def name_pattern(node: tree.NamePattern) -> str:
    text = ("mut " if node.mutable else "") + node.name
    return text if node.inner is None else f"{text}@{show(node.inner)}"


def range_text(node: tree.Range | tree.RangePattern) -> str:
    return group("..=" if node.inclusive else "..", node.low, node.high)


def variant_pattern(node: tree.VariantPattern) -> str:
    return f"{path(node.path)}({show(node.elements)})"


def struct_pattern(node: tree.StructPattern) -> str:
    fields = [f"{field.name}:{show(field.pattern)}" for field in node.fields]
    return f"{path(node.path)}{{{' '.join(fields + ['..'] * node.has_rest)}}}"


def struct_literal(node: tree.StructLiteral) -> str:
    fields = [f"{field.name}:{show(field.value)}" for field in node.fields]
    if node.base is not None:
        fields.append(".." + show(node.base))
    return f"{path(node.path)}{{{' '.join(fields)}}}"


def fstring(node: tree.FString) -> str:
    parts = [repr(part) if isinstance(part, str) else hole(part) for part in node.parts]
    return f"f({' '.join(parts)})"


def hole(node: tree.Hole) -> str:
    return f"{{{show(node.value)}{':' + node.spec if node.spec else ''}}}"


def labelled(label: str | None, word: str) -> str:
    return word if label is None else f"'{label}:{word}"


def parameters(node: tree.Function | tree.Closure) -> str:
    return f"|{show(node.parameters)}|"


def function(node: tree.Function) -> str:
    result = [] if node.result is None else ["->", node.result]
    body = [] if node.body is None else [node.body]
    return group(head(node, "fn"), generics(node.type_parameters), parameters(node), *result, *body)


def head(node: tree.Item, word: str) -> str:
    attributes = "".join(f"#[{show(attribute)}]" for attribute in node.attributes)
    return f"{attributes}{'pub ' * node.public}{word} {node.name}".rstrip()


def attribute(node: tree.Attribute) -> str:
    arguments = ",".join(show(argument) for argument in node.arguments)
    return node.name + (f"({arguments})" if arguments else "")


def generics(nodes: list[tree.TypeParameter]) -> str:
    if not nodes:
        return ""
    texts = [":".join([n.name, "+".join(map(show, n.bounds))]).removesuffix(":") for n in nodes]
    return f"<{','.join(texts)}>"


def struct_fields(nodes: list[tree.FieldDeclaration]) -> str:
    return " ".join(n.name + typed(n.type) + default(n.default) for n in nodes)


def variant(node: tree.Variant) -> str:
    if node.kind == "tuple":
        return f"{node.name}({' '.join(show(field.type) for field in node.fields)})"
    if node.kind == "struct":
        return f"{node.name}{{{struct_fields(node.fields)}}}"
    return node.name


def use_tree(node: tree.UseTree) -> str:
    text = path(node.path)
    if node.glob:
        return text + "::*"
    if node.children is not None:
        return f"{text}::{{{show(node.children)}}}"
    return text if node.alias is None else f"{text}~{node.alias}"


def impl(node: tree.Impl) -> str:
    trait = [] if node.trait is None else [node.trait, "for"]
    return group(head(node, "impl"), generics(node.type_parameters), *trait, node.type, node.items)


def let(node: tree.Let) -> str:
    otherwise = [] if node.otherwise is None else ["else", node.otherwise]
    return group("let", show(node.pattern) + typed(node.type), node.value, *otherwise)


SHOW: dict[type, object] = {
    # types
    tree.NamedType: named_type,
    tree.TupleType: lambda n: f"({','.join(map(show, n.elements))})",
    tree.ListType: lambda n: f"[{show(n.element)}]",
    tree.FunctionType: lambda n: f"fn({','.join(map(show, n.parameters))})->{show(n.result)}",
    tree.FallibleType: lambda n: show(n.inner) + "!",
    # patterns
    tree.WildcardPattern: lambda n: "_",
    tree.NamePattern: name_pattern,
    tree.LiteralPattern: lambda n: show(n.value),
    tree.RangePattern: range_text,
    tree.TuplePattern: lambda n: f"<{show(n.elements)}>",
    tree.ListPattern: lambda n: f"[{show(n.elements)}]",
    tree.RestPattern: lambda n: ".." + (n.name or ""),
    tree.PathPattern: lambda n: path(n.path),
    tree.VariantPattern: variant_pattern,
    tree.StructPattern: struct_pattern,
    tree.OrPattern: lambda n: group("or", n.alternatives),
    # expressions
    tree.Int: lambda n: str(n.value),
    tree.Float: lambda n: repr(n.value),
    tree.Bool: lambda n: str(n.value).lower(),
    tree.Str: lambda n: repr(n.value),
    tree.Unit: lambda n: "()",
    tree.FString: fstring,
    tree.Path: lambda n: path(n.segments),
    tree.Unary: lambda n: group(n.operator, n.operand),
    tree.Binary: lambda n: group(n.operator, n.left, n.right),
    tree.Logical: lambda n: group(n.operator, n.left, n.right),
    tree.Cast: lambda n: group("as", n.value, n.type),
    tree.Range: range_text,
    tree.Assign: lambda n: group((n.operator or "") + "=", n.target, n.value),
    tree.Paren: lambda n: group("paren", n.inner),
    tree.Tuple: lambda n: f"<{show(n.elements)}>",
    tree.List: lambda n: f"[{show(n.elements)}]",
    tree.FilledList: lambda n: f"[{show(n.value)}; {show(n.count)}]",
    tree.Map: lambda n: f"#{{{' '.join(f'{show(e.key)}:{show(e.value)}' for e in n.entries)}}}",
    tree.StructLiteral: struct_literal,
    tree.Call: lambda n: group(show(n.callee) + "!" * n.macro, n.arguments),
    tree.MethodCall: lambda n: group("." + n.name, n.receiver, n.arguments),
    tree.FieldAccess: lambda n: f"{show(n.value)}.{n.name}",
    tree.TupleField: lambda n: f"{show(n.value)}.{n.index}",
    tree.Index: lambda n: f"{show(n.value)}[{show(n.index)}]",
    tree.Try: lambda n: show(n.value) + "?",
    tree.Closure: lambda n: group(
        parameters(n), *([] if n.result is None else ["->", n.result]), n.body
    ),
    tree.LetCondition: lambda n: group("let", n.pattern, n.value),
    tree.Block: block,
    tree.If: lambda n: group(
        "if", n.condition, n.then, *([] if n.otherwise is None else [n.otherwise])
    ),
    tree.Arm: lambda n: group(
        n.pattern, *([] if n.guard is None else ["if", n.guard]), "=>", n.body
    ),
    tree.Match: lambda n: group("match", n.value, n.arms),
    tree.While: lambda n: group(labelled(n.label, "while"), n.condition, n.body),
    tree.Loop: lambda n: group(labelled(n.label, "loop"), n.body),
    tree.For: lambda n: group(labelled(n.label, "for"), n.pattern, n.iterable, n.body),
    tree.Return: lambda n: group("return", *([] if n.value is None else [n.value])),
    tree.Break: lambda n: group(
        "break" + ("" if n.label is None else " '" + n.label),
        *([] if n.value is None else [n.value]),
    ),
    tree.Continue: lambda n: group("continue" + ("" if n.label is None else " '" + n.label)),
    # statements and items
    tree.Let: let,
    tree.ExprStatement: lambda n: show(n.value),
    tree.ItemStatement: lambda n: show(n.item),
    tree.Attribute: attribute,
    tree.Parameter: lambda n: show(n.pattern) + typed(n.type) + default(n.default),
    tree.Function: function,
    tree.Struct: lambda n: group(
        head(n, "struct"), generics(n.type_parameters), struct_fields(n.fields)
    ),
    tree.Variant: variant,
    tree.Enum: lambda n: group(head(n, "enum"), generics(n.type_parameters), n.variants),
    tree.Trait: lambda n: group(
        head(n, "trait"),
        generics(n.type_parameters),
        ":" + "+".join(map(show, n.supertraits)) if n.supertraits else "",
        n.items,
    ),
    tree.Impl: impl,
    tree.UseTree: use_tree,
    tree.Use: lambda n: group(head(n, "use"), n.tree),
    tree.Module: lambda n: group(head(n, "mod"), *([] if n.items is None else ["{", n.items, "}"])),
    tree.Constant: lambda n: group(
        head(n, "static" if n.mutable else "const") + typed(n.type), n.value
    ),
}
