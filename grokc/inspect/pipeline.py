"""Pipelines as text: ``stack-to-register,canonicalize{option=value},interp``.

A word is the name of a pass, of grokc, of xDSL or of a plug-in, or the name of one of grokc's own
pipelines (:data:`grokc.passes.pipelines.PIPELINES`), which stands for its passes.  Plug-ins are
packages with an entry point in the group ``xdsl.universe``, the same that ``xdsl-opt`` looks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from xdsl.context import Context
from xdsl.passes import ModulePass, PassOptionInfo, get_pass_option_infos
from xdsl.universe import XDSL_UNIVERSE, Universe
from xdsl.utils.arg_spec import ArgSpec, parse_pipeline
from xdsl.utils.exceptions import ArgSpecParseError

from grokc.dialects.universe import GROK_UNIVERSE, make_context
from grokc.frontend.diagnostics import did_you_mean
from grokc.passes.pipelines import PIPELINES
from grokc.passes.registry import PASSES_UNIVERSE

PassFactory = Callable[[], type[ModulePass]]

GROUP = "xdsl.universe"


class PipelineError(Exception):
    """A pipeline that cannot be run; the text says what is wrong with it."""


@cache
def plug_ins() -> dict[str, Universe]:
    """What other packages offer, by the name of their entry point."""
    from importlib.metadata import entry_points

    found: dict[str, Universe] = {}
    for point in entry_points(group=GROUP):
        try:
            universe = point.load()
        except Exception as error:
            raise PipelineError(f"the plug-in '{point.name}' does not load: {error}") from error
        if not isinstance(universe, Universe):
            raise PipelineError(f"the plug-in '{point.name}': {point.value} is no Universe")
        if universe not in (GROK_UNIVERSE, PASSES_UNIVERSE, XDSL_UNIVERSE):
            found[point.name] = universe
    return found


@cache
def passes() -> dict[str, PassFactory]:
    """All passes by name.  Raises :class:`PipelineError` where two have one name."""
    found: dict[str, PassFactory] = {}
    universes = {"xDSL": XDSL_UNIVERSE, "grokc": PASSES_UNIVERSE, **plug_ins()}
    for owner, universe in universes.items():
        for name, factory in universe.all_passes.items():
            if name in found or name in PIPELINES:
                raise PipelineError(f"the plug-in '{owner}' has a second pass '{name}'")
            found[name] = factory
    return found


def context() -> Context:
    """A context that knows grokc's dialects, xDSL's and those of plug-ins."""
    result = make_context()
    for universe in (XDSL_UNIVERSE, *plug_ins().values()):
        for name, dialect in universe.all_dialects.items():
            if name not in result.registered_dialect_names:
                result.register_dialect(name, dialect)
    return result


@dataclass(frozen=True)
class Step:
    """One pass of a pipeline, with its options, and as it is spelled."""

    instance: ModulePass

    @property
    def name(self) -> str:
        return self.instance.name

    @property
    def spelling(self) -> str:
        return str(self.instance.spec())


def parse(text: str) -> list[Step]:
    """The passes that a pipeline stands for.  Raises :class:`PipelineError`."""
    try:
        specs = list(parse_pipeline(text)) if text.strip() else []
    except ArgSpecParseError as error:
        raise PipelineError(str(error)) from None
    return [step for spec in specs for step in _steps(spec)]


def _steps(spec: ArgSpec) -> list[Step]:
    if spec.name in PIPELINES:
        if spec.parameters:
            raise PipelineError(f"the pipeline '{spec.name}' has no options")
        return [step for name in PIPELINES[spec.name] for step in parse(name)]
    factory = passes().get(spec.name)
    if factory is None:
        hint = did_you_mean(spec.name, [*passes(), *PIPELINES])
        raise PipelineError(f"unknown pass '{spec.name}'; {hint or 'see --list-passes'}")
    kind = factory()
    options = {info.name.replace("_", "-"): info for info in get_pass_option_infos(kind)}
    for option in spec.parameters:
        name = option.replace("_", "-")
        if name not in options:
            hint = did_you_mean(name, options)
            known = f"it has {', '.join(options)}" if options else "it has none"
            raise PipelineError(f"the pass '{spec.name}' has no option '{option}'; {hint or known}")
    try:
        return [Step(kind.from_pass_spec(spec))]
    except (ValueError, TypeError) as error:
        wanted = ", ".join(map(_option, options.values()))
        raise PipelineError(f"the pass '{spec.name}' takes {wanted}: {error}") from None


def between(steps: list[Step], start: str | None, stop: str | None) -> list[Step]:
    """The part of a pipeline from before ``start`` to after ``stop``, names of passes in it."""
    names = [step.name for step in steps]
    for name in (start, stop):
        if name is not None and name not in names:
            hint = did_you_mean(name, names) or f"it is {', '.join(names) or 'empty'}"
            raise PipelineError(f"the pipeline has no pass '{name}'; {hint}")
    first = names.index(start) if start else 0
    last = len(names) - 1 - names[::-1].index(stop) if stop else len(names) - 1
    return steps[first : last + 1]


def describe(name: str) -> list[str]:
    """Lines that tell of a pass: its name, what it does, its options."""
    kind = passes()[name]()
    lines = [name]
    summary = _summary(kind)
    if summary:
        lines.append(f"    {summary}")
    for info in get_pass_option_infos(kind):
        default = f" = {info.default_value}" if info.default_value is not None else ""
        lines.append(f"    {_option(info)}{default}")
    return lines


def _option(info: PassOptionInfo) -> str:
    """Name and type of an option; annotations that are not evaluated come in quotes."""
    return f"{info.name.replace('_', '-')}: {info.expected_type.strip(chr(39))}"


def _summary(kind: type[ModulePass]) -> str:
    """The first sentence about a pass: its own docstring's, or that of its module, which is where
    grokc's passes have theirs."""
    import sys
    from inspect import cleandoc

    text = kind.__dict__.get("__doc__") or ""
    if not text or text.startswith(("See the module", f"{kind.__name__}(")):
        text = sys.modules[kind.__module__].__doc__ or ""
    text = " ".join(cleandoc(text).split("\n\n")[0].split())
    return text.removeprefix(f"``{kind.name}``: ").replace("``", "`")
