"""The spread of values, one row a name: the middle half, the median, the best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import (
    CategoricalTicker,
    FactorRange,
    FixedTicker,
    HBar,
    NumeralTickFormatter,
    Scatter,
)
from bokeh.models import Span as ZeroLine
from bokeh.plotting import figure as Figure  # noqa: N812

from . import alt_text
from .chart import Chart
from .look import LINE
from .periods import number_text, round_ticks
from .style import GREY, add_hover, apply_style, fit, main_layer, range_options
from .template import render, template

NUMBERS = ("best", "median", "lower", "upper", "derivatives", "above")


class Spread(Chart):
    """One row a name: the middle half of all gains as a bar, their median as a tick, the best as a point."""

    ROW = 27

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
        self._set("y-range", factors=list(reversed(rows["name"].tolist())) or ["–"])
        self._set_height(66 + self.ROW * max(len(rows), 2))
        finite = rows[["best", "lower", "upper"]].to_numpy("float64")
        finite = finite[np.isfinite(finite)]
        ticks = round_ticks(min(0.0, *finite) if len(finite) else 0.0, max(0.0, *finite) if len(finite) else 1.0, 6)
        self._set("x-ticker", ticks=ticks)
        self._set("x-range", **range_options(ticks[0], ticks[-1]))
        self.is_empty = rows.empty

    def _describe(self) -> str:
        rows = self._sent
        medians = ", ".join(
            f"{alt_text.readable(name)} {alt_text.signed_number(median, '+.1f')} of {number_text(derivatives)}"
            for name, median, derivatives in zip(rows["name"], rows["median"], rows["derivatives"], strict=True)
            if np.isfinite(median)
        )
        best = rows["best"].to_numpy("float64")
        text = f"Gains of {alt_text.count_text(len(rows), 'base model')} over their own score."
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
    formatter = figure.yaxis[0].formatter
    apply_style(figure, x_title=x_title, y_title="", height=160, dates=False)
    figure.yaxis[0].update(axis_label=" ", axis_label_text_font_size="6px", axis_label_standoff=0)
    figure.y_range = FactorRange(factors=["–"], name="y-range")
    figure.yaxis[0].update(ticker=CategoricalTicker(), formatter=formatter)
    figure.xaxis[0].update(
        ticker=FixedTicker(ticks=[0, 1], name="x-ticker"), formatter=NumeralTickFormatter(format="+0.[0]")
    )
    figure.xgrid.update(visible=True, grid_line_color=LINE)
    figure.ygrid.visible = False
    figure.add_layout(ZeroLine(location=0, dimension="height", line_color=GREY, line_width=1, level="underlay"))
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
