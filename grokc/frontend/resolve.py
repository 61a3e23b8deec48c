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
from os.path import dirname, exists, join

from grokc.dialects.types import (
    ANY,
    FUNCTION,
    LIST,
    UNIT,
    EnumType,
    GrokType,
    StructType,
    TraitType,
    TupleType,
)
from grokc.frontend import formats, tree
from grokc.frontend.diagnostics import WARNING, CompileError, Diagnostic, Note, did_you_mean
from grokc.frontend.source import SourceError, SourceFile
from grokc.frontend.symbols import (
    BUILTIN_TYPES,
    NARROW_INTS,
    TYPE_SYNONYMS,
    Binding,
    Body,
    BuiltinConstant,
    BuiltinMethod,
    BuiltinModule,
    BuiltinType,
    Entity,
    Enum,
    Field,
    Function,
    Global,
    Module,
    Parameter,
    Program,
    Scope,
    Struct,
    Template,
    Trait,
    TraitImpl,
    TraitMethod,
    TypeEntity,
    TypeParameter,
    Variable,
    Variant,
    option_and_result,
)
from grokc.vm.builtins import CONSTANTS, FUNCTIONS, METHODS, MODULES, OPERATOR_TRAITS, Builtin

Loader = Callable[[SourceFile], tree.File]

PRINT_FAMILY = frozenset({"print", "println", "eprint", "eprintln", "format", "panic"})
"""Built-in functions whose first argument may be a format."""

MACROS = frozenset({"print", "println", "eprint", "eprintln", "format", "panic"}) | frozenset(
    {"assert", "assert_eq"}
)

ATTRIBUTES = frozenset({"test", "inline", "noinline"})

_TYPES_BY_NAME: dict[str, GrokType] = {name: type for name, type, _ in BUILTIN_TYPES}


def resolve(file: SourceFile, root: tree.File, parse: Loader) -> Program:
    """Resolves a program; its errors and warnings are among ``diagnostics``.

    ``parse`` reads the tree of a further file; the CompileError that it raises is collected.
    """
    resolver = _Resolver(parse)
    resolver.run(file, root)
    return resolver.program


class _Unresolved(Exception):
    """A path leads nowhere; ``silent`` where the reason has been reported already."""

    def __init__(self, message: str, help: str | None = None, *, silent: bool = False) -> None:
        self.message = message
        self.help = help
        self.silent = silent


class _Prelude:
    """What is in scope everywhere: values and types apart, since ``int`` is both."""

    def __init__(self, program: Program) -> None:
        self.types: dict[str, Entity] = {}
        self.values: dict[str, Entity] = {}
        self.by_type: dict[GrokType, TypeEntity] = {}
        builtin: dict[str, BuiltinType] = {}
        for name, type, namespace in BUILTIN_TYPES:
            entity = BuiltinType(name, type, namespace)
            builtin[name] = self.types[name] = self.by_type[type] = entity
            program.types.append(entity)
        for synonym, name in TYPE_SYNONYMS.items():
            self.types[synonym] = builtin[name]
        for name in MODULES:
            self.types[name] = BuiltinModule(name)
        for name, operators in OPERATOR_TRAITS.items():
            self.types[name] = Trait(
                name, name, None, None, None, TraitType(name), operators=operators
            )
        for enum in option_and_result():
            program.enums.append(enum)
            program.types.append(enum)
            self.types[enum.name] = enum
            self.by_type[enum.type] = enum
            self.values.update(enum.variants)
        for name, function in FUNCTIONS.items():
            if "::" not in name and not function.internal:
                self.values[name] = function


