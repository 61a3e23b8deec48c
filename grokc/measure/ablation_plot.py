"""What each idea brings, as a picture; needs matplotlib, which is the extra ``plots``."""

from __future__ import annotations

from pathlib import Path

from grokc.measure.ablation import PASSES, ROADMAP, Ablation, without_pass
from grokc.measure.engines import OPTIMIZING
from grokc.measure.plots import new_figure, ratio_scale, save

NAME = "ablation.svg"


def draw(ablation: Ablation, folder: Path) -> Path:
    """Writes the picture: a bar for the mean of each boost, a dot for each program; raises
    :class:`~grokc.measure.plots.NoPlots`."""
    panels = {
        "step by step: times as fast as before": [(row.name, row.step) for row in ROADMAP],
        "left out: times as slow": [(row.name, row.left_out) for row in ROADMAP],
        "optimized code without a pass: times as slow": [
            (name, (without_pass(name), OPTIMIZING)) for name in PASSES
        ],
    }
    figure = new_figure(8, 8)
    for n, (title, rows) in enumerate(panels.items()):
        axes = figure.add_subplot(len(panels), 1, n + 1)
        places = range(len(rows))
        means = [(ablation.mean(*pair) or 1.0) - 1.0 for _, pair in rows]
        axes.barh(places, means, 0.7, left=1.0, alpha=0.5)
        for place, (_, pair) in zip(places, rows, strict=True):
            ratios = [r for program in ablation.seconds if (r := ablation.ratio(program, *pair))]
            axes.plot(ratios, [place] * len(ratios), "k.", markersize=3)
        axes.set_yticks(places, [name for name, _ in rows])
        axes.invert_yaxis()
        ratio_scale(axes, axes.xaxis)
        axes.set_title(title, loc="left")
    return save(figure, folder / NAME)
