"""Results as pictures; needs matplotlib, which is the extra ``plots``."""

from __future__ import annotations

from pathlib import Path

from grokc.measure.results import Result
from grokc.measure.tables import OURS, PEERS_OF, mean_ratio


class NoPlots(Exception):
    """matplotlib is not installed; the text says what to do."""


def draw(result: Result, folder: Path) -> list[Path]:
    """Writes ``ratios.svg`` and ``warm-up.svg``; raises :class:`NoPlots`."""
    try:
        import matplotlib
    except ImportError:
        raise NoPlots("plots need matplotlib: pip install 'grokc[plots]'") from None
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "grokc"  # the same result gives the same file
    matplotlib.rcParams["font.size"] = 8
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _ratio_bars(result, folder / "ratios.svg"),
        _warm_up_curves(result, folder / "warm-up.svg"),
    ]


def _ratio_bars(result: Result, path: Path) -> Path:
    """For each tier of ours a group of bars: how many times as fast as each peer."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import ScalarFormatter

    tiers = [ours for ours in OURS if ours in result.engines()]
    programs = list(result.samples)
    figure = Figure(figsize=(10, 1.2 + 3.2 * len(tiers)), layout="constrained")
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
        axes.axhline(1.0, color="black", linewidth=0.8)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(ScalarFormatter())
        axes.yaxis.set_minor_formatter(ScalarFormatter())
        axes.set_ylabel(f"{ours}: times as fast")
        axes.set_xticks([i + 0.4 for i in range(len(programs))], programs, rotation=60, ha="right")
        axes.legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None})
    return path


def _warm_up_curves(result: Result, path: Path) -> Path:
    """For each program the time of each iteration, engine by engine (of the first round)."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    colors = colormaps["tab20"]
    programs = list(result.samples)
    columns = 4
    rows = (len(programs) + columns - 1) // columns
    figure = Figure(figsize=(12, 2.4 * rows + 0.6), layout="constrained")
    for n, program in enumerate(programs):
        axes = figure.add_subplot(rows, columns, n + 1)
        for k, engine in enumerate(result.engines()):
            rounds = result.times(program, engine)
            if rounds:
                milliseconds = [seconds * 1000 for seconds in rounds[0]]
                steps = range(1, len(milliseconds) + 1)
                axes.plot(steps, milliseconds, color=colors(k), linewidth=1, label=engine)
        axes.set_title(program)
        axes.set_yscale("log")
    if programs:
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=7)
    figure.supxlabel("iteration")
    figure.supylabel("milliseconds")
    figure.savefig(path, metadata={"Date": None})
    return path