class _Resolver:
    def __init__(self, parse: Loader) -> None:
        self.program = Program()
        self.parse = parse
        self.prelude = _Prelude(self.program)
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
        self.late_paths: list[tuple[tree.Path, Scope, Module, Body, TypeEntity | Trait | None]] = []
        # Where the walk is.
        self.file = SourceFile("", "")
        self.module: Module
        self.root: Module
        self.scope = Scope(None)
        self.body = Body("", self.file)
        self.owner: TypeEntity | Trait | None = None
        self.targets = self.program.targets
        self.walk: dict[type[tree.Node], Callable[..., None]] = self._walkers()

    # ------------------------------------------------------------------------------ diagnostics

    def error(
        self,
        message: str,
        start: int,
        end: int,
        help: str | None = None,
        notes: Iterable[Note | str] = (),
        file: SourceFile | None = None,
    ) -> None:
        self.program.diagnostics.append(
            Diagnostic(message, file or self.file, start, end, help=help, notes=notes)
        )

    def unresolved(self, failure: _Unresolved, start: int, end: int) -> None:
        if not failure.silent:
            self.error(failure.message, start, end, failure.help)

    def run(self, file: SourceFile, root: tree.File) -> None:
        scope = Scope(None)
        self.root = Module("", "", file, None, scope, dirname(file.name))
        scope.module = self.root
        self.file = file
        self.program.files.append(file)
        self.check_attributes(root.attributes)
        self.declare(root.items, scope, self.root, "")
        self.finish_declarations()
        while self.pending:
            pending, self.pending = self.pending, []
            for entity in pending:
                self.resolve_code(entity)
        self.file = file
        for path, path_scope, module, body, owner in self.late_paths:
            self.scope, self.module, self.body, self.owner = path_scope, module, body, owner
            self.file = body.file
            self.resolve_path(path, last_chance=True)
        self.program.globals.sort(key=lambda g: (g.body.order, g.node.start))
        main = scope.items.get("main")
        if main is not None and isinstance(main.entity, Function):
            self.program.main = main.entity

    # ----------------------------------------------------------------------------- declarations

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
        if item.name in _TYPES_BY_NAME:
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
                self.program.diagnostics.append(
                    Diagnostic(
                        f"unknown attribute '{attribute.name}'",
                        self.file,
                        attribute.start,
                        attribute.end,
                        WARNING,
                        help=did_you_mean(attribute.name, ATTRIBUTES),
                    )
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

    @contextmanager
    def at(
        self, file: SourceFile, scope: Scope, owner: TypeEntity | Trait | None
    ) -> Iterator[None]:
        """Looks names up from another place."""
        saved = self.file, self.scope, self.owner, getattr(self, "module", None)
        self.file, self.scope, self.owner = file, scope, owner
        self.module = self.module_of(scope)
        yield
        self.file, self.scope, self.owner = saved[:3]
        if saved[3] is not None:
            self.module = saved[3]

    def module_of(self, scope: Scope) -> Module:
        for outer in scope.outward():
            if outer.module is not None:
                return outer.module
        return self.root

    # ---------------------------------------------------------------------------------- imports

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
            except _Unresolved as failure:
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

    # -------------------------------------------------------------------------- implementations

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
        arities = {name: count for name, count, _ in trait.operators}
        for name, function in impl.functions.items():
            declared = trait.methods.get(name)
            wanted = arities[name] if declared is None else len(declared.node.parameters)
            has_self = True if declared is None else declared.node.has_self
            head = function.node
            if len(head.parameters) != wanted or head.has_self != has_self:
                form = "with" if has_self else "without"
                self.error(
                    f"'{name}' of trait {trait.name} has {_count(wanted, 'parameter')}, "
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

    # ------------------------------------------------------------------------------- signatures

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

    def optional_annotation(self, node: tree.Type | None) -> GrokType:
        return ANY if node is None else self.annotation(node)

    def annotation(self, node: tree.Type) -> GrokType:
        """The type that an annotation asks for; ANY after an error."""
        type = self._annotation(node)
        self.program.annotations[id(node)] = type
        return type

    def _annotation(self, node: tree.Type) -> GrokType:
        if isinstance(node, tree.NamedType):
            for argument in node.arguments:
                self.annotation(argument)
            if len(node.path) == 1 and node.path[0] == "any":
                return ANY
            try:
                entity = self.find(node.path, types=True)
            except _Unresolved as failure:
                self.unresolved(failure, node.start, node.end)
                return ANY
            if isinstance(entity, TypeParameter):
                return ANY
            if isinstance(entity, (Struct, Enum, BuiltinType)):
                return entity.type
            if isinstance(entity, Trait):
                return ANY if entity.operators else entity.type
            self.error(f"'{'::'.join(node.path)}' is not a type", node.start, node.end)
            return ANY
        if isinstance(node, tree.TupleType):
            for element in node.elements:
                self.annotation(element)
            return TupleType(len(node.elements)) if node.elements else UNIT
        if isinstance(node, tree.ListType):
            self.annotation(node.element)
            return LIST
        if isinstance(node, tree.FunctionType):
            for parameter in node.parameters:
                self.annotation(parameter)
            if node.result is not None:
                self.annotation(node.result)
            return FUNCTION
        self.error("this type belongs to core GrokLang", node.start, node.end)
        return ANY

    def type_entity(self, node: tree.Type) -> TypeEntity | None:
        """The type that an impl is for."""
        type = self.annotation(node)
        entity = self.prelude.by_type.get(type)
        if entity is None and isinstance(type, TupleType):
            tuples = self.prelude.types["tuple"]
            assert isinstance(tuples, BuiltinType)
            entity = tuples
        if entity is None and not self.blamed(node):
            self.error("an impl is for a struct, an enum or a built-in type", node.start, node.end)
        return entity

    def blamed(self, node: tree.Node) -> bool:
        """Is there an error about this node already?"""
        last = self.program.diagnostics[-1:]
        return any(d.start == node.start and d.file is self.file for d in last)

    def trait(self, node: tree.Type) -> Trait | None:
        path = node.path if isinstance(node, tree.NamedType) else []
        try:
            entity = self.find(path, types=True) if path else None
        except _Unresolved as failure:
            self.unresolved(failure, node.start, node.end)
            return None
        if isinstance(node, tree.NamedType):
            for argument in node.arguments:
                self.annotation(argument)
        if isinstance(entity, Trait):
            return entity
        self.error("this is not a trait", node.start, node.end)
        return None

    # ------------------------------------------------------------------------------------ paths

    def find(
        self,
        path: list[str],
        *,
        types: bool = False,
        skip_imports_of: tree.UseTree | None = None,
    ) -> Entity:
        """What a path leads to; raises _Unresolved.  ``types``: the last segment names a type."""
        first, rest = path[0], path[1:]
        entity: Entity
        if first == "crate":
            entity = self.root
        elif first == "self":
            entity = self.module
        elif first == "super":
            entity = self.module
            rest = path
            while rest and rest[0] == "super":
                if entity.parent is None:
                    raise _Unresolved("there is no module above this one")
                entity, rest = entity.parent, rest[1:]
        elif first == "Self":
            if self.owner is None:
                raise _Unresolved("'Self' has a meaning only inside an impl or a trait")
            entity = self.owner
        else:
            found = self.lookup(first, types or bool(rest))
            if found is None:
                raise _Unresolved(
                    f"cannot find '{first}'", did_you_mean(first, self.visible_names())
                )
            entity = found
        for name in rest:
            if name == "super" and isinstance(entity, Module) and entity.parent is not None:
                entity = entity.parent
                continue
            entity = self.member(entity, name)
        return entity

    def lookup(self, name: str, types: bool) -> Entity | None:
        """An item by its name alone: blocks, the module, the root, then what is built in."""
        for scope in self.scope.outward():
            binding = scope.items.get(name)
            if binding is not None:
                return binding.entity
            if scope.globs:
                found = self.in_globs(scope, name, set())
                if found is not None:
                    return found
        if self.module is not self.root:
            found = self.in_module(self.root, name, set())
            if found is not None:
                return found
        prelude = self.prelude
        first, second = (
            (prelude.types, prelude.values) if types else (prelude.values, prelude.types)
        )
        return first.get(name) or second.get(name)

    def in_module(self, module: Module, name: str, seen: set[int]) -> Entity | None:
        binding = module.scope.items.get(name)
        if binding is not None:
            return binding.entity if self.is_visible(binding) else None
        return self.in_globs(module.scope, name, seen)

    def in_globs(self, scope: Scope, name: str, seen: set[int]) -> Entity | None:
        if id(scope) in seen:
            return None
        seen.add(id(scope))
        for source, public in scope.globs:
            if not public and scope.module is not None and not self.is_inside(scope.module):
                continue
            if isinstance(source, Enum):
                if name in source.variants:
                    return source.variants[name]
            else:
                found = self.in_module(source, name, seen)
                if found is not None:
                    return found
        return None

    def is_inside(self, outer: Module | None) -> bool:
        module: Module | None = self.module
        while module is not None:
            if module is outer:
                return True
            module = module.parent
        return False

    def is_visible(self, binding: Binding) -> bool:
        return binding.public or binding.module is None or self.is_inside(binding.module)

    def member(self, entity: Entity, name: str) -> Entity:
        """``entity::name``; raises _Unresolved."""
        found: Entity | None = None
        if isinstance(entity, Module):
            binding = entity.scope.items.get(name)
            if binding is not None and not self.is_visible(binding):
                raise _Unresolved(
                    f"'{name}' is private in module '{entity.name}'", "write 'pub' before it"
                )
            found = self.in_module(entity, name, set())
            if found is None and entity.broken:
                raise _Unresolved("", silent=True)
            where = f"module '{entity.name}'" if entity.name else "the root module"
        elif isinstance(entity, (Struct, Enum, BuiltinType)):
            found = self.type_member(entity, name)
            where = entity.name
        elif isinstance(entity, Trait):
            if name in entity.method_names:
                method = entity.methods.get(name)
                if method is not None and not method.node.has_self:
                    raise _Unresolved(
                        f"'{name}' of trait {entity.name} has no 'self' to find its type by",
                        f"write Type::{name}",
                    )
                found = TraitMethod(entity, name, method)
            where = f"trait {entity.name}"
        elif isinstance(entity, BuiltinModule):
            found = self.builtin_member(entity.name, name)
            where = f"module '{entity.name}'"
        elif isinstance(entity, TypeParameter):
            raise _Unresolved(
                f"'{entity.name}' is a type parameter: types are erased",
                f"pass what '{entity.name}::{name}' is needed for as an argument",
            )
        else:
            raise _Unresolved(f"'{_name_of(entity)}' has no '{name}'")
        if found is None:
            raise _Unresolved(
                f"cannot find '{name}' in {where}", did_you_mean(name, self.member_names(entity))
            )
        return found

    def type_member(self, entity: TypeEntity, name: str) -> Entity | None:
        if isinstance(entity, Enum) and name in entity.variants:
            return entity.variants[name]
        members = entity.members
        own = members.functions.get(name) or members.globals.get(name)
        if own is not None:
            return own
        if isinstance(entity, BuiltinType):
            builtin = self.builtin_member(entity.namespace, name)
            if builtin is not None:
                return builtin
        method = METHODS.get(entity.symbol, {}).get(name)
        if method is not None:
            assert not isinstance(entity, Struct)
            return BuiltinMethod(entity, method)
        found: list[Function] = []
        for impl in members.traits.values():
            function = impl.functions.get(name) or impl.trait.methods.get(name)
            if function is not None:
                found.append(function)
        if len(found) > 1:
            traits = " and ".join(f.trait.name for f in found if f.trait is not None)
            raise _Unresolved(
                f"'{name}' of {entity.name} is ambiguous: {traits} both have it",
                f"write Trait::{name}",
            )
        return found[0] if found else None

    @staticmethod
    def builtin_member(namespace: str, name: str) -> Entity | None:
        path = f"{namespace}::{name}"
        if path in CONSTANTS:
            return BuiltinConstant(path, CONSTANTS[path])
        return FUNCTIONS.get(path)

    def member_names(self, entity: Entity) -> list[str]:
        """What may stand after ``entity::``."""
        if isinstance(entity, Module):
            return [name for name, b in entity.scope.items.items() if self.is_visible(b)]
        if isinstance(entity, Trait):
            return entity.method_names
        if isinstance(entity, (BuiltinModule, BuiltinType)):
            namespace = entity.name if isinstance(entity, BuiltinModule) else entity.namespace
            names = [*CONSTANTS, *FUNCTIONS]
            result = [n.partition("::")[2] for n in names if n.startswith(f"{namespace}::")]
            if isinstance(entity, BuiltinModule):
                return result
        else:
            result = []
        if isinstance(entity, (Struct, Enum, BuiltinType)):
            members = entity.members
            result += [*members.functions, *members.globals, *METHODS.get(entity.symbol, ())]
            if isinstance(entity, Enum):
                result += entity.variants
            for impl in members.traits.values():
                result += impl.trait.method_names
        return result

    def visible_names(self) -> list[str]:
        names = [*self.prelude.values, *self.prelude.types]
        for scope in self.scope.outward():
            names += [*scope.variables, *scope.items]
            for source, _ in scope.globs:
                names += source.variants if isinstance(source, Enum) else self.member_names(source)
        return [*names, *self.root.scope.items]

    # ------------------------------------------------------------------------------------- code

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

    # ----------------------------------------------------------------------- blocks, statements

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
        if statement.value is None:
            self.error("a variable needs a value", statement.start, statement.end)
        else:
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

    # --------------------------------------------------------------------------------- patterns

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
            for name in first.keys() ^ other.keys():
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
        except _Unresolved as failure:
            end = pattern.start + len("::".join(path))
            self.unresolved(failure, pattern.start, min(end, pattern.end))
            return
        if isinstance(entity, Trait | BuiltinType) and entity is self.owner:
            self.error("'Self' is not a struct here", pattern.start, pattern.end)
            return
        self.targets[id(pattern)] = entity

    # ------------------------------------------------------------------------------ expressions

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
        except _Unresolved as failure:
            if last_chance:
                self.unresolved(failure, node.start, node.end)
            else:  # an impl in a block that comes later may still add it
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
            left = left.left
        self.expr(left)
        self.exprs(reversed(rights))

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
            )

    def range(self, node: tree.Range) -> None:
        if node.low is not None:
            self.expr(node.low)
        if node.high is not None:
            self.expr(node.high)

    def assign(self, node: tree.Assign) -> None:
        self.expr(node.target)
        target = _unwrapped(node.target)
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
                self.error(f"cannot assign to {_describe(entity)}", target.start, target.end)
        elif isinstance(target, tree.TupleField):
            self.error(
                "cannot assign to an element of a tuple: tuples are immutable",
                target.start,
                target.end,
            )
        elif not isinstance(target, (tree.FieldAccess, tree.Index)):
            self.error("cannot assign to this expression", target.start, target.end)
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
        except _Unresolved as failure:
            self.unresolved(failure, node.start, end)
        else:
            if isinstance(entity, (Struct, Variant)):
                self.targets[id(node)] = entity
            else:
                self.error(f"{_describe(entity)} is not a struct", node.start, end)
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
                f"the format has {_count(positional, 'hole')} '{{}}' "
                f"but {_count(given, 'argument')} follow{'s' if given == 1 else ''}",
                literal.start,
                literal.end,
                help="write '{{' and '}}' for braces" if not given and not positional else None,
            )
        for hole in holes:
            if hole.name:
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


def _unwrapped(node: tree.Expr) -> tree.Expr:
    while isinstance(node, tree.Paren):
        node = node.inner
    return node


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _name_of(entity: Entity) -> str:
    if isinstance(entity, BuiltinMethod):
        return entity.symbol
    return entity.name


def _describe(entity: Entity) -> str:
    kinds: dict[type[object], str] = {
        Function: "function",
        Builtin: "built-in function",
        BuiltinMethod: "built-in function",
        TraitMethod: "trait method",
        Struct: "struct",
        Enum: "enum",
        BuiltinType: "type",
        Variant: "variant",
        Trait: "trait",
        Module: "module",
        BuiltinModule: "module",
        BuiltinConstant: "constant",
        Global: "constant",
        TypeParameter: "type parameter",
        Variable: "variable",
    }
    return f"{kinds[type(entity)]} '{_name_of(entity)}'"


describe = _describe
