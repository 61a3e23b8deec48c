"""Looking names up: scopes, paths, members, visibility; and what annotations mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from os.path import dirname

from grokc.dialects.types import ANY, FUNCTION, LIST, TUPLE, UNIT, GrokType, TraitType, TupleType
from grokc.frontend import tree
from grokc.frontend.diagnostics import WARNING, Diagnostic, Note, did_you_mean
from grokc.frontend.source import SourceFile
from grokc.frontend.symbols import (
    BUILTIN_TYPES,
    TYPE_SYNONYMS,
    Binding,
    BuiltinConstant,
    BuiltinMethod,
    BuiltinModule,
    BuiltinType,
    Entity,
    Enum,
    Function,
    Global,
    Module,
    Program,
    Scope,
    Struct,
    Trait,
    TraitMethod,
    TypeEntity,
    TypeParameter,
    Variable,
    Variant,
    option_and_result,
)
from grokc.vm.builtins import CONSTANTS, FUNCTIONS, METHODS, MODULES, OPERATOR_TRAITS, Builtin

TYPES_BY_NAME: dict[str, GrokType] = {name: type for name, type, _ in BUILTIN_TYPES}


class Unresolved(Exception):
    """A path leads nowhere; ``silent`` where the reason has been reported already."""

    def __init__(self, message: str, help: str | None = None, *, silent: bool = False) -> None:
        self.message = message
        self.help = help
        self.silent = silent


class Prelude:
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


class Names:
    """Finds what names stand for, from the place where the walk is."""

    def __init__(self, file: SourceFile) -> None:
        self.program = Program(files=[file])
        self.prelude = Prelude(self.program)
        scope = Scope(None)
        self.root = scope.module = Module("", "", file, None, scope, dirname(file.name))
        # Where the walk is.
        self.file = file
        self.module = self.root
        self.scope = scope
        self.owner: TypeEntity | Trait | None = None
        """What ``Self`` means."""

    # ---------------------------------------------------------------------------------- diagnostics

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

    def warn(self, message: str, start: int, end: int, help: str | None = None) -> None:
        self.program.diagnostics.append(
            Diagnostic(message, self.file, start, end, WARNING, help=help)
        )

    def unresolved(self, failure: Unresolved, start: int, end: int) -> None:
        if not failure.silent:
            self.error(failure.message, start, end, failure.help)

    # --------------------------------------------------------------------------------------- places

    @contextmanager
    def at(
        self, file: SourceFile, scope: Scope, owner: TypeEntity | Trait | None
    ) -> Iterator[None]:
        """Looks names up from another place."""
        saved = self.file, self.scope, self.owner, self.module
        self.file, self.scope, self.owner = file, scope, owner
        self.module = self.module_of(scope)
        yield
        self.file, self.scope, self.owner, self.module = saved

    def module_of(self, scope: Scope) -> Module:
        for outer in scope.outward():
            if outer.module is not None:
                return outer.module
        return self.root

    # ---------------------------------------------------------------------------------------- paths

    def find(
        self,
        path: list[str],
        *,
        types: bool = False,
        skip_imports_of: tree.UseTree | None = None,
    ) -> Entity:
        """What a path leads to; raises Unresolved.  ``types``: the last segment names a type."""
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
                    raise Unresolved("there is no module above this one")
                entity, rest = entity.parent, rest[1:]
        elif first == "Self":
            if self.owner is None:
                raise Unresolved("'Self' has a meaning only inside an impl or a trait")
            entity = self.owner
        else:
            found = self.lookup(first, types or bool(rest))
            if found is None:
                raise Unresolved(
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
        """``entity::name``; raises Unresolved."""
        found: Entity | None = None
        if isinstance(entity, Module):
            binding = entity.scope.items.get(name)
            if binding is not None and not self.is_visible(binding):
                raise Unresolved(
                    f"'{name}' is private in module '{entity.name}'", "write 'pub' before it"
                )
            found = self.in_module(entity, name, set())
            if found is None and entity.broken:
                raise Unresolved("", silent=True)
            where = f"module '{entity.name}'" if entity.name else "the root module"
        elif isinstance(entity, (Struct, Enum, BuiltinType)):
            found = self.type_member(entity, name)
            where = entity.name
        elif isinstance(entity, Trait):
            if name in entity.method_names:
                method = entity.methods.get(name)
                if method is not None and not method.node.has_self:
                    raise Unresolved(
                        f"'{name}' of trait {entity.name} has no 'self' to find its type by",
                        f"name a type that has the trait: TYPE::{name}",
                    )
                found = TraitMethod(entity, name, method)
            where = f"trait {entity.name}"
        elif isinstance(entity, BuiltinModule):
            found = self.builtin_member(entity.name, name)
            where = f"module '{entity.name}'"
        elif isinstance(entity, TypeParameter):
            raise Unresolved(
                f"'{entity.name}' is a type parameter: types are erased",
                f"pass what '{entity.name}::{name}' is needed for as an argument",
            )
        else:
            raise Unresolved(f"cannot find '{name}': {describe(entity)} has nothing inside")
        if found is None:
            raise Unresolved(
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
            raise Unresolved(
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

    # ---------------------------------------------------------------------------------- annotations

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
            except Unresolved as failure:
                self.unresolved(failure, node.start, node.end)
                return ANY
            if isinstance(entity, TypeParameter):
                return ANY
            if isinstance(entity, (Struct, Enum, BuiltinType)):
                return entity.type
            if isinstance(entity, Trait):
                return ANY if entity.operators else entity.type
            self.error(f"{describe(entity)} is not a type", node.start, node.end)
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
        errors = len(self.program.diagnostics)
        type = self.annotation(node)
        if len(self.program.diagnostics) > errors:
            return None
        entity = self.prelude.by_type.get(TUPLE if isinstance(type, TupleType) else type)
        if entity is None:
            self.error("an impl is for a struct, an enum or a built-in type", node.start, node.end)
        return entity

    def trait(self, node: tree.Type) -> Trait | None:
        path = node.path if isinstance(node, tree.NamedType) else []
        try:
            entity = self.find(path, types=True) if path else None
        except Unresolved as failure:
            self.unresolved(failure, node.start, node.end)
            return None
        if isinstance(node, tree.NamedType):
            for argument in node.arguments:
                self.annotation(argument)
        if isinstance(entity, Trait):
            return entity
        what = "this" if entity is None else describe(entity)
        self.error(f"{what} is not a trait", node.start, node.end)
        return None


def name_of_entity(entity: Entity) -> str:
    if isinstance(entity, BuiltinMethod):
        return entity.symbol
    return entity.name


def describe(entity: Entity) -> str:
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
    return f"{kinds[type(entity)]} '{name_of_entity(entity)}'"
