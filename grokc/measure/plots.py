"""Results as pictures; needs matplotlib, which is the extra ``plots``.

The same result gives the same files, byte by byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grokc.measure.results import Result
from grokc.measure.tables import OURS, PEERS_OF, mean_ratio

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

RATIOS = "ratios.svg"
WARM_UP = "warm-up.svg"
MEANS = "means.svg"

POINTS = 20
"""Iterations of a warm-up curve that are drawn."""


class NoPlots(Exception):
    """matplotlib is not installed; the text says what to do."""


def draw(result: Result, folder: Path) -> list[Path]:
    """Writes a result's pictures to a folder: ``MEANS``, ``RATIOS`` and ``WARM_UP``; raises
    :class:`NoPlots`."""
    return [
        save(_mean_bars(result), folder / MEANS),
        save(_ratio_bars(result), folder / RATIOS),
        save(_warm_up_curves(result), folder / WARM_UP),
    ]


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of that many inches; raises :class:`NoPlots`."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        raise NoPlots("plots need matplotlib: pip install 'grokc[plots]'") from None
    matplotlib.rcParams["svg.hashsalt"] = "grokc"  # else its names are random
    matplotlib.rcParams["svg.fonttype"] = "none"  # text as text: small, and found by a search
    matplotlib.rcParams["font.sans-serif"] = ["DejaVu Sans"]  # part of matplotlib, so all have it
    matplotlib.rcParams["font.size"] = 8
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Figure, path: Path) -> Path:
    """Writes a figure as SVG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Creator": None, "Date": None})
    return path


def ratio_scale(axes: Axes, axis: Axis) -> None:
    """Ratios on one of a plot's axes: logarithmic, with plain numbers, and a line where both are
    equal."""
    from matplotlib.ticker import FormatStrFormatter, LogLocator

    horizontal = axis is axes.xaxis
    (axes.set_xscale if horizontal else axes.set_yscale)("log")
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FormatStrFormatter("%g"))
    axes.minorticks_off()
    (axes.axvline if horizontal else axes.axhline)(1.0, color="black", linewidth=0.8)


def _mean_bars(result: Result) -> Figure:
    """Geometric means: how many times as fast as its peers each tier of ours is."""
    engines = result.engines()
    pairs = [
        (ours, peer, mean)
        for ours in OURS
        for peer in PEERS_OF[ours]
        if peer in engines and (mean := mean_ratio(result, peer, ours)) is not None
    ]
    figure = new_figure(7, 0.6 + 0.25 * len(pairs))
    axes = figure.add_subplot()
    for n, (ours, _, mean) in enumerate(pairs):
        axes.barh(n, mean - 1.0, 0.7, left=1.0, color=f"C{OURS.index(ours)}")
        axes.text(max(mean, 1.0), n, f" {mean:.2f}", va="center")
    axes.set_yticks(range(len(pairs)), [f"{ours} / {peer}" for ours, peer, _ in pairs])
    axes.invert_yaxis()
    axes.margins(x=0.1)  # for the numbers
    ratio_scale(axes, axes.xaxis)
    axes.set_xlabel("times as fast, geometric mean of all programs")
    return figure


def _ratio_bars(result: Result) -> Figure:
    """For each tier of ours a group of bars: how many times as fast as each peer."""
    tiers = [ours for ours in OURS if ours in result.engines()]
    programs = list(result.samples)
    figure = new_figure(10, 1.2 + 3.2 * len(tiers))
    for n, ours in enumerate(tiers):
        axes = figure.add_subplot(len(tiers), 1, n + 1)
        peers = [peer for peer in PEERS_OF[ours] if peer in result.engines()]
        width = 0.8 / max(len(peers), 1)
        for k, peer in enumerate(peers):
            heights = [(result.ratio(program, peer, ours) or 1.0) - 1.0 for program in programs]
            mean = mean_ratio(result, peer, ours)
            label = peer if mean is None else f"{peer} (geometric mean {mean:.2f})"
            places = [i + k * width for i in range(len(programs))]
            axes.bar(places, heights, width, bottom=1.0, label=label)
        ratio_scale(axes, axes.yaxis)
        axes.set_ylabel(f"{ours}: times as fast")
        axes.set_xticks([i + 0.4 for i in range(len(programs))], programs, rotation=60, ha="right")
        axes.legend(fontsize=7)
    return figure


def _warm_up_curves(result: Result) -> Figure:
    """For each program the time of each iteration, engine by engine (of the first round)."""
    programs = list(result.samples)
    columns = 4
    rows = (len(programs) + columns - 1) // columns
    figure = new_figure(12, 2.4 * rows + 0.6)
    from matplotlib import colormaps

    colors = colormaps["tab20"]
    for n, program in enumerate(programs):
        axes = figure.add_subplot(rows, columns, n + 1)
        for k, engine in enumerate(result.engines()):
            rounds = result.times(program, engine)
            if rounds:
                milliseconds = [seconds * 1000 for seconds in rounds[0][:POINTS]]
                steps = range(1, len(milliseconds) + 1)
                axes.plot(steps, milliseconds, color=colors(k), linewidth=1, label=engine)
        axes.set_title(program)
        axes.set_yscale("log")
        axes.minorticks_off()
    handles: dict[str, Artist] = {}
    for axes in figure.axes:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    figure.legend(list(handles.values()), list(handles), loc="outside upper center", ncols=7)
    figure.supxlabel("iteration")
    figure.supylabel("milliseconds")
    return figure
