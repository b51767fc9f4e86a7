"""The spread of values, one row a name: the middle half, the median, the best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import HBar, Scatter

from ..plurals import counted
from . import alt_text
from .periods import number_text
from .rows import RowChart, style_rows
from .style import add_hover, fit, main_layer
from .template import Figure, render, template

NUMBERS = ("best", "median", "lower", "upper", "derivatives", "above")


class Spread(RowChart):
    """One row a name: the middle half of all gains as a bar, their median as a tick, the best as a point."""

    def __init__(self, key: str, *, x_title: str, **params: Any) -> None:
        super().__init__(template(("spread", x_title), lambda: _make(x_title)), height=160, key=key, **params)
        self._sent = pd.DataFrame()

    def send(self, rows: pd.DataFrame, style_by_name: dict[str, tuple[str, str]]) -> None:
        """Send rows, first on top: name, best, median, lower, upper (quartiles), derivatives, above, model_id."""
        self._sent = rows
        columns = {
            **{column: rows[column].to_numpy("float64") for column in NUMBERS},
            **{column: rows[column].tolist() for column in ("name", "model_id")},
            "colour": [style_by_name[name][0] for name in rows["name"]],
            "marker": [style_by_name[name][1] for name in rows["name"]],
        }
        self._send("rows", columns)
        self._set_rows(rows["name"].tolist(), rows[["best", "lower", "upper"]].to_numpy("float64"))
        self.is_empty = rows.empty

    def _describe(self) -> str:
        rows = self._sent
        medians = ", ".join(
            f"{alt_text.readable(name)} {alt_text.signed_number(median, '+.1f')} of {number_text(derivatives)}"
            for name, median, derivatives in zip(rows["name"], rows["median"], rows["derivatives"], strict=True)
            if np.isfinite(median)
        )
        best = rows["best"].to_numpy("float64")
        text = f"Gains of {counted(len(rows), 'base model')} over their own score."
        if np.isfinite(best).any():
            peak = rows.iloc[int(np.nanargmax(best))]
            text += (
                f" Peak {alt_text.signed_number(peak['best'], '+.1f')} by {alt_text.readable(peak['model_id'])}, "
                f"derived from {alt_text.readable(peak['name'])}."
            )
        return f"{text} Median of the derivatives: {medians}."


def _make(x_title: str) -> Figure:
    """Make the figure of the template."""
    example = pd.DataFrame({"name": ["a", "b"], "best": [0.0, 1.0]})
    figure = render(example.hvplot.scatter(x="best", y="name", legend=False))
    style_rows(figure, x_title=x_title, x_format="+0.[0]")
    best = main_layer(figure, "rows", (*NUMBERS, "name", "model_id", "colour", "marker"))
    best.glyph = Scatter(x="best", y="name", marker={"field": "marker"}, size=9, fill_color="colour", line_color=None)
    rows = best.data_source
    bars = {"y": "name", "fill_color": "colour", "line_color": None}
    half = figure.add_glyph(rows, HBar(left="lower", right="upper", height=0.42, fill_alpha=0.35, **bars))
    half.level = "underlay"
    figure.add_glyph(
        rows, Scatter(x="median", y="name", marker="dash", angle=np.pi / 2, size=15, line_color="colour", line_width=3)
    )
    tooltips = [("", "@name"), ("best", "@model_id @best{+0.0}"), ("median", "@median{+0.0} of @derivatives{0,0}")]
    add_hover(figure, best, [*tooltips, ("above the base", "@above{0%}")], opens_hub=True)
    fit(figure)
    return figure
