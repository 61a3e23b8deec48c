"""Items: their entities, imports, implementations and signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from os.path import exists, join

from grokc.dialects.types import EnumType, StructType, TraitType
from grokc.frontend import tree
from grokc.frontend.diagnostics import CompileError, Note, did_you_mean
from grokc.frontend.resolution.names import TYPES_BY_NAME, Names, Unresolved
from grokc.frontend.source import SourceError, SourceFile
from grokc.frontend.symbols import (
    BUILTIN_TYPES,
    Binding,
    Body,
    BuiltinModule,
    BuiltinType,
    Entity,
    Enum,
    Field,
    Function,
    Global,
    Module,
    Parameter,
    Scope,
    Struct,
    Trait,
    TraitImpl,
    TypeEntity,
    TypeParameter,
    Variant,
)
from grokc.vm.builtins import METHODS

Loader = Callable[[SourceFile], tree.File]


ATTRIBUTES = frozenset({"test", "inline", "noinline"})


class Declarations(Names):
    """Declares items and resolves everything about them but code."""

    def __init__(self, file: SourceFile, parse: Loader) -> None:
        super().__init__(file)
        self.parse = parse
        self.symbols: set[str] = {name for name, _, _ in BUILTIN_TYPES} | {"Option", "Result"}
        self.order = 0
        # What the declarations of the current round left to be done.
        self.imports: list[tuple[tree.UseTree, Scope, Module, bool]] = []
        self.impls: list[tuple[tree.Impl, Scope, Module, int, list[Global]]] = []
        self.new_functions: list[Function] = []
        self.new_types: list[Struct | Enum] = []
        self.new_traits: list[Trait] = []
        self.new_globals: list[Global] = []
        self.pending: list[Function | Struct | Enum | Global] = []
        """Declarations whose code is still to be walked."""

    # ------------------------------------------------------------------------------------- entities

    def declare(
        self,
        items: Iterable[tree.Item],
        scope: Scope,
        module: Module,
        prefix: str,
        order: int | None = None,
    ) -> None:
        """Makes the entities of items; ``order`` is given inside a body, where all are one item."""
        for item in items:
            if order is None:
                self.order += 1
            number = self.order if order is None else order
            self.check_attributes(item.attributes)
            if isinstance(item, tree.Function):
                if item.has_self:
                    first = item.parameters[0]
                    help = "a method stands in an impl or a trait"
                    self.error("'self' outside of a method", first.start, first.end, help)
                function = self.new_function(item, prefix, scope, None, None, number)
                self.bind(scope, item, function, module)
            elif isinstance(item, tree.Struct):
                symbol = self.unique(prefix + item.name)
                struct = Struct(item.name, symbol, item, self.file, scope, StructType(symbol))
                self.program.structs.append(struct)
                self.new_type(struct, item, scope, module)
            elif isinstance(item, tree.Enum):
                symbol = self.unique(prefix + item.name)
                enum = Enum(item.name, symbol, item, self.file, scope, EnumType(symbol))
                self.declare_variants(enum, item)
                self.program.enums.append(enum)
                self.new_type(enum, item, scope, module)
            elif isinstance(item, tree.Trait):
                symbol = self.unique(prefix + item.name)
                trait = Trait(item.name, symbol, item, self.file, scope, TraitType(symbol))
                self.program.traits.append(trait)
                self.new_traits.append(trait)
                self.declare_trait(trait, item, scope, number)
                self.bind(scope, item, trait, module)
            elif isinstance(item, tree.Impl):
                constants = [
                    self.new_global(i, i.name, scope, number)
                    for i in item.items
                    if isinstance(i, tree.Constant)
                ]
                self.impls.append((item, scope, module, number, constants))
            elif isinstance(item, tree.Use):
                self.imports.append((item.tree, scope, module, item.public))
            elif isinstance(item, tree.Module):
                self.declare_module(item, scope, module, prefix)
            elif isinstance(item, tree.Constant):
                symbol = self.unique(prefix + item.name)
                constant = self.new_global(item, symbol, scope, number)
                self.bind(scope, item, constant, module)
            else:
                self.error("not supported yet: this item", item.start, item.end)

    def unique(self, symbol: str) -> str:
        """A symbol that nothing else has: blocks of one function may hold items of one name."""
        candidate, number = symbol, 1
        while candidate in self.symbols:
            number += 1
            candidate = f"{symbol}#{number}"
        self.symbols.add(candidate)
        return candidate

    def bind(
        self, scope: Scope, item: tree.Item, entity: Entity, module: Module, name: str | None = None
    ) -> None:
        name = name or item.name
        known = scope.items.get(name)
        if known is not None:
            self.error(
                f"'{name}' is defined twice",
                item.name_start,
                item.name_end,
                notes=[Note("the first definition is here", known.start, known.end)],
            )
            return
        scope.items[name] = Binding(entity, module, item.public, item.name_start, item.name_end)

    def new_function(
        self,
        node: tree.Function,
        prefix: str,
        scope: Scope,
        owner: TypeEntity | Trait | None,
        trait: Trait | None,
        order: int,
    ) -> Function:
        symbol = self.unique(prefix + node.name)
        body = Body(symbol, self.file, order=order)
        function = Function(node.name, symbol, node, self.file, scope, owner, trait, body)
        self.program.functions.append(function)
        self.new_functions.append(function)
        self.pending.append(function)
        return function

    def new_global(
        self,
        node: tree.Constant,
        symbol: str,
        scope: Scope,
        order: int,
    ) -> Global:
        body = Body(symbol, self.file, can_return=False, order=order)
        constant = Global(node.name, symbol, node, self.file, scope, None, node.mutable, body)
        self.program.globals.append(constant)
        self.new_globals.append(constant)
        self.pending.append(constant)
        return constant

    def new_type(
        self, entity: Struct | Enum, item: tree.Item, scope: Scope, module: Module
    ) -> None:
        if item.name in TYPES_BY_NAME:
            self.error(f"'{item.name}' is a built-in type", item.name_start, item.name_end)
            return
        self.program.types.append(entity)
        self.prelude.by_type[entity.type] = entity
        self.new_types.append(entity)
        self.pending.append(entity)
        self.bind(scope, item, entity, module)

    def declare_variants(self, enum: Enum, node: tree.Enum) -> None:
        for number, variant in enumerate(node.variants):
            if variant.name in enum.variants:
                start, end = self.name_of(variant)
                self.error(f"variant '{variant.name}' is defined twice", start, end)
                continue
            fields = self.fields(variant.fields)
            enum.variants[variant.name] = Variant(
                variant.name, enum, number, variant.kind, list(fields.values())
            )

    def name_of(self, node: tree.Variant | tree.FieldDeclaration) -> tuple[int, int]:
        """The span of a variant's or a field's name: attributes and `pub` may stand before it."""
        at = self.file.text.find(node.name, node.start, node.end)
        return (node.start, node.end) if at < 0 else (at, at + len(node.name))

    def fields(self, declarations: Iterable[tree.FieldDeclaration]) -> dict[str, Field]:
        result: dict[str, Field] = {}
        for declaration in declarations:
            if declaration.name in result:
                start, end = self.name_of(declaration)
                self.error(f"field '{declaration.name}' is defined twice", start, end)
                continue
            result[declaration.name] = Field(
                declaration.name, declaration, default=declaration.default
            )
        return result

    def declare_trait(self, trait: Trait, node: tree.Trait, scope: Scope, order: int) -> None:
        for item in node.items:
            self.check_attributes(item.attributes)
            if not isinstance(item, tree.Function):
                self.error("a trait holds functions only", item.start, item.end)
            elif item.name in trait.methods:
                self.error(f"'{item.name}' is defined twice", item.name_start, item.name_end)
            else:
                trait.methods[item.name] = self.new_function(
                    item, f"{trait.symbol}::", scope, trait, trait, order
                )

    def declare_module(self, node: tree.Module, scope: Scope, parent: Module, prefix: str) -> None:
        inner = Scope(None)
        file, items, path = self.file, node.items, join(parent.path, node.name)
        loaded = None
        if items is None:
            loaded = self.load_module(node, parent)
            file, items = (self.file, []) if loaded is None else (loaded[0], loaded[1].items)
        module = Module(node.name, self.unique(prefix + node.name), file, parent, inner, path)
        module.broken = node.items is None and loaded is None
        inner.module = module
        self.bind(scope, node, module, parent)
        outer, self.file = self.file, file
        self.declare(items, inner, module, f"{module.symbol}::")
        self.file = outer

    def load_module(self, node: tree.Module, parent: Module) -> tuple[SourceFile, tree.File] | None:
        candidates = [
            join(parent.path, f"{node.name}.grok"),
            join(parent.path, node.name, "mod.grok"),
        ]
        found = [candidate for candidate in candidates if exists(candidate)]
        if len(found) != 1:
            names = " and ".join(f"'{c}'" for c in candidates)
            self.error(
                f"two files for module '{node.name}'"
                if found
                else f"cannot find the file of module '{node.name}'",
                node.name_start,
                node.name_end,
                help=f"{'keep one of' if found else 'looked for'} {names}",
            )
            return None
        if len(self.program.files) > 10_000:
            self.error("too many modules", node.name_start, node.name_end)
            return None
        try:
            file = SourceFile.read(found[0])
            self.program.files.append(file)
            return file, self.parse(file)
        except SourceError as error:
            self.error(str(error), node.name_start, node.name_end)
        except CompileError as error:
            self.program.diagnostics += error.diagnostics
        return None

    def check_attributes(self, attributes: Iterable[tree.Attribute]) -> None:
        for attribute in attributes:
            if attribute.name not in ATTRIBUTES:
                self.warn(
                    f"unknown attribute '{attribute.name}'",
                    attribute.start,
                    attribute.end,
                    did_you_mean(attribute.name, ATTRIBUTES),
                )

    def finish_declarations(self) -> None:
        """Steps 2 to 4, for what has been declared since the last time."""
        self.resolve_imports()
        impls, self.impls = self.impls, []
        checks = [self.resolve_impl(*impl) for impl in impls]
        functions, self.new_functions = self.new_functions, []
        for function in functions:
            self.resolve_signature(function)
        types, self.new_types = self.new_types, []
        for entity in types:
            self.resolve_fields(entity)
        traits, self.new_traits = self.new_traits, []
        for trait in traits:
            self.resolve_supertraits(trait)
        constants, self.new_globals = self.new_globals, []
        for constant in constants:
            if constant.node.type is not None:
                with self.at(constant.file, constant.scope, constant.owner):
                    constant.type = constant.body.result = self.annotation(constant.node.type)
        for check in checks:
            if check is not None:
                self.check_impl(*check)

    # -------------------------------------------------------------------------------------- imports

    def resolve_imports(self) -> None:
        imports, self.imports = self.imports, []
        pending = [
            (path, leaf, scope, module, public)
            for use, scope, module, public in imports
            for path, leaf in self.flatten(use, [])
        ]
        while pending:
            failed = [entry for entry in pending if not self.resolve_import(*entry, report=False)]
            if len(failed) == len(pending):
                for entry in failed:
                    self.resolve_import(*entry, report=True)
                return
            pending = failed

    def flatten(
        self, use: tree.UseTree, prefix: list[str]
    ) -> Iterator[tuple[list[str], tree.UseTree]]:
        path = prefix + use.path
        if use.children is None:
            yield path, use
        else:
            for child in use.children:
                yield from self.flatten(child, path)

    def resolve_import(
        self,
        path: list[str],
        leaf: tree.UseTree,
        scope: Scope,
        module: Module,
        public: bool,
        report: bool,
    ) -> bool:
        with self.at(module.file, scope, None):
            if path[-1] == "self" and len(path) > 1:  # use m::{self, f}
                path = path[:-1]
            try:
                entity = self.find(path, skip_imports_of=leaf)
            except Unresolved as failure:
                if report:
                    self.unresolved(failure, leaf.start, leaf.end)
                return False
            if leaf.glob:
                if isinstance(entity, (Module, Enum)):
                    scope.globs.append((entity, public))
                elif isinstance(entity, BuiltinModule):
                    self.import_builtins(entity, scope, module, leaf)
                elif report:
                    self.error("only a module or an enum has '*'", leaf.start, leaf.end)
                else:
                    return False
                return True
            name = leaf.alias or path[-1]
            if name == "_":
                return True
            known = scope.items.get(name)
            if known is not None:
                if known.entity is not entity:
                    self.error(
                        f"'{name}' is defined twice",
                        leaf.start,
                        leaf.end,
                        notes=[Note("the first definition is here", known.start, known.end)],
                    )
                return True
            scope.items[name] = Binding(entity, module, public, leaf.start, leaf.end, True)
            return True

    def import_builtins(
        self, module: BuiltinModule, scope: Scope, where: Module, leaf: tree.UseTree
    ) -> None:
        for name in self.member_names(module):
            if name not in scope.items:
                entity = self.member(module, name)
                scope.items[name] = Binding(entity, where, False, leaf.start, leaf.end, True)

    # ------------------------------------------------------------------------------ implementations

    def resolve_impl(
        self, node: tree.Impl, scope: Scope, module: Module, order: int, constants: list[Global]
    ) -> tuple[TraitImpl, TypeEntity] | None:
        scope = self.with_type_parameters(scope, node.type_parameters)
        with self.at(module.file, scope, None):
            entity = self.type_entity(node.type)
            trait = None if node.trait is None else self.trait(node.trait)
            for constant in constants:
                constant.scope = scope
                constant.owner = entity
            if entity is None or (node.trait is not None and trait is None):
                # The type is in error already; its functions are still walked, as of nobody.
                for item in node.items:
                    if isinstance(item, tree.Function):
                        self.new_function(item, "?::", scope, entity, trait, order)
                return None
            with self.at(module.file, scope, entity):
                if trait is None:
                    self.own_impl(node, entity, scope, order, constants)
                    return None
                return self.trait_impl(node, entity, trait, scope, order, constants), entity

    def own_impl(
        self,
        node: tree.Impl,
        entity: TypeEntity,
        scope: Scope,
        order: int,
        constants: list[Global],
    ) -> None:
        members = entity.members
        by_node = {id(constant.node): constant for constant in constants}
        for item in node.items:
            self.check_attributes(item.attributes)
            name = item.name
            taken = name in members.functions or name in members.globals
            if isinstance(entity, Enum) and name in entity.variants:
                self.error(f"'{name}' is a variant of the enum", item.name_start, item.name_end)
            elif taken:
                self.error(f"'{name}' is defined twice", item.name_start, item.name_end)
            elif isinstance(item, tree.Function):
                if not self.redefines(entity, item):
                    members.functions[name] = self.new_function(
                        item, f"{entity.symbol}::", scope, entity, None, order
                    )
            elif isinstance(item, tree.Constant):
                constant = by_node[id(item)]
                constant.symbol = constant.body.symbol = self.unique(f"{entity.symbol}::{name}")
                members.globals[name] = constant
            else:
                self.error("an impl holds functions and consts only", item.start, item.end)

    def redefines(self, entity: TypeEntity, item: tree.Item) -> bool:
        if item.name in METHODS.get(entity.symbol, ()):
            self.error(
                f"{entity.name} has a built-in method '{item.name}'",
                item.name_start,
                item.name_end,
                help="choose another name: built-in methods cannot be redefined",
            )
            return True
        return False

    def trait_impl(
        self,
        node: tree.Impl,
        entity: TypeEntity,
        trait: Trait,
        scope: Scope,
        order: int,
        constants: list[Global],
    ) -> TraitImpl:
        impl = TraitImpl(trait, node, self.file)
        known = entity.members.traits.get(trait.symbol)
        if known is not None:
            notes: list[Note | str] = []
            if known.file is self.file:
                first = known.node
                notes.append(Note("the first one is here", first.start, first.head_end))
            self.error(
                f"'{trait.name}' is implemented twice for {entity.name}",
                node.start,
                node.head_end,
                notes=notes,
            )
        else:
            entity.members.traits[trait.symbol] = impl
        for constant in constants:
            self.error(
                "the impl of a trait holds functions only", constant.node.start, constant.node.end
            )
        prefix = f"{entity.symbol}::{trait.symbol}::"
        names = trait.method_names
        for item in node.items:
            self.check_attributes(item.attributes)
            if isinstance(item, tree.Constant):
                continue
            if not isinstance(item, tree.Function):
                self.error("the impl of a trait holds functions only", item.start, item.end)
            elif item.name in impl.functions:
                self.error(f"'{item.name}' is defined twice", item.name_start, item.name_end)
            elif item.name not in names:
                self.error(
                    f"'{item.name}' is not a method of trait {trait.name}",
                    item.name_start,
                    item.name_end,
                    help=did_you_mean(item.name, names),
                )
            elif not self.redefines(entity, item):
                impl.functions[item.name] = self.new_function(
                    item, prefix, scope, entity, trait, order
                )
        return impl

    def check_impl(self, impl: TraitImpl, entity: TypeEntity) -> None:
        """What the trait asks for, once all implementations are known."""
        trait, node = impl.trait, impl.node
        required = [name for name, f in trait.methods.items() if f.node.body is None]
        required += [name for name, _, is_required in trait.operators if is_required]
        written = {item.name for item in node.items}
        missing = [name for name in required if name not in written]
        if missing:
            names = ", ".join(f"'{name}'" for name in missing)
            self.error(
                f"{entity.name} lacks {names} of trait {trait.name}",
                node.start,
                node.head_end,
                file=impl.file,
            )
        for parent in trait.supertraits:
            if parent.symbol not in entity.members.traits and not self.is_builtin_operator(
                parent, entity
            ):
                self.error(
                    f"{entity.name} has {trait.name}, and so needs {parent.name} too",
                    node.start,
                    node.head_end,
                    help=f"add impl {parent.name} for {entity.name}",
                    file=impl.file,
                )
        for name in trait.methods:
            if name not in written and name in METHODS.get(entity.symbol, ()):
                self.error(
                    f"{entity.name} has a built-in method '{name}', and so cannot have that of "
                    f"trait {trait.name}",
                    node.start,
                    node.head_end,
                    file=impl.file,
                )
        if self.is_builtin_operator(trait, entity):
            with self.at(impl.file, self.scope, entity):
                self.warn(
                    f"the operators of {entity.name} are built in: this impl changes none of them",
                    node.start,
                    node.head_end,
                )
        arities = {name: count for name, count, _ in trait.operators}
        for name, function in impl.functions.items():
            declared = trait.methods.get(name)
            wanted = arities[name] if declared is None else len(declared.node.parameters)
            has_self = True if declared is None else declared.node.has_self
            head = function.node
            if len(head.parameters) != wanted or head.has_self != has_self:
                form = "with" if has_self else "without"
                self.error(
                    f"'{name}' of trait {trait.name} has {counted(wanted, 'parameter')}, "
                    f"{form} 'self'",
                    head.name_start,
                    head.name_end,
                    file=impl.file,
                )

    @staticmethod
    def is_builtin_operator(trait: Trait, entity: TypeEntity) -> bool:
        """Built-in types have their operators without an impl."""
        return bool(trait.operators) and isinstance(entity, BuiltinType)

    def resolve_supertraits(self, trait: Trait) -> None:
        assert trait.node is not None and trait.file is not None and trait.scope is not None
        scope = self.with_type_parameters(trait.scope, trait.node.type_parameters)
        with self.at(trait.file, scope, trait):
            for bound in trait.node.supertraits:
                parent = self.trait(bound)
                if parent is trait:
                    self.error("a trait cannot ask for itself", bound.start, bound.end)
                elif parent is not None:
                    trait.supertraits.append(parent)

    # ----------------------------------------------------------------------------------- signatures

    def with_type_parameters(self, scope: Scope, parameters: Iterable[tree.TypeParameter]) -> Scope:
        parameters = list(parameters)
        if not parameters:
            return scope
        inner = Scope(scope)
        for parameter in parameters:
            inner.items[parameter.name] = Binding(
                TypeParameter(parameter.name), None, False, parameter.start, parameter.end
            )
        return inner

    def resolve_signature(self, function: Function) -> None:
        node = function.node
        function.scope = self.with_type_parameters(function.scope, node.type_parameters)
        with self.at(function.file, function.scope, function.owner):
            for type_parameter in node.type_parameters:
                for bound in type_parameter.bounds:
                    self.annotation(bound)
            optional = False
            for parameter in node.parameters:
                pattern = parameter.pattern
                name = pattern.name if isinstance(pattern, tree.NamePattern) else ""
                if name == "self" and parameter is not node.parameters[0]:
                    help = "write it before the other parameters"
                    self.error("'self' comes first", pattern.start, pattern.end, help)
                if parameter.default is not None:
                    optional = True
                elif optional:
                    self.error(
                        "a parameter without a default follows one that has a default",
                        parameter.start,
                        parameter.end,
                    )
                    optional = False
                function.parameters.append(
                    Parameter(
                        name,
                        self.optional_annotation(parameter.type),
                        parameter.default is not None,
                    )
                )
            function.body.result = self.optional_annotation(node.result)
            if node.body is None and not (
                function.trait is not None and function.owner is function.trait
            ):
                self.error(f"'{node.name}' has no body", node.name_start, node.name_end)

    def resolve_fields(self, entity: Struct | Enum) -> None:
        assert entity.file is not None and entity.scope is not None and entity.node is not None
        scope = self.with_type_parameters(entity.scope, entity.node.type_parameters)
        entity.scope = scope
        with self.at(entity.file, scope, entity):
            if isinstance(entity, Struct):
                entity.fields = self.fields(entity.node.fields)
                fields = list(entity.fields.values())
            else:
                fields = [field for v in entity.variants.values() for field in v.fields]
            for field in fields:
                field.type = self.optional_annotation(field.node.type)
                if field.default is not None and isinstance(entity, Enum):
                    default = field.default
                    self.error("a variant's fields have no defaults", default.start, default.end)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
